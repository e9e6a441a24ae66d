#pragma once

#include "core/base/error.h"
#include "core/event/capturedrequest.h"
#include "core/store/duplicatewindow.h"
#include "core/store/eventwriter.h"
#include "core/store/recheck.h"
#include "core/store/rowinserts.h"
#include "core/store/servedrows.h"
#include "core/store/sessiontotals.h"
#include "core/store/sqlite/database.h"
#include "core/store/storestatus.h"
#include "core/store/texttable.h"
#include "core/store/tracetable.h"
#include "core/store/violationrows.h"

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

namespace Weir {

constexpr int servedAtOnce = 1000; ///< How many of the newest answers SessionInfo has.

/// The session file as the one writer sees it: transactions of requests, without threads and queues. Any
/// thread, one at a time.
class SessionFile
{
public:
    static Result<std::unique_ptr<SessionFile>> open(const WriterOptions &options);

    ~SessionFile();

    const SessionInfo &info() const { return m_info; }
    SessionCounts counts() const;

    /// One transaction, all or nothing. The commit's tickets are those of `requests`.
    Result<Commit> write(std::span<const CapturedRequest *const> requests);

    /// Keeps what is new of the answers to requests for flags, in one transaction.
    Result<void> writeServed(const ServedNews &news);
    /// Some answers of those below this id, newest first. Empty: there are none.
    Result<std::vector<ServedFlags>> readServed(std::int64_t before);

    /// Keeps the notes, or forgets those without a value, in one transaction.
    Result<void> writeNotes(const SessionNotes &notes);

    /// The plan that events are checked by from now on; what is stored is to be checked by it, too.
    Result<void> usePlan(std::int64_t plan);
    RecheckState recheckState() const;
    /// What the plan says of events that are stored. The commit has the traces that changed.
    Result<Commit> applyChecks(const CheckedEvents &checked);

    /// Empties the file but for its notes. What it held; ids go on rising.
    Result<SessionCounts> clear();

    /// Whether the file is above WriterOptions::maxBytes, so that prune() is wanted. Cheap.
    bool isOverLimit();
    /// Takes about `events` of the oldest trace's events, with what belonged to them, in one transaction. The
    /// newest trace loses its oldest events, but never all. False: there is nothing that could go.
    Result<bool> prune(int events);

    /// Reads the uuids of about `events` older events into the search for duplicates. False: there are no
    /// more.
    bool warm(int events);

    /// Moves what the write-ahead log holds into the file, when readers have let it grow.
    void checkpointIfLong();

    /// Why the last call failed.
    StorageTrouble trouble() const { return m_trouble; }

private:
    SessionFile(const WriterOptions &options, std::unique_ptr<Database> database, SessionInfo info);
    Result<void> setSync(WriterOptions::Sync sync);
    Result<void> writeRequest(const CapturedRequest &request, Commit &commit);
    Result<void> insertRequest(const CapturedRequest &request, std::int64_t id);
    Result<void> insertEvent(const CapturedRequest &request, const Event &event, std::int64_t requestId,
        const SharedViolations &violations);
    Result<EventKeys> keysOf(const Event &event, std::int64_t requestId);
    Result<void> beginEpoch();
    Result<void> noticeOthers();
    Result<std::int64_t> findDuplicate(const Event &event, std::int64_t id);
    Result<void> insertDictionary(int id);
    Result<Commit> finish(Transaction &transaction, Commit commit);
    Result<void> taintEarlier(std::int64_t trace);
    Result<Commit> changeWithoutRequests(const std::function<Result<void>(Commit &)> &change);
    Result<void> flushSeconds();
    Error failure();
    void forget();

    WriterOptions m_options;
    SessionInfo m_info;
    std::unique_ptr<Database> m_database;
    WriterOptions::Sync m_sync; ///< As the database is set now.
    StorageTrouble m_trouble = StorageTrouble::None;
    SessionTotals m_totals; ///< As committed, or within write() as it will be.
    TextTable m_texts;
    TraceTable m_traces;
    ServedRows m_served;
    ViolationRows m_violations;
    DuplicateWindow m_window;
    std::int64_t m_warmBefore = 0, m_openedAt = 0; ///< Events below m_warmBefore are not in m_window yet.
    struct Second
    {
        std::int64_t events = 0, troubles = 0, errors = 0; ///< As the table of that name.
    };
    std::unordered_map<std::int64_t, Second> m_seconds;
    std::int64_t m_dataVersion = 0; ///< SQLite's count of other connections' commits; 0 = not read yet.
    std::vector<int> m_dictionaries; ///< Ids that are in the file.
    std::optional<RowInserts> m_inserts;
    /// Where the running epoch of texts began. Texts of one epoch are referred to by its rows and older
    /// traces only, so pruning can let go of them when those are gone, without counting references.
    std::int64_t m_epochText = 0;
};

} // namespace Weir
