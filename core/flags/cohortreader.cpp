#include "core/flags/flagreader.h"
#include "core/flags/jsonmembers.h"

#include <algorithm>

namespace Weir {

namespace {

using Json = nlohmann::json;

Result<CohortNode> readLeaf(const Json &leaf, const FlagReferences &references)
{
    CohortNode node;
    node.kind = CohortNode::Kind::Leaf;
    WEIR_TRY(node.leaf, readFilter(leaf, references));
    if (node.leaf.kind == CompiledFilter::Kind::Flag)
        return Error{Error::Kind::BadInput, "A cohort cannot go by a flag", "type"};
    // Cohorts hold people: whatever a leaf says of its type, it is the person's property.
    if (node.leaf.source == CompiledFilter::Source::Aggregation)
        node.leaf.source = CompiledFilter::Source::Person;
    WEIR_TRY(const bool isNegated, boolMember(leaf, "negation", false));
    node.leaf.isNegated = node.leaf.isNegated != isNegated;
    return node;
}

Result<CohortNode> readNode(const Json &value, const FlagReferences &references)
{
    if (!value.is_object())
        return wrongType("an object", {});
    if (!value.contains("values"))
        return readLeaf(value, references);
    CohortNode node;
    WEIR_TRY(const std::string type, stringMember(value, "type"));
    if (type != "AND" && type != "OR" && type != "property")
        return Error{Error::Kind::BadInput, "Expected AND or OR", "type"};
    node.kind = type == "OR" ? CohortNode::Kind::Any : CohortNode::Kind::All;
    WEIR_TRY(const Json *values, arrayMember(value, "values"));
    for (std::size_t i = 0; i < values->size(); ++i) {
        auto item = readNode((*values)[i], references);
        if (!item)
            return within("values[" + std::to_string(i) + "]", std::move(item).error());
        node.items.push_back(*std::move(item));
    }
    return node;
}

void collectDependencies(const CohortNode &node, std::vector<std::size_t> &found)
{
    for (const CohortNode &item : node.items)
        collectDependencies(item, found);
    const CompiledFilter &leaf = node.leaf;
    if (node.kind == CohortNode::Kind::Leaf && leaf.kind == CompiledFilter::Kind::Cohort
        && leaf.target != noTarget)
        found.push_back(leaf.target);
}

} // namespace

void makeUnique(std::vector<std::size_t> &indexes)
{
    std::ranges::sort(indexes);
    const auto [first, last] = std::ranges::unique(indexes);
    indexes.erase(first, last);
}

Result<CompiledCohort> readCohort(const Json &cohort, const FlagReferences &references)
{
    CompiledCohort compiled;
    if (cohort.is_null() || (cohort.is_object() && cohort.empty()))
        return compiled; // Holds everyone.
    if (cohort.is_object() && !cohort.contains("values")) {
        WEIR_TRY([[maybe_unused]] const std::string type, stringMember(cohort, "type"));
        return wrongType("an array", "values");
    }
    WEIR_TRY(compiled.root, readNode(cohort, references));
    collectDependencies(compiled.root, compiled.dependencies);
    makeUnique(compiled.dependencies);
    return compiled;
}

} // namespace Weir
