// Menus and questions of LivePanel.

#include "ui/delegates/livecells.h"
#include "ui/models/format.h"
#include "ui/models/jsonmembers.h"
#include "ui/panels/livepanel.h"
#include "ui/panels/livetoolbar.h"
#include "ui/panels/liveview.h"

#include <QApplication>
#include <QClipboard>
#include <QMenu>
#include <QMessageBox>
#include <QPushButton>
#include <QToolButton>

using namespace Qt::StringLiterals;

namespace Weir {

void LivePanel::showColumns()
{
    auto *menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    for (int index = 0; index < liveColumnCount; ++index) {
        const auto column = LiveColumn(index);
        if (!LiveColumns::canHide(column))
            continue;
        QAction *action = menu->addAction(columnTitle(column));
        action->setCheckable(true);
        action->setChecked(m_view->columns().isWanted(column));
        connect(action, &QAction::toggled, this, [this, column](bool on) {
            m_view->columns().setWanted(column, on);
            m_view->columnsChanged();
            emit stateChanged();
        });
    }
    menu->addSeparator();
    QAction *matching = menu->addAction(tr("Matching events only"));
    matching->setToolTip(tr("Leave out the other events of traces that have a match"));
    matching->setCheckable(true);
    matching->setChecked(m_model.isMatchingOnly());
    connect(matching, &QAction::toggled, this, [this](bool on) {
        m_model.setMatchingOnly(on);
        emit stateChanged();
    });
    QToolButton *button = m_toolbar->columnsButton();
    menu->popup(button->mapToGlobal(QPoint(0, button->height())));
}

void LivePanel::showMenu(const LiveRow &row, const QPoint &globalPosition)
{
    auto *menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    const LiveColumn column = m_view->currentColumn();
    if (row.kind == LiveRow::Kind::Group) {
        const bool expanded = m_model.rows().isExpanded(row.trace);
        menu->addAction(expanded ? tr("Close") : tr("Open"), this, [this, row] { m_view->toggle(row); });
        menu->addAction(tr("Open all below"), this, [this, row] { m_model.expandFrom(row.trace); });
    }
    menu->addAction(tr("Copy as JSON"), this, [this] { copySelection(*m_view); });
    const QString cell = liveCellText(m_model, row, column);
    if (!cell.isEmpty())
        menu->addAction(tr("Copy cell"), this, [cell] { QApplication::clipboard()->setText(cell); });
    const CellFilter wanted = liveCellFilter(m_model, row, column);
    if (!wanted.key.isEmpty() && !wanted.value.isEmpty()) {
        menu->addSeparator();
        const QString value = wanted.value.size() > 40 ? wanted.value.left(40) + u'…' : wanted.value;
        const auto add = [&](FilterOp op) {
            const FilterTerm term{wanted.key, op, wanted.value};
            menu->addAction(
                toText(FilterTerm{wanted.key, op, value}), this, [this, term] { setTerm(term, true); });
        };
        add(FilterOp::Is);
        if (operatorsFor(wanted.key).contains(FilterOp::IsNot))
            add(FilterOp::IsNot);
    }
    const TraceSummary *trace = m_model.summary(row.trace);
    if (trace && !trace->traceId.empty() && wanted.key != "trace_id"_L1) {
        const FilterTerm term{u"trace_id"_s, FilterOp::Is, fromUtf8(trace->traceId)};
        menu->addAction(tr("Only this trace"), this, [this, term] { setTerm(term, true); });
    }
    menu->popup(globalPosition);
}

void LivePanel::copySelection(const LiveView &view)
{
    constexpr std::int64_t copiedAtMost = 10'000; // More is an export, not something to paste.
    auto rows = view.selectedEvents(copiedAtMost + 1);
    if (rows.empty())
        return;
    m_copyGeneration = ++m_generation;
    emit payloadsNeeded({m_copyGeneration, std::move(rows), copiedAtMost});
}

void LivePanel::setPayloads(const PayloadsReport &report)
{
    if (report.generation != m_copyGeneration || report.payloads.empty())
        return;
    QApplication::clipboard()->setText(QString::fromUtf8(jsonArray(report.payloads)));
    const QString copied = counted(std::int64_t(report.payloads.size()), tr("event"));
    emit told(report.isCut ? tr("The first %1 copied").arg(copied) : tr("%1 copied").arg(copied));
}

void LivePanel::askToClear()
{
    const qint64 events = m_model.session().events;
    auto *box = new QMessageBox(QMessageBox::NoIcon, tr("Clear events"),
        tr("This removes all events and requests of this session from the file. It cannot be undone."),
        QMessageBox::Cancel, this);
    box->setAttribute(Qt::WA_DeleteOnClose);
    QPushButton *clear
        = box->addButton(tr("Clear %1").arg(counted(events, tr("event"))), QMessageBox::DestructiveRole);
    box->setDefaultButton(QMessageBox::Cancel);
    connect(clear, &QPushButton::clicked, this, &LivePanel::resetWanted);
    box->open();
}

} // namespace Weir
