#include "core/flags/flagdesk.h"
#include "ui/models/flagboard.h"

#include <QSignalSpy>
#include <QTest>

using namespace Weir;

/// A board before a real desk.
class FlagBoardTest : public QObject
{
    Q_OBJECT
private slots:
    void init();
    void showsWhatTheDeskSays();
    void knowsTheActiveScene();
    void aRenamedSceneStaysActive();
    void undoes();
    void asksForOtherScenes();

private:
    std::unique_ptr<FlagDesk> m_desk;
    std::unique_ptr<FlagBoard> m_board;
};

namespace {

const UtcTime start = *parseTime("2026-11-23T09:00:00Z");

FlagOverride on(const char *key)
{
    FlagOverride override;
    override.key = key;
    override.value = FlagValue::on();
    return override;
}

} // namespace

void FlagBoardTest::init()
{
    m_desk = std::make_unique<FlagDesk>();
    m_board = std::make_unique<FlagBoard>();
    connect(m_board.get(), &FlagBoard::orderWanted, this, [this](const FlagOrder &order) {
        m_board->sawAnswer(m_desk->carryOut(order, start));
        m_board->setReport(m_desk->carryOut({}, start).report);
    });
    m_board->setReport(m_desk->carryOut({}, start).report);
}

void FlagBoardTest::showsWhatTheDeskSays()
{
    QSignalSpy changed(m_board.get(), &FlagBoard::reportChanged);
    m_board->setOverride(on("track_model_costs"));
    QCOMPARE(changed.size(), 1);
    QCOMPARE(m_board->overrideCount(), 1);
    QVERIFY(!m_board->find("track_model"));
    QCOMPARE(FlagBoard::servedNow(*m_board->find("track_model_costs")), std::optional(FlagValue::on()));
    QCOMPARE(FlagBoard::servedNow(*m_board->find("agent_debugger_ui")), std::optional<FlagValue>());
    m_board->clearOverride("track_model_costs");
    QCOMPARE(m_board->overrideCount(), 0);
}

void FlagBoardTest::knowsTheActiveScene()
{
    const auto scenes = parseScenes(R"({"scenes":[{"name":"one","flags":{"a":{"value":true}}},
        {"name":"two","flags":{"a":{"value":false},"b":{"value":"x"}}},{"name":"none","flags":{}}]})");
    QVERIFY(scenes);
    m_board->setScenes(*scenes);
    QSignalSpy active(m_board.get(), &FlagBoard::activeSceneChanged);
    m_board->applyScene(1);
    QCOMPARE(m_board->activeScene(), 1);
    m_board->applyScene(7);
    m_board->applyScene(0);
    QCOMPARE(m_board->activeScene(), 0);
    m_board->setOverride(on("a")); // The same value, but by hand.
    QCOMPARE(m_board->activeScene(), -1);
    QCOMPARE(active.size(), 3);
}

void FlagBoardTest::aRenamedSceneStaysActive()
{
    const auto parse = [](const char *json) { return *parseScenes(json); };
    m_board->setScenes(parse(R"({"scenes":[{"name":"one","flags":{"a":{"value":true}}}]})"));
    m_board->applyScene(0);
    QSignalSpy active(m_board.get(), &FlagBoard::activeSceneChanged),
        wanted(m_board.get(), &FlagBoard::orderWanted);
    m_board->setScenes(parse(R"({"scenes":[{"name":"two","flags":{"a":{"value":true}}}]})"));
    QCOMPARE(m_board->activeScene(), 0);
    QCOMPARE(active.size(), 0);
    QCOMPARE(m_board->find("a")->override->scene, std::string("two"));
    QCOMPARE(wanted.size(), 1);
    // One that is not on needs nothing; one that changed besides is another scene.
    m_board->setScenes(
        parse(R"({"scenes":[{"name":"two","flags":{"a":{"value":true}}},{"name":"x","flags":{}}]})"));
    m_board->setScenes(
        parse(R"({"scenes":[{"name":"two","flags":{"a":{"value":true}}},{"name":"y","flags":{}}]})"));
    QCOMPARE(wanted.size(), 1);
    m_board->setScenes(parse(R"({"scenes":[{"name":"three","flags":{"a":{"value":false}}}]})"));
    QCOMPARE(m_board->activeScene(), -1);
    QCOMPARE(m_board->find("a")->override->scene, std::string("two"));
}

void FlagBoardTest::undoes()
{
    m_board->setOverride(on("a"));
    m_board->setOverride(on("b"));
    QSignalSpy removed(m_board.get(), &FlagBoard::removed);
    m_board->clearAll();
    QCOMPARE(removed.value(0).value(0), QVariant(2));
    QCOMPARE(m_board->overrideCount(), 0);
    m_board->undo();
    QCOMPARE(m_board->overrideCount(), 2);
    m_board->undo(); // Once.
    QCOMPARE(m_board->overrideCount(), 2);
}

void FlagBoardTest::asksForOtherScenes()
{
    m_board->setScenes({{"one", {}, {}}, {"two", {}, {}}});
    QSignalSpy saved(m_board.get(), &FlagBoard::sceneSaveWanted);
    QSignalSpy renamed(m_board.get(), &FlagBoard::sceneRenameWanted);
    QSignalSpy deleted(m_board.get(), &FlagBoard::sceneDeleteWanted);
    m_board->saveScene({"three", "why", {on("a")}});
    QCOMPARE(saved.value(0).value(0).value<FlagScene>().note, std::string("why"));
    m_board->renameScene(1, "zwei");
    QCOMPARE(renamed.value(0).value(0).value<std::string>(), std::string("two"));
    QCOMPARE(renamed.value(0).value(1).value<std::string>(), std::string("zwei"));
    m_board->deleteScene(0);
    QCOMPARE(deleted.value(0).value(0).value<std::string>(), std::string("one"));
    m_board->renameScene(2, "x");
    m_board->deleteScene(-1);
    QCOMPARE(renamed.size() + deleted.size(), 2);
    QCOMPARE(m_board->scenes().size(), std::size_t(2)); // What comes back decides.
}

QTEST_APPLESS_MAIN(FlagBoardTest)
#include "tst_flagboard.moc"
