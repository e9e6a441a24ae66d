#pragma once

#include "core/base/error.h"
#include "core/base/time.h"
#include "core/flags/flagvalue.h"

#include <map>
#include <optional>
#include <string>

#include <nlohmann/json_fwd.hpp>

namespace Weir {

/// For whom flags are evaluated: all that the answer depends on beside the definitions.
struct FlagSubject
{
    std::string distinctId; ///< At most 200 Unicode scalars count, as on PostHog's server. May be empty.
    std::optional<std::string> deviceId; ///< For flags that go by the device; empty counts as absent.
    std::map<std::string, std::string, std::less<>> groups; ///< Group type → key: "organization" → "org-9".
    /// Taken as all there is: what is missing here is not set. `distinct_id` is understood when absent.
    PropertyMap personProperties;
    /// By group type. A type that is missing here is unknown, not empty: what asks for it is inconclusive.
    std::map<std::string, PropertyMap, std::less<>> groupProperties;
    UtcTime now{}; ///< What relative dates such as "-7d" count from.

    bool operator==(const FlagSubject &) const = default;
};

/// Reads `distinct_id`, `device_id`, `groups`, `person_properties` and `group_properties` (also
/// `$distinct_id`,
/// `$device_id`, and a `$device_id` among the person's properties) from the body of a flag request or a test
/// case. Absent ones are empty; numbers as ids and group keys become their text, other wrong types fail with
/// BadInput and the member as `where`. `now` is the clock when the body has none of its own.
Result<FlagSubject> readSubject(const nlohmann::json &body, UtcTime now);

} // namespace Weir
