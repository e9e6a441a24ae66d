#include "core/flags/flagrewrite.h"

#include <nlohmann/json.hpp>

namespace Weir {

namespace {

using Json = nlohmann::json;

const Json *member(const Json &object, const char *key)
{
    const auto found = object.is_object() ? object.find(key) : object.end();
    return object.is_object() && found != object.end() ? &*found : nullptr;
}

std::string textOf(const Json *value)
{
    return value && value->is_string() ? value->get<std::string>() : std::string();
}

std::int64_t numberOf(const Json *value)
{
    return value && value->is_number_integer() ? value->get<std::int64_t>() : 0;
}

std::optional<FlagValue> valueOf(const Json &value)
{
    if (value.is_boolean())
        return value.get<bool>() ? FlagValue::on() : FlagValue::off();
    if (value.is_string())
        return FlagValue::of(value.get<std::string>());
    return {};
}

FlagReason reasonOf(const Json &details)
{
    FlagReason reason;
    const Json *const json = member(details, "reason");
    if (!json)
        return reason;
    reason.code = textOf(member(*json, "code"));
    reason.description = textOf(member(*json, "description"));
    if (const Json *const index = member(*json, "condition_index"); index && index->is_number_integer())
        reason.conditionIndex = index->get<int>();
    return reason;
}

FlagOutcome readDetails(const std::string &key, const Json &details)
{
    FlagOutcome outcome;
    outcome.key = key;
    if (const Json *const enabled = member(details, "enabled")) {
        const std::string variant = textOf(member(details, "variant"));
        outcome.value = !enabled->is_boolean() || !enabled->get<bool>() ? FlagValue::off()
            : variant.empty()                                           ? FlagValue::on()
                                                                        : FlagValue::of(variant);
    } else if (const Json *const value = member(details, "value")) {
        outcome.value = valueOf(*value);
    }
    if (const Json *const failed = member(details, "failed"); failed && failed->is_boolean())
        outcome.isFailed = failed->get<bool>();
    outcome.reason = reasonOf(details);
    if (const Json *const metadata = member(details, "metadata")) {
        outcome.id = numberOf(member(*metadata, "id"));
        outcome.version = numberOf(member(*metadata, "version"));
        if (const Json *const payload = member(*metadata, "payload"); payload && payload->is_string())
            outcome.payload = payload->get<std::string>();
        if (const Json *const experiment = member(*metadata, "has_experiment");
            experiment && experiment->is_boolean())
            outcome.hasExperiment = experiment->get<bool>();
    }
    return outcome;
}

std::vector<FlagOutcome> readValues(const Json &values, const Json *payloads)
{
    std::vector<FlagOutcome> outcomes;
    for (const auto &[key, value] : values.items()) {
        FlagOutcome outcome;
        outcome.key = key;
        outcome.value = valueOf(value);
        const Json *const payload = payloads ? member(*payloads, key.c_str()) : nullptr;
        if (payload && payload->is_string())
            outcome.payload = payload->get<std::string>();
        outcomes.push_back(std::move(outcome));
    }
    return outcomes;
}

} // namespace

std::vector<FlagOutcome> readFlags(std::string_view answer)
{
    const Json json = Json::parse(answer, nullptr, false);
    std::vector<FlagOutcome> outcomes;
    if (const Json *const flags = member(json, "flags"); flags && flags->is_object()) {
        for (const auto &[key, details] : flags->items())
            outcomes.push_back(readDetails(key, details));
        return outcomes;
    }
    const Json *const values = member(json, "featureFlags");
    if (values && values->is_object())
        return readValues(*values, member(json, "featureFlagPayloads"));
    if (values && values->is_array()) {
        for (const Json &key : *values) {
            if (!key.is_string())
                continue;
            FlagOutcome outcome;
            outcome.key = key.get<std::string>();
            outcome.value = FlagValue::on();
            outcomes.push_back(std::move(outcome));
        }
    }
    return outcomes;
}

} // namespace Weir
