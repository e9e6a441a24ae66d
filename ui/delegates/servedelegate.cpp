#include "ui/delegates/servedelegate.h"

#include "ui/delegates/flagpaint.h"
#include "ui/models/flaglistmodel.h"
#include "ui/models/flagtexts.h"
#include "ui/theme/controls.h"
#include "ui/theme/icons.h"
#include "ui/theme/theme.h"

#include <QMouseEvent>
#include <QPainter>

#include <utility>

namespace Weir {

namespace {

constexpr int controlWidth = 172, controlHeight = 26, sideBySide = 3;

/// Upstream is half as wide again as Off and On.
constexpr int segmentEnds[] = {0, 43, 71, 100}; // Percent.

QRect clearRect(const QRect &control)
{
    return {control.right() - px(24), control.y(), px(25), control.height()};
}

void drawSegments(QPainter *painter, const QRect &cell, const QList<FlagChoice> &choices, int current)
{
    const QRect control = ServeDelegate::controlRect(cell);
    drawRounded(painter, control, 5, color(Token::S1), color(Token::Line2));
    for (int i = 0; i < choices.size(); ++i) {
        const QRect part = ServeDelegate::segmentRect(cell, i);
        const bool isOn = i == current, isOverride = isOn && i > 0;
        if (isOn)
            drawRounded(painter, part, 3, color(isOverride ? Token::AccentBg : Token::S4), {});
        painter->setFont(font(isOn ? TextStyle::RowMedium : TextStyle::Row));
        painter->setPen(color(isOverride ? Token::Accent : isOn ? Token::T1 : Token::T2));
        QRect text = part;
        if (isOverride) {
            const int words = painter->fontMetrics().horizontalAdvance(choices[i].text);
            const int left = part.x() + (part.width() - words - px(15)) / 2;
            drawIcon(painter, QRect(left, part.y(), px(12), part.height()), u"check", px(12), Token::Accent);
            text.setLeft(left + px(15));
            painter->drawText(text, Qt::AlignVCenter | Qt::AlignLeft, choices[i].text);
        } else {
            painter->drawText(text, Qt::AlignCenter, choices[i].text);
        }
    }
}

void drawBox(QPainter *painter, const QRect &control, const FlagChoice &choice)
{
    const bool isOverride = choice.value.has_value();
    const Token ink = isOverride ? Token::Accent : Token::T1;
    drawRounded(painter, control, 5, color(isOverride ? Token::AccentBg : Token::S1),
        color(isOverride ? Token::Accent : Token::Line2));
    const QRect inner = control.adjusted(px(8), 0, isOverride ? -px(25) : -px(4), 0);
    if (isOverride) {
        const QRect clear = clearRect(control);
        painter->fillRect(clear.x(), control.center().y() - px(7), 1, px(14), color(Token::Accent));
        drawIcon(painter, clear, u"x", px(13), Token::Accent);
    }
    const QRect arrow(inner.right() - px(20), inner.y(), px(20), inner.height());
    drawIcon(painter, arrow, u"chevron-down", px(13), isOverride ? Token::Accent : Token::T2);
    painter->setFont(
        font(isOverride && !choice.value->variant.empty() ? TextStyle::MonoMedium : TextStyle::RowMedium));
    painter->setPen(color(ink));
    const int room = arrow.x() - inner.x() - px(2);
    painter->drawText(QRect(inner.x(), inner.y(), room, inner.height()), Qt::AlignVCenter | Qt::AlignLeft,
        painter->fontMetrics().elidedText(choice.text, Qt::ElideRight, room));
}

const FlagState *flagOf(const QModelIndex &index)
{
    const auto *model = qobject_cast<const FlagListModel *>(index.model());
    return model ? model->flag(index.row()) : nullptr;
}

} // namespace

QRect ServeDelegate::controlRect(const QRect &cell)
{
    const int height = px(controlHeight), width = qMin(px(controlWidth), cell.width() - px(14));
    return {cell.x() + px(8), cell.y() + (cell.height() - height) / 2, width, height};
}

QRect ServeDelegate::segmentRect(const QRect &cell, int choice)
{
    const QRect inner = controlRect(cell).adjusted(3, 3, -3, -3);
    const auto at = [&inner](int end) { return inner.x() + inner.width() * end / 100; };
    const auto place = static_cast<std::size_t>(choice);
    const int left = at(segmentEnds[place]);
    return {left, inner.y(), at(segmentEnds[place + 1]) - left, inner.height()};
}

bool ServeDelegate::isBox(const FlagState &flag)
{
    return !flag.variants.empty() || flagChoices(flag).size() > sideBySide;
}

void ServeDelegate::paint(
    QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const
{
    const FlagState *const flag = flagOf(index);
    if (!flag)
        return;
    drawFlagRow(painter, option, CellPlace::Middle);
    const QList<FlagChoice> choices = flagChoices(*flag);
    const int current = flagChoice(*flag);
    if (isBox(*flag))
        drawBox(painter, controlRect(option.rect), choices[current]);
    else
        drawSegments(painter, option.rect, choices, current);
}

QSize ServeDelegate::sizeHint(const QStyleOptionViewItem &, const QModelIndex &) const
{
    return {px(controlWidth) + px(16), px(56)};
}

ServeDelegate::Hit ServeDelegate::hitAt(const QRect &cell, const FlagState &flag, QPoint point)
{
    const QRect control = controlRect(cell);
    if (!control.contains(point))
        return {};
    if (isBox(flag))
        return flag.override && clearRect(control).contains(point) ? Hit{0, false} : Hit{-1, true};
    for (int choice = 0; choice < sideBySide; ++choice) {
        if (segmentRect(cell, choice).contains(point))
            return {choice, false};
    }
    return {};
}

bool ServeDelegate::editorEvent(
    QEvent *event, QAbstractItemModel *model, const QStyleOptionViewItem &option, const QModelIndex &index)
{
    const bool isPress = event->type() == QEvent::MouseButtonPress;
    if (!isPress && event->type() != QEvent::MouseButtonRelease)
        return QStyledItemDelegate::editorEvent(event, model, option, index);
    const auto *mouse = static_cast<QMouseEvent *>(event);
    const FlagState *const flag = flagOf(index);
    if (!flag || mouse->button() != Qt::LeftButton)
        return false;
    const Hit hit = hitAt(option.rect, *flag, mouse->position().toPoint());
    if (isPress) {
        m_pressed = hit;
        return false; // The row is selected as anywhere else.
    }
    if (std::exchange(m_pressed, {}) != hit || hit == Hit())
        return false;
    if (hit.isBox)
        emit choicesWanted(index);
    else
        emit chosen(flag->key, flagChoices(*flag)[hit.choice].value);
    return true;
}

} // namespace Weir
