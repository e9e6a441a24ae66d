#include "core/schema/warehouse/warehousetime.h"

#include "core/schema/warehouse/warehousejson.h"

#include <array>

namespace Weir {

namespace {

constexpr int none = -1;
// The server's reader refuses what is longer than its own longest form.
constexpr std::size_t serverLongest = 38;

bool isDigit(char c)
{
    return c >= '0' && c <= '9';
}

bool isBetween(int value, int low, int high)
{
    return value >= low && value <= high;
}

int twoDigits(std::string_view text, std::size_t at)
{
    if (at + 2 > text.size() || !isDigit(text[at]) || !isDigit(text[at + 1]))
        return none;
    return (text[at] - '0') * 10 + (text[at + 1] - '0');
}

/// Whether `text` is all of a zone: nothing, Z, or an hour with its minutes or without.
bool isZone(std::string_view text)
{
    if (text.empty() || text == "Z" || text == "z")
        return true;
    if ((text[0] != '+' && text[0] != '-') || !isBetween(twoDigits(text, 1), 0, 23))
        return false;
    text.remove_prefix(3);
    if (text.starts_with(':'))
        text.remove_prefix(1);
    return text.empty() || (text.size() == 2 && isBetween(twoDigits(text, 0), 0, 59));
}

/// Drops ":" and the digits behind it. False when there are none.
bool takeColonDigits(std::string_view &text)
{
    std::size_t end = 1;
    if (!text.starts_with(':'))
        return false;
    while (end < text.size() && isDigit(text[end]))
        ++end;
    text.remove_prefix(end);
    return end > 1;
}

/// ":SS" or ":SS.fff", then a zone.
bool isSecondsAndZone(std::string_view text)
{
    if (!text.starts_with(':') || !isBetween(twoDigits(text, 1), 0, 59))
        return false;
    text.remove_prefix(3);
    if (isZone(text))
        return true;
    if (!text.starts_with('.'))
        return false;
    std::size_t end = 1;
    while (end < text.size() && isDigit(text[end]))
        ++end;
    return end > 1 && isZone(text.substr(end));
}

/// The expression that RudderStack tests before it asks for the date. Every part of a time is optional in it.
bool looksLikeTime(std::string_view text)
{
    if (isZone(text) || isSecondsAndZone(text))
        return true;
    if (!isBetween(twoDigits(text, 0), 0, 23) || text.substr(2, 1) != ":"
        || !isBetween(twoDigits(text, 3), 0, 59))
        return false;
    text.remove_prefix(5);
    if (isZone(text) || isSecondsAndZone(text))
        return true;
    return takeColonDigits(text) && (isZone(text) || isSecondsAndZone(text));
}

struct Parts
{
    int year = 0, month = 0, day = 0;
    std::array<int, 4> clock{}; ///< Hour, minute, second, millisecond.
    int clocks = 0;
    int offsetSign = 0, offsetHour = none, offsetMinute = none;
    bool isCut = false;
};

/// V8 reads at most nine digits behind leading zeros, and takes the length for their place: copied, since it
/// decides what is stored.
int millisecondsOf(std::string_view digits)
{
    int number = 0, taken = 0;
    for (const char c : digits.substr(std::min(digits.find_first_not_of('0'), digits.size()))) {
        if (taken++ < 9)
            number = number * 10 + (c - '0');
    }
    const std::size_t length = std::min(digits.size(), std::size_t(9));
    for (std::size_t at = length; at < 3; ++at)
        number *= 10;
    for (std::size_t at = 3; at < length; ++at)
        number /= 10;
    return number;
}

/// Digits from the front of `text`, which loses them.
std::string_view takeDigits(std::string_view &text)
{
    std::size_t end = 0;
    while (end < text.size() && isDigit(text[end]))
        ++end;
    const std::string_view digits = text.substr(0, end);
    text.remove_prefix(end);
    return digits;
}

int numberOf(std::string_view digits)
{
    int number = 0;
    for (const char c : digits.substr(std::min(digits.find_first_not_of('0'), digits.size())).substr(0, 9))
        number = number * 10 + (c - '0');
    return number;
}

void setFraction(Parts &parts, std::string_view digits)
{
    parts.clock[3] = millisecondsOf(digits);
    parts.isCut = digits.size() > 3 && digits.find_first_not_of('0', 3) != digits.npos;
}

/// Behind a "T" only ISO 8601 as ECMAScript has it counts.
bool readIsoTime(std::string_view text, Parts &parts)
{
    if (text.size() < 5 || twoDigits(text, 0) == none || text[2] != ':')
        return false;
    parts.clock[0] = twoDigits(text, 0);
    parts.clock[1] = twoDigits(text, 3);
    text.remove_prefix(5);
    if (text.starts_with(':')) {
        text.remove_prefix(1);
        const std::string_view seconds = takeDigits(text);
        if (seconds.size() != 2 || numberOf(seconds) > 59)
            return false;
        parts.clock[2] = numberOf(seconds);
        if (text.starts_with('.')) {
            text.remove_prefix(1);
            setFraction(parts, takeDigits(text));
        }
    }
    if (text.empty() || text == "Z" || text == "z")
        return true;
    if (text.size() < 5 || (text[0] != '+' && text[0] != '-'))
        return false;
    parts.offsetSign = text[0] == '+' ? 1 : -1;
    parts.offsetHour = twoDigits(text, 1);
    parts.offsetMinute = twoDigits(text, text[3] == ':' ? 4 : 3);
    return parts.offsetMinute != none;
}

bool expectsClock(const Parts &parts, int number)
{
    return (parts.clocks == 1 && number <= 59) || (parts.clocks == 2 && number <= 59)
        || (parts.clocks == 3 && number <= 999);
}

bool addClock(Parts &parts, int number)
{
    if (parts.clocks == 4)
        return false;
    parts.clock[static_cast<std::size_t>(parts.clocks++)] = number;
    return true;
}

/// A number of a time without "T": hours and minutes are followed by a colon, the last part is not.
bool readLooseNumber(std::string_view digits, std::string_view &rest, Parts &parts)
{
    const int number = numberOf(digits);
    if (rest.starts_with(':')) {
        rest.remove_prefix(1);
        return addClock(parts, number);
    }
    if (rest.starts_with('.')) {
        rest.remove_prefix(1);
        if (!expectsClock(parts, number))
            return false;
        addClock(parts, number);
        const std::string_view fraction = takeDigits(rest);
        if (parts.clocks < 4)
            setFraction(parts, fraction);
        parts.clocks = 4;
        return true;
    }
    if (parts.offsetHour != none && parts.offsetMinute == none && number <= 59) {
        parts.offsetMinute = number;
        return true;
    }
    if (!expectsClock(parts, number))
        return false;
    addClock(parts, number);
    parts.clocks = 4;
    return true;
}

void readLooseOffset(char sign, std::string_view &rest, Parts &parts)
{
    parts.offsetSign = sign == '+' ? 1 : -1;
    const std::string_view digits = takeDigits(rest);
    const int number = numberOf(digits);
    const bool isBoth = digits.size() > 2;
    parts.offsetHour = isBoth ? number / 100 : number;
    parts.offsetMinute = isBoth ? number % 100 : rest.starts_with(':') ? none : 0;
}

/// Behind a blank V8's older reader takes over, which is more generous.
bool readLooseTime(std::string_view rest, Parts &parts)
{
    while (!rest.empty()) {
        if (isDigit(rest[0])) {
            const std::string_view digits = takeDigits(rest);
            if (!readLooseNumber(digits, rest, parts))
                return false;
            continue;
        }
        const char first = rest[0];
        rest.remove_prefix(1);
        if (first == '+' || first == '-') {
            if (parts.clocks == 0)
                return false;
            readLooseOffset(first, rest, parts);
        } else if (first == 'Z' || first == 'z') {
            parts.offsetSign = 1;
            parts.offsetHour = parts.offsetMinute = 0;
        }
    }
    return parts.clock[0] <= 23 && parts.clock[1] <= 59 && parts.clock[2] <= 59 && parts.clock[3] <= 999;
}

/// The older reader takes a first number up to 31 for a month, and two digits for a year of our time.
bool readLooseDate(Parts &parts)
{
    if (isBetween(parts.year, 1, 31)) {
        const int year = parts.day;
        parts.day = parts.month;
        parts.month = parts.year;
        parts.year = year;
    }
    if (isBetween(parts.year, 0, 49))
        parts.year += 2000;
    else if (isBetween(parts.year, 50, 99))
        parts.year += 1900;
    return isBetween(parts.month, 1, 12) && isBetween(parts.day, 1, 31);
}

UtcTime timeOf(const Parts &parts)
{
    using namespace std::chrono;
    const auto first = year(parts.year) / parts.month / 1;
    UtcTime time = sys_days(first) + days(parts.day - 1);
    time += hours(parts.clock[0]) + minutes(parts.clock[1]) + seconds(parts.clock[2])
        + milliseconds(parts.clock[3]);
    if (parts.offsetSign != 0) {
        const auto offset = hours(std::max(parts.offsetHour, 0)) + minutes(std::max(parts.offsetMinute, 0));
        time -= parts.offsetSign * offset;
    }
    return time;
}

/// Whether the text has a date, and where its end is; a sign counts for nothing but needs the older reader.
std::optional<std::size_t> readDate(std::string_view text, Parts &parts)
{
    const std::size_t from = !text.empty() && (text[0] == '+' || text[0] == '-') ? 1 : 0;
    if (text.size() < from + 10 || text[from + 4] != '-' || text[from + 7] != '-')
        return {};
    const int century = twoDigits(text, from), year = twoDigits(text, from + 2);
    parts.year = century * 100 + year;
    parts.month = twoDigits(text, from + 5);
    parts.day = twoDigits(text, from + 8);
    if (century == none || year == none || !isBetween(parts.month, 1, 12) || !isBetween(parts.day, 1, 31))
        return {};
    return from + 10;
}

bool readAll(std::string_view text, Parts &parts)
{
    const auto end = readDate(text, parts);
    if (!end)
        return false;
    const bool isSigned = *end > 10;
    std::string_view rest = text.substr(*end);
    if (rest.empty())
        return !isSigned || readLooseDate(parts);
    if (rest[0] == 'T')
        return looksLikeTime(rest.substr(1)) && !isSigned && readIsoTime(rest.substr(1), parts);
    const std::size_t blank = jsBlankAt(rest);
    if (blank == 0)
        return false;
    rest.remove_prefix(blank);
    return looksLikeTime(rest) && readLooseTime(rest, parts) && readLooseDate(parts);
}

} // namespace

std::optional<WarehouseTime> warehouseTime(std::string_view text, WarehouseEngine engine)
{
    if (engine == WarehouseEngine::Server && text.size() > serverLongest)
        return {};
    Parts parts;
    if (!readAll(text, parts))
        return {};
    using namespace std::chrono;
    const bool isMoved = !(year(parts.year) / parts.month / parts.day).ok();
    if (isMoved && engine == WarehouseEngine::Server) {
        // The server then reads the date alone.
        parts.clock = {};
        parts.offsetSign = 0;
    }
    const UtcTime time = timeOf(parts);
    if (time < UtcTime(sys_days(year(1) / 1 / 1)) || time >= UtcTime(sys_days(year(10000) / 1 / 1)))
        return {};
    return WarehouseTime{time, parts.isCut, isMoved};
}

} // namespace Weir
