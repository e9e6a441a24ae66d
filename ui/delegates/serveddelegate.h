#pragma once

#include <QStyledItemDelegate>

namespace Weir {

/// Paints the rows of a ServedTable: numbers and paths in mono, the value as a box.
class ServedDelegate : public QStyledItemDelegate
{
    Q_OBJECT
public:
    using QStyledItemDelegate::QStyledItemDelegate;

    void paint(
        QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const override;
    QSize sizeHint(const QStyleOptionViewItem &option, const QModelIndex &index) const override;
};

} // namespace Weir
