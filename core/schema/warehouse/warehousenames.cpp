#include "core/schema/warehouse/warehousenames.h"

#include <algorithm>
#include <list>

namespace Weir {

namespace {

constexpr std::size_t mostKeys = 4096;
// Two warehouses, and what single events ask for.
constexpr std::size_t mostSpellings = 8;

} // namespace

WarehouseNames &WarehouseNames::ofThread(const WarehouseNaming &naming)
{
    thread_local std::list<WarehouseNames> known;
    const auto found = std::ranges::find(known, naming, &WarehouseNames::naming);
    if (found != known.end()) {
        found->trim();
        return *found;
    }
    if (known.size() == mostSpellings)
        known.clear();
    return known.emplace_back(naming);
}

const WarehouseNames::Name &WarehouseNames::ofKey(std::string_view key)
{
    if (const auto found = m_keys.find(key); found != m_keys.end())
        return found->second;
    Name name;
    name.plain = plainColumnName(m_naming, key);
    if (!name.plain.empty())
        name.name = warehouseName(m_naming, name.plain);
    name.small = name.name;
    std::ranges::transform(name.small, name.small.begin(),
        [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; });
    return m_keys.emplace(key, std::move(name)).first->second;
}

const std::string &WarehouseNames::ofOwn(std::string_view plain)
{
    if (const auto found = m_own.find(plain); found != m_own.end())
        return found->second;
    return m_own.emplace(plain, warehouseName(m_naming, plain)).first->second;
}

void WarehouseNames::trim()
{
    if (m_keys.size() > mostKeys)
        m_keys.clear();
}

} // namespace Weir
