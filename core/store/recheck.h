#pragma once

#include "core/base/error.h"
#include "core/event/event.h"
#include "core/event/violation.h"

#include <QMetaType>

#include <cstdint>
#include <vector>

namespace Weir {

class Database;
class ViolationRows;
struct SessionTotals;

/// What a plan says of events that are stored.
struct CheckedEvents
{
    struct Checked
    {
        EventId id{};
        EventStatus status = EventStatus::Unchecked; ///< By the plan; the store adds what it knows itself.
        SharedViolations violations; ///< Null: none.
    };
    std::int64_t plan = 0; ///< Its fingerprint.
    EventId last{}; ///< All up to here have been looked at.
    std::vector<Checked> events; ///< Those that are not stored like this already.
};

/// How far a session has been checked again.
struct RecheckState
{
    std::int64_t plan = 0; ///< The fingerprint of the plan that the session is checked by.
    EventId from{}, below{}; ///< These are left: from <= id < below.
    bool isDone() const { return raw(from) >= raw(below); }
    bool operator==(const RecheckState &) const = default;
};

/// Puts it into the session, within the caller's write transaction; what is known of traces in memory is old
/// then. Does nothing for another plan than the session's. `touched` gets the rows of the traces that
/// changed.
Result<void> applyChecks(Database &database, SessionTotals &totals, ViolationRows &violations,
    const CheckedEvents &checked, std::vector<TraceRow> &touched);

/// From now on the session is checked by this plan: what it holds, up to the next event, is to be checked
/// again. Does nothing when it is the plan already.
void changePlan(SessionTotals &totals, std::int64_t plan);

/// An event has been written that was checked by `plan`.
void notePlan(SessionTotals &totals, std::int64_t event, std::int64_t plan);

} // namespace Weir

Q_DECLARE_METATYPE(Weir::CheckedEvents)
Q_DECLARE_METATYPE(Weir::RecheckState)
