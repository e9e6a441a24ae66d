// askflags.mjs URL: a program that uses flags, with the real posthog-node 5: one client that asks with each call,
// one that evaluates by itself. Does what it is told in lines of JSON on stdin, {"client", "flag", "user",
// "trace"}, and answers each with {"value", "payload"}. Ends with stdin.
import { createInterface } from 'node:readline';
import { PostHog } from 'posthog-node-5';

const [host] = process.argv.slice(2);
const key = 'phc_weirexample';
const clients = {
    remote: new PostHog(key, { host, flushAt: 1, flushInterval: 50 }),
    local: new PostHog(key, {
        host, flushAt: 1, flushInterval: 50, personalApiKey: 'phx_weirexample',
        featureFlagsPollingInterval: 3_600_000, // Only when it is told to.
    }),
};
const errors = [];
for (const client of Object.values(clients)) client.on('error', (error) => errors.push(String(error)));

/// Gives the value and tells of it by $feature_flag_called, as every use of a flag does.
async function ask({ client: kind, flag, user, trace }) {
    const client = clients[kind];
    if (kind === 'local') await client.reloadFeatureFlags();
    const options = kind === 'local' ? { onlyEvaluateLocally: true } : { flagKeys: [flag] };
    const flags = await client.evaluateFlags(user, options);
    const value = flags.getFlag(flag);
    if (trace) client.capture({ distinctId: user, event: 'tool_used', properties: { trace_id: trace, tool_id: 'search' }, flags });
    await client.flush();
    return { value: value ?? null, payload: flags.getFlagPayload(flag) ?? null };
}

for await (const line of createInterface({ input: process.stdin })) {
    try {
        console.log(JSON.stringify({ ...await ask(JSON.parse(line)), errors: errors.splice(0) }));
    } catch (error) {
        console.log(JSON.stringify({ errors: [String(error)] }));
    }
}
for (const client of Object.values(clients)) await client.shutdown();
