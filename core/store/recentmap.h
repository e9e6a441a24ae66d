#pragma once

#include "core/store/packedid.h"

#include <cstddef>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

namespace Weir {

/// A map from text that remembers what was used lately: between one and two times `generation` entries. Old
/// ones are forgotten by trim() only, so pointers to values are valid until then.
template <typename Value> class RecentMap
{
public:
    explicit RecentMap(std::size_t generation)
        : m_generation(generation)
    {
    }

    /// Null when it is not remembered.
    Value *find(std::string_view key)
    {
        if (const auto found = m_young.find(key); found != m_young.end())
            return &found->second;
        const auto found = m_old.find(key);
        if (found == m_old.end())
            return nullptr;
        return &m_young.insert(m_old.extract(found)).position->second;
    }

    Value &insert(std::string_view key, Value value)
    {
        return m_young.insert_or_assign(std::string(key), std::move(value)).first->second;
    }

    void trim()
    {
        if (m_young.size() < m_generation)
            return;
        m_old = std::move(m_young);
        m_young = {};
    }

    void clear()
    {
        m_young.clear();
        m_old.clear();
    }

private:
    struct Hash
    {
        using is_transparent = void;
        std::size_t operator()(std::string_view text) const { return stableHash(text); }
    };
    using Map = std::unordered_map<std::string, Value, Hash, std::equal_to<>>;

    std::size_t m_generation;
    Map m_young, m_old;
};

} // namespace Weir
