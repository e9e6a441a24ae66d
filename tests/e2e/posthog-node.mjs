// posthog-node 3, 4 and 5 as released, each against a Weir of its own.
import assert from 'node:assert/strict';
import { runCases } from './lib/cases.mjs';
import { consoleComplaints } from './lib/complaints.mjs';
import { checkCaptured } from './lib/ledger.mjs';
import { withWeir } from './lib/weir.mjs';
import { workflowRun } from './lib/workflow.mjs';

const key = 'phc_weirexample';

/// Sends `runs` with one client and shuts it down; `use` does more with the client before that.
async function send(version, host, runs, options = {}, use = async () => {}) {
    const { PostHog } = await import(`posthog-node-${version}`);
    const errors = [];
    const complaints = await consoleComplaints(async () => {
        const client = new PostHog(key, { host, flushAt: 3, ...options });
        client.on('error', (error) => errors.push(String(error)));
        for (const run of runs) {
            for (const { name, properties } of run.events)
                client.capture({ distinctId: run.userId, event: name, properties });
        }
        await use(client, runs[0]);
        await (client.shutdownAsync ?? client.shutdown).call(client);
    });
    assert.deepEqual([...errors, ...complaints], [], 'the SDK reported errors');
}

/// A case: an SDK version, its options, what else it is asked for, and the path that its events must take.
function captured(version, path, { options, use, runs = 2, environment = {} } = {}) {
    return () => withWeir(async (weir) => {
        const sent = Array.from({ length: runs }, workflowRun);
        Object.assign(process.env, environment);
        try {
            await send(version, weir.url, sent, options, use);
        } finally {
            for (const name of Object.keys(environment)) delete process.env[name];
        }
        const stored = await checkCaptured(weir, 'posthog', sent);
        const { request } = await weir.get(`events/${stored[0].id}`);
        assert.equal(request.path.split('?')[0], path);
        assert.match(stored[0].sdk.name, /posthog-node/);
    });
}

async function people(client, run) {
    const extra = { trace_id: run.traceId, workspace_id: run.workspaceId };
    client.identify({ distinctId: run.userId, properties: { plan: 'pro', ...extra } });
    client.groupIdentify({ groupType: 'workspace', groupKey: run.workspaceId, properties: { seats: 3 } });
    client.alias({ distinctId: run.userId, alias: 'user-42-old' });
}

async function flags(client, run) {
    // Version 5 has a call of its own and warns of the older ones.
    const value = client.evaluateFlags
        ? (await client.evaluateFlags(run.userId)).getFlag('agent_debugger_ui')
        : await client.getFeatureFlag('agent_debugger_ui', run.userId);
    assert.ok(value === undefined || value === false, `an unknown flag is ${value}`);
    if (!client.evaluateFlags) assert.deepEqual(await client.getAllFlags(run.userId), {});
}

async function flagsAndPeople(client, run) {
    await flags(client, run);
    await people(client, run);
}

async function immediate(client, run) {
    const { marker, name, properties } = workflowRun().events[1];
    run.events.push({ marker, name, properties: { ...properties, trace_id: run.traceId } });
    await client.captureImmediate({ distinctId: run.userId, event: name, properties: run.events.at(-1).properties });
}

await runCases('posthog-node', [
    ['3, defaults', captured(3, '/batch/')],
    ['3, flags, people and groups', captured(3, '/batch/', { use: flagsAndPeople })],
    ['4, defaults', captured(4, '/batch/')],
    ['4, flags, people and groups', captured(4, '/batch/', { use: flagsAndPeople })],
    ['5, defaults: gzip', captured(5, '/batch/')],
    ['5, many', captured(5, '/batch/', { runs: 40, options: { flushAt: 20 } })],
    ['5, without compression', captured(5, '/batch/', { options: { disableCompression: true } })],
    ['5, historical migration', captured(5, '/batch/', { options: { historicalMigration: true } })],
    ['5, capture v1', captured(5, '/i/v1/analytics/events', { environment: { POSTHOG_CAPTURE_MODE: 'v1' } })],
    ['5, immediate', captured(5, '/batch/', { use: immediate })],
    ['5, flags, people and groups', captured(5, '/batch/', { use: flagsAndPeople })],
    ['5, local evaluation', captured(5, '/batch/', { options: { personalApiKey: 'phx_weirexample' }, use: flags })],
    ['5, behind a proxy prefix', () => withWeir(async (weir) => {
        const runs = [workflowRun()];
        await send(5, `${weir.url}/ingest`, runs);
        await checkCaptured(weir, 'posthog', runs);
    })],
]);
