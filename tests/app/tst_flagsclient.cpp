#include "tests/support/weirprocess.h"

using namespace Weir;
using namespace Weir::Testing;
using Json = nlohmann::json;

/// `weir flags list|set|clear`, run as a shell runs them, over a Weir that runs as one.
class TestFlagsClient : public QObject
{
    Q_OBJECT
private slots:
    void initTestCase();
    void sets_data();
    void sets();
    void lists();
    void clears();
    void tellsWhatWeirSays();

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
    row(QStringLiteral("off"), R"({"value":false})");
    row(QStringLiteral("v2-rerank"), R"({"value":"v2-rerank"})");
    row(QStringLiteral("v2 --payload {\"ttl\":600}"), R"({"value":"v2","payload":{"ttl":600}})");
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
    QCOMPARE(run({QStringLiteral("set"), QStringLiteral("a"), QStringLiteral("on"), QStringLiteral("--for"),
                     QStringLiteral("soon")},
                 2),
        QByteArray());
    QVERIFY2(m_errors.startsWith("weir: expires_in: Expected a duration"), m_errors.constData());
}

QTEST_GUILESS_MAIN(TestFlagsClient)
#include "tst_flagsclient.moc"
