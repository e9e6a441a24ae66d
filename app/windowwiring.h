#pragma once

#include "app/engine.h"
#include "core/base/workerthread.h"
#include "core/store/eventreader.h"
#include "ui/window/mainwindow.h"

#include <QObject>

#include <QThreadPool>

#include <atomic>
#include <functional>
#include <memory>

namespace Weir {

class FlagsPageWiring;
class LivePanel;
class RunFlagsWiring;
class TracePane;

/// Joins the window to the engine: the window's parts know no worker, and the workers know no window. Owns
/// the engine and the readers that answer the window: one for what is on screen, one for searches, one for
/// the trace beside the list, and the one of RunFlagsWiring. Lives on the window's thread; the window
/// outlives it.
class WindowWiring : public QObject
{
    Q_OBJECT
public:
    /// `state` is read now and written on every change, like the window's own; it outlives this.
    /// `engine` outlives this too; it may have been started, as long as its signals have not been delivered:
    /// they become `started` or `couldNotStart`.
    WindowWiring(Engine &engine, ViewState &state, MainWindow &window, QObject *parent = nullptr);
    ~WindowWiring() override;

    /// Stops the engine, which finishes what was acknowledged, and the readers. Blocks for that long.
    void stop();
    LivePanel *live() const { return m_live; }
    FlagsPageWiring &flags() const { return *m_flags; }

signals:
    void started(); ///< It listens: there is something to show.
    void couldNotStart(); ///< Standard error says why.

private:
    void joinStore();
    void joinRows();
    void joinSearches();
    void joinTrace();
    void joinDetails();
    void showEvent(qint64 event);
    void showRun(TraceRow run);
    std::vector<Violation> violationsOf(const StoredEvent &event) const;
    void goToEvent(qint64 event);
    void joinCommands();
    void joinFirstRun();
    void sendInBackground(std::function<Result<void>()> send);
    void sawOpened(const SessionInfo &info);
    void sawListening(quint16 port, const std::vector<std::string> &addresses);
    void sawCommit(const Commit &commit);
    void sawFailure(const Error &error);
    void openSession(const QString &path);
    void openReaders(const SessionInfo &info);
    void startReaders();

    Engine &m_engine;
    MainWindow &m_window;
    LivePanel *m_live; ///< The window's.
    TracePane *m_trace; ///< Likewise.
    std::unique_ptr<FlagsPageWiring> m_flags;
    std::unique_ptr<RunFlagsWiring> m_runFlags;
    std::unique_ptr<WorkerThread<EventReader>> m_rows, m_searches, m_traces;
    CaptureStatus m_capture;
    quint64 m_generation = 0; ///< Of the event that is shown.
    QThreadPool m_senders; ///< For the test event and the sample runs.
    std::atomic<bool> m_stopping = false;
};

} // namespace Weir
