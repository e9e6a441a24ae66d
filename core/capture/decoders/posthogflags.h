#pragma once

#include "core/capture/endpoint.h"
#include "core/flags/flagsanswer.h"

#include <string>
#include <string_view>
#include <vector>

// The reads of flags by PostHog's SDKs, answered from the context's FlagKnowledge. What Weir knows nothing of
// gets an empty and well-formed answer, so that no SDK retries, stalls or throws away what it has.

namespace Weir::PostHog {

/// What a request for flags asks.
struct FlagRequest
{
    std::string token, distinctId;
    std::string workspaceId; ///< groups.workspace, else person_properties.workspace_id.
    bool hasKeys = false;
    std::vector<std::string> keys; ///< flag_keys or flag_keys_to_evaluate; empty unless hasKeys.
    bool isDisabled = false; ///< disable_flags: the SDK will ignore the flags.
};

/// Reads the body of /flags or /decide. Fails as the server does when it is no JSON object.
Result<FlagRequest> flagRequest(std::string_view body);

Intake answerFlagRequest(const EndpointCall &call, FlagsEndpoint endpoint);
template <FlagsEndpoint endpoint> Intake answerFlags(const EndpointCall &call)
{
    return answerFlagRequest(call, endpoint);
}

/// For SDKs that evaluate by themselves.
Intake giveDefinitions(const EndpointCall &call);
/// The payload of one flag, as text in a JSON string.
Intake giveRemotePayload(const EndpointCall &call);

} // namespace Weir::PostHog
