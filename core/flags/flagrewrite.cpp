#include "core/flags/flagrewrite.h"

#include "core/base/jsonobject.h"
#include "core/base/jsontext.h"

#include <algorithm>

namespace Weir {

namespace {

std::string quoted(std::string_view text)
{
    return JsonText().text(text).str();
}

std::string payloadJson(const FlagOverride &override)
{
    return override.payload ? quoted(*override.payload) : "null";
}

Error notUnderstood(const Error &error)
{
    return {Error::Kind::Upstream, "The upstream's answer is not what PostHog gives: " + error.message,
        error.where};
}

/// The object of a member; an empty one when it is absent or something else.
JsonObject objectOf(const JsonObject &parent, std::string_view key)
{
    auto object = JsonObject::read(parent.value(key));
    return object ? *std::move(object) : JsonObject();
}

/// One entry of `flags`, changed so that only its value, reason and payload are the override's.
std::string overriddenDetails(std::string_view details, FlagsShape shape, const FlagOverride &override)
{
    auto entry = JsonObject::read(details);
    if (!entry || entry->members().empty())
        return flagDetails(overriddenOutcome(override, nullptr), shape);
    const bool isTyped = entry->has("value") || !entry->has("enabled");
    entry->set("key", quoted(override.key));
    if (isTyped) {
        entry->set("value", toJson(override.value));
    } else {
        entry->set("enabled", override.value.isOn ? "true" : "false");
        entry->set("variant", override.value.variant.empty() ? "null" : quoted(override.value.variant));
    }
    entry->remove("failed");
    entry->remove("conditions"); // They tell how the server came to its own value.
    entry->set("reason",
        R"({"code":"condition_match","condition_index":0,"description":)" + quoted(overriddenReason) + '}');
    JsonObject metadata = objectOf(*entry, "metadata");
    if (!metadata.has("id"))
        metadata.set("id", "0");
    if (!metadata.has("version"))
        metadata.set("version", "1");
    metadata.set("payload", payloadJson(override));
    if (metadata.has("variant_key"))
        metadata.set("variant_key", override.value.variant.empty() ? "null" : quoted(override.value.variant));
    entry->set("metadata", metadata.toJson());
    return entry->toJson();
}

void overrideDetails(JsonObject &answer, FlagsShape shape, OverrideList overrides)
{
    JsonObject flags = objectOf(answer, "flags");
    for (const FlagOverride *override : overrides)
        flags.set(override->key, overriddenDetails(flags.value(override->key), shape, *override));
    answer.set("flags", flags.toJson());
}

void overrideValues(JsonObject &answer, FlagsShape shape, OverrideList overrides)
{
    JsonObject values = objectOf(answer, "featureFlags");
    JsonObject payloads = objectOf(answer, "featureFlagPayloads");
    for (const FlagOverride *override : overrides) {
        if (shape == FlagsShape::EnabledValues && !override->value.isOn)
            values.remove(override->key);
        else
            values.set(override->key, toJson(override->value));
        if (override->payload)
            payloads.set(override->key, quoted(*override->payload));
        else
            payloads.remove(override->key);
    }
    answer.set("featureFlags", values.toJson());
    if (shape == FlagsShape::Values || answer.has("featureFlagPayloads"))
        answer.set("featureFlagPayloads", payloads.toJson());
}

void overrideKeys(JsonObject &answer, OverrideList overrides)
{
    auto read = readJsonArray(answer.value("featureFlags"));
    std::vector<std::string> keys = read ? *std::move(read) : std::vector<std::string>();
    for (const FlagOverride *override : overrides) {
        const auto isIt
            = [override](const std::string &json) { return jsonStringText(json) == override->key; };
        if (!override->value.isOn)
            std::erase_if(keys, isIt);
        else if (std::ranges::none_of(keys, isIt))
            keys.push_back(quoted(override->key));
    }
    JsonText json;
    json.beginArray();
    for (const std::string &key : keys)
        json.raw(key);
    json.endArray();
    answer.set("featureFlags", std::move(json).str());
}

/// SDKs ignore all flags of an answer that is limited.
void liftQuota(JsonObject &answer)
{
    const auto limited = readJsonArray(answer.value("quotaLimited"));
    if (!limited)
        return;
    JsonText json;
    json.beginArray();
    bool isAnyLeft = false;
    for (const std::string &resource : *limited) {
        if (resource == R"("feature_flags")")
            continue;
        json.raw(resource);
        isAnyLeft = true;
    }
    json.endArray();
    if (isAnyLeft)
        answer.set("quotaLimited", std::move(json).str());
    else
        answer.remove("quotaLimited");
}

/// The shape that the answer really has: servers of different ages disagree about a version.
FlagsShape shapeOf(const JsonObject &answer, FlagsShape asked)
{
    if (answer.has("flags"))
        return asked == FlagsShape::TypedDetails ? asked : FlagsShape::Details;
    const std::string_view values = answer.value("featureFlags");
    if (values.starts_with('['))
        return FlagsShape::EnabledKeys;
    if (values.starts_with('{') && asked != FlagsShape::EnabledValues)
        return FlagsShape::Values;
    return asked;
}

} // namespace

FlagOutcome overriddenOutcome(const FlagOverride &override, const FlagOutcome *known)
{
    FlagOutcome outcome;
    outcome.key = override.key;
    outcome.isOverridden = true;
    outcome.id = known ? known->id : 0;
    outcome.version = known ? known->version : 1;
    outcome.hasExperiment = known && known->hasExperiment;
    outcome.value = override.value;
    if (override.payload)
        outcome.payload = *override.payload;
    outcome.reason = {SharedText::lent(FlagReasons::conditionMatch), 0, SharedText::lent(overriddenReason)};
    return outcome;
}

void overrideOutcomes(std::vector<FlagOutcome> &outcomes, OverrideList overrides)
{
    for (const FlagOverride *override : overrides) {
        const auto found = std::ranges::find_if(
            outcomes, [override](const FlagOutcome &outcome) { return outcome.key == override->key; });
        if (found == outcomes.end())
            outcomes.push_back(overriddenOutcome(*override, nullptr));
        else
            *found = overriddenOutcome(*override, &*found);
    }
}

Result<std::string> overrideFlags(std::string_view answer, FlagsShape shape, OverrideList overrides)
{
    auto read = JsonObject::read(answer);
    if (!read)
        return notUnderstood(read.error());
    JsonObject members = *std::move(read);
    switch (const FlagsShape actual = shapeOf(members, shape)) {
    case FlagsShape::Details:
    case FlagsShape::TypedDetails:
        overrideDetails(members, actual, overrides);
        break;
    case FlagsShape::Values:
    case FlagsShape::EnabledValues:
        overrideValues(members, actual, overrides);
        break;
    case FlagsShape::EnabledKeys:
        overrideKeys(members, overrides);
        break;
    }
    liftQuota(members);
    if (members.has("hasFeatureFlags"))
        members.set("hasFeatureFlags", "true");
    return members.toJson();
}

Result<std::string> overrideConfig(std::string_view config)
{
    auto members = JsonObject::read(config);
    if (!members)
        return notUnderstood(members.error());
    members->set("hasFeatureFlags", "true");
    return members->toJson();
}

std::string overrideConfigScript(std::string_view script)
{
    // The script is a configuration in JSON with code around it: only the switch is touched. What is not
    // there is not off.
    static constexpr std::string_view name = "\"hasFeatureFlags\"", off = "false", blanks = " \t\r\n";
    std::string text(script);
    for (std::size_t at = text.find(name); at != std::string::npos; at = text.find(name, at)) {
        at = text.find_first_not_of(blanks, at + name.size());
        if (at == std::string::npos || text[at] != ':')
            continue;
        at = text.find_first_not_of(blanks, at + 1);
        if (at != std::string::npos && text.compare(at, off.size(), off) == 0)
            text.replace(at, off.size(), "true");
    }
    return text;
}

std::string forcedDefinition(std::string_view definition, const FlagOverride &override)
{
    auto read = JsonObject::read(definition);
    JsonObject flag = read ? *std::move(read) : JsonObject();
    if (flag.members().empty()) {
        flag.set("id", "0");
        flag.set("team_id", "0");
        flag.set("name", R"("")");
        flag.set("version", "1");
    }
    const std::string variant = override.value.variant.empty() ? "null" : quoted(override.value.variant);
    flag.set("key", quoted(override.key));
    // Off is "inactive": an SDK takes that for false, while it asks the server about a flag that is missing.
    flag.set("active", override.value.isOn ? "true" : "false");
    flag.set("deleted", "false");
    flag.set("ensure_experience_continuity", "false");
    for (const char *narrowing :
        {"bucketing_identifier", "evaluation_contexts", "evaluation_tags", "has_encrypted_payloads"})
        flag.remove(narrowing);
    flag.set("evaluation_runtime", R"("all")");
    std::string filters = R"({"groups":[{"properties":[],"rollout_percentage":100,"variant":)" + variant
        + R"(}],"multivariate":)";
    filters += override.value.variant.empty()
        ? "null"
        : R"({"variants":[{"key":)" + variant + R"(,"name":"","rollout_percentage":100}]})";
    filters += R"(,"payloads":{)";
    if (override.payload && override.value.isOn)
        filters += quoted(toText(override.value)) + ':' + quoted(*override.payload);
    flag.set("filters", filters + "}}");
    return flag.toJson();
}

Result<std::string> overrideDefinitions(std::string_view document, OverrideList overrides)
{
    auto read = JsonObject::read(document);
    if (!read)
        return notUnderstood(read.error());
    JsonObject members = *std::move(read);
    const auto flags = readJsonArray(members.value("flags"));
    if (!flags)
        return notUnderstood({Error::Kind::Upstream, "Expected an array of flags", "flags"});
    std::vector<const FlagOverride *> left(overrides.begin(), overrides.end());
    JsonText json;
    json.beginArray();
    for (const std::string &flag : *flags) {
        const auto definition = JsonObject::read(flag);
        const std::string key = definition ? jsonStringText(definition->value("key")) : std::string();
        const auto found = std::ranges::find(left, key, [](const FlagOverride *each) { return each->key; });
        if (found == left.end()) {
            json.raw(flag);
            continue;
        }
        json.raw(forcedDefinition(flag, **found));
        left.erase(found);
    }
    for (const FlagOverride *override : left)
        json.raw(forcedDefinition({}, *override));
    json.endArray();
    members.set("flags", std::move(json).str());
    return members.toJson();
}

} // namespace Weir
