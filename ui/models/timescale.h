#pragma once

#include "core/store/eventquery.h"

#include <vector>

namespace Weir {

/// From moments of one trace to pixels of its waterfall. Pure.
///
/// A gap of over 5 s and over 40 % of the trace is compressed to a break of 24 px, so that a run that waited
/// for a person still shows what it did.
class TimeScale
{
public:
    static constexpr int breakPixels = 24;

    /// To scale, without breaks.
    TimeScale(UtcTime start, UtcTime end);
    /// With breaks where no mark lies.
    static TimeScale compressed(const Lane &lane);

    struct Gap
    {
        UtcTime from{}, to{};
        bool operator==(const Gap &) const = default;
    };
    const std::vector<Gap> &gaps() const { return m_gaps; }
    UtcTime start() const { return m_start; }
    UtcTime end() const { return m_end; }

    /// Pixels from the left for a waterfall of `width` pixels; below 0 or above `width` outside the trace.
    double x(UtcTime time, double width) const;

private:
    UtcTime m_start, m_end;
    std::vector<Gap> m_gaps; ///< Rising.
};

} // namespace Weir
