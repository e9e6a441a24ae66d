#pragma once

#include <QByteArray>
#include <QDeadlineTimer>
#include <QEventLoop>
#include <QCoreApplication>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <string_view>

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

namespace Weir {

/// A client that sends exactly the bytes it is given, on a raw non-blocking socket to 127.0.0.1.
class TestClient
{
public:
    explicit TestClient(std::uint16_t port, int receiveBuffer = 0)
    {
        m_fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
        if (receiveBuffer > 0)
            ::setsockopt(m_fd, SOL_SOCKET, SO_RCVBUF, &receiveBuffer, sizeof receiveBuffer);
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(port);
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        const int code = ::connect(m_fd, reinterpret_cast<const sockaddr *>(&address), sizeof address);
        m_ok = code == 0 || errno == EINPROGRESS;
    }
    TestClient(TestClient &&other) noexcept
        : m_fd(std::exchange(other.m_fd, -1))
        , m_received(std::move(other.m_received))
        , m_ok(other.m_ok)
        , m_closed(other.m_closed)
    {
    }
    ~TestClient() { close(); }

    bool isOk() const { return m_ok; }
    void close()
    {
        if (m_fd >= 0)
            ::close(std::exchange(m_fd, -1));
    }
    void shutdownWrite() { ::shutdown(m_fd, SHUT_WR); }

    /// Sends what the kernel takes now; gives how much that was, or -1 when the connection is gone.
    ssize_t trySend(std::string_view bytes)
    {
        const ssize_t count = ::send(m_fd, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        return count < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == ENOTCONN) ? 0 : count;
    }
    /// Sends all, with the event loop running meanwhile. False when the connection was closed before.
    bool send(std::string_view bytes, int timeoutMs = 20'000)
    {
        QDeadlineTimer deadline(timeoutMs);
        while (!bytes.empty() && !deadline.hasExpired()) {
            const ssize_t count = trySend(bytes);
            if (count < 0)
                return false;
            bytes.remove_prefix(static_cast<std::size_t>(count));
            QCoreApplication::processEvents(QEventLoop::AllEvents, 5);
        }
        return bytes.empty();
    }

    /// Everything received so far, after reading what has come.
    const QByteArray &received()
    {
        char buffer[65536];
        while (!m_closed) {
            const ssize_t count = ::recv(m_fd, buffer, sizeof buffer, 0);
            if (count < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == ENOTCONN))
                break;
            if (count <= 0) {
                m_closed = true;
                m_reset = count < 0;
            } else {
                m_received.append(buffer, count);
            }
        }
        return m_received;
    }
    /// Runs the event loop until the answer holds `text`.
    bool waitFor(const QByteArray &text, int timeoutMs = 20'000)
    {
        QDeadlineTimer deadline(timeoutMs);
        qsizetype searched = 0; // A long answer is searched once, not again with each piece.
        while (received().indexOf(text, searched) < 0) {
            searched = std::max<qsizetype>(0, m_received.size() - text.size());
            if (m_closed || deadline.hasExpired())
                return false;
            QCoreApplication::processEvents(QEventLoop::AllEvents, 5);
        }
        return true;
    }
    /// Runs the event loop until the server has closed the connection.
    bool waitForClose(int timeoutMs = 20'000)
    {
        QDeadlineTimer deadline(timeoutMs);
        while (received(), !m_closed) {
            if (deadline.hasExpired())
                return false;
            QCoreApplication::processEvents(QEventLoop::AllEvents, 5);
        }
        return true;
    }
    bool isClosed() { return received(), m_closed; }
    bool wasReset() const { return m_reset; }

private:
    int m_fd = -1;
    QByteArray m_received;
    bool m_ok = false;
    bool m_closed = false;
    bool m_reset = false;
};

} // namespace Weir
