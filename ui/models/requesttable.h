#pragma once

#include "core/store/eventquery.h"

#include <QAbstractTableModel>

#include <vector>

namespace Weir {

/// The requests that were not understood or could not be decoded, newest first.
class RequestTable : public QAbstractTableModel
{
    Q_OBJECT
public:
    enum Column { Time, Method, Path, Status, Reason, ColumnCount };

    explicit RequestTable(QObject *parent = nullptr);

    void setRequests(std::vector<StoredRequest> requests);
    const StoredRequest *request(int row) const; ///< Null outside.

    int rowCount(const QModelIndex &parent = {}) const override;
    int columnCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role = Qt::DisplayRole) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role = Qt::DisplayRole) const override;

private:
    std::vector<StoredRequest> m_requests;
};

} // namespace Weir
