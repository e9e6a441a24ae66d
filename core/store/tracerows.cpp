#include "core/store/tracerows.h"

#include "core/store/filtersql.h"
#include "core/store/packedid.h"
#include "core/store/retention.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace Weir {

namespace {

constexpr int eventsPerLane
    = 20000; // Of a longer trace the lane shows the beginning: it is a few pixels high.

constexpr const char traceColumns[]
    = "t.id, t.trace_id, t.name, t.first_at, t.last_at, t.events, t.errors, t.warnings, t.user, t.workspace, "
      "t.sources, t.tainted, t.colour, t.invalid";

UtcTime startOf(std::int64_t timestamp, double durationMs)
{
    return fromMs(timestamp - static_cast<std::int64_t>(std::llround(std::min(durationMs, 1e12))));
}

std::string traceIdOf(const Query &query, int column)
{
    return query->isBlob(column) ? hexText(query->bytes(column)) : query->text(column);
}

Result<TraceSummary> summaryOfRow(ReaderState &state, const Query &query)
{
    TraceSummary trace;
    trace.row = TraceRow{query->integer(0)};
    trace.traceId = traceIdOf(query, 1);
    WEIR_TRY(trace.name, state.text(query->integer(2)));
    if (!query->isNull(3)) {
        trace.firstAt = fromMs(query->integer(3));
        trace.lastAt = fromMs(query->integer(4));
        trace.durationMs = query->integer(4) - query->integer(3);
    }
    trace.events = query->integer(5);
    trace.errors = query->integer(6);
    trace.warnings = query->integer(7);
    WEIR_TRY(trace.userId, state.text(query->integer(8)));
    WEIR_TRY(trace.workspaceId, state.text(query->integer(9)));
    for (int source = 0; source < 64; ++source) {
        if ((query->integer(10) >> source) & 1)
            trace.sources.push_back(static_cast<Source>(source));
    }
    trace.tainted = query->integer(11) != 0;
    trace.colour = static_cast<int>(query->integer(12));
    trace.invalid = query->integer(13);
    return trace;
}

Result<std::int64_t> countTraces(ReaderState &state, const TextSearch &search)
{
    if (search.isEmpty())
        return state.database().integer("SELECT traces FROM session");
    WEIR_TRY(Query select, state.query("SELECT trace_id, name FROM trace WHERE trace_id <> ''"));
    std::int64_t count = 0;
    while (select->step()) {
        WEIR_TRY(const auto name, state.text(select->integer(1)));
        count += search.isInUnfolded(traceIdOf(select, 0)) || search.isInUnfolded(name) ? 1 : 0;
    }
    if (auto done = state.stepped(); !done)
        return done.error();
    return count;
}

Result<Lane> readLane(ReaderState &state, TraceRow row, int maxMarks)
{
    Lane lane;
    lane.row = row;
    WEIR_TRY(Query trace, state.query("SELECT first_at, last_at FROM trace WHERE id = ?1"));
    trace->bind(1, raw(row));
    if (!trace->step()) {
        if (auto done = state.stepped(); !done)
            return done.error();
        return lane;
    }
    lane.start = fromMs(trace->integer(0));
    lane.end = fromMs(trace->integer(1));
    WEIR_TRY(Query select,
        state.query(
            "SELECT timestamp, duration_ms, family, notices, status FROM event WHERE trace = ?1 LIMIT ?2"));
    select->bind(1, raw(row));
    select->bind(2, std::int64_t(eventsPerLane));
    std::vector<LaneMark> marks;
    while (select->step()) {
        LaneMark mark;
        mark.end = fromMs(select->integer(0));
        mark.start = startOf(select->integer(0), select->real(1));
        mark.family = static_cast<Family>(select->integer(2));
        mark.trouble = isTrouble(mark.family,
            statusOf(static_cast<EventStatus>(select->integer(4)), static_cast<Notices>(select->integer(3))));
        marks.push_back(mark);
    }
    if (auto done = state.stepped(); !done)
        return done.error();
    lane.marks = thinOut(std::move(marks), lane.start, lane.end, maxMarks);
    return lane;
}

} // namespace

std::vector<LaneMark> thinOut(std::vector<LaneMark> marks, UtcTime start, UtcTime end, int maxMarks)
{
    if (static_cast<int>(marks.size()) > maxMarks && maxMarks > 0) {
        const auto width = std::max<std::int64_t>(1, (end - start).count() / maxMarks + 1);
        const auto weight
            = [](const LaneMark &mark) { return std::pair(mark.trouble, mark.end - mark.start); };
        std::vector<std::optional<LaneMark>> columns(static_cast<std::size_t>(maxMarks));
        for (const LaneMark &mark : marks) {
            const auto at = std::clamp<std::int64_t>((mark.start - start).count() / width, 0, maxMarks - 1);
            auto &best = columns[static_cast<std::size_t>(at)];
            if (!best || weight(mark) > weight(*best))
                best = mark;
        }
        marks.clear();
        for (const auto &mark : columns) {
            if (mark)
                marks.push_back(*mark);
        }
    }
    std::stable_sort(
        marks.begin(), marks.end(), [](const LaneMark &a, const LaneMark &b) { return a.start < b.start; });
    return marks;
}

Result<TracePage> readTraces(ReaderState &state, const TracePageRequest &request)
{
    TracePage page;
    const TextSearch search(request.text);
    WEIR_TRY(page.total, countTraces(state, search));
    const bool descending = request.order == EventPageRequest::Order::Descending;
    const std::string sql = std::string("SELECT ") + traceColumns
        + " FROM trace t WHERE t.trace_id <> '' AND t.id "
        + (descending ? "< ?1 ORDER BY t.id DESC" : "> ?1 ORDER BY t.id");
    WEIR_TRY(Query select, state.query(sql));
    const std::int64_t after = raw(request.after);
    select->bind(1, after || !descending ? after : std::numeric_limits<std::int64_t>::max());
    while (select->step()) {
        WEIR_TRY(auto trace, summaryOfRow(state, select));
        if (!search.isInUnfolded(trace.traceId) && !search.isInUnfolded(trace.name))
            continue;
        if (static_cast<int>(page.traces.size()) == request.limit) {
            page.next = page.traces.empty() ? TraceRow{} : page.traces.back().row;
            return page;
        }
        page.traces.push_back(std::move(trace));
    }
    if (auto done = state.stepped(); !done)
        return done.error();
    return page;
}

Result<TraceSummary> readTrace(ReaderState &state, std::string_view traceId)
{
    WEIR_TRY(const auto row, traceRowOf(state, traceId));
    WEIR_TRY(auto found, readTraceSummaries(state, {TraceRow{row}}));
    if (found.empty())
        return Error{Error::Kind::NotFound, "There is no trace " + std::string(traceId), {}};
    return std::move(found.front());
}

Result<std::vector<TraceSummary>> readTraceSummaries(ReaderState &state, const std::vector<TraceRow> &rows)
{
    static const std::string sql = std::string("SELECT ") + traceColumns + " FROM trace t WHERE t.id = ?1";
    WEIR_TRY(Query select, state.query(sql));
    std::vector<TraceSummary> traces;
    traces.reserve(rows.size());
    for (const TraceRow row : rows) {
        select->reset();
        select->bind(1, raw(row));
        if (select->step()) {
            WEIR_TRY(auto trace, summaryOfRow(state, select));
            traces.push_back(std::move(trace));
        } else if (auto done = state.stepped(); !done) {
            return done.error();
        }
    }
    return traces;
}

Result<std::vector<EventId>> readTraceEvents(ReaderState &state, TraceRow row)
{
    WEIR_TRY(Query select, state.query("SELECT id FROM event WHERE trace = ?1 ORDER BY timestamp, id"));
    select->bind(1, raw(row));
    std::vector<EventId> ids;
    while (select->step())
        ids.push_back(EventId{select->integer(0)});
    if (auto done = state.stepped(); !done)
        return done.error();
    return ids;
}

Result<std::vector<Lane>> readLanes(ReaderState &state, const std::vector<TraceRow> &rows, int maxMarks)
{
    std::vector<Lane> lanes;
    lanes.reserve(rows.size());
    for (const TraceRow row : rows) {
        WEIR_TRY(auto lane, readLane(state, row, maxMarks));
        lanes.push_back(std::move(lane));
    }
    return lanes;
}

} // namespace Weir
