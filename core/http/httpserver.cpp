#include "core/http/httpserver.h"

#include "core/base/logging.h"
#include "core/http/httpserver_p.h"

#include <QThread>

#include <algorithm>
#include <cerrno>

#include <sys/epoll.h>
#include <sys/socket.h>

namespace Weir {

namespace {

constexpr int eventsARound = 512;
constexpr int acceptsARound = 512;
constexpr auto warningPause = std::chrono::seconds(10);
constexpr auto acceptPause = std::chrono::milliseconds(100);
constexpr std::uint64_t slotMask = 0xffff'ffff;

} // namespace

HttpServer::State::State(Handlers serverHandlers, Options serverOptions)
    : handlers(std::move(serverHandlers))
    , options(serverOptions)
    , scratch(std::max<std::size_t>(options.roundBytes / 2, 1))
{
    const auto set = [this](Deadline deadline, std::chrono::milliseconds timeout) {
        timeouts[static_cast<std::size_t>(deadline)] = timeout;
    };
    set(Deadline::Gone, options.goneTimeout);
    set(Deadline::Idle, options.idleTimeout);
    set(Deadline::Head, options.headTimeout);
    set(Deadline::Body, options.bodyTimeout);
    set(Deadline::Write, options.writeTimeout);
    set(Deadline::Linger, options.lingerTimeout);
}

Result<void> HttpServer::State::listen(const std::vector<std::string> &hosts, std::uint16_t port)
{
    close();
    raiseFileLimit();
    WEIR_TRY(auto sockets, openListenSockets(hosts, port, options.backlog));
    FileDescriptor set(::epoll_create1(EPOLL_CLOEXEC));
    for (std::size_t i = 0; i < sockets.size() && set.isOpen(); ++i) {
        epoll_event event{};
        event.events = EPOLLIN;
        event.data.u64 = i; // Below the first id of a connection, whose generation is at least 1.
        if (::epoll_ctl(set.get(), EPOLL_CTL_ADD, sockets[i].fd.get(), &event) != 0)
            set.close();
    }
    if (!set.isOpen())
        return Error{Error::Kind::Network, "Cannot watch sockets: too few file descriptors", {}};
    epoll = std::move(set);
    listeners = std::move(sockets);
    if (!context) {
        context = std::make_unique<QObject>();
        timer = std::make_unique<QTimer>();
        timer->setSingleShot(true);
        QObject::connect(timer.get(), &QTimer::timeout, context.get(), [this] { expire(); });
    }
    notifier = std::make_unique<QSocketNotifier>(epoll.get(), QSocketNotifier::Read);
    QObject::connect(notifier.get(), &QSocketNotifier::activated, context.get(), [this] { runRound(); });
    return {};
}

void HttpServer::State::close()
{
    const DepthGuard guard(depth);
    listeners.clear();
    acceptAgainAt.reset();
    for (std::size_t i = 0; i < connections.size(); ++i) {
        if (connections[i])
            send(*connections[i]);
        if (connections[i]) // Sending may have dropped it.
            drop(*connections[i]);
    }
    if (timer)
        timer->stop();
    if (notifier) {
        notifier->setEnabled(false);
        notifier.release()->deleteLater(); // This may be called from what it activated.
    }
    epoll.close();
}

void HttpServer::State::runRound()
{
    roundScheduled = false;
    if (inRound)
        return; // A handler runs an event loop of its own: what has come waits for it.
    inRound = true;
    now = std::chrono::steady_clock::now();
    readRound();
    finishRound();
}

void HttpServer::State::readRound()
{
    const DepthGuard guard(depth);
    // Requests that had to wait until others were answered come before what is new.
    for (const std::uint64_t id : std::exchange(resumable, {})) {
        if (Connection *connection = find(id)) {
            touch(*connection);
            feed(*connection, std::exchange(connection->unread, {}));
        }
    }
    std::array<epoll_event, eventsARound> events;
    const int count = epoll.isOpen() ? ::epoll_wait(epoll.get(), events.data(), eventsARound, 0) : 0;
    for (int i = 0; i < count; ++i) {
        const std::uint64_t id = events[static_cast<std::size_t>(i)].data.u64;
        if (id < listeners.size())
            acceptFrom(listeners[static_cast<std::size_t>(id)]);
        else if (Connection *connection = find(id))
            handleEvents(*connection, events[static_cast<std::size_t>(i)].events);
    }
}

/// The end of a round, and of a sweep over the deadlines.
void HttpServer::State::finishRound()
{
    if (handlers.roundFinished)
        handlers.roundFinished();
    flush();
    inRound = false;
    freeDropped();
}

void HttpServer::State::freeDropped()
{
    if (depth == 0)
        dropped.clear();
}

void HttpServer::State::scheduleRound()
{
    if (context && !std::exchange(roundScheduled, true))
        QMetaObject::invokeMethod(
            context.get(), [this] { runRound(); }, Qt::QueuedConnection);
}

void HttpServer::State::acceptFrom(const ListenSocket &listener)
{
    for (int i = 0; i < acceptsARound; ++i) {
        sockaddr_storage address{};
        socklen_t size = sizeof address;
        FileDescriptor fd(::accept4(
            listener.fd.get(), reinterpret_cast<sockaddr *>(&address), &size, SOCK_NONBLOCK | SOCK_CLOEXEC));
        if (fd.isOpen()) {
            addConnection(std::move(fd), addressText(address));
            continue;
        }
        if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM)
            return pauseAccepting();
        if (errno == EAGAIN || errno == EWOULDBLOCK)
            return;
        // Anything else (ECONNABORTED, EINTR, a network's error) concerns that one client only.
    }
}

void HttpServer::State::addConnection(FileDescriptor fd, std::string peer)
{
    if (freeSlots.empty()) {
        freeSlots.push_back(static_cast<std::uint32_t>(connections.size()));
        connections.emplace_back();
        generations.push_back(1);
    }
    const std::uint32_t slot = freeSlots.back();
    const std::uint64_t id = static_cast<std::uint64_t>(generations[slot]) << 32 | slot;
    epoll_event event{};
    event.events = reading ? EPOLLIN : 0u;
    event.data.u64 = id;
    if (::epoll_ctl(epoll.get(), EPOLL_CTL_ADD, fd.get(), &event) != 0)
        return;
    freeSlots.pop_back();
    connections[slot] = std::make_unique<Connection>(std::move(fd), id, std::move(peer), options.limits);
    Connection &connection = *connections[slot];
    connection.interest = event.events;
    auto &none = byDeadline[static_cast<std::size_t>(Deadline::None)];
    connection.place = none.insert(none.end(), &connection);
    ++openConnections;
    touch(connection);
}

/// Out of file descriptors: those who wait stay in the kernel's queue, instead of waking us in vain.
void HttpServer::State::pauseAccepting()
{
    if (now >= warnAgainAt) {
        qCWarning(lcHttp, "Too few file descriptors for more than %zu connections", openConnections);
        warnAgainAt = now + warningPause;
    }
    for (const ListenSocket &listener : listeners) {
        epoll_event event{};
        ::epoll_ctl(epoll.get(), EPOLL_CTL_MOD, listener.fd.get(), &event);
    }
    acceptAgainAt = now + acceptPause;
    // A client that only holds its connection open makes room for one that wants something.
    auto &idle = byDeadline[static_cast<std::size_t>(Deadline::Idle)];
    if (!idle.empty() && idle.front()->due - options.idleTimeout + acceptPause < now)
        drop(*idle.front());
}

void HttpServer::State::resumeAccepting()
{
    acceptAgainAt.reset();
    for (std::size_t i = 0; i < listeners.size(); ++i) {
        epoll_event event{};
        event.events = EPOLLIN;
        event.data.u64 = i;
        ::epoll_ctl(epoll.get(), EPOLL_CTL_MOD, listeners[i].fd.get(), &event);
    }
}

Connection *HttpServer::State::find(std::uint64_t id)
{
    const std::uint64_t slot = id & slotMask;
    if (slot >= connections.size() || !connections[slot] || connections[slot]->id != id)
        return nullptr;
    return connections[slot].get();
}

void HttpServer::State::drop(Connection &connection)
{
    const std::uint64_t id = connection.id;
    const auto slot = static_cast<std::uint32_t>(id & slotMask);
    connection.fd.close(); // Takes it out of the epoll set, too.
    byDeadline[static_cast<std::size_t>(connection.deadline)].erase(connection.place);
    bufferedBytes -= connection.bufferedBytes;
    --openConnections;
    if (acceptAgainAt)
        acceptAgainAt = std::min(*acceptAgainAt, now); // Its file descriptor is free for another.
    dropped.push_back(std::move(connections[slot]));
    generations[slot] = std::max(generations[slot] + 1, 1u); // Never 0, which is where the listeners are.
    freeSlots.push_back(slot);
    if (handlers.closed)
        handlers.closed(id);
}

void HttpServer::State::setReading(bool on)
{
    if (std::exchange(reading, on) == on)
        return;
    for (const auto &connection : connections) {
        if (connection)
            answered(*connection); // Its interest and its deadline are others now.
    }
}

void HttpServer::State::touch(Connection &connection)
{
    if (!std::exchange(connection.touched, true))
        touched.push_back(connection.id);
}

void HttpServer::State::flush()
{
    const DepthGuard guard(depth);
    now = std::chrono::steady_clock::now();
    // What handlers answer meanwhile has its turn in the next round: a stream that is fed as fast as it is
    // read would keep this one from ending.
    for (const std::uint64_t id : std::exchange(touched, {})) {
        if (Connection *connection = find(id)) {
            connection->touched = false;
            settle(*connection);
        }
    }
    armTimer();
    if (!touched.empty() || !resumable.empty())
        scheduleRound();
}

std::string_view HttpServer::State::date()
{
    const auto time = systemNow();
    const std::int64_t second = toMs(time) / 1000;
    if (second != dateSecond) {
        dateSecond = second;
        dateText = httpDate(time);
    }
    return dateText;
}

HttpServer::HttpServer(Handlers handlers)
    : HttpServer(std::move(handlers), Options())
{
}

HttpServer::HttpServer(Handlers handlers, Options options)
    : m_state(std::make_unique<State>(std::move(handlers), options))
{
}

HttpServer::~HttpServer()
{
    m_state->handlers = {}; // Their owner is being destroyed.
    m_state->close();
}

Result<void> HttpServer::listen(const std::vector<std::string> &hosts, std::uint16_t port)
{
    return m_state->listen(hosts, port);
}

std::uint16_t HttpServer::port() const
{
    return m_state->listeners.empty() ? std::uint16_t(0) : localPort(m_state->listeners.front().fd.get());
}

std::vector<std::string> HttpServer::addresses() const
{
    std::vector<std::string> addresses;
    for (const ListenSocket &listener : m_state->listeners)
        addresses.push_back(listener.address);
    return addresses;
}

void HttpServer::stopListening()
{
    m_state->listeners.clear();
    m_state->acceptAgainAt.reset();
}

void HttpServer::close()
{
    m_state->close();
    m_state->freeDropped();
}

void HttpServer::respond(Ticket ticket, const HttpResponse &response)
{
    Connection *connection = m_state->find(ticket.connection);
    if (connection && connection->answers.respond(ticket.exchange, response, m_state->date()))
        m_state->answered(*connection);
}

void HttpServer::beginStream(Ticket ticket, const HttpResponse &response)
{
    Connection *connection = m_state->find(ticket.connection);
    if (connection && connection->answers.beginStream(ticket.exchange, response, m_state->date()))
        m_state->answered(*connection);
}

bool HttpServer::sendChunk(Ticket ticket, std::string_view bytes)
{
    const DepthGuard guard(m_state->depth);
    Connection *connection = m_state->find(ticket.connection);
    if (!connection || !connection->answers.sendChunk(ticket.exchange, bytes))
        return false;
    const std::size_t most = m_state->options.streamPendingBytes;
    if (connection->answers.unsentBytes() > most) {
        m_state->send(*connection); // It may read well, and only this turn was long.
        if (connection->isOpen() && connection->answers.unsentBytes() > most)
            m_state->drop(*connection);
        if (!connection->isOpen())
            return false;
    }
    m_state->answered(*connection);
    return true;
}

void HttpServer::endStream(Ticket ticket)
{
    Connection *connection = m_state->find(ticket.connection);
    if (connection && connection->answers.endStream(ticket.exchange))
        m_state->answered(*connection);
}

void HttpServer::flush()
{
    if (m_state->inRound)
        return; // Its end is near, and sends for all.
    m_state->flush();
    m_state->freeDropped();
}

void HttpServer::setReading(bool reading)
{
    m_state->setReading(reading);
}

std::size_t HttpServer::connectionCount() const
{
    return m_state->openConnections;
}

std::size_t HttpServer::bufferedBytes() const
{
    return m_state->bufferedBytes;
}

} // namespace Weir
