#include "ui/models/flaglistmodel.h"

#include "ui/models/flagtexts.h"
#include "ui/models/format.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace Weir {

FlagListModel::FlagListModel(const FlagBoard &board, QObject *parent)
    : QAbstractTableModel(parent)
    , m_board(board)
{
    connect(&board, &FlagBoard::reportChanged, this, &FlagListModel::refresh);
    refresh();
}

const FlagState *FlagListModel::find(std::string_view key) const
{
    if (const FlagState *const known = m_board.find(key))
        return known;
    const auto added = m_added.find(key);
    return added == m_added.end() ? nullptr : &added->second;
}

const FlagState *FlagListModel::flag(int row) const
{
    return row >= 0 && row < rowCount() ? find(m_keys[static_cast<std::size_t>(row)]) : nullptr;
}

int FlagListModel::rowOf(std::string_view key) const
{
    const auto found = std::ranges::lower_bound(m_keys, key);
    return found != m_keys.end() && *found == key ? static_cast<int>(found - m_keys.begin()) : -1;
}

void FlagListModel::setFind(const QString &text)
{
    m_find = text.trimmed();
    refresh();
}

void FlagListModel::addFlag(const std::string &key)
{
    if (key.empty() || find(key))
        return;
    FlagState flag;
    flag.key = key;
    m_added.emplace(key, std::move(flag));
    refresh();
}

void FlagListModel::setNow(UtcTime now)
{
    m_now = now;
    if (!m_keys.empty())
        emit dataChanged(index(0, PickUp), index(rowCount() - 1, LastServed));
}

std::vector<std::string> FlagListModel::wantedKeys() const
{
    std::vector<std::string> keys;
    const auto add = [&](const std::string &key) {
        if (m_find.isEmpty() || fromUtf8(key).contains(m_find, Qt::CaseInsensitive))
            keys.push_back(key);
    };
    for (const FlagState &flag : m_board.report().flags)
        add(flag.key);
    for (const auto &[key, flag] : m_added) {
        if (!m_board.find(key))
            add(key);
    }
    std::ranges::sort(keys);
    return keys;
}

/// Takes out what is gone and puts in what is new, each in one step, so that views keep their place.
void FlagListModel::refresh()
{
    const std::vector<std::string> wanted = wantedKeys();
    for (std::size_t row = m_keys.size(); row-- > 0;) {
        if (std::ranges::binary_search(wanted, m_keys[row]))
            continue;
        const std::size_t last = row;
        while (row > 0 && !std::ranges::binary_search(wanted, m_keys[row - 1]))
            --row;
        beginRemoveRows({}, static_cast<int>(row), static_cast<int>(last));
        m_keys.erase(m_keys.begin() + static_cast<std::ptrdiff_t>(row),
            m_keys.begin() + static_cast<std::ptrdiff_t>(last) + 1);
        endRemoveRows();
    }
    for (std::size_t row = 0; row < wanted.size(); ++row) {
        if (row < m_keys.size() && m_keys[row] == wanted[row])
            continue;
        std::size_t end = row + 1; // Up to the next one that is there already.
        while (end < wanted.size() && (row >= m_keys.size() || wanted[end] < m_keys[row]))
            ++end;
        beginInsertRows({}, static_cast<int>(row), static_cast<int>(end) - 1);
        m_keys.insert(m_keys.begin() + static_cast<std::ptrdiff_t>(row),
            wanted.begin() + static_cast<std::ptrdiff_t>(row),
            wanted.begin() + static_cast<std::ptrdiff_t>(end));
        endInsertRows();
        row = end - 1;
    }
    if (!m_keys.empty())
        emit dataChanged(index(0, 0), index(rowCount() - 1, ColumnCount - 1));
}

int FlagListModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_keys.size());
}

int FlagListModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QVariant FlagListModel::data(const QModelIndex &index, int role) const
{
    const FlagState *const shown = flag(index.row());
    if (!shown)
        return {};
    switch (role) {
    case Qt::DisplayRole:
        return text(*shown, index.column());
    case Qt::AccessibleTextRole:
        return spoken(*shown, index.column());
    case Qt::ToolTipRole:
        return index.column() == Flag || index.column() == PickUp ? spoken(*shown, index.column())
                                                                  : QString();
    default:
        return {};
    }
}

QString FlagListModel::text(const FlagState &flag, int column) const
{
    switch (column) {
    case Flag:
        return fromUtf8(flag.key);
    case Upstream:
        return upstreamText(flag, report().upstream);
    case Serve:
        return flagChoices(flag)[flagChoice(flag)].text;
    case PickUp:
        return pickUpLine(flag, report(), m_now).text;
    case LastServed:
        return flag.lastServedAt ? sdkName(flag.lastServedBy) : tr("not served yet");
    default:
        return {};
    }
}

QString FlagListModel::spoken(const FlagState &flag, int column) const
{
    switch (column) {
    case Flag:
        return fromUtf8(flag.key) + u", "_s + flagKind(flag);
    case Upstream:
        return tr("Upstream: %1").arg(text(flag, column));
    case Serve:
        return spokenServe(flag, report().upstream);
    case LastServed:
        return flag.lastServedAt
            ? tr("Last served to %1, %2, %3")
                  .arg(text(flag, column), lastAsker(flag), agoText(*flag.lastServedAt, m_now))
            : text(flag, column);
    default:
        return text(flag, column);
    }
}

QVariant FlagListModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return {};
    switch (section) {
    case Flag:
        return tr("Flag");
    case Upstream:
        return tr("Upstream");
    case Serve:
        return tr("Serve");
    case PickUp:
        return tr("Set, served, seen in event");
    case LastServed:
        return tr("Last served to");
    default:
        return {};
    }
}

} // namespace Weir
