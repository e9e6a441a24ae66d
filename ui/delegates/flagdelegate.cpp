#include "ui/delegates/flagdelegate.h"

#include "ui/delegates/flagpaint.h"
#include "ui/models/flaglistmodel.h"
#include "ui/models/format.h"
#include "ui/theme/fonts.h"
#include "ui/theme/theme.h"

#include <QPainter>

using namespace Qt::StringLiterals;

namespace Weir {

namespace {

struct Line
{
    TextStyle style;
    Token ink;
    QString text;
};

/// Two lines of text in the middle of the row's height.
void drawLines(QPainter *painter, const QRect &rect, const Line &upper, const Line &lower)
{
    const int height = px(17);
    int y = rect.y() + (rect.height() - 2 * height) / 2;
    for (const Line &line : {upper, lower}) {
        painter->setFont(font(line.style));
        painter->setPen(color(line.ink));
        painter->drawText(QRect(rect.x(), y, rect.width(), height), Qt::AlignVCenter | Qt::AlignLeft,
            painter->fontMetrics().elidedText(line.text, Qt::ElideRight, rect.width()));
        y += height;
    }
}

void drawPickUp(QPainter *painter, QRect rect, const PickUpLine &line, bool focused)
{
    if (line.stages > 0) {
        drawFlagStages(painter, rect, line.stages);
        rect.setLeft(rect.left() + flagStagesWidth() + px(8));
    }
    painter->setFont(font(TextStyle::CaptionRegular));
    painter->setPen(color(inkOf(line.tone, focused)));
    const QStringList lines = linesThatFit(line.text, painter->font(), rect.size());
    painter->drawText(rect, Qt::AlignVCenter | Qt::AlignLeft, lines.join(u'\n'));
}

} // namespace

void FlagDelegate::paint(
    QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const
{
    const auto *model = qobject_cast<const FlagListModel *>(index.model());
    const FlagState *const flag = model ? model->flag(index.row()) : nullptr;
    if (!flag)
        return;
    const int column = index.column();
    painter->save();
    painter->setClipRect(option.rect);
    drawFlagRow(painter, option,
        column == FlagListModel::Flag             ? CellPlace::First
            : column == FlagListModel::LastServed ? CellPlace::Last
                                                  : CellPlace::Middle);
    const bool focused = isFocused(option);
    const Token quiet = focused ? Token::T2 : Token::T3;
    const int left = column == FlagListModel::Flag ? px(14) : px(8);
    const QRect cell = option.rect.adjusted(left, px(4), -px(8), -px(4));
    const QString text = index.data().toString();
    switch (column) {
    case FlagListModel::Flag:
        drawLines(painter, cell, {TextStyle::Code, Token::T1, text},
            {TextStyle::CaptionRegular, quiet, flagKind(*flag)});
        break;
    case FlagListModel::Upstream:
        if (flag->upstream) {
            drawFlagValue(painter, cell, text, false);
        } else {
            painter->setFont(font(TextStyle::CaptionRegular));
            painter->setPen(color(quiet));
            painter->drawText(cell, Qt::AlignVCenter | Qt::AlignLeft, text);
        }
        break;
    case FlagListModel::PickUp:
        drawPickUp(painter, cell, pickUpLine(*flag, model->report(), model->now()), focused);
        break;
    case FlagListModel::LastServed:
        if (flag->lastServedAt)
            drawLines(painter, cell, {TextStyle::CaptionRegular, Token::T2, sdkText(flag->lastServedBy)},
                {TextStyle::Mono, quiet,
                    lastAsker(*flag) + u", "_s + spanText(model->now() - *flag->lastServedAt)});
        else
            drawLines(painter, cell, {TextStyle::CaptionRegular, quiet, text}, {TextStyle::Mono, quiet, {}});
        break;
    default:
        break;
    }
    painter->restore();
}

QSize FlagDelegate::sizeHint(const QStyleOptionViewItem &, const QModelIndex &) const
{
    return {px(80), px(56)};
}

} // namespace Weir
