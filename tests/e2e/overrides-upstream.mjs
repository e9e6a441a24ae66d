// Overrides over a PostHog server that Weir asks first: a scripted one, that can be away or out of quota.
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { runCases } from './lib/cases.mjs';
import { withWeir } from './lib/weir.mjs';

const key = 'phc_weirexample', user = 'user-42';

// Blanks and number forms that nobody writes by himself: what is not overridden must keep them.
const flagsAnswer = `{"errorsWhileComputingFlags": false, "flags": {
  "beta": {"key": "beta", "enabled": true, "variant": "control", "reason": {"code": "condition_match", "condition_index": 0, "description": "Matched condition set 1"},
    "metadata": {"id": 41, "version": 3, "description": null, "payload": "{\\"ttl\\":1.0}", "has_experiment": false}},
  "steady": {"key": "steady", "enabled": true, "variant": null, "reason": {"code": "condition_match", "condition_index": 0, "description": ""},
    "metadata": {"id": 9007199254740993, "version": 1, "description": null, "payload": null, "has_experiment": false}}},
  "requestId": "0b5f1f2e-0000-4000-8000-000000000000", "evaluatedAt": 1.7e12}`;
const definitions = `{"flags": [ {"id": 41, "team_id": 1, "name": "", "key": "beta", "active": true, "deleted": false, "version": 3,
  "ensure_experience_continuity": true, "filters": {"groups": [ {"properties": [], "rollout_percentage": 33.0} ]}},
  {"id": 42, "team_id": 1, "name": "", "key": "steady", "active": true, "deleted": false, "version": 1,
  "filters": {"groups": [ {"properties": [], "rollout_percentage": 100} ]}} ], "group_type_mapping": {}, "cohorts": {}}`;
const definitionsTag = 'W/"upstream-7"';

/// {url, mode, asked, close()}: `mode` is what it does from the next request on.
async function upstreamServer() {
    const asked = [];
    const server = createServer((request, response) => {
        request.resume().on('end', () => {
            asked.push(request);
            if (self.mode === 'failing') return response.writeHead(503).end('no');
            if (self.mode === 'silent') return undefined;
            if (self.mode === 'refusing') return response.writeHead(401, { 'Content-Type': 'text/plain' }).end('The provided API key is invalid');
            if (request.url.startsWith('/flags/definitions')) {
                if (self.mode === 'quota') return response.writeHead(402, { 'Content-Type': 'application/json' }).end('{"type":"quota_limited"}');
                const headers = { 'Content-Type': 'application/json', ETag: definitionsTag };
                if (request.headers['if-none-match'] === definitionsTag) return response.writeHead(304, headers).end();
                return response.writeHead(200, headers).end(definitions);
            }
            const body = self.mode === 'quota'
                ? '{"errorsWhileComputingFlags":false,"flags":{},"quotaLimited":["feature_flags"]}' : flagsAnswer;
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

/// A case with both servers.
function over(body) {
    return async () => {
        const upstream = await upstreamServer();
        try {
            await withWeir((weir) => body(weir, upstream), ['--upstream-posthog', upstream.url]);
        } finally {
            upstream.close();
        }
    };
}

async function order(weir, method, path, body) {
    const answer = await fetch(`${weir.url}/weir/flags/${path}`, { method, body: body && JSON.stringify(body) });
    assert.equal(answer.status, 200, await answer.text());
}
const override = (weir, flag, body) => order(weir, 'PUT', `${flag}/override`, body);
const clear = (weir) => order(weir, 'DELETE', 'overrides');

async function askFlags(weir) {
    const answer = await fetch(`${weir.url}/flags/?v=2`,
        { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ token: key, distinct_id: user }) });
    return { status: answer.status, text: await answer.text() };
}

async function askDefinitions(weir, tag) {
    const answer = await fetch(`${weir.url}/flags/definitions?token=${key}&send_cohorts`,
        { headers: { Authorization: 'Bearer phx_weirexample', ...(tag ? { 'If-None-Match': tag } : {}) } });
    return { status: answer.status, tag: answer.headers.get('etag'), text: await answer.text() };
}

const state = async (weir) => (await weir.get('flags')).upstream.state;

async function passesAnswersOn(weir, upstream) {
    assert.equal(await state(weir), 'not_asked');
    assert.deepEqual(await askFlags(weir), { status: 200, text: flagsAnswer });
    const [request] = upstream.asked;
    assert.equal(request.headers['accept-encoding'], 'identity');
    assert.equal(request.headers.via, '1.1 weir');
    assert.equal(await state(weir), 'ready');
    const { flags } = await weir.get('flags');
    assert.equal(flags.find((flag) => flag.key === 'beta').upstream, 'control');
    upstream.mode = 'refusing';
    assert.deepEqual(await askFlags(weir), { status: 401, text: 'The provided API key is invalid' });
}

async function overridesAnswers(weir) {
    await override(weir, 'beta', { value: 'v2', payload: 7 });
    const { text } = await askFlags(weir);
    const { flags } = JSON.parse(text);
    assert.equal(flags.beta.variant, 'v2');
    assert.equal(flags.beta.metadata.payload, '7');
    assert.equal(flags.beta.metadata.id, 41);
    assert.equal(flags.beta.reason.description, 'Overridden by Weir');
    assert.ok(text.includes('"metadata": {"id": 9007199254740993'), 'the others keep their digits');
    await clear(weir);
    assert.deepEqual(await askFlags(weir), { status: 200, text: flagsAnswer });
}

async function overridesDefinitions(weir, upstream) {
    const plain = await askDefinitions(weir);
    assert.deepEqual(plain, { status: 200, tag: definitionsTag, text: definitions });
    assert.equal((await askDefinitions(weir, definitionsTag)).status, 304);
    await override(weir, 'beta', { value: true });
    const forced = await askDefinitions(weir, definitionsTag);
    assert.equal(forced.status, 200);
    assert.notEqual(forced.tag, definitionsTag);
    const [beta] = JSON.parse(forced.text).flags;
    assert.equal(beta.id, 41);
    assert.equal(beta.ensure_experience_continuity, false);
    assert.equal(beta.filters.groups[0].rollout_percentage, 100);
    assert.equal((await askDefinitions(weir, forced.tag)).status, 304);
    assert.equal(upstream.asked.at(-1).headers['if-none-match'], definitionsTag, 'its own tag, not ours');
    await clear(weir);
    assert.deepEqual(await askDefinitions(weir, forced.tag), plain);
}

/// Away in either way: it fails, or it says nothing.
function servesLastValues(mode) {
    return async (weir, upstream) => {
        await askFlags(weir);
        await askDefinitions(weir);
        await override(weir, 'beta', { value: false });
        upstream.mode = mode;
        const answer = JSON.parse((await askFlags(weir)).text);
        assert.equal(answer.errorsWhileComputingFlags, true);
        assert.equal(answer.flags.beta.enabled, false);
        assert.equal(answer.flags.steady.enabled, true);
        assert.equal(await state(weir), 'away');
        const { status, text } = await askDefinitions(weir);
        assert.equal(status, 200);
        assert.equal(JSON.parse(text).flags[0].active, false);
        await clear(weir);
        assert.equal(JSON.parse((await askFlags(weir)).text).flags.beta.variant, 'control');
        assert.deepEqual(await askDefinitions(weir), { status: 200, tag: definitionsTag, text: definitions });
        upstream.mode = 'well';
        assert.equal((await askFlags(weir)).text, flagsAnswer);
        assert.equal(await state(weir), 'ready');
    };
}

async function liftsQuota(weir, upstream) {
    upstream.mode = 'quota';
    const limited = JSON.parse((await askFlags(weir)).text);
    assert.deepEqual(limited.quotaLimited, ['feature_flags']);
    assert.equal((await askDefinitions(weir)).status, 402);
    await override(weir, 'beta', { value: true });
    const answer = JSON.parse((await askFlags(weir)).text);
    assert.equal(answer.quotaLimited, undefined);
    assert.equal(answer.flags.beta.enabled, true);
    const { status, text } = await askDefinitions(weir);
    assert.equal(status, 200);
    assert.equal(JSON.parse(text).flags.length, 1);
}

async function sdkFollows(weir) {
    const { PostHog } = await import('posthog-node-5');
    const client = new PostHog(key, { host: weir.url });
    const value = async () => (await client.evaluateFlags(user)).getFlag('beta');
    try {
        assert.equal(await value(), 'control');
        await override(weir, 'beta', { value: 'v9' });
        assert.equal(await value(), 'v9');
        await clear(weir);
        assert.equal(await value(), 'control');
    } finally {
        await client.shutdown();
    }
}

/// Weir as its own upstream: it must not ask itself for ever.
async function asksNoCircle() {
    await withWeir(async (inner) => {
        await withWeir(async (outer) => {
            assert.equal((await askFlags(outer)).status, 200);
            assert.equal(await state(outer), 'ready');
        }, ['--upstream-posthog', inner.url]);
    });
}

await runCases('overrides-upstream', [
    ['answers pass as they are', over(passesAnswersOn)],
    ['answers with an override', over(overridesAnswers)],
    ['definitions with an override', over(overridesDefinitions)],
    ['failing: the last values', over(servesLastValues('failing'))],
    ['silent: the last values', over(servesLastValues('silent'))],
    ['out of quota', over(liftsQuota)],
    ['posthog-node 5', over(sdkFollows)],
    ['another Weir', asksNoCircle],
]);
