#pragma once

#include "core/event/event.h"
#include "core/flags/flagvalue.h"

#include <cstddef>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace Weir {

/// A value of a flag that a run has seen: an event of it carries the value.
struct RunFlag
{
    std::string key;
    FlagValue value;
    bool isOverridden = false; ///< An event repeats the reason that overridden values have.
    EventId event{}; ///< The first that carries it, with its name and time.
    std::string eventName;
    UtcTime at{};

    bool operator==(const RunFlag &) const = default;
};

/// Which values of flags one run has seen, gathered from its events in order of arrival. Flags that changed
/// during the run have several. A value; bounded, whatever events hold.
class RunFlags
{
public:
    /// Notes what one event of the run carries; `json` is its own object.
    void add(const Event &event, std::string_view json);
    /// What was gathered of later events of the same run.
    void add(const std::vector<RunFlag> &later);
    /// In the order in which they were first seen.
    const std::vector<RunFlag> &all() const { return m_flags; }

private:
    void note(RunFlag &&flag);

    std::vector<RunFlag> m_flags;
    std::unordered_map<std::string, std::size_t> m_places; ///< By key and value.
};

constexpr std::size_t mostRunFlags = 1'000; ///< Values that are remembered of one run.

} // namespace Weir
