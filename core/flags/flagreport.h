#pragma once

#include "core/base/error.h"
#include "core/flags/flagoverride.h"
#include "core/flags/flagscene.h"
#include "core/flags/servedflags.h"

#include <QMetaType>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

// What is asked of the desk of flags, and what it says. Values, so that they cross threads.

namespace Weir {

/// How far an override has come with one SDK. Weir cannot push: an SDK gets a value when it asks.
struct FlagPickUp
{
    enum class Stage : std::uint8_t {
        Set, ///< Weir has it, the SDK has not asked since.
        Served, ///< The SDK got it.
        Seen, ///< An event of the SDK carries it.
    };
    Sdk sdk;
    bool isLocal = false; ///< It evaluates by itself, from definitions that it asks for now and then.
    Stage stage = Stage::Set;
    std::optional<UtcTime> servedAt, seenAt; ///< The latest.
    FlagPath path = FlagPath::Flags; ///< Meaningful with servedAt.
    std::string distinctId; ///< To whom; empty: any user, or not served yet.
    bool isPossible = true; ///< False: the override is for someone, and this SDK asks for no one.

    bool operator==(const FlagPickUp &) const = default;
};

/// An SDK that has asked for flags.
struct FlagClient
{
    Sdk sdk;
    bool isLocal = false;
    UtcTime lastAt{}; ///< When it last asked.
    /// How often it asks for definitions, as observed; nothing before the third time, or for others.
    std::optional<std::chrono::milliseconds> interval;
    UtcTime heardAt{}; ///< When it last asked or sent an event, to ten seconds.

    std::optional<UtcTime> nextAt() const
    {
        return interval ? std::optional<UtcTime>(lastAt + *interval) : std::nullopt;
    }
    /// Whether it runs, as far as can be told: heard of in the last five minutes, or within two of its
    /// intervals where those are longer.
    bool isConnected(UtcTime now) const
    {
        const std::chrono::milliseconds patience = std::chrono::minutes(5);
        return now - heardAt <= (interval ? std::max(patience, 2 * *interval) : patience);
    }
    bool operator==(const FlagClient &) const = default;
};

/// One flag that Weir knows of.
struct FlagState
{
    std::string key;
    bool isBuiltIn = false, isDefined = false;
    bool isAsked = false; ///< An SDK has asked for it by its key, or an event tells that it was used.
    std::vector<std::string> variants; ///< As far as known.
    std::optional<FlagValue> upstream; ///< The last that the upstream said, to anyone.
    std::optional<std::string> upstreamPayload;
    std::optional<FlagOverride> override;
    std::optional<ServedValue> lastServed;
    std::optional<UtcTime> lastServedAt;
    Sdk lastServedBy; ///< The SDK that got it. Meaningful with lastServed, like the next.
    std::string lastServedTo; ///< The distinct_id; empty: any user.
    std::vector<FlagPickUp> pickUps; ///< Of the override; empty without one.

    bool operator==(const FlagState &) const = default;
};

/// How it is with the server that is asked for flags.
struct UpstreamState
{
    std::string url; ///< Empty: there is none.
    /// Since when it answers, or does not; nothing: it was not asked yet.
    std::optional<UtcTime> since;
    std::optional<Error> error; ///< Why it is away; nothing: it answers.

    bool operator==(const UpstreamState &) const = default;
};

struct FlagReport
{
    UpstreamState upstream;
    std::vector<FlagState> flags; ///< By rising key.
    std::vector<FlagClient> clients;
    bool operator==(const FlagReport &) const = default;
};

/// Which of the values that were served are wanted: the newest first.
struct ServedQuery
{
    std::string key, distinctId, sdk; ///< Empty: any. Of an SDK its name.
    std::int64_t before = 0; ///< Only answers with a lower id; 0 = from the newest.
    int limit = 100; ///< Values, not answers; the last answer is given whole.
    bool operator==(const ServedQuery &) const = default;
};
struct ServedPage
{
    std::vector<ServedFlags> answers; ///< With those of their values that were asked for.
    std::int64_t next = 0; ///< Pass as `before` for the following page; 0 = that was the last.
};

/// What is asked of the desk.
struct FlagOrder
{
    enum class Kind : std::uint8_t {
        Report,
        Served,
        Set,
        Clear,
        ClearAll,
        Restore, ///< Puts back what was removed, as it was.
        Rehearse, ///< Says what Apply would do, and does nothing.
        Apply, ///< Sets a scene's overrides, and clears those of other scenes.
        Remove, ///< Clears the overrides of a scene, by its name.
        Rename, ///< The scene has another name: its overrides stay, and are of that scene.
    };
    Kind kind = Kind::Report;
    FlagOverride override; ///< For Set; `setAt` and `expiresAt` are the desk's.
    std::optional<std::chrono::milliseconds> expiresIn; ///< For Set.
    std::string key; ///< For Clear.
    ServedQuery served;
    std::vector<FlagOverride> overrides; ///< For Restore.
    FlagScene scene; ///< For Rehearse and Apply; of Remove and Rename its name.
    std::string newName; ///< For Rename.
};

/// What it answers.
struct FlagAnswer
{
    FlagReport report; ///< For Report: all flags. For Set and Clear: that flag.
    ServedPage served;
    /// What Clear, ClearAll, Remove and Apply took away, as Restore takes it; of Set, what it replaced.
    std::vector<FlagOverride> removed;
    std::vector<SceneChange> changes; ///< Of Rehearse and Apply, by rising key.
};

} // namespace Weir

Q_DECLARE_METATYPE(Weir::FlagOrder)
Q_DECLARE_METATYPE(Weir::FlagAnswer)
