#include "core/store/recheck.h"

#include "core/store/retention.h"
#include "core/store/sessiontotals.h"
#include "core/store/sqlite/database.h"
#include "core/store/violationrows.h"

#include <algorithm>
#include <map>

namespace Weir {

namespace {

/// What changes beside the events themselves.
struct Changes
{
    struct Trace
    {
        std::int64_t warnings = 0, invalid = 0;
    };
    struct Second
    {
        std::int64_t troubles = 0, errors = 0;
    };
    std::map<std::int64_t, Trace> traces;
    std::map<std::int64_t, Second> seconds;
};

class Application
{
public:
    Application(Database &database, SessionTotals &totals, ViolationRows &violations)
        : m_database(database)
        , m_totals(totals)
        , m_violations(violations)
    {
    }

    Result<void> apply(const CheckedEvents::Checked &checked);
    Result<void> settle(std::vector<TraceRow> &touched);

private:
    Result<void> set(std::int64_t event, EventStatus status, std::int64_t violations);
    void count(std::int64_t trace, std::int64_t second, Family family, EventStatus status, int sign);

    Database &m_database;
    SessionTotals &m_totals;
    ViolationRows &m_violations;
    Changes m_changes;
};

void Application::count(std::int64_t trace, std::int64_t second, Family family, EventStatus status, int sign)
{
    Changes::Trace &ofTrace = m_changes.traces[trace];
    ofTrace.warnings += status == EventStatus::Warning ? sign : 0;
    ofTrace.invalid += status == EventStatus::Invalid ? sign : 0;
    Changes::Second &ofSecond = m_changes.seconds[second];
    ofSecond.troubles += isTrouble(family, status) ? sign : 0;
    ofSecond.errors += isError(family, status) ? sign : 0;
}

Result<void> Application::set(std::int64_t event, EventStatus status, std::int64_t violations)
{
    WEIR_TRY(Query update, m_database.query("UPDATE event SET status = ?2, violations = ?3 WHERE id = ?1"));
    update->bind(1, event);
    update->bind(2, static_cast<std::int64_t>(status));
    update->bind(3, violations);
    if (!update->run())
        return m_database.error();
    return {};
}

Result<void> Application::apply(const CheckedEvents::Checked &checked)
{
    const std::int64_t id = raw(checked.id);
    WEIR_TRY(Query select,
        m_database.query("SELECT trace, name, sdk, family, notices, timestamp, status, violations FROM event "
                         "WHERE id = ?1"));
    select->bind(1, id);
    if (!select->step()) { // Pruned meanwhile, unless the file is damaged.
        if (m_database.trouble() != StorageTrouble::None)
            return m_database.error();
        return {};
    }
    const std::int64_t trace = select->integer(0), second = secondOf(select->integer(5));
    const std::int64_t name = select->integer(1), sdk = select->integer(2), old = select->integer(7);
    const auto family = static_cast<Family>(select->integer(3));
    const auto notices = static_cast<Notices>(select->integer(4));
    const auto stored = static_cast<EventStatus>(select->integer(6));
    const EventStatus before = statusOf(stored, notices), after = statusOf(checked.status, notices);
    select->reset();
    WEIR_TRY(const std::int64_t violations, m_violations.setOf(name, checked.violations));
    if (stored != after || violations != old) {
        if (auto done = set(id, after, violations); !done)
            return done.error();
    }
    if (violations != old) {
        m_violations.count(old, sdk, id, -1);
        m_violations.count(violations, sdk, id, +1);
    }
    if (before != after) {
        count(trace, second, family, before, -1);
        count(trace, second, family, after, +1);
        m_totals.recount(before, after);
    }
    return {};
}

Result<void> Application::settle(std::vector<TraceRow> &touched)
{
    WEIR_TRY(Query trace,
        m_database.query("UPDATE trace SET warnings = warnings + ?2, invalid = invalid + ?3 WHERE id = ?1"));
    for (const auto &[id, change] : m_changes.traces) {
        touched.push_back(TraceRow{id});
        trace->bind(1, id);
        trace->bind(2, change.warnings);
        trace->bind(3, change.invalid);
        if (!trace->run())
            return m_database.error();
    }
    WEIR_TRY(Query second,
        m_database.query("UPDATE second SET troubles = max(0, troubles + ?2), errors = max(0, errors + ?3) "
                         "WHERE at = ?1"));
    for (const auto &[at, change] : m_changes.seconds) {
        second->bind(1, at);
        second->bind(2, change.troubles);
        second->bind(3, change.errors);
        if (!second->run())
            return m_database.error();
    }
    return {};
}

} // namespace

Result<void> applyChecks(Database &database, SessionTotals &totals, ViolationRows &violations,
    const CheckedEvents &checked, std::vector<TraceRow> &touched)
{
    if (checked.plan != totals.plan)
        return {};
    Application application(database, totals, violations);
    for (const CheckedEvents::Checked &each : checked.events) {
        if (auto done = application.apply(each); !done)
            return done.error();
    }
    totals.recheckFrom = std::min(std::max(totals.recheckFrom, raw(checked.last) + 1), totals.recheckBelow);
    return application.settle(touched);
}

void changePlan(SessionTotals &totals, std::int64_t plan)
{
    if (totals.plan == plan)
        return;
    totals.plan = plan;
    totals.recheckFrom = totals.prunedEvent + 1;
    totals.recheckBelow = totals.nextEvent;
}

void notePlan(SessionTotals &totals, std::int64_t event, std::int64_t plan)
{
    if (plan == totals.plan)
        return;
    if (totals.recheckFrom >= totals.recheckBelow)
        totals.recheckFrom = event;
    totals.recheckBelow = event + 1;
}

} // namespace Weir
