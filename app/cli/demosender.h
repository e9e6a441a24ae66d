#pragma once

#include "app/cli/demoscript.h"
#include "core/base/error.h"

#include <atomic>
#include <cstdint>
#include <functional>
#include <string>

namespace Weir {

/// Which sample runs are sent where, and how fast.
struct DemoPlan
{
    std::string host = "127.0.0.1";
    std::uint16_t port = 0;
    std::uint32_t runs = 10;
    double runsPerSecond = 2; ///< How often a run begins; runs overlap. 0 = without any pause.
    std::uint64_t seed = 0;
    DemoFaults faults = DemoFaults::No;
};

/// What became of them.
struct DemoReport
{
    std::uint32_t runs = 0; ///< Those that were sent to their end.
    std::int64_t requests = 0, refused = 0; ///< Sent; of those, answered with anything but a 2xx.
    std::int64_t faults = 0; ///< Mistakes planted.
};

/// Sends sample runs through the HTTP door of a running Weir, as the SDKs would: the same bytes at the same
/// moments. Blocks until all are sent or `cancelled` is set. `progress` is called after each request. Fails
/// with Network when Weir is not there, or goes away.
Result<DemoReport> sendDemo(const DemoPlan &plan, const std::atomic<bool> &cancelled,
    const std::function<void(const DemoReport &)> &progress);

/// One tool_used event as posthog-node sends it: what "Send a test event" sends.
Result<void> sendTestEvent(const std::string &host, std::uint16_t port, UtcTime now);

} // namespace Weir
