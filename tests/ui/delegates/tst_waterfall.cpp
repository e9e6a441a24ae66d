#include "ui/delegates/waterfall.h"

#include <QTest>

#include <cmath>

using namespace Weir;

namespace {

constexpr UtcTime begin = fromMs(1'000'000);

UtcTime after(int ms)
{
    return begin + std::chrono::milliseconds(ms);
}

EventRow eventAt(int endMs, std::optional<double> durationMs, Notices notices = 0)
{
    EventRow event;
    event.timestamp = after(endMs);
    event.durationMs = durationMs;
    event.notices = notices;
    return event;
}

Lane laneOf(int endMs, const std::vector<std::pair<int, int>> &marks, Family family = Family::Tool)
{
    Lane lane;
    lane.start = begin;
    lane.end = after(endMs);
    for (const auto &[from, to] : marks)
        lane.marks.push_back({after(from), after(to), family, false});
    return lane;
}

} // namespace

class TestWaterfall : public QObject
{
    Q_OBJECT
private slots:
    void bars_data();
    void bars();
    void labels_data();
    void labels();
    void scale_data();
    void scale();
    void laneHasBlocksAndTicks();
    void laneDrawsTroubleLast();
    void denseLaneHasOneColumnAPixel();
};

// The cell is 212 px wide with 6 px on both sides, so that a trace of 2 s has 0.1 px a ms.
void TestWaterfall::bars_data()
{
    QTest::addColumn<int>("endMs");
    QTest::addColumn<double>("durationMs"); // Below 0: none.
    QTest::addColumn<int>("notices");
    QTest::addColumn<QRect>("bar");
    QTest::addColumn<int>("capLeft"); // -1: none.
    QTest::addColumn<int>("border");
    QTest::addColumn<bool>("clipped");
    const int solid = int(WaterfallBar::Border::Solid);
    QTest::newRow("point") << 1000 << -1.0 << 0 << QRect(102, 8, 8, 8) << -1 << solid << false;
    QTest::newRow("zero is a point") << 1000 << 0.0 << 0 << QRect(102, 8, 8, 8) << -1 << solid << false;
    QTest::newRow("point at the start") << 0 << -1.0 << 0 << QRect(2, 8, 8, 8) << -1 << solid << false;
    QTest::newRow("bar") << 1500 << 500.0 << 0 << QRect(106, 7, 50, 10) << 154 << solid << false;
    QTest::newRow("whole trace") << 2000 << 2000.0 << 0 << QRect(6, 7, 200, 10) << 204 << solid << false;
    QTest::newRow("shorter than 3 px") << 1000 << 5.0 << 0 << QRect(103, 7, 3, 10) << 104 << solid << false;
    QTest::newRow("sent as text") << 1500 << 500.0 << int(Notice::DurationAsText) << QRect(106, 7, 50, 10)
                                  << 154 << int(WaterfallBar::Border::Dashed) << false;
    QTest::newRow("clock corrected") << 1500 << 500.0 << int(Notice::ClockSkew) << QRect(106, 7, 50, 10)
                                     << 154 << int(WaterfallBar::Border::Dotted) << false;
    QTest::newRow("text wins over clock")
        << 1500 << 500.0 << int(static_cast<Notices>(Notice::ClockSkew) | Notice::DurationAsText)
        << QRect(106, 7, 50, 10) << 154 << int(WaterfallBar::Border::Dashed) << false;
    QTest::newRow("starts before the trace")
        << 500 << 900.0 << 0 << QRect(6, 7, 50, 10) << 54 << solid << true;
    QTest::newRow("after the trace: at its edge")
        << 90000 << -1.0 << 0 << QRect(208, 8, 8, 8) << -1 << solid << false;
}

void TestWaterfall::bars()
{
    QFETCH(int, endMs);
    QFETCH(double, durationMs);
    QFETCH(int, notices);
    WaterfallMetrics metrics;
    metrics.width = 212;
    const auto duration = durationMs < 0 ? std::nullopt : std::optional(durationMs);
    const WaterfallBar drawn = waterfallBar(
        eventAt(endMs, duration, static_cast<Notices>(notices)), TimeScale(begin, after(2000)), metrics, 0);
    QTEST(drawn.bar, "bar");
    QTEST(drawn.cap.isEmpty() ? -1 : drawn.cap.left(), "capLeft");
    QTEST(int(drawn.border), "border");
    QTEST(drawn.clipped, "clipped");
    QCOMPARE(drawn.labelSide, WaterfallBar::LabelSide::None);
    if (!drawn.cap.isEmpty())
        QCOMPARE(drawn.cap.height(), drawn.bar.height() + 4);
}

void TestWaterfall::labels_data()
{
    QTest::addColumn<int>("endMs");
    QTest::addColumn<double>("durationMs");
    QTest::addColumn<int>("labelWidth");
    QTest::addColumn<int>("side");
    QTest::addColumn<int>("left");
    using Side = WaterfallBar::LabelSide;
    QTest::newRow("inside a wide bar") << 1500 << 1000.0 << 40 << int(Side::Inside) << 62;
    QTest::newRow("right of a narrow one") << 1000 << 500.0 << 40 << int(Side::Right) << 112;
    QTest::newRow("wide, but not for this label") << 1000 << 800.0 << 75 << int(Side::Right) << 112;
    QTest::newRow("left when the right is full") << 2000 << 500.0 << 40 << int(Side::Left) << 110;
    QTest::newRow("right of a point") << 1000 << -1.0 << 40 << int(Side::Right) << 116;
    QTest::newRow("left of a late point") << 2000 << -1.0 << 40 << int(Side::Left) << 156;
    QTest::newRow("nowhere") << 1000 << 600.0 << 150 << int(Side::None) << 0;
}

void TestWaterfall::labels()
{
    QFETCH(int, endMs);
    QFETCH(double, durationMs);
    QFETCH(int, labelWidth);
    WaterfallMetrics metrics;
    metrics.width = 212;
    const auto duration = durationMs < 0 ? std::nullopt : std::optional(durationMs);
    const WaterfallBar drawn
        = waterfallBar(eventAt(endMs, duration), TimeScale(begin, after(2000)), metrics, labelWidth);
    QTEST(int(drawn.labelSide), "side");
    QTEST(drawn.label.left(), "left");
    if (drawn.labelSide != WaterfallBar::LabelSide::None)
        QVERIFY(drawn.label.left() >= 0 && drawn.label.right() < metrics.width);
}

void TestWaterfall::scale_data()
{
    QTest::addColumn<Lane>("lane");
    QTest::addColumn<int>("gaps");
    QTest::addColumn<int>("atMs");
    QTest::addColumn<int>("x"); // Of 224 pixels.
    QTest::newRow("empty trace") << laneOf(0, {}) << 0 << 0 << 0;
    QTest::newRow("no gap") << laneOf(10000, {{0, 5000}, {5000, 10000}}) << 0 << 5000 << 112;
    QTest::newRow("long, but a small part")
        << laneOf(100000, {{0, 50000}, {60000, 100000}}) << 0 << 50000 << 112;
    QTest::newRow("short, though most of it") << laneOf(5000, {{0, 100}, {4900, 5000}}) << 0 << 2500 << 112;
    // 2 s of work and 98 s of waiting: the work gets 200 px, the gap 24.
    QTest::newRow("before a break") << laneOf(100000, {{0, 1000}, {99000, 100000}}) << 1 << 1000 << 100;
    QTest::newRow("in a break") << laneOf(100000, {{0, 1000}, {99000, 100000}}) << 1 << 50000 << 112;
    QTest::newRow("after a break") << laneOf(100000, {{0, 1000}, {99000, 100000}}) << 1 << 99000 << 124;
    QTest::newRow("end after a break") << laneOf(100000, {{0, 1000}, {99000, 100000}}) << 1 << 100000 << 224;
    Lane withFlow = laneOf(100000, {{0, 1000}, {99000, 100000}});
    withFlow.marks.insert(withFlow.marks.begin(), {begin, after(100000), Family::Flow, false});
    QTest::newRow("the flow's bar hides no gap") << withFlow << 1 << 99000 << 124;
}

void TestWaterfall::scale()
{
    QFETCH(Lane, lane);
    QFETCH(int, atMs);
    const TimeScale scale = TimeScale::compressed(lane);
    QTEST(int(scale.gaps().size()), "gaps");
    QTEST(int(std::lround(scale.x(after(atMs), 224))), "x");
}

void TestWaterfall::laneHasBlocksAndTicks()
{
    Lane lane = laneOf(2000, {{0, 500}, {1000, 1000}});
    lane.marks.push_back({begin, after(2000), Family::Flow, false});
    WaterfallMetrics metrics;
    metrics.width = 212;
    const auto blocks = laneBlocks(lane, TimeScale(begin, after(2000)), metrics);
    QCOMPARE(blocks.size(), std::size_t(2)); // The flow is the envelope.
    QCOMPARE(blocks[0].rect, QRect(6, 9, 49, 6));
    QCOMPARE(blocks[1].rect, QRect(105, 6, 3, 12));
    QCOMPARE(laneEnvelope(metrics), QRect(6, 11, 200, 2));
}

void TestWaterfall::laneDrawsTroubleLast()
{
    Lane lane = laneOf(2000, {{0, 500}, {600, 600}, {800, 1000}});
    lane.marks[0].trouble = true;
    lane.marks[1].family = Family::Guardrail;
    const auto blocks = laneBlocks(lane, TimeScale(begin, after(2000)), WaterfallMetrics());
    QCOMPARE(blocks.size(), std::size_t(3));
    QVERIFY(!blocks[0].trouble);
    QVERIFY(blocks[1].trouble && blocks[2].trouble);
}

void TestWaterfall::denseLaneHasOneColumnAPixel()
{
    Lane lane;
    lane.start = begin;
    lane.end = after(2000);
    for (int i = 0; i < 1000; ++i)
        lane.marks.push_back(
            {after(2 * i), after(2 * i + 1), i % 3 == 0 ? Family::Agent : Family::Tool, false});
    lane.marks.push_back({after(1500), after(1500), Family::Error, true});
    WaterfallMetrics metrics;
    metrics.width = 212;
    const auto blocks = laneBlocks(lane, TimeScale(begin, after(2000)), metrics);
    QVERIFY(blocks.size() <= 202);
    QCOMPARE(blocks.back().family, Family::Error);
    QCOMPARE(blocks.back().rect.width(), 3);
    QVERIFY(std::all_of(blocks.begin(), blocks.end() - 1,
        [](const LaneBlock &block) { return block.rect.width() == 1 && block.family == Family::Tool; }));
}

QTEST_APPLESS_MAIN(TestWaterfall)
#include "tst_waterfall.moc"
