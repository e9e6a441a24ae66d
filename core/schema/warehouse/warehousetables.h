#pragma once

#include "core/schema/warehouse/warehouserows.h"

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace Weir {

/// A column as the loader would make it.
struct WarehouseTableColumn
{
    WarehouseType type = WarehouseType::String; ///< Fixed by the first row that has the column.
    std::int64_t event = 0; ///< That row's; 0: known before.
    std::string path; ///< Where the first value was in the event.
    std::string value; ///< That value, as JSON.

    bool operator==(const WarehouseTableColumn &) const = default;
};

/// Columns by name; the order is that of the load files.
using WarehouseTable = std::map<std::string, WarehouseTableColumn, std::less<>>;

/// The tables of a whole session, fed event by event in the order of arrival: the first value of a column
/// fixes its type, and each later one is told what becomes of it. Pure; one thread at a time. The findings of
/// an event depend on all that were fed before it, so a new order needs new tables.
class WarehouseTables
{
public:
    explicit WarehouseTables(Warehouse warehouse)
        : m_warehouse(warehouse)
    {
    }

    Warehouse warehouse() const { return m_warehouse; }

    /// A column that the warehouse has already. For columns that no row was fed of.
    void addExisting(const std::string &table, const std::string &column, WarehouseType type);

    /// What the loader does with each value: those that need no word are not mentioned. `event` marks the
    /// findings.
    std::vector<WarehouseFinding> add(std::int64_t event, const WarehouseRows &rows);

    /// What was fed, with what the loader adds: `users` has every column of `identifies`, and rudder_discards
    /// stands beside them. Sorted by name.
    std::map<std::string, WarehouseTable, std::less<>> tables() const;

private:
    /// The names that share one; each is told once.
    using Spellings = std::vector<std::string>;

    void addRow(std::int64_t event, const WarehouseRow &row, std::vector<WarehouseFinding> &findings);
    void addValue(std::int64_t event, const std::string &table, const WarehouseColumn &column,
        std::vector<WarehouseFinding> &findings);
    void tellShared(std::int64_t event, const std::string &table, const std::string &column,
        const std::string &spelling, std::vector<WarehouseFinding> &findings);

    Warehouse m_warehouse;
    std::map<std::string, WarehouseTable, std::less<>> m_tables;
    std::map<std::pair<std::string, std::string>, Spellings> m_spellings; ///< By table and column, if any.
};

/// What the loader stores of `value`, which has type `from`, in a column of type `to`.
struct WarehouseStored
{
    enum class How : std::uint8_t { Same, Coerced, Widened, Truncated, OutOfRange, Discarded };
    How how = How::Same;
    WarehouseValue value; ///< Null when discarded.

    bool operator==(const WarehouseStored &) const = default;
};
WarehouseStored storedAs(WarehouseType to, WarehouseType from, const WarehouseValue &value);

} // namespace Weir
