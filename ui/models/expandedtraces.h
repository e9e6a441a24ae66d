#pragma once

#include "ui/models/idlist.h"

#include <cstdint>
#include <utility>
#include <vector>

namespace Weir {

/// The opened traces of a list with how many rows each shows, and the sums that turn a position into a row.
/// Costs about 24 bytes per opened trace. Opening at the end and changing a count take O(log n); opening in
/// the middle makes the next question O(n).
class ExpandedTraces
{
public:
    void clear();
    /// Opens the trace or changes its count.
    void set(TraceRow trace, std::int64_t count);
    /// Opens many at once; those already open keep their counts. `traces` in any order.
    void insertMany(std::vector<std::pair<TraceRow, std::int64_t>> traces);
    void remove(TraceRow trace);
    /// Closes what `traces` does not hold.
    void retain(const IdRanges &traces);

    bool contains(TraceRow trace) const;
    std::int64_t count(TraceRow trace) const; ///< 0 when closed.
    std::int64_t size() const { return std::int64_t(m_items.size()); }
    TraceRow traceAt(std::int64_t index) const { return m_items[std::size_t(index)].trace; }
    std::int64_t countAt(std::int64_t index) const { return m_items[std::size_t(index)].count; }
    std::int64_t lowerBound(TraceRow trace) const;
    /// Rows shown by the first `index` opened traces.
    std::int64_t rowsBefore(std::int64_t index) const;
    std::int64_t rows() const { return m_rows; }

private:
    struct Item
    {
        TraceRow trace{};
        std::int64_t count = 0;
    };
    void rebuild() const;
    void add(std::int64_t index, std::int64_t change);

    std::vector<Item> m_items; ///< Rising.
    std::int64_t m_rows = 0;
    mutable std::vector<std::int64_t> m_tree; ///< Fenwick tree over the counts, 1-based.
    mutable bool m_stale = false; ///< m_tree does not fit m_items.
};

} // namespace Weir
