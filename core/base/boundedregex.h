#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace Weir {

/// A regular expression that comes from elsewhere, by PCRE2: some take time exponential in the length of the
/// text, so that each match may take a bounded number of steps. Compiled once; immutable, any thread.
class BoundedRegex
{
public:
    /// Both match UTF-8 and know `$` only at the very end.
    enum class Dialect : std::uint8_t {
        FancyRegex, ///< Rust's: \d, \w and \b by Unicode.
        EcmaScript, ///< JavaScript's with the flag u: \d and \w by ASCII, \uXXXX, empty classes.
    };
    enum class Found : std::uint8_t { No, Yes, TooCostly };

    /// Never fails: see isValid().
    BoundedRegex(std::string_view pattern, Dialect dialect);

    bool isValid() const { return m_code != nullptr; }
    /// Why it is not valid, as PCRE2 says it; empty otherwise.
    const std::string &problem() const { return m_problem; }

    /// Whether it is found anywhere in `text`. TooCostly when that takes too long, the text is beyond 16 KB,
    /// or `costlyMatches`, which each match that reaches its bound takes one from, is used up. Not for an
    /// invalid pattern.
    Found find(std::string_view text, int &costlyMatches) const;

private:
    std::shared_ptr<const void> m_code; ///< A pcre2_code.
    std::string m_problem;
};

} // namespace Weir
