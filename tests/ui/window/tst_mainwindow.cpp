#include "tests/support/visibletexts.h"
#include "ui/panels/detailpane.h"
#include "ui/panels/firstrun.h"
#include "ui/panels/notebar.h"
#include "ui/window/commandpalette.h"
#include "ui/window/mainwindow.h"
#include "ui/window/navbar.h"
#include "ui/window/navsection.h"

#include <QAbstractButton>
#include <QAction>
#include <QLabel>
#include <QLineEdit>
#include <QListView>
#include <QListWidget>
#include <QMenuBar>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

#include <algorithm>

using namespace Qt::StringLiterals;
using namespace Weir;
using namespace Weir::Testing;

namespace {

SessionSummary summaryOf(std::int64_t events)
{
    SessionSummary summary;
    summary.events = events;
    summary.requests = events;
    summary.bytesOnDisk = 212'000'000;
    return summary;
}

} // namespace

class TstMainWindow : public QObject
{
    Q_OBJECT
private slots:
    void initTestCase() { m_theme.install(); }
    void init()
    {
        m_directory = std::make_unique<QTemporaryDir>();
        open(); // With the look of a first start.
        QCOMPARE(currentScheme(), Scheme::Dark);
    }
    void cleanup()
    {
        m_window.reset();
        m_state.reset();
    }

    void layouts_data()
    {
        QTest::addColumn<int>("width");
        QTest::addColumn<int>("scale");
        QTest::addColumn<int>("nav");
        QTest::addColumn<bool>("bottom");
        QTest::addColumn<int>("details"); // Width at the right, height at the bottom.
        QTest::newRow("1024") << 1024 << 100 << 48 << true << 240;
        QTest::newRow("1179") << 1179 << 100 << 48 << true << 240;
        QTest::newRow("1180") << 1180 << 100 << 196 << false << 400;
        QTest::newRow("1440") << 1440 << 100 << 196 << false << 400;
        QTest::newRow("1920") << 1920 << 100 << 196 << false << 480;
        QTest::newRow("1440 at 125 %") << 1440 << 125 << 60 << true << 300;
        QTest::newRow("2560 at 200 %") << 2560 << 200 << 392 << false << 800;
    }
    void layouts()
    {
        QFETCH(int, width);
        QFETCH(int, scale);
        m_theme.setTextScale(scale);
        m_window->resize(width, 1000);
        m_window->setSummary(summaryOf(14));
        QCoreApplication::processEvents();
        auto *nav = m_window->findChild<NavBar *>();
        QTEST(nav->width(), "nav");
        QTEST(m_window->detailsAtBottom(), "bottom");
        const DetailPane *pane = m_window->details();
        const int size = m_window->detailsAtBottom() ? pane->height() : pane->width();
        QFETCH(int, details);
        QVERIFY2(qAbs(size - details) <= 2, qPrintable(QString::number(size)));
        QCOMPARE(m_window->width(), width); // Nothing asks for more room than there is.
    }

    void threePartsWhereThereIsRoom_data()
    {
        QTest::addColumn<int>("width");
        QTest::addColumn<int>("scale");
        QTest::addColumn<bool>("three");
        QTest::newRow("1920") << 1920 << 100 << false;
        QTest::newRow("2199") << 2199 << 100 << false;
        QTest::newRow("2200") << 2200 << 100 << true;
        QTest::newRow("2560") << 2560 << 100 << true;
        QTest::newRow("2560 at 125 %") << 2560 << 125 << false;
    }
    void threePartsWhereThereIsRoom()
    {
        QFETCH(int, width);
        QFETCH(int, scale);
        auto *middle = new QWidget;
        m_window->setMiddle(middle);
        m_theme.setTextScale(scale);
        m_window->resize(width, 1000);
        m_window->setSummary(summaryOf(14));
        QCoreApplication::processEvents();
        QTEST(m_window->hasThreeParts(), "three");
        QTEST(middle->isVisible(), "three");
        QCOMPARE(m_window->width(), width);
        const int details = px(width * 100 / scale >= 1600 ? 480 : 400);
        QVERIFY2(qAbs(m_window->details()->width() - details) <= 2,
            qPrintable(QString::number(m_window->details()->width())));
        if (!middle->isVisible())
            return;
        QVERIFY(middle->width() > 600 && m_list->parentWidget()->width() > middle->width());
        m_window->action(Command::MoveDetails)->trigger(); // Below, there is no middle.
        QVERIFY(!middle->isVisible() && m_window->detailsAtBottom());
    }

    void firstEventOpensLive()
    {
        QVERIFY(m_window->firstRun()->isVisible());
        QVERIFY(!m_window->action(Command::PauseView)->isEnabled());
        Commit commit;
        commit.events = 1;
        commit.requests = 1;
        m_window->setCommit(commit);
        QVERIFY(m_list->isVisible());
        QVERIFY(!m_window->firstRun()->isVisible());
        QVERIFY(m_window->action(Command::PauseView)->isEnabled());
        m_window->setSummary(summaryOf(0)); // Reset.
        QVERIFY(m_window->firstRun()->isVisible());
    }

    void pagesBesideLive()
    {
        QAction *go = m_window->action(Command::GoFlags);
        QVERIFY(!go->isVisible()); // There is no such page.
        auto *widget = new QWidget;
        auto *list = new QListView(widget);
        auto *find = new QLineEdit(widget);
        list->move(0, 40);
        m_window->addPage({Command::GoFlags, u"toggle-right"_s, u"Flags"_s, widget, {list, find}, find});
        m_window->setSummary(summaryOf(14));
        QVERIFY(go->isVisible() && m_list->isVisible());
        QTest::keyClick(m_window.get(), Qt::Key_3, Qt::ControlModifier);
        QVERIFY(widget->isVisible() && list->hasFocus() && !m_list->isVisible());
        QVERIFY(!m_window->action(Command::PauseView)->isEnabled());
        QTest::keyClick(m_window.get(), Qt::Key_F, Qt::ControlModifier);
        QVERIFY(find->hasFocus());
        m_window->setSummary(summaryOf(0)); // What happens to Live does not take the page away.
        QVERIFY(widget->isVisible() && find->hasFocus());
        QTest::keyClick(m_window.get(), Qt::Key_F6);
        QVERIFY(m_window->status()->isAncestorOf(m_window->focusWidget()));
        m_window->setSummary(summaryOf(14));
        // The nav's entry goes there, and says how it is.
        m_window->nav()->setPageState(Command::GoFlags, {u"2 on"_s, u"2 overrides on"_s, {}});
        for (QAbstractButton *button : m_window->nav()->findChildren<QAbstractButton *>()) {
            if (button->text() == u"Live"_s)
                button->click();
        }
        QVERIFY(m_list->isVisible() && m_list->hasFocus());
        QAbstractButton *entry = nullptr;
        for (QAbstractButton *button : m_window->nav()->findChildren<QAbstractButton *>()) {
            if (button->text() == u"Flags"_s)
                entry = button;
        }
        QVERIFY(entry && !entry->isChecked());
        QCOMPARE(entry->accessibleName(), u"Flags, 2 overrides on"_s);
        entry->click();
        QVERIFY(widget->isVisible() && entry->isChecked());
    }

    void navHasSections()
    {
        NavSection *section = m_window->nav()->addSection(u"Overrides"_s);
        QVERIFY(!section->isVisible());
        QList<NavSection::Row> rows;
        for (int i = 0; i < 10; ++i)
            rows.append({u"flag_%1"_s.arg(i), u"flag_%1"_s.arg(i), u"true"_s});
        section->setRows(rows, u"10 active"_s);
        QVERIFY(section->isVisible());
        QVERIFY(visibleTexts(section).contains(u"and 2 more"_s));
        QVERIFY(visibleTexts(section).contains(u"10 active"_s));
        QSignalSpy wanted(section, &NavSection::rowRequested);
        const auto buttons = section->findChildren<QAbstractButton *>();
        QCOMPARE(buttons.size(), 8);
        QCOMPARE(buttons[3]->accessibleName(), u"flag_3: true"_s);
        buttons[3]->click();
        QCOMPARE(wanted.value(0).value(0).toString(), u"flag_3"_s);
        m_window->nav()->setCollapsed(true);
        QVERIFY(!section->isVisible());
        m_window->nav()->setCollapsed(false);
        section->setRows({}, {});
        QVERIFY(!section->isVisible());
    }

    void everyShortcutIsItsOwn()
    {
        QMap<QString, QString> owners;
        for (const CommandInfo &info : commandList()) {
            for (const QKeySequence &key : info.keys) {
                QVERIFY2(!key.isEmpty() && !owners.contains(key.toString()), qPrintable(info.title));
                owners[key.toString()] = info.title;
            }
        }
        QVERIFY(owners.contains(u"Ctrl+K"_s) && owners.contains(u"F8"_s) && owners.contains(u"/"_s));
    }

    void keysWork()
    {
        m_window->setSummary(summaryOf(14));
        auto *nav = m_window->findChild<NavBar *>();
        QTest::keyClick(m_window.get(), Qt::Key_B, Qt::ControlModifier);
        QVERIFY(nav->isCollapsed());
        QTest::keyClick(m_window.get(), Qt::Key_J, Qt::ControlModifier);
        QVERIFY(!m_window->details()->isVisible());
        QTest::keyClick(m_window.get(), Qt::Key_J, Qt::ControlModifier);
        QTest::keyClick(m_window.get(), Qt::Key_J, Qt::ControlModifier | Qt::ShiftModifier);
        QVERIFY(m_window->details()->isVisible() && m_window->detailsAtBottom());
        QTest::keyClick(m_window.get(), Qt::Key_L, Qt::ControlModifier | Qt::ShiftModifier);
        QCOMPARE(currentScheme(), Scheme::Light);
        QTest::keyClick(m_window.get(), Qt::Key_Plus, Qt::ControlModifier);
        QCOMPARE(m_theme.textScale(), 110);
        QTest::keyClick(m_window.get(), Qt::Key_0, Qt::ControlModifier);
        QCOMPARE(m_theme.textScale(), 100);
        QTest::keyClick(m_window.get(), Qt::Key_F10);
        QVERIFY(m_window->menuBar()->isVisible());
        QTest::keyClick(m_window.get(), Qt::Key_Escape);
        QVERIFY(!m_window->details()->isVisible());
        QSignalSpy paused(m_window->action(Command::PauseView), &QAction::triggered);
        QTest::keyClick(m_window.get(), Qt::Key_F8);
        QCOMPARE(paused.count(), 1);
    }

    void panesAreCycled()
    {
        m_window->setSummary(summaryOf(14));
        m_list->setFocus();
        QSet<const QWidget *> visited;
        for (int i = 0; i < 4; ++i) {
            QTest::keyClick(m_window.get(), Qt::Key_F6);
            const QWidget *focus = m_window->focusWidget();
            for (const QWidget *pane : {static_cast<const QWidget *>(m_window->findChild<NavBar *>()),
                     static_cast<const QWidget *>(m_list), static_cast<const QWidget *>(m_window->details()),
                     static_cast<const QWidget *>(m_window->status())}) {
                if (pane == focus || pane->isAncestorOf(focus))
                    visited.insert(pane);
            }
        }
        QCOMPARE(visited.size(), 4);
    }

    void paletteRunsCommands()
    {
        QTest::keyClick(m_window.get(), Qt::Key_K, Qt::ControlModifier);
        auto *palette = m_window->findChild<CommandPalette *>();
        QVERIFY(palette && palette->isVisible());
        auto *edit = palette->findChild<QLineEdit *>();
        QTest::keyClicks(edit, u"larger"_s);
        QCOMPARE(palette->findChild<QListWidget *>()->count(), 1);
        QTest::keyClick(edit, Qt::Key_Return);
        QCOMPARE(m_theme.textScale(), 110);
    }

    void stateIsKept()
    {
        m_window->action(Command::ToggleNav)->trigger();
        m_window->action(Command::Comfortable)->trigger();
        m_window->action(Command::ToggleTheme)->trigger();
        m_window->action(Command::LargerText)->trigger();
        m_window->close();
        m_window.reset();
        m_state.reset();
        m_theme.setChoice(SchemeChoice::System);
        m_theme.setTextScale(100);
        m_theme.setDensity(Density::Compact);
        open();
        QVERIFY(m_window->findChild<NavBar *>()->isCollapsed());
        QCOMPARE(m_theme.density(), Density::Comfortable);
        QCOMPARE(m_theme.choice(), SchemeChoice::Light);
        QCOMPARE(m_theme.textScale(), 110);
    }

    void anEmptiedSessionWaitsAnew()
    {
        UtcTime now = systemNow();
        FirstRun page(nullptr, [&now] { return now; });
        page.setAddress(u"127.0.0.1"_s, 9347);
        page.show();
        now += std::chrono::minutes(18);
        page.setRequestCount(0);
        QVERIFY(visibleTexts(&page).contains(u"Nothing received for 18 min"_s));
        page.setRequestCount(44);
        page.setRequestCount(0);
        QVERIFY(visibleTexts(&page).contains(u"Nothing received for 0 s"_s));
    }

    void troubleIsTold()
    {
        auto *note = m_window->findChild<NoteBar *>();
        QCOMPARE(note->text(), QString());
        m_window->tell(u"The session could not be saved"_s);
        QCOMPARE(note->text(), u"The session could not be saved"_s);
        m_window->setStore({}); // It had no trouble of its own.
        QCOMPARE(note->text(), u"The session could not be saved"_s);
        m_window->setStore(
            {StoreStatus::State::ReadOnly, {Error::Kind::Storage, "Its version is newer", {}}, 0, 0});
        QVERIFY2(note->text().startsWith(u"Its version is newer"_s), qPrintable(note->text()));
        m_window->setStore({});
        QCOMPARE(note->text(), QString()); // All is well again.
    }

    void statusSentences_data()
    {
        QTest::addColumn<StoreStatus>("store");
        QTest::addColumn<bool>("paused");
        QTest::addColumn<int>("hertz");
        QTest::addColumn<QString>("sentence");
        StoreStatus behind, holding, refusing;
        behind.behindMs = 3200;
        holding.state = StoreStatus::State::Holding;
        holding.heldBytes = 12'000'000;
        refusing.state = StoreStatus::State::Refusing;
        QTest::newRow("behind") << behind << false << 10 << u"Writing 3.2 s behind"_s;
        QTest::newRow("holding") << holding << false << 10 << u"12 MB held in memory"_s;
        QTest::newRow("refusing") << refusing << false << 10
                                  << u"Not storing. Event requests are answered 503."_s;
        QTest::newRow("slow view") << StoreStatus() << false << 4
                                   << u"View at 4 Hz. All events are stored."_s;
        QTest::newRow("slow view, paused") << StoreStatus() << true << 4 << u"All events are stored."_s;
        QTest::newRow("paused") << StoreStatus() << true << 10 << u"View paused"_s;
    }
    void statusSentences()
    {
        QFETCH(StoreStatus, store);
        QFETCH(bool, paused);
        QFETCH(int, hertz);
        QFETCH(QString, sentence);
        m_window->setCapture({CaptureStatus::State::Capturing, u"127.0.0.1"_s, 9347, {}});
        m_window->setStore(store);
        m_window->setViewPaused(paused, 48'211);
        m_window->status()->setViewRate(hertz);
        const QStringList shown = visibleTexts(m_window->status());
        QVERIFY2(shown.contains(sentence), qPrintable(shown.join(u" | "_s)));
        QCOMPARE(shown.contains(u"48,211"_s), paused);
        QVERIFY(shown.contains(u"No destinations. Nothing leaves this machine."_s));
    }

    void tellsWhatLeaves()
    {
        const QString nothing = u"No destinations. Nothing leaves this machine."_s;
        QVERIFY(visibleTexts(m_window->status()).contains(nothing));
        QVERIFY(visibleTexts(m_window->firstRun()).contains(u"Stays on this machine"_s));
        m_window->setUpstream({"https://us.i.posthog.com", {}, {}});
        const QString flags = u"Flag requests go to us.i.posthog.com. Events stay here."_s;
        QVERIFY(visibleTexts(m_window->status()).contains(flags));
        QVERIFY(visibleTexts(m_window->firstRun())
                    .contains(u"Events stay on this machine. Flag requests go to us.i.posthog.com."_s));
        for (const QString &text : visibleTexts(m_window.get()))
            QVERIFY2(
                !text.contains(u"Nothing leaves"_s) && text != "Stays on this machine"_L1, qPrintable(text));
        m_window->resize(1024, 700); // Where there is no room for the words, the icon says them.
        QCoreApplication::processEvents();
        const auto named = m_window->status()->findChildren<QWidget *>();
        QVERIFY(std::ranges::any_of(named, [](const QWidget *part) {
            return part->isVisible()
                && part->accessibleName().contains(u"passed on to https://us.i.posthog.com"_s);
        }));
        m_window->setUpstream({});
        QVERIFY(visibleTexts(m_window->firstRun()).contains(u"Stays on this machine"_s));
    }

    void everyButtonHasAName()
    {
        m_window->setSummary(summaryOf(14));
        for (const QAbstractButton *button : m_window->findChildren<QAbstractButton *>())
            QVERIFY2(!button->text().isEmpty() || !button->accessibleName().isEmpty()
                    || button->parent()->inherits("QTabBar") || button->parent()->inherits("QMenuBar"),
                button->parentWidget()->metaObject()->className());
    }

private:
    void open()
    {
        m_state = std::make_unique<ViewState>(m_directory->filePath(u"window.ini"_s));
        m_state->restoreLook(m_theme);
        m_window = std::make_unique<MainWindow>(m_theme, *m_state);
        auto *panel = new QWidget;
        panel->setMinimumWidth(300);
        m_list = new QListView(panel);
        m_window->setLive(nullptr, panel);
        m_window->setLiveFocus(m_list);
        m_window->resize(1440, 900);
        m_window->show();
        QVERIFY(QTest::qWaitForWindowActive(m_window.get()));
    }

    Theme m_theme;
    std::unique_ptr<QTemporaryDir> m_directory;
    std::unique_ptr<ViewState> m_state;
    std::unique_ptr<MainWindow> m_window;
    QListView *m_list = nullptr;
};

QTEST_MAIN(TstMainWindow)
#include "tst_mainwindow.moc"
