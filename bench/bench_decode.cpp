// What the capture thread pays to understand one event: decodeRequest() over a body as posthog-node sends it,
// 1.2 KB an event, plain and gzip, one and twenty events a request. Prints µs of CPU an event, the best of
// several rounds.

#include "core/capture/decoder.h"

#include <QByteArray>

#include <libdeflate.h>

#include <algorithm>
#include <cstdio>
#include <ctime>
#include <memory>

using namespace Weir;

namespace {

constexpr int rounds = 20;
constexpr int eventsARound = 10'000;

QByteArray uuidOf(int number)
{
    return "01a207a0-9e1f-7994-a260-" + QByteArray::number(number).rightJustified(12, '0');
}

QByteArray eventOf(int number)
{
    return R"({"distinct_id":"user-42","event":"tool_used","properties":{"tool_id":"vector-search-)"
        + QByteArray::number(number) + R"(","tool_type":"retriever","status":"success","latency_ms":)"
        + QByteArray::number(100 + number % 900)
        + R"(,"execution_id":"exec-0d1c2b3a","trace_id":"7f2c9d7e-52a3-4a53-9a3e-0c2f6f9f1d10","workspace_id":"ws-7",)"
          R"("flow_id":"flow-customer-support","node_id":"node-14","attempt":1,"model":"gpt-4o-mini","cost_usd":0.00183,)"
          R"("tokens":{"prompt":812,"completion":164,"total":976},"tags":["rag","prod","eu-west-1"],)"
          R"("query":"how do I rotate the key of a service account without losing the deployments that use it?",)"
          R"("result_preview":"Create a second key, roll the deployments one by one, then revoke the first key. See docs.",)"
          R"("$groups":{"organization":"acme","workspace":"ws-7"},"$lib":"posthog-node","$lib_version":"5.70.0",)"
          R"("$geoip_disable":true,"$is_server":true,"$session_id":"01a207a0-9e1f-7994-a260-349d293faaed",)"
          R"("runtime":{"node":"v20.20.2","platform":"linux","arch":"x64","pid":4711,"host":"worker-3.internal"},)"
          R"("notes":"The index was rebuilt an hour before; latencies are a little above the weekly median."},)"
          R"("timestamp":"2026-11-23T08:58:16.479Z","type":"capture","library":"posthog-node","library_version":"5.70.0","uuid":")"
        + uuidOf(number) + "\"}";
}

QByteArray bodyOf(int events)
{
    QByteArray body = R"({"api_key":"phc_weirbench0000000000000000000000000000000000","batch":[)";
    for (int number = 0; number < events; ++number)
        body += (number == 0 ? "" : ",") + eventOf(number);
    return body + R"(],"sent_at":"2026-11-23T08:58:16.500Z"})";
}

QByteArray gzipped(const QByteArray &body)
{
    const std::unique_ptr<libdeflate_compressor, decltype(&libdeflate_free_compressor)> compressor(
        libdeflate_alloc_compressor(6), libdeflate_free_compressor);
    QByteArray out(body.size() + 256, Qt::Uninitialized);
    out.resize(static_cast<qsizetype>(libdeflate_gzip_compress(compressor.get(), body.constData(),
        static_cast<std::size_t>(body.size()), out.data(), static_cast<std::size_t>(out.size()))));
    return out;
}

HttpRequest requestOf(const QByteArray &body, bool gzip)
{
    HttpRequest request;
    request.method = "POST";
    request.target = "/batch/";
    request.body = body;
    request.peer = "127.0.0.1:50000";
    const auto add = [&request](std::string_view name, std::string_view value) {
        const auto at = static_cast<std::uint32_t>(request.head.size());
        request.fields.push_back({at, static_cast<std::uint32_t>(name.size()),
            at + static_cast<std::uint32_t>(name.size()) + 2, static_cast<std::uint32_t>(value.size())});
        request.head.append(name.data(), static_cast<qsizetype>(name.size()));
        request.head += ": ";
        request.head.append(value.data(), static_cast<qsizetype>(value.size()));
        request.head += "\r\n";
    };
    add("Host", "127.0.0.1:9347");
    add("Connection", "keep-alive");
    add("Content-Type", "application/json");
    add("User-Agent", "posthog-node/5.70.0");
    if (gzip)
        add("Content-Encoding", "gzip");
    add("Accept", "*/*");
    add("Accept-Encoding", "gzip, deflate");
    return request;
}

/// CPU time of this thread: others share the machine.
double threadSeconds()
{
    timespec time{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) * 1e-9;
}

/// Nanoseconds an event.
double measure(const HttpRequest &request, int events)
{
    const CaptureContext context{systemNow(), "127.0.0.1:9347"};
    double best = 1e9;
    for (int round = 0; round < rounds; ++round) {
        const double started = threadSeconds();
        std::size_t seen = 0;
        for (int done = 0; done < eventsARound; done += events)
            seen += decodeRequest(request, context).events.size();
        const double taken = (threadSeconds() - started) * 1e9;
        if (seen < eventsARound)
            return -1; // Nothing was decoded: a number would mean nothing.
        best = std::min(best, taken / static_cast<double>(seen));
    }
    return best;
}

} // namespace

int main()
{
    std::printf("decodeRequest, %d bytes an event, best of %d rounds\n", int(eventOf(0).size()), rounds);
    for (const int events : {1, 20}) {
        const QByteArray body = bodyOf(events);
        std::printf("  %2d event(s) plain: %.2f us an event\n", events,
            measure(requestOf(body, false), events) / 1e3);
        std::printf("  %2d event(s) gzip:  %.2f us an event\n", events,
            measure(requestOf(gzipped(body), true), events) / 1e3);
    }
    return 0;
}
