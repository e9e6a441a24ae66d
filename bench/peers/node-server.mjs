// The plain Node.js server: reads the body, inflates and parses it, keeps every event in memory, answers.
import { createServer } from 'node:http';
import { gunzipSync } from 'node:zlib';

const kept = [];
const answer = '{"status":"Ok"}';

createServer((request, response) => {
    const parts = [];
    request.on('data', (part) => parts.push(part));
    request.on('end', () => {
        let body = parts.length === 1 ? parts[0] : Buffer.concat(parts);
        if (request.headers['content-encoding'] === 'gzip') body = gunzipSync(body);
        for (const event of JSON.parse(body).batch) kept.push(event);
        response.writeHead(200, { 'Content-Type': 'application/json', 'Content-Length': answer.length });
        response.end(answer);
    });
}).listen(0, '127.0.0.1', function listening() {
    console.log(`listening on ${this.address().port}`);
});
