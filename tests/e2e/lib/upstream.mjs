// A PostHog server of one's own for Weir to ask: scripted, and it can be away or out of quota.
import { createServer } from 'node:http';

// Blanks and number forms that nobody writes by himself: what is not overridden must keep them.
export const flagsAnswer = `{"errorsWhileComputingFlags": false, "flags": {
  "beta": {"key": "beta", "enabled": true, "variant": "control", "reason": {"code": "condition_match", "condition_index": 0, "description": "Matched condition set 1"},
    "metadata": {"id": 41, "version": 3, "description": null, "payload": "{\\"ttl\\":1.0}", "has_experiment": false}},
  "steady": {"key": "steady", "enabled": true, "variant": null, "reason": {"code": "condition_match", "condition_index": 0, "description": ""},
    "metadata": {"id": 9007199254740993, "version": 1, "description": null, "payload": null, "has_experiment": false}},
  "quiet": {"key": "quiet", "enabled": false, "variant": null, "reason": {"code": "no_condition_match", "condition_index": 0, "description": ""},
    "metadata": {"id": 43, "version": 2, "description": null, "payload": null, "has_experiment": false}}},
  "requestId": "0b5f1f2e-0000-4000-8000-000000000000", "evaluatedAt": 1.7e12}`;
export const definitions = `{"flags": [ {"id": 41, "team_id": 1, "name": "", "key": "beta", "active": true, "deleted": false, "version": 3,
  "ensure_experience_continuity": true, "filters": {"groups": [ {"properties": [], "rollout_percentage": 33.0} ]}},
  {"id": 42, "team_id": 1, "name": "", "key": "steady", "active": true, "deleted": false, "version": 1,
  "filters": {"groups": [ {"properties": [], "rollout_percentage": 100} ]}},
  {"id": 43, "team_id": 1, "name": "", "key": "quiet", "active": false, "deleted": false, "version": 2,
  "filters": {"groups": [ {"properties": [], "rollout_percentage": 100} ]}} ], "group_type_mapping": {}, "cohorts": {}}`;
export const definitionsTag = 'W/"upstream-7"';

/// The same as version 3 of /decide gives it.
const decideAnswer = `{"config": {"enable_collect_everything": true}, "featureFlags": {"beta": "control", "steady": true, "quiet": false},
  "featureFlagPayloads": {"beta": "{\\"ttl\\":1.0}"}, "errorsWhileComputingFlags": false}`;

/// {url, mode, asked, close()}: `mode` is what it does from the next request on.
export async function upstreamServer() {
    const asked = [];
    const server = createServer((request, response) => {
        request.resume().on('end', () => {
            asked.push(request);
            if (self.mode === 'failing') return response.writeHead(503).end('no');
            if (self.mode === 'silent') return undefined;
            if (self.mode === 'refusing') return response.writeHead(401, { 'Content-Type': 'text/plain' }).end('The provided API key is invalid');
            if (/\/(definitions|local_evaluation)/.test(request.url)) {
                if (self.mode === 'quota') return response.writeHead(402, { 'Content-Type': 'application/json' }).end('{"type":"quota_limited"}');
                const headers = { 'Content-Type': 'application/json', ETag: definitionsTag };
                if (request.headers['if-none-match'] === definitionsTag) return response.writeHead(304, headers).end();
                return response.writeHead(200, headers).end(definitions);
            }
            const answer = request.url.startsWith('/decide') ? decideAnswer : flagsAnswer;
            const body = self.mode === 'quota'
                ? '{"errorsWhileComputingFlags":false,"flags":{},"quotaLimited":["feature_flags"]}' : answer;
            return response.writeHead(200, { 'Content-Type': 'application/json' }).end(body);
        });
    });
    await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
    const self = {
        url: `http://127.0.0.1:${server.address().port}`, mode: 'well', asked,
        close() { server.closeAllConnections(); server.close(); },
    };
    return self;
}
