#pragma once

#include <QRect>
#include <QSize>

class QPainter;
class QStyle;
class QStyleOption;
class QStyleOptionButton;
class QStyleOptionHeader;
class QStyleOptionMenuItem;
class QStyleOptionSlider;
class QStyleOptionTab;
class QStyleOptionToolButton;
class QWidget;

// How each control is drawn: functions from an option to paint, called by WeirStyle.
namespace Weir::StylePaint {

void button(const QStyleOption &option, QPainter *painter, const QWidget *widget);
void pushButtonLabel(const QStyleOptionButton &option, QPainter *painter, const QWidget *widget);
void toolButton(const QStyleOptionToolButton &option, QPainter *painter, const QWidget *widget);
QSize buttonSizeHint(const QStyleOption &option, const QWidget *widget);

void field(const QStyleOption &option, QPainter *painter);
void itemRow(const QStyleOption &option, QPainter *painter);
void branch(const QStyleOption &option, QPainter *painter);
void checkBox(const QStyleOption &option, QPainter *painter);

void tabShape(const QStyleOptionTab &option, QPainter *painter);
void tabLabel(const QStyleOptionTab &option, QPainter *painter);
QSize tabSizeHint(const QStyleOptionTab &option);

void headerSection(const QStyleOption &option, QPainter *painter);
void headerLabel(const QStyleOptionHeader &option, QPainter *painter);

void menuItem(const QStyleOptionMenuItem &option, QPainter *painter);
void menuBarItem(const QStyleOptionMenuItem &option, QPainter *painter);
QSize menuItemSizeHint(const QStyleOptionMenuItem &option);

void scrollBar(
    const QStyleOptionSlider &option, const QRect &slider, QPainter *painter, const QWidget *widget);

} // namespace Weir::StylePaint
