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
    {u"Source", 110, 50, 1180},
    {u"Workspace", 110, 50, 1600},
    {u"User", 110, 50, 1600},
    {u"Duration", 66, 60, 0},
    {u"Waterfall", 196, 80, 0},
};
constexpr int maxWidth = 900;
constexpr int wideWindow = 1600, widestWindow = 2200, wideWaterfall = 320;
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
    for (std::size_t column = 0; column < liveColumnCount; ++column)
        m_order[column] = LiveColumn(column);
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

std::size_t LiveColumns::placeOf(LiveColumn column) const
{
    return std::size_t(std::ranges::find(m_order, column) - m_order.begin());
}

void LiveColumns::move(LiveColumn column, LiveColumn place)
{
    if (!canMove(column) || !canMove(place))
        return;
    const auto from = m_order.begin() + std::ptrdiff_t(placeOf(column)),
               to = m_order.begin() + std::ptrdiff_t(placeOf(place));
    if (from < to)
        std::rotate(from, from + 1, to + 1);
    else
        std::rotate(to, from, from + 1);
}

bool LiveColumns::isBehindEvent(LiveColumn column) const
{
    return placeOf(column) > placeOf(LiveColumn::Event);
}

void LiveColumns::layOut(int width, int windowWidth)
{
    m_sizes.fill(0);
    for (std::size_t column = 0; column < liveColumnCount; ++column) {
        if (m_wanted[column] && windowWidth >= table[column].fromWindowWidth)
            m_sizes[column] = px(m_widths[column]);
    }
    constexpr auto waterfall = static_cast<std::size_t>(LiveColumn::Waterfall);
    // The widest have the trace beside the list.
    const bool isWide = windowWidth >= wideWindow && windowWidth < widestWindow;
    if (isWide && !m_widened[waterfall] && m_sizes[waterfall] > 0)
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
    int left = 0;
    for (const LiveColumn column : m_order) {
        m_lefts[index(column)] = left;
        left += m_sizes[index(column)];
    }
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
    for (const LiveColumn column : m_order) {
        const std::size_t at = index(column);
        state << int(column) << (m_widened[at] ? m_widths[at] : 0) << m_wanted[at];
    }
    return state;
}

void LiveColumns::restore(const QVariantList &state)
{
    constexpr int fields = 3;
    std::array<LiveColumn, liveColumnCount> order{};
    for (std::size_t place = 0; place < liveColumnCount; ++place)
        order[place] = LiveColumn(state.value(qsizetype(fields * place)).toInt());
    const bool isWhole = state.size() == fields * liveColumnCount && order.front() == LiveColumn::Time
        && std::ranges::is_permutation(order, LiveColumns().m_order);
    if (!isWhole)
        return; // Of another version: the defaults are better than a guess.
    m_order = order;
    for (std::size_t place = 0; place < liveColumnCount; ++place) {
        const int width = state.at(qsizetype(fields * place + 1)).toInt();
        if (width > 0)
            setWidth(order[place], width);
        setWanted(order[place], state.at(qsizetype(fields * place + 2)).toBool());
    }
}

} // namespace Weir
