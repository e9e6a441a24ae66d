#include "core/event/violation.h"

#include <algorithm>
#include <iterator>

namespace Weir {

namespace {

constexpr std::string_view names[violationKindCount]
    = {"Unplanned-Event", "Required-Missing", "Datatype-Mismatch", "Additional-Properties",
        "Unknown-Violation", "Trace-Missing", "Trace-Single", "Trace-Conflict", "Clock-Skew", "Clock-Future"};

} // namespace

std::string_view toText(ViolationKind kind)
{
    return names[static_cast<std::size_t>(kind)];
}

std::optional<ViolationKind> violationKindFromText(std::string_view text)
{
    const auto known = std::ranges::find(names, text);
    if (known == std::end(names))
        return {};
    return static_cast<ViolationKind>(known - std::begin(names));
}

bool breaksPlan(ViolationKind kind)
{
    return kind <= ViolationKind::TraceMissing;
}

EventStatus statusOf(const std::vector<Violation> &violations)
{
    EventStatus worst = violations.empty() ? EventStatus::Valid : EventStatus::Warning;
    for (const Violation &violation : violations) {
        const EventStatus status = violation.kind == ViolationKind::UnplannedEvent ? EventStatus::Unplanned
            : breaksPlan(violation.kind)                                           ? EventStatus::Invalid
                                                                                   : EventStatus::Warning;
        worst = std::max(worst, status);
    }
    return worst;
}

} // namespace Weir
