// What the desk of flags does with scenes.

#include "core/flags/flagdesk.h"

#include <algorithm>
#include <utility>

namespace Weir {

std::vector<SceneChange> FlagDesk::changesOf(const FlagScene &scene) const
{
    std::map<std::string_view, SceneChange> changes;
    const auto changeOf = [&](const std::string &key) -> SceneChange & {
        SceneChange &change = changes[key];
        change.key = key;
        if (const FlagOverride *const there = m_knowledge.overrides.find(key))
            change.before = *there;
        return change;
    };
    for (const auto &[key, override] : m_knowledge.overrides.all()) {
        if (!override.scene.empty() && override.scene != scene.name)
            changeOf(key);
    }
    for (const FlagOverride &override : scene.overrides) {
        SceneChange &change = changeOf(override.key);
        change.after = override;
        change.doubts = doubtsOf(override);
    }
    std::vector<SceneChange> all;
    for (auto &[key, change] : changes)
        all.push_back(std::move(change));
    return all;
}

/// Why someone may not see this override.
std::vector<std::string> FlagDesk::doubtsOf(const FlagOverride &override) const
{
    std::vector<std::string> doubts;
    const auto known = m_known.find(override.key);
    const FlagInfo *const defined = m_knowledge.definitions.find(override.key);
    if (known == m_known.end() && !defined)
        doubts.emplace_back("No SDK has asked for this flag, and no definition has it");
    const std::vector<std::string> *const variants = defined ? &defined->variants
        : known != m_known.end()                             ? &known->second.variants
                                                             : nullptr;
    if (const std::string &variant = override.value.variant; variants && !variant.empty()
        && !variants->empty() && std::ranges::find(*variants, variant) == variants->end())
        doubts.push_back("The variant " + variant + " is not known upstream");
    if (!override.scope.isEveryone()) {
        for (const auto &[sdk, client] : m_clients) {
            if (client.isLocal)
                doubts.push_back(
                    sdk.name + " evaluates by itself and asks for no one: a scope does not reach it");
        }
    }
    return doubts;
}

void FlagDesk::apply(const FlagScene &scene, UtcTime now, FlagAnswer &answer)
{
    answer.changes = changesOf(scene);
    removeIf(
        [&](const FlagOverride &each) {
            return !each.scene.empty()
                && std::ranges::find(scene.overrides, each.key, &FlagOverride::key) == scene.overrides.end();
        },
        answer);
    for (FlagOverride override : scene.overrides) {
        override.scene = scene.name;
        const FlagOverride *const there = m_knowledge.overrides.find(override.key);
        override.setAt = there ? there->setAt : now;
        if (!there || *there != override) // Else whoever has picked it up has it still.
            put(std::move(override), now, answer);
    }
}

/// Whoever has picked the overrides up has them still: nothing else about them changes.
void FlagDesk::renameScene(const std::string &name, const std::string &newName)
{
    std::vector<FlagOverride> renamed;
    for (const auto &[key, override] : m_knowledge.overrides.all()) {
        if (!name.empty() && override.scene == name)
            renamed.push_back(override);
    }
    for (FlagOverride &override : renamed) {
        override.scene = newName;
        note(FlagMemory::overrideRoom, override.key);
        m_knowledge.overrides.set(std::move(override));
        ++m_revision;
    }
}

} // namespace Weir
