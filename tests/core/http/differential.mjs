// What Node's HTTP server makes of each case. Reads a file of cases, one a line in hexadecimal; writes one line of
// JSON for each, in their order: {"requests": [{"method", "target", "headers": [name, value, …], "body"}], "rejected", "code"}.
// Bodies and header values are hexadecimal, too, since they may be any bytes.

import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { connect } from 'node:net';

const cases = readFileSync(process.argv[2], 'latin1').split('\n').filter(Boolean).map((line) => Buffer.from(line, 'hex'));
const results = cases.map(() => ({ requests: [], rejected: false }));
const caseOfPort = new Map();
const hex = (text) => Buffer.from(text, 'latin1').toString('hex');
const resultOf = (socket) => results[caseOfPort.get(socket.clientPort)];

function reject(socket, code) {
    const result = resultOf(socket);
    if (result) {
        result.rejected = true;
        result.code = code;
    }
    socket.destroy();
}

const server = createServer({ maxHeaderSize: 128 * 1024, keepAliveTimeout: 30_000 }, (request, response) => {
    const result = resultOf(request.socket);
    const chunks = [];
    request.on('data', (chunk) => chunks.push(chunk));
    request.on('error', () => { if (result) result.rejected = true; });
    request.on('end', () => {
        result?.requests.push({
            method: request.method,
            target: request.url,
            headers: request.rawHeaders.map(hex),
            body: Buffer.concat(chunks).toString('hex'),
        });
        response.end();
    });
});
server.on('connection', (socket) => { socket.clientPort = socket.remotePort; }); // Unknown once it is closed.
server.on('clientError', (error, socket) => reject(socket, error.code));
server.on('connect', (request, socket) => reject(socket));
server.on('upgrade', (request, socket) => reject(socket));
server.on('checkExpectation', (request, response) => reject(request.socket));

function run(index) {
    return new Promise((resolve) => {
        const socket = connect({ port: server.address().port, host: '127.0.0.1', allowHalfOpen: true });
        let answers = '';
        const done = () => {
            clearTimeout(timer);
            socket.destroy();
            // A refusal that Node answers by itself, such as that of a request without Host.
            if (/HTTP\/1\.1 [45]/.test(answers)) results[index].rejected = true;
            resolve();
        };
        const timer = setTimeout(() => { process.stderr.write(`no end: ${JSON.stringify(cases[index].toString('latin1'))}\n`); results[index].rejected = true; done(); }, 10_000);
        socket.on('connect', () => {
            caseOfPort.set(socket.localPort, index);
            socket.end(cases[index]);
        });
        socket.on('data', (chunk) => { answers += chunk.toString('latin1'); });
        socket.on('end', done);
        socket.on('error', done);
    });
}

server.listen(0, '127.0.0.1', async () => {
    let next = 0;
    const worker = async () => {
        while (next < cases.length) await run(next++);
    };
    await Promise.all(Array.from({ length: 16 }, worker));
    process.stdout.write(results.map((result) => JSON.stringify(result)).join('\n') + '\n', () => process.exit(0));
});
