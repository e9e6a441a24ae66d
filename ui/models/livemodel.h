#pragma once

#include "core/store/storestatus.h"
#include "core/store/viewmessages.h"
#include "ui/models/liverows.h"

#include <QCache>
#include <QElapsedTimer>
#include <QObject>
#include <QTimer>

#include <cstdint>
#include <functional>
#include <optional>
#include <unordered_set>
#include <vector>

namespace Weir {

/// Counters inside rows in sight move this often.
constexpr std::int64_t liveCountersMs = 500;

/// What the Live list shows and when it changes. Holds ids for all rows (LiveRows) and data for those in
/// sight; asks for the rest by signals that EventReader answers. Lives on the window's thread.
///
/// The view is refreshed ten times a second, four times above 2,000 events a second, never once per commit.
class LiveModel : public QObject
{
    Q_OBJECT
public:
    enum class Mode : std::uint8_t {
        Following, ///< The end of the list is kept in sight.
        Reading, ///< Rows come, what is on screen stays.
        Paused, ///< Nothing comes. Capture goes on.
    };
    Q_ENUM(Mode)

    /// How far the search of the current filter is.
    struct Search
    {
        bool running = false;
        std::int64_t scanned = 0, total = 0;
    };

    explicit LiveModel(QObject *parent = nullptr);

    const LiveRows &rows() const { return m_rows; }
    /// Null until read. The pointer holds until control returns to the event loop.
    const TraceSummary *summary(TraceRow trace) const;
    const Lane *lane(TraceRow trace) const;
    const EventRow *event(EventId id) const;
    /// An event that the filter does not match, listed because its trace has one that does.
    bool isOutside(const LiveRow &row) const;
    /// Came within the last moment, while few come: shown highlighted once.
    bool isFresh(EventId id) const { return raw(m_freshAfter) != 0 && id > m_freshAfter; }

    Mode mode() const { return m_mode; }
    /// Events that came since the view stopped following, or matches while a filter is set.
    std::int64_t waiting() const;
    std::int64_t eventsPerSecond() const { return m_rate; }
    const EventFilter &filter() const { return m_filter; }
    bool isMatchingOnly() const { return m_matchingOnly; }
    const Search &search() const { return m_search; }
    const SessionSummary &session() const { return m_session; }
    EventId newestEvent() const { return m_shownEvent; }

    // Orders of the view. No slots: moc 6.4 cannot stream our ids.
    void setGrouping(Weir::LiveRows::Grouping grouping);
    void setFilter(const Weir::EventFilter &filter);
    void setMatchingOnly(bool on);
    void cancelSearch();
    void setExpanded(Weir::TraceRow trace, bool expanded);
    /// From this trace on downwards, at most a thousand.
    void expandFrom(Weir::TraceRow trace);
    void setVisible(qint64 first, int count);
    void follow();
    void stopFollowing(); ///< Does nothing while paused.
    void setPaused(bool paused);
    /// Looks for the nearest event with a warning; answered by `found`.
    void findProblem(Weir::EventId from, bool forward);
    /// Opens the event's trace when needed; answered by `found`.
    void reveal(Weir::EventId event, Weir::TraceRow trace);

public slots:
    // Answers, and news of the store.
    void openSession(const Weir::SessionInfo &info);
    void addCommit(const Weir::Commit &commit);
    void setSummary(quint64 generation, const Weir::SessionSummary &summary);
    void setWindow(const Weir::WindowAnswer &answer);
    void addSearchReport(const Weir::SearchReport &report);

signals:
    /// Rows are about to come, go or move: remember what is on screen. Followed by rowsChanged().
    void rowsAboutToChange();
    void rowsChanged();
    /// The same rows look different.
    void dataChanged();
    void modeChanged(Weir::LiveModel::Mode mode);
    void waitingChanged(qint64 waiting); ///< At most twice a second.
    void filterChanged();
    void searchChanged(); ///< search() or the number of matches.
    /// The list is refreshed so often now: 10 times a second, or 4 under load.
    void refreshRateChanged(int hertz);
    void sessionChanged(); ///< session(), about twice a second.
    void found(const Weir::LiveRow &row);

    // Questions.
    void summaryNeeded(quint64 generation);
    void windowNeeded(const Weir::WindowRequest &request);
    void searchNeeded(const Weir::SearchOrder &order); ///< May take seconds.
    void tailNeeded(const Weir::SearchOrder &order); ///< A few new events: quick.

private:
    struct Group
    {
        TraceSummary summary;
        Lane lane;
        bool stale = false;
    };

    void refresh();
    void applyNews();
    void listNewTraces();
    void scheduleRefresh();
    void measureRate(std::int64_t events);
    void tellRefreshRate();
    void askForWindow();
    void askForRow(const LiveRow &row, WindowRequest &request, std::unordered_set<std::int64_t> &asked);
    void askForChildren(WindowRequest &request);
    bool hasStaleGroupInSight() const;
    bool groupIsWanted(TraceRow trace) const;
    void askForTail();
    void takeTail(const ScanProgress &progress);
    void listMatches(const std::vector<ScanHit> &hits);
    void takeChildren(const WindowAnswer &answer);
    void takeRows(const WindowAnswer &answer);
    void trimChildren();
    void startSearch();
    void finishReveal();
    void setMode(Mode mode);
    void noteWaiting();
    void noteSince(const Commit &commit);
    void showFresh(std::int64_t count, EventId before);
    void resetRanges(const SessionSummary &summary);

    LiveRows m_rows;
    mutable QCache<std::int64_t, EventRow> m_events; // Looking something up makes it the newest.
    mutable QCache<std::int64_t, Group> m_groups;
    std::unordered_set<std::int64_t> m_dirtyChildren; ///< Opened traces whose ids are not all known.

    SessionSummary m_session;
    bool m_opening = false; ///< Until its ranges are known.
    bool m_rangesWanted = false; ///< The next summary says anew which ids exist…
    IdRange m_eventsSince, m_tracesSince; ///< …and may be older than these, which commits have told of since.
    std::uint64_t m_generation = 1; ///< Rises when ids mean something else: another session.
    EventId m_newestEvent{}, m_shownEvent{}; ///< What the store holds, and what the list shows.
    TraceRow m_newestTrace{}, m_shownTrace{};
    std::int64_t m_firstNewEvent = 0, m_firstNewTrace = 0; ///< Since the last refresh; 0 = none.
    std::unordered_set<std::int64_t> m_touched; ///< Traces that changed since the last refresh.
    bool m_allTouched = false;

    Mode m_mode = Mode::Following;
    Mode m_modeBeforePause = Mode::Following;
    std::int64_t m_seenEvent = 0, m_seenMatches = 0; ///< When following stopped.

    EventFilter m_filter;
    bool m_matchingOnly = false;
    Search m_search;
    std::uint64_t m_searchGeneration = 0;
    CancelToken m_searchToken;
    EventId m_searchedTo{}; ///< Newest event that search or tail has looked at.
    bool m_tailRunning = false;
    EventId m_tailTarget{};
    std::uint64_t m_findGeneration = 0;
    std::optional<LiveRow> m_reveal;

    std::int64_t m_firstVisible = 0;
    int m_visibleCount = 0;
    bool m_windowRunning = false, m_windowAgain = false;

    QElapsedTimer m_clock;
    QTimer m_refreshTimer, m_waitingTimer, m_freshTimer;
    std::int64_t m_lastRefresh = -1000, m_lastSummary = -1000, m_lastStale = -1000, m_lastLarge = -10000;
    std::int64_t m_rate = 0, m_rateStart = 0, m_rateEvents = 0;
    int m_hertz = 10;
    EventId m_freshAfter{};
};

} // namespace Weir
