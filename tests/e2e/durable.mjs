// kill -9 under load, again and again on one session: what was acknowledged is there, nothing twice.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { Agent, request } from 'node:http';
import { join } from 'node:path';
import { runCases } from './lib/cases.mjs';
import { startWeir, temporaryHome } from './lib/weir.mjs';

const rounds = 20;
const clients = 16;

/// POSTs one event; true when it was acknowledged.
function send(agent, port, uuid) {
    const body = JSON.stringify({ api_key: 'phc_weirexample', batch: [
        { event: 'tool_used', distinct_id: 'user-42', uuid, properties: { trace_id: uuid.slice(0, 8), workspace_id: 'acme' } }] });
    return new Promise((resolve) => {
        const post = request({ agent, port, host: '127.0.0.1', method: 'POST', path: '/batch/',
            headers: { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(body) } }, (response) => {
            response.resume().on('end', () => resolve(response.statusCode === 200)).on('error', () => resolve(false));
        });
        post.on('error', () => resolve(false));
        post.end(body);
    });
}

/// Sends with `clients` connections until the server is gone; adds what was acknowledged.
async function sendUntilGone(weir, acknowledged) {
    const agent = new Agent({ keepAlive: true, maxSockets: clients });
    const port = Number(new URL(weir.url).port);
    await Promise.all(Array.from({ length: clients }, async () => {
        for (;;) {
            const uuid = randomUUID();
            if (!await send(agent, port, uuid)) return;
            acknowledged.push(uuid);
        }
    }));
    agent.destroy();
}

async function killedUnderLoad() {
    const home = temporaryHome();
    const session = ['--session', join(home.path, 'killed.weir')];
    const acknowledged = [];
    for (let round = 0; round < rounds; ++round) {
        const weir = await startWeir(session, home);
        setTimeout(() => weir.child.kill('SIGKILL'), 50 + Math.random() * 400);
        await sendUntilGone(weir, acknowledged);
        await weir.exited;
    }
    const weir = await startWeir(session, home);
    const stored = await weir.all('events');
    await weir.stop();
    const uuids = new Set(stored.map(({ uuid }) => uuid));
    console.log(`${acknowledged.length} acknowledged, ${stored.length} stored in ${rounds} rounds`);
    assert.ok(acknowledged.length > rounds, 'no load');
    assert.deepEqual(acknowledged.filter((uuid) => !uuids.has(uuid)), [], 'acknowledged and lost');
    assert.equal(uuids.size, stored.length, 'stored twice');
}

await runCases('durable', [
    ['kill -9, 20 times', killedUnderLoad],
]);
