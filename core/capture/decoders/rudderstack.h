#pragma once

#include "core/capture/endpoint.h"

#include <span>

namespace Weir::RudderStack {

/// RudderStack's data plane (gateway) and the control plane's /sourceConfig, answered as its server does.
/// Segment's HTTP API shares /v1/batch, /v1/track and their like: calls that show to be Segment's are
/// answered as Segment answers.
std::span<const Endpoint> endpoints();

} // namespace Weir::RudderStack
