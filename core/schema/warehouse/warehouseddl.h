#pragma once

#include "core/schema/warehouse/warehousetables.h"

#include <string>
#include <string_view>
#include <vector>

namespace Weir {

/// A namespace (schema in Snowflake, dataset in BigQuery) as RudderStack names it after a source or setting:
/// snake case, the warehouse's case. "stringempty" when nothing is left.
std::string warehouseNamespace(Warehouse warehouse, std::string_view name);

/// One CREATE TABLE a table, columns in order of their names. `schema` goes in front of the tables; empty:
/// none. Statements end with ";" and have no line break at their end.
std::vector<std::string> createStatements(const WarehouseTables &tables, std::string_view schema);

/// The statements that turn `before` into `after`: ALTER TABLE … ADD COLUMN for new columns, CREATE TABLE for
/// new tables. A column is never dropped and never changes its type, since the loader does neither.
std::vector<std::string> alterStatements(
    const WarehouseTables &before, const WarehouseTables &after, std::string_view schema);

} // namespace Weir
