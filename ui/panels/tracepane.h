#pragma once

#include "core/flags/runflags.h"
#include "core/store/storestatus.h"
#include "ui/models/livemodel.h"
#include "ui/theme/controls.h"

class QStackedWidget;

namespace Weir {

class LiveView;
class RunFlagsBar;

/// The middle of a very wide window: the trace of what is selected in the list, all its events with a
/// waterfall as wide as there is room. Follows the selection, and what arrives for that trace; asks by
/// signals and is answered by slots, like LivePanel, through a reader of its own.
class TracePane : public Surface
{
    Q_OBJECT
public:
    explicit TracePane(QWidget *parent = nullptr);

    /// Shows this trace, and marks this event of it (0: none). Trace 0: nothing is selected.
    void setTrace(TraceRow trace, EventId event);
    /// Which values of flags this trace has seen. Those of another are ignored.
    void setRunFlags(TraceRow trace, const std::vector<RunFlag> &flags);
    LiveModel &model() { return m_model; }
    LiveView *view() const { return m_view; }

public slots:
    void openSession(const Weir::SessionInfo &info);
    void addCommit(const Weir::Commit &commit);

signals:
    /// An event of the trace was selected here: show its details.
    void eventSelected(qint64 eventId);

protected:
    void resizeEvent(QResizeEvent *event) override;

private:
    void answerSummary(quint64 generation);
    void showTitle();
    void mark();
    void fitColumns();

    LiveModel m_model; ///< Of this one trace.
    TraceRow m_trace{};
    EventId m_marked{}; ///< To be selected as soon as its row is known.
    bool m_marking = false;
    Surface *m_header;
    TextLabel *m_name, *m_id, *m_facts;
    RunFlagsBar *m_flags;
    QStackedWidget *m_pages;
    LiveView *m_view;
};

} // namespace Weir
