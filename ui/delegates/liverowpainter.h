#pragma once

#include "core/store/eventquery.h"
#include "ui/delegates/livecolumns.h"
#include "ui/delegates/textcache.h"
#include "ui/delegates/waterfall.h"
#include "ui/theme/tokens.h"

#include <QRect>

#include <optional>

class QPainter;

namespace Weir {

/// How a row of the Live list is drawn, beside its data.
struct LiveRowState
{
    bool selected = false;
    bool current = false; ///< Has the focus border, when the list has the focus.
    bool focused = false; ///< The list has the focus.
    bool hovered = false;
    bool fresh = false; ///< Has just come.
    bool outside = false; ///< Does not match the filter, shown because its trace does.
    bool expanded = false;
    bool flat = false; ///< In the flat list: no guide.
};

/// Draws the rows of the Live list. Null data draws as "…": it is on its way.
class LiveRowPainter
{
public:
    /// Before the rows of each frame: data may have changed.
    void beginFrame();
    void clearCaches(); ///< Fonts or scale changed.

    void paintGroup(QPainter &painter, const QRect &rect, const LiveColumns &columns,
        const TraceSummary *trace, const Lane *lane, const LiveRowState &state);
    void paintEvent(QPainter &painter, const QRect &rect, const LiveColumns &columns, const EventRow *event,
        const TraceSummary *trace, const Lane *lane, const LiveRowState &state);
    /// The thin line through the rows of a trace at a moment of it.
    void paintCursor(
        QPainter &painter, const QRect &row, const LiveColumns &columns, const Lane &lane, UtcTime moment);

    /// Where the chevron of a group is: a click there opens and closes.
    static QRect chevronRect(const QRect &row, const LiveColumns &columns);

private:
    struct Ink
    {
        Token strong, text, quiet;
    };
    /// What the kinds of rows differ in before their cells are painted.
    struct RowLook
    {
        Token fill;
        EventStatus worst = EventStatus::Valid; ///< Of what the row stands for: decides its edge.
    };
    /// A row whose background is painted.
    struct Row
    {
        QPainter &painter;
        const LiveColumns &columns;
        QRect line; ///< Without the separator below it.
        Ink ink;
        QRect rect() const { return line.adjusted(0, 0, 0, 1); }
    };
    static Ink inkFor(const LiveRowState &state);
    Row openRow(QPainter &painter, const QRect &rect, const LiveColumns &columns, const LiveRowState &state,
        const RowLook &look);
    void paintCell(const Row &row, LiveColumn column, TextStyle style, const QString &text, Token ink,
        Qt::Alignment alignment = Qt::AlignLeft);
    void paintGroupCells(
        const Row &row, const TraceSummary &trace, const Lane *lane, const LiveRowState &state);
    void paintEventCells(const Row &row, const EventRow &event, const TraceSummary *trace, const Lane *lane,
        const LiveRowState &state);
    void paintBackground(
        QPainter &painter, const QRect &row, const LiveRowState &state, const RowLook &look) const;
    void paintFocus(QPainter &painter, const QRect &row, const LiveRowState &state) const;
    /// Returns the width drawn.
    int paintText(QPainter &painter, const QRect &room, TextStyle style, const QString &text, Token ink,
        Qt::Alignment alignment = Qt::AlignLeft);
    void paintTitle(QPainter &painter, QRect cell, const TraceSummary &trace, const LiveRowState &state);
    void paintGroupStatus(QPainter &painter, const QRect &cell, const TraceSummary &trace) const;
    void paintLane(QPainter &painter, const QRect &cell, const Lane &lane);
    void paintBar(
        QPainter &painter, const QRect &cell, const EventRow &event, const Lane &lane, const Ink &ink);
    void paintEventStatus(QPainter &painter, const QRect &cell, const EventRow &event) const;
    void paintEventName(QPainter &painter, const QRect &cell, const EventRow &event,
        const TraceSummary *trace, const LiveRowState &state);
    const TimeScale &scaleFor(const Lane &lane);

    TextCache m_texts;
    std::optional<TimeScale> m_scale; ///< Of the last trace drawn: its rows stand together.
    const Lane *m_scaleLane = nullptr;
};

} // namespace Weir
