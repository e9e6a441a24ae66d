#pragma once

#include "core/base/time.h"
#include "core/event/event.h"

#include <optional>
#include <string_view>

namespace Weir {

/// The clocks of one event as they came; absent ones empty. Which of them a source has, its decoder knows.
struct EventClocks
{
    std::string_view
        timestamp; ///< Text of the event's time (PostHog timestamp, originalTimestamp, Segment timestamp).
    std::optional<UtcTime> sentAt; ///< The client's clock at sending, from batch, query or event.
    std::optional<double> offsetMs; ///< PostHog's `offset`: ms before receipt. Overrides all else.
    bool ignoreSentAt = false; ///< $ignore_sent_at, options.disable_skew_correction.
    bool absolute = false; ///< The text is to be taken as is (RudderStack's and caller-set `timestamp`).
};

/// The corrected time with what was found on the way.
struct EventTime
{
    UtcTime timestamp{};
    std::optional<UtcTime> clientTime;
    Notices notices = 0; ///< ClockSkew, ClockFuture, BadTime
};

/// protocols: PostHog §2.2, RudderStack §2 (timestamp = receivedAt - (sentAt - originalTimestamp)).
/// The whole skew is subtracted, since Weir sits on the client's own machine and the waterfall needs the
/// milliseconds; `clientTime` keeps what was sent.
EventTime correctedTime(const EventClocks &clocks, UtcTime receivedAt);

} // namespace Weir
