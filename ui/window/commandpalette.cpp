#include "ui/window/commandpalette.h"

#include "ui/theme/controls.h"
#include "ui/theme/theme.h"
#include "ui/window/commands.h"

#include <QAction>
#include <QGridLayout>
#include <QKeyEvent>
#include <QLineEdit>
#include <QListWidget>
#include <QPainter>
#include <QScrollArea>
#include <QStyledItemDelegate>
#include <QVBoxLayout>

using namespace Qt::StringLiterals;

namespace Weir {

namespace {

QString keyText(const QAction &action)
{
    return action.shortcut().toString(QKeySequence::NativeText);
}

/// The title at the left, the key at the right.
class CommandDelegate : public QStyledItemDelegate
{
public:
    using QStyledItemDelegate::QStyledItemDelegate;
    QSize sizeHint(const QStyleOptionViewItem &, const QModelIndex &) const override
    {
        return {px(200), px(28)};
    }
    void paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const override
    {
        const bool selected = option.state.testFlag(QStyle::State_Selected);
        if (selected || option.state.testFlag(QStyle::State_MouseOver))
            painter->fillRect(option.rect, color(selected ? Token::Sel : Token::Hover));
        const bool enabled = option.state.testFlag(QStyle::State_Enabled);
        const QRect body = option.rect.adjusted(px(12), 0, -px(12), 0);
        painter->setFont(Weir::font(TextStyle::Row));
        painter->setPen(color(enabled ? Token::T1 : Token::T4));
        painter->drawText(body, Qt::AlignVCenter | Qt::AlignLeft, index.data().toString());
        painter->setFont(Weir::font(TextStyle::Mono));
        painter->setPen(color(Token::T3));
        painter->drawText(body, Qt::AlignVCenter | Qt::AlignRight, index.data(Qt::UserRole + 1).toString());
    }
};

} // namespace

CommandPalette::CommandPalette(const QList<QAction *> &actions, QWidget *parent)
    : QDialog(parent)
    , m_actions(actions)
    , m_edit(new QLineEdit(this))
    , m_list(new QListWidget(this))
{
    setWindowTitle(tr("Commands"));
    setAttribute(Qt::WA_DeleteOnClose);
    m_edit->setPlaceholderText(tr("Type a command"));
    m_edit->setAccessibleName(tr("Command"));
    m_edit->installEventFilter(this);
    m_list->setAccessibleName(tr("Commands"));
    m_list->setItemDelegate(new CommandDelegate(m_list));
    m_list->setFrameShape(QFrame::NoFrame);
    m_list->setFocusPolicy(Qt::NoFocus);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(px(8), px(8), px(8), px(8));
    layout->addWidget(m_edit);
    layout->addWidget(m_list);
    connect(m_edit, &QLineEdit::textEdited, this, &CommandPalette::narrow);
    connect(m_list, &QListWidget::itemClicked, this, &CommandPalette::run);
    resize(px(460), px(420));
    narrow({});
}

void CommandPalette::narrow(const QString &text)
{
    m_list->clear();
    for (qsizetype i = 0; i < m_actions.size(); ++i) {
        const QAction &action = *m_actions[i];
        QString title = action.text();
        title.remove(u'&');
        if (!title.contains(text.trimmed(), Qt::CaseInsensitive))
            continue;
        auto *item = new QListWidgetItem(title, m_list);
        item->setData(Qt::UserRole, i);
        item->setData(Qt::UserRole + 1, keyText(action));
        if (!action.isEnabled())
            item->setFlags(Qt::NoItemFlags);
    }
    m_list->setCurrentRow(0);
}

void CommandPalette::run()
{
    const QListWidgetItem *item = m_list->currentItem();
    if (!item || !item->flags().testFlag(Qt::ItemIsEnabled))
        return;
    QAction *action = m_actions[item->data(Qt::UserRole).toInt()];
    close(); // First, so that the command finds the focus where it was.
    action->trigger();
}

bool CommandPalette::eventFilter(QObject *watched, QEvent *event)
{
    if (watched != m_edit || event->type() != QEvent::KeyPress)
        return QDialog::eventFilter(watched, event);
    const int key = static_cast<QKeyEvent *>(event)->key();
    if (key == Qt::Key_Return || key == Qt::Key_Enter) {
        run();
        return true;
    }
    if (key != Qt::Key_Down && key != Qt::Key_Up)
        return false;
    const int rows = m_list->count();
    if (rows > 0)
        m_list->setCurrentRow((m_list->currentRow() + (key == Qt::Key_Down ? 1 : rows - 1)) % rows);
    return true;
}

ShortcutList::ShortcutList(const QList<QAction *> &actions, QWidget *parent)
    : QDialog(parent)
{
    setWindowTitle(tr("Keyboard shortcuts"));
    setAttribute(Qt::WA_DeleteOnClose);
    auto *area = new QScrollArea(this);
    area->setFrameShape(QFrame::NoFrame);
    area->setWidgetResizable(true);
    auto *page = new Surface(Token::S2, {}, area);
    auto *grid = new QGridLayout(page);
    grid->setContentsMargins(px(14), px(14), px(14), px(14));
    grid->setHorizontalSpacing(px(24));
    grid->setVerticalSpacing(px(6));
    grid->setColumnStretch(2, 1);
    int row = 0;
    const auto line = [&](const QString &where, const QString &keys, const QString &does) {
        grid->addWidget(new TextLabel(where, TextStyle::Row, Token::T3, page), row, 0);
        grid->addWidget(new TextLabel(keys, TextStyle::Mono, Token::T1, page), row, 1);
        grid->addWidget(new TextLabel(does, TextStyle::Row, Token::T2, page), row, 2);
        ++row;
    };
    for (const QAction *action : actions) {
        if (!keyText(*action).isEmpty())
            line(tr("Anywhere"), keyText(*action), action->text());
    }
    for (const LocalKey &key : localKeys())
        line(key.where, key.keys, key.does);
    area->setWidget(page);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(area);
    resize(px(620), px(560));
}

} // namespace Weir
