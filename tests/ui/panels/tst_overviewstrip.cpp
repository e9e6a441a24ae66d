#include "ui/panels/overviewstrip.h"
#include "ui/theme/theme.h"

#include <QImage>
#include <QSignalSpy>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace Weir;

namespace {

using Time = std::optional<UtcTime>;

constexpr int stripWidth = 624, stripHeight = 46, margin = 12; // 600 px of chart: 6 a bucket.
constexpr int buckets = 100, pitch = 6;
const UtcTime start = fromMs(1'795'000'000'000);

/// A hundred buckets of a second, ten events each.
Histogram sampleHistogram()
{
    Histogram histogram;
    histogram.from = start;
    histogram.width = 1s;
    histogram.buckets.assign(buckets, {10, 0, 0});
    histogram.buckets[40] = {10, 4, 0};
    histogram.buckets[60] = {10, 0, 5};
    histogram.buckets[80] = {10, 3, 3};
    histogram.buckets[90] = {0, 0, 0};
    return histogram;
}

QPoint middleOf(int bucket)
{
    return {margin + bucket * pitch + pitch / 2, stripHeight / 2};
}

UtcTime edge(int bucket)
{
    return start + std::chrono::seconds(bucket);
}

} // namespace

class TstOverviewStrip : public QObject
{
    Q_OBJECT
private slots:
    void initTestCase()
    {
        m_theme.setChoice(SchemeChoice::Dark);
        m_theme.install();
    }
    void init()
    {
        m_strip = std::make_unique<OverviewStrip>();
        m_strip->resize(stripWidth, stripHeight);
        m_strip->setHistogram(sampleHistogram());
        m_strip->show();
        m_brushes = std::make_unique<QSignalSpy>(m_strip.get(), &OverviewStrip::brushChanged);
    }
    void cleanup()
    {
        m_brushes.reset();
        m_strip.reset();
    }

    void paintsTrouble_data()
    {
        QTest::addColumn<int>("bucket");
        QTest::addColumn<int>("red"); // Pixels of 24.
        QTest::addColumn<int>("amber");
        QTest::addColumn<int>("grey");
        QTest::newRow("nothing but events") << 20 << 0 << 0 << 24;
        QTest::newRow("errors") << 40 << 10 << 0 << 14;
        QTest::newRow("warnings") << 60 << 0 << 12 << 12;
        QTest::newRow("both") << 80 << 7 << 7 << 10;
        QTest::newRow("no events") << 90 << 0 << 0 << 0;
    }
    void paintsTrouble()
    {
        QFETCH(int, bucket);
        const QImage image = m_strip->grab().toImage();
        const int x = middleOf(bucket).x() - 1;
        QHash<QRgb, int> pixels;
        for (int y = 6; y < 30; ++y)
            ++pixels[image.pixel(x, y)];
        QTEST(pixels.value(color(Token::Err).rgb()), "red");
        QTEST(pixels.value(color(Token::Warn).rgb()), "amber");
        QTEST(pixels.value(color(Token::Line3).rgb()), "grey");
    }

    void drags_data()
    {
        QTest::addColumn<QPoint>("from");
        QTest::addColumn<QPoint>("to");
        QTest::addColumn<Time>("since");
        QTest::addColumn<Time>("until"); // Open: up to now, and what comes.
        QTest::newRow("a part") << QPoint(margin + 20 * pitch, 20) << QPoint(margin + 50 * pitch, 20)
                                << Time(edge(20)) << Time(edge(50));
        QTest::newRow("backwards") << QPoint(margin + 50 * pitch, 20) << QPoint(margin + 20 * pitch, 20)
                                   << Time(edge(20)) << Time(edge(50));
        QTest::newRow("to the end") << QPoint(margin + 70 * pitch, 20) << QPoint(stripWidth + 40, 20)
                                    << Time(edge(70)) << Time();
        QTest::newRow("a sliver is one bucket")
            << QPoint(margin + 30 * pitch, 20) << QPoint(margin + 30 * pitch + 5, 20) << Time(edge(30))
            << Time(edge(31));
    }
    void drags()
    {
        QFETCH(QPoint, from);
        QFETCH(QPoint, to);
        drag(from, to);
        QCOMPARE(m_brushes->count(), 1);
        QTEST(m_brushes->at(0).at(0).value<Time>(), "since");
        QTEST(m_brushes->at(0).at(1).value<Time>(), "until");
    }

    void aClickClears()
    {
        QTest::mouseClick(m_strip.get(), Qt::LeftButton, {}, middleOf(10));
        QCOMPARE(m_brushes->count(), 0); // There is nothing to clear.
        m_strip->setBrush(edge(10), {});
        QTest::mouseClick(m_strip.get(), Qt::LeftButton, {}, middleOf(10));
        QCOMPARE(m_brushes->count(), 1);
        QCOMPARE(m_brushes->at(0).at(0).value<Time>(), Time());
    }

    void keys_data()
    {
        QTest::addColumn<Time>("since");
        QTest::addColumn<Time>("until");
        QTest::addColumn<int>("key");
        QTest::addColumn<bool>("shift");
        QTest::addColumn<Time>("newSince");
        QTest::addColumn<Time>("newUntil");
        const auto row = [](const char *name, Time since, Time until, int key, bool shift, Time newSince,
                             Time newUntil) {
            QTest::newRow(name) << since << until << key << shift << newSince << newUntil;
        };
        row("a new one is the last tenth", {}, {}, Qt::Key_Left, false, edge(90), {});
        row("moves left", edge(20), edge(30), Qt::Key_Left, false, edge(19), edge(29));
        row("moves right", edge(20), edge(30), Qt::Key_Right, false, edge(21), edge(31));
        row("its end only", edge(20), edge(30), Qt::Key_Right, true, edge(20), edge(31));
        row("not beyond the beginning", edge(0), edge(10), Qt::Key_Left, false, edge(0), edge(9));
        row("open at the end", edge(98), edge(99), Qt::Key_Right, true, edge(98), {});
        row("cleared", edge(20), edge(30), Qt::Key_Escape, false, {}, {});
    }
    void keys()
    {
        QFETCH(Time, since);
        QFETCH(Time, until);
        QFETCH(int, key);
        QFETCH(bool, shift);
        m_strip->setBrush(since, until);
        QTest::keyClick(m_strip.get(), Qt::Key(key), shift ? Qt::ShiftModifier : Qt::NoModifier);
        QCOMPARE(m_brushes->count(), 1);
        QTEST(m_brushes->at(0).at(0).value<Time>(), "newSince");
        QTEST(m_brushes->at(0).at(1).value<Time>(), "newUntil");
    }

    void saysWhatItShows()
    {
        QVERIFY(m_strip->accessibleName().endsWith(u"at most 10 in 1 second"_s));
        QCOMPARE(m_strip->wantedBuckets(), buckets);
        m_strip->setHistogram({});
        QCOMPARE(m_strip->accessibleName(), u"Events over time, none yet"_s);
        drag(middleOf(10), middleOf(20)); // No time to choose from.
        QCOMPARE(m_brushes->count(), 0);
    }

private:
    void drag(const QPoint &from, const QPoint &to)
    {
        QTest::mousePress(m_strip.get(), Qt::LeftButton, {}, from);
        QTest::mouseMove(m_strip.get(), to);
        QTest::mouseRelease(m_strip.get(), Qt::LeftButton, {}, to);
    }

    Theme m_theme;
    std::unique_ptr<OverviewStrip> m_strip;
    std::unique_ptr<QSignalSpy> m_brushes;
};

QTEST_MAIN(TstOverviewStrip)
#include "tst_overviewstrip.moc"
