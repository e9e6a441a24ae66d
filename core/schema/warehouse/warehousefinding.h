#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace Weir {

/// What the warehouse's rules do to a value, a column or a table that the sender may not expect. The order is
/// that of the table in warehousefinding.cpp.
enum class WarehouseRule : std::uint8_t {
    Truncated, ///< A fraction met a whole-number column: 0.93 is stored as 0, and nothing tells.
    Discarded, ///< The type does not fit the column: NULL is stored, and a row of rudder_discards tells.
    OutOfRange, ///< A whole number beyond 64 bits: stored as something else.
    Nulled, ///< No double holds the number, so NULL is stored.
    Rounded, ///< A number had more digits than a double.
    Coerced, ///< Stored in the column's type: 5 as "5".
    Moved, ///< A day that is not in its month: stored as one of the next.
    Shortened, ///< Time below the millisecond is dropped, or a text is cut to what the column holds.
    Merged, ///< Two keys of one event are one column: the later one's value counts.
    Shared, ///< Two event names are one table, or two keys of different events one column.
    Dropped, ///< No column: its name is RudderStack's own, or has no letter or digit.
    Overridden, ///< A column that the loader fills got a type from the event.
    Escaped, ///< A reserved word: an underscore stands before it, on this warehouse only perhaps.
    Cut, ///< A name of more than 127 characters.
    Renamed, ///< Spelled otherwise than the event does.
    TooManyColumns, ///< More than the table can have.
    Refused, ///< RudderStack fails the event: no row at all.
};

enum class WarehouseSeverity : std::uint8_t { Information, Warning, Error };

/// One such case.
struct WarehouseFinding
{
    WarehouseRule rule{};
    std::string table; ///< Empty when no table was reached.
    std::string column; ///< Empty: the finding is about the table or the event.
    std::string path; ///< Where in the event: "properties.match_score". Empty: about the event.
    std::string before; ///< JSON of the value, or the name, as sent.
    std::string after; ///< JSON of what is stored, or the name used; "null" for NULL.
    std::int64_t event = 0; ///< As given to WarehouseTables; 0 before.

    bool operator==(const WarehouseFinding &) const = default;
};

WarehouseSeverity severityOf(WarehouseRule rule);

/// "information", "warning" or "error".
std::string_view toText(WarehouseSeverity severity);

/// The violation's name: "Warehouse-Truncated".
std::string_view violationName(WarehouseRule rule);

/// One sentence without a full stop: "MATCH_SCORE holds whole numbers: 0.93 is stored as 0".
std::string toText(const WarehouseFinding &finding);

} // namespace Weir
