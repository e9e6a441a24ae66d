#pragma once

#include "core/base/boundedregex.h"

#include <cstdint>
#include <string_view>

namespace Weir {

/// What a condition or one of its parts comes to. Unknown: only PostHog's server could tell.
enum class Match : std::uint8_t { No, Yes, Unknown };

/// How much work the patterns of one evaluation may still be. Definitions come from elsewhere, so whatever
/// they hold must end soon: some patterns take time exponential in the length of the text.
struct RegexBudget
{
    int costlyMatches = 16; ///< How many more may be given up before all others are, untried.
};

/// A pattern in the dialect of PostHog's server: Rust's fancy-regex, with look-around and back references,
/// Unicode classes, `$` only at the very end. Compiled once; immutable, usable from any thread.
class FlagRegex
{
public:
    /// Never fails: see isValid().
    explicit FlagRegex(std::string_view pattern);

    bool isValid() const { return m_regex.isValid(); }

    /// Whether it is found anywhere in `text`. Unknown when that takes too long, or the text is beyond 16 KB.
    /// Not for an invalid pattern.
    Match find(std::string_view text, RegexBudget &budget) const;

private:
    BoundedRegex m_regex;
};

} // namespace Weir
