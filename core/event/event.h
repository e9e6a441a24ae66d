#pragma once

#include "core/base/time.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace Weir {

// Distinct types: an EventId cannot be passed where a RequestId is meant. All are row ids of the session
// file, rising in the order of commit, never used twice, 0 until committed.
enum class EventId : std::int64_t {};
enum class RequestId : std::int64_t {};
enum class TraceRow : std::int64_t {}; ///< The trace's row; its text id is Trace::traceId.

template <typename Id> constexpr std::int64_t raw(Id id)
{
    return static_cast<std::int64_t>(id);
}

/// The protocol that an event came by. The values are stored: never renumber.
enum class Source : std::uint8_t {
    Unknown = 0,
    PostHog = 1,
    RudderStack = 2,
    Segment = 3,
    Supabase = 4,
    Webhook = 5
};

/// The unified schema's event_type. Stored: never renumber.
enum class EventType : std::uint8_t {
    Track = 0,
    Identify = 1,
    Page = 2,
    Screen = 3,
    Group = 4,
    Alias = 5,
    RowChange = 6,
    FlagCalled = 7,
    Merge = 8,
    Exception = 9,
    Snapshot = 10,
    Other = 11,
};

/// What the event is about, by its name: decides icon and colour. Stored: never renumber.
enum class Family : std::uint8_t {
    Custom = 0,
    Flow = 1,
    Agent = 2,
    Tool = 3,
    Rag = 4,
    Guardrail = 5,
    Flag = 6,
    RowChange = 7,
    Error = 8
};

/// What Weir knows to be odd about one event without any plan: a bit each. Stored: never renumber.
enum class Notice : std::uint16_t {
    NoTraceId = 1, ///< No carrier held a trace id.
    NoUserId = 2,
    NoWorkspaceId = 4,
    Duplicate = 8, ///< Same uuid or messageId as an earlier event of this session.
    ClockSkew = 16, ///< The client's clock was over 250 ms off and `timestamp` was corrected.
    ClockFuture = 32, ///< After correction over 23 h ahead: `timestamp` is the time of receipt, or, where the
                      ///< protocol keeps a time as given (RudderStack's `timestamp`), what was given.
    TraceFromRequest
    = 64, ///< The trace id came from the request's headers, which describe the flush, not the event.
    DurationAsText = 128, ///< latency_ms or time_ms was a string that reads as a number: "840".
    BadTime = 256, ///< A timestamp that could not be read; `timestamp` is the time of receipt.
};
using Notices = std::uint16_t; ///< Notice values, or-ed.
constexpr Notices operator|(Notices set, Notice notice)
{
    return static_cast<Notices>(set | static_cast<Notices>(notice));
}
constexpr Notices &operator|=(Notices &set, Notice notice)
{
    return set = set | notice;
}
constexpr bool has(Notices set, Notice notice)
{
    return (set & static_cast<Notices>(notice)) != 0;
}

/// The notices that make an event a warning (the others are only told in the detail pane).
constexpr Notices warningNotices = 0xFFFF & ~static_cast<Notices>(Notice::TraceFromRequest);

/// Whether an event is as the plan wants it. Stored: never renumber.
enum class EventStatus : std::uint8_t {
    Unchecked = 0, ///< By no plan.
    Valid = 1,
    Warning = 2, ///< It breaks nothing, but something is off.
    Unplanned = 3, ///< The plan has no such event.
    Invalid = 4,
};
constexpr std::size_t eventStatusCount = 5;

/// Of these notices the plan says to whom they matter: not each event has a user and a run.
constexpr Notices identityNotices
    = static_cast<Notices>(Notice::NoTraceId) | Notice::NoUserId | Notice::NoWorkspaceId;

/// What an event is all in all. `byPlan` may be what this said before.
constexpr EventStatus statusOf(EventStatus byPlan, Notices notices)
{
    if (byPlan > EventStatus::Warning)
        return byPlan;
    const Notices odd = byPlan == EventStatus::Unchecked ? warningNotices : warningNotices & ~identityNotices;
    return (notices & odd) != 0 ? EventStatus::Warning : byPlan;
}

/// The library that sent an event, as it names itself: {"posthog-node", "5.70.0"}.
struct Sdk
{
    std::string name, version;
    bool operator==(const Sdk &) const = default;
};

/// One analytics event. Decoders create it, the writer numbers it, nobody changes it. All text is UTF-8; an
/// empty string means absent. The properties are not here: they are the bytes [offset, offset+length) of the
/// request's decoded body.
struct Event
{
    EventId id{};
    RequestId request{};
    std::uint32_t offset = 0, length = 0; ///< The event's own JSON object within the decoded body, in bytes.
    Source source = Source::Unknown;
    EventType type = EventType::Track;
    Family family = Family::Custom;
    Notices notices = 0;
    std::string name; ///< "flow_executed"; for identify, group and alias the call's own name: "identify",
                      ///< "$identify".
    std::string
        uuid; ///< PostHog's uuid, messageId of the others. Text as sent; made by the decoder when absent.
    std::string
        traceId; ///< Normalised (traceid.h): 32 lower-case hex, or opaque text. Empty when none was found.
    std::string traceIdRaw; ///< As it was written; empty when equal to traceId.
    std::string traceCarrier; ///< Where it was found: "event:properties.trace_id", "header:traceparent".
                              ///< Empty when none.
    std::string spanId, parentSpanId;
    std::string userId; ///< distinct_id, userId (else anonymousId) or a row's user_id. Never logged.
    std::string anonymousId;
    std::string workspaceId;
    std::string sessionId;
    std::string flowId; ///< properties.flow_id, any event: names the trace. Empty when absent.
    UtcTime timestamp{}; ///< Corrected moment of the event: when the work had ended.
    std::optional<UtcTime> clientTime; ///< What the client's clock said, before correction.
    std::optional<UtcTime> sentAt; ///< The client's clock at sending.
    UtcTime receivedAt{}; ///< Our clock.
    std::optional<double> durationMs; ///< latency_ms, time_ms, duration_ms, or duration (s). Never negative.
    Sdk sdk;
    EventId duplicateOf{}; ///< The earlier event with this uuid, set by the writer. 0: none.
    bool tainted = false; ///< Its trace saw an overridden flag.
    EventStatus status = EventStatus::Unchecked;

    bool operator==(const Event &) const = default;
};

std::string_view toText(
    Source source); ///< "posthog", "rudderstack", "segment", "supabase", "webhook", "unknown"
std::string_view toText(EventType type); ///< "track", "identify", …, "row_change", "flag_called"
std::string_view toText(Family family); ///< "flow", "agent", …, "custom"
std::string_view toText(Notice notice); ///< "no_trace_id", …
std::optional<Source> sourceFromText(std::string_view text);
std::optional<EventType> eventTypeFromText(std::string_view text);

std::string_view toText(EventStatus status); ///< "valid", …; empty when unchecked
std::optional<EventStatus> eventStatusFromText(std::string_view text); ///< None for an empty text.

/// By event name: exact match for the built-in seven, else prefix (flow_, agent_, tool_, rag_, prompt_ or
/// guardrail_, $feature_flag); *_error, $exception win over prefixes; else Custom.
Family familyOf(std::string_view name, EventType type);

} // namespace Weir
