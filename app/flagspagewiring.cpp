#include "app/flagspagewiring.h"

#include "app/engine.h"
#include "ui/models/format.h"
#include "ui/panels/flagdetail.h"
#include "ui/panels/flagspage.h"
#include "ui/panels/flagview.h"
#include "ui/panels/scenebar.h"
#include "ui/panels/servedlog.h"
#include "ui/window/mainwindow.h"
#include "ui/window/navbar.h"
#include "ui/window/navsection.h"

#include <QAction>
#include <QInputDialog>
#include <QLineEdit>
#include <QMessageBox>
#include <QTreeView>

#include <algorithm>
#include <utility>

using namespace Qt::StringLiterals;

namespace Weir {

namespace {

constexpr int sceneKeys = static_cast<int>(Command::Scene9) - static_cast<int>(Command::Scene1) + 1;

Command sceneCommand(int place)
{
    return static_cast<Command>(static_cast<int>(Command::Scene1) + place);
}

} // namespace

FlagsPageWiring::FlagsPageWiring(Engine &engine, MainWindow &window, QObject *parent)
    : QObject(parent)
    , m_window(window)
    , m_wiring(engine, m_board)
    , m_page(new FlagsPage(m_board, systemNow, &window))
    , m_section(window.nav()->addSection(tr("Overrides")))
{
    QTreeView *const log = m_page->log()->view();
    window.addPage({Command::GoFlags, u"toggle-right"_s, tr("Flags"), m_page,
        {m_page->view(), log, m_page->detail()}, m_page->find()});
    joinPage();
    joinDemo();
    joinCommands();
    connect(&m_board, &FlagBoard::reportChanged, this, &FlagsPageWiring::showNav);
    connect(&m_board, &FlagBoard::scenesChanged, this, &FlagsPageWiring::showScenes);
    connect(&m_board, &FlagBoard::activeSceneChanged, this, &FlagsPageWiring::showScenes);
    showScenes();
    // Before the first report says more: it must not claim meanwhile that nothing leaves the machine.
    window.setUpstream({engine.settings().upstreamPostHog, {}, {}});
    connect(&m_board, &FlagBoard::reportChanged, &window,
        [this] { m_window.setUpstream(m_board.report().upstream); });
}

void FlagsPageWiring::joinPage()
{
    ServedTable *const table = &m_page->log()->table();
    connect(table, &ServedTable::pageNeeded, this, [this](quint64 number, const ServedQuery &query) {
        m_reads.insert(m_wiring.readServed(query), number);
    });
    connect(&m_wiring, &FlagsWiring::servedRead, table,
        [this, table](quint64 id, const ServedPage &page) { table->setPage(m_reads.take(id), page); });
    connect(m_page, &FlagsPage::rehearsalWanted, &m_wiring, &FlagsWiring::rehearse);
    connect(&m_wiring, &FlagsWiring::rehearsed, m_page->scenes(), &SceneBar::showRehearsal);
    connect(m_section, &NavSection::rowRequested, this, [this](const QString &key) {
        m_window.action(Command::GoFlags)->trigger();
        m_page->select(key);
    });
}

void FlagsPageWiring::joinDemo()
{
    m_page->offerDemo();
    m_page->offerSavingScenes();
    connect(m_page, &FlagsPage::demoWanted, m_window.action(Command::DemoMode), &QAction::trigger);
    connect(m_page, &FlagsPage::saveSceneWanted, this, &FlagsPageWiring::saveScene);
    // What was saved from the overrides that are on is the scene that they are from now on.
    connect(&m_board, &FlagBoard::scenesChanged, this, [this] {
        const auto &scenes = m_board.scenes();
        const auto saved = std::ranges::find(scenes, std::exchange(m_savedScene, {}), &FlagScene::name);
        if (saved != scenes.end())
            m_board.applyScene(static_cast<int>(saved - scenes.begin()));
    });
}

void FlagsPageWiring::saveScene(std::vector<FlagOverride> overrides)
{
    bool isGiven = false;
    const QString text = QInputDialog::getText(
        m_page, tr("Save as scene"), tr("Name of the scene"), QLineEdit::Normal, {}, &isGiven);
    const std::string name = text.trimmed().toStdString();
    if (!isGiven || name.empty())
        return;
    const bool isThere
        = std::ranges::find(m_board.scenes(), name, &FlagScene::name) != m_board.scenes().end();
    if (isThere
        && QMessageBox::question(m_page, tr("Save as scene"),
               tr("There is a scene of this name. Replace it with the overrides that are on?"))
            != QMessageBox::Yes)
        return;
    for (FlagOverride &override : overrides) {
        override.scene = name;
        override.setAt = {};
        override.expiresAt.reset();
    }
    m_savedScene = name;
    m_board.saveScene({name, {}, std::move(overrides)});
}

void FlagsPageWiring::joinCommands()
{
    QAction *const none = m_window.action(Command::NoOverrides);
    none->setVisible(true);
    connect(none, &QAction::triggered, &m_board, &FlagBoard::clearAll);
    for (int place = 0; place < sceneKeys; ++place) {
        connect(m_window.action(sceneCommand(place)), &QAction::triggered, this, [this, place] {
            m_board.applyScene(place);
            showScenes(); // Which one is on says the board, not the key.
        });
    }
}

void FlagsPageWiring::showScenes()
{
    for (int place = 0; place < sceneKeys; ++place) {
        QAction *const action = m_window.action(sceneCommand(place));
        const bool isThere = place < static_cast<int>(m_board.scenes().size());
        action->setVisible(isThere);
        action->setChecked(place == m_board.activeScene());
        if (isThere)
            action->setText(
                tr("Scene: %1").arg(fromUtf8(m_board.scenes()[static_cast<std::size_t>(place)].name)));
    }
}

void FlagsPageWiring::showNav()
{
    QList<NavSection::Row> rows;
    for (const FlagState &flag : m_board.report().flags) {
        if (flag.override)
            rows.append({fromUtf8(flag.key), fromUtf8(flag.key), fromUtf8(toText(flag.override->value))});
    }
    const auto count = rows.size();
    m_section->setRows(rows, tr("%1 active").arg(count));
    m_window.nav()->setPageState(Command::GoFlags,
        count == 0 ? NavState()
                   : NavState{tr("%1 on").arg(count), tr("%1 on").arg(counted(count, tr("override"))),
                       NavState::Tone::Accent});
}

} // namespace Weir
