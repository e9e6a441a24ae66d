// Overrides over a PostHog server that Weir asks first: a scripted one, that can be away or out of quota.
import assert from 'node:assert/strict';
import { runCases } from './lib/cases.mjs';
import { flagSdks } from './lib/flagsdks.mjs';
import { check, clear, key, override, user } from './lib/overrides.mjs';
import { definitions, definitionsTag, flagsAnswer, upstreamServer } from './lib/upstream.mjs';
import { withWeir } from './lib/weir.mjs';

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

/// What an SDK reads while the upstream says on, says off, and cannot be reached.
function sdkFollows(sdk) {
    return over(async (weir, upstream) => {
        const client = await sdk.open(weir);
        const reads = async (what, flag, value, payload) => check(what, await client.ask(flag), value, payload);
        try {
            await reads('on upstream', 'steady', true);
            await reads('off upstream', 'quiet', false);
            for (const flag of ['steady', 'quiet']) {
                await override(weir, flag, { value: 'v9', payload: { ttl: 1 } });
                await reads(`${flag}, a variant unknown upstream`, flag, 'v9', { ttl: 1 });
            }
            await override(weir, 'quiet', { value: true });
            await reads('off upstream, overridden', 'quiet', true);
            await clear(weir);
            await reads('on upstream, override removed', 'steady', true);
            await reads('off upstream, override removed', 'quiet', false);
            upstream.close();
            await override(weir, 'steady', { value: false });
            await reads('unreachable, off', 'steady', false);
            await override(weir, 'quiet', { value: 'v2', payload: 7.5 });
            await reads('unreachable, a variant with payload', 'quiet', 'v2', 7.5);
            await override(weir, 'new', { value: 'blue' });
            await reads('unreachable, a new flag', 'new', 'blue');
            await clear(weir);
            await reads('unreachable, override removed', 'steady', true);
            await reads('unreachable, override removed', 'quiet', false);
        } finally {
            await client.close();
        }
    });
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
    ...flagSdks.map((sdk) => [sdk.name, sdkFollows(sdk)]),
    ['another Weir', asksNoCircle],
]);
