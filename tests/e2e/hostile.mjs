// Clients that are too many, too slow or too big: the others are served, and memory stays bounded.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { createGzip, gzipSync } from 'node:zlib';
import { runCases } from './lib/cases.mjs';
import { withWeir } from './lib/weir.mjs';

const mebibyte = 1024 * 1024;

function eventBody(n) {
    return JSON.stringify({ api_key: 'phc_weirexample', batch: [
        { event: 'tool_used', distinct_id: 'user-42', properties: { trace_id: `trace-${n}`, workspace_id: 'acme' } }] });
}

function postText(body, fields = '') {
    return `POST /batch/ HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n${fields}`
        + `Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
}

/// A raw connection: sends `text` at once, and resolves `answer` with all that came when either side ends, or
/// with the head of the first answer when `once`.
function open(weir, text, { once = true } = {}) {
    const socket = connect(Number(new URL(weir.url).port), '127.0.0.1');
    socket.setNoDelay(true);
    const answer = new Promise((resolve) => {
        let got = '';
        const begun = Date.now();
        socket.on('data', (data) => {
            got += data;
            if (once && got.includes('\r\n\r\n')) resolve({ text: got, ms: Date.now() - begun });
        });
        socket.on('error', () => {}); // A reset is followed by close.
        socket.on('close', () => resolve({ text: got, ms: Date.now() - begun }));
    });
    socket.write(text);
    return { socket, answer };
}

function status({ text }) {
    return Number(/^HTTP\/1\.1 (\d{3})/.exec(text)?.[1] ?? 0);
}

function peakMemoryMb(weir) {
    return Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${weir.pid}/status`, 'utf8'))[1]) / 1024;
}

/// Weir still takes an event.
async function assertServes(weir) {
    const { socket, answer } = open(weir, postText(eventBody('after')));
    assert.equal(status(await answer), 200);
    socket.destroy();
}

async function manyAtOnce(weir) {
    const count = 1500;
    const clients = Array.from({ length: count }, (_, n) => open(weir, postText(eventBody(n))));
    const answers = await Promise.all(clients.map(({ answer }) => answer));
    clients.forEach(({ socket }) => socket.destroy());
    assert.deepEqual([...new Set(answers.map(status))], [200]);
    assert.equal((await weir.get('health')).events, count);
}

/// Stalls in the head and in the body: each connection is closed when its time is up, and not one is served
/// later for it.
async function stalling(weir) {
    const inHead = Array.from({ length: 25 }, () => open(weir, 'POST /batch/ HTTP/1.1\r\nHost: 127.0.0.1\r\n', { once: false }));
    const inBody = Array.from({ length: 25 }, () => open(weir, postText(eventBody(1)).slice(0, -5), { once: false }));
    await assertServes(weir);
    const heads = await Promise.all(inHead.map(({ answer }) => answer));
    const bodies = await Promise.all(inBody.map(({ answer }) => answer));
    const latest = (answers) => Math.max(...answers.map(({ ms }) => ms));
    assert.ok(latest(heads) < 20_000, `a stalled head was kept for ${latest(heads)} ms`);
    assert.ok(latest(bodies) < 45_000, `a stalled body was kept for ${latest(bodies)} ms`);
    for (const answer of [...heads, ...bodies]) assert.ok([0, 408].includes(status(answer)), answer.text);
    assert.equal((await weir.get('health')).events, 1);
}

async function announcedTooBig(weir) {
    const head = `POST /batch/ HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: ${300 * mebibyte}\r\n\r\n`;
    const { answer } = open(weir, head, { once: false });
    assert.equal(status(await answer), 413);
}

/// Pushes 300 MB as the other side takes them, as a client that never looks at its answer does.
async function pushedTooBig(weir) {
    const { socket, answer } = open(weir, 'POST /batch/ HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: chunked\r\n\r\n', { once: false });
    const chunk = Buffer.concat([Buffer.from('100000\r\n'), Buffer.alloc(mebibyte, 'a'), Buffer.from('\r\n')]);
    for (let sent = 0; sent < 300 && !socket.destroyed && socket.writable; ++sent) {
        if (!socket.write(chunk)) await Promise.race([new Promise((resolve) => socket.once('drain', resolve)), answer]);
    }
    socket.end();
    const { text } = await answer;
    assert.ok([413, 0].includes(status({ text })), text); // 0: the answer was lost to a reset.
}

/// `bytes` spaces, gzipped `layers` times over.
async function bomb(bytes, layers = 1) {
    const gzip = createGzip({ level: 9 });
    const parts = [];
    gzip.on('data', (part) => parts.push(part));
    const ended = new Promise((resolve) => gzip.once('end', resolve));
    const blank = Buffer.alloc(mebibyte, ' ');
    for (let written = 0; written < bytes; written += blank.length) {
        if (!gzip.write(blank)) await new Promise((resolve) => gzip.once('drain', resolve));
    }
    gzip.end();
    await ended;
    let packed = Buffer.concat(parts);
    for (let layer = 1; layer < layers; ++layer) packed = gzipSync(packed);
    return packed;
}

async function gzipBomb(weir) {
    for (const body of [await bomb(1024 * mebibyte), await bomb(512 * mebibyte, 2)]) {
        const head = `POST /batch/ HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Encoding: gzip\r\nContent-Length: ${body.length}\r\n\r\n`;
        const { socket, answer } = open(weir, Buffer.concat([Buffer.from(head), body]));
        assert.equal(status(await answer), 413);
        socket.destroy();
    }
}

/// A case that must leave Weir serving, below `memoryMb` at its peak.
function survives(attack, memoryMb) {
    return () => withWeir(async (weir) => {
        await attack(weir);
        await assertServes(weir);
        const peak = peakMemoryMb(weir);
        assert.ok(peak < memoryMb, `${peak.toFixed(0)} MB at the peak`);
    });
}

await runCases('hostile', [
    ['1,500 connections at once', survives(manyAtOnce, 150)],
    ['50 that stall', survives(stalling, 150)],
    ['300 MB announced', survives(announcedTooBig, 150)],
    ['300 MB pushed', survives(pushedTooBig, 200)],
    ['gzip bombs', survives(gzipBomb, 400)],
]);
