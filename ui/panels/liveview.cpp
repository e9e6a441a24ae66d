#include "ui/panels/liveview.h"

#include "ui/panels/liveaccessible.h"
#include "ui/panels/liveheader.h"
#include "ui/panels/neweventspill.h"
#include "ui/theme/controls.h"
#include "ui/theme/theme.h"

#include <QEvent>
#include <QPaintEvent>
#include <QPainter>
#include <QScrollBar>

#include <algorithm>
#include <cmath>

namespace Weir {

namespace {

// A scroll bar counts in int. Longer lists are scrolled in steps of several pixels.
constexpr std::int64_t maxScrollBar = 1'000'000'000;
constexpr int pillBottom = 10;

} // namespace

LiveView::LiveView(LiveModel *model, QWidget *parent)
    : QAbstractScrollArea(parent)
    , m_model(model)
    , m_header(new LiveHeader(m_columns, this))
    , m_pill(new NewEventsPill(this))
{
    installLiveAccessibility();
    setFrameShape(QFrame::NoFrame);
    setFocusPolicy(Qt::StrongFocus);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setOverlay(verticalScrollBar());
    viewport()->setMouseTracking(true);
    viewport()->setAttribute(Qt::WA_OpaquePaintEvent);
    setAccessibleName(tr("Live events, grouped by trace"));
    connect(model, &LiveModel::rowsAboutToChange, this, &LiveView::rememberPlace);
    connect(model, &LiveModel::rowsChanged, this, &LiveView::restorePlace);
    connect(model, &LiveModel::dataChanged, viewport(), qOverload<>(&QWidget::update));
    connect(model, &LiveModel::waitingChanged, this, [this](qint64 waiting) {
        m_pill->setCount(m_model->mode() == LiveModel::Mode::Reading ? waiting : 0);
        placeChildren();
    });
    connect(model, &LiveModel::modeChanged, this, [this](LiveModel::Mode mode) {
        if (mode == LiveModel::Mode::Following)
            setTop(maxTop());
    });
    connect(model, &LiveModel::found, this, [this](const LiveRow &row) {
        const std::int64_t position = m_model->rows().positionOf(row);
        if (m_model->rows().count() > 0)
            setCurrent(position);
    });
    connect(m_pill, &NewEventsPill::clicked, this, &LiveView::goToEnd);
    connect(m_header, &LiveHeader::changed, this, [this] {
        columnsChanged();
        emit columnsArranged();
    });
    placeChildren();
}

// ---- Geometry

std::int64_t LiveView::maxTop() const
{
    return std::max<std::int64_t>(0, m_model->rows().count() * rowHeight() - viewport()->height());
}

std::int64_t LiveView::firstVisible() const
{
    return m_top / rowHeight();
}

int LiveView::visibleCount() const
{
    const std::int64_t last = (m_top + viewport()->height() + rowHeight() - 1) / rowHeight();
    return int(std::max<std::int64_t>(0, std::min(last, m_model->rows().count()) - firstVisible()));
}

QRect LiveView::rowRect(std::int64_t position) const
{
    // Far rows would overflow an int; nobody draws them.
    const std::int64_t top = std::clamp<std::int64_t>(position * rowHeight() - m_top, -100'000, 100'000);
    return {0, int(top), viewport()->width(), rowHeight()};
}

std::int64_t LiveView::positionAt(int y) const
{
    const std::int64_t position = (m_top + y) / rowHeight();
    return y >= 0 && position < m_model->rows().count() ? position : -1;
}

void LiveView::columnsChanged()
{
    m_columns.layOut(viewport()->width(), window()->width());
    m_header->update();
    viewport()->update();
}

void LiveView::placeChildren()
{
    const int headerHeight = m_header->sizeHint().height();
    setViewportMargins(0, headerHeight, 0, 0);
    const QRect area = viewport()->geometry();
    m_header->setGeometry(area.left(), area.top() - headerHeight, width(), headerHeight);
    m_pill->move(area.left() + (area.width() - m_pill->width()) / 2,
        area.bottom() + 1 - px(pillBottom) - m_pill->height());
    m_pill->raise();
}

void LiveView::resizeEvent(QResizeEvent *)
{
    placeChildren();
    columnsChanged();
    setTop(m_model->mode() == LiveModel::Mode::Following ? maxTop() : m_top);
}

void LiveView::changeEvent(QEvent *event)
{
    QAbstractScrollArea::changeEvent(event);
    if (event->type() != QEvent::FontChange && event->type() != QEvent::StyleChange
        && event->type() != QEvent::PaletteChange)
        return;
    m_painter.clearCaches();
    placeChildren();
    columnsChanged();
    setTop(m_model->mode() == LiveModel::Mode::Following ? maxTop() : m_top);
}

// ---- Scrolling

void LiveView::rememberPlace()
{
    const std::int64_t current = currentPosition();
    const std::int64_t first = firstVisible();
    // What the user works with stays; else the first row that is whole.
    const bool currentInSight = current >= first && current < first + visibleCount();
    const std::int64_t position
        = currentInSight ? current : std::min(m_model->rows().count() - 1, first + (m_top % rowHeight() > 0));
    m_anchor = m_model->rows().at(position);
    m_anchorOffset = int(std::clamp<std::int64_t>(position * rowHeight() - m_top, -100'000, 100'000));
}

void LiveView::restorePlace()
{
    std::int64_t top = m_top;
    if (m_model->mode() == LiveModel::Mode::Following)
        top = maxTop();
    else if (m_anchor.kind != LiveRow::Kind::None)
        top = m_model->rows().positionOf(m_anchor) * rowHeight() - m_anchorOffset;
    m_hovered = -1;
    setTop(top);
    noteLiveRowsChanged(this);
}

void LiveView::setTop(std::int64_t top)
{
    m_top = std::clamp<std::int64_t>(top, 0, maxTop());
    updateScrollBar();
    tellVisible();
    viewport()->update();
}

void LiveView::tellVisible()
{
    m_model->setVisible(firstVisible(), visibleCount());
}

void LiveView::updateScrollBar()
{
    m_settingScrollBar = true;
    const std::int64_t range = maxTop();
    m_pixelsPerStep = 1 + range / maxScrollBar;
    QScrollBar *bar = verticalScrollBar();
    bar->setRange(0, int(range / m_pixelsPerStep));
    bar->setPageStep(std::max(1, int(viewport()->height() / m_pixelsPerStep)));
    bar->setSingleStep(std::max(1, int(rowHeight() / m_pixelsPerStep)));
    bar->setValue(int(m_top / m_pixelsPerStep));
    m_settingScrollBar = false;
}

void LiveView::scrollContentsBy(int, int)
{
    if (!m_settingScrollBar)
        scrolledByUser();
}

void LiveView::scrolledByUser()
{
    const QScrollBar *bar = verticalScrollBar();
    const bool atEnd = bar->value() == bar->maximum();
    m_top = atEnd ? maxTop() : std::min(maxTop(), std::int64_t(bar->value()) * m_pixelsPerStep);
    if (!atEnd)
        m_model->stopFollowing();
    else if (m_current.kind == LiveRow::Kind::None && m_model->mode() == LiveModel::Mode::Reading)
        m_model->follow();
    tellVisible();
    viewport()->update();
}

void LiveView::goToEnd()
{
    clearCurrent();
    m_model->follow();
    setTop(maxTop());
}

void LiveView::ensureVisible(std::int64_t position)
{
    const std::int64_t top = position * rowHeight();
    if (top < m_top)
        setTop(top);
    else if (top + rowHeight() > m_top + viewport()->height())
        setTop(top + rowHeight() - viewport()->height());
}

// ---- Selection

std::int64_t LiveView::currentPosition() const
{
    return m_current.kind == LiveRow::Kind::None || m_model->rows().count() == 0
        ? -1
        : m_model->rows().positionOf(m_current);
}

std::pair<std::int64_t, std::int64_t> LiveView::selection() const
{
    const std::int64_t current = currentPosition();
    if (current < 0)
        return {0, -1};
    const std::int64_t start = m_model->rows().positionOf(m_selectionStart);
    return std::minmax(current, start);
}

std::vector<ScanHit> LiveView::selectedEvents(std::int64_t limit) const
{
    const auto [first, last] = selection();
    const std::int64_t end = std::min(last, first + limit - 1);
    std::vector<ScanHit> events;
    for (std::int64_t position = first; position <= end; ++position) {
        const LiveRow row = m_model->rows().at(position);
        const bool isWhole
            = row.kind == LiveRow::Kind::Group && (first == last || !m_model->rows().isExpanded(row.trace));
        if (raw(row.event) != 0 || isWhole)
            events.push_back({row.event, row.trace});
    }
    return events;
}

bool LiveView::isSelected(std::int64_t position) const
{
    const auto [first, last] = selection();
    return position >= first && position <= last;
}

void LiveView::setCurrent(std::int64_t position, bool extend)
{
    const std::int64_t count = m_model->rows().count();
    if (count == 0)
        return;
    m_model->stopFollowing();
    position = std::clamp<std::int64_t>(position, 0, count - 1);
    m_current = m_model->rows().at(position);
    if (!extend || m_selectionStart.kind == LiveRow::Kind::None)
        m_selectionStart = m_current;
    ensureVisible(position);
    viewport()->update();
    noteLiveCurrentChanged(this);
    emit currentChanged(m_current);
}

void LiveView::clearCurrent()
{
    if (m_current.kind == LiveRow::Kind::None)
        return;
    m_current = m_selectionStart = {};
    viewport()->update();
    emit currentChanged(m_current);
}

void LiveView::toggle(const LiveRow &row)
{
    if (row.kind == LiveRow::Kind::Group)
        m_model->setExpanded(row.trace, !m_model->rows().isExpanded(row.trace));
}

// ---- Painting

void LiveView::paintEvent(QPaintEvent *event)
{
    QPainter painter(viewport());
    m_painter.beginFrame();
    const std::int64_t first = firstVisible();
    const std::int64_t end = first + visibleCount();
    for (std::int64_t position = first; position < end; ++position) {
        if (rowRect(position).intersects(event->rect()))
            paintRow(painter, position, m_model->rows().at(position));
    }
    const int bottom = end > first ? rowRect(end - 1).bottom() + 1 : 0;
    if (bottom < viewport()->height())
        painter.fillRect(0, bottom, viewport()->width(), viewport()->height() - bottom, color(Token::S1));
    paintCursorLine(painter, first, end);
}

void LiveView::paintRow(QPainter &painter, std::int64_t position, const LiveRow &row)
{
    LiveRowState state;
    state.selected = isSelected(position);
    state.current = position == currentPosition();
    state.focused = hasFocus();
    state.hovered = position == m_hovered;
    state.flat = m_model->rows().grouping() == LiveRows::Grouping::Flat;
    const QRect rect = rowRect(position);
    if (row.kind == LiveRow::Kind::Group) {
        state.expanded = m_model->rows().isExpanded(row.trace);
        m_painter.paintGroup(
            painter, rect, m_columns, m_model->summary(row.trace), m_model->lane(row.trace), state);
        return;
    }
    const EventRow *event = raw(row.event) != 0 ? m_model->event(row.event) : nullptr;
    const TraceRow trace = event ? event->trace : row.trace;
    state.outside = m_model->isOutside(row);
    state.fresh = raw(row.event) != 0 && m_model->isFresh(row.event);
    m_painter.paintEvent(
        painter, rect, m_columns, event, m_model->summary(trace), m_model->lane(trace), state);
}

void LiveView::paintCursorLine(QPainter &painter, std::int64_t first, std::int64_t last)
{
    // A scale is a trace's own, so the line runs through the rows of the selected event's trace.
    if (m_current.kind != LiveRow::Kind::Event || raw(m_current.trace) == 0)
        return;
    const EventRow *event = raw(m_current.event) != 0 ? m_model->event(m_current.event) : nullptr;
    const Lane *lane = m_model->lane(m_current.trace);
    if (!event || !lane || m_current.trace == m_model->session().untraced)
        return;
    const UtcTime start
        = event->timestamp - std::chrono::milliseconds(std::llround(event->durationMs.value_or(0)));
    for (std::int64_t position = first; position < last; ++position) {
        if (m_model->rows().at(position).trace == m_current.trace)
            m_painter.paintCursor(painter, rowRect(position), m_columns, *lane, start);
    }
}

} // namespace Weir
