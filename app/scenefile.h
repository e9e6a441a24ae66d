#pragma once

#include "core/base/error.h"
#include "core/flags/flagscene.h"

#include <QByteArray>
#include <QFileSystemWatcher>
#include <QMetaType>
#include <QObject>
#include <QString>
#include <QTimer>

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace Weir {

/// The scenes of a file; none when it is not there. `where` of an error begins with the path.
Result<std::vector<FlagScene>> readScenes(const std::string &path);

/// Scenes as they are written: indented, a flag a line, without what is at its default. A payload keeps the
/// bytes that it was written with.
std::string sceneFileText(const std::vector<FlagScene> &scenes);

/// The file of scenes: read at the start and again whenever it changes on disk, written as a whole or not at
/// all. A file that cannot be read leaves the scenes as they were, and is not written over until it is mended
/// or gone. Lives on the thread that made it.
class SceneFile : public QObject
{
    Q_OBJECT
public:
    explicit SceneFile(const std::string &path, QObject *parent = nullptr);

    const std::string &path() const { return m_path; }
    /// The last that could be read.
    const std::vector<FlagScene> &scenes() const { return m_scenes; }
    /// Why the file as it is now cannot be read; nothing when it can, or is not there.
    const std::optional<Error> &error() const { return m_error; }

    /// Reads it and watches it from now on. `changed` and `failed` come from here, too.
    void open();

    /// In place of the scene of this name, else behind the others.
    Result<void> save(const FlagScene &scene);
    /// Fails when there is no `name`, or when another scene is called `newName`.
    Result<void> rename(const std::string &name, const std::string &newName);
    Result<void> remove(const std::string &name);

signals:
    void changed(const std::vector<Weir::FlagScene> &scenes);
    /// The file on disk is broken: told once for each content.
    void failed(const Weir::Error &error);
    void mended(); ///< It can be read again.

private:
    using Scenes = std::vector<FlagScene>;

    void watch();
    void look();
    void take(Scenes scenes);
    Result<void> change(const std::function<Result<void>(Scenes &scenes)> &edit);

    std::string m_path;
    Scenes m_scenes;
    std::optional<Error> m_error;
    QFileSystemWatcher m_watcher;
    QTimer m_soon; ///< Editors write in several steps.
};

} // namespace Weir
