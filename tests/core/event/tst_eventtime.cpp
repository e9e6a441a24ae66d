#include "core/event/eventtime.h"

#include <QTest>

#include <limits>

using namespace Weir;

namespace {

const UtcTime received = *parseTime("2026-11-23T12:00:00.000Z");

} // namespace

class EventTimeTest : public QObject
{
    Q_OBJECT
private slots:
    void corrected_data();
    void corrected();
};

void EventTimeTest::corrected_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QByteArray>("sentAt"); // Empty: unknown.
    QTest::addColumn<double>("offset"); // NaN: none.
    QTest::addColumn<QByteArray>("flags"); // "ignore", "absolute"
    QTest::addColumn<QByteArray>("expected");
    QTest::addColumn<QByteArray>("client"); // Empty: none.
    QTest::addColumn<int>("notices");
    constexpr double none = std::numeric_limits<double>::quiet_NaN();
    constexpr int skew = static_cast<int>(Notice::ClockSkew), future = static_cast<int>(Notice::ClockFuture),
                  bad = static_cast<int>(Notice::BadTime);
    const auto row = [](const char *name, const char *text, const char *sentAt, double offset,
                         const char *flags, const char *expected, const char *client, int notices) {
        QTest::newRow(name) << QByteArray(text) << QByteArray(sentAt) << offset << QByteArray(flags)
                            << QByteArray(expected) << QByteArray(client) << notices;
    };
    const char *now = "2026-11-23T12:00:00.000Z";
    const char *before = "2026-11-23T11:59:58.000Z";

    row("no clock at all", "", "", none, "", now, "", 0);
    row("no timestamp, sent_at known", "", "2026-11-23T11:00:00Z", none, "", now, "", 0);
    row("no sent_at: as is", "2026-11-20T00:00:00Z", "", none, "", "2026-11-20T00:00:00.000Z",
        "2026-11-20T00:00:00.000Z", 0);
    row("same clock", before, now, none, "", before, before, 0);
    row("250 ms is the road, not the clock", before, "2026-11-23T11:59:59.750Z", none, "",
        "2026-11-23T11:59:58.250Z", before, 0);
    row("251 ms is skew", before, "2026-11-23T11:59:59.749Z", none, "", "2026-11-23T11:59:58.251Z", before,
        skew);
    row("clock an hour late", "2026-11-23T10:59:58Z", "2026-11-23T11:00:00Z", none, "", before,
        "2026-11-23T10:59:58.000Z", skew);
    row("clock three days early", "2026-11-26T11:59:58Z", "2026-11-26T12:00:00Z", none, "", before,
        "2026-11-26T11:59:58.000Z", skew);
    row("skew ignored on request", "2026-11-23T10:59:58Z", "2026-11-23T11:00:00Z", none, "ignore",
        "2026-11-23T10:59:58.000Z", "2026-11-23T10:59:58.000Z", 0);
    row("the caller's own time", "2026-02-03T04:05:06.789Z", "2026-11-23T11:00:00Z", none, "absolute",
        "2026-02-03T04:05:06.789Z", "2026-02-03T04:05:06.789Z", 0);

    row("offset", "", "", 2000, "", before, "", 0);
    row("offset beats timestamp and skew", "2020-01-01T00:00:00Z", "2026-11-23T11:00:00Z", 2000, "", before,
        "2020-01-01T00:00:00.000Z", 0);
    row("offset of a broken clock", "", "", -9e15, "", now, "", future);
    row("offset before the year 0", "", "", 9e17, "", "1970-01-01T00:00:00.000Z", "", 0);

    row("unreadable", "yesterday", "2026-11-23T11:00:00Z", none, "", now, "", bad);
    row("unreadable, offset", "yesterday", "", 2000, "", before, "", bad);
    row("23 h ahead", "2026-11-24T11:00:00Z", "", none, "", "2026-11-24T11:00:00.000Z",
        "2026-11-24T11:00:00.000Z", 0);
    row("over 23 h ahead", "2026-11-24T11:00:00.001Z", "", none, "", now, "2026-11-24T11:00:00.001Z", future);
    row("over 23 h ahead after correction", "2026-11-26T12:00:00Z", "2026-11-23T12:10:00Z", none, "", now,
        "2026-11-26T12:00:00.000Z", skew | future);
    row("a caller's own future", "2027-01-01T00:00:00Z", "", none, "absolute", "2027-01-01T00:00:00.000Z",
        "2027-01-01T00:00:00.000Z", future);
    row("pushed before the year 0", "0000-01-01T00:00:00Z", "2026-11-24T12:00:00Z", none, "",
        "1970-01-01T00:00:00.000Z", "0000-01-01T00:00:00.000Z", skew);
}

void EventTimeTest::corrected()
{
    QFETCH(QByteArray, text);
    QFETCH(QByteArray, sentAt);
    QFETCH(double, offset);
    QFETCH(QByteArray, flags);
    QFETCH(QByteArray, expected);
    QFETCH(QByteArray, client);
    QFETCH(int, notices);

    const std::string textBytes = text.toStdString();
    EventClocks clocks;
    clocks.timestamp = textBytes;
    clocks.sentAt = parseTime(sentAt.toStdString());
    if (offset == offset)
        clocks.offsetMs = offset;
    clocks.ignoreSentAt = flags == "ignore";
    clocks.absolute = flags == "absolute";
    const EventTime time = correctedTime(clocks, received);

    QCOMPARE(QByteArray::fromStdString(toRfc3339(time.timestamp)), expected);
    QCOMPARE(
        QByteArray::fromStdString(time.clientTime ? toRfc3339(*time.clientTime) : std::string()), client);
    QCOMPARE(int(time.notices), notices);
}

QTEST_APPLESS_MAIN(EventTimeTest)
#include "tst_eventtime.moc"
