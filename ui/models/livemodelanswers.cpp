// What LiveModel asks for, and what it does with the answers.

#include "ui/models/livemodel.h"

#include <algorithm>
#include <unordered_map>
#include <utility>

namespace Weir {

namespace {

constexpr std::size_t maxLoadedTraces = 4096;
constexpr std::size_t maxChildrenPerRequest = 64;
constexpr std::int64_t largeTrace = 20000; ///< Children; re-read seldom.
constexpr qsizetype marksPerGroup = 16; ///< A lane with more takes the room of several in the cache.
constexpr std::int64_t largeMs = 2000;

} // namespace

bool LiveModel::groupIsWanted(TraceRow trace) const
{
    const Group *group = m_groups.object(raw(trace));
    if (!group)
        return true;
    return group->stale && m_clock.elapsed() - m_lastStale >= liveCountersMs;
}

void LiveModel::askForRow(const LiveRow &row, WindowRequest &request, std::unordered_set<std::int64_t> &asked)
{
    const EventRow *data = nullptr;
    if (row.kind == LiveRow::Kind::Event && raw(row.event) != 0) {
        data = event(row.event);
        if (!data)
            request.events.push_back(row.event);
    }
    // A flat event's bar is drawn on its trace's scale, too.
    const TraceRow trace = raw(row.trace) != 0 ? row.trace : (data ? data->trace : TraceRow{});
    if (raw(trace) != 0 && asked.insert(raw(trace)).second && groupIsWanted(trace))
        request.traces.push_back(trace);
}

void LiveModel::askForChildren(WindowRequest &request)
{
    const bool largeDue = m_clock.elapsed() - m_lastLarge >= largeMs;
    bool largeAsked = false;
    const auto ask = [&](std::int64_t trace) {
        const bool large = m_rows.hasChildren(TraceRow(trace)) && m_session.untraced == TraceRow(trace)
            && m_session.events > largeTrace;
        if (large && !largeDue)
            return;
        largeAsked |= large;
        request.children.push_back(TraceRow(trace));
    };
    for (std::int64_t trace : m_dirtyChildren) {
        if (request.children.size() >= maxChildrenPerRequest)
            break;
        if (std::find(request.children.begin(), request.children.end(), TraceRow(trace))
            == request.children.end())
            ask(trace);
    }
    if (largeAsked)
        m_lastLarge = m_clock.elapsed();
}

void LiveModel::askForWindow()
{
    if (m_windowRunning) {
        m_windowAgain = true;
        return;
    }
    m_windowAgain = false;
    WindowRequest request;
    request.generation = m_generation;
    std::unordered_set<std::int64_t> asked;
    // A page more on each side, so that turning pages finds them there.
    const std::int64_t first = std::max<std::int64_t>(0, m_firstVisible - m_visibleCount);
    const std::int64_t last = std::min(m_rows.count(), m_firstVisible + 2 * m_visibleCount);
    for (std::int64_t position = first; position < last; ++position) {
        const LiveRow row = m_rows.at(position);
        askForRow(row, request, asked);
        if (row.kind == LiveRow::Kind::Event && raw(row.event) == 0
            && (request.children.empty() || request.children.back() != row.trace))
            request.children.push_back(row.trace);
    }
    askForChildren(request);
    if (request.isEmpty())
        return;
    // What changes while the question is under way is stale again.
    for (TraceRow trace : request.traces) {
        if (Group *group = m_groups.object(raw(trace))) {
            m_lastStale = m_clock.elapsed();
            group->stale = false;
        }
    }
    for (TraceRow trace : request.children)
        m_dirtyChildren.erase(raw(trace));
    m_windowRunning = true;
    emit windowNeeded(request);
}

void LiveModel::setSummary(quint64 generation, const SessionSummary &summary)
{
    if (generation != m_generation)
        return;
    m_session = summary;
    if (m_rangesWanted)
        resetRanges(summary);
    emit sessionChanged();
}

void LiveModel::resetRanges(const SessionSummary &summary)
{
    m_rangesWanted = false;
    emit rowsAboutToChange();
    m_rows.setRanges(summary.traceRanges, summary.eventRanges);
    const auto newest = [](const std::vector<IdRange> &ranges) {
        return ranges.empty() ? std::int64_t(0) : ranges.back().last;
    };
    m_shownEvent = EventId(newest(summary.eventRanges));
    m_shownTrace = TraceRow(newest(summary.traceRanges));
    // What was committed behind the summary's back is still news.
    m_newestEvent = std::max(m_shownEvent, EventId(m_eventsSince.last));
    m_newestTrace = std::max(m_shownTrace, TraceRow(m_tracesSince.last));
    const auto firstNew = [](const IdRange &since, std::int64_t shown) {
        return since.last > shown ? std::max(since.first, shown + 1) : 0;
    };
    m_firstNewEvent = firstNew(m_eventsSince, raw(m_shownEvent));
    m_firstNewTrace = firstNew(m_tracesSince, raw(m_shownTrace));
    m_groups.clear();
    m_events.clear();
    std::erase_if(
        m_dirtyChildren, [this](std::int64_t trace) { return !m_rows.isExpanded(TraceRow(trace)); });
    m_touched.clear();
    emit rowsChanged();
    if (std::exchange(m_opening, false) && !m_filter.isEmpty())
        startSearch(); // The matches are those of another session.
    askForWindow();
    if (m_firstNewEvent != 0)
        scheduleRefresh();
}

void LiveModel::setWindow(const WindowAnswer &answer)
{
    m_windowRunning = false;
    if (answer.request.generation == m_generation) {
        takeRows(answer);
        takeChildren(answer);
        emit dataChanged();
        finishReveal();
    }
    // What came may show that more is needed: the rows of children, the scale of a flat event's trace. It
    // ends, because what was asked for is kept even when it is not there.
    askForWindow();
}

void LiveModel::takeRows(const WindowAnswer &answer)
{
    std::unordered_map<std::int64_t, Group> groups;
    for (const TraceRow trace : answer.request.traces) {
        const Group *known = m_groups.object(raw(trace));
        Group &group = groups[raw(trace)];
        group.summary.row = trace; // Also of one that is not there any more.
        group.stale = known && known->stale;
    }
    for (const TraceSummary &summary : answer.traces)
        groups[raw(summary.row)].summary = summary;
    for (const Lane &lane : answer.lanes)
        groups[raw(lane.row)].lane = lane;
    for (auto &[trace, group] : groups) {
        const auto cost = 1 + qsizetype(group.lane.marks.size()) / marksPerGroup;
        m_groups.insert(trace, new Group(std::move(group)), cost);
    }
    for (const EventId id : answer.request.events) {
        auto *row = new EventRow;
        row->id = id;
        m_events.insert(raw(id), row);
    }
    for (const EventRow &row : answer.events)
        m_events.insert(raw(row.id), new EventRow(row));
}

void LiveModel::takeChildren(const WindowAnswer &answer)
{
    if (answer.children.empty())
        return;
    emit rowsAboutToChange();
    for (const TraceChildren &children : answer.children) {
        std::vector<EventId> ids = children.events;
        // The reader may be ahead of what is shown.
        std::erase_if(
            ids, [this](EventId id) { return id > m_shownEvent || (m_matchingOnly && !m_rows.matches(id)); });
        m_rows.setChildren(children.trace, ids);
    }
    trimChildren();
    emit rowsChanged();
}

void LiveModel::trimChildren()
{
    if (m_rows.loadedTraces() <= maxLoadedTraces)
        return;
    std::unordered_set<std::int64_t> inSight;
    const std::int64_t last = std::min(m_rows.count(), m_firstVisible + 2 * m_visibleCount);
    for (std::int64_t at = std::max<std::int64_t>(0, m_firstVisible - m_visibleCount); at < last; ++at)
        inSight.insert(raw(m_rows.at(at).trace));
    for (TraceRow trace : m_rows.loadedTraceRows()) {
        if (!inSight.count(raw(trace)))
            m_rows.forgetChildren(trace);
    }
}

void LiveModel::addSearchReport(const SearchReport &report)
{
    const ScanProgress &progress = report.progress;
    if (report.purpose == SearchPurpose::Find) {
        if (report.generation == m_findGeneration && !progress.hits.empty())
            reveal(progress.hits.front().id, progress.hits.front().trace);
        return;
    }
    if (report.generation != m_searchGeneration || !m_rows.isFiltered())
        return;
    listMatches(progress.hits);
    if (report.purpose == SearchPurpose::Tail)
        takeTail(progress);
    else
        m_search = {!progress.done, progress.scanned, progress.total};
    emit searchChanged();
    askForWindow();
}

void LiveModel::listMatches(const std::vector<ScanHit> &hits)
{
    if (hits.empty())
        return;
    emit rowsAboutToChange();
    for (const ScanHit &hit : hits) {
        m_rows.addMatch(hit.id, hit.trace);
        if (m_matchingOnly && m_rows.isExpanded(hit.trace))
            m_dirtyChildren.insert(raw(hit.trace));
    }
    emit rowsChanged();
}

void LiveModel::takeTail(const ScanProgress &progress)
{
    if (!progress.hits.empty() && m_mode != Mode::Following)
        noteWaiting();
    if (!progress.done)
        return;
    m_tailRunning = false;
    m_searchedTo = std::max({m_searchedTo, m_tailTarget, progress.reached});
    askForTail();
}

} // namespace Weir
