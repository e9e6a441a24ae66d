#pragma once

#include "ui/models/filterparser.h"
#include "ui/models/propertymodel.h"
#include "ui/panels/findstep.h"

#include <QTreeView>

namespace Weir {

/// Draws a PropertyModel: the whole, or one group as a column of the bottom layout. Values wrap; a context
/// menu copies value, path and JSON. A click or Enter on a flag goes to the event that carries it.
class PropertyView : public QTreeView
{
    Q_OBJECT
public:
    /// Shows all groups, or the rows of one.
    explicit PropertyView(
        PropertyModel &model, std::optional<PropertyModel::Group> group = {}, QWidget *parent = nullptr);

    /// Selects a row whose key or value contains `text`; around the end, if it may.
    bool find(const QString &text, FindStep step, bool wraps = true);

signals:
    void filterRequested(const Weir::FilterTerm &term);
    void eventWanted(qint64 event);

protected:
    void drawRow(
        QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const override;
    void resizeEvent(QResizeEvent *event) override;
    void changeEvent(QEvent *event) override;
    void contextMenuEvent(QContextMenuEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;
    void mouseMoveEvent(QMouseEvent *event) override;
    void keyboardSearch(const QString &) override { } // Letters are the window's.

private:
    void modelReset();
    void fitColumns();
    void applyPalette();
    void activateRow(const QModelIndex &index);
    void openMenu(const QModelIndex &index, QPoint globalPosition);
    void openFlagMenu(const QModelIndex &index, QPoint globalPosition);

    PropertyModel &m_model;
    std::optional<PropertyModel::Group> m_group;
    bool m_applying = false;
};

} // namespace Weir
