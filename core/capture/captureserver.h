#pragma once

#include "core/base/error.h"
#include "core/base/time.h"
#include "core/capture/decoder.h"
#include "core/event/bodycodec.h"
#include "core/event/capturedrequest.h"
#include "core/flags/flagdesk.h"
#include "core/http/httpmessage.h"
#include "core/http/httpserver.h"
#include "core/http/upstream.h"
#include "core/schema/planvalidator.h"

#include <QBasicTimer>
#include <QList>
#include <QObject>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

class QEventLoop;

namespace Weir {

/// Where the capture door listens, and how patient it is.
struct CaptureOptions
{
    std::vector<std::string> hosts = {"127.0.0.1"};
    std::uint16_t port = 0; ///< 0: any free one.
    Clock clock = systemNow;
    FlagDefinitions definitions; ///< Of `definitionsDocument`: what flags are evaluated by.
    std::optional<UpstreamUrl> upstream; ///< Asked for flags, configurations and scripts.
    std::string definitionsDocument; ///< As JSON. Empty: there are none.
    std::optional<CompiledPlan> plan; ///< Each event is checked against it; nothing: by no plan.
    std::size_t aheadBytes = std::size_t(16) << 20; ///< Captured and not yet stored. Beyond: sockets wait.
    std::chrono::milliseconds finishTimeout{5000}; ///< How long close() waits for the store.
};

/// The capture door: takes requests, decides about each with decodeRequest(), hands on what is to be kept,
/// and answers when the store says that it is durable. Lives on the capture thread: reach it through
/// connect(), never by a call. Paths under /weir/ are not its own: it passes them on.
class CaptureServer : public QObject
{
    Q_OBJECT
public:
    explicit CaptureServer(CaptureOptions options, QObject *parent = nullptr);
    ~CaptureServer() override;

public slots:
    /// Listens. Emits `listening`, or `failed` when it cannot.
    void open();
    /// Takes no more, waits until what it took is stored and answered, then closes all connections.
    void close();

    /// Stops reading from all connections, or goes on. What was read is in `captured` when pause() returns.
    void pause();
    void resume();

    /// These requests are stored: they are answered now. Unknown tickets are ignored.
    void acknowledge(const std::vector<Weir::Ticket> &tickets);
    /// These never will be: their clients are told to try again later, and `why`.
    void refuse(const QList<Weir::Ticket> &tickets, const Weir::Error &why);
    /// False while the store keeps requests in memory because the disk takes none. Then only what waits for
    /// durability waits; flags, configurations and errors are answered at once, and sockets are read on.
    void setStoreReady(bool ready);

    /// Holds for the very next request; answered by `planSet`.
    void setPlan(const Weir::CompiledPlan &plan);

    /// What the session that has been opened remembers of flags, and the newest answers to requests for them.
    void restoreNotes(const Weir::SessionNotes &notes);
    void restoreServed(const std::vector<Weir::ServedFlags> &answers);
    /// Older answers, as `olderServedWanted` asks for. Empty: there are none.
    void addOlderServed(const std::vector<Weir::ServedFlags> &answers);
    /// The session has been emptied.
    void forgetServed();
    /// Holds for the very next request; answered by `flagsAnswered` with the same id.
    void orderFlags(quint64 id, const Weir::FlagOrder &order);

    void respond(const Weir::Ticket &ticket, const Weir::HttpResponse &response);
    void beginStream(const Weir::Ticket &ticket, const Weir::HttpResponse &head);
    void sendChunk(const Weir::Ticket &ticket, const QByteArray &bytes);
    void endStream(const Weir::Ticket &ticket);

signals:
    void listening(quint16 port, const std::vector<std::string> &addresses);
    void failed(const Weir::Error &error);
    /// Once per round of the event loop. Each request with a connection in its ticket must come back in
    /// acknowledge() or refuse().
    void captured(const QList<Weir::CapturedRequest> &requests);
    void apiRequested(const Weir::Ticket &ticket, const Weir::HttpRequest &request);
    void flagsAnswered(quint64 id, const Weir::FlagAnswer &answer);
    /// Events that are captured behind this are checked by the plan with this fingerprint.
    void planSet(qint64 plan);
    /// To be kept in the session.
    void noted(const Weir::SessionNotes &notes);
    void servedNoted(const Weir::ServedNews &news);
    void olderServedWanted(qint64 before);
    /// A report, or the list of what was served, would say something else than before. Some ten times a
    /// second at most.
    void flagsChanged();
    void drained(const Weir::Ticket &ticket); ///< That stream has room again.
    void connectionClosed(quint64 connection);

protected:
    void timerEvent(QTimerEvent *event) override;

private:
    struct TicketHash
    {
        std::size_t operator()(const Ticket &ticket) const
        {
            return std::hash<std::uint64_t>()(ticket.connection * 0x9E3779B97F4A7C15ull + ticket.exchange);
        }
    };
    /// An answer that waits for its request to be stored.
    struct Pending
    {
        HttpResponse answer;
        std::size_t bytes = 0; ///< About what the request holds in memory until then.
        bool acknowledges = false; ///< The answer tells the client that its events are safe.
    };

    void handle(Ticket ticket, HttpRequest &&request);
    void ask(Ticket ticket, UtcTime now, HttpRequest &&request, const Intake &intake);
    void sawUpstream(
        const Ticket &ticket, UtcTime now, HttpRequest request, const Result<HttpResponse> &answer);
    void take(Ticket ticket, UtcTime now, HttpRequest &&request, Intake &&intake);
    void noteFlags(Intake &intake, UtcTime now);
    std::vector<EventViolations> check(Intake &intake);
    void tellOfFlags();
    void awaitExpiry();
    void handOnNotes();
    void handOnServed();
    void wantOlderServed();
    void endAwaitingServed();
    void keep(Ticket ticket, UtcTime now, HttpRequest &&request, Intake &&intake);
    void keepMalformed(MalformedRequest &&malformed);
    void finish();
    void handOn();
    void settle(const Ticket &ticket, const Error *refusal);
    void sawSettled();
    void updateReading();

    CaptureOptions m_options;
    std::string m_authority; ///< "127.0.0.1:9347", for answers that must name Weir itself.
    std::unique_ptr<HttpServer> m_server; ///< Made by open(), on the capture thread.
    BodyCompressor m_compressor;
    FlagDesk m_desk;
    std::optional<PlanValidator> m_validator;
    bool m_awaitsServed = false; ///< Older answers are on their way from the session.
    std::vector<std::pair<quint64, FlagOrder>> m_waitingOrders; ///< They ask for those.
    std::uint64_t m_toldRevision = 0; ///< Of the desk, by `flagsChanged`.
    QBasicTimer m_flagNews, m_expiry;
    std::unique_ptr<Upstream> m_upstream; ///< Made by open(); null when there is none.
    std::size_t m_asking = 0; ///< Requests whose upstream has not answered yet.
    QList<CapturedRequest> m_batch;
    std::unordered_map<Ticket, Pending, TicketHash> m_pending;
    std::size_t m_pendingBytes = 0;
    QEventLoop *m_finishing = nullptr; ///< Runs while close() waits for the store.
    bool m_storeReady = true, m_paused = false, m_reading = true;
};

} // namespace Weir
