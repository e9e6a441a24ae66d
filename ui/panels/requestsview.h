#pragma once

#include "core/store/eventquery.h"
#include "ui/models/requesttable.h"

#include <QTreeView>

namespace Weir {

/// The requests that gave no events though they should have: not understood, or not decodable.
class RequestsView : public QTreeView
{
    Q_OBJECT
public:
    explicit RequestsView(QWidget *parent = nullptr);

    void setRequests(const RequestPage &page);

signals:
    void requestSelected(const Weir::StoredRequest &request);

private:
    RequestTable m_table;
};

} // namespace Weir
