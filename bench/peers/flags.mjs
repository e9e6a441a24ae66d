// flags.mjs write FILE: 100 flags and 1,000 users as a project has them, all of which an SDK can evaluate by itself.
// flags.mjs measure FILE: posthog-node's own local evaluation of them, through its public client.
import { createServer } from 'node:http';
import { readFileSync, writeFileSync } from 'node:fs';

const flagCount = 100, userCount = 1000;
const person = (key, operator, value) => ({ key, type: 'person', operator, value });
const everyone = (percentage) => ({ properties: [], rollout_percentage: percentage });

/// Of ten flags four are plain rollouts; the others have variants, targeting, a cohort, a dependency.
const shapes = [
    () => ({ groups: [everyone(30)] }),
    () => ({ groups: [everyone(100)] }),
    () => ({ groups: [everyone(50)], payloads: { true: '{"ttl":600}' } }),
    () => ({ groups: [everyone(12.5)] }),
    () => ({ groups: [{ properties: [person('plan', 'exact', ['pro', 'enterprise'])], rollout_percentage: 100 }, everyone(5)] }),
    () => ({ groups: [{ properties: [person('email', 'icontains', '@example.com'), person('score', 'gt', 10.5)], rollout_percentage: 80 }] }),
    () => ({ groups: [everyone(100)], multivariate: { variants: [['control', 34], ['v2', 33], ['v2-rerank', 33]].map(([key, rollout_percentage]) => ({ key, rollout_percentage })) }, payloads: { v2: '{"index":"hybrid"}' } }),
    () => ({ groups: [{ properties: [person('email', 'regex', '^user-[0-9]+@')], rollout_percentage: 100 }, { properties: [person('app_version', 'semver_gte', '1.4.0')], rollout_percentage: 40 }] }),
    () => ({ groups: [{ properties: [{ key: 'id', type: 'cohort', operator: 'in', value: 1 }], rollout_percentage: 100 }] }),
    (i) => ({ groups: [{ properties: [{ key: `flag-${i - 3}`, type: 'flag', operator: 'flag_evaluates_to', value: true, dependency_chain: [`flag-${i - 3}`] }], rollout_percentage: 75 }] }),
];

function cases() {
    const flags = Array.from({ length: flagCount }, (_, i) => ({ id: i + 1, key: `flag-${i}`, version: 1, active: true, filters: shapes[i % shapes.length](i) }));
    const cohort = { type: 'OR', values: [{ type: 'AND', values: [person('plan', 'exact', 'enterprise')] }, { type: 'AND', values: [person('score', 'gte', 90.5)] }] };
    const subjects = Array.from({ length: userCount }, (_, i) => ({
        distinct_id: `user-${i}`, groups: {}, group_properties: {},
        person_properties: { plan: ['free', 'pro', 'enterprise'][i % 3], email: `user-${i}@${i % 2 ? 'example.com' : 'weir.dev'}`, score: (i % 100) + 0.5,
            app_version: `1.${i % 9}.0`, country: 'DE', created: '2026-01-01T00:00:00Z' },
    }));
    return { definitions: { flags, group_type_mapping: {}, cohorts: { 1: cohort } }, subjects };
}

async function measure({ definitions, subjects }) {
    const { PostHog } = await import('posthog-node');
    const server = createServer((request, response) => response.end(JSON.stringify(definitions)));
    await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
    const client = new PostHog('phc_example', { host: `http://127.0.0.1:${server.address().port}`, personalApiKey: 'phx_example', featureFlagsPollingInterval: 86_400_000 });
    await client.reloadFeatureFlags();
    const evaluateAll = async () => {
        let on = 0;
        for (const { distinct_id, groups, person_properties, group_properties } of subjects) {
            const { featureFlags } = await client.getAllFlagsAndPayloads(distinct_id, { groups, personProperties: person_properties, groupProperties: group_properties, onlyEvaluateLocally: true });
            if (Object.keys(featureFlags).length !== definitions.flags.length) throw new Error(`${distinct_id}: not all evaluated`);
            on += Object.values(featureFlags).filter(Boolean).length;
        }
        return on;
    };
    let best = Infinity, on = 0;
    for (let round = 0; round < 4; ++round) {
        const begun = process.hrtime.bigint();
        on = await evaluateAll();
        best = Math.min(best, Number(process.hrtime.bigint() - begun));
    }
    console.log(`posthog-node: ${(best / subjects.length / definitions.flags.length).toFixed(0)} ns a flag, ${on} on`);
    await client.shutdown();
    server.close();
}

const [, , what, file] = process.argv;
if (what === 'write') writeFileSync(file, JSON.stringify(cases()));
else await measure(JSON.parse(readFileSync(file, 'utf8')));
