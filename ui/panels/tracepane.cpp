#include "ui/panels/tracepane.h"

#include "ui/models/format.h"
#include "ui/models/livetext.h"
#include "ui/panels/liveview.h"
#include "ui/panels/runflagsbar.h"
#include "ui/theme/theme.h"

#include <QHBoxLayout>
#include <QStackedWidget>

#include <algorithm>
#include <limits>

namespace Weir {

namespace {

constexpr int headerHeight = 44, leastEventWidth = 260, leastWaterfall = 200;
constexpr LiveColumn unwanted[] = {LiveColumn::Source, LiveColumn::Workspace, LiveColumn::User};

} // namespace

TracePane::TracePane(QWidget *parent)
    : Surface(Token::S2, {}, parent)
    , m_header(new Surface(Token::S2, Qt::BottomEdge, this))
    , m_name(new TextLabel({}, TextStyle::Title, Token::T1, m_header))
    , m_id(new TextLabel({}, TextStyle::Mono, Token::T3, m_header))
    , m_facts(new TextLabel({}, TextStyle::Row, Token::T3, m_header))
    , m_flags(new RunFlagsBar(m_header))
    , m_pages(new QStackedWidget(this))
    , m_view(new LiveView(&m_model, this))
{
    setAccessibleName(tr("Trace"));
    m_view->setAccessibleName(tr("Events of the trace"));
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    auto *title = new QHBoxLayout(m_header);
    title->setContentsMargins(px(14), 0, px(14), 1);
    title->setSpacing(px(8));
    m_header->setFixedHeight(px(headerHeight));
    for (TextLabel *part : {m_name, m_id, m_facts})
        title->addWidget(part);
    title->addSpacing(px(8));
    title->addWidget(m_flags, 1);
    auto *none = new TextLabel(
        tr("Select an event to see the trace that it belongs to."), TextStyle::Row, Token::T3, m_pages);
    none->setAlignment(Qt::AlignCenter);
    none->setWordWrap(true);
    m_pages->addWidget(none);
    m_pages->addWidget(m_view);
    layout->addWidget(m_header);
    layout->addWidget(m_pages, 1);
    for (const LiveColumn column : unwanted)
        m_view->columns().setWanted(column, false);
    connect(&m_model, &LiveModel::summaryNeeded, this, &TracePane::answerSummary);
    connect(&m_model, &LiveModel::dataChanged, this, &TracePane::showTitle);
    connect(&m_model, &LiveModel::rowsChanged, this, &TracePane::mark);
    connect(m_view, &LiveView::currentChanged, this, [this](const LiveRow &row) {
        if (!m_marking && row.kind == LiveRow::Kind::Event && raw(row.event) != 0)
            emit eventSelected(raw(row.event));
    });
    setMinimumWidth(px(420));
    showTitle();
}

void TracePane::setTrace(TraceRow trace, EventId event)
{
    m_marked = event;
    if (trace == m_trace) {
        mark();
        return;
    }
    m_trace = trace;
    m_view->clearCurrent();
    m_flags->setFlags({});
    m_model.openSession({});
    showTitle();
}

void TracePane::setRunFlags(TraceRow trace, const std::vector<RunFlag> &flags)
{
    if (trace == m_trace)
        m_flags->setFlags(flags);
}

void TracePane::openSession(const SessionInfo &)
{
    setTrace({}, {}); // What was selected is of another file.
}

void TracePane::addCommit(const Commit &commit)
{
    if (commit.cleared)
        setTrace({}, {});
    if (raw(m_trace) == 0 || !std::ranges::binary_search(commit.touched, m_trace))
        return;
    Commit ours; // Nothing of the other traces is listed here.
    ours.touched = {m_trace};
    m_model.addCommit(ours);
}

/// The session, as far as this pane is concerned: one trace, and any event may be of it.
void TracePane::answerSummary(quint64 generation)
{
    SessionSummary only;
    if (raw(m_trace) != 0) {
        only.traceRanges = {{raw(m_trace), raw(m_trace)}};
        only.eventRanges = {{1, std::numeric_limits<std::int32_t>::max()}};
        only.traces = 1;
    }
    m_model.setSummary(generation, only);
    if (raw(m_trace) != 0)
        m_model.setExpanded(m_trace, true);
}

void TracePane::showTitle()
{
    const TraceSummary *trace = raw(m_trace) != 0 ? m_model.summary(m_trace) : nullptr;
    m_pages->setCurrentIndex(raw(m_trace) != 0 ? 1 : 0);
    m_header->setVisible(raw(m_trace) != 0);
    if (!trace)
        return;
    m_name->setText(groupTitle(*trace));
    m_id->setText(trace->name.empty() ? QString() : shortTraceId(trace->traceId));
    m_facts->setText(
        tr("%1, %2").arg(counted(trace->events, tr("event")), formatDuration(double(trace->durationMs))));
}

/// Selects the marked event, once its row is there.
void TracePane::mark()
{
    if (raw(m_marked) == 0 || m_marking)
        return;
    for (std::int64_t position = 0; position < m_model.rows().count(); ++position) {
        if (m_model.rows().at(position).event != m_marked)
            continue;
        m_marking = true;
        m_marked = {};
        m_view->setCurrent(position);
        m_marking = false;
        return;
    }
}

void TracePane::resizeEvent(QResizeEvent *event)
{
    Surface::resizeEvent(event);
    fitColumns();
}

/// The waterfall takes what names and numbers leave.
void TracePane::fitColumns()
{
    LiveColumns &columns = m_view->columns();
    int others = leastEventWidth;
    for (const LiveColumn column : {LiveColumn::Time, LiveColumn::Status, LiveColumn::Duration})
        others += columns.width(column);
    const int scale = std::max(1, px(100));
    columns.setWidth(LiveColumn::Waterfall, std::max(leastWaterfall, width() * 100 / scale - others));
    m_view->columnsChanged();
}

} // namespace Weir
