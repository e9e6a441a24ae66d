#pragma once

#include "core/capture/endpoint.h"

#include <string>
#include <string_view>

// The reads of PostHog's SDKs but those of flags. Weir has no surveys or scripts of its own: each answer is
// empty and well-formed, so that no SDK retries, stalls or throws away what it has.

namespace Weir::PostHog {

/// With no-store.
HttpResponse uncached(HttpResponse answer);

/// The members of the remote configuration, without its braces. Recording, surveys, heatmaps and scripts
/// are off, since Weir has none to serve; flags are on, or posthog-js would never ask for them.
std::string configMembers(std::string_view token);

Intake giveFlagList(const EndpointCall &call);
Intake giveSurveys(const EndpointCall &call);
Intake giveEarlyAccess(const EndpointCall &call);
Intake giveExperiments(const EndpointCall &call);
Intake giveConfig(const EndpointCall &call);
Intake giveConfigScript(const EndpointCall &call);
/// array.js and the parts that the SDK loads later: the upstream's, else 404, which it takes without harm.
Intake giveScript(const EndpointCall &call);

} // namespace Weir::PostHog
