#pragma once

#include "core/base/error.h"
#include "core/store/eventquery.h"
#include "core/store/readerstate.h"

#include <string>
#include <vector>

namespace Weir {

/// Queries on the event table, for SessionReader. Each runs within the caller's read transaction.

Result<StoredEvent> readEvent(ReaderState &state, EventId id);
Result<EventPage> readEvents(ReaderState &state, const EventPageRequest &request);
Result<std::vector<EventRow>> readEventRows(ReaderState &state, const std::vector<EventId> &ids);

/// What propertyValues() and propertyKeys() count: how often each text occurred.
Result<std::vector<TextCount>> readPropertyValues(
    ReaderState &state, std::string_view key, std::string_view text, int limit);
Result<std::vector<TextCount>> readPropertyKeys(ReaderState &state, std::string_view text, int limit);

} // namespace Weir
