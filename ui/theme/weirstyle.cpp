#include "ui/theme/weirstyle.h"

#include "ui/theme/controls.h"
#include "ui/theme/stylepaint.h"
#include "ui/theme/theme.h"

#include <QAbstractButton>
#include <QPainter>
#include <QScrollBar>
#include <QStyleFactory>
#include <QStyleOption>
#include <QTabBar>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace Weir {

namespace {

/// Where the slider of a scroll bar without arrow buttons lies.
QRect sliderRect(const QStyleOptionSlider &bar)
{
    const bool vertical = bar.orientation == Qt::Vertical;
    const int length = vertical ? bar.rect.height() : bar.rect.width();
    int size = length;
    if (bar.maximum > bar.minimum) {
        const qint64 range = qint64(bar.maximum) - bar.minimum;
        size = std::clamp(
            static_cast<int>(qint64(bar.pageStep) * length / (range + bar.pageStep)), px(24), length);
    }
    const int start = QStyle::sliderPositionFromValue(
        bar.minimum, bar.maximum, bar.sliderPosition, length - size, bar.upsideDown);
    return vertical ? QRect(bar.rect.x(), bar.rect.y() + start, bar.rect.width(), size)
                    : QRect(bar.rect.x() + start, bar.rect.y(), size, bar.rect.height());
}

} // namespace

WeirStyle::WeirStyle()
    : QProxyStyle(u"Fusion"_s)
{
    setObjectName(u"weir"_s);
}

void WeirStyle::polish(QWidget *widget)
{
    QProxyStyle::polish(widget);
    if (qobject_cast<QAbstractButton *>(widget) || qobject_cast<QTabBar *>(widget)
        || qobject_cast<QScrollBar *>(widget))
        widget->setAttribute(Qt::WA_Hover);
}

int WeirStyle::pixelMetric(PixelMetric metric, const QStyleOption *option, const QWidget *widget) const
{
    switch (metric) {
    case PM_ScrollBarExtent:
        return px(10);
    case PM_ScrollBarSliderMin:
        return px(24);
    case PM_SplitterWidth:
    case PM_DefaultFrameWidth:
    case PM_MenuPanelWidth:
    case PM_ToolTipLabelFrameWidth:
        return 1;
    case PM_MenuVMargin:
        return px(4);
    case PM_ScrollView_ScrollBarOverlap:
        return hasOverlay(widget) ? px(10) : 0;
    case PM_MenuHMargin:
    case PM_ScrollView_ScrollBarSpacing:
    case PM_TabBarBaseOverlap:
    case PM_TabBarTabShiftVertical:
    case PM_TabBarTabShiftHorizontal:
    case PM_ButtonShiftHorizontal:
    case PM_ButtonShiftVertical:
        return 0;
    case PM_SmallIconSize:
    case PM_ButtonIconSize:
    case PM_ListViewIconSize:
        return px(16);
    case PM_HeaderMargin:
        return px(8);
    case PM_IndicatorWidth:
    case PM_IndicatorHeight:
        return px(14);
    case PM_TreeViewIndentation:
        return px(14);
    case PM_LayoutHorizontalSpacing:
    case PM_LayoutVerticalSpacing:
        return px(8);
    default:
        return QProxyStyle::pixelMetric(metric, option, widget);
    }
}

int WeirStyle::styleHint(
    StyleHint hint, const QStyleOption *option, const QWidget *widget, QStyleHintReturn *returnData) const
{
    switch (hint) {
    case SH_ToolTipLabel_Opacity:
        return 255;
    case SH_ScrollBar_Transient:
    case SH_EtchDisabledText:
    case SH_DitherDisabledText:
    case SH_UnderlineShortcut:
    case SH_ScrollView_FrameOnlyAroundContents:
        return 0;
    case SH_ScrollBar_LeftClickAbsolutePosition:
    case SH_Menu_MouseTracking:
    case SH_ItemView_ShowDecorationSelected:
        return 1;
    default:
        return QProxyStyle::styleHint(hint, option, widget, returnData);
    }
}

QSize WeirStyle::sizeFromContents(
    ContentsType type, const QStyleOption *option, const QSize &contents, const QWidget *widget) const
{
    switch (type) {
    case CT_PushButton:
    case CT_ToolButton:
        if (option)
            return StylePaint::buttonSizeHint(*option, widget);
        break;
    case CT_LineEdit:
        return {contents.width(), px(28)};
    case CT_TabBarTab:
        if (const auto *tab = qstyleoption_cast<const QStyleOptionTab *>(option))
            return StylePaint::tabSizeHint(*tab);
        break;
    case CT_HeaderSection: {
        const QSize size = QProxyStyle::sizeFromContents(type, option, contents, widget);
        return {size.width(), px(25)};
    }
    case CT_MenuItem:
        if (const auto *item = qstyleoption_cast<const QStyleOptionMenuItem *>(option))
            return StylePaint::menuItemSizeHint(*item);
        break;
    default:
        break;
    }
    return QProxyStyle::sizeFromContents(type, option, contents, widget);
}

QRect WeirStyle::subControlRect(ComplexControl control, const QStyleOptionComplex *option,
    SubControl subControl, const QWidget *widget) const
{
    if (control != CC_ScrollBar)
        return QProxyStyle::subControlRect(control, option, subControl, widget);
    const auto *bar = qstyleoption_cast<const QStyleOptionSlider *>(option);
    if (!bar)
        return {};
    const QRect slider = sliderRect(*bar);
    const bool vertical = bar->orientation == Qt::Vertical;
    const QRect &rect = bar->rect;
    switch (subControl) {
    case SC_ScrollBarSlider:
        return slider;
    case SC_ScrollBarGroove:
        return rect;
    case SC_ScrollBarSubPage:
        return vertical ? QRect(rect.topLeft(), QPoint(rect.right(), slider.top() - 1))
                        : QRect(rect.topLeft(), QPoint(slider.left() - 1, rect.bottom()));
    case SC_ScrollBarAddPage:
        return vertical ? QRect(QPoint(rect.left(), slider.bottom() + 1), rect.bottomRight())
                        : QRect(QPoint(slider.right() + 1, rect.top()), rect.bottomRight());
    default:
        return {}; // No arrow buttons.
    }
}

void WeirStyle::drawPrimitive(
    PrimitiveElement element, const QStyleOption *option, QPainter *painter, const QWidget *widget) const
{
    switch (element) {
    case PE_PanelButtonCommand:
    case PE_PanelButtonTool:
        return StylePaint::button(*option, painter, widget);
    case PE_FrameFocusRect:
    case PE_FrameDefaultButton:
    case PE_FrameStatusBarItem:
    case PE_PanelStatusBar:
    case PE_FrameTabWidget:
    case PE_IndicatorTabClose:
        return; // Each control draws its own focus; bars are Surfaces.
    case PE_FrameTabBarBase:
        return painter->fillRect(
            option->rect.x(), option->rect.bottom(), option->rect.width(), 1, color(Token::Line2));
    case PE_PanelLineEdit:
        if (const auto *frame = qstyleoption_cast<const QStyleOptionFrame *>(option);
            frame && frame->lineWidth > 0)
            StylePaint::field(*option, painter);
        return;
    case PE_FrameLineEdit:
        return;
    case PE_PanelTipLabel:
        return drawRounded(painter, option->rect, 0, color(Token::S4), color(Token::Line3));
    case PE_PanelMenu:
        return painter->fillRect(option->rect, color(Token::S2));
    case PE_FrameMenu:
        return drawRounded(painter, option->rect, 0, {}, color(Token::Line3));
    case PE_PanelItemViewRow:
    case PE_PanelItemViewItem:
        return StylePaint::itemRow(*option, painter);
    case PE_IndicatorBranch:
        return StylePaint::branch(*option, painter);
    case PE_IndicatorCheckBox:
    case PE_IndicatorItemViewItemCheck:
        return StylePaint::checkBox(*option, painter);
    default:
        QProxyStyle::drawPrimitive(element, option, painter, widget);
    }
}

void WeirStyle::drawControl(
    ControlElement element, const QStyleOption *option, QPainter *painter, const QWidget *widget) const
{
    switch (element) {
    case CE_PushButtonBevel:
        return StylePaint::button(*option, painter, widget);
    case CE_PushButtonLabel:
        if (const auto *button = qstyleoption_cast<const QStyleOptionButton *>(option))
            StylePaint::pushButtonLabel(*button, painter, widget);
        return;
    case CE_TabBarTabShape:
        if (const auto *tab = qstyleoption_cast<const QStyleOptionTab *>(option))
            StylePaint::tabShape(*tab, painter);
        return;
    case CE_TabBarTabLabel:
        if (const auto *tab = qstyleoption_cast<const QStyleOptionTab *>(option))
            StylePaint::tabLabel(*tab, painter);
        return;
    case CE_HeaderSection:
    case CE_HeaderEmptyArea:
        return StylePaint::headerSection(*option, painter);
    case CE_HeaderLabel:
        if (const auto *header = qstyleoption_cast<const QStyleOptionHeader *>(option))
            StylePaint::headerLabel(*header, painter);
        return;
    case CE_MenuItem:
        if (const auto *item = qstyleoption_cast<const QStyleOptionMenuItem *>(option))
            StylePaint::menuItem(*item, painter);
        return;
    case CE_MenuBarItem:
        if (const auto *item = qstyleoption_cast<const QStyleOptionMenuItem *>(option))
            StylePaint::menuBarItem(*item, painter);
        return;
    case CE_MenuBarEmptyArea:
        return painter->fillRect(option->rect, color(Token::S0));
    case CE_Splitter:
        return painter->fillRect(option->rect, color(Token::Line2));
    default:
        QProxyStyle::drawControl(element, option, painter, widget);
    }
}

void WeirStyle::drawComplexControl(
    ComplexControl control, const QStyleOptionComplex *option, QPainter *painter, const QWidget *widget) const
{
    if (control == CC_ScrollBar) {
        if (const auto *bar = qstyleoption_cast<const QStyleOptionSlider *>(option))
            return StylePaint::scrollBar(*bar, sliderRect(*bar), painter, widget);
    }
    if (control == CC_ToolButton) {
        if (const auto *button = qstyleoption_cast<const QStyleOptionToolButton *>(option))
            return StylePaint::toolButton(*button, painter, widget);
    }
    QProxyStyle::drawComplexControl(control, option, painter, widget);
}

} // namespace Weir
