#include "core/base/time.h"

#include <array>
#include <cstdint>
#include <cstdio>

namespace Weir {

namespace {

using std::chrono::milliseconds;

constexpr bool isDigit(char c)
{
    return c >= '0' && c <= '9';
}
constexpr bool isBlank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}
constexpr char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}
constexpr bool isLetter(char c)
{
    return lower(c) >= 'a' && lower(c) <= 'z';
}

/// The parts of a time, before anyone looked whether there is such a day.
struct Parts
{
    int year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0, ms = 0;
    int zoneMinutes = 0; ///< East of Greenwich.
};

std::optional<UtcTime> assemble(const Parts &p)
{
    const std::chrono::year_month_day date(std::chrono::year(p.year),
        std::chrono::month(static_cast<unsigned>(p.month)), std::chrono::day(static_cast<unsigned>(p.day)));
    // A leap second (60) counts as the first of the next minute.
    if (!date.ok() || p.hour > 23 || p.minute > 59 || p.second > 60)
        return std::nullopt;
    const std::int64_t seconds = (p.hour * 60LL + p.minute - p.zoneMinutes) * 60 + p.second;
    return std::chrono::sys_days(date) + milliseconds(seconds * 1000 + p.ms);
}

/// Reads from the front of a text; what does not fit leaves it unmoved.
class Scanner
{
public:
    explicit Scanner(std::string_view text)
        : m_text(text)
    {
    }

    bool atEnd() const { return m_text.empty(); }
    char peek() const { return m_text.empty() ? '\0' : m_text.front(); }
    bool skip(char c)
    {
        if (lower(peek()) != c || atEnd())
            return false;
        m_text.remove_prefix(1);
        return true;
    }
    bool skipBlanks()
    {
        const std::size_t before = m_text.size();
        while (!m_text.empty() && isBlank(m_text.front()))
            m_text.remove_prefix(1);
        return m_text.size() != before;
    }
    std::string_view letters()
    {
        std::size_t size = 0;
        while (size < m_text.size() && isLetter(m_text[size]))
            ++size;
        return take(size);
    }
    std::string_view digits()
    {
        std::size_t size = 0;
        while (size < m_text.size() && isDigit(m_text[size]))
            ++size;
        return take(size);
    }
    /// A number of at least `least` and at most `most` digits that no further digit follows.
    bool number(int &value, std::size_t least, std::size_t most)
    {
        const std::string_view text = digits();
        if (text.size() < least || text.size() > most)
            return false;
        value = 0;
        for (const char c : text)
            value = value * 10 + (c - '0');
        return true;
    }
    bool twoDigits(int &value)
    {
        if (m_text.size() < 2 || !isDigit(m_text[0]) || !isDigit(m_text[1]))
            return false;
        value = (m_text[0] - '0') * 10 + (m_text[1] - '0');
        m_text.remove_prefix(2);
        return true;
    }

private:
    std::string_view take(std::size_t size)
    {
        const std::string_view taken = m_text.substr(0, size);
        m_text.remove_prefix(size);
        return taken;
    }

    std::string_view m_text;
};

/// The first three of any number of decimals.
int milliOf(std::string_view decimals)
{
    int ms = 0;
    for (std::size_t i = 0; i < 3; ++i)
        ms = ms * 10 + (i < decimals.size() ? decimals[i] - '0' : 0);
    return ms;
}

/// "09:06", "09:06:39", "09:06:39.661"
bool scanClock(Scanner &scanner, Parts &parts)
{
    if (!scanner.number(parts.hour, 1, 2) || !scanner.skip(':') || !scanner.twoDigits(parts.minute))
        return false;
    if (!scanner.skip(':'))
        return true;
    if (!scanner.twoDigits(parts.second))
        return false;
    if (scanner.skip('.')) {
        const std::string_view decimals = scanner.digits();
        if (decimals.empty())
            return false;
        parts.ms = milliOf(decimals);
    }
    return true;
}

/// RFC 2822's zone names, and what ISO forms use. Minutes east of Greenwich.
constexpr std::array<std::pair<std::string_view, int>, 12> zoneNames{{
    {"z", 0},
    {"utc", 0},
    {"gmt", 0},
    {"ut", 0},
    {"est", -300},
    {"edt", -240},
    {"cst", -360},
    {"cdt", -300},
    {"mst", -420},
    {"mdt", -360},
    {"pst", -480},
    {"pdt", -420},
}};

bool equalsLower(std::string_view text, std::string_view lowerCase)
{
    if (text.size() != lowerCase.size())
        return false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (lower(text[i]) != lowerCase[i])
            return false;
    }
    return true;
}

/// "Z", "UTC", "+03", "+0300", "-03:30", or nothing, which is UTC. Must be the rest of the text.
bool scanZone(Scanner &scanner, Parts &parts)
{
    scanner.skipBlanks();
    if (isLetter(scanner.peek())) {
        const std::string_view name = scanner.letters();
        bool known = false;
        for (const auto &[candidate, minutes] : zoneNames) {
            if (equalsLower(name, candidate)) {
                parts.zoneMinutes = minutes;
                known = true;
            }
        }
        if (!known)
            return false;
    } else if (scanner.peek() == '+' || scanner.peek() == '-') {
        const int sign = scanner.skip('-') ? -1 : 1;
        scanner.skip('+');
        int hours = 0, minutes = 0;
        if (!scanner.twoDigits(hours))
            return false;
        const bool colon = scanner.skip(':');
        if (!scanner.atEnd() && !isBlank(scanner.peek()) && !scanner.twoDigits(minutes))
            return false;
        if ((colon && scanner.peek() == ':') || hours > 23 || minutes > 59)
            return false;
        parts.zoneMinutes = sign * (hours * 60 + minutes);
    }
    scanner.skipBlanks();
    return scanner.atEnd();
}

/// "2026-11-23", "2026/11/23", "11/23/2026", each alone or with a clock behind T or blanks.
std::optional<UtcTime> parseNumericDate(std::string_view text)
{
    Scanner scanner(text);
    Parts parts;
    const std::string_view first = scanner.digits();
    const bool slashes = scanner.skip('/');
    if (!slashes && !scanner.skip('-'))
        return std::nullopt;
    if (first.size() == 4) {
        Scanner year(first);
        if (!year.number(parts.year, 4, 4) || !scanner.number(parts.month, 1, 2)
            || !scanner.skip(slashes ? '/' : '-') || !scanner.number(parts.day, 1, 2))
            return std::nullopt;
    } else {
        Scanner month(first);
        if (!slashes || !month.number(parts.month, 1, 2) || !scanner.number(parts.day, 1, 2)
            || !scanner.skip('/') || !scanner.number(parts.year, 4, 4))
            return std::nullopt;
    }
    if (scanner.skip('t') || (scanner.skipBlanks() && isDigit(scanner.peek()))) {
        if (!scanClock(scanner, parts))
            return std::nullopt;
    }
    return scanZone(scanner, parts) ? assemble(parts) : std::nullopt;
}

constexpr std::array<std::string_view, 12> monthNames{
    "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"};

/// RFC 2822: "Mon, 23 Nov 2026 09:06:39 +0000"
std::optional<UtcTime> parseMailDate(std::string_view text)
{
    Scanner scanner(text);
    Parts parts;
    if (!scanner.letters().empty() && !scanner.skip(','))
        return std::nullopt;
    scanner.skipBlanks();
    if (!scanner.number(parts.day, 1, 2) || !scanner.skipBlanks())
        return std::nullopt;
    const std::string_view name = scanner.letters();
    for (std::size_t i = 0; i < monthNames.size(); ++i) {
        if (equalsLower(name, monthNames[i]))
            parts.month = static_cast<int>(i) + 1;
    }
    if (!scanner.skipBlanks() || !scanner.number(parts.year, 4, 4) || !scanner.skipBlanks()
        || !scanClock(scanner, parts))
        return std::nullopt;
    return scanZone(scanner, parts) ? assemble(parts) : std::nullopt;
}

/// Seconds, or a thousandth, a millionth, a milliardth of one, by the number of digits.
std::optional<UtcTime> parseUnixTime(std::string_view digits)
{
    if (digits.size() > 19)
        return std::nullopt;
    std::uint64_t value = 0; // Holds any 19 digits.
    for (const char c : digits)
        value = value * 10 + static_cast<std::uint64_t>(c - '0');
    switch (digits.size()) {
    case 10:
        return fromMs(static_cast<std::int64_t>(value) * 1000);
    case 13:
        return fromMs(static_cast<std::int64_t>(value));
    case 16:
        return fromMs(static_cast<std::int64_t>(value / 1000));
    case 19:
        return fromMs(static_cast<std::int64_t>(value / 1'000'000));
    default:
        return std::nullopt;
    }
}

/// What nearly every SDK sends, read without looking twice: "2026-11-23T09:06:39.661Z".
std::optional<UtcTime> parseUsualForm(std::string_view text)
{
    if (text.size() < 20 || text[4] != '-' || text[7] != '-' || text[10] != 'T' || text[13] != ':'
        || text[16] != ':' || text.back() != 'Z')
        return std::nullopt;
    bool digitsOnly = true;
    const auto two = [&](std::size_t at) {
        digitsOnly = digitsOnly && isDigit(text[at]) && isDigit(text[at + 1]);
        return (text[at] - '0') * 10 + (text[at + 1] - '0');
    };
    Parts parts;
    parts.year = two(0) * 100 + two(2);
    parts.month = two(5);
    parts.day = two(8);
    parts.hour = two(11);
    parts.minute = two(14);
    parts.second = two(17);
    if (text.size() > 20) {
        if (text[19] != '.' || text.size() < 22)
            return std::nullopt;
        const std::string_view decimals = text.substr(20, text.size() - 21);
        for (const char c : decimals)
            digitsOnly = digitsOnly && isDigit(c);
        parts.ms = milliOf(decimals);
    }
    return digitsOnly ? assemble(parts) : std::nullopt;
}

} // namespace

UtcTime systemNow()
{
    return std::chrono::floor<milliseconds>(std::chrono::system_clock::now());
}

std::string toRfc3339(UtcTime time)
{
    using namespace std::chrono;
    const auto day = floor<days>(time);
    const year_month_day date(day);
    const hh_mm_ss clock(time - day);
    char text[64];
    std::snprintf(text, sizeof text, "%04d-%02u-%02uT%02d:%02d:%02d.%03dZ", static_cast<int>(date.year()),
        static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
        static_cast<int>(clock.hours().count()), static_cast<int>(clock.minutes().count()),
        static_cast<int>(clock.seconds().count()), static_cast<int>(clock.subseconds().count()));
    return text;
}

std::optional<UtcTime> parseTime(std::string_view text)
{
    if (const std::optional<UtcTime> usual = parseUsualForm(text))
        return usual;
    while (!text.empty() && isBlank(text.front()))
        text.remove_prefix(1);
    while (!text.empty() && isBlank(text.back()))
        text.remove_suffix(1);
    if (text.empty() || text.size() > 64)
        return std::nullopt;
    if (Scanner(text).digits().size() == text.size())
        return parseUnixTime(text);
    if (const std::optional<UtcTime> time = parseNumericDate(text))
        return time;
    return parseMailDate(text);
}

} // namespace Weir
