#include "app/cli/demosender.h"

#include "app/httpclient.h"
#include "core/base/jsontext.h"
#include "core/base/uuid.h"

#include <algorithm>
#include <map>
#include <thread>

namespace Weir {

namespace {

using SteadyTime = std::chrono::steady_clock::time_point;
constexpr std::chrono::milliseconds longestNap{50}; // So that a cancellation is heard soon.

/// One request with its moment.
struct Planned
{
    DemoRequest request;
    bool endsRun = false;
};

/// The requests that are due, of all the runs that overlap, in the order of their moments.
class Schedule
{
public:
    explicit Schedule(const DemoPlan &plan)
        : m_plan(plan)
        , m_begin(std::chrono::steady_clock::now())
    {
    }

    bool isEmpty() const { return m_due.empty() && m_nextRun == m_plan.runs; }

    /// The next request with its moment; runs that begin before it are laid out first, so that their clocks
    /// are right. Without pauses each run is laid out when the one before has gone.
    std::multimap<SteadyTime, Planned>::node_type next(DemoReport &report)
    {
        while (m_nextRun < m_plan.runs
            && (m_due.empty() || (!isAtOnce() && beginOf(m_nextRun) <= m_due.begin()->first)))
            layOut(m_nextRun++, report);
        return m_due.extract(m_due.begin());
    }

private:
    bool isAtOnce() const { return m_plan.runsPerSecond <= 0; }

    SteadyTime beginOf(std::uint32_t run) const
    {
        if (isAtOnce())
            return m_begin;
        return m_begin
            + std::chrono::duration_cast<std::chrono::steady_clock::duration>(
                std::chrono::duration<double>(run / m_plan.runsPerSecond));
    }

    void layOut(std::uint32_t index, DemoReport &report)
    {
        const SteadyTime begin = beginOf(index);
        const auto ahead
            = std::chrono::duration_cast<std::chrono::milliseconds>(begin - std::chrono::steady_clock::now());
        DemoRun run = isAtOnce()
            ? demoRun(m_plan.seed, index, m_plan.faults, systemNow(), DemoPace::AllAtOnce)
            : demoRun(m_plan.seed, index, m_plan.faults, systemNow() + ahead);
        report.faults += std::int64_t(run.faults.size());
        for (std::size_t i = 0; i < run.requests.size(); ++i) {
            const SteadyTime due = isAtOnce() ? begin : begin + run.requests[i].delay;
            m_due.emplace(due, Planned{std::move(run.requests[i]), i + 1 == run.requests.size()});
        }
    }

    DemoPlan m_plan;
    SteadyTime m_begin;
    std::uint32_t m_nextRun = 0;
    std::multimap<SteadyTime, Planned> m_due;
};

void sleepUntil(SteadyTime due, const std::atomic<bool> &cancelled)
{
    while (!cancelled) {
        const auto left = due - std::chrono::steady_clock::now();
        if (left <= std::chrono::steady_clock::duration::zero())
            return;
        std::this_thread::sleep_for(std::min<std::chrono::steady_clock::duration>(left, longestNap));
    }
}

} // namespace

Result<DemoReport> sendDemo(const DemoPlan &plan, const std::atomic<bool> &cancelled,
    const std::function<void(const DemoReport &)> &progress)
{
    WEIR_TRY(auto client, HttpClient::connect(plan.host, plan.port));
    DemoReport report;
    Schedule schedule(plan);
    while (!schedule.isEmpty() && !cancelled) {
        auto node = schedule.next(report);
        sleepUntil(node.key(), cancelled);
        if (cancelled)
            break;
        Planned &planned = node.mapped();
        ClientRequest request{std::move(planned.request.method), std::move(planned.request.target),
            std::move(planned.request.headers), std::move(planned.request.body)};
        WEIR_TRY(const ClientAnswer answer, client->exchange(request));
        ++report.requests;
        if (answer.status < 200 || answer.status > 299)
            ++report.refused;
        if (planned.endsRun)
            ++report.runs;
        progress(report);
        if (answer.header("connection") == "close") {
            WEIR_TRY(client, HttpClient::connect(plan.host, plan.port));
        }
    }
    return report;
}

Result<void> sendTestEvent(const std::string &host, std::uint16_t port, UtcTime now)
{
    const std::string time = toRfc3339(now);
    JsonText json;
    json.beginObject().key("api_key").text("phc_weir_test").key("batch").beginArray().beginObject();
    json.key("event")
        .text("tool_used")
        .key("uuid")
        .text(makeUuidV7(now))
        .key("distinct_id")
        .text("weir-test-user");
    json.key("timestamp").text(time).key("properties").beginObject();
    json.key("trace_id").text(makeUuidV7(now)).key("workspace_id").text("weir-test");
    json.key("tool_id").text("test_event").key("tool_type").text("http").key("status").text("success");
    json.key("latency_ms")
        .number(std::int64_t(840))
        .key("$lib")
        .text("weir")
        .key("$lib_version")
        .text(WEIR_VERSION);
    json.endObject().endObject().endArray().key("sent_at").text(time).endObject();
    WEIR_TRY(const auto client, HttpClient::connect(host, port));
    WEIR_TRY(const ClientAnswer answer,
        client->exchange({"POST", "/batch/", {{"Content-Type", "application/json"}}, std::move(json).str()}));
    if (answer.status != 200) {
        return Error{Error::Kind::Upstream,
            "The test event was answered with status " + std::to_string(answer.status), {}};
    }
    return {};
}

} // namespace Weir
