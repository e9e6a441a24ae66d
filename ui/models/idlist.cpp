#include "ui/models/idlist.h"

#include <algorithm>
#include <functional>
#include <limits>

namespace Weir {

void IdRanges::assign(const std::vector<IdRange> &ranges)
{
    m_ranges.clear();
    m_starts.clear();
    m_size = 0;
    for (const IdRange &range : ranges) {
        if (range.size() <= 0)
            continue;
        m_ranges.push_back(range);
        m_starts.push_back(m_size);
        m_size += range.size();
    }
}

void IdRanges::growTo(std::int64_t last, std::int64_t first)
{
    if (m_ranges.empty()) {
        assign({{first, last}});
    } else if (last > m_ranges.back().last) {
        m_size += last - m_ranges.back().last;
        m_ranges.back().last = last;
    }
}

std::int64_t IdRanges::at(std::int64_t index) const
{
    const auto next = std::upper_bound(m_starts.begin(), m_starts.end(), index);
    const auto range = std::size_t(next - m_starts.begin()) - 1;
    return m_ranges[range].first + (index - m_starts[range]);
}

std::int64_t IdRanges::lowerBound(std::int64_t id) const
{
    const auto range = std::lower_bound(m_ranges.begin(), m_ranges.end(), id,
        [](const IdRange &candidate, std::int64_t wanted) { return candidate.last < wanted; });
    if (range == m_ranges.end())
        return m_size;
    const std::int64_t start = m_starts[std::size_t(range - m_ranges.begin())];
    return start + std::max<std::int64_t>(0, id - range->first);
}

bool IdRanges::contains(std::int64_t id) const
{
    const std::int64_t index = lowerBound(id);
    return index < m_size && at(index) == id;
}

void SparseIds::clear()
{
    m_older = {};
    m_newer = {};
}

bool SparseIds::insert(std::int64_t id)
{
    if (id <= 0 || id > std::numeric_limits<std::uint32_t>::max())
        return false;
    const auto value = std::uint32_t(id);
    if (m_newer.empty() ? (m_older.empty() || value > m_older.front()) : value > m_newer.back()) {
        m_newer.push_back(value);
        return true;
    }
    if (m_older.empty() ? value < m_newer.front() : value < m_older.back()) {
        m_older.push_back(value);
        return true;
    }
    if (!m_newer.empty() && value >= m_newer.front()) {
        const auto place = std::lower_bound(m_newer.begin(), m_newer.end(), value);
        if (*place == value)
            return false;
        m_newer.insert(place, value);
        return true;
    }
    const auto place = std::lower_bound(m_older.begin(), m_older.end(), value, std::greater<>());
    if (place != m_older.end() && *place == value)
        return false;
    m_older.insert(place, value);
    return true;
}

void SparseIds::retain(const IdRanges &ids)
{
    const auto gone = [&ids](std::uint32_t value) { return !ids.contains(value); };
    std::erase_if(m_older, gone);
    std::erase_if(m_newer, gone);
}

std::int64_t SparseIds::at(std::int64_t index) const
{
    const auto older = std::int64_t(m_older.size());
    return index < older ? m_older[std::size_t(older - 1 - index)] : m_newer[std::size_t(index - older)];
}

std::int64_t SparseIds::lowerBound(std::int64_t id) const
{
    if (!m_older.empty() && id <= m_older.front()) {
        const auto smaller = std::partition_point(
            m_older.begin(), m_older.end(), [id](std::uint32_t value) { return std::int64_t(value) >= id; });
        return m_older.end() - smaller;
    }
    const auto place = std::partition_point(
        m_newer.begin(), m_newer.end(), [id](std::uint32_t value) { return std::int64_t(value) < id; });
    return std::int64_t(m_older.size()) + (place - m_newer.begin());
}

bool SparseIds::contains(std::int64_t id) const
{
    const std::int64_t index = lowerBound(id);
    return index < size() && at(index) == id;
}

} // namespace Weir
