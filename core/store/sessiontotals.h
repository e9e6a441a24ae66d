#pragma once

#include "core/base/error.h"
#include "core/event/event.h"

#include <array>
#include <cstdint>
#include <limits>

namespace Weir {

class Database;

/// The one row of the `session` table: what the file holds, and which ids come next.
struct SessionTotals
{
    static constexpr std::size_t sourceCount = 6, noticeCount = 9;
    static constexpr std::int64_t noTime = std::numeric_limits<std::int64_t>::min();

    std::int64_t nextEvent = 1, nextRequest = 1, nextTrace = 1;
    std::int64_t nextText
        = 1; ///< Of `text`, `name` and `sdk` together: what a reader remembers by id never turns wrong.
    std::int64_t prunedEvent = 0, prunedTrace = 0; ///< The highest ids that pruning has taken.
    std::int64_t untraced = 0; ///< The trace of the events without one; 0 = none yet.
    std::int64_t events = 0, traces = 0, requests = 0, failedRequests = 0;
    std::int64_t firstAt = noTime, lastAt = noTime; ///< ms since 1970.
    std::array<std::int64_t, eventStatusCount> byStatus{}; ///< By value of EventStatus; the unchecked: 0.
    std::int64_t plan = 0; ///< The fingerprint of the plan that events are checked by; 0: none yet.
    /// These events are still to be checked by it: recheckFrom <= id < recheckBelow.
    std::int64_t recheckFrom = 0, recheckBelow = 0;
    std::array<std::int64_t, sourceCount> bySource{};
    std::array<std::int64_t, noticeCount> byNotice{}; ///< By bit number of Notice.

    static Result<SessionTotals> load(Database &database);
    Result<void> save(Database &database) const;

    /// Adds (+1) or takes away (-1) one event in all counts but the times.
    void count(Source source, EventStatus status, Notices notices, std::int64_t sign);
    /// Counts an event under another status.
    void recount(EventStatus before, EventStatus after);
    /// Widens first and last to a moment, in ms since 1970.
    void stretchTo(std::int64_t timestamp);
};

/// The second that a moment lies in, both counted since 1970: the key of the `second` table.
constexpr std::int64_t secondOf(std::int64_t ms)
{
    return ms >= 0 ? ms / 1000 : -((-ms + 999) / 1000);
}

} // namespace Weir
