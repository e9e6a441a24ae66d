#pragma once

#include "core/base/error.h"
#include "core/base/ticket.h"
#include "core/http/httpmessage.h"
#include "core/http/requestparser.h"

#include <QByteArray>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace Weir {

/// A request that breaks the protocol, so that it can be kept and shown. It has been answered already.
struct MalformedRequest
{
    QByteArray head; ///< Request line and header lines as far as they came, the offending line last.
    std::string peer; ///< "127.0.0.1:51724"
    HttpError error;
};

/// The door that SDKs connect to: HTTP/1.1 on any number of addresses. A plain class that lives on the thread
/// that calls listen(), inside that thread's Qt event loop; every call and callback is on that thread.
///
/// Requests of one connection are answered in their order, whatever the order of respond(). A connection that
/// waits for an answer is never timed out; one that sends or reads too slowly is closed. Memory is bounded by
/// the options.
class HttpServer
{
public:
    struct Options
    {
        RequestLimits limits;
        std::chrono::milliseconds headTimeout{
            10'000}; ///< From the first byte of a request to its last field.
        std::chrono::milliseconds bodyTimeout{30'000}; ///< Without any byte of the body.
        std::chrono::milliseconds idleTimeout{60'000}; ///< Between two requests, and before the first.
        std::chrono::milliseconds writeTimeout{60'000}; ///< Without the client reading any of its answer.
        std::chrono::milliseconds lingerTimeout{5'000}; ///< How long a refused client may go on sending.
        /// A client that has ended its side and waits for an answer may be gone altogether, which only
        /// sending tells: after this it gets an interim answer.
        std::chrono::milliseconds goneTimeout{1'000};
        std::size_t bufferedBytes
            = std::size_t(256) * 1024 * 1024; ///< Of all unfinished requests together. Beyond: 503.
        std::size_t streamPendingBytes
            = std::size_t(8) * 1024 * 1024; ///< Unread by a stream's reader. Beyond: cut off.
        std::size_t pipelinedRequests = 256; ///< Unanswered on one connection. Beyond: not read for now.
        std::size_t roundBytes
            = std::size_t(256) * 1024; ///< Read from one connection before the others have their turn.
        int backlog = 4096;
    };

    /// Called from the event loop. May call everything but the destructor.
    struct Handlers
    {
        std::function<void(Ticket, HttpRequest &&)>
            request; ///< Required. Answer it with respond() or a stream.
        std::function<void(std::uint64_t connection)> closed; ///< Its tickets mean nothing any more.
        std::function<void(MalformedRequest &&)> malformed; ///< Answered already; for the record only.
        std::function<void(Ticket)>
            drained; ///< All that was given to this stream so far is with the kernel: there is room for more.
        std::function<void()> roundFinished; ///< After each round of requests: the moment to pass on a batch.
    };

    explicit HttpServer(Handlers handlers);
    HttpServer(Handlers handlers, Options options);
    ~HttpServer();
    HttpServer(const HttpServer &) = delete;
    HttpServer &operator=(const HttpServer &) = delete;

    /// Listens on `port` of all hosts ("127.0.0.1", "::1", "0.0.0.0", "localhost"), or on none of them. Port
    /// 0 finds one that is free on all. Raises this process's soft limit of open files to its hard limit.
    Result<void> listen(const std::vector<std::string> &hosts, std::uint16_t port);
    /// The port that is listened on; 0 when none is.
    std::uint16_t port() const;
    /// "127.0.0.1:9347", "[::1]:9347": one for each address listened on.
    std::vector<std::string> addresses() const;
    /// Refuses new connections; those that are open go on.
    void stopListening();
    /// Also closes all connections, after one try to send what is answered.
    void close();

    /// Answers a request. Sent at the end of the round, at flush(), or when control is back in the event
    /// loop, whichever is first: so many answers cost a connection one send. An unknown ticket is ignored.
    void respond(Ticket ticket, const HttpResponse &response);
    /// Answers with a stream of unknown length; `response.body` is its first part.
    void beginStream(Ticket ticket, const HttpResponse &response);
    /// False when the stream is gone: never begun, closed by the client, or cut off because it does not read.
    bool sendChunk(Ticket ticket, std::string_view bytes);
    void endStream(Ticket ticket);
    /// Sends what was answered since the last flush.
    void flush();
    /// False: no bytes are read from any connection until true, so that clients feel that the store is behind
    /// and memory stays bounded. Timers of requests that are under way stand still meanwhile; answers and
    /// streams go on.
    void setReading(bool reading);

    std::size_t connectionCount() const;
    /// Memory that unfinished requests hold, all together.
    std::size_t bufferedBytes() const;

private:
    struct State;
    std::unique_ptr<State> m_state;
};

} // namespace Weir
