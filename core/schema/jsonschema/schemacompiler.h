#pragma once

#include "core/schema/jsonschema/schemaresources.h"

#include <functional>
#include <optional>
#include <set>

namespace Weir {

/// Makes one CompiledSchema of documents that are read. Used once.
class SchemaCompiler
{
public:
    SchemaCompiler(CompiledSchema &schema, const JsonSchema::Options &options);
    /// From the first document's root. The error is the first that was found, with its place.
    Result<void> compile();

    /// What is being made of one object of keywords.
    struct Building
    {
        SchemaNode node;
        SchemaDialect dialect = SchemaDialect::Draft2020_12;
        std::optional<ObjectRules> object;
        std::optional<ArrayRules> array;
        std::optional<NumberRules> number;
        std::optional<StringRules> string;
        std::optional<Composition> composition;
    };
    /// Reads the value at `at` of one keyword into what is being made.
    using ReadKeyword = void (SchemaCompiler::*)(Building &building, std::uint32_t at);

    // Of schemakeywords.cpp: one a keyword, or for several that differ in a member only.
    void readReference(Building &building, std::uint32_t at);
    void readDynamicReference(Building &building, std::uint32_t at);
    void readRecursiveReference(Building &building, std::uint32_t at);
    void readType(Building &building, std::uint32_t at);
    void readEnum(Building &building, std::uint32_t at);
    void readConst(Building &building, std::uint32_t at);
    void readPattern(Building &building, std::uint32_t at);
    void readFormat(Building &building, std::uint32_t at);
    void readMultipleOf(Building &building, std::uint32_t at);
    void readItems(Building &building, std::uint32_t at);
    void readPrefixItems(Building &building, std::uint32_t at);
    void readAdditionalItems(Building &building, std::uint32_t at);
    void readContains(Building &building, std::uint32_t at);
    void readUniqueItems(Building &building, std::uint32_t at);
    void readUnevaluatedItems(Building &building, std::uint32_t at);
    void readProperties(Building &building, std::uint32_t at);
    void readPatternProperties(Building &building, std::uint32_t at);
    void readRequired(Building &building, std::uint32_t at);
    void readDependentRequired(Building &building, std::uint32_t at);
    void readDependentSchemas(Building &building, std::uint32_t at);
    void readDependencies(Building &building, std::uint32_t at);
    template <SchemaBound NumberRules::*member> void readBound(Building &building, std::uint32_t at);
    template <std::optional<std::uint64_t> StringRules::*member>
    void readLength(Building &building, std::uint32_t at);
    template <std::optional<std::uint64_t> ArrayRules::*member>
    void readItemCount(Building &building, std::uint32_t at);
    void readMinContains(Building &building, std::uint32_t at);
    template <std::optional<std::uint64_t> ObjectRules::*member>
    void readPropertyCount(Building &building, std::uint32_t at);
    template <SchemaNodeId ObjectRules::*member> void readMemberSchema(Building &building, std::uint32_t at);
    template <SchemaNodeId Composition::*member> void readOne(Building &building, std::uint32_t at);
    template <std::vector<SchemaNodeId> Composition::*member>
    void readSeveral(Building &building, std::uint32_t at);

private:
    SchemaNodeId nodeFor(SchemaPlace place, std::uint32_t resource);
    SchemaNodeId childFor(const Building &building, std::uint32_t at);
    std::vector<SchemaNodeId> childrenFor(const Building &building, std::uint32_t at);
    void build(SchemaNodeId id);
    void store(SchemaNodeId id, Building building);
    void addDependent(Building &building, std::uint32_t at, SchemaKeyword keyword);
    std::uint32_t nameIn(ObjectRules &rules, std::string_view name);
    bool expect(SchemaPlace place, JsonKind kind, const char *what);
    std::optional<std::uint64_t> countAt(SchemaPlace place);
    bool isNames(SchemaPlace place);
    void fail(SchemaPlace place, std::string message);
    void addDynamicTargets();
    void findCycles();
    void forEachInPlace(const SchemaNode &node, const std::function<void(SchemaNodeId)> &visit) const;
    const JsonTape &tape(SchemaPlace place) const { return m_schema.documents[place.document].tape; }
    static SchemaPlace placeOf(const Building &building, std::uint32_t at)
    {
        return {building.node.place.document, at};
    }

    CompiledSchema &m_schema;
    JsonSchema::Options m_options;
    SchemaResources m_resources;
    std::map<SchemaPlace, SchemaNodeId> m_nodes;
    std::set<std::uint32_t> m_reached; ///< Resources that some node belongs to.
    std::map<std::string_view, SchemaPlace> m_dynamicNames; ///< With where each is referred to.
    std::optional<Error> m_error;
};

/// The function that reads a keyword in this dialect; null when it is none there.
SchemaCompiler::ReadKeyword readerOf(std::string_view keyword, SchemaDialect dialect);

} // namespace Weir
