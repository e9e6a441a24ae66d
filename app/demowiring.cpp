#include "app/demowiring.h"

#include "ui/models/flagboard.h"
#include "ui/models/format.h"
#include "ui/models/personalvalues.h"
#include "ui/window/mainwindow.h"

#include <QAction>

#include <algorithm>

namespace Weir {

namespace {
constexpr std::int64_t eventsShown = 3;
constexpr std::chrono::milliseconds readEvery{250};
} // namespace

DemoWiring::DemoWiring(Engine &engine, FlagBoard &board, MainWindow &window, QObject *parent)
    : QObject(parent)
    , m_engine(engine)
    , m_board(board)
    , m_window(window)
    , m_scenes(engine.settings().scenes)
{
    m_soon.setSingleShot(true);
    m_soon.setInterval(readEvery);
    connect(&m_soon, &QTimer::timeout, this, &DemoWiring::readEvents);
    connect(&engine, &Engine::committed, this, &DemoWiring::sawCommit);
    connect(window.action(Command::DemoMode), &QAction::triggered, this, &DemoWiring::open);
    joinScenes();
}

DemoWiring::~DemoWiring() = default;

void DemoWiring::stop()
{
    m_switchboard.reset();
    m_reader.reset();
}

void DemoWiring::joinScenes()
{
    connect(&m_scenes, &SceneFile::changed, &m_board, &FlagBoard::setScenes);
    connect(&m_scenes, &SceneFile::failed, this, [this](const Error &error) { tell(error); });
    connect(
        &m_scenes, &SceneFile::mended, this, [this] { m_window.clearNote(MainWindow::NoteFrom::Scenes); });
    connect(&m_board, &FlagBoard::sceneSaveWanted, this,
        [this](const FlagScene &scene) { tell(m_scenes.save(scene)); });
    connect(&m_board, &FlagBoard::sceneRenameWanted, this,
        [this](
            const std::string &name, const std::string &newName) { tell(m_scenes.rename(name, newName)); });
    connect(&m_board, &FlagBoard::sceneDeleteWanted, this,
        [this](const std::string &name) { tell(m_scenes.remove(name)); });
    m_scenes.open();
}

void DemoWiring::tell(const Result<void> &done)
{
    if (!done)
        m_window.tell(fromUtf8(toText(done.error())), MainWindow::NoteFrom::Scenes);
    else if (!m_scenes.error())
        m_window.clearNote(MainWindow::NoteFrom::Scenes);
}

void DemoWiring::open()
{
    if (!m_switchboard) {
        m_switchboard = std::make_unique<Switchboard>(m_board);
        connect(m_switchboard.get(), &Switchboard::shown, this, &DemoWiring::readEvents);
        connect(m_switchboard.get(), &Switchboard::returnWanted, this, [this] {
            m_window.raise();
            m_window.activateWindow();
        });
        startReader();
    }
    m_switchboard->open();
}

void DemoWiring::startReader()
{
    m_reader = std::make_unique<WorkerThread<EventReader>>(QStringLiteral("demo"));
    EventReader *const reader = m_reader->get();
    const auto openSession = [this, reader](const SessionInfo &info) {
        QMetaObject::invokeMethod(
            reader, [reader, info] { reader->openSession(info); }, Qt::QueuedConnection);
        m_newest = {};
        m_switchboard->setEvents({});
    };
    connect(&m_engine, &Engine::sessionOpened, this, openSession);
    // It may have been opened long before: the summary says which events there are.
    connect(reader, &EventReader::opened, this, [reader] {
        QMetaObject::invokeMethod(
            reader, [reader] { reader->readSummary(0); }, Qt::QueuedConnection);
    });
    connect(reader, &EventReader::summaryRead, this, [this](quint64, const SessionSummary &summary) {
        if (!summary.eventRanges.empty())
            m_newest = std::max(m_newest, EventId(summary.eventRanges.back().last));
        readEvents();
    });
    connect(reader, &EventReader::windowRead, this, [this, reader](const WindowAnswer &answer) {
        if (answer.request.generation != m_generation || !m_switchboard)
            return;
        m_events = answer.events;
        std::ranges::sort(m_events, std::ranges::greater(), &EventRow::id);
        PayloadsOrder order; // They are not shown before it is known what of them must not be.
        order.generation = m_generation;
        order.limit = m_events.size();
        for (const EventRow &event : m_events)
            order.rows.push_back({event.id, event.trace});
        QMetaObject::invokeMethod(
            reader, [reader, order] { reader->readPayloads(order); }, Qt::QueuedConnection);
    });
    connect(reader, &EventReader::payloadsRead, this, [this](const PayloadsReport &report) {
        if (report.generation != m_generation || !m_switchboard)
            return;
        QStringList personal;
        for (const QByteArray &payload : report.payloads)
            personal += personalValues({payload.constData(), std::size_t(payload.size())});
        m_switchboard->setEvents(m_events, personal);
    });
    m_reader->start();
    if (m_engine.session())
        openSession(*m_engine.session());
}

void DemoWiring::sawCommit(const Commit &commit)
{
    if (raw(commit.lastEvent) == 0 && !commit.cleared)
        return;
    m_newest = commit.events == 0 ? EventId() : std::max(m_newest, commit.lastEvent);
    if (m_switchboard && m_switchboard->isVisible() && !m_soon.isActive())
        m_soon.start();
}

void DemoWiring::readEvents()
{
    if (!m_reader || !m_switchboard || !m_switchboard->isVisible())
        return;
    WindowRequest request;
    request.generation = ++m_generation;
    for (std::int64_t i = 0; i < eventsShown && raw(m_newest) - i > 0; ++i)
        request.events.push_back(EventId(raw(m_newest) - i));
    if (request.events.empty()) {
        m_switchboard->setEvents({});
        return;
    }
    EventReader *const reader = m_reader->get();
    QMetaObject::invokeMethod(
        reader, [reader, request] { reader->readWindow(request); }, Qt::QueuedConnection);
}

} // namespace Weir
