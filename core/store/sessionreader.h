#pragma once

#include "core/base/error.h"
#include "core/schema/violationsummary.h"
#include "core/store/eventquery.h"

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace Weir {

/// Answers questions about a session file, over a read-only connection of its own. Synchronous; one thread at
/// a time. Each call sees what is committed when it begins, and holds no lock when it has returned. Opening
/// one is cheap; several beside each other and beside the writer are fine.
///
/// Every call fails with Cancelled when the function given to setCancelled() says so, with Storage when the
/// file cannot be read, and with NotFound when what is asked for by id is not there (any more).
class SessionReader
{
public:
    /// `path` is UTF-8. The file must be there: open it after EventWriter::opened.
    static Result<std::unique_ptr<SessionReader>> open(const std::string &path);
    ~SessionReader();
    SessionReader(const SessionReader &) = delete;
    SessionReader &operator=(const SessionReader &) = delete;

    /// Asked every few milliseconds during each call, on the calling thread; true ends the call. Empty =
    /// never.
    void setCancelled(std::function<bool()> cancelled);

    /// What the whole session holds. Under a millisecond at any size.
    Result<SessionSummary> summary();

    /// One page of events with payloads, by keyset. `total` is exact: from the counters without a filter,
    /// from an index for a trace, else by counting (cancellable; about 1 s per million events for `text` and
    /// `properties`, which read the bodies).
    Result<EventPage> events(const EventPageRequest &request);
    Result<StoredEvent> event(EventId id);

    /// The request that an event came in, with its wire bytes.
    Result<StoredRequest> request(RequestId id);
    Result<RequestPage> requests(const RequestPageRequest &request);

    Result<TracePage> traces(const TracePageRequest &request);
    /// `traceId` in any spelling; empty = the trace of the events without one.
    Result<TraceSummary> trace(std::string_view traceId);
    /// Those of `rows` that are there, in the order asked for.
    Result<std::vector<TraceSummary>> traceSummaries(const std::vector<TraceRow> &rows);
    /// The events of one trace in order of time, then of arrival. An event's time is usually its end.
    Result<std::vector<EventId>> traceEvents(TraceRow row);

    /// What the users of one trace were served, and the SDKs of its events for any user, as it was when the
    /// trace ended. By rising key. Empty for events without a trace id.
    Result<std::vector<TraceFlag>> traceFlags(TraceRow row);

    /// What is wrong with the events, the most frequent first. What is wrong with one: check it.
    Result<std::vector<ViolationGroup>> violationGroups();

    /// Those of `ids` that are there, in the order asked for, with their one-line summaries.
    Result<std::vector<EventRow>> eventRows(const std::vector<EventId> &ids);

    /// What the waterfall column shows of each trace, at most `maxMarks` marks a lane.
    Result<std::vector<Lane>> lanes(const std::vector<TraceRow> &rows, int maxMarks);

    /// Events by their corrected timestamp, in at most `buckets` buckets that cover from <= t < to.
    Result<Histogram> histogram(UtcTime from, UtcTime to, int buckets);

    /// Looks at the events in order and reports those that match, first after a few milliseconds and then
    /// about ten times a second. Returns the number of hits. Other readers and the writer's checkpoints are
    /// not held up, so events that come during the search are not seen.
    Result<std::int64_t> scan(
        const ScanRequest &request, const std::function<void(const ScanProgress &)> &report);

    /// For completion: values of a top-level property (or column: "name", "user_id", "workspace_id") among
    /// the newest events, most frequent first, that contain `text`.
    Result<std::vector<TextCount>> propertyValues(std::string_view key, std::string_view text, int limit);
    /// Likewise the keys of properties themselves.
    Result<std::vector<TextCount>> propertyKeys(std::string_view text, int limit);

private:
    class Private;
    explicit SessionReader(std::unique_ptr<Private> d);
    std::unique_ptr<Private> d;
};

} // namespace Weir
