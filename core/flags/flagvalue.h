#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include <nlohmann/json_fwd.hpp>

namespace Weir {

/// What a flag gives: off, on, or on with a variant.
struct FlagValue
{
    bool isOn = false;
    std::string variant; ///< Empty: a plain on or off. Never set while `isOn` is false.

    static FlagValue off() { return {}; }
    static FlagValue on() { return {true, {}}; }
    static FlagValue of(std::string_view variant) { return {true, std::string(variant)}; }

    bool operator==(const FlagValue &) const = default;
};

/// "false", "true" or the variant: the key under which a flag keeps its payload.
std::string_view toText(const FlagValue &value);

/// `true`, `false` or the variant as a JSON string, as SDKs and the /weir/ interface write a flag's value.
std::string toJson(const FlagValue &value);

/// One property of a person or group, as the conditions of flags look at it. PostHog's server compares the
/// text of a value, not its type: 5 matches "5", and null matches "null".
struct PropertyValue
{
    enum class Kind : std::uint8_t { Null, Boolean, Number, String, Container };
    Kind kind = Kind::Null;
    bool isTruthy = false; ///< true, "TRUE", or an array of nothing else; `[]` is.
    std::string text; ///< A string's own text; the compact JSON of anything else, keys sorted.
    std::string lowered; ///< `text` in lower case, by Unicode's rules. Empty: as `text`.

    std::string_view folded() const { return lowered.empty() ? text : lowered; }
    bool operator==(const PropertyValue &) const = default;
};

/// By name. A property that is not in it is not set, which is something else than null.
using PropertyMap = std::map<std::string, PropertyValue, std::less<>>;

PropertyValue toPropertyValue(const nlohmann::json &value);
/// Of a string, without a document around it.
PropertyValue toPropertyValue(std::string_view text);
// Without these two a string would be as near to a document as to a text.
inline PropertyValue toPropertyValue(const std::string &text)
{
    return toPropertyValue(std::string_view(text));
}
inline PropertyValue toPropertyValue(const char *text)
{
    return toPropertyValue(std::string_view(text));
}

/// The members of an object; empty for any other kind.
PropertyMap toPropertyMap(const nlohmann::json &object);

} // namespace Weir
