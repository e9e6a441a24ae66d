#include "core/schema/warehouse/warehousefinding.h"

namespace Weir {

namespace {

struct RuleRow
{
    WarehouseRule rule;
    WarehouseSeverity severity;
    std::string_view name;
    /// %t, %c, %p, %b and %a stand for table, column, path, before and after.
    std::string_view sentence;
};

using enum WarehouseSeverity;

constexpr RuleRow rows[] = {
    {WarehouseRule::Truncated, Error, "Warehouse-Truncated",
        "%t.%c holds whole numbers since its first value: %b is stored as %a, without a trace"},
    {WarehouseRule::Discarded, Error, "Warehouse-Discarded",
        "%b does not fit the type of %t.%c: NULL is stored and the value goes to rudder_discards"},
    {WarehouseRule::OutOfRange, Error, "Warehouse-OutOfRange", "%b needs more than 64 bits: %t.%c gets %a"},
    {WarehouseRule::Nulled, Error, "Warehouse-Nulled", "%b is beyond what %t.%c can hold: NULL is stored"},
    {WarehouseRule::Rounded, Warning, "Warehouse-Rounded", "%b has more digits than a double: %t.%c gets %a"},
    {WarehouseRule::Coerced, Warning, "Warehouse-Coerced", "%t.%c has another type: %b is stored as %a"},
    {WarehouseRule::Moved, Warning, "Warehouse-Moved", "%b is no day of the calendar: %t.%c gets %a"},
    {WarehouseRule::Shortened, Information, "Warehouse-Shortened", "%b is stored in %t.%c as %a"},
    {WarehouseRule::Merged, Warning, "Warehouse-Merged",
        "%t.%c is written twice by one event: %p replaces %b by %a"},
    {WarehouseRule::Shared, Information, "Warehouse-Shared", "%b and %a share the name %t%d%c"},
    {WarehouseRule::Dropped, Warning, "Warehouse-Dropped", "%p makes no column: its value %b is not stored"},
    {WarehouseRule::Overridden, Error, "Warehouse-Overridden",
        "%p gives its type to %t.%c, which the loader fills"},
    {WarehouseRule::Escaped, Warning, "Warehouse-Escaped", "%b is a reserved word: it is called %a"},
    {WarehouseRule::Cut, Warning, "Warehouse-Cut", "%b is longer than 127 characters: it is called %a"},
    {WarehouseRule::Renamed, Information, "Warehouse-Renamed", "%b is called %a"},
    {WarehouseRule::TooManyColumns, Error, "Warehouse-TooManyColumns",
        "%t has %b columns, more than the %a a table can have"},
    {WarehouseRule::Refused, Error, "Warehouse-Refused", "RudderStack refuses the event: %b"},
};

constexpr bool areInOrder()
{
    std::size_t at = 0;
    for (const RuleRow &row : rows) {
        if (static_cast<std::size_t>(row.rule) != at++)
            return false;
    }
    return true;
}
static_assert(areInOrder());

const RuleRow &rowOf(WarehouseRule rule)
{
    return rows[static_cast<std::size_t>(rule)];
}

std::string_view partOf(const WarehouseFinding &finding, char letter)
{
    switch (letter) {
    case 't':
        return finding.table;
    case 'c':
        return finding.column;
    case 'p':
        return finding.path;
    case 'b':
        return finding.before;
    case 'd':
        return finding.column.empty() ? "" : ".";
    default:
        return finding.after;
    }
}

} // namespace

WarehouseSeverity severityOf(WarehouseRule rule)
{
    return rowOf(rule).severity;
}

std::string_view toText(WarehouseSeverity severity)
{
    constexpr std::string_view names[] = {"information", "warning", "error"};
    return names[static_cast<std::size_t>(severity)];
}

std::string_view violationName(WarehouseRule rule)
{
    return rowOf(rule).name;
}

std::string toText(const WarehouseFinding &finding)
{
    std::string text;
    const std::string_view sentence = rowOf(finding.rule).sentence;
    for (std::size_t at = 0; at < sentence.size(); ++at) {
        if (sentence[at] == '%')
            text += partOf(finding, sentence[++at]);
        else
            text += sentence[at];
    }
    return text;
}

} // namespace Weir
