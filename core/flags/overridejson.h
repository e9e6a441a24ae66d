#pragma once

#include "core/base/jsonobject.h"
#include "core/base/jsontext.h"
#include "core/flags/flagoverride.h"

#include <initializer_list>
#include <string>
#include <string_view>

namespace Weir {

// An override as JSON, wherever one is written: {"value": true | false | "variant", "payload"?: any JSON,
// "scope"?: {"distinct_id"?, "workspace_id"?}, "pinned"?: true}.

/// Fails with BadInput on a member that is neither one of these nor in `more`, and on wrong values.
Result<FlagOverride> readOverride(
    std::string_view key, const JsonObject &object, std::initializer_list<std::string_view> more = {});

/// true, false or the key of a variant. Fails with BadInput.
Result<FlagValue> readFlagValue(std::string_view json);

/// The same members, those that are not set as null. `json` is inside an object.
void writeOverrideMembers(JsonText &json, const FlagOverride &override);

/// A payload is JSON; what an upstream stored otherwise is written as a string, and nothing as null.
void writePayload(JsonText &json, const std::optional<std::string> &payload);

/// `error`, seen from further outside.
Error seenFrom(std::string place, Error error);

} // namespace Weir
