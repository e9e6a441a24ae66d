#pragma once

#include <string>
#include <string_view>

#include <nlohmann/json_fwd.hpp>

namespace Weir {

// How PostHog's server turns values into text before it compares them. That text decides, so it must be the
// same to the byte: 5.0 stays "5.0", 1e16 is "1e16", objects have their keys sorted and no blanks.

/// A string's own text, or compact JSON. What nests deeper than 64 levels is cut: "…".
std::string flagText(const nlohmann::json &value);
/// Compact JSON of any value, as above.
std::string toJsonText(const nlohmann::json &value);

/// Lower case by Unicode's rules, the final sigma included.
std::string toLower(std::string_view text);
/// Only A to Z change.
std::string toAsciiLower(std::string_view text);

} // namespace Weir
