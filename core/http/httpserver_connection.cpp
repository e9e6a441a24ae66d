// What the server does with one connection: read, parse, refuse, send, time out.

#include "core/http/httpserver_p.h"

#include "core/base/logging.h"

#include <algorithm>
#include <cerrno>

#include <sys/epoll.h>
#include <sys/socket.h>

using namespace std::string_view_literals;

namespace Weir {

namespace {

/// Answers that their client does not read stop us from reading more of its requests.
constexpr std::size_t mostUnsentBytes = std::size_t(1024) * 1024;
constexpr int sendsATurn = 16;

ResponseContext::Method methodOf(std::string_view method)
{
    return method == "HEAD"sv ? ResponseContext::Method::Head : ResponseContext::Method::Other;
}

} // namespace

void HttpServer::State::handleEvents(Connection &connection, std::uint32_t events)
{
    touch(connection);
    if (events & EPOLLIN)
        return read(connection);
    if (events & (EPOLLERR | EPOLLHUP))
        drop(connection); // Nobody is left who could read an answer.
}

/// May more of its requests be parsed?
bool HttpServer::State::hasRoomFor(const Connection &connection) const
{
    return reading && connection.answers.waitingCount() < options.pipelinedRequests
        && connection.answers.unsentBytes() < mostUnsentBytes;
}

bool HttpServer::State::wantsRequests(const Connection &connection) const
{
    return connection.unread.empty() && hasRoomFor(connection);
}

void HttpServer::State::read(Connection &connection)
{
    std::size_t budget = options.roundBytes;
    while (budget > 0 && connection.isOpen() && !connection.inputEnded) {
        if (!connection.ignoresInput && !wantsRequests(connection))
            return;
        const std::size_t room = std::min(budget, scratch.size());
        const ssize_t count = ::recv(connection.fd.get(), scratch.data(), room, 0);
        if (count < 0 && errno == EINTR)
            continue;
        if (count < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
            return;
        if (count < 0)
            return drop(connection);
        if (count == 0)
            return endInput(connection);
        budget -= static_cast<std::size_t>(count);
        feed(connection, {scratch.data(), static_cast<std::size_t>(count)});
        if (static_cast<std::size_t>(count) < room)
            return; // That was all; a second call would only say so.
    }
}

void HttpServer::State::feed(Connection &connection, std::string_view bytes)
{
    const DepthGuard guard(depth);
    while (!bytes.empty() && connection.isOpen()) {
        if (connection.ignoresInput) {
            connection.ignoredInput = true;
            break;
        }
        if (!wantsRequests(connection)) {
            connection.unread = bytes;
            break;
        }
        switch (connection.parser.parse(bytes)) {
        case RequestParser::Event::NeedMore:
            break;
        case RequestParser::Event::ContinueExpected:
            if (bytes.empty())
                connection.answers.sendContinue();
            break;
        case RequestParser::Event::Complete:
            deliver(connection);
            break;
        case RequestParser::Event::Failed:
            refuse(connection, connection.parser.error());
            break;
        }
    }
    if (!connection.isOpen())
        return;
    if (connection.parser.place() == RequestParser::Place::Body)
        connection.progressed = true;
    accountBuffer(connection);
}

void HttpServer::State::deliver(Connection &connection)
{
    const bool keep = connection.parser.keepAlive();
    HttpRequest request = connection.parser.takeRequest();
    request.peer = connection.peer;
    connection.progressed = true;
    connection.ignoresInput = !keep;
    const std::uint64_t exchange = connection.answers.add({methodOf(request.method), request.minorVersion,
        keep ? ResponseContext::Connection::Keep : ResponseContext::Connection::Close});
    handlers.request({connection.id, exchange}, std::move(request));
}

void HttpServer::State::endInput(Connection &connection)
{
    connection.inputEnded = true;
    if (connection.lingers || connection.answers.isStreaming())
        return drop(connection); // Who reads a stream has nothing more to say, so this is goodbye.
    if (!connection.ignoresInput && connection.parser.place() != RequestParser::Place::Between)
        return refuse(connection, {400, "The connection ended within the request"});
    if (connection.answers.waitingCount() == 0 && connection.answers.unsent().empty())
        drop(connection);
}

void HttpServer::State::refuse(Connection &connection, HttpError error)
{
    if (handlers.malformed)
        handlers.malformed({connection.parser.receivedHead(), connection.peer, error});
    if (!connection.isOpen())
        return;
    connection.parser = RequestParser(options.limits); // Lets go of what it had gathered.
    connection.unread = {};
    connection.refused = true;
    connection.ignoresInput = true;
    connection.ignoredInput = true;
    const std::uint64_t exchange
        = connection.answers.add({ResponseContext::Method::Other, 1, ResponseContext::Connection::Close});
    std::string text(error.reason);
    connection.answers.respond(exchange, HttpResponse::text(error.status, text.append("\n")), date());
    accountBuffer(connection);
    touch(connection);
}

void HttpServer::State::accountBuffer(Connection &connection)
{
    const std::size_t bytes = connection.parser.bufferedBytes() + HttpSyntax::heapBytes(connection.unread);
    bufferedBytes += bytes - connection.bufferedBytes; // Unsigned, and wraps rightly when it shrank.
    const bool grew = bytes > connection.bufferedBytes;
    connection.bufferedBytes = bytes;
    if (grew && bufferedBytes > options.bufferedBytes && !connection.refused)
        refuse(connection, {503, "Too many large requests are on their way"});
}

void HttpServer::State::send(Connection &connection)
{
    for (int i = 0; i < sendsATurn && !connection.answers.unsent().empty(); ++i) {
        const std::string_view bytes = connection.answers.unsent();
        const ssize_t count = ::send(connection.fd.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (count < 0 && errno == EINTR)
            continue;
        if (count < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
            return;
        if (count < 0)
            return drop(connection);
        connection.answers.removeSent(static_cast<std::size_t>(count));
        connection.progressed = true;
    }
}

void HttpServer::State::answered(Connection &connection)
{
    touch(connection);
    if (!inRound)
        scheduleRound();
}

/// All that could be sent was: does the connection end here?
void HttpServer::State::finishWriting(Connection &connection)
{
    const AnswerQueue &answers = connection.answers;
    const bool over = answers.closes() || (connection.inputEnded && answers.waitingCount() == 0);
    if (!over || connection.lingers || !answers.unsent().empty())
        return;
    if (connection.inputEnded || !connection.ignoredInput)
        return drop(connection);
    // With bytes unread, close() would reset the connection and the client might lose the answer.
    ::shutdown(connection.fd.get(), SHUT_WR);
    connection.lingers = true;
}

void HttpServer::State::settle(Connection &connection)
{
    send(connection);
    if (connection.isOpen())
        finishWriting(connection);
    if (!connection.isOpen())
        return;
    if (!connection.unread.empty() && hasRoomFor(connection))
        resumable.push_back(connection.id);
    watch(connection);
    setDeadline(connection);
    const std::uint64_t drained = connection.answers.takeDrained();
    if (drained != 0 && handlers.drained)
        handlers.drained({connection.id, drained});
}

void HttpServer::State::watch(Connection &connection)
{
    std::uint32_t interest = 0;
    if (!connection.inputEnded && (connection.ignoresInput || wantsRequests(connection)))
        interest |= EPOLLIN;
    if (!connection.answers.unsent().empty())
        interest |= EPOLLOUT;
    if (interest == connection.interest)
        return;
    epoll_event event{};
    event.events = interest;
    event.data.u64 = connection.id;
    ::epoll_ctl(epoll.get(), EPOLL_CTL_MOD, connection.fd.get(), &event);
    connection.interest = interest;
}

Deadline HttpServer::State::deadlineOf(const Connection &connection) const
{
    const AnswerQueue &answers = connection.answers;
    if (connection.lingers || (connection.refused && answers.waitingCount() == 0))
        return Deadline::Linger;
    if (answers.isStreaming())
        return Deadline::None; // A reader may pause; how much waits for it is bounded instead.
    if (!answers.unsent().empty())
        return Deadline::Write;
    if (answers.waitingCount() > 0 && connection.inputEnded && !connection.wasProbed)
        return Deadline::Gone;
    if (answers.waitingCount() > 0 || !reading)
        return Deadline::None;
    switch (connection.parser.place()) {
    case RequestParser::Place::Between:
        return Deadline::Idle;
    case RequestParser::Place::Head:
        return Deadline::Head;
    case RequestParser::Place::Body:
        return Deadline::Body;
    }
    return Deadline::Idle;
}

void HttpServer::State::setDeadline(Connection &connection)
{
    const Deadline deadline = deadlineOf(connection);
    const bool progressed = std::exchange(connection.progressed, false);
    if (deadline == connection.deadline && (!progressed || deadline == Deadline::Linger))
        return;
    // One length for all in a list, so that its order is that of the moments they were put there.
    auto &from = byDeadline[static_cast<std::size_t>(connection.deadline)];
    auto &to = byDeadline[static_cast<std::size_t>(deadline)];
    to.splice(to.end(), from, connection.place);
    connection.deadline = deadline;
    connection.due = now + timeouts[static_cast<std::size_t>(deadline)];
}

void HttpServer::State::armTimer()
{
    std::optional<SteadyTime> first = acceptAgainAt;
    for (std::size_t i = 0; i < deadlineCount; ++i) {
        if (i != static_cast<std::size_t>(Deadline::None) && !byDeadline[i].empty()
            && (!first || byDeadline[i].front()->due < *first))
            first = byDeadline[i].front()->due;
    }
    // It fires early when deadlines have moved on since, and then finds nothing: cheaper than moving it
    // along.
    if (!first || !timer || (timer->isActive() && timerDue <= *first))
        return;
    timerDue = *first;
    const auto wait = std::chrono::ceil<std::chrono::milliseconds>(*first - now);
    timer->start(std::max(wait, std::chrono::milliseconds(1)));
}

void HttpServer::State::expire()
{
    if (inRound)
        return; // A handler runs an event loop of its own; the end of its round sets the timer anew.
    inRound = true;
    now = std::chrono::steady_clock::now();
    if (acceptAgainAt && *acceptAgainAt <= now)
        resumeAccepting();
    sweep();
    finishRound();
}

void HttpServer::State::sweep()
{
    const DepthGuard guard(depth);
    for (std::size_t i = 0; i < deadlineCount; ++i) {
        if (i == static_cast<std::size_t>(Deadline::None))
            continue;
        while (!byDeadline[i].empty() && byDeadline[i].front()->due <= now)
            timeOut(*byDeadline[i].front());
    }
}

void HttpServer::State::timeOut(Connection &connection)
{
    switch (connection.deadline) {
    case Deadline::Gone:
        // Whoever has closed the connection answers this with a reset; whoever has only said all passes it
        // over (RFC 9110, 15.2).
        connection.wasProbed = true;
        connection.answers.sendInterim();
        touch(connection);
        return setDeadline(connection);
    case Deadline::Head:
    case Deadline::Body:
        refuse(connection,
            {408,
                connection.deadline == Deadline::Head ? "The header lines did not come in time"sv
                                                      : "The body did not come in time"sv});
        if (connection.isOpen())
            setDeadline(connection);
        return;
    default:
        return drop(connection);
    }
}

} // namespace Weir
