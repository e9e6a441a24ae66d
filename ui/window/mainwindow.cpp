#include "ui/window/mainwindow.h"

#include "ui/models/format.h"
#include "ui/panels/firstrun.h"
#include "ui/panels/notebar.h"
#include "ui/window/commandpalette.h"
#include "ui/window/navbar.h"

#include <QAction>
#include <QActionGroup>
#include <QApplication>
#include <QFileDialog>
#include <QFileInfo>
#include <QMenuBar>
#include <QSplitter>
#include <QStackedWidget>
#include <QVBoxLayout>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace Weir {

namespace {

constexpr QSize smallest(1024, 700);
constexpr qint64 heldAtMost = 64'000'000;

QVBoxLayout *plainColumn(QWidget *widget)
{
    auto *layout = new QVBoxLayout(widget);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    return layout;
}

} // namespace

MainWindow::MainWindow(Theme &theme, ViewState &state, QWidget *parent)
    : QMainWindow(parent)
    , m_theme(theme)
    , m_state(state)
    , m_nav(new NavBar(this))
    , m_note(new NoteBar(this))
    , m_pages(new QStackedWidget(this))
    , m_firstRun(new FirstRun(this))
    , m_livePage(new QWidget(this))
    , m_liveLayout(plainColumn(m_livePage))
    , m_split(new QSplitter(Qt::Horizontal, this))
    , m_details(new DetailPane(this))
    , m_status(new StatusBar(this))
{
    setMinimumSize(smallest);
    build();
    createActions();
    createMenus();
    // Until there is a page of flags, and scenes.
    for (int hidden = static_cast<int>(Command::NoOverrides); hidden <= static_cast<int>(Command::Scene9);
         ++hidden)
        action(static_cast<Command>(hidden))->setVisible(false);
    action(Command::GoFlags)->setVisible(false);
    connectActions();
    connectThemeActions();
    restore();
    setSession({});
    showPage();
}

MainWindow::~MainWindow() = default;

void MainWindow::build()
{
    m_split->setChildrenCollapsible(false);
    m_split->addWidget(m_details);
    m_liveLayout->addWidget(m_split, 1);
    m_pages->addWidget(m_firstRun);
    m_pages->addWidget(m_livePage);
    auto *main = new QWidget(this);
    auto *mainColumn = plainColumn(main);
    mainColumn->addWidget(m_note);
    mainColumn->addWidget(m_pages, 1);
    auto *upper = new QWidget(this);
    auto *row = new QHBoxLayout(upper);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(0);
    row->addWidget(m_nav);
    row->addWidget(main, 1);
    auto *all = new Surface(Token::S0, {}, this);
    auto *column = plainColumn(all);
    column->addWidget(upper, 1);
    column->addWidget(m_status);
    setCentralWidget(all);
}

void MainWindow::createActions()
{
    for (const CommandInfo &info : commandList()) {
        auto *made = new QAction(info.title, this);
        made->setShortcuts(info.keys);
        made->setCheckable(info.checkable);
        addAction(made); // So that shortcuts work while the menu bar is hidden.
        m_actions[static_cast<std::size_t>(info.command)] = made;
    }
    auto *densities = new QActionGroup(this);
    for (const Command command : {Command::Dense, Command::Compact, Command::Comfortable})
        densities->addAction(action(command));
    auto *escapeKey = new QAction(this);
    escapeKey->setShortcut(Qt::Key_Escape);
    addAction(escapeKey);
    connect(escapeKey, &QAction::triggered, this, &MainWindow::escape);
}

void MainWindow::createMenus()
{
    QMenu *menus[commandMenuCount] = {};
    for (const CommandInfo &info : commandList()) {
        QMenu *&menu = menus[static_cast<int>(info.menu)];
        if (!menu)
            menu = menuBar()->addMenu(menuTitle(info.menu));
        menu->addAction(action(info.command));
    }
    menuBar()->hide();
    m_nav->setSessionActions(
        {action(Command::NewSession), action(Command::OpenSession), action(Command::SaveSessionAs)});
}

void MainWindow::connectActions()
{
    const auto on
        = [this](Command command, auto slot) { connect(action(command), &QAction::triggered, this, slot); };
    on(Command::Quit, [this] { close(); });
    on(Command::NewSession, [this] { askForSession(true, true); });
    on(Command::OpenSession, [this] { askForSession(false, false); });
    on(Command::SaveSessionAs, [this] { askForSession(true, false); });
    on(Command::GoLive, [this] { goTo(Command::GoLive); });
    on(Command::FocusFilter, [this] {
        if (const Page *page = currentPage(); page && page->find)
            page->find->setFocus(Qt::ShortcutFocusReason);
    });
    on(Command::FindInDetails, [this] {
        setDetailsShown(true);
        m_details->openFind();
    });
    on(Command::NextPane, [this] { cyclePane(+1); });
    on(Command::PreviousPane, [this] { cyclePane(-1); });
    on(Command::NextTab, [this] { m_details->nextTab(); });
    on(Command::PreviousTab, [this] { m_details->previousTab(); });
    on(Command::ToggleNav, [this](bool shown) {
        m_state.setNavCollapsed(!shown);
        m_nav->setCollapsed(!shown || m_width == WidthClass::Narrow);
    });
    on(Command::ToggleDetails, [this](bool shown) { setDetailsShown(shown); });
    on(Command::MoveDetails, [this](bool bottom) {
        m_state.setDetailsAtBottom(m_width, bottom);
        placeDetails();
    });
    on(Command::ToggleMenuBar, [this](bool shown) { menuBar()->setVisible(shown); });
    const QList<QAction *> all(m_actions.begin(), m_actions.end());
    on(Command::Palette, [this, all] { (new CommandPalette(all, this))->open(); });
    on(Command::Shortcuts, [this, all] { (new ShortcutList(all, this))->open(); });
    connect(m_firstRun, &FirstRun::shortcutsRequested, action(Command::Shortcuts), &QAction::trigger);
    connect(m_nav, &NavBar::toggleRequested, action(Command::ToggleNav), &QAction::trigger);
    connect(m_nav, &NavBar::pageRequested, this, [this](Command page) { action(page)->trigger(); });
    connect(m_details, &DetailPane::closeRequested, this, [this] { setDetailsShown(false); });
    connect(m_split, &QSplitter::splitterMoved, this, &MainWindow::storeSplit);
}

void MainWindow::connectThemeActions()
{
    const auto on
        = [this](Command command, auto slot) { connect(action(command), &QAction::triggered, this, slot); };
    on(Command::ToggleTheme, [this] { m_theme.toggle(); });
    on(Command::FollowSystemTheme, [this](bool follow) {
        m_theme.setChoice(follow                  ? SchemeChoice::System
                : currentScheme() == Scheme::Dark ? SchemeChoice::Dark
                                                  : SchemeChoice::Light);
    });
    on(Command::LargerText, [this] { m_theme.changeTextScale(+1); });
    on(Command::SmallerText, [this] { m_theme.changeTextScale(-1); });
    on(Command::NormalText, [this] { m_theme.setTextScale(100); });
    on(Command::Dense, [this] { m_theme.setDensity(Density::Dense); });
    on(Command::Compact, [this] { m_theme.setDensity(Density::Compact); });
    on(Command::Comfortable, [this] { m_theme.setDensity(Density::Comfortable); });
    connect(&m_theme, &Theme::changed, this, [this] {
        m_state.setScheme(m_theme.choice());
        m_state.setTextScale(m_theme.textScale());
        m_state.setDensity(m_theme.density());
        applyThemeActions();
        fitWidth();
    });
}

void MainWindow::applyThemeActions()
{
    action(Command::FollowSystemTheme)->setChecked(m_theme.choice() == SchemeChoice::System);
    const Command densities[] = {Command::Dense, Command::Compact, Command::Comfortable};
    action(densities[static_cast<int>(m_theme.density())])->setChecked(true);
}

void MainWindow::restore()
{
    applyThemeActions();
    if (!restoreGeometry(m_state.geometry()))
        resize(1440, 900);
    fitWidth();
    setDetailsShown(m_state.detailsShown());
}

void MainWindow::setLive(QWidget *header, QWidget *panel)
{
    if (header)
        m_liveLayout->insertWidget(0, header);
    m_split->insertWidget(0, panel);
    m_split->setStretchFactor(0, 1);
    m_split->setStretchFactor(m_split->indexOf(m_details), 0);
    placeDetails();
    showPage();
}

void MainWindow::setMiddle(QWidget *middle)
{
    m_middle = middle;
    m_split->insertWidget(1, middle);
    placeDetails();
}

void MainWindow::setLiveFocus(QWidget *list)
{
    m_liveFocus = list;
}

void MainWindow::addPage(const Page &page)
{
    m_added.append(page);
    m_pages->addWidget(page.widget);
    m_nav->addPage(page.command, page.icon, page.name);
    action(page.command)->setVisible(true);
    connect(
        action(page.command), &QAction::triggered, this, [this, command = page.command] { goTo(command); });
}

const Page *MainWindow::currentPage() const
{
    const auto found = std::ranges::find(m_added, m_page, &Page::command);
    return found == m_added.end() ? nullptr : &*found;
}

void MainWindow::goTo(Command page)
{
    m_page = page;
    m_nav->setCurrentPage(page);
    showPage();
    if (const QList<QWidget *> panes = panesOfPage(); !panes.isEmpty() && panes.first())
        panes.first()->setFocus(Qt::ShortcutFocusReason);
}

/// What F6 goes through between the nav and the status bar.
QList<QWidget *> MainWindow::panesOfPage() const
{
    if (const Page *page = currentPage())
        return page->panes;
    const bool isLive = m_pages->currentWidget() == m_livePage;
    QList<QWidget *> panes{isLive && m_liveFocus ? m_liveFocus : m_firstRun->startFocus()};
    if (isLive)
        panes << m_middle << m_details;
    panes.removeIf([](const QWidget *pane) { return !pane || !pane->isVisible(); });
    return panes;
}

void MainWindow::fitWidth()
{
    const WidthClass now = widthClass(width(), m_theme.textScale());
    if (m_fitted && now == m_width)
        return;
    m_fitted = true;
    m_width = now;
    m_nav->setCanExpand(now != WidthClass::Narrow);
    const bool collapsed = now == WidthClass::Narrow || m_state.navCollapsed();
    m_nav->setCollapsed(collapsed);
    action(Command::ToggleNav)->setEnabled(now != WidthClass::Narrow);
    action(Command::ToggleNav)->setChecked(!collapsed);
    placeDetails();
    emit widthClassChanged(now);
}

void MainWindow::placeDetails()
{
    const bool bottom = m_state.detailsAtBottom(m_width);
    action(Command::MoveDetails)->setChecked(bottom);
    m_split->setOrientation(bottom ? Qt::Vertical : Qt::Horizontal);
    m_details->setPlace(bottom ? DetailPane::Place::Bottom : DetailPane::Place::Right);
    if (m_middle)
        m_middle->setVisible(m_width == WidthClass::Widest && !bottom);
    if (m_split->count() < 2)
        return;
    const QList<int> stored = m_state.splitSizes(m_width);
    m_split->setSizes(stored.size() == m_split->count() ? stored : defaultSplit());
}

/// The list, the middle when there is one, the details.
QList<int> MainWindow::defaultSplit() const
{
    const bool bottom = detailsAtBottom();
    const int details = px(bottom ? 240 : m_width >= WidthClass::Wide ? 480 : 400);
    // The window knows its new width before the splitter does.
    const int all = bottom ? m_split->height() : width() - m_nav->width();
    QList<int> sizes{qMax(200, all - details), details};
    if (m_middle) {
        // A little more for the list, which then has room for its sources.
        const int middle = hasThreeParts() ? sizes.first() * 12 / 25 : 0;
        sizes.first() -= middle;
        sizes.insert(1, middle);
    }
    return sizes;
}

void MainWindow::storeSplit()
{
    m_state.setSplitSizes(m_width, m_split->sizes());
}

void MainWindow::setDetailsShown(bool shown)
{
    action(Command::ToggleDetails)->setChecked(shown);
    m_state.setDetailsShown(shown);
    if (!shown && m_details->isAncestorOf(QApplication::focusWidget()) && m_liveFocus)
        m_liveFocus->setFocus();
    m_details->setVisible(shown);
    if (!shown)
        emit detailsClosed();
}

void MainWindow::cyclePane(int direction)
{
    QList<QWidget *> panes{m_nav};
    panes.append(panesOfPage());
    panes.append(m_status);
    QWidget *focus = QApplication::focusWidget();
    qsizetype at = 0;
    for (qsizetype i = 0; i < panes.size(); ++i) {
        if (panes[i] == focus || panes[i]->isAncestorOf(focus))
            at = i;
    }
    QWidget *next = panes[(at + direction + panes.size()) % panes.size()];
    // A pane is entered at its first control that takes the focus.
    if (next->focusPolicy() == Qt::NoFocus) {
        for (QWidget *child : next->findChildren<QWidget *>()) {
            if (child->isVisible() && child->isEnabled() && child->focusPolicy() & Qt::TabFocus) {
                next = child;
                break;
            }
        }
    }
    next->setFocus(Qt::TabFocusReason);
}

void MainWindow::escape()
{
    // Popups and drafts took the key before it got here.
    if (m_details->isVisible() && m_pages->currentWidget() == m_livePage)
        setDetailsShown(false);
}

void MainWindow::showPage()
{
    const Page *added = currentPage();
    QWidget *live = m_events > 0 && m_split->count() >= 2 ? m_livePage : static_cast<QWidget *>(m_firstRun);
    QWidget *page = added ? added->widget : live;
    if (page == m_pages->currentWidget() && m_pages->currentIndex() >= 0 && isVisible())
        return;
    m_pages->setCurrentWidget(page);
    if (QWidget *start = panesOfPage().value(0))
        start->setFocus();
    for (const Command command : {Command::PauseView, Command::FindInDetails, Command::ToggleDetails,
             Command::MoveDetails, Command::NextTab, Command::PreviousTab})
        action(command)->setEnabled(page == m_livePage);
    action(Command::FocusFilter)->setEnabled(page == m_livePage || (added && added->find));
}

void MainWindow::setCapture(const CaptureStatus &status)
{
    m_status->setCapture(status);
    m_firstRun->setAddress(
        status.host, status.state == CaptureStatus::State::Stopped ? quint16(0) : status.port);
    const QWidget *focus = QApplication::focusWidget();
    if (m_pages->currentWidget() == m_firstRun && (!focus || m_nav->isAncestorOf(focus)))
        m_firstRun->startFocus()->setFocus(); // It could not have it while nothing listened.
}

void MainWindow::setStore(const StoreStatus &status)
{
    m_status->setStore(status);
    const QString reason = fromUtf8(toText(status.error));
    switch (status.state) {
    case StoreStatus::State::Ready:
        clearNote(NoteFrom::Store);
        return;
    case StoreStatus::State::Holding:
        showNote(NoteFrom::Store, NoteBar::Tone::Warning,
            tr("%1. Capture goes on in memory: %2 of %3 are used.")
                .arg(reason, formatBytes(status.heldBytes), formatBytes(heldAtMost)));
        break;
    case StoreStatus::State::Refusing:
        showNote(NoteFrom::Store, NoteBar::Tone::Error,
            tr("%1. %2 wait in memory, so event requests are answered 503 and nothing new is stored.")
                .arg(reason, formatBytes(status.heldBytes)));
        break;
    case StoreStatus::State::ReadOnly:
        showNote(NoteFrom::Store, NoteBar::Tone::Warning,
            tr("%1. The session is shown, and nothing is captured into it.").arg(reason));
        break;
    }
}

void MainWindow::setUpstream(const UpstreamState &upstream)
{
    m_status->setUpstream(upstream);
    m_firstRun->setUpstream(upstream);
}

void MainWindow::setSummary(const SessionSummary &summary)
{
    m_events = summary.events;
    m_nav->setEventCount(summary.events);
    m_nav->setSession(m_sessionName, windowFilePath(), summary.firstAt);
    m_status->setStoreBytes(summary.bytesOnDisk);
    m_firstRun->setRequestCount(summary.requests);
    showPage();
}

void MainWindow::setCommit(const Commit &commit)
{
    m_status->addEvents(commit.cleared ? 0 : commit.events - m_events);
    m_events = commit.events;
    m_nav->setEventCount(commit.events);
    m_firstRun->setRequestCount(commit.requests);
    showPage();
}

void MainWindow::setViewPaused(bool paused, qint64 waiting)
{
    action(Command::PauseView)->setChecked(paused);
    m_status->setViewPaused(paused, waiting);
}

void MainWindow::setSession(const QString &path)
{
    m_sessionName = path.isEmpty() ? tr("untitled session") : QFileInfo(path).completeBaseName();
    setWindowFilePath(path);
    setWindowTitle(m_sessionName + u" – Weir"_s);
    m_nav->setSession(m_sessionName, path, {});
}

void MainWindow::tell(const QString &sentence, NoteFrom from)
{
    showNote(from, NoteBar::Tone::Error, sentence);
}

void MainWindow::clearNote(NoteFrom from)
{
    if (m_notes.removeIf([from](const Note &note) { return note.from == from; }) > 0)
        showLastNote();
}

void MainWindow::showNote(NoteFrom from, NoteBar::Tone tone, const QString &text)
{
    // What the session told happened once; trouble of the others lasts until they say that it is over.
    m_notes.removeIf(
        [from](const Note &note) { return note.from == from || note.from == NoteFrom::Session; });
    m_notes.append({from, tone, text});
    showLastNote();
}

void MainWindow::showLastNote()
{
    if (m_notes.isEmpty())
        m_note->clear();
    else
        m_note->show(m_notes.last().tone, m_notes.last().text);
}

void MainWindow::askForSession(bool saveAs, bool isNew)
{
    auto *dialog = new QFileDialog(this,
        isNew        ? tr("New session")
            : saveAs ? tr("Save session as")
                     : tr("Open session"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setNameFilter(tr("Weir sessions (*.weir)"));
    dialog->setDefaultSuffix(u"weir"_s);
    dialog->setAcceptMode(saveAs ? QFileDialog::AcceptSave : QFileDialog::AcceptOpen);
    dialog->setFileMode(saveAs ? QFileDialog::AnyFile : QFileDialog::ExistingFile);
    connect(dialog, &QFileDialog::fileSelected, this, [this, saveAs, isNew](const QString &path) {
        if (saveAs && !isNew)
            emit saveAsRequested(path);
        else
            emit sessionRequested(path);
    });
    dialog->open();
}

void MainWindow::resizeEvent(QResizeEvent *event)
{
    QMainWindow::resizeEvent(event);
    fitWidth();
}

void MainWindow::closeEvent(QCloseEvent *event)
{
    m_state.setGeometry(saveGeometry());
    QMainWindow::closeEvent(event);
}

void MainWindow::changeEvent(QEvent *event)
{
    QMainWindow::changeEvent(event);
    if (event->type() == QEvent::StyleChange)
        placeDetails();
}

} // namespace Weir
