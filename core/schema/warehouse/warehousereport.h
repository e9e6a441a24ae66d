#pragma once

#include "core/schema/warehouse/warehouserows.h"

#include <string>
#include <vector>

namespace Weir {

/// What one event becomes, as JSON: `{"tables":[{"table","columns":{name:{"type","sql_type","value"}}}],
/// "warnings":[{"rule","severity","table","column","path","before","after","message"}]}`. A value is what is
/// stored, so an array is its text; null where the loader fills the column. `warnings` are those of
/// WarehouseTables::add() or of the rows alone.
std::string toJson(
    const WarehouseRows &rows, Warehouse warehouse, const std::vector<WarehouseFinding> &warnings);

} // namespace Weir
