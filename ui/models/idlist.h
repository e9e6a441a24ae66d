#pragma once

#include "core/store/eventquery.h"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace Weir {

/// Rising ids by arithmetic: a few runs without a gap. Costs no memory per id.
class IdRanges
{
public:
    /// `ranges` rise and do not overlap; empty ones are left out.
    void assign(const std::vector<IdRange> &ranges);
    /// The newest id is now `last`; those between the old newest and it are there too. Does nothing when it
    /// is not newer. `first` is where an empty list begins.
    void growTo(std::int64_t last, std::int64_t first = 1);

    std::int64_t size() const { return m_size; }
    std::int64_t at(std::int64_t index) const; ///< 0 <= index < size().
    std::int64_t lowerBound(std::int64_t id) const; ///< Index of the first id that is not smaller.
    bool contains(std::int64_t id) const;
    std::int64_t last() const { return m_ranges.empty() ? 0 : m_ranges.back().last; }

private:
    std::vector<IdRange> m_ranges;
    std::vector<std::int64_t> m_starts; ///< Index of each range's first id.
    std::int64_t m_size = 0;
};

/// Rising ids that are a choice of few or many: four bytes each. Adding is cheap at both ends, because a
/// search finds older ones while capture brings newer ones. Ids above 2^32 - 1 are not kept.
class SparseIds
{
public:
    void clear();
    /// False when it was there already.
    bool insert(std::int64_t id);
    /// Forgets what `ids` does not hold.
    void retain(const IdRanges &ids);

    std::int64_t size() const { return std::int64_t(m_older.size() + m_newer.size()); }
    std::int64_t at(std::int64_t index) const; ///< 0 <= index < size().
    std::int64_t lowerBound(std::int64_t id) const;
    bool contains(std::int64_t id) const;
    std::size_t bytes() const { return (m_older.capacity() + m_newer.capacity()) * sizeof(std::uint32_t); }

private:
    std::vector<std::uint32_t> m_older; ///< Falling: its end is the oldest.
    std::vector<std::uint32_t> m_newer; ///< Rising, all above m_older.
};

} // namespace Weir
