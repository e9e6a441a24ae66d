#include "ui/panels/overviewstrip.h"

#include "ui/models/format.h"
#include "ui/theme/controls.h"
#include "ui/theme/fonts.h"
#include "ui/theme/theme.h"

#include <QFontMetrics>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace Weir {

namespace {
constexpr int stripHeight = 46, margin = 12, chartTop = 6, chartHeight = 24, barPitch = 6, brushTop = 3,
              brushHeight = 29, axisHeight = 12;
constexpr int dragThreshold = 4;
constexpr int keyboardShare = 10; ///< A new brush made by key covers a tenth.
} // namespace

OverviewStrip::OverviewStrip(QWidget *parent)
    : QWidget(parent)
{
    setFocusPolicy(Qt::TabFocus);
    setCursor(Qt::CrossCursor);
    describe();
}

QSize OverviewStrip::sizeHint() const
{
    return {400, px(stripHeight)};
}

QRect OverviewStrip::chart() const
{
    return {px(margin), px(chartTop), std::max(1, width() - 2 * px(margin)), px(chartHeight)};
}

int OverviewStrip::wantedBuckets() const
{
    return std::max(1, chart().width() / px(barPitch));
}

void OverviewStrip::setHistogram(const Histogram &histogram)
{
    m_histogram = histogram;
    describe();
    update();
}

void OverviewStrip::setBrush(std::optional<UtcTime> since, std::optional<UtcTime> until)
{
    m_since = since;
    m_until = until;
    update();
}

void OverviewStrip::describe()
{
    std::int64_t peak = 0;
    for (const Histogram::Bucket &bucket : m_histogram.buckets)
        peak = std::max(peak, bucket.events);
    setAccessibleName(m_histogram.buckets.empty()
            ? tr("Events over time, none yet")
            : tr("Events over time, %1 to %2, at most %3 in %4")
                  .arg(formatMinute(m_histogram.from), formatMinute(end()), formatCount(peak),
                      counted(m_histogram.width.count() / 1000, tr("second"))));
}

UtcTime OverviewStrip::end() const
{
    return m_histogram.from + m_histogram.width * std::int64_t(m_histogram.buckets.size());
}

int OverviewStrip::xOf(UtcTime time) const
{
    const auto span = (end() - m_histogram.from).count();
    if (span <= 0)
        return chart().left();
    const double share = double((time - m_histogram.from).count()) / double(span);
    return chart().left() + int(std::clamp(share, 0.0, 1.0) * chart().width());
}

UtcTime OverviewStrip::timeAt(int x) const
{
    const auto buckets = double(m_histogram.buckets.size());
    const double bucket = double(x - chart().left()) / chart().width() * buckets;
    return m_histogram.from + m_histogram.width * std::int64_t(std::clamp(bucket + 0.5, 0.0, buckets));
}

void OverviewStrip::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.fillRect(rect(), color(Token::S1));
    painter.fillRect(0, height() - 1, width(), 1, color(Token::Line2));
    if (m_histogram.buckets.empty())
        return;
    paintBars(painter);
    paintAxis(painter);
    paintBrush(painter);
    if (hasFocus()) {
        painter.setPen(QPen(color(Token::Focus), 0));
        painter.drawRect(rect().adjusted(0, 0, -1, -2));
    }
}

void OverviewStrip::paintBars(QPainter &painter) const
{
    std::int64_t most = 1;
    for (const Histogram::Bucket &bucket : m_histogram.buckets)
        most = std::max(most, bucket.events);
    const QRect area = chart();
    const double pitch = double(area.width()) / double(m_histogram.buckets.size());
    const auto toHeight = [&](std::int64_t events) {
        const double share = double(events) / double(most);
        return events > 0 ? std::max(1, int(share * area.height() + 0.5)) : 0;
    };
    for (std::size_t index = 0; index < m_histogram.buckets.size(); ++index) {
        const Histogram::Bucket &bucket = m_histogram.buckets[index];
        const int left = area.left() + int(double(index) * pitch + 0.5);
        const int wide = std::max(1, int(pitch + 0.5) - 1);
        const int high = toHeight(bucket.events);
        // From the ground up: errors, warnings, the rest. What there is one of is still to be seen.
        const int red = std::min(high, toHeight(bucket.errors));
        const int amber = std::min(high - red, toHeight(bucket.warnings));
        int top = area.bottom() + 1;
        for (const auto &[part, token] : {std::pair(red, Token::Err), std::pair(amber, Token::Warn),
                 std::pair(high - red - amber, Token::Line3)}) {
            top -= part;
            painter.fillRect(left, top, wide, part, color(token));
        }
    }
}

void OverviewStrip::paintAxis(QPainter &painter) const
{
    painter.setFont(Weir::font(TextStyle::Axis));
    painter.setPen(color(Token::T3));
    const QRect area = chart();
    const QRect line(area.left(), height() - 1 - px(axisHeight), area.width(), px(axisHeight));
    const auto span = end() - m_histogram.from;
    const bool seconds = span < std::chrono::minutes(5);
    const auto text
        = [seconds](UtcTime time) { return seconds ? formatClock(time).left(8) : formatMinute(time); };
    const int labelWidth = QFontMetrics(Weir::font(TextStyle::Axis)).horizontalAdvance(u"00:00:00"_s);
    const int labels = std::clamp(area.width() / (3 * labelWidth), 2, 6);
    for (int label = 0; label < labels; ++label) {
        const UtcTime time = m_histogram.from + span * label / (labels - 1);
        const int room = 2 * labelWidth;
        const int middle = line.left() + line.width() * label / (labels - 1);
        const QRect place(label == 0  ? line.left()
                : label == labels - 1 ? line.right() + 1 - room
                                      : middle - room / 2,
            line.top(), room, line.height());
        const auto side = label == 0 ? Qt::AlignLeft
            : label == labels - 1    ? Qt::AlignRight
                                     : Qt::AlignHCenter;
        painter.drawText(place, int(side) | Qt::AlignVCenter, text(time));
    }
}

void OverviewStrip::paintBrush(QPainter &painter) const
{
    int left = 0, right = 0;
    if (m_dragStart) {
        left = std::min(*m_dragStart, m_dragEnd);
        right = std::max(*m_dragStart, m_dragEnd);
    } else if (m_since || m_until) {
        left = m_since ? xOf(*m_since) : chart().left();
        right = m_until ? xOf(*m_until) : chart().right();
    } else {
        return;
    }
    drawRounded(&painter, {left, px(brushTop), std::max(3, right - left), px(brushHeight)}, 2, {},
        color(Token::Accent));
}

void OverviewStrip::mousePressEvent(QMouseEvent *event)
{
    if (event->button() != Qt::LeftButton || m_histogram.buckets.empty())
        return;
    m_dragStart = m_dragEnd = int(event->position().x());
}

void OverviewStrip::mouseMoveEvent(QMouseEvent *event)
{
    if (!m_dragStart)
        return;
    m_dragEnd = std::clamp(int(event->position().x()), chart().left(), chart().right());
    update();
}

void OverviewStrip::mouseReleaseEvent(QMouseEvent *)
{
    if (!m_dragStart)
        return;
    const int from = std::min(*m_dragStart, m_dragEnd), to = std::max(*m_dragStart, m_dragEnd);
    m_dragStart.reset();
    update();
    if (to - from < dragThreshold) {
        if (m_since || m_until)
            emit brushChanged({}, {});
        return;
    }
    const UtcTime since = timeAt(from), until = std::max(timeAt(to), since + m_histogram.width);
    // Up to the right edge means: also what comes.
    emit brushChanged(since, until >= end() ? std::nullopt : std::optional(until));
}

void OverviewStrip::keyPressEvent(QKeyEvent *event)
{
    const bool endOnly = event->modifiers() & Qt::ShiftModifier;
    if (m_histogram.buckets.empty())
        return QWidget::keyPressEvent(event);
    if (event->key() == Qt::Key_Left)
        moveBrush(-1, endOnly);
    else if (event->key() == Qt::Key_Right)
        moveBrush(1, endOnly);
    else if (event->key() == Qt::Key_Escape && (m_since || m_until))
        emit brushChanged({}, {});
    else
        QWidget::keyPressEvent(event);
}

void OverviewStrip::moveBrush(int buckets, bool endOnly)
{
    const auto step = m_histogram.width * buckets;
    const auto share = m_histogram.width
        * std::max<std::int64_t>(1, std::int64_t(m_histogram.buckets.size()) / keyboardShare);
    UtcTime since = m_since.value_or(m_until ? m_histogram.from : end() - share);
    UtcTime until = m_until.value_or(end());
    if (m_since || m_until) {
        if (!endOnly)
            since = std::clamp(since + step, m_histogram.from, end() - m_histogram.width);
        until = std::clamp(until + step, since + m_histogram.width, end());
    }
    emit brushChanged(since, until >= end() ? std::nullopt : std::optional(until));
}

} // namespace Weir
