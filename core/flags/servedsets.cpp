#include "core/flags/servedsets.h"

#include <algorithm>
#include <functional>
#include <string_view>

namespace Weir {

namespace {

constexpr std::size_t rememberedValues = 250'000; ///< Some 40 MB.

std::string_view textOf(const FlagOutcome &outcome)
{
    return outcome.value ? toText(*outcome.value) : std::string_view("false");
}
std::string_view textOf(const ServedValue &value)
{
    return toText(value.value);
}

bool isLeftOut(const FlagOutcome &outcome)
{
    return outcome.isOmitted;
}
bool isLeftOut(const ServedValue &)
{
    return false;
}

/// Of outcomes as of the values that they give.
template <typename Given> std::size_t hashOf(std::span<const Given> all)
{
    std::size_t hash = 0;
    const auto mix = [&hash](std::string_view text) {
        hash = hash * 0x9E3779B97F4A7C15ull + std::hash<std::string_view>()(text);
    };
    for (const Given &each : all) {
        if (isLeftOut(each))
            continue;
        mix(each.key);
        mix(textOf(each));
        // Of a payload, which may be huge, the size is enough to look at the right place.
        hash = hash * 31 + (each.isOverridden ? 1 : 0)
            + (each.payload ? std::string_view(*each.payload).size() : 0);
    }
    return hash;
}

FlagValue valueOf(const FlagOutcome &outcome)
{
    return outcome.value.value_or(FlagValue::off());
}

bool isSame(const FlagOutcome &outcome, const ServedValue &value)
{
    const bool samePayload = outcome.payload.has_value() == value.payload.has_value()
        && (!outcome.payload || *outcome.payload == *value.payload);
    const bool sameValue = outcome.value ? *outcome.value == value.value : !value.value.isOn;
    return sameValue && samePayload && outcome.isOverridden == value.isOverridden && outcome.key == value.key;
}

bool areSame(std::span<const FlagOutcome> outcomes, const ServedSets::Values &values)
{
    auto value = values.begin();
    for (const FlagOutcome &outcome : outcomes) {
        if (outcome.isOmitted)
            continue;
        if (value == values.end() || !isSame(outcome, *value))
            return false;
        ++value;
    }
    return value == values.end();
}

} // namespace

std::shared_ptr<const ServedSets::Values> ServedSets::of(std::span<const FlagOutcome> outcomes)
{
    const std::size_t hash = hashOf(outcomes);
    if (const auto found = m_sets.find(hash); found != m_sets.end() && areSame(outcomes, *found->second))
        return found->second;
    Values values;
    values.reserve(outcomes.size());
    for (const FlagOutcome &outcome : outcomes) {
        if (outcome.isOmitted)
            continue;
        ServedValue &value = values.emplace_back();
        value.key = outcome.key.view();
        value.value = valueOf(outcome);
        if (outcome.payload)
            value.payload = outcome.payload->str();
        value.isOverridden = outcome.isOverridden;
    }
    auto made = std::make_shared<const Values>(std::move(values));
    keep(hash, made);
    return made;
}

std::shared_ptr<const ServedSets::Values> ServedSets::shared(std::shared_ptr<const Values> values)
{
    const std::size_t hash = hashOf(std::span<const ServedValue>(*values));
    if (const auto found = m_sets.find(hash); found != m_sets.end() && *found->second == *values)
        return found->second;
    keep(hash, values);
    return values;
}

void ServedSets::keep(std::size_t hash, std::shared_ptr<const Values> values)
{
    ++m_additions;
    m_valueCount += values->size() + 1;
    if (m_valueCount > rememberedValues) {
        m_valueCount = values->size() + 1;
        m_sets.clear();
    }
    m_sets.insert_or_assign(hash, std::move(values));
}

} // namespace Weir
