#include "core/flags/flagvalue.h"

#include "core/base/jsontext.h"
#include "core/flags/flagtext.h"

#include <algorithm>

#include <nlohmann/json.hpp>

namespace Weir {

namespace {

using Json = nlohmann::json;
using Kind = PropertyValue::Kind;

Kind kindOf(const Json &value)
{
    if (value.is_null())
        return Kind::Null;
    if (value.is_boolean())
        return Kind::Boolean;
    if (value.is_number())
        return Kind::Number;
    return value.is_string() ? Kind::String : Kind::Container;
}

bool isTruthy(const Json &value, int depth)
{
    constexpr int maxDepth = 64;
    if (value.is_boolean())
        return value.get<bool>();
    if (const auto *text = value.get_ptr<const Json::string_t *>())
        return toAsciiLower(*text) == "true";
    return value.is_array() && depth < maxDepth
        && std::ranges::all_of(value, [depth](const Json &item) { return isTruthy(item, depth + 1); });
}

void fold(PropertyValue &property)
{
    std::string lowered = toLower(property.text);
    if (lowered != property.text)
        property.lowered = std::move(lowered);
}

} // namespace

std::string_view toText(const FlagValue &value)
{
    if (!value.isOn)
        return "false";
    return value.variant.empty() ? std::string_view("true") : value.variant;
}

std::string toJson(const FlagValue &value)
{
    if (value.variant.empty())
        return value.isOn ? "true" : "false";
    return JsonText().text(value.variant).str();
}

PropertyValue toPropertyValue(const Json &value)
{
    PropertyValue property;
    property.kind = kindOf(value);
    property.isTruthy = isTruthy(value, 0);
    property.text = flagText(value);
    fold(property);
    return property;
}

PropertyValue toPropertyValue(std::string_view text)
{
    PropertyValue property;
    property.kind = Kind::String;
    property.text = text;
    property.isTruthy = toAsciiLower(text) == "true";
    fold(property);
    return property;
}

PropertyMap toPropertyMap(const Json &object)
{
    PropertyMap properties;
    if (const auto *members = object.get_ptr<const Json::object_t *>()) {
        for (const auto &[name, value] : *members)
            properties.emplace_hint(properties.end(), name, toPropertyValue(value));
    }
    return properties;
}

} // namespace Weir
