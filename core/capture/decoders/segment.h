#pragma once

#include "core/capture/decoders/segmentcall.h"
#include "core/capture/endpoint.h"

#include <span>

namespace Weir::Segment {

/// What only Segment's browser library asks for: /v1/i, t, p, s, g, a, b, m and a project's settings.
std::span<const Endpoint> endpoints();

/// Segment's answer to a body of calls, on its own endpoints and on those shared with RudderStack.
/// `bodyBytes` is the decoded size.
Intake intakeOf(const HttpRequest &request, Calls calls, std::size_t bodyBytes);

} // namespace Weir::Segment
