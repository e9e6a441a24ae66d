#include "app/cli/flagcases.h"
#include "tests/support/weirprocess.h"

#include <QFile>

using namespace Weir;
using namespace Weir::Testing;
using Json = nlohmann::json;

/// `weir flags evaluate`: lines in, lines out.
class TestFlagCases : public QObject
{
    Q_OBJECT
private slots:
    void answers_data();
    void answers();
    void remembersDefinitions();
    void runs();
};

void TestFlagCases::answers_data()
{
    QTest::addColumn<QByteArray>("line");
    QTest::addColumn<QByteArray>("answer");
    QTest::addColumn<QByteArray>("problems");
    // One case a line, its answer on the next, what is told on standard error on the third.
    QFile file(QStringLiteral(WEIR_SOURCE_DIR "/tests/fixtures/flags/cases.txt"));
    QVERIFY(file.open(QIODevice::ReadOnly));
    QList<QByteArray> lines = file.readAll().split('\n');
    lines.removeIf([](const QByteArray &line) { return line.startsWith('#'); });
    for (qsizetype i = 0; i + 3 < lines.size(); i += 4) {
        QTest::newRow(lines[i].constData()) << lines[i + 1] << lines[i + 2] << lines[i + 3];
    }
}

void TestFlagCases::answers()
{
    QFETCH(QByteArray, line);
    QFETCH(QByteArray, answer);
    QFETCH(QByteArray, problems);
    FlagCases cases;
    const auto given = cases.answer(line.toStdString(), *parseTime("2026-03-31T12:00:00Z"));
    QCOMPARE(QByteArray::fromStdString(given.line), answer);
    std::string told;
    for (const Error &problem : given.problems)
        told += (told.empty() ? "" : "; ") + toText(problem);
    QCOMPARE(QByteArray::fromStdString(told), problems);
}

// 5 and 5.0 are the same number, but not the same text, and the text decides.
void TestFlagCases::remembersDefinitions()
{
    const auto line = [](const char *value) {
        return std::string(
                   R"({"id":1,"definitions":{"flags":[{"key":"f","filters":{"groups":[{"properties":[)"
                   R"({"key":"p","value":)")
            + value + R"(}]}]}}]},"distinct_id":"a","person_properties":{"p":5}})";
    };
    FlagCases cases;
    for (const auto &[value, expected] :
        {std::pair("5", "true"), std::pair("5", "true"), std::pair("5.0", "false"), std::pair("5", "true")}) {
        const auto answer = cases.answer(line(value), UtcTime());
        QCOMPARE(QByteArray::fromStdString(answer.line),
            QByteArray(R"({"id":1,"flags":{"f":)") + expected + R"(},"payloads":{},"inconclusive":[]})");
    }
}

void TestFlagCases::runs()
{
    const QTemporaryDir folder;
    WeirProcess weir(folder);
    weir.begin({QStringLiteral("flags"), QStringLiteral("evaluate")});
    const auto exchange = [&](const QByteArray &line) {
        weir.process.write(line + "\n");
        while (!weir.process.canReadLine()) {
            if (!weir.process.waitForReadyRead(20'000))
                return QByteArray("nothing");
        }
        return weir.process.readLine();
    };
    // Each result comes before the next case goes in.
    QCOMPARE(exchange(R"({"id":"a","definitions":{"flags":[]},"distinct_id":"x"})"),
        QByteArray("{\"id\":\"a\",\"flags\":{},\"payloads\":{},\"inconclusive\":[]}\n"));
    const QByteArray bad = exchange("nonsense");
    QVERIFY2(bad.startsWith("{\"id\":null,\"error\":"), bad);
    QCOMPARE(exchange(R"({"id":2,"definitions":{"flags":[{"key":"f","filters":{"groups":[{}]}}]}})"),
        QByteArray("{\"id\":2,\"flags\":{\"f\":true},\"payloads\":{},\"inconclusive\":[]}\n"));
    weir.process.closeWriteChannel();
    QVERIFY(weir.process.waitForFinished(20'000));
    QCOMPARE(weir.process.exitCode(), 0);
    const QByteArray told = weir.process.readAllStandardError();
    QVERIFY2(told.startsWith("weir: line 2: ") && told.count('\n') == 1, told);
}

QTEST_GUILESS_MAIN(TestFlagCases)
#include "tst_flagcases.moc"
