#pragma once

#include "core/base/error.h"
#include "core/flags/flagoverride.h"
#include "core/flags/flagsanswer.h"

#include <string>
#include <string_view>
#include <vector>

// How overrides get into the answers of a PostHog server. All functions are pure; what they do not have to
// change stays as it was written. See https://posthog.com/docs/api/flags for the answers.

namespace Weir {

/// The reason that an overridden value gives. SDKs repeat it in $feature_flag_reason, so that a call that saw
/// an override can be told from others.
constexpr std::string_view overriddenReason = "Overridden by Weir";

/// What is served for an overridden flag; `known` is what the flag would give without it, or null.
FlagOutcome overriddenOutcome(const FlagOverride &override, const FlagOutcome *known);

/// Puts overrides into the outcomes of an evaluation: in the flag's place, else behind all.
void overrideOutcomes(std::vector<FlagOutcome> &outcomes, OverrideList overrides);

/// An answer of /flags or /decide with these overrides. `shape` is what the request's version asks for; an
/// answer that has the members of another shape is rewritten in that one. Takes "feature_flags" out of
/// `quotaLimited`, or SDKs would throw the flags away. Fails with Upstream when it is no JSON object.
Result<std::string> overrideFlags(std::string_view answer, FlagsShape shape, OverrideList overrides);

/// The values that an answer of /flags or /decide holds, in its order. Empty for what cannot be read.
std::vector<FlagOutcome> readFlags(std::string_view answer);

/// The remote configuration with flags switched on, or posthog-js would never ask for them.
Result<std::string> overrideConfig(std::string_view config);
/// Likewise in the script that sets window._POSTHOG_REMOTE_CONFIG.
std::string overrideConfigScript(std::string_view script);

/// A document of definitions in which these flags are forced, for SDKs that evaluate by themselves. Fails
/// with Upstream when it is no document of definitions.
Result<std::string> overrideDefinitions(std::string_view document, OverrideList overrides);

/// One flag's definition, made to give the override's value to everyone without asking any server: checked
/// against posthog-node 3, 4 and 5. `definition` is the flag's own, or empty for a flag that has none.
std::string forcedDefinition(std::string_view definition, const FlagOverride &override);

} // namespace Weir
