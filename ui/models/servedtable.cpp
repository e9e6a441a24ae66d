#include "ui/models/servedtable.h"

#include "ui/models/flagtexts.h"
#include "ui/models/format.h"

#include <algorithm>
#include <utility>

using namespace Qt::StringLiterals;

namespace Weir {

ServedTable::ServedTable(QObject *parent)
    : QAbstractTableModel(parent)
{
}

const ServedFlags *ServedTable::served(int row) const
{
    return row >= 0 && row < rowCount() ? &m_rows[static_cast<std::size_t>(row)] : nullptr;
}

void ServedTable::show(const std::string &key, const std::string &sdk)
{
    if (key == m_key && sdk == m_sdk)
        return refresh();
    beginResetModel();
    m_key = key;
    m_sdk = sdk;
    m_rows.clear();
    m_next = 0;
    endResetModel();
    m_newest = m_older = 0;
    m_isOld = false;
    refresh();
}

void ServedTable::refresh()
{
    if (m_key.empty())
        return;
    if (m_newest != 0)
        m_isOld = true;
    else
        m_newest = ask(0);
}

quint64 ServedTable::ask(std::int64_t before)
{
    ServedQuery query;
    query.key = m_key;
    query.sdk = m_sdk;
    query.before = before;
    const quint64 number = ++m_lastNumber;
    // Whoever answers at once finds the number set.
    QMetaObject::invokeMethod(
        this, [this, number, query] { emit pageNeeded(number, query); }, Qt::QueuedConnection);
    return number;
}

void ServedTable::setPage(quint64 number, const ServedPage &page)
{
    if (number == 0)
        return;
    if (number == m_newest) {
        m_newest = 0;
        addNewest(page);
        if (std::exchange(m_isOld, false))
            refresh();
    } else if (number == m_older) {
        m_older = 0;
        addOlder(page);
    }
}

void ServedTable::addNewest(const ServedPage &page)
{
    const std::int64_t known = m_rows.empty() ? 0 : m_rows.front().id;
    const auto end = std::ranges::find_if(
        page.answers, [known](const ServedFlags &answer) { return answer.id <= known; });
    if (end == page.answers.end() && page.next != 0) { // The first page, or more came than one holds.
        beginResetModel();
        m_rows.assign(page.answers.begin(), page.answers.end());
        m_next = page.next;
        m_older = 0;
        endResetModel();
        return;
    }
    update({end, page.answers.end()});
    if (end == page.answers.begin())
        return;
    beginInsertRows({}, 0, static_cast<int>(end - page.answers.begin()) - 1);
    m_rows.insert(m_rows.begin(), page.answers.begin(), end);
    endInsertRows();
}

/// What was listed before may have been seen since.
void ServedTable::update(const std::vector<ServedFlags> &answers)
{
    auto row = m_rows.begin();
    for (const ServedFlags &answer : answers) {
        row = std::find_if(row, m_rows.end(), [&](const ServedFlags &each) { return each.id <= answer.id; });
        if (row == m_rows.end())
            return;
        if (row->id != answer.id || *row->values == *answer.values)
            continue;
        row->values = answer.values;
        const int at = static_cast<int>(row - m_rows.begin());
        emit dataChanged(index(at, 0), index(at, ColumnCount - 1));
    }
}

void ServedTable::addOlder(const ServedPage &page)
{
    m_next = page.next;
    if (page.answers.empty())
        return;
    const int first = rowCount();
    beginInsertRows({}, first, first + static_cast<int>(page.answers.size()) - 1);
    m_rows.insert(m_rows.end(), page.answers.begin(), page.answers.end());
    endInsertRows();
}

bool ServedTable::canFetchMore(const QModelIndex &parent) const
{
    return !parent.isValid() && m_next != 0 && m_older == 0;
}

void ServedTable::fetchMore(const QModelIndex &parent)
{
    if (canFetchMore(parent))
        m_older = ask(m_next);
}

int ServedTable::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_rows.size());
}

int ServedTable::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QString ServedTable::seenText(const FlagSeen &seen)
{
    if (seen.eventName.empty())
        return formatClock(seen.at); // Kept by an older version.
    const QString name = fromUtf8(seen.eventName);
    return seen.traceId.empty() ? name : name + u", "_s + shortTraceId(seen.traceId);
}

QString ServedTable::seenTrace(int row) const
{
    const ServedFlags *const shown = served(row);
    return shown && !shown->values->empty() && shown->values->front().seen
        ? fromUtf8(shown->values->front().seen->traceId)
        : QString();
}

QVariant ServedTable::data(const QModelIndex &index, int role) const
{
    const ServedFlags *const shown = served(index.row());
    if (!shown || shown->values->empty())
        return {};
    const ServedValue &value = shown->values->front();
    if (role == Qt::AccessibleTextRole && index.column() == Value)
        return fromUtf8(toText(value.value)) + (value.isOverridden ? tr(", overridden") : QString());
    if (role == Qt::AccessibleTextRole && index.column() == Seen)
        return value.seen ? tr("seen in %1 at %2").arg(index.data().toString(), formatClock(value.seen->at))
                          : tr("not seen in an event");
    if (role == Qt::ToolTipRole && index.column() == Seen)
        return value.seen ? tr("An event of this SDK and user first carried the value at %1")
                                .arg(formatClock(value.seen->at))
                          : tr("No event of this SDK and user has carried this value since");
    if (role == Qt::ToolTipRole && index.column() == Value)
        return value.payload ? tr("Payload: %1").arg(fromUtf8(*value.payload).left(2000)) : QString();
    if (role != Qt::DisplayRole && role != Qt::ToolTipRole && role != Qt::AccessibleTextRole)
        return {};
    switch (index.column()) {
    case Time:
        return formatClock(shown->at);
    case SdkColumn:
        return sdkText(shown->sdk);
    case DistinctId:
        return askerText(shown->distinctId, shown->path);
    case Request:
        return requestText(*shown);
    case Value:
        return fromUtf8(toText(value.value));
    case Seen:
        return value.seen ? seenText(*value.seen) : value.isOverridden ? tr("Not yet") : QString();
    default:
        return {};
    }
}

QVariant ServedTable::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return {};
    switch (section) {
    case Time:
        return tr("Time");
    case SdkColumn:
        return tr("SDK");
    case DistinctId:
        return u"distinct_id"_s;
    case Request:
        return tr("Request");
    case Value:
        return tr("Value sent");
    case Seen:
        return tr("Seen in event");
    default:
        return {};
    }
}

} // namespace Weir
