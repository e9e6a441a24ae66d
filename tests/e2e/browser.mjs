// The browser SDKs as released, in headless Chromium, on a page of another origin than Weir's.
import assert from 'node:assert/strict';
import { runCases } from './lib/cases.mjs';
import { openPage } from './lib/chromium.mjs';
import { checkCaptured } from './lib/ledger.mjs';
import { serveSite } from './lib/site.mjs';
import { withWeir } from './lib/weir.mjs';
import { workflowRun } from './lib/workflow.mjs';

/// A case: the page that runs the SDK, who Weir says it was, the path that events must take, what run() is
/// told, and whether the page is left so that the rest is sent by beacon.
function captured(site, source, path, { settings = {}, leave = false, use = async () => {} } = {}) {
    return () => withWeir(async (weir) => {
        const page = await serveSite(site);
        const runs = [workflowRun(), workflowRun()];
        try {
            const browser = await openPage(page.url);
            try {
                await browser.run({ host: weir.url, runs, ...settings });
                await use(browser);
                if (leave) await browser.leave();
                const stored = await checkCaptured(weir, source, runs);
                await checkPath(weir, stored, path);
                checkNetwork(weir, browser);
            } finally {
                await browser.close();
            }
        } finally {
            page.close();
        }
    });
}

async function checkPath(weir, stored, path) {
    const marked = stored.find((event) => event.properties?.marker);
    const { request } = await weir.get(`events/${marked.id}`);
    assert.match(request.path, path);
}

/// Nothing went wrong in the page, and Weir refused nothing. Scripts that an SDK offers to load later and
/// that only the vendor has (/static/…) are answered 404, which each SDK takes in its stride.
function checkNetwork(weir, browser) {
    const refused = browser.answers.filter(({ url, status }) => url.startsWith(weir.url) && status >= 400);
    assert.deepEqual(refused.filter(({ url }) => !url.includes('/static/')), []);
    assert.deepEqual(browser.complaints.filter((line) => !line.includes('/static/')), []);
    const strangers = browser.answers.filter(({ url }) => !/^(http:\/\/(localhost|127\.0\.0\.1)[:/]|data:|about:|blob:)/.test(url));
    assert.deepEqual(strangers, [], 'asked elsewhere than Weir');
}

async function unknownFlag(browser) {
    assert.match(await browser.evaluate('window.flag("agent_debugger_ui")'), /undefined|false/);
}

const events = /^\/(i\/v0\/)?e\/(\?|$)/;

await runCases('browser', [
    ['posthog-js, defaults', captured('posthog', 'posthog', events, { use: unknownFlag })],
    ['posthog-js, without compression', captured('posthog', 'posthog', events, { settings: { options: { disable_compression: true } } })],
    ['posthog-js, one by one', captured('posthog', 'posthog', events, { settings: { options: { request_batching: false } } })],
    ['posthog-js, by XHR', captured('posthog', 'posthog', events, { settings: { options: { api_transport: 'XHR' } } })],
    ['posthog-js, groups and people', captured('posthog', 'posthog', events, { settings: { people: true } })],
    ['posthog-js, by beacon as the page is left', captured('posthog', 'posthog', events, { leave: true })],
    ['analytics-js, one by one', captured('rudder', 'rudderstack', /^\/v1\/track$/)],
    ['analytics-js, in batches', captured('rudder', 'rudderstack', /^\/v1\/batch$/,
        { settings: { options: { queueOptions: { batch: { enabled: true, maxItems: 5, flushInterval: 500 } } } } })],
    ['analytics-js, by beacon', captured('rudder', 'rudderstack', /^\/beacon\/v1\/batch\?/,
        { settings: { options: { useBeacon: true } }, leave: true })],
    ['analytics-next, one by one', captured('segment', 'segment', /^\/v1\/t$/)],
    ['analytics-next, in batches', captured('segment', 'segment', /^\/v1\/b$/,
        { settings: { integrations: { 'Segment.io': { deliveryStrategy: { strategy: 'batching', config: { size: 5, timeout: 500 } } } } } })],
]);
