#include "app/engine.h"

#include "core/base/logging.h"
#include "core/store/sessioncopy.h"

#include <QNetworkProxyFactory>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace Weir {

namespace {

/// The interface counts its orders from 1, so that neither takes the other's answers.
constexpr quint64 firstOrder = quint64(1) << 62;

/// Makes the folder of a session file, for this user only: what it captures is nobody else's business.
void makeFolder(const std::string &path)
{
    const std::filesystem::path folder = std::filesystem::path(path).parent_path();
    std::error_code ignored; // The writer says why the file cannot be made.
    if (!folder.empty() && std::filesystem::create_directories(folder, ignored))
        std::filesystem::permissions(folder, std::filesystem::perms::owner_all, ignored);
}

/// The definitions in this file, for the door.
Result<void> readDefinitions(const std::string &path, CaptureOptions &options)
{
    std::error_code failure;
    std::ifstream stream(path, std::ios::binary);
    std::stringstream text;
    if (std::filesystem::is_directory(path, failure) || !stream || !(text << stream.rdbuf()))
        return Error{Error::Kind::BadInput, "This file of flag definitions cannot be read", path};
    options.definitionsDocument = text.str();
    auto definitions = FlagDefinitions::parse(options.definitionsDocument);
    if (!definitions) {
        Error error = definitions.error();
        error.where = error.where.empty() ? path : path + " › " + error.where;
        return error;
    }
    for (const Error &problem : definitions->problems())
        qCWarning(lcCapture, "%s: %s", path.c_str(), toText(problem).c_str());
    options.definitions = *std::move(definitions);
    return {};
}

/// While the disk takes nothing, the writer keeps requests in memory and bounds them itself.
bool isReady(const StoreStatus &status)
{
    return status.state == StoreStatus::State::Ready || status.state == StoreStatus::State::ReadOnly;
}

} // namespace

Engine::Engine(Settings settings, EngineLimits limits, QObject *parent)
    : QObject(parent)
    , m_settings(std::move(settings))
    , m_limits(limits)
{
    QNetworkProxyFactory::setUseSystemConfiguration(false); // Or Weir would call itself through the proxy.
}

Engine::~Engine()
{
    stop();
}

void Engine::start()
{
    if (const auto loaded = m_plans.load(m_settings.plan); !loaded) {
        // Queued, so that a caller of start() has seen it return.
        QMetaObject::invokeMethod(
            this, [this, error = loaded.error()] { emit failed(error); }, Qt::QueuedConnection);
        return;
    }
    m_api = std::make_unique<WorkerThread<ApiServer>>(
        QStringLiteral("automation"), ApiOptions{m_limits.keepAlive});
    m_api->get()->setAccess(policy()); // Not started yet, so still ours.
    m_plans.join(m_api->get());
    m_api->start();
    openWriter(m_settings.session);
    if (m_writer)
        startCapture();
}

void Engine::stop()
{
    m_copying = false; // Whatever comes of it is for the next start.
    m_copier.waitForDone();
    // Its last answers and the ends of its streams are queued at the door before the door closes.
    m_api.reset();
    m_capture.reset();
    closeWriter();
}

void Engine::openSession(const std::string &path)
{
    if (!canChangeSession())
        return;
    suspend();
    openWriter(path);
}

void Engine::saveSessionAs(const std::string &path)
{
    if (!m_session || !canChangeSession())
        return;
    const std::string from = m_session->path;
    std::error_code ignored;
    if (std::filesystem::equivalent(from, path, ignored)) {
        emit failed({Error::Kind::BadInput, "This is the session that is open", path});
        return;
    }
    makeFolder(path);
    auto lock = SessionLock::take(path); // Or the file of another Weir would be replaced.
    if (!lock) {
        emit failed(lock.error());
        return;
    }
    suspend();
    m_lock = std::move(*lock);
    m_copying = true;
    m_copier.start([this, from, path] {
        QMetaObject::invokeMethod(
            this, [this, path, copied = copySession(from, path)] { sawCopied(path, copied); },
            Qt::QueuedConnection);
    });
}

void Engine::sawCopied(const std::string &path, const Result<void> &copied)
{
    if (!std::exchange(m_copying, false))
        return;
    m_lock.reset();
    if (copied) {
        openWriter(path);
        return;
    }
    openWriter(std::exchange(m_previous, {}));
    emit failed(copied.error());
}

bool Engine::canChangeSession()
{
    if (m_copying)
        emit failed({Error::Kind::BadInput, "The session is still being saved", {}});
    return !m_copying;
}

/// Closes the session. Clients wait until the next one is open.
void Engine::suspend()
{
    m_previous = m_session ? m_session->path : std::string();
    if (m_capture) {
        CaptureServer *const capture = m_capture->get();
        QMetaObject::invokeMethod(capture, &CaptureServer::pause, Qt::BlockingQueuedConnection);
    }
    if (m_api) {
        ApiServer *const api = m_api->get();
        QMetaObject::invokeMethod(
            api, [api] { api->setSession({}); }, Qt::BlockingQueuedConnection);
    }
    closeWriter();
}

void Engine::clearSession()
{
    if (EventWriter *const writer = m_writer ? m_writer->get() : nullptr)
        QMetaObject::invokeMethod(
            writer, [writer] { writer->clear(0); }, Qt::QueuedConnection);
}

quint64 Engine::orderFlags(const FlagOrder &order)
{
    const quint64 id = firstOrder + ++m_lastOrder;
    if (m_capture) {
        CaptureServer *const capture = m_capture->get();
        QMetaObject::invokeMethod(
            capture, [capture, id, order] { capture->orderFlags(id, order); }, Qt::QueuedConnection);
    }
    return id;
}

void Engine::openWriter(const std::string &path)
{
    m_opening = true;
    makeFolder(path);
    auto lock = SessionLock::take(path);
    if (!lock) {
        // Queued, so that a caller of start() has seen it return.
        QMetaObject::invokeMethod(
            this, [this, error = lock.error()] { sawWriterError(error); }, Qt::QueuedConnection);
        return;
    }
    m_lock = std::move(*lock);
    WriterOptions options;
    options.path = path;
    options.sync
        = m_settings.sync == Settings::Sync::Full ? WriterOptions::Sync::Full : WriterOptions::Sync::Normal;
    options.maxBytes = m_settings.maxBytes;
    options.holdBytes = m_limits.holdBytes;
    m_writer = std::make_unique<WorkerThread<EventWriter>>(QStringLiteral("writer"), options);
    joinWriter();
    m_writer->start();
}

void Engine::closeWriter()
{
    m_plans.closeSession();
    m_writer.reset();
    m_lock.reset();
}

void Engine::joinWriter()
{
    EventWriter *const writer = m_writer->get();
    ApiServer *const api = m_api->get();
    m_plans.join(writer);
    connect(writer, &EventWriter::opened, this, &Engine::sawOpened);
    connect(writer, &EventWriter::failed, this, &Engine::sawWriterError);
    // The interface before the door: whoever was told of a commit finds the interface knowing it.
    connect(writer, &EventWriter::committed, api, &ApiServer::sawCommit);
    connect(writer, &EventWriter::statusChanged, api, &ApiServer::setStatus);
    connect(api, &ApiServer::clearRequested, writer, &EventWriter::clear);
    connect(writer, &EventWriter::recheckChanged, api, &ApiServer::sawRecheck);
    connect(writer, &EventWriter::committed, this, &Engine::committed);
    connect(writer, &EventWriter::statusChanged, this, &Engine::statusChanged);
    connect(writer, &EventWriter::cleared, this,
        [this](quint64, const SessionCounts &counts) { emit cleared(counts); });
    if (m_capture)
        joinCapture();
}

void Engine::startCapture()
{
    CaptureOptions options;
    options.hosts = m_settings.hosts;
    options.port = m_settings.port;
    if (const auto upstream = UpstreamUrl::parse(m_settings.upstreamPostHog))
        options.upstream = *upstream; // The settings have judged it; empty is none.
    if (!m_settings.flags.empty()) {
        if (const auto read = readDefinitions(m_settings.flags, options); !read) {
            // Queued, so that a caller of start() has seen it return.
            QMetaObject::invokeMethod(
                this, [this, error = read.error()] { emit failed(error); }, Qt::QueuedConnection);
            return;
        }
    }
    options.plan = m_plans.plan()->plan;
    m_capture = std::make_unique<WorkerThread<CaptureServer>>(QStringLiteral("capture"), options);
    CaptureServer *const capture = m_capture->get();
    m_plans.join(capture);
    ApiServer *const api = m_api->get();
    connect(capture, &CaptureServer::listening, this, &Engine::sawListening);
    connect(capture, &CaptureServer::failed, this, &Engine::failed);
    connect(capture, &CaptureServer::apiRequested, api, &ApiServer::handle);
    connect(capture, &CaptureServer::connectionClosed, api, &ApiServer::abandon);
    connect(capture, &CaptureServer::drained, api, &ApiServer::drained);
    connect(api, &ApiServer::flagsOrdered, capture, &CaptureServer::orderFlags);
    connect(capture, &CaptureServer::flagsAnswered, api, &ApiServer::sawFlags);
    connect(capture, &CaptureServer::flagsAnswered, this, [this](quint64 id, const FlagAnswer &answer) {
        if (id > firstOrder)
            emit flagsAnswered(id, answer);
    });
    connect(capture, &CaptureServer::flagsChanged, this, &Engine::flagsChanged);
    connect(api, &ApiServer::answered, capture, &CaptureServer::respond);
    connect(api, &ApiServer::streamBegan, capture, &CaptureServer::beginStream);
    connect(api, &ApiServer::streamed, capture, &CaptureServer::sendChunk);
    connect(api, &ApiServer::streamEnded, capture, &CaptureServer::endStream);
    joinCapture();
    capture->pause(); // Until the session is open. Not started yet, so still ours.
    m_capture->start();
}

void Engine::joinCapture()
{
    EventWriter *const writer = m_writer->get();
    CaptureServer *const capture = m_capture->get();
    connect(capture, &CaptureServer::captured, writer, &EventWriter::append);
    connect(capture, &CaptureServer::planSet, writer, &EventWriter::usePlan);
    connect(capture, &CaptureServer::noted, writer, &EventWriter::keepNotes);
    connect(capture, &CaptureServer::servedNoted, writer, &EventWriter::keepServed);
    connect(capture, &CaptureServer::olderServedWanted, writer, &EventWriter::readServed);
    connect(writer, &EventWriter::servedRead, capture, &CaptureServer::addOlderServed);
    connect(writer, &EventWriter::cleared, capture, &CaptureServer::forgetServed);
    // Behind it: whoever was told that all is gone finds nothing.
    connect(writer, &EventWriter::cleared, m_api->get(), &ApiServer::cleared);
    connect(writer, &EventWriter::committed, capture,
        [capture](const Commit &commit) { capture->acknowledge(commit.tickets); });
    connect(writer, &EventWriter::refused, capture, &CaptureServer::refuse);
    connect(writer, &EventWriter::statusChanged, capture,
        [capture](const StoreStatus &status) { capture->setStoreReady(isReady(status)); });
}

void Engine::sawOpened(const SessionInfo &info)
{
    m_opening = false;
    m_session = info;
    ApiServer *const api = m_api->get();
    QMetaObject::invokeMethod(
        api, [api, path = info.path] { api->setSession(path); }, Qt::QueuedConnection);
    m_plans.openSession(info);
    emit sessionOpened(info);
    if (m_capture) {
        CaptureServer *const capture = m_capture->get();
        QMetaObject::invokeMethod(
            capture,
            [capture, notes = info.notes, served = info.served] {
                capture->restoreNotes(notes);
                capture->restoreServed(*served);
                capture->resume();
            },
            Qt::QueuedConnection);
    }
    if (!m_addresses.empty())
        emit listening(m_port, std::exchange(m_addresses, {}));
}

void Engine::sawWriterError(const Error &error)
{
    if (!m_opening) {
        ApiServer *const api = m_api->get();
        QMetaObject::invokeMethod(
            api, [api, error] { api->clearFailed(error); }, Qt::QueuedConnection);
    } else {
        m_opening = false;
        closeWriter();
        if (const std::string previous = std::exchange(m_previous, {}); !previous.empty())
            openWriter(previous);
    }
    emit failed(error);
}

void Engine::sawListening(quint16 port, const std::vector<std::string> &addresses)
{
    m_port = port;
    ApiServer *const api = m_api->get();
    QMetaObject::invokeMethod(
        api, [api, access = policy()] { api->setAccess(access); }, Qt::QueuedConnection);
    if (m_session)
        emit listening(port, addresses);
    else
        m_addresses = addresses;
}

AccessPolicy Engine::policy() const
{
    AccessPolicy result;
    result.hosts = m_settings.hosts;
    result.port = m_port ? m_port : m_settings.port;
    result.exposed = !std::ranges::all_of(m_settings.hosts, isLoopback);
    result.token = m_settings.token;
    return result;
}

} // namespace Weir
