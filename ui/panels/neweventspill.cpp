#include "ui/panels/neweventspill.h"

#include "ui/theme/controls.h"
#include "ui/theme/fonts.h"
#include "ui/theme/icons.h"
#include "ui/theme/theme.h"

#include <QFontMetrics>
#include <QPainter>

using namespace Qt::StringLiterals;

namespace Weir {

namespace {
constexpr int pillHeight = 28, padding = 12, gap = 6, arrowSize = 14, keyPadding = 4, keyHeight = 15;
constexpr qint64 mostShown = 999;
} // namespace

NewEventsPill::NewEventsPill(QWidget *parent)
    : QAbstractButton(parent)
{
    setFocusPolicy(Qt::NoFocus); // End does the same from the list.
    setCursor(Qt::PointingHandCursor);
    hide();
}

void NewEventsPill::setCount(qint64 count)
{
    setVisible(count > 0);
    if (count <= 0)
        return;
    const QString number = count > mostShown ? u"%1+"_s.arg(mostShown) : QString::number(count);
    setText(count == 1 ? tr("1 new event") : tr("%1 new events").arg(number));
    setAccessibleName(text() + tr(", go to the end"));
    resize(sizeHint());
    update();
}

QSize NewEventsPill::sizeHint() const
{
    const int key
        = QFontMetrics(Weir::font(TextStyle::Axis)).horizontalAdvance(u"End"_s) + 2 * px(keyPadding) + 2;
    const int text = QFontMetrics(Weir::font(TextStyle::RowMedium)).horizontalAdvance(this->text());
    return {2 * px(padding) + px(arrowSize) + px(gap) + text + px(gap) + key, px(pillHeight)};
}

void NewEventsPill::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    drawRounded(&painter, rect(), px(pillHeight) / 2, color(Token::Primary), color(Token::Primary));
    QRect place = rect().adjusted(px(padding), 0, -px(padding), 0);
    drawIcon(&painter, {place.left(), place.top(), px(arrowSize), place.height()}, u"arrow-down", arrowSize,
        Token::PrimaryText);
    place.setLeft(place.left() + px(arrowSize + gap));
    painter.setPen(color(Token::PrimaryText));
    painter.setFont(Weir::font(TextStyle::RowMedium));
    painter.drawText(place, Qt::AlignLeft | Qt::AlignVCenter, text());
    const int key
        = QFontMetrics(Weir::font(TextStyle::Axis)).horizontalAdvance(u"End"_s) + 2 * px(keyPadding) + 2;
    const QRect chip(place.right() + 1 - key, (rect().height() - px(keyHeight)) / 2, key, px(keyHeight));
    drawRounded(&painter, chip, 3, {}, color(Token::PrimaryText));
    painter.setPen(color(Token::PrimaryText));
    painter.setFont(Weir::font(TextStyle::Axis));
    painter.drawText(chip, Qt::AlignCenter, u"End"_s);
}

} // namespace Weir
