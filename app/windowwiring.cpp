#include "app/windowwiring.h"

#include "app/cli/demosender.h"
#include "app/flagspagewiring.h"
#include "app/runflagswiring.h"
#include "ui/models/format.h"
#include "ui/panels/firstrun.h"
#include "ui/panels/flagspage.h"
#include "ui/panels/livepanel.h"
#include "ui/panels/livetoolbar.h"
#include "ui/panels/liveview.h"
#include "ui/panels/servedlog.h"
#include "ui/panels/tokenedit.h"
#include "ui/panels/tracepane.h"

#include <QDateTime>
#include <QFileInfo>

#include <cstdio>
#include <limits>

using namespace Qt::StringLiterals;

namespace Weir {

namespace {

constexpr quint64 firstRunGeneration = std::numeric_limits<quint64>::max();
constexpr std::uint32_t demoRuns = 3;

/// A free session file beside the one that is open.
QString newSessionPath(const std::string &beside)
{
    const QString folder = QFileInfo(QString::fromStdString(beside)).absolutePath();
    return folder + QDateTime::currentDateTime().toString(u"'/session-'yyyyMMdd-HHmmss'.weir'"_s);
}

} // namespace

WindowWiring::WindowWiring(Engine &engine, ViewState &state, MainWindow &window, QObject *parent)
    : QObject(parent)
    , m_engine(engine)
    , m_window(window)
    , m_live(new LivePanel(&window))
    , m_trace(new TracePane(&window))
    , m_flags(std::make_unique<FlagsPageWiring>(engine, window))
    , m_runFlags(std::make_unique<RunFlagsWiring>(*window.details(), *m_trace))
{
    m_window.setLive(m_live->toolbar(), m_live);
    m_window.setMiddle(m_trace);
    m_window.setLiveFocus(m_live->view());
    m_live->restore(state.live());
    connect(m_live, &LivePanel::stateChanged, this, [this, &state] { state.setLive(m_live->state()); });
    startReaders();
    joinStore();
    joinDetails();
    joinCommands();
    joinFirstRun();
}

WindowWiring::~WindowWiring()
{
    stop();
}

void WindowWiring::stop()
{
    m_stopping = true;
    m_senders.waitForDone();
    m_engine.stop();
    m_rows.reset();
    m_searches.reset();
    m_traces.reset();
    m_runFlags->stop();
}

// ---- Engine → window

void WindowWiring::joinStore()
{
    Engine *const engine = &m_engine;
    connect(engine, &Engine::sessionOpened, this, &WindowWiring::sawOpened);
    connect(engine, &Engine::listening, this, &WindowWiring::sawListening);
    connect(engine, &Engine::failed, this, &WindowWiring::sawFailure);
    connect(engine, &Engine::committed, this, &WindowWiring::sawCommit);
    connect(engine, &Engine::committed, &m_live->model(), &LiveModel::addCommit);
    connect(engine, &Engine::committed, m_trace, &TracePane::addCommit);
    connect(engine, &Engine::committed, m_runFlags.get(), &RunFlagsWiring::sawCommit);
    connect(engine, &Engine::committed, &m_window, &MainWindow::setCommit);
    connect(engine, &Engine::statusChanged, &m_window, &MainWindow::setStore);
    connect(m_live, &LivePanel::resetWanted, engine, &Engine::clearSession);
}

void WindowWiring::sawOpened(const SessionInfo &info)
{
    m_window.setSession(QString::fromStdString(info.path));
    openReaders(info);
}

void WindowWiring::sawListening(quint16 port, const std::vector<std::string> &addresses)
{
    const QString address = QString::fromStdString(addresses.empty() ? std::string() : addresses.front());
    m_capture = {CaptureStatus::State::Listening, address.section(u':', 0, -2), port, {}};
    m_window.setCapture(m_capture);
    emit started();
}

void WindowWiring::sawCommit(const Commit &commit)
{
    if (m_capture.state != CaptureStatus::State::Listening || commit.events == 0)
        return;
    m_capture.state = CaptureStatus::State::Capturing;
    m_window.setCapture(m_capture);
}

void WindowWiring::sawFailure(const Error &error)
{
    // Also for whoever started the window from a script.
    std::fprintf(stderr, "weir: %s\n", toText(error).c_str());
    if (m_capture.state == CaptureStatus::State::Stopped)
        emit couldNotStart();
    else
        m_window.tell(fromUtf8(toText(error)));
}

// ---- Readers ↔ window

void WindowWiring::startReaders()
{
    m_rows = std::make_unique<WorkerThread<EventReader>>(u"rows"_s);
    m_searches = std::make_unique<WorkerThread<EventReader>>(u"searches"_s);
    m_traces = std::make_unique<WorkerThread<EventReader>>(u"traces"_s);
    joinRows();
    joinSearches();
    joinTrace();
    for (auto *reader : {m_rows.get(), m_searches.get(), m_traces.get()})
        reader->start();
}

void WindowWiring::openReaders(const SessionInfo &info)
{
    for (EventReader *reader : {m_rows->get(), m_searches->get(), m_traces->get()}) {
        QMetaObject::invokeMethod(
            reader, [reader, info] { reader->openSession(info); }, Qt::QueuedConnection);
    }
    m_runFlags->openSession(info);
}

void WindowWiring::joinRows()
{
    EventReader *reader = m_rows->get();
    LiveModel *model = &m_live->model();
    connect(reader, &EventReader::opened, model, &LiveModel::openSession);
    connect(model, &LiveModel::summaryNeeded, reader, &EventReader::readSummary);
    connect(reader, &EventReader::summaryRead, model, &LiveModel::setSummary);
    connect(reader, &EventReader::summaryRead, &m_window,
        [this](quint64, const SessionSummary &summary) { m_window.setSummary(summary); });
    connect(model, &LiveModel::windowNeeded, reader, &EventReader::readWindow);
    connect(reader, &EventReader::windowRead, model, &LiveModel::setWindow);
    connect(model, &LiveModel::tailNeeded, reader, &EventReader::search);
    connect(reader, &EventReader::searchReported, model, &LiveModel::addSearchReport);
    connect(reader, &EventReader::eventRead, this, [this](const EventDetails &details) {
        if (details.generation != m_generation)
            return;
        if (!details.event.event.traceId.empty())
            m_runFlags->select(details.trace.row);
        m_window.details()->setEvent(
            details.event, details.request, details.trace, details.position, violationsOf(details.event));
    });
    connect(reader, &EventReader::eventMissing, this, [this](quint64 generation) {
        if (generation == m_generation)
            m_window.details()->setError(tr("This event is not in the session any more"));
    });
    connect(reader, &EventReader::failed, this,
        [this](const Error &error) { m_window.tell(fromUtf8(toText(error))); });
}

/// By the plan as it is now, so that what is told is what came with this event.
std::vector<Violation> WindowWiring::violationsOf(const StoredEvent &event) const
{
    if (!m_engine.plan() || event.payload.isEmpty())
        return {};
    PlanValidator validator(m_engine.plan()->plan);
    return validator.validate(
        event.event, {event.payload.constData(), static_cast<std::size_t>(event.payload.size())});
}

void WindowWiring::joinSearches()
{
    EventReader *reader = m_searches->get();
    LiveModel *model = &m_live->model();
    connect(model, &LiveModel::searchNeeded, reader, &EventReader::search);
    connect(reader, &EventReader::searchReported, model, &LiveModel::addSearchReport);
    connect(m_live, &LivePanel::histogramNeeded, reader, &EventReader::readHistogram);
    connect(reader, &EventReader::histogramRead, m_live, &LivePanel::setHistogram);
    connect(m_live, &LivePanel::valuesNeeded, reader, &EventReader::readValues);
    connect(reader, &EventReader::valuesRead, m_live, &LivePanel::setValues);
    connect(m_live, &LivePanel::requestsNeeded, reader, &EventReader::readRequests);
    connect(reader, &EventReader::requestsRead, m_live, &LivePanel::setRequests);
    connect(m_live, &LivePanel::payloadsNeeded, reader, &EventReader::readPayloads);
    connect(reader, &EventReader::payloadsRead, m_live, &LivePanel::setPayloads);
    connect(reader, &EventReader::requestsRead, this, [this](quint64 generation, const RequestPage &page) {
        if (generation == firstRunGeneration)
            m_window.firstRun()->setRequests({page.requests.rbegin(), page.requests.rend()}); // Newest last.
    });
}

void WindowWiring::joinTrace()
{
    EventReader *reader = m_traces->get();
    LiveModel *model = &m_trace->model();
    connect(reader, &EventReader::opened, m_trace, &TracePane::openSession);
    connect(model, &LiveModel::windowNeeded, reader, &EventReader::readWindow);
    connect(reader, &EventReader::windowRead, model, &LiveModel::setWindow);
    connect(m_live, &LivePanel::traceSelected, m_trace, [this](qint64 trace, qint64 event) {
        if (m_window.hasThreeParts()) // Else nobody sees it.
            m_trace->setTrace(TraceRow(trace), EventId(event));
    });
    // The keys of the list do the same here.
    LiveView *view = m_trace->view();
    connect(view, &LiveView::copyWanted, m_live, [this, view] { m_live->copySelection(*view); });
    connect(view, &LiveView::pauseWanted, m_live, &LivePanel::togglePause);
    connect(view, &LiveView::filterWanted, m_live,
        [this](const QString &key, const QString &value, bool exclude) {
            m_live->setTerm({key, exclude ? FilterOp::IsNot : FilterOp::Is, value});
        });
}

// ---- Within the window

void WindowWiring::showEvent(qint64 event)
{
    m_window.details()->setLoading(EventId(event));
    EventReader *reader = m_rows->get();
    QMetaObject::invokeMethod(
        reader, [reader, generation = ++m_generation, event] { reader->readEvent(generation, event); },
        Qt::QueuedConnection);
}

/// A group was selected. Its events may come a moment later; the row of a group in sight is known.
void WindowWiring::showRun(TraceRow run)
{
    const TraceSummary *const summary = m_live->model().summary(run);
    if (!summary)
        return;
    ++m_generation; // An event that is still on its way comes too late.
    m_window.details()->setRun(*summary);
}

/// Selects the event where it is listed; what the filter hides is only shown.
void WindowWiring::goToEvent(qint64 event)
{
    LiveModel &model = m_live->model();
    const LiveRows &rows = model.rows();
    const auto id = EventId(event);
    const TraceRow run = m_runFlags->run();
    const bool isWhole = rows.grouping() == LiveRows::Grouping::ByTrace && !model.isMatchingOnly();
    const bool isListed = id <= model.newestEvent() && (!rows.isFiltered() || isWhole || rows.matches(id));
    if (isListed && raw(run) != 0)
        model.reveal(id, run);
    else
        showEvent(event);
}

void WindowWiring::joinDetails()
{
    DetailPane *details = m_window.details();
    connect(m_live, &LivePanel::eventSelected, this, &WindowWiring::showEvent);
    connect(m_trace, &TracePane::eventSelected, this, &WindowWiring::showEvent);
    connect(m_live, &LivePanel::traceSelected, this, [this](qint64 trace, qint64 event) {
        m_runFlags->select(TraceRow(trace));
        if (event == 0 && trace != 0)
            showRun(TraceRow(trace));
    });
    connect(&m_live->model(), &LiveModel::dataChanged, details, [this, details] {
        const TraceSummary *const run = m_live->model().summary(details->run());
        if (run && raw(details->eventId()) == 0) // Else an event was selected, and is on its way.
            details->setRun(*run); // It goes on.
    });
    connect(details, &DetailPane::eventWanted, this, &WindowWiring::goToEvent);
    connect(m_live, &LivePanel::requestSelected, this, [this](const StoredRequest &request) {
        ++m_generation; // An event that is still on its way comes too late.
        m_window.details()->setRequest(request);
    });
    connect(m_live, &LivePanel::told, m_window.status(), &StatusBar::tell);
    connect(m_live, &LivePanel::detailsWanted, this, [this] {
        if (QAction *shown = m_window.action(Command::ToggleDetails); !shown->isChecked())
            shown->trigger();
    });
    connect(m_flags->page().log(), &ServedLog::traceWanted, this, [this](const QString &traceId) {
        m_window.action(Command::GoLive)->trigger();
        m_live->setTerm({u"trace_id"_s, FilterOp::Is, traceId});
    });
    connect(details, &DetailPane::filterRequested, m_live,
        [this](const FilterTerm &term) { m_live->setTerm(term); });
    connect(&m_window, &MainWindow::detailsClosed, m_live->view(), qOverload<>(&QWidget::setFocus));
}

void WindowWiring::joinCommands()
{
    LiveToolbar *toolbar = m_live->toolbar();
    LiveModel *model = &m_live->model();
    QAction *shown = m_window.action(Command::ToggleDetails);
    QAction *bottom = m_window.action(Command::MoveDetails);
    const auto showState
        = [toolbar, shown, bottom] { toolbar->setDetail(shown->isChecked(), bottom->isChecked()); };
    for (QAction *action : {shown, bottom})
        connect(action, &QAction::toggled, toolbar, showState);
    showState();
    connect(toolbar, &LiveToolbar::detailToggled, shown, &QAction::trigger);
    connect(toolbar, &LiveToolbar::densityWanted, this, [this](Density density) {
        const Command commands[] = {Command::Dense, Command::Compact, Command::Comfortable};
        m_window.action(commands[static_cast<int>(density)])->trigger();
    });
    connect(m_window.action(Command::PauseView), &QAction::triggered, model, &LiveModel::setPaused);
    connect(m_window.action(Command::FocusFilter), &QAction::triggered, m_live, [this] {
        if (m_live->filter()->isVisible())
            m_live->filter()->activate();
    });
    const auto tellPause = [this, model] {
        m_window.setViewPaused(model->mode() == LiveModel::Mode::Paused, model->waiting());
    };
    connect(model, &LiveModel::modeChanged, this, tellPause);
    connect(model, &LiveModel::waitingChanged, this, tellPause);
    connect(model, &LiveModel::refreshRateChanged, m_window.status(), &StatusBar::setViewRate);
    connect(&m_window, &MainWindow::sessionRequested, this, &WindowWiring::openSession);
    connect(&m_window, &MainWindow::saveAsRequested, this,
        [this](const QString &path) { m_engine.saveSessionAs(path.toStdString()); });
}

void WindowWiring::joinFirstRun()
{
    FirstRun *firstRun = m_window.firstRun();
    connect(firstRun, &FirstRun::requestsNeeded, this, [this] {
        EventReader *reader = m_searches->get();
        RequestPageRequest request;
        request.order = EventPageRequest::Order::Descending;
        QMetaObject::invokeMethod(
            reader, [reader, request] { reader->readRequests(firstRunGeneration, request); },
            Qt::QueuedConnection);
    });
    connect(firstRun, &FirstRun::testEventRequested, this, [this] {
        sendInBackground([host = m_engine.settings().hosts.front(), port = m_engine.port()] {
            return sendTestEvent(host, port, systemNow());
        });
    });
    connect(firstRun, &FirstRun::demoRequested, this, [this] {
        DemoPlan plan;
        plan.host = m_engine.settings().hosts.front();
        plan.port = m_engine.port();
        plan.runs = demoRuns;
        plan.seed = std::uint64_t(toMs(systemNow()));
        sendInBackground([this, plan]() -> Result<void> {
            const auto sent = sendDemo(plan, m_stopping, [](const DemoReport &) {});
            return sent ? Result<void>() : Result<void>(sent.error());
        });
    });
}

/// Sends through the door as an SDK would, and tells the first run what went wrong.
void WindowWiring::sendInBackground(std::function<Result<void>()> send)
{
    m_senders.start([this, send = std::move(send)] {
        const auto sent = send();
        if (sent || m_stopping)
            return;
        QMetaObject::invokeMethod(
            this,
            [this, error = sent.error()] { m_window.firstRun()->setSendError(fromUtf8(toText(error))); },
            Qt::QueuedConnection);
    });
}

// ---- Orders of the window

void WindowWiring::openSession(const QString &path)
{
    m_window.clearNote(); // What it said of the last try.
    // The window is only shown once a session is open.
    m_engine.openSession((path.isEmpty() ? newSessionPath(m_engine.session()->path) : path).toStdString());
}

} // namespace Weir
