// Overrides of feature flags as real SDKs see them: value and payload through each SDK's public calls, and
// what its $feature_flag_called then says. posthog-node 3, 4 and 5, with and without local evaluation, and
// posthog-js in Chromium.
import assert from 'node:assert/strict';
import { eventually, runCases } from './lib/cases.mjs';
import { openPage } from './lib/chromium.mjs';
import { serveSite } from './lib/site.mjs';
import { withWeir } from './lib/weir.mjs';

const key = 'phc_weirexample', user = 'user-42';

/// One row: what is set for which flag, and what an SDK must then give.
const rows = [
    ['on', 'agent_debugger_ui', { value: true }, true, undefined],
    ['off', 'agent_debugger_ui', { value: false }, false, undefined],
    ['variant', 'versioned_rag_tracking', { value: 'v2' }, 'v2', undefined],
    ['variant that nobody knows', 'versioned_rag_tracking', { value: 'v9-β' }, 'v9-β', undefined],
    ['on with payload', 'track_model_costs', { value: true, payload: { ttl: 600, tags: ['a', 'é'] } }, true, { ttl: 600, tags: ['a', 'é'] }],
    ['variant with payload', 'versioned_rag_tracking', { value: 'v2', payload: 7.5 }, 'v2', 7.5],
    ['new flag', 'not-in-any-plan', { value: 'blue', payload: 'text' }, 'blue', 'text'],
    ['for this user', 'agent_debugger_ui', { value: true, scope: { distinct_id: user } }, true, undefined],
    ['for another user', 'agent_debugger_ui', { value: true, scope: { distinct_id: 'somebody' } }, undefined, undefined],
];

async function order(weir, method, path, body) {
    const answer = await fetch(`${weir.url}/weir/flags/${path}`, { method, body: body && JSON.stringify(body) });
    const text = await answer.text();
    assert.equal(answer.status, 200, text);
    return JSON.parse(text);
}
const override = (weir, flag, body) => order(weir, 'PUT', `${encodeURIComponent(flag)}/override`, body);
const clear = (weir) => order(weir, 'DELETE', 'overrides');

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

/// An absent flag is undefined or false, an absent payload undefined or null, by SDK and version.
function check(what, { value, payload }, expectedValue, expectedPayload) {
    if (expectedValue === undefined) assert.ok(value === undefined || value === false, `${what}: is ${value}`);
    else assert.equal(value, expectedValue, what);
    assert.deepEqual(payload ?? undefined, expectedPayload, `${what}: payload`);
}

function isForOthers(body) {
    return body.scope !== undefined;
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
            await checkServed(weir, local);
            await checkCalls(weir, version);
            await checkPickUp(weir, version, client, refresh, local);
        } finally {
            await (client.shutdownAsync ?? client.shutdown).call(client);
        }
    });
}

/// Each value that was overridden is in the list, with the SDK and the way that it took. The older versions
/// ask for the payload of a flag that is off, even when told not to: that is in the list too.
async function checkServed(weir, local) {
    const { served } = await weir.get('flags/served?limit=1000');
    const wanted = served.filter((each) => each.overridden && each.evaluation === (local ? 'local' : 'remote'));
    for (const [name, flag, body, value] of rows) {
        if (value === undefined || (local && isForOthers(body))) continue;
        const found = wanted.filter((each) => each.flag === flag && each.value === value);
        assert.ok(found.length > 0, `${name} is not among what was served`);
        for (const { sdk, distinct_id: whom, path } of found) {
            assert.match(sdk.name, /^posthog-node/);
            assert.match(path, local ? /definitions$|local_evaluation$/ : /^\/(flags|decide)$/);
            assert.equal(whom, local ? null : user);
        }
    }
}

/// The SDK told of the values, and the events that saw an override are marked.
async function checkCalls(weir, version) {
    const calls = await eventually('calls of all values', async () => {
        const { events } = await weir.get('events?name=%24feature_flag_called&limit=1000');
        const values = new Set(events.map(({ properties }) => `${properties.$feature_flag}=${properties.$feature_flag_response}`));
        return ['agent_debugger_ui=true', 'agent_debugger_ui=false', 'versioned_rag_tracking=v2', 'not-in-any-plan=blue']
            .every((value) => values.has(value)) && events;
    });
    const blue = calls.find(({ properties }) => properties.$feature_flag_response === 'blue');
    assert.equal(blue.properties['$feature/not-in-any-plan'], 'blue', `version ${version}`);
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
    ['posthog-js', browser],
]);
