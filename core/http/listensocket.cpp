#include "core/http/listensocket.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <memory>
#include <optional>
#include <system_error>

#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

namespace Weir {

namespace {

constexpr int portAttempts = 16; // A port that is free on one address can be taken on another.

struct Endpoint
{
    sockaddr_storage address{};
    socklen_t size = 0;
    std::string host; ///< As the user wrote it.
};

std::string withPort(const std::string &host, std::uint16_t port)
{
    const bool isV6 = host.find(':') != std::string::npos;
    return (isV6 ? '[' + host + ']' : host) + ':' + std::to_string(port);
}

/// Where two addresses of one host are the same, one is enough.
Result<std::vector<Endpoint>> resolve(const std::string &host)
{
    addrinfo hints{};
    hints.ai_socktype = SOCK_STREAM;
    hints.ai_flags = AI_PASSIVE | AI_NUMERICSERV;
    addrinfo *found = nullptr;
    if (const int code = getaddrinfo(host.c_str(), "0", &hints, &found); code != 0)
        return Error{Error::Kind::Network, "There is no such host: " + std::string(gai_strerror(code)), host};
    const std::unique_ptr<addrinfo, decltype(&freeaddrinfo)> owner(found, freeaddrinfo);
    std::vector<Endpoint> endpoints;
    for (const addrinfo *info = found; info; info = info->ai_next) {
        if ((info->ai_family != AF_INET && info->ai_family != AF_INET6)
            || info->ai_addrlen > sizeof(sockaddr_storage))
            continue;
        Endpoint endpoint;
        std::memcpy(&endpoint.address, info->ai_addr, info->ai_addrlen);
        endpoint.size = info->ai_addrlen;
        endpoint.host = host;
        endpoints.push_back(endpoint);
    }
    return endpoints;
}

void setPort(sockaddr_storage &address, std::uint16_t port)
{
    if (address.ss_family == AF_INET6)
        reinterpret_cast<sockaddr_in6 &>(address).sin6_port = htons(port);
    else
        reinterpret_cast<sockaddr_in &>(address).sin_port = htons(port);
}

Error listenError(int code, const Endpoint &endpoint, std::uint16_t port)
{
    Error error{Error::Kind::Network, {}, withPort(endpoint.host, port)};
    switch (code) {
    case EADDRINUSE:
        error.message = "Port " + std::to_string(port) + " is in use by another program";
        break;
    case EACCES:
        error.message = "Port " + std::to_string(port) + " is reserved for privileged programs";
        break;
    case EADDRNOTAVAIL:
        error.message = "This machine does not have the address " + endpoint.host;
        break;
    default:
        error.message = "Cannot listen: " + std::generic_category().message(code);
    }
    return error;
}

/// A socket that listens there, or errno.
std::pair<FileDescriptor, int> listenOn(const Endpoint &endpoint, std::uint16_t port, int backlog)
{
    sockaddr_storage address = endpoint.address;
    setPort(address, port);
    FileDescriptor fd(::socket(address.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    const int on = 1;
    // REUSEADDR: a restart must not wait for the last run's connections. V6ONLY: "::" and "0.0.0.0" side by
    // side.
    if (!fd.isOpen() || ::setsockopt(fd.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) != 0
        || (address.ss_family == AF_INET6
            && ::setsockopt(fd.get(), IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on) != 0)
        // Accepted sockets inherit these two: an answer goes out at once, and a client that vanished is
        // noticed.
        || ::setsockopt(fd.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on) != 0
        || ::setsockopt(fd.get(), SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on) != 0
        || ::bind(fd.get(), reinterpret_cast<const sockaddr *>(&address), endpoint.size) != 0
        || ::listen(fd.get(), backlog) != 0)
        return {FileDescriptor(), errno};
    return {std::move(fd), 0};
}

/// All endpoints on one port; nothing when a port that we chose ourselves turns out to be taken.
Result<std::optional<std::vector<ListenSocket>>> tryPort(
    const std::vector<Endpoint> &endpoints, std::uint16_t wanted, int backlog)
{
    std::vector<ListenSocket> sockets;
    std::uint16_t port = wanted;
    for (const Endpoint &endpoint : endpoints) {
        auto [fd, code] = listenOn(endpoint, port, backlog);
        if (code == EADDRINUSE && wanted == 0)
            return std::optional<std::vector<ListenSocket>>();
        // "localhost" often names ::1 on machines that have no IPv6; the other address will do.
        const bool another = std::count_if(endpoints.begin(), endpoints.end(), [&](const Endpoint &other) {
            return other.host == endpoint.host;
        }) > 1;
        if (another && (code == EADDRNOTAVAIL || code == EAFNOSUPPORT))
            continue;
        if (code != 0)
            return listenError(code, endpoint, port);
        port = localPort(fd.get());
        sockaddr_storage bound = endpoint.address;
        setPort(bound, port);
        sockets.push_back({std::move(fd), addressText(bound)});
    }
    if (sockets.empty())
        return Error{Error::Kind::Network, "There is no address to listen on", {}};
    return std::optional(std::move(sockets));
}

} // namespace

void FileDescriptor::close()
{
    if (m_fd >= 0)
        ::close(std::exchange(m_fd, -1));
}

Result<std::vector<ListenSocket>> openListenSockets(
    const std::vector<std::string> &hosts, std::uint16_t port, int backlog)
{
    std::vector<Endpoint> endpoints;
    for (const std::string &host : hosts) {
        WEIR_TRY(const auto found, resolve(host));
        for (const Endpoint &endpoint : found) {
            const bool known = std::any_of(endpoints.begin(), endpoints.end(), [&](const Endpoint &other) {
                return other.size == endpoint.size
                    && std::memcmp(&other.address, &endpoint.address, endpoint.size) == 0;
            });
            if (!known)
                endpoints.push_back(endpoint);
        }
    }
    for (int attempt = 0; attempt < portAttempts; ++attempt) {
        WEIR_TRY(auto sockets, tryPort(endpoints, port, backlog));
        if (sockets)
            return std::move(*sockets);
    }
    return Error{Error::Kind::Network, "No port is free on all of the addresses", {}};
}

std::uint16_t localPort(int fd)
{
    sockaddr_storage address{};
    socklen_t size = sizeof address;
    if (::getsockname(fd, reinterpret_cast<sockaddr *>(&address), &size) != 0)
        return 0;
    return ntohs(address.ss_family == AF_INET6 ? reinterpret_cast<const sockaddr_in6 &>(address).sin6_port
                                               : reinterpret_cast<const sockaddr_in &>(address).sin_port);
}

std::string addressText(const sockaddr_storage &address)
{
    char host[INET6_ADDRSTRLEN] = "";
    if (address.ss_family == AF_INET6) {
        const auto &v6 = reinterpret_cast<const sockaddr_in6 &>(address);
        ::inet_ntop(AF_INET6, &v6.sin6_addr, host, sizeof host);
        return withPort(host, ntohs(v6.sin6_port));
    }
    const auto &v4 = reinterpret_cast<const sockaddr_in &>(address);
    ::inet_ntop(AF_INET, &v4.sin_addr, host, sizeof host);
    return withPort(host, ntohs(v4.sin_port));
}

void raiseFileLimit()
{
    rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur < limit.rlim_max) {
        limit.rlim_cur = limit.rlim_max;
        ::setrlimit(RLIMIT_NOFILE, &limit);
    }
}

} // namespace Weir
