#include "ui/theme/controls.h"

#include "ui/theme/icons.h"
#include "ui/theme/theme.h"

#include <QAbstractButton>
#include <QCoreApplication>
#include <QEvent>
#include <QFontMetrics>
#include <QPainter>
#include <QToolButton>
#include <QVariant>

using namespace Qt::StringLiterals;

namespace Weir {

namespace {
// Dynamic properties, because QPushButton and QToolButton stay themselves and only their drawing differs.
constexpr char kindProperty[] = "weirKind";
constexpr char sizeProperty[] = "weirSize";
constexpr char keyProperty[] = "weirKey";
constexpr char overlayProperty[] = "weirOverlay";

/// Buttons keep their size hint until a change of style.
void restyle(QAbstractButton *button)
{
    QEvent changed(QEvent::StyleChange);
    QCoreApplication::sendEvent(button, &changed);
    button->updateGeometry();
    button->update();
}
} // namespace

void setButtonLook(QAbstractButton *button, ButtonKind kind, ButtonSize size)
{
    button->setProperty(kindProperty, static_cast<int>(kind));
    button->setProperty(sizeProperty, static_cast<int>(size));
    restyle(button);
}

ButtonKind buttonKind(const QWidget *button)
{
    const QVariant kind = button ? button->property(kindProperty) : QVariant();
    if (kind.isValid())
        return static_cast<ButtonKind>(kind.toInt());
    return qobject_cast<const QToolButton *>(button) ? ButtonKind::Ghost : ButtonKind::Normal;
}

ButtonSize buttonSize(const QWidget *button)
{
    const QVariant size = button ? button->property(sizeProperty) : QVariant();
    return size.isValid() ? static_cast<ButtonSize>(size.toInt()) : ButtonSize::Regular;
}

void setKeyHint(QAbstractButton *button, const QString &key)
{
    button->setProperty(keyProperty, key);
    restyle(button);
}

QString keyHint(const QWidget *button)
{
    return button ? button->property(keyProperty).toString() : QString();
}

void setOverlay(QWidget *scrollBar)
{
    scrollBar->setProperty(overlayProperty, true);
    scrollBar->setAttribute(Qt::WA_OpaquePaintEvent, false); // What it scrolls shines through.
}

bool hasOverlay(const QWidget *scrollBar)
{
    return scrollBar && scrollBar->property(overlayProperty).toBool();
}

QToolButton *iconButton(const QString &icon, const QString &name, QWidget *parent)
{
    auto *button = new QToolButton(parent);
    button->setIcon(themeIcon(icon));
    button->setAccessibleName(name);
    button->setToolTip(name);
    button->setFocusPolicy(Qt::TabFocus);
    return button;
}

int keyChipWidth(const QString &key)
{
    return QFontMetrics(font(TextStyle::Axis)).horizontalAdvance(key) + px(8) + 2;
}

void drawKeyChip(QPainter *painter, const QRect &rect, const QString &key, Token ink)
{
    const int height = px(16);
    const QRect chip(rect.x(), rect.y() + (rect.height() - height) / 2, keyChipWidth(key), height);
    const bool plain = ink == Token::T3;
    drawRounded(painter, chip, 3, plain ? color(Token::S1) : QColor(), color(plain ? Token::Line2 : ink));
    painter->setFont(font(TextStyle::Axis));
    painter->setPen(color(ink));
    painter->drawText(chip, Qt::AlignCenter, key);
}

void drawRounded(QPainter *painter, const QRect &rect, int radius, const QColor &fill, const QColor &border,
    int borderWidth)
{
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    painter->setBrush(fill.isValid() ? QBrush(fill) : QBrush(Qt::NoBrush));
    if (border.isValid()) {
        painter->setPen(QPen(border, borderWidth));
        const double inset = borderWidth / 2.0; // A line is drawn on its middle.
        painter->drawRoundedRect(QRectF(rect).adjusted(inset, inset, -inset, -inset), radius, radius);
    } else {
        painter->setPen(Qt::NoPen);
        painter->drawRoundedRect(rect, radius, radius);
    }
    painter->restore();
}

int badgeHeight()
{
    return px(18);
}

int drawBadge(QPainter *painter, QPoint topLeft, QStringView icon, const QString &text, Token ink, Token fill)
{
    const QFontMetrics metrics(font(TextStyle::Caption));
    const int iconSize = icon.isEmpty() ? 0 : px(12);
    const int gap = icon.isEmpty() || text.isEmpty() ? 0 : px(4);
    const int width = px(5) + iconSize + gap + metrics.horizontalAdvance(text) + px(6);
    if (!painter)
        return width;
    const QRect rect(topLeft, QSize(width, badgeHeight()));
    const bool outlined = fill == Token::Line2;
    drawRounded(
        painter, rect, 4, outlined ? QColor() : color(fill), outlined ? color(Token::Line2) : QColor());
    if (iconSize)
        drawIcon(painter, QRect(rect.x() + px(5), rect.y(), iconSize, rect.height()), icon, iconSize, ink);
    painter->setFont(font(TextStyle::Caption));
    painter->setPen(color(ink));
    painter->drawText(rect.adjusted(px(5) + iconSize + gap, 0, 0, 0), Qt::AlignVCenter | Qt::AlignLeft, text);
    return width;
}

TextLabel::TextLabel(const QString &text, TextStyle style, Token ink, QWidget *parent)
    : QLabel(text, parent)
    , m_style(style)
    , m_ink(ink)
{
    setTextFormat(Qt::PlainText); // Never what an application sent as markup.
    applyLook();
}

void TextLabel::setLook(TextStyle style, Token ink)
{
    m_style = style;
    m_ink = ink;
    applyLook();
}

void TextLabel::setEliding(bool eliding)
{
    m_eliding = eliding;
    setSizePolicy(eliding ? QSizePolicy::Ignored : QSizePolicy::Preferred, QSizePolicy::Preferred);
    update();
}

void TextLabel::paintEvent(QPaintEvent *event)
{
    if (!m_eliding)
        return QLabel::paintEvent(event);
    QPainter painter(this);
    painter.setPen(color(m_ink));
    painter.drawText(contentsRect(), Qt::AlignVCenter | (alignment() & Qt::AlignHorizontal_Mask),
        fontMetrics().elidedText(text(), Qt::ElideRight, contentsRect().width()));
}

void TextLabel::changeEvent(QEvent *event)
{
    QLabel::changeEvent(event);
    if (event->type() == QEvent::StyleChange)
        applyLook();
}

void TextLabel::applyLook()
{
    if (m_applying) // Setting font and palette are changes themselves.
        return;
    m_applying = true;
    setFont(Weir::font(m_style));
    QPalette inked = palette();
    inked.setColor(QPalette::WindowText, color(m_ink));
    setPalette(inked);
    m_applying = false;
}

Surface::Surface(Token fill, Qt::Edges borders, QWidget *parent)
    : QWidget(parent)
    , m_fill(fill)
    , m_borders(borders)
{
    setBorders(borders);
}

void Surface::setFill(Token fill)
{
    m_fill = fill;
    update();
}

void Surface::setBorders(Qt::Edges borders)
{
    m_borders = borders;
    setContentsMargins(borders & Qt::LeftEdge ? 1 : 0, borders & Qt::TopEdge ? 1 : 0,
        borders & Qt::RightEdge ? 1 : 0, borders & Qt::BottomEdge ? 1 : 0);
    update();
}

void Surface::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.fillRect(rect(), color(m_fill));
    const QColor line = color(Token::Line2);
    if (m_borders & Qt::LeftEdge)
        painter.fillRect(0, 0, 1, height(), line);
    if (m_borders & Qt::TopEdge)
        painter.fillRect(0, 0, width(), 1, line);
    if (m_borders & Qt::RightEdge)
        painter.fillRect(width() - 1, 0, 1, height(), line);
    if (m_borders & Qt::BottomEdge)
        painter.fillRect(0, height() - 1, width(), 1, line);
}

Divider::Divider(QWidget *parent)
    : QWidget(parent)
{
    setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
}

QSize Divider::sizeHint() const
{
    return {1, px(16)};
}

void Divider::paintEvent(QPaintEvent *)
{
    QPainter(this).fillRect(rect(), color(Token::Line2));
}

} // namespace Weir
