#include "core/store/sessionscan.h"

#include "core/store/filtersql.h"

#include <QElapsedTimer>

#include <algorithm>

namespace Weir {

namespace {

// Ids looked at by one statement: a few milliseconds, so that a scan never keeps the writer's checkpoints
// from reusing the log. Payloads cost more than columns. The first windows are small, so that the first hits
// of a common word come at once.
constexpr std::int64_t firstWindow = 64, payloadWindow = 4096, columnWindow = 32768;
constexpr qint64 firstReportMs = 15, reportEveryMs = 100;

class Scan
{
public:
    Scan(ReaderState &state, const ScanRequest &request, const std::function<bool()> &cancelled,
        const std::function<void(const ScanProgress &)> &report)
        : m_state(state)
        , m_request(request)
        , m_cancelled(cancelled)
        , m_report(report)
        , m_descending(request.order == EventPageRequest::Order::Descending)
    {
    }

    Result<std::int64_t> run();

private:
    Result<void> begin();
    Result<void> window(std::int64_t from, std::int64_t to);
    bool isEnough() const { return m_request.limit > 0 && m_hits >= m_request.limit; }
    void tell(bool done);

    ReaderState &m_state;
    const ScanRequest &m_request;
    const std::function<bool()> &m_cancelled;
    const std::function<void(const ScanProgress &)> &m_report;
    bool m_descending;
    PreparedFilter m_filter;
    std::string m_sql;
    std::int64_t m_first = 0, m_last = -1; ///< The ids to look at, inclusive.
    ScanProgress m_progress;
    std::vector<ScanHit> m_found; ///< Of the running window.
    std::int64_t m_hits = 0;
    QElapsedTimer m_sinceReport;
    bool m_hasReported = false;
};

Result<void> Scan::begin()
{
    WEIR_TRY(m_first, m_state.database().integer("SELECT ifnull(min(id), 1) FROM event"));
    WEIR_TRY(m_last, m_state.database().integer("SELECT ifnull(max(id), 0) FROM event"));
    const std::int64_t after = raw(m_request.after);
    if (after && m_descending)
        m_last = std::min(m_last, after - 1);
    else if (after)
        m_first = std::max(m_first, after + 1);
    WEIR_TRY(m_filter, PreparedFilter::prepare(m_state, m_request.filter));
    m_sql = "SELECT e.id, e.trace, e.request, e.offset, e.length, e.name FROM event e "
            "WHERE e.id BETWEEN ?1 AND ?2"
        + m_filter.condition() + " ORDER BY e.id";
    m_progress.total = std::max<std::int64_t>(0, m_last - m_first + 1);
    return {};
}

Result<void> Scan::window(std::int64_t from, std::int64_t to)
{
    // Always upwards, whatever the order of the answer: the file was written upwards, and the system reads
    // ahead in that direction only.
    m_found.clear();
    WEIR_TRY(Query select, m_state.query(m_sql));
    select->bind(1, from);
    select->bind(2, to);
    while (select->step()) {
        WEIR_TRY(const bool matches,
            m_filter.matches(m_state,
                {select->integer(2), select->integer(3), select->integer(4), select->integer(5),
                    select->integer(1)}));
        if (matches)
            m_found.push_back({EventId{select->integer(0)}, TraceRow{select->integer(1)}});
    }
    if (m_descending)
        std::reverse(m_found.begin(), m_found.end());
    const auto room
        = m_request.limit > 0 ? static_cast<std::size_t>(m_request.limit - m_hits) : m_found.size();
    m_found.resize(std::min(m_found.size(), room));
    m_hits += static_cast<std::int64_t>(m_found.size());
    m_progress.hits.insert(m_progress.hits.end(), m_found.begin(), m_found.end());
    return m_state.stepped();
}

void Scan::tell(bool done)
{
    if (!done && !m_sinceReport.hasExpired(m_hasReported ? reportEveryMs : firstReportMs))
        return;
    m_progress.done = done;
    m_report(m_progress);
    m_progress.hits.clear();
    m_hasReported = true;
    m_sinceReport.start();
}

Result<std::int64_t> Scan::run()
{
    m_sinceReport.start();
    if (auto begun = begin(); !begun)
        return begun.error();
    const std::int64_t largest = m_filter.isSqlOnly() ? columnWindow : payloadWindow;
    std::int64_t size = firstWindow;
    while (m_first <= m_last && !m_filter.isNever() && !isEnough()) {
        if (m_cancelled && m_cancelled())
            return Error{Error::Kind::Cancelled, "Cancelled", {}};
        const std::int64_t from = m_descending ? std::max(m_first, m_last - size + 1) : m_first;
        const std::int64_t to = m_descending ? m_last : std::min(m_last, m_first + size - 1);
        if (auto looked = window(from, to); !looked)
            return looked.error();
        m_progress.scanned += to - from + 1;
        m_progress.reached = EventId{m_descending ? from : to};
        (m_descending ? m_last : m_first) = m_descending ? from - 1 : to + 1;
        size = std::min(size * 2, largest);
        tell(false);
    }
    tell(true);
    return m_hits;
}

} // namespace

Result<std::int64_t> scanSession(ReaderState &state, const ScanRequest &request,
    const std::function<bool()> &cancelled, const std::function<void(const ScanProgress &)> &report)
{
    return Scan(state, request, cancelled, report).run();
}

} // namespace Weir
