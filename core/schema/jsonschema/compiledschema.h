#pragma once

#include "core/base/boundedregex.h"
#include "core/schema/jsonschema/jsonschema.h"
#include "core/schema/jsonschema/jsontape.h"

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace Weir {

// What the compiler makes of schemas and the evaluator walks: tables that refer to each other by index.

using SchemaNodeId = std::uint32_t;
constexpr SchemaNodeId noNode = 0xFFFFFFFF;

/// Kinds that a `type` names, a bit each.
namespace TypeBit {
constexpr std::uint8_t null = 1, boolean = 2, object = 4, array = 8, number = 16, string = 32, integer = 64;
constexpr std::uint8_t any = 0;
} // namespace TypeBit

/// A number that instances are compared with; text of the schema.
struct SchemaBound
{
    std::string_view text; ///< Empty: there is none.
    std::optional<std::int64_t> small; ///< Its value, when it is written as a whole number of few digits.
    bool exists() const { return !text.empty(); }
};

/// Names of members that a node knows, found by hashing.
class NameTable
{
public:
    static constexpr std::uint32_t none = 0xFFFFFFFF;
    /// The index of the name, the same for the same name, rising from 0.
    std::uint32_t add(std::string_view name);
    std::uint32_t find(std::string_view name) const;
    std::uint32_t size() const { return static_cast<std::uint32_t>(m_names.size()); }
    std::string_view operator[](std::uint32_t at) const { return m_names[at]; }

private:
    void rehash(std::size_t slotCount);
    std::vector<std::string_view> m_names;
    std::vector<std::uint32_t> m_slots; ///< Index + 1; 0 is free. A power of two of them.
};

struct ObjectRules
{
    NameTable names; ///< Of properties, required and the dependent ones.
    std::vector<SchemaNodeId> properties; ///< By name; noNode where there is no schema.
    std::vector<std::uint32_t> required; ///< Names, in the schema's order.
    std::vector<std::pair<BoundedRegex, SchemaNodeId>> patterns;
    SchemaNodeId additional = noNode, unevaluated = noNode, propertyNames = noNode;
    std::optional<std::uint64_t> minCount, maxCount;
    struct Dependent
    {
        std::uint32_t name = 0;
        std::vector<std::uint32_t> required;
        SchemaNodeId schema = noNode;
        SchemaKeyword keyword = SchemaKeyword::DependentRequired;
    };
    std::vector<Dependent> dependents;
};

struct ArrayRules
{
    std::vector<SchemaNodeId> prefix;
    SchemaNodeId rest = noNode, contains = noNode, unevaluated = noNode;
    bool restIsAdditional = false; ///< Named additionalItems.
    bool containsMarks = false; ///< What it matches counts as evaluated.
    std::uint64_t minContains = 1;
    std::optional<std::uint64_t> maxContains, minCount, maxCount;
    bool isUnique = false;
};

struct NumberRules
{
    SchemaBound minimum, maximum, exclusiveMinimum, exclusiveMaximum, multipleOf;
};

struct StringRules
{
    std::optional<std::uint64_t> minLength, maxLength;
    std::optional<BoundedRegex> pattern;
    std::string_view patternText;
    SchemaFormat format = SchemaFormat::None;
};

/// What is applied to the same instance.
struct Composition
{
    struct Dynamic
    {
        SchemaNodeId target = noNode; ///< Where nothing outer has the anchor.
        std::string_view anchor;
    };
    std::vector<SchemaNodeId> references;
    std::vector<Dynamic> dynamicReferences;
    std::vector<SchemaNodeId> allOf, anyOf, oneOf;
    SchemaNodeId negated = noNode, condition = noNode, consequence = noNode, alternative = noNode;
};

/// Where a value of a schema stands.
struct SchemaPlace
{
    std::uint32_t document = 0, value = 0;
    auto operator<=>(const SchemaPlace &) const = default;
};

struct SchemaNode
{
    SchemaPlace place;
    std::uint32_t resource = 0; ///< The schema resource it belongs to, by its index.
    bool isFalse = false; ///< Allows nothing.
    bool isTrue = false; ///< Allows anything.
    std::uint8_t types = TypeBit::any;
    bool hasUnevaluated = false;
    std::uint32_t enumOf = JsonTape::none; ///< The array in its document.
    std::vector<std::string_view> enumStrings; ///< Sorted; those of the array that are strings.
    std::uint32_t constant = JsonTape::none;
    // Indexes into the tables of CompiledSchema; noNode: no such rules.
    std::uint32_t object = noNode, array = noNode, number = noNode, string = noNode, composition = noNode;
};

struct SchemaDocument
{
    std::string uri, text;
    TextPosition origin;
    std::string label;
    JsonTape tape;
};

struct CompiledSchema
{
    std::deque<SchemaDocument> documents;
    std::vector<SchemaNode> nodes;
    std::vector<ObjectRules> objects;
    std::vector<ArrayRules> arrays;
    std::vector<NumberRules> numbers;
    std::vector<StringRules> strings;
    std::vector<Composition> compositions;
    /// For $dynamicRef: by resource and anchor.
    std::map<std::pair<std::uint32_t, std::string_view>, SchemaNodeId> dynamicAnchors;
    SchemaNodeId root = noNode;

    const JsonTape &tapeOf(const SchemaNode &node) const { return documents[node.place.document].tape; }
};

} // namespace Weir
