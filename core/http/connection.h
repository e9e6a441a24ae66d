#pragma once

#include "core/http/answerqueue.h"
#include "core/http/listensocket.h"
#include "core/http/requestparser.h"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <list>
#include <string>

namespace Weir {

/// What a connection is given time for.
enum class Deadline : std::uint8_t {
    None, ///< It waits for us.
    Gone, ///< It waits for us, or is no longer there: it has ended its side.
    Idle,
    Head,
    Body,
    Write,
    Linger,
};
constexpr std::size_t deadlineCount = 7;

/// One client of the HttpServer, which alone touches it.
struct Connection
{
    Connection(FileDescriptor socket, std::uint64_t number, std::string address, const RequestLimits &limits)
        : fd(std::move(socket))
        , id(number)
        , peer(std::move(address))
        , parser(limits)
    {
    }

    FileDescriptor
        fd; ///< Closed once the connection has been dropped; the object lives to the end of the round.
    std::uint64_t id;
    std::string peer;
    RequestParser parser;
    AnswerQueue answers;
    std::string unread; ///< Came behind more requests than may wait for answers.
    std::size_t bufferedBytes = 0; ///< Its share of the server's sum.
    std::uint32_t interest = 0; ///< What epoll watches for.

    bool inputEnded = false; ///< The client has shut down its side.
    bool wasProbed = false; ///< Since then.
    bool ignoresInput = false; ///< Refused, or the last request has come: what else comes is thrown away.
    bool ignoredInput = false; ///< Something was: closing at once would take the answer from the client.
    bool refused = false;
    bool lingers = false; ///< All is sent; waits for the client to close.
    bool touched = false; ///< Is in the server's list of connections to look after.
    bool progressed = false; ///< Its deadline starts anew.

    Deadline deadline = Deadline::None;
    std::chrono::steady_clock::time_point due;
    std::list<Connection *>::iterator place; ///< In the server's list for `deadline`.

    bool isOpen() const { return fd.isOpen(); }
};

} // namespace Weir
