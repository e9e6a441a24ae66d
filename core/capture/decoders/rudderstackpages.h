#pragma once

#include "core/capture/endpoint.h"

namespace Weir::RudderStack {

// What is not a body of calls: each answers one endpoint of rudderstack.cpp's table.

/// GET /pixel/v1/track, /pixel/v1/page: the call is the query. Answers 200 with a picture whatever comes.
Intake handlePixel(const EndpointCall &call);

/// /v1/webhook: any JSON, for a source of the webhook kind.
Intake handleWebhook(const EndpointCall &call);

/// The control plane's answer, without which the browser SDK never sends an event.
Intake handleSourceConfig(const EndpointCall &call);

// The gateway's own pages. Only at the root: behind a prefix they are somebody else's.
Intake handleHealth(const EndpointCall &call);
Intake handleVersion(const EndpointCall &call);
Intake handleDocs(const EndpointCall &call);
Intake handleRobots(const EndpointCall &call);

} // namespace Weir::RudderStack
