#pragma once

#include "core/event/event.h"
#include "core/flags/flagvalue.h"
#include "core/flags/servedflags.h"

#include <map>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

namespace Weir {

/// Who has an overridden value of a flag, by what was served, and so which events saw one. SDKs send in
/// batches and queue while they are offline: an event of the time before an override was taken back saw it,
/// however late it comes. Bounded; no thread of its own.
class FlagTaint
{
public:
    void sawServed(const ServedFlags &served);

    /// Whether the event belongs to someone who had an overridden value at its time, or carries one.
    /// `sightings` are those of this event alone; `sdk` is its SDK as its requests name it, null when that
    /// has not asked for flags.
    bool isTainted(const Event &event, std::span<const FlagSighting> sightings, const Sdk *sdk) const;

private:
    /// A user whom an SDK has asked for.
    struct User
    {
        std::vector<std::string> keys; ///< Of the flags that are overridden; empty: none since `until`.
        UtcTime until{};
    };
    /// A value in the definitions of an SDK that evaluates by itself.
    struct Forced
    {
        std::string key;
        FlagValue value;
        std::optional<UtcTime> until; ///< When it was served definitions without it.
    };

    void sawDefinitions(const ServedFlags &served);
    bool hadOverride(const std::string &user, UtcTime at) const;
    bool makeRoom();

    std::unordered_map<std::string, User> m_users;
    std::size_t m_endedUsers = 0; ///< Without overridden flags now.
    std::map<std::string, std::vector<Forced>> m_forced; ///< By SDK.
};

} // namespace Weir
