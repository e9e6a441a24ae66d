#include "ui/theme/stylepaint.h"

#include "ui/theme/controls.h"
#include "ui/theme/icons.h"
#include "ui/theme/theme.h"

#include <QFontMetrics>
#include <QPainter>
#include <QStyleOption>
#include <QToolButton>

using namespace Qt::StringLiterals;

namespace Weir::StylePaint {

namespace {

struct ButtonColours
{
    QColor fill, border;
    Token text;
};

bool is(const QStyleOption &option, QStyle::StateFlag flag)
{
    return option.state.testFlag(flag);
}

ButtonColours ghostColours(const QStyleOption &option)
{
    const bool active = is(option, QStyle::State_MouseOver) && is(option, QStyle::State_Enabled);
    return {active ? color(Token::S3) : QColor(), {}, Token::T2};
}

ButtonColours segmentColours(const QStyleOption &option)
{
    if (is(option, QStyle::State_On))
        return {color(Token::S4), {}, Token::T1};
    return {is(option, QStyle::State_MouseOver) ? color(Token::Hover) : QColor(), {}, Token::T2};
}

ButtonColours normalColours(const QStyleOption &option)
{
    const bool hovered = is(option, QStyle::State_MouseOver) && is(option, QStyle::State_Enabled);
    return {color(Token::S3), color(hovered ? Token::Line3 : Token::Line2), Token::T1};
}

ButtonColours buttonColours(const QStyleOption &option, ButtonKind kind)
{
    if (kind != ButtonKind::Segment && kind != ButtonKind::Link
        && (is(option, QStyle::State_On) || is(option, QStyle::State_Sunken)) && kind != ButtonKind::Primary)
        return {color(Token::S4), color(Token::Line3), Token::T1};
    switch (kind) {
    case ButtonKind::Primary: {
        const QColor primary = color(Token::Primary);
        const bool darker = is(option, QStyle::State_MouseOver) || is(option, QStyle::State_Sunken);
        return {darker ? primary.darker(112) : primary, {}, Token::PrimaryText};
    }
    case ButtonKind::Ghost:
        return ghostColours(option);
    case ButtonKind::Warning:
        return {color(Token::WarnBg), color(Token::Warn), Token::T1};
    case ButtonKind::Segment:
        return segmentColours(option);
    case ButtonKind::Link:
        return {{}, {}, Token::Accent};
    case ButtonKind::Normal:
        break;
    }
    return normalColours(option);
}

const QFont &buttonFont(ButtonSize size)
{
    switch (size) {
    case ButtonSize::Small:
        return font(TextStyle::Caption);
    case ButtonSize::Large:
        return font(TextStyle::NavMedium);
    case ButtonSize::Regular:
        break;
    }
    return font(TextStyle::RowMedium);
}

int buttonPadding(ButtonSize size, ButtonKind kind)
{
    if (kind == ButtonKind::Link)
        return px(4);
    return size == ButtonSize::Small ? px(8) : size == ButtonSize::Large ? px(14) : px(10);
}

int buttonIconSize(ButtonSize size, bool hasText)
{
    return size == ButtonSize::Small ? px(13) : size == ButtonSize::Large || !hasText ? px(16) : px(14);
}

/// The content of a push or tool button: icon, text, key chip, arrow, in this order and centred together.
struct ButtonFace
{
    QString text, key;
    QIcon icon;
    bool arrow = false;

    int width(ButtonSize size) const
    {
        int result = 0;
        const auto add = [&result](int part) { result += (result ? px(6) : 0) + part; };
        if (!icon.isNull())
            add(buttonIconSize(size, !text.isEmpty()));
        if (!text.isEmpty())
            add(QFontMetrics(buttonFont(size)).size(Qt::TextShowMnemonic, text).width());
        if (!key.isEmpty())
            add(keyChipWidth(key) + px(2));
        if (arrow)
            add(px(12));
        return result;
    }
};

void drawFace(
    const ButtonFace &face, const QStyleOption &option, ButtonKind kind, ButtonSize size, QPainter *painter)
{
    const bool enabled = is(option, QStyle::State_Enabled);
    const Token ink = enabled ? buttonColours(option, kind).text : Token::T4;
    int x = option.rect.x() + (option.rect.width() - face.width(size)) / 2;
    const auto take = [&x, &option](int width) {
        const QRect part(x, option.rect.y(), width, option.rect.height());
        x += width + px(6);
        return part;
    };
    if (!face.icon.isNull()) {
        const int side = buttonIconSize(size, !face.text.isEmpty());
        const QRect part = take(side);
        face.icon.paint(painter, QRect(part.x(), part.y() + (part.height() - side) / 2, side, side),
            Qt::AlignCenter, enabled ? QIcon::Normal : QIcon::Disabled,
            is(option, QStyle::State_On) ? QIcon::On : QIcon::Off);
    }
    if (!face.text.isEmpty()) {
        painter->setFont(buttonFont(size));
        painter->setPen(color(ink));
        const int width = QFontMetrics(buttonFont(size)).size(Qt::TextShowMnemonic, face.text).width();
        painter->drawText(take(width), Qt::AlignVCenter | Qt::AlignLeft | Qt::TextHideMnemonic, face.text);
    }
    if (!face.key.isEmpty()) {
        x += px(2);
        const bool onColour = kind == ButtonKind::Primary;
        drawKeyChip(
            painter, take(keyChipWidth(face.key)), face.key, onColour ? Token::PrimaryText : Token::T3);
    }
    if (face.arrow)
        drawIcon(painter, take(px(12)), u"chevron-down", px(12), ink);
}

ButtonFace faceOf(const QStyleOption &option, const QWidget *widget)
{
    if (const auto *push = qstyleoption_cast<const QStyleOptionButton *>(&option))
        return {
            push->text, keyHint(widget), push->icon, push->features.testFlag(QStyleOptionButton::HasMenu)};
    const auto *tool = qstyleoption_cast<const QStyleOptionToolButton *>(&option);
    if (!tool)
        return {};
    if (tool->features.testFlag(QStyleOptionToolButton::Arrow)) // The scroll buttons of a tab bar.
        return {{}, {}, themeIcon(tool->arrowType == Qt::LeftArrow ? u"chevron-left"_s : u"chevron-right"_s)};
    const bool text = tool->toolButtonStyle != Qt::ToolButtonIconOnly || tool->icon.isNull();
    const bool arrow = text && tool->features.testFlag(QStyleOptionToolButton::HasMenu);
    return {text ? tool->text : QString(), keyHint(widget), tool->icon, arrow};
}

} // namespace

void button(const QStyleOption &option, QPainter *painter, const QWidget *widget)
{
    const ButtonKind kind = buttonKind(widget);
    const ButtonColours colours = buttonColours(option, kind);
    const int radius = kind == ButtonKind::Segment ? 3 : 5;
    if (colours.fill.isValid() || colours.border.isValid())
        drawRounded(painter, option.rect, radius, colours.fill, colours.border);
    if (is(option, QStyle::State_HasFocus))
        drawRounded(painter, option.rect, radius, {}, color(Token::Focus), 2);
}

void pushButtonLabel(const QStyleOptionButton &option, QPainter *painter, const QWidget *widget)
{
    drawFace(faceOf(option, widget), option, buttonKind(widget), buttonSize(widget), painter);
}

void toolButton(const QStyleOptionToolButton &option, QPainter *painter, const QWidget *widget)
{
    button(option, painter, widget);
    drawFace(faceOf(option, widget), option, buttonKind(widget), buttonSize(widget), painter);
}

QSize buttonSizeHint(const QStyleOption &option, const QWidget *widget)
{
    const ButtonFace face = faceOf(option, widget);
    const ButtonKind kind = buttonKind(widget);
    const ButtonSize size = buttonSize(widget);
    const int height = kind == ButtonKind::Segment ? px(22) : px(static_cast<int>(size));
    if (face.text.isEmpty() && face.key.isEmpty() && !face.arrow)
        return {height, height};
    return {face.width(size) + 2 * buttonPadding(size, kind), height};
}

void field(const QStyleOption &option, QPainter *painter)
{
    const bool focused = is(option, QStyle::State_HasFocus);
    drawRounded(painter, option.rect, 5, color(Token::S3), color(focused ? Token::Focus : Token::Line2),
        focused ? 2 : 1);
}

void itemRow(const QStyleOption &option, QPainter *painter)
{
    if (is(option, QStyle::State_Selected))
        painter->fillRect(
            option.rect, color(is(option, QStyle::State_Active) ? Token::Sel : Token::SelQuiet));
    else if (is(option, QStyle::State_MouseOver))
        painter->fillRect(option.rect, color(Token::Hover));
}

void branch(const QStyleOption &option, QPainter *painter)
{
    if (!is(option, QStyle::State_Children))
        return;
    const auto name = is(option, QStyle::State_Open) ? u"chevron-down" : u"chevron-right";
    drawIcon(painter, option.rect, name, px(13), Token::T3);
}

void checkBox(const QStyleOption &option, QPainter *painter)
{
    const bool on = is(option, QStyle::State_On);
    drawRounded(painter, option.rect, 3, color(on ? Token::Primary : Token::S3),
        color(on ? Token::Primary : Token::Line3));
    if (on)
        drawIcon(painter, option.rect, u"check", option.rect.width() - 2, Token::PrimaryText);
    if (is(option, QStyle::State_HasFocus))
        drawRounded(painter, option.rect, 3, {}, color(Token::Focus), 2);
}

void tabShape(const QStyleOptionTab &option, QPainter *painter)
{
    const QRect &rect = option.rect;
    if (is(option, QStyle::State_Selected))
        painter->fillRect(rect.x(), rect.bottom() - 1, rect.width(), 2, color(Token::Accent));
    if (is(option, QStyle::State_HasFocus))
        drawRounded(painter, rect.adjusted(1, 3, -1, -3), 3, {}, color(Token::Focus));
}

void tabLabel(const QStyleOptionTab &option, QPainter *painter)
{
    const bool selected = is(option, QStyle::State_Selected);
    const bool bright = selected || is(option, QStyle::State_MouseOver);
    painter->setFont(font(selected ? TextStyle::RowMedium : TextStyle::Row));
    painter->setPen(color(bright ? Token::T1 : Token::T2));
    painter->drawText(option.rect, Qt::AlignCenter | Qt::TextHideMnemonic, option.text);
}

QSize tabSizeHint(const QStyleOptionTab &option)
{
    // Measured with the wider weight, so that selecting a tab does not move its neighbours.
    const QFontMetrics metrics(font(TextStyle::RowMedium));
    return {metrics.size(Qt::TextShowMnemonic, option.text).width() + px(18), px(32)};
}

void headerSection(const QStyleOption &option, QPainter *painter)
{
    painter->fillRect(option.rect, color(Token::S2));
    painter->fillRect(option.rect.x(), option.rect.bottom(), option.rect.width(), 1, color(Token::Line2));
}

void headerLabel(const QStyleOptionHeader &option, QPainter *painter)
{
    painter->setFont(font(TextStyle::Caption));
    painter->setPen(color(is(option, QStyle::State_MouseOver) ? Token::T2 : Token::T3));
    const QString text = painter->fontMetrics().elidedText(option.text, Qt::ElideRight, option.rect.width());
    // The margins leave less height than letters need that reach below the line.
    painter->drawText(
        option.rect, static_cast<int>(option.textAlignment | Qt::AlignVCenter) | Qt::TextDontClip, text);
}

void menuItem(const QStyleOptionMenuItem &option, QPainter *painter)
{
    const QRect &rect = option.rect;
    if (option.menuItemType == QStyleOptionMenuItem::Separator) {
        painter->fillRect(rect.x(), rect.center().y(), rect.width(), 1, color(Token::Line2));
        return;
    }
    const bool enabled = is(option, QStyle::State_Enabled);
    if (is(option, QStyle::State_Selected) && enabled)
        painter->fillRect(rect, color(Token::Sel));
    const QRect mark(rect.x() + px(8), rect.y(), px(14), rect.height());
    if (option.checked)
        drawIcon(painter, mark, u"check", px(14), enabled ? Token::T1 : Token::T4);
    else if (!option.icon.isNull())
        option.icon.paint(painter, mark, Qt::AlignCenter, enabled ? QIcon::Normal : QIcon::Disabled);
    const auto tab = option.text.indexOf(u'\t');
    const QRect body = rect.adjusted(px(30), 0, -px(12), 0);
    painter->setFont(font(TextStyle::Row));
    painter->setPen(color(enabled ? Token::T1 : Token::T4));
    painter->drawText(body, Qt::AlignVCenter | Qt::AlignLeft | Qt::TextHideMnemonic,
        tab < 0 ? option.text : option.text.left(tab));
    if (tab >= 0) {
        painter->setFont(font(TextStyle::Mono));
        painter->setPen(color(enabled ? Token::T3 : Token::T4));
        painter->drawText(body, Qt::AlignVCenter | Qt::AlignRight, option.text.mid(tab + 1));
    }
    if (option.menuItemType == QStyleOptionMenuItem::SubMenu)
        drawIcon(painter, QRect(rect.right() - px(20), rect.y(), px(14), rect.height()), u"chevron-right",
            px(13), Token::T3);
}

void menuBarItem(const QStyleOptionMenuItem &option, QPainter *painter)
{
    const bool active = is(option, QStyle::State_Selected) || is(option, QStyle::State_Sunken);
    painter->fillRect(option.rect, color(active ? Token::S4 : Token::S0));
    painter->setFont(font(TextStyle::Row));
    painter->setPen(color(active ? Token::T1 : Token::T2));
    painter->drawText(option.rect, Qt::AlignCenter | Qt::TextShowMnemonic, option.text);
}

QSize menuItemSizeHint(const QStyleOptionMenuItem &option)
{
    if (option.menuItemType == QStyleOptionMenuItem::Separator)
        return {px(10), px(9)};
    const auto tab = option.text.indexOf(u'\t');
    int width = px(30) + px(12)
        + QFontMetrics(font(TextStyle::Row))
              .size(Qt::TextShowMnemonic, tab < 0 ? option.text : option.text.left(tab))
              .width();
    if (tab >= 0)
        width += px(24) + QFontMetrics(font(TextStyle::Mono)).horizontalAdvance(option.text.mid(tab + 1));
    return {width, px(26)};
}

void scrollBar(
    const QStyleOptionSlider &option, const QRect &slider, QPainter *painter, const QWidget *widget)
{
    if (!hasOverlay(widget))
        painter->fillRect(option.rect, option.palette.color(QPalette::Base));
    if (!is(option, QStyle::State_Enabled) || option.minimum == option.maximum)
        return;
    const bool active = is(option, QStyle::State_MouseOver) || is(option, QStyle::State_Sunken);
    const int gap = active ? 1 : 2;
    const QRect pill = option.orientation == Qt::Vertical ? slider.adjusted(gap, 1, -gap, -1)
                                                          : slider.adjusted(1, gap, -1, -gap);
    drawRounded(painter, pill, 3, color(active ? Token::T3 : Token::Line3), {});
}

} // namespace Weir::StylePaint
