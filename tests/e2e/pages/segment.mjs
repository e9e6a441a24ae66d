// A shop that uses Segment's browser SDK, its settings read from Weir as from Segment's own CDN.
import { AnalyticsBrowser } from '@segment/analytics-next';

window.run = async ({ host, runs, integrations = {} }) => {
    const client = AnalyticsBrowser.load({ writeKey: 'weir-example', cdnURL: host }, { integrations });
    await client.identify(runs[0].userId, { plan: 'pro' });
    for (const { events } of runs)
        await Promise.all(events.map(({ name, properties }) => client.track(name, properties)));
};
