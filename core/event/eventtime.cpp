#include "core/event/eventtime.h"

#include <cmath>

namespace Weir {

namespace {

constexpr std::chrono::milliseconds tolerableSkew = 250ms;
constexpr std::chrono::milliseconds tolerableFuture = 23h;

constexpr UtcTime firstTime = std::chrono::sys_days(std::chrono::year(0) / 1 / 1);
constexpr UtcTime endOfTime = std::chrono::sys_days(std::chrono::year(10000) / 1 / 1);

/// `offset` before receipt. Clamped, so that a nonsensical offset overflows nothing: the range check sees it.
UtcTime beforeReceipt(UtcTime receivedAt, double offsetMs)
{
    constexpr double limitMs = 1e15; // 31,000 years
    const double clamped = std::fmin(std::fmax(offsetMs, -limitMs), limitMs);
    return receivedAt - std::chrono::milliseconds(std::llround(clamped));
}

} // namespace

EventTime correctedTime(const EventClocks &clocks, UtcTime receivedAt)
{
    EventTime result;
    result.timestamp = receivedAt;
    if (!clocks.timestamp.empty()) {
        result.clientTime = parseTime(clocks.timestamp);
        if (!result.clientTime)
            result.notices |= Notice::BadTime;
    }

    if (clocks.offsetMs && !std::isnan(*clocks.offsetMs)) {
        result.timestamp = beforeReceipt(receivedAt, *clocks.offsetMs);
    } else if (result.clientTime) {
        result.timestamp = *result.clientTime;
        if (clocks.sentAt && !clocks.ignoreSentAt && !clocks.absolute) {
            const auto skew = *clocks.sentAt - receivedAt;
            result.timestamp -= skew;
            if (std::chrono::abs(skew) > tolerableSkew)
                result.notices |= Notice::ClockSkew;
        }
    }

    if (result.timestamp - receivedAt > tolerableFuture) {
        result.notices |= Notice::ClockFuture;
        if (!clocks.absolute)
            result.timestamp = receivedAt;
    }
    if (result.timestamp < firstTime || result.timestamp >= endOfTime)
        result.timestamp = UtcTime{};
    return result;
}

} // namespace Weir
