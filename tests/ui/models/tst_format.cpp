#include "ui/models/format.h"

#include <QTest>

using namespace Qt::StringLiterals;
using namespace Weir;

class TstFormat : public QObject
{
    Q_OBJECT
private slots:
    void texts_data()
    {
        QTest::addColumn<QString>("actual");
        QTest::addColumn<QString>("expected");
        const auto row = [](const char *name, const QString &actual, const QString &expected) {
            QTest::newRow(name) << actual << expected;
        };
        row("count", formatCount(12480), u"12,480"_s);
        row("count, small", formatCount(7), u"7"_s);
        row("count, millions", formatCount(10'000'000), u"10,000,000"_s);
        row("counted, one", counted(1, u"event"_s), u"1 event"_s);
        row("counted, many", counted(1400, u"event"_s), u"1,400 events"_s);
        row("duration, zero", formatDuration(0), u"0 ms"_s);
        row("duration, part of a ms", formatDuration(0.42), u"0.4 ms"_s);
        row("duration, ms", formatDuration(840), u"840 ms"_s);
        row("duration, ms rounds up to a second", formatDuration(999.7), u"1.00 s"_s);
        row("duration, seconds", formatDuration(4820), u"4.82 s"_s);
        row("duration, seconds with a zero", formatDuration(1700), u"1.70 s"_s);
        row("duration, ten seconds", formatDuration(12340), u"12.34 s"_s);
        row("duration, a minute", formatDuration(60000), u"1 min"_s);
        row("duration, minutes", formatDuration(125'000), u"2 min 5 s"_s);
        row("duration, negative", formatDuration(-5), u"0 ms"_s);
        row("duration, spoken", spokenDuration(4820), u"4.82 seconds"_s);
        row("duration, spoken without zeros", spokenDuration(1700), u"1.7 seconds"_s);
        row("bytes", formatBytes(512), u"512 B"_s);
        row("kilobytes", formatBytes(18'200), u"18.2 KB"_s);
        row("a tenth of a megabyte", formatBytes(98'304), u"0.1 MB"_s);
        row("megabytes", formatBytes(212'300'000), u"212 MB"_s);
        row("gigabytes", formatBytes(1'400'000'000), u"1.4 GB"_s);
        row("trace id, hexadecimal", shortTraceId("7f3a9c21d07f3a9c21d07f3a9c21d07f"), u"7f3a9c"_s);
        row("trace id, short", shortTraceId("run-17"), u"run-17"_s);
        row("trace id, opaque", shortTraceId("tr_7f3a9c21d0aa"), u"tr_7f3a9c…"_s);
        row("secret", maskedSecret(u"Bearer abcdef"_s), u"Bearer…"_s);
        row("clock", formatClock(fromMs(1'700'000'000'052)).right(4), u".052"_s);
    }
    void texts()
    {
        QFETCH(QString, actual);
        QFETCH(QString, expected);
        QCOMPARE(actual, expected);
    }
};

QTEST_APPLESS_MAIN(TstFormat)
#include "tst_format.moc"
