#pragma once

#include "core/schema/warehousename.h"
#include "core/schema/warehouserows.h"

#include <string_view>
#include <vector>

namespace Weir {

/// The columns of a row while it is made: each name once, the last writer's value and type.
class WarehouseColumns
{
public:
    /// Null when there is none.
    const WarehouseColumn *find(std::string_view name) const;
    void set(WarehouseColumn column);
    void remove(std::string_view name);
    /// All of `others` over these.
    void set(const WarehouseColumns &others);
    const std::vector<WarehouseColumn> &all() const { return m_columns; }
    std::vector<WarehouseColumn> &&take() && { return std::move(m_columns); }

private:
    std::vector<WarehouseColumn> m_columns;
};

} // namespace Weir
