#include "ui/panels/democontrols.h"

#include "ui/theme/controls.h"
#include "ui/theme/fonts.h"
#include "ui/theme/icons.h"
#include "ui/theme/theme.h"

#include <QFontMetrics>
#include <QPainter>
#include <QStyle>

#include <chrono>

using namespace Qt::StringLiterals;

namespace Weir {

namespace {

constexpr int ringRoom = 3; ///< Around a switch, for its focus ring.
constexpr std::chrono::milliseconds knobTime{120};

void fixSize(QWidget *widget)
{
    widget->setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
}

} // namespace

BigSwitch::BigSwitch(Size size, QWidget *parent)
    : QPushButton(parent)
    , m_size(size)
{
    fixSize(this);
    setCheckable(true);
    setFocusPolicy(Qt::StrongFocus);
    setCursor(Qt::PointingHandCursor);
    m_knob.setDuration(static_cast<int>(knobTime.count()));
    m_knob.setStartValue(0.0);
    m_knob.setEndValue(1.0);
    connect(&m_knob, &QVariantAnimation::valueChanged, this, qOverload<>(&QWidget::update));
}

void BigSwitch::setServed(bool on)
{
    if (on == isChecked())
        return;
    setChecked(on);
    setText(on ? tr("On") : tr("Off"));
    // A desktop that wants no motion sets this to 0.
    if (!isVisible() || style()->styleHint(QStyle::SH_Widget_Animation_Duration, nullptr, this) == 0)
        return update();
    m_knob.setDirection(on ? QAbstractAnimation::Forward : QAbstractAnimation::Backward);
    m_knob.start();
}

QSize BigSwitch::trackSize() const
{
    return m_size == Size::Large ? QSize(px(64), px(34)) : QSize(px(52), px(28));
}

QSize BigSwitch::sizeHint() const
{
    return trackSize() + QSize(2 * ringRoom, 2 * ringRoom);
}

void BigSwitch::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const bool on = isChecked();
    const QRect track(QPoint(ringRoom, ringRoom), trackSize());
    const int radius = track.height() / 2;
    const QColor edge = color(on ? Token::Primary : Token::Line3);
    drawRounded(&painter, track, radius, color(on ? Token::Primary : Token::S3), edge);
    const int gap = px(4), knob = track.height() - 2 * gap;
    const bool isMoving = m_knob.state() == QAbstractAnimation::Running;
    const double place = isMoving ? m_knob.currentValue().toDouble() : on ? 1.0 : 0.0;
    const double x = track.x() + gap + place * (track.width() - 2 * gap - knob);
    painter.setPen(Qt::NoPen);
    painter.setBrush(color(on ? Token::PrimaryText : Token::Line3));
    painter.drawEllipse(QRectF(x, track.y() + gap, knob, knob));
    painter.setFont(Weir::font(TextStyle::CaptionStrong));
    painter.setPen(color(on ? Token::PrimaryText : Token::T2));
    const QRect word
        = on ? track.adjusted(px(6), 0, -knob - gap, 0) : track.adjusted(knob + gap, 0, -px(6), 0);
    painter.drawText(word, Qt::AlignCenter, on ? tr("On") : tr("Off"));
    if (hasFocus())
        drawRounded(&painter, rect(), height() / 2, {}, color(Token::Focus), 2);
}

DemoChip::DemoChip(const QString &text, Look look, QWidget *parent)
    : QPushButton(text, parent)
    , m_look(look)
{
    setCheckable(true);
    setFocusPolicy(Qt::TabFocus);
    setSizePolicy(look == Look::Menu ? QSizePolicy::Fixed : QSizePolicy::Expanding, QSizePolicy::Fixed);
}

const QFont &DemoChip::face() const
{
    return Weir::font(m_look == Look::Variant ? TextStyle::Code : TextStyle::CardTitle);
}

QSize DemoChip::sizeHint() const
{
    // With room for the mark, so that nothing moves when it comes.
    const int marks = px(15) + px(6) + (m_look == Look::Menu ? px(14) + px(6) : 0);
    const int width = QFontMetrics(face()).horizontalAdvance(text()) + marks + 2 * px(10);
    return {m_look == Look::Menu ? qMin(width, px(180)) : width, px(m_look == Look::Variant ? 30 : 34)};
}

QSize DemoChip::minimumSizeHint() const
{
    return {qMin(sizeHint().width(), px(m_look == Look::Menu ? 180 : 60)), sizeHint().height()};
}

void DemoChip::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    const bool on = isChecked();
    const Token edge = on ? Token::Accent : underMouse() ? Token::Line3 : Token::Line2;
    drawRounded(&painter, rect(), 5, color(on ? Token::AccentBg : Token::S3), color(edge));
    const int mark = on ? px(15) : 0, arrow = m_look == Look::Menu ? px(14) : 0, gap = px(6);
    const int room = width() - 2 * px(8) - (mark ? mark + gap : 0) - (arrow ? arrow + gap : 0);
    const QFontMetrics metrics(face());
    const QString shown = metrics.elidedText(text(), Qt::ElideRight, room);
    const int textWidth = metrics.horizontalAdvance(shown);
    const int all = (mark ? mark + gap : 0) + textWidth + (arrow ? gap + arrow : 0);
    int x = (width() - all) / 2;
    if (mark) {
        drawIcon(&painter, QRect(x, 0, mark, height()), u"check", mark, Token::Accent);
        x += mark + gap;
    }
    painter.setFont(face());
    painter.setPen(color(Token::T1));
    painter.drawText(QRect(x, 0, textWidth + 1, height()), Qt::AlignVCenter | Qt::AlignLeft, shown);
    if (arrow)
        drawIcon(&painter, QRect(x + textWidth + gap, 0, arrow, height()), u"chevron-down", arrow, Token::T3);
    if (hasFocus())
        drawRounded(&painter, rect(), 5, {}, color(Token::Focus), 2);
}

StageDots::StageDots(QWidget *parent)
    : QWidget(parent)
{
    fixSize(this);
}

void StageDots::setStage(int stage)
{
    const QString names[] = {QString(), tr("Set"), tr("Served"), tr("Seen in event")};
    setAccessibleName(names[qBound(0, stage, 3)]);
    setToolTip(accessibleName());
    m_stage = stage;
    update();
}

QSize StageDots::sizeHint() const
{
    return {3 * px(10) + 2 * px(16), px(12)};
}

void StageDots::paintEvent(QPaintEvent *)
{
    if (m_stage == 0)
        return;
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const int dot = px(10), line = px(16), top = (height() - dot) / 2;
    for (int i = 0; i < 3; ++i) {
        const int x = i * (dot + line);
        const bool isReached = i < m_stage;
        if (i > 0)
            painter.fillRect(
                QRect(x - line, height() / 2 - 1, line, 2), color(isReached ? Token::Ok : Token::Line3));
        const QColor ink = color(isReached ? Token::Ok : i == m_stage ? Token::Warn : Token::Line3);
        painter.setPen(QPen(ink, 2));
        painter.setBrush(isReached ? QBrush(ink) : QBrush(Qt::NoBrush));
        painter.drawEllipse(QRectF(x, top, dot, dot).adjusted(1, 1, -1, -1));
    }
}

DemoGlyph::DemoGlyph(const QString &icon, int size, Token ink, QWidget *parent)
    : QWidget(parent)
    , m_icon(icon)
    , m_size(size)
    , m_ink(ink)
{
    fixSize(this);
}

void DemoGlyph::setIcon(const QString &icon, Token ink)
{
    if (icon == m_icon && ink == m_ink)
        return;
    m_icon = icon;
    m_ink = ink;
    update();
}

QSize DemoGlyph::sizeHint() const
{
    return {px(m_size), px(m_size)};
}

void DemoGlyph::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    drawIcon(&painter, rect(), m_icon, px(m_size), m_ink);
}

NumberChip::NumberChip(int number, QWidget *parent)
    : QWidget(parent)
    , m_number(number)
{
    fixSize(this);
    setToolTip(tr("Key %1").arg(number));
}

QSize NumberChip::sizeHint() const
{
    return {px(21), px(21)};
}

void NumberChip::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    drawRounded(&painter, rect(), 3, {}, color(Token::Line2));
    painter.setFont(Weir::font(TextStyle::Mono));
    painter.setPen(color(Token::T3));
    painter.drawText(rect(), Qt::AlignCenter, QString::number(m_number));
}

} // namespace Weir
