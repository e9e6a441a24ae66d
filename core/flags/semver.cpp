#include "core/flags/semver.h"

#include <algorithm>
#include <charconv>
#include <vector>

namespace Weir {

namespace {

bool isNumeric(std::string_view text)
{
    return !text.empty() && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

std::string_view withoutZeros(std::string_view digits)
{
    const std::size_t first = digits.find_first_not_of('0');
    return first == digits.npos ? digits.substr(digits.size() - 1) : digits.substr(first);
}

std::string_view trimmed(std::string_view text)
{
    constexpr std::string_view blanks = " \t\r\n\f\v";
    const std::size_t first = text.find_first_not_of(blanks);
    return first == text.npos ? std::string_view()
                              : text.substr(first, text.find_last_not_of(blanks) + 1 - first);
}

std::vector<std::string_view> split(std::string_view text)
{
    std::vector<std::string_view> parts;
    for (;;) {
        const std::size_t dot = text.find('.');
        parts.push_back(text.substr(0, dot));
        if (dot == text.npos)
            return parts;
        text.remove_prefix(dot + 1);
    }
}

std::optional<std::uint64_t> numberOf(std::string_view digits)
{
    std::uint64_t number = 0;
    const auto end = std::from_chars(digits.data(), digits.data() + digits.size(), number);
    if (!isNumeric(digits) || end.ec != std::errc() || end.ptr != digits.data() + digits.size())
        return std::nullopt;
    return number;
}

enum class LeadingZeros { Allowed, Refused };

bool areIdentifiers(std::string_view text, LeadingZeros zeros)
{
    return std::ranges::all_of(split(text), [zeros](std::string_view part) {
        const auto isAllowed = [](char c) {
            return c == '-' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        };
        if (part.empty() || !std::ranges::all_of(part, isAllowed))
            return false;
        return zeros == LeadingZeros::Allowed || part.size() == 1 || part.front() != '0' || !isNumeric(part);
    });
}

/// Takes "-alpha.1+build" apart. False when it is malformed.
bool readSuffix(std::string_view suffix, SemanticVersion &version)
{
    const std::size_t plus = suffix.find('+');
    if (plus != suffix.npos) {
        version.build = suffix.substr(plus + 1);
        if (!areIdentifiers(version.build, LeadingZeros::Allowed))
            return false;
        suffix = suffix.substr(0, plus);
    }
    if (suffix.empty())
        return true;
    version.preRelease = suffix.substr(1);
    return areIdentifiers(version.preRelease, LeadingZeros::Refused);
}

std::strong_ordering compareIdentifier(std::string_view a, std::string_view b)
{
    const bool aIsNumber = isNumeric(a), bIsNumber = isNumeric(b);
    if (aIsNumber != bIsNumber)
        return aIsNumber ? std::strong_ordering::less : std::strong_ordering::greater;
    if (!aIsNumber)
        return a <=> b;
    const std::string_view x = withoutZeros(a), y = withoutZeros(b);
    if (x.size() != y.size())
        return x.size() <=> y.size();
    return x == y ? a.size() <=> b.size() : x <=> y;
}

std::strong_ordering compareIdentifiers(std::string_view a, std::string_view b)
{
    const auto left = split(a), right = split(b);
    for (std::size_t i = 0; i < std::min(left.size(), right.size()); ++i) {
        if (const auto order = compareIdentifier(left[i], right[i]); order != 0)
            return order;
    }
    return left.size() <=> right.size();
}

std::string_view withoutPrefix(std::string_view text)
{
    if (text.starts_with('v'))
        text.remove_prefix(1);
    return trimmed(text);
}

bool isStar(std::string_view part)
{
    return part == "*" || part == "x" || part == "X";
}

std::optional<VersionRange> parseWildcard(std::string_view text)
{
    const auto parts = split(text);
    const auto star = std::ranges::find_if(parts, isStar);
    VersionRange range{VersionRange::Kind::Wildcard, {}, static_cast<int>(star - parts.begin())};
    if (star == parts.end()) {
        // "1.2" without a star is the caret range of just these parts.
        const auto from = parseVersion(text);
        if (!from || parts.size() > 3)
            return std::nullopt;
        return VersionRange{VersionRange::Kind::Caret, *from, std::min(3, range.parts)};
    }
    const bool isBare = star == parts.begin();
    if (parts.size() > (isBare ? 1U : 3U) || !std::all_of(star, parts.end(), isStar))
        return std::nullopt;
    std::uint64_t *const numbers[] = {&range.from.major, &range.from.minor, &range.from.patch};
    for (int i = 0; i < range.parts; ++i) {
        const auto number = numberOf(parts[static_cast<std::size_t>(i)]);
        if (!number)
            return std::nullopt;
        *numbers[i] = *number;
    }
    return range;
}

bool isInCaret(const SemanticVersion &version, const SemanticVersion &from, int parts)
{
    if (version.major != from.major)
        return false;
    if (parts < 2)
        return true;
    if (parts < 3)
        return from.major > 0 ? version.minor >= from.minor : version.minor == from.minor;
    // The first number that is not zero must stay; what follows it may rise.
    if (from.major == 0 && version.minor != from.minor)
        return false;
    if (from.major == 0 && from.minor == 0 && version.patch != from.patch)
        return false;
    SemanticVersion a = version, b = from;
    a.build.clear();
    b.build.clear();
    return a >= b;
}

} // namespace

std::optional<SemanticVersion> parseVersion(std::string_view text)
{
    text = withoutPrefix(text);
    const std::size_t end = std::min(text.find_first_of("-+"), text.size());
    const auto parts = split(text.substr(0, end));
    if (parts.size() > 3)
        return std::nullopt;
    SemanticVersion version;
    std::uint64_t *const numbers[] = {&version.major, &version.minor, &version.patch};
    for (std::size_t i = 0; i < parts.size(); ++i) {
        const auto number = numberOf(parts[i]);
        if (!number)
            return std::nullopt;
        *numbers[i] = *number;
    }
    if (!readSuffix(text.substr(end), version))
        return std::nullopt;
    return version;
}

std::strong_ordering operator<=>(const SemanticVersion &a, const SemanticVersion &b)
{
    if (const auto order = a.major <=> b.major; order != 0)
        return order;
    if (const auto order = a.minor <=> b.minor; order != 0)
        return order;
    if (const auto order = a.patch <=> b.patch; order != 0)
        return order;
    if (a.preRelease.empty() != b.preRelease.empty())
        return a.preRelease.empty() ? std::strong_ordering::greater : std::strong_ordering::less;
    if (const auto order = compareIdentifiers(a.preRelease, b.preRelease); order != 0)
        return order;
    if (a.build.empty() != b.build.empty())
        return a.build.empty() ? std::strong_ordering::less : std::strong_ordering::greater;
    return compareIdentifiers(a.build, b.build);
}

bool VersionRange::contains(const SemanticVersion &version) const
{
    const bool isSame
        = version.major == from.major && version.minor == from.minor && version.patch == from.patch;
    if (!version.preRelease.empty() && (!isSame || from.preRelease.empty()))
        return false;
    switch (kind) {
    case Kind::Wildcard:
        return parts == 0 || (version.major == from.major && (parts == 1 || version.minor == from.minor));
    case Kind::Caret:
        return isInCaret(version, from, parts);
    case Kind::Tilde:
        break;
    }
    return version.major == from.major && version.minor == from.minor
        && isInCaret(
            {1, 0, version.patch, version.preRelease, {}}, {1, 0, from.patch, from.preRelease, {}}, 3);
}

std::optional<VersionRange> parseVersionRange(VersionRange::Kind kind, std::string_view text)
{
    text = withoutPrefix(text);
    if (kind == VersionRange::Kind::Wildcard)
        return parseWildcard(text);
    const auto from = parseVersion(text);
    if (!from)
        return std::nullopt;
    return VersionRange{kind, *from, 3};
}

} // namespace Weir
