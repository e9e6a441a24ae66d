#include "core/schema/jsonschema/compiledschema.h"
#include "core/schema/jsonschema/jsonschema.h"

#include <algorithm>
#include <array>

namespace Weir {

namespace {

using Keyword = SchemaKeyword;

constexpr std::string_view keywordNames[]
    = {"false schema", "type", "enum", "const", "multipleOf", "maximum", "exclusiveMaximum", "minimum",
        "exclusiveMinimum", "maxLength", "minLength", "pattern", "format", "maxItems", "minItems",
        "uniqueItems", "contains", "maxContains", "minContains", "additionalItems", "items",
        "unevaluatedItems", "maxProperties", "minProperties", "required", "dependentRequired", "dependencies",
        "propertyNames", "additionalProperties", "unevaluatedProperties", "anyOf", "oneOf", "not", "if"};
static_assert(std::size(keywordNames) == static_cast<std::size_t>(Keyword::If) + 1);

/// What a keyword's value says, in words that stand before it. Ajv's begin with "must ".
struct Wording
{
    Keyword keyword;
    std::string_view before, after;
    std::string_view ajvBefore, ajvAfter;
};

constexpr Wording wordings[] = {
    {Keyword::MultipleOf, "a multiple of ", "", "be multiple of ", ""},
    {Keyword::Maximum, "at most ", "", "be <= ", ""},
    {Keyword::ExclusiveMaximum, "below ", "", "be < ", ""},
    {Keyword::Minimum, "at least ", "", "be >= ", ""},
    {Keyword::ExclusiveMinimum, "above ", "", "be > ", ""},
    {Keyword::MaxLength, "at most ", " characters", "NOT have more than ", " characters"},
    {Keyword::MinLength, "at least ", " characters", "NOT have fewer than ", " characters"},
    {Keyword::Pattern, "text that matches ", "", "match pattern \"", "\""},
    {Keyword::Format, "a text of the format ", "", "match format \"", "\""},
    {Keyword::MaxItems, "at most ", " items", "NOT have more than ", " items"},
    {Keyword::MinItems, "at least ", " items", "NOT have fewer than ", " items"},
    {Keyword::MaxContains, "at most ", " items that fit", "contain at most ", " valid item(s)"},
    {Keyword::MinContains, "at least ", " items that fit", "contain at least ", " valid item(s)"},
    {Keyword::MaxProperties, "at most ", " properties", "NOT have more than ", " properties"},
    {Keyword::MinProperties, "at least ", " properties", "NOT have fewer than ", " properties"},
};

struct PlainWording
{
    Keyword keyword;
    std::string_view expected, ajv;
};

constexpr PlainWording plainWordings[] = {
    {Keyword::FalseSchema, "nothing", "boolean schema is false"},
    {Keyword::Enum, "", "must be equal to one of the allowed values"},
    {Keyword::Const, "", "must be equal to constant"},
    {Keyword::UniqueItems, "items that differ", "must NOT have duplicate items"},
    {Keyword::Contains, "at least 1 item that fits", "must contain at least 1 valid item(s)"},
    {Keyword::AdditionalItems, "no more items", "must NOT have additional items"},
    {Keyword::Items, "no more items", "must NOT have more items"},
    {Keyword::UnevaluatedItems, "no unplanned items", "must NOT have unevaluated items"},
    {Keyword::PropertyNames, "a name that the plan allows", "property name must be valid"},
    {Keyword::AdditionalProperties, "no unplanned properties", "must NOT have additional properties"},
    {Keyword::UnevaluatedProperties, "no unplanned properties", "must NOT have unevaluated properties"},
    {Keyword::AnyOf, "one of several forms", "must match a schema in anyOf"},
    {Keyword::OneOf, "exactly one of several forms", "must match exactly one schema in oneOf"},
    {Keyword::Not, "another form", "must NOT be valid"},
};

struct TypeName
{
    std::uint8_t bit;
    std::string_view name;
};

constexpr TypeName typeNames[] = {
    {TypeBit::string, "string"},
    {TypeBit::integer, "integer"},
    {TypeBit::number, "number"},
    {TypeBit::boolean, "boolean"},
    {TypeBit::array, "array"},
    {TypeBit::object, "object"},
    {TypeBit::null, "null"},
};

std::string typesText(std::uint8_t types, std::string_view separator)
{
    std::string text;
    for (const TypeName &type : typeNames) {
        if ((types & type.bit) == 0)
            continue;
        if (!text.empty())
            text += separator;
        text += type.name;
    }
    return text;
}

/// A scalar as people write it; a container as what it is.
std::string valueText(const JsonTape &tape, std::uint32_t at)
{
    switch (tape[at].kind) {
    case JsonKind::String:
    case JsonKind::Number:
        return std::string(tape[at].text);
    case JsonKind::True:
        return "true";
    case JsonKind::False:
        return "false";
    case JsonKind::Null:
        return "null";
    case JsonKind::Array:
        return "an array";
    default:
        return "an object";
    }
}

std::string listText(const JsonTape &tape, std::uint32_t list)
{
    constexpr std::uint32_t shown = 8;
    std::string text = tape[list].count == 1 ? "" : "one of ";
    std::uint32_t index = 0;
    tape.forEach(list, [&](std::uint32_t item) {
        if (index < shown)
            (index > 0 ? text += ", " : text) += valueText(tape, item);
        ++index;
    });
    return index > shown ? text + " and " + std::to_string(index - shown) + " more" : text;
}

/// The text of the keyword's value in the schema.
std::string operandOf(const CompiledSchema &schema, const SchemaFailure &failure)
{
    const SchemaNode &node = schema.nodes[failure.node];
    const JsonTape &tape = schema.tapeOf(node);
    const std::uint32_t at = tape.member(node.place.value, toText(failure.keyword));
    return at == JsonTape::none ? std::string() : valueText(tape, at);
}

std::string missingName(const CompiledSchema &schema, const SchemaFailure &failure)
{
    const SchemaNode &node = schema.nodes[failure.node];
    return std::string(schema.objects[node.object].names[failure.detail]);
}

} // namespace

std::string_view toText(SchemaKeyword keyword)
{
    return keywordNames[static_cast<std::size_t>(keyword)];
}

std::string JsonSchema::schemaPath(const SchemaFailure &failure) const
{
    const SchemaNode &node = m_compiled->nodes[failure.node];
    return '#' + m_compiled->tapeOf(node).pointerTo(node.place.value) + '/'
        + std::string(toText(failure.keyword));
}

std::string JsonSchema::property(const SchemaFailure &failure, const JsonTape &instance) const
{
    switch (failure.keyword) {
    case Keyword::Required:
    case Keyword::DependentRequired:
    case Keyword::Dependencies:
        return missingName(*m_compiled, failure);
    case Keyword::AdditionalProperties:
    case Keyword::UnevaluatedProperties:
    case Keyword::PropertyNames:
        return std::string(instance[failure.detail].key);
    default:
        return {};
    }
}

std::string JsonSchema::message(const SchemaFailure &failure, const JsonTape &instance) const
{
    const Keyword keyword = failure.keyword;
    if (keyword == Keyword::Type)
        return "must be " + typesText(m_compiled->nodes[failure.node].types, ",");
    if (keyword == Keyword::Required)
        return "must have required property '" + property(failure, instance) + "'";
    if (keyword == Keyword::DependentRequired || keyword == Keyword::Dependencies)
        return "must have property " + property(failure, instance) + " when another is present";
    if (keyword == Keyword::If)
        return failure.detail != 0 ? "must match \"then\" schema" : "must match \"else\" schema";
    if (const auto plain = std::ranges::find(plainWordings, keyword, &PlainWording::keyword);
        plain != std::end(plainWordings))
        return std::string(plain->ajv);
    const auto wording = std::ranges::find(wordings, keyword, &Wording::keyword);
    return "must " + std::string(wording->ajvBefore) + operandOf(*m_compiled, failure)
        + std::string(wording->ajvAfter);
}

std::string JsonSchema::expected(const SchemaFailure &failure) const
{
    const Keyword keyword = failure.keyword;
    const SchemaNode &node = m_compiled->nodes[failure.node];
    if (keyword == Keyword::Type)
        return typesText(node.types, " or ");
    if (keyword == Keyword::Enum)
        return listText(m_compiled->tapeOf(node), node.enumOf);
    if (keyword == Keyword::Const)
        return valueText(m_compiled->tapeOf(node), node.constant);
    if (keyword == Keyword::Required || keyword == Keyword::DependentRequired
        || keyword == Keyword::Dependencies)
        return "the property " + missingName(*m_compiled, failure);
    if (keyword == Keyword::If)
        return failure.detail != 0 ? "what then says" : "what else says";
    if (const auto plain = std::ranges::find(plainWordings, keyword, &PlainWording::keyword);
        plain != std::end(plainWordings))
        return std::string(plain->expected);
    const auto wording = std::ranges::find(wordings, keyword, &Wording::keyword);
    return std::string(wording->before) + operandOf(*m_compiled, failure) + std::string(wording->after);
}

std::vector<std::string_view> JsonSchema::knownProperties(std::uint32_t node) const
{
    std::vector<std::string_view> names;
    const std::uint32_t object = m_compiled->nodes[node].object;
    if (object == noNode)
        return names;
    const ObjectRules &rules = m_compiled->objects[object];
    for (std::uint32_t name = 0; name < rules.names.size(); ++name) {
        if (rules.properties[name] != noNode)
            names.push_back(rules.names[name]);
    }
    return names;
}

} // namespace Weir
