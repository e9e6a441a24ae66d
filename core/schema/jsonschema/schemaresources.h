#pragma once

#include "core/schema/jsonschema/compiledschema.h"

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace Weir {

/// Where the schemas of some documents are, by URI, anchor and JSON pointer. References to what is not among
/// the documents fail: nothing is fetched.
class SchemaResources
{
public:
    /// A schema with a URI of its own: the root of a document, or one with `$id`.
    struct Resource
    {
        std::string uri;
        SchemaPlace root;
        SchemaDialect dialect = SchemaDialect::Draft2020_12;
        std::string unknownDialect; ///< What `$schema` says, where it is none of ours.
    };
    struct Target
    {
        SchemaPlace place;
        std::uint32_t resource = 0;
        std::string_view dynamicAnchor; ///< The anchor that it was found by, where that is a dynamic one.
    };

    /// `documents` are read already and must outlive this.
    SchemaResources(const std::deque<SchemaDocument> &documents, SchemaDialect dialect);

    const Resource &operator[](std::uint32_t resource) const { return m_resources[resource]; }
    /// The resource that begins at `place`, else `around`.
    std::uint32_t resourceAt(SchemaPlace place, std::uint32_t around) const;
    /// What `reference`, found within `from`, names.
    Result<Target> resolve(std::string_view reference, std::uint32_t from) const;
    /// All places that have this `$dynamicAnchor`.
    std::vector<Target> dynamicAnchors(std::string_view name) const;

private:
    struct Anchor
    {
        SchemaPlace place;
        bool isDynamic = false;
    };

    void walk(SchemaPlace place, std::uint32_t resource);
    void walkChildren(SchemaPlace place, std::uint32_t resource);
    std::uint32_t identify(SchemaPlace place, std::uint32_t around);
    std::uint32_t addResource(std::string uri, SchemaPlace place, SchemaDialect dialect);
    void addAnchors(SchemaPlace place, std::uint32_t resource);
    Result<Target> follow(std::string_view pointer, Target from) const;
    std::uint32_t child(SchemaPlace place, const std::string &key) const;
    const JsonTape &tape(SchemaPlace place) const { return m_documents[place.document].tape; }
    /// The text of a member; empty when it has none.
    std::string_view textOf(SchemaPlace place, std::string_view key) const;

    const std::deque<SchemaDocument> &m_documents;
    std::vector<Resource> m_resources;
    std::unordered_map<std::string, std::uint32_t> m_byUri;
    std::map<SchemaPlace, std::uint32_t> m_roots;
    std::map<std::pair<std::uint32_t, std::string_view>, Anchor> m_anchors;
    /// Members of large objects, so that many pointers into one do not each walk it.
    mutable std::map<SchemaPlace, std::unordered_map<std::string_view, std::uint32_t>> m_members;
};

} // namespace Weir
