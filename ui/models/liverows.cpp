#include "ui/models/liverows.h"

#include <algorithm>

namespace Weir {

void LiveRows::setRanges(const std::vector<IdRange> &traces, const std::vector<IdRange> &events)
{
    m_traces.assign(traces);
    m_events.assign(events);
    m_matchingTraces.retain(m_traces);
    m_matchingEvents.retain(m_events);
    m_expanded.retain(m_traces);
    m_shownExpanded.retain(m_traces);
    std::erase_if(m_children, [this](const auto &loaded) { return !m_traces.contains(loaded.first); });
}

void LiveRows::grow(const IdRange &traces, const IdRange &events)
{
    if (traces.size() > 0)
        m_traces.growTo(traces.last, traces.first);
    if (events.size() > 0)
        m_events.growTo(events.last, events.first);
}

void LiveRows::beginFilter()
{
    m_filtered = true;
    m_matchingTraces.clear();
    m_matchingEvents.clear();
    m_shownExpanded.clear();
}

void LiveRows::endFilter()
{
    beginFilter();
    m_filtered = false;
}

void LiveRows::addMatch(EventId event, TraceRow trace)
{
    m_matchingEvents.insert(raw(event));
    listTrace(trace);
}

void LiveRows::addListedTrace(TraceRow trace)
{
    if (m_filtered)
        listTrace(trace);
}

void LiveRows::listTrace(TraceRow trace)
{
    if (m_matchingTraces.insert(raw(trace)) && m_expanded.contains(trace))
        m_shownExpanded.set(trace, m_expanded.count(trace));
}

void LiveRows::expand(TraceRow trace, std::int64_t count)
{
    m_expanded.set(trace, count);
    if (m_filtered && m_matchingTraces.contains(raw(trace)))
        m_shownExpanded.set(trace, count);
}

void LiveRows::collapse(TraceRow trace)
{
    m_expanded.remove(trace);
    m_shownExpanded.remove(trace);
    m_children.erase(raw(trace));
}

void LiveRows::collapseAll()
{
    m_expanded.clear();
    m_shownExpanded.clear();
    m_children.clear();
}

void LiveRows::setChildren(TraceRow trace, const std::vector<EventId> &children)
{
    if (!isExpanded(trace))
        return;
    std::vector<std::uint32_t> ids(children.size());
    std::transform(
        children.begin(), children.end(), ids.begin(), [](EventId id) { return std::uint32_t(raw(id)); });
    m_children[raw(trace)] = std::move(ids);
    expand(trace, std::int64_t(children.size()));
}

std::vector<TraceRow> LiveRows::loadedTraceRows() const
{
    std::vector<TraceRow> rows;
    rows.reserve(m_children.size());
    for (const auto &[trace, ids] : m_children)
        rows.push_back(TraceRow(trace));
    return rows;
}

std::int64_t LiveRows::groupCount() const
{
    return m_filtered ? m_matchingTraces.size() : m_traces.size();
}

std::int64_t LiveRows::groupAt(std::int64_t index) const
{
    return m_filtered ? m_matchingTraces.at(index) : m_traces.at(index);
}

std::int64_t LiveRows::groupLowerBound(TraceRow trace) const
{
    return m_filtered ? m_matchingTraces.lowerBound(raw(trace)) : m_traces.lowerBound(raw(trace));
}

std::int64_t LiveRows::count() const
{
    if (m_grouping == Grouping::Flat)
        return m_filtered ? m_matchingEvents.size() : m_events.size();
    return groupCount() + shown().rows();
}

std::int64_t LiveRows::groupPosition(std::int64_t index, TraceRow trace) const
{
    return index + shown().rowsBefore(shown().lowerBound(trace));
}

std::int64_t LiveRows::startOfExpanded(std::int64_t index) const
{
    return groupLowerBound(shown().traceAt(index)) + shown().rowsBefore(index);
}

EventId LiveRows::childAt(TraceRow trace, std::int64_t ordinal) const
{
    const auto children = m_children.find(raw(trace));
    if (children == m_children.end() || ordinal >= std::int64_t(children->second.size()))
        return {};
    return EventId(children->second[std::size_t(ordinal)]);
}

LiveRow LiveRows::at(std::int64_t position) const
{
    if (position < 0 || position >= count())
        return {};
    if (m_grouping == Grouping::Flat) {
        const std::int64_t id = m_filtered ? m_matchingEvents.at(position) : m_events.at(position);
        return {LiveRow::Kind::Event, {}, EventId(id), 0};
    }
    // The last opened trace that begins at or above the position.
    std::int64_t low = 0, high = shown().size();
    while (low < high) {
        const std::int64_t middle = low + (high - low) / 2;
        if (startOfExpanded(middle) <= position)
            low = middle + 1;
        else
            high = middle;
    }
    if (low == 0)
        return {LiveRow::Kind::Group, TraceRow(groupAt(position)), {}, 0};
    const TraceRow trace = shown().traceAt(low - 1);
    const std::int64_t offset = position - startOfExpanded(low - 1);
    const std::int64_t children = shown().countAt(low - 1);
    if (offset == 0)
        return {LiveRow::Kind::Group, trace, {}, 0};
    if (offset <= children)
        return {LiveRow::Kind::Event, trace, childAt(trace, offset - 1), offset - 1};
    return {LiveRow::Kind::Group, TraceRow(groupAt(groupLowerBound(trace) + offset - children)), {}, 0};
}

std::int64_t LiveRows::flatPositionOf(const LiveRow &row) const
{
    const std::int64_t id = raw(row.event);
    return m_filtered ? m_matchingEvents.lowerBound(id) : m_events.lowerBound(id);
}

std::int64_t LiveRows::positionOf(const LiveRow &row) const
{
    const std::int64_t last = std::max<std::int64_t>(0, count() - 1);
    if (m_grouping == Grouping::Flat)
        return std::min(last, flatPositionOf(row));
    const std::int64_t index = groupLowerBound(row.trace);
    const std::int64_t group = std::min(last, groupPosition(index, row.trace));
    const std::int64_t children = shown().count(row.trace);
    if (row.kind != LiveRow::Kind::Event || children == 0)
        return group;
    std::int64_t ordinal = std::min(row.ordinal, children - 1);
    const auto loaded = m_children.find(raw(row.trace));
    if (loaded != m_children.end() && raw(row.event) != 0) {
        const auto &ids = loaded->second;
        // Most often it is where it was.
        if (ordinal >= std::int64_t(ids.size())
            || ids[std::size_t(ordinal)] != std::uint32_t(raw(row.event))) {
            const auto place = std::find(ids.begin(), ids.end(), std::uint32_t(raw(row.event)));
            if (place != ids.end())
                ordinal = place - ids.begin();
        }
    }
    return group + 1 + ordinal;
}

} // namespace Weir
