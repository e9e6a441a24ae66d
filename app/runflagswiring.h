#pragma once

#include "core/base/workerthread.h"
#include "core/store/eventreader.h"

#include <QObject>
#include <QTimer>

#include <memory>
#include <vector>

namespace Weir {

class DetailPane;
class TracePane;

/// Reads which values of flags the selected run has seen or was served, and shows them in the details and
/// beside the trace. Has a reader of its own, since a long run takes its time; what is not wanted any more is
/// cancelled. Lives on the window's thread; both panes outlive it.
class RunFlagsWiring : public QObject
{
    Q_OBJECT
public:
    RunFlagsWiring(DetailPane &details, TracePane &trace, QObject *parent = nullptr);
    ~RunFlagsWiring() override;

    /// This run is selected; 0: none is, and what is shown stays.
    void select(TraceRow run);
    TraceRow run() const { return m_run; }
    void openSession(const SessionInfo &info);
    void sawCommit(const Commit &commit);
    /// Ends the reader. Blocks for a moment.
    void stop();

private:
    void forget();
    void read();
    void sawFlags(const RunFlagsReport &report);

    DetailPane &m_details;
    TracePane &m_trace;
    std::unique_ptr<WorkerThread<EventReader>> m_reader;
    TraceRow m_run{};
    EventId m_reached{}; ///< The last event of the run that was looked at.
    RunFlags m_flags;
    CancelToken m_cancelled; ///< Of what is being read; null: nothing is.
    quint64 m_generation = 0;
    bool m_isOld = false; ///< More came while it was read.
    QTimer m_soon; ///< A run that goes on commits many times a second.
};

} // namespace Weir
