// A shop that switches parts of its page by feature flags of posthog-js.
import posthog from 'posthog-js';

/// {value, payload} of a flag as the SDK has it now.
function now(flag) {
    return { value: posthog.getFeatureFlag(flag), payload: posthog.getFeatureFlagPayload(flag) };
}

/// The next time that the SDK gets flags. It calls back at once with those that it has: that does not count.
function nextFlags() {
    return new Promise((resolve) => {
        let isRegistering = true;
        const stop = posthog.onFeatureFlags(() => {
            if (isRegistering) return;
            setTimeout(() => stop());
            resolve();
        });
        isRegistering = false;
    });
}

window.run = async ({ host, user, flag }) => {
    posthog.init('phc_weirexample', {
        api_host: host, autocapture: false, capture_pageview: false, capture_pageleave: false,
        opt_out_useragent_filter: true, // Headless browsers count as bots otherwise.
        bootstrap: { distinctID: user, isIdentifiedID: true },
    });
    await nextFlags();
    return { value: now(flag).value };
};
window.ask = async (flag) => {
    const next = nextFlags();
    posthog.reloadFeatureFlags();
    await next;
    return now(flag);
};
