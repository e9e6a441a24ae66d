#include "core/store/sessionfile.h"

#include "core/base/logging.h"
#include "core/event/bodycodec.h"
#include "core/store/headtext.h"
#include "core/store/packedid.h"
#include "core/store/retention.h"
#include "core/store/sqlite/migrations.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <filesystem>

namespace Weir {

namespace {

constexpr std::int64_t longLogBytes = std::int64_t(64) << 20;
constexpr std::int64_t textsPerEpoch = 8192;
constexpr int olderServedAtOnce = 5000; // Some tens of milliseconds; most of them for the values, once each.

std::string_view view(const QByteArray &bytes)
{
    return {bytes.constData(), static_cast<std::size_t>(bytes.size())};
}

std::string syncPragma(WriterOptions::Sync sync)
{
    return std::string("PRAGMA synchronous = ") + (sync == WriterOptions::Sync::Full ? "FULL" : "NORMAL");
}

Result<void> configure(Database &database, WriterOptions::Sync sync)
{
    // A short wait spares a retry when a reader of another program is just recovering the log.
    return database.execute(std::string("PRAGMA busy_timeout = 20; PRAGMA cache_size = -16384; "
                                        "PRAGMA temp_store = MEMORY; PRAGMA journal_size_limit = 67108864; "
                                        "PRAGMA foreign_keys = OFF; ")
        + syncPragma(sync));
}

Result<SessionNotes> readNotes(Database &database)
{
    SessionNotes notes;
    WEIR_TRY(Query select, database.query("SELECT room, key, value FROM note ORDER BY room, key"));
    while (select->step())
        notes.push_back({select->text(0), select->text(1), select->text(2)});
    if (database.trouble() != StorageTrouble::None)
        return database.error();
    return notes;
}

Result<void> putNotes(Database &database, const SessionNotes &notes)
{
    WEIR_TRY(Query put, database.query("INSERT OR REPLACE INTO note (room, key, value) VALUES (?1, ?2, ?3)"));
    WEIR_TRY(Query remove, database.query("DELETE FROM note WHERE room = ?1 AND key = ?2"));
    for (const SessionNote &note : notes) {
        Query &query = note.value ? put : remove;
        query->bindText(1, note.room);
        query->bindText(2, note.key);
        if (note.value)
            query->bindText(3, *note.value);
        if (!query->run())
            return database.error();
    }
    return {};
}

} // namespace

SessionFile::SessionFile(const WriterOptions &options, std::unique_ptr<Database> database, SessionInfo info)
    : m_options(options)
    , m_info(std::move(info))
    , m_database(std::move(database))
    , m_sync(options.sync)
    , m_texts(*m_database, m_totals.nextText)
    , m_traces(*m_database, m_texts)
    , m_served(*m_database)
    , m_violations(*m_database)
{
}

SessionFile::~SessionFile() = default;

Result<std::unique_ptr<SessionFile>> SessionFile::open(const WriterOptions &options)
{
    WEIR_TRY(auto session, openSession(options.path));
    SessionInfo info;
    info.path = options.path;
    info.readOnly = session.readOnly;
    info.error = session.why;
    info.version = session.version;
    info.backup = session.backup;
    std::unique_ptr<SessionFile> file(new SessionFile(options, std::move(session.database), std::move(info)));
    auto totals = SessionTotals::load(*file->m_database);
    if (totals)
        file->m_totals = *totals;
    else if (!file->m_info.readOnly)
        return totals.error();
    file->m_info.counts = file->counts();
    // A file of an older version that may not be written has none.
    if (auto notes = readNotes(*file->m_database))
        file->m_info.notes = *std::move(notes);
    else if (!file->m_info.readOnly)
        return notes.error();
    if (auto served = readServedRows(*file->m_database, 0, servedAtOnce))
        file->m_info.served = std::make_shared<const std::vector<ServedFlags>>(*std::move(served));
    else if (!file->m_info.readOnly)
        return served.error();
    file->m_epochText = file->m_totals.nextText;
    file->m_openedAt = file->m_warmBefore = file->m_totals.nextEvent;
    if (!file->m_info.readOnly) {
        if (auto ready = configure(*file->m_database, options.sync); !ready)
            return ready.error();
    }
    return file;
}

SessionCounts SessionFile::counts() const
{
    return {m_totals.events, m_totals.traces, m_totals.requests};
}

Error SessionFile::failure()
{
    m_trouble = m_database->trouble();
    return m_database->error();
}

void SessionFile::forget()
{
    m_texts.forget();
    m_traces.forget();
    m_served.forget();
    m_violations.forget();
    m_seconds.clear();
    m_dictionaries.clear();
}

Result<void> SessionFile::noticeOthers()
{
    // Another Weir may write the same session: then our totals and ids are those of yesterday.
    WEIR_TRY(Query select, m_database->query("PRAGMA data_version"));
    if (!select->step())
        return failure();
    const std::int64_t version = select->integer(0);
    if (std::exchange(m_dataVersion, version) == version)
        return {};
    auto totals = SessionTotals::load(*m_database);
    if (!totals)
        return failure();
    m_totals = *totals;
    forget();
    return {};
}

Result<Commit> SessionFile::write(std::span<const CapturedRequest *const> requests)
{
    m_trouble = StorageTrouble::None;
    const SessionTotals before = m_totals;
    Commit commit;
    commit.tickets.reserve(requests.size());
    auto work = [&]() -> Result<Commit> {
        const bool isRead = std::ranges::all_of(
            requests, [](const CapturedRequest *request) { return request->state == RequestState::Read; });
        if (auto done = setSync(isRead ? WriterOptions::Sync::Normal : m_options.sync); !done)
            return done.error();
        if (!m_inserts) {
            auto prepared = RowInserts::prepare(*m_database);
            if (!prepared)
                return failure();
            m_inserts.emplace(*std::move(prepared));
        }
        auto begun = Transaction::begin(*m_database, Transaction::Kind::Write);
        if (!begun)
            return failure();
        Transaction transaction = *std::move(begun);
        if (auto done = noticeOthers(); !done)
            return done.error();
        for (const CapturedRequest *request : requests) {
            if (auto written = writeRequest(*request, commit); !written)
                return written.error();
        }
        return finish(transaction, std::move(commit));
    };
    auto result = work();
    if (!result) {
        if (m_trouble == StorageTrouble::None)
            m_trouble = StorageTrouble::Other;
        m_totals = before;
        m_dataVersion = 0;
        forget();
    }
    return result;
}

/// Only events are promised to outlive a power cut: what holds none, such as a question for flags, is in the
/// file and shown, and the next commit of events takes it to the disk.
Result<void> SessionFile::setSync(WriterOptions::Sync sync)
{
    if (sync == m_sync)
        return {};
    if (auto set = m_database->execute(syncPragma(sync)); !set)
        return failure();
    m_sync = sync;
    return {};
}

Result<Commit> SessionFile::finish(Transaction &transaction, Commit commit)
{
    auto written = [&]() -> Result<void> {
        WEIR_TRY(commit.touched, m_traces.flush());
        if (auto done = m_violations.flush(); !done)
            return done.error();
        if (auto done = m_texts.flush(); !done)
            return done.error();
        if (auto done = beginEpoch(); !done)
            return done.error();
        if (auto done = flushSeconds(); !done)
            return done.error();
        if (auto done = m_totals.save(*m_database); !done)
            return done.error();
        return transaction.commit();
    }();
    if (!written) {
        m_trouble = m_database->trouble();
        return written.error();
    }
    m_texts.trim();
    m_traces.trim();
    if (m_totals.nextText - m_epochText >= textsPerEpoch) {
        m_texts.forget();
        m_epochText = m_totals.nextText;
    }
    commit.events = m_totals.events;
    commit.requests = m_totals.requests;
    commit.traces = m_totals.traces;
    return commit;
}

Result<void> SessionFile::beginEpoch()
{
    if (m_totals.nextText - m_epochText < textsPerEpoch)
        return {};
    WEIR_TRY(Query insert, m_database->query("INSERT INTO epoch VALUES (?1, ?2, ?3, ?4)"));
    insert->bind(1, m_totals.nextText);
    insert->bind(2, m_totals.nextEvent);
    insert->bind(3, m_totals.nextRequest);
    insert->bind(4, m_totals.nextTrace);
    if (!insert->run())
        return failure();
    return {};
}

Result<void> SessionFile::writeRequest(const CapturedRequest &request, Commit &commit)
{
    const std::int64_t id = m_totals.nextRequest;
    if (auto done = insertRequest(request, id); !done) {
        m_trouble = m_database->trouble();
        return done.error();
    }
    std::span<const EventViolations> violations = request.violations;
    for (std::size_t at = 0; at < request.events.size(); ++at) {
        const std::int64_t eventId = m_totals.nextEvent;
        const bool isOdd = !violations.empty() && violations.front().event == at;
        static const SharedViolations none;
        const SharedViolations &own = isOdd ? violations.front().violations : none;
        if (auto done = insertEvent(request, request.events[at], id, own); !done) {
            m_trouble = m_database->trouble();
            return done.error();
        }
        violations = violations.subspan(isOdd ? 1 : 0);
        if (raw(commit.firstEvent) == 0)
            commit.firstEvent = EventId{eventId};
        commit.lastEvent = EventId{eventId};
    }
    commit.tickets.push_back(request.ticket);
    return {};
}

Result<void> SessionFile::insertDictionary(int id)
{
    if (id == 0 || std::find(m_dictionaries.begin(), m_dictionaries.end(), id) != m_dictionaries.end())
        return {};
    const QByteArray bytes = id == bodyDictionary ? bodyDictionaryBytes() : QByteArray();
    if (bytes.isEmpty())
        return Error{Error::Kind::Storage, "A body was compressed with an unknown dictionary", m_info.path};
    WEIR_TRY(Query insert, m_database->query("INSERT OR IGNORE INTO dictionary VALUES (?1, ?2)"));
    insert->bind(1, std::int64_t(id));
    insert->bindBlob(2, view(bytes));
    if (!insert->run())
        return failure();
    m_dictionaries.push_back(id);
    return {};
}

Result<void> SessionFile::insertRequest(const CapturedRequest &request, std::int64_t id)
{
    using Role = TextTable::Role;
    if (auto done = insertDictionary(request.dictionary); !done)
        return done.error();
    RequestKeys keys;
    keys.id = id;
    keys.firstEvent = m_totals.nextEvent;
    WEIR_TRY(keys.method, m_texts.text(Role::Method, request.method));
    WEIR_TRY(keys.target, m_texts.text(Role::Target, request.target));
    WEIR_TRY(keys.peer, m_texts.text(Role::Peer, request.peer));
    if (const auto shared = headWithoutLength(view(request.head), request.bodyBytes)) {
        WEIR_TRY(keys.head, m_texts.head(*shared));
    }
    if (!m_inserts->insert(request, keys))
        return failure();
    ++m_totals.nextRequest;
    ++m_totals.requests;
    m_totals.failedRequests += isFailed(request.state) ? 1 : 0;
    return {};
}

Result<std::int64_t> SessionFile::findDuplicate(const Event &event, std::int64_t id)
{
    if (event.uuid.empty())
        return 0;
    const std::uint64_t hash = stableHash(event.uuid);
    std::int64_t earlier = 0;
    for (const EventId candidate : m_window.candidates(hash)) {
        if (raw(candidate) >= id)
            continue; // Of a transaction that was undone: the id is not taken.
        WEIR_TRY(Query select,
            m_database->query(
                "SELECT ifnull(nullif(duplicate_of, 0), id) FROM event WHERE id = ?1 AND uuid = ?2"));
        const PackedId packed = PackedId::fromUuid(event.uuid);
        select->bind(1, raw(candidate));
        packed.isBlob() ? select->bindBlob(2, packed.bytes()) : select->bindText(2, packed.bytes());
        if (select->step()) {
            earlier = select->integer(0);
            break;
        }
        if (m_database->trouble() != StorageTrouble::None)
            return failure();
    }
    m_window.insert(hash, EventId{id});
    return earlier;
}

Result<EventKeys> SessionFile::keysOf(const Event &event, std::int64_t requestId)
{
    using Role = TextTable::Role;
    EventKeys keys;
    keys.id = m_totals.nextEvent;
    keys.request = requestId;
    keys.notices = event.notices;
    WEIR_TRY(keys.duplicateOf, findDuplicate(event, keys.id));
    if (keys.duplicateOf)
        keys.notices |= Notice::Duplicate;
    WEIR_TRY(keys.user, m_texts.text(Role::User, event.userId));
    WEIR_TRY(keys.workspace, m_texts.text(Role::Workspace, event.workspaceId));
    WEIR_TRY(keys.anonymous, m_texts.text(Role::Anonymous, event.anonymousId));
    WEIR_TRY(keys.session, m_texts.text(Role::Session, event.sessionId));
    WEIR_TRY(keys.flow, m_texts.text(Role::Flow, event.flowId));
    WEIR_TRY(keys.carrier, m_texts.text(Role::Carrier, event.traceCarrier));
    WEIR_TRY(keys.name, m_texts.eventName(event.name));
    if (!event.sdk.name.empty() || !event.sdk.version.empty()) {
        WEIR_TRY(keys.sdk, m_texts.sdk(event.sdk));
    }
    keys.status = statusOf(event.status, keys.notices);
    return keys;
}

Result<void> SessionFile::insertEvent(const CapturedRequest &request, const Event &event,
    std::int64_t requestId, const SharedViolations &violations)
{
    WEIR_TRY(EventKeys keys, keysOf(event, requestId));
    WEIR_TRY(keys.violations, m_violations.setOf(keys.name, violations));
    WEIR_TRY(
        const auto trace, m_traces.count(event, keys.status, keys.user, keys.workspace, m_totals.nextTrace));
    keys.trace = raw(trace.id);
    keys.receivedAt = request.receivedAt;
    keys.tainted = trace.isTainted;
    if (trace.turnedTainted) {
        if (auto done = taintEarlier(keys.trace); !done)
            return done.error();
    }
    if (trace.isNew && event.traceId.empty())
        m_totals.untraced = keys.trace;
    else if (trace.isNew)
        ++m_totals.traces;
    if (!m_inserts->insert(event, keys))
        return failure();
    m_violations.count(keys.violations, keys.sdk, keys.id, +1);
    notePlan(m_totals, keys.id, request.plan);
    ++m_totals.nextEvent;
    m_totals.count(event.source, keys.status, keys.notices, +1);
    m_totals.stretchTo(toMs(event.timestamp));
    Second &second = m_seconds[secondOf(toMs(event.timestamp))];
    ++second.events;
    second.troubles += isTrouble(event.family, keys.status) ? 1 : 0;
    second.errors += isError(event.family, keys.status) ? 1 : 0;
    return {};
}

Result<void> SessionFile::taintEarlier(std::int64_t trace)
{
    WEIR_TRY(
        Query update, m_database->query("UPDATE event SET tainted = 1 WHERE trace = ?1 AND tainted = 0"));
    update->bind(1, trace);
    if (!update->run())
        return failure();
    return {};
}

Result<void> SessionFile::flushSeconds()
{
    WEIR_TRY(Query upsert,
        m_database->query("INSERT INTO second (at, events, troubles, errors) VALUES (?1, ?2, ?3, ?4) "
                          "ON CONFLICT (at) DO UPDATE SET events = events + excluded.events, "
                          "troubles = troubles + excluded.troubles, errors = errors + excluded.errors"));
    for (const auto &[at, second] : m_seconds) {
        upsert->bind(1, at);
        upsert->bind(2, second.events);
        upsert->bind(3, second.troubles);
        upsert->bind(4, second.errors);
        if (!upsert->run())
            return failure();
    }
    m_seconds.clear();
    return {};
}

Result<void> SessionFile::writeNotes(const SessionNotes &notes)
{
    m_trouble = StorageTrouble::None;
    auto transaction = Transaction::begin(*m_database, Transaction::Kind::Write);
    if (!transaction)
        return failure();
    if (const auto put = putNotes(*m_database, notes); !put)
        return failure();
    return transaction->commit() ? Result<void>() : Result<void>(failure());
}

Result<void> SessionFile::writeServed(const ServedNews &news)
{
    m_trouble = StorageTrouble::None;
    auto work = [&]() -> Result<void> {
        if (auto done = setSync(WriterOptions::Sync::Normal); !done)
            return done.error();
        WEIR_TRY(Transaction transaction, Transaction::begin(*m_database, Transaction::Kind::Write));
        if (auto done = m_served.append(news.answers); !done)
            return done.error();
        if (auto done = m_served.append(news.seen); !done)
            return done.error();
        return transaction.commit();
    };
    auto done = work();
    if (done)
        return done;
    m_served.forget();
    return failure();
}

Result<std::vector<ServedFlags>> SessionFile::readServed(std::int64_t before)
{
    return readServedRows(*m_database, before, olderServedAtOnce);
}

Result<SessionCounts> SessionFile::clear()
{
    m_trouble = StorageTrouble::None;
    const SessionCounts before = counts();
    auto work = [&]() -> Result<void> {
        WEIR_TRY(auto empty, Database::openInMemory());
        if (auto made = createSession(*empty); !made)
            return made.error();
        SessionTotals totals;
        totals.nextEvent = m_totals.nextEvent;
        totals.nextRequest = m_totals.nextRequest;
        totals.nextTrace = m_totals.nextTrace;
        totals.nextText = m_totals.nextText;
        totals.plan = m_totals.plan;
        if (auto saved = totals.save(*empty); !saved)
            return saved.error();
        WEIR_TRY(const SessionNotes notes, readNotes(*m_database));
        if (auto put = putNotes(*empty, notes); !put)
            return put.error();
        m_inserts.reset();
        m_database->forgetStatements();
        if (auto done = m_database->replaceWith(*empty); !done) {
            m_trouble = m_database->trouble();
            return done.error();
        }
        m_totals = totals;
        return {};
    };
    if (auto done = work(); !done)
        return done.error();
    forget();
    m_epochText = m_totals.nextText;
    m_window.clear();
    m_warmBefore = 0;
    // Gives the space back. A reader in the middle of a query may forbid it; the next checkpoint does it
    // then.
    (void)m_database->integer("PRAGMA wal_checkpoint(TRUNCATE)");
    return before;
}

bool SessionFile::isOverLimit()
{
    if (m_options.maxBytes <= 0)
        return false;
    const auto bytes = usedBytes(*m_database);
    // A thirty-second below the limit, so that the file itself, which never shrinks, stays under it.
    return bytes && *bytes > m_options.maxBytes - m_options.maxBytes / 32;
}

Result<bool> SessionFile::prune(int events)
{
    m_trouble = StorageTrouble::None;
    const SessionTotals before = m_totals;
    auto work = [&]() -> Result<bool> {
        auto begun = Transaction::begin(*m_database, Transaction::Kind::Write);
        if (!begun)
            return failure();
        Transaction transaction = *std::move(begun);
        if (auto done = noticeOthers(); !done)
            return done.error();
        WEIR_TRY(const bool any, pruneOldest(*m_database, m_totals, m_texts, m_violations, events));
        if (!any)
            return false;
        WEIR_TRY(const std::int64_t oldest,
            m_database->integer("SELECT received_at FROM request ORDER BY id LIMIT 1"));
        if (auto dropped = m_served.dropBefore(fromMs(oldest)); !dropped)
            return dropped.error();
        WEIR_TRY([[maybe_unused]] const auto commit, finish(transaction, {}));
        return true;
    };
    auto result = work();
    if (!result) {
        m_totals = before;
        m_dataVersion = 0;
        forget();
    } else {
        m_traces.forget(); // Rows in memory count what has gone.
    }
    return result;
}

bool SessionFile::warm(int events)
{
    constexpr std::int64_t remembered = 1 << 20;
    if (m_warmBefore <= 1 || m_warmBefore <= m_openedAt - remembered)
        return false;
    auto select = m_database->query("SELECT id, uuid FROM event WHERE id < ?1 ORDER BY id DESC LIMIT ?2");
    if (!select)
        return false;
    (*select)->bind(1, m_warmBefore);
    (*select)->bind(2, std::int64_t(events));
    int read = 0;
    while ((*select)->step()) {
        m_warmBefore = (*select)->integer(0);
        const std::string uuid = (*select)->isBlob(1) ? uuidText((*select)->bytes(1)) : (*select)->text(1);
        m_window.insertOlder(stableHash(uuid), EventId{m_warmBefore});
        ++read;
    }
    return read == events;
}

void SessionFile::checkpointIfLong()
{
    std::error_code failure;
    const auto bytes = std::filesystem::file_size(m_info.path + "-wal", failure);
    if (!failure && static_cast<std::int64_t>(bytes) > longLogBytes)
        (void)m_database->integer("PRAGMA wal_checkpoint(RESTART)");
}

} // namespace Weir
