#pragma once

#include "core/flags/flagreport.h"

#include <QObject>

#include <chrono>
#include <optional>
#include <string_view>
#include <vector>

namespace Weir {

/// What the window's parts know of flags: the desk's last report and the scenes. The Flags page and the
/// switchboard show it and ask for changes by it, so that they never disagree. Lives on the window's thread
/// and knows no engine: what is wanted of the desk leaves as `orderWanted`.
class FlagBoard : public QObject
{
    Q_OBJECT
public:
    using QObject::QObject;

    const FlagReport &report() const { return m_report; }
    /// Null for a flag that nobody knows.
    const FlagState *find(std::string_view key) const;
    /// How many overrides are on.
    int overrideCount() const;

    const std::vector<FlagScene> &scenes() const { return m_scenes; }
    /// The place of the scene that the overrides which are on come from, whole and unchanged; -1: none.
    int activeScene() const { return m_activeScene; }

    /// Changes were asked for that the report does not tell of yet.
    bool isBehind() const { return m_isBehind; }
    /// What the last order took away and undo() would put back.
    const std::vector<FlagOverride> &removedLast() const { return m_removed; }

    /// What a user whom no scope names gets next, as far as is known.
    static std::optional<FlagValue> servedNow(const FlagState &flag);

public slots:
    void setReport(const Weir::FlagReport &report);
    void setScenes(const std::vector<Weir::FlagScene> &scenes);
    /// The desk has carried an order out. What it took away can be had back by undo().
    void sawAnswer(const Weir::FlagAnswer &answer);

    void setOverride(const Weir::FlagOverride &override,
        std::optional<std::chrono::milliseconds> expiresIn = std::nullopt);
    void clearOverride(const std::string &key);
    void clearAll(); ///< Back to upstream.
    void applyScene(int place);
    /// Keeps a scene, in place of the one of its name. The answer is other scenes().
    void saveScene(const Weir::FlagScene &scene);
    void renameScene(int place, const std::string &name);
    void deleteScene(int place); ///< Its overrides stay as they are.
    void undo(); ///< Puts back what the last order took away.

signals:
    void reportChanged();
    void scenesChanged();
    void activeSceneChanged(int place);
    void orderWanted(const Weir::FlagOrder &order);
    // What is wanted of the file that the scenes are in.
    void sceneSaveWanted(const Weir::FlagScene &scene);
    void sceneRenameWanted(const std::string &name, const std::string &newName);
    void sceneDeleteWanted(const std::string &name);
    void removed(int overrides); ///< An order took that many away: undo() puts them back.

private:
    const FlagScene *sceneAt(int place) const;
    void want(const FlagOrder &order);
    void findActiveScene();
    void renameOverrides(const std::string &name, const std::string &newName);

    FlagReport m_report;
    std::vector<FlagScene> m_scenes;
    std::vector<FlagOverride> m_removed;
    int m_activeScene = -1;
    int m_unanswered = 0; ///< Orders.
    bool m_isBehind = false;
};

} // namespace Weir
