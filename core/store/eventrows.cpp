#include "core/store/eventrows.h"

#include "core/event/summary.h"
#include "core/store/filtersql.h"
#include "core/store/packedid.h"

#include <algorithm>
#include <unordered_map>

namespace Weir {

namespace {

constexpr const char eventColumns[]
    = "e.id, e.request, e.trace, e.name, e.source, e.type, e.family, e.notices, e.timestamp, e.duration_ms, "
      "e.user, e.workspace, e.sdk, e.offset, e.length, e.uuid, e.anonymous, e.session, e.flow, e.trace_raw, "
      "e.trace_carrier, e.span, e.parent_span, e.client_delta, e.sent_delta, e.duplicate_of, e.tainted, "
      "r.received_at, t.trace_id, e.status";
constexpr const char eventTables[]
    = " FROM event e JOIN request r ON r.id = e.request JOIN trace t ON t.id = e.trace";

std::string idText(const Query &query, int column, std::string (*unpack)(std::string_view))
{
    return query->isBlob(column) ? unpack(query->bytes(column)) : query->text(column);
}

/// 32 hex digits in the UUID spelling.
std::string dashed(const std::string &hex)
{
    const PackedId packed = PackedId::fromHex(hex);
    return packed.isBlob() && packed.bytes().size() == 16 ? uuidText(packed.bytes()) : hex;
}

Result<Event> eventOf(ReaderState &state, const Query &query)
{
    Event event;
    event.id = EventId{query->integer(0)};
    event.request = RequestId{query->integer(1)};
    WEIR_TRY(event.name, state.eventName(query->integer(3)));
    event.source = static_cast<Source>(query->integer(4));
    event.type = static_cast<EventType>(query->integer(5));
    event.family = static_cast<Family>(query->integer(6));
    event.notices = static_cast<Notices>(query->integer(7));
    const std::int64_t timestamp = query->integer(8), received = query->integer(27);
    event.timestamp = fromMs(timestamp);
    event.receivedAt = fromMs(received);
    if (!query->isNull(9))
        event.durationMs = query->real(9);
    WEIR_TRY(event.userId, state.text(query->integer(10)));
    WEIR_TRY(event.workspaceId, state.text(query->integer(11)));
    WEIR_TRY(event.sdk, state.sdk(query->integer(12)));
    event.offset = static_cast<std::uint32_t>(query->integer(13));
    event.length = static_cast<std::uint32_t>(query->integer(14));
    event.uuid = idText(query, 15, uuidText);
    WEIR_TRY(event.anonymousId, state.text(query->integer(16)));
    WEIR_TRY(event.sessionId, state.text(query->integer(17)));
    WEIR_TRY(event.flowId, state.text(query->integer(18)));
    event.traceId = idText(query, 28, hexText);
    if (query->isInteger(19))
        event.traceIdRaw = dashed(event.traceId);
    else
        event.traceIdRaw = query->text(19);
    WEIR_TRY(event.traceCarrier, state.text(query->integer(20)));
    event.spanId = idText(query, 21, hexText);
    event.parentSpanId = idText(query, 22, hexText);
    if (!query->isNull(23))
        event.clientTime = fromMs(timestamp + query->integer(23));
    if (!query->isNull(24))
        event.sentAt = fromMs(received + query->integer(24));
    event.duplicateOf = EventId{query->integer(25)};
    event.tainted = query->integer(26) != 0;
    event.status = statusOf(static_cast<EventStatus>(query->integer(29)), event.notices);
    return event;
}

Result<StoredEvent> storedOf(ReaderState &state, const Query &query)
{
    StoredEvent stored;
    WEIR_TRY(stored.event, eventOf(state, query));
    WEIR_TRY(const auto body, state.body(raw(stored.event.request)));
    stored.payload = payloadOf(body, stored.event.offset, stored.event.length);
    return stored;
}

/// "… AND e.id > after ORDER BY e.id LIMIT …" in the direction of the page.
std::string pageSql(const EventPageRequest &request, const std::string &columns, const std::string &condition)
{
    const bool descending = request.order == EventPageRequest::Order::Descending;
    return "SELECT " + columns + " WHERE e.id " + (descending ? "<" : ">") + " ?1" + condition
        + " ORDER BY e.id" + (descending ? " DESC" : "") + " LIMIT ?2";
}

std::int64_t startOf(const EventPageRequest &request)
{
    if (raw(request.after) != 0)
        return raw(request.after);
    return request.order == EventPageRequest::Order::Descending ? std::numeric_limits<std::int64_t>::max()
                                                                : 0;
}

Result<std::int64_t> countAll(ReaderState &state, PreparedFilter &filter)
{
    if (filter.knownTotal())
        return *filter.knownTotal();
    if (filter.isSqlOnly())
        return state.database().integer("SELECT count(*) FROM event e WHERE 1" + filter.condition());
    WEIR_TRY(Query select,
        state.query("SELECT e.request, e.offset, e.length, e.name, e.trace FROM event e WHERE 1"
            + filter.condition() + " ORDER BY e.id"));
    std::int64_t count = 0;
    while (select->step()) {
        WEIR_TRY(const bool matches,
            filter.matches(state,
                {select->integer(0), select->integer(1), select->integer(2), select->integer(3),
                    select->integer(4)}));
        count += matches ? 1 : 0;
    }
    if (auto done = state.stepped(); !done)
        return done.error();
    return count;
}

Result<std::vector<StoredEvent>> pageOf(
    ReaderState &state, const EventPageRequest &request, PreparedFilter &filter)
{
    std::vector<StoredEvent> events;
    WEIR_TRY(Query select,
        state.query(pageSql(request, std::string(eventColumns) + eventTables, filter.condition())));
    select->bind(1, startOf(request));
    select->bind(2, filter.isSqlOnly() ? std::int64_t(request.limit) + 1 : -1);
    // One more than asked for tells whether there is another page.
    while (static_cast<int>(events.size()) <= request.limit && select->step()) {
        WEIR_TRY(const bool matches,
            filter.matches(state,
                {select->integer(1), select->integer(13), select->integer(14), select->integer(3),
                    select->integer(2)}));
        if (!matches)
            continue;
        WEIR_TRY(auto stored, storedOf(state, select));
        events.push_back(std::move(stored));
    }
    if (auto done = state.stepped(); !done)
        return done.error();
    return events;
}

std::vector<TextCount> mostFrequent(const std::unordered_map<std::string, std::int64_t> &counts, int limit)
{
    std::vector<TextCount> sorted;
    for (const auto &[text, count] : counts)
        sorted.push_back({text, count});
    std::ranges::sort(sorted, [](const TextCount &a, const TextCount &b) {
        return std::pair(-a.count, std::string_view(a.text)) < std::pair(-b.count, std::string_view(b.text));
    });
    sorted.resize(std::min(sorted.size(), static_cast<std::size_t>(std::max(0, limit))));
    return sorted;
}

/// Calls visit(key, value) for the properties of the newest events.
template <typename Visit> Result<void> visitRecent(ReaderState &state, Visit visit)
{
    WEIR_TRY(
        Query select, state.query("SELECT request, offset, length FROM event ORDER BY id DESC LIMIT ?1"));
    select->bind(1, std::int64_t(eventsForCompletion));
    while (select->step()) {
        WEIR_TRY(const auto body, state.body(select->integer(0)));
        const QByteArray payload = payloadOf(body, select->integer(1), select->integer(2));
        visitProperties({payload.constData(), static_cast<std::size_t>(payload.size())},
            [&](std::string_view key, std::string_view value) {
                visit(key, value);
                return true;
            });
    }
    return state.stepped();
}

/// The column that a key stands for, as a query for its texts among the newest events; null for a property.
const char *columnSql(std::string_view key)
{
    if (key == "name")
        return "SELECT n.name, count(*) FROM (SELECT name FROM event ORDER BY id DESC LIMIT ?1) e "
               "JOIN name n ON n.id = e.name GROUP BY 1";
    if (key == "user_id")
        return "SELECT x.value, count(*) FROM (SELECT user FROM event ORDER BY id DESC LIMIT ?1) e "
               "JOIN text x ON x.id = e.user GROUP BY 1";
    if (key == "workspace_id")
        return "SELECT x.value, count(*) FROM (SELECT workspace FROM event ORDER BY id DESC LIMIT ?1) e "
               "JOIN text x ON x.id = e.workspace GROUP BY 1";
    return nullptr;
}

} // namespace

Result<StoredEvent> readEvent(ReaderState &state, EventId id)
{
    static const std::string sql = std::string("SELECT ") + eventColumns + eventTables + " WHERE e.id = ?1";
    WEIR_TRY(Query select, state.query(sql));
    select->bind(1, raw(id));
    if (!select->step()) {
        if (auto done = state.stepped(); !done)
            return done.error();
        return Error{Error::Kind::NotFound, "There is no event " + std::to_string(raw(id)), {}};
    }
    return storedOf(state, select);
}

Result<EventPage> readEvents(ReaderState &state, const EventPageRequest &request)
{
    EventPage page;
    if (request.filter.isEmpty()) {
        WEIR_TRY(page.total, state.database().integer("SELECT events FROM session"));
    }
    WEIR_TRY(auto filter, PreparedFilter::prepare(state, request.filter));
    if (filter.isNever())
        return page;
    if (!request.filter.isEmpty()) {
        WEIR_TRY(page.total, countAll(state, filter));
    }
    WEIR_TRY(page.events, pageOf(state, request, filter));
    if (static_cast<int>(page.events.size()) > request.limit) {
        page.events.pop_back();
        page.next = page.events.empty() ? EventId{} : page.events.back().event.id;
    }
    return page;
}

Result<std::vector<EventRow>> readEventRows(ReaderState &state, const std::vector<EventId> &ids)
{
    WEIR_TRY(Query select,
        state.query(
            "SELECT id, trace, source, type, family, notices, timestamp, duration_ms, name, sdk, user, "
            "workspace, request, offset, length, status FROM event WHERE id = ?1"));
    std::vector<EventRow> rows;
    rows.reserve(ids.size());
    for (const EventId id : ids) {
        select->reset();
        select->bind(1, raw(id));
        if (!select->step()) {
            if (auto done = state.stepped(); !done)
                return done.error();
            continue;
        }
        EventRow row;
        row.id = id;
        row.trace = TraceRow{select->integer(1)};
        row.source = static_cast<Source>(select->integer(2));
        row.type = static_cast<EventType>(select->integer(3));
        row.family = static_cast<Family>(select->integer(4));
        row.notices = static_cast<Notices>(select->integer(5));
        row.status = statusOf(static_cast<EventStatus>(select->integer(15)), row.notices);
        row.timestamp = fromMs(select->integer(6));
        if (!select->isNull(7))
            row.durationMs = select->real(7);
        WEIR_TRY(row.name, state.eventName(select->integer(8)));
        WEIR_TRY(const auto sdk, state.sdk(select->integer(9)));
        row.sdkName = sdk.name;
        WEIR_TRY(row.userId, state.text(select->integer(10)));
        WEIR_TRY(row.workspaceId, state.text(select->integer(11)));
        WEIR_TRY(const auto body, state.body(select->integer(12)));
        const QByteArray payload = payloadOf(body, select->integer(13), select->integer(14));
        row.summary
            = summaryOf(row.name, row.type, {payload.constData(), static_cast<std::size_t>(payload.size())});
        rows.push_back(std::move(row));
    }
    return rows;
}

Result<std::vector<TextCount>> readPropertyValues(
    ReaderState &state, std::string_view key, std::string_view text, int limit)
{
    constexpr std::size_t longestValue = 200;
    const TextSearch search(text);
    std::unordered_map<std::string, std::int64_t> counts;
    if (const char *sql = columnSql(key)) {
        WEIR_TRY(Query select, state.query(sql));
        select->bind(1, std::int64_t(eventsForCompletion));
        while (select->step()) {
            if (search.isInUnfolded(select->bytes(0)))
                counts[select->text(0)] += select->integer(1);
        }
        if (auto done = state.stepped(); !done)
            return done.error();
        return mostFrequent(counts, limit);
    }
    auto visited = visitRecent(state, [&](std::string_view name, std::string_view value) {
        if (name == key && value.size() <= longestValue && search.isInUnfolded(value))
            ++counts[std::string(value)];
    });
    if (!visited)
        return visited.error();
    return mostFrequent(counts, limit);
}

Result<std::vector<TextCount>> readPropertyKeys(ReaderState &state, std::string_view text, int limit)
{
    const TextSearch search(text);
    std::unordered_map<std::string, std::int64_t> counts;
    auto visited = visitRecent(state, [&](std::string_view name, std::string_view) {
        if (search.isInUnfolded(name))
            ++counts[std::string(name)];
    });
    if (!visited)
        return visited.error();
    return mostFrequent(counts, limit);
}

} // namespace Weir
