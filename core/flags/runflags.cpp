#include "core/flags/runflags.h"

#include "core/flags/flagsightings.h"

#include <algorithm>
#include <utility>

namespace Weir {

void RunFlags::add(const Event &event, std::string_view json)
{
    for (FlagSighting &sighting : flagSightings(json, event.type)) {
        note({std::move(sighting.key), std::move(sighting.value), sighting.saysOverridden, event.id,
            event.name, event.timestamp, {}});
    }
}

void RunFlags::add(const std::vector<RunFlag> &later)
{
    for (const RunFlag &flag : later)
        note(RunFlag(flag));
}

void RunFlags::note(RunFlag &&flag)
{
    std::string name = flag.key + '\0' + toJson(flag.value); // As JSON, "true" differs from true.
    if (const auto known = m_places.find(name); known != m_places.end()) {
        m_flags[known->second].isOverridden |= flag.isOverridden;
        return;
    }
    if (m_flags.size() >= mostRunFlags)
        return;
    m_places.emplace(std::move(name), m_flags.size());
    m_flags.push_back(std::move(flag));
}

std::vector<RunFlag> withServed(std::vector<RunFlag> seen, std::span<const TraceFlag> served)
{
    const auto ownEnd = static_cast<std::ptrdiff_t>(seen.size());
    for (const TraceFlag &answer : served) {
        const auto isSame = [&value = answer.value](const RunFlag &flag) {
            return flag.key == value.key && flag.value == value.value;
        };
        const auto end = seen.begin() + ownEnd;
        if (const auto known = std::find_if(seen.begin(), end, isSame); known != end)
            known->isOverridden |= answer.value.isOverridden && answer.at <= known->at;
        else
            seen.push_back({answer.value.key, answer.value.value, answer.value.isOverridden, {}, {},
                answer.at, answer.endpoint});
    }
    return seen;
}

} // namespace Weir
