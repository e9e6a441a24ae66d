#include "ui/models/livemodel.h"

#include <algorithm>

namespace Weir {

namespace {

constexpr int eventCacheRows = 16384;
constexpr int groupCacheRows = 8192;
constexpr std::int64_t expandRate = 500; ///< Above this many events a second new traces arrive collapsed.
constexpr std::int64_t slowRate = 2000;
constexpr std::int64_t freshRate = 20;
constexpr std::int64_t refreshMs = 100, slowRefreshMs = 250;
constexpr int freshMs = 600, waitingMs = 500;
constexpr std::int64_t maxExpandedAtOnce = 1000;

} // namespace

LiveModel::LiveModel(QObject *parent)
    : QObject(parent)
    , m_events(eventCacheRows)
    , m_groups(groupCacheRows)
{
    m_clock.start();
    for (QTimer *timer : {&m_refreshTimer, &m_waitingTimer, &m_freshTimer})
        timer->setSingleShot(true);
    connect(&m_refreshTimer, &QTimer::timeout, this, &LiveModel::refresh);
    connect(&m_waitingTimer, &QTimer::timeout, this, [this] { emit waitingChanged(waiting()); });
    connect(&m_freshTimer, &QTimer::timeout, this, [this] {
        m_freshAfter = {};
        emit dataChanged();
    });
}

const TraceSummary *LiveModel::summary(TraceRow trace) const
{
    const Group *group = m_groups.object(raw(trace));
    return group ? &group->summary : nullptr;
}

const Lane *LiveModel::lane(TraceRow trace) const
{
    const Group *group = m_groups.object(raw(trace));
    return group ? &group->lane : nullptr;
}

const EventRow *LiveModel::event(EventId id) const
{
    return m_events.object(raw(id));
}

bool LiveModel::isOutside(const LiveRow &row) const
{
    return row.kind == LiveRow::Kind::Event && raw(row.event) != 0 && !m_rows.matches(row.event);
}

std::int64_t LiveModel::waiting() const
{
    if (m_mode == Mode::Following)
        return 0;
    if (m_mode == Mode::Reading && m_rows.isFiltered())
        return std::max<std::int64_t>(0, m_rows.matchCount() - m_seenMatches);
    return std::max<std::int64_t>(0, raw(m_newestEvent) - m_seenEvent);
}

// ---- Orders of the view

void LiveModel::setGrouping(LiveRows::Grouping grouping)
{
    if (grouping == m_rows.grouping())
        return;
    emit rowsAboutToChange();
    m_rows.setGrouping(grouping);
    emit rowsChanged();
    askForWindow();
}

void LiveModel::setFilter(const EventFilter &filter)
{
    if (filter == m_filter)
        return;
    m_filter = filter;
    startSearch();
    emit filterChanged();
}

void LiveModel::startSearch()
{
    if (m_searchToken)
        m_searchToken->store(true);
    m_searchToken.reset();
    ++m_searchGeneration;
    m_tailRunning = false;
    m_search = {};
    emit rowsAboutToChange();
    if (m_filter.isEmpty()) {
        m_rows.endFilter();
    } else {
        m_rows.beginFilter();
        // Events without a trace id could belong to the trace that is looked for.
        if (!m_filter.traceId.empty() && raw(m_session.untraced) != 0)
            m_rows.addListedTrace(m_session.untraced);
        m_search = {true, 0, m_session.events};
        m_searchToken = std::make_shared<std::atomic_bool>(false);
        m_searchedTo = m_shownEvent;
    }
    if (m_matchingOnly) {
        for (TraceRow trace : m_rows.loadedTraceRows())
            m_dirtyChildren.insert(raw(trace));
    }
    m_seenMatches = 0;
    emit rowsChanged();
    emit searchChanged();
    if (m_search.running) {
        ScanRequest scan;
        scan.filter = m_filter;
        scan.after = EventId(raw(m_shownEvent) + 1);
        emit searchNeeded({m_searchGeneration, SearchPurpose::Filter, scan, m_searchToken});
    }
    askForWindow();
}

void LiveModel::cancelSearch()
{
    if (m_searchToken)
        m_searchToken->store(true);
}

void LiveModel::setMatchingOnly(bool on)
{
    if (on == m_matchingOnly)
        return;
    m_matchingOnly = on;
    for (TraceRow trace : m_rows.loadedTraceRows())
        m_dirtyChildren.insert(raw(trace));
    emit filterChanged();
    askForWindow();
}

void LiveModel::setExpanded(TraceRow trace, bool expanded)
{
    if (expanded == m_rows.isExpanded(trace))
        return;
    stopFollowing();
    emit rowsAboutToChange();
    if (expanded) {
        // Its rows come with the ids, all at once.
        m_rows.expand(trace, 0);
        m_dirtyChildren.insert(raw(trace));
    } else {
        m_rows.collapse(trace);
        m_dirtyChildren.erase(raw(trace));
    }
    emit rowsChanged();
    askForWindow();
}

void LiveModel::expandFrom(TraceRow trace)
{
    if (m_rows.grouping() == LiveRows::Grouping::Flat)
        return;
    stopFollowing();
    emit rowsAboutToChange();
    std::int64_t position = m_rows.positionOf({LiveRow::Kind::Group, trace, {}, 0});
    std::vector<TraceRow> closed;
    for (std::int64_t looked = 0; looked < maxExpandedAtOnce && position < m_rows.count(); ++looked) {
        const LiveRow row = m_rows.at(position++);
        if (row.kind == LiveRow::Kind::Group && !m_rows.isExpanded(row.trace))
            closed.push_back(row.trace);
    }
    for (TraceRow each : closed) {
        m_rows.expand(each, 0);
        m_dirtyChildren.insert(raw(each));
    }
    emit rowsChanged();
    askForWindow();
}

void LiveModel::setVisible(qint64 first, int count)
{
    if (first == m_firstVisible && count == m_visibleCount)
        return;
    m_firstVisible = first;
    m_visibleCount = count;
    askForWindow();
}

void LiveModel::setMode(Mode mode)
{
    if (mode == m_mode)
        return;
    if (m_mode == Mode::Following) {
        m_seenEvent = raw(m_shownEvent);
        m_seenMatches = m_rows.matchCount();
    }
    m_mode = mode;
    emit modeChanged(mode);
    emit waitingChanged(waiting());
}

void LiveModel::follow()
{
    setPaused(false);
    setMode(Mode::Following);
}

void LiveModel::stopFollowing()
{
    if (m_mode == Mode::Following)
        setMode(Mode::Reading);
}

void LiveModel::setPaused(bool paused)
{
    if (paused == (m_mode == Mode::Paused))
        return;
    if (paused) {
        applyNews(); // The view stops at what is stored now, not at the last tick.
        m_modeBeforePause = m_mode;
        setMode(Mode::Paused);
        return;
    }
    setMode(m_modeBeforePause);
    if (m_rangesWanted)
        emit summaryNeeded(m_generation);
    refresh();
}

void LiveModel::findProblem(EventId from, bool forward)
{
    ScanRequest scan;
    scan.filter = m_filter;
    scan.filter.statuses = {EventStatus::Warning, EventStatus::Unplanned, EventStatus::Invalid};
    scan.order = forward ? EventPageRequest::Order::Ascending : EventPageRequest::Order::Descending;
    scan.after = from;
    scan.limit = 1;
    emit tailNeeded(
        {++m_findGeneration, SearchPurpose::Find, scan, std::make_shared<std::atomic_bool>(false)});
}

void LiveModel::reveal(EventId event, TraceRow trace)
{
    stopFollowing();
    m_reveal = LiveRow{LiveRow::Kind::Event, trace, event, 0};
    if (m_rows.grouping() == LiveRows::Grouping::ByTrace && !m_rows.hasChildren(trace)) {
        setExpanded(trace, true);
        m_dirtyChildren.insert(raw(trace));
        askForWindow();
        return;
    }
    finishReveal();
}

void LiveModel::finishReveal()
{
    if (!m_reveal)
        return;
    LiveRow row = *m_reveal;
    if (m_rows.grouping() == LiveRows::Grouping::Flat)
        row.trace = {};
    else if (!m_rows.hasChildren(row.trace))
        return;
    m_reveal.reset();
    emit found(m_rows.at(m_rows.positionOf(row)));
}

// ---- News of the store

void LiveModel::openSession(const SessionInfo &)
{
    ++m_generation;
    m_opening = m_rangesWanted = true;
    m_eventsSince = m_tracesSince = {};
    emit summaryNeeded(m_generation);
}

void LiveModel::addCommit(const Commit &commit)
{
    if (commit.cleared)
        m_eventsSince = m_tracesSince = {}; // The summary to come is younger than this commit.
    else
        noteSince(commit);
    if (raw(commit.lastEvent) != 0) {
        measureRate(raw(commit.lastEvent) - raw(commit.firstEvent) + 1);
        m_newestEvent = std::max(m_newestEvent, commit.lastEvent);
        if (m_firstNewEvent == 0)
            m_firstNewEvent = raw(commit.firstEvent);
    }
    for (TraceRow trace : commit.touched) {
        if (trace <= m_newestTrace)
            continue;
        m_newestTrace = trace;
        if (m_firstNewTrace == 0)
            m_firstNewTrace = raw(trace);
    }
    if (commit.cleared) {
        m_rangesWanted = true;
        if (m_mode != Mode::Paused || commit.events == 0)
            emit summaryNeeded(m_generation);
    }
    if (m_mode == Mode::Paused) {
        m_allTouched = true; // Not one by one: a pause may last for hours.
    } else {
        for (TraceRow trace : commit.touched)
            m_touched.insert(raw(trace));
    }
    if (m_mode != Mode::Following)
        noteWaiting();
    scheduleRefresh();
}

void LiveModel::noteSince(const Commit &commit)
{
    const auto stretch = [](IdRange &range, std::int64_t first, std::int64_t last) {
        range = range.size() > 0 ? IdRange{std::min(range.first, first), std::max(range.last, last)}
                                 : IdRange{first, last};
    };
    if (raw(commit.lastEvent) != 0)
        stretch(m_eventsSince, raw(commit.firstEvent), raw(commit.lastEvent));
    if (!commit.touched.empty())
        stretch(m_tracesSince, raw(commit.touched.front()), raw(commit.touched.back()));
}

void LiveModel::noteWaiting()
{
    if (!m_waitingTimer.isActive())
        m_waitingTimer.start(waitingMs);
}

void LiveModel::measureRate(std::int64_t events)
{
    const std::int64_t now = m_clock.elapsed();
    const std::int64_t elapsed = now - m_rateStart;
    if (elapsed >= 1000) {
        m_rate = m_rateEvents * 1000 / elapsed;
        m_rateStart = now;
        m_rateEvents = 0;
    }
    m_rateEvents += events;
    m_rate = std::max(m_rate, m_rateEvents); // A burst counts at once, not a second later.
}

void LiveModel::tellRefreshRate()
{
    const int hertz = int(1000 / (m_rate > slowRate ? slowRefreshMs : refreshMs));
    if (hertz == m_hertz)
        return;
    m_hertz = hertz;
    emit refreshRateChanged(hertz);
}

void LiveModel::scheduleRefresh()
{
    const std::int64_t interval = m_rate > slowRate ? slowRefreshMs : refreshMs;
    const std::int64_t since = m_clock.elapsed() - m_lastRefresh;
    const auto wait = int(std::clamp<std::int64_t>(interval - since, 0, interval));
    // A tick that is due for the counters alone comes too late for news.
    if (!m_refreshTimer.isActive() || m_refreshTimer.remainingTime() > wait)
        m_refreshTimer.start(wait);
}

void LiveModel::refresh()
{
    m_lastRefresh = m_clock.elapsed();
    measureRate(0);
    tellRefreshRate();
    const bool countersDue = m_lastRefresh - m_lastSummary >= liveCountersMs;
    if (countersDue) {
        m_lastSummary = m_lastRefresh;
        emit summaryNeeded(m_generation);
    }
    if (m_mode != Mode::Paused) {
        applyNews();
        askForTail();
        askForWindow();
    }
    // Counters move twice a second; the last change must not wait for the next event.
    if (!countersDue || m_rate > 0 || hasStaleGroupInSight() || !m_dirtyChildren.empty())
        m_refreshTimer.start(int(liveCountersMs));
}

bool LiveModel::hasStaleGroupInSight() const
{
    const std::int64_t last = std::min(m_rows.count(), m_firstVisible + m_visibleCount);
    for (std::int64_t position = m_firstVisible; position < last; ++position) {
        const Group *group = m_groups.object(raw(m_rows.at(position).trace));
        if (group && group->stale)
            return true;
    }
    return false;
}

void LiveModel::applyNews()
{
    if (m_mode == Mode::Paused)
        return;
    for (std::int64_t trace : m_touched) {
        if (Group *group = m_groups.object(trace))
            group->stale = true;
        if (m_rows.isExpanded(TraceRow(trace)))
            m_dirtyChildren.insert(trace);
    }
    m_touched.clear();
    if (m_allTouched) {
        m_allTouched = false;
        for (std::int64_t trace : m_groups.keys())
            m_groups.object(trace)->stale = true;
        for (TraceRow trace : m_rows.loadedTraceRows())
            m_dirtyChildren.insert(raw(trace));
    }
    if (m_newestEvent == m_shownEvent && m_newestTrace == m_shownTrace)
        return;
    emit rowsAboutToChange();
    const EventId before = m_shownEvent;
    m_shownEvent = m_newestEvent;
    m_shownTrace = m_newestTrace;
    // In an empty list the first new id is where it begins; else ids follow each other.
    m_rows.grow({m_firstNewTrace, m_firstNewTrace == 0 ? -1 : raw(m_shownTrace)},
        {m_firstNewEvent, m_firstNewEvent == 0 ? -1 : raw(m_shownEvent)});
    listNewTraces();
    m_firstNewTrace = m_firstNewEvent = 0;
    showFresh(raw(m_shownEvent) - raw(before), before);
    emit rowsChanged();
}

void LiveModel::listNewTraces()
{
    if (m_rate > expandRate || m_firstNewTrace == 0)
        return;
    const std::int64_t first = std::max(m_firstNewTrace, raw(m_shownTrace) - maxExpandedAtOnce);
    for (std::int64_t trace = first; trace <= raw(m_shownTrace); ++trace) {
        m_rows.expand(TraceRow(trace), 0);
        m_dirtyChildren.insert(trace);
    }
}

void LiveModel::showFresh(std::int64_t count, EventId before)
{
    if (m_mode != Mode::Following || m_rate >= freshRate || count > freshRate || raw(before) == 0)
        return;
    if (raw(m_freshAfter) == 0)
        m_freshAfter = before;
    m_freshTimer.start(freshMs);
}

void LiveModel::askForTail()
{
    if (!m_rows.isFiltered() || m_tailRunning || m_searchedTo >= m_shownEvent)
        return;
    m_tailRunning = true;
    ScanRequest scan;
    scan.filter = m_filter;
    scan.order = EventPageRequest::Order::Ascending;
    scan.after = m_searchedTo;
    m_tailTarget = m_shownEvent;
    // Not stopped with the search: what comes now is shown even when the past is not looked through.
    emit tailNeeded(
        {m_searchGeneration, SearchPurpose::Tail, scan, std::make_shared<std::atomic_bool>(false)});
}

} // namespace Weir
