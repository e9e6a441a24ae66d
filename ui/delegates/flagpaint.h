#pragma once

#include "ui/models/flagtexts.h"
#include "ui/theme/tokens.h"

#include <QRect>
#include <QStringList>

class QFont;
class QPainter;
class QStyleOptionViewItem;

namespace Weir {

// What the lists of flags are drawn with.

/// Where a cell lies in its row: the outer ones close the frame of the focus.
enum class CellPlace : std::uint8_t { First, Middle, Last };

/// The ground of one cell: selection, hover, the focus of the row and the line below it.
void drawFlagRow(QPainter *painter, const QStyleOptionViewItem &option, CellPlace place);
bool isFocused(const QStyleOptionViewItem &option); ///< Selected, in the list that has the focus.

/// A value as a small box, upright in the middle of `rect`; the accent tells an override.
void drawFlagValue(QPainter *painter, const QRect &rect, const QString &text, bool isOverridden);
/// Three dots joined by a line: set, served, seen. `reached` of them are filled. What it needs in width.
int flagStagesWidth();
void drawFlagStages(QPainter *painter, const QRect &rect, int reached);
/// `text` broken into as many lines as `room` has, the last one elided: what is cut is seen to be cut.
QStringList linesThatFit(const QString &text, const QFont &font, QSize room);
Token inkOf(FlagTone tone, bool isFocused);

} // namespace Weir
