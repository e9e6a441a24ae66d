// Where PostHog's server and posthog-node 5 evaluate a flag differently, each as a predicate on one case.
// Weir follows the server. See https://github.com/PostHog/posthog/tree/master/rust/feature-flags for it, and
// @posthog/core's featureFlagLocalEvaluation for the SDK.

export const has = (object, key) => Object.prototype.hasOwnProperty.call(object ?? {}, key);
const isInteger = (value) => typeof value === 'number' && Number.isInteger(value);
const holdsInteger = (value) => isInteger(value) || (value !== null && typeof value === 'object' && Object.values(value).some(holdsInteger));
const isContainer = (value) => value !== null && typeof value === 'object';
const isNumberText = (value) => typeof value === 'number' || (typeof value === 'string' && /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(value));
const isIsoDate = (value) => typeof value === 'string' && /^\d{4}-\d\d-\d\d(T[\d:.]+Z)?$/.test(value);
const isRelative = (value) => typeof value === 'string' && /^-?\d{1,4}[hdwmy]$/.test(value);
const isPlainVersion = (value) => typeof value === 'string' && /^v?(0|[1-9]\d*)(\.(0|[1-9]\d*)){0,2}$/.test(value);
const isAscii = (text) => /^[\x00-\x0c\x0e-\x7f]*$/.test(text);
const isTextual = (operator) => /contains|with|regex/.test(operator);
/// The part of patterns that both engines read alike, as the SDK sees it: no look-around, no \b, no flags.
const isPortablePattern = (text) => isAscii(text) && !/\(\?|\\b|\\w|\\d/.test(text);

/// Rules about one filter on a property: (filter, value, operator) → whether the two sides may differ.
const filterRules = {
    'property absent: the server knows that it is not set, the SDK cannot': (filter, value) => value === undefined,
    'exact with a whole number: JavaScript cannot tell 5 from 5.0': (filter, value, operator) =>
        ['exact', 'is_not'].includes(operator) && (holdsInteger(value) || holdsInteger(filter.value)),
    'operator that only the server has': (filter, value, operator) => ['icontains_multi', 'not_icontains_multi', 'between', 'not_between', 'is_date_exact'].includes(operator),
    'pattern or text outside of the portable subset': (filter, value, operator) =>
        operator.endsWith('regex') && (!isPortablePattern(String(filter.value)) || !isAscii(String(value))),
    'number comparison of what is no number: parseFloat or text order in the SDK, no match on the server': (filter, value, operator) =>
        ['gt', 'gte', 'lt', 'lte'].includes(operator) && !(isNumberText(filter.value) && isNumberText(value)),
    'date as a number, as relative text or unreadable': (filter, value, operator) =>
        operator.startsWith('is_date') && !(isIsoDate(value) && (isIsoDate(filter.value) || isRelative(filter.value))),
    'version that is not strict: leading zeros, pre-release, build, unreadable': (filter, value, operator) => operator.startsWith('semver')
        && !(isPlainVersion(value) && (isPlainVersion(filter.value) || (operator === 'semver_wildcard' && /^v?(0|[1-9]\d*)(\.(0|[1-9]\d*))?\.\*$/.test(filter.value)))),
    'wildcard without a star: a caret on the server': (filter, value, operator) => operator === 'semver_wildcard' && !String(filter.value).includes('*'),
    'text of an array or object: JSON on the server, toString() in the SDK': (filter, value, operator) => isTextual(operator) && (isContainer(value) || isContainer(filter.value)),
    'operator that is not known: the whole flag fails on the server': (filter, value, operator) => operator === 'rhymes_with',
};

/// What a case asks, gathered once: the rules that could make a difference, each with why.
class CaseRules {
    constructor(document, subject, outcome) {
        Object.assign(this, { document, subject, ...outcome, found: new Set() });
        this.person = { distinct_id: subject.distinct_id, ...subject.person_properties };
    }

    add(name, applies) {
        if (applies) this.found.add(name);
    }

    typeOf = (index) => this.document.group_type_mapping[index];

    /// The properties that the SDK looks in: those of whom the condition goes by.
    sourceOf(index) {
        if (index == null) return this.person;
        const type = this.typeOf(index);
        return { $group_key: this.subject.groups[type], ...this.subject.group_properties[type] };
    }

    filter(filter, index, inCohort = false) {
        if (filter.type === 'cohort') return this.cohort(filter, index);
        if (filter.type === 'flag') return this.dependency(filter);
        const operator = filter.operator ?? 'exact';
        const source = this.sourceOf(index);
        const value = has(source, filter.key) ? source[filter.key] : undefined;
        for (const [name, applies] of Object.entries(filterRules)) this.add(name, applies(filter, value, operator));
        const ownIndex = filter.type === 'group' ? filter.group_type_index ?? index : null;
        this.add('the filter names its source: the server follows it, the SDK takes the condition\'s', (inCohort ? null : ownIndex) !== (index ?? null));
        return undefined;
    }

    cohort(filter, index) {
        this.add('cohorts hold people: the server looks at the person, the SDK at the condition\'s group', index != null);
        const walk = (node) => (node?.values ? node.values.forEach(walk) : has(node, 'key') && this.filter(node, index, true));
        walk(this.document.cohorts[String(filter.value)]);
    }

    /// Whether this node of a filter or cohort leads to a cohort that the document does not have.
    lacksCohort(node, seen = new Set()) {
        if (node?.values) return node.values.some((value) => this.lacksCohort(value, seen));
        const id = String(node?.value);
        if (node?.type !== 'cohort' || seen.has(id)) return false;
        return !has(this.document.cohorts, id) || this.lacksCohort(this.document.cohorts[id], seen.add(id));
    }

    dependency(filter) {
        const known = new Set(this.document.flags.map(({ key }) => key));
        this.add('missing dependency: the server closes the whole flag', !filter.dependency_chain?.length || filter.dependency_chain.some((key) => !known.has(key)));
        this.add('it depends on a flag that differs', filter.dependency_chain?.some((key) => this.differing.has(key)));
        this.add('a flag further down the chain is undecided: the SDK gives up, the server asks only for the last', filter.dependency_chain?.slice(0, -1).some((key) => this.undecided.has(key)));
        this.add('it depends on a flag with a cohort that is not there: the SDK gives up, here one condition stays undecided', this.document.flags.some(({ key, filters }) => filter.dependency_chain?.includes(key) && filters.groups.some(({ properties }) => properties.some((each) => this.lacksCohort(each)))));
        this.add('it asks for a value that no flag has: never met on the server, undecided in the SDK', !['boolean', 'string'].includes(typeof filter.value));
    }

    flag(flag) {
        const { filters } = flag;
        const { subject } = this;
        const index = filters.aggregation_group_type_index;
        this.add('an empty distinct id: the SDK evaluates nothing for it', subject.distinct_id === '');
        this.add('deleted: off and left out on the server', flag.deleted);
        this.add('rules of version 2 are not evaluated locally', filters.version === 2);
        const enrollment = [`$feature_enrollment/${flag.key}`].filter((key) => has(subject.person_properties, key));
        this.add('early access: only the server knows it', (filters.feature_enrollment || filters.super_groups) && enrollment.length);
        const bucket = (at) => (at == null ? (flag.bucketing_identifier === 'device_id' ? subject.person_properties.$device_id : subject.distinct_id) : subject.groups[this.typeOf(at)]);
        for (const condition of filters.groups) {
            const own = condition.aggregation_group_type_index;
            const at = own === undefined ? index : own;
            this.add('null aggregation goes by the person on the server', own === null && index !== undefined);
            this.add('an identifier is cut to 200 characters, an empty one not hashed', bucket(at) === '' || [...(bucket(at) ?? '')].length > 200);
            condition.properties.forEach((filter) => this.filter(filter, at));
        }
        this.add('an identifier is cut to 200 characters, an empty one not hashed', bucket(index) === '' || [...(bucket(index) ?? '')].length > 200);
    }
}

/// The names of the rules by which this flag may differ for this subject. `outcome` holds the keys of this
/// case's flags that are `differing` and those that the SDK leaves `undecided`.
export function rulesFor(flag, document, subject, outcome) {
    const rules = new CaseRules(document, subject, outcome);
    rules.flag(flag);
    return rules.found;
}

/// Payloads that the SDK drops although the flag has them: their JSON is not truthy.
export const isDroppedPayload = (text) => {
    try {
        return !JSON.parse(text);
    } catch {
        return false;
    }
};
