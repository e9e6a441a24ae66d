#include "core/schema/jsonschema/schemacompiler.h"

#include <functional>

namespace Weir {

SchemaCompiler::SchemaCompiler(CompiledSchema &schema, const JsonSchema::Options &options)
    : m_schema(schema)
    , m_options(options)
    , m_resources(schema.documents, options.dialect)
{
}

Result<void> SchemaCompiler::compile()
{
    m_schema.root = nodeFor({0, 0}, 0);
    // What is built asks for more: the list grows until all that is reached is there.
    SchemaNodeId built = 0;
    do {
        for (; built < m_schema.nodes.size() && !m_error; ++built)
            build(built);
        addDynamicTargets();
    } while (built < m_schema.nodes.size() && !m_error);
    if (!m_error)
        findCycles();
    if (m_error)
        return *m_error;
    return {};
}

/// Where $dynamicRef may lead: only resources that are reached can be in its dynamic scope.
void SchemaCompiler::addDynamicTargets()
{
    constexpr std::size_t most = 256;
    for (const auto &[name, place] : m_dynamicNames) {
        const auto targets = m_resources.dynamicAnchors(name);
        if (targets.size() > most)
            return fail(place, "More than 256 schemas have this anchor");
        for (const SchemaResources::Target &target : targets) {
            if (m_reached.contains(target.resource))
                m_schema.dynamicAnchors[{target.resource, target.dynamicAnchor}]
                    = nodeFor(target.place, target.resource);
        }
    }
}

void SchemaCompiler::fail(SchemaPlace place, std::string message)
{
    if (m_error)
        return;
    const SchemaDocument &document = m_schema.documents[place.document];
    TextPosition position = document.tape.positionOf(place.value);
    if (position.line == 1)
        position.column += document.origin.column - 1;
    position.line += document.origin.line - 1;
    std::string where = document.label.empty() ? document.uri : document.label;
    where += (where.empty() ? "" : ", ") + toText(position);
    m_error = Error{Error::Kind::BadInput, std::move(message), std::move(where)};
}

SchemaNodeId SchemaCompiler::nodeFor(SchemaPlace place, std::uint32_t resource)
{
    const auto [entry, isNew] = m_nodes.emplace(place, static_cast<SchemaNodeId>(m_schema.nodes.size()));
    if (isNew) {
        SchemaNode &node = m_schema.nodes.emplace_back();
        node.place = place;
        node.resource = resource;
        m_reached.insert(resource);
    }
    return entry->second;
}

SchemaNodeId SchemaCompiler::childFor(const Building &building, std::uint32_t at)
{
    const SchemaPlace place = placeOf(building, at);
    return nodeFor(place, m_resources.resourceAt(place, building.node.resource));
}

std::vector<SchemaNodeId> SchemaCompiler::childrenFor(const Building &building, std::uint32_t at)
{
    std::vector<SchemaNodeId> children;
    if (!expect(placeOf(building, at), JsonKind::Array, "Expected an array of schemas"))
        return children;
    tape(building.node.place).forEach(at, [&](std::uint32_t item) {
        children.push_back(childFor(building, item));
    });
    if (children.empty())
        fail(placeOf(building, at), "Expected at least one schema");
    return children;
}

bool SchemaCompiler::expect(SchemaPlace place, JsonKind kind, const char *what)
{
    const bool fits = tape(place)[place.value].kind == kind;
    if (!fits)
        fail(place, what);
    return fits;
}

void SchemaCompiler::build(SchemaNodeId id)
{
    Building building;
    building.node = m_schema.nodes[id];
    const SchemaPlace place = building.node.place;
    const SchemaResources::Resource &resource = m_resources[building.node.resource];
    const JsonTape &values = tape(place);
    const JsonKind kind = values[place.value].kind;
    building.node.isTrue = kind == JsonKind::True;
    building.node.isFalse = kind == JsonKind::False;
    if (!resource.unknownDialect.empty())
        return fail(resource.root, "Weir does not know the dialect " + resource.unknownDialect);
    if (kind != JsonKind::Object && !building.node.isTrue && !building.node.isFalse)
        return fail(place, "Expected a schema: an object, true or false");
    building.dialect = resource.dialect;
    const bool referenceOnly
        = building.dialect == SchemaDialect::Draft07 && values.member(place.value, "$ref") != JsonTape::none;
    if (kind == JsonKind::Object) {
        values.forEach(place.value, [&](std::uint32_t at) {
            const ReadKeyword read = readerOf(values[at].key, building.dialect);
            if (read && !m_error && (!referenceOnly || values[at].key == "$ref"))
                (this->*read)(building, at);
        });
    }
    store(id, std::move(building));
}

void SchemaCompiler::store(SchemaNodeId id, Building building)
{
    const auto put = [](auto &table, auto &rules, std::uint32_t &index) {
        if (!rules)
            return;
        index = static_cast<std::uint32_t>(table.size());
        table.push_back(*std::move(rules));
    };
    if (building.object)
        building.object->properties.resize(building.object->names.size(), noNode);
    building.node.hasUnevaluated = (building.object && building.object->unevaluated != noNode)
        || (building.array && building.array->unevaluated != noNode);
    put(m_schema.objects, building.object, building.node.object);
    put(m_schema.arrays, building.array, building.node.array);
    put(m_schema.numbers, building.number, building.node.number);
    put(m_schema.strings, building.string, building.node.string);
    put(m_schema.compositions, building.composition, building.node.composition);
    m_schema.nodes[id] = std::move(building.node);
}

void SchemaCompiler::forEachInPlace(
    const SchemaNode &node, const std::function<void(SchemaNodeId)> &visit) const
{
    const auto visitOne = [&](SchemaNodeId id) {
        if (id != noNode)
            visit(id);
    };
    if (node.object != noNode) {
        for (const ObjectRules::Dependent &dependent : m_schema.objects[node.object].dependents)
            visitOne(dependent.schema);
    }
    if (node.composition == noNode)
        return;
    const Composition &parts = m_schema.compositions[node.composition];
    for (const auto *several : {&parts.references, &parts.allOf, &parts.anyOf, &parts.oneOf})
        std::ranges::for_each(*several, visitOne);
    for (const Composition::Dynamic &dynamic : parts.dynamicReferences) {
        for (const auto &[key, target] : m_schema.dynamicAnchors) {
            if (key.second == dynamic.anchor)
                visitOne(target);
        }
    }
    for (const SchemaNodeId one : {parts.negated, parts.condition, parts.consequence, parts.alternative})
        visitOne(one);
}

/// A schema that applies itself to the same instance again would never end.
void SchemaCompiler::findCycles()
{
    enum class State : std::uint8_t { New, Open, Done };
    std::vector<State> states(m_schema.nodes.size(), State::New);
    // Without recursion: chains of references can be as long as a document.
    struct Step
    {
        SchemaNodeId id;
        std::vector<SchemaNodeId> next;
    };
    std::vector<Step> path;
    const auto open = [&](SchemaNodeId id) {
        states[id] = State::Open;
        path.push_back({id, {}});
        forEachInPlace(m_schema.nodes[id], [&](SchemaNodeId next) { path.back().next.push_back(next); });
    };
    for (SchemaNodeId start = 0; start < states.size(); ++start) {
        if (states[start] == State::New)
            open(start);
        while (!path.empty()) {
            if (path.back().next.empty()) {
                states[path.back().id] = State::Done;
                path.pop_back();
                continue;
            }
            const SchemaNodeId next = path.back().next.back();
            path.back().next.pop_back();
            if (states[next] == State::Open)
                return fail(m_schema.nodes[next].place,
                    "This schema refers to itself without going deeper: checking would never end");
            if (states[next] == State::New)
                open(next);
        }
    }
}

} // namespace Weir
