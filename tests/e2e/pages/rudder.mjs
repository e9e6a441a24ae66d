// A shop that uses RudderStack's browser SDK, its build with all plugins inside.
import { RudderAnalytics } from '@rudderstack/analytics-js/bundled';

window.run = ({ host, runs, options = {} }) => new Promise((resolve) => {
    const client = new RudderAnalytics();
    client.load('weir-example', host, { configUrl: host, ...options });
    client.ready(() => {
        client.identify(runs[0].userId, { plan: 'pro' });
        for (const { events } of runs) {
            for (const { name, properties } of events) client.track(name, properties);
        }
        resolve();
    });
});
