// Keyboard, mouse, menu and tool tips of LiveView.

#include "ui/delegates/livecells.h"
#include "ui/panels/liveview.h"
#include "ui/theme/theme.h"

#include <QApplication>
#include <QClipboard>
#include <QContextMenuEvent>
#include <QHelpEvent>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QToolTip>

#include <limits>

namespace Weir {

namespace {
constexpr int mostSteppedOver = 100'000; ///< Closed groups in a row that J and K look behind.
} // namespace

void LiveView::keyPressEvent(QKeyEvent *event)
{
    event->setAccepted(moveByKey(event) || actByKey(event));
}

bool LiveView::moveByKey(QKeyEvent *event)
{
    const bool extend = event->modifiers() & Qt::ShiftModifier;
    const std::int64_t last = m_model->rows().count() - 1;
    const std::int64_t current = currentPosition();
    const std::int64_t page = std::max(1, viewport()->height() / rowHeight() - 1);
    // Without a current row the first step goes to what is in sight.
    const std::int64_t from = current >= 0 ? current : firstVisible() + visibleCount();
    switch (event->key()) {
    case Qt::Key_Up:
        setCurrent(from - 1, extend);
        return true;
    case Qt::Key_Down:
        setCurrent(current >= 0 ? current + 1 : firstVisible(), extend);
        return true;
    case Qt::Key_PageUp:
        setCurrent(from - page, extend);
        return true;
    case Qt::Key_PageDown:
        setCurrent(current >= 0 ? current + page : firstVisible(), extend);
        return true;
    case Qt::Key_Home:
        setCurrent(0, extend);
        return true;
    case Qt::Key_End:
        if (extend)
            setCurrent(last, true);
        else
            goToEnd();
        return true;
    case Qt::Key_Left:
        return goLeft();
    case Qt::Key_Right:
        return goRight(extend);
    default:
        return false;
    }
}

bool LiveView::actByKey(QKeyEvent *event)
{
    const bool shift = event->modifiers() & Qt::ShiftModifier;
    const bool control = event->modifiers() & Qt::ControlModifier;
    if (event->modifiers() & (Qt::AltModifier | Qt::MetaModifier))
        return false;
    if (control && event->key() == Qt::Key_C) {
        copyCell();
        return true;
    }
    if (control && event->key() == Qt::Key_A) {
        m_selectionStart = m_model->rows().at(0);
        setCurrent(std::numeric_limits<std::int64_t>::max(), true);
        return true;
    }
    if (control)
        return false;
    switch (event->key()) {
    case Qt::Key_Return:
    case Qt::Key_Enter:
        if (m_current.kind == LiveRow::Kind::Group)
            toggle(m_current);
        else if (m_current.kind == LiveRow::Kind::Event)
            emit activated(m_current);
        return true;
    case Qt::Key_Space:
        emit pauseWanted();
        return true;
    case Qt::Key_J:
        goToEvent(1);
        return true;
    case Qt::Key_K:
        goToEvent(-1);
        return true;
    case Qt::Key_N:
        emit problemWanted(!shift);
        return true;
    case Qt::Key_E:
        filterByCell(shift);
        return true;
    case Qt::Key_C:
        if (m_current.kind != LiveRow::Kind::None)
            emit copyWanted();
        return true;
    case Qt::Key_Menu:
    case Qt::Key_F10:
        if (event->key() == Qt::Key_F10 && !shift)
            return false;
        if (m_current.kind != LiveRow::Kind::None)
            showMenu(m_current, viewport()->mapToGlobal(rowRect(currentPosition()).bottomLeft()));
        return true;
    default:
        return false;
    }
}

bool LiveView::goLeft()
{
    if (m_current.kind == LiveRow::Kind::Group) {
        m_model->setExpanded(m_current.trace, false);
        return true;
    }
    if (m_current.kind != LiveRow::Kind::Event || raw(m_current.trace) == 0)
        return false;
    setCurrent(m_model->rows().positionOf({LiveRow::Kind::Group, m_current.trace, {}, 0}));
    return true;
}

bool LiveView::goRight(bool allBelow)
{
    if (m_current.kind != LiveRow::Kind::Group)
        return false;
    if (allBelow)
        m_model->expandFrom(m_current.trace);
    else if (!m_model->rows().isExpanded(m_current.trace))
        m_model->setExpanded(m_current.trace, true);
    else
        setCurrent(currentPosition() + 1);
    return true;
}

void LiveView::goToEvent(int step)
{
    const std::int64_t count = m_model->rows().count();
    std::int64_t position = currentPosition();
    if (position < 0)
        position = step > 0 ? firstVisible() - 1 : firstVisible() + visibleCount();
    for (int stepped = 0; stepped < mostSteppedOver; ++stepped) {
        position += step;
        if (position < 0 || position >= count)
            return;
        if (m_model->rows().at(position).kind == LiveRow::Kind::Event) {
            setCurrent(position);
            return;
        }
    }
}

void LiveView::copyCell()
{
    const QString text = liveCellText(*m_model, m_current, m_column);
    if (!text.isEmpty())
        QApplication::clipboard()->setText(text);
}

void LiveView::filterByCell(bool exclude)
{
    const CellFilter filter = liveCellFilter(*m_model, m_current, m_column);
    if (!filter.key.isEmpty() && !filter.value.isEmpty())
        emit filterWanted(filter.key, filter.value, exclude);
}

void LiveView::mousePressEvent(QMouseEvent *event)
{
    const std::int64_t position = positionAt(int(event->position().y()));
    if (position < 0 || event->button() == Qt::MiddleButton)
        return;
    const LiveRow row = m_model->rows().at(position);
    m_column = m_columns.columnAt(int(event->position().x()));
    const bool onChevron = row.kind == LiveRow::Kind::Group && event->button() == Qt::LeftButton
        && LiveRowPainter::chevronRect(rowRect(position), m_columns)
               .adjusted(-4, 0, 4, 0)
               .contains(event->position().toPoint());
    // A menu for a selected row is for all that are selected.
    if (event->button() == Qt::LeftButton || !isSelected(position))
        setCurrent(position, event->modifiers() & Qt::ShiftModifier);
    if (onChevron)
        toggle(row);
}

void LiveView::mouseDoubleClickEvent(QMouseEvent *event)
{
    const std::int64_t position = positionAt(int(event->position().y()));
    if (position < 0 || event->button() != Qt::LeftButton)
        return;
    const LiveRow row = m_model->rows().at(position);
    if (row.kind == LiveRow::Kind::Group)
        toggle(row);
    else
        emit activated(row);
}

void LiveView::contextMenuEvent(QContextMenuEvent *event)
{
    if (event->reason() == QContextMenuEvent::Keyboard) {
        if (m_current.kind != LiveRow::Kind::None)
            showMenu(m_current, viewport()->mapToGlobal(rowRect(currentPosition()).bottomLeft()));
        return;
    }
    const std::int64_t position = positionAt(event->pos().y());
    if (position >= 0)
        showMenu(m_model->rows().at(position), event->globalPos());
}

void LiveView::showMenu(const LiveRow &row, const QPoint &globalPosition)
{
    m_model->stopFollowing();
    emit menuWanted(row, globalPosition);
}

bool LiveView::viewportEvent(QEvent *event)
{
    switch (event->type()) {
    case QEvent::MouseMove:
        setHovered(positionAt(int(static_cast<QMouseEvent *>(event)->position().y())));
        break;
    case QEvent::Leave:
        setHovered(-1);
        break;
    case QEvent::ToolTip: {
        const auto *help = static_cast<QHelpEvent *>(event);
        showToolTip(help->pos(), help->globalPos());
        return true;
    }
    default:
        break;
    }
    return QAbstractScrollArea::viewportEvent(event);
}

void LiveView::setHovered(std::int64_t position)
{
    if (position == m_hovered)
        return;
    for (std::int64_t each : {m_hovered, position}) {
        if (each >= 0)
            viewport()->update(rowRect(each));
    }
    m_hovered = position;
}

void LiveView::showToolTip(const QPoint &position, const QPoint &globalPosition)
{
    const std::int64_t at = positionAt(position.y());
    const LiveRow row = m_model->rows().at(at);
    if (row.kind == LiveRow::Kind::None) {
        QToolTip::hideText();
        return;
    }
    const LiveColumn column = m_columns.columnAt(position.x());
    QToolTip::showText(
        globalPosition, liveCellText(*m_model, row, column), viewport(), m_columns.cell(column, rowRect(at)));
}

void LiveView::focusInEvent(QFocusEvent *event)
{
    QAbstractScrollArea::focusInEvent(event);
    viewport()->update();
}

void LiveView::focusOutEvent(QFocusEvent *event)
{
    QAbstractScrollArea::focusOutEvent(event);
    viewport()->update();
}

} // namespace Weir
