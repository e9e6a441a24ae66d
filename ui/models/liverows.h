#pragma once

#include "ui/models/expandedtraces.h"
#include "ui/models/idlist.h"

#include <cstdint>
#include <unordered_map>
#include <vector>

namespace Weir {

/// One row of the Live list, and at the same time an anchor: it names the row however many rows come and go
/// around it.
struct LiveRow
{
    enum class Kind : std::uint8_t { None, Group, Event };
    Kind kind = Kind::None;
    TraceRow trace{}; ///< The group, or the group that the event is shown in; 0 in the flat list.
    EventId event{}; ///< 0 for a group, and for an event whose trace's ids are not loaded yet.
    std::int64_t ordinal = 0; ///< Place of the event within its group, from 0.
    bool operator==(const LiveRow &) const = default;
};

/// What stands where in the Live list: position ↔ row, over ids only. Pure arithmetic, no data of the rows.
/// Groups stand in order of first sight, children in the order that setChildren() was given.
///
/// Memory: nothing per row without a filter, four bytes per match with one, about 24 bytes per opened trace,
/// four per loaded child.
class LiveRows
{
public:
    enum class Grouping : std::uint8_t { ByTrace, Flat };

    /// The ids that exist now, after opening, clearing or pruning. What is not among them is forgotten.
    void setRanges(const std::vector<IdRange> &traces, const std::vector<IdRange> &events);
    /// New ids; those already there may be among them. Empty ranges change nothing.
    void grow(const IdRange &traces, const IdRange &events);

    Grouping grouping() const { return m_grouping; }
    void setGrouping(Grouping grouping) { m_grouping = grouping; }

    bool isFiltered() const { return m_filtered; }
    /// From here on only matches are listed; there are none yet. Opened traces stay opened when they match.
    void beginFilter();
    void endFilter();
    /// An event matches; its trace is listed whole. The order of calls is free, rising or falling is fast.
    void addMatch(EventId event, TraceRow trace);
    /// Lists a trace without a match, such as that of the events without a trace id.
    void addListedTrace(TraceRow trace);
    bool matches(EventId event) const { return !m_filtered || m_matchingEvents.contains(raw(event)); }
    std::int64_t matchCount() const { return m_matchingEvents.size(); }

    bool isExpanded(TraceRow trace) const { return m_expanded.contains(trace); }
    /// Until setChildren() the group shows `count` rows whose events are not known.
    void expand(TraceRow trace, std::int64_t count);
    void collapse(TraceRow trace);
    void collapseAll();
    /// The children in the order to show. Ignored for a trace that is not expanded.
    void setChildren(TraceRow trace, const std::vector<EventId> &children);
    bool hasChildren(TraceRow trace) const { return m_children.count(raw(trace)) != 0; }
    /// Frees the ids; the count stays.
    void forgetChildren(TraceRow trace) { m_children.erase(raw(trace)); }
    void forgetAllChildren() { m_children.clear(); }
    std::size_t loadedTraces() const { return m_children.size(); }
    std::vector<TraceRow> loadedTraceRows() const;

    std::int64_t count() const;
    /// The row at a position, 0 <= position < count(); Kind::None elsewhere.
    LiveRow at(std::int64_t position) const;
    /// Where the row stands now: exact when it is listed, else where its group or its neighbour stands.
    std::int64_t positionOf(const LiveRow &row) const;
    /// The listed traces, expanded or not.
    std::int64_t groupCount() const;

private:
    std::int64_t groupAt(std::int64_t index) const;
    std::int64_t groupLowerBound(TraceRow trace) const;
    std::int64_t groupPosition(std::int64_t index, TraceRow trace) const;
    std::int64_t startOfExpanded(std::int64_t index) const;
    EventId childAt(TraceRow trace, std::int64_t ordinal) const;
    std::int64_t flatPositionOf(const LiveRow &row) const;
    void listTrace(TraceRow trace);
    const ExpandedTraces &shown() const { return m_filtered ? m_shownExpanded : m_expanded; }

    Grouping m_grouping = Grouping::ByTrace;
    bool m_filtered = false;
    IdRanges m_traces, m_events;
    SparseIds m_matchingTraces, m_matchingEvents;
    ExpandedTraces m_expanded; ///< All that are open, listed or not.
    ExpandedTraces m_shownExpanded; ///< With a filter: those of m_expanded that are listed.
    std::unordered_map<std::int64_t, std::vector<std::uint32_t>> m_children;
};

} // namespace Weir
