// What an SDK was told to send, held against what Weir kept.
import assert from 'node:assert/strict';
import { eventually } from './cases.mjs';

/// Waits until every event of `runs` is stored, then checks that each is there once, in its trace, that no
/// request was a retry, and that each of them was answered with success. `source` is who it must be from.
export async function checkCaptured(weir, source, runs) {
    const expected = runs.flatMap((run) => run.events.map((event) => ({ ...event, run })));
    const stored = await eventually(`${expected.length} events in /weir/events`, async () => {
        const events = await weir.all('events');
        const found = new Set(events.map((event) => markerOf(event)));
        return expected.every((event) => found.has(event.marker)) && events;
    }, 30_000).catch(async (error) => {
        throw new Error(`${error.message}; stored: ${JSON.stringify((await weir.all('events')).map((event) => event.name))}`);
    });

    for (const { marker, name, run } of expected) {
        const same = stored.filter((event) => markerOf(event) === marker);
        assert.equal(same.length, 1, `${name} is stored ${same.length} times`);
        const [event] = same;
        assert.equal(event.name, name);
        assert.equal(event.source, source);
        assert.equal(event.trace_id, run.traceId, `${name}: trace id`);
        assert.equal(event.user_id, run.userId, `${name}: user id`);
        assert.equal(event.workspace_id, run.workspaceId, `${name}: workspace id`);
    }
    assert.deepEqual(stored.filter((event) => event.duplicate_of !== null).map((event) => event.name), []);
    const uuids = stored.map((event) => event.uuid);
    assert.equal(new Set(uuids).size, uuids.length, 'an SDK sent an id twice');
    await checkRequests(weir);
    for (const { traceId, events } of runs) {
        const trace = await weir.get(`traces/${traceId}`);
        const names = trace.events.map((event) => event.name);
        for (const event of events) assert.ok(names.includes(event.name), `${event.name} is not in its trace`);
    }
    return stored;
}

function markerOf(event) {
    return event.properties?.marker;
}

/// No request failed to be understood or came as a second try, and each was answered with success.
async function checkRequests(weir) {
    for (const { status, error, answer_status: answer, method, path, headers: fields } of await weir.all('requests')) {
        const what = `${method} ${path}`;
        assert.notEqual(status, 'failed', `${what}: ${error}`);
        assert.ok(answer < 400 || path.includes('/static/'), `${what} was answered ${answer}`);
        const headers = Object.fromEntries(fields.map(([name, value]) => [name.toLowerCase(), value]));
        for (const name of ['x-retry-count', 'rsa-retry-attempt'])
            assert.equal(headers[name], undefined, `a retry: ${what} with ${name}`);
        assert.equal(headers['posthog-attempt'] ?? '1', '1', `a retry: ${what}`);
        assert.ok(!/[?&]retry_count=/.test(path), `a retry: ${what}`);
    }
}
