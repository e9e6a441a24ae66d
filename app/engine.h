#pragma once

#include "app/planwiring.h"
#include "app/sessionlock.h"
#include "app/settings.h"
#include "core/automation/apiserver.h"
#include "core/base/workerthread.h"
#include "core/capture/captureserver.h"
#include "core/store/eventwriter.h"
#include "core/store/storestatus.h"

#include <QObject>
#include <QThreadPool>

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace Weir {

/// What users need not set, and tests want smaller.
struct EngineLimits
{
    std::chrono::milliseconds keepAlive{15'000}; ///< See ApiOptions.
    std::int64_t holdBytes = std::int64_t(64) << 20; ///< See WriterOptions.
};

/// Everything that runs without a window; the window, `weir serve` and the tests each build one. It owns the
/// workers, joins their signals, and orders start and stop: what was captured or acknowledged before stop()
/// is on disk after it. Lives on the thread that runs the program; its signals come there.
class Engine : public QObject
{
    Q_OBJECT
public:
    explicit Engine(Settings settings, EngineLimits limits = {}, QObject *parent = nullptr);
    ~Engine() override; ///< Stops.

    /// Opens the session and the door, side by side: `sessionOpened` and then `listening`, or `failed`.
    /// Returns at once, and no signal comes before the event loop runs.
    void start();
    /// Closes the door, finishes what was taken, closes the session. Blocks for that long.
    void stop();
    /// Closes the session and opens another one; clients wait meanwhile. `sessionOpened`, or `failed` and the
    /// session that was open is opened again. Blocks until the old one is closed.
    void openSession(const std::string &path);
    /// Copies the session to `path`, in place of what is there, and goes on in the copy; clients wait
    /// meanwhile. `sessionOpened`, or `failed` and the session that was open is opened again. Does not block
    /// for the copy.
    void saveSessionAs(const std::string &path);
    /// Empties the session; answered by `cleared`, or by `failed`.
    void clearSession();
    /// The desk of flags is to do this; answered by `flagsAnswered` with the number that is returned.
    quint64 orderFlags(const FlagOrder &order);

    const Settings &settings() const { return m_settings; }
    /// What events are checked by; null before start().
    const std::shared_ptr<const KnownPlan> &plan() const { return m_plans.plan(); }
    /// The session that is open; nothing before the first `sessionOpened`.
    const std::optional<SessionInfo> &session() const { return m_session; }
    /// The port that is listened on; 0 before `listening`.
    std::uint16_t port() const { return m_session ? m_port : 0; }

signals:
    void sessionOpened(const Weir::SessionInfo &info);
    /// `addresses`: "127.0.0.1:9347", one for each host.
    void listening(quint16 port, const std::vector<std::string> &addresses);
    /// Weir cannot start, or not do what it was told. Before `listening` it is fatal.
    void failed(const Weir::Error &error);
    void committed(const Weir::Commit &commit);
    void statusChanged(const Weir::StoreStatus &status);
    void cleared(const Weir::SessionCounts &counts);
    void flagsAnswered(quint64 id, const Weir::FlagAnswer &answer);
    void flagsChanged(); ///< A report of the flags would say something else than before.

private:
    void suspend();
    void openWriter(const std::string &path);
    void closeWriter();
    bool canChangeSession();
    void sawCopied(const std::string &path, const Result<void> &copied);
    void startCapture();
    void joinWriter();
    void joinCapture();
    void sawOpened(const SessionInfo &info);
    void sawWriterError(const Error &error);
    void sawListening(quint16 port, const std::vector<std::string> &addresses);
    AccessPolicy policy() const;

    Settings m_settings;
    EngineLimits m_limits;
    std::unique_ptr<SessionLock> m_lock;
    std::optional<SessionInfo> m_session;
    std::string m_previous; ///< The session to go back to when the next one cannot be opened.
    bool m_opening = false;
    bool m_copying = false;
    quint64 m_lastOrder = 0; ///< Of flags.
    std::uint16_t m_port = 0;
    std::vector<std::string> m_addresses; ///< Listened on, and not told yet.
    PlanWiring m_plans;
    // Destroyed in reverse: the door closes first, so nothing is left to write when the writer closes.
    std::unique_ptr<WorkerThread<EventWriter>> m_writer;
    std::unique_ptr<WorkerThread<ApiServer>> m_api;
    std::unique_ptr<WorkerThread<CaptureServer>> m_capture;
    QThreadPool m_copier;
};

} // namespace Weir
