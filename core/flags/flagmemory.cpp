#include "core/flags/flagmemory.h"

#include "core/flags/overridejson.h"

#include <charconv>

namespace Weir {

namespace {

Error bad(std::string where, std::string message)
{
    return {Error::Kind::BadInput, std::move(message), std::move(where)};
}

bool isAbsent(std::string_view json)
{
    return json.empty() || json == "null";
}

std::optional<std::string> textOf(std::string_view json)
{
    return isAbsent(json) ? std::nullopt : std::optional(jsonStringText(json));
}

std::int64_t integerOf(std::string_view json)
{
    std::int64_t number = 0;
    (void)std::from_chars(json.data(), json.data() + json.size(), number);
    return number;
}

Result<std::optional<FlagValue>> valueOf(std::string_view json)
{
    if (isAbsent(json))
        return std::optional<FlagValue>();
    WEIR_TRY(FlagValue value, readFlagValue(json));
    return std::optional(std::move(value));
}

Result<std::optional<UtcTime>> timeOf(const JsonObject &object, std::string_view name)
{
    const auto text = textOf(object.value(name));
    if (!text)
        return std::optional<UtcTime>();
    const auto time = parseTime(*text);
    return time ? Result<std::optional<UtcTime>>(time) : bad(std::string(name), "Expected a time");
}

void writeOptional(JsonText &json, const std::optional<FlagValue> &value)
{
    if (value)
        json.raw(Weir::toJson(*value));
    else
        json.null();
}

void writeOptional(JsonText &json, const std::optional<std::string_view> &text)
{
    if (text)
        json.text(*text);
    else
        json.null();
}

void writeOptional(JsonText &json, const std::optional<UtcTime> &time)
{
    if (time)
        json.text(toRfc3339(*time));
    else
        json.null();
}

Result<FlagOutcome> readOutcome(std::string_view json)
{
    WEIR_TRY(const JsonObject object, JsonObject::read(json));
    FlagOutcome outcome;
    outcome.key = jsonStringText(object.value("key"));
    if (outcome.key.empty())
        return bad("key", "Expected the key of a flag");
    outcome.id = integerOf(object.value("id"));
    outcome.version = integerOf(object.value("version"));
    WEIR_TRY(outcome.value, valueOf(object.value("value")));
    if (auto payload = textOf(object.value("payload")))
        outcome.payload = *std::move(payload);
    outcome.reason.code = textOf(object.value("reason")).value_or(std::string());
    if (const std::string_view index = object.value("condition"); !isAbsent(index))
        outcome.reason.conditionIndex = static_cast<int>(integerOf(index));
    outcome.reason.description = textOf(object.value("description")).value_or(std::string());
    return outcome;
}

} // namespace

namespace FlagMemory {

std::string toJson(const KnownFlag &flag)
{
    JsonText json;
    json.beginObject().key("variants").beginArray();
    for (const std::string &variant : flag.variants)
        json.text(variant);
    json.endArray().key("upstream");
    writeOptional(json, flag.upstream);
    json.key("payload");
    writeOptional(json, flag.upstreamPayload);
    json.key("asked").boolean(flag.isAsked);
    return std::move(json.endObject()).str();
}

std::string toJson(const FlagOverride &override)
{
    JsonText json;
    json.beginObject();
    writeOverrideMembers(json, override);
    json.key("scene").textOrNull(override.scene).key("set_at").text(toRfc3339(override.setAt));
    json.key("expires_at");
    writeOptional(json, override.expiresAt);
    return std::move(json.endObject()).str();
}

std::string toJson(const std::vector<FlagOutcome> &outcomes)
{
    JsonText json;
    json.beginArray();
    for (const FlagOutcome &outcome : outcomes) {
        json.beginObject().key("key").text(outcome.key).key("id").number(outcome.id);
        json.key("version").number(outcome.version).key("value");
        writeOptional(json, outcome.value);
        json.key("payload");
        writeOptional(json, outcome.payload);
        json.key("reason").textOrNull(outcome.reason.code).key("condition");
        if (outcome.reason.conditionIndex)
            json.number(std::int64_t(*outcome.reason.conditionIndex));
        else
            json.null();
        json.key("description").textOrNull(outcome.reason.description).endObject();
    }
    return std::move(json.endArray()).str();
}

std::string toJson(const UpstreamDefinitions &definitions)
{
    return JsonText()
        .beginObject()
        .key("tag")
        .text(definitions.tag)
        .key("document")
        .text(definitions.document)
        .endObject()
        .str();
}

Result<KnownFlag> readFlag(std::string_view json)
{
    WEIR_TRY(const JsonObject object, JsonObject::read(json));
    KnownFlag flag;
    WEIR_TRY(const auto variants, readJsonArray(object.value("variants")));
    for (const std::string &variant : variants)
        flag.variants.push_back(jsonStringText(variant));
    WEIR_TRY(flag.upstream, valueOf(object.value("upstream")));
    flag.upstreamPayload = textOf(object.value("payload"));
    flag.isAsked = object.value("asked") == "true";
    return flag;
}

Result<FlagOverride> readPinned(std::string_view key, std::string_view json)
{
    WEIR_TRY(const JsonObject object, JsonObject::read(json));
    WEIR_TRY(FlagOverride override, readOverride(key, object, {"scene", "set_at", "expires_at"}));
    override.scene = textOf(object.value("scene")).value_or(std::string());
    WEIR_TRY(const auto setAt, timeOf(object, "set_at"));
    override.setAt = setAt.value_or(UtcTime());
    WEIR_TRY(override.expiresAt, timeOf(object, "expires_at"));
    return override;
}

Result<std::vector<FlagOutcome>> readOutcomes(std::string_view json)
{
    WEIR_TRY(const auto elements, readJsonArray(json));
    std::vector<FlagOutcome> outcomes;
    for (const std::string &element : elements) {
        WEIR_TRY(FlagOutcome outcome, readOutcome(element));
        outcomes.push_back(std::move(outcome));
    }
    return outcomes;
}

Result<UpstreamDefinitions> readDefinitions(std::string_view token, std::string_view json)
{
    WEIR_TRY(const JsonObject object, JsonObject::read(json));
    return UpstreamDefinitions{
        std::string(token), jsonStringText(object.value("document")), jsonStringText(object.value("tag"))};
}

} // namespace FlagMemory

} // namespace Weir
