#include "core/flags/flagsubject.h"

#include "core/flags/flagtext.h"

#include <nlohmann/json.hpp>

namespace Weir {

namespace {

using Json = nlohmann::json;

const Json *member(const Json &object, const char *name)
{
    const auto found = object.find(name);
    return found == object.end() || found->is_null() ? nullptr : &*found;
}

Error wrong(std::string message, std::string where)
{
    return {Error::Kind::BadInput, std::move(message), std::move(where)};
}

/// A string or a number, under the first of two names that is there.
Result<std::optional<std::string>> readId(const Json &body, const char *name, const char *otherName)
{
    for (const char *candidate : {name, otherName}) {
        const Json *value = member(body, candidate);
        if (!value)
            continue;
        if (!value->is_string() && !value->is_number())
            return wrong("Expected a string", candidate);
        return std::optional(flagText(*value));
    }
    return std::optional<std::string>();
}

Result<const Json *> readObject(const Json &body, const char *name)
{
    static const Json none = Json::object();
    const Json *value = member(body, name);
    if (value && !value->is_object())
        return wrong("Expected an object", name);
    return value ? value : &none;
}

} // namespace

Result<FlagSubject> readSubject(const Json &body, UtcTime now)
{
    if (!body.is_object())
        return wrong("Expected an object", {});
    FlagSubject subject;
    subject.now = now;
    WEIR_TRY(auto distinctId, readId(body, "distinct_id", "$distinct_id"));
    subject.distinctId = std::move(distinctId).value_or(std::string());
    WEIR_TRY(subject.deviceId, readId(body, "device_id", "$device_id"));
    WEIR_TRY(const Json *groups, readObject(body, "groups"));
    for (const auto &[type, key] : groups->items()) {
        // The server takes any other kind for no key at all.
        if (key.is_string() || key.is_number())
            subject.groups.insert_or_assign(type, flagText(key));
    }
    WEIR_TRY(const Json *person, readObject(body, "person_properties"));
    subject.personProperties = toPropertyMap(*person);
    WEIR_TRY(const Json *groupProperties, readObject(body, "group_properties"));
    for (const auto &[type, properties] : groupProperties->items()) {
        if (!properties.is_object())
            return wrong("Expected an object", "group_properties › " + type);
        subject.groupProperties.insert_or_assign(type, toPropertyMap(properties));
    }
    const auto device = subject.personProperties.find("$device_id");
    if (!subject.deviceId && device != subject.personProperties.end()
        && device->second.kind != PropertyValue::Kind::Null)
        subject.deviceId = device->second.text;
    return subject;
}

} // namespace Weir
