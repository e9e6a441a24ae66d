#include "app/scenefile.h"

#include "core/base/jsonobject.h"
#include "core/base/jsontext.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QSaveFile>

#include <nlohmann/json.hpp>

#include <algorithm>
#include <utility>

namespace Weir {

namespace {

constexpr qint64 longestFile = 16'000'000; ///< Bytes: more is not a file of scenes.
constexpr std::chrono::milliseconds writingTime{50};

Error failure(Error::Kind kind, std::string message, const std::string &path)
{
    return {kind, std::move(message), path};
}

Error inFile(const std::string &path, Error error)
{
    error.where = error.where.empty() ? path : path + " › " + error.where;
    return error;
}

/// The line at which `text` stops being JSON, from 1; 0 when it is JSON.
std::ptrdiff_t brokenLine(const std::string &text)
{
    try {
        const auto whole = nlohmann::json::parse(text);
        return whole.is_discarded() ? 1 : 0;
    } catch (const nlohmann::json::parse_error &problem) {
        // nlohmann reports a place only by throwing.
        const auto end
            = text.begin() + static_cast<std::ptrdiff_t>(std::min<std::size_t>(problem.byte, text.size()));
        return 1 + std::count(text.begin(), end, '\n');
    }
}

/// The override's members, without those that say nothing.
std::string flagLine(std::string_view members)
{
    const auto object = JsonObject::read(members);
    JsonText line;
    line.beginObject();
    if (object) {
        for (const auto &[key, value] : object->members()) {
            if (value != "null" && !(key == "pinned" && value == "false"))
                line.key(key).raw(value);
        }
    }
    return std::move(line.endObject()).str();
}

std::string sceneText(const FlagScene &scene)
{
    const auto quoted = [](const std::string &text) { return JsonText().text(text).str(); };
    std::string text = "    {\n      \"name\": " + quoted(scene.name) + ",\n";
    if (!scene.note.empty())
        text += "      \"note\": " + quoted(scene.note) + ",\n";
    text += "      \"flags\": {";
    const auto whole = JsonObject::read(toJson(scene));
    const auto flags = JsonObject::read(whole ? whole->value("flags") : std::string_view());
    bool isFirst = true;
    if (flags) {
        for (const auto &[key, members] : flags->members()) {
            text += std::exchange(isFirst, false) ? "\n        " : ",\n        ";
            text += quoted(key) + ": " + flagLine(members);
        }
    }
    return text + (isFirst ? "}\n    }" : "\n      }\n    }");
}

/// The folder of `path`, or the nearest one above that is there: what tells when the file appears.
QString watchedFolder(const QString &path)
{
    QString folder = QFileInfo(path).absolutePath();
    while (!QFileInfo::exists(folder) && folder != QFileInfo(folder).absolutePath())
        folder = QFileInfo(folder).absolutePath();
    return folder;
}

} // namespace

Result<std::vector<FlagScene>> readScenes(const std::string &path)
{
    const QString name = QString::fromStdString(path);
    if (!QFileInfo::exists(name))
        return std::vector<FlagScene>();
    QFile file(name);
    if (!QFileInfo(name).isFile() || !file.open(QIODevice::ReadOnly))
        return failure(Error::Kind::Storage, "This file of scenes cannot be read", path);
    if (file.size() > longestFile)
        return failure(Error::Kind::BadInput, "This is too large for a file of scenes", path);
    const std::string text = file.readAll().toStdString();
    auto scenes = parseScenes(text);
    if (scenes)
        return scenes;
    if (const auto line = brokenLine(text); line > 0)
        return failure(Error::Kind::BadInput, "Line " + std::to_string(line) + " is not JSON", path);
    return inFile(path, scenes.error());
}

std::string sceneFileText(const std::vector<FlagScene> &scenes)
{
    std::string text = "{\n  \"scenes\": [";
    for (std::size_t i = 0; i < scenes.size(); ++i)
        text += (i == 0 ? "\n" : ",\n") + sceneText(scenes[i]);
    return text + (scenes.empty() ? "]\n}\n" : "\n  ]\n}\n");
}

SceneFile::SceneFile(const std::string &path, QObject *parent)
    : QObject(parent)
    , m_path(path)
{
    m_soon.setSingleShot(true);
    m_soon.setInterval(writingTime);
    connect(&m_soon, &QTimer::timeout, this, &SceneFile::look);
    const auto soon = [this] { m_soon.start(); };
    connect(&m_watcher, &QFileSystemWatcher::fileChanged, this, soon);
    connect(&m_watcher, &QFileSystemWatcher::directoryChanged, this, soon);
}

void SceneFile::open()
{
    look();
}

/// An editor that saves puts another file in place of the one that was watched, and the folder may have come
/// only now: both are watched, and again after each change.
void SceneFile::watch()
{
    const QString name = QString::fromStdString(m_path);
    const QFileInfo info(name);
    QStringList wanted{watchedFolder(name)};
    if (info.exists())
        wanted << info.absoluteFilePath();
    if (info.isSymLink()) // What it points to is replaced in another folder.
        wanted << QFileInfo(info.canonicalFilePath()).absolutePath();
    QStringList watched = m_watcher.files() + m_watcher.directories();
    for (const QString &old : watched) {
        if (!wanted.contains(old))
            m_watcher.removePath(old);
    }
    for (const QString &path : wanted) {
        if (!path.isEmpty() && !watched.contains(path))
            m_watcher.addPath(path);
    }
}

void SceneFile::look()
{
    watch(); // Before it is read, so that no change falls in between.
    auto scenes = readScenes(m_path);
    if (!scenes) {
        if (m_error == scenes.error())
            return;
        m_error = scenes.error();
        emit failed(*m_error);
        return;
    }
    if (std::exchange(m_error, std::nullopt))
        emit mended();
    take(*std::move(scenes));
}

void SceneFile::take(Scenes scenes)
{
    if (scenes == m_scenes)
        return;
    m_scenes = std::move(scenes);
    emit changed(m_scenes);
}

Result<void> SceneFile::change(const std::function<Result<void>(Scenes &scenes)> &edit)
{
    // From the disk and not from memory, or what someone else has just written would be lost.
    auto scenes = readScenes(m_path);
    if (!scenes) {
        Error error = scenes.error();
        error.message += ", so nothing was written over it: mend it or move it away";
        return error;
    }
    if (const auto done = edit(*scenes); !done)
        return inFile(m_path, done.error());
    const QString name = QString::fromStdString(m_path);
    QDir().mkpath(QFileInfo(name).absolutePath());
    QSaveFile file(name);
    const std::string text = sceneFileText(*scenes);
    const auto size = static_cast<qint64>(text.size());
    if (!file.open(QIODevice::WriteOnly) || file.write(text.data(), size) != size || !file.commit()) {
        return failure(
            Error::Kind::Storage, "The scenes cannot be saved: " + file.errorString().toStdString(), m_path);
    }
    look();
    return {};
}

Result<void> SceneFile::save(const FlagScene &scene)
{
    if (scene.name.empty())
        return failure(Error::Kind::BadInput, "A scene needs a name", m_path);
    return change([&](Scenes &scenes) -> Result<void> {
        const auto found = std::ranges::find(scenes, scene.name, &FlagScene::name);
        FlagScene &place = found != scenes.end() ? *found : scenes.emplace_back();
        place = scene;
        std::ranges::sort(place.overrides, {}, &FlagOverride::key);
        return {};
    });
}

Result<void> SceneFile::rename(const std::string &name, const std::string &newName)
{
    return change([&](Scenes &scenes) -> Result<void> {
        const auto found = std::ranges::find(scenes, name, &FlagScene::name);
        if (found == scenes.end())
            return failure(Error::Kind::NotFound, "There is no such scene: " + name, {});
        if (newName.empty())
            return failure(Error::Kind::BadInput, "A scene needs a name", {});
        if (newName != name && std::ranges::find(scenes, newName, &FlagScene::name) != scenes.end())
            return failure(Error::Kind::BadInput, "Another scene has this name: " + newName, {});
        found->name = newName;
        return {};
    });
}

Result<void> SceneFile::remove(const std::string &name)
{
    return change([&](Scenes &scenes) -> Result<void> {
        if (std::erase_if(scenes, [&](const FlagScene &scene) { return scene.name == name; }) == 0)
            return failure(Error::Kind::NotFound, "There is no such scene: " + name, {});
        return {};
    });
}

} // namespace Weir
