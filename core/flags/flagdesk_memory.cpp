// What the desk of flags learns from the upstream, and what it keeps in the session.

#include "core/flags/flagdesk.h"

#include <algorithm>
#include <utility>

namespace Weir {

namespace {

constexpr std::size_t rememberedProjects = 100, rememberedUpstreamUsers = 2'000, rememberedVariants = 50;

} // namespace

void FlagDesk::learn(UpstreamNews news)
{
    ++m_revision;
    if (news.definitions)
        learnDefinitions(*std::move(news.definitions));
    for (const FlagOutcome &flag : news.flags)
        learnFlag(flag);
    if (!news.distinctId.empty())
        learnUser(news);
}

void FlagDesk::learnDefinitions(UpstreamDefinitions definitions)
{
    auto &all = m_knowledge.upstreamDefinitions;
    if (all.size() >= rememberedProjects && !all.contains(definitions.token)) {
        for (const auto &[token, gone] : all)
            note(FlagMemory::definitionsRoom, token);
        all.clear();
    }
    UpstreamDefinitions &kept = all[definitions.token];
    if (kept == definitions)
        return;
    note(FlagMemory::definitionsRoom, definitions.token);
    kept = std::move(definitions);
}

void FlagDesk::learnFlag(const FlagOutcome &flag)
{
    KnownFlag *const known = know(flag.key);
    if (!known || !flag.value)
        return;
    const KnownFlag before = *known;
    known->upstream = flag.value;
    known->upstreamPayload = flag.payload;
    const std::string &variant = flag.value->variant;
    if (!variant.empty() && std::ranges::find(known->variants, variant) == known->variants.end()
        && known->variants.size() < rememberedVariants)
        known->variants.push_back(variant);
    if (*known != before)
        note(FlagMemory::flagRoom, flag.key);
}

void FlagDesk::learnUser(const UpstreamNews &news)
{
    auto &all = m_knowledge.upstreamFlags;
    if (all.size() >= rememberedUpstreamUsers && !all.contains(news.distinctId)) {
        for (const auto &[user, gone] : all)
            note(FlagMemory::userRoom, user);
        all.clear();
    }
    std::vector<FlagOutcome> &kept = all[news.distinctId];
    std::vector<FlagOutcome> now = news.isComplete ? std::vector<FlagOutcome>() : kept;
    for (const FlagOutcome &flag : news.flags) {
        std::erase_if(now, [&flag](const FlagOutcome &each) { return each.key == flag.key; });
        now.push_back(flag);
    }
    if (now == kept)
        return;
    kept = std::move(now);
    note(FlagMemory::userRoom, news.distinctId);
}

void FlagDesk::note(std::string_view room, std::string_view key)
{
    m_changed.emplace(room, key);
}

/// The note as it is now; nothing: there is none to keep.
std::optional<std::string> FlagDesk::noted(std::string_view room, const std::string &key) const
{
    if (room == FlagMemory::flagRoom) {
        // What is known from an override alone goes with it: a mistyped key shall not stay for ever.
        const auto found = m_known.find(key);
        const bool isKept = found != m_known.end()
            && (found->second.upstream || found->second.isAsked
                || (!found->second.isBuiltIn && !found->second.variants.empty()));
        return isKept ? std::optional(FlagMemory::toJson(found->second)) : std::nullopt;
    }
    if (room == FlagMemory::overrideRoom) {
        const FlagOverride *const override = m_knowledge.overrides.find(key);
        return override && override->isPinned ? std::optional(FlagMemory::toJson(*override)) : std::nullopt;
    }
    if (room == FlagMemory::userRoom) {
        const auto found = m_knowledge.upstreamFlags.find(key);
        return found == m_knowledge.upstreamFlags.end() ? std::nullopt
                                                        : std::optional(FlagMemory::toJson(found->second));
    }
    const auto found = m_knowledge.upstreamDefinitions.find(key);
    return found == m_knowledge.upstreamDefinitions.end() ? std::nullopt
                                                          : std::optional(FlagMemory::toJson(found->second));
}

SessionNotes FlagDesk::takeNotes()
{
    SessionNotes notes;
    for (const auto &[room, key] : std::exchange(m_changed, {}))
        notes.push_back({std::string(room), key, noted(room, key)});
    return notes;
}

void FlagDesk::restore(const SessionNotes &notes, UtcTime now)
{
    for (const SessionNote &note : notes)
        restoreOne(note, now);
    setTime(now);
    ++m_revision;
    // This session may be another one than before: it is told of everything.
    m_changed.clear();
    const auto noteAll = [this](std::string_view room, const auto &all) {
        for (const auto &[key, value] : all) {
            if (noted(room, key))
                note(room, key);
        }
    };
    noteAll(FlagMemory::flagRoom, m_known);
    noteAll(FlagMemory::overrideRoom, m_knowledge.overrides.all());
    noteAll(FlagMemory::userRoom, m_knowledge.upstreamFlags);
    noteAll(FlagMemory::definitionsRoom, m_knowledge.upstreamDefinitions);
    for (const SessionNote &there : notes) {
        for (const std::string_view room : {FlagMemory::flagRoom, FlagMemory::overrideRoom,
                 FlagMemory::userRoom, FlagMemory::definitionsRoom}) {
            if (there.room != room)
                continue;
            if (noted(room, there.key) == there.value)
                m_changed.erase({room, there.key});
            else
                note(room, there.key);
        }
    }
}

/// What cannot be read is left out: a note is worth less than a session that opens.
void FlagDesk::restoreOne(const SessionNote &note, UtcTime now)
{
    if (!note.value)
        return;
    if (note.room == FlagMemory::flagRoom) {
        const auto read = FlagMemory::readFlag(*note.value);
        KnownFlag *const known = read ? know(note.key) : nullptr;
        if (!known || known->upstream)
            return;
        const bool isBuiltIn = known->isBuiltIn, isAsked = known->isAsked;
        if (!read->variants.empty() || read->upstream)
            *known = *read;
        known->isBuiltIn = isBuiltIn;
        known->isAsked = isAsked || read->isAsked;
    } else if (note.room == FlagMemory::overrideRoom) {
        const auto read = FlagMemory::readPinned(note.key, *note.value);
        FlagAnswer ignored;
        if (read && !m_knowledge.overrides.find(note.key) && (!read->expiresAt || *read->expiresAt > now))
            put(*read, read->setAt, ignored);
    } else if (note.room == FlagMemory::userRoom) {
        if (const auto read = FlagMemory::readOutcomes(*note.value);
            read && m_knowledge.upstreamFlags.size() < rememberedUpstreamUsers)
            m_knowledge.upstreamFlags.try_emplace(note.key, *read);
    } else if (note.room == FlagMemory::definitionsRoom) {
        if (const auto read = FlagMemory::readDefinitions(note.key, *note.value);
            read && m_knowledge.upstreamDefinitions.size() < rememberedProjects)
            m_knowledge.upstreamDefinitions.try_emplace(note.key, *read);
    }
}

ServedNews FlagDesk::takeServed()
{
    ServedNews news;
    const auto idOf = [](const Answer &answer) { return answer.served.id; };
    for (auto each = std::ranges::upper_bound(m_served, m_keptServed, {}, idOf); each != m_served.end();
         ++each)
        news.answers.push_back(each->served);
    m_keptServed = m_lastServed;
    news.seen = std::exchange(m_newSeen, {});
    return news;
}

void FlagDesk::forgetServed()
{
    m_served.clear();
    m_lastTo.clear();
    m_newSeen.clear();
    m_keptServed = m_lastServed;
    ++m_revision;
}

/// What was seen stands beside the values, so that those are shared as ever.
FlagDesk::Answer FlagDesk::restored(const ServedFlags &answer)
{
    Answer made{answer, 0, {}};
    const auto isSeen = [](const ServedValue &value) { return value.seen != nullptr; };
    if (std::ranges::any_of(*answer.values, isSeen)) {
        auto values = std::make_shared<Values>(*answer.values);
        for (std::size_t place = 0; place < values->size(); ++place) {
            if (auto seen = std::exchange((*values)[place].seen, {}))
                made.seen.emplace_back(static_cast<std::uint32_t>(place), std::move(seen));
        }
        made.served.values = std::move(values);
    }
    made.served.values = m_sets.shared(std::move(made.served.values));
    return made;
}

void FlagDesk::restoreServed(std::span<const ServedFlags> answers)
{
    forgetServed();
    if (!answers.empty())
        m_lastServed = std::max(m_lastServed, answers.front().id);
    m_keptServed = m_lastServed;
    addOlderServed(answers);
}

void FlagDesk::addOlderServed(std::span<const ServedFlags> answers)
{
    for (const ServedFlags &answer : answers) {
        if (m_served.size() >= rememberedAnswers
            || (!m_served.empty() && answer.id >= m_served.front().served.id))
            continue;
        m_served.push_front(restored(answer));
        m_lastTo.try_emplace(audience(answer.sdk, answer.distinctId), answer.id);
    }
    ++m_revision;
}

std::int64_t FlagDesk::wantsServedBefore() const
{
    return m_served.empty() || m_served.size() >= rememberedAnswers ? 0 : m_served.front().served.id;
}

} // namespace Weir
