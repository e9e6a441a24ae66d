// The SDKs that follow flags: each opens a client on a Weir and reads flags through its public calls.
import { openPage } from './chromium.mjs';
import { key, user } from './overrides.mjs';
import { pythonClient } from './python.mjs';
import { serveSite } from './site.mjs';

/// What posthog-node gives for a flag, by the calls of its version: {value, payload}.
async function askNode(version, client, flag, local) {
    const options = local ? { onlyEvaluateLocally: true } : {};
    if (version === 5) {
        const flags = await client.evaluateFlags(user, options);
        return { value: flags.getFlag(flag), payload: flags.getFlagPayload(flag) };
    }
    const value = await client.getFeatureFlag(flag, user, options);
    return { value, payload: await client.getFeatureFlagPayload(flag, user, value, options) };
}

async function openNode(version, local, weir) {
    const { PostHog } = await import(`posthog-node-${version}`);
    const client = new PostHog(key, {
        host: weir.url, flushAt: 1, flushInterval: 50,
        ...(local ? { personalApiKey: 'phx_weirexample', featureFlagsPollingInterval: 3_600_000 } : {}),
    });
    if (local) await client.reloadFeatureFlags(); // While its first load is under way, an SDK starts no other.
    return {
        async ask(flag) {
            if (local) await client.reloadFeatureFlags();
            return askNode(version, client, flag, local);
        },
        close: () => (client.shutdownAsync ?? client.shutdown).call(client),
    };
}

/// posthog-js keeps what it got until its next question: reloadFeatureFlags() is one.
async function openBrowser(weir) {
    const site = await serveSite('flags');
    const page = await openPage(site.url);
    const started = await page.run({ host: weir.url, user, flag: 'agent_debugger_ui' });
    return {
        started,
        ask: (flag) => page.evaluate(`window.ask(${JSON.stringify(flag)})`),
        async close() {
            await page.close();
            site.close();
        },
    };
}

const mode = (local) => (local ? ', local evaluation' : '');
const node = (version, local) => ({
    name: `posthog-node ${version}${mode(local)}`, sdk: 'posthog-node', local, open: (weir) => openNode(version, local, weir),
});
const python = (local) => ({
    name: `posthog-python${mode(local)}`, sdk: 'posthog-python', local, open: (weir) => pythonClient(weir, local),
});

/// {name, sdk, local, open(weir)}: `sdk` is how Weir names it; a client has ask(flag), which gives {value, payload}
/// after asking Weir anew, and close(). Opening throws Skip where the SDK cannot be there.
export const flagSdks = [
    ...[3, 4, 5].flatMap((version) => [node(version, false), node(version, true)]),
    python(false), python(true),
    { name: 'posthog-js', sdk: 'web', local: false, open: openBrowser },
];
