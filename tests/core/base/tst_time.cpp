#include "core/base/time.h"

#include <QTest>

using namespace Weir;

class TimeTest : public QObject
{
    Q_OBJECT
private slots:
    void parse_data();
    void parse();
    void rfc3339_data();
    void rfc3339();
    void roundTrip();
    void parseUsual();
};

void TimeTest::parse_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QByteArray>("expected"); // Empty: not a time.
    const auto row = [](const char *text, const char *expected) {
        QTest::newRow(*text ? text : "empty") << QByteArray(text) << QByteArray(expected);
    };

    row("2026-11-23T09:06:39.661Z", "2026-11-23T09:06:39.661Z");
    row("2026-11-23T09:06:39Z", "2026-11-23T09:06:39.000Z");
    row("2026-11-23T09:06:39.6Z", "2026-11-23T09:06:39.600Z");
    row("2026-11-23T09:06:39.66Z", "2026-11-23T09:06:39.660Z");
    row("2026-11-23T09:06:39.661999Z", "2026-11-23T09:06:39.661Z");
    row("2026-11-23T09:06:39.123456789012Z", "2026-11-23T09:06:39.123Z");
    row("2026-11-23t09:06:39z", "2026-11-23T09:06:39.000Z");
    row("2026-11-23T09:06Z", "2026-11-23T09:06:00.000Z");
    row("  2026-11-23T09:06:39Z\n", "2026-11-23T09:06:39.000Z");
    row("2016-12-31T23:59:60Z", "2017-01-01T00:00:00.000Z");
    row("0000-01-01T00:00:00Z", "0000-01-01T00:00:00.000Z");
    row("9999-12-31T23:59:59.999Z", "9999-12-31T23:59:59.999Z");
    row("1969-12-31T23:59:59.999Z", "1969-12-31T23:59:59.999Z");
    row("2024-02-29T00:00:00Z", "2024-02-29T00:00:00.000Z");

    row("2026-11-23T09:06:39+01:00", "2026-11-23T08:06:39.000Z");
    row("2026-11-23T09:06:39.5-0330", "2026-11-23T12:36:39.500Z");
    row("2026-11-23T09:06:39+03", "2026-11-23T06:06:39.000Z");
    row("2026-11-23 09:06:39+03", "2026-11-23T06:06:39.000Z");
    row("2026-11-23 09:06:39 +0300", "2026-11-23T06:06:39.000Z");
    row("2026-01-01T00:30:00+01:00", "2025-12-31T23:30:00.000Z");
    row("2026-11-23 09:06:39 UTC", "2026-11-23T09:06:39.000Z");
    row("2026-11-23 09:06:39.25", "2026-11-23T09:06:39.250Z");
    row("2026-11-23T09:06:39", "2026-11-23T09:06:39.000Z");
    row("2026-11-23", "2026-11-23T00:00:00.000Z");
    row("2026/11/23", "2026-11-23T00:00:00.000Z");
    row("2026/11/23 09:06:39", "2026-11-23T09:06:39.000Z");
    row("11/23/2026 9:06", "2026-11-23T09:06:00.000Z");
    row("2026-1-2", "2026-01-02T00:00:00.000Z");

    row("Mon, 23 Nov 2026 09:06:39 +0000", "2026-11-23T09:06:39.000Z");
    row("Mon, 23 Nov 2026 09:06:39 GMT", "2026-11-23T09:06:39.000Z");
    row("23 Nov 2026 09:06 -0800", "2026-11-23T17:06:00.000Z");
    row("3 nov 2026 09:06:39 EST", "2026-11-03T14:06:39.000Z");

    row("1795424799", "2026-11-23T09:06:39.000Z");
    row("1795424799661", "2026-11-23T09:06:39.661Z");
    row("1795424799661123", "2026-11-23T09:06:39.661Z");
    row("1795424799661123456", "2026-11-23T09:06:39.661Z");

    for (const char *nonsense : {"", " ", "now", "2026", "12345", "99999999999999999999999",
             "2026-13-01T00:00:00Z", "2026-02-29", "2026-11-23T24:00:00Z", "2026-11-23T09:60:00Z",
             "2026-11-23T09:06:61Z", "2026-11-23T09:06:39.Z", "2026-11-23T09:06:39.66xZ",
             "2026-11-23T09:06:39Zjunk", "2026-11-23Tnoon", "2026-11-23T09:06:39 CEST",
             "2026-11-23T09:06:39+1", "2026-11-23T09:06:39+25:00", "20x6-11-23T09:06:39Z", "2026-11/23",
             "23/11/2026", "Mon 23 Nov 2026 09:06:39 GMT", "23 Foo 2026 09:06:39 GMT", "-2026-11-23",
             "2026-11-23T09:06:39.661Z2026-11-23T09:06:39.661Z2026-11-23T09:06:39.661Z"})
        row(nonsense, "");
}

void TimeTest::parse()
{
    QFETCH(QByteArray, text);
    QFETCH(QByteArray, expected);
    const std::optional<UtcTime> time = parseTime(text.toStdString());
    QCOMPARE(QByteArray::fromStdString(time ? toRfc3339(*time) : std::string()), expected);
}

void TimeTest::rfc3339_data()
{
    QTest::addColumn<qint64>("ms");
    QTest::addColumn<QByteArray>("expected");
    QTest::newRow("epoch") << qint64(0) << QByteArray("1970-01-01T00:00:00.000Z");
    QTest::newRow("before the epoch") << qint64(-1) << QByteArray("1969-12-31T23:59:59.999Z");
    QTest::newRow("now-ish") << qint64(1795424799661) << QByteArray("2026-11-23T09:06:39.661Z");
}

void TimeTest::rfc3339()
{
    QFETCH(qint64, ms);
    QFETCH(QByteArray, expected);
    QCOMPARE(QByteArray::fromStdString(toRfc3339(fromMs(ms))), expected);
    QCOMPARE(toMs(fromMs(ms)), std::int64_t(ms));
}

void TimeTest::roundTrip()
{
    // Every 41 h and a bit through four centuries: all leap rules, all months.
    for (std::int64_t ms = -6'000'000'000'000; ms < 7'000'000'000'000; ms += 147'912'345) {
        const std::optional<UtcTime> time = parseTime(toRfc3339(fromMs(ms)));
        QVERIFY(time);
        QCOMPARE(toMs(*time), ms);
    }
}

void TimeTest::parseUsual()
{
    const std::string text = "2026-11-23T09:06:39.661Z";
    std::int64_t sum = 0;
    QBENCHMARK
    {
        for (int i = 0; i < 1000; ++i)
            sum += toMs(*parseTime(text));
    }
    QVERIFY(sum > 0);
}

QTEST_APPLESS_MAIN(TimeTest)
#include "tst_time.moc"
