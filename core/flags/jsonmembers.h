#pragma once

#include "core/base/error.h"

#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include <nlohmann/json.hpp>

namespace Weir {

// Members of a JSON object that may be absent or null, but not of a wrong type.

inline Error wrongType(const char *expected, std::string where)
{
    return {Error::Kind::BadInput, std::string("Expected ") + expected, std::move(where)};
}

/// `error`, seen from further outside.
inline Error within(std::string place, Error error)
{
    error.where = error.where.empty() ? std::move(place) : std::move(place) + " › " + error.where;
    return error;
}

/// Null when it is absent or null.
inline const nlohmann::json *memberOf(const nlohmann::json &object, const char *name)
{
    const auto found = object.find(name);
    return found == object.end() || found->is_null() ? nullptr : &*found;
}

inline Result<bool> boolMember(const nlohmann::json &object, const char *name, bool otherwise)
{
    const nlohmann::json *value = memberOf(object, name);
    if (value && !value->is_boolean())
        return wrongType("true or false", name);
    return value ? value->get<bool>() : otherwise;
}

inline Result<std::optional<double>> numberMember(const nlohmann::json &object, const char *name)
{
    const nlohmann::json *value = memberOf(object, name);
    if (value && !value->is_number())
        return wrongType("a number", name);
    return value ? std::optional(value->get<double>()) : std::nullopt;
}

inline Result<std::optional<std::int64_t>> integerMember(const nlohmann::json &object, const char *name)
{
    const nlohmann::json *value = memberOf(object, name);
    if (value && !value->is_number_integer())
        return wrongType("a whole number", name);
    return value ? std::optional(value->get<std::int64_t>()) : std::nullopt;
}

inline Result<std::string> stringMember(const nlohmann::json &object, const char *name)
{
    const nlohmann::json *value = memberOf(object, name);
    if (value && !value->is_string())
        return wrongType("a string", name);
    return value ? value->get<std::string>() : std::string();
}

/// Empty when it is absent or null.
inline Result<const nlohmann::json *> arrayMember(const nlohmann::json &object, const char *name)
{
    static const nlohmann::json none = nlohmann::json::array();
    const nlohmann::json *value = memberOf(object, name);
    if (value && !value->is_array())
        return wrongType("an array", name);
    return value ? value : &none;
}

inline Result<const nlohmann::json *> objectMember(const nlohmann::json &object, const char *name)
{
    static const nlohmann::json none = nlohmann::json::object();
    const nlohmann::json *value = memberOf(object, name);
    if (value && !value->is_object())
        return wrongType("an object", name);
    return value ? value : &none;
}

} // namespace Weir
