#pragma once

#include "core/base/sharedtext.h"
#include "core/flags/flagdefinitions.h"
#include "core/flags/flagsubject.h"
#include "core/flags/flagvalue.h"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace Weir {

/// Why a flag has its value, in the words of PostHog's `/flags`.
struct FlagReason
{
    SharedText code; ///< One of FlagReasons, or what a server gave.
    std::optional<int> conditionIndex; ///< From 0; nothing when no condition decided.
    SharedText description; ///< "Matched condition set 1". SDKs repeat it in $feature_flag_reason.

    bool operator==(const FlagReason &) const = default;
};

namespace FlagReasons {
constexpr std::string_view conditionMatch = "condition_match";
constexpr std::string_view noConditionMatch = "no_condition_match";
constexpr std::string_view outOfRolloutBound = "out_of_rollout_bound";
constexpr std::string_view noGroupType = "no_group_type";
constexpr std::string_view superConditionValue = "super_condition_value";
constexpr std::string_view holdoutConditionValue = "holdout_condition_value";
constexpr std::string_view flagDisabled = "flag_disabled";
constexpr std::string_view missingDependency = "missing_dependency";
constexpr std::string_view notEvaluable
    = "not_locally_evaluable"; ///< Ours: only PostHog's server could tell.
} // namespace FlagReasons

/// What evaluation found for one flag and one subject, or what a server said. The definitions lend their
/// texts: outcomes of an evaluation must not outlive them.
struct FlagOutcome
{
    SharedText key;
    std::int64_t id = 0;
    std::int64_t version = 0;
    /// Nothing: inconclusive. Whoever must answer all the same says false, and `isFailed` beside it.
    std::optional<FlagValue> value;
    std::optional<SharedText> payload; ///< The stored JSON text, byte for byte.
    FlagReason reason;
    SharedText why; ///< Of an inconclusive one, a sentence for people; else empty.
    bool isFailed = false; ///< `/flags` would say `failed` and `errorsWhileComputingFlags`.
    bool isOmitted = false; ///< Inactive or deleted: false to a local evaluator, absent from every answer.
    bool hasExperiment = false;
    bool isOverridden = false; ///< The value is Weir's own.
    const FlagInfo *definition = nullptr; ///< What was evaluated; null: it does not come from definitions.

    bool isConclusive() const { return value.has_value(); }
    bool operator==(const FlagOutcome &) const = default;
};

/// Evaluates as PostHog's server does, for a person whose properties are all known. Pure, never throws,
/// bounded in time and stack whatever the definitions hold. Nothing when there is no such flag.
std::optional<FlagOutcome> evaluateFlag(
    const FlagDefinitions &definitions, const FlagSubject &subject, std::string_view key);

/// All flags in the order of the definitions, or those of `keys` in that order, without the unknown ones.
/// Each flag is evaluated once, dependencies included.
std::vector<FlagOutcome> evaluateFlags(const FlagDefinitions &definitions, const FlagSubject &subject);
std::vector<FlagOutcome> evaluateFlags(
    const FlagDefinitions &definitions, const FlagSubject &subject, std::span<const std::string> keys);

} // namespace Weir
