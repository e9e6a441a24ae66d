#include "ui/models/flagboard.h"

#include <algorithm>
#include <utility>

namespace Weir {

namespace {

FlagOrder orderOf(FlagOrder::Kind kind)
{
    FlagOrder order;
    order.kind = kind;
    return order;
}

} // namespace

const FlagState *FlagBoard::find(std::string_view key) const
{
    const auto found = std::ranges::lower_bound(m_report.flags, key, {}, &FlagState::key);
    return found != m_report.flags.end() && found->key == key ? &*found : nullptr;
}

int FlagBoard::overrideCount() const
{
    return static_cast<int>(std::ranges::count_if(
        m_report.flags, [](const FlagState &flag) { return flag.override.has_value(); }));
}

std::optional<FlagValue> FlagBoard::servedNow(const FlagState &flag)
{
    return flag.override && flag.override->scope.isEveryone() ? flag.override->value : flag.upstream;
}

void FlagBoard::want(const FlagOrder &order)
{
    ++m_unanswered;
    m_isBehind = true;
    emit orderWanted(order);
}

void FlagBoard::setReport(const FlagReport &report)
{
    m_report = report;
    m_isBehind = m_unanswered > 0; // Orders are carried out in turn, so this one tells of those before it.
    findActiveScene();
    emit reportChanged();
}

void FlagBoard::setScenes(const std::vector<FlagScene> &scenes)
{
    const auto renamed = renamedScenes(m_scenes, scenes);
    m_scenes = scenes;
    emit scenesChanged();
    for (const auto &[name, newName] : renamed)
        renameOverrides(name, newName);
    findActiveScene();
}

/// Or the overrides that are on would be of a scene that is not there.
void FlagBoard::renameOverrides(const std::string &name, const std::string &newName)
{
    bool isOn = false;
    for (FlagState &flag : m_report.flags) {
        if (!flag.override || flag.override->scene != name)
            continue;
        flag.override->scene = newName; // Not only with the next report: the scene stays active meanwhile.
        isOn = true;
    }
    if (!isOn)
        return;
    FlagOrder order = orderOf(FlagOrder::Kind::Rename);
    order.scene.name = name;
    order.newName = newName;
    want(order);
}

void FlagBoard::sawAnswer(const FlagAnswer &answer)
{
    m_unanswered = std::max(0, m_unanswered - 1);
    if (answer.removed.empty())
        return;
    m_removed = answer.removed;
    emit removed(static_cast<int>(m_removed.size()));
}

void FlagBoard::setOverride(const FlagOverride &override, std::optional<std::chrono::milliseconds> expiresIn)
{
    FlagOrder order = orderOf(FlagOrder::Kind::Set);
    order.override = override;
    order.expiresIn = expiresIn;
    want(order);
}

void FlagBoard::clearOverride(const std::string &key)
{
    FlagOrder order = orderOf(FlagOrder::Kind::Clear);
    order.key = key;
    want(order);
}

void FlagBoard::clearAll()
{
    want(orderOf(FlagOrder::Kind::ClearAll));
}

const FlagScene *FlagBoard::sceneAt(int place) const
{
    const bool isThere = place >= 0 && place < static_cast<int>(m_scenes.size());
    return isThere ? &m_scenes[static_cast<std::size_t>(place)] : nullptr;
}

void FlagBoard::applyScene(int place)
{
    const FlagScene *const scene = sceneAt(place);
    if (!scene)
        return;
    FlagOrder order = orderOf(FlagOrder::Kind::Apply);
    order.scene = *scene;
    want(order);
}

void FlagBoard::saveScene(const FlagScene &scene)
{
    emit sceneSaveWanted(scene);
}

void FlagBoard::renameScene(int place, const std::string &name)
{
    if (const FlagScene *const scene = sceneAt(place))
        emit sceneRenameWanted(std::string(scene->name), name); // The answer replaces the scenes.
}

void FlagBoard::deleteScene(int place)
{
    if (const FlagScene *const scene = sceneAt(place))
        emit sceneDeleteWanted(std::string(scene->name));
}

void FlagBoard::undo()
{
    if (m_removed.empty())
        return;
    FlagOrder order = orderOf(FlagOrder::Kind::Restore);
    order.overrides = std::exchange(m_removed, {});
    want(order);
}

void FlagBoard::findActiveScene()
{
    FlagOverrides overrides;
    for (const FlagState &flag : m_report.flags) {
        if (flag.override)
            overrides.set(*flag.override);
    }
    const auto isActive = [&overrides](const FlagScene &scene) {
        return !scene.overrides.empty() && isOn(scene, overrides)
            && std::ranges::all_of(scene.overrides,
                [&](const FlagOverride &each) { return overrides.find(each.key)->scene == scene.name; });
    };
    const auto found = std::ranges::find_if(m_scenes, isActive);
    const int place = found == m_scenes.end() ? -1 : static_cast<int>(found - m_scenes.begin());
    if (std::exchange(m_activeScene, place) != place)
        emit activeSceneChanged(place);
}

} // namespace Weir
