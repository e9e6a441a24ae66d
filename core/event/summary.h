#pragma once

#include "core/event/event.h"

#include <string>
#include <string_view>

namespace Weir {

/// The one line that a list shows behind an event's name, made from its JSON object: "post_ledger",
/// "invoices@v3, 4 sources", "failed: timeout". At most 160 bytes, one line. Empty when there is nothing to
/// tell or the JSON cannot be read. Pure; any thread.
std::string summaryOf(std::string_view name, EventType type, std::string_view payload);

} // namespace Weir
