#include "core/schema/warehouse/warehousecolumns.h"

#include <algorithm>

namespace Weir {

namespace {

// Up to here looking at all names is quicker than hashing them.
constexpr std::size_t fewColumns = 64;

} // namespace

/// m_columns.size() when there is none.
std::size_t WarehouseColumns::placeOf(std::string_view name) const
{
    if (m_columns.size() > fewColumns) {
        const auto found = m_places.find(std::string(name));
        return found == m_places.end() ? m_columns.size() : found->second;
    }
    const auto found = std::ranges::find(m_columns, name, &WarehouseColumn::name);
    return static_cast<std::size_t>(found - m_columns.begin());
}

const WarehouseColumn *WarehouseColumns::find(std::string_view name) const
{
    const std::size_t place = placeOf(name);
    return place == m_columns.size() ? nullptr : &m_columns[place];
}

void WarehouseColumns::set(WarehouseColumn column)
{
    const std::size_t place = placeOf(column.name);
    if (place < m_columns.size()) {
        m_columns[place] = std::move(column);
        return;
    }
    m_columns.push_back(std::move(column));
    if (m_columns.size() > fewColumns) {
        for (std::size_t at = m_places.size(); at < m_columns.size(); ++at)
            m_places.emplace(m_columns[at].name, at);
    }
}

void WarehouseColumns::remove(std::string_view name)
{
    const std::size_t place = placeOf(name);
    if (place == m_columns.size())
        return;
    m_columns.erase(m_columns.begin() + static_cast<std::ptrdiff_t>(place));
    m_places.clear();
    if (m_columns.size() > fewColumns) {
        for (std::size_t at = 0; at < m_columns.size(); ++at)
            m_places.emplace(m_columns[at].name, at);
    }
}

} // namespace Weir
