#include "core/store/sessiontotals.h"

#include "core/store/sqlite/database.h"

#include <algorithm>

namespace Weir {

namespace {

// The order of load() and save(). The schema's columns of counts per source and notice are in the order of
// their values.
constexpr const char columns[]
    = "next_event, next_request, next_trace, next_text, pruned_event, pruned_trace, untraced, events, "
      "traces, requests, "
      "failed_requests, status_valid, warnings, status_unplanned, status_invalid, plan, recheck_from, "
      "recheck_below, first_at, last_at, "
      "source_unknown, source_posthog, source_rudderstack, source_segment, source_supabase, source_webhook, "
      "notice_no_trace_id, notice_no_user_id, notice_no_workspace_id, notice_duplicate, notice_clock_skew, "
      "notice_clock_future, notice_trace_from_request, notice_duration_as_text, notice_bad_time";
constexpr int plainColumns = 18;

template <typename Totals> auto plainFields(Totals &totals)
{
    return std::array{&totals.nextEvent, &totals.nextRequest, &totals.nextTrace, &totals.nextText,
        &totals.prunedEvent, &totals.prunedTrace, &totals.untraced, &totals.events, &totals.traces,
        &totals.requests, &totals.failedRequests, &totals.byStatus[1], &totals.byStatus[2],
        &totals.byStatus[3], &totals.byStatus[4], &totals.plan, &totals.recheckFrom, &totals.recheckBelow};
}

std::string updateSql()
{
    std::string marks = "?";
    for (std::size_t i = 1; i < plainColumns + 2 + SessionTotals::sourceCount + SessionTotals::noticeCount;
         ++i)
        marks += ",?";
    return std::string("UPDATE session SET (") + columns + ") = (" + marks + ")";
}

} // namespace

Result<SessionTotals> SessionTotals::load(Database &database)
{
    WEIR_TRY(Query query, database.query(std::string("SELECT ") + columns + " FROM session"));
    if (!query->step())
        return database.trouble() == StorageTrouble::None ? Error{Error::Kind::Storage,
                   "The session file is damaged: its totals are missing", database.path()}
                                                          : database.error();
    SessionTotals totals;
    int column = 0;
    for (std::int64_t *field : plainFields(totals))
        *field = query->integer(column++);
    for (std::int64_t *time : {&totals.firstAt, &totals.lastAt}) {
        *time = query->isNull(column) ? noTime : query->integer(column);
        ++column;
    }
    for (auto &count : totals.bySource)
        count = query->integer(column++);
    for (auto &count : totals.byNotice)
        count = query->integer(column++);
    return totals;
}

Result<void> SessionTotals::save(Database &database) const
{
    static const std::string sql = updateSql();
    WEIR_TRY(Query query, database.query(sql));
    int parameter = 1;
    for (const std::int64_t *field : plainFields(*this))
        query->bind(parameter++, *field);
    for (const std::int64_t time : {firstAt, lastAt}) {
        if (time == noTime)
            query->bindNull(parameter++);
        else
            query->bind(parameter++, time);
    }
    for (const auto count : bySource)
        query->bind(parameter++, count);
    for (const auto count : byNotice)
        query->bind(parameter++, count);
    if (!query->run())
        return database.error();
    return {};
}

void SessionTotals::count(Source source, EventStatus status, Notices notices, std::int64_t sign)
{
    events += sign;
    if (status != EventStatus::Unchecked)
        byStatus[static_cast<std::size_t>(status)] += sign;
    if (const auto index = static_cast<std::size_t>(source); index < sourceCount)
        bySource[index] += sign;
    for (std::size_t bit = 0; bit < noticeCount; ++bit)
        byNotice[bit] += (notices >> bit) & 1 ? sign : 0;
}

void SessionTotals::recount(EventStatus before, EventStatus after)
{
    if (before != EventStatus::Unchecked)
        --byStatus[static_cast<std::size_t>(before)];
    if (after != EventStatus::Unchecked)
        ++byStatus[static_cast<std::size_t>(after)];
}

void SessionTotals::stretchTo(std::int64_t timestamp)
{
    firstAt = firstAt == noTime ? timestamp : std::min(firstAt, timestamp);
    lastAt = std::max(lastAt, timestamp);
}

} // namespace Weir
