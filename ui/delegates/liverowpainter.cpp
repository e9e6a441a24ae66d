#include "ui/delegates/liverowpainter.h"

#include "ui/models/livetext.h"
#include "ui/theme/controls.h"
#include "ui/theme/familylook.h"
#include "ui/theme/statuslook.h"
#include "ui/theme/icons.h"
#include "ui/theme/theme.h"

#include <QPainter>
#include <QPainterPath>

#include <cmath>

using namespace Qt::StringLiterals;

namespace Weir {

namespace {

constexpr int textPadding = 8, timePadding = 12, edgeWidth = 3, iconSize = 14, gap = 6;
constexpr int labelsFrom = 280; ///< Waterfalls this wide have labels.

WaterfallMetrics metricsFor(const QRect &cell)
{
    WaterfallMetrics metrics;
    metrics.width = cell.width();
    metrics.height = cell.height();
    metrics.padding = px(metrics.padding);
    metrics.barHeight = px(metrics.barHeight);
    metrics.diamond = px(metrics.diamond);
    return metrics;
}

QRect padded(const QRect &cell, int left = textPadding)
{
    return cell.adjusted(px(left), 0, -px(textPadding), 0);
}

Token traceToken(const TraceSummary &trace)
{
    return Token(static_cast<int>(Token::Trace0) + trace.colour % 10);
}

void drawDiamond(QPainter &painter, const QRect &square, const QColor &colour)
{
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    painter.setBrush(colour);
    painter.translate(square.x() + square.width() / 2.0, square.y() + square.height() / 2.0);
    painter.rotate(45);
    const double half = square.width() / 2.0;
    painter.drawRoundedRect(QRectF(-half, -half, square.width(), square.height()), 1, 1);
    painter.restore();
}

Qt::PenStyle penStyle(WaterfallBar::Border border)
{
    switch (border) {
    case WaterfallBar::Border::Dashed:
        return Qt::DashLine;
    case WaterfallBar::Border::Dotted:
        return Qt::DotLine;
    case WaterfallBar::Border::Solid:
        break;
    }
    return Qt::SolidLine;
}

void drawBox(QPainter &painter, const QRect &box, const FamilyLook &look, WaterfallBar::Border border)
{
    QPen pen(color(look.ink), 1, penStyle(border));
    if (border == WaterfallBar::Border::Dashed)
        pen.setDashPattern({3, 2});
    painter.setPen(pen);
    painter.setBrush(color(look.fill));
    painter.setRenderHint(QPainter::Antialiasing);
    painter.drawRoundedRect(QRectF(box).adjusted(0.5, 0.5, -0.5, -0.5), 1.5, 1.5);
    painter.setRenderHint(QPainter::Antialiasing, false);
}

/// Says that the bar goes on to the left.
void drawChevron(QPainter &painter, const QRect &box, const QColor &colour)
{
    QPainterPath path;
    path.moveTo(box.left() + 4, box.top() + 2);
    path.lineTo(box.left() + 1, box.center().y() + 0.5);
    path.lineTo(box.left() + 4, box.bottom() - 1);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(colour, 1));
    painter.setBrush(Qt::NoBrush);
    painter.drawPath(path);
    painter.setRenderHint(QPainter::Antialiasing, false);
}

} // namespace

void LiveRowPainter::beginFrame()
{
    m_scale.reset();
    m_scaleLane = nullptr;
}

void LiveRowPainter::clearCaches()
{
    m_texts.clear();
    beginFrame();
}

const TimeScale &LiveRowPainter::scaleFor(const Lane &lane)
{
    if (m_scaleLane != &lane || !m_scale) {
        m_scale = TimeScale::compressed(lane);
        m_scaleLane = &lane;
    }
    return *m_scale;
}

LiveRowPainter::Ink LiveRowPainter::inkFor(const LiveRowState &state)
{
    if (state.selected)
        return {Token::T1, Token::T2, Token::T2};
    if (state.outside)
        return {Token::T3, Token::T3, Token::T3};
    return {Token::T1, Token::T2, Token::T3};
}

QRect LiveRowPainter::chevronRect(const QRect &row, const LiveColumns &columns)
{
    const QRect cell = columns.cell(LiveColumn::Event, row);
    return {cell.left() + px(textPadding), row.top(), px(iconSize), row.height()};
}

void LiveRowPainter::paintBackground(
    QPainter &painter, const QRect &row, const LiveRowState &state, const RowLook &look) const
{
    Token fill = look.fill;
    if (state.selected)
        fill = state.focused ? Token::Sel : Token::SelQuiet;
    else if (state.fresh)
        fill = Token::AccentBg;
    else if (state.hovered)
        fill = Token::Hover;
    painter.fillRect(row, color(fill));
    painter.fillRect(row.left(), row.bottom(), row.width(), 1, color(Token::Line1));
    if (look.worst == EventStatus::Warning || look.worst == EventStatus::Invalid)
        painter.fillRect(
            row.left(), row.top(), px(edgeWidth), row.height() - 1, color(statusLook(look.worst).ink));
}

void LiveRowPainter::paintFocus(QPainter &painter, const QRect &row, const LiveRowState &state) const
{
    if (!state.current || !state.focused)
        return;
    painter.setPen(QPen(color(Token::Focus), 0));
    painter.setBrush(Qt::NoBrush);
    painter.drawRect(row.adjusted(0, 0, -1, -1));
}

int LiveRowPainter::paintText(QPainter &painter, const QRect &room, TextStyle style, const QString &text,
    Token ink, Qt::Alignment alignment)
{
    if (text.isEmpty() || room.width() <= 0)
        return 0;
    const TextCache::Item &item = m_texts.item(style, text, room.width());
    const int left = alignment & Qt::AlignRight ? room.right() + 1 - item.width : room.left();
    const int top = room.top() + (room.height() - item.height) / 2;
    painter.setFont(font(style));
    painter.setPen(color(ink));
    painter.drawStaticText(left, top, item.text);
    return item.width;
}

void LiveRowPainter::paintTitle(
    QPainter &painter, QRect cell, const TraceSummary &trace, const LiveRowState &state)
{
    const Ink ink = inkFor(state);
    const auto advance = [&cell](int by) { cell.setLeft(cell.left() + by); };
    const QStringView chevron = state.expanded ? u"chevron-down" : u"chevron-right";
    drawIcon(
        &painter, {cell.left(), cell.top(), px(iconSize), cell.height() - 1}, chevron, iconSize, ink.quiet);
    advance(px(iconSize + gap));
    const QRect swatch(cell.left(), cell.top() + (cell.height() - 1 - px(8)) / 2, px(8), px(8));
    if (trace.traceId.empty()) {
        painter.setPen(QPen(color(Token::T3), 1, Qt::DashLine));
        painter.setBrush(Qt::NoBrush);
        painter.drawRect(swatch.adjusted(0, 0, -1, -1));
    } else {
        drawRounded(&painter, swatch, 2, color(traceToken(trace)), {});
    }
    advance(px(8 + gap));
    const auto write = [&](TextStyle style, const QString &text, Token token) {
        if (cell.width() > 0 && !text.isEmpty())
            advance(paintText(painter, cell, style, text, token) + px(gap));
    };
    write(TextStyle::RowStrong, groupTitle(trace), ink.strong);
    if (!trace.traceId.empty() && !trace.name.empty())
        write(TextStyle::Mono, shortTraceId(trace.traceId), ink.quiet);
    const QString total = counted(trace.events, u"event"_s);
    if (!trace.userId.empty() && !trace.traceId.empty()) {
        write(TextStyle::Row, total + u',', ink.quiet);
        advance(-px(gap) / 2);
        write(TextStyle::Mono, fromUtf8(trace.userId), ink.quiet);
    } else {
        write(TextStyle::Row, total, ink.quiet);
    }
}

LiveRowPainter::Row LiveRowPainter::openRow(QPainter &painter, const QRect &rect, const LiveColumns &columns,
    const LiveRowState &state, const RowLook &look)
{
    paintBackground(painter, rect, state, look);
    return {painter, columns, rect.adjusted(0, 0, 0, -1), inkFor(state)};
}

void LiveRowPainter::paintCell(const Row &row, LiveColumn column, TextStyle style, const QString &text,
    Token ink, Qt::Alignment alignment)
{
    const QRect cell = row.columns.cell(column, row.line);
    paintText(row.painter, padded(cell, column == LiveColumn::Time ? timePadding : textPadding), style, text,
        ink, alignment);
}

void LiveRowPainter::paintGroup(QPainter &painter, const QRect &rect, const LiveColumns &columns,
    const TraceSummary *trace, const Lane *lane, const LiveRowState &state)
{
    const EventStatus worst = !trace ? EventStatus::Valid
        : trace->invalid > 0         ? EventStatus::Invalid
        : trace->warnings > 0        ? EventStatus::Warning
                                     : EventStatus::Valid;
    const Row row = openRow(painter, rect, columns, state, {Token::S2, worst});
    if (trace)
        paintGroupCells(row, *trace, lane, state);
    else
        paintCell(row, LiveColumn::Event, TextStyle::Row, u"…"_s, row.ink.quiet);
    paintFocus(painter, rect, state);
}

void LiveRowPainter::paintGroupCells(
    const Row &row, const TraceSummary &trace, const Lane *lane, const LiveRowState &state)
{
    if (trace.firstAt)
        paintCell(row, LiveColumn::Time, TextStyle::Mono, formatClock(*trace.firstAt), row.ink.quiet);
    paintTitle(row.painter, padded(row.columns.cell(LiveColumn::Event, row.line)), trace, state);
    if (row.columns.isShown(LiveColumn::Status))
        paintGroupStatus(row.painter, padded(row.columns.cell(LiveColumn::Status, row.line)), trace);
    paintCell(row, LiveColumn::Workspace, TextStyle::Mono, fromUtf8(trace.workspaceId), row.ink.quiet);
    paintCell(row, LiveColumn::User, TextStyle::Mono, fromUtf8(trace.userId), row.ink.quiet);
    if (trace.traceId.empty())
        return; // Untraced events have nothing in common that could last.
    paintCell(row, LiveColumn::Duration, TextStyle::Mono, formatDuration(double(trace.durationMs)),
        row.ink.strong, Qt::AlignRight);
    if (lane && row.columns.isShown(LiveColumn::Waterfall))
        paintLane(row.painter, row.columns.cell(LiveColumn::Waterfall, row.rect()), *lane);
}

void LiveRowPainter::paintGroupStatus(QPainter &painter, const QRect &cell, const TraceSummary &trace) const
{
    int left = cell.left();
    const auto badge = [&](EventStatus status, std::int64_t count) {
        const StatusLook look = statusLook(status);
        if (count > 0 && left < cell.right())
            left += px(gap)
                + drawBadge(&painter, {left, cell.top() + (cell.height() - badgeHeight()) / 2}, look.icon,
                    formatCount(count), look.ink, look.fill);
    };
    badge(EventStatus::Invalid, trace.invalid);
    badge(EventStatus::Warning, trace.warnings);
}

void LiveRowPainter::paintLane(QPainter &painter, const QRect &cell, const Lane &lane)
{
    const WaterfallMetrics metrics = metricsFor(cell);
    painter.fillRect(laneEnvelope(metrics).translated(cell.topLeft()), color(Token::Line3));
    for (const LaneBlock &block : laneBlocks(lane, scaleFor(lane), metrics))
        painter.fillRect(block.rect.translated(cell.topLeft()), color(familyLook(block.family).ink));
}

void LiveRowPainter::paintEventStatus(QPainter &painter, const QRect &cell, const EventRow &event) const
{
    QRect place(cell.left(), cell.top(), px(iconSize), cell.height());
    if (const StatusLook look = statusLook(event.status); !look.icon.isEmpty()) {
        drawIcon(&painter, place, look.icon, iconSize, look.ink);
        place.translate(px(iconSize + gap), 0);
    }
    if (has(event.notices, Notice::Duplicate))
        drawIcon(&painter, place, u"copy", iconSize, Token::T2);
}

void LiveRowPainter::paintEventName(QPainter &painter, const QRect &cell, const EventRow &event,
    const TraceSummary *trace, const LiveRowState &state)
{
    const Ink ink = inkFor(state);
    int left = cell.left() + px(textPadding);
    if (!state.flat) {
        left += px(7);
        if (trace && !trace->traceId.empty())
            painter.fillRect(left, cell.top(), px(2), cell.height(), color(traceToken(*trace)));
        left += px(2 + textPadding + gap);
    } else if (trace && !trace->traceId.empty()) {
        drawRounded(&painter, {left, cell.top() + (cell.height() - px(8)) / 2, px(8), px(8)}, 2,
            color(traceToken(*trace)), {});
        left += px(8 + gap);
    } else {
        left += px(8 + gap);
    }
    const FamilyLook look = familyLook(event.family);
    drawIcon(&painter, {left, cell.top(), px(iconSize), cell.height()}, look.icon, iconSize,
        state.outside ? Token::T3 : look.ink);
    left += px(iconSize + gap);
    QRect room(left, cell.top(), cell.right() + 1 - px(textPadding) - left, cell.height());
    const QString name = event.name.empty() ? fromUtf8(toText(event.type)) : fromUtf8(event.name);
    room.setLeft(room.left() + paintText(painter, room, TextStyle::Row, name, ink.strong) + px(gap));
    if (room.width() > px(12))
        paintText(painter, room, TextStyle::Row, fromUtf8(event.summary), ink.quiet);
}

void LiveRowPainter::paintEvent(QPainter &painter, const QRect &rect, const LiveColumns &columns,
    const EventRow *event, const TraceSummary *trace, const Lane *lane, const LiveRowState &state)
{
    const EventStatus status = event ? event->status : EventStatus::Valid;
    const Row row = openRow(painter, rect, columns, state, {Token::S1, status});
    if (event)
        paintEventCells(row, *event, trace, lane, state);
    else
        paintCell(row, LiveColumn::Event, TextStyle::Row, u"…"_s, row.ink.quiet);
    paintFocus(painter, rect, state);
}

void LiveRowPainter::paintEventCells(const Row &row, const EventRow &event, const TraceSummary *trace,
    const Lane *lane, const LiveRowState &state)
{
    if (toMs(event.timestamp) != 0)
        paintCell(row, LiveColumn::Time, TextStyle::Mono, formatClock(event.timestamp), row.ink.quiet);
    paintEventName(row.painter, row.columns.cell(LiveColumn::Event, row.line), event, trace, state);
    if (row.columns.isShown(LiveColumn::Status))
        paintEventStatus(row.painter, padded(row.columns.cell(LiveColumn::Status, row.line)), event);
    paintCell(row, LiveColumn::Source, TextStyle::CaptionRegular, sourceText(event), row.ink.quiet);
    paintCell(row, LiveColumn::Workspace, TextStyle::Mono, fromUtf8(event.workspaceId), row.ink.quiet);
    paintCell(row, LiveColumn::User, TextStyle::Mono, fromUtf8(event.userId), row.ink.quiet);
    if (event.durationMs)
        paintCell(row, LiveColumn::Duration, TextStyle::Mono, formatDuration(*event.durationMs), row.ink.text,
            Qt::AlignRight);
    if (lane && trace && !trace->traceId.empty() && row.columns.isShown(LiveColumn::Waterfall))
        paintBar(row.painter, row.columns.cell(LiveColumn::Waterfall, row.rect()), event, *lane, row.ink);
}

void LiveRowPainter::paintBar(
    QPainter &painter, const QRect &cell, const EventRow &event, const Lane &lane, const Ink &ink)
{
    const WaterfallMetrics metrics = metricsFor(cell);
    QString label;
    if (cell.width() >= px(labelsFrom)) {
        label = event.durationMs ? formatDuration(*event.durationMs)
                                 : u'+' + formatDuration(double((event.timestamp - lane.start).count()));
    }
    const int labelWidth = label.isEmpty() ? 0 : m_texts.item(TextStyle::Mono, label, cell.width()).width;
    const WaterfallBar drawn = waterfallBar(event, scaleFor(lane), metrics, labelWidth);
    const FamilyLook look = familyLook(event.family);
    painter.save();
    painter.setClipRect(cell);
    if (drawn.shape == WaterfallBar::Shape::Point) {
        drawDiamond(painter, drawn.bar.translated(cell.topLeft()), color(look.ink));
    } else {
        const QRect box = drawn.bar.translated(cell.topLeft());
        drawBox(painter, box, look, drawn.border);
        painter.fillRect(drawn.cap.translated(cell.topLeft()), color(look.ink));
        if (drawn.clipped)
            drawChevron(painter, box, color(look.ink));
    }
    if (drawn.labelSide != WaterfallBar::LabelSide::None) {
        const bool inside = drawn.labelSide == WaterfallBar::LabelSide::Inside;
        paintText(painter, drawn.label.translated(cell.topLeft()).adjusted(0, 0, px(4), 0), TextStyle::Mono,
            label, inside ? Token::T1 : ink.text);
    }
    painter.restore();
}

void LiveRowPainter::paintCursor(
    QPainter &painter, const QRect &row, const LiveColumns &columns, const Lane &lane, UtcTime moment)
{
    const QRect cell = columns.cell(LiveColumn::Waterfall, row);
    const WaterfallMetrics metrics = metricsFor(cell);
    const double x = scaleFor(lane).x(moment, metrics.width - 2 * metrics.padding);
    const int left = cell.left() + metrics.padding + int(std::lround(x));
    if (cell.width() > 0 && left >= cell.left() && left <= cell.right())
        painter.fillRect(left, cell.top(), 1, cell.height() - 1, color(Token::Line3));
}

} // namespace Weir
