#include "core/schema/planyaml.h"

#include "core/base/jsonobject.h"
#include "core/base/jsontext.h"
#include "core/schema/planjson.h"

#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <functional>
#include <map>
#include <set>

namespace Weir {

namespace {

constexpr int maxDepth = 32; ///< Properties within properties.
constexpr int maxNodes = 200'000; ///< Read in all: aliases can make few lines many.

/// A property, event or custom type with the file that has it.
struct Entry
{
    YAML::Node node;
    const PlanFile *file = nullptr;
};
using Catalog = std::map<std::string, Entry, std::less<>>;

struct ConfigKey
{
    std::string_view yaml, json;
};

// v1 writes them with underscores, v0.1 as JSON Schema does.
constexpr ConfigKey configKeys[] = {
    {"enum", "enum"},
    {"minimum", "minimum"},
    {"maximum", "maximum"},
    {"exclusive_minimum", "exclusiveMinimum"},
    {"exclusive_maximum", "exclusiveMaximum"},
    {"multiple_of", "multipleOf"},
    {"min_length", "minLength"},
    {"max_length", "maxLength"},
    {"pattern", "pattern"},
    {"format", "format"},
    {"min_items", "minItems"},
    {"max_items", "maxItems"},
    {"unique_items", "uniqueItems"},
    {"additional_properties", "additionalProperties"},
};

std::string placeOf(const PlanFile &file, const YAML::Mark &mark)
{
    const std::string place = file.name.empty() ? "" : file.name + ", ";
    return mark.is_null() ? file.name
                          : place
            + toText(TextPosition{
                static_cast<std::size_t>(mark.line) + 1, static_cast<std::size_t>(mark.column) + 1});
}

std::string scalar(const YAML::Node &node)
{
    return node && node.IsScalar() ? node.Scalar() : std::string();
}

bool isTrue(const YAML::Node &node)
{
    return scalar(node) == "true";
}

std::string trimmed(std::string_view text)
{
    const std::size_t first = text.find_first_not_of(" \t");
    if (first == std::string_view::npos)
        return {};
    return std::string(text.substr(first, text.find_last_not_of(" \t") - first + 1));
}

/// One project being read. The first error counts.
class RudderProject
{
public:
    Result<Plan> read(const std::vector<PlanFile> &files);

private:
    void collect(const PlanFile &file, const YAML::Node &document);
    void collectEntries(
        Catalog &catalog, const PlanFile &file, const YAML::Node &list, const std::string &group);
    void readRules(Plan &plan, const PlanFile &file, const YAML::Node &spec);
    void readRule(Plan &plan, const PlanFile &file, const YAML::Node &rule);
    const Entry *find(
        const Catalog &catalog, const char *kind, const PlanFile &file, const YAML::Node &reference);
    std::string objectSchema(const PlanFile &file, const YAML::Node &object, bool isClosed, int depth);
    void writeUses(JsonText &json, const PlanFile &file, const YAML::Node &uses, int depth);
    void writeVariants(JsonText &json, const PlanFile &file, const YAML::Node &variants, int depth);
    std::string caseSchema(const std::string &name, const std::vector<std::string> &values, bool isDefault);
    std::string propertySchema(const Entry &property, const PlanFile &file, const YAML::Node &use, int depth);
    void writeTypes(JsonText &json, const Entry &owner, std::vector<std::string> types);
    void writeConfig(JsonText &json, const Entry &owner, const YAML::Node &config);
    std::vector<std::string> typesOf(const Entry &owner, const char *one, const char *several);
    std::vector<std::string> itemTypesOf(const Entry &owner);
    std::string definitions();
    std::string jsonOf(const PlanFile &file, const YAML::Node &node, int depth);
    void fail(const PlanFile &file, const YAML::Node &node, std::string message);
    bool count(const PlanFile &file, const YAML::Node &node);

    Catalog m_properties, m_events, m_types;
    std::set<std::string> m_usedTypes; ///< Keys of m_types that the rule in hand refers to.
    std::vector<std::pair<const PlanFile *, YAML::Node>> m_plans;
    std::optional<Error> m_error;
    int m_nodes = 0;
};

void RudderProject::fail(const PlanFile &file, const YAML::Node &node, std::string message)
{
    if (!m_error)
        m_error = Error{Error::Kind::BadInput, std::move(message), placeOf(file, node.Mark())};
}

bool RudderProject::count(const PlanFile &file, const YAML::Node &node)
{
    if (++m_nodes > maxNodes)
        fail(file, node, "The plan unfolds to more than 200000 parts");
    return !m_error;
}

/// Under its id and, for references of v0.1, under group/id.
void RudderProject::collectEntries(
    Catalog &catalog, const PlanFile &file, const YAML::Node &list, const std::string &group)
{
    for (const YAML::Node &node : list) {
        const std::string id = node.IsMap() ? scalar(node["id"]) : std::string();
        if (id.empty())
            return fail(file, node, "Expected an id");
        catalog.emplace(id, Entry{node, &file});
        if (!catalog.emplace(group + '/' + id, Entry{node, &file}).second)
            return fail(file, node, "The id " + id + " is there twice");
    }
}

void RudderProject::collect(const PlanFile &file, const YAML::Node &document)
{
    if (document.IsNull())
        return;
    if (!document.IsMap() || scalar(document["kind"]).empty())
        return fail(file, document, "Expected a document of rudder-cli: version, kind, metadata, spec");
    const std::string kind = scalar(document["kind"]);
    const std::string version = scalar(document["version"]);
    if (version != "rudder/v1" && version != "rudder/v0.1" && version != "rudder/0.1")
        return fail(file, document, "Weir reads version rudder/v1 and rudder/v0.1");
    const YAML::Node spec = document["spec"];
    if (!spec || !spec.IsMap())
        return fail(file, document, "Expected a spec");
    const YAML::Node metadata = document["metadata"];
    const std::string group = metadata && metadata.IsMap() ? scalar(metadata["name"]) : std::string();
    if (kind == "properties")
        collectEntries(m_properties, file, spec["properties"], group);
    else if (kind == "events")
        collectEntries(m_events, file, spec["events"], group);
    else if (kind == "custom-types")
        collectEntries(m_types, file, spec["types"] ? spec["types"] : spec["custom_types"], group);
    else if (kind == "tracking-plan" || kind == "tp")
        m_plans.emplace_back(&file, spec);
    else if (kind != "categories")
        fail(file, document["kind"], "Weir knows no kind " + kind);
}

const Entry *RudderProject::find(
    const Catalog &catalog, const char *kind, const PlanFile &file, const YAML::Node &reference)
{
    const std::string text = scalar(reference);
    std::string key;
    if (const std::string prefix = '#' + std::string(kind) + ':'; text.starts_with(prefix))
        key = text.substr(prefix.size());
    const std::string plural
        = "#/" + (kind == std::string("property") ? "properties" : kind + std::string("s")) + '/';
    if (text.starts_with(plural))
        key = text.substr(plural.size());
    const auto found = catalog.find(key);
    if (key.empty() || found == catalog.end()) {
        fail(file, reference, "There is no " + std::string(kind) + ' ' + (text.empty() ? "here" : text));
        return nullptr;
    }
    return &found->second;
}

std::string RudderProject::jsonOf(const PlanFile &file, const YAML::Node &node, int depth)
{
    if (depth > maxDepth)
        fail(file, node, "Nested deeper than 32 levels");
    if (!count(file, node))
        return "null";
    JsonText json;
    if (node.IsSequence()) {
        json.beginArray();
        for (const YAML::Node &item : node)
            json.raw(jsonOf(file, item, depth + 1));
        return json.endArray().str();
    }
    if (node.IsMap()) {
        json.beginObject();
        for (const auto &member : node)
            json.key(scalar(member.first)).raw(jsonOf(file, member.second, depth + 1));
        return json.endObject().str();
    }
    const std::string text = scalar(node);
    const bool isPlain = node.Tag() != "!"; // In quotes it is text.
    if (node.IsNull() || (isPlain && (text == "~" || text == "null")))
        return "null";
    if (isPlain && (text == "true" || text == "false" || (isJson(text) && text.front() != '"')))
        return text;
    return json.text(text).str();
}

std::vector<std::string> RudderProject::typesOf(const Entry &owner, const char *one, const char *several)
{
    std::vector<std::string> types;
    if (const YAML::Node list = owner.node[several]; list && list.IsSequence()) {
        for (const YAML::Node &type : list)
            types.push_back(scalar(type));
        return types;
    }
    // v0.1 puts several into one text: "string, null".
    const std::string text = scalar(owner.node[one]);
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t end = std::min(text.find(',', at), text.size());
        types.push_back(trimmed(std::string_view(text).substr(at, end - at)));
        at = end + 1;
    }
    return types;
}

std::vector<std::string> RudderProject::itemTypesOf(const Entry &owner)
{
    std::vector<std::string> types = typesOf(owner, "item_type", "item_types");
    for (const char *name : {"config", "propConfig"}) {
        const YAML::Node config = owner.node[name];
        if (types.empty() && config && config.IsMap())
            types
                = typesOf({config, owner.file}, "itemType", config["itemTypes"] ? "itemTypes" : "item_types");
    }
    return types;
}

void RudderProject::writeTypes(JsonText &json, const Entry &owner, std::vector<std::string> types)
{
    constexpr std::string_view known[]
        = {"string", "number", "integer", "boolean", "null", "array", "object"};
    if (types.size() == 1 && types.front().starts_with('#')) {
        const YAML::Node reference(types.front());
        const Entry *type = find(m_types, "custom-type", *owner.file, reference);
        if (!type)
            return fail(*owner.file, owner.node, "There is no custom type " + types.front());
        const std::string id = scalar(type->node["id"]);
        m_usedTypes.insert(id);
        json.key("$ref").text("#/$defs/" + id);
        return;
    }
    for (const std::string &type : types) {
        if (std::ranges::find(known, type) == std::end(known))
            return fail(*owner.file, owner.node, "Weir knows no type " + type);
    }
    if (types.size() == 1) {
        json.key("type").text(types.front());
    } else if (!types.empty()) {
        json.key("type").beginArray();
        for (const std::string &type : types)
            json.text(type);
        json.endArray();
    }
}

void RudderProject::writeConfig(JsonText &json, const Entry &owner, const YAML::Node &config)
{
    if (!config || !config.IsMap())
        return;
    for (const auto &member : config) {
        const std::string key = scalar(member.first);
        if (key == "itemTypes" || key == "item_types" || key == "itemType" || key == "item_type")
            continue;
        const auto known = std::ranges::find_if(
            configKeys, [&](const ConfigKey &other) { return other.yaml == key || other.json == key; });
        if (known == std::end(configKeys))
            return fail(*owner.file, member.first, "Weir knows no config " + key);
        json.key(known->json).raw(jsonOf(*owner.file, member.second, 0));
    }
}

std::string RudderProject::propertySchema(
    const Entry &property, const PlanFile &file, const YAML::Node &use, int depth)
{
    JsonText json;
    json.beginObject();
    if (const std::string text = scalar(property.node["description"]); !text.empty())
        json.key("description").text(text);
    const std::vector<std::string> types = typesOf(property, "type", "types");
    const std::vector<std::string> itemTypes = itemTypesOf(property);
    writeTypes(json, property, types);
    writeConfig(json, property, property.node["config"]);
    writeConfig(json, property, property.node["propConfig"]);
    const YAML::Node nested = use["properties"];
    const YAML::Node additional = use["additional_properties"];
    JsonText inner;
    if (nested && nested.IsSequence()) {
        writeUses(inner.beginObject(), file, nested, depth + 1);
        if (scalar(additional) == "false")
            inner.key("additionalProperties").boolean(false);
        inner.endObject();
    }
    const bool isList = std::ranges::find(types, "array") != types.end();
    const std::string members = inner.str().size() > 2 ? inner.str().substr(1, inner.str().size() - 2) : "";
    if (isList && (!itemTypes.empty() || !members.empty())) {
        json.key("items").beginObject();
        writeTypes(json, property, itemTypes);
        if (!members.empty())
            json.piece((itemTypes.empty() ? "" : ",") + members);
        json.endObject();
    }
    std::string schema = json.endObject().str();
    if (!isList && !members.empty())
        schema.insert(schema.size() - 1, (schema == "{}" ? "" : ",") + members);
    return schema;
}

/// "properties" and "required" of a list of uses.
void RudderProject::writeUses(JsonText &json, const PlanFile &file, const YAML::Node &uses, int depth)
{
    if (depth > maxDepth)
        return fail(file, uses, "Nested deeper than 32 levels");
    std::vector<std::string> required;
    std::set<std::string> names;
    json.key("properties").beginObject();
    for (const YAML::Node &use : uses) {
        if (!use.IsMap() || !count(file, use))
            return fail(file, use, "Expected a property of the rule");
        const Entry *property
            = find(m_properties, "property", file, use["property"] ? use["property"] : use["$ref"]);
        if (!property)
            return;
        const std::string name = scalar(property->node["name"]);
        if (name.empty())
            return fail(*property->file, property->node, "Expected the name of the property");
        if (!names.insert(name).second)
            return fail(file, use, "The property " + name + " is there twice");
        json.key(name).raw(propertySchema(*property, file, use, depth));
        if (isTrue(use["required"]))
            required.push_back(name);
    }
    json.endObject();
    if (required.empty())
        return;
    json.key("required").beginArray();
    for (const std::string &name : required)
        json.text(name);
    json.endArray();
}

/// What is true of an instance whose discriminator has one of the values; for the default, of all others.
std::string RudderProject::caseSchema(
    const std::string &name, const std::vector<std::string> &values, bool isDefault)
{
    JsonText json;
    json.beginObject().key("properties").beginObject().key(name).beginObject().key("enum").beginArray();
    for (const std::string &value : values)
        json.raw(value);
    json.endArray().endObject().endObject().key("required").beginArray().text(name).endArray().endObject();
    return isDefault ? "{\"not\":" + json.str() + '}' : json.str();
}

void RudderProject::writeVariants(JsonText &json, const PlanFile &file, const YAML::Node &variants, int depth)
{
    if (!variants || !variants.IsSequence() || variants.size() == 0)
        return;
    const YAML::Node variant = variants[0];
    if (variants.size() > 1 || !variant.IsMap())
        return fail(file, variants, "Expected one variant");
    const Entry *property = find(m_properties, "property", file, variant["discriminator"]);
    if (!property)
        return;
    const std::string name = scalar(property->node["name"]);
    std::vector<std::string> all;
    const auto write = [&](const std::vector<std::string> &values, bool isDefault, const YAML::Node &uses) {
        json.beginObject().key("if").raw(caseSchema(name, values, isDefault)).key("then").beginObject();
        writeUses(json, file, uses, depth + 1);
        json.endObject().endObject();
    };
    json.key("allOf").beginArray();
    for (const YAML::Node &one : variant["cases"]) {
        std::vector<std::string> values;
        for (const YAML::Node &value : one["match"])
            values.push_back(jsonOf(file, value, 0));
        all.insert(all.end(), values.begin(), values.end());
        write(values, false, one["properties"]);
    }
    if (const YAML::Node otherwise = variant["default"])
        write(all, true, otherwise.IsSequence() ? otherwise : otherwise["properties"]);
    json.endArray();
}

std::string RudderProject::objectSchema(
    const PlanFile &file, const YAML::Node &object, bool isClosed, int depth)
{
    JsonText json;
    json.beginObject().key("type").text("object");
    writeUses(json, file, object["properties"], depth);
    const YAML::Node variants = object["variants"];
    writeVariants(json, file, variants, depth);
    // What only a case names is no additional property: hence the keyword that sees into the cases.
    if (isClosed)
        json.key(variants ? "unevaluatedProperties" : "additionalProperties").boolean(false);
    return json.endObject().str();
}

/// The custom types that the rule uses, and those that these use.
std::string RudderProject::definitions()
{
    std::map<std::string, std::string> done;
    for (bool grew = true; grew && !m_error;) {
        grew = false;
        for (const std::string &id : std::set<std::string>(m_usedTypes)) {
            if (done.contains(id) || m_error)
                continue;
            grew = true;
            const Entry &type = m_types.find(id)->second;
            const bool isObject = type.node["properties"] || type.node["variants"];
            done[id] = isObject ? objectSchema(*type.file, type.node, false, 0)
                                : propertySchema(type, *type.file, YAML::Node(YAML::NodeType::Map), 0);
        }
    }
    JsonText json;
    json.beginObject();
    for (const auto &[id, schema] : done)
        json.key(id).raw(schema);
    return json.endObject().str();
}

void RudderProject::readRule(Plan &plan, const PlanFile &file, const YAML::Node &rule)
{
    if (!rule.IsMap())
        return fail(file, rule, "Expected a rule");
    const YAML::Node event = rule["event"];
    const bool isOld = event && event.IsMap();
    const Entry *entry = find(m_events, "event", file, isOld ? event["$ref"] : event);
    if (!entry)
        return;
    PlanEvent planned;
    planned.id = scalar(entry->node["id"]);
    planned.name = scalar(entry->node["name"]);
    planned.description = scalar(entry->node["description"]);
    const auto type = eventTypeFromText(scalar(entry->node["event_type"]));
    if (!type || *type > EventType::Group)
        return fail(*entry->file, entry->node, "Expected event_type track, identify, page, screen or group");
    planned.type = *type;
    if ((*type == EventType::Track) == planned.name.empty())
        return fail(*entry->file, entry->node, "A track event has a name, and no other has one");
    const YAML::Node section = isOld ? event["identity_section"] : rule["identity_section"];
    if (section) {
        const auto known = planSectionFromText(scalar(section));
        if (!known || *known == PlanSection::Event)
            return fail(file, section, "Expected properties, traits or context.traits");
        planned.section = *known;
    }
    planned.isSectionRequired = false;
    m_usedTypes.clear();
    const bool isClosed = !isTrue(isOld ? event["allow_unplanned"] : rule["additional_properties"]);
    planned.schema = objectSchema(file, rule, isClosed, 0);
    if (const std::string types = definitions(); types != "{}")
        planned.schema.insert(planned.schema.size() - 1, ",\"$defs\":" + types);
    if (m_error)
        return;
    if (std::string reason = objectionTo(plan, planned); !reason.empty())
        return fail(file, rule, std::move(reason));
    if (const auto done = checkPlanEvent(planned, {}, {}, {}); !done)
        return fail(file, rule, done.error().message);
    plan.events.push_back(std::move(planned));
}

void RudderProject::readRules(Plan &plan, const PlanFile &file, const YAML::Node &spec)
{
    plan.id = scalar(spec["id"]);
    plan.name = scalar(spec["display_name"]);
    plan.description = scalar(spec["description"]);
    for (const YAML::Node &rule : spec["rules"]) {
        if (m_error)
            return;
        readRule(plan, file, rule);
    }
}

Result<Plan> RudderProject::read(const std::vector<PlanFile> &files)
{
    Plan plan;
    const PlanFile *file = nullptr;
    // yaml-cpp throws on what it cannot read; nothing else here does.
    try {
        for (const PlanFile &one : files) {
            file = &one;
            for (const YAML::Node &document : YAML::LoadAll(one.text)) {
                if (!m_error)
                    collect(one, document);
            }
        }
        if (!m_error && m_plans.size() != 1)
            m_error = Error{Error::Kind::BadInput, "Expected one document of the kind tracking-plan", {}};
        if (!m_error)
            readRules(plan, *(file = m_plans.front().first), m_plans.front().second);
    } catch (const YAML::Exception &exception) {
        return Error{Error::Kind::BadInput, "Not YAML: " + exception.msg, placeOf(*file, exception.mark)};
    }
    if (!m_error && plan.events.empty())
        m_error = Error{Error::Kind::BadInput, "The plan has no events", file->name};
    if (m_error)
        return *m_error;
    return plan;
}

} // namespace

Result<Plan> readRudderYaml(const std::vector<PlanFile> &files)
{
    std::size_t bytes = 0;
    for (const PlanFile &file : files)
        bytes += file.text.size();
    if (bytes > maxPlanYamlBytes)
        return Error{Error::Kind::BadInput, "YAML of more than 4 MB is not read", {}};
    return RudderProject().read(files);
}

} // namespace Weir
