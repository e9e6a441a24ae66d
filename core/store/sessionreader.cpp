#include "core/store/sessionreader.h"

#include "core/store/eventrows.h"
#include "core/store/readerstate.h"
#include "core/store/sessionscan.h"
#include "core/store/sessiontotals.h"
#include "core/store/sqlite/database.h"
#include "core/store/traceflags.h"
#include "core/store/tracerows.h"
#include "core/store/violationrows.h"

#include <algorithm>
#include <filesystem>
#include <limits>

namespace Weir {

class SessionReader::Private
{
public:
    explicit Private(std::unique_ptr<Database> database)
        : state(std::move(database))
    {
    }

    ReaderState state;
    std::function<bool()> cancelled;

    /// Runs `work` on one snapshot of the file, and lets go of it.
    template <typename Work> auto read(Work work) -> decltype(work())
    {
        WEIR_TRY(Transaction snapshot, Transaction::begin(state.database(), Transaction::Kind::Read));
        return work();
    }
};

namespace {

constexpr int mostNames = 1000;

Result<std::vector<IdRange>> rangesOf(
    ReaderState &state, const std::string &table, std::int64_t next, std::int64_t pruned)
{
    WEIR_TRY(const auto first, state.database().integer("SELECT ifnull(min(id), 0) FROM " + table));
    if (first == 0)
        return std::vector<IdRange>();
    // Gaps come from pruning only, so behind the last id that it took there are none.
    std::vector<IdRange> ranges;
    WEIR_TRY(Query select, state.query("SELECT id FROM " + table + " WHERE id <= ?1 ORDER BY id"));
    select->bind(1, pruned);
    while (select->step()) {
        const std::int64_t id = select->integer(0);
        if (ranges.empty() || ranges.back().last + 1 != id)
            ranges.push_back({id, id});
        else
            ranges.back().last = id;
    }
    if (auto done = state.stepped(); !done)
        return done.error();
    const std::int64_t rest = std::max(first, pruned + 1);
    if (rest < next) {
        if (!ranges.empty() && ranges.back().last + 1 == rest)
            ranges.back().last = next - 1;
        else
            ranges.push_back({rest, next - 1});
    }
    return ranges;
}

std::int64_t bytesOnDisk(const std::string &path)
{
    std::int64_t bytes = 0;
    for (const char *end : {"", "-wal"}) {
        std::error_code failure;
        const auto size = std::filesystem::file_size(path + end, failure);
        bytes += failure ? 0 : static_cast<std::int64_t>(size);
    }
    return bytes;
}

Result<SessionSummary> readSummary(ReaderState &state)
{
    WEIR_TRY(const auto totals, SessionTotals::load(state.database()));
    SessionSummary summary;
    summary.events = totals.events;
    summary.traces = totals.traces;
    summary.requests = totals.requests;
    summary.failedRequests = totals.failedRequests;
    summary.byStatus = totals.byStatus;
    summary.plan = totals.plan;
    summary.recheckLeft = std::max<std::int64_t>(0, totals.recheckBelow - totals.recheckFrom);
    summary.untraced = TraceRow{totals.untraced};
    if (totals.events > 0) {
        summary.firstAt = fromMs(totals.firstAt);
        summary.lastAt = fromMs(totals.lastAt);
    }
    for (std::size_t i = 0; i < totals.bySource.size(); ++i) {
        if (totals.bySource[i] > 0)
            summary.bySource.emplace_back(static_cast<Source>(i), totals.bySource[i]);
    }
    for (std::size_t bit = 0; bit < totals.byNotice.size(); ++bit) {
        if (totals.byNotice[bit] > 0)
            summary.byNotice.emplace_back(static_cast<Notice>(1u << bit), totals.byNotice[bit]);
    }
    WEIR_TRY(Query names,
        state.query("SELECT name, events FROM name WHERE events > 0 ORDER BY events DESC, name LIMIT ?1"));
    names->bind(1, std::int64_t(mostNames));
    while (names->step())
        summary.byName.emplace_back(names->text(0), names->integer(1));
    WEIR_TRY(summary.eventRanges, rangesOf(state, "event", totals.nextEvent, totals.prunedEvent));
    WEIR_TRY(summary.traceRanges, rangesOf(state, "trace", totals.nextTrace, totals.prunedTrace));
    summary.bytesOnDisk = bytesOnDisk(state.database().path());
    return summary;
}

std::string statesCondition(const std::vector<RequestState> &states)
{
    if (states.empty())
        return "1";
    std::string list;
    for (const RequestState state : states)
        list += (list.empty() ? "" : ",") + std::to_string(static_cast<int>(state));
    return "r.state IN (" + list + ")";
}

Result<RequestPage> readRequests(ReaderState &state, const RequestPageRequest &request)
{
    RequestPage page;
    const std::string condition = statesCondition(request.states);
    const bool descending = request.order == EventPageRequest::Order::Descending;
    WEIR_TRY(page.total,
        state.database().integer(request.states.empty()
                ? "SELECT requests FROM session"
                : "SELECT count(*) FROM request r WHERE " + condition));
    WEIR_TRY(Query select,
        state.query(std::string("SELECT ") + ReaderState::requestColumns + " FROM request r WHERE "
            + condition + (descending ? " AND r.id < ?1 ORDER BY r.id DESC" : " AND r.id > ?1 ORDER BY r.id")
            + " LIMIT ?2"));
    const std::int64_t after = raw(request.after);
    select->bind(1, after || !descending ? after : std::numeric_limits<std::int64_t>::max());
    select->bind(2, std::int64_t(request.limit) + 1);
    while (select->step()) {
        if (static_cast<int>(page.requests.size()) == request.limit) {
            page.next = page.requests.empty() ? RequestId{} : page.requests.back().request.id;
            return page;
        }
        WEIR_TRY(auto stored, state.requestOf(select));
        page.requests.push_back(std::move(stored));
    }
    if (auto done = state.stepped(); !done)
        return done.error();
    return page;
}

Result<Histogram> readHistogram(ReaderState &state, UtcTime from, UtcTime to, int buckets)
{
    Histogram histogram;
    const std::int64_t first = secondOf(toMs(from)), last = secondOf(toMs(to) - 1);
    histogram.from = fromMs(first * 1000);
    if (buckets <= 0 || last < first)
        return histogram;
    const std::int64_t width = (last - first) / buckets + 1;
    histogram.width = std::chrono::seconds(width);
    histogram.buckets.resize(static_cast<std::size_t>((last - first) / width + 1));
    // A file of version 1 that may not be written was not migrated.
    WEIR_TRY(const auto tellsErrors,
        state.database().integer("SELECT count(*) FROM pragma_table_info('second') WHERE name = 'errors'"));
    const std::string errors = tellsErrors ? "errors" : "0";
    WEIR_TRY(Query select,
        state.query("SELECT (at - ?1) / ?3, sum(events), sum(" + errors + "), sum(troubles - " + errors
            + ") FROM second WHERE at BETWEEN ?1 AND ?2 GROUP BY 1"));
    select->bind(1, first);
    select->bind(2, last);
    select->bind(3, width);
    while (select->step())
        histogram.buckets[static_cast<std::size_t>(select->integer(0))]
            = {select->integer(1), select->integer(2), select->integer(3)};
    if (auto done = state.stepped(); !done)
        return done.error();
    return histogram;
}

} // namespace

SessionReader::SessionReader(std::unique_ptr<Private> data)
    : d(std::move(data))
{
}

SessionReader::~SessionReader() = default;

Result<std::unique_ptr<SessionReader>> SessionReader::open(const std::string &path)
{
    auto database = Database::open(path, Database::Mode::ReadOnly);
    if (!database)
        database = Database::open(path, Database::Mode::Immutable);
    if (!database)
        return database.error();
    // The emptying of a session takes the lock for a moment.
    if (auto ready = (*database)->execute("PRAGMA busy_timeout = 1000; PRAGMA cache_size = -8192"); !ready)
        return ready.error();
    auto data = std::make_unique<Private>(*std::move(database));
    return std::unique_ptr<SessionReader>(new SessionReader(std::move(data)));
}

void SessionReader::setCancelled(std::function<bool()> cancelled)
{
    d->cancelled = cancelled;
    d->state.database().setCancelled(std::move(cancelled));
}

Result<SessionSummary> SessionReader::summary()
{
    return d->read([&] { return readSummary(d->state); });
}

Result<EventPage> SessionReader::events(const EventPageRequest &request)
{
    return d->read([&] { return readEvents(d->state, request); });
}

Result<StoredEvent> SessionReader::event(EventId id)
{
    return d->read([&] { return readEvent(d->state, id); });
}

Result<StoredRequest> SessionReader::request(RequestId id)
{
    return d->read([&] { return d->state.request(raw(id)); });
}

Result<RequestPage> SessionReader::requests(const RequestPageRequest &request)
{
    return d->read([&] { return readRequests(d->state, request); });
}

Result<TracePage> SessionReader::traces(const TracePageRequest &request)
{
    return d->read([&] { return readTraces(d->state, request); });
}

Result<TraceSummary> SessionReader::trace(std::string_view traceId)
{
    return d->read([&] { return readTrace(d->state, traceId); });
}

Result<std::vector<TraceSummary>> SessionReader::traceSummaries(const std::vector<TraceRow> &rows)
{
    return d->read([&] { return readTraceSummaries(d->state, rows); });
}

Result<std::vector<EventId>> SessionReader::traceEvents(TraceRow row)
{
    return d->read([&] { return readTraceEvents(d->state, row); });
}

Result<std::vector<TraceFlag>> SessionReader::traceFlags(TraceRow row)
{
    return d->read([&] { return readTraceFlags(d->state, row); });
}

Result<std::vector<ViolationGroup>> SessionReader::violationGroups()
{
    return d->read([&] { return readViolationGroups(d->state); });
}

Result<std::vector<EventRow>> SessionReader::eventRows(const std::vector<EventId> &ids)
{
    return d->read([&] { return readEventRows(d->state, ids); });
}

Result<std::vector<Lane>> SessionReader::lanes(const std::vector<TraceRow> &rows, int maxMarks)
{
    return d->read([&] { return readLanes(d->state, rows, maxMarks); });
}

Result<Histogram> SessionReader::histogram(UtcTime from, UtcTime to, int buckets)
{
    return d->read([&] { return readHistogram(d->state, from, to, buckets); });
}

Result<std::int64_t> SessionReader::scan(
    const ScanRequest &request, const std::function<void(const ScanProgress &)> &report)
{
    return scanSession(d->state, request, d->cancelled, report);
}

Result<std::vector<TextCount>> SessionReader::propertyValues(
    std::string_view key, std::string_view text, int limit)
{
    return d->read([&] { return readPropertyValues(d->state, key, text, limit); });
}

Result<std::vector<TextCount>> SessionReader::propertyKeys(std::string_view text, int limit)
{
    return d->read([&] { return readPropertyKeys(d->state, text, limit); });
}

} // namespace Weir
