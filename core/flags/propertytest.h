#pragma once

#include "core/base/error.h"
#include "core/base/time.h"
#include "core/flags/flagdate.h"
#include "core/flags/flagregex.h"
#include "core/flags/flagvalue.h"
#include "core/flags/semver.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <nlohmann/json_fwd.hpp>

namespace Weir {

/// How a condition compares a property with its value.
enum class PropertyOperator : std::uint8_t {
    Exact,
    IsSet,
    IsNotSet,
    Contains,
    StartsWith,
    EndsWith,
    ContainsAny,
    Regex,
    Greater,
    GreaterOrEqual,
    Less,
    LessOrEqual,
    Between,
    DateExact,
    DateBefore,
    DateAfter,
    VersionEqual,
    VersionGreater,
    VersionGreaterOrEqual,
    VersionLess,
    VersionLessOrEqual,
    VersionRange,
};

/// One comparison of a condition, with all that can be worked out before a subject is known.
struct PropertyTest
{
    std::string key;
    PropertyOperator op = PropertyOperator::Exact;
    bool isNegated = false; ///< "is_not" is a negated Exact, "not_regex" a negated Regex, and so on.
    bool hasValue = false; ///< Without one, nothing that asks for a value matches, negated or not.
    bool isBooleanLike = false; ///< Exact: the truth of both sides is compared, not their text.
    bool isTruthy = false;
    std::vector<std::string> texts; ///< Folded as the operator compares; any of them does.
    std::optional<std::pair<double, double>> bounds; ///< Of numbers; both the same for a single one.
    std::optional<FlagDate> date;
    std::optional<SemanticVersion> version;
    std::optional<Weir::VersionRange> range;
    std::optional<FlagRegex> regex;
};

/// Of `{key, operator?, value}`. `matchingVersion` is the document's `property_matching_version`: with 2,
/// only an empty array is compared by its truth. Fails with BadInput on an operator that is not known.
Result<PropertyTest> compileTest(const nlohmann::json &filter, int matchingVersion);

/// `property` is null when it is not set. What the two cannot be compared by is no match, negated or not.
Match matches(const PropertyTest &test, const PropertyValue *property, UtcTime now, RegexBudget &budget);

} // namespace Weir
