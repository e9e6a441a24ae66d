#pragma once

#include "ui/models/flaglistmodel.h"
#include "ui/models/flagswitcher.h"

#include <QTimer>
#include <QWidget>

class QLineEdit;

namespace Weir {

class FlagDetail;
class FlagsToolbar;
class FlagView;
class NoteBar;
class SceneBar;
class ServedLog;

/// The Flags page: scenes, the list of flags, what was served of the current one, and all about it. Shows
/// what the board knows and asks it for changes; the served log and rehearsals are asked for by signals.
class FlagsPage : public QWidget
{
    Q_OBJECT
public:
    /// `board` outlives this.
    explicit FlagsPage(FlagBoard &board, Clock clock = systemNow, QWidget *parent = nullptr);
    ~FlagsPage() override;

    FlagView *view() const { return m_view; }
    FlagDetail *detail() const { return m_detail; }
    ServedLog *log() const { return m_log; }
    SceneBar *scenes() const { return m_scenes; }
    FlagsToolbar *toolbar() const { return m_toolbar; }
    QLineEdit *find() const;

    void select(const QString &key); ///< Even one that the find field hides.
    // What other parts of the program can do, once there is one that does.
    void offerDemo();
    void offerSavingScenes();

signals:
    void demoWanted();
    /// The overrides that are on, to be named and kept.
    void saveSceneWanted(const std::vector<Weir::FlagOverride> &overrides);
    void rehearsalWanted(const Weir::FlagScene &scene);

protected:
    void showEvent(QShowEvent *event) override;
    void hideEvent(QHideEvent *event) override;
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    void build();
    void join();
    void sawReport();
    void tick();
    void showUpstream();
    void addFlag(const QString &key);
    void askForFlag();
    void saveScene();

    FlagBoard &m_board;
    Clock m_clock;
    FlagListModel m_model;
    FlagSwitcher m_switcher;
    QTimer m_tick, m_undoEnds;
    bool m_mayUndo = false; ///< Something was taken away, and the next report tells what is left of it.
    FlagsToolbar *m_toolbar;
    NoteBar *m_note;
    SceneBar *m_scenes;
    FlagView *m_view;
    ServedLog *m_log;
    FlagDetail *m_detail;
};

} // namespace Weir
