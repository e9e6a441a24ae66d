#pragma once

#include "core/base/error.h"
#include "core/store/eventquery.h"
#include "core/store/readerstate.h"

#include <string_view>
#include <vector>

namespace Weir {

/// Queries on the trace table, for SessionReader. Each runs within the caller's read transaction.

Result<TracePage> readTraces(ReaderState &state, const TracePageRequest &request);
Result<TraceSummary> readTrace(ReaderState &state, std::string_view traceId);
Result<std::vector<TraceSummary>> readTraceSummaries(ReaderState &state, const std::vector<TraceRow> &rows);
Result<std::vector<EventId>> readTraceEvents(ReaderState &state, TraceRow row);
Result<std::vector<Lane>> readLanes(ReaderState &state, const std::vector<TraceRow> &rows, int maxMarks);

/// At most `maxMarks` of `marks`, one a column of equal width: trouble before the rest, then the longest.
/// Sorts by start.
std::vector<LaneMark> thinOut(std::vector<LaneMark> marks, UtcTime start, UtcTime end, int maxMarks);

} // namespace Weir
