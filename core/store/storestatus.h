#pragma once

#include "core/base/error.h"
#include "core/event/capturedrequest.h"
#include "core/event/sessionnote.h"
#include "core/flags/servedflags.h"

#include <QMetaType>

#include <cstdint>
#include <memory>
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

/// How many there are.
struct SessionCounts
{
    std::int64_t events = 0, traces = 0, requests = 0;
    bool operator==(const SessionCounts &) const = default;
};

/// The session file as EventWriter::open() found or made it.
struct SessionInfo
{
    std::string path;
    bool readOnly = false; ///< Nothing is captured into it; `error` says why.
    Error error; ///< Meaningful when readOnly.
    int version = 0; ///< Of the schema, as the file says it (user_version).
    std::string backup; ///< Path of the copy made before a migration; empty when there was none.
    SessionCounts counts;
    SessionNotes notes; ///< By room and key.
    /// The newest answers to requests for flags, newest first; never null. Older ones:
    /// EventWriter::readServed().
    std::shared_ptr<const std::vector<ServedFlags>> served
        = std::make_shared<const std::vector<ServedFlags>>();
    bool operator==(const SessionInfo &) const = default;
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
Q_DECLARE_METATYPE(Weir::SessionCounts)
Q_DECLARE_METATYPE(Weir::SessionInfo)
Q_DECLARE_METATYPE(Weir::Commit)
