#include "ui/delegates/livecolumns.h"

#include "ui/theme/theme.h"

#include <algorithm>
#include <numeric>

using namespace Qt::StringLiterals;

namespace Weir {

namespace {

struct ColumnRow
{
    QStringView title;
    int width; ///< Design pixels; of Event the least.
    int least;
    int fromWindowWidth; ///< Narrower windows do not show it.
};

// In the order of LiveColumn.
constexpr ColumnRow table[liveColumnCount] = {
    {u"Time", 104, 60, 0},
    {u"Trace / event", 240, 240, 0},
    {u"Status", 62, 44, 0},
    {u"Source", 97, 50, 1180},
    {u"Workspace", 110, 50, 1600},
    {u"User", 110, 50, 1600},
    {u"Duration", 66, 60, 0},
    {u"Waterfall", 196, 80, 0},
};
constexpr int maxWidth = 900;
constexpr int wideWindow = 1600, wideWaterfall = 320;
// Who goes first when there is no room.
constexpr LiveColumn expendable[] = {LiveColumn::Workspace, LiveColumn::User, LiveColumn::Source,
    LiveColumn::Status, LiveColumn::Duration, LiveColumn::Waterfall};

} // namespace

QString columnTitle(LiveColumn column)
{
    return table[static_cast<int>(column)].title.toString();
}

LiveColumns::LiveColumns()
{
    m_wanted.fill(true);
    std::transform(
        std::begin(table), std::end(table), m_widths.begin(), [](const ColumnRow &row) { return row.width; });
}

void LiveColumns::setWidth(LiveColumn column, int width)
{
    m_widths[index(column)] = std::clamp(width, table[index(column)].least, maxWidth);
    m_widened[index(column)] = true;
}

void LiveColumns::resetWidth(LiveColumn column)
{
    m_widths[index(column)] = table[index(column)].width;
    m_widened[index(column)] = false;
}

bool LiveColumns::canHide(LiveColumn column)
{
    return column != LiveColumn::Time && column != LiveColumn::Event;
}

void LiveColumns::setWanted(LiveColumn column, bool wanted)
{
    m_wanted[index(column)] = wanted || !canHide(column);
}

void LiveColumns::layOut(int width, int windowWidth)
{
    m_sizes.fill(0);
    for (std::size_t column = 0; column < liveColumnCount; ++column) {
        if (m_wanted[column] && windowWidth >= table[column].fromWindowWidth)
            m_sizes[column] = px(m_widths[column]);
    }
    constexpr auto waterfall = static_cast<std::size_t>(LiveColumn::Waterfall);
    if (windowWidth >= wideWindow && !m_widened[waterfall] && m_sizes[waterfall] > 0)
        m_sizes[waterfall] = px(wideWaterfall);
    constexpr auto event = static_cast<std::size_t>(LiveColumn::Event);
    const auto room
        = [&] { return width - std::accumulate(m_sizes.begin(), m_sizes.end(), 0) + m_sizes[event]; };
    for (LiveColumn column : expendable) {
        if (room() >= px(table[event].least))
            break;
        m_sizes[index(column)] = 0;
    }
    m_sizes[event] = std::max(px(60), room());
    std::exclusive_scan(m_sizes.begin(), m_sizes.end(), m_lefts.begin(), 0);
}

QRect LiveColumns::cell(LiveColumn column, const QRect &row) const
{
    return {row.left() + m_lefts[index(column)], row.top(), m_sizes[index(column)], row.height()};
}

LiveColumn LiveColumns::columnAt(int x) const
{
    for (std::size_t column = 0; column < liveColumnCount; ++column) {
        if (x >= m_lefts[column] && x < m_lefts[column] + m_sizes[column])
            return LiveColumn(column);
    }
    return LiveColumn::Event;
}

QVariantList LiveColumns::state() const
{
    QVariantList state;
    for (std::size_t column = 0; column < liveColumnCount; ++column)
        state << (m_widened[column] ? m_widths[column] : 0) << m_wanted[column];
    return state;
}

void LiveColumns::restore(const QVariantList &state)
{
    if (state.size() != 2 * liveColumnCount)
        return; // Of another version: the defaults are better than a guess.
    for (int column = 0; column < liveColumnCount; ++column) {
        const int width = state.at(2 * column).toInt();
        if (width > 0)
            setWidth(LiveColumn(column), width);
        setWanted(LiveColumn(column), state.at(2 * column + 1).toBool());
    }
}

} // namespace Weir
