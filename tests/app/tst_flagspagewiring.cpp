#include "app/flagspagewiring.h"
#include "app/httpclient.h"
#include "app/windowwiring.h"
#include "tests/support/visibletexts.h"
#include "ui/panels/flagdetail.h"
#include "ui/panels/flagspage.h"
#include "ui/panels/flagview.h"
#include "ui/panels/scenebar.h"
#include "ui/panels/servedlog.h"
#include "ui/window/navbar.h"
#include "ui/window/navsection.h"

#include <QAbstractButton>
#include <QAction>
#include <QApplication>
#include <QContextMenuEvent>
#include <QMenu>
#include <QTemporaryDir>
#include <QTest>

#include <atomic>
#include <thread>

using namespace Qt::StringLiterals;
using namespace Weir;
using namespace Weir::Testing;

namespace {

const std::vector<std::pair<std::string, std::string>> browser = {{"Content-Type", "application/json"},
    {"Origin", "http://localhost:3000"}, {"User-Agent", "Mozilla/5.0 (X11; Linux x86_64) Firefox/128.0"}};

/// The whole program but its process.
struct Fixture
{
    explicit Fixture(Theme &theme, const std::string &upstream = {})
        : engine(settings(upstream))
        , state(folder.filePath(u"window.ini"_s))
        , window(theme, state)
        , wiring(engine, state, window)
    {
        QObject::connect(&wiring, &WindowWiring::started, &window, &QWidget::show);
    }
    Settings settings(const std::string &upstream) const
    {
        Settings made;
        made.upstreamPostHog = upstream;
        made.port = 0;
        made.session = folder.filePath(u"session.weir"_s).toStdString();
        return made;
    }
    bool start()
    {
        engine.start();
        return QTest::qWaitFor([this] { return window.isVisible(); }, 20'000);
    }
    /// Asks as a browser does, while this thread runs the window; the answer's body.
    std::string post(const std::string &target, const std::string &body)
    {
        std::string answered;
        std::atomic<bool> ended = false;
        std::thread sender([&] {
            const auto client = HttpClient::connect("127.0.0.1", engine.port());
            if (client) {
                const auto answer = (*client)->exchange({"POST", target, browser, body});
                answered = answer ? answer->body : std::string();
            }
            ended = true;
        });
        const bool inTime = QTest::qWaitFor([&] { return ended.load(); }, 20'000);
        sender.join();
        return inTime ? answered : std::string();
    }
    FlagBoard &board() { return wiring.flags().board(); }
    FlagsPage &page() { return wiring.flags().page(); }

    QTemporaryDir folder;
    Engine engine;
    ViewState state;
    MainWindow window;
    WindowWiring wiring;
};

/// The lines of each menu that is opened: without a window manager none stays open for long.
class MenuReader : public QObject
{
public:
    MenuReader() { qApp->installEventFilter(this); }
    QList<QStringList> read;

protected:
    bool eventFilter(QObject *watched, QEvent *event) override
    {
        const auto *menu = event->type() == QEvent::Show ? qobject_cast<QMenu *>(watched) : nullptr;
        if (!menu)
            return false;
        read.emplaceBack();
        for (const QAction *action : menu->actions())
            read.last() += action->text();
        return false;
    }
};

} // namespace

/// The Flags page on a real engine, asked by real requests.
class TstFlagsPageWiring : public QObject
{
    Q_OBJECT
private slots:
    void initTestCase() { m_theme.install(); }

    void tellsWhatLeaves()
    {
        Fixture upstream(m_theme);
        QVERIFY(upstream.start());
        const QString host = u"127.0.0.1:%1"_s.arg(upstream.engine.port());
        Fixture f(m_theme, "http://" + host.toStdString());
        const auto says
            = [&f](const QString &text) { return visibleTexts(f.window.status()).filter(text).size() == 1; };
        QVERIFY(f.start());
        QVERIFY(
            says(u"Flag requests go to %1. Events stay here."_s.arg(host))); // Before anyone has asked, too.
        QVERIFY(!f.post("/flags?v=2", R"({"token":"t","distinct_id":"u_1"})").empty());
        QTRY_VERIFY(f.board().report().upstream.since);
        QVERIFY(says(u"Flag requests go to %1. Events stay here."_s.arg(host)));
        upstream.wiring.stop();
        QVERIFY(!f.post("/flags?v=2", R"({"token":"t","distinct_id":"u_1"})").empty());
        QTRY_VERIFY(says(u"No answer from %1 since "_s.arg(host)));
    }

    void switchesForTheNextRequest()
    {
        Fixture f(m_theme);
        QVERIFY(f.start());
        QTRY_COMPARE(f.page().view()->model()->rowCount(), 4);
        QTest::keyClick(&f.window, Qt::Key_3, Qt::ControlModifier);
        QVERIFY(f.page().isVisible() && f.page().view()->hasFocus());
        f.page().select(u"track_model_costs"_s);
        QTest::keyClick(f.page().view(), Qt::Key_Right);
        QTest::keyClick(f.page().view(), Qt::Key_Right);
        QTRY_COMPARE(f.board().overrideCount(), 1);
        // It is in sight in the nav, wherever one is.
        auto *section = f.window.nav()->findChild<NavSection *>();
        QVERIFY(section->isVisible());
        QVERIFY(visibleTexts(section).contains(u"1 active"_s));
        const std::string answer = f.post("/flags?v=2", "{\"token\":\"phc_t\",\"distinct_id\":\"ada\"}");
        QVERIFY2(answer.find("track_model_costs") != std::string::npos, answer.c_str());
        const QAbstractItemModel *log = f.page().log()->view()->model();
        QTRY_COMPARE(log->rowCount(), 1);
        QCOMPARE(log->index(0, ServedTable::DistinctId).data().toString(), u"ada"_s);
        QCOMPARE(log->index(0, ServedTable::Request).data().toString(), u"/flags?v=2"_s);
        QCOMPARE(
            log->index(0, ServedTable::Value).data(Qt::AccessibleTextRole).toString(), u"true, overridden"_s);
        const auto pickUp
            = [&f] { return f.page().view()->model()->index(2, FlagListModel::PickUp).data().toString(); };
        QTRY_VERIFY2(pickUp().startsWith(u"Served "_s), qPrintable(pickUp()));
        QVERIFY(visibleTexts(&f.page()).contains(u"1 seen in SDK responses"_s));
        // The program tells that it used it.
        (void)f.post("/batch/",
            "{\"api_key\":\"phc_t\",\"batch\":[{\"event\":\"$feature_flag_called\",\"distinct_id\":\"ada\","
            "\"properties\":{\"$lib\":\"web\",\"distinct_id\":\"ada\",\"$feature_flag\":\"track_model_"
            "costs\","
            "\"$feature_flag_response\":true}}]}");
        QTRY_VERIFY2(pickUp().startsWith(u"Picked up "_s), qPrintable(pickUp()));
        QVERIFY(f.page().isVisible()); // The first event does not take the page away.
        // Live, and by the nav's row back to the flag.
        QTest::keyClick(&f.window, Qt::Key_1, Qt::ControlModifier);
        QVERIFY(!f.page().isVisible());
        f.page().select(u"agent_debugger_ui"_s);
        section->findChild<QAbstractButton *>()->click();
        QVERIFY(f.page().isVisible());
        QCOMPARE(f.page().view()->current()->key, std::string("track_model_costs"));
        // Alt+0 from anywhere: the very next request has nothing of it.
        QTest::keyClick(&f.window, Qt::Key_1, Qt::ControlModifier);
        QTest::keyClick(&f.window, Qt::Key_0, Qt::AltModifier);
        const std::string after = f.post("/flags?v=2", "{\"token\":\"phc_t\",\"distinct_id\":\"ada\"}");
        QVERIFY2(after.find("track_model_costs") == std::string::npos, after.c_str());
        QTRY_VERIFY(!section->isVisible());
    }

    void appliesScenesByKey()
    {
        Fixture f(m_theme);
        QVERIFY(f.start());
        QAction *second = f.window.action(Command::Scene2);
        QVERIFY(!second->isVisible() && f.window.action(Command::NoOverrides)->isVisible());
        const auto scenes = parseScenes("{\"scenes\":[{\"name\":\"one\",\"flags\":{\"a\":{\"value\":true}}},"
                                        "{\"name\":\"two\",\"flags\":{\"b\":{\"value\":\"x\"}}}]}");
        QVERIFY(scenes);
        f.board().setScenes(*scenes);
        QVERIFY(second->isVisible());
        QCOMPARE(second->text(), u"Scene: two"_s);
        QTest::keyClick(&f.window, Qt::Key_2, Qt::AltModifier);
        QTRY_COMPARE(f.board().activeScene(), 1);
        QVERIFY(second->isChecked());
        QVERIFY(f.board().find("b")->override);
        // A rehearsal asks the desk and changes nothing.
        QTest::keyClick(&f.window, Qt::Key_3, Qt::ControlModifier);
        MenuReader menus;
        for (QAbstractButton *card : f.page().scenes()->findChildren<QAbstractButton *>()) {
            if (card->text() != u"one"_s)
                continue;
            QContextMenuEvent menuKey(QContextMenuEvent::Keyboard, {}, card->mapToGlobal(QPoint()));
            QCoreApplication::sendEvent(card, &menuKey);
        }
        auto *menu = qobject_cast<QMenu *>(QApplication::activePopupWidget());
        QVERIFY(menu);
        menu->actions().at(1)->trigger();
        menu->close();
        QTRY_COMPARE(menus.read.size(), 2);
        const QStringList &lines = menus.read.last();
        QVERIFY2(lines.contains(u"a: upstream → true"_s) && lines.contains(u"b: x → upstream"_s),
            qPrintable(lines.join(u'\n')));
        QCOMPARE(f.board().activeScene(), 1);
    }

private:
    Theme m_theme;
};

QTEST_MAIN(TstFlagsPageWiring)
#include "tst_flagspagewiring.moc"
