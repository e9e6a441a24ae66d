#pragma once

#include "core/base/error.h"

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

struct sockaddr_storage;

namespace Weir {

/// A file descriptor with an owner.
class FileDescriptor
{
public:
    FileDescriptor() = default;
    explicit FileDescriptor(int fd)
        : m_fd(fd)
    {
    }
    FileDescriptor(FileDescriptor &&other) noexcept
        : m_fd(std::exchange(other.m_fd, -1))
    {
    }
    FileDescriptor &operator=(FileDescriptor &&other) noexcept
    {
        std::swap(m_fd, other.m_fd);
        return *this;
    }
    ~FileDescriptor() { close(); }

    int get() const { return m_fd; }
    bool isOpen() const { return m_fd >= 0; }
    void close();

private:
    int m_fd = -1;
};

/// A socket that listens, and where.
struct ListenSocket
{
    FileDescriptor fd;
    std::string address; ///< "127.0.0.1:9347", "[::1]:9347"
};

/// Listens on all addresses of all hosts, or on none. Port 0 finds one that is free on all of them.
Result<std::vector<ListenSocket>> openListenSockets(
    const std::vector<std::string> &hosts, std::uint16_t port, int backlog);

/// The port that a socket is bound to.
std::uint16_t localPort(int fd);

/// "127.0.0.1:51724", "[::1]:51724"
std::string addressText(const sockaddr_storage &address);

/// Lets this process open as many files as its hard limit allows: the usual soft limit of 1,024 is less than
/// one burst of clients.
void raiseFileLimit();

} // namespace Weir
