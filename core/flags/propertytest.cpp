#include "core/flags/propertytest.h"

#include "core/flags/flagtext.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include <nlohmann/json.hpp>

namespace Weir {

namespace {

using Json = nlohmann::json;
using Op = PropertyOperator;

struct Spelling
{
    std::string_view name;
    Op op;
    bool isNegated = false;
    std::optional<VersionRange::Kind> range = std::nullopt;
};

constexpr Spelling spellings[] = {
    {"exact", Op::Exact},
    {"is_not", Op::Exact, true},
    {"is_set", Op::IsSet},
    {"is_not_set", Op::IsNotSet},
    {"icontains", Op::Contains},
    {"not_icontains", Op::Contains, true},
    {"starts_with", Op::StartsWith},
    {"not_starts_with", Op::StartsWith, true},
    {"ends_with", Op::EndsWith},
    {"not_ends_with", Op::EndsWith, true},
    {"icontains_multi", Op::ContainsAny},
    {"not_icontains_multi", Op::ContainsAny, true},
    {"regex", Op::Regex},
    {"not_regex", Op::Regex, true},
    {"gt", Op::Greater},
    {"gte", Op::GreaterOrEqual},
    {"lt", Op::Less},
    {"lte", Op::LessOrEqual},
    {"between", Op::Between},
    {"not_between", Op::Between, true},
    {"is_date_exact", Op::DateExact},
    {"is_date_before", Op::DateBefore},
    {"is_date_after", Op::DateAfter},
    {"semver_eq", Op::VersionEqual},
    {"semver_neq", Op::VersionEqual, true},
    {"semver_gt", Op::VersionGreater},
    {"semver_gte", Op::VersionGreaterOrEqual},
    {"semver_lt", Op::VersionLess},
    {"semver_lte", Op::VersionLessOrEqual},
    {"semver_tilde", Op::VersionRange, false, VersionRange::Kind::Tilde},
    {"semver_caret", Op::VersionRange, false, VersionRange::Kind::Caret},
    {"semver_wildcard", Op::VersionRange, false, VersionRange::Kind::Wildcard},
};

/// Whether `exact` compares truth: true, "False", and arrays of nothing else.
bool isBooleanLike(const Json &value, int depth)
{
    constexpr int maxDepth = 64;
    if (value.is_boolean())
        return true;
    if (const auto *text = value.get_ptr<const Json::string_t *>()) {
        const std::string lowered = toAsciiLower(*text);
        return lowered == "true" || lowered == "false";
    }
    return value.is_array() && depth < maxDepth
        && std::ranges::all_of(value, [depth](const Json &item) { return isBooleanLike(item, depth + 1); });
}

std::optional<double> numberOf(const PropertyValue &value)
{
    return parseFloat(value.text);
}

void compileExact(PropertyTest &test, const Json &value, int matchingVersion)
{
    const bool isEmptyArray = value.is_array() && value.empty();
    test.isBooleanLike = isEmptyArray || (matchingVersion != 2 && isBooleanLike(value, 0));
    test.isTruthy = toPropertyValue(value).isTruthy;
    if (test.isBooleanLike)
        return;
    if (!value.is_array()) {
        test.texts.push_back(toLower(flagText(value)));
        return;
    }
    for (const Json &item : value)
        test.texts.push_back(toLower(flagText(item)));
    std::ranges::sort(test.texts);
}

void compileBounds(PropertyTest &test, const Json &value)
{
    if (test.op != Op::Between) {
        if (const auto number = numberOf(toPropertyValue(value)))
            test.bounds = {*number, *number};
        return;
    }
    if (!value.is_array() || value.size() != 2)
        return;
    const auto low = numberOf(toPropertyValue(value[0])), high = numberOf(toPropertyValue(value[1]));
    if (low && high && *low <= *high)
        test.bounds = {*low, *high};
}

void compileContained(PropertyTest &test, const Json &value)
{
    if (test.op != Op::ContainsAny || !value.is_array()) {
        test.texts.push_back(toAsciiLower(flagText(value)));
        return;
    }
    for (const Json &item : value)
        test.texts.push_back(toAsciiLower(flagText(item)));
}

void compileValue(PropertyTest &test, const Json &value, const Spelling &spelling, int matchingVersion)
{
    switch (test.op) {
    case Op::Exact:
        return compileExact(test, value, matchingVersion);
    case Op::IsSet:
    case Op::IsNotSet:
        return;
    case Op::Contains:
    case Op::StartsWith:
    case Op::EndsWith:
    case Op::ContainsAny:
        return compileContained(test, value);
    case Op::Regex:
        test.regex.emplace(flagText(value));
        return;
    case Op::Greater:
    case Op::GreaterOrEqual:
    case Op::Less:
    case Op::LessOrEqual:
    case Op::Between:
        return compileBounds(test, value);
    case Op::DateExact:
    case Op::DateBefore:
    case Op::DateAfter:
        if (value.is_string())
            test.date = parseFlagDate(value.get_ref<const std::string &>());
        return;
    case Op::VersionRange:
        test.range = parseVersionRange(*spelling.range, flagText(value));
        return;
    case Op::VersionEqual:
    case Op::VersionGreater:
    case Op::VersionGreaterOrEqual:
    case Op::VersionLess:
    case Op::VersionLessOrEqual:
        test.version = parseVersion(flagText(value));
        return;
    }
}

Match toMatch(bool matches)
{
    return matches ? Match::Yes : Match::No;
}

/// memmem() is linear in both, whatever they hold; std::search() is not.
bool contains(std::string_view text, std::string_view part)
{
    return part.empty() || ::memmem(text.data(), text.size(), part.data(), part.size());
}

bool matchesExact(const PropertyTest &test, const PropertyValue &property)
{
    if (test.isBooleanLike)
        return test.isTruthy == property.isTruthy;
    return std::ranges::binary_search(test.texts, property.folded());
}

bool matchesText(const PropertyTest &test, const PropertyValue &property)
{
    const std::string text = toAsciiLower(property.text);
    return std::ranges::any_of(test.texts, [&](const std::string &part) {
        if (test.op == Op::StartsWith)
            return text.starts_with(part);
        return test.op == Op::EndsWith ? text.ends_with(part) : contains(text, part);
    });
}

/// Nothing when the two cannot be compared.
std::optional<bool> compareNumbers(const PropertyTest &test, const PropertyValue &property)
{
    const auto number = numberOf(property);
    if (!number || !test.bounds)
        return std::nullopt;
    const auto [low, high] = *test.bounds;
    switch (test.op) {
    case Op::Greater:
        return *number > low;
    case Op::GreaterOrEqual:
        return *number >= low;
    case Op::Less:
        return *number < low;
    case Op::LessOrEqual:
        return *number <= low;
    default:
        if (std::isnan(*number))
            return std::nullopt;
        return *number >= low && *number <= high;
    }
}

std::optional<bool> compareDates(const PropertyTest &test, const PropertyValue &property, UtcTime now)
{
    const auto time = timeOf(property, now);
    if (!time || !test.date)
        return std::nullopt;
    const UtcTime limit = test.date->at(now);
    if (test.op == Op::DateExact)
        return *time == limit;
    return test.op == Op::DateBefore ? *time < limit : *time > limit;
}

std::optional<bool> compareVersions(const PropertyTest &test, const PropertyValue &property)
{
    const auto version = parseVersion(property.text);
    if (!version || (!test.version && !test.range))
        return std::nullopt;
    if (test.op == Op::VersionRange)
        return test.range->contains(*version);
    const auto order = *version <=> *test.version;
    switch (test.op) {
    case Op::VersionGreater:
        return order > 0;
    case Op::VersionGreaterOrEqual:
        return order >= 0;
    case Op::VersionLess:
        return order < 0;
    case Op::VersionLessOrEqual:
        return order <= 0;
    default:
        return order == 0;
    }
}

std::optional<bool> compare(const PropertyTest &test, const PropertyValue &property, UtcTime now)
{
    switch (test.op) {
    case Op::Exact:
        return matchesExact(test, property);
    case Op::Contains:
    case Op::StartsWith:
    case Op::EndsWith:
    case Op::ContainsAny:
        return matchesText(test, property);
    case Op::DateExact:
    case Op::DateBefore:
    case Op::DateAfter:
        return compareDates(test, property, now);
    case Op::Greater:
    case Op::GreaterOrEqual:
    case Op::Less:
    case Op::LessOrEqual:
    case Op::Between:
        return compareNumbers(test, property);
    default:
        return compareVersions(test, property);
    }
}

/// What a property that is not set comes to.
bool matchesAbsent(const PropertyTest &test)
{
    const bool isVersion = test.op == Op::VersionEqual;
    return test.op == Op::IsNotSet || (test.isNegated && !isVersion);
}

} // namespace

Result<PropertyTest> compileTest(const Json &filter, int matchingVersion)
{
    PropertyTest test;
    const auto key = filter.find("key");
    if (key == filter.end() || !key->is_string())
        return Error{Error::Kind::BadInput, "Expected a string", "key"};
    test.key = key->get_ref<const std::string &>();
    const auto name = filter.find("operator");
    const bool isDefault = name == filter.end() || name->is_null();
    const std::string spelled = isDefault ? std::string("exact") : flagText(*name);
    const auto spelling = std::ranges::find(spellings, std::string_view(spelled), &Spelling::name);
    if (spelling == std::end(spellings))
        return Error{
            Error::Kind::BadInput, "There is no operator \"" + spelled.substr(0, 60) + "\"", "operator"};
    test.op = spelling->op;
    test.isNegated = spelling->isNegated;
    const auto value = filter.find("value");
    test.hasValue = value != filter.end() && !value->is_null();
    if (test.hasValue)
        compileValue(test, *value, *spelling, matchingVersion);
    return test;
}

Match matches(const PropertyTest &test, const PropertyValue *property, UtcTime now, RegexBudget &budget)
{
    if (test.op == Op::IsSet || test.op == Op::IsNotSet)
        return toMatch((property != nullptr) == (test.op == Op::IsSet));
    if (!test.hasValue)
        return Match::No;
    if (!property)
        return toMatch(matchesAbsent(test));
    if (test.op == Op::Regex) {
        if (!test.regex->isValid())
            return Match::No;
        const Match found = test.regex->find(property->text, budget);
        return found == Match::Unknown ? found : toMatch((found == Match::Yes) != test.isNegated);
    }
    constexpr std::size_t maxTextWork = std::size_t(1) << 28; // Bytes: each part is sought in the whole text.
    if (test.op == Op::ContainsAny && property->text.size() > maxTextWork / (test.texts.size() + 1))
        return Match::Unknown;
    const auto result = compare(test, *property, now);
    return toMatch(result && *result != test.isNegated);
}

} // namespace Weir
