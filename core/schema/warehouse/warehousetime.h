#pragma once

#include "core/base/time.h"

#include <optional>
#include <string_view>

namespace Weir {

/// A text that RudderStack takes for a timestamp.
struct WarehouseTime
{
    UtcTime time{}; ///< What is stored. Without an offset the text counts as UTC.
    bool isCut = false; ///< The text says more than milliseconds can hold.
    bool isMoved = false; ///< The day is not in its month, so the text's 31 February is stored as 3 March.

    bool operator==(const WarehouseTime &) const = default;
};

/// Which of the vendor's two readers is asked; they differ where a day overflows and on long texts.
enum class WarehouseEngine : std::uint8_t {
    Server, ///< rudder-server's, in Go: what runs.
    Transformer, ///< rudder-transformer's, in Node: the older reference.
};

/// Nothing when `text` is stored as text: "2026-02", "20260203", RFC 2822, epoch numbers, …
std::optional<WarehouseTime> warehouseTime(std::string_view text, WarehouseEngine engine);

} // namespace Weir
