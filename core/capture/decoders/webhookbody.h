#pragma once

#include "core/capture/decoder.h"

#include <cstdint>
#include <string_view>
#include <vector>

namespace Weir {

/// Where a webhook's event name comes from.
enum class WebhookName : std::uint8_t {
    FromBody, ///< The body's `event`, else its `type`, else the endpoint's.
    Fixed, ///< The endpoint's.
};

/// What the endpoint says about a webhook body.
struct WebhookRules
{
    Source source = Source::Webhook;
    std::string_view name;
    WebhookName naming = WebhookName::FromBody;
};

/// Reads any JSON object as one event, an array of objects as one event each. Ids are looked for in the
/// object itself, then in its `properties`, `data`, `payload` or `record`; `timestamp` is taken as given.
/// Pure.
Result<std::vector<Event>> readWebhook(std::string_view text, const WebhookRules &rules,
    const HttpRequest &request, const CaptureContext &context);

} // namespace Weir
