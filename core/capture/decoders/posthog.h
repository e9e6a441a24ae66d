#pragma once

#include "core/capture/endpoint.h"

#include <span>

namespace Weir::PostHog {

/// Every path of PostHog's capture, flags, remote configuration and other reads, in the dialect of its
/// servers: capture v0 and v1, /flags and /decide, /array, /static and the read-only API that SDKs call.
std::span<const Endpoint> endpoints();

} // namespace Weir::PostHog
