#pragma once

#include "core/flags/flagreport.h"

#include <QList>
#include <QString>

#include <optional>
#include <vector>

namespace Weir {

// How the window words what is known of flags. Pure: the time is passed in.

/// One thing that can be served for a flag.
struct FlagChoice
{
    QString text; ///< "Upstream", "Off", "On" or a variant.
    std::optional<FlagValue> value; ///< Nothing: what the upstream says.
    bool operator==(const FlagChoice &) const = default;
};

/// Upstream first, then off, then on or the variants that are known, then what is served if none of those.
QList<FlagChoice> flagChoices(const FlagState &flag);
/// The place of what is served in flagChoices(); 0: the upstream's value.
int flagChoice(const FlagState &flag);

/// "boolean + payload, built in", "3 variants, asked for by an SDK"
QString flagKind(const FlagState &flag);
/// "false", "v2"; "none" without an upstream, "not known" when it did not say.
QString upstreamText(const FlagState &flag, const UpstreamState &upstream);
/// "Serve KEY: On, upstream says off"
QString spokenServe(const FlagState &flag, const UpstreamState &upstream);

enum class FlagTone : std::uint8_t { Quiet, Good, Waiting, Warning };

/// How far an override has come, in one line.
struct PickUpLine
{
    int stages = 0; ///< How many of set, served and seen every SDK has reached; 0: not overridden.
    FlagTone tone = FlagTone::Quiet;
    QString text; ///< "Picked up 41 s ago", "Seen by 1 of 2 SDKs"
    bool operator==(const PickUpLine &) const = default;
};
PickUpLine pickUpLine(const FlagState &flag, const FlagReport &report, UtcTime now);

/// "posthog-node 5.70.0": with the name that users know it by. A version may be missing.
QString sdkText(const Sdk &sdk);
QString sdkName(const Sdk &sdk);
/// "any user" for local evaluation, which asks for no one; "no distinct_id" for others that name none.
QString askerText(const std::string &distinctId, FlagPath path);
/// To whom a flag was served last, as askerText(); meaningful when it was served.
QString lastAsker(const FlagState &flag);
/// "/flags?v=2", "local_evaluation", with "unchanged" for an answer 304.
QString requestText(const ServedFlags &served);

/// The pick-ups that count: of SDKs that are connected, or of all when none is. An SDK that was stopped must
/// not hold up what the others have.
std::vector<FlagPickUp> pickUpsThatCount(
    const FlagState &flag, const std::vector<FlagClient> &clients, UtcTime now);
/// "last heard of 2 h ago"; empty for an SDK that is connected.
QString lastHeardText(const Sdk &sdk, const std::vector<FlagClient> &clients, UtcTime now);

/// What makes an SDK ask again: Weir cannot push.
struct AskingHint
{
    QString fact; ///< "posthog-node asks every 30 s (observed)."
    QString more; ///< "Next request in about 24 s."
    bool operator==(const AskingHint &) const = default;
};
AskingHint askingHint(const FlagClient &client, UtcTime now);

/// What leaves this machine. Events never do in this version; requests for flags go to the upstream.
struct LeavingText
{
    QString text; ///< "Flag requests go to us.i.posthog.com. Events stay here."
    QString toolTip; ///< The same with what there is no room for.
    bool isAway = false; ///< The upstream does not answer.
    bool operator==(const LeavingText &) const = default;
};
LeavingText leavingText(const UpstreamState &upstream);
/// "us.i.posthog.com": where flag requests go. Empty: nowhere.
QString upstreamHost(const UpstreamState &upstream);

/// "6 s", "2 min", "3 h", "2 days": rounded down; never negative.
QString spanText(std::chrono::milliseconds span);
/// "6 s ago", "2 min ago"; the time of day when it is an hour or more.
QString agoText(UtcTime then, UtcTime now);

} // namespace Weir
