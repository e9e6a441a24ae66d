#include "ui/models/demoswitches.h"

#include "ui/models/flagtexts.h"
#include "ui/models/format.h"
#include "ui/models/sdknames.h"

#include <algorithm>
#include <cmath>

using namespace Qt::StringLiterals;

namespace Weir {

namespace {

/// The built-in flags as people call them, in the order of the switchboard.
struct KnownFlag
{
    std::string_view key;
    const char16_t *name;
    const char16_t *shortName;
};
constexpr KnownFlag knownFlags[] = {
    {"enable_guardrails_tracing", u"Guardrails tracing", u"Guardrails"},
    {"track_model_costs", u"Model costs", u"Costs"},
    {"agent_debugger_ui", u"Agent debugger", u"Debugger"},
    {"versioned_rag_tracking", u"RAG versions", u"RAG"},
};

std::ptrdiff_t rankOf(std::string_view key)
{
    return std::ranges::find(knownFlags, key, &KnownFlag::key) - std::begin(knownFlags);
}

const FlagState *find(const FlagReport &report, std::string_view key)
{
    const auto found = std::ranges::lower_bound(report.flags, key, {}, &FlagState::key);
    return found != report.flags.end() && found->key == key ? &*found : nullptr;
}

const FlagOverride *find(const FlagScene &scene, std::string_view key)
{
    const auto found = std::ranges::find(scene.overrides, key, &FlagOverride::key);
    return found != scene.overrides.end() ? &*found : nullptr;
}

/// Adds those that are not there yet: the built-in ones in their order, then the others by key.
void addGroup(std::vector<std::string> &keys, std::vector<std::string> group)
{
    std::ranges::sort(group, [](const std::string &a, const std::string &b) {
        const auto left = rankOf(a), right = rankOf(b);
        return left != right ? left < right : a < b;
    });
    for (std::string &key : group) {
        if (std::ranges::find(keys, key) == keys.end())
            keys.push_back(std::move(key));
    }
}

/// An age or a time to wait, to the second: "2 s", "5 min", "3 h".
QString roughTime(std::chrono::milliseconds time, const QString &s, const QString &min, const QString &h)
{
    const auto seconds = std::max<std::int64_t>(0, std::llround(double(time.count()) / 1000));
    if (seconds < 60)
        return QString::number(seconds) + s;
    return seconds < 3600 ? QString::number(seconds / 60) + min : QString::number(seconds / 3600) + h;
}

QString spokenTime(std::chrono::milliseconds time)
{
    const auto unit = [](const char16_t *one, const char16_t *many, bool isOne) {
        return u' ' + QString::fromUtf16(isOne ? one : many);
    };
    const auto seconds = std::max<std::int64_t>(0, std::llround(double(time.count()) / 1000));
    return roughTime(time, unit(u"second", u"seconds", seconds == 1),
        unit(u"minute", u"minutes", seconds / 60 == 1), unit(u"hour", u"hours", seconds / 3600 == 1));
}

QString valueText(const FlagValue &value)
{
    return value.variant.empty() ? (value.isOn ? u"on"_s : u"off"_s) : fromUtf8(value.variant);
}

QString sdks(qsizetype count)
{
    return count == 1 ? u"SDK"_s : formatCount(count) + u" SDKs"_s;
}

/// Which SDKs can get the override, and how far each has come.
struct PickUps
{
    std::vector<const FlagPickUp *> waiting, served, seen;

    explicit PickUps(const std::vector<FlagPickUp> &all)
    {
        for (const FlagPickUp &each : all) {
            if (!each.isPossible)
                continue;
            auto &place = each.stage == FlagPickUp::Stage::Set ? waiting
                : each.stage == FlagPickUp::Stage::Served      ? served
                                                               : seen;
            place.push_back(&each);
        }
    }
    qsizetype count() const { return qsizetype(waiting.size() + served.size() + seen.size()); }
    qsizetype having() const { return qsizetype(served.size() + seen.size()); }
};

struct Status
{
    QString text, brief, spoken; ///< `spoken` empty: as the text.
    QString tight{}; ///< With room for what upstream says behind it; empty: as the text.
};

/// What makes this SDK ask again. Weir cannot push.
Status waitingFor(const Sdk &sdk, bool isLocal, const std::vector<FlagClient> &clients, UtcTime now)
{
    if (sdk.name == "web" || sdk.name == "posthog-js")
        return {u"reload the page in the app"_s, u"reload the page"_s, {}};
    const QString name = flagClientName(sdk);
    const auto client = std::ranges::find(clients, sdk, &FlagClient::sdk);
    if (!isLocal)
        return {name + u" asks with its next call"_s, u"next call"_s, {}};
    if (client == clients.end() || !client->interval)
        return {name + u" asks now and then"_s, u"SDK asks soon"_s, {}};
    if (const UtcTime next = *client->nextAt(); next > now) {
        return {name + u" asks in "_s + roughAge(next - now), u"asks in "_s + roughAge(next - now),
            name + u" asks in "_s + spokenTime(next - now)};
    }
    return {name + u" asks every "_s + roughAge(*client->interval), u"every "_s + roughAge(*client->interval),
        name + u" asks every "_s + spokenTime(*client->interval)};
}

/// Browsers first: someone has to do something for them.
const FlagPickUp &weakest(const std::vector<const FlagPickUp *> &waiting)
{
    const auto web
        = std::ranges::find_if(waiting, [](const FlagPickUp *each) { return each->sdk.name == "web"; });
    return web != waiting.end() ? **web : *waiting.front();
}

Status overriddenStatus(const PickUps &pickUps, const std::vector<FlagClient> &clients, UtcTime now)
{
    if (pickUps.count() == 0) {
        return clients.empty() ? Status{u"Waiting: no SDK has asked yet"_s, u"no SDK yet"_s, {}}
                               : Status{u"No SDK that has asked can get it"_s, u"not possible"_s, {}};
    }
    if (!pickUps.waiting.empty()) {
        const FlagPickUp &last = weakest(pickUps.waiting);
        const Status why = waitingFor(last.sdk, last.isLocal, clients, now);
        const QString before = pickUps.having() == 0
            ? u"Waiting: "_s
            : u"%1 of %2 SDKs: "_s.arg(formatCount(pickUps.having()), formatCount(pickUps.count()));
        return {before + why.text, why.brief, before + (why.spoken.isEmpty() ? why.text : why.spoken),
            before + why.brief};
    }
    if (!pickUps.served.empty()) {
        const QString text = pickUps.seen.empty()
            ? u"Served to %1, no event yet"_s.arg(pickUps.count() == 1 ? u"1 SDK"_s : sdks(pickUps.count()))
            : u"%1 of %2 SDKs picked it up"_s.arg(
                formatCount(qsizetype(pickUps.seen.size())), formatCount(pickUps.count()));
        return {text, u"no event yet"_s, {}, pickUps.seen.empty() ? u"No event yet"_s : QString()};
    }
    const auto last = *std::ranges::min_element(
        pickUps.seen, {}, [](const FlagPickUp *each) { return each->seenAt.value_or(UtcTime()); });
    const auto age = now - last->seenAt.value_or(now);
    const QString text = sdks(pickUps.count()) + u" picked it up"_s;
    return {
        text + u' ' + roughAge(age) + u" ago"_s, u"picked up"_s, text + u' ' + spokenTime(age) + u" ago"_s};
}

/// Without an override: where the value comes from.
Status plainStatus(const FlagState &flag, const UpstreamState &upstream)
{
    if (flag.upstream) {
        const QString text = u"Upstream: "_s + valueText(*flag.upstream);
        return {upstream.error ? text + u", as it last said"_s : text, u"upstream"_s, {}};
    }
    if (flag.isDefined)
        return {u"By its definition, for each user"_s, u"by definition"_s, {}};
    return {upstream.url.empty() ? u"Not served: no upstream is set"_s : u"Upstream: not known"_s,
        upstream.url.empty() ? u"not served"_s : u"not known"_s, {}};
}

/// For whom and how long, without telling who: an audience reads it.
QString limitsOf(const FlagOverride &override, UtcTime now)
{
    QStringList limits;
    if (!override.scope.distinctId.empty())
        limits << u"One user only"_s;
    else if (!override.scope.workspaceId.empty())
        limits << u"One workspace only"_s;
    if (override.expiresAt)
        limits << roughAge(*override.expiresAt - now) + u" left"_s;
    return limits.join(u", "_s);
}

void describeOverride(
    DemoSwitch &shown, const FlagState &flag, const std::vector<FlagClient> &clients, UtcTime now)
{
    const std::vector<FlagPickUp> counting = pickUpsThatCount(flag, clients, now);
    const PickUps pickUps(counting);
    Status status = overriddenStatus(pickUps, clients, now);
    const bool isDone = pickUps.count() > 0 && pickUps.waiting.empty() && pickUps.served.empty();
    shown.tone = isDone ? DemoSwitch::Tone::Done : DemoSwitch::Tone::Waiting;
    shown.stage = isDone ? 3 : pickUps.count() > 0 && pickUps.waiting.empty() ? 2 : 1;
    if (status.spoken.isEmpty())
        status.spoken = status.text;
    if (flag.upstream && *flag.upstream != flag.override->value) {
        if (isDone) // There is no room for both, and that it differs matters more than since when.
            status.text = sdks(pickUps.count()) + u" picked it up"_s;
        else if (!status.tight.isEmpty())
            status.text = status.tight;
        const QString upstream = u". Upstream: "_s + valueText(*flag.upstream);
        status.text += upstream;
        status.spoken += upstream;
    }
    shown.status = status.text;
    shown.shortStatus = status.brief;
    shown.spoken = status.spoken;
    shown.limits = limitsOf(*flag.override, now);
}

} // namespace

QString DemoSwitch::accessibleName() const
{
    const QString value = !isOn ? u"off"_s : variant.isEmpty() ? u"on"_s : u"on, "_s + variant;
    const QString text = name + u", "_s + value + u". "_s + spoken;
    return limits.isEmpty() ? text : text + u". "_s + limits;
}

std::vector<std::string> switchKeys(
    std::span<const FlagScene> scenes, const FlagReport &report, const std::vector<std::string> &shown)
{
    std::vector<std::string> keys;
    for (const std::string &key : shown) {
        const bool isInScene = std::ranges::any_of(
            scenes, [&](const FlagScene &scene) { return find(scene, key) != nullptr; });
        if (isInScene || find(report, key))
            keys.push_back(key);
    }
    for (const FlagScene &scene : scenes) {
        std::vector<std::string> group;
        for (const FlagOverride &override : scene.overrides)
            group.push_back(override.key);
        addGroup(keys, std::move(group));
    }
    std::vector<std::string> overridden, builtIn;
    for (const FlagState &flag : report.flags) {
        if (flag.override)
            overridden.push_back(flag.key);
        if (flag.isBuiltIn)
            builtIn.push_back(flag.key);
    }
    addGroup(keys, std::move(overridden));
    addGroup(keys, std::move(builtIn));
    if (keys.size() > std::size_t(mostSwitches))
        keys.resize(std::size_t(mostSwitches));
    return keys;
}

DemoSwitch demoSwitch(
    const FlagState &flag, const UpstreamState &upstream, const std::vector<FlagClient> &clients, UtcTime now)
{
    DemoSwitch shown;
    shown.key = flag.key;
    const auto rank = rankOf(flag.key);
    const bool isKnown = rank < std::ssize(knownFlags);
    shown.name = isKnown ? QString::fromUtf16(knownFlags[rank].name) : fromUtf8(flag.key);
    shown.shortName = isKnown ? QString::fromUtf16(knownFlags[rank].shortName) : shown.name;
    for (const std::string &variant : flag.variants)
        shown.variants << fromUtf8(variant);
    const bool lastIsOwn = flag.lastServed && !flag.lastServed->isOverridden;
    const FlagValue value = flag.override ? flag.override->value
        : flag.upstream                   ? *flag.upstream
        : flag.isDefined && lastIsOwn     ? flag.lastServed->value
                                          : FlagValue::off();
    shown.isOn = value.isOn;
    shown.variant = fromUtf8(value.variant);
    if (!shown.variant.isEmpty() && !shown.variants.contains(shown.variant))
        shown.variants << shown.variant;
    if (flag.override) {
        describeOverride(shown, flag, clients, now);
    } else {
        const Status status = plainStatus(flag, upstream);
        shown.status = shown.spoken = status.text;
        shown.shortStatus = status.brief;
    }
    return shown;
}

FlagOverride overrideBySwitch(
    const FlagState &flag, std::span<const FlagScene> scenes, const FlagValue &value)
{
    FlagOverride override;
    if (flag.override)
        override = *flag.override;
    override.key = flag.key;
    override.scene.clear(); // By hand.
    if (flag.override && override.value == value)
        return override;
    override.value = value;
    override.payload.reset();
    for (const FlagScene &scene : scenes) {
        const FlagOverride *const there = find(scene, flag.key);
        if (there && there->value == value) {
            override.payload = there->payload;
            return override;
        }
    }
    if (flag.upstream == value)
        override.payload = flag.upstreamPayload;
    return override;
}

FlagValue onValue(const FlagState &flag, std::span<const FlagScene> scenes, const FlagValue &last)
{
    if (last.isOn)
        return last;
    for (const FlagScene &scene : scenes) {
        const FlagOverride *const there = find(scene, flag.key);
        if (there && there->value.isOn)
            return there->value;
    }
    return flag.upstream && flag.upstream->isOn ? *flag.upstream : FlagValue::on();
}

QString roughAge(std::chrono::milliseconds age)
{
    return roughTime(age, u" s"_s, u" min"_s, u" h"_s);
}

QString flagClientName(const Sdk &sdk)
{
    return sdkName(Source::PostHog, sdk.name);
}

} // namespace Weir
