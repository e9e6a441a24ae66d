#include "core/flags/flagscene.h"

#include "core/flags/overridejson.h"

#include <algorithm>

namespace Weir {

namespace {

Error bad(std::string where, std::string message)
{
    return {Error::Kind::BadInput, std::move(message), std::move(where)};
}

Result<std::string> readText(const JsonObject &object, std::string_view name)
{
    const std::string_view json = object.value(name);
    if (json.empty() || json == "null")
        return std::string();
    if (!json.starts_with('"'))
        return bad(std::string(name), "Expected a text");
    return jsonStringText(json);
}

Result<void> allowOnly(const JsonObject &object, std::initializer_list<std::string_view> names,
    std::initializer_list<std::string_view> more)
{
    for (const JsonObject::Member &member : object.members()) {
        if (std::ranges::find(names, std::string_view(member.key)) == names.end()
            && std::ranges::find(more, std::string_view(member.key)) == more.end())
            return bad(member.key, "A scene has no such member");
    }
    return {};
}

Result<std::vector<FlagOverride>> readFlags(std::string_view json)
{
    const auto flags = JsonObject::read(json);
    if (!flags)
        return bad("flags", "Expected an object of overrides by flag");
    std::vector<FlagOverride> overrides;
    for (const auto &[key, value] : flags->members()) {
        if (key.empty())
            return bad("flags", "Expected the key of a flag, got none");
        const auto members = JsonObject::read(value);
        if (!members)
            return bad("flags › " + key, "Expected an object such as {\"value\":true}");
        auto override = readOverride(key, *members);
        if (!override)
            return seenFrom("flags › " + key, override.error());
        overrides.push_back(*std::move(override));
    }
    std::ranges::sort(overrides, {}, &FlagOverride::key);
    return overrides;
}

} // namespace

Result<FlagScene> readScene(std::string_view json, std::initializer_list<std::string_view> more)
{
    const auto object = JsonObject::read(json);
    if (!object)
        return bad({}, "Expected an object with name and flags");
    if (const auto known = allowOnly(*object, {"name", "note", "flags"}, more); !known)
        return known.error();
    FlagScene scene;
    WEIR_TRY(scene.name, readText(*object, "name"));
    if (scene.name.empty())
        return bad("name", "Expected a text that is not empty");
    WEIR_TRY(scene.note, readText(*object, "note"));
    WEIR_TRY(scene.overrides, readFlags(object->value("flags")));
    for (FlagOverride &override : scene.overrides)
        override.scene = scene.name;
    return scene;
}

Result<std::vector<FlagScene>> parseScenes(std::string_view json)
{
    const auto document = JsonObject::read(json);
    if (!document || !document->has("scenes"))
        return bad({}, "Expected an object with \"scenes\"");
    const auto elements = readJsonArray(document->value("scenes"));
    if (!elements)
        return bad("scenes", "Expected an array");
    std::vector<FlagScene> scenes;
    for (std::size_t i = 0; i < elements->size(); ++i) {
        const std::string place = "scenes[" + std::to_string(i) + ']';
        auto scene = readScene((*elements)[i]);
        if (!scene)
            return seenFrom(place, scene.error());
        if (std::ranges::find(scenes, scene->name, &FlagScene::name) != scenes.end())
            return bad(place + " › name", "Another scene has this name: " + scene->name);
        scenes.push_back(*std::move(scene));
    }
    return scenes;
}

std::string toJson(const FlagScene &scene)
{
    JsonText json;
    json.beginObject().key("name").text(scene.name);
    if (!scene.note.empty())
        json.key("note").text(scene.note);
    json.key("flags").beginObject();
    for (const FlagOverride &override : scene.overrides) {
        json.key(override.key).beginObject();
        writeOverrideMembers(json, override);
        json.endObject();
    }
    return std::move(json.endObject().endObject()).str();
}

std::string toJson(std::span<const FlagScene> scenes)
{
    JsonText json;
    json.beginObject().key("scenes").beginArray();
    for (const FlagScene &scene : scenes)
        json.raw(toJson(scene));
    return std::move(json.endArray().endObject()).str();
}

namespace {

bool isSame(const FlagScene &a, const FlagScene &b)
{
    return std::ranges::equal(
        a.overrides, b.overrides, [](const FlagOverride &left, const FlagOverride &right) {
            return left.key == right.key && left.value == right.value && left.payload == right.payload
                && left.scope == right.scope && left.isPinned == right.isPinned;
        });
}

/// Those of `scenes` whose names `others` do not have.
std::vector<const FlagScene *> missingIn(std::span<const FlagScene> others, std::span<const FlagScene> scenes)
{
    std::vector<const FlagScene *> missing;
    for (const FlagScene &scene : scenes) {
        if (std::ranges::find(others, scene.name, &FlagScene::name) == others.end())
            missing.push_back(&scene);
    }
    return missing;
}

} // namespace

std::vector<std::pair<std::string, std::string>> renamedScenes(
    std::span<const FlagScene> before, std::span<const FlagScene> after)
{
    std::vector<std::pair<std::string, std::string>> renamed;
    const auto gone = missingIn(after, before), come = missingIn(before, after);
    for (const FlagScene *const old : gone) {
        const auto isOld = [old](const FlagScene *scene) { return isSame(*old, *scene); };
        const auto found = std::ranges::find_if(come, isOld);
        if (found != come.end() && std::ranges::count_if(come, isOld) == 1
            && std::ranges::count_if(gone, isOld) == 1)
            renamed.emplace_back(old->name, (*found)->name);
    }
    return renamed;
}

bool isOn(const FlagScene &scene, const FlagOverrides &overrides)
{
    return std::ranges::all_of(scene.overrides, [&](const FlagOverride &wanted) {
        const FlagOverride *const there = overrides.find(wanted.key);
        return there && there->value == wanted.value && there->payload == wanted.payload
            && there->scope == wanted.scope;
    });
}

} // namespace Weir
