// What checking an event against the built-in plan costs: the seven events as PostHog's and RudderStack's
// SDKs send them, about 1.1 KB each, valid and not. Prints the best of several rounds on one core.

#include "core/schema/planvalidator.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <string>
#include <vector>

using namespace Weir;

namespace {

constexpr int rounds = 20;
constexpr std::size_t targetBytes = 1100;

struct Sample
{
    Event event;
    std::string payload;
};

struct SampleEvent
{
    const char *name;
    const char *properties;
};

constexpr SampleEvent samples[] = {
    {"flow_executed",
        R"("flow_id":"invoice-approval","tools_used":["rag","llm","post_ledger"],"time_ms":5320,"success":true)"},
    {"tool_used",
        R"("tool_id":"post_ledger","tool_type":"http","status":"success","latency_ms":840,"execution_id":"x-17")"},
    {"rag_query_triggered",
        R"("vector_db_used":"pgvector","index_name":"invoices","latency_ms":124,"sources_found":4,"index_version":"v3")"},
    {"agent_created", R"("agent_type":"planner","memory_backend":"redis","framework":"langgraph")"},
    {"prompt_blocked", R"("match_score":0.93,"source":"user_input","reason":"prompt_injection")"},
    {"agent_execution",
        R"("agent_type":"planner","latency_ms":2210,"success":true,"tokens":1834,"cost_usd":0.0123)"},
    {"agent_error",
        R"("agent_type":"planner","error_type":"timeout","error_message":"The model did not answer in 30 s")"},
};

Sample sampleOf(const SampleEvent &from, bool isValid)
{
    Sample sample;
    sample.event.source = Source::PostHog;
    sample.event.name = from.name;
    sample.event.traceId = "4bf92f3577b34da6a3ce929d0e0e4736";
    sample.event.userId = "user-17";
    sample.event.workspaceId = "acme";
    std::string properties = from.properties;
    if (!isValid)
        properties += R"(,"latencyMs":"840")";
    std::string payload = R"({"event":")" + sample.event.name
        + R"(","uuid":"0197b1f2-7a10-7c3e-9d2a-4b5c6d7e8f90",)"
          R"("timestamp":"2026-11-23T09:06:39.661Z","distinct_id":"user-17","properties":{)"
        + properties
        + R"(,"trace_id":"4bf92f3577b34da6a3ce929d0e0e4736","workspace_id":"acme","$lib":"posthog-node",)"
          R"("$lib_version":"5.70.0","$is_server":true,"$geoip_disable":true)";
    for (int i = 0; payload.size() + 60 < targetBytes; ++i)
        payload += R"(,"$feature/flag-number-)" + std::to_string(i) + R"(":"control")";
    sample.payload = payload + "}}";
    return sample;
}

/// Nanoseconds an event; the number of violations found is printed, so that the work is done.
double cost(PlanValidator &validator, const std::vector<Sample> &events, std::size_t &violations)
{
    double best = 1e18;
    constexpr int repeats = 5000;
    for (int round = 0; round < rounds; ++round) {
        violations = 0;
        const auto begun = std::chrono::steady_clock::now();
        for (int i = 0; i < repeats; ++i) {
            for (const Sample &sample : events)
                violations += validator.validate(sample.event, sample.payload).size();
        }
        const std::chrono::duration<double, std::nano> spent = std::chrono::steady_clock::now() - begun;
        best = std::min(best, spent.count() / repeats / static_cast<double>(events.size()));
    }
    violations /= repeats;
    return best;
}

} // namespace

int main()
{
    auto plan = CompiledPlan::compile(builtInPlan());
    if (!plan) {
        std::fprintf(stderr, "bench_schema: %s\n", toText(plan.error()).c_str());
        return 1;
    }
    PlanValidator validator(*std::move(plan));
    for (const bool isValid : {true, false}) {
        std::vector<Sample> events;
        std::size_t bytes = 0;
        for (const SampleEvent &sample : samples) {
            events.push_back(sampleOf(sample, isValid));
            bytes += events.back().payload.size();
        }
        std::size_t violations = 0;
        const double spent = cost(validator, events, violations);
        std::printf("%s events of %zu bytes: %.2f us an event, %zu violations in 7 events\n",
            isValid ? "Valid" : "Invalid", bytes / events.size(), spent / 1000, violations);
    }
    return 0;
}
