#pragma once

#include "core/base/error.h"
#include "core/base/time.h"
#include "core/event/capturedrequest.h"
#include "core/flags/servedflags.h"
#include "core/store/recheck.h"
#include "core/store/storestatus.h"

#include <QList>
#include <QObject>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace Weir {

/// Where and how a session is written.
struct WriterOptions
{
    std::string path; ///< The session file, UTF-8. Made with its folders when it is not there.
    enum class Sync : std::uint8_t { Full, Normal } sync = Sync::Full; ///< SQLite's `synchronous`.
    std::int64_t maxBytes = 0; ///< Above this the oldest traces go; 0 = never.
    std::int64_t holdBytes = std::int64_t(64) << 20; ///< Waiting in memory while the disk does not take them.
};

/// Owns the one write connection of the session file. Lives on the writer thread: reach it through connect(),
/// never by a call.
///
/// Group commit without a timer: what is queued when a transaction begins (up to 4,096 rows) goes into it,
/// and what comes meanwhile into the next. Numbers events, requests and traces; finds duplicates among the
/// newest million events; keeps the trace table and all counters in the events' own transaction.
///
/// Nothing that append() was given is forgotten: it comes back in exactly one of `committed` (it is on disk,
/// as durable as `sync` says) or `refused` (it is not, and never will be).
class EventWriter : public QObject
{
    Q_OBJECT
public:
    explicit EventWriter(WriterOptions options, QObject *parent = nullptr);
    ~EventWriter() override;

public slots:
    /// Opens or makes the file. Emits `opened`, or `failed` when there is nothing that could be shown.
    void open();
    /// Commits what is queued, or refuses it when the disk does not take it; then closes the file.
    void close();
    void append(const QList<Weir::CapturedRequest> &requests);
    /// Keeps these in the session; SessionInfo has them when it is opened the next time. Not acknowledged:
    /// they are written with what comes next, and while the disk takes nothing the newest of each waits.
    void keepNotes(const Weir::SessionNotes &notes);
    /// Keeps these in the session, like notes. While the disk takes nothing the newest wait.
    void keepServed(const Weir::ServedNews &news);
    /// Answered by `servedRead` with some of the answers below this id.
    void readServed(qint64 before);
    /// The plan, by its fingerprint, that events are checked by. Answered by `recheckChanged`.
    void usePlan(qint64 plan);
    /// What that plan says of stored events, in the order of their ids: each part is answered by
    /// `recheckChanged` once it is in the session.
    void applyChecks(const Weir::CheckedEvents &checked);
    /// Empties the session but for its notes, at any size within a moment. Ids go on rising. Answered by
    /// `cleared` with `id`, or by `failed`.
    void clear(quint64 id);

signals:
    void opened(const Weir::SessionInfo &info);
    /// Once per transaction, after it is durable.
    void committed(const Weir::Commit &commit);
    /// These will not be stored, and why: answer 503, so that the SDK tries again.
    void refused(const QList<Weir::Ticket> &tickets, const Weir::Error &why);
    /// When the session is open, on every change of state, and at most four times a second while the numbers
    /// move.
    void statusChanged(const Weir::StoreStatus &status);
    /// How far the session has been checked by its plan, when that is another one than was told last.
    void recheckChanged(const Weir::RecheckState &state);
    /// What the session held before it was emptied. A Commit with `cleared` set goes before it.
    void cleared(quint64 id, const Weir::SessionCounts &counts);
    /// Newest first. Empty: there are none.
    void servedRead(const std::vector<Weir::ServedFlags> &answers);
    /// The session could not be opened, or not emptied.
    void failed(const Weir::Error &error);

protected:
    bool event(QEvent *event) override;
    void timerEvent(QTimerEvent *event) override;

private:
    class Private;
    std::unique_ptr<Private> d;
};

} // namespace Weir
