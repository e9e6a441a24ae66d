#pragma once

#include "ui/models/flagboard.h"
#include "ui/models/flagtexts.h"

#include <map>
#include <string>

namespace Weir {

/// Until when an override holds.
enum class FlagUntil : std::uint8_t { Removed, WeirCloses, Time };

FlagUntil untilOf(const FlagOverride &override);

/// Changes flags by hand: makes the override that is wanted out of the one that there is, and asks the board
/// for it. A value that was left comes back with the payload that it had. Lives on the window's thread.
class FlagSwitcher
{
public:
    /// `board` outlives this.
    FlagSwitcher(FlagBoard &board, Clock clock);

    /// No value: back to what the upstream says. What is so already is left alone.
    void choose(const std::string &key, const std::optional<FlagValue> &value);
    /// The next or the previous of its choices, without going round. Keys may come faster than reports: it
    /// goes on from what was asked for last.
    void step(FlagState flag, int by);

    // These change an override; without one they do nothing.
    /// JSON text; nothing: none is served.
    void setPayload(const std::string &key, const std::optional<std::string> &payload);
    void setScope(const std::string &key, const FlagScope &scope);
    /// `time` counts from now and is only looked at for Time.
    void setUntil(const std::string &key, FlagUntil until, std::chrono::milliseconds time = {});

private:
    const std::optional<FlagOverride> &current(const std::string &key);
    void set(FlagOverride override);

    FlagBoard &m_board;
    Clock m_clock;
    std::map<std::string, std::optional<FlagOverride>> m_wanted; ///< While the board is behind.
    std::map<std::pair<std::string, std::string>, std::string> m_payloads; ///< By flag and value.
};

} // namespace Weir
