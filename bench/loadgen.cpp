// Sends analytics events as fast as a server acknowledges them, or paced, and tells how that went as one line
// of JSON. `weir-loadgen --help` lists the options; bench/run is what people call.

#include "bench/load/loadclient.h"

#include <sys/resource.h>

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <map>
#include <string>
#include <vector>

using namespace Weir::Bench;

namespace {

constexpr char usageText[]
    = R"(usage: weir-loadgen --port N [--path /batch/] [--connections 32] [--events 1] [--gzip 0|1]
                    [--rate EVENTS_PER_SECOND] [--warmup-ms 1000] [--measure-ms 5000] [--requests N] [--seed 1]
                    [--pool REQUESTS]   gzipped requests made ahead, so that making them does not count
                    [--bodies FILE]     sends the lines of this file in turn, each as a body, instead of events
       weir-loadgen respond            a server that answers 200 and does nothing else, to measure the client
)";

using Options = std::map<std::string, std::string>;

bool readOptions(int argc, char **argv, Options &options)
{
    for (int i = 1; i + 1 < argc; i += 2) {
        const std::string name = argv[i];
        if (!name.starts_with("--") || !options.contains(name.substr(2)))
            return false;
        options[name.substr(2)] = argv[i + 1];
    }
    return argc % 2 == 1 && options["port"] != "0";
}

std::uint64_t number(const Options &options, const char *name)
{
    const std::string &text = options.at(name);
    std::uint64_t value = 0;
    std::from_chars(text.data(), text.data() + text.size(), value);
    return value;
}

std::vector<std::string> linesOf(const std::string &path)
{
    std::vector<std::string> lines;
    std::ifstream file(path);
    for (std::string line; std::getline(file, line);)
        lines.push_back(line);
    return lines;
}

double percentileMs(const std::vector<std::uint32_t> &sorted, double share)
{
    if (sorted.empty())
        return 0;
    const auto at = static_cast<std::size_t>(share * static_cast<double>(sorted.size() - 1));
    return sorted[at] / 1000.0;
}

double ownCpuSeconds()
{
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    const auto seconds = [](const timeval &time) {
        return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
    };
    return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

void print(LoadReport &report, int eventsPerRequest, const RequestBuilder &builder, double cpuSeconds)
{
    std::sort(report.latencies.begin(), report.latencies.end());
    const double seconds
        = std::max(report.seconds.count(), 1e-3); // All answered within the warm-up: no rate.
    const double events = static_cast<double>(report.measured) * eventsPerRequest;
    std::printf("{\"events_per_s\": %.0f, \"requests_per_s\": %.0f, \"p50_ms\": %.3f, \"p99_ms\": %.3f, "
                "\"max_ms\": %.3f, "
                "\"acknowledged_requests\": %llu, \"acknowledged_events\": %llu, \"refused\": %llu, "
                "\"broken\": %llu, "
                "\"repeated\": %llu, \"event_bytes\": %zu, \"client_cpu_s\": %.2f, \"seconds\": %.3f}\n",
        events / seconds, static_cast<double>(report.measured) / seconds, percentileMs(report.latencies, 0.5),
        percentileMs(report.latencies, 0.99), percentileMs(report.latencies, 1.0),
        static_cast<unsigned long long>(report.acknowledged),
        static_cast<unsigned long long>(report.acknowledged) * static_cast<unsigned>(eventsPerRequest),
        static_cast<unsigned long long>(report.refused), static_cast<unsigned long long>(report.broken),
        static_cast<unsigned long long>(builder.repeated()), builder.eventBytes(), cpuSeconds, seconds);
}

} // namespace

int main(int argc, char **argv)
{
    if (argc == 2 && std::strcmp(argv[1], "respond") == 0)
        return runResponder();
    Options options{{"port", "0"}, {"path", "/batch/"}, {"connections", "32"}, {"events", "1"}, {"gzip", "0"},
        {"rate", "0"}, {"warmup-ms", "1000"}, {"measure-ms", "5000"}, {"requests", "0"}, {"seed", "1"},
        {"pool", "0"}, {"bodies", ""}};
    if (!readOptions(argc, argv, options)) {
        std::fputs(usageText, stderr);
        return 2;
    }
    const int events = static_cast<int>(std::max<std::uint64_t>(1, number(options, "events")));
    LoadPlan plan;
    plan.port = static_cast<std::uint16_t>(number(options, "port"));
    plan.connections = static_cast<int>(number(options, "connections"));
    plan.requestsPerSecond = static_cast<double>(number(options, "rate")) / events;
    plan.warmUp = std::chrono::milliseconds(number(options, "warmup-ms"));
    plan.measured = std::chrono::milliseconds(number(options, "measure-ms"));
    plan.requests = number(options, "requests");

    const std::string authority = "127.0.0.1:" + options["port"];
    const std::vector<std::string> bodies = linesOf(options["bodies"]);
    if (bodies.empty() && !options["bodies"].empty()) {
        std::fprintf(stderr, "weir-loadgen: %s: no line can be read\n", options["bodies"].c_str());
        return 2;
    }
    RequestBuilder builder = bodies.empty()
        ? RequestBuilder(authority, options["path"], events,
            number(options, "gzip") ? Compression::Gzip : Compression::None, number(options, "seed"))
        : RequestBuilder(authority, options["path"], bodies);
    builder.prepare(number(options, "pool"));
    LoadClient client(plan, builder);
    if (!client.connect()) {
        std::fprintf(
            stderr, "weir-loadgen: 127.0.0.1:%s: %s\n", options["port"].c_str(), std::strerror(errno));
        return 1;
    }
    const double cpuBefore = ownCpuSeconds();
    LoadReport report = client.run();
    print(report, events, builder, ownCpuSeconds() - cpuBefore);
    return report.broken || report.refused ? 1 : 0;
}
