#pragma once

#include "app/cli/demoscript.h"

#include <nlohmann/json.hpp>

#include <span>

namespace Weir {

/// Which program of the platform sends an event, and by which SDK.
enum class DemoSender : std::uint8_t {
    Executor, ///< posthog-node: /batch/, gzip
    Tools, ///< rudder-sdk-node: /v1/batch, gzip
    Page, ///< posthog-js: /e/, gzip as text/plain
    PageCalls, ///< RudderStack's browser SDK: /v1/track and its like, one call a request
};
constexpr std::size_t demoSenderCount = 4;

/// One event before an SDK puts it into its shape.
struct DemoEvent
{
    std::chrono::milliseconds at{}; ///< After the run's start, by a right clock: when the work had ended.
    DemoSender sender = DemoSender::Executor;
    std::string type = "track"; ///< "track", "identify", "page": only RudderStack says it.
    std::string name;
    std::string uuid;
    nlohmann::ordered_json properties = nlohmann::ordered_json::object(); ///< Without identity.
    std::string traceKey = "trace_id"; ///< Empty: the id is lost.
    bool hasWorkspace = true;
    std::string timestampText; ///< In place of the right one.
};

/// Who and what a run is about.
struct DemoIdentity
{
    std::string traceId; ///< As the platform writes it: 32 hex digits, or a UUID.
    std::string userId, anonymousId, workspaceId, sessionId;
    std::string page; ///< "https://app.example.com/flows/invoice-triage"
};

/// One flush of a sender: the events as its SDK would send them at `delay` after `start`, by a clock that is
/// `clockOffset` ahead. A browser call (DemoSender::PageCalls) takes exactly one event.
DemoRequest packRequest(DemoSender sender, std::span<const DemoEvent> events, const DemoIdentity &identity,
    UtcTime start, std::chrono::milliseconds delay, std::chrono::milliseconds clockOffset);

} // namespace Weir
