#include "bench/load/loadclient.h"

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <cstdio>
#include <unordered_map>

namespace Weir::Bench {

namespace {

constexpr std::string_view answerText = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";

/// Bytes of the request at the front of `bytes`, 0 while it is incomplete. Knows what our own client sends.
std::size_t completeRequest(std::string_view bytes)
{
    constexpr std::string_view field = "Content-Length: ";
    const std::size_t headEnd = bytes.find("\r\n\r\n");
    const std::size_t at = bytes.find(field);
    if (headEnd == std::string_view::npos || at == std::string_view::npos)
        return 0;
    std::size_t length = 0;
    std::from_chars(bytes.data() + at + field.size(), bytes.data() + headEnd, length);
    return bytes.size() >= headEnd + 4 + length ? headEnd + 4 + length : 0;
}

int listenOnLoopback()
{
    const int listener = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    if (::bind(listener, reinterpret_cast<sockaddr *>(&address), size) != 0 || ::listen(listener, 4096) != 0
        || ::getsockname(listener, reinterpret_cast<sockaddr *>(&address), &size) != 0)
        return -1;
    std::printf("listening on %d\n", ntohs(address.sin_port));
    std::fflush(stdout);
    return listener;
}

void watch(int epoll, int socket)
{
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.fd = socket;
    epoll_ctl(epoll, EPOLL_CTL_ADD, socket, &event);
}

} // namespace

int runResponder()
{
    const int listener = listenOnLoopback();
    if (listener < 0)
        return 1;
    const int epoll = epoll_create1(EPOLL_CLOEXEC);
    watch(epoll, listener);
    std::unordered_map<int, std::string> received;
    std::array<epoll_event, 256> events;
    std::array<char, 65536> buffer;
    for (;;) {
        const int count = epoll_wait(epoll, events.data(), static_cast<int>(events.size()), -1);
        for (int i = 0; i < count; ++i) {
            const int socket = events[static_cast<std::size_t>(i)].data.fd;
            if (socket == listener) {
                watch(epoll, ::accept4(listener, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
                continue;
            }
            const ssize_t got = ::recv(socket, buffer.data(), buffer.size(), 0);
            if (got <= 0) {
                received.erase(socket);
                ::close(socket);
                continue;
            }
            std::string &bytes = received[socket];
            bytes.append(buffer.data(), static_cast<std::size_t>(got));
            while (const std::size_t size = completeRequest(bytes)) {
                bytes.erase(0, size);
                if (::send(socket, answerText.data(), answerText.size(), MSG_NOSIGNAL) < 0)
                    break;
            }
        }
    }
}

} // namespace Weir::Bench
