#include "core/store/eventwriter.h"

#include "core/base/logging.h"
#include "core/store/sessionfile.h"

#include <QBasicTimer>
#include <QCoreApplication>
#include <QElapsedTimer>
#include <QEvent>
#include <QTimerEvent>

#include <algorithm>
#include <map>
#include <optional>
#include <utility>
#include <deque>
#include <vector>

namespace Weir {

namespace {

constexpr std::size_t rowsPerCommit = 4096;
constexpr std::int64_t rowsBetweenSizeChecks = 2048;
constexpr int pruneAtLeast = 128;
constexpr int warmStep = 8192, warmAtOnce = 65536;
constexpr auto warmAfter = 300ms; // The first paint comes before.
constexpr auto firstRetry = 20ms, lastRetry = 1000ms;
constexpr auto statusEvery = 250ms, clearedEvery = 1000ms;
constexpr int closeAttempts = 20; // With the waits of SQLite itself about half a second.

// An event of ours comes behind all appends that are queued already: that is what makes a group.
const QEvent::Type workEvent = static_cast<QEvent::Type>(QEvent::registerEventType());

/// What a request takes in memory while it waits, about.
std::int64_t heldSize(const CapturedRequest &request)
{
    return static_cast<std::int64_t>(sizeof(CapturedRequest) + request.events.size() * (sizeof(Event) + 256)
               + request.violations.size() * sizeof(EventViolations))
        + request.body.size() + request.head.size() + static_cast<std::int64_t>(request.target.size());
}

Error notOpen(const WriterOptions &options)
{
    return {Error::Kind::Storage, "No session is open", options.path};
}

/// Requests in order of arrival. Keeps the lists that they came in, so that none is copied.
class WaitingRequests
{
public:
    bool isEmpty() const { return m_requests.empty(); }
    std::size_t size() const { return m_requests.size(); }
    std::int64_t bytes() const { return m_bytes; }
    const CapturedRequest &first() const { return *m_requests.front(); }
    auto begin() const { return m_requests.begin(); }
    auto end() const { return m_requests.end(); }

    /// Takes those for which `accept` holds; the tickets of the others.
    template <typename Accept> QList<Ticket> append(const QList<CapturedRequest> &requests, Accept accept)
    {
        QList<Ticket> others;
        std::size_t taken = 0;
        for (const CapturedRequest &request : requests) {
            const std::int64_t size = heldSize(request);
            if (!accept(size)) {
                others.append(request.ticket);
                continue;
            }
            m_requests.push_back(&request);
            m_bytes += size;
            ++taken;
        }
        if (taken)
            m_lists.push_back({requests, taken});
        return others;
    }

    void removeFirst()
    {
        m_bytes -= heldSize(first());
        m_requests.pop_front();
        if (--m_lists.front().left == 0)
            m_lists.pop_front();
    }

private:
    struct List
    {
        QList<CapturedRequest>
            requests; ///< Shared with the sender, never detached: pointers into it are stable.
        std::size_t left;
    };
    std::deque<List> m_lists;
    std::deque<const CapturedRequest *> m_requests;
    std::int64_t m_bytes = 0;
};

} // namespace

class EventWriter::Private
{
public:
    Private(EventWriter *owner, WriterOptions given)
        : q(owner)
        , options(std::move(given))
    {
    }

    EventWriter *q;
    WriterOptions options;
    std::unique_ptr<SessionFile> file;
    WaitingRequests waiting;
    std::map<std::pair<std::string, std::string>, std::optional<std::string>> notes; ///< By room and key.
    ServedNews served; ///< Not written yet.
    std::optional<std::int64_t> plan; ///< Likewise.
    std::optional<CheckedEvents> checks; ///< Likewise.
    RecheckState recheck; ///< As told.
    std::size_t commitLimit = rowsPerCommit; ///< Lower while a request that cannot be stored is looked for.
    StoreStatus status;
    QElapsedTimer sinceStatus, sinceCleared;
    QBasicTimer retryTimer, warmTimer;
    std::chrono::milliseconds retryAfter = firstRetry;
    bool workPosted = false;
    bool warming = false;
    bool overLimit = false;
    bool pruned = false; ///< Since the last commit that said so.
    int rowsSinceCheck = 0;
    int rowsOfLastCommit = 0;

    bool isHolding() const
    {
        return status.state == StoreStatus::State::Holding || status.state == StoreStatus::State::Refusing;
    }
    void postWork();
    void work();
    bool commitOnce();
    void writeNotes();
    void writeServed();
    void writeChecks();
    void tellRecheck();
    std::vector<const CapturedRequest *> nextGroup() const;
    void written(std::size_t requests, Commit commit);
    void notWritten(const Error &error, std::size_t requests);
    void refuseWaiting(const Error &why);
    void hold(const QList<CapturedRequest> &requests);
    void setStatus(StoreStatus::State state, const Error &error);
    void tellBehind();
    void pruneStep();
    void tellPruned();
};

void EventWriter::Private::postWork()
{
    if (std::exchange(workPosted, true))
        return;
    QCoreApplication::postEvent(q, new QEvent(workEvent), Qt::LowEventPriority);
}

void EventWriter::Private::work()
{
    if (!file)
        return;
    writeServed(); // What came first: whoever is told of an event finds what its user was served before.
    const bool busy = !waiting.isEmpty() && !isHolding() && commitOnce();
    writeNotes();
    writeChecks();
    tellRecheck();
    if (overLimit && !isHolding())
        pruneStep();
    else if (warming && !busy)
        warming = file->warm(warmStep);
    if (!isHolding() && (!waiting.isEmpty() || overLimit || warming))
        postWork();
    else if (pruned)
        tellPruned();
}

void EventWriter::Private::writeNotes()
{
    if (notes.empty() || isHolding())
        return;
    SessionNotes list;
    for (const auto &[place, value] : notes)
        list.push_back({place.first, place.second, value});
    const auto done = file->writeNotes(list);
    if (done || status.state == StoreStatus::State::ReadOnly)
        notes.clear();
    else // They wait for the next work: a request that cannot be stored says that the disk is full.
        qCWarning(lcStore, "notes wait: %s", done.error().message.c_str());
}

void EventWriter::Private::writeServed()
{
    if (served.isEmpty() || isHolding())
        return;
    const auto done = file->writeServed(served);
    if (done || status.state == StoreStatus::State::ReadOnly) {
        served = {};
        return;
    }
    qCWarning(lcStore, "served flags wait: %s", done.error().message.c_str());
}

/// What cannot be written waits for the next work, like notes.
void EventWriter::Private::writeChecks()
{
    if (status.state == StoreStatus::State::ReadOnly) {
        plan.reset();
        checks.reset();
    }
    if (plan && !isHolding()) {
        if (file->usePlan(*plan))
            plan.reset();
    }
    if (!checks || isHolding())
        return;
    const auto commit = file->applyChecks(*checks);
    if (!commit) {
        qCWarning(lcStore, "checks wait: %s", commit.error().message.c_str());
        return;
    }
    checks.reset();
    if (!commit->touched.empty())
        emit q->committed(*commit);
}

void EventWriter::Private::tellRecheck()
{
    if (const RecheckState now = file->recheckState(); std::exchange(recheck, now) != now)
        emit q->recheckChanged(now);
}

std::vector<const CapturedRequest *> EventWriter::Private::nextGroup() const
{
    std::vector<const CapturedRequest *> group;
    std::size_t rows = 0;
    for (const CapturedRequest *request : waiting) {
        if (rows >= commitLimit)
            break;
        rows += 1 + request->events.size();
        group.push_back(request);
    }
    return group;
}

bool EventWriter::Private::commitOnce()
{
    const auto group = nextGroup();
    auto commit = file->write(group);
    if (!commit) {
        notWritten(commit.error(), group.size());
        return false;
    }
    written(group.size(), *std::move(commit));
    return true;
}

void EventWriter::Private::written(std::size_t requests, Commit commit)
{
    rowsOfLastCommit = 0;
    for (std::size_t i = 0; i < requests; ++i) {
        rowsOfLastCommit += 1 + static_cast<int>(waiting.first().events.size());
        waiting.removeFirst();
    }
    commitLimit = rowsPerCommit;
    retryAfter = firstRetry;
    if (pruned && (!sinceCleared.isValid() || sinceCleared.hasExpired(clearedEvery.count()))) {
        commit.cleared = true;
        pruned = false;
        sinceCleared.start();
    }
    emit q->committed(commit);
    setStatus(StoreStatus::State::Ready, {});
    rowsSinceCheck += rowsOfLastCommit;
    // A small limit is looked at more often, or one step would overrun it.
    const std::int64_t checkAfter = options.maxBytes > 0
        ? std::min(rowsBetweenSizeChecks, options.maxBytes >> 15)
        : rowsBetweenSizeChecks;
    if (rowsSinceCheck >= checkAfter) {
        rowsSinceCheck = 0;
        overLimit = file->isOverLimit();
        file->checkpointIfLong();
    }
}

void EventWriter::Private::notWritten(const Error &error, std::size_t requests)
{
    switch (file->trouble()) {
    case StorageTrouble::Full:
    case StorageTrouble::Locked:
    case StorageTrouble::Io:
        if (!isHolding())
            qCWarning(lcStore, "requests wait in memory: %s", error.message.c_str());
        setStatus(StoreStatus::State::Holding, error);
        retryTimer.start(static_cast<int>(retryAfter.count()), q);
        retryAfter = std::min<std::chrono::milliseconds>(retryAfter * 2, lastRetry);
        return;
    case StorageTrouble::ReadOnly:
    case StorageTrouble::Damaged:
        qCWarning(lcStore, "read-only from now on: %s", error.message.c_str());
        setStatus(StoreStatus::State::ReadOnly, error);
        refuseWaiting(error);
        return;
    default:
        break;
    }
    // One request that SQLite will never take must not stop the ones beside it: halve the group until it is
    // alone.
    if (requests > 1) {
        commitLimit = std::max<std::size_t>(1, std::min(commitLimit, rowsPerCommit) / 2);
        return;
    }
    qCWarning(lcStore, "a request cannot be stored: %s", error.message.c_str());
    emit q->failed(error);
    emit q->refused({waiting.first().ticket}, error);
    waiting.removeFirst();
    commitLimit = rowsPerCommit;
}

void EventWriter::Private::refuseWaiting(const Error &why)
{
    QList<Ticket> tickets;
    for (; !waiting.isEmpty(); waiting.removeFirst())
        tickets.append(waiting.first().ticket);
    if (!tickets.isEmpty())
        emit q->refused(tickets, why);
}

void EventWriter::Private::hold(const QList<CapturedRequest> &requests)
{
    const QList<Ticket> tickets = waiting.append(requests, [this](std::int64_t size) {
        // While the disk takes what comes, the clients' own waiting bounds the queue.
        return !isHolding() || waiting.bytes() + size <= options.holdBytes;
    });
    if (tickets.isEmpty())
        return;
    setStatus(StoreStatus::State::Refusing, status.error);
    emit q->refused(tickets, status.error);
}

void EventWriter::Private::setStatus(StoreStatus::State state, const Error &error)
{
    const bool sameState = status.state == state && status.error == error;
    // Refusing lasts until something has been written; a failed retry does not end it.
    if (state == StoreStatus::State::Holding && status.state == StoreStatus::State::Refusing
        && waiting.bytes() * 2 > options.holdBytes)
        return tellBehind();
    if (sameState)
        return tellBehind();
    status.state = state;
    status.error = error;
    sinceStatus.invalidate();
    tellBehind();
}

void EventWriter::Private::tellBehind()
{
    StoreStatus now = status;
    now.heldBytes = isHolding() ? waiting.bytes() : 0;
    now.behindMs = waiting.isEmpty()
        ? 0
        : std::max<std::int64_t>(0, toMs(systemNow()) - toMs(waiting.first().receivedAt));
    const bool forced = !sinceStatus.isValid();
    if (!forced && (now == status || !sinceStatus.hasExpired(statusEvery.count())))
        return;
    status = now;
    sinceStatus.start();
    emit q->statusChanged(status);
}

void EventWriter::Private::pruneStep()
{
    const auto any = file->prune(std::max(pruneAtLeast, rowsOfLastCommit * 5 / 4));
    rowsOfLastCommit = 0;
    if (!any) {
        qCWarning(lcStore, "pruning: %s", any.error().message.c_str());
        overLimit = false; // Asked again with the next size check.
        return;
    }
    pruned = pruned || *any;
    overLimit = *any && file->isOverLimit();
}

void EventWriter::Private::tellPruned()
{
    Commit commit;
    const SessionCounts counts = file->counts();
    commit.events = counts.events;
    commit.requests = counts.requests;
    commit.traces = counts.traces;
    commit.cleared = true;
    pruned = false;
    sinceCleared.start();
    emit q->committed(commit);
}

EventWriter::EventWriter(WriterOptions options, QObject *parent)
    : QObject(parent)
    , d(std::make_unique<Private>(this, std::move(options)))
{
}

EventWriter::~EventWriter() = default;

void EventWriter::open()
{
    auto file = SessionFile::open(d->options);
    if (!file) {
        emit failed(file.error());
        return;
    }
    d->file = *std::move(file);
    const SessionInfo info = d->file->info();
    // Ready is said, too: who listens may still hold what another session's writer said last. And it is said
    // first: requests come as soon as the session is known to be open.
    d->setStatus(info.readOnly ? StoreStatus::State::ReadOnly : StoreStatus::State::Ready, info.error);
    emit opened(info);
    if (info.readOnly)
        return;
    d->overLimit = d->file->isOverLimit();
    d->warmTimer.start(static_cast<int>(warmAfter.count()), this);
    if (d->overLimit || d->plan)
        d->postWork();
}

void EventWriter::close()
{
    d->retryTimer.stop();
    d->warmTimer.stop();
    for (int attempt = 0; d->file && attempt < closeAttempts && !d->waiting.isEmpty(); ++attempt) {
        while (!d->waiting.isEmpty() && d->commitOnce()) { }
    }
    if (d->file) {
        d->writeNotes();
        d->writeServed();
    }
    d->notes.clear();
    d->served = {};
    d->plan.reset();
    d->checks.reset();
    d->recheck = {};
    d->retryTimer.stop();
    d->refuseWaiting(d->isHolding() ? d->status.error : notOpen(d->options));
    d->file.reset();
}

void EventWriter::append(const QList<CapturedRequest> &requests)
{
    if (!d->file || d->status.state == StoreStatus::State::ReadOnly) {
        QList<Ticket> tickets;
        for (const CapturedRequest &request : requests)
            tickets.append(request.ticket);
        emit refused(tickets, d->file ? d->status.error : notOpen(d->options));
        return;
    }
    if (d->warmTimer.isActive()) {
        // An SDK that sends again what it sent before Weir was started anew: its events are among the newest.
        d->warmTimer.stop();
        d->warming = d->file->warm(warmAtOnce);
    }
    d->hold(requests);
    if (!d->isHolding())
        d->postWork();
}

void EventWriter::keepNotes(const SessionNotes &notes)
{
    if (!d->file || d->status.state == StoreStatus::State::ReadOnly)
        return;
    for (const SessionNote &note : notes)
        d->notes.insert_or_assign({note.room, note.key}, note.value);
    d->postWork();
}

void EventWriter::keepServed(const ServedNews &news)
{
    if (!d->file || d->status.state == StoreStatus::State::ReadOnly)
        return;
    const auto add = [](auto &to, const auto &from) {
        to.insert(to.end(), from.begin(), from.end());
        if (to.size() > rememberedAnswers)
            to.erase(to.begin(), to.end() - static_cast<std::ptrdiff_t>(rememberedAnswers));
    };
    add(d->served.answers, news.answers);
    add(d->served.seen, news.seen);
    d->postWork();
}

void EventWriter::usePlan(qint64 plan)
{
    d->plan = plan;
    d->recheck = {};
    if (d->file)
        d->postWork();
}

void EventWriter::applyChecks(const CheckedEvents &checked)
{
    d->checks = checked;
    if (d->file)
        d->postWork();
}

void EventWriter::readServed(qint64 before)
{
    auto answers = d->file ? d->file->readServed(before)
                           : Result<std::vector<ServedFlags>>(std::vector<ServedFlags>());
    if (!answers)
        qCWarning(lcStore, "served flags: %s", answers.error().message.c_str());
    emit servedRead(answers ? *std::move(answers) : std::vector<ServedFlags>());
}

void EventWriter::clear(quint64 id)
{
    if (!d->file || d->status.state == StoreStatus::State::ReadOnly) {
        emit failed(d->file ? d->status.error : notOpen(d->options));
        return;
    }
    // What was appended before is emptied with the rest, but acknowledged first.
    while (!d->waiting.isEmpty() && !d->isHolding() && d->commitOnce()) { }
    d->writeNotes();
    d->served = {};
    const auto counts = d->file->clear();
    if (!counts) {
        emit failed(counts.error());
        return;
    }
    d->warming = d->overLimit = false;
    d->warmTimer.stop();
    Commit commit;
    commit.cleared = true;
    emit committed(commit);
    emit cleared(id, *counts);
}

bool EventWriter::event(QEvent *event)
{
    if (event->type() != workEvent)
        return QObject::event(event);
    d->workPosted = false;
    d->work();
    return true;
}

void EventWriter::timerEvent(QTimerEvent *event)
{
    if (event->timerId() == d->warmTimer.timerId()) {
        d->warmTimer.stop();
        d->warming = true;
        d->postWork();
    } else if (event->timerId() == d->retryTimer.timerId()) {
        d->retryTimer.stop();
        if (!d->waiting.isEmpty() && d->commitOnce())
            d->postWork();
    }
}

} // namespace Weir
