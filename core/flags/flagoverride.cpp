#include "core/flags/flagoverride.h"

#include <algorithm>

namespace Weir {

const FlagOverride *FlagOverrides::find(std::string_view key) const
{
    const auto found = m_byKey.find(key);
    return found == m_byKey.end() ? nullptr : &found->second;
}

void FlagOverrides::set(FlagOverride override)
{
    std::string key = override.key;
    m_byKey.insert_or_assign(std::move(key), std::move(override));
}

bool FlagOverrides::remove(std::string_view key)
{
    const auto found = m_byKey.find(key);
    if (found == m_byKey.end())
        return false;
    m_byKey.erase(found);
    return true;
}

std::vector<std::string> FlagOverrides::expire(UtcTime now)
{
    std::vector<std::string> gone;
    std::erase_if(m_byKey, [&](const auto &entry) {
        if (!entry.second.expiresAt || *entry.second.expiresAt > now)
            return false;
        gone.push_back(entry.first);
        return true;
    });
    return gone;
}

std::vector<const FlagOverride *> FlagOverrides::matching(
    const FlagScope &asker, const std::vector<std::string> *keys) const
{
    std::vector<const FlagOverride *> found;
    for (const auto &[key, override] : m_byKey) {
        if (override.scope.covers(asker) && (!keys || std::ranges::find(*keys, key) != keys->end()))
            found.push_back(&override);
    }
    return found;
}

std::vector<const FlagOverride *> FlagOverrides::unscoped() const
{
    std::vector<const FlagOverride *> found;
    for (const auto &[key, override] : m_byKey) {
        if (override.scope.isEveryone())
            found.push_back(&override);
    }
    return found;
}

} // namespace Weir
