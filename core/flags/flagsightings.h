#pragma once

#include "core/event/event.h"
#include "core/flags/servedflags.h"

#include <span>
#include <string_view>
#include <vector>

namespace Weir {

/// The values of flags that events carry: what $feature_flag_called says, and `$feature/KEY` properties. By
/// rising place of the event. `events` have their extents in `body`. Costs one search of the body when no
/// event carries any.
std::vector<FlagSighting> flagSightings(std::string_view body, std::span<const Event> events);

/// Those of one event, `json` being its own object.
std::vector<FlagSighting> flagSightings(std::string_view json, EventType type);

} // namespace Weir
