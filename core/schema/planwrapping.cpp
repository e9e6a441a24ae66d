#include "core/schema/planjson.h"

#include "core/base/jsonobject.h"
#include "core/base/jsontext.h"

#include <algorithm>
#include <array>

namespace Weir {

namespace {

constexpr std::array definitionKeys = {"$schema", "$defs", "definitions"};

bool isDefinitionKey(std::string_view key)
{
    return std::ranges::find(definitionKeys, key) != definitionKeys.end();
}

/// Names from the event's root to the section.
std::vector<std::string> pathOf(PlanSection section)
{
    switch (section) {
    case PlanSection::Properties:
        return {"properties"};
    case PlanSection::Traits:
        return {"traits"};
    case PlanSection::ContextTraits:
        return {"context", "traits"};
    case PlanSection::Event:
        break;
    }
    return {};
}

std::string wrappedIn(const std::string &name, const std::string &schema, bool isRequired)
{
    JsonText json;
    json.beginObject().key("type").text("object").key("properties").beginObject();
    json.key(name).raw(schema).endObject();
    if (isRequired)
        json.key("required").beginArray().text(name).endArray();
    json.endObject();
    return std::move(json).str();
}

struct Unwrapped
{
    std::string schema;
    bool isRequired = false;
};

/// The schema of the one property `name`, when `object` says nothing else.
std::optional<Unwrapped> unwrapped(const JsonObject &object, const std::string &name)
{
    Unwrapped inner;
    for (const JsonObject::Member &member : object.members()) {
        if (member.key == "type" && jsonStringText(member.value) == "object")
            continue;
        if (member.key == "required") {
            const auto names = readJsonArray(member.value);
            if (!names || names->size() != 1 || jsonStringText(names->front()) != name)
                return {};
            inner.isRequired = true;
            continue;
        }
        const auto properties = JsonObject::read(member.value);
        if (member.key != "properties" || !properties || properties->members().size() != 1
            || properties->members().front().key != name)
            return {};
        inner.schema = properties->members().front().value;
    }
    if (inner.schema.empty())
        return {};
    return inner;
}

/// Sets schema and section when the root only leads to it.
bool unwrapAs(PlanEvent &event, JsonObject root, PlanSection section)
{
    std::vector<JsonObject::Member> definitions;
    for (const char *key : definitionKeys) {
        if (root.has(key))
            definitions.push_back({key, std::string(root.value(key))});
        root.remove(key);
    }
    Unwrapped inner{root.toJson(), true};
    for (const std::string &name : pathOf(section)) {
        const auto object = JsonObject::read(inner.schema);
        auto next = object ? unwrapped(*object, name) : std::nullopt;
        if (!next)
            return false;
        next->isRequired = next->isRequired && inner.isRequired;
        inner = *std::move(next);
    }
    auto schema = JsonObject::read(inner.schema);
    if (!schema || std::ranges::any_of(schema->members(), isDefinitionKey, &JsonObject::Member::key))
        return false;
    for (JsonObject::Member &member : definitions)
        schema->set(member.key, std::move(member.value));
    event.schema = definitions.empty() ? inner.schema : schema->toJson();
    event.section = section;
    event.isSectionRequired = inner.isRequired;
    return true;
}

} // namespace

std::string wrappedSchema(const PlanEvent &event)
{
    auto schema = JsonObject::read(event.schema);
    if (event.section == PlanSection::Event)
        return event.schema;
    std::vector<JsonObject::Member> definitions;
    std::string inner = event.schema;
    if (schema) {
        for (const char *key : definitionKeys) {
            if (schema->has(key))
                definitions.push_back({key, std::string(schema->value(key))});
            schema->remove(key);
        }
        inner = definitions.empty() ? inner : schema->toJson();
    }
    std::vector<std::string> path = pathOf(event.section);
    for (; !path.empty(); path.pop_back())
        inner = wrappedIn(path.back(), inner, event.isSectionRequired);
    auto root = JsonObject::read(inner);
    for (JsonObject::Member &member : definitions)
        root->set(member.key, std::move(member.value));
    return definitions.empty() ? inner : root->toJson();
}

void unwrapSchema(PlanEvent &event, std::string_view root, PlanSection identitySection)
{
    event.schema = root;
    event.section = PlanSection::Event;
    const auto object = JsonObject::read(root);
    // A reference to a place in the root would lead elsewhere from within.
    if (!object || root.find("\"#/properties") != std::string_view::npos
        || root.find("\"#\"") != std::string_view::npos)
        return;
    for (const PlanSection section :
        {identitySection, PlanSection::Properties, PlanSection::Traits, PlanSection::ContextTraits}) {
        if (section != PlanSection::Event && unwrapAs(event, *object, section))
            return;
    }
}

} // namespace Weir
