// What is overridden in the tests of real SDKs, what each must then give, and what Weir must tell of it.
import assert from 'node:assert/strict';
import { eventually } from './cases.mjs';

export const key = 'phc_weirexample', user = 'user-42';

/// One row: what is set for which flag, and what an SDK must then give.
export const rows = [
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
export const override = (weir, flag, body) => order(weir, 'PUT', `${encodeURIComponent(flag)}/override`, body);
export const clear = (weir) => order(weir, 'DELETE', 'overrides');

/// An absent flag is undefined or false, an absent payload undefined or null, by SDK and version.
export function check(what, { value, payload }, expectedValue, expectedPayload) {
    if (expectedValue === undefined) assert.ok(value === undefined || value === false, `${what}: is ${value}`);
    else assert.equal(value, expectedValue, what);
    assert.deepEqual(payload ?? undefined, expectedPayload, `${what}: payload`);
}

export function isForOthers(body) {
    return body.scope !== undefined;
}

/// Each value that was overridden is in the list, with the SDK and the way that it took. The older versions
/// ask for the payload of a flag that is off, even when told not to: that is in the list too.
export async function checkServed(weir, sdkName, local) {
    const { served } = await weir.get('flags/served?limit=1000');
    const wanted = served.filter((each) => each.overridden && each.evaluation === (local ? 'local' : 'remote'));
    for (const [name, flag, body, value] of rows) {
        if (value === undefined || (local && isForOthers(body))) continue;
        const found = wanted.filter((each) => each.flag === flag && each.value === value);
        assert.ok(found.length > 0, `${name} is not among what was served`);
        for (const { sdk, distinct_id: whom, path } of found) {
            assert.equal(sdk.name, sdkName);
            assert.match(path, local ? /definitions$|local_evaluation$/ : /^\/(flags|decide)$/);
            assert.equal(whom, local ? null : user);
        }
    }
}

/// The SDK told of the values, and the events that saw an override are marked.
export async function checkCalls(weir, { name, sdk }) {
    const calls = await eventually('calls of all values', async () => {
        const { events } = await weir.get('events?name=%24feature_flag_called&limit=1000');
        const values = new Set(events.map(({ properties }) => `${properties.$feature_flag}=${properties.$feature_flag_response}`));
        return ['agent_debugger_ui=true', 'agent_debugger_ui=false', 'versioned_rag_tracking=v2', 'not-in-any-plan=blue']
            .every((value) => values.has(value)) && events;
    });
    const blue = calls.find(({ properties }) => properties.$feature_flag_response === 'blue');
    if (sdk === 'web') assert.equal(blue.properties.$feature_flag_reason, 'Overridden by Weir');
    else assert.equal(blue.properties['$feature/not-in-any-plan'], 'blue', name);
    assert.equal(blue.tainted, true, name);
}
