#pragma once

#include "core/base/time.h"
#include "core/flags/flagevaluation.h"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace Weir {

/// Where SDKs ask for values: `/flags` today, `/decide` in older ones.
enum class FlagsEndpoint : std::uint8_t { Flags, Decide };

/// How an answer holds its values. The version of the endpoint decides, not that of the definitions.
enum class FlagsShape : std::uint8_t {
    Details, ///< /flags v=2, /decide v=4 and up: a map of details with reason and metadata.
    TypedDetails, ///< /flags v=3: as Details, with `value` instead of `enabled` and `variant`.
    Values, ///< /flags v=1, /decide v=3: a map of all values, and one of payloads.
    EnabledValues, ///< /decide v=2: a map of the values that are on.
    EnabledKeys, ///< /decide v=1: a list of the keys that are on.
};

/// Of a request whose query has this `v`. Without `v`, /flags answers Details when `config` is absent too
/// (the caller passes 2 then), else Values; /decide answers EnabledKeys.
FlagsShape flagsShape(FlagsEndpoint endpoint, std::optional<int> version);

/// What is told beside the flags.
struct FlagsAnswer
{
    std::string requestId; ///< A UUID. Empty: left out, with `evaluatedAt`.
    UtcTime evaluatedAt{};
    /// Says so even if no flag failed: SDKs then keep the other values they have, instead of replacing all.
    bool hasErrors = false;
    std::vector<std::string> quotaLimited; ///< Empty: left out.
    std::string_view config; ///< A JSON object whose members are merged in, or empty. Not looked at.
};

/// The JSON body for these outcomes. Omitted flags are left out; inconclusive ones are false, those that
/// failed marked so. Pure.
std::string flagsAnswer(std::span<const FlagOutcome> outcomes, FlagsShape shape, const FlagsAnswer &answer);

/// What stands in each entry of Details, whatever its flag gives: its key up to what is worked out, and the
/// members of its metadata up to the payload. Definitions have both ready.
std::string answerOpening(std::string_view key);
std::string answerMetadata(std::int64_t id, std::int64_t version);

/// One entry of Details or TypedDetails, for who rewrites the answer of a server.
std::string flagDetails(const FlagOutcome &outcome, FlagsShape shape);

} // namespace Weir
