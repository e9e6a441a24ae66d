#pragma once

#include <QDialog>
#include <QList>

class QAction;
class QLineEdit;
class QListWidget;

namespace Weir {

/// Ctrl+K: all commands by name. Type to narrow, Enter to run.
class CommandPalette : public QDialog
{
    Q_OBJECT
public:
    CommandPalette(const QList<QAction *> &actions, QWidget *parent);

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    void narrow(const QString &text);
    void run();

    QList<QAction *> m_actions;
    QLineEdit *m_edit;
    QListWidget *m_list;
};

/// Ctrl+?: all keys, in two columns.
class ShortcutList : public QDialog
{
    Q_OBJECT
public:
    ShortcutList(const QList<QAction *> &actions, QWidget *parent);
};

} // namespace Weir
