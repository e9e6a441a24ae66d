#pragma once

#include "core/base/error.h"
#include "core/flags/flagoverride.h"

#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace Weir {

/// A named set of overrides that is applied, rehearsed and removed as one.
struct FlagScene
{
    std::string name; ///< Unique in its file, not empty.
    std::string note; ///< What it is for; may be empty.
    std::vector<FlagOverride> overrides; ///< By rising key, each flag once. Without times.

    bool operator==(const FlagScene &) const = default;
};

/// What a scene changes of one flag, or would.
struct SceneChange
{
    std::string key;
    std::optional<FlagOverride> before, after;
    /// Why it may not be seen by all: "No SDK has asked for this flag". Sentences without a full stop.
    std::vector<std::string> doubts;

    bool operator==(const SceneChange &) const = default;
};

// A file of scenes, made to be shared: {"scenes": [{"name": "Guardrails demo", "note"?: "…",
// "flags": {"enable_guardrails_tracing": {"value": true, "payload"?: …, "scope"?: {…}}}}]}.

/// In the file's order. Fails with BadInput and the place: "scenes › scenes[1] › flags › KEY › value".
Result<std::vector<FlagScene>> parseScenes(std::string_view json);
/// One scene: {"name", "note"?, "flags"}, and what is in `more`.
Result<FlagScene> readScene(std::string_view json, std::initializer_list<std::string_view> more = {});
std::string toJson(const FlagScene &scene);
std::string toJson(std::span<const FlagScene> scenes);

/// The scenes that only have another name now, as {before, after}: in one list and not in the other, with the
/// same overrides. Of several that are equal none can be told.
std::vector<std::pair<std::string, std::string>> renamedScenes(
    std::span<const FlagScene> before, std::span<const FlagScene> after);

/// Whether these overrides are on as the scene has them.
bool isOn(const FlagScene &scene, const FlagOverrides &overrides);

} // namespace Weir
