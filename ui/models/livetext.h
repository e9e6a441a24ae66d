#pragma once

#include "core/store/eventquery.h"
#include "ui/models/format.h"

#include <QString>

namespace Weir {

// The words of the Live list, for painting and for screen readers alike. Pure.

QString sourceText(const EventRow &event); ///< The SDK by its name, else the protocol.

/// "No trace_id" for the group of the events without one; its name, else the beginning of its id.
QString groupTitle(const TraceSummary &trace);
/// What is odd, in words: "duplicate, clock corrected". Empty when nothing is.
QString noticesText(Notices notices);

/// "1 invalid, 2 warnings"; empty when all is well.
QString groupStatusText(const TraceSummary &trace);
/// "Warning: duplicate", "Valid"; empty when no plan has checked it.
QString eventStatusText(const EventRow &event);

/// "invoice-triage, trace 7f3a9c, 14 events, 1 warning, 4.82 seconds"
QString groupAccessibleName(const TraceSummary &trace);
/// "tool_used post_ledger, warning: duplicate, 840 milliseconds, starts 3.2 seconds into the trace"
QString eventAccessibleName(const EventRow &event, const Lane *lane);
/// "from 3.20 to 4.04 seconds of 4.82"
QString waterfallAccessibleName(const EventRow &event, const Lane &lane);

} // namespace Weir
