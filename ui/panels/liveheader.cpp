#include "ui/panels/liveheader.h"

#include "ui/theme/fonts.h"
#include "ui/theme/theme.h"

#include <QMouseEvent>
#include <QPainter>

#include <cmath>

using namespace Qt::StringLiterals;

namespace Weir {

namespace {
constexpr int captionHeight = 25, textPadding = 8, timePadding = 12, grip = 4;
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
    painter.setPen(color(Token::T3));
    for (int index = 0; index < liveColumnCount; ++index) {
        const auto column = LiveColumn(index);
        if (!m_columns.isShown(column))
            continue;
        const int left = column == LiveColumn::Time ? timePadding : textPadding;
        const QRect cell = m_columns.cell(column, rect()).adjusted(px(left), 0, -px(textPadding), -1);
        const int alignment = column == LiveColumn::Duration ? Qt::AlignRight : Qt::AlignLeft;
        painter.drawText(cell, alignment | Qt::AlignVCenter, columnTitle(column));
        if (column == LiveColumn::Waterfall && cell.width() > px(140))
            painter.drawText(cell, Qt::AlignRight | Qt::AlignVCenter, tr("per trace"));
    }
}

bool LiveHeader::growsToLeft(int column) const
{
    // Event in the middle takes what is left: columns behind it have their grip on the left.
    return column > static_cast<int>(LiveColumn::Event);
}

int LiveHeader::edgeAt(int x) const
{
    for (int index = 0; index < liveColumnCount; ++index) {
        const auto column = LiveColumn(index);
        if (!m_columns.isShown(column) || !LiveColumns::isResizable(column))
            continue;
        const QRect cell = m_columns.cell(column, rect());
        const int edge = growsToLeft(index) ? cell.left() : cell.right() + 1;
        if (std::abs(x - edge) <= grip)
            return index;
    }
    return -1;
}

void LiveHeader::mousePressEvent(QMouseEvent *event)
{
    const int x = int(event->position().x());
    m_dragged = event->button() == Qt::LeftButton ? edgeAt(x) : -1;
    if (m_dragged >= 0) {
        m_dragX = x;
        m_dragWidth = m_columns.cell(LiveColumn(m_dragged), rect()).width();
    }
}

void LiveHeader::mouseMoveEvent(QMouseEvent *event)
{
    const int x = int(event->position().x());
    if (m_dragged < 0) {
        if (edgeAt(x) >= 0)
            setCursor(Qt::SplitHCursor);
        else
            unsetCursor();
        return;
    }
    const int moved = growsToLeft(m_dragged) ? m_dragX - x : x - m_dragX;
    const int scale = std::max(1, px(100));
    m_columns.setWidth(LiveColumn(m_dragged), (m_dragWidth + moved) * 100 / scale);
    emit resized();
}

void LiveHeader::mouseReleaseEvent(QMouseEvent *)
{
    m_dragged = -1;
}

void LiveHeader::mouseDoubleClickEvent(QMouseEvent *event)
{
    const int column = edgeAt(int(event->position().x()));
    if (column < 0)
        return;
    m_columns.resetWidth(LiveColumn(column));
    emit resized();
}

} // namespace Weir
