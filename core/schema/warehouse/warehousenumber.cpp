#include "core/schema/warehouse/warehousejson.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdlib>

namespace Weir {

namespace {

// Whole numbers of this many digits are doubles without a question.
constexpr std::size_t surelyExactDigits = 15;

/// The digits of a decimal without leading and trailing zeros, and where its point is: 0.d1d2… × 10^point.
struct Decimal
{
    std::string digits; ///< Empty: zero.
    long point = 0;

    bool operator==(const Decimal &) const = default;
};

bool isDigit(char c)
{
    return c >= '0' && c <= '9';
}

/// Of a JSON number; its sign is left out.
Decimal decimalOf(std::string_view text)
{
    Decimal decimal;
    bool isBehindPoint = false;
    std::size_t at = text.starts_with('-') ? 1 : 0;
    for (; at < text.size() && (isDigit(text[at]) || text[at] == '.'); ++at) {
        if (text[at] == '.') {
            isBehindPoint = true;
            continue;
        }
        const bool isLeadingZero = decimal.digits.empty() && text[at] == '0';
        if (!isLeadingZero)
            decimal.digits += text[at];
        if (!isBehindPoint && !isLeadingZero)
            ++decimal.point;
        else if (isBehindPoint && isLeadingZero)
            --decimal.point;
    }
    while (decimal.digits.ends_with('0'))
        decimal.digits.pop_back();
    if (decimal.digits.empty())
        return {};
    if (at < text.size()) {
        // Beyond this no digits of a body could bring the number back into range.
        constexpr long farAway = 1'000'000'000;
        const std::string_view exponent = text.substr(at + 1);
        const bool isPlus = exponent.starts_with('+');
        long value = 0;
        const char *const end = exponent.data() + exponent.size();
        if (std::from_chars(exponent.data() + (isPlus ? 1 : 0), end, value).ec != std::errc())
            value = exponent.starts_with('-') ? -farAway : farAway;
        decimal.point += std::clamp(value, -farAway, farAway);
    }
    return decimal;
}

/// The fewest digits that tell this double from its neighbours.
Decimal shortestOf(double value)
{
    std::array<char, 32> buffer{};
    const auto end = std::to_chars(
        buffer.data(), buffer.data() + buffer.size(), std::fabs(value), std::chars_format::scientific);
    return decimalOf({buffer.data(), static_cast<std::size_t>(end.ptr - buffer.data())});
}

/// ECMAScript's Number::toString.
std::string layOut(const Decimal &decimal, bool isNegative)
{
    if (decimal.digits.empty())
        return "0";
    const auto count = static_cast<long>(decimal.digits.size());
    const long point = decimal.point;
    const auto zeros = [](long number) { return std::string(static_cast<std::size_t>(number), '0'); };
    std::string text = isNegative ? "-" : "";
    if (count <= point && point <= 21)
        return text + decimal.digits + zeros(point - count);
    if (point > 0 && point <= 21)
        return text + decimal.digits.substr(0, static_cast<std::size_t>(point)) + '.'
            + decimal.digits.substr(static_cast<std::size_t>(point));
    if (point > -6 && point <= 0)
        return text + "0." + zeros(-point) + decimal.digits;
    text += decimal.digits[0];
    if (count > 1)
        text += '.' + decimal.digits.substr(1);
    return text + 'e' + (point > 0 ? "+" : "-") + std::to_string(std::labs(point - 1));
}

bool isShortWhole(std::string_view text)
{
    const std::string_view digits = text.starts_with('-') ? text.substr(1) : text;
    return digits.size() <= surelyExactDigits && std::ranges::all_of(digits, isDigit) && text != "-0";
}

} // namespace

JsNumber jsNumber(std::string_view jsonNumber)
{
    JsNumber number;
    const auto [end, error]
        = std::from_chars(jsonNumber.data(), jsonNumber.data() + jsonNumber.size(), number.value);
    if (isShortWhole(jsonNumber)) {
        number.isWhole = true;
        number.text = jsonNumber;
        return number;
    }
    const Decimal sent = decimalOf(jsonNumber);
    if (error != std::errc() || !std::isfinite(number.value)) {
        // Too near to zero counts as zero, too far from it as infinity.
        number.isExact = sent.digits.empty();
        number.isFinite = number.isWhole = sent.point <= 0;
        number.value = 0;
        number.text = number.isFinite ? "0" : "null";
        return number;
    }
    number.isWhole = std::trunc(number.value) == number.value;
    const Decimal kept = shortestOf(number.value);
    number.isExact = kept == sent;
    number.text = layOut(kept, std::signbit(number.value));
    return number;
}

} // namespace Weir
