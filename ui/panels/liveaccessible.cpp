#include "ui/panels/liveaccessible.h"

#include "ui/delegates/livecells.h"
#include "ui/panels/liveview.h"
#include "ui/panels/neweventspill.h"

#include <QAccessible>
#include <QAccessibleWidget>
#include <QElapsedTimer>
#include <QHash>
#include <QPointer>

#include <algorithm>
#include <limits>

using namespace Qt::StringLiterals;

namespace Weir {

namespace {

constexpr int noticeMs = 1000;
constexpr qsizetype maxRows = 512; ///< Interfaces of rows that went out of sight are deleted above this.

class LiveListAccessible;

QList<LiveColumn> shownColumns(const LiveView &view)
{
    QList<LiveColumn> columns;
    for (const LiveColumn column : view.columns().order()) {
        if (view.columns().isShown(column))
            columns.append(column);
    }
    return columns;
}

QRect onScreen(const LiveView &view, const QRect &rect)
{
    return {view.viewport()->mapToGlobal(rect.topLeft()), rect.size()};
}

/// One cell of a row in sight.
class LiveCellAccessible : public QAccessibleInterface, public QAccessibleTableCellInterface
{
public:
    LiveCellAccessible(LiveView *view, QAccessible::Id row, LiveRow data, LiveColumn column)
        : m_view(view)
        , m_row(row)
        , m_data(data)
        , m_column(column)
    {
    }

    bool isValid() const override { return m_view && QAccessible::accessibleInterface(m_row); }
    QObject *object() const override { return nullptr; }
    QAccessibleInterface *parent() const override { return QAccessible::accessibleInterface(m_row); }
    QAccessibleInterface *child(int) const override { return nullptr; }
    int childCount() const override { return 0; }
    int indexOfChild(const QAccessibleInterface *) const override { return -1; }
    QAccessibleInterface *childAt(int, int) const override { return nullptr; }
    QString text(QAccessible::Text kind) const override
    {
        if (!m_view)
            return {};
        if (kind == QAccessible::Name)
            return liveCellText(*m_view->model(), m_data, m_column);
        return kind == QAccessible::Description ? columnTitle(m_column) : QString();
    }
    void setText(QAccessible::Text, const QString &) override { }
    QRect rect() const override
    {
        if (!m_view)
            return {};
        return onScreen(*m_view, m_view->columns().cell(m_column, m_view->rowRect(position())));
    }
    QAccessible::Role role() const override { return QAccessible::Cell; }
    QAccessible::State state() const override
    {
        QAccessible::State state;
        state.readOnly = true;
        state.invalid = !isValid();
        return state;
    }
    void *interface_cast(QAccessible::InterfaceType type) override
    {
        return type == QAccessible::TableCellInterface ? static_cast<QAccessibleTableCellInterface *>(this)
                                                       : nullptr;
    }

    bool isSelected() const override { return m_view && m_view->isSelected(position()); }
    QList<QAccessibleInterface *> columnHeaderCells() const override { return {}; }
    QList<QAccessibleInterface *> rowHeaderCells() const override { return {}; }
    int columnIndex() const override { return m_view ? int(shownColumns(*m_view).indexOf(m_column)) : -1; }
    int rowIndex() const override
    {
        return int(std::min<std::int64_t>(position(), std::numeric_limits<int>::max()));
    }
    int columnExtent() const override { return 1; }
    int rowExtent() const override { return 1; }
    QAccessibleInterface *table() const override { return QAccessible::queryAccessibleInterface(m_view); }

private:
    std::int64_t position() const { return m_view ? m_view->model()->rows().positionOf(m_data) : -1; }

    QPointer<LiveView> m_view;
    QAccessible::Id m_row;
    LiveRow m_data;
    LiveColumn m_column;
};

/// One row in sight.
class LiveRowAccessible : public QAccessibleInterface, public QAccessibleActionInterface
{
public:
    LiveRowAccessible(LiveView *view, LiveRow row)
        : m_view(view)
        , m_row(row)
    {
    }
    ~LiveRowAccessible() override
    {
        for (QAccessible::Id cell : std::as_const(m_cells))
            QAccessible::deleteAccessibleInterface(cell);
    }
    void setId(QAccessible::Id id) { m_id = id; }
    const LiveRow &row() const { return m_row; }

    bool isValid() const override { return m_view && m_view->model()->rows().count() > 0; }
    QObject *object() const override { return nullptr; }
    QAccessibleInterface *parent() const override { return QAccessible::queryAccessibleInterface(m_view); }
    int childCount() const override { return m_view ? int(shownColumns(*m_view).size()) : 0; }
    QAccessibleInterface *child(int index) const override
    {
        const QList<LiveColumn> columns = m_view ? shownColumns(*m_view) : QList<LiveColumn>();
        if (index < 0 || index >= columns.size())
            return nullptr;
        QAccessible::Id &id = m_cells[columns.at(index)];
        if (id == 0) {
            id = QAccessible::registerAccessibleInterface(
                new LiveCellAccessible(m_view, m_id, m_row, columns.at(index)));
        }
        return QAccessible::accessibleInterface(id);
    }
    int indexOfChild(const QAccessibleInterface *wanted) const override
    {
        for (int index = 0; index < childCount(); ++index) {
            if (child(index) == wanted)
                return index;
        }
        return -1;
    }
    QAccessibleInterface *childAt(int x, int y) const override
    {
        for (int index = 0; index < childCount(); ++index) {
            if (child(index)->rect().contains(x, y))
                return child(index);
        }
        return nullptr;
    }
    QString text(QAccessible::Text kind) const override
    {
        return m_view && kind == QAccessible::Name ? liveRowText(*m_view->model(), m_row) : QString();
    }
    void setText(QAccessible::Text, const QString &) override { }
    QRect rect() const override { return m_view ? onScreen(*m_view, m_view->rowRect(position())) : QRect(); }
    QAccessible::Role role() const override { return QAccessible::TreeItem; }
    QAccessible::State state() const override;
    void *interface_cast(QAccessible::InterfaceType type) override
    {
        return type == QAccessible::ActionInterface ? static_cast<QAccessibleActionInterface *>(this)
                                                    : nullptr;
    }

    QStringList actionNames() const override
    {
        QStringList names{pressAction(), showMenuAction(), setFocusAction()};
        if (m_row.kind == LiveRow::Kind::Group)
            names.insert(1, toggleAction());
        return names;
    }
    void doAction(const QString &name) override;
    QStringList keyBindingsForAction(const QString &) const override { return {}; }

private:
    std::int64_t position() const { return m_view ? m_view->model()->rows().positionOf(m_row) : -1; }

    QPointer<LiveView> m_view;
    LiveRow m_row;
    QAccessible::Id m_id = 0;
    mutable QHash<LiveColumn, QAccessible::Id> m_cells;
};

QAccessible::State LiveRowAccessible::state() const
{
    QAccessible::State state;
    if (!m_view) {
        state.invalid = true;
        return state;
    }
    const std::int64_t at = position();
    state.focusable = true;
    state.selectable = true;
    state.selected = m_view->isSelected(at);
    state.active = m_view->current() == m_row;
    state.focused = state.active && m_view->hasFocus();
    state.offscreen = at < m_view->firstVisible() || at >= m_view->firstVisible() + m_view->visibleCount();
    if (m_row.kind == LiveRow::Kind::Group) {
        state.expandable = true;
        state.expanded = m_view->model()->rows().isExpanded(m_row.trace);
        state.collapsed = !state.expanded;
    }
    return state;
}

void LiveRowAccessible::doAction(const QString &name)
{
    if (!m_view)
        return;
    // The action may delete this row with what it changes.
    const QPointer<LiveView> view = m_view;
    const LiveRow row = m_row;
    if (name == toggleAction()) {
        view->toggle(row);
        return;
    }
    view->setCurrent(view->model()->rows().positionOf(row));
    if (name == setFocusAction())
        view->setFocus(Qt::OtherFocusReason);
    else if (name == pressAction() && row.kind == LiveRow::Kind::Event)
        emit view->activated(row);
    else if (name == showMenuAction())
        emit view->menuWanted(row,
            view->viewport()->mapToGlobal(view->rowRect(view->model()->rows().positionOf(row)).bottomLeft()));
}

/// The list itself.
class LiveListAccessible : public QAccessibleWidget, public QAccessibleTableInterface
{
public:
    explicit LiveListAccessible(LiveView *view)
        : QAccessibleWidget(view, QAccessible::Tree)
    {
    }
    ~LiveListAccessible() override
    {
        for (QAccessible::Id row : std::as_const(m_rows))
            QAccessible::deleteAccessibleInterface(row);
    }

    /// The rows in sight, then the current row when it is out of sight, then the pill.
    int childCount() const override
    {
        return view()->visibleCount() + (currentIsExtra() ? 1 : 0) + (pill() ? 1 : 0);
    }
    QAccessibleInterface *child(int index) const override
    {
        const int visible = view()->visibleCount();
        if (index < 0 || index >= childCount())
            return nullptr;
        if (index < visible)
            return rowAt(view()->firstVisible() + index);
        if (currentIsExtra() && index == visible)
            return interfaceFor(view()->current());
        return QAccessible::queryAccessibleInterface(pill());
    }
    int indexOfChild(const QAccessibleInterface *wanted) const override
    {
        for (int index = 0; index < childCount(); ++index) {
            if (child(index) == wanted)
                return index;
        }
        return -1;
    }
    QAccessibleInterface *childAt(int x, int y) const override
    {
        const QPoint inside = view()->viewport()->mapFromGlobal(QPoint(x, y));
        const std::int64_t position
            = view()->viewport()->rect().contains(inside) ? view()->positionAt(inside.y()) : -1;
        return position < 0 ? nullptr : rowAt(position);
    }
    QAccessibleInterface *focusChild() const override
    {
        return view()->hasFocus() && view()->current().kind != LiveRow::Kind::None
            ? interfaceFor(view()->current())
            : nullptr;
    }
    void *interface_cast(QAccessible::InterfaceType type) override
    {
        return type == QAccessible::TableInterface ? static_cast<QAccessibleTableInterface *>(this)
                                                   : QAccessibleWidget::interface_cast(type);
    }
    int indexOfCurrent() const
    {
        const std::int64_t position = view()->model()->rows().positionOf(view()->current());
        return currentIsExtra() ? view()->visibleCount() : int(position - view()->firstVisible());
    }

    // The table: all rows, though only those in sight are children.
    QAccessibleInterface *caption() const override { return nullptr; }
    QAccessibleInterface *summary() const override { return nullptr; }
    QAccessibleInterface *cellAt(int row, int column) const override
    {
        QAccessibleInterface *line = row >= 0 && row < rowCount() ? rowAt(row) : nullptr;
        return line ? line->child(column) : nullptr;
    }
    int selectedCellCount() const override { return selectedRowCount() * columnCount(); }
    QList<QAccessibleInterface *> selectedCells() const override { return {}; }
    QString columnDescription(int column) const override
    {
        const QList<LiveColumn> columns = shownColumns(*view());
        return column >= 0 && column < columns.size() ? columnTitle(columns.at(column)) : QString();
    }
    QString rowDescription(int row) const override
    {
        return liveRowText(*view()->model(), view()->model()->rows().at(row));
    }
    int selectedColumnCount() const override { return 0; }
    int selectedRowCount() const override
    {
        const auto [first, last] = view()->selection();
        return toInt(last - first + 1);
    }
    int columnCount() const override { return int(shownColumns(*view()).size()); }
    int rowCount() const override { return toInt(view()->model()->rows().count()); }
    QList<int> selectedColumns() const override { return {}; }
    QList<int> selectedRows() const override
    {
        const auto [first, last] = view()->selection();
        QList<int> rows;
        for (std::int64_t row = first; row <= last && rows.size() < maxRows; ++row)
            rows.append(toInt(row));
        return rows;
    }
    bool isColumnSelected(int) const override { return false; }
    bool isRowSelected(int row) const override { return view()->isSelected(row); }
    bool selectRow(int row) override
    {
        view()->setCurrent(row);
        return true;
    }
    bool selectColumn(int) override { return false; }
    bool unselectRow(int row) override
    {
        if (view()->isSelected(row))
            view()->clearCurrent();
        return true;
    }
    bool unselectColumn(int) override { return false; }
    void modelChange(QAccessibleTableModelChangeEvent *) override { }

private:
    static int toInt(std::int64_t value)
    {
        return int(std::min<std::int64_t>(value, std::numeric_limits<int>::max()));
    }
    LiveView *view() const { return static_cast<LiveView *>(widget()); }
    NewEventsPill *pill() const
    {
        auto *button = view()->findChild<NewEventsPill *>(QString(), Qt::FindDirectChildrenOnly);
        return button && button->isVisible() ? button : nullptr;
    }
    bool currentIsExtra() const
    {
        if (view()->current().kind == LiveRow::Kind::None || view()->model()->rows().count() == 0)
            return false;
        const std::int64_t position = view()->model()->rows().positionOf(view()->current());
        return position < view()->firstVisible()
            || position >= view()->firstVisible() + view()->visibleCount();
    }
    static QString keyOf(const LiveRow &row)
    {
        const std::int64_t place = raw(row.event) != 0 ? 0 : row.ordinal;
        return u"%1 %2 %3 %4"_s.arg(static_cast<int>(row.kind))
            .arg(raw(row.trace))
            .arg(raw(row.event))
            .arg(place);
    }
    QAccessibleInterface *rowAt(std::int64_t position) const
    {
        return interfaceFor(view()->model()->rows().at(position));
    }
    QAccessibleInterface *interfaceFor(const LiveRow &row) const
    {
        if (row.kind == LiveRow::Kind::None)
            return nullptr;
        QAccessible::Id &id = m_rows[keyOf(row)];
        if (id == 0) {
            auto *made = new LiveRowAccessible(view(), row);
            id = QAccessible::registerAccessibleInterface(made);
            made->setId(id);
            const QAccessible::Id kept = id;
            trim(kept);
            return QAccessible::accessibleInterface(kept);
        }
        return QAccessible::accessibleInterface(id);
    }
    void trim(QAccessible::Id kept) const
    {
        if (m_rows.size() <= maxRows)
            return;
        QSet<QString> inSight;
        const std::int64_t first = view()->firstVisible();
        for (std::int64_t position = first; position < first + view()->visibleCount(); ++position)
            inSight.insert(keyOf(view()->model()->rows().at(position)));
        m_rows.removeIf([&](auto row) {
            if (row.value() == kept || inSight.contains(row.key()))
                return false;
            QAccessible::deleteAccessibleInterface(row.value());
            return true;
        });
    }

    mutable QHash<QString, QAccessible::Id> m_rows;
};

QAccessibleInterface *makeInterface(const QString &className, QObject *object)
{
    auto *view = className == "Weir::LiveView"_L1 ? qobject_cast<LiveView *>(object) : nullptr;
    return view ? new LiveListAccessible(view) : nullptr;
}

LiveListAccessible *listOf(LiveView *view)
{
    return QAccessible::isActive()
        ? static_cast<LiveListAccessible *>(QAccessible::queryAccessibleInterface(view))
        : nullptr;
}

} // namespace

void installLiveAccessibility()
{
    static const bool installed = [] {
        QAccessible::installFactory(makeInterface);
        return true;
    }();
    Q_UNUSED(installed)
}

void noteLiveCurrentChanged(LiveView *view)
{
    const LiveListAccessible *list = listOf(view);
    if (!list || view->current().kind == LiveRow::Kind::None)
        return;
    const int index = list->indexOfCurrent();
    for (QAccessible::Event kind : {QAccessible::Focus, QAccessible::Selection}) {
        if (kind == QAccessible::Focus && !view->hasFocus())
            continue;
        QAccessibleEvent event(view, kind);
        event.setChild(index);
        QAccessible::updateAccessibility(&event);
    }
}

void noteLiveRowsChanged(LiveView *view)
{
    static QElapsedTimer sinceNotice;
    if (!QAccessible::isActive() || (sinceNotice.isValid() && sinceNotice.elapsed() < noticeMs))
        return;
    sinceNotice.start();
    QAccessibleTableModelChangeEvent event(view, QAccessibleTableModelChangeEvent::ModelReset);
    QAccessible::updateAccessibility(&event);
}

} // namespace Weir
