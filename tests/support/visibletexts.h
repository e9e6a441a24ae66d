#pragma once

#include <QLabel>
#include <QStringList>

namespace Weir::Testing {

/// The texts of all labels in `widget` that can be seen.
inline QStringList visibleTexts(const QWidget *widget)
{
    QStringList result;
    for (const QLabel *label : widget->findChildren<QLabel *>()) {
        if (label->isVisible())
            result.append(label->text());
    }
    return result;
}

} // namespace Weir::Testing
