#include "app/demowiring.h"
#include "app/flagswiring.h"
#include "app/httpclient.h"
#include "tests/support/runningweir.h"
#include "tests/support/visibletexts.h"
#include "ui/models/flagboard.h"
#include "ui/panels/democontrols.h"
#include "ui/panels/switchrow.h"
#include "ui/window/mainwindow.h"
#include "ui/panels/notebar.h"

#include <QAction>
#include <QDir>
#include <QFile>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

#include <atomic>
#include <thread>

using namespace Qt::StringLiterals;
using namespace Weir;
using namespace Weir::Testing;

namespace {

/// A window on a real engine, with its flags and its file of scenes.
struct Fixture
{
    explicit Fixture(Theme &theme)
        : engine(settingsFor())
        , state(folder.filePath(u"window.ini"_s))
        , window(theme, state)
        , flags(engine, board)
        , demo(engine, board, window)
    {
    }
    ~Fixture() { demo.stop(); }

    Settings settingsFor() const
    {
        Settings settings;
        settings.port = 0;
        settings.session = folder.filePath(u"session.weir"_s).toStdString();
        settings.scenes = folder.filePath(u"scenes.json"_s).toStdString();
        return settings;
    }
    bool start()
    {
        QSignalSpy listening(&engine, &Engine::listening);
        engine.start();
        return listening.wait(20'000) && QTest::qWaitFor([this] { return !board.report().flags.empty(); });
    }
    void writeScenes(const QByteArray &text) const
    {
        QFile file(folder.filePath(u"scenes.json"_s));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(text);
    }
    /// Sends from another thread, as an SDK does, while this one runs the window; the answer's body.
    std::string send(const std::string &target, const std::string &body) const
    {
        std::string answered;
        std::atomic<bool> ended = false;
        std::thread sender([&, port = engine.port()] {
            if (const auto client = HttpClient::connect("127.0.0.1", port)) {
                const auto answer = (*client)->exchange({"POST", target, sdkHeaders, body});
                answered = answer ? answer->body : std::string();
            }
            ended = true;
        });
        const bool inTime = QTest::qWaitFor([&] { return ended.load(); }, 20'000);
        sender.join();
        return inTime ? answered : std::string();
    }
    bool says(const QString &text) const { return visibleTexts(demo.switchboard()).contains(text); }

    QTemporaryDir folder;
    Engine engine;
    FlagBoard board;
    ViewState state;
    MainWindow window;
    FlagsWiring flags;
    DemoWiring demo;
};

} // namespace

/// The switchboard on a real engine.
class TstDemoWiring : public QObject
{
    Q_OBJECT
private slots:
    void initTestCase() { m_theme.install(); }
    void opensByItsKey();
    void switchesWhatIsServed();
    void showsTheNewestEvents();
    void followsTheFileOfScenes();
    void keepsTheActiveScene();
    void savesScenes();

private:
    Theme m_theme;
};

void TstDemoWiring::opensByItsKey()
{
    Fixture f(m_theme);
    QVERIFY(f.start());
    f.window.show();
    QVERIFY(QTest::qWaitForWindowActive(&f.window));
    QVERIFY(!f.demo.switchboard());
    QTest::keyClick(&f.window, Qt::Key_F9);
    QVERIFY(f.demo.switchboard() && f.demo.switchboard()->isVisible());
    QVERIFY(QTest::qWaitForWindowActive(f.demo.switchboard()));
    QTest::keyClick(f.demo.switchboard(), Qt::Key_Escape);
    QTRY_VERIFY(f.window.isActiveWindow());
}

void TstDemoWiring::switchesWhatIsServed()
{
    Fixture f(m_theme);
    QVERIFY(f.start());
    f.demo.open();
    const std::string ask = R"({"token":"phc_a","distinct_id":"ada"})";
    QVERIFY(f.send("/flags/?v=2", ask).find("agent_debugger_ui") == std::string::npos);
    QTRY_VERIFY(f.says(u"1 SDK connected"_s));
    QTest::keyClick(f.demo.switchboard(), Qt::Key_3);
    auto *control = f.demo.switchboard()->findChildren<SwitchCell *>().at(2)->control();
    QTRY_VERIFY(control->isChecked());
    QVERIFY(
        f.send("/flags/?v=2", ask).find(R"("key":"agent_debugger_ui","enabled":true)") != std::string::npos);
    QTRY_VERIFY(f.says(u"Served to 1 SDK, no event yet"_s));
    QTest::keyClick(f.demo.switchboard(), Qt::Key_0);
    QTRY_VERIFY(!control->isChecked());
    QVERIFY(f.send("/flags/?v=2", ask).find("agent_debugger_ui") == std::string::npos);
}

void TstDemoWiring::showsTheNewestEvents()
{
    Fixture f(m_theme);
    QVERIFY(f.start());
    const auto event = [](const char *name) {
        return trackBody(
            name, std::string("id-") + name, R"({"tool_id":"ada@example.com","first_name":"Lovelace"})");
    };
    for (const char *name : {"one", "two"})
        QVERIFY(!f.send("/v1/track", event(name)).empty());
    f.demo.open(); // What came before is there, too.
    QTRY_VERIFY(f.says(u"two"_s) && f.says(u"one"_s));
    for (const char *name : {"three", "four"})
        QVERIFY(!f.send("/v1/track", event(name)).empty());
    QTRY_VERIFY(f.says(u"four"_s) && f.says(u"three"_s) && f.says(u"two"_s) && !f.says(u"one"_s));
    for (const QString &text : visibleTexts(f.demo.switchboard()))
        QVERIFY2(!text.contains(u"ada@"_s) && !text.contains(u"Lovelace"_s), qPrintable(text));
    QVERIFY(visibleTexts(f.demo.switchboard()).join(u'\n').contains(u"first_name •••"_s)); // It was there.
    f.engine.clearSession();
    QTRY_VERIFY(f.says(u"None yet"_s));
}

void TstDemoWiring::followsTheFileOfScenes()
{
    Fixture f(m_theme);
    QVERIFY(f.start());
    f.window.show();
    f.writeScenes(R"({"scenes":[{"name":"one","flags":{"a":{"value":true}}}]})");
    QTRY_COMPARE(f.board.scenes().size(), std::size_t(1));
    auto *note = f.window.findChild<NoteBar *>();
    f.writeScenes("{");
    QTRY_VERIFY2(note->text().endsWith(u"scenes.json: Line 1 is not JSON"_s), qPrintable(note->text()));
    QCOMPARE(f.board.scenes().size(), std::size_t(1));
    f.writeScenes(R"({"scenes":[]})");
    QTRY_COMPARE(f.board.scenes().size(), std::size_t(0));
    QCOMPARE(note->text(), QString());
    // What another has told meanwhile is not its to take away.
    f.writeScenes("[");
    QTRY_VERIFY(!note->text().isEmpty());
    const QString trouble = u"The disk is full"_s;
    f.window.tell(trouble);
    f.writeScenes(R"({"scenes":[{"name":"one","flags":{"a":{"value":true}}}]})");
    QTRY_COMPARE(f.board.scenes().size(), std::size_t(1));
    QCOMPARE(note->text(), trouble);
}

void TstDemoWiring::keepsTheActiveScene()
{
    Fixture f(m_theme);
    QVERIFY(f.start());
    f.writeScenes(R"({"scenes":[{"name":"one","flags":{"a":{"value":true}}}]})");
    QTRY_COMPARE(f.board.scenes().size(), std::size_t(1));
    f.board.applyScene(0);
    QTRY_COMPARE(f.board.activeScene(), 0);
    f.board.renameScene(0, "two");
    QTRY_COMPARE(f.board.scenes().front().name, std::string("two"));
    QTRY_VERIFY(!f.board.isBehind());
    QCOMPARE(f.board.activeScene(), 0);
    QCOMPARE(f.board.find("a")->override->scene, std::string("two"));
    // Also by an editor.
    f.writeScenes(R"({"scenes":[{"name":"three","flags":{"a":{"value":true}}}]})");
    QTRY_COMPARE(f.board.scenes().front().name, std::string("three"));
    QTRY_VERIFY(!f.board.isBehind());
    QCOMPARE(f.board.activeScene(), 0);
    QCOMPARE(f.board.find("a")->override->scene, std::string("three"));
}

void TstDemoWiring::savesScenes()
{
    Fixture f(m_theme);
    QVERIFY(f.start());
    FlagScene scene;
    scene.name = "one";
    f.board.saveScene(scene);
    QCOMPARE(f.board.scenes().size(), std::size_t(1));
    f.board.renameScene(0, "two");
    QCOMPARE(f.board.scenes().front().name, std::string("two"));
    QVERIFY(QFile::exists(f.folder.filePath(u"scenes.json"_s)));
    f.writeScenes("broken");
    f.board.deleteScene(0);
    auto *note = f.window.findChild<NoteBar *>();
    QVERIFY2(note->text().contains(u"nothing was written over it"_s), qPrintable(note->text()));
    QCOMPARE(f.board.scenes().size(), std::size_t(1));
}

QTEST_MAIN(TstDemoWiring)
#include "tst_demowiring.moc"
