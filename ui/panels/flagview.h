#pragma once

#include "ui/models/flaglistmodel.h"
#include "ui/models/flagswitcher.h"

#include <QTreeView>

namespace Weir {

class ServeDelegate;

/// The list of flags. Left and Right change what is served for the current one, Delete gives it back to the
/// upstream, Space opens its choices.
class FlagView : public QTreeView
{
    Q_OBJECT
public:
    /// Both outlive this.
    FlagView(FlagListModel &model, FlagSwitcher &switcher, QWidget *parent = nullptr);

    const FlagState *current() const;
    /// Selects a flag that is in the list.
    void select(std::string_view key);

signals:
    void selected(const QString &key); ///< Another flag is current.
    void detailsWanted(); ///< Enter.

protected:
    void keyPressEvent(QKeyEvent *event) override;
    void keyboardSearch(const QString &) override { } // Single letters are commands, not text.
    void contextMenuEvent(QContextMenuEvent *event) override;
    void drawBranches(QPainter *, const QRect &, const QModelIndex &) const override { }
    void currentChanged(const QModelIndex &current, const QModelIndex &previous) override;
    void paintEvent(QPaintEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;
    void changeEvent(QEvent *event) override;

private:
    void fit();
    void showChoices(const QModelIndex &index);
    void choose(int by);

    FlagListModel &m_model;
    FlagSwitcher &m_switcher;
    ServeDelegate *m_serve;
};

} // namespace Weir
