#pragma once

#include "ui/models/flagboard.h"
#include "ui/theme/controls.h"

#include <QList>

class QHBoxLayout;
class QMenu;
class QToolButton;

namespace Weir {

class SceneCard;

/// Above the flags: the upstream without overrides, and the scenes. What does not fit is in a menu at the
/// end. Asks for a rehearsal when the pointer rests on a scene, or by its menu.
class SceneBar : public Surface
{
    Q_OBJECT
public:
    /// `board` outlives this.
    explicit SceneBar(FlagBoard &board, QWidget *parent = nullptr);

    void setSavingOffered(bool isOffered);
    /// What applying the scene would change; shown where it was asked for.
    void showRehearsal(const QString &scene, const std::vector<SceneChange> &changes);

signals:
    void rehearsalWanted(const Weir::FlagScene &scene);
    void saveSceneWanted();

protected:
    void resizeEvent(QResizeEvent *event) override;
    void changeEvent(QEvent *event) override;

private:
    void build();
    void refresh();
    void fit();
    void rehearse(int place, QWidget *where, bool isAsked);
    void fillMenu(QMenu *menu, int place, QWidget *where);
    void askForName(int place);
    void showMore();

    FlagBoard &m_board;
    QHBoxLayout *m_row;
    QList<SceneCard *> m_cards; ///< Upstream first, then by place.
    QToolButton *m_more, *m_save;
    QWidget *m_rehearsed = nullptr; ///< The card whose rehearsal was asked for last.
    QString m_rehearsedScene;
    bool m_isAsked = false; ///< By the menu: shown until it is closed.
};

/// What a scene would do, a line each: "versioned_rag_tracking: upstream → v2", and the doubts.
QStringList rehearsalLines(const std::vector<SceneChange> &changes);
/// "2 on, 1 payload", "1 on, 1 off, per user"
QString sceneText(const FlagScene &scene);

} // namespace Weir
