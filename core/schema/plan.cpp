#include "core/schema/plan.h"

#include "core/schema/builtinplan.h"
#include "core/schema/planreader.h"

#include <algorithm>
#include <iterator>

namespace Weir {

namespace {

constexpr std::string_view sectionNames[] = {"properties", "traits", "context.traits", "event"};
constexpr std::string_view identityNames[] = {"trace_id", "user_id", "workspace_id"};

template <typename Value, std::size_t count>
std::optional<Value> fromText(const std::string_view (&names)[count], std::string_view text)
{
    const auto known = std::ranges::find(names, text);
    if (known == std::end(names))
        return {};
    return static_cast<Value>(known - std::begin(names));
}

std::vector<std::string> typesAt(const JsonTape &tape, std::uint32_t schema)
{
    std::vector<std::string> types;
    constexpr std::string_view definitions = "#/$defs/";
    const std::uint32_t reference = tape.member(schema, "$ref");
    if (reference != JsonTape::none && tape[reference].text.starts_with(definitions))
        schema = tape.member(tape.member(0, "$defs"), tape[reference].text.substr(definitions.size()));
    const std::uint32_t at = tape.member(schema, "type");
    if (at == JsonTape::none)
        return types;
    if (tape[at].kind == JsonKind::String)
        types.emplace_back(tape[at].text);
    else
        tape.forEach(at, [&](std::uint32_t item) { types.emplace_back(tape[item].text); });
    return types;
}

PlanProperty propertyAt(const JsonTape &tape, std::uint32_t at, std::uint32_t required)
{
    PlanProperty property;
    property.name = tape[at].key;
    property.types = typesAt(tape, at);
    property.schema = tape[at].kind == JsonKind::Object ? tape[at].text
        : tape[at].kind == JsonKind::False              ? "false"
                                                        : "true";
    if (const std::uint32_t items = tape.member(at, "items"); items != JsonTape::none)
        property.itemTypes = typesAt(tape, items);
    if (const std::uint32_t text = tape.member(at, "description"); text != JsonTape::none)
        property.description = tape[text].text;
    if (required != JsonTape::none) {
        tape.forEach(required, [&](std::uint32_t name) {
            property.isRequired = property.isRequired || tape[name].text == property.name;
        });
    }
    return property;
}

std::string joined(const std::vector<std::string> &types)
{
    std::string text;
    for (const std::string &type : types)
        (text.empty() ? text : text += " or ") += type;
    return text;
}

} // namespace

std::string_view toText(PlanSection section)
{
    return sectionNames[static_cast<std::size_t>(section)];
}

std::optional<PlanSection> planSectionFromText(std::string_view text)
{
    return fromText<PlanSection>(sectionNames, text);
}

std::string_view toText(IdentityField field)
{
    return identityNames[static_cast<std::size_t>(field)];
}

std::optional<IdentityField> identityFieldFromText(std::string_view text)
{
    return fromText<IdentityField>(identityNames, text);
}

const PlanEvent *Plan::find(EventType type, std::string_view eventName) const
{
    const auto found = std::ranges::find_if(
        events, [&](const PlanEvent &event) { return event.type == type && event.name == eventName; });
    return found == events.end() ? nullptr : &*found;
}

std::vector<PlanProperty> propertiesOfSchema(std::string_view schema)
{
    std::vector<PlanProperty> found;
    JsonTape tape;
    if (!tape.read(schema))
        return found;
    const std::uint32_t required = tape.member(0, "required");
    if (const std::uint32_t all = tape.member(0, "properties"); all != JsonTape::none)
        tape.forEach(all, [&](std::uint32_t at) { found.push_back(propertyAt(tape, at, required)); });
    return found;
}

std::vector<PlanProperty> propertiesOf(const PlanEvent &event)
{
    return propertiesOfSchema(event.schema);
}

std::string typeText(const PlanProperty &property)
{
    if (property.types.empty())
        return "any";
    if (property.types.size() == 1 && property.types.front() == "array" && !property.itemTypes.empty())
        return property.itemTypes.size() == 1 ? property.itemTypes.front() + "[]"
                                              : '(' + joined(property.itemTypes) + ")[]";
    return joined(property.types);
}

const Plan &builtInPlan()
{
    // A text of this program: that it can be read is what its test holds.
    static const Plan plan = [] {
        auto read = readPlan({{{}, std::string(builtInPlanText)}});
        return read ? *std::move(read) : Plan();
    }();
    return plan;
}

JsonSchema::Options planSchemaOptions()
{
    return {SchemaDialect::Draft2019_09, true};
}

} // namespace Weir
