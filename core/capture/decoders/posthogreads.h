#pragma once

#include "core/capture/endpoint.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

// The reads of PostHog's SDKs. Weir has no flags, surveys or scripts of its own: each answer is empty and
// well-formed, so that no SDK retries, stalls or throws away what it has.

namespace Weir::PostHog {

/// /flags and the older /decide differ in what their versions look like.
enum class FlagsDialect : std::uint8_t { Flags, Decide };

/// What a request for flags asks.
struct FlagRequest
{
    std::string token, distinctId;
    bool hasKeys = false;
    std::vector<std::string> keys; ///< flag_keys or flag_keys_to_evaluate; empty unless hasKeys.
};

/// Reads the body of /flags or /decide. Fails as the server does when it is no JSON object.
Result<FlagRequest> flagRequest(std::string_view body);

Intake answerFlags(const EndpointCall &call, FlagsDialect dialect);
template <FlagsDialect dialect> Intake evaluateFlags(const EndpointCall &call)
{
    return answerFlags(call, dialect);
}

Intake giveDefinitions(const EndpointCall &call);
Intake giveRemotePayload(const EndpointCall &call);
Intake giveFlagList(const EndpointCall &call);
Intake giveSurveys(const EndpointCall &call);
Intake giveEarlyAccess(const EndpointCall &call);
Intake giveExperiments(const EndpointCall &call);
Intake giveConfig(const EndpointCall &call);
Intake giveConfigScript(const EndpointCall &call);
/// array.js and the parts that the SDK loads later: 404, which it takes without harm.
Intake lackScript(const EndpointCall &call);

} // namespace Weir::PostHog
