// Flags evaluated by Weir and by posthog-node 5's own local evaluation, on the same generated cases. They must
// agree, except where the SDK is known to differ from PostHog's server: see lib/flagrules.mjs.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createServer } from 'node:http';
import { createInterface } from 'node:readline';
import { runCases } from './lib/cases.mjs';
import { Generator, operatorNames } from './lib/flagdocs.mjs';
import { has, isDroppedPayload, rulesFor } from './lib/flagrules.mjs';
import { binary as weirBinary } from './lib/weir.mjs';

const seed = Number(process.env.WEIR_FLAGS_SEED ?? 20260331);
const documents = 300, flagsEach = 20, subjectsEach = 20;
const now = Date.parse('2026-03-31T12:00:00Z'); // A 31st: months before it are cut.

// The SDK asks the system's clock for relative dates: let it be the cases'.
const SystemDate = Date;
globalThis.Date = class extends SystemDate {
    constructor(...parts) {
        super(...(parts.length ? parts : [now]));
    }
    static now() {
        return now;
    }
};
process.env.TZ = 'UTC';
const { PostHog } = await import('posthog-node-5');

/// posthog-node with a server that gives it one document after the other.
class LocalSdk {
    async open() {
        this.document = { flags: [] };
        this.server = createServer((request, response) => {
            response.setHeader('Content-Type', 'application/json');
            response.end(request.url.startsWith('/flags/definitions') ? JSON.stringify(this.document) : '{}');
        });
        await new Promise((resolve) => this.server.listen(0, '127.0.0.1', resolve));
        this.client = new PostHog('phc_example', { host: `http://127.0.0.1:${this.server.address().port}`, personalApiKey: 'phx_example',
            featureFlagsPollingInterval: 86_400_000, disableGeoip: true });
        return this;
    }

    async take(document) {
        this.document = document;
        await this.client.reloadFeatureFlags();
    }

    evaluate({ distinct_id, groups, person_properties, group_properties }) {
        return this.client.getAllFlagsAndPayloads(distinct_id, { groups, personProperties: person_properties, groupProperties: group_properties, onlyEvaluateLocally: true });
    }

    async close() {
        await this.client.shutdown();
        this.server.close();
    }
}

/// `weir flags evaluate`, a case in and its result out.
class Evaluator {
    constructor() {
        this.child = spawn(weirBinary, ['flags', 'evaluate'], { stdio: ['pipe', 'pipe', 'ignore'] });
        this.lines = createInterface({ input: this.child.stdout })[Symbol.asyncIterator]();
    }

    send(line) {
        return new Promise((resolve) => (this.child.stdin.write(`${line}\n`) ? resolve() : this.child.stdin.once('drain', resolve)));
    }

    async result() {
        const { value, done } = await this.lines.next();
        assert.ok(!done, 'weir flags evaluate ended early');
        return JSON.parse(value);
    }

    close() {
        const exited = new Promise((resolve) => this.child.once('exit', resolve));
        this.child.stdin.end();
        return exited;
    }
}

const parsed = (text) => {
    try {
        return JSON.parse(text);
    } catch {
        return text;
    }
};

/// Null for what the SDK leaves out: it would ask the server.
function comparable(flag, weir, node) {
    const value = node.featureFlags[flag.key] ?? null;
    const text = weir.payloads[flag.key];
    const payload = text === undefined || isDroppedPayload(text) ? null : parsed(text);
    return [{ value: weir.flags[flag.key], payload }, { value, payload: value === null ? null : node.featureFlagPayloads[flag.key] ?? null }];
}

/// The flags that a flag depends on, each with what the two sides say of it.
function needsOf(flag, document, weir, node) {
    const keys = new Set(flag.filters.groups.flatMap(({ properties }) => properties.flatMap((filter) => filter.dependency_chain ?? [])));
    return document.flags.filter(({ key }) => keys.has(key)).map((need) => [comparable(need, weir, node), need]);
}

class Tally {
    decisions = 0;
    ruleFree = 0; ///< Decisions that no rule touches: there the two must agree, and do.
    kinds = { true: 0, false: 0, variant: 0, inconclusive: 0 };
    byRule = new Map();
    unexplained = [];
    operators = new Set();

    compare(document, subject, weir, node) {
        const differing = new Set();
        const undecided = new Set(document.flags.map(({ key }) => key).filter((key) => !has(node.featureFlags, key)));
        for (const flag of document.flags) {
            const [ours, theirs] = comparable(flag, weir, node);
            const rules = rulesFor(flag, document, subject, { differing, undecided });
            this.decisions += 1;
            this.ruleFree += rules.size === 0;
            this.kinds[ours.value === null ? 'inconclusive' : typeof ours.value === 'string' ? 'variant' : ours.value] += 1;
            for (const { properties } of flag.filters.groups) properties.forEach(({ operator }) => this.operators.add(operator ?? 'exact'));
            if (JSON.stringify(ours) === JSON.stringify(theirs)) continue;
            differing.add(flag.key);
            const [rule] = rules;
            if (rule) this.byRule.set(rule, (this.byRule.get(rule) ?? 0) + 1);
            else this.unexplained.push({ ours, theirs, flag, needs: needsOf(flag, document, weir, node), subject, cohorts: document.cohorts });
        }
    }

    report() {
        console.log(`${this.decisions} decisions, seed ${seed}: ${JSON.stringify(this.kinds)}; ${this.ruleFree} that no rule touches`);
        for (const [rule, count] of [...this.byRule].sort(([, a], [, b]) => b - a)) console.log(`  ${String(count).padStart(6)}  ${rule}`);
        console.log(`  ${String(this.unexplained.length).padStart(6)}  unexplained`);
    }
}

async function compareAll() {
    const generator = new Generator(seed, now);
    const sdk = await new LocalSdk().open();
    const evaluator = new Evaluator();
    const tally = new Tally();
    for (let i = 0; i < documents; ++i) {
        const document = generator.document(flagsEach);
        const definitions = JSON.stringify(document);
        const subjects = Array.from({ length: subjectsEach }, () => generator.subject(document));
        await sdk.take(document);
        const sending = (async () => {
            for (const subject of subjects) {
                const { $device_id: device_id } = subject.person_properties;
                const rest = JSON.stringify({ ...subject, device_id, id: i, now: '2026-03-31T12:00:00Z' });
                await evaluator.send(`{"definitions":${definitions},${rest.slice(1)}`);
            }
        })();
        for (const subject of subjects) tally.compare(document, subject, await evaluator.result(), await sdk.evaluate(subject));
        await sending;
    }
    assert.equal(await evaluator.close(), 0);
    await sdk.close();
    return tally;
}

await runCases('flags-differential', [
    ['Weir and posthog-node agree', async () => {
        const { warn } = console;
        console.warn = () => {}; // The SDK warns of each flag that it cannot evaluate.
        const tally = await compareAll().finally(() => { console.warn = warn; });
        tally.report();
        assert.equal(tally.decisions, documents * flagsEach * subjectsEach);
        // Nothing is proven by cases that only differ, or that all end alike.
        assert.ok(tally.ruleFree > tally.decisions * 0.4, `${tally.ruleFree} decisions without a rule`);
        for (const [kind, count] of Object.entries(tally.kinds)) assert.ok(count > tally.decisions * 0.03, `${count} ${kind}`);
        for (const operator of [...operatorNames, 'in', 'not_in', 'flag_evaluates_to']) assert.ok(tally.operators.has(operator), operator);
        assert.equal(tally.unexplained.length, 0, JSON.stringify(tally.unexplained.slice(0, 3), null, 1));
    }],
]);
