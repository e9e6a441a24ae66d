#include "core/flags/overridejson.h"

#include <algorithm>

namespace Weir {

namespace {

Error bad(std::string where, std::string message)
{
    return {Error::Kind::BadInput, std::move(message), std::move(where)};
}

bool isString(std::string_view json)
{
    return json.starts_with('"');
}

using Names = std::initializer_list<std::string_view>;

Result<void> allowOnly(const JsonObject &object, Names names, Names more = {})
{
    const auto isIn
        = [](Names list, std::string_view key) { return std::ranges::find(list, key) != list.end(); };
    for (const JsonObject::Member &member : object.members()) {
        if (isIn(names, member.key) || isIn(more, member.key))
            continue;
        std::string known;
        for (const Names list : {names, more}) {
            for (const std::string_view name : list)
                known.append(known.empty() ? "" : ", ").append(name);
        }
        return bad(member.key, "Expected only " + known);
    }
    return {};
}

Result<std::string> readId(const JsonObject &scope, std::string_view name)
{
    const std::string_view json = scope.value(name);
    if (json.empty() || json == "null")
        return std::string();
    std::string text = isString(json) ? jsonStringText(json) : std::string();
    if (text.empty())
        return bad("scope › " + std::string(name), "Expected a text that is not empty");
    return text;
}

Result<FlagScope> readScope(std::string_view json)
{
    FlagScope scope;
    if (json.empty() || json == "null")
        return scope;
    const auto object = JsonObject::read(json);
    if (!object)
        return bad("scope", "Expected an object with distinct_id or workspace_id");
    if (const auto known = allowOnly(*object, {"distinct_id", "workspace_id"}); !known)
        return seenFrom("scope", known.error());
    WEIR_TRY(scope.distinctId, readId(*object, "distinct_id"));
    WEIR_TRY(scope.workspaceId, readId(*object, "workspace_id"));
    return scope;
}

/// Line ends and the like, and what makes text run the other way: a key with one reads as another key.
bool holdsHidden(std::string_view key)
{
    const auto isControl = [](unsigned char c) { return c < 0x20 || c == 0x7F; };
    if (std::ranges::any_of(key, isControl))
        return true;
    for (const std::string_view mark : {"\xE2\x80\xAA", "\xE2\x80\xAB", "\xE2\x80\xAC", "\xE2\x80\xAD",
             "\xE2\x80\xAE", "\xE2\x81\xA6", "\xE2\x81\xA7", "\xE2\x81\xA8", "\xE2\x81\xA9"}) {
        if (key.find(mark) != key.npos)
            return true;
    }
    return false;
}

Result<bool> readPinned(std::string_view json)
{
    if (json.empty() || json == "null" || json == "false")
        return false;
    if (json != "true")
        return bad("pinned", "Expected true or false");
    return true;
}

} // namespace

Result<FlagValue> readFlagValue(std::string_view json)
{
    if (json == "true")
        return FlagValue::on();
    if (json == "false")
        return FlagValue::off();
    const std::string variant = isString(json) ? jsonStringText(json) : std::string();
    if (variant.empty())
        return bad("value", "Expected true, false or the key of a variant");
    return FlagValue::of(variant);
}

Error seenFrom(std::string place, Error error)
{
    error.where = error.where.empty() ? std::move(place) : std::move(place) + " › " + error.where;
    return error;
}

Result<FlagOverride> readOverride(
    std::string_view key, const JsonObject &object, std::initializer_list<std::string_view> more)
{
    if (const auto known = allowOnly(object, {"value", "payload", "scope", "pinned"}, more); !known)
        return known.error();
    if (holdsHidden(key))
        return bad("flag", "Expected a key without line ends and other characters that do not show");
    FlagOverride override;
    override.key = key;
    WEIR_TRY(override.value, readFlagValue(object.value("value")));
    if (const std::string_view payload = object.value("payload"); !payload.empty() && payload != "null")
        override.payload = payload;
    WEIR_TRY(override.scope, readScope(object.value("scope")));
    WEIR_TRY(override.isPinned, readPinned(object.value("pinned")));
    return override;
}

void writePayload(JsonText &json, const std::optional<std::string> &payload)
{
    if (!payload)
        json.null();
    else if (isJson(*payload))
        json.raw(*payload);
    else
        json.text(*payload);
}

void writeOverrideMembers(JsonText &json, const FlagOverride &override)
{
    json.key("value").raw(toJson(override.value)).key("payload");
    writePayload(json, override.payload);
    json.key("scope");
    if (override.scope.isEveryone()) {
        json.null();
    } else {
        json.beginObject().key("distinct_id").textOrNull(override.scope.distinctId);
        json.key("workspace_id").textOrNull(override.scope.workspaceId).endObject();
    }
    json.key("pinned").boolean(override.isPinned);
}

} // namespace Weir
