#include "ui/delegates/serveddelegate.h"

#include "ui/delegates/flagpaint.h"
#include "ui/models/servedtable.h"
#include "ui/theme/fonts.h"
#include "ui/theme/icons.h"
#include "ui/theme/theme.h"

#include <QPainter>

namespace Weir {

namespace {

/// Draws as much as there is room for, and gives the rest of the room.
QRect drawWords(QPainter *painter, const QRect &room, const QString &text, TextStyle style, Token ink)
{
    painter->setFont(font(style));
    painter->setPen(color(ink));
    const QString shown = painter->fontMetrics().elidedText(text, Qt::ElideRight, room.width());
    painter->drawText(room, Qt::AlignVCenter | Qt::AlignLeft, shown);
    return room.adjusted(painter->fontMetrics().horizontalAdvance(shown), 0, 0, 0);
}

/// The event by its name, then its trace as a link.
void paintSeen(QPainter *painter, const QRect &cell, const QString &text, bool isLink, bool isFocused)
{
    drawIcon(painter, QRect(cell.x(), cell.y(), px(14), cell.height()), u"circle-check", px(14), Token::Ok);
    const QRect words = cell.adjusted(px(20), 0, 0, 0);
    const qsizetype link = isLink ? text.lastIndexOf(u' ') + 1 : text.size();
    const QRect left
        = drawWords(painter, words, text.left(link), TextStyle::Row, isFocused ? Token::T1 : Token::T2);
    if (isLink && left.width() > 0)
        drawWords(painter, left, text.mid(link), TextStyle::Mono, Token::Accent);
}

} // namespace

void ServedDelegate::paint(
    QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const
{
    const auto *model = qobject_cast<const ServedTable *>(index.model());
    const ServedFlags *const served = model ? model->served(index.row()) : nullptr;
    if (!served)
        return;
    const int column = index.column();
    painter->save();
    painter->setClipRect(option.rect);
    drawFlagRow(painter, option,
        column == ServedTable::Time       ? CellPlace::First
            : column == ServedTable::Seen ? CellPlace::Last
                                          : CellPlace::Middle);
    const QRect cell
        = option.rect.adjusted(column == ServedTable::Time ? px(14) : px(8), px(2), -px(8), -px(3));
    const QString text = index.data().toString();
    if (column == ServedTable::Value) {
        drawFlagValue(painter, cell, text, served->values->front().isOverridden);
    } else if (column == ServedTable::Seen) {
        if (served->values->front().seen)
            paintSeen(painter, cell, text, !model->seenTrace(index.row()).isEmpty(), isFocused(option));
        else
            drawWords(painter, cell, text, TextStyle::Row, isFocused(option) ? Token::T2 : Token::T3);
    } else {
        const bool isQuiet = column == ServedTable::Time || column == ServedTable::Request;
        painter->setFont(font(column == ServedTable::SdkColumn ? TextStyle::Row : TextStyle::Mono));
        painter->setPen(color(column == ServedTable::DistinctId ? Token::T1
                : isQuiet && !isFocused(option)                 ? Token::T3
                                                                : Token::T2));
        painter->drawText(cell, Qt::AlignVCenter | Qt::AlignLeft,
            painter->fontMetrics().elidedText(text, Qt::ElideRight, cell.width()));
    }
    painter->restore();
}

QSize ServedDelegate::sizeHint(const QStyleOptionViewItem &, const QModelIndex &) const
{
    return {px(60), rowHeight()};
}

} // namespace Weir
