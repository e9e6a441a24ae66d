#pragma once

#include "core/base/time.h"
#include "core/flags/flagvalue.h"

#include <optional>
#include <string_view>

namespace Weir {

/// A time as a condition states it: fixed, or so long before now.
struct FlagDate
{
    UtcTime fixed{};
    int count = 0;
    char unit = 0; ///< 'h', 'd', 'w', 'm' (months) or 'y'; 0: `fixed` counts.

    /// Months and years go by the calendar, their day cut to the month's last.
    UtcTime at(UtcTime now) const;
};

/// "-7d", "7d" (both lie in the past), RFC 3339, "2024-06-01", "2024-06-01 10:00" and what else PostHog's
/// server takes. Without a zone it is UTC. Nothing for anything else.
std::optional<FlagDate> parseFlagDate(std::string_view text);

/// The time that a property holds: a date as above, or Unix seconds as a number or as text. Nothing when it
/// holds none.
std::optional<UtcTime> timeOf(const PropertyValue &property, UtcTime now);

/// What Rust's parse::<f64>() takes: "5", "+.5", "1e3", "inf", "NaN", but no blanks and no hexadecimals.
std::optional<double> parseFloat(std::string_view text);

} // namespace Weir
