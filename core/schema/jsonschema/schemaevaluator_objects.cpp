#include "core/schema/jsonschema/schemaevaluator.h"

#include <algorithm>
#include <array>

namespace Weir {

namespace {

/// A bit for each name that an object knows; without memory of its own while there are few.
class SeenNames
{
public:
    explicit SeenNames(std::uint32_t names)
    {
        if (names > m_few.size() * 64) {
            m_many.resize((names + 63) / 64);
            m_bits = m_many.data();
        }
    }
    void add(std::uint32_t name) { m_bits[name / 64] |= std::uint64_t(1) << name % 64; }
    const std::uint64_t *bits() const { return m_bits; }

private:
    std::array<std::uint64_t, 4> m_few{};
    std::vector<std::uint64_t> m_many;
    std::uint64_t *m_bits = m_few.data();
};

bool isSeen(const std::uint64_t *seen, std::uint32_t name)
{
    return (seen[name / 64] >> name % 64 & 1) != 0;
}

} // namespace

bool SchemaEvaluator::checkObject(
    const ObjectRules &rules, SchemaNodeId id, std::uint32_t at, EvaluatedMarks *marks)
{
    if (!spend((*m_tape)[at].count / 8 + rules.required.size() / 8))
        return true;
    SeenNames seen(rules.names.size());
    bool fits = true;
    std::uint64_t count = 0;
    m_tape->forEach(at, [&](std::uint32_t member) {
        const std::uint32_t name = rules.names.find((*m_tape)[member].key);
        if (name != NameTable::none)
            seen.add(name);
        count += !(*m_tape)[member].isExempt;
        fits = checkMember(rules, id, at, member, name, marks) && fits;
    });
    if (rules.minCount && count < *rules.minCount)
        fits = fail(SchemaKeyword::MinProperties, id, at);
    if (rules.maxCount && count > *rules.maxCount)
        fits = fail(SchemaKeyword::MaxProperties, id, at);
    fits = checkRequired(rules, id, at, seen.bits()) && fits;
    if (!rules.dependents.empty())
        fits = checkDependents(rules, id, at, seen.bits(), marks) && fits;
    return fits;
}

bool SchemaEvaluator::checkMember(const ObjectRules &rules, SchemaNodeId id, std::uint32_t at,
    std::uint32_t member, std::uint32_t name, EvaluatedMarks *marks)
{
    const JsonValue &value = (*m_tape)[member];
    bool fits = true, isNamed = false;
    if (name != NameTable::none && rules.properties[name] != noNode) {
        isNamed = true;
        fits = check(rules.properties[name], member, nullptr);
    }
    for (const auto &[pattern, schema] : rules.patterns) {
        if (!found(pattern, value.key))
            continue;
        isNamed = true;
        fits = check(schema, member, nullptr) && fits;
    }
    if (rules.propertyNames != noNode && !value.isExempt && !isName(rules.propertyNames, value.key))
        fits = fail(SchemaKeyword::PropertyNames, id, at, member);
    if (!isNamed && rules.additional != noNode && !value.isExempt) {
        isNamed = true;
        if (m_schema.nodes[rules.additional].isFalse)
            fits = fail(SchemaKeyword::AdditionalProperties, id, at, member);
        else
            fits = check(rules.additional, member, nullptr) && fits;
    }
    if (isNamed && marks)
        marks->mark(member - at);
    return fits;
}

bool SchemaEvaluator::isName(SchemaNodeId id, std::string_view key)
{
    JsonTape name;
    name.setString(key);
    const JsonTape *const instance = std::exchange(m_tape, &name);
    const bool fits = probe(id, 0, nullptr);
    m_tape = instance;
    return fits;
}

bool SchemaEvaluator::checkRequired(
    const ObjectRules &rules, SchemaNodeId id, std::uint32_t at, const std::uint64_t *seen)
{
    bool fits = true;
    for (const std::uint32_t name : rules.required) {
        if (!isSeen(seen, name))
            fits = fail(SchemaKeyword::Required, id, at, name);
    }
    return fits;
}

bool SchemaEvaluator::checkDependents(const ObjectRules &rules, SchemaNodeId id, std::uint32_t at,
    const std::uint64_t *seen, EvaluatedMarks *marks)
{
    bool fits = true;
    for (const ObjectRules::Dependent &dependent : rules.dependents) {
        if (!isSeen(seen, dependent.name))
            continue;
        for (const std::uint32_t name : dependent.required) {
            if (!isSeen(seen, name))
                fits = fail(dependent.keyword, id, at, name);
        }
        if (dependent.schema != noNode)
            fits = check(dependent.schema, at, marks) && fits;
    }
    return fits;
}

bool SchemaEvaluator::checkUnevaluated(
    const SchemaNode &node, SchemaNodeId id, std::uint32_t at, EvaluatedMarks &marks)
{
    const JsonKind kind = (*m_tape)[at].kind;
    SchemaNodeId schema = noNode;
    if (kind == JsonKind::Object && node.object != noNode)
        schema = m_schema.objects[node.object].unevaluated;
    else if (kind == JsonKind::Array && node.array != noNode)
        schema = m_schema.arrays[node.array].unevaluated;
    if (schema == noNode)
        return true;
    const SchemaKeyword keyword
        = kind == JsonKind::Object ? SchemaKeyword::UnevaluatedProperties : SchemaKeyword::UnevaluatedItems;
    bool fits = true;
    m_tape->forEach(at, [&](std::uint32_t child) {
        if (marks.has(child - at) || (*m_tape)[child].isExempt)
            return;
        if (m_schema.nodes[schema].isFalse)
            fits = fail(keyword, id, at, child);
        else
            fits = check(schema, child, nullptr) && fits;
    });
    marks.markAll();
    return fits;
}

bool SchemaEvaluator::checkComposition(
    const Composition &parts, SchemaNodeId id, std::uint32_t at, EvaluatedMarks *marks)
{
    bool fits = true;
    for (const SchemaNodeId target : parts.references)
        fits = check(target, at, marks) && fits;
    for (const Composition::Dynamic &reference : parts.dynamicReferences)
        fits = check(dynamicTarget(reference), at, marks) && fits;
    for (const SchemaNodeId part : parts.allOf)
        fits = check(part, at, marks) && fits;
    if (!parts.anyOf.empty())
        fits = checkAnyOf(parts, id, at, marks) && fits;
    if (!parts.oneOf.empty())
        fits = checkOneOf(parts, id, at, marks) && fits;
    if (parts.negated != noNode && probe(parts.negated, at, nullptr))
        fits = fail(SchemaKeyword::Not, id, at);
    if (parts.condition != noNode)
        fits = checkCondition(parts, id, at, marks) && fits;
    return fits;
}

bool SchemaEvaluator::checkAnyOf(
    const Composition &parts, SchemaNodeId id, std::uint32_t at, EvaluatedMarks *marks)
{
    const std::size_t before = m_failures.size();
    bool fits = false;
    for (const SchemaNodeId part : parts.anyOf) {
        if (!marks) {
            fits = check(part, at, nullptr);
            if (fits)
                break;
            continue;
        }
        EvaluatedMarks own; // A branch that fails has looked at nothing.
        if (check(part, at, &own)) {
            fits = true;
            marks->add(own);
        }
    }
    if (!fits)
        return fail(SchemaKeyword::AnyOf, id, at);
    m_failures.resize(before);
    return true;
}

bool SchemaEvaluator::checkOneOf(
    const Composition &parts, SchemaNodeId id, std::uint32_t at, EvaluatedMarks *marks)
{
    const std::size_t before = m_failures.size();
    int matches = 0;
    EvaluatedMarks ofMatch;
    for (const SchemaNodeId part : parts.oneOf) {
        EvaluatedMarks own;
        if (!check(part, at, marks ? &own : nullptr))
            continue;
        if (++matches > 1)
            break;
        ofMatch = std::move(own);
    }
    if (matches == 0)
        return fail(SchemaKeyword::OneOf, id, at);
    m_failures.resize(before);
    if (matches > 1)
        return fail(SchemaKeyword::OneOf, id, at);
    if (marks)
        marks->add(ofMatch);
    return true;
}

bool SchemaEvaluator::checkCondition(
    const Composition &parts, SchemaNodeId id, std::uint32_t at, EvaluatedMarks *marks)
{
    EvaluatedMarks own;
    const bool holds = probe(parts.condition, at, marks ? &own : nullptr);
    if (holds && marks)
        marks->add(own);
    const SchemaNodeId branch = holds ? parts.consequence : parts.alternative;
    if (branch == noNode || check(branch, at, marks))
        return true;
    return fail(SchemaKeyword::If, id, at, holds ? 1 : 0);
}

SchemaNodeId SchemaEvaluator::dynamicTarget(const Composition::Dynamic &reference)
{
    spend(m_scope.size());
    for (const std::uint32_t resource : m_scope) {
        const auto found = m_schema.dynamicAnchors.find({resource, reference.anchor});
        if (found != m_schema.dynamicAnchors.end())
            return found->second;
    }
    return reference.target;
}

} // namespace Weir
