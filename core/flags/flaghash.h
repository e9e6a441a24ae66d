#pragma once

#include <optional>
#include <span>
#include <string_view>

namespace Weir {

/// Where an identifier falls between 0 and 1: the first 60 bits of SHA-1(prefix + identifier + salt) as a
/// double, divided by 2^60. PostHog's servers and SDKs all use this arithmetic, down to the last bit, so that
/// a person gets the same everywhere. Rollouts and variants have the prefix "KEY.", holdouts "holdout-"; the
/// salt of variants is "variant", else empty.
double flagHash(std::string_view prefix, std::string_view identifier, std::string_view salt);

/// 100 includes all; else whoever falls at or below the share. Percentages may have decimals.
bool isInRollout(double hash, double percentage);

/// The first variant whose upper bound lies above `hash`; nothing when the weights do not reach so far.
/// `bounds` are the running sums of weight / 100, added up from left to right in doubles.
std::optional<std::size_t> pickVariant(double hash, std::span<const double> bounds);

/// The front of `text` that has at most 200 Unicode scalars: what the server keeps of an identifier.
std::string_view cutIdentifier(std::string_view text);

} // namespace Weir
