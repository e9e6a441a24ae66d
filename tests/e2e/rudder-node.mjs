// @rudderstack/rudder-sdk-node as released.
import assert from 'node:assert/strict';
import RudderAnalytics from '@rudderstack/rudder-sdk-node';
import { runCases } from './lib/cases.mjs';
import { consoleComplaints } from './lib/complaints.mjs';
import { checkCaptured } from './lib/ledger.mjs';
import { withWeir } from './lib/weir.mjs';
import { workflowRun } from './lib/workflow.mjs';

function captured({ options = {}, runs = 2, inContext = false } = {}) {
    return () => withWeir(async (weir) => {
        const sent = Array.from({ length: runs }, workflowRun);
        const errors = [];
        const complaints = await consoleComplaints(async () => {
            const client = new RudderAnalytics('weir-example', { dataPlaneUrl: weir.url, flushInterval: 200, ...options });
            const answered = (error) => { if (error) errors.push(String(error)); };
            client.identify({ userId: 'user-42', traits: { plan: 'pro' } }, answered);
            for (const run of sent) {
                for (const { name, properties } of run.events)
                    client.track(trackCall(run, name, properties, inContext), answered);
            }
            await new Promise((resolve) => client.flush(resolve));
            await checkCaptured(weir, 'rudderstack', sent);
        });
        assert.deepEqual([...errors, ...complaints], [], 'the SDK reported errors');
    });
}

function trackCall(run, event, properties, inContext) {
    const { trace_id, workspace_id, ...rest } = properties;
    return inContext
        ? { userId: run.userId, event, properties: rest, context: { trace_id, workspace_id } }
        : { userId: run.userId, event, properties };
}

await runCases('rudder-sdk-node', [
    ['defaults: gzip', captured()],
    ['without gzip', captured({ options: { gzip: false } })],
    ['one by one', captured({ options: { flushAt: 1 }, runs: 1 })],
    ['many', captured({ runs: 40 })],
    ['ids in the context', captured({ inContext: true })],
]);
