#pragma once

#include "core/schema/warehouse/warehouserows.h"

#include <string>
#include <string_view>
#include <unordered_map>
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
    const std::vector<WarehouseColumn> &all() const { return m_columns; }
    std::vector<WarehouseColumn> &&take() && { return std::move(m_columns); }
    void reserve(std::size_t columns) { m_columns.reserve(columns); }

private:
    std::size_t placeOf(std::string_view name) const;

    std::vector<WarehouseColumn> m_columns;
    std::unordered_map<std::string, std::size_t> m_places; ///< Empty while there are few columns.
};

} // namespace Weir
