#pragma once

#include "ui/theme/tokens.h"

#include <QIcon>
#include <QPixmap>
#include <QString>

class QPainter;

namespace Weir {

/// The Lucide icon `name` ("chevron-down") in the colour of `token`, `size` logical pixels wide, drawn for a
/// device pixel ratio. Cached per name, size, colour and ratio. A null pixmap when there is no such icon.
QPixmap iconPixmap(QStringView name, int size, Token token, qreal devicePixelRatio);

/// Draws it centred in `rect`, at the painter's device pixel ratio.
void drawIcon(QPainter *painter, const QRect &rect, QStringView name, int size, Token token);

/// An icon for buttons and actions: follows theme and text scale by itself. Disabled is T4; `on` is the
/// colour of the checked state.
QIcon themeIcon(const QString &name, Token token = Token::T2, Token on = Token::T1);

} // namespace Weir
