#include "ui/panels/liveheader.h"

#include "ui/theme/fonts.h"
#include "ui/theme/theme.h"

#include <QMouseEvent>
#include <QPainter>

#include <algorithm>
#include <cstdlib>
#include <utility>

using namespace Qt::StringLiterals;

namespace Weir {

namespace {
constexpr int captionHeight = 25, textPadding = 8, timePadding = 12, gripWidth = 4, dragThreshold = 6;
} // namespace

LiveHeader::LiveHeader(LiveColumns &columns, QWidget *parent)
    : QWidget(parent)
    , m_columns(columns)
{
    setMouseTracking(true);
    setAccessibleName(tr("Columns"));
}

QSize LiveHeader::sizeHint() const
{
    return {0, px(captionHeight)};
}

void LiveHeader::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.fillRect(rect(), color(Token::S2));
    painter.fillRect(0, rect().bottom(), width(), 1, color(Token::Line2));
    painter.setFont(Weir::font(TextStyle::Caption));
    for (const LiveColumn column : m_columns.order()) {
        if (!m_columns.isShown(column))
            continue;
        const bool moving = m_drag.moving && column == m_drag.column;
        painter.setPen(color(moving ? Token::T1 : Token::T3));
        const int left = column == LiveColumn::Time ? timePadding : textPadding;
        const QRect cell = m_columns.cell(column, rect()).adjusted(px(left), 0, -px(textPadding), -1);
        const int alignment = column == LiveColumn::Duration ? Qt::AlignRight : Qt::AlignLeft;
        painter.drawText(cell, alignment | Qt::AlignVCenter, columnTitle(column));
        if (column == LiveColumn::Waterfall && cell.width() > px(140))
            painter.drawText(cell, Qt::AlignRight | Qt::AlignVCenter, tr("per trace"));
    }
    paintTarget(painter);
}

/// The line at which a dragged column will stand.
void LiveHeader::paintTarget(QPainter &painter) const
{
    if (!m_drag.moving || m_drag.target == m_drag.column)
        return;
    const QRect from = m_columns.cell(m_drag.column, rect()), to = m_columns.cell(m_drag.target, rect());
    const int x = from.left() < to.left() ? to.right() - 1 : to.left();
    painter.fillRect(x, 0, px(2), height() - 1, color(Token::Accent));
}

LiveHeader::Drag LiveHeader::gripAt(int x) const
{
    for (const LiveColumn column : m_columns.order()) {
        if (!m_columns.isShown(column) || !LiveColumns::isResizable(column))
            continue;
        const QRect cell = m_columns.cell(column, rect());
        const int edge = m_columns.isBehindEvent(column) ? cell.left() : cell.right() + 1;
        if (std::abs(x - edge) <= gripWidth)
            return {Grip::Edge, column, x, cell.width()};
    }
    const LiveColumn column = m_columns.columnAt(x);
    return {LiveColumns::canMove(column) ? Grip::Caption : Grip::None, column, x, 0, false, column};
}

void LiveHeader::mousePressEvent(QMouseEvent *event)
{
    m_drag = event->button() == Qt::LeftButton ? gripAt(int(event->position().x())) : Drag();
}

void LiveHeader::mouseMoveEvent(QMouseEvent *event)
{
    const int x = int(event->position().x());
    if (m_drag.grip == Grip::Edge)
        resizeTo(x);
    else if (m_drag.grip == Grip::Caption)
        dragTo(x);
    else if (gripAt(x).grip == Grip::Edge)
        setCursor(Qt::SplitHCursor);
    else
        unsetCursor();
}

void LiveHeader::resizeTo(int x)
{
    const int moved = m_columns.isBehindEvent(m_drag.column) ? m_drag.x - x : x - m_drag.x;
    const int scale = std::max(1, px(100));
    m_columns.setWidth(m_drag.column, (m_drag.width + moved) * 100 / scale);
    emit changed();
}

void LiveHeader::dragTo(int x)
{
    if (!m_drag.moving && std::abs(x - m_drag.x) < dragThreshold)
        return;
    m_drag.moving = true;
    setCursor(Qt::ClosedHandCursor);
    const LiveColumn target = m_columns.columnAt(std::clamp(x, 0, width() - 1));
    m_drag.target = LiveColumns::canMove(target) ? target : m_drag.target;
    update();
}

void LiveHeader::mouseReleaseEvent(QMouseEvent *)
{
    const Drag done = std::exchange(m_drag, {});
    unsetCursor();
    update();
    if (!done.moving || done.target == done.column)
        return;
    m_columns.move(done.column, done.target);
    emit changed();
}

void LiveHeader::mouseDoubleClickEvent(QMouseEvent *event)
{
    const Drag grip = gripAt(int(event->position().x()));
    if (grip.grip != Grip::Edge)
        return;
    m_columns.resetWidth(grip.column);
    emit changed();
}

} // namespace Weir
