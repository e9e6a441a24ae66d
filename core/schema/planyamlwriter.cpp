#include "core/schema/planyaml.h"

#include "core/base/jsonobject.h"
#include "core/base/jsontext.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <set>

namespace Weir {

namespace {

constexpr int maxDepth = 32;

struct ConfigKey
{
    std::string_view json, yaml;
};

constexpr ConfigKey configKeys[] = {
    {"enum", "enum"},
    {"minimum", "minimum"},
    {"maximum", "maximum"},
    {"exclusiveMinimum", "exclusive_minimum"},
    {"exclusiveMaximum", "exclusive_maximum"},
    {"multipleOf", "multiple_of"},
    {"minLength", "min_length"},
    {"maxLength", "max_length"},
    {"pattern", "pattern"},
    {"format", "format"},
    {"minItems", "min_items"},
    {"maxItems", "max_items"},
    {"uniqueItems", "unique_items"},
};

/// Double quotes mean the same in YAML.
std::string quoted(std::string_view text)
{
    return JsonText().text(text).str();
}

Error noForm(std::string message, std::string where)
{
    return {
        Error::Kind::BadInput, "rudder-cli's YAML has no form for " + std::move(message), std::move(where)};
}

std::string idOf(std::string_view name)
{
    std::string id;
    for (const char c : name) {
        const bool isPlain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')
            || c == '_' || c == '-';
        id += isPlain ? c : '_';
    }
    return id.empty() ? "_" : id;
}

/// What an object's schema says of its members, and what is left.
struct ObjectParts
{
    std::vector<JsonObject::Member> properties;
    std::set<std::string> required;
    bool isClosed = false;
    std::string variants; ///< allOf, as it was written.
    JsonObject rest;
};

Result<ObjectParts> partsOf(JsonObject schema, const std::string &where)
{
    ObjectParts parts;
    if (schema.has("properties")) {
        WEIR_TRY(const JsonObject properties, JsonObject::read(schema.value("properties")));
        parts.properties = properties.members();
    }
    if (schema.has("required")) {
        WEIR_TRY(const auto names, readJsonArray(schema.value("required")));
        for (const std::string &name : names)
            parts.required.insert(jsonStringText(name));
    }
    parts.variants = schema.value("allOf");
    for (const char *key : {"additionalProperties", "unevaluatedProperties"}) {
        const std::string_view value = schema.value(key);
        if (!value.empty() && value != "true" && value != "false")
            return noForm(std::string(key) + " with a schema", where);
        parts.isClosed = parts.isClosed || value == "false";
        schema.remove(key);
    }
    for (const char *key : {"properties", "required", "allOf"})
        schema.remove(key);
    const auto isListed = [&](const std::string &name) {
        return std::ranges::find(parts.properties, name, &JsonObject::Member::key) != parts.properties.end();
    };
    for (const std::string &name : parts.required) {
        if (!isListed(name))
            return noForm("a required property without a schema", where + " › " + name);
    }
    parts.rest = std::move(schema);
    return parts;
}

/// Writes one plan. Properties that are the same in several events become one.
class YamlWriter
{
public:
    explicit YamlWriter(const Plan &plan)
        : m_plan(plan)
    {
    }
    Result<std::string> write();

private:
    Result<void> writeEvent(const PlanEvent &event);
    Result<void> writeUses(std::string &out, const ObjectParts &parts, const std::string &indent,
        const std::string &where, int depth);
    Result<void> writeVariants(
        std::string &out, const std::string &allOf, const std::string &indent, const std::string &where);
    Result<std::string> propertyId(const std::string &name, JsonObject schema, const std::string &where);
    Result<std::string> typeLines(const JsonObject &schema, const char *prefix, const std::string &where);
    Result<void> writeTypes(const JsonObject &definitions, const std::string &where);
    std::string uniqueId(std::set<std::string> &ids, std::string_view name);
    std::string head(const char *kind) const;

    const Plan &m_plan;
    std::string m_properties, m_events, m_types, m_rules;
    std::map<std::string, std::string> m_idOfProperty; ///< By all that is written of it.
    std::map<std::string, std::string> m_schemaOfType;
    std::set<std::string> m_propertyIds, m_eventIds;
};

std::string YamlWriter::uniqueId(std::set<std::string> &ids, std::string_view name)
{
    std::string id = idOf(name);
    for (int count = 2; !ids.insert(id).second; ++count)
        id = idOf(name) + '_' + std::to_string(count);
    return id;
}

std::string YamlWriter::head(const char *kind) const
{
    return "version: rudder/v1\nkind: " + std::string(kind)
        + "\nmetadata:\n  name: " + quoted(m_plan.id.empty() ? "weir" : m_plan.id) + "\nspec:\n";
}

/// `prefix` is "type" or "item_type".
Result<std::string> YamlWriter::typeLines(
    const JsonObject &schema, const char *prefix, const std::string &where)
{
    const std::string lead = "      " + std::string(prefix);
    if (const std::string reference = jsonStringText(schema.value("$ref")); !reference.empty()) {
        constexpr std::string_view definitions = "#/$defs/";
        if (!reference.starts_with(definitions))
            return noForm("the reference " + reference, where);
        return lead + ": " + quoted("#custom-type:" + reference.substr(definitions.size())) + '\n';
    }
    const std::string_view type = schema.value("type");
    if (type.empty())
        return std::string();
    return (type.front() == '[' ? lead + "s: " : lead + ": ") + std::string(type) + '\n';
}

/// The id of the property with this name and schema, which is written unless it has been.
Result<std::string> YamlWriter::propertyId(
    const std::string &name, JsonObject schema, const std::string &where)
{
    std::string lines = "      name: " + quoted(name) + '\n';
    if (const std::string_view text = schema.value("description"); !text.empty())
        lines += "      description: " + std::string(text) + '\n';
    WEIR_TRY(const std::string types, typeLines(schema, "type", where));
    lines += types;
    if (schema.has("items")) {
        const auto items = JsonObject::read(schema.value("items"));
        const bool isPlain
            = items && items->members().size() == 1 && (items->has("type") || items->has("$ref"));
        if (!isPlain)
            return noForm("these items", where);
        WEIR_TRY(const std::string itemTypes, typeLines(*items, "item_type", where));
        lines += itemTypes;
    }
    for (const char *key : {"description", "type", "$ref", "items"})
        schema.remove(key);
    std::string config;
    for (const JsonObject::Member &member : schema.members()) {
        const auto known = std::ranges::find(configKeys, member.key, &ConfigKey::json);
        if (known == std::end(configKeys))
            return noForm("the keyword " + member.key, where);
        config += "        " + std::string(known->yaml) + ": " + member.value + '\n';
    }
    if (!config.empty())
        lines += "      config:\n" + config;
    const auto [entry, isNew] = m_idOfProperty.emplace(lines, std::string());
    if (isNew) {
        entry->second = uniqueId(m_propertyIds, name);
        m_properties += "    - id: " + quoted(entry->second) + '\n' + lines;
    }
    return entry->second;
}

Result<void> YamlWriter::writeUses(std::string &out, const ObjectParts &parts, const std::string &indent,
    const std::string &where, int depth)
{
    if (depth > maxDepth)
        return noForm("objects nested this deep", where);
    if (parts.properties.empty())
        return {};
    out += indent + "properties:\n";
    for (const JsonObject::Member &member : parts.properties) {
        const std::string place = where + " › " + member.key;
        auto schema = member.value == "true" ? JsonObject() : JsonObject::read(member.value);
        if (!schema)
            return noForm("a schema that is false", place);
        // An object of known members says them where it is used, and so does an array of such objects.
        const auto items = JsonObject::read(schema->value("items"));
        const bool isList = items && items->has("properties");
        ObjectParts inner;
        if (isList || schema->has("properties")) {
            WEIR_TRY(inner, partsOf(isList ? *items : *schema, place));
            if (!inner.variants.empty())
                return noForm("variants here", place);
            if (isList && inner.rest.members().empty())
                schema->remove("items");
            else if (isList)
                schema->set("items", inner.rest.toJson());
            else
                schema = inner.rest;
        }
        WEIR_TRY(const std::string id, propertyId(member.key, *schema, place));
        out += indent + "  - property: " + quoted("#property:" + id) + '\n';
        if (parts.required.contains(member.key))
            out += indent + "    required: true\n";
        if (inner.properties.empty())
            continue;
        if (inner.isClosed)
            out += indent + "    additional_properties: false\n";
        if (const auto done = writeUses(out, inner, indent + "    ", place, depth + 1); !done)
            return done.error();
    }
    return {};
}

/// What stands in the `if` of a case: the discriminator and its values.
struct Case
{
    std::string discriminator, values;
    bool isDefault = false;
};

std::optional<Case> caseOf(std::string_view condition)
{
    Case found;
    auto object = JsonObject::read(condition);
    if (object && object->members().size() == 1 && object->has("not")) {
        found.isDefault = true;
        object = JsonObject::read(object->value("not"));
    }
    if (!object || object->members().size() != 2 || !object->has("required"))
        return {};
    const auto properties = JsonObject::read(object->value("properties"));
    if (!properties || properties->members().size() != 1)
        return {};
    const auto schema = JsonObject::read(properties->members().front().value);
    if (!schema || schema->members().size() != 1 || !schema->has("enum"))
        return {};
    found.discriminator = properties->members().front().key;
    found.values = schema->value("enum");
    return found;
}

Result<void> YamlWriter::writeVariants(
    std::string &out, const std::string &allOf, const std::string &indent, const std::string &where)
{
    WEIR_TRY(const auto branches, readJsonArray(allOf));
    std::string cases, otherwise, discriminator;
    for (const std::string &branch : branches) {
        const auto object = JsonObject::read(branch);
        const auto found = object ? caseOf(object->value("if")) : std::nullopt;
        if (!found || object->members().size() != 2 || !object->has("then")
            || (!discriminator.empty() && discriminator != found->discriminator))
            return noForm("this allOf", where);
        discriminator = found->discriminator;
        WEIR_TRY(JsonObject then, JsonObject::read(object->value("then")));
        WEIR_TRY(const ObjectParts parts, partsOf(std::move(then), where));
        if (!parts.rest.members().empty() || parts.isClosed || !parts.variants.empty())
            return noForm("what this case says", where);
        std::string &target = found->isDefault ? otherwise : cases;
        if (!found->isDefault)
            target += indent + "      - match: " + found->values + '\n';
        const std::string inner = indent + (found->isDefault ? "      " : "        ");
        if (const auto done = writeUses(target, parts, inner, where, 1); !done)
            return done.error();
    }
    // The property is the same as where the rule lists it.
    const auto written = std::ranges::find_if(m_idOfProperty, [&](const auto &entry) {
        return entry.first.starts_with("      name: " + quoted(discriminator) + '\n');
    });
    if (written == m_idOfProperty.end())
        return noForm("a discriminator that the rule does not list", where);
    out += indent + "variants:\n" + indent + "  - type: discriminator\n" + indent + "    discriminator: "
        + quoted("#property:" + written->second) + '\n' + indent + "    cases:\n" + cases;
    if (!otherwise.empty())
        out += indent + "    default:\n" + otherwise;
    return {};
}

Result<void> YamlWriter::writeTypes(const JsonObject &definitions, const std::string &where)
{
    for (const JsonObject::Member &member : definitions.members()) {
        const std::string place = where + " › $defs › " + member.key;
        const auto [known, isNew] = m_schemaOfType.emplace(member.key, member.value);
        if (!isNew && known->second == member.value)
            continue;
        if (!isNew)
            return noForm("two custom types of one name", place);
        WEIR_TRY(JsonObject schema, JsonObject::read(member.value));
        WEIR_TRY(ObjectParts parts, partsOf(std::move(schema), place));
        const std::string id = idOf(member.key);
        if (id != member.key || parts.isClosed)
            return noForm("this custom type", place);
        std::string uses;
        if (const auto done = writeUses(uses, parts, "      ", place, 1); !done)
            return done.error();
        if (!parts.variants.empty()) {
            if (const auto done = writeVariants(uses, parts.variants, "      ", place); !done)
                return done.error();
        }
        // A custom type is written as a property is, and has its members itself.
        const std::string before = std::exchange(m_properties, {});
        const auto idsBefore = m_idOfProperty;
        const auto done = propertyId(member.key, parts.rest, place);
        if (!done)
            return done.error();
        std::string lines = std::exchange(m_properties, before);
        m_idOfProperty = idsBefore;
        m_propertyIds.erase(*done);
        lines.replace(0, lines.find('\n') + 1, "    - id: " + quoted(id) + '\n');
        m_types += lines + uses;
    }
    return {};
}

Result<void> YamlWriter::writeEvent(const PlanEvent &event)
{
    const std::string where = event.name.empty() ? std::string(toText(event.type)) : event.name;
    if (event.section == PlanSection::Event)
        return noForm("a schema of the whole event", where);
    WEIR_TRY(JsonObject schema, JsonObject::read(event.schema));
    if (schema.has("$defs")) {
        WEIR_TRY(const JsonObject definitions, JsonObject::read(schema.value("$defs")));
        if (const auto done = writeTypes(definitions, where); !done)
            return done.error();
    }
    WEIR_TRY(const ObjectParts parts, partsOf(std::move(schema), where));
    for (const JsonObject::Member &member : parts.rest.members()) {
        const bool isKnown = member.key == "$schema" || member.key == "$defs" || member.key == "title"
            || member.key == "description" || (member.key == "type" && member.value == "\"object\"");
        if (!isKnown)
            return noForm("the keyword " + member.key, where);
    }
    const std::string id = uniqueId(m_eventIds, event.id.empty() ? where : event.id);
    m_events += "    - id: " + quoted(id) + '\n';
    if (!event.name.empty())
        m_events += "      name: " + quoted(event.name) + '\n';
    if (!event.description.empty())
        m_events += "      description: " + quoted(event.description) + '\n';
    m_events += "      event_type: " + std::string(toText(event.type)) + '\n';
    m_rules += "    - type: event_rule\n      id: " + quoted(id + "_rule") + "\n      event: "
        + quoted("#event:" + id) + "\n      identity_section: " + std::string(toText(event.section))
        + "\n      additional_properties: " + (parts.isClosed ? "false\n" : "true\n");
    if (const auto done = writeUses(m_rules, parts, "      ", where, 0); !done)
        return done.error();
    return parts.variants.empty() ? Result<void>() : writeVariants(m_rules, parts.variants, "      ", where);
}

Result<std::string> YamlWriter::write()
{
    for (const PlanEvent &event : m_plan.events) {
        if (const auto done = writeEvent(event); !done)
            return done.error();
    }
    std::string out;
    if (!m_properties.empty())
        out += head("properties") + "  properties:\n" + m_properties + "---\n";
    if (!m_types.empty())
        out += head("custom-types") + "  types:\n" + m_types + "---\n";
    out += head("events") + "  events:\n" + m_events + "---\n" + head("tracking-plan");
    out += "  id: " + quoted(m_plan.id.empty() ? "weir" : m_plan.id)
        + "\n  display_name: " + quoted(m_plan.name) + '\n';
    if (!m_plan.description.empty())
        out += "  description: " + quoted(m_plan.description) + '\n';
    return out + "  rules:\n" + m_rules;
}

} // namespace

Result<std::string> writeRudderYaml(const Plan &plan)
{
    return YamlWriter(plan).write();
}

} // namespace Weir
