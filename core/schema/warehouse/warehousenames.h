#pragma once

#include "core/schema/warehouse/warehousename.h"

#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>

namespace Weir {

/// Remembers the names of one spelling, since most events have keys that others had before. Forgets all when
/// it has grown to some thousands, so a sender that makes keys up cannot fill the memory.
class WarehouseNames
{
public:
    struct Name
    {
        std::string plain; ///< plainColumnName(); empty: no column.
        std::string name; ///< warehouseName() of it.
        std::string small; ///< That in lower case.
    };

    explicit WarehouseNames(const WarehouseNaming &naming)
        : m_naming(naming)
    {
    }

    /// Of this thread, for this spelling; valid until this thread asks for others. Names stay until the next
    /// trim().
    static WarehouseNames &ofThread(const WarehouseNaming &naming);

    const Name &ofKey(std::string_view key);
    /// The warehouse's form of one of RudderStack's own names.
    const std::string &ofOwn(std::string_view plain);
    /// To be called between events.
    void trim();
    const WarehouseNaming &naming() const { return m_naming; }

private:
    struct Hash
    {
        using is_transparent = void;
        std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>()(text); }
    };
    template <typename Value> using Map = std::unordered_map<std::string, Value, Hash, std::equal_to<>>;

    WarehouseNaming m_naming;
    Map<Name> m_keys;
    Map<std::string> m_own;
};

} // namespace Weir
