#pragma once

#include "core/flags/flagdefinitions.h"
#include "core/http/httpmessage.h"

#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json_fwd.hpp>

namespace Weir::PostHog {

// Which flags of a document an asker gets at all, as PostHog's server decides. See
// https://posthog.com/docs/feature-flags/evaluation-runtimes and …/evaluation-environments.

/// Where the program runs that asks.
struct FlagAsker
{
    std::string_view runtime; ///< "client", "server", "all" (said so itself); empty: nobody can tell.
    std::vector<std::string> contexts; ///< Empty: any.
};

/// From the members of the request's body, else from how it was sent.
FlagAsker flagAsker(const HttpRequest &request, const nlohmann::json &body);

/// As most are, whoever asks.
bool isMeantForAll(const FlagInfo &flag);
bool isMeantFor(const FlagInfo &flag, const FlagAsker &asker);

} // namespace Weir::PostHog
