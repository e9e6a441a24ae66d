#include "core/flags/runflags.h"

#include "core/flags/flagsightings.h"

#include <utility>

namespace Weir {

void RunFlags::add(const Event &event, std::string_view json)
{
    for (FlagSighting &sighting : flagSightings(json, event.type)) {
        note({std::move(sighting.key), std::move(sighting.value), sighting.saysOverridden, event.id,
            event.name, event.timestamp});
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

} // namespace Weir
