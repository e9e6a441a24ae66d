#pragma once

#include "core/flags/flagreport.h"

#include <QStyledItemDelegate>

#include <optional>

namespace Weir {

/// The control that says what is served for a flag: Upstream, Off and On side by side, or a box with the
/// variant when there are more choices. Painted, and changed in place by the mouse; the view has the keys.
class ServeDelegate : public QStyledItemDelegate
{
    Q_OBJECT
public:
    using QStyledItemDelegate::QStyledItemDelegate;

    void paint(
        QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const override;
    QSize sizeHint(const QStyleOptionViewItem &option, const QModelIndex &index) const override;
    bool editorEvent(QEvent *event, QAbstractItemModel *model, const QStyleOptionViewItem &option,
        const QModelIndex &index) override;

    /// Where the control of a cell lies.
    static QRect controlRect(const QRect &cell);
    /// The part for a choice, when they stand side by side.
    static QRect segmentRect(const QRect &cell, int choice);
    static bool isBox(const FlagState &flag); ///< Not side by side.

signals:
    void chosen(const std::string &key, const std::optional<Weir::FlagValue> &value);
    void choicesWanted(const QModelIndex &index); ///< As a menu.

private:
    /// What a point is on: a choice, or the box.
    struct Hit
    {
        int choice = -1;
        bool isBox = false;
        bool operator==(const Hit &) const = default;
    };
    static Hit hitAt(const QRect &cell, const FlagState &flag, QPoint point);

    Hit m_pressed;
};

} // namespace Weir
