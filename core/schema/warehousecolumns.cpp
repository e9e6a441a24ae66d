#include "core/schema/warehousecolumns.h"

#include <algorithm>

namespace Weir {

const WarehouseColumn *WarehouseColumns::find(std::string_view name) const
{
    const auto found = std::ranges::find(m_columns, name, &WarehouseColumn::name);
    return found == m_columns.end() ? nullptr : &*found;
}

void WarehouseColumns::set(WarehouseColumn column)
{
    const auto found = std::ranges::find(m_columns, column.name, &WarehouseColumn::name);
    if (found == m_columns.end())
        m_columns.push_back(std::move(column));
    else
        *found = std::move(column);
}

void WarehouseColumns::remove(std::string_view name)
{
    std::erase_if(m_columns, [name](const WarehouseColumn &column) { return column.name == name; });
}

void WarehouseColumns::set(const WarehouseColumns &others)
{
    for (const WarehouseColumn &column : others.m_columns)
        set(column);
}

} // namespace Weir
