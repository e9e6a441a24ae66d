#include "ui/models/flagtexts.h"

#include "ui/models/format.h"
#include "ui/models/sdknames.h"

#include <QCoreApplication>
#include <QUrl>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace Weir {

namespace {

struct Flags
{
    Q_DECLARE_TR_FUNCTIONS(Flags)
};

/// An override's way through the SDKs that it can reach.
struct Reach
{
    qsizetype sdks = 0, served = 0, seen = 0;
    QStringList unreachable;
    std::optional<UtcTime> lastServed, lastSeen;
    const FlagPickUp *waiting = nullptr; ///< One that has not asked since.
};

Reach reachOf(const std::vector<FlagPickUp> &pickUps)
{
    Reach reach;
    for (const FlagPickUp &each : pickUps) {
        if (!each.isPossible) {
            reach.unreachable += sdkName(each.sdk);
            continue;
        }
        ++reach.sdks;
        reach.served += each.stage >= FlagPickUp::Stage::Served ? 1 : 0;
        reach.seen += each.stage == FlagPickUp::Stage::Seen ? 1 : 0;
        reach.lastServed = std::max(reach.lastServed, each.servedAt);
        reach.lastSeen = std::max(reach.lastSeen, each.seenAt);
        if (each.stage == FlagPickUp::Stage::Set)
            reach.waiting = &each;
    }
    return reach;
}

QString waitingText(const FlagPickUp &pickUp, const FlagReport &report, UtcTime now)
{
    const QString name = sdkName(pickUp.sdk);
    const auto client = std::ranges::find(report.clients, pickUp.sdk, &FlagClient::sdk);
    if (client == report.clients.end() || !client->interval || client->lastAt + *client->interval <= now)
        return Flags::tr("Waiting for %1").arg(name);
    return Flags::tr("Waiting, %1 asks in %2").arg(name, spanText(client->lastAt + *client->interval - now));
}

QString spokenValue(const FlagValue &value)
{
    return !value.isOn ? Flags::tr("off") : value.variant.empty() ? Flags::tr("on") : fromUtf8(value.variant);
}

} // namespace

QList<FlagChoice> flagChoices(const FlagState &flag)
{
    QList<FlagChoice> choices{{Flags::tr("Upstream"), {}}, {Flags::tr("Off"), FlagValue::off()}};
    if (flag.variants.empty())
        choices += {Flags::tr("On"), FlagValue::on()};
    for (const std::string &variant : flag.variants)
        choices += {fromUtf8(variant), FlagValue::of(variant)};
    // Set by hand or by another program, to what nobody knew of.
    if (flag.override
        && std::ranges::find(choices, flag.override->value, &FlagChoice::value) == choices.end())
        choices += {
            flag.override->value.variant.empty() ? Flags::tr("On") : fromUtf8(flag.override->value.variant),
            flag.override->value};
    return choices;
}

int flagChoice(const FlagState &flag)
{
    if (!flag.override)
        return 0;
    const QList<FlagChoice> choices = flagChoices(flag);
    return static_cast<int>(
        std::ranges::find(choices, flag.override->value, &FlagChoice::value) - choices.begin());
}

QString flagKind(const FlagState &flag)
{
    const auto isVariant = [](const FlagValue &value) { return !value.variant.empty(); };
    const bool hasVariant
        = (flag.upstream && isVariant(*flag.upstream)) || (flag.override && isVariant(flag.override->value));
    QString kind = !flag.variants.empty() ? counted(qsizetype(flag.variants.size()), Flags::tr("variant"))
        : hasVariant                      ? Flags::tr("variant")
                                          : Flags::tr("boolean");
    if (flag.upstreamPayload || (flag.override && flag.override->payload))
        kind += Flags::tr(" + payload");
    const QString origin = flag.isBuiltIn ? Flags::tr("built in")
        : flag.isDefined                  ? Flags::tr("defined")
        : flag.upstream                   ? Flags::tr("told by the upstream")
        : flag.isAsked                    ? Flags::tr("asked for by an SDK")
                                          : Flags::tr("no SDK has asked for it");
    return kind + u", "_s + origin;
}

QString upstreamText(const FlagState &flag, const UpstreamState &upstream)
{
    if (flag.upstream)
        return fromUtf8(toText(*flag.upstream));
    return upstream.url.empty() ? Flags::tr("none") : Flags::tr("not known");
}

QString spokenServe(const FlagState &flag, const UpstreamState &upstream)
{
    const QString says = flag.upstream ? Flags::tr("upstream says %1").arg(spokenValue(*flag.upstream))
        : upstream.url.empty()         ? Flags::tr("there is no upstream")
                                       : Flags::tr("upstream is not known");
    return Flags::tr("Serve %1: %2, %3")
        .arg(fromUtf8(flag.key), flagChoices(flag)[flagChoice(flag)].text, says);
}

PickUpLine pickUpLine(const FlagState &flag, const FlagReport &report, UtcTime now)
{
    if (!flag.override) {
        const bool passes = !report.upstream.url.empty() || flag.isDefined;
        return {0, FlagTone::Quiet,
            passes ? Flags::tr("Upstream value passes through")
                   : Flags::tr("Not served without an override")};
    }
    const std::vector<FlagPickUp> pickUps = pickUpsThatCount(flag, report.clients, now);
    const Reach reach = reachOf(pickUps);
    if (reach.sdks == 0 && !reach.unreachable.isEmpty())
        return {1, FlagTone::Warning, Flags::tr("Not possible for local evaluation")};
    if (reach.sdks == 0)
        return {1, FlagTone::Waiting, Flags::tr("Waiting for an SDK to ask")};
    const int stages = reach.seen == reach.sdks ? 3 : reach.served == reach.sdks ? 2 : 1;
    PickUpLine line{stages, FlagTone::Waiting, {}};
    if (stages == 3) {
        line.tone = FlagTone::Good;
        line.text = Flags::tr("Picked up %1").arg(agoText(*reach.lastSeen, now));
    } else if (reach.seen > 0) {
        line.text = Flags::tr("Seen by %1 of %2").arg(reach.seen).arg(counted(reach.sdks, Flags::tr("SDK")));
    } else if (stages == 2) {
        line.text = Flags::tr("Served %1").arg(agoText(*reach.lastServed, now));
    } else if (reach.served > 0) {
        line.text
            = Flags::tr("Served to %1 of %2").arg(reach.served).arg(counted(reach.sdks, Flags::tr("SDK")));
    } else {
        line.text = waitingText(*reach.waiting, report, now);
    }
    if (!reach.unreachable.isEmpty()) {
        line.tone = FlagTone::Warning;
        line.text += Flags::tr(", not possible for %1").arg(reach.unreachable.join(u", "_s));
    }
    return line;
}

QString sdkName(const Sdk &sdk)
{
    return sdk.name.empty() ? Flags::tr("unnamed SDK") : sdkName(Source::PostHog, sdk.name);
}

QString sdkText(const Sdk &sdk)
{
    return sdk.version.empty() ? sdkName(sdk) : sdkName(sdk) + u' ' + fromUtf8(sdk.version);
}

QString askerText(const std::string &distinctId, FlagPath path)
{
    if (!distinctId.empty())
        return fromUtf8(distinctId);
    return path == FlagPath::Definitions ? Flags::tr("any user") : Flags::tr("no distinct_id");
}

QString lastAsker(const FlagState &flag)
{
    return askerText(flag.lastServedTo, FlagPath::Definitions);
}

QString requestText(const ServedFlags &served)
{
    // The path's end tells them apart: the beginning is the same for half of them.
    QString text = fromUtf8(served.endpoint);
    if (served.path == FlagPath::Definitions || served.path == FlagPath::Payload)
        text = text.section(u'/', -1, -1, QString::SectionSkipEmpty);
    if (served.version > 0)
        text += u"?v=%1"_s.arg(served.version);
    return served.isUnchanged ? Flags::tr("%1, unchanged").arg(text) : text;
}

std::vector<FlagPickUp> pickUpsThatCount(
    const FlagState &flag, const std::vector<FlagClient> &clients, UtcTime now)
{
    std::vector<FlagPickUp> connected;
    for (const FlagPickUp &each : flag.pickUps) {
        const auto client = std::ranges::find(clients, each.sdk, &FlagClient::sdk);
        if (client == clients.end() || client->isConnected(now))
            connected.push_back(each);
    }
    return connected.empty() ? flag.pickUps : connected;
}

QString lastHeardText(const Sdk &sdk, const std::vector<FlagClient> &clients, UtcTime now)
{
    const auto client = std::ranges::find(clients, sdk, &FlagClient::sdk);
    return client == clients.end() || client->isConnected(now)
        ? QString()
        : Flags::tr("last heard of %1").arg(agoText(client->heardAt, now));
}

AskingHint askingHint(const FlagClient &client, UtcTime now)
{
    const QString name = sdkName(client.sdk);
    if (!client.isConnected(now))
        return {Flags::tr("%1 is not connected.").arg(name),
            Flags::tr("It was last heard of %1.").arg(agoText(client.heardAt, now))};
    if (client.isLocal && !client.interval)
        return {Flags::tr("%1 asks from time to time.").arg(name),
            Flags::tr("How often is known after its third request.")};
    if (client.isLocal) {
        const auto left = client.lastAt + *client.interval - now;
        return {Flags::tr("%1 asks every %2 (observed).").arg(name, spanText(*client.interval)),
            left >= std::chrono::seconds(1) ? Flags::tr("Next request in about %1.").arg(spanText(left))
                : -left < *client.interval
                ? Flags::tr("The next request is due.")
                : Flags::tr("It has not asked for %1.").arg(spanText(now - client.lastAt))};
    }
    if (client.sdk.name == "web")
        return {Flags::tr("%1 asks on page load, identify or reloadFeatureFlags().").arg(name), {}};
    return {Flags::tr("%1 asks when its program does.").arg(name),
        Flags::tr("It last asked %1.").arg(agoText(client.lastAt, now))};
}

QString upstreamHost(const UpstreamState &upstream)
{
    return QUrl(fromUtf8(upstream.url)).authority();
}

LeavingText leavingText(const UpstreamState &upstream)
{
    if (upstream.url.empty()) {
        const QString nothing = Flags::tr("No destinations. Nothing leaves this machine.");
        return {nothing, nothing, false};
    }
    const QString host = upstreamHost(upstream), url = fromUtf8(upstream.url);
    if (!upstream.error)
        return {Flags::tr("Flag requests go to %1. Events stay here.").arg(host),
            Flags::tr("Requests for flags, settings and scripts are passed on to %1. Events stay here.")
                .arg(url),
            false};
    const QString since = upstream.since ? formatMinute(*upstream.since) : Flags::tr("the start");
    return {Flags::tr("No answer from %1 since %2. Events stay here.").arg(host, since),
        Flags::tr("Flag requests go to %1, which does not answer: %2. Until it does, the overrides and its "
                  "last values are served. Events stay here.")
            .arg(url, fromUtf8(toText(*upstream.error))),
        true};
}

QString spanText(std::chrono::milliseconds span)
{
    const qint64 seconds = std::max<qint64>(0, span.count() / 1000);
    if (seconds < 60)
        return Flags::tr("%1 s").arg(seconds);
    if (seconds < 3600)
        return Flags::tr("%1 min").arg(seconds / 60);
    if (seconds < 86'400)
        return Flags::tr("%1 h").arg(seconds / 3600);
    return counted(seconds / 86'400, Flags::tr("day"));
}

QString agoText(UtcTime then, UtcTime now)
{
    return now - then < std::chrono::hours(1) ? Flags::tr("%1 ago").arg(spanText(now - then))
                                              : Flags::tr("at %1").arg(formatMinute(then));
}

} // namespace Weir
