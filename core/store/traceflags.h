#pragma once

#include "core/flags/servedflags.h"
#include "core/store/readerstate.h"
#include "core/store/eventquery.h"

#include <span>
#include <string>
#include <vector>

namespace Weir {

/// Of answers, newest first: what each flag was at their end. An answer with all flags ends what older ones
/// to the same SDK and user have said; of several that have a flag the newest counts. By rising key.
std::vector<TraceFlag> latestServed(std::span<const ServedFlags> answers);

/// For SessionReader, within the caller's read transaction.
Result<std::vector<TraceFlag>> readTraceFlags(ReaderState &state, TraceRow row);

} // namespace Weir
