#pragma once

#include "core/store/eventquery.h"
#include "ui/models/timescale.h"

#include <QRect>

#include <optional>
#include <vector>

namespace Weir {

/// The sizes of a waterfall cell in device-independent pixels.
struct WaterfallMetrics
{
    int width = 196, height = 24; ///< Of the cell, the row's separator included.
    int padding = 6; ///< Left and right of the time axis.
    int barHeight = 10;
    int minBarWidth = 3;
    int capWidth = 2, capOverhang = 2;
    int diamond = 8; ///< Side of the square that is turned by 45 degrees.
    int labelInsideFrom = 70; ///< Bars this wide hold their label.
    int labelGap = 6;
};

/// How one event is drawn in its trace's waterfall. Rectangles are relative to the cell.
struct WaterfallBar
{
    enum class Shape : std::uint8_t { Point, Bar };
    enum class Border : std::uint8_t {
        Solid,
        Dashed, ///< The duration was sent as text.
        Dotted, ///< The client's clock was corrected by more than 250 ms.
    };
    enum class LabelSide : std::uint8_t { None, Inside, Right, Left };
    Shape shape = Shape::Point;
    Border border = Border::Solid;
    QRect bar; ///< For a point, the square that its diamond stands in.
    QRect cap; ///< The moment of the event; empty for a point.
    bool clipped = false; ///< Began before the trace: a chevron at the left edge.
    LabelSide labelSide = LabelSide::None;
    QRect label; ///< Empty when it does not fit anywhere.
    bool operator==(const WaterfallBar &) const = default;
};

/// Pure. `labelWidth` 0 = no label.
WaterfallBar waterfallBar(
    const EventRow &event, const TimeScale &scale, const WaterfallMetrics &metrics, int labelWidth);

/// One rectangle of a group's lane, in the order to draw.
struct LaneBlock
{
    QRect rect;
    Family family = Family::Custom;
    bool trouble = false;
    bool operator==(const LaneBlock &) const = default;
};

/// The lane of a group: solid blocks, ticks for points, trouble last. Above 200 marks one column a pixel,
/// in the family that has most of its time. Pure. The flow's own bar is the envelope and not in it.
std::vector<LaneBlock> laneBlocks(const Lane &lane, const TimeScale &scale, const WaterfallMetrics &metrics);

/// The thin line behind the blocks.
QRect laneEnvelope(const WaterfallMetrics &metrics);

} // namespace Weir
