#pragma once

#include "core/base/error.h"
#include "core/event/capturedrequest.h"
#include "core/event/event.h"
#include "core/flags/runflags.h"
#include "core/flags/servedflags.h"

#include <QByteArray>
#include <QMetaType>

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace Weir {

/// Which events are wanted. Empty fields do not filter; several values of one field are "any of"; `not…`
/// excludes.
struct EventFilter
{
    std::string traceId; ///< Any spelling: normalised before it is compared.
    std::vector<std::string> notTraceIds; ///< Likewise.
    std::vector<std::string> names, notNames;
    std::vector<Source> sources, notSources;
    std::vector<EventType> types, notTypes;
    std::string userId, workspaceId;
    std::vector<std::string> notUserIds, notWorkspaceIds; ///< Events without one are not excluded.
    std::vector<EventStatus> statuses, notStatuses;
    Notices notices = 0; ///< Any of these.
    Notices notNotices = 0; ///< None of these.
    std::optional<UtcTime> since, until; ///< On the corrected timestamp: since <= t < until.
    std::string text; ///< Case-insensitive (ASCII) substring of the payload, name, ids.
    struct PropertyTest ///< `key op value` on a top-level property (or context key) of the payload.
    {
        enum class Op : std::uint8_t { Is, IsNot, Contains, StartsWith, Exists, Greater, Less };
        std::string key;
        Op op = Op::Is;
        std::string value;
        bool operator==(const PropertyTest &) const = default;
    };
    std::vector<PropertyTest> properties;

    bool isEmpty() const { return *this == EventFilter(); }
    bool operator==(const EventFilter &) const = default;
};

/// A page by keyset, never by offset.
struct EventPageRequest
{
    EventFilter filter;
    EventId after{}; ///< Exclusive; 0 = from the start (or the end, when newest first).
    int limit = 100;
    enum class Order : std::uint8_t { Ascending, Descending } order = Order::Ascending;
};

/// One event with its payload, as the interface and the detail pane need it.
struct StoredEvent
{
    Event event;
    QByteArray payload; ///< The event's JSON object, byte for byte as captured. Empty when the body is gone.
};

struct EventPage
{
    std::vector<StoredEvent> events;
    std::int64_t total = 0; ///< How many match the filter in the whole session.
    EventId next{}; ///< Pass as `after` for the following page; 0 = that was the last.
};

/// A text for completion, and how often it occurred among the newest events.
struct TextCount
{
    std::string text;
    std::int64_t count = 0;
    bool operator==(const TextCount &) const = default;
};
constexpr int eventsForCompletion = 2000; ///< How many events are the newest.

/// One trace as the lists show it.
struct TraceSummary
{
    TraceRow row{};
    std::string traceId; ///< Empty for the one trace that holds the events without a trace id.
    std::string name; ///< The flow_id of its flow_executed, else of any event; else the first event's name.
    std::optional<UtcTime> firstAt, lastAt; ///< Start of the earliest bar, end of the latest.
    std::int64_t durationMs = 0;
    std::int64_t events = 0, errors = 0, invalid = 0, warnings = 0;
    std::string userId, workspaceId; ///< The first that was seen.
    std::vector<Source> sources; ///< Each once, rising.
    bool tainted = false;
    int colour = 0; ///< 0…9, chosen on first sight, never changes.
    bool operator==(const TraceSummary &) const = default;
};

struct TracePageRequest
{
    std::string text; ///< Substring of trace id or name; empty = all.
    TraceRow after{};
    int limit = 100;
    EventPageRequest::Order order = EventPageRequest::Order::Descending;
};

struct TracePage
{
    std::vector<TraceSummary> traces;
    std::int64_t total = 0;
    TraceRow next{};
};

/// One event as a row of the window draws it: no payload, but the one-line summary that was made from it.
struct EventRow
{
    EventId id{};
    TraceRow trace{};
    Source source = Source::Unknown;
    EventType type = EventType::Track;
    Family family = Family::Custom;
    Notices notices = 0;
    EventStatus status = EventStatus::Unchecked;
    UtcTime timestamp{};
    std::optional<double> durationMs;
    std::string name, summary; ///< "tool_used", "post_ledger"
    std::string sdkName; ///< "posthog-node"
    std::string userId, workspaceId;
    bool operator==(const EventRow &) const = default;
};

/// One bar or tick of a trace's lane.
struct LaneMark
{
    UtcTime start{}, end{}; ///< Equal for a point event.
    Family family = Family::Custom;
    bool trouble = false; ///< Of the error family, invalid or a warning.
    bool operator==(const LaneMark &) const = default;
};

/// One request for the requests list and the Request tab.
struct StoredRequest
{
    CapturedRequest request; ///< body holds the wire bytes again (BodyForm::AsSent), events is empty.
    std::int64_t eventCount = 0;
};

/// Which requests are wanted, by keyset.
struct RequestPageRequest
{
    std::vector<RequestState> states; ///< Any of these; empty = all.
    RequestId after{}; ///< Exclusive; 0 = from the start (or the end, when newest first).
    int limit = 100;
    EventPageRequest::Order order = EventPageRequest::Order::Ascending;
};

struct RequestPage
{
    std::vector<StoredRequest> requests;
    std::int64_t total = 0;
    RequestId next{}; ///< Pass as `after` for the following page; 0 = that was the last.
};

/// The marks of one trace, in order of start.
struct Lane
{
    TraceRow row{};
    UtcTime start{}, end{}; ///< Start of the trace's earliest bar, end of its latest.
    std::vector<LaneMark> marks; ///< When thinned out, trouble is kept before the rest.
    bool operator==(const Lane &) const = default;
};

/// Events per stretch of time.
struct Histogram
{
    struct Bucket
    {
        std::int64_t events = 0;
        std::int64_t errors = 0; ///< Of the error family, or invalid.
        std::int64_t warnings = 0; ///< Of the others.
        bool operator==(const Bucket &) const = default;
    };
    UtcTime from{}; ///< Whole second at which the first bucket begins.
    std::chrono::milliseconds width{}; ///< Of a bucket; a whole number of seconds.
    std::vector<Bucket> buckets;
};

/// A search through the whole session, or a part of it, newest first unless told otherwise.
struct ScanRequest
{
    EventFilter filter;
    EventPageRequest::Order order = EventPageRequest::Order::Descending;
    EventId after{}; ///< Exclusive; 0 = from the end (or the start, when ascending).
    std::int64_t limit = 0; ///< Stop after so many hits; 0 = all.
};

/// One event that matches, with its trace: enough to build a grouped list without reading it again.
struct ScanHit
{
    EventId id{};
    TraceRow trace{};
    bool operator==(const ScanHit &) const = default;
};

/// What a search has found since it last reported. The last report has `done` set.
struct ScanProgress
{
    std::vector<ScanHit> hits; ///< New ones only, in the order of the search.
    EventId reached{}; ///< Everything up to here has been looked at.
    std::int64_t scanned = 0, total = 0; ///< Events looked at, and how many there are to look at, about.
    bool done = false;
};

/// An inclusive run of rising ids without a gap.
struct IdRange
{
    std::int64_t first = 0, last = -1;
    std::int64_t size() const { return last - first + 1; }
    bool operator==(const IdRange &) const = default;
};

/// What the whole session holds; cheap to read at any size (kept in tables of its own).
struct SessionSummary
{
    std::int64_t events = 0, traces = 0, requests = 0, failedRequests = 0;
    std::array<std::int64_t, eventStatusCount> byStatus{}; ///< By value of EventStatus; the unchecked: 0.
    std::int64_t plan = 0; ///< The fingerprint of the plan that they are checked by; 0: none yet.
    std::int64_t recheckLeft = 0; ///< Events that are still to be checked by the plan, about.
    std::vector<std::pair<Notice, std::int64_t>>
        byNotice; ///< How many events carry each; only those above 0.
    std::vector<std::pair<Source, std::int64_t>> bySource;
    std::vector<std::pair<std::string, std::int64_t>> byName; ///< At most 1,000, most frequent first.
    std::vector<IdRange> traceRanges,
        eventRanges; ///< Ids that exist, in order; few, since only pruning makes gaps.
    TraceRow untraced{}; ///< The trace row of events without a trace id; 0 = none yet.
    std::optional<UtcTime> firstAt, lastAt;
    std::int64_t bytesOnDisk = 0;
};

} // namespace Weir

Q_DECLARE_METATYPE(Weir::EventPage)
Q_DECLARE_METATYPE(Weir::ScanProgress)
Q_DECLARE_METATYPE(Weir::SessionSummary)
