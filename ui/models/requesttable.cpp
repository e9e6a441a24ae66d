#include "ui/models/requesttable.h"

#include "ui/models/format.h"

using namespace Qt::StringLiterals;

namespace Weir {

namespace {

QString reasonOf(const CapturedRequest &request)
{
    if (!request.error.message.empty())
        return fromUtf8(toText(request.error));
    return request.state == RequestState::NotUnderstood ? RequestTable::tr("No protocol has such a path")
                                                        : QString();
}

} // namespace

RequestTable::RequestTable(QObject *parent)
    : QAbstractTableModel(parent)
{
}

void RequestTable::setRequests(std::vector<StoredRequest> requests)
{
    beginResetModel();
    m_requests = std::move(requests);
    endResetModel();
}

const StoredRequest *RequestTable::request(int row) const
{
    return row >= 0 && row < rowCount() ? &m_requests[std::size_t(row)] : nullptr;
}

int RequestTable::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : int(m_requests.size());
}

int RequestTable::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QVariant RequestTable::data(const QModelIndex &index, int role) const
{
    const StoredRequest *stored = request(index.row());
    if (!stored || (role != Qt::DisplayRole && role != Qt::ToolTipRole && role != Qt::AccessibleTextRole))
        return {};
    const CapturedRequest &shown = stored->request;
    switch (index.column()) {
    case Time:
        return formatClock(shown.receivedAt);
    case Method:
        return fromUtf8(shown.method);
    case Path:
        return fromUtf8(shown.target);
    case Status:
        return QString::number(shown.answerStatus);
    case Reason:
        return reasonOf(shown);
    default:
        return {};
    }
}

QVariant RequestTable::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return {};
    switch (section) {
    case Time:
        return tr("Time");
    case Method:
        return tr("Method");
    case Path:
        return tr("Path");
    case Status:
        return tr("Answer");
    case Reason:
        return tr("Reason");
    default:
        return {};
    }
}

} // namespace Weir
