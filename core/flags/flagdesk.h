#pragma once

#include "core/flags/flagdefinitions.h"
#include "core/flags/flagevaluation.h"
#include "core/flags/flagmemory.h"
#include "core/flags/flagoverride.h"
#include "core/flags/flagreport.h"
#include "core/flags/flagtaint.h"
#include "core/flags/servedflags.h"
#include "core/flags/servedsets.h"

#include <chrono>
#include <cstddef>
#include <deque>
#include <functional>
#include <map>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace Weir {

/// What an answer of the upstream taught.
struct UpstreamNews
{
    std::string distinctId;
    std::vector<FlagOutcome> flags; ///< What it said to that user.
    bool isComplete = false; ///< These are all flags of that user.
    std::optional<UpstreamDefinitions> definitions;
};

/// What the answers to flag requests are made from. Only the desk changes it.
struct FlagKnowledge
{
    FlagOverrides overrides;
    FlagDefinitions definitions; ///< Of `document`.
    std::string document; ///< Definitions as JSON, as they were given. Empty: there are none.
    bool hasUpstream = false; ///< Flag requests are asked there first.
    /// What the upstream said last to each user, by distinct_id: served again while it is away.
    std::unordered_map<std::string, std::vector<FlagOutcome>> upstreamFlags;
    /// Its definitions with their ETag, by project token.
    std::map<std::string, UpstreamDefinitions, std::less<>> upstreamDefinitions;
    /// Values were served that are no longer: SDKs that keep flags must be told to drop theirs.
    bool hasRetracted = false;
};

/// Keeps what Weir knows of flags: overrides, which flags there are, who was served what, and what events
/// show of it. A plain class without threads, clock or I/O; the capture thread owns it, so that an order
/// holds for the very next request. All that it remembers is bounded, whatever SDKs send.
class FlagDesk
{
public:
    FlagDesk();

    const FlagKnowledge &knowledge() const { return m_knowledge; }
    /// What changed since the last call of what should outlive Weir: flags, pinned overrides, what the
    /// upstream said.
    SessionNotes takeNotes();
    /// What a session remembers, when it has been opened. What is known already counts more; from now on
    /// takeNotes() is about this session, so its next call gives all that it lacks.
    void restore(const SessionNotes &notes, UtcTime now);

    /// What came since the last call of answers, and of what events show of them.
    ServedNews takeServed();
    /// The newest answers that a session keeps, newest first, when it has been opened: those of another one
    /// are forgotten.
    void restoreServed(std::span<const ServedFlags> answers);
    /// Older ones than all that are remembered, newest first.
    void addOlderServed(std::span<const ServedFlags> answers);
    /// Before which id older ones are welcome; 0 when there is no room for any.
    std::int64_t wantsServedBefore() const;
    /// The session has been emptied.
    void forgetServed();

    /// Another number after each change of what report() or the list of served values tell.
    std::uint64_t revision() const { return m_revision; }

    /// Lets go of overrides whose time is over. To be called before each use of knowledge().
    void setTime(UtcTime now);
    FlagAnswer carryOut(const FlagOrder &order, UtcTime now);

    /// From now on flags are evaluated by these. `document` is what they were parsed from.
    void setDefinitions(FlagDefinitions definitions, std::string document);

    /// Flag requests are asked at this URL from now on.
    void setUpstream(std::string url);
    /// It has answered, or not: then `error` says why.
    void sawUpstream(const std::optional<Error> &error, UtcTime now);
    void learn(UpstreamNews news);

    /// An answer that went to an SDK, with the values that it gives. The second has them already.
    void sawServed(ServedFlags served, std::span<const FlagOutcome> given);
    void sawServed(ServedFlags served);

    /// Whether an event saw an overridden value, as FlagTaint says. `sightings` are those of this event
    /// alone.
    bool isTainted(const Event &event, std::span<const FlagSighting> sightings) const;
    /// Notes what an event carries.
    void sawEvent(const Event &event, std::span<const FlagSighting> sightings, UtcTime now);

private:
    /// An answer that is remembered, and what events have shown of it.
    struct Answer
    {
        ServedFlags served;
        std::int64_t before = 0; ///< The one before it to the same SDK and user; 0 = none.
        std::vector<std::pair<std::uint32_t, std::shared_ptr<const FlagSeen>>>
            seen; ///< By place in its values.
    };
    struct Last
    {
        const ServedValue *value = nullptr;
        const ServedFlags *answer = nullptr;
    };
    using LastByKey = std::unordered_map<std::string_view, Last>;
    struct PickUp
    {
        std::optional<UtcTime> servedAt, seenAt;
        FlagPath path = FlagPath::Flags;
        std::string distinctId;
    };
    struct SdkOrder
    {
        bool operator()(const Sdk &a, const Sdk &b) const
        {
            return a.name != b.name ? a.name < b.name : a.version < b.version;
        }
    };
    template <typename Value> using BySdk = std::map<Sdk, Value, SdkOrder>;
    /// One SDK as its requests show it.
    struct Client
    {
        UtcTime lastAt{}, heardAt{};
        bool isLocal = false;
        std::deque<std::chrono::milliseconds> gaps; ///< Between its last requests for definitions.
    };
    using Values = std::vector<ServedValue>;

    KnownFlag *know(std::string_view key);
    void noteAsked(std::string_view key);
    void learnDefinitions(UpstreamDefinitions definitions);
    void learnFlag(const FlagOutcome &flag);
    void learnUser(const UpstreamNews &news);
    void note(std::string_view room, std::string_view key);
    std::optional<std::string> noted(std::string_view room, const std::string &key) const;
    void restoreOne(const SessionNote &note, UtcTime now);
    const Sdk *clientOf(const Sdk &sdk) const;
    void hearOf(const Sdk &sdk, UtcTime now);
    void put(FlagOverride override, UtcTime now, FlagAnswer &answer);
    void removeIf(const std::function<bool(const FlagOverride &)> &isMeant, FlagAnswer &answer);
    std::vector<SceneChange> changesOf(const FlagScene &scene) const;
    std::vector<std::string> doubtsOf(const FlagOverride &override) const;
    void apply(const FlagScene &scene, UtcTime now, FlagAnswer &answer);
    void renameScene(const std::string &name, const std::string &newName);
    void retract(std::string_view key);
    void noteServed(ServedFlags served);
    void noteClient(const ServedFlags &served);
    void notePickUps(const ServedFlags &served);
    static std::string audience(const Sdk &sdk, std::string_view user);
    void remember(ServedFlags served);
    void dropOldest();
    Answer restored(const ServedFlags &answer);
    Answer *answerOf(std::int64_t id);
    void noteSeen(const Event &event, const FlagSighting &sighting, UtcTime now);
    LastByKey lastServed() const;
    FlagState stateOf(std::string_view key, const LastByKey &served) const;
    std::vector<FlagPickUp> pickUpsOf(const FlagOverride &override) const;
    FlagReport report() const;
    static Values valuesOf(const Answer &answer, std::string_view key);
    ServedPage servedPage(const ServedQuery &query) const;

    FlagKnowledge m_knowledge;
    UpstreamState m_upstream;
    std::map<std::string, KnownFlag, std::less<>> m_known;
    std::map<std::string, BySdk<PickUp>, std::less<>> m_pickUps; ///< Of the overrides that are on.
    BySdk<Client> m_clients;
    FlagTaint m_taint;
    std::deque<Answer> m_served; ///< Oldest first, with rising ids.
    std::unordered_map<std::string, std::int64_t> m_lastTo; ///< By SDK and user, the id of their last answer.
    ServedSets m_sets;
    std::size_t m_knownSets = 0; ///< How many additions of m_sets have been looked at for new flags.
    std::int64_t m_lastServed = 0, m_keptServed = 0; ///< Ids: the newest, and the newest that was taken.
    std::vector<SeenValue> m_newSeen; ///< Since takeServed().
    std::uint64_t m_revision = 0;
    std::set<std::pair<std::string_view, std::string>> m_changed; ///< Rooms and keys for takeNotes().
};

constexpr std::size_t rememberedFlags = 10'000; ///< How many flags it gets to know.

} // namespace Weir
