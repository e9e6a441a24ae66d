#include "core/schema/jsonschema/schemaresources.h"

#include "core/schema/jsonschema/schemauri.h"

#include <algorithm>
#include <charconv>

namespace Weir {

namespace {

enum class Holds : std::uint8_t { Schema, Array, Map, SchemaOrArray };

struct SubschemaKeyword
{
    std::string_view name;
    Holds holds;
};

constexpr SubschemaKeyword subschemas[] = {
    {"$defs", Holds::Map},
    {"definitions", Holds::Map},
    {"properties", Holds::Map},
    {"patternProperties", Holds::Map},
    {"dependentSchemas", Holds::Map},
    {"dependencies", Holds::Map},
    {"allOf", Holds::Array},
    {"anyOf", Holds::Array},
    {"oneOf", Holds::Array},
    {"prefixItems", Holds::Array},
    {"items", Holds::SchemaOrArray},
    {"additionalItems", Holds::Schema},
    {"additionalProperties", Holds::Schema},
    {"unevaluatedItems", Holds::Schema},
    {"unevaluatedProperties", Holds::Schema},
    {"propertyNames", Holds::Schema},
    {"contains", Holds::Schema},
    {"not", Holds::Schema},
    {"if", Holds::Schema},
    {"then", Holds::Schema},
    {"else", Holds::Schema},
    {"contentSchema", Holds::Schema},
};

std::optional<SchemaDialect> dialectOf(std::string_view schema)
{
    const auto has = [&](std::string_view part) { return schema.find(part) != std::string_view::npos; };
    if (!has("json-schema.org/"))
        return {};
    if (has("/draft-07/schema") || has("/draft-06/schema"))
        return SchemaDialect::Draft07;
    if (has("/draft/2019-09/schema"))
        return SchemaDialect::Draft2019_09;
    if (has("/draft/2020-12/schema"))
        return SchemaDialect::Draft2020_12;
    return {};
}

} // namespace

SchemaResources::SchemaResources(const std::deque<SchemaDocument> &documents, SchemaDialect dialect)
    : m_documents(documents)
{
    for (std::uint32_t i = 0; i < documents.size(); ++i) {
        const SchemaPlace root{i, 0};
        // A document can be called by where it lies and by its own $id.
        const std::uint32_t resource = addResource(resolvedUri({}, documents[i].uri), root, dialect);
        walk(root, resource);
    }
}

std::string_view SchemaResources::textOf(SchemaPlace place, std::string_view key) const
{
    const std::uint32_t at = tape(place).member(place.value, key);
    return at != JsonTape::none && tape(place)[at].kind == JsonKind::String ? tape(place)[at].text
                                                                            : std::string_view();
}

std::uint32_t SchemaResources::addResource(std::string uri, SchemaPlace place, SchemaDialect dialect)
{
    const auto id = static_cast<std::uint32_t>(m_resources.size());
    Resource resource{std::move(uri), place, dialect, {}};
    if (const std::string_view schema = textOf(place, "$schema"); !schema.empty()) {
        if (const auto known = dialectOf(schema))
            resource.dialect = *known;
        else
            resource.unknownDialect = schema;
    }
    m_byUri.emplace(resource.uri, id);
    m_roots[place] = id;
    m_resources.push_back(std::move(resource));
    return id;
}

/// The resource that the schema at `place` belongs to, which its `$id` may begin.
std::uint32_t SchemaResources::identify(SchemaPlace place, std::uint32_t around)
{
    const Resource &outer = m_resources[around];
    const std::string_view id = textOf(place, "$id");
    const bool isOld = outer.dialect == SchemaDialect::Draft07;
    // In draft-07 a $ref makes all beside it unseen, and an $id of # alone is what is $anchor later.
    if (id.empty() || id.starts_with('#')
        || (isOld && tape(place).member(place.value, "$ref") != JsonTape::none))
        return around;
    std::string uri = resolvedUri(outer.uri, id);
    if (uri == outer.uri)
        return around;
    if (place.value == 0) {
        m_byUri.emplace(uri, around);
        m_resources[around].uri = std::move(uri);
        return around;
    }
    return addResource(std::move(uri), place, outer.dialect);
}

void SchemaResources::addAnchors(SchemaPlace place, std::uint32_t resource)
{
    const SchemaDialect dialect = m_resources[resource].dialect;
    if (dialect == SchemaDialect::Draft07) {
        const std::string_view id = textOf(place, "$id");
        if (const std::size_t mark = id.find('#'); mark != std::string_view::npos && mark + 1 < id.size())
            m_anchors.emplace(std::pair(resource, id.substr(mark + 1)), Anchor{place});
        return;
    }
    if (const std::string_view name = textOf(place, "$anchor"); !name.empty())
        m_anchors.emplace(std::pair(resource, name), Anchor{place});
    if (const std::string_view name = textOf(place, "$dynamicAnchor");
        !name.empty() && dialect == SchemaDialect::Draft2020_12)
        m_anchors[std::pair(resource, name)] = Anchor{place, true};
}

void SchemaResources::walk(SchemaPlace place, std::uint32_t resource)
{
    if (tape(place)[place.value].kind != JsonKind::Object)
        return;
    resource = identify(place, resource);
    addAnchors(place, resource);
    walkChildren(place, resource);
}

void SchemaResources::walkChildren(SchemaPlace place, std::uint32_t resource)
{
    const JsonTape &values = tape(place);
    const auto walkAll = [&](std::uint32_t at) {
        values.forEach(at, [&](std::uint32_t item) { walk({place.document, item}, resource); });
    };
    values.forEach(place.value, [&](std::uint32_t at) {
        const auto keyword = std::ranges::find(subschemas, values[at].key, &SubschemaKeyword::name);
        if (keyword == std::end(subschemas))
            return;
        const bool isArray = values[at].kind == JsonKind::Array;
        if (keyword->holds == Holds::Map ? values[at].kind == JsonKind::Object
                                         : isArray && keyword->holds != Holds::Schema)
            walkAll(at);
        else if (keyword->holds == Holds::Schema || keyword->holds == Holds::SchemaOrArray)
            walk({place.document, at}, resource);
    });
}

std::uint32_t SchemaResources::resourceAt(SchemaPlace place, std::uint32_t around) const
{
    const auto root = m_roots.find(place);
    return root == m_roots.end() ? around : root->second;
}

Result<SchemaResources::Target> SchemaResources::resolve(std::string_view reference, std::uint32_t from) const
{
    const std::string uri = resolvedUri(m_resources[from].uri, reference.substr(0, reference.find('#')));
    const auto found = m_byUri.find(uri);
    if (found == m_byUri.end())
        return Error{Error::Kind::BadInput,
            "The schema " + uri + " is not here, and Weir fetches none: put it beside this one", {}};
    const std::uint32_t resource = found->second;
    const std::string fragment = fragmentOf(reference);
    const Target root{m_resources[resource].root, resource, {}};
    if (fragment.empty() || fragment.front() == '/')
        return follow(fragment, root);
    const auto anchor = m_anchors.find(std::pair(resource, std::string_view(fragment)));
    if (anchor == m_anchors.end())
        return Error{Error::Kind::BadInput, "There is no schema with the anchor " + fragment, {}};
    return Target{
        anchor->second.place, resource, anchor->second.isDynamic ? anchor->first.second : std::string_view()};
}

Result<SchemaResources::Target> SchemaResources::follow(std::string_view pointer, Target from) const
{
    const std::string whole(pointer);
    while (const auto part = takePointerPart(pointer)) {
        const std::uint32_t next = child(from.place, *part);
        if (next == JsonTape::none)
            return Error{Error::Kind::BadInput, "There is no schema at #" + whole, {}};
        from.place.value = next;
        from.resource = resourceAt(from.place, from.resource);
    }
    return from;
}

std::uint32_t SchemaResources::child(SchemaPlace place, const std::string &key) const
{
    const JsonTape &values = tape(place);
    const JsonValue &value = values[place.value];
    constexpr std::uint32_t large = 32;
    if (value.kind == JsonKind::Object && value.count < large)
        return values.member(place.value, key);
    if (value.kind == JsonKind::Object) {
        auto &members = m_members[place];
        if (members.empty())
            values.forEach(place.value, [&](std::uint32_t at) { members[values[at].key] = at; });
        const auto found = members.find(key);
        return found == members.end() ? JsonTape::none : found->second;
    }
    std::uint32_t index = 0;
    const auto [stop, error] = std::from_chars(key.data(), key.data() + key.size(), index);
    if (value.kind != JsonKind::Array || error != std::errc() || stop != key.data() + key.size())
        return JsonTape::none;
    std::uint32_t found = JsonTape::none;
    values.forEach(place.value, [&](std::uint32_t at) {
        if (index-- == 0)
            found = at;
    });
    return found;
}

std::vector<SchemaResources::Target> SchemaResources::dynamicAnchors(std::string_view name) const
{
    std::vector<Target> found;
    for (const auto &[key, anchor] : m_anchors) {
        if (anchor.isDynamic && key.second == name)
            found.push_back({anchor.place, key.first, key.second});
    }
    return found;
}

} // namespace Weir
