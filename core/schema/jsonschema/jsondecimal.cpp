#include "core/schema/jsonschema/jsondecimal.h"

#include <algorithm>
#include <charconv>

namespace Weir {

namespace {

// 18 digits times 18 digits.
__extension__ using Wide = unsigned __int128;

constexpr std::int64_t maxExponent = 1'000'000'000'000'000;

std::int64_t exponentOf(std::string_view text)
{
    if (text.starts_with('+'))
        text.remove_prefix(1);
    std::int64_t exponent = 0;
    const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), exponent);
    if (error == std::errc::result_out_of_range)
        return text.starts_with('-') ? -maxExponent : maxExponent;
    return std::clamp(exponent, -maxExponent, maxExponent);
}

std::uint64_t timesModulo(std::uint64_t a, std::uint64_t b, std::uint64_t modulus)
{
    return static_cast<std::uint64_t>(static_cast<Wide>(a) * b % modulus);
}

std::uint64_t tenToThe(std::int64_t power, std::uint64_t modulus)
{
    std::uint64_t result = 1 % modulus, base = 10 % modulus;
    for (; power > 0; power /= 2) {
        if (power % 2 != 0)
            result = timesModulo(result, base, modulus);
        base = timesModulo(base, base, modulus);
    }
    return result;
}

} // namespace

JsonDecimal::JsonDecimal(std::string_view text)
{
    if (text.starts_with('-')) {
        m_isNegative = true;
        text.remove_prefix(1);
    }
    if (const std::size_t e = text.find_first_of("eE"); e != std::string_view::npos) {
        m_exponent = exponentOf(text.substr(e + 1));
        text = text.substr(0, e);
    }
    const std::size_t point = text.find('.');
    m_whole = text.substr(0, point);
    if (point != std::string_view::npos)
        m_fraction = text.substr(point + 1);
    m_last = static_cast<std::int64_t>(m_whole.size() + m_fraction.size()) - 1;
    while (m_first <= m_last && digit(m_first) == '0')
        ++m_first;
    while (m_last >= m_first && digit(m_last) == '0')
        --m_last;
}

char JsonDecimal::digit(std::int64_t at) const
{
    const auto index = static_cast<std::size_t>(at);
    return index < m_whole.size() ? m_whole[index] : m_fraction[index - m_whole.size()];
}

/// Of ten, that the digit stands for.
std::int64_t JsonDecimal::power(std::int64_t at) const
{
    return static_cast<std::int64_t>(m_whole.size()) - 1 - at + m_exponent;
}

bool JsonDecimal::isMultipleOf(const JsonDecimal &divisor) const
{
    if (isZero())
        return true;
    // As digits without a trailing zero times a power of ten: with a smaller power it cannot be.
    const std::int64_t powers = lowestPower() - divisor.lowestPower();
    if (divisor.isZero() || powers < 0)
        return false;
    std::uint64_t modulus = 0;
    for (std::int64_t i = divisor.m_first; i <= divisor.m_last; ++i)
        modulus = modulus * 10 + static_cast<std::uint64_t>(divisor.digit(i) - '0');
    std::uint64_t rest = 0;
    for (std::int64_t i = m_first; i <= m_last; ++i)
        rest = (rest * 10 + static_cast<std::uint64_t>(digit(i) - '0')) % modulus;
    return timesModulo(rest, tenToThe(powers, modulus), modulus) == 0;
}

std::size_t JsonDecimal::hash() const
{
    if (isZero())
        return 0;
    std::size_t hash = static_cast<std::size_t>(highestPower()) * 2 + (m_isNegative ? 1 : 0);
    for (std::int64_t i = m_first; i <= m_last; ++i)
        hash = hash * 31 + static_cast<unsigned char>(digit(i));
    return hash;
}

int JsonDecimal::compareMagnitudes(const JsonDecimal &a, const JsonDecimal &b)
{
    const auto order = [](auto left, auto right) { return left < right ? -1 : left > right ? 1 : 0; };
    if (a.isZero() || b.isZero())
        return order(!a.isZero(), !b.isZero());
    if (a.highestPower() != b.highestPower())
        return order(a.highestPower(), b.highestPower());
    for (std::int64_t i = 0;; ++i) {
        const bool endOfA = a.m_first + i > a.m_last, endOfB = b.m_first + i > b.m_last;
        if (endOfA || endOfB)
            return order(!endOfA, !endOfB);
        if (a.digit(a.m_first + i) != b.digit(b.m_first + i))
            return order(a.digit(a.m_first + i), b.digit(b.m_first + i));
    }
}

int compare(const JsonDecimal &a, const JsonDecimal &b)
{
    if (a.isNegative() != b.isNegative())
        return a.isNegative() ? -1 : 1;
    return a.isNegative() ? JsonDecimal::compareMagnitudes(b, a) : JsonDecimal::compareMagnitudes(a, b);
}

bool isWholeNumber(std::string_view text)
{
    const auto isDigit = [](char c) { return c >= '0' && c <= '9'; };
    if (std::all_of(text.begin() + (text.starts_with('-') ? 1 : 0), text.end(), isDigit))
        return true;
    return JsonDecimal(text).isWhole();
}

} // namespace Weir
