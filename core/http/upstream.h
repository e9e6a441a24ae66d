#pragma once

#include "core/base/error.h"
#include "core/http/httpmessage.h"

#include <QByteArray>

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace Weir {

/// Where a real server is: "https://us.i.posthog.com", "http://10.0.0.2:8000/proxy".
struct UpstreamUrl
{
    bool isSecure = true;
    std::string host; ///< Without the brackets of an IPv6 address.
    std::uint16_t port = 443;
    std::string prefix; ///< Stands before each target; empty, or "/proxy" without a slash at its end.

    /// Fails with BadInput on anything but http and https with a host; no user, query or fragment.
    static Result<UpstreamUrl> parse(std::string_view text);
    std::string authority() const; ///< As a Host header has it: without the scheme's own port.
    bool operator==(const UpstreamUrl &) const = default;
};

/// What is asked of an upstream.
struct UpstreamRequest
{
    std::string method, target;
    std::vector<std::pair<std::string, std::string>>
        headers; ///< Those that the connection decides are left out.
    QByteArray body;
};

/// The headers of a client's request that go on to the upstream: not those of the connection, not Cookie and
/// Origin, and no Accept-Encoding, since the answer is to be read here.
std::vector<std::pair<std::string, std::string>> forwardedHeaders(const HttpRequest &request);

/// Whether a request has come from a Weir: it must not be asked on, or two would ask each other for ever.
bool isFromWeir(const HttpRequest &request);

/// Asks one server, over HTTP/1.1, with and without TLS. A plain class inside the Qt event loop of the thread
/// that uses it. Connections are kept for the next question.
class Upstream
{
public:
    using Done = std::function<void(Result<HttpResponse>)>;
    struct Options
    {
        std::chrono::milliseconds timeout{3000}; ///< For one question, from asking to the last byte.
        std::size_t answerBytes = std::size_t(64) << 20;
        std::size_t connections = 16; ///< Beside each other; more questions wait for one of them.
    };

    explicit Upstream(UpstreamUrl url);
    Upstream(UpstreamUrl url, Options options);
    ~Upstream(); ///< Questions that are under way are never answered.
    Upstream(const Upstream &) = delete;
    Upstream &operator=(const Upstream &) = delete;

    /// Calls `done` exactly once, later: with the answer whatever its status, or with Network, Tls or
    /// Upstream (no HTTP) and the URL as `where`.
    void ask(UpstreamRequest request, Done done);

private:
    struct State;
    std::unique_ptr<State> m_state;
};

} // namespace Weir
