// Overrides of feature flags as real SDKs see them: value and payload through each SDK's public calls, and
// what its $feature_flag_called then says. posthog-node 3, 4 and 5, with and without local evaluation, and
// posthog-js in Chromium, and posthog-python where it is installed.
import assert from 'node:assert/strict';
import { eventually, runCases } from './lib/cases.mjs';
import { openPage } from './lib/chromium.mjs';
import { check, checkCalls, checkServed, clear, isForOthers, key, override, rows, user } from './lib/overrides.mjs';
import { python } from './lib/python.mjs';
import { serveSite } from './lib/site.mjs';
import { withWeir } from './lib/weir.mjs';

/// What the SDK gives for a flag, by the calls of its version: {value, payload}.
async function ask(version, client, flag, local) {
    const options = local ? { onlyEvaluateLocally: true } : {};
    if (version === 5) {
        const flags = await client.evaluateFlags(user, options);
        return { value: flags.getFlag(flag), payload: flags.getFlagPayload(flag) };
    }
    const value = await client.getFeatureFlag(flag, user, options);
    return { value, payload: await client.getFeatureFlagPayload(flag, user, value, options) };
}

/// One SDK version in one mode through all rows, each followed by its removal.
function node(version, local) {
    return () => withWeir(async (weir) => {
        const { PostHog } = await import(`posthog-node-${version}`);
        const client = new PostHog(key, {
            host: weir.url, flushAt: 1, flushInterval: 50,
            ...(local ? { personalApiKey: 'phx_weirexample', featureFlagsPollingInterval: 3_600_000 } : {}),
        });
        const refresh = async () => { if (local) await client.reloadFeatureFlags(); };
        try {
            await refresh(); // While its first load is under way, an SDK starts no other.
            for (const [name, flag, body, value, payload] of rows) {
                if (local && isForOthers(body)) continue; // No one asks: checked by the list of pick-ups.
                await override(weir, flag, body);
                await refresh();
                check(name, await ask(version, client, flag, local), value, payload);
                await clear(weir);
                await refresh();
                check(`${name}, removed`, await ask(version, client, flag, local), undefined, undefined);
            }
            await checkServed(weir, 'posthog-node', local);
            await checkCalls(weir, `version ${version}`);
            await checkPickUp(weir, version, client, refresh, local);
        } finally {
            await (client.shutdownAsync ?? client.shutdown).call(client);
        }
    });
}

/// Set, served, seen: in this order, and not before.
async function checkPickUp(weir, version, client, refresh, local) {
    const stage = async () => {
        const { flags } = await weir.get('flags');
        const { pick_up: pickUps } = flags.find((flag) => flag.key === 'picked-up');
        return pickUps.filter((each) => each.evaluation === (local ? 'local' : 'remote')).map((each) => each.stage);
    };
    await override(weir, 'picked-up', { value: 'v2' });
    assert.deepEqual([...new Set(await stage())], ['set']);
    await refresh();
    await ask(version, client, 'picked-up', local);
    await eventually('the value in an event', async () => (await stage()).includes('seen'));
    await clear(weir);
}

/// posthog-js keeps what it got until its next question: reloadFeatureFlags() is one.
async function browser() {
    await withWeir(async (weir) => {
        const site = await serveSite('flags');
        try {
            await override(weir, 'agent_debugger_ui', { value: true });
            const page = await openPage(site.url);
            try {
                assert.deepEqual(await page.run({ host: weir.url, user, flag: 'agent_debugger_ui' }), { value: true });
                await clear(weir);
                for (const [name, flag, body, value, payload] of rows) {
                    await override(weir, flag, body);
                    check(name, await page.evaluate(`window.ask(${JSON.stringify(flag)})`), value, payload);
                    await clear(weir);
                    check(`${name}, removed`, await page.evaluate(`window.ask(${JSON.stringify(flag)})`), undefined, undefined);
                }
                const { served } = await weir.get('flags/served?flag=not-in-any-plan');
                assert.equal(served[0].sdk.name, 'web');
                assert.equal(served[0].distinct_id, user);
                const calls = await eventually('a call that tells of the override', async () => {
                    const { events } = await weir.get('events?name=%24feature_flag_called&limit=1000');
                    return events.find(({ properties }) => properties.$feature_flag_response === 'blue');
                });
                assert.equal(calls.properties.$feature_flag_reason, 'Overridden by Weir');
                assert.equal(calls.tainted, true);
            } finally {
                await page.close();
            }
        } finally {
            site.close();
        }
    });
}

await runCases('flags', [
    ...[3, 4, 5].flatMap((version) => [
        [`posthog-node ${version}`, node(version, false)],
        [`posthog-node ${version}, local evaluation`, node(version, true)],
    ]),
    ['posthog-python', python(false)],
    ['posthog-python, local evaluation', python(true)],
    ['posthog-js', browser],
]);
