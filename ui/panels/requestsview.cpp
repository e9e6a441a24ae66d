#include "ui/panels/requestsview.h"

#include "ui/theme/theme.h"

#include <QHeaderView>

namespace Weir {

RequestsView::RequestsView(QWidget *parent)
    : QTreeView(parent)
{
    setModel(&m_table);
    setRootIsDecorated(false);
    setUniformRowHeights(true);
    setAllColumnsShowFocus(true);
    setSelectionBehavior(QAbstractItemView::SelectRows);
    setFrameShape(QFrame::NoFrame);
    setAccessibleName(tr("Requests that were not understood or could not be decoded"));
    header()->setStretchLastSection(true);
    const int widths[] = {104, 66, 300, 66};
    for (int column = 0; column < int(std::size(widths)); ++column)
        header()->resizeSection(column, px(widths[column]));
    connect(
        selectionModel(), &QItemSelectionModel::currentRowChanged, this, [this](const QModelIndex &index) {
            if (const StoredRequest *request = m_table.request(index.row()))
                emit requestSelected(*request);
        });
}

void RequestsView::setRequests(const RequestPage &page)
{
    const StoredRequest *current = m_table.request(currentIndex().row());
    const RequestId selected = current ? current->request.id : RequestId{};
    {
        // What is selected stays selected; it is not news.
        const QSignalBlocker quiet(selectionModel());
        m_table.setRequests(page.requests);
    }
    for (int row = 0; raw(selected) != 0 && row < m_table.rowCount(); ++row) {
        if (m_table.request(row)->request.id == selected) {
            const QSignalBlocker quiet(selectionModel());
            setCurrentIndex(m_table.index(row, 0));
        }
    }
}

} // namespace Weir
