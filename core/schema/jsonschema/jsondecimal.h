#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace Weir {

/// A JSON number, looked at exactly: 1e400, 9007199254740993 and 0.1 are what they say, and nothing goes
/// through a double. Refers to its text.
class JsonDecimal
{
public:
    /// Of a number in JSON's grammar.
    explicit JsonDecimal(std::string_view text);

    bool isZero() const { return m_first > m_last; }
    bool isNegative() const { return m_isNegative && !isZero(); }
    /// Whether it has no fraction by value: 1.0 and 1e3 have none.
    bool isWhole() const { return isZero() || lowestPower() >= 0; }
    /// Whether it is a whole multiple of `divisor`, which must be above 0 and have at most maxDivisorDigits.
    bool isMultipleOf(const JsonDecimal &divisor) const;
    static constexpr std::int64_t maxDivisorDigits = 18;

    /// Digits from the first to the last that is not 0; 0 for zero.
    std::int64_t digits() const { return isZero() ? 0 : m_last - m_first + 1; }
    /// The same for equal numbers.
    std::size_t hash() const;

    friend int compare(const JsonDecimal &a, const JsonDecimal &b);

private:
    char digit(std::int64_t at) const;
    std::int64_t power(std::int64_t at) const;
    std::int64_t lowestPower() const { return power(m_last); }
    std::int64_t highestPower() const { return power(m_first); }
    static int compareMagnitudes(const JsonDecimal &a, const JsonDecimal &b);

    std::string_view m_whole, m_fraction; ///< As written.
    std::int64_t m_exponent = 0; ///< Beyond 10^15 it is 10^15.
    std::int64_t m_first = 0, m_last = -1; ///< The first and last digits of both that are not 0.
    bool m_isNegative = false;
};

/// -1, 0 or 1, as a is below, equal to or above b.
int compare(const JsonDecimal &a, const JsonDecimal &b);

/// JsonDecimal(text).isWhole(), quicker.
bool isWholeNumber(std::string_view text);

} // namespace Weir
