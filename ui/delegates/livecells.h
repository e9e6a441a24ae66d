#pragma once

#include "ui/delegates/livecolumns.h"
#include "ui/models/livemodel.h"

#include <QString>

namespace Weir {

// What the cells of the Live list say, for copying, tool tips, filters and screen readers: no meaning lives
// only in paint.

/// The cell's text; empty when it has none or its data is on its way.
QString liveCellText(const LiveModel &model, const LiveRow &row, LiveColumn column);
/// The whole row in one sentence (design: accessibility).
QString liveRowText(const LiveModel &model, const LiveRow &row);

/// The condition that a cell stands for: {"event", "tool_used"}. An empty key: none.
struct CellFilter
{
    QString key, value;
};
CellFilter liveCellFilter(const LiveModel &model, const LiveRow &row, LiveColumn column);

} // namespace Weir
