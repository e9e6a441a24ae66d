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

std::string_view view(const QByteArray &bytes)
{
    return {bytes.constData(), static_cast<std::size_t>(bytes.size())};
}

Result<void> configure(Database &database, WriterOptions::Sync sync)
{
    // A short wait spares a retry when a reader of another program is just recovering the log.
    return database.execute(std::string("PRAGMA busy_timeout = 20; PRAGMA cache_size = -16384; "
                                        "PRAGMA temp_store = MEMORY; PRAGMA journal_size_limit = 67108864; "
                                        "PRAGMA foreign_keys = OFF; PRAGMA synchronous = ")
        + (sync == WriterOptions::Sync::Full ? "FULL" : "NORMAL"));
}

} // namespace

/// The two statements that run for each row; the others are looked up by their text.
struct SessionFile::Inserts
{
    Statement request, event;
};

SessionFile::SessionFile(const WriterOptions &options, std::unique_ptr<Database> database, SessionInfo info)
    : m_options(options)
    , m_info(std::move(info))
    , m_database(std::move(database))
    , m_texts(*m_database, m_totals.nextText)
    , m_traces(*m_database, m_texts)
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
    m_seconds.clear();
    m_dictionaries.clear();
}

Result<void> SessionFile::prepare()
{
    if (m_inserts)
        return {};
    WEIR_TRY(auto request,
        m_database->prepare(
            "INSERT INTO request VALUES (?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11,?12,?13,?14,?15,?16,?17,?18)"));
    WEIR_TRY(auto event,
        m_database->prepare("INSERT INTO event VALUES "
                            "(?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11,?12,?13,?14,?15,?16,?17,?18,?19,?20,?21,?22,"
                            "?23,?24,?25,?26,?27)"));
    m_inserts = std::make_unique<Inserts>(Inserts{std::move(request), std::move(event)});
    return {};
}

Result<Commit> SessionFile::write(std::span<const CapturedRequest *const> requests)
{
    m_trouble = StorageTrouble::None;
    const SessionTotals before = m_totals;
    Commit commit;
    commit.tickets.reserve(requests.size());
    auto work = [&]() -> Result<Commit> {
        if (auto ready = prepare(); !ready)
            return ready.error();
        auto begun = Transaction::begin(*m_database, Transaction::Kind::Write);
        if (!begun)
            return failure();
        Transaction transaction = *std::move(begun);
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
        forget();
    }
    return result;
}

Result<Commit> SessionFile::finish(Transaction &transaction, Commit commit)
{
    auto written = [&]() -> Result<void> {
        WEIR_TRY(commit.touched, m_traces.flush());
        if (auto done = m_texts.flush(); !done)
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
    commit.events = m_totals.events;
    commit.requests = m_totals.requests;
    commit.traces = m_totals.traces;
    return commit;
}

Result<void> SessionFile::writeRequest(const CapturedRequest &request, Commit &commit)
{
    const std::int64_t id = m_totals.nextRequest;
    if (auto done = insertRequest(request, id); !done) {
        m_trouble = m_database->trouble();
        return done.error();
    }
    for (const Event &event : request.events) {
        const std::int64_t eventId = m_totals.nextEvent;
        if (auto done = insertEvent(request, event, id); !done) {
            m_trouble = m_database->trouble();
            return done.error();
        }
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
    WEIR_TRY(const auto method, m_texts.text(Role::Method, request.method));
    WEIR_TRY(const auto target, m_texts.text(Role::Target, request.target));
    WEIR_TRY(const auto peer, m_texts.text(Role::Peer, request.peer));
    const auto shortHead = headWithoutLength(view(request.head), request.bodyBytes);
    std::int64_t head = 0;
    if (shortHead) {
        WEIR_TRY(head, m_texts.head(*shortHead));
    }
    const auto eventCount = static_cast<std::int64_t>(request.events.size());
    const bool hasError
        = request.state == RequestState::Failed || request.state == RequestState::NotUnderstood;
    Statement &insert = m_inserts->request;
    int parameter = 1;
    for (const std::int64_t value : {id, toMs(request.receivedAt), std::int64_t(request.source),
             std::int64_t(request.state), std::int64_t(request.answerStatus), method, target, peer, head,
             m_totals.nextEvent, eventCount, std::int64_t(request.error.kind)})
        insert.bind(parameter++, value);
    if (head == 0)
        insert.bindBlob(9, view(request.head));
    if (hasError) {
        insert.bindText(13, request.error.message);
        insert.bindText(14, request.error.where);
    } else {
        insert.bindNull(12);
        insert.bindNull(13);
        insert.bindNull(14);
    }
    insert.bind(15, std::int64_t(request.bodyForm));
    insert.bind(16, std::int64_t(request.dictionary));
    insert.bind(17, std::int64_t(request.bodyBytes));
    insert.bindBlob(18, view(request.body));
    if (!insert.run())
        return failure();
    ++m_totals.nextRequest;
    ++m_totals.requests;
    m_totals.failedRequests += hasError ? 1 : 0;
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

Result<void> SessionFile::insertEvent(
    const CapturedRequest &request, const Event &event, std::int64_t requestId)
{
    using Role = TextTable::Role;
    const std::int64_t id = m_totals.nextEvent;
    WEIR_TRY(const auto duplicateOf, findDuplicate(event, id));
    Notices notices = event.notices;
    if (duplicateOf)
        notices |= Notice::Duplicate;
    WEIR_TRY(const auto user, m_texts.text(Role::User, event.userId));
    WEIR_TRY(const auto workspace, m_texts.text(Role::Workspace, event.workspaceId));
    WEIR_TRY(const auto name, m_texts.eventName(event.name));
    WEIR_TRY(const auto trace, m_traces.count(event, notices, user, workspace, m_totals.nextTrace));
    if (trace.isNew && event.traceId.empty())
        m_totals.untraced = raw(trace.id);
    else if (trace.isNew)
        ++m_totals.traces;

    // Texts first: what follows binds pointers that live until the row is in.
    std::int64_t sdk = 0;
    if (!event.sdk.name.empty() || !event.sdk.version.empty()) {
        WEIR_TRY(sdk, m_texts.sdk(event.sdk));
    }
    WEIR_TRY(const auto anonymous, m_texts.text(Role::Anonymous, event.anonymousId));
    WEIR_TRY(const auto session, m_texts.text(Role::Session, event.sessionId));
    WEIR_TRY(const auto flow, m_texts.text(Role::Flow, event.flowId));
    WEIR_TRY(const auto carrier, m_texts.text(Role::Carrier, event.traceCarrier));
    Statement &insert = m_inserts->event;
    const std::int64_t timestamp = toMs(event.timestamp);
    int parameter = 1;
    for (const std::int64_t value : {id, requestId, raw(trace.id), name, std::int64_t(event.source),
             std::int64_t(event.type), std::int64_t(event.family), std::int64_t(notices), timestamp})
        insert.bind(parameter++, value);
    event.durationMs ? insert.bind(10, *event.durationMs) : insert.bindNull(10);
    const auto bindId
        = [&](int at, std::int64_t value) { value ? insert.bind(at, value) : insert.bindNull(at); };
    bindId(11, user);
    bindId(12, workspace);
    bindId(13, sdk);
    insert.bind(14, std::int64_t(event.offset));
    insert.bind(15, std::int64_t(event.length));
    const auto bindPacked = [&](int at, const PackedId &packed) {
        packed.isBlob() ? insert.bindBlob(at, packed.bytes()) : insert.bindText(at, packed.bytes());
    };
    const PackedId uuid = PackedId::fromUuid(event.uuid), rawTrace = PackedId::fromUuid(event.traceIdRaw),
                   span = PackedId::fromHex(event.spanId), parent = PackedId::fromHex(event.parentSpanId);
    bindPacked(16, uuid);
    bindId(17, anonymous);
    bindId(18, session);
    bindId(19, flow);
    // 1 stands for the usual case, the UUID spelling of the normalised id.
    if (event.traceIdRaw.empty())
        insert.bindNull(20);
    else if (rawTrace.isBlob() && rawTrace.bytes() == PackedId::fromHex(event.traceId).bytes())
        insert.bind(20, std::int64_t(1));
    else
        insert.bindText(20, event.traceIdRaw);
    bindId(21, carrier);
    event.spanId.empty() ? insert.bindNull(22) : bindPacked(22, span);
    event.parentSpanId.empty() ? insert.bindNull(23) : bindPacked(23, parent);
    event.clientTime ? insert.bind(24, toMs(*event.clientTime) - timestamp) : insert.bindNull(24);
    event.sentAt ? insert.bind(25, toMs(*event.sentAt) - toMs(request.receivedAt)) : insert.bindNull(25);
    bindId(26, duplicateOf);
    insert.bind(27, std::int64_t(event.tainted));
    if (!insert.run())
        return failure();

    ++m_totals.nextEvent;
    m_totals.count(event.source, notices, +1);
    m_totals.firstAt
        = m_totals.firstAt == SessionTotals::noTime ? timestamp : std::min(m_totals.firstAt, timestamp);
    m_totals.lastAt = std::max(m_totals.lastAt, timestamp);
    Second &second = m_seconds[secondOf(timestamp)];
    ++second.events;
    second.troubles += isTrouble(event.family, notices) ? 1 : 0;
    return {};
}

Result<void> SessionFile::flushSeconds()
{
    WEIR_TRY(Query upsert,
        m_database->query("INSERT INTO second VALUES (?1, ?2, ?3) ON CONFLICT (at) DO UPDATE SET "
                          "events = events + excluded.events, troubles = troubles + excluded.troubles"));
    for (const auto &[at, second] : m_seconds) {
        upsert->bind(1, at);
        upsert->bind(2, second.events);
        upsert->bind(3, second.troubles);
        if (!upsert->run())
            return failure();
    }
    m_seconds.clear();
    return {};
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
        if (auto saved = totals.save(*empty); !saved)
            return saved.error();
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
        WEIR_TRY(const bool any, pruneOldest(*m_database, m_totals, m_texts, events));
        if (!any)
            return false;
        WEIR_TRY([[maybe_unused]] const auto commit, finish(transaction, {}));
        return true;
    };
    auto result = work();
    if (!result) {
        m_totals = before;
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
