#pragma once

#include "core/base/time.h"

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace Weir {

/// One request of a sample run, ready to send but for Host, Content-Length and Connection.
struct DemoRequest
{
    std::chrono::milliseconds delay{}; ///< When to send it, after the run's start.
    std::string method, target;
    std::vector<std::pair<std::string, std::string>> headers;
    std::string body; ///< As on the wire: gzip where the SDK does so.
    bool operator==(const DemoRequest &) const = default;
};

/// The mistakes that people make, as `weir demo --faults` makes them.
enum class DemoFault : std::uint8_t {
    MissingWorkspace, ///< No workspace_id anywhere.
    LostTrace, ///< No trace id anywhere.
    NumberAsText, ///< latency_ms: "840"
    CamelTraceId, ///< traceId in place of trace_id. Weir finds it nevertheless.
    WrongCasing, ///< toolUsed in place of tool_used.
    DateAsText, ///< A timestamp that no server reads: JavaScript's Date.toString().
    Duplicate, ///< The request is sent twice, same uuids.
    ClockLate, ///< The sender's clock is minutes behind, sent_at included.
    ClockEarly, ///< Minutes to a day ahead.
};
constexpr std::size_t demoFaultCount = 9;
std::string_view toText(DemoFault fault); ///< "missing_workspace", …

/// One planted mistake: which event, by its uuid or messageId.
struct PlantedFault
{
    DemoFault fault{};
    std::string uuid;
    bool operator==(const PlantedFault &) const = default;
};

/// One workflow run with all seven events under one trace id, requests in the order of sending.
struct DemoRun
{
    std::string traceId; ///< Normalised, as Weir keeps it.
    std::vector<DemoRequest> requests;
    std::vector<PlantedFault> faults; ///< Empty without DemoFaults::Yes, and in a part of the runs with it.
    bool operator==(const DemoRun &) const = default;
};

enum class DemoFaults { No, Yes };

/// When the requests of a run are sent, and what their sent_at says.
enum class DemoPace {
    AsItHappens, ///< Each at its `delay` after `start`.
    AllAtOnce, ///< All at `start`, when the run has ended.
};

/// Sample run number `index` of `seed`, as if it started at `start`, or ended then: agent, tools, RAG and
/// guardrails sent as posthog-node, posthog-js, rudder-sdk-node and RudderStack's browser SDK send them.
/// Pure: the same arguments give the same bytes, and faults change nothing but the events they hit.
DemoRun demoRun(std::uint64_t seed, std::uint32_t index, DemoFaults faults, UtcTime start,
    DemoPace pace = DemoPace::AsItHappens);

} // namespace Weir
