#pragma once

#include "app/engine.h"
#include "app/scenefile.h"
#include "core/base/workerthread.h"
#include "core/store/eventreader.h"
#include "ui/window/switchboard.h"

#include <QObject>
#include <QTimer>

#include <memory>
#include <vector>

namespace Weir {

class FlagBoard;
class MainWindow;

/// Joins the file of scenes to the board of flags, and the switchboard to the board, the window and the
/// session: it reads the newest events by itself, only while it can be seen. Lives on the window's thread;
/// what it is given outlives it.
class DemoWiring : public QObject
{
    Q_OBJECT
public:
    DemoWiring(Engine &engine, FlagBoard &board, MainWindow &window, QObject *parent = nullptr);
    ~DemoWiring() override;

    /// Ends its reader, before the engine closes the session.
    void stop();
    /// Null until it was asked for.
    Switchboard *switchboard() const { return m_switchboard.get(); }
    const SceneFile &scenes() const { return m_scenes; }

public slots:
    void open(); ///< The switchboard.

private:
    void joinScenes();
    void tell(const Result<void> &done);
    void startReader();
    void sawCommit(const Commit &commit);
    void readEvents();

    Engine &m_engine;
    FlagBoard &m_board;
    MainWindow &m_window;
    SceneFile m_scenes;
    std::unique_ptr<Switchboard> m_switchboard;
    std::unique_ptr<WorkerThread<EventReader>> m_reader; ///< Made with the switchboard.
    EventId m_newest{};
    std::vector<EventRow> m_events; ///< Those that were read last, the newest first.
    quint64 m_generation = 0;
    QTimer m_soon; ///< Commits come a thousand times a second, and are read four times.
};

} // namespace Weir
