#pragma once

#include <QRect>
#include <QVariantList>

#include <array>
#include <cstdint>

namespace Weir {

/// The columns of the Live list, in their fixed order.
enum class LiveColumn : std::uint8_t { Time, Event, Status, Source, Workspace, User, Duration, Waterfall };
constexpr int liveColumnCount = 8;

QString columnTitle(LiveColumn column);

/// Where each column lies. Widths are in design pixels and scale with the text; Event takes what is left,
/// and when that would be too little, columns of lesser weight are left out from the right.
class LiveColumns
{
public:
    LiveColumns();

    int width(LiveColumn column) const { return m_widths[index(column)]; } ///< Design pixels.
    void setWidth(LiveColumn column, int width);
    void resetWidth(LiveColumn column);
    static bool isResizable(LiveColumn column) { return column != LiveColumn::Event; }

    /// What the user wants to see; Time and Event are always there.
    bool isWanted(LiveColumn column) const { return m_wanted[index(column)]; }
    void setWanted(LiveColumn column, bool wanted);
    static bool canHide(LiveColumn column);

    /// Places the columns in `width` logical pixels. `windowWidth` is the window's, which decides what is
    /// shown (design: 1180 and 1600).
    void layOut(int width, int windowWidth);
    bool isShown(LiveColumn column) const { return m_sizes[index(column)] > 0; }
    /// The cell in a row; empty when the column is not shown.
    QRect cell(LiveColumn column, const QRect &row) const;
    LiveColumn columnAt(int x) const;

    QVariantList state() const;
    void restore(const QVariantList &state);

private:
    static std::size_t index(LiveColumn column) { return static_cast<std::size_t>(column); }

    std::array<int, liveColumnCount> m_widths;
    std::array<bool, liveColumnCount> m_wanted;
    std::array<bool, liveColumnCount> m_widened{}; ///< The user set the width.
    std::array<int, liveColumnCount> m_lefts{}, m_sizes{};
};

} // namespace Weir
