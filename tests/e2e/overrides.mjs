// Overrides of feature flags as real SDKs see them: value and payload through each SDK's public calls, and
// what its $feature_flag_called then says. posthog-node 3, 4 and 5, with and without local evaluation,
// posthog-js in Chromium, and posthog-python where it is installed.
import assert from 'node:assert/strict';
import { eventually, runCases } from './lib/cases.mjs';
import { flagSdks } from './lib/flagsdks.mjs';
import { check, checkCalls, checkServed, clear, isForOthers, override, rows } from './lib/overrides.mjs';
import { withWeir } from './lib/weir.mjs';

/// One SDK in one mode through all rows, each followed by its removal.
function follows(sdk) {
    return () => withWeir(async (weir) => {
        await override(weir, 'agent_debugger_ui', { value: true });
        const client = await sdk.open(weir);
        try {
            if (client.started) assert.deepEqual(client.started, { value: true }, 'in its first answer');
            await clear(weir);
            for (const [name, flag, body, value, payload] of rows) {
                if (sdk.local && isForOthers(body)) continue; // No one asks: checked by the list of pick-ups.
                await override(weir, flag, body);
                check(name, await client.ask(flag), value, payload);
                await clear(weir);
                check(`${name}, removed`, await client.ask(flag), undefined, undefined);
            }
            await checkServed(weir, sdk.sdk, sdk.local);
            await checkCalls(weir, sdk);
            await checkPickUp(weir, client, sdk.local);
        } finally {
            await client.close();
        }
    });
}

/// Set, served, seen: in this order, and not before.
async function checkPickUp(weir, client, local) {
    const stage = async () => {
        const { flags } = await weir.get('flags');
        const { pick_up: pickUps } = flags.find((flag) => flag.key === 'picked-up');
        return pickUps.filter((each) => each.evaluation === (local ? 'local' : 'remote')).map((each) => each.stage);
    };
    await override(weir, 'picked-up', { value: 'v2' });
    assert.deepEqual([...new Set(await stage())], ['set']);
    await client.ask('picked-up');
    await eventually('the value in an event', async () => (await stage()).includes('seen'));
    await clear(weir);
}

await runCases('flags', flagSdks.map((sdk) => [sdk.name, follows(sdk)]));
