#pragma once

#include "core/flags/runflags.h"
#include "core/store/eventquery.h"

#include <QMetaType>

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace Weir {

// What the window asks EventReader and what it gets back. Values only. Every question carries a number that
// its answer repeats, so that late answers can be told from wanted ones.

/// Set to true by whoever asked, from any thread, to end a search early.
using CancelToken = std::shared_ptr<std::atomic_bool>;

/// What is needed to draw the rows in sight.
struct WindowRequest
{
    std::uint64_t generation = 0;
    std::vector<TraceRow> traces; ///< Summaries and lanes.
    std::vector<EventId> events; ///< Rows.
    std::vector<TraceRow> children; ///< Ids of all events, in order of time.
    bool isEmpty() const { return traces.empty() && events.empty() && children.empty(); }
};

struct TraceChildren
{
    TraceRow trace{};
    std::vector<EventId> events;
};

/// What was asked for and is not here, is not there any more.
struct WindowAnswer
{
    WindowRequest request;
    std::vector<TraceSummary> traces;
    std::vector<Lane> lanes;
    std::vector<EventRow> events;
    std::vector<TraceChildren> children;
};

/// What a search is for. Comes back with its reports.
enum class SearchPurpose : std::uint8_t {
    Filter, ///< All that match, newest first.
    Tail, ///< Those of the newest events that match.
    Find, ///< The nearest one.
};

struct SearchOrder
{
    std::uint64_t generation = 0;
    SearchPurpose purpose = SearchPurpose::Filter;
    ScanRequest scan;
    CancelToken cancelled;
};

struct SearchReport
{
    std::uint64_t generation = 0;
    SearchPurpose purpose = SearchPurpose::Filter;
    ScanProgress progress;
};

/// One event with all that the detail pane tells of it.
struct EventDetails
{
    std::uint64_t generation = 0;
    StoredEvent event;
    StoredRequest request;
    TraceSummary trace;
    std::int64_t position = 0; ///< Place within its trace in order of time, from 1; 0 = not known.
};

struct HistogramOrder
{
    std::uint64_t generation = 0;
    UtcTime from{}, to{};
    int buckets = 0;
};

/// Completion: values of `key`, or the keys themselves when it is empty, that contain `text`.
struct ValuesOrder
{
    std::uint64_t generation = 0;
    std::string key, text;
    int limit = 0;
};

struct ValuesReport
{
    ValuesOrder order;
    std::vector<TextCount> values; ///< Most frequent first.
};

/// The JSON of several events, to be copied.
struct PayloadsOrder
{
    std::uint64_t generation = 0;
    std::vector<ScanHit> rows; ///< In the order wanted. Without an event: all of the trace.
    std::size_t limit = 0; ///< So many events at most.
};

struct PayloadsReport
{
    std::uint64_t generation = 0;
    std::vector<QByteArray> payloads; ///< Byte for byte as captured.
    bool isCut = false; ///< There were more than `limit`.
};

/// Which values of flags the events of a run carry, and which its users were served.
struct RunFlagsOrder
{
    std::uint64_t generation = 0;
    TraceRow trace{};
    EventId after{}; ///< Of later events only; 0: of all.
    CancelToken cancelled; ///< May be null.
};

struct RunFlagsReport
{
    RunFlagsOrder order;
    std::vector<RunFlag> flags;
    std::vector<TraceFlag> served; ///< As of all events so far, whatever `after` said.
    EventId reached{}; ///< The last event that was looked at; pass as `after` to go on.
};

} // namespace Weir

Q_DECLARE_METATYPE(Weir::RunFlagsOrder)
Q_DECLARE_METATYPE(Weir::RunFlagsReport)
Q_DECLARE_METATYPE(Weir::PayloadsOrder)
Q_DECLARE_METATYPE(Weir::PayloadsReport)
Q_DECLARE_METATYPE(Weir::WindowRequest)
Q_DECLARE_METATYPE(Weir::WindowAnswer)
Q_DECLARE_METATYPE(Weir::SearchOrder)
Q_DECLARE_METATYPE(Weir::SearchReport)
Q_DECLARE_METATYPE(Weir::EventDetails)
Q_DECLARE_METATYPE(Weir::HistogramOrder)
Q_DECLARE_METATYPE(Weir::ValuesOrder)
Q_DECLARE_METATYPE(Weir::ValuesReport)
