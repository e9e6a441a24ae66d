// Feature flag definitions and subjects out of a seed: every operator and feature, mostly sensible, at times not.

/// A seeded stream of numbers (mulberry32), and picks from it.
export class Random {
    constructor(seed) {
        this.state = seed >>> 0;
    }

    number() {
        this.state = (this.state + 0x6d2b79f5) >>> 0;
        let t = this.state;
        t = Math.imul(t ^ (t >>> 15), t | 1);
        t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
        return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
    }

    below = (count) => Math.floor(this.number() * count);
    chance = (share) => this.number() < share;
    pick = (list) => list[this.below(list.length)];
    some = (list, count) => Array.from({ length: count }, () => this.pick(list));
}

const days = (now, count) => new Date(now + Math.round(count * 86_400_000)).toISOString();
const plans = ['free', 'pro', 'Pro', 'ENTERPRISE', 'enterprise', 'trial', ''];
const mails = ['a@example.com', 'Bob@Example.org', 'carol+test@weir.dev', 'd@exämple.de', 'nobody'];
const nicks = ['Ärger', 'ärger', 'naïve', 'ΟΔΟΣ', 'οδος', 'Straße', '日本', 'x'];
const versions = ['1.2.3', '1.2.4', '1.10.0', '2.0.0', '0.3.1', '0.0.4', '3.10', '4', 'v1.3.0'];
const oddVersions = ['1.2.3-alpha.1', '3.08', '1.2.3+7', '1.2.x', '1.2.3.4', 'none', ' 2.0.0'];
const numbers = [0, 1, 5, 17, 18, 42, -3, 2.5, 17.25];
const oddNumbers = ['5', '17.5', '10px', '', 'high', '1e2', true];
const values = {
    plan: plans, email: mails, nick: nicks, age: numbers, score: [0.5, 2.5, 17.25, -1.75], admin: [true, false, 'true', 'FALSE'],
    version: versions, tags: [['a', 'b'], [], ['true'], [true], 'a'], odd: [...oddNumbers, ...oddVersions, null, { a: 'b' }, [1, 2]],
};
/// Of each operator: what it is compared with, and of which properties it is asked as a rule.
const operators = {
    exact: ['plan', 'email', 'nick', 'admin', 'score', 'tags', 'age'], is_not: ['plan', 'email', 'nick', 'admin', 'score', 'age'],
    is_set: ['plan', 'odd'], is_not_set: ['plan', 'odd'],
    icontains: ['email', 'plan', 'nick'], not_icontains: ['email', 'plan', 'nick'],
    starts_with: ['email', 'plan'], not_starts_with: ['email', 'plan'], ends_with: ['email', 'plan'], not_ends_with: ['email', 'plan'],
    icontains_multi: ['email'], not_icontains_multi: ['email'],
    regex: ['email', 'plan', 'nick'], not_regex: ['email', 'plan', 'nick'],
    gt: ['age', 'score'], gte: ['age', 'score'], lt: ['age', 'score'], lte: ['age', 'score'],
    between: ['age', 'score'], not_between: ['age'],
    is_date_before: ['seen'], is_date_after: ['seen'], is_date_exact: ['seen'],
    semver_eq: ['version'], semver_neq: ['version'], semver_gt: ['version'], semver_gte: ['version'], semver_lt: ['version'],
    semver_lte: ['version'], semver_tilde: ['version'], semver_caret: ['version'], semver_wildcard: ['version'],
};
export const operatorNames = Object.keys(operators);
const patterns = ['^a', 'example\\.(com|org)$', '[A-Z]', 'o{2,}', '(b|c).*@', '^$', 'pro|trial', '.+', '^(?!a)', '\\bpro', '(', 'ä', '(?i)PRO', '\\w+'];

export class Generator {
    constructor(seed, now) {
        this.random = new Random(seed);
        this.now = now;
    }

    date() {
        const { random } = this;
        return random.chance(0.08) ? random.pick(['soon', '1760000000', 1760000000, '-3d']) : days(this.now, -(random.below(800) + 0.5));
    }

    filterValue(operator) {
        const { random } = this;
        if (operator.startsWith('is_date')) {
            return random.chance(0.6) ? `${random.pick(['-', ''])}${random.below(40) + 1}${random.pick([...'hdwmy'])}`
                : random.chance(0.9) ? days(this.now, -random.below(800)).slice(0, random.pick([10, 24])) : random.pick(['later', 7, '-10000d']);
        }
        if (operator === 'semver_wildcard') return random.pick(['1.2.*', '1.*', 'v2.*', '0.*', '1.2', '*', '1.*.*']);
        if (operator.startsWith('semver')) return random.chance(0.9) ? random.pick(versions) : random.pick(oddVersions);
        if (operator.endsWith('regex')) return random.pick(patterns);
        if (operator.endsWith('between')) return random.pick([[0, 10], [17, 18], [2.5, 42], [10, 0], ['1', '20']]);
        if (operator.endsWith('multi')) return random.pick([['exa', 'weir'], ['zzz'], [], 'bob']);
        if (['gt', 'gte', 'lt', 'lte'].includes(operator)) return random.chance(0.9) ? random.pick([...numbers, '17', '2.5']) : random.pick(oddNumbers);
        if (operator.includes('with') || operator.includes('contains')) return random.pick(['a', 'EXAMPLE', '.com', 'pro', 'Ä', 'ent', '', '@', 5]);
        const pool = values[random.pick(['plan', 'plan', 'email', 'nick', 'admin', 'score', 'age'])];
        return random.chance(0.35) ? random.some(pool, random.below(4)) : random.pick(pool);
    }

    propertyFilter(type = 'person', more = {}) {
        const { random } = this;
        const operator = random.chance(0.3) ? random.pick(['exact', 'is_not']) : random.pick(operatorNames);
        const key = random.chance(0.9) ? random.pick(operators[operator]) : random.pick([...Object.keys(values), 'seen', 'missing', 'distinct_id']);
        const filter = { key, type, ...more };
        if (operator !== 'exact' || random.chance(0.7)) filter.operator = operator;
        if (!operator.startsWith('is_set') && !operator.startsWith('is_not_set')) filter.value = this.filterValue(operator);
        if (random.chance(0.004)) filter.operator = 'rhymes_with';
        return filter;
    }

    filter(earlier, groupIndex) {
        const { random } = this;
        if (earlier.length && random.chance(0.1)) {
            const target = random.pick(earlier);
            const chain = [...target.chain, target.key];
            const broken = random.chance(0.04);
            return { key: broken ? 'gone' : target.key, type: 'flag', operator: 'flag_evaluates_to',
                value: random.pick([true, true, false, 'control', 'v2', 1]), dependency_chain: broken ? random.pick([[], ['gone']]) : chain };
        }
        if (random.chance(0.1)) {
            const filter = { key: 'id', type: 'cohort', value: random.chance(0.95) ? random.pick([1, 2, 3, '4', 5, 6]) : 99 };
            if (random.chance(0.7)) filter.operator = random.pick(['in', 'not_in']);
            return filter;
        }
        if (groupIndex != null && random.chance(0.95)) return this.propertyFilter('group', { group_type_index: groupIndex });
        return this.propertyFilter();
    }

    condition(earlier, flagIndex, variants) {
        const { random } = this;
        const condition = {};
        let index = flagIndex;
        if (flagIndex == null && random.chance(0.06)) index = condition.aggregation_group_type_index = random.pick([0, 1, 7]);
        else if (random.chance(0.03)) index = condition.aggregation_group_type_index = null;
        condition.properties = Array.from({ length: random.pick([0, 0, 1, 1, 1, 2, 2, 3]) }, () => this.filter(earlier, index));
        condition.rollout_percentage = random.pick([100, 100, 100, 100, null, 50, 25.5, 33.34, 0, 75]);
        if (variants.length && random.chance(0.3)) condition.variant = random.pick([...variants.map(({ key }) => key), 'undeclared']);
        return condition;
    }

    flag(key, earlier) {
        const { random } = this;
        const filters = {};
        const variants = random.chance(0.35) ? random.pick([
            [['control', 50], ['v2', 50]], [['control', 33.33], ['v2', 33.33], ['v2-rerank', 33.34]], [['control', 10], ['v2', 20]], [['v2', 100]],
        ]).map(([name, rollout_percentage]) => ({ key: name, rollout_percentage })) : [];
        if (variants.length) filters.multivariate = { variants };
        const index = random.chance(0.12) ? random.pick([0, 0, 1, 7]) : undefined;
        if (index !== undefined) filters.aggregation_group_type_index = index;
        if (random.chance(0.1)) filters.early_exit = true;
        if (random.chance(0.06)) filters.holdout = { id: random.below(9), exclusion_percentage: random.pick([10, 50, 100, 0]) };
        if (random.chance(0.03)) filters.feature_enrollment = true;
        if (random.chance(0.03)) filters.super_groups = [{ properties: [{ key: `$feature_enrollment/${key}`, type: 'person', operator: 'exact', value: ['true'] }], rollout_percentage: 100 }];
        if (random.chance(0.4)) {
            filters.payloads = {};
            for (const name of ['true', ...variants.map((variant) => variant.key)])
                if (random.chance(0.7)) filters.payloads[name] = random.pick(['{"ttl": 600}', '"text"', '[1,2.5]', 'not json', '7', 'null', '0', 'false', '""', '']);
        }
        filters.groups = Array.from({ length: random.pick([1, 1, 1, 2, 2, 3, 0]) }, () => this.condition(earlier, index, variants));
        const flag = { id: 100 + earlier.length, key, version: 1, active: !random.chance(0.04), filters };
        if (random.chance(0.02)) flag.ensure_experience_continuity = true;
        if (random.chance(0.01)) flag.deleted = true;
        if (random.chance(0.06)) flag.bucketing_identifier = random.pick(['device_id', 'distinct_id']);
        if (random.chance(0.005)) filters.version = 2;
        const chain = [...new Set(filters.groups.flatMap(({ properties }) => properties.filter(({ type }) => type === 'flag').flatMap((filter) => filter.dependency_chain)))];
        return [flag, { key, chain }];
    }

    cohorts() {
        const leaf = () => ({ ...this.propertyFilter(), ...(this.random.chance(0.3) ? { negation: true } : {}) });
        const group = (type, ...items) => ({ type, values: items });
        const all = {
            1: group('OR', group('AND', leaf(), leaf()), group('AND', leaf())), 2: group('AND', group('OR', leaf(), leaf())), 3: group('AND', leaf()),
            4: group('OR', { key: 'id', type: 'cohort', value: 3 }, leaf()), 5: this.random.pick([{}, group('AND'), group('OR')]),
            6: group('AND', { key: 'id', type: 'cohort', value: 4, negation: this.random.chance(0.5) }, leaf()),
        };
        if (this.random.chance(0.1)) all[2].values[0].values.push({ key: 'id', type: 'cohort', value: 98 });
        return all;
    }

    document(flagCount) {
        const flags = [], earlier = [];
        for (let i = 0; i < flagCount; ++i) {
            const [flag, entry] = this.flag(`${this.random.pick(['beta', 'träce', 'rag-v2', 'a.b'])}-${i}-${this.random.below(1e6)}`, earlier);
            flags.push(flag);
            earlier.push(entry);
        }
        const document = { flags, group_type_mapping: { 0: 'organization', 1: 'team' }, cohorts: this.cohorts() };
        if (this.random.chance(0.4)) document.property_matching_version = this.random.pick([1, 2]);
        return document;
    }

    properties(keys) {
        const { random } = this;
        const properties = {};
        for (const key of Object.keys(values)) {
            if (random.chance(0.93)) properties[key] = random.chance(0.96) ? random.pick(values[key]) : random.pick(values.odd);
        }
        if (random.chance(0.93)) properties.seen = this.date();
        for (const key of keys) if (random.chance(0.5)) properties[`$feature_enrollment/${key}`] = random.pick(['true', 'false', true, false]);
        return properties;
    }

    subject(document) {
        const { random } = this;
        const enrolling = document.flags.filter(({ filters }) => filters.feature_enrollment || filters.super_groups).map(({ key }) => key);
        const subject = { distinct_id: random.chance(0.97) ? `user-${random.below(1e6)}` : random.pick(['', 'ü'.repeat(230), 'a'.repeat(199) + '😀bc', 'ユーザー']),
            groups: {}, person_properties: this.properties(enrolling), group_properties: {} };
        if (random.chance(0.6)) subject.person_properties.$device_id = random.chance(0.95) ? `device-${random.below(1e6)}` : '';
        for (const type of ['organization', 'team']) {
            if (!random.chance(0.6)) continue;
            subject.groups[type] = random.chance(0.98) ? `org-${random.below(1000)}` : '';
            if (random.chance(0.85)) subject.group_properties[type] = this.properties([]);
        }
        return subject;
    }
}
