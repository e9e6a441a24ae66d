#include "ui/models/timescale.h"

#include <algorithm>

namespace Weir {

namespace {
constexpr auto minGap = 5s;
constexpr double minGapShare = 0.4;
} // namespace

TimeScale::TimeScale(UtcTime start, UtcTime end)
    : m_start(start)
    , m_end(std::max(start, end))
{
}

TimeScale TimeScale::compressed(const Lane &lane)
{
    TimeScale scale(lane.start, lane.end);
    const auto span = scale.m_end - scale.m_start;
    if (span <= minGap)
        return scale;
    UtcTime covered = lane.start;
    const auto consider = [&](UtcTime next) {
        const auto gap = next - covered;
        if (gap > minGap && double(gap.count()) > minGapShare * double(span.count()))
            scale.m_gaps.push_back({covered, next});
    };
    for (const LaneMark &mark : lane.marks) {
        // The flow's own bar spans the run and would hide every gap in it.
        if (mark.family == Family::Flow)
            continue;
        consider(mark.start);
        covered = std::max(covered, mark.end);
    }
    consider(lane.end);
    return scale;
}

double TimeScale::x(UtcTime time, double width) const
{
    auto shown = m_end - m_start;
    for (const Gap &gap : m_gaps)
        shown -= gap.to - gap.from;
    const double forTime = std::max(1.0, width - double(breakPixels) * double(m_gaps.size()));
    const double perMs = shown.count() > 0 ? forTime / double(shown.count()) : 0;
    double before = 0;
    auto elapsed = time - m_start;
    for (const Gap &gap : m_gaps) {
        if (time <= gap.from)
            break;
        const auto inside = std::min(time, gap.to) - gap.from;
        elapsed -= inside;
        before += breakPixels * double(inside.count()) / double((gap.to - gap.from).count());
    }
    return before + double(elapsed.count()) * perMs;
}

} // namespace Weir
