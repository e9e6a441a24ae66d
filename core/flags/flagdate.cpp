#include "core/flags/flagdate.h"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cmath>
#include <cstdlib>
#include <string>

namespace Weir {

namespace {

std::optional<FlagDate> parseRelative(std::string_view text)
{
    constexpr int maxCount = 10'000;
    if (text.starts_with('-'))
        text.remove_prefix(1);
    if (text.size() < 2 || std::string_view("hdwmy").find(text.back()) == std::string_view::npos)
        return std::nullopt;
    FlagDate date;
    date.unit = text.back();
    const char *const end = text.data() + text.size() - 1;
    const auto read = std::from_chars(text.data(), end, date.count);
    if (read.ec != std::errc() || read.ptr != end || text.front() == '-' || date.count >= maxCount)
        return std::nullopt;
    return date;
}

/// As stepping back month by month does: a day that one of the months on the way lacks is cut for good.
UtcTime monthsBefore(UtcTime now, int count)
{
    using namespace std::chrono;
    const auto midnight = floor<days>(now);
    const year_month_day today(midnight);
    year_month month = today.year() / today.month();
    auto day = today.day();
    for (int step = 0; step < count; ++step) {
        month -= months(1);
        if (day > std::chrono::day(28))
            day = std::min(day, (month / last).day());
    }
    return sys_days(month / day) + (now - midnight);
}

UtcTime yearsBefore(UtcTime now, int count)
{
    using namespace std::chrono;
    const auto midnight = floor<days>(now);
    const year_month_day today(midnight);
    const bool isLeapDay = today.month() == February && today.day() == std::chrono::day(29);
    const auto day = isLeapDay && count > 0 ? std::chrono::day(28) : today.day();
    return sys_days((today.year() - years(count)) / today.month() / day) + (now - midnight);
}

/// Unix seconds, as the server takes them: the fraction of a negative number is dropped.
std::optional<UtcTime> fromSeconds(double seconds)
{
    constexpr double maxSeconds = 8e12; // About where the server's calendar ends.
    if (std::isnan(seconds))
        return UtcTime();
    if (std::abs(seconds) > maxSeconds)
        return std::nullopt;
    const double fraction = std::max(0.0, std::fmod(seconds, 1.0));
    return fromMs(static_cast<std::int64_t>(std::floor(seconds)) * 1000
        + static_cast<std::int64_t>(std::floor(fraction * 1000 + 1e-6)));
}

} // namespace

UtcTime FlagDate::at(UtcTime now) const
{
    switch (unit) {
    case 'h':
        return now - std::chrono::hours(count);
    case 'd':
        return now - std::chrono::days(count);
    case 'w':
        return now - std::chrono::weeks(count);
    case 'm':
        return monthsBefore(now, count);
    case 'y':
        return yearsBefore(now, count);
    default:
        return fixed;
    }
}

std::optional<FlagDate> parseFlagDate(std::string_view text)
{
    if (const auto relative = parseRelative(text))
        return relative;
    const auto fixed = parseTime(text);
    if (!fixed)
        return std::nullopt;
    return FlagDate{*fixed, 0, 0};
}

std::optional<UtcTime> timeOf(const PropertyValue &property, UtcTime now)
{
    const bool isText = property.kind == PropertyValue::Kind::String;
    if (!isText && property.kind != PropertyValue::Kind::Number)
        return std::nullopt;
    if (const auto seconds = parseFloat(property.text))
        return fromSeconds(*seconds);
    const auto date = isText ? parseFlagDate(property.text) : std::nullopt;
    if (!date)
        return std::nullopt;
    return date->at(now);
}

std::optional<double> parseFloat(std::string_view text)
{
    const bool hasSign = text.starts_with('+') || text.starts_with('-');
    const std::string_view digits = hasSign ? text.substr(1) : text;
    // from_chars() knows "nan(1)", and a sign behind the sign.
    if (digits.empty() || digits.back() == ')' || digits.front() == '-')
        return std::nullopt;
    double value = 0;
    const char *const end = digits.data() + digits.size();
    const auto read = std::from_chars(digits.data(), end, value);
    if (read.ec == std::errc::result_out_of_range && read.ptr == end)
        value = std::strtod(std::string(digits).c_str(), nullptr);
    else if (read.ec != std::errc() || read.ptr != end)
        return std::nullopt;
    return text.starts_with('-') ? -value : value;
}

} // namespace Weir
