// mockttp as a stand-in for a vendor: parses the body, keeps every event in memory, answers by itself.
import { getLocal } from 'mockttp';

const kept = [];
const answer = '{"status":"Ok"}';
const server = getLocal({ recordTraffic: false, http2: false, cors: false });
await server.start();
await server.forPost().always().thenCallback(async (request) => {
    const { batch } = await request.body.getJson();
    kept.push(...batch);
    // Without a length mockttp ends the connection after each answer.
    return { statusCode: 200, headers: { 'Content-Type': 'application/json', 'Content-Length': `${answer.length}` }, body: answer };
});
console.log(`listening on ${server.port}`);
