#pragma once

#include "core/base/error.h"
#include "core/http/httpmessage.h"
#include "core/store/sessionreader.h"

#include <optional>
#include <string>

namespace Weir {

/// What `GET /weir/stream` asks for.
struct StreamRequest
{
    EventFilter filter;
    std::optional<EventId> after; ///< Resume behind this event; nothing = only what comes from now on.
};

/// Last-Event-ID, which browsers send by themselves, beats the parameter `after`.
Result<StreamRequest> streamRequest(const HttpRequest &request);

/// The next piece of a stream.
struct StreamChunk
{
    std::string text; ///< Whole server-sent events; empty when nothing matched.
    EventId reached{}; ///< Everything up to here has been looked at.
    bool more = false; ///< There is more behind it already.
};

/// Reads what comes behind `after`, at most a few hundred events. A stream is read from the session and not
/// collected in memory, so that a slow client costs nothing and loses nothing.
Result<StreamChunk> readChunk(const EventFilter &filter, EventId after, SessionReader &reader);

/// The newest event of the session; 0 = none.
Result<EventId> newestEvent(SessionReader &reader);

/// The head that a stream begins with.
HttpResponse streamHead();

} // namespace Weir
