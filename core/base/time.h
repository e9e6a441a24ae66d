#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace Weir {

using namespace std::chrono_literals;

/// A moment, UTC, to the millisecond. SQLite and the interface keep it as ms since 1970.
using UtcTime = std::chrono::sys_time<std::chrono::milliseconds>;

/// Where code gets the time from; tests pass their own. Callable from any thread.
using Clock = std::function<UtcTime()>;

/// The system's clock.
UtcTime systemNow();

/// "2026-11-23T09:06:39.661Z": RFC 3339, always UTC, always three decimals.
std::string toRfc3339(UtcTime time);

constexpr std::int64_t toMs(UtcTime time)
{
    return time.time_since_epoch().count();
}
constexpr UtcTime fromMs(std::int64_t ms)
{
    return UtcTime(std::chrono::milliseconds(ms));
}

/// Reads the forms that PostHog's server accepts: RFC 3339 with any number of decimals (cut to ms) and any
/// zone, date only, space instead of T, "+03" zone, slashes (2026/11/23, 11/23/2026), RFC 2822, and Unix
/// times of 10, 13, 16 or 19 digits (s, ms, µs, ns). Without a zone it counts as UTC. Nothing otherwise.
std::optional<UtcTime> parseTime(std::string_view text);

} // namespace Weir
