#pragma once

#include "core/base/error.h"
#include "core/event/sessionnote.h"
#include "core/flags/flagevaluation.h"
#include "core/flags/flagoverride.h"

#include <string>
#include <string_view>
#include <vector>

namespace Weir {

/// A document of definitions as the upstream gave it.
struct UpstreamDefinitions
{
    std::string token; ///< Of the project.
    std::string document, tag; ///< JSON; the ETag, or empty.

    bool operator==(const UpstreamDefinitions &) const = default;
};

/// What is known of one flag beside its override and its definition.
struct KnownFlag
{
    bool isBuiltIn = false;
    bool isAsked = false; ///< An SDK has asked for it by its key.
    std::vector<std::string> variants; ///< As far as known.
    std::optional<FlagValue> upstream; ///< The last that the upstream said, to anyone.
    std::optional<std::string> upstreamPayload;

    bool operator==(const KnownFlag &) const = default;
};

// What the desk of flags keeps in the session, as notes: one for each flag, each pinned override, each user
// that the upstream answered for, and each project's definitions. Pure; reading fails with BadInput.
namespace FlagMemory {

constexpr std::string_view flagRoom = "flag", overrideRoom = "flag_override", userRoom = "flag_user",
                           definitionsRoom = "flag_definitions";

std::string toJson(const KnownFlag &flag);
std::string toJson(const FlagOverride &override);
std::string toJson(const std::vector<FlagOutcome> &outcomes);
std::string toJson(const UpstreamDefinitions &definitions);

Result<KnownFlag> readFlag(std::string_view json);
Result<FlagOverride> readPinned(std::string_view key, std::string_view json);
Result<std::vector<FlagOutcome>> readOutcomes(std::string_view json);
Result<UpstreamDefinitions> readDefinitions(std::string_view token, std::string_view json);

} // namespace FlagMemory

} // namespace Weir
