#pragma once

#include "core/base/error.h"
#include "core/event/capturedrequest.h"
#include "core/event/event.h"

#include <cstdint>

namespace Weir {

class Database;
class TextTable;
class ViolationRows;
struct SessionTotals;

/// What the window paints red: what tells of an error, and what breaks the plan.
constexpr bool isError(Family family, EventStatus status)
{
    return family == Family::Error || status == EventStatus::Invalid;
}

/// Or in a colour of trouble at all.
constexpr bool isTrouble(Family family, EventStatus status)
{
    return isError(family, status) || status == EventStatus::Warning;
}

/// A request that counts as failed in lists and totals.
constexpr bool isFailed(RequestState state)
{
    return state == RequestState::Failed || state == RequestState::NotUnderstood;
}

/// Bytes of the file that hold something, with what is still in the write-ahead log.
Result<std::int64_t> usedBytes(Database &database);

/// Takes up to about `events` events of the oldest traces, each in order of id, and the untraced events that
/// are older than those; then the traces and requests that are left without an event, and requests of that
/// age that never had one. The newest event stays. Within the caller's write transaction; `totals` and the
/// counts of names change with it. False: nothing was there to take.
Result<bool> pruneOldest(
    Database &database, SessionTotals &totals, TextTable &texts, ViolationRows &violations, int events);

} // namespace Weir
