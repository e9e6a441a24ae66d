#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace Weir {

/// A version as PostHog's server reads it: SemVer 2.0.0, but "v1.2.3", "3.10" and "3.08" count too.
struct SemanticVersion
{
    std::uint64_t major = 0, minor = 0, patch = 0;
    std::string preRelease; ///< "alpha.1"; empty: a release, which comes after its pre-releases.
    std::string build; ///< "build.7". It takes part in comparisons, other than SemVer has it.
};

/// Nothing for what is no version: "1.2.3.4", "1.x", "".
std::optional<SemanticVersion> parseVersion(std::string_view text);

std::strong_ordering operator<=>(const SemanticVersion &a, const SemanticVersion &b);
inline bool operator==(const SemanticVersion &a, const SemanticVersion &b)
{
    return (a <=> b) == 0;
}

/// A set of versions: "~1.2.3", "^1.2.3", "1.2.*" as Cargo means them. A pre-release is in it only beside a
/// bound that is a pre-release of the same version.
struct VersionRange
{
    enum class Kind : std::uint8_t { Tilde, Caret, Wildcard };
    Kind kind = Kind::Tilde;
    SemanticVersion from;
    int parts = 3; ///< How many of the numbers count: "1.2.*" has two, "*" none.

    bool contains(const SemanticVersion &version) const;
};

/// `text` without the operator. A wildcard without a star is a caret: "1.2" holds 1.9.0. Nothing for what
/// makes no sense: "1.*.3".
std::optional<VersionRange> parseVersionRange(VersionRange::Kind kind, std::string_view text);

} // namespace Weir
