// A table of cases, run one after another. Prints a line a case and closes with Qt Test's "Totals:" line, so
// that ./dev test counts cases of both kinds alike.

/// Thrown by a case that cannot run here; it counts as skipped, with its reason.
export class Skip extends Error {}

/// Runs [name, async function] pairs and ends the process: 0 when none failed.
export async function runCases(suite, cases) {
    const counts = { PASS: 0, FAIL: 0, SKIP: 0 };
    for (const [name, run] of cases) {
        const begun = Date.now();
        let outcome = 'PASS', why = '';
        try {
            await run();
        } catch (error) {
            outcome = error instanceof Skip ? 'SKIP' : 'FAIL';
            why = outcome === 'SKIP' ? error.message : error.stack;
        }
        counts[outcome] += 1;
        console.log(`${outcome} : ${suite}(${name}) ${Date.now() - begun} ms${why ? `\n${why}` : ''}`);
    }
    console.log(`Totals: ${counts.PASS} passed, ${counts.FAIL} failed, ${counts.SKIP} skipped`);
    process.exit(counts.FAIL ? 1 : 0);
}

/// Asks again until `probe` gives something true, and gives that; fails with `what` after `deadlineMs`.
export async function eventually(what, probe, deadlineMs = 20_000) {
    const end = Date.now() + deadlineMs;
    for (;;) {
        const found = await probe();
        if (found) return found;
        if (Date.now() > end) throw new Error(`not within ${deadlineMs} ms: ${what}`);
        await new Promise((resolve) => setTimeout(resolve, 25));
    }
}
