#pragma once

#include "bench/load/requestbuilder.h"

#include <chrono>
#include <cstdint>
#include <deque>
#include <string>
#include <vector>

namespace Weir::Bench {

using SteadyTime = std::chrono::steady_clock::time_point;

struct LoadPlan
{
    std::uint16_t port = 0; ///< On 127.0.0.1.
    int connections = 32; ///< Each has at most one request under way.
    double requestsPerSecond = 0; ///< 0: as fast as answers come.
    std::chrono::milliseconds warmUp{1000}; ///< Sent, but not measured.
    std::chrono::milliseconds measured{5000};
    std::uint64_t requests = 0; ///< Ends early after that many; 0: no such bound.
};

struct LoadReport
{
    std::uint64_t acknowledged = 0; ///< Requests answered with 2xx, from the first to the last.
    std::uint64_t measured = 0; ///< Of these, answered in the measured time.
    std::uint64_t refused = 0; ///< Answered with anything else.
    std::uint64_t broken = 0; ///< Connections that ended under way.
    std::chrono::duration<double> seconds{}; ///< The measured time as it was.
    /// Of each measured request, in µs. When paced, from the moment it was due: waiting for a free connection
    /// counts, or a slow server would hide behind the requests that were never sent.
    std::vector<std::uint32_t> latencies;
};

/// Sends requests over N keep-alive connections to 127.0.0.1, one epoll set, one thread.
class LoadClient
{
public:
    LoadClient(const LoadPlan &plan, RequestBuilder &builder);
    ~LoadClient();
    LoadClient(const LoadClient &) = delete;
    LoadClient &operator=(const LoadClient &) = delete;

    /// Opens the connections; false with errno set when one is refused.
    bool connect();
    LoadReport run();

private:
    struct Connection
    {
        int socket = -1;
        bool busy = false;
        SteadyTime due{};
        std::string unsent; ///< What the socket did not take yet.
        std::string answer;
    };

    void send(std::size_t index, SteadyTime due);
    void sendDue(SteadyTime now);
    void readable(std::size_t index);
    void writable(std::size_t index);
    void answered(std::size_t index, int status);
    void dropped(std::size_t index);
    void wait();
    void watch(std::size_t index, std::uint32_t events, int operation);

    LoadPlan m_plan;
    RequestBuilder &m_builder;
    int m_epoll = -1;
    std::vector<Connection> m_connections;
    std::deque<std::size_t> m_idle;
    std::size_t m_underWay = 0;
    std::uint64_t m_sent = 0;
    SteadyTime m_begin{}, m_measureFrom{}, m_end{}, m_nextDue{};
    LoadReport m_report;
};

/// The size of the whole HTTP answer at the front of `bytes`, 0 while it is incomplete; `status` is set with
/// it.
std::size_t completeAnswer(std::string_view bytes, int &status);

/// Answers every request on 127.0.0.1 with an empty 200 until the process is ended: the client's own ceiling.
/// Prints "listening on PORT". Gives a process exit code.
int runResponder();

} // namespace Weir::Bench
