// send.mjs URL [RUNS]: workflow runs through the real posthog-node 5; prints what was sent as one line of
// JSON. What the window's test captures.
import { PostHog } from 'posthog-node-5';
import { workflowRun } from './lib/workflow.mjs';

const [host, count = '1'] = process.argv.slice(2);
const runs = Array.from({ length: Number(count) }, workflowRun);
const errors = [];
const client = new PostHog('phc_weirexample', { host });
client.on('error', (error) => errors.push(String(error)));
for (const run of runs) {
    for (const { name, properties } of run.events) client.capture({ distinctId: run.userId, event: name, properties });
}
await client.shutdown();
console.log(JSON.stringify({ runs, errors }));
