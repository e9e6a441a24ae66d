#include "ui/delegates/flagpaint.h"

#include "ui/theme/controls.h"
#include "ui/theme/theme.h"

#include <QPainter>
#include <QStyleOptionViewItem>
#include <QTextLayout>

#include <algorithm>

namespace Weir {

bool isFocused(const QStyleOptionViewItem &option)
{
    return option.state.testFlag(QStyle::State_Selected) && option.widget && option.widget->hasFocus();
}

void drawFlagRow(QPainter *painter, const QStyleOptionViewItem &option, CellPlace place)
{
    const QRect &rect = option.rect;
    const bool focused = isFocused(option);
    const Token ground = focused                         ? Token::Sel
        : option.state.testFlag(QStyle::State_Selected)  ? Token::SelQuiet
        : option.state.testFlag(QStyle::State_MouseOver) ? Token::Hover
                                                         : Token::S1;
    painter->fillRect(rect, color(ground));
    painter->fillRect(rect.x(), rect.bottom(), rect.width(), 1, color(Token::Line1));
    if (!focused)
        return;
    const QColor frame = color(Token::Focus);
    painter->fillRect(rect.x(), rect.y(), rect.width(), 1, frame);
    painter->fillRect(rect.x(), rect.bottom(), rect.width(), 1, frame);
    if (place == CellPlace::First)
        painter->fillRect(rect.x(), rect.y(), 1, rect.height(), frame);
    if (place == CellPlace::Last)
        painter->fillRect(rect.right(), rect.y(), 1, rect.height(), frame);
}

void drawFlagValue(QPainter *painter, const QRect &rect, const QString &text, bool isOverridden)
{
    painter->setFont(font(TextStyle::Mono));
    const QFontMetrics metrics = painter->fontMetrics();
    const QString shown = metrics.elidedText(text, Qt::ElideRight, rect.width() - px(12));
    const int height = qMin(px(20), rect.height());
    const QRect box(
        rect.x(), rect.y() + (rect.height() - height) / 2, metrics.horizontalAdvance(shown) + px(12), height);
    drawRounded(painter, box, 3, color(isOverridden ? Token::AccentBg : Token::S4),
        isOverridden ? color(Token::Accent) : QColor());
    painter->setPen(color(isOverridden ? Token::Accent : Token::T1));
    painter->drawText(box, Qt::AlignCenter, shown);
}

int flagStagesWidth()
{
    return 3 * px(10) + 2 * px(14);
}

void drawFlagStages(QPainter *painter, const QRect &rect, int reached)
{
    const int dot = px(10), line = px(14);
    const double y = rect.y() + (rect.height() - dot) / 2.0;
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    for (int stage = 0; stage < 3; ++stage) {
        const double x = rect.x() + stage * (dot + line);
        const bool isReached = stage < reached;
        if (stage > 0)
            painter->fillRect(QRectF(x - line, y + dot / 2.0 - 0.75, line, 1.5),
                color(isReached ? Token::Ok : Token::Line3));
        const Token ink = isReached ? Token::Ok : stage == reached ? Token::Warn : Token::Line3;
        painter->setPen(QPen(color(ink), 1.5));
        painter->setBrush(isReached ? QBrush(color(ink)) : QBrush(Qt::NoBrush));
        painter->drawEllipse(QRectF(x + 0.75, y + 0.75, dot - 1.5, dot - 1.5));
    }
    painter->restore();
}

Token inkOf(FlagTone tone, bool isFocused)
{
    switch (tone) {
    case FlagTone::Good:
        return Token::Ok;
    case FlagTone::Warning:
        return Token::Warn;
    case FlagTone::Waiting:
        return Token::T2;
    case FlagTone::Quiet:
        break;
    }
    return isFocused ? Token::T2 : Token::T3;
}

QStringList linesThatFit(const QString &text, const QFont &font, QSize room)
{
    const QFontMetrics metrics(font);
    const qsizetype most = std::max(1, room.height() / metrics.height());
    QStringList lines;
    QTextLayout layout(text, font);
    layout.beginLayout();
    while (lines.size() < most) {
        QTextLine line = layout.createLine();
        if (!line.isValid())
            break;
        line.setLineWidth(room.width());
        const bool isLast = lines.size() + 1 == most;
        const QString rest = text.mid(line.textStart(), isLast ? -1 : line.textLength()).trimmed();
        lines += metrics.elidedText(rest, Qt::ElideRight, room.width());
    }
    layout.endLayout();
    return lines;
}

} // namespace Weir
