#include "tests/support/weirprocess.h"

#include <QDir>
#include <QFile>

using namespace Weir;
using namespace Weir::Testing;
using Json = nlohmann::json;

/// `weir flags list|set|clear|scene`, run as a shell runs them, over a Weir that runs as one.
class TestFlagsClient : public QObject
{
    Q_OBJECT
private slots:
    void initTestCase();
    void sets_data();
    void sets();
    void lists();
    void printsWhatIsOdd_data();
    void printsWhatIsOdd();
    void clears();
    void tellsWhatWeirSays();
    void playsScenes();
    void tellsOfTheScenesFile();

private:
    QByteArray run(const QStringList &words, int expectedExit = 0);

    QTemporaryDir m_folder;
    WeirProcess m_weir{m_folder};
    QByteArray m_errors; ///< Of the last run.
};

void TestFlagsClient::initTestCase()
{
    QVERIFY2(m_weir.serve(), m_weir.process.readAllStandardError());
}

/// Standard output of `weir flags WORDS`.
QByteArray TestFlagsClient::run(const QStringList &words, int expectedExit)
{
    WeirProcess client(m_folder);
    const int exit = client.run(QStringList{QStringLiteral("flags")} + words
        + QStringList{QStringLiteral("--port"), QString::number(m_weir.port)});
    m_errors = client.process.readAllStandardError();
    if (exit != expectedExit)
        qWarning("exit %d: %s", exit, m_errors.constData());
    return exit == expectedExit ? client.process.readAllStandardOutput() : QByteArray("another exit code");
}

void TestFlagsClient::sets_data()
{
    QTest::addColumn<QStringList>("words");
    QTest::addColumn<QByteArray>("override"); // Members that it must have.
    const auto row = [](const QString &words, const char *override) {
        QTest::newRow(qPrintable(words)) << words.split(u' ') << QByteArray(override);
    };
    row(QStringLiteral("on"), R"({"value":true,"payload":null,"scope":null,"expires_at":null})");
    row(QStringLiteral("true"), R"({"value":true})");
    row(QStringLiteral("True"), R"({"value":true})");
    row(QStringLiteral("OFF"), R"({"value":false})");
    row(QStringLiteral("off"), R"({"value":false})");
    row(QStringLiteral("v2-rerank"), R"({"value":"v2-rerank"})");
    row(QStringLiteral("v2 --payload {\"ttl\":600}"), R"({"value":"v2","payload":{"ttl":600}})");
    row(QStringLiteral("on --pinned"), R"({"value":true,"pinned":true})");
    row(QStringLiteral("on --user ada"), R"({"scope":{"distinct_id":"ada","workspace_id":null}})");
    row(QStringLiteral("on --workspace w1 --user ada"),
        R"({"scope":{"distinct_id":"ada","workspace_id":"w1"}})");
}

void TestFlagsClient::sets()
{
    QFETCH(QStringList, words);
    QFETCH(QByteArray, override);
    (void)run(QStringList{QStringLiteral("set"), QStringLiteral("a b/c")} + words);
    const Json list = m_weir.get("/weir/flags");
    Json found;
    for (const Json &flag : list.at("flags")) {
        if (flag.at("key") == "a b/c")
            found = flag.at("override");
    }
    const Json expected = Json::parse(override.toStdString());
    for (const auto &[member, value] : expected.items())
        QVERIFY2(found.value(member, Json("absent")) == value, found.dump().c_str());
}

void TestFlagsClient::lists()
{
    (void)run({QStringLiteral("clear"), QStringLiteral("--all")});
    const QByteArray line = run({QStringLiteral("set"), QStringLiteral("agent_debugger_ui"),
        QStringLiteral("on"), QStringLiteral("--for"), QStringLiteral("45m")});
    QVERIFY2(line.startsWith("agent_debugger_ui  "), line.constData());
    QVERIFY2(line.contains("override true, until 2"), line.constData());
    const QByteArray human = run({QStringLiteral("list")});
    QVERIFY2(human.contains("\nenable_guardrails_tracing"), human.constData());
    QVERIFY2(human.contains(line), human.constData());
    const QByteArray json = run({QStringLiteral("list"), QStringLiteral("--format"), QStringLiteral("json")});
    QCOMPARE(json.count('\n'), qsizetype(1));
    QVERIFY(Json::parse(json.toStdString()).at("flags").is_array());
}

void TestFlagsClient::printsWhatIsOdd_data()
{
    QTest::addColumn<QByteArray>("key"); // As it stands in a URL.
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<QByteArray>("line"); // That is listed.
    QTest::newRow("number beyond every double")
        << QByteArray("odd") << QByteArray(R"({"value":"v1","payload":{"a":1e400}})")
        << QByteArray("odd                               v1            override v1, set\n");
    QTest::newRow("half a surrogate pair")
        << QByteArray("odd") << QByteArray(R"({"value":true,"payload":"\ud800"})")
        << QByteArray("odd                               true          override true, set\n");
    QTest::newRow("escape sequences")
        << QByteArray("odd") << QByteArray(R"({"value":"v\u001b[31m\n\u009b"})")
        << QByteArray("odd                               v?[31m??     override v?[31m??, set\n");
}

/// Values and payloads are what anyone wrote: they neither end the command nor drive the terminal.
void TestFlagsClient::printsWhatIsOdd()
{
    QFETCH(QByteArray, key);
    QFETCH(QByteArray, body);
    QFETCH(QByteArray, line);
    (void)run({QStringLiteral("clear"), QStringLiteral("--all")});
    const auto set = m_weir.connect()->exchange(
        {"PUT", ("/weir/flags/" + key + "/override").toStdString(), {}, body.toStdString()});
    QVERIFY(set && set->status == 200);
    const QByteArray list = run({QStringLiteral("list")});
    QVERIFY2(list.contains(line), list.constData());
    (void)run({QStringLiteral("clear"), QStringLiteral("--all")});
}

void TestFlagsClient::clears()
{
    (void)run({QStringLiteral("clear"), QStringLiteral("--all")});
    for (const char *key : {"a", "b", "c"})
        (void)run({QStringLiteral("set"), QString::fromLatin1(key), QStringLiteral("on")});
    QCOMPARE(run({QStringLiteral("clear"), QStringLiteral("a"), QStringLiteral("x")}),
        QByteArray("1 override removed\n"));
    QCOMPARE(run({QStringLiteral("clear"), QStringLiteral("--all")}), QByteArray("2 overrides removed\n"));
}

void TestFlagsClient::tellsWhatWeirSays()
{
    QCOMPARE(run({QStringLiteral("set"), QStringLiteral("a\nb"), QStringLiteral("on")}, 2), QByteArray());
    QVERIFY2(m_errors.startsWith("weir: flag: Expected a key without line ends"), m_errors.constData());
}

void TestFlagsClient::playsScenes()
{
    (void)run({QStringLiteral("clear"), QStringLiteral("--all")});
    QDir(m_folder.path()).mkpath(QStringLiteral("config/weir"));
    QFile file(m_folder.filePath(QStringLiteral("config/weir/scenes.json")));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(R"({"scenes":[{"name":"The demo","note":"For Friday","flags":{
        "track_model_costs":{"value":true},
        "versioned_rag_tracking":{"value":"v9","payload":{"k":1},"scope":{"distinct_id":"ada"}}}},
        {"name":"costs","flags":{"track_model_costs":{"value":false}}}]})");
    file.close();
    const auto scene = [this](const char *verb, const char *name) {
        return run({QStringLiteral("scene"), QString::fromLatin1(verb), QString::fromLatin1(name)});
    };
    QCOMPARE(run({QStringLiteral("scene"), QStringLiteral("list")}),
        QByteArray("The demo                          2 flags  For Friday\n"
                   "costs                             1 flag\n"));
    const QByteArray rehearsed = scene("rehearse", "The demo");
    QCOMPARE(rehearsed,
        QByteArray("track_model_costs                 upstream -> true\n"
                   "versioned_rag_tracking            upstream -> v9 (distinct_id ada)\n"
                   "    The variant v9 is not known upstream\n"));
    QVERIFY(
        run({QStringLiteral("list")}).contains("track_model_costs                 -             upstream"));
    QCOMPARE(scene("apply", "The demo"), rehearsed);
    QVERIFY(run({QStringLiteral("list")}).contains("override v9, distinct_id ada, set"));
    QCOMPARE(scene("apply", "costs"),
        QByteArray("track_model_costs                 true -> false\n"
                   "versioned_rag_tracking            v9 (distinct_id ada) -> upstream\n"));
    QCOMPARE(scene("rehearse", "costs"), QByteArray("track_model_costs                 false, as it is\n"));
    QCOMPARE(scene("remove", "The demo"), QByteArray("0 overrides removed\n"));
    QCOMPARE(scene("remove", "costs"), QByteArray("1 override removed\n"));
}

void TestFlagsClient::tellsOfTheScenesFile()
{
    const QString path = m_folder.filePath(QStringLiteral("broken.json"));
    QFile file(path);
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(R"({"scenes":[{"name":"one","flags":{"a":{"value":7}}}]})");
    file.close();
    const QStringList where{QStringLiteral("--scenes"), path};
    QCOMPARE(run(QStringList{QStringLiteral("scene"), QStringLiteral("list")} + where, 2), QByteArray());
    QCOMPARE(m_errors,
        "weir: " + path.toUtf8()
            + " › scenes[0] › flags › a › value: Expected true, false or the key of a variant\n");
    QCOMPARE(
        run({QStringLiteral("scene"), QStringLiteral("apply"), QStringLiteral("three")}, 2), QByteArray());
    QVERIFY2(m_errors.endsWith("There is no scene \"three\", only The demo, costs\n"), m_errors.constData());
}

QTEST_GUILESS_MAIN(TestFlagsClient)
#include "tst_flagsclient.moc"
