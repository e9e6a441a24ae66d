#include "ui/models/expandedtraces.h"

#include <algorithm>

namespace Weir {

void ExpandedTraces::clear()
{
    *this = ExpandedTraces();
}

std::int64_t ExpandedTraces::lowerBound(TraceRow trace) const
{
    return std::lower_bound(m_items.begin(), m_items.end(), trace, [](const Item &item, TraceRow wanted) {
        return item.trace < wanted;
    }) - m_items.begin();
}

bool ExpandedTraces::contains(TraceRow trace) const
{
    const std::int64_t index = lowerBound(trace);
    return index < size() && traceAt(index) == trace;
}

std::int64_t ExpandedTraces::count(TraceRow trace) const
{
    const std::int64_t index = lowerBound(trace);
    return index < size() && traceAt(index) == trace ? countAt(index) : 0;
}

void ExpandedTraces::set(TraceRow trace, std::int64_t count)
{
    const std::int64_t index = lowerBound(trace);
    if (index < size() && traceAt(index) == trace) {
        add(index, count - countAt(index));
        m_items[std::size_t(index)].count = count;
        return;
    }
    m_rows += count;
    const bool atEnd = index == size();
    m_items.insert(m_items.begin() + index, {trace, count});
    if (!atEnd || m_stale) {
        m_stale = true;
        return;
    }
    // A node of the tree holds the sum of the last (place & -place) counts.
    const auto place = std::int64_t(m_items.size());
    if (m_tree.empty())
        m_tree.push_back(0);
    m_tree.push_back(rowsBefore(place - 1) - rowsBefore(place - (place & -place)) + count);
}

void ExpandedTraces::insertMany(std::vector<std::pair<TraceRow, std::int64_t>> traces)
{
    std::vector<Item> added;
    for (const auto &[trace, count] : traces) {
        if (!contains(trace))
            added.push_back({trace, count});
    }
    const auto earlier = [](const Item &a, const Item &b) { return a.trace < b.trace; };
    std::sort(added.begin(), added.end(), earlier);
    added.erase(std::unique(added.begin(), added.end(),
                    [](const Item &a, const Item &b) { return a.trace == b.trace; }),
        added.end());
    if (added.empty())
        return;
    for (const Item &item : added)
        m_rows += item.count;
    const auto middle = std::ptrdiff_t(m_items.size());
    m_items.insert(m_items.end(), added.begin(), added.end());
    std::inplace_merge(m_items.begin(), m_items.begin() + middle, m_items.end(), earlier);
    m_stale = true;
}

void ExpandedTraces::remove(TraceRow trace)
{
    const std::int64_t index = lowerBound(trace);
    if (index >= size() || traceAt(index) != trace)
        return;
    m_rows -= countAt(index);
    m_items.erase(m_items.begin() + index);
    m_stale = true;
}

void ExpandedTraces::retain(const IdRanges &traces)
{
    std::erase_if(m_items, [&traces](const Item &item) { return !traces.contains(raw(item.trace)); });
    m_rows = 0;
    for (const Item &item : m_items)
        m_rows += item.count;
    m_stale = true;
}

std::int64_t ExpandedTraces::rowsBefore(std::int64_t index) const
{
    if (m_stale)
        rebuild();
    std::int64_t sum = 0;
    for (std::int64_t place = index; place > 0; place -= place & -place)
        sum += m_tree[std::size_t(place)];
    return sum;
}

void ExpandedTraces::rebuild() const
{
    m_tree.assign(m_items.size() + 1, 0);
    for (std::size_t place = 1; place < m_tree.size(); ++place) {
        m_tree[place] += m_items[place - 1].count;
        const std::size_t parent = place + (place & (~place + 1));
        if (parent < m_tree.size())
            m_tree[parent] += m_tree[place];
    }
    m_stale = false;
}

void ExpandedTraces::add(std::int64_t index, std::int64_t change)
{
    m_rows += change;
    if (m_stale)
        return;
    for (std::int64_t place = index + 1; place < std::int64_t(m_tree.size()); place += place & -place)
        m_tree[std::size_t(place)] += change;
}

} // namespace Weir
