#include "core/flags/flagdesk.h"

#include <algorithm>
#include <functional>
#include <unordered_set>

namespace Weir {

namespace {

constexpr std::size_t rememberedClients = 200, rememberedGaps = 8;
/// How far back an event's flag is looked for: requests may ask for few flags.
constexpr std::size_t answersLookedAt = 8;
/// Events of an SDK are noted this often: enough to know that it runs, and no report for each event.
constexpr std::chrono::seconds heardEvery{10};

/// The flags of the platform that Weir is made for, so that they can be switched before any SDK has asked.
struct BuiltIn
{
    std::string_view key;
    std::string_view variants[3];
};
constexpr BuiltIn builtIns[] = {
    {"agent_debugger_ui", {}},
    {"enable_guardrails_tracing", {}},
    {"track_model_costs", {}},
    {"versioned_rag_tracking", {"control", "v2", "v2-rerank"}},
};

/// The middle one: a missed or doubled request does not change it.
std::optional<std::chrono::milliseconds> medianOf(const std::deque<std::chrono::milliseconds> &gaps)
{
    if (gaps.size() < 2)
        return {};
    std::vector<std::chrono::milliseconds> sorted(gaps.begin(), gaps.end());
    std::ranges::sort(sorted);
    return sorted[sorted.size() / 2];
}

/// Whether an SDK that has the one has the other: at most how long they last or who set them differs.
bool servesTheSame(const FlagOverride &a, const FlagOverride &b)
{
    return a.value == b.value && a.payload == b.payload && a.scope == b.scope;
}

} // namespace

FlagDesk::FlagDesk()
{
    for (const BuiltIn &flag : builtIns) {
        KnownFlag known;
        known.isBuiltIn = true;
        for (const std::string_view variant : flag.variants) {
            if (!variant.empty())
                known.variants.emplace_back(variant);
        }
        m_known.emplace(flag.key, std::move(known));
    }
}

void FlagDesk::setTime(UtcTime now)
{
    if (m_knowledge.overrides.isEmpty())
        return;
    for (const std::string &key : m_knowledge.overrides.expire(now)) {
        retract(key);
        note(FlagMemory::overrideRoom, key);
        ++m_revision;
    }
}

FlagAnswer FlagDesk::carryOut(const FlagOrder &order, UtcTime now)
{
    setTime(now);
    FlagAnswer answer;
    switch (order.kind) {
    case FlagOrder::Kind::Report:
        answer.report = report();
        break;
    case FlagOrder::Kind::Served:
        answer.served = servedPage(order.served);
        break;
    case FlagOrder::Kind::Set: {
        FlagOverride override = order.override;
        if (order.expiresIn)
            override.expiresAt = now + *order.expiresIn;
        put(std::move(override), now, answer);
        answer.report.flags.push_back(stateOf(order.override.key, lastServed()));
        break;
    }
    case FlagOrder::Kind::Clear:
        removeIf([&](const FlagOverride &each) { return each.key == order.key; }, answer);
        answer.report.flags.push_back(stateOf(order.key, lastServed()));
        break;
    case FlagOrder::Kind::ClearAll:
        removeIf([](const FlagOverride &) { return true; }, answer);
        break;
    case FlagOrder::Kind::Restore:
        for (const FlagOverride &override : order.overrides)
            put(override, override.setAt, answer);
        setTime(now);
        break;
    case FlagOrder::Kind::Rehearse:
        answer.changes = changesOf(order.scene);
        break;
    case FlagOrder::Kind::Apply:
        apply(order.scene, now, answer);
        break;
    case FlagOrder::Kind::Remove:
        removeIf([&](const FlagOverride &each) { return each.scene == order.scene.name; }, answer);
        break;
    case FlagOrder::Kind::Rename:
        renameScene(order.scene.name, order.newName);
        break;
    }
    return answer;
}

void FlagDesk::put(FlagOverride override, UtcTime now, FlagAnswer &answer)
{
    override.setAt = now;
    if (const FlagOverride *const before = m_knowledge.overrides.find(override.key)) {
        answer.removed.push_back(*before);
        if (servesTheSame(*before, override))
            override.setAt = before->setAt; // Whoever has picked it up has it still.
        else
            retract(override.key);
    }
    know(override.key);
    note(FlagMemory::overrideRoom, override.key);
    m_knowledge.overrides.set(std::move(override));
    ++m_revision;
}

void FlagDesk::removeIf(const std::function<bool(const FlagOverride &)> &isMeant, FlagAnswer &answer)
{
    const std::size_t before = answer.removed.size();
    for (const auto &[key, override] : m_knowledge.overrides.all()) {
        if (isMeant(override))
            answer.removed.push_back(override);
    }
    for (std::size_t i = before; i < answer.removed.size(); ++i) {
        retract(answer.removed[i].key);
        note(FlagMemory::overrideRoom, answer.removed[i].key);
        m_knowledge.overrides.remove(answer.removed[i].key);
        ++m_revision;
    }
}

void FlagDesk::retract(std::string_view key)
{
    const auto found = m_pickUps.find(key);
    if (found == m_pickUps.end())
        return;
    m_knowledge.hasRetracted = true; // Someone has it.
    m_pickUps.erase(found);
}

void FlagDesk::setDefinitions(FlagDefinitions definitions, std::string document)
{
    m_knowledge.definitions = std::move(definitions);
    m_knowledge.document = std::move(document);
    for (const FlagInfo &flag : m_knowledge.definitions.flags())
        know(flag.key);
}

void FlagDesk::setUpstream(std::string url)
{
    m_knowledge.hasUpstream = !url.empty();
    m_upstream = {std::move(url), {}, {}};
}

void FlagDesk::sawUpstream(const std::optional<Error> &error, UtcTime now)
{
    if (!m_upstream.since || m_upstream.error.has_value() != error.has_value())
        m_upstream.since = now;
    if (m_upstream.error != error)
        ++m_revision;
    m_upstream.error = error;
}

KnownFlag *FlagDesk::know(std::string_view key)
{
    const auto found = m_known.find(key);
    if (found != m_known.end())
        return &found->second;
    if (m_known.size() >= rememberedFlags || key.empty())
        return nullptr;
    ++m_revision;
    note(FlagMemory::flagRoom, key);
    return &m_known.emplace(key, KnownFlag()).first->second;
}

void FlagDesk::noteAsked(std::string_view key)
{
    KnownFlag *const known = know(key);
    if (!known || known->isAsked)
        return;
    known->isAsked = true;
    note(FlagMemory::flagRoom, key);
    ++m_revision;
}

/// The SDK of an event among those that have asked: a request tells less of its SDK than an event does.
const Sdk *FlagDesk::clientOf(const Sdk &sdk) const
{
    auto found = m_clients.find(sdk);
    if (found == m_clients.end())
        found = m_clients.find({sdk.name, {}});
    return found == m_clients.end() ? nullptr : &found->first;
}

void FlagDesk::sawServed(ServedFlags served, std::span<const FlagOutcome> given)
{
    served.values = m_sets.of(given);
    noteServed(std::move(served));
}

void FlagDesk::sawServed(ServedFlags served)
{
    served.values
        = m_sets.shared(served.values ? std::move(served.values) : std::make_shared<const Values>());
    noteServed(std::move(served));
}

void FlagDesk::noteServed(ServedFlags served)
{
    if (std::exchange(m_knownSets, m_sets.additions()) != m_sets.additions()) {
        for (const ServedValue &value : *served.values)
            know(value.key);
    }
    served.id = ++m_lastServed;
    ++m_revision;
    for (const std::string &key : served.askedKeys)
        noteAsked(key);
    noteClient(served);
    m_taint.sawServed(served);
    notePickUps(served);
    remember(std::move(served));
}

/// Who an answer went to. Events name the version of a browser's SDK, its requests do not.
std::string FlagDesk::audience(const Sdk &sdk, std::string_view user)
{
    std::string text = sdk.name;
    return text.append(1, '\0').append(user);
}

void FlagDesk::remember(ServedFlags served)
{
    std::int64_t &last = m_lastTo[audience(served.sdk, served.distinctId)];
    const std::int64_t before = std::exchange(last, served.id);
    m_served.push_back({std::move(served), before, {}});
    dropOldest();
}

void FlagDesk::dropOldest()
{
    if (m_served.size() <= rememberedAnswers)
        return;
    const ServedFlags &oldest = m_served.front().served;
    const auto found = m_lastTo.find(audience(oldest.sdk, oldest.distinctId));
    if (found != m_lastTo.end() && found->second == oldest.id)
        m_lastTo.erase(found);
    m_served.pop_front();
}

void FlagDesk::noteClient(const ServedFlags &served)
{
    if (m_clients.size() >= rememberedClients && !m_clients.contains(served.sdk))
        return;
    Client &client = m_clients[served.sdk];
    client.heardAt = std::max(client.heardAt, served.at);
    if (served.path == FlagPath::Definitions) {
        if (client.isLocal && served.at > client.lastAt)
            client.gaps.push_back(served.at - client.lastAt);
        if (client.gaps.size() > rememberedGaps)
            client.gaps.pop_front();
        client.isLocal = true;
        client.lastAt = served.at;
    } else if (!client.isLocal) {
        client.lastAt = served.at;
    }
}

void FlagDesk::notePickUps(const ServedFlags &served)
{
    for (const ServedValue &value : *served.values) {
        if (!value.isOverridden || !m_clients.contains(served.sdk))
            continue;
        PickUp &pickUp = m_pickUps[value.key][served.sdk];
        pickUp.servedAt = served.at;
        pickUp.path = served.path;
        pickUp.distinctId = served.distinctId;
    }
}

bool FlagDesk::isTainted(const Event &event, std::span<const FlagSighting> sightings) const
{
    return m_taint.isTainted(event, sightings, sightings.empty() ? nullptr : clientOf(event.sdk));
}

/// An event tells that its SDK runs, if it is one of those that ask for flags.
void FlagDesk::hearOf(const Sdk &sdk, UtcTime now)
{
    const Sdk *const known = m_clients.empty() ? nullptr : clientOf(sdk);
    if (!known)
        return;
    Client &client = m_clients.find(*known)->second;
    if (now - client.heardAt < heardEvery)
        return;
    client.heardAt = now;
    ++m_revision;
}

void FlagDesk::sawEvent(const Event &event, std::span<const FlagSighting> sightings, UtcTime now)
{
    hearOf(event.sdk, now);
    const Sdk *const sdk = sightings.empty() ? nullptr : clientOf(event.sdk);
    for (const FlagSighting &sighting : sightings) {
        if (sighting.isCall)
            noteAsked(sighting.key);
        noteSeen(event, sighting, now);
        const FlagOverride *const override = m_knowledge.overrides.find(sighting.key);
        if (!sdk || !override || override->value != sighting.value)
            continue;
        // What only happens to be equal was not picked up: the SDK must have been served first.
        const auto pickUps = m_pickUps.find(sighting.key);
        if (pickUps == m_pickUps.end())
            continue;
        if (const auto pickUp = pickUps->second.find(*sdk); pickUp != pickUps->second.end())
            pickUp->second.seenAt = now;
        ++m_revision;
    }
}

FlagDesk::Answer *FlagDesk::answerOf(std::int64_t id)
{
    const auto idOf = [](const Answer &answer) { return answer.served.id; };
    const auto found = std::ranges::lower_bound(m_served, id, {}, idOf);
    return found == m_served.end() || found->served.id != id ? nullptr : &*found;
}

/// An event shows that its SDK had a value: of the last answer that gave its user the flag.
void FlagDesk::noteSeen(const Event &event, const FlagSighting &sighting, UtcTime now)
{
    Answer *given = nullptr;
    std::size_t place = 0;
    // Without a user are the definitions, for SDKs that evaluate by themselves.
    for (const std::string_view user :
        {std::string_view(event.userId), std::string_view(event.anonymousId), std::string_view()}) {
        const auto last = m_lastTo.find(audience(event.sdk, user));
        Answer *answer = last == m_lastTo.end() ? nullptr : answerOf(last->second);
        for (std::size_t tried = 0; answer && tried < answersLookedAt; ++tried) {
            const Values &values = *answer->served.values;
            const auto found = std::ranges::find(values, sighting.key, &ServedValue::key);
            if (found != values.end() && (!given || given->served.id < answer->served.id)) {
                given = answer;
                place = static_cast<std::size_t>(found - values.begin());
            }
            answer = found == values.end() ? answerOf(answer->before) : nullptr;
        }
    }
    if (!given || (*given->served.values)[place].value != sighting.value)
        return;
    if (std::ranges::any_of(given->seen, [place](const auto &each) { return each.first == place; }))
        return;
    const FlagSeen seen{now, event.name, event.traceId};
    given->seen.emplace_back(static_cast<std::uint32_t>(place), std::make_shared<const FlagSeen>(seen));
    m_newSeen.push_back({given->served.id, sighting.key, seen});
    ++m_revision;
}

std::vector<FlagPickUp> FlagDesk::pickUpsOf(const FlagOverride &override) const
{
    const auto noted = m_pickUps.find(override.key);
    std::vector<FlagPickUp> all;
    for (const auto &[sdk, client] : m_clients) {
        FlagPickUp pickUp;
        pickUp.sdk = sdk;
        pickUp.isLocal = client.isLocal;
        pickUp.isPossible = !client.isLocal || override.scope.isEveryone();
        if (noted != m_pickUps.end()) {
            if (const auto found = noted->second.find(sdk); found != noted->second.end()) {
                const PickUp &what = found->second;
                pickUp.stage = what.seenAt ? FlagPickUp::Stage::Seen : FlagPickUp::Stage::Served;
                pickUp.servedAt = what.servedAt;
                pickUp.seenAt = what.seenAt;
                pickUp.path = what.path;
                pickUp.distinctId = what.distinctId;
                pickUp.isPossible = true;
            }
        }
        all.push_back(std::move(pickUp));
    }
    return all;
}

FlagDesk::LastByKey FlagDesk::lastServed() const
{
    // Looked for when someone wants to know it, so that answering costs nothing.
    LastByKey last;
    std::unordered_set<const Values *> looked;
    for (auto each = m_served.rbegin(); each != m_served.rend(); ++each) {
        const ServedFlags &answer = each->served;
        if (!looked.insert(answer.values.get()).second)
            continue;
        for (const ServedValue &value : *answer.values)
            last.try_emplace(value.key, Last{&value, &answer});
    }
    return last;
}

FlagState FlagDesk::stateOf(std::string_view key, const LastByKey &served) const
{
    FlagState state;
    state.key = key;
    if (const auto known = m_known.find(key); known != m_known.end()) {
        state.isBuiltIn = known->second.isBuiltIn;
        state.isAsked = known->second.isAsked;
        state.variants = known->second.variants;
        state.upstream = known->second.upstream;
        state.upstreamPayload = known->second.upstreamPayload;
    }
    if (const FlagInfo *const defined = m_knowledge.definitions.find(key)) {
        state.isDefined = true;
        state.variants = defined->variants;
    }
    if (const auto last = served.find(key); last != served.end()) {
        state.lastServed = *last->second.value;
        state.lastServedAt = last->second.answer->at;
        state.lastServedBy = last->second.answer->sdk;
        state.lastServedTo = last->second.answer->distinctId;
    }
    if (const FlagOverride *const override = m_knowledge.overrides.find(key)) {
        state.override = *override;
        state.pickUps = pickUpsOf(*override);
    }
    return state;
}

FlagReport FlagDesk::report() const
{
    FlagReport report;
    report.upstream = m_upstream;
    const LastByKey served = lastServed();
    for (const auto &[key, known] : m_known)
        report.flags.push_back(stateOf(key, served));
    for (const auto &[key, override] : m_knowledge.overrides.all()) {
        if (!m_known.contains(key)) // Only when there are more flags than are remembered.
            report.flags.push_back(stateOf(key, served));
    }
    for (const auto &[sdk, client] : m_clients)
        report.clients.push_back({sdk, client.isLocal, client.lastAt, medianOf(client.gaps), client.heardAt});
    return report;
}

/// Those of this flag, or all for an empty key, with what was seen of them.
FlagDesk::Values FlagDesk::valuesOf(const Answer &answer, std::string_view key)
{
    const Values &all = *answer.served.values;
    Values wanted;
    for (std::size_t place = 0; place < all.size(); ++place) {
        if (!key.empty() && all[place].key != key)
            continue;
        ServedValue &value = wanted.emplace_back(all[place]);
        for (const auto &[seenPlace, seen] : answer.seen) {
            if (seenPlace == place)
                value.seen = seen;
        }
    }
    return wanted;
}

ServedPage FlagDesk::servedPage(const ServedQuery &query) const
{
    ServedPage page;
    int count = 0;
    for (auto each = m_served.rbegin(); each != m_served.rend(); ++each) {
        const ServedFlags &answer = each->served;
        if (query.before > 0 && answer.id >= query.before)
            continue;
        if ((!query.distinctId.empty() && answer.distinctId != query.distinctId)
            || (!query.sdk.empty() && answer.sdk.name != query.sdk))
            continue;
        Values wanted = valuesOf(*each, query.key);
        if (wanted.empty())
            continue;
        if (count >= query.limit) {
            page.next = page.answers.back().id;
            break;
        }
        count += static_cast<int>(wanted.size());
        page.answers.push_back(answer);
        page.answers.back().values = std::make_shared<const Values>(std::move(wanted));
    }
    return page;
}

} // namespace Weir
