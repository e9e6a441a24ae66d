#pragma once

#include "core/capture/endpoint.h"

#include <string_view>

namespace Weir::PostHog {

/// OpenTelemetry's logs, metrics and traces. The spans of a JSON body become events, one each; all else is
/// accepted and kept without events.
Intake takeOtel(const EndpointCall &call);

/// /i/v0/ai: multipart/form-data with a part "event" and, beside it, its properties and blobs.
Intake takeMultipart(const EndpointCall &call);

/// The content of the part of this name; empty when there is none. `contentType` names the boundary.
std::string_view multipartPart(std::string_view body, std::string_view contentType, std::string_view name);

} // namespace Weir::PostHog
