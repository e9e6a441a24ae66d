#pragma once

#include "core/flags/flagdefinitions.h"
#include "core/flags/propertytest.h"

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace Weir {

// Definitions in the form that the evaluator walks. Only core/flags looks in here: others use
// flagdefinitions.h and flagevaluation.h.

constexpr std::size_t noTarget = static_cast<std::size_t>(-1);

/// One filter of a condition, or one leaf of a cohort.
struct CompiledFilter
{
    enum class Kind : std::uint8_t { Property, Cohort, Flag, Unknown };
    enum class Source : std::uint8_t { Aggregation, Person, Group };
    /// What a flag must give.
    enum class Expected : std::uint8_t { Off, On, Variant, Nothing };

    Kind kind = Kind::Property;
    Source source = Source::Aggregation; ///< Whose property; Aggregation: of whom the condition goes by.
    bool isNegated = false; ///< "not_in", and the `negation` of a cohort's leaf.
    Expected expected = Expected::Nothing;
    std::optional<int> groupIndex; ///< Of a Group source that names its own.
    std::size_t target = noTarget; ///< Index of the cohort or flag; noTarget: it is not in the document.
    std::string variant; ///< Of Expected::Variant.
    std::string why; ///< Of Unknown: what only PostHog's server could tell.
    PropertyTest test;
};

/// One row of a flag's release conditions.
struct CompiledCondition
{
    std::vector<CompiledFilter> filters;
    double rolloutPercentage = 100;
    std::string matchText; ///< "Matched condition set 1": the reason that it gives.
    std::string variant; ///< Given without hashing. Empty: none, or one that is not declared.
    std::optional<int> groupIndex; ///< Nothing: it goes by the person.
};

struct CompiledHoldout
{
    std::string variant; ///< "holdout-7"
    double percentage = 0;
};

/// A flag, ready for evaluation. Its FlagInfo stands at the same index.
struct CompiledFlag
{
    std::string hashPrefix; ///< "KEY."
    bool hasContinuity = false;
    bool goesByDevice = false;
    bool exitsEarly = false;
    bool lacksDependency = false; ///< It needs a flag that is not in the document.
    std::optional<int> groupIndex;
    std::string enrollmentKey; ///< The person's property that decides before all conditions. Empty: none.
    std::vector<CompiledCondition> superConditions; ///< At most one: the old form of enrollment.
    std::vector<CompiledCondition> conditions;
    std::optional<CompiledHoldout> holdout;
    std::vector<double> variantBounds; ///< Running sums; the variants' keys are in FlagInfo.
    std::map<std::string, std::string, std::less<>> payloads; ///< By "true" or variant; raw JSON.
    std::vector<std::size_t> dependencies;
};

/// A group of a cohort's tree, or a leaf of it. As deep as the document, which is bounded.
struct CohortNode
{
    enum class Kind : std::uint8_t { All, Any, Leaf };
    Kind kind = Kind::All;
    std::vector<CohortNode> items;
    CompiledFilter leaf;
};

struct CompiledCohort
{
    std::string problem; ///< Why it cannot be evaluated. Empty: it can.
    CohortNode root;
    std::vector<std::size_t> dependencies;
};

struct CompiledFlags
{
    std::vector<FlagInfo> infos;
    std::vector<CompiledFlag> flags;
    std::unordered_map<std::string, std::size_t> flagByKey;
    std::vector<std::size_t>
        flagOrder; ///< Dependencies first. What is on a cycle, or needs one, is not in it.
    std::vector<CompiledCohort> cohorts;
    std::vector<std::size_t> cohortOrder; ///< Likewise.
    std::map<int, std::string> groupTypes;
    std::vector<Error> problems;
};

/// Indexes so that each comes after those it depends on. Cycles and what depends on one are left out.
/// `dependenciesOf` gives a vector of indexes below `count`. Neither recursive nor quadratic.
template <typename DependenciesOf>
std::vector<std::size_t> dependenciesFirst(std::size_t count, DependenciesOf dependenciesOf)
{
    std::vector<std::size_t> waitsFor(count), order;
    std::vector<std::vector<std::size_t>> dependents(count);
    for (std::size_t i = 0; i < count; ++i) {
        waitsFor[i] = dependenciesOf(i).size();
        for (const std::size_t dependency : dependenciesOf(i))
            dependents[dependency].push_back(i);
        if (waitsFor[i] == 0)
            order.push_back(i);
    }
    order.reserve(count);
    for (std::size_t done = 0; done < order.size(); ++done) {
        for (const std::size_t dependent : dependents[order[done]]) {
            if (--waitsFor[dependent] == 0)
                order.push_back(dependent);
        }
    }
    return order;
}

} // namespace Weir
