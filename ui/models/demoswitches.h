#pragma once

#include "core/flags/flagreport.h"

#include <QString>
#include <QStringList>

#include <chrono>
#include <span>
#include <string>
#include <vector>

namespace Weir {

/// One switch of the switchboard, in words. A value.
struct DemoSwitch
{
    enum class Tone : std::uint8_t {
        Plain, ///< Nothing is overridden.
        Waiting,
        Done,
    };
    std::string key;
    QString name, shortName; ///< "Guardrails tracing", "Guardrails"; others than the built-in: the key.
    bool isOn = false; ///< The value that is served; off as well when nothing is known of it.
    QStringList variants;
    QString variant; ///< Of `variants`, as a rule; empty: a plain on, or off.
    Tone tone = Tone::Plain;
    int stage = 0; ///< 0: no override; else 1 set, 2 served, 3 seen, of the SDK that is last.
    QString status; ///< "SDK picked it up 2 s ago"
    QString shortStatus; ///< "picked up"
    QString spoken; ///< The status for accessible names: "SDK picked it up 2 seconds ago".
    QString limits; ///< "One user only, 12 min left"; empty: for everyone, until it is removed.

    bool operator==(const DemoSwitch &) const = default;
    /// "Guardrails tracing, on. SDK picked it up 2 seconds ago"
    QString accessibleName() const;
};

constexpr int mostSwitches = 9; ///< One for each key.

/// The flags that get a switch, the first nine: those of the scenes in their order, then the overridden ones,
/// then the built-in ones. Those of `shown` that are still known go first, in their places: nothing moves
/// under the presenter's hand.
std::vector<std::string> switchKeys(
    std::span<const FlagScene> scenes, const FlagReport &report, const std::vector<std::string> &shown = {});

DemoSwitch demoSwitch(const FlagState &flag, const UpstreamState &upstream,
    const std::vector<FlagClient> &clients, UtcTime now);

/// What the switch of this flag asks for when it gets `value`: to whom and how long stays as it is. The
/// payload is that of the same value: of the override, of a scene, of the upstream.
FlagOverride overrideBySwitch(
    const FlagState &flag, std::span<const FlagScene> scenes, const FlagValue &value);

/// What "on" means for this flag: the value that it has in a scene or upstream when that is on; `last` when
/// it is on; else a plain on.
FlagValue onValue(const FlagState &flag, std::span<const FlagScene> scenes, const FlagValue &last);

/// To the second: "2 s", "5 min", "3 h". Never negative.
QString roughAge(std::chrono::milliseconds age);

/// "posthog-js", "ruby": an SDK by the name of its package.
QString flagClientName(const Sdk &sdk);

} // namespace Weir
