#include "ui/delegates/waterfall.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace Weir {

namespace {

constexpr std::size_t maxBlocks = 200;
constexpr int blockHeight = 6, tickWidth = 3, tickHeight = 12, envelopeHeight = 2;
constexpr int familyCount = 9;

int axisWidth(const WaterfallMetrics &metrics)
{
    return metrics.width - 2 * metrics.padding;
}

int toX(UtcTime time, const TimeScale &scale, const WaterfallMetrics &metrics)
{
    return metrics.padding + int(std::lround(scale.x(time, axisWidth(metrics))));
}

/// Top of something centred in the row.
int topOf(int height, const WaterfallMetrics &metrics)
{
    return (metrics.height - height) / 2;
}

bool isDrawnLast(const LaneMark &mark)
{
    return mark.trouble || mark.family == Family::Error || mark.family == Family::Guardrail;
}

void placeLabel(WaterfallBar &drawn, const WaterfallMetrics &metrics, int labelWidth)
{
    if (labelWidth <= 0)
        return;
    const QRect &bar = drawn.bar;
    const auto place = [&](WaterfallBar::LabelSide side, int left) {
        drawn.labelSide = side;
        drawn.label = QRect(left, 0, labelWidth, metrics.height - 1);
    };
    const bool fitsInside
        = drawn.shape == WaterfallBar::Shape::Bar && labelWidth + 2 * metrics.labelGap <= bar.width();
    if (fitsInside && bar.width() >= metrics.labelInsideFrom)
        place(WaterfallBar::LabelSide::Inside, bar.left() + metrics.labelGap);
    else if (bar.right() + 1 + metrics.labelGap + labelWidth <= metrics.width)
        place(WaterfallBar::LabelSide::Right, bar.right() + 1 + metrics.labelGap);
    else if (bar.left() - metrics.labelGap - labelWidth >= 0)
        place(WaterfallBar::LabelSide::Left, bar.left() - metrics.labelGap - labelWidth);
}

LaneBlock blockFor(const LaneMark &mark, int left, int right, const WaterfallMetrics &metrics)
{
    if (mark.start == mark.end) {
        return {QRect(left - tickWidth / 2, topOf(tickHeight, metrics), tickWidth, tickHeight), mark.family,
            isDrawnLast(mark)};
    }
    const int width = std::max(metrics.minBarWidth, right - left - 1);
    return {QRect(left, topOf(blockHeight, metrics), width, blockHeight), mark.family, isDrawnLast(mark)};
}

/// One column a pixel: who has most time in it, points counting as one millisecond.
std::vector<LaneBlock> denseBlocks(const Lane &lane, const TimeScale &scale, const WaterfallMetrics &metrics)
{
    const int columns = std::max(1, axisWidth(metrics));
    std::vector<std::array<int, familyCount>> weights(std::size_t(columns) + 1);
    for (const LaneMark &mark : lane.marks) {
        if (mark.family == Family::Flow)
            continue;
        const int left = std::clamp(toX(mark.start, scale, metrics) - metrics.padding, 0, columns);
        const int right = std::clamp(toX(mark.end, scale, metrics) - metrics.padding, left, columns);
        for (int column = left; column <= right; ++column)
            ++weights[std::size_t(column)][static_cast<std::size_t>(mark.family)];
    }
    std::vector<LaneBlock> blocks;
    for (int column = 0; column <= columns; ++column) {
        const auto &weight = weights[std::size_t(column)];
        const auto most = std::max_element(weight.begin(), weight.end());
        if (*most == 0)
            continue;
        blocks.push_back({QRect(metrics.padding + column, topOf(blockHeight, metrics), 1, blockHeight),
            Family(most - weight.begin()), false});
    }
    return blocks;
}

} // namespace

WaterfallBar waterfallBar(
    const EventRow &event, const TimeScale &scale, const WaterfallMetrics &metrics, int labelWidth)
{
    WaterfallBar drawn;
    if (has(event.notices, Notice::DurationAsText))
        drawn.border = WaterfallBar::Border::Dashed;
    else if (has(event.notices, Notice::ClockSkew))
        drawn.border = WaterfallBar::Border::Dotted;
    const int end = std::clamp(toX(event.timestamp, scale, metrics), 0, metrics.width);
    const double duration = event.durationMs.value_or(0);
    if (duration <= 0) {
        drawn.bar = QRect(
            end - metrics.diamond / 2, topOf(metrics.diamond, metrics), metrics.diamond, metrics.diamond);
        placeLabel(drawn, metrics, labelWidth);
        return drawn;
    }
    drawn.shape = WaterfallBar::Shape::Bar;
    const UtcTime begin = event.timestamp - std::chrono::milliseconds(std::llround(duration));
    int start = toX(begin, scale, metrics);
    drawn.clipped = begin < scale.start();
    if (drawn.clipped)
        start = metrics.padding;
    const int width = std::max(metrics.minBarWidth, end - start);
    const int top = topOf(metrics.barHeight, metrics);
    start = std::max(0, std::min(start, end - width)); // A bar too short to see grows to the left.
    drawn.bar = QRect(start, top, width, metrics.barHeight);
    drawn.cap = QRect(start + width - metrics.capWidth, top - metrics.capOverhang, metrics.capWidth,
        metrics.barHeight + 2 * metrics.capOverhang);
    placeLabel(drawn, metrics, labelWidth);
    return drawn;
}

QRect laneEnvelope(const WaterfallMetrics &metrics)
{
    return {metrics.padding, topOf(envelopeHeight, metrics), axisWidth(metrics), envelopeHeight};
}

std::vector<LaneBlock> laneBlocks(const Lane &lane, const TimeScale &scale, const WaterfallMetrics &metrics)
{
    const bool dense = lane.marks.size() > maxBlocks;
    std::vector<LaneBlock> blocks;
    if (dense)
        blocks = denseBlocks(lane, scale, metrics);
    std::vector<LaneBlock> last;
    int previousLeft = -1;
    for (const LaneMark &mark : lane.marks) {
        if (mark.family == Family::Flow || (dense && !isDrawnLast(mark)))
            continue;
        int left = toX(mark.start, scale, metrics);
        const int right = toX(mark.end, scale, metrics);
        // The later start is on top: two pixels of the one below stay visible.
        if (mark.start != mark.end && previousLeft >= 0 && left < previousLeft + 2)
            left = std::min(previousLeft + 2, std::max(left, right - metrics.minBarWidth));
        if (mark.start != mark.end)
            previousLeft = left;
        const LaneBlock block = blockFor(mark, left, right, metrics);
        (block.trouble ? last : blocks).push_back(block);
    }
    blocks.insert(blocks.end(), last.begin(), last.end());
    return blocks;
}

} // namespace Weir
