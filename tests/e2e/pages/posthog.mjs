// A shop that uses posthog-js. run() sends what it is given and tells when the SDK has handed it on.
import posthog from 'posthog-js';

window.run = ({ host, runs, options = {}, people = false }) => new Promise((resolve) => {
    posthog.init('phc_weirexample', {
        api_host: host, autocapture: false, capture_pageview: false, capture_pageleave: false,
        opt_out_useragent_filter: true, // Headless browsers count as bots otherwise.
        loaded: (client) => {
            client.identify(runs[0].userId);
            for (const { events } of runs) {
                for (const { name, properties } of events) client.capture(name, properties);
            }
            if (people) {
                client.group('workspace', 'acme', { seats: 3 });
                client.setPersonProperties({ plan: 'pro' });
            }
            resolve(client.version ?? '');
        },
        ...options,
    });
});
window.flag = (key) => new Promise((resolve) => {
    posthog.onFeatureFlags(() => resolve(String(posthog.getFeatureFlag(key))));
});
