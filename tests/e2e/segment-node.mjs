// @segment/analytics-node as released.
import assert from 'node:assert/strict';
import { Analytics } from '@segment/analytics-node';
import { runCases } from './lib/cases.mjs';
import { consoleComplaints } from './lib/complaints.mjs';
import { checkCaptured } from './lib/ledger.mjs';
import { withWeir } from './lib/weir.mjs';
import { workflowRun } from './lib/workflow.mjs';

function captured({ options = {}, runs = 2 } = {}) {
    return () => withWeir(async (weir) => {
        const sent = Array.from({ length: runs }, workflowRun);
        const errors = [];
        const complaints = await consoleComplaints(async () => {
            const client = new Analytics({ writeKey: 'weir-example', host: weir.url, ...options });
            client.on('error', (error) => errors.push(JSON.stringify(error)));
            client.identify({ userId: 'user-42', traits: { plan: 'pro' } });
            for (const run of sent) {
                for (const { name, properties } of run.events)
                    client.track({ userId: run.userId, event: name, properties });
            }
            await client.closeAndFlush({ timeout: 20_000 });
        });
        assert.deepEqual([...errors, ...complaints], [], 'the SDK reported errors');
        await checkCaptured(weir, 'segment', sent);
    });
}

await runCases('segment-node', [
    ['defaults', captured()],
    ['one by one', captured({ options: { flushAt: 1 }, runs: 1 })],
    ['many', captured({ runs: 40 })],
    ['import path', captured({ options: { path: '/v1/import' } })],
]);
