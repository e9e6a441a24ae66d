#include "core/store/retention.h"

#include "core/event/capturedrequest.h"
#include "core/store/packedid.h"
#include "core/store/sessiontotals.h"
#include "core/store/sqlite/database.h"
#include "core/store/texttable.h"
#include "core/store/violationrows.h"

#include <algorithm>
#include <map>
#include <vector>

namespace Weir {

namespace {

/// What the events taken so far have left to be put right.
struct Taken
{
    struct Trace
    {
        std::int64_t events = 0, errors = 0, warnings = 0, invalid = 0;
    };
    struct Second
    {
        std::int64_t events = 0, troubles = 0, errors = 0;
    };
    std::map<std::int64_t, Trace> traces;
    std::map<std::int64_t, Second> seconds;
    std::vector<std::int64_t> requests;
    std::int64_t lastRequest = 0;
};

class Pruning
{
public:
    Pruning(Database &database, SessionTotals &totals, TextTable &texts, ViolationRows &violations)
        : m_database(database)
        , m_totals(totals)
        , m_texts(texts)
        , m_violations(violations)
    {
    }

    Result<bool> run(int events);

private:
    Result<std::vector<std::int64_t>> eventsOf(std::int64_t trace, std::int64_t before, int limit);
    Result<std::vector<std::int64_t>> choose(int limit);
    Result<void> take(std::int64_t event);
    Result<void> settleTraces();
    Result<void> dropTrace(std::int64_t trace);
    Result<void> settleSeconds();
    Result<void> settleRequests(int limit);
    Result<void> dropRequest(std::int64_t request);
    Result<void> settleTexts(int limit);
    Error failure() { return m_database.error(); }

    Database &m_database;
    SessionTotals &m_totals;
    TextTable &m_texts;
    ViolationRows &m_violations;
    Taken m_taken;
};

Result<std::vector<std::int64_t>> Pruning::eventsOf(std::int64_t trace, std::int64_t before, int limit)
{
    WEIR_TRY(Query select,
        m_database.query("SELECT id FROM event WHERE trace = ?1 AND id < ?2 ORDER BY id LIMIT ?3"));
    select->bind(1, trace);
    select->bind(2, before);
    select->bind(3, std::int64_t(limit));
    std::vector<std::int64_t> ids;
    while (select->step())
        ids.push_back(select->integer(0));
    if (m_database.trouble() != StorageTrouble::None)
        return failure();
    return ids;
}

Result<std::vector<std::int64_t>> Pruning::choose(int limit)
{
    const std::int64_t newest = m_totals.nextEvent - 1;
    WEIR_TRY(Query oldest, m_database.query("SELECT id FROM trace WHERE id <> ?1 ORDER BY id"));
    oldest->bind(1, m_totals.untraced);
    std::vector<std::int64_t> ids;
    while (static_cast<int>(ids.size()) < limit && oldest->step()) {
        WEIR_TRY(const auto own, eventsOf(oldest->integer(0), newest, limit - static_cast<int>(ids.size())));
        ids.insert(ids.end(), own.begin(), own.end());
    }
    if (m_totals.untraced) {
        const std::int64_t before = ids.empty() ? newest : *std::max_element(ids.begin(), ids.end());
        WEIR_TRY(const auto older, eventsOf(m_totals.untraced, before, limit));
        ids.insert(ids.end(), older.begin(), older.end());
    }
    return ids;
}

Result<void> Pruning::take(std::int64_t event)
{
    WEIR_TRY(Query select,
        m_database.query(
            "SELECT request, trace, name, source, family, notices, timestamp, status, violations, "
            "sdk FROM event WHERE id = ?1"));
    select->bind(1, event);
    if (!select->step())
        return failure();
    const auto family = static_cast<Family>(select->integer(4));
    const auto notices = static_cast<Notices>(select->integer(5));
    const auto status = statusOf(static_cast<EventStatus>(select->integer(7)), notices);
    const std::int64_t request = select->integer(0);
    if (m_taken.requests.empty() || m_taken.requests.back() != request)
        m_taken.requests.push_back(request);
    m_taken.lastRequest = std::max(m_taken.lastRequest, request);
    Taken::Trace &trace = m_taken.traces[select->integer(1)];
    ++trace.events;
    trace.errors += family == Family::Error ? 1 : 0;
    trace.warnings += status == EventStatus::Warning ? 1 : 0;
    trace.invalid += status == EventStatus::Invalid ? 1 : 0;
    m_texts.uncountName(select->integer(2));
    m_totals.count(static_cast<Source>(select->integer(3)), status, notices, -1);
    Taken::Second &second = m_taken.seconds[secondOf(select->integer(6))];
    ++second.events;
    second.troubles += isTrouble(family, status) ? 1 : 0;
    second.errors += isError(family, status) ? 1 : 0;
    m_totals.prunedEvent = std::max(m_totals.prunedEvent, event);
    m_violations.count(select->integer(8), select->integer(9), event, -1);

    WEIR_TRY(Query remove, m_database.query("DELETE FROM event WHERE id = ?1"));
    remove->bind(1, event);
    if (!remove->run())
        return failure();
    return {};
}

Result<void> Pruning::dropTrace(std::int64_t trace)
{
    WEIR_TRY(Query select, m_database.query("SELECT trace_id FROM trace WHERE id = ?1"));
    select->bind(1, trace);
    if (!select->step())
        return failure();
    const std::string traceId = select->isBlob(0) ? hexText(select->bytes(0)) : select->text(0);
    WEIR_TRY(Query hash, m_database.query("DELETE FROM trace_hash WHERE hash = ?1 AND trace = ?2"));
    hash->bind(1, static_cast<std::int64_t>(stableHash(traceId)));
    hash->bind(2, trace);
    WEIR_TRY(Query remove, m_database.query("DELETE FROM trace WHERE id = ?1"));
    remove->bind(1, trace);
    if (!hash->run() || !remove->run())
        return failure();
    if (trace == m_totals.untraced)
        m_totals.untraced = 0;
    else
        --m_totals.traces;
    m_totals.prunedTrace = std::max(m_totals.prunedTrace, trace);
    return {};
}

Result<void> Pruning::settleTraces()
{
    for (const auto &[id, trace] : m_taken.traces) {
        WEIR_TRY(Query update,
            m_database.query(
                "UPDATE trace SET events = events - ?2, errors = errors - ?3, warnings = warnings - ?4, "
                "invalid = invalid - ?5 WHERE id = ?1 RETURNING events"));
        update->bind(1, id);
        update->bind(2, trace.events);
        update->bind(3, trace.errors);
        update->bind(4, trace.warnings);
        update->bind(5, trace.invalid);
        if (!update->step())
            return failure();
        const bool isEmpty = update->integer(0) <= 0;
        update->reset();
        if (isEmpty) {
            if (auto dropped = dropTrace(id); !dropped)
                return dropped.error();
        }
    }
    return {};
}

Result<void> Pruning::settleSeconds()
{
    WEIR_TRY(Query update,
        m_database.query("UPDATE second SET events = events - ?2, troubles = troubles - ?3, "
                         "errors = max(0, errors - ?4) WHERE at = ?1")); // Version 1 did not count them.
    WEIR_TRY(Query remove, m_database.query("DELETE FROM second WHERE at = ?1 AND events <= 0"));
    for (const auto &[at, second] : m_taken.seconds) {
        update->bind(1, at);
        update->bind(2, second.events);
        update->bind(3, second.troubles);
        update->bind(4, second.errors);
        remove->bind(1, at);
        if (!update->run() || !remove->run())
            return failure();
    }
    WEIR_TRY(const auto first, m_database.integer("SELECT min(at) FROM second"));
    m_totals.firstAt = std::max(m_totals.firstAt, first * 1000);
    return {};
}

Result<void> Pruning::dropRequest(std::int64_t request)
{
    // The events of a request were numbered in one go, so its range of ids tells whether one is left.
    WEIR_TRY(Query remove,
        m_database.query(
            "DELETE FROM request WHERE id = ?1 AND NOT EXISTS (SELECT 1 FROM event WHERE "
            "event.id >= request.first_event AND event.id < request.first_event + request.events) "
            "RETURNING state"));
    remove->bind(1, request);
    if (remove->step()) {
        const auto state = static_cast<RequestState>(remove->integer(0));
        --m_totals.requests;
        if (isFailed(state))
            --m_totals.failedRequests;
    } else if (m_database.trouble() != StorageTrouble::None) {
        return failure();
    }
    return {};
}

Result<void> Pruning::settleRequests(int limit)
{
    std::sort(m_taken.requests.begin(), m_taken.requests.end());
    m_taken.requests.erase(
        std::unique(m_taken.requests.begin(), m_taken.requests.end()), m_taken.requests.end());
    const std::int64_t before = m_taken.lastRequest ? m_taken.lastRequest : m_totals.nextRequest - 1;
    WEIR_TRY(Query select,
        m_database.query("SELECT id FROM request WHERE id < ?1 AND events = 0 ORDER BY id LIMIT ?2"));
    select->bind(1, before);
    select->bind(2, std::int64_t(limit));
    while (select->step())
        m_taken.requests.push_back(select->integer(0));
    if (m_database.trouble() != StorageTrouble::None)
        return failure();
    for (const std::int64_t request : m_taken.requests) {
        if (auto dropped = dropRequest(request); !dropped)
            return dropped.error();
    }
    return {};
}

Result<void> Pruning::settleTexts(int limit)
{
    // The newest epoch that began before everything that is left: only what has gone refers to older texts.
    WEIR_TRY(Query epoch,
        m_database.query(
            "SELECT max(first_text) FROM epoch WHERE first_event <= (SELECT ifnull(min(id), ?1) FROM event) "
            "AND first_request <= (SELECT ifnull(min(id), ?2) FROM request) "
            "AND first_trace <= (SELECT ifnull(min(id), ?3) FROM trace WHERE id <> ?4)"));
    epoch->bind(1, m_totals.nextEvent);
    epoch->bind(2, m_totals.nextRequest);
    epoch->bind(3, m_totals.nextTrace);
    epoch->bind(4, m_totals.untraced);
    if (!epoch->step())
        return failure();
    const std::int64_t firstText = epoch->integer(0);
    if (firstText == 0)
        return {};
    WEIR_TRY(Query remove,
        m_database.query(
            "DELETE FROM text WHERE id IN (SELECT id FROM text WHERE id < ?1 ORDER BY id LIMIT ?2)"));
    remove->bind(1, firstText);
    remove->bind(2, std::int64_t(limit));
    WEIR_TRY(Query removeOlder, m_database.query("DELETE FROM epoch WHERE first_text < ?1"));
    removeOlder->bind(1, firstText);
    if (!remove->run() || !removeOlder->run())
        return failure();
    return {};
}

Result<bool> Pruning::run(int limit)
{
    WEIR_TRY(const auto events, choose(limit));
    for (const std::int64_t event : events) {
        if (auto taken = take(event); !taken)
            return taken.error();
    }
    if (auto done = settleTraces(); !done)
        return done.error();
    if (!events.empty()) {
        if (auto done = settleSeconds(); !done)
            return done.error();
    }
    if (auto done = settleRequests(limit); !done)
        return done.error();
    if (auto done = settleTexts(4 * limit); !done)
        return done.error();
    return !m_taken.requests.empty();
}

} // namespace

Result<std::int64_t> usedBytes(Database &database)
{
    WEIR_TRY(const auto pages, database.integer("PRAGMA page_count"));
    WEIR_TRY(const auto unused, database.integer("PRAGMA freelist_count"));
    return (pages - unused) * 4096;
}

Result<bool> pruneOldest(
    Database &database, SessionTotals &totals, TextTable &texts, ViolationRows &violations, int events)
{
    return Pruning(database, totals, texts, violations).run(events);
}

} // namespace Weir
