#pragma once

#include "core/automation/access.h"
#include "core/automation/queries.h"
#include "core/automation/querylane.h"
#include "core/automation/stream.h"
#include "core/automation/wait.h"
#include "core/base/workerthread.h"
#include "core/event/capturedrequest.h"
#include "core/flags/flagreport.h"
#include "core/http/httpmessage.h"
#include "core/store/recheck.h"
#include "core/store/storestatus.h"

#include <QElapsedTimer>
#include <QObject>
#include <QTimer>

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <vector>

namespace Weir {

struct Route;

/// How patient the interface is.
struct ApiOptions
{
    std::chrono::milliseconds keepAlive{15'000}; ///< A stream that is silent for so long gets a comment.
};

/// Answers `/weir/`. Lives on the automation thread: reach it through connect(), never by a call. It reads
/// the session through lanes of its own and hears of commits; it never asks in a loop.
///
/// Every call of handle() is answered by exactly one `answered`, or by one `streamBegan` and later
/// `streamEnded`, unless abandon() comes first.
class ApiServer : public QObject
{
    Q_OBJECT
public:
    explicit ApiServer(ApiOptions options = {}, QObject *parent = nullptr);
    ~ApiServer() override;

public slots:
    void open();
    void close(); ///< Answers what waits, ends the streams.

    void setAccess(const Weir::AccessPolicy &policy);
    /// Another session, or none when the path is empty. Waits begin anew, streams end.
    void setSession(const std::string &path);
    void setStatus(const Weir::StoreStatus &status);
    /// Must be connected before the door hears of the commit: then a commit is known here before any client
    /// can have been told of it.
    void sawCommit(const Weir::Commit &commit);
    void cleared(quint64 id, const Weir::SessionCounts &counts);
    void clearFailed(const Weir::Error &error);

    /// The plan that events are checked by from now on.
    void setPlan(const std::shared_ptr<const Weir::KnownPlan> &plan);
    /// The session is checked by this plan: whoever gave it is told so.
    void sawRecheck(const Weir::RecheckState &state);
    void sawFlags(quint64 id, const Weir::FlagAnswer &answer);

    void handle(const Weir::Ticket &ticket, const Weir::HttpRequest &request);
    /// The client went away: whatever is done for it stops.
    void abandon(quint64 connection);
    /// The stream has room for its next piece.
    void drained(const Weir::Ticket &ticket);

signals:
    void answered(const Weir::Ticket &ticket, const Weir::HttpResponse &response);
    void streamBegan(const Weir::Ticket &ticket, const Weir::HttpResponse &head);
    /// Given only when the stream has room; the door says drained() when it has again.
    void streamed(const Weir::Ticket &ticket, const QByteArray &text);
    void streamEnded(const Weir::Ticket &ticket);
    void clearRequested(quint64 id);
    /// The desk of flags is to do this, and to say so by sawFlags(). Given only when access is granted.
    void flagsOrdered(quint64 id, const Weir::FlagOrder &order);
    /// Events are to be checked by this plan from now on, and the session is to keep `document`, which is the
    /// plan as JSON. Given only when access is granted.
    void planGiven(const Weir::CompiledPlan &plan, const std::string &document);

private:
    using Flag = std::shared_ptr<std::atomic<bool>>;
    using Lane = WorkerThread<QueryLane>;
    enum class Speed { Quick, Slow };

    struct TicketOrder
    {
        bool operator()(const Ticket &a, const Ticket &b) const
        {
            return a.connection != b.connection ? a.connection < b.connection : a.exchange < b.exchange;
        }
    };
    template <typename Value> using ByTicket = std::map<Ticket, Value, TicketOrder>;

    struct Wait
    {
        WaitState state;
        Flag cancelled;
        bool looking = false;
    };
    struct Stream
    {
        EventFilter filter;
        Flag cancelled;
        EventId reached{};
        bool began = false, reading = false, hasRoom = true, behind = true;
        QElapsedTimer sinceSent;
    };

    void dispatch(const Route &route, const Ticket &ticket, const ApiCall &call);
    void answer(const Ticket &ticket, HttpResponse response);
    void ask(Speed speed, Flag cancelled, std::function<QueryJob::Then(Result<SessionReader *>)> run);
    void askForAnswer(Speed speed, const Ticket &ticket, Flag cancelled,
        std::function<Result<HttpResponse>(SessionReader &)> question);

    void takePlan(const Ticket &ticket, const ApiCall &call);
    void orderFlags(const Route &route, const Ticket &ticket, const ApiCall &call);

    void beginWait(const Ticket &ticket, const HttpRequest &request);
    void serveWaits();
    void look(const Ticket &ticket, Wait &wait);
    void finishWait(const Ticket &ticket, const Wait &wait, WaitState::Verdict verdict);

    void beginStream(const Ticket &ticket, const HttpRequest &request);
    void serveStreams();
    void read(const Ticket &ticket, Stream &stream);
    void sawStart(const Ticket &ticket, EventId reached);
    void sawChunk(const Ticket &ticket, const StreamChunk &chunk);
    void keepAlive();
    void endStreams();

    ApiOptions m_options;
    AccessPolicy m_policy;
    std::string m_session;
    StoreStatus m_status;
    std::shared_ptr<const KnownPlan> m_plan;
    std::vector<std::unique_ptr<Lane>> m_lanes; ///< The first is the quick one.
    std::vector<int> m_load; ///< Questions under way, by lane.
    ByTicket<Flag> m_questions;
    ByTicket<Wait> m_waits;
    ByTicket<Stream> m_streams;
    struct WaitingPlan
    {
        std::int64_t fingerprint = 0;
        std::size_t events = 0;
    };
    ByTicket<WaitingPlan> m_givenPlans;
    std::map<quint64, Ticket> m_resets;
    quint64 m_lastReset = 0;
    struct Order
    {
        Ticket ticket;
        FlagOrder::Kind kind;
    };
    std::map<quint64, Order> m_orders;
    quint64 m_lastOrder = 0;
    quint64 m_generation = 0; ///< Of the session: answers about an earlier one are dropped.
    QTimer m_waitTimer, m_keepAliveTimer, m_wakeTimer;
};

} // namespace Weir
