#pragma once

#include "core/base/error.h"
#include "core/event/capturedrequest.h"

#include <QMetaType>

#include <cstdint>
#include <string>
#include <vector>

namespace Weir {

/// How the store does. Sent on every change, and at most four times a second while numbers move.
struct StoreStatus
{
    enum class State : std::uint8_t {
        Ready, ///< Commits go to disk.
        ReadOnly, ///< A session of a newer version, or a damaged one: shown, nothing is captured into it.
        Holding, ///< The disk is full or the file locked: requests wait in memory, unanswered, and are
                 ///< retried.
        Refusing, ///< 64 MB are waiting: event requests are answered 503, nothing new is kept.
    };
    State state = State::Ready;
    Error error; ///< Why, when not Ready.
    std::int64_t heldBytes = 0; ///< Waiting in memory.
    std::int64_t behindMs = 0; ///< Age of the oldest request not yet committed.
    bool operator==(const StoreStatus &) const = default;
};

/// One transaction that is on disk. A value; the events are those with firstEvent <= id <= lastEvent.
struct Commit
{
    std::vector<Ticket> tickets; ///< The requests that can be answered now.
    EventId firstEvent{}, lastEvent{}; ///< 0, 0 when the transaction held no event.
    std::int64_t events = 0, requests = 0, traces = 0; ///< What the session holds now.
    std::vector<TraceRow> touched; ///< Traces that changed, each once, rising.
    bool cleared = false; ///< The session was emptied, or oldest traces were pruned: what is shown must be
                          ///< asked for again.
};

} // namespace Weir

Q_DECLARE_METATYPE(Weir::StoreStatus)
Q_DECLARE_METATYPE(Weir::Commit)
