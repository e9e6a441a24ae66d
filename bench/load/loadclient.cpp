#include "bench/load/loadclient.h"

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <utility>

namespace Weir::Bench {

namespace {

constexpr auto drainTime = std::chrono::seconds(10);

SteadyTime steadyNow()
{
    return std::chrono::steady_clock::now();
}

/// Position behind "name:" in the head, any case; npos when the field is absent.
std::size_t behindField(std::string_view head, std::string_view name)
{
    const auto same = [](char a, char b) { return (a | 0x20) == (b | 0x20); };
    const auto found = std::search(head.begin(), head.end(), name.begin(), name.end(), same);
    return found == head.end() ? std::string_view::npos
                               : static_cast<std::size_t>(found - head.begin()) + name.size();
}

} // namespace

std::size_t completeAnswer(std::string_view bytes, int &status)
{
    const std::size_t headEnd = bytes.find("\r\n\r\n");
    if (headEnd == std::string_view::npos || bytes.size() < 12)
        return 0;
    const std::string_view head = bytes.substr(0, headEnd + 2);
    std::from_chars(bytes.data() + 9, bytes.data() + 12, status);
    const std::size_t body = headEnd + 4;
    std::size_t at = behindField(head, "\r\ncontent-length:");
    if (at != std::string_view::npos) {
        at = head.find_first_not_of(' ', at);
        std::size_t length = 0;
        std::from_chars(head.data() + at, head.data() + head.size(), length);
        return bytes.size() >= body + length ? body + length : 0;
    }
    if (behindField(head, "\r\ntransfer-encoding:") == std::string_view::npos)
        return body;
    const std::size_t last = bytes.find("0\r\n\r\n", body);
    return last == std::string_view::npos ? 0 : last + 5;
}

LoadClient::LoadClient(const LoadPlan &plan, RequestBuilder &builder)
    : m_plan(plan)
    , m_builder(builder)
    , m_epoll(epoll_create1(EPOLL_CLOEXEC))
    , m_connections(static_cast<std::size_t>(plan.connections))
{
}

LoadClient::~LoadClient()
{
    for (const Connection &connection : m_connections) {
        if (connection.socket >= 0)
            ::close(connection.socket);
    }
    ::close(m_epoll);
}

bool LoadClient::connect()
{
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(m_plan.port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    for (std::size_t i = 0; i < m_connections.size(); ++i) {
        const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        m_connections[i].socket = socket;
        if (::connect(socket, reinterpret_cast<const sockaddr *>(&address), sizeof address) != 0)
            return false;
        const int on = 1;
        setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        watch(i, EPOLLIN, EPOLL_CTL_ADD);
        m_idle.push_back(i);
    }
    return true;
}

void LoadClient::watch(std::size_t index, std::uint32_t events, int operation)
{
    epoll_event event{};
    event.events = events;
    event.data.u64 = index;
    epoll_ctl(m_epoll, operation, m_connections[index].socket, &event);
}

LoadReport LoadClient::run()
{
    m_begin = m_nextDue = steadyNow();
    m_measureFrom = m_begin + m_plan.warmUp;
    m_end = m_measureFrom + m_plan.measured;
    m_report.latencies.reserve(1'000'000);
    for (;;) {
        const SteadyTime now = steadyNow();
        const bool over = now >= m_end || (m_plan.requests && m_sent >= m_plan.requests);
        if (over && (m_underWay == 0 || now > m_end + drainTime))
            break;
        if (m_underWay == 0 && m_idle.empty())
            break; // Every connection has ended.
        if (!over)
            sendDue(now);
        wait();
    }
    m_report.seconds = std::min(steadyNow(), m_end) - m_measureFrom;
    return std::move(m_report);
}

void LoadClient::sendDue(SteadyTime now)
{
    const auto interval = std::chrono::duration_cast<std::chrono::steady_clock::duration>(
        std::chrono::duration<double>(m_plan.requestsPerSecond > 0 ? 1.0 / m_plan.requestsPerSecond : 0.0));
    while (!m_idle.empty() && (m_plan.requests == 0 || m_sent < m_plan.requests)) {
        if (interval.count() > 0 && m_nextDue > now)
            return;
        const SteadyTime due
            = interval.count() > 0 ? std::exchange(m_nextDue, m_nextDue + interval) : steadyNow();
        const std::size_t index = m_idle.front();
        m_idle.pop_front();
        send(index, due);
    }
}

void LoadClient::wait()
{
    timespec timeout{0, 50'000'000};
    if (m_plan.requestsPerSecond > 0 && !m_idle.empty()) {
        const auto left = std::max(m_nextDue - steadyNow(), std::chrono::steady_clock::duration::zero());
        timeout.tv_nsec = std::min<long>(std::chrono::nanoseconds(left).count(), timeout.tv_nsec);
    }
    std::array<epoll_event, 256> events;
    const int count
        = epoll_pwait2(m_epoll, events.data(), static_cast<int>(events.size()), &timeout, nullptr);
    for (int i = 0; i < count; ++i) {
        const epoll_event &event = events[static_cast<std::size_t>(i)];
        if (event.events & EPOLLOUT)
            writable(event.data.u64);
        if (event.events & (EPOLLIN | EPOLLHUP | EPOLLERR))
            readable(event.data.u64);
    }
}

void LoadClient::send(std::size_t index, SteadyTime due)
{
    Connection &connection = m_connections[index];
    const std::string_view request = m_builder.next();
    connection.busy = true;
    connection.due = due;
    ++m_sent;
    ++m_underWay;
    const ssize_t taken
        = ::send(connection.socket, request.data(), request.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
    if (taken < 0 && errno != EAGAIN)
        return dropped(index);
    const std::size_t sent = taken < 0 ? 0 : static_cast<std::size_t>(taken);
    if (sent < request.size()) {
        connection.unsent.assign(request.substr(sent));
        watch(index, EPOLLIN | EPOLLOUT, EPOLL_CTL_MOD);
    }
}

void LoadClient::writable(std::size_t index)
{
    Connection &connection = m_connections[index];
    const ssize_t taken = ::send(
        connection.socket, connection.unsent.data(), connection.unsent.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
    if (taken < 0 && errno != EAGAIN)
        return dropped(index);
    connection.unsent.erase(0, taken < 0 ? 0 : static_cast<std::size_t>(taken));
    if (connection.unsent.empty())
        watch(index, EPOLLIN, EPOLL_CTL_MOD);
}

void LoadClient::readable(std::size_t index)
{
    Connection &connection = m_connections[index];
    if (connection.socket < 0)
        return;
    std::array<char, 4096> buffer;
    const ssize_t got = ::recv(connection.socket, buffer.data(), buffer.size(), MSG_DONTWAIT);
    if (got == 0 || (got < 0 && errno != EAGAIN))
        return dropped(index);
    if (got < 0)
        return;
    connection.answer.append(buffer.data(), static_cast<std::size_t>(got));
    int status = 0;
    const std::size_t size = completeAnswer(connection.answer, status);
    if (size == 0 || !connection.busy)
        return;
    connection.answer.erase(0, size);
    answered(index, status);
}

void LoadClient::answered(std::size_t index, int status)
{
    Connection &connection = m_connections[index];
    const SteadyTime now = steadyNow();
    connection.busy = false;
    --m_underWay;
    if (status / 100 != 2) {
        ++m_report.refused;
    } else {
        ++m_report.acknowledged;
        if (connection.due >= m_measureFrom && now <= m_end) {
            ++m_report.measured;
            const auto took = std::chrono::duration_cast<std::chrono::microseconds>(now - connection.due);
            m_report.latencies.push_back(static_cast<std::uint32_t>(took.count()));
        }
    }
    m_idle.push_back(index);
    if (m_plan.requestsPerSecond <= 0 && now < m_end && (m_plan.requests == 0 || m_sent < m_plan.requests)) {
        m_idle.pop_back();
        send(index, now);
    }
}

void LoadClient::dropped(std::size_t index)
{
    Connection &connection = m_connections[index];
    ++m_report.broken;
    if (connection.busy)
        --m_underWay;
    m_idle.erase(std::remove(m_idle.begin(), m_idle.end(), index), m_idle.end());
    ::close(connection.socket);
    connection = Connection();
}

} // namespace Weir::Bench
