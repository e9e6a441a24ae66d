#include "core/schema/jsonschema/schemaevaluator.h"

#include "core/schema/jsonschema/jsondecimal.h"

#include <algorithm>
#include <charconv>

namespace Weir {

namespace {

std::uint8_t typeBit(JsonKind kind)
{
    switch (kind) {
    case JsonKind::Object:
        return TypeBit::object;
    case JsonKind::Array:
        return TypeBit::array;
    case JsonKind::String:
        return TypeBit::string;
    case JsonKind::Number:
        return TypeBit::number;
    case JsonKind::True:
    case JsonKind::False:
        return TypeBit::boolean;
    default:
        return TypeBit::null;
    }
}

/// Characters, not bytes.
std::uint64_t lengthOf(std::string_view text)
{
    return static_cast<std::uint64_t>(
        std::ranges::count_if(text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

/// -1, 0 or 1.
int compareToBound(std::string_view number, const SchemaBound &bound)
{
    std::int64_t value = 0;
    if (bound.small) {
        const auto [stop, error] = std::from_chars(number.data(), number.data() + number.size(), value);
        if (error == std::errc() && stop == number.data() + number.size())
            return value < *bound.small ? -1 : value > *bound.small ? 1 : 0;
    }
    return compare(JsonDecimal(number), JsonDecimal(bound.text));
}

} // namespace

void EvaluatedMarks::add(const EvaluatedMarks &other)
{
    m_all = m_all || other.m_all;
    if (m_seen.size() < other.m_seen.size())
        m_seen.resize(other.m_seen.size());
    for (std::size_t i = 0; i < other.m_seen.size(); ++i)
        m_seen[i] = m_seen[i] || other.m_seen[i];
}

SchemaEvaluator::SchemaEvaluator(
    const CompiledSchema &schema, const JsonTape &instance, std::vector<SchemaFailure> &failures)
    : m_schema(schema)
    , m_tape(&instance)
    , m_failures(failures)
    , m_stepsLeft(SchemaLimits::steps + std::uint64_t(64) * instance.size())
{
}

SchemaVerdict SchemaEvaluator::run(std::uint32_t at)
{
    const bool isValid = check(m_schema.root, at, nullptr);
    if (m_isUndecided)
        return SchemaVerdict::Undecided;
    return isValid ? SchemaVerdict::Valid : SchemaVerdict::Invalid;
}

bool SchemaEvaluator::fail(SchemaKeyword keyword, SchemaNodeId id, std::uint32_t at, std::uint32_t detail)
{
    if (m_failures.size() < SchemaLimits::failures)
        m_failures.push_back({keyword, id, at, detail});
    return false;
}

bool SchemaEvaluator::spend(std::uint64_t steps)
{
    if (m_stepsLeft < steps) {
        m_stepsLeft = 0;
        m_isUndecided = true;
        return false;
    }
    m_stepsLeft -= steps;
    return true;
}

bool SchemaEvaluator::probe(SchemaNodeId id, std::uint32_t at, EvaluatedMarks *marks)
{
    const std::size_t before = m_failures.size();
    const bool fits = check(id, at, marks);
    m_failures.resize(before);
    return fits;
}

bool SchemaEvaluator::check(SchemaNodeId id, std::uint32_t at, EvaluatedMarks *marks)
{
    const SchemaNode &node = m_schema.nodes[id];
    if (node.isTrue)
        return true;
    if (node.isFalse)
        return fail(SchemaKeyword::FalseSchema, id, at);
    if (m_depth >= SchemaLimits::depth)
        m_isUndecided = true;
    if (!spend(1) || m_isUndecided)
        return true; // Whatever it is, the verdict stands.
    ++m_depth;
    const bool isEntered
        = !m_schema.dynamicAnchors.empty() && (m_scope.empty() || m_scope.back() != node.resource);
    if (isEntered)
        m_scope.push_back(node.resource);
    bool fits = false;
    if (node.hasUnevaluated) {
        EvaluatedMarks own;
        fits = checkRules(id, at, &own);
        fits = checkUnevaluated(node, id, at, own) && fits;
        if (marks)
            marks->add(own);
    } else {
        fits = checkRules(id, at, marks);
    }
    if (isEntered)
        m_scope.pop_back();
    --m_depth;
    return fits;
}

bool SchemaEvaluator::checkRules(SchemaNodeId id, std::uint32_t at, EvaluatedMarks *marks)
{
    const SchemaNode &node = m_schema.nodes[id];
    const JsonKind kind = (*m_tape)[at].kind;
    bool fits = checkType(node, id, at);
    if (node.enumOf != JsonTape::none || node.constant != JsonTape::none)
        fits = checkValues(node, id, at) && fits;
    if (node.number != noNode && kind == JsonKind::Number)
        fits = checkNumber(m_schema.numbers[node.number], id, at) && fits;
    if (node.string != noNode && kind == JsonKind::String)
        fits = checkString(m_schema.strings[node.string], id, at) && fits;
    if (node.array != noNode && kind == JsonKind::Array)
        fits = checkArray(m_schema.arrays[node.array], id, at, marks) && fits;
    if (node.object != noNode && kind == JsonKind::Object)
        fits = checkObject(m_schema.objects[node.object], id, at, marks) && fits;
    if (node.composition != noNode)
        fits = checkComposition(m_schema.compositions[node.composition], id, at, marks) && fits;
    return fits;
}

bool SchemaEvaluator::checkType(const SchemaNode &node, SchemaNodeId id, std::uint32_t at)
{
    const JsonValue &value = (*m_tape)[at];
    if (node.types == TypeBit::any || (node.types & typeBit(value.kind)) != 0)
        return true;
    if ((node.types & TypeBit::integer) != 0 && value.kind == JsonKind::Number && isWholeNumber(value.text))
        return true;
    return fail(SchemaKeyword::Type, id, at);
}

bool SchemaEvaluator::checkValues(const SchemaNode &node, SchemaNodeId id, std::uint32_t at)
{
    const JsonTape &values = m_schema.tapeOf(node);
    bool fits = true;
    const JsonKind kind = (*m_tape)[at].kind;
    // Comparing costs as much as is there; strings are looked up.
    const std::uint64_t listed = node.enumOf == JsonTape::none ? 1 : values[node.enumOf].count;
    if (kind != JsonKind::String && !spend(listed * (1 + ((*m_tape)[at].end - at) / 8) / 8))
        return true;
    if (node.constant != JsonTape::none && !jsonEqual(values, node.constant, *m_tape, at))
        fits = fail(SchemaKeyword::Const, id, at);
    if (node.enumOf == JsonTape::none)
        return fits;
    bool isListed = false;
    if (kind == JsonKind::String) {
        isListed = std::ranges::binary_search(node.enumStrings, (*m_tape)[at].text);
    } else {
        for (std::uint32_t i = node.enumOf + 1; i < values[node.enumOf].end && !isListed; i = values[i].end)
            isListed = jsonEqual(values, i, *m_tape, at);
    }
    return isListed ? fits : fail(SchemaKeyword::Enum, id, at);
}

bool SchemaEvaluator::checkNumber(const NumberRules &rules, SchemaNodeId id, std::uint32_t at)
{
    const std::string_view number = (*m_tape)[at].text;
    bool fits = true;
    if (rules.minimum.exists() && compareToBound(number, rules.minimum) < 0)
        fits = fail(SchemaKeyword::Minimum, id, at);
    if (rules.maximum.exists() && compareToBound(number, rules.maximum) > 0)
        fits = fail(SchemaKeyword::Maximum, id, at);
    if (rules.exclusiveMinimum.exists() && compareToBound(number, rules.exclusiveMinimum) <= 0)
        fits = fail(SchemaKeyword::ExclusiveMinimum, id, at);
    if (rules.exclusiveMaximum.exists() && compareToBound(number, rules.exclusiveMaximum) >= 0)
        fits = fail(SchemaKeyword::ExclusiveMaximum, id, at);
    if (rules.multipleOf.exists() && !JsonDecimal(number).isMultipleOf(JsonDecimal(rules.multipleOf.text)))
        fits = fail(SchemaKeyword::MultipleOf, id, at);
    return fits;
}

bool SchemaEvaluator::found(const BoundedRegex &pattern, std::string_view text)
{
    if (!spend(1 + text.size() / 64))
        return true;
    const BoundedRegex::Found result = pattern.find(text, m_costlyPatterns);
    if (result == BoundedRegex::Found::TooCostly)
        m_isUndecided = true;
    return result != BoundedRegex::Found::No;
}

bool SchemaEvaluator::checkString(const StringRules &rules, SchemaNodeId id, std::uint32_t at)
{
    const std::string_view text = (*m_tape)[at].text;
    bool fits = true;
    if (rules.minLength || rules.maxLength) {
        spend(text.size() / 1024);
        const std::uint64_t length = lengthOf(text);
        if (rules.minLength && length < *rules.minLength)
            fits = fail(SchemaKeyword::MinLength, id, at);
        if (rules.maxLength && length > *rules.maxLength)
            fits = fail(SchemaKeyword::MaxLength, id, at);
    }
    if (rules.pattern && !found(*rules.pattern, text))
        fits = fail(SchemaKeyword::Pattern, id, at);
    if (rules.format != SchemaFormat::None && !hasFormat(rules.format, text))
        fits = fail(SchemaKeyword::Format, id, at);
    return fits;
}

bool SchemaEvaluator::checkArray(
    const ArrayRules &rules, SchemaNodeId id, std::uint32_t at, EvaluatedMarks *marks)
{
    const std::uint32_t count = (*m_tape)[at].count;
    bool fits = true;
    if (!spend(rules.isUnique ? (*m_tape)[at].end - at : count / 8))
        return true;
    if (rules.minCount && count < *rules.minCount)
        fits = fail(SchemaKeyword::MinItems, id, at);
    if (rules.maxCount && count > *rules.maxCount)
        fits = fail(SchemaKeyword::MaxItems, id, at);
    if (rules.isUnique && !isUnique(at))
        fits = fail(SchemaKeyword::UniqueItems, id, at);
    if (!rules.prefix.empty() || rules.rest != noNode)
        fits = checkItems(rules, id, at, marks) && fits;
    if (rules.contains != noNode)
        fits = checkContains(rules, id, at, marks) && fits;
    return fits;
}

bool SchemaEvaluator::checkItems(
    const ArrayRules &rules, SchemaNodeId id, std::uint32_t at, EvaluatedMarks *marks)
{
    bool fits = true;
    std::size_t index = 0;
    m_tape->forEach(at, [&](std::uint32_t item) {
        const SchemaNodeId schema = index < rules.prefix.size() ? rules.prefix[index] : rules.rest;
        const bool isRest = index++ >= rules.prefix.size();
        if (schema == noNode)
            return;
        if (marks)
            marks->mark(item - at);
        if (isRest && m_schema.nodes[schema].isFalse) {
            // Said once, of the first that is too many.
            if (index == rules.prefix.size() + 1)
                fits = fail(rules.restIsAdditional ? SchemaKeyword::AdditionalItems : SchemaKeyword::Items,
                    id, at, item);
            return;
        }
        fits = check(schema, item, nullptr) && fits;
    });
    return fits;
}

bool SchemaEvaluator::checkContains(
    const ArrayRules &rules, SchemaNodeId id, std::uint32_t at, EvaluatedMarks *marks)
{
    std::uint64_t matches = 0;
    m_tape->forEach(at, [&](std::uint32_t item) {
        if (!probe(rules.contains, item, nullptr))
            return;
        ++matches;
        if (marks && rules.containsMarks)
            marks->mark(item - at);
    });
    if (matches < rules.minContains)
        return fail(rules.minContains == 1 ? SchemaKeyword::Contains : SchemaKeyword::MinContains, id, at);
    if (rules.maxContains && matches > *rules.maxContains)
        return fail(SchemaKeyword::MaxContains, id, at);
    return true;
}

bool SchemaEvaluator::isUnique(std::uint32_t at) const
{
    std::vector<std::pair<std::size_t, std::uint32_t>> items;
    m_tape->forEach(at, [&](std::uint32_t item) { items.emplace_back(jsonHash(*m_tape, item), item); });
    std::ranges::sort(items);
    // The same hash is the same value but for chance, so the runs that are compared are short.
    for (std::size_t i = 0; i < items.size(); ++i) {
        for (std::size_t j = i + 1; j < items.size() && items[j].first == items[i].first; ++j) {
            if (jsonEqual(*m_tape, items[i].second, *m_tape, items[j].second))
                return false;
        }
    }
    return true;
}

} // namespace Weir
