#include "ui/delegates/serveddelegate.h"

#include "ui/delegates/flagpaint.h"
#include "ui/models/servedtable.h"
#include "ui/theme/fonts.h"
#include "ui/theme/icons.h"
#include "ui/theme/theme.h"

#include <QPainter>

namespace Weir {

namespace {

void paintSeen(QPainter *painter, const QRect &cell, const QString &text, bool isSeen, bool isFocused)
{
    const QRect words = isSeen ? cell.adjusted(px(20), 0, 0, 0) : cell;
    if (isSeen)
        drawIcon(
            painter, QRect(cell.x(), cell.y(), px(14), cell.height()), u"circle-check", px(14), Token::Ok);
    painter->setFont(font(isSeen ? TextStyle::Mono : TextStyle::Row));
    painter->setPen(color(isSeen || isFocused ? Token::T2 : Token::T3));
    painter->drawText(words, Qt::AlignVCenter | Qt::AlignLeft,
        painter->fontMetrics().elidedText(text, Qt::ElideRight, words.width()));
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
        paintSeen(painter, cell, text, served->values->front().seenAt.has_value(), isFocused(option));
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
