#include "app/cli/command.h"
#include "app/cli/demosender.h"
#include "app/settings.h"

#include <cmath>
#include <cstdio>
#include <cstdlib>

#include <unistd.h>

namespace Weir {

namespace {

constexpr OptionSpec specs[] = {
    {"runs", "N", "how many workflow runs (10)"},
    {"rate", "R", "how many begin in a second, 0 = without any pause (2)"},
    {"seed", "S", "the same seed sends the same runs, trace ids included (from the clock)"},
    {"faults", "", "mix in the mistakes that people make"},
    {"port", "PORT", "port of the running Weir (9347)"},
    {"host", "ADDRESS", "address of the running Weir (127.0.0.1)"},
};

constexpr double highestRate = 10'000;

Result<double> parseRate(const std::string &text)
{
    char *end = nullptr;
    const double rate = std::strtod(text.c_str(), &end);
    if (text.empty() || *end != '\0' || !(rate >= 0) || rate > highestRate)
        return Error{
            Error::Kind::BadInput, "Expected a number from 0 to 10000, got \"" + text + "\"", "--rate"};
    return rate;
}

Result<DemoPlan> planOf(const Arguments &arguments)
{
    WEIR_TRY(const Settings settings, loadSettings(arguments, processSources()));
    DemoPlan plan;
    plan.host = settings.hosts.front();
    plan.port = settings.port;
    WEIR_TRY(const auto runs, parseInteger(arguments.last("runs", "10"), 1, 10'000'000, "--runs"));
    plan.runs = static_cast<std::uint32_t>(runs);
    WEIR_TRY(plan.runsPerSecond, parseRate(arguments.last("rate", "2")));
    const std::string clock = std::to_string(toMs(systemNow()));
    WEIR_TRY(const auto seed, parseInteger(arguments.last("seed", clock), 0, INT64_MAX, "--seed"));
    plan.seed = static_cast<std::uint64_t>(seed);
    plan.faults = arguments.has("faults") ? DemoFaults::Yes : DemoFaults::No;
    return plan;
}

void showProgress(const DemoReport &report, const DemoPlan &plan)
{
    std::fprintf(stderr, "\rweir: %u of %u runs, %lld requests", report.runs, plan.runs,
        static_cast<long long>(report.requests));
}

} // namespace

std::span<const OptionSpec> demoOptions()
{
    return specs;
}

int demo(const Arguments &arguments)
{
    const auto plan = planOf(arguments);
    if (!plan)
        return complain(plan.error());
    const bool interactive = ::isatty(STDERR_FILENO);
    const std::atomic<bool> never = false; // SIGINT ends the process as it does by default.
    const auto report = sendDemo(*plan, never, [&](const DemoReport &sent) {
        if (interactive)
            showProgress(sent, *plan);
    });
    if (interactive)
        std::fputc('\n', stderr);
    if (!report)
        return complain(report.error());
    std::printf("weir: sent %u runs in %lld requests, %lld refused, %lld mistakes planted, seed %llu\n",
        report->runs, static_cast<long long>(report->requests), static_cast<long long>(report->refused),
        static_cast<long long>(report->faults), static_cast<unsigned long long>(plan->seed));
    return report->refused == 0 ? exitDone : exitFailed;
}

} // namespace Weir
