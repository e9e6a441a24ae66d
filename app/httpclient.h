#pragma once

#include "core/base/error.h"

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace Weir {

/// What a client sends. Host and Content-Length are added where they are missing.
struct ClientRequest
{
    std::string method = "GET";
    std::string target = "/";
    std::vector<std::pair<std::string, std::string>> headers;
    std::string body;
};

/// What it gets back.
struct ClientAnswer
{
    int status = 0;
    std::vector<std::pair<std::string, std::string>> headers;
    std::string body;

    /// The value of the first header of this name in any case; empty when absent.
    std::string_view header(std::string_view name) const;
};

/// One connection to a running Weir, blocking: what the commands that talk to it are made of. Kept open from
/// request to request. One thread at a time. After an error it is of no more use.
class HttpClient
{
public:
    using Milliseconds = std::chrono::milliseconds;

    /// Fails with Network when nothing listens there. `timeout` holds for each wait; 0 = none.
    static Result<std::unique_ptr<HttpClient>> connect(
        const std::string &host, std::uint16_t port, Milliseconds timeout = Milliseconds(30'000));
    ~HttpClient();
    HttpClient(const HttpClient &) = delete;
    HttpClient &operator=(const HttpClient &) = delete;

    /// One request and its whole answer.
    Result<ClientAnswer> exchange(const ClientRequest &request);

    /// The same in steps, for streams and pipelines: write, then one head, then its body piece by piece.
    Result<void> send(const ClientRequest &request);
    Result<void> sendBytes(std::string_view bytes);
    Result<ClientAnswer> receiveHead(); ///< `body` is empty. Skips 100 Continue.
    Result<std::string> receiveSome(); ///< The next piece of the body; empty at its end.

private:
    enum class BodyEnd { Length, Chunks, Close, Done };

    HttpClient(int descriptor, std::string authority)
        : m_descriptor(descriptor)
        , m_authority(std::move(authority))
    {
    }

    Result<bool> fill(); ///< False when the peer has closed.
    Result<std::string> line();
    void setBodyEnd(const ClientAnswer &head);
    Result<std::string> take(std::size_t bytes);
    Result<std::string> nextChunk();

    int m_descriptor = -1;
    std::string m_authority;
    std::string m_buffer; ///< Received, not yet taken.
    BodyEnd m_bodyEnd = BodyEnd::Done;
    std::size_t m_left = 0; ///< Of the body, or of the current chunk.
    bool m_isHead = false; ///< The answer to a HEAD has no body, whatever it says.
};

} // namespace Weir
