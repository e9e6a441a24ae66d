#pragma once

#include <QRect>
#include <QVariantList>

#include <array>
#include <cstdint>

namespace Weir {

/// The columns of the Live list, in the order of a first start.
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

    /// All columns from left to right, those that are not shown, too.
    const std::array<LiveColumn, liveColumnCount> &order() const { return m_order; }
    /// Puts `column` where `place` is now. Time stays first: the edge of the row is its own.
    void move(LiveColumn column, LiveColumn place);
    static bool canMove(LiveColumn column) { return column != LiveColumn::Time; }
    /// Left of Event, which takes what is left, a column grows to the right; behind it to the left.
    bool isBehindEvent(LiveColumn column) const;

    /// Places the columns in `width` logical pixels. `windowWidth` is the window's, which decides what is
    /// shown (design: 1180 and 1600).
    void layOut(int width, int windowWidth);
    bool isShown(LiveColumn column) const { return m_sizes[index(column)] > 0; }
    /// The cell in a row; empty when the column is not shown.
    QRect cell(LiveColumn column, const QRect &row) const;
    LiveColumn columnAt(int x) const;

    /// Widths, choices and order, for restore() of the same version; another's is not taken.
    QVariantList state() const;
    void restore(const QVariantList &state);

private:
    static std::size_t index(LiveColumn column) { return static_cast<std::size_t>(column); }

    std::size_t placeOf(LiveColumn column) const;

    std::array<LiveColumn, liveColumnCount> m_order;
    std::array<int, liveColumnCount> m_widths;
    std::array<bool, liveColumnCount> m_wanted;
    std::array<bool, liveColumnCount> m_widened{}; ///< The user set the width.
    std::array<int, liveColumnCount> m_lefts{}, m_sizes{};
};

} // namespace Weir
