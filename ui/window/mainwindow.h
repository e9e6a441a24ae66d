#pragma once

#include "core/store/eventquery.h"
#include "ui/panels/detailpane.h"
#include "ui/panels/notebar.h"
#include "ui/window/commands.h"
#include "ui/window/statusbar.h"
#include "ui/window/viewstate.h"

#include <QMainWindow>

#include <array>

class QSplitter;
class QStackedWidget;
class QVBoxLayout;

namespace Weir {

class FirstRun;
class NavBar;

/// A page beside Live. The window shows it and knows nothing of what is in it.
struct Page
{
    Command command = Command::GoLive; ///< Goes to it.
    QString icon, name; ///< Of its entry in the nav.
    QWidget *widget = nullptr; ///< The window owns it from now on.
    QList<QWidget *> panes; ///< F6 goes through these. The first has the focus when the page is shown.
    QWidget *find = nullptr; ///< Ctrl+F goes there. Null: the page has no such field.
};

/// The window: nav at the left, a note bar, the page in the middle (first run, or the live panel with the
/// details beside it or below it), the status bar. Holds no data and knows no worker: it is told by slots and
/// asks by signals. What the live panel shall do comes from action().
class MainWindow : public QMainWindow
{
    Q_OBJECT
public:
    /// `state` is read now and written on every change; both must outlive the window.
    MainWindow(Theme &theme, ViewState &state, QWidget *parent = nullptr);
    ~MainWindow() override;

    /// Takes the live panel. `header` stands across the panel and the details; null when the panel has its
    /// own.
    void setLive(QWidget *header, QWidget *panel);
    /// Takes what stands between the panel and the details of a very wide window. After setLive().
    void setMiddle(QWidget *middle);
    /// F6 goes through nav, these, the details and the status bar. The first has the focus at start.
    void setLiveFocus(QWidget *list);
    /// Adds an entry to the nav, and what it opens.
    void addPage(const Page &page);

    /// Whose trouble a note tells of.
    enum class NoteFrom : std::uint8_t { Store, Session, Scenes };

    QAction *action(Command command) const { return m_actions[static_cast<std::size_t>(command)]; }
    DetailPane *details() const { return m_details; }
    FirstRun *firstRun() const { return m_firstRun; }
    StatusBar *status() const { return m_status; }
    NavBar *nav() const { return m_nav; }
    WidthClass layoutClass() const { return m_width; }
    bool hasThreeParts() const { return m_middle && !m_middle->isHidden(); }
    bool detailsAtBottom() const { return m_details->place() == DetailPane::Place::Bottom; }

    /// Trouble, as a full-width error note.
    void tell(const QString &sentence, NoteFrom from = NoteFrom::Session);
    /// That trouble is over: what others have told stays.
    void clearNote(NoteFrom from = NoteFrom::Session);

public slots:
    void setCapture(const Weir::CaptureStatus &status);
    void setStore(const Weir::StoreStatus &status);
    /// Where flag requests go: it is told what leaves the machine.
    void setUpstream(const Weir::UpstreamState &upstream);
    void setSummary(const Weir::SessionSummary &summary);
    /// Of one commit: counters move without a summary.
    void setCommit(const Weir::Commit &commit);
    void setViewPaused(bool paused, qint64 waiting);
    /// The file that is open. An empty path: a session of this run only.
    void setSession(const QString &path);

signals:
    /// Open this file, new or not; empty: a new one for this run.
    void sessionRequested(const QString &path);
    void saveAsRequested(const QString &path);
    void detailsClosed();
    /// The layout changed: columns may come and go.
    void widthClassChanged(Weir::WidthClass width);

protected:
    void resizeEvent(QResizeEvent *event) override;
    void closeEvent(QCloseEvent *event) override;
    void changeEvent(QEvent *event) override;

private:
    void build();
    void createActions();
    void createMenus();
    void connectActions();
    void connectThemeActions();
    void restore();
    void fitWidth();
    void placeDetails();
    QList<int> defaultSplit() const;
    void setDetailsShown(bool shown);
    void storeSplit();
    void cyclePane(int direction);
    void escape();
    const Page *currentPage() const;
    QList<QWidget *> panesOfPage() const;
    void goTo(Command page);
    void showPage();
    void askForSession(bool saveAs, bool isNew);
    void applyThemeActions();
    void showNote(NoteFrom from, NoteBar::Tone tone, const QString &text);
    void showLastNote();

    struct Note
    {
        NoteFrom from = NoteFrom::Session;
        NoteBar::Tone tone = NoteBar::Tone::Error;
        QString text;
    };

    Theme &m_theme;
    ViewState &m_state;
    std::array<QAction *, commandCount> m_actions{};
    WidthClass m_width = WidthClass::Normal;
    bool m_fitted = false;
    qint64 m_events = 0;
    QString m_sessionName;
    NavBar *m_nav;
    NoteBar *m_note;
    QList<Note> m_notes; ///< At most one of each, the last is shown.
    QStackedWidget *m_pages;
    QList<Page> m_added;
    Command m_page = Command::GoLive;
    FirstRun *m_firstRun;
    QWidget *m_livePage;
    QVBoxLayout *m_liveLayout;
    QSplitter *m_split;
    DetailPane *m_details;
    StatusBar *m_status;
    QWidget *m_liveFocus = nullptr;
    QWidget *m_middle = nullptr; ///< Shown where there is room for three.
};

} // namespace Weir
