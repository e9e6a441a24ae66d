#pragma once

#include <QStyledItemDelegate>

namespace Weir {

/// Paints the columns of a FlagListModel but for Serve: key and kind, the upstream's value, how far an
/// override has come, and whom a value went to last. Rows are 56 px high.
class FlagDelegate : public QStyledItemDelegate
{
    Q_OBJECT
public:
    using QStyledItemDelegate::QStyledItemDelegate;

    void paint(
        QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const override;
    QSize sizeHint(const QStyleOptionViewItem &option, const QModelIndex &index) const override;
};

} // namespace Weir
