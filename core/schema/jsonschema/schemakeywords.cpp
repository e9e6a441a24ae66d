#include "core/schema/jsonschema/schemacompiler.h"
#include "core/schema/jsonschema/jsondecimal.h"
#include "core/schema/jsonschema/schemapattern.h"

#include <algorithm>
#include <charconv>
#include <iterator>

namespace Weir {

namespace {

/// The rules of a kind, made when the first of them comes.
template <typename T> T &made(std::optional<T> &rules)
{
    return rules ? *rules : rules.emplace();
}

struct TypeName
{
    std::string_view name;
    std::uint8_t bit;
};

constexpr TypeName typeNames[] = {
    {"null", TypeBit::null},
    {"boolean", TypeBit::boolean},
    {"object", TypeBit::object},
    {"array", TypeBit::array},
    {"number", TypeBit::number},
    {"string", TypeBit::string},
    {"integer", TypeBit::integer},
};

struct FormatName
{
    std::string_view name;
    SchemaFormat format;
};

constexpr FormatName formatNames[] = {
    {"date-time", SchemaFormat::DateTime},
    {"date", SchemaFormat::Date},
    {"time", SchemaFormat::Time},
    {"email", SchemaFormat::Email},
    {"uuid", SchemaFormat::Uuid},
    {"hostname", SchemaFormat::Hostname},
    {"ipv4", SchemaFormat::Ipv4},
    {"ipv6", SchemaFormat::Ipv6},
};

SchemaBound boundOf(std::string_view text)
{
    SchemaBound bound{text, {}};
    std::int64_t value = 0;
    const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error == std::errc() && stop == text.data() + text.size())
        bound.small = value;
    return bound;
}

} // namespace

std::uint32_t SchemaCompiler::nameIn(ObjectRules &rules, std::string_view name)
{
    const std::uint32_t index = rules.names.add(name);
    rules.properties.resize(rules.names.size(), noNode);
    return index;
}

/// A whole number from 0; nothing after an error.
std::optional<std::uint64_t> SchemaCompiler::countAt(SchemaPlace place)
{
    const JsonValue &value = tape(place)[place.value];
    if (value.kind == JsonKind::Number && isWholeNumber(value.text)
        && !JsonDecimal(value.text).isNegative()) {
        std::uint64_t count = 0;
        const auto [stop, error]
            = std::from_chars(value.text.data(), value.text.data() + value.text.size(), count);
        if (error == std::errc() && stop == value.text.data() + value.text.size())
            return count;
        const double large = numberFromText(value.text).value_or(1e18);
        return large < 1e18 ? static_cast<std::uint64_t>(large) : std::uint64_t(1e18);
    }
    fail(place, "Expected a whole number from 0");
    return {};
}

bool SchemaCompiler::isNames(SchemaPlace place)
{
    bool fits = expect(place, JsonKind::Array, "Expected an array of names");
    if (!fits)
        return false;
    tape(place).forEach(place.value, [&](std::uint32_t item) {
        fits = fits && expect({place.document, item}, JsonKind::String, "Expected a name in quotes");
    });
    return fits;
}

void SchemaCompiler::readReference(Building &building, std::uint32_t at)
{
    const SchemaPlace place = placeOf(building, at);
    if (!expect(place, JsonKind::String, "Expected a reference in quotes"))
        return;
    const auto target = m_resources.resolve(tape(place)[at].text, building.node.resource);
    if (!target)
        return fail(place, target.error().message);
    made(building.composition).references.push_back(nodeFor(target->place, target->resource));
}

void SchemaCompiler::readDynamicReference(Building &building, std::uint32_t at)
{
    const SchemaPlace place = placeOf(building, at);
    if (!expect(place, JsonKind::String, "Expected a reference in quotes"))
        return;
    const auto target = m_resources.resolve(tape(place)[at].text, building.node.resource);
    if (!target)
        return fail(place, target.error().message);
    const SchemaNodeId node = nodeFor(target->place, target->resource);
    if (target->dynamicAnchor.empty()) {
        made(building.composition).references.push_back(node);
        return;
    }
    made(building.composition).dynamicReferences.push_back({node, target->dynamicAnchor});
    m_dynamicNames.emplace(target->dynamicAnchor, place);
}

void SchemaCompiler::readRecursiveReference(Building &building, std::uint32_t at)
{
    fail(placeOf(building, at), "Weir does not know $recursiveRef: use $dynamicRef of 2020-12");
}

void SchemaCompiler::readType(Building &building, std::uint32_t at)
{
    const SchemaPlace place = placeOf(building, at);
    const JsonTape &values = tape(place);
    const auto readOneType = [&](std::uint32_t name) {
        const auto known = std::ranges::find(typeNames, values[name].text, &TypeName::name);
        if (values[name].kind != JsonKind::String || known == std::end(typeNames))
            return fail({place.document, name},
                "Expected a type: string, integer, number, boolean, array, object or null");
        building.node.types = static_cast<std::uint8_t>(building.node.types | known->bit);
    };
    if (values[at].kind != JsonKind::Array)
        return readOneType(at);
    values.forEach(at, readOneType);
    if (values[at].count == 0)
        fail(place, "Expected at least one type");
}

void SchemaCompiler::readEnum(Building &building, std::uint32_t at)
{
    const SchemaPlace place = placeOf(building, at);
    if (!expect(place, JsonKind::Array, "Expected an array of values"))
        return;
    building.node.enumOf = at;
    tape(place).forEach(at, [&](std::uint32_t item) {
        if (tape(place)[item].kind == JsonKind::String)
            building.node.enumStrings.push_back(tape(place)[item].text);
    });
    std::ranges::sort(building.node.enumStrings);
}

void SchemaCompiler::readConst(Building &building, std::uint32_t at)
{
    building.node.constant = at;
}

void SchemaCompiler::readPattern(Building &building, std::uint32_t at)
{
    const SchemaPlace place = placeOf(building, at);
    if (!expect(place, JsonKind::String, "Expected a pattern in quotes"))
        return;
    StringRules &rules = made(building.string);
    rules.patternText = tape(place)[at].text;
    rules.pattern = schemaPattern(rules.patternText);
    if (!rules.pattern->isValid())
        fail(place, "Not a pattern: " + rules.pattern->problem());
}

void SchemaCompiler::readFormat(Building &building, std::uint32_t at)
{
    const SchemaPlace place = placeOf(building, at);
    if (!expect(place, JsonKind::String, "Expected the name of a format in quotes")
        || !m_options.assertsFormats)
        return;
    const auto known = std::ranges::find(formatNames, tape(place)[at].text, &FormatName::name);
    if (known != std::end(formatNames))
        made(building.string).format = known->format;
}

template <SchemaBound NumberRules::*member>
void SchemaCompiler::readBound(Building &building, std::uint32_t at)
{
    const SchemaPlace place = placeOf(building, at);
    if (expect(place, JsonKind::Number, "Expected a number"))
        made(building.number).*member = boundOf(tape(place)[at].text);
}

void SchemaCompiler::readMultipleOf(Building &building, std::uint32_t at)
{
    readBound<&NumberRules::multipleOf>(building, at);
    if (m_error)
        return;
    const JsonDecimal divisor(building.number->multipleOf.text);
    if (divisor.isZero() || divisor.isNegative())
        fail(placeOf(building, at), "Expected a number above 0");
    else if (divisor.digits() > JsonDecimal::maxDivisorDigits)
        fail(placeOf(building, at), "Weir can only divide by numbers of up to 18 digits");
}

template <std::optional<std::uint64_t> StringRules::*member>
void SchemaCompiler::readLength(Building &building, std::uint32_t at)
{
    made(building.string).*member = countAt(placeOf(building, at));
}

template <std::optional<std::uint64_t> ArrayRules::*member>
void SchemaCompiler::readItemCount(Building &building, std::uint32_t at)
{
    made(building.array).*member = countAt(placeOf(building, at));
}

void SchemaCompiler::readMinContains(Building &building, std::uint32_t at)
{
    made(building.array).minContains = countAt(placeOf(building, at)).value_or(1);
}

template <std::optional<std::uint64_t> ObjectRules::*member>
void SchemaCompiler::readPropertyCount(Building &building, std::uint32_t at)
{
    made(building.object).*member = countAt(placeOf(building, at));
}

void SchemaCompiler::readItems(Building &building, std::uint32_t at)
{
    const SchemaPlace place = placeOf(building, at);
    if (tape(place)[at].kind != JsonKind::Array) {
        made(building.array).rest = childFor(building, at);
        return;
    }
    if (building.dialect == SchemaDialect::Draft2020_12)
        return fail(place, "Expected a schema: 2020-12 calls an array of schemas prefixItems");
    if (tape(place)[at].count > 0)
        made(building.array).prefix = childrenFor(building, at);
}

void SchemaCompiler::readPrefixItems(Building &building, std::uint32_t at)
{
    made(building.array).prefix = childrenFor(building, at);
}

void SchemaCompiler::readAdditionalItems(Building &building, std::uint32_t at)
{
    const JsonTape &values = tape(building.node.place);
    const std::uint32_t items = values.member(building.node.place.value, "items");
    if (items == JsonTape::none || values[items].kind != JsonKind::Array)
        return; // Without items in an array it says nothing.
    made(building.array).rest = childFor(building, at);
    building.array->restIsAdditional = true;
}

void SchemaCompiler::readContains(Building &building, std::uint32_t at)
{
    made(building.array).contains = childFor(building, at);
    building.array->containsMarks = building.dialect == SchemaDialect::Draft2020_12;
}

void SchemaCompiler::readUniqueItems(Building &building, std::uint32_t at)
{
    const JsonKind kind = tape(building.node.place)[at].kind;
    if (kind != JsonKind::True && kind != JsonKind::False)
        return fail(placeOf(building, at), "Expected true or false");
    made(building.array).isUnique = kind == JsonKind::True;
}

void SchemaCompiler::readUnevaluatedItems(Building &building, std::uint32_t at)
{
    made(building.array).unevaluated = childFor(building, at);
}

void SchemaCompiler::readProperties(Building &building, std::uint32_t at)
{
    const SchemaPlace place = placeOf(building, at);
    if (!expect(place, JsonKind::Object, "Expected an object of schemas"))
        return;
    ObjectRules &rules = made(building.object);
    tape(place).forEach(at, [&](std::uint32_t member) {
        rules.properties[nameIn(rules, tape(place)[member].key)] = childFor(building, member);
    });
}

void SchemaCompiler::readPatternProperties(Building &building, std::uint32_t at)
{
    const SchemaPlace place = placeOf(building, at);
    if (!expect(place, JsonKind::Object, "Expected an object of schemas"))
        return;
    ObjectRules &rules = made(building.object);
    tape(place).forEach(at, [&](std::uint32_t member) {
        BoundedRegex pattern = schemaPattern(tape(place)[member].key);
        if (!pattern.isValid())
            return fail({place.document, member}, "Not a pattern: " + pattern.problem());
        rules.patterns.emplace_back(std::move(pattern), childFor(building, member));
    });
}

void SchemaCompiler::readRequired(Building &building, std::uint32_t at)
{
    const SchemaPlace place = placeOf(building, at);
    if (!isNames(place))
        return;
    ObjectRules &rules = made(building.object);
    tape(place).forEach(at, [&](std::uint32_t item) {
        const std::uint32_t name = nameIn(rules, tape(place)[item].text);
        rules.required.push_back(name);
    });
}

template <SchemaNodeId ObjectRules::*member>
void SchemaCompiler::readMemberSchema(Building &building, std::uint32_t at)
{
    made(building.object).*member = childFor(building, at);
}

void SchemaCompiler::addDependent(Building &building, std::uint32_t at, SchemaKeyword keyword)
{
    const SchemaPlace place = placeOf(building, at);
    ObjectRules &rules = made(building.object);
    ObjectRules::Dependent dependent;
    dependent.keyword = keyword;
    dependent.name = nameIn(rules, tape(place)[at].key);
    if (tape(place)[at].kind != JsonKind::Array) {
        dependent.schema = childFor(building, at);
    } else if (isNames(place)) {
        tape(place).forEach(at,
            [&](std::uint32_t item) { dependent.required.push_back(nameIn(rules, tape(place)[item].text)); });
    }
    rules.dependents.push_back(std::move(dependent));
}

void SchemaCompiler::readDependentRequired(Building &building, std::uint32_t at)
{
    const SchemaPlace place = placeOf(building, at);
    if (!expect(place, JsonKind::Object, "Expected an object of names"))
        return;
    tape(place).forEach(at, [&](std::uint32_t member) {
        if (isNames({place.document, member}))
            addDependent(building, member, SchemaKeyword::DependentRequired);
    });
}

void SchemaCompiler::readDependentSchemas(Building &building, std::uint32_t at)
{
    const SchemaPlace place = placeOf(building, at);
    if (!expect(place, JsonKind::Object, "Expected an object of schemas"))
        return;
    tape(place).forEach(at, [&](std::uint32_t member) {
        if (tape(place)[member].kind == JsonKind::Array)
            return fail({place.document, member}, "Expected a schema: an object, true or false");
        addDependent(building, member, SchemaKeyword::DependentRequired);
    });
}

void SchemaCompiler::readDependencies(Building &building, std::uint32_t at)
{
    const SchemaPlace place = placeOf(building, at);
    if (!expect(place, JsonKind::Object, "Expected an object of schemas or names"))
        return;
    tape(place).forEach(
        at, [&](std::uint32_t member) { addDependent(building, member, SchemaKeyword::Dependencies); });
}

template <SchemaNodeId Composition::*member>
void SchemaCompiler::readOne(Building &building, std::uint32_t at)
{
    made(building.composition).*member = childFor(building, at);
}

template <std::vector<SchemaNodeId> Composition::*member>
void SchemaCompiler::readSeveral(Building &building, std::uint32_t at)
{
    made(building.composition).*member = childrenFor(building, at);
}

namespace {

// In which dialects a keyword is one.
constexpr unsigned in07 = 1, in19 = 2, in20 = 4, since19 = in19 | in20, inAll = in07 | since19;

struct KeywordReader
{
    std::string_view name;
    unsigned dialects;
    SchemaCompiler::ReadKeyword read;
};

using Compiler = SchemaCompiler;

constexpr KeywordReader readers[] = {
    {"$ref", inAll, &Compiler::readReference},
    {"$dynamicRef", in20, &Compiler::readDynamicReference},
    {"$recursiveRef", in19, &Compiler::readRecursiveReference},
    {"type", inAll, &Compiler::readType},
    {"enum", inAll, &Compiler::readEnum},
    {"const", inAll, &Compiler::readConst},
    {"multipleOf", inAll, &Compiler::readMultipleOf},
    {"maximum", inAll, &Compiler::readBound<&NumberRules::maximum>},
    {"exclusiveMaximum", inAll, &Compiler::readBound<&NumberRules::exclusiveMaximum>},
    {"minimum", inAll, &Compiler::readBound<&NumberRules::minimum>},
    {"exclusiveMinimum", inAll, &Compiler::readBound<&NumberRules::exclusiveMinimum>},
    {"maxLength", inAll, &Compiler::readLength<&StringRules::maxLength>},
    {"minLength", inAll, &Compiler::readLength<&StringRules::minLength>},
    {"pattern", inAll, &Compiler::readPattern},
    {"format", inAll, &Compiler::readFormat},
    {"items", inAll, &Compiler::readItems},
    {"prefixItems", in20, &Compiler::readPrefixItems},
    {"additionalItems", in07 | in19, &Compiler::readAdditionalItems},
    {"contains", inAll, &Compiler::readContains},
    {"minContains", since19, &Compiler::readMinContains},
    {"maxContains", since19, &Compiler::readItemCount<&ArrayRules::maxContains>},
    {"maxItems", inAll, &Compiler::readItemCount<&ArrayRules::maxCount>},
    {"minItems", inAll, &Compiler::readItemCount<&ArrayRules::minCount>},
    {"uniqueItems", inAll, &Compiler::readUniqueItems},
    {"unevaluatedItems", since19, &Compiler::readUnevaluatedItems},
    {"properties", inAll, &Compiler::readProperties},
    {"patternProperties", inAll, &Compiler::readPatternProperties},
    {"additionalProperties", inAll, &Compiler::readMemberSchema<&ObjectRules::additional>},
    {"unevaluatedProperties", since19, &Compiler::readMemberSchema<&ObjectRules::unevaluated>},
    {"propertyNames", inAll, &Compiler::readMemberSchema<&ObjectRules::propertyNames>},
    {"maxProperties", inAll, &Compiler::readPropertyCount<&ObjectRules::maxCount>},
    {"minProperties", inAll, &Compiler::readPropertyCount<&ObjectRules::minCount>},
    {"required", inAll, &Compiler::readRequired},
    {"dependentRequired", since19, &Compiler::readDependentRequired},
    {"dependentSchemas", since19, &Compiler::readDependentSchemas},
    {"dependencies", inAll, &Compiler::readDependencies},
    {"allOf", inAll, &Compiler::readSeveral<&Composition::allOf>},
    {"anyOf", inAll, &Compiler::readSeveral<&Composition::anyOf>},
    {"oneOf", inAll, &Compiler::readSeveral<&Composition::oneOf>},
    {"not", inAll, &Compiler::readOne<&Composition::negated>},
    {"if", inAll, &Compiler::readOne<&Composition::condition>},
    {"then", inAll, &Compiler::readOne<&Composition::consequence>},
    {"else", inAll, &Compiler::readOne<&Composition::alternative>},
};

} // namespace

SchemaCompiler::ReadKeyword readerOf(std::string_view keyword, SchemaDialect dialect)
{
    const auto reader = std::ranges::find(readers, keyword, &KeywordReader::name);
    const unsigned bit = 1U << static_cast<unsigned>(dialect);
    return reader != std::end(readers) && (reader->dialects & bit) != 0 ? reader->read : nullptr;
}

} // namespace Weir
