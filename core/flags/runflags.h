#pragma once

#include "core/event/event.h"
#include "core/flags/flagvalue.h"
#include "core/flags/servedflags.h"

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace Weir {

/// A value of a flag that a run has seen: an event of it carries the value. Or one that its users were served
/// and that no event of it carries.
struct RunFlag
{
    std::string key;
    FlagValue value;
    bool isOverridden = false; ///< An event repeats the reason that overridden values have.
    EventId event{}; ///< The first that carries it, with its name and time; 0: none does.
    std::string eventName;
    UtcTime at{}; ///< Without an event: when it was served.
    std::string servedBy = {}; ///< The endpoint; only without an event.

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

/// A flag as the users of a trace had been served it last when the trace ended. An SDK may hold an older
/// value until it asks again, and a program may never have looked at it.
struct TraceFlag
{
    ServedValue value;
    UtcTime at{}; ///< When it was served.
    FlagPath path = FlagPath::Flags;
    std::string endpoint; ///< "/flags", as in ServedFlags.
    int version = 0;
    Sdk sdk; ///< To which it was served.
    std::string distinctId; ///< Empty: any user, since the SDK evaluates by itself.

    bool operator==(const TraceFlag &) const = default;
};

/// What a run has seen, and then what its users were served beyond that. A value that was served overridden
/// is so in the events that came after, too: an SDK that evaluates by itself tells no reason.
std::vector<RunFlag> withServed(std::vector<RunFlag> seen, std::span<const TraceFlag> served);

constexpr std::size_t mostRunFlags = 1'000; ///< Values that are remembered of one run.

} // namespace Weir
