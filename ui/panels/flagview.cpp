#include "ui/panels/flagview.h"

#include "ui/delegates/flagdelegate.h"
#include "ui/delegates/servedelegate.h"
#include "ui/models/format.h"
#include "ui/panels/indentedheader.h"
#include "ui/theme/fonts.h"
#include "ui/theme/theme.h"

#include <QClipboard>
#include <QContextMenuEvent>
#include <QGuiApplication>
#include <QHeaderView>
#include <QMenu>
#include <QPainter>

using namespace Qt::StringLiterals;

namespace Weir {

FlagView::FlagView(FlagListModel &model, FlagSwitcher &switcher, QWidget *parent)
    : QTreeView(parent)
    , m_model(model)
    , m_switcher(switcher)
    , m_serve(new ServeDelegate(this))
{
    setModel(&model);
    setRootIsDecorated(false);
    setUniformRowHeights(true);
    setIndentation(0);
    setAllColumnsShowFocus(true);
    setSelectionBehavior(QAbstractItemView::SelectRows);
    setSelectionMode(QAbstractItemView::SingleSelection);
    setEditTriggers(QAbstractItemView::NoEditTriggers);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    setFrameShape(QFrame::NoFrame);
    setAccessibleName(tr("Flags"));
    setItemDelegate(new FlagDelegate(this));
    setItemDelegateForColumn(FlagListModel::Serve, m_serve);
    setHeader(new IndentedHeader(this));
    header()->setStretchLastSection(false);
    connect(m_serve, &ServeDelegate::chosen, this,
        [this](const std::string &key, const auto &value) { m_switcher.choose(key, value); });
    connect(m_serve, &ServeDelegate::choicesWanted, this, &FlagView::showChoices);
    fit();
}

const FlagState *FlagView::current() const
{
    return m_model.flag(currentIndex().row());
}

void FlagView::select(std::string_view key)
{
    if (const int row = m_model.rowOf(key); row >= 0)
        setCurrentIndex(m_model.index(row, FlagListModel::Flag));
}

void FlagView::currentChanged(const QModelIndex &current, const QModelIndex &previous)
{
    QTreeView::currentChanged(current, previous);
    const FlagState *const flag = m_model.flag(current.row());
    emit selected(flag ? fromUtf8(flag->key) : QString());
}

void FlagView::choose(int by)
{
    if (const FlagState *const flag = current())
        m_switcher.step(FlagState(*flag), by);
}

void FlagView::keyPressEvent(QKeyEvent *event)
{
    const bool plain = (event->modifiers() & ~Qt::KeypadModifier) == Qt::NoModifier;
    switch (plain && currentIndex().isValid() ? event->key() : 0) {
    case Qt::Key_Left:
        return choose(-1);
    case Qt::Key_Right:
        return choose(+1);
    case Qt::Key_Delete:
    case Qt::Key_Backspace:
        if (const FlagState *const flag = current())
            m_switcher.choose(std::string(flag->key), {});
        return;
    case Qt::Key_Space:
        return showChoices(currentIndex());
    case Qt::Key_Return:
    case Qt::Key_Enter:
        emit detailsWanted();
        return;
    default:
        QTreeView::keyPressEvent(event);
    }
}

void FlagView::showChoices(const QModelIndex &index)
{
    const FlagState *const flag = m_model.flag(index.row());
    if (!flag)
        return;
    auto *menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    const QList<FlagChoice> choices = flagChoices(*flag);
    const int now = flagChoice(*flag);
    for (int i = 0; i < choices.size(); ++i) {
        QAction *action = menu->addAction(choices[i].text);
        action->setCheckable(true);
        action->setChecked(i == now);
        connect(action, &QAction::triggered, this,
            [this, key = flag->key, value = choices[i].value] { m_switcher.choose(key, value); });
        if (i == now)
            menu->setActiveAction(action);
    }
    const QRect cell = visualRect(index.siblingAtColumn(FlagListModel::Serve));
    menu->setMinimumWidth(ServeDelegate::controlRect(cell).width());
    menu->popup(viewport()->mapToGlobal(ServeDelegate::controlRect(cell).bottomLeft() + QPoint(0, 2)));
}

void FlagView::contextMenuEvent(QContextMenuEvent *event)
{
    const FlagState *const flag = current();
    if (!flag)
        return;
    auto *menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    connect(menu->addAction(tr("Copy key")), &QAction::triggered, this,
        [key = fromUtf8(flag->key)] { QGuiApplication::clipboard()->setText(key); });
    QAction *back = menu->addAction(tr("Back to upstream") + u"\tDel"_s);
    back->setEnabled(flag->override.has_value());
    connect(back, &QAction::triggered, this, [this, key = flag->key] { m_switcher.choose(key, {}); });
    const QRect row = visualRect(currentIndex());
    menu->popup(event->reason() == QContextMenuEvent::Keyboard
            ? viewport()->mapToGlobal(row.bottomLeft() + QPoint(px(14), 0))
            : event->globalPos());
}

void FlagView::fit()
{
    QHeaderView *const columns = header();
    const int room = viewport()->width() * 100 / px(100); // In pixels of the design.
    setColumnHidden(FlagListModel::LastServed, room < 720);
    columns->setSectionResizeMode(FlagListModel::Flag, QHeaderView::Stretch);
    const int widths[] = {0, 80, room < 640 ? 172 : 188, room < 640 ? 150 : 200, 142};
    for (int column = FlagListModel::Upstream; column < FlagListModel::ColumnCount; ++column) {
        columns->setSectionResizeMode(column, QHeaderView::Fixed);
        columns->resizeSection(column, px(widths[column]));
    }
}

void FlagView::resizeEvent(QResizeEvent *event)
{
    QTreeView::resizeEvent(event);
    fit();
}

void FlagView::changeEvent(QEvent *event)
{
    QTreeView::changeEvent(event);
    if (event->type() == QEvent::StyleChange)
        fit();
}

void FlagView::paintEvent(QPaintEvent *event)
{
    QTreeView::paintEvent(event);
    if (m_model.rowCount() > 0)
        return;
    QPainter painter(viewport());
    painter.setFont(Weir::font(TextStyle::Row));
    painter.setPen(color(Token::T3));
    painter.drawText(viewport()->rect().adjusted(px(14), px(14), -px(14), -px(14)),
        Qt::AlignTop | Qt::AlignHCenter | Qt::TextWordWrap,
        tr("No flag has this in its key. Enter adds it."));
}

} // namespace Weir
