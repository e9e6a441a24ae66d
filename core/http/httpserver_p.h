#pragma once

#include "core/http/connection.h"
#include "core/http/httpserver.h"

#include <QObject>
#include <QSocketNotifier>
#include <QTimer>

#include <array>
#include <list>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace Weir {

/// Counts the calls that run, so that nothing they use is freed under them.
class DepthGuard
{
public:
    explicit DepthGuard(int &depth)
        : m_depth(depth)
    {
        ++m_depth;
    }
    ~DepthGuard() { --m_depth; }
    DepthGuard(const DepthGuard &) = delete;
    DepthGuard &operator=(const DepthGuard &) = delete;

private:
    int &m_depth;
};

/// The working parts of HttpServer. A round is: what epoll reports is read and parsed, the owner is told that
/// the round has ended, and every connection that was touched is flushed and given its new deadline.
struct HttpServer::State
{
    using SteadyTime = std::chrono::steady_clock::time_point;

    State(Handlers serverHandlers, Options serverOptions);

    // The outside: listensocket, epoll and timer.
    Result<void> listen(const std::vector<std::string> &hosts, std::uint16_t port);
    void close();
    void setReading(bool on);
    void runRound();
    void readRound();
    void finishRound();
    void freeDropped();
    void scheduleRound();
    void acceptFrom(const ListenSocket &listener);
    void addConnection(FileDescriptor fd, std::string peer);
    void pauseAccepting();
    void resumeAccepting();

    // One connection.
    void handleEvents(Connection &connection, std::uint32_t events);
    void read(Connection &connection);
    void feed(Connection &connection, std::string_view bytes);
    void deliver(Connection &connection);
    void endInput(Connection &connection);
    void refuse(Connection &connection, HttpError error);
    void accountBuffer(Connection &connection);
    void send(Connection &connection);
    void finishWriting(Connection &connection);
    void drop(Connection &connection);
    void touch(Connection &connection);
    Connection *find(std::uint64_t id);
    void answered(Connection &connection);
    bool hasRoomFor(const Connection &connection) const;
    bool wantsRequests(const Connection &connection) const;

    // After the round.
    void flush();
    void settle(Connection &connection);
    void watch(Connection &connection);
    void setDeadline(Connection &connection);
    Deadline deadlineOf(const Connection &connection) const;
    void armTimer();
    void expire();
    void sweep();
    void timeOut(Connection &connection);
    std::string_view date();

    Handlers handlers;
    Options options;
    FileDescriptor epoll;
    std::vector<ListenSocket> listeners;
    std::vector<std::unique_ptr<Connection>> connections; ///< By the low half of the id.
    std::vector<std::uint32_t> generations; ///< The high half of the next id of each slot.
    std::vector<std::uint32_t> freeSlots;
    std::vector<std::unique_ptr<Connection>> dropped; ///< Freed when no call can be using them any more.
    std::vector<std::uint64_t> touched; ///< To be flushed.
    std::vector<std::uint64_t> resumable; ///< Have `unread` bytes that can be parsed now.
    std::array<std::list<Connection *>, deadlineCount> byDeadline; ///< Each in the order of `due`.
    std::array<std::chrono::milliseconds, deadlineCount> timeouts{};
    std::vector<char> scratch; ///< Every connection reads into it: between two requests they hold no buffer.
    std::unique_ptr<QObject>
        context; ///< Lives on the server's thread from listen() on; queued calls die with it.
    std::unique_ptr<QTimer> timer; ///< For the first deadline of all.
    std::unique_ptr<QSocketNotifier> notifier;
    SteadyTime now;
    SteadyTime timerDue;
    std::string dateText;
    std::int64_t dateSecond = -1;
    std::size_t bufferedBytes = 0;
    std::size_t openConnections = 0;
    std::optional<SteadyTime> acceptAgainAt; ///< While there are too few file descriptors.
    SteadyTime warnAgainAt;
    int depth = 0; ///< Of calls that hold a Connection.
    bool reading = true;
    bool inRound = false; ///< What is answered now is sent at its end.
    bool roundScheduled = false;
};

} // namespace Weir
