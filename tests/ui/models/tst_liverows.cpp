#include "ui/models/liverows.h"

#include <QTest>

#include <algorithm>
#include <map>
#include <random>
#include <set>

using namespace Weir;

namespace {

/// The same list, kept row by row: slow, and plain to see that it is right.
struct NaiveRows
{
    std::int64_t traces = 0;
    std::map<std::int64_t, std::vector<std::int64_t>> events; ///< By trace, in the order shown.
    std::set<std::int64_t> expanded;
    bool filtered = false;
    std::set<std::int64_t> listed, matching;

    std::vector<LiveRow> byTrace() const
    {
        std::vector<LiveRow> rows;
        for (std::int64_t trace = 1; trace <= traces; ++trace) {
            if (filtered && !listed.count(trace))
                continue;
            rows.push_back({LiveRow::Kind::Group, TraceRow(trace), {}, 0});
            if (!expanded.count(trace))
                continue;
            std::int64_t ordinal = 0;
            for (std::int64_t id : events.at(trace))
                rows.push_back({LiveRow::Kind::Event, TraceRow(trace), EventId(id), ordinal++});
        }
        return rows;
    }
};

std::vector<EventId> toIds(const std::vector<std::int64_t> &values)
{
    std::vector<EventId> ids;
    for (std::int64_t value : values)
        ids.push_back(EventId(value));
    return ids;
}

} // namespace

class TestLiveRows : public QObject
{
    Q_OBJECT
private slots:
    void ranges();
    void rangesByNumbers_data();
    void rangesByNumbers();
    void sparseIds();
    void sparseRetains();
    void randomAgainstNaive_data();
    void randomAgainstNaive();
    void tenMillionRowsCostNothing();
    void pruningKeepsWhatIsLeft();
    void anchorsHoldWhenRowsComeAbove();
    void filterKeepsOpenTracesOpen();
};

void TestLiveRows::ranges()
{
    IdRanges ranges;
    QCOMPARE(ranges.size(), std::int64_t(0));
    QCOMPARE(ranges.last(), std::int64_t(0));
    ranges.growTo(7, 5);
    QCOMPARE(ranges.size(), std::int64_t(3));
    QCOMPARE(ranges.at(0), std::int64_t(5));
    ranges.growTo(3);
    QCOMPARE(ranges.size(), std::int64_t(3));
}

void TestLiveRows::rangesByNumbers_data()
{
    QTest::addColumn<qint64>("id");
    QTest::addColumn<qint64>("lowerBound");
    QTest::addColumn<bool>("contained");
    QTest::newRow("below all") << qint64(-3) << qint64(0) << false;
    QTest::newRow("first") << qint64(1) << qint64(0) << true;
    QTest::newRow("end of a run") << qint64(4) << qint64(3) << true;
    QTest::newRow("in a gap") << qint64(7) << qint64(4) << false;
    QTest::newRow("start of a run") << qint64(10) << qint64(4) << true;
    QTest::newRow("large") << qint64(5000000000) << qint64(4999999994) << true;
    QTest::newRow("last") << qint64(6000000000) << qint64(5999999994) << true;
    QTest::newRow("above all") << qint64(6000000001) << qint64(5999999995) << false;
}

void TestLiveRows::rangesByNumbers()
{
    QFETCH(qint64, id);
    QFETCH(qint64, lowerBound);
    QFETCH(bool, contained);
    IdRanges ranges;
    ranges.assign({{1, 4}, {8, 7}, {10, 6000000000}});
    QCOMPARE(qint64(ranges.size()), qint64(4 + 5999999991));
    QCOMPARE(qint64(ranges.lowerBound(id)), lowerBound);
    QCOMPARE(ranges.contains(id), contained);
    if (contained)
        QCOMPARE(qint64(ranges.at(lowerBound)), id);
}

void TestLiveRows::sparseIds()
{
    std::mt19937 random(7);
    SparseIds ids;
    std::set<std::int64_t> naive;
    std::int64_t newest = 50000, oldest = 50000;
    for (int step = 0; step < 5000; ++step) {
        const unsigned kind = random() % 4;
        std::int64_t id = 1 + std::int64_t(random() % 100000);
        if (kind == 0)
            id = newest += 1 + std::int64_t(random() % 3);
        else if (kind == 1 && oldest > 10)
            id = oldest -= 1 + std::int64_t(random() % 3);
        QCOMPARE(ids.insert(id), naive.insert(id).second);
    }
    QCOMPARE(ids.size(), std::int64_t(naive.size()));
    std::int64_t index = 0;
    for (std::int64_t id : naive) {
        QCOMPARE(ids.at(index), id);
        QCOMPARE(ids.lowerBound(id), index);
        QVERIFY(ids.contains(id));
        QCOMPARE(ids.contains(id + 1), naive.count(id + 1) == 1);
        ++index;
    }
    QVERIFY(!ids.insert(0));
    QVERIFY(!ids.insert(std::int64_t(1) << 33));
}

void TestLiveRows::sparseRetains()
{
    SparseIds ids;
    for (std::int64_t id : {50, 40, 30, 60, 70, 10})
        ids.insert(id);
    IdRanges ranges;
    ranges.assign({{10, 10}, {35, 65}});
    ids.retain(ranges);
    QCOMPARE(ids.size(), std::int64_t(4));
    QCOMPARE(ids.at(0), std::int64_t(10));
    QCOMPARE(ids.at(1), std::int64_t(40));
    QCOMPARE(ids.at(3), std::int64_t(60));
}

void TestLiveRows::randomAgainstNaive_data()
{
    QTest::addColumn<unsigned>("seed");
    QTest::addColumn<bool>("filtered");
    for (unsigned seed = 1; seed <= 6; ++seed) {
        QTest::addRow("all, seed %u", seed) << seed << false;
        QTest::addRow("filtered, seed %u", seed) << seed << true;
    }
}

void TestLiveRows::randomAgainstNaive()
{
    QFETCH(unsigned, seed);
    QFETCH(bool, filtered);
    std::mt19937 random(seed);
    LiveRows rows;
    NaiveRows naive;
    std::int64_t newestEvent = 0;
    if (filtered) {
        rows.beginFilter();
        naive.filtered = true;
    }
    for (int step = 0; step < 400; ++step) {
        // Events come, most for the newest traces, some for any.
        const std::int64_t trace = naive.traces == 0 || random() % 3 == 0
            ? ++naive.traces
            : 1 + std::int64_t(random() % std::uint32_t(naive.traces));
        const std::int64_t id = ++newestEvent;
        auto &children = naive.events[trace];
        children.insert(children.begin() + std::ptrdiff_t(random() % (children.size() + 1)), id);
        rows.grow({naive.traces, naive.traces}, {newestEvent, newestEvent});
        if (rows.isExpanded(TraceRow(trace)))
            rows.setChildren(TraceRow(trace), toIds(children));
        if (filtered && random() % 2 == 0) {
            naive.listed.insert(trace);
            naive.matching.insert(id);
            rows.addMatch(EventId(id), TraceRow(trace));
        }
        const std::int64_t other = 1 + std::int64_t(random() % std::uint32_t(naive.traces));
        if (random() % 2 == 0) {
            naive.expanded.insert(other);
            rows.expand(TraceRow(other), std::int64_t(naive.events[other].size()));
            rows.setChildren(TraceRow(other), toIds(naive.events[other]));
        } else if (random() % 4 == 0) {
            naive.expanded.erase(other);
            rows.collapse(TraceRow(other));
        }
        if (step % 20 != 0 && step != 399)
            continue;
        const std::vector<LiveRow> expected = naive.byTrace();
        QCOMPARE(rows.count(), std::int64_t(expected.size()));
        for (std::size_t position = 0; position < expected.size(); ++position) {
            QCOMPARE(rows.at(std::int64_t(position)), expected[position]);
            QCOMPARE(rows.positionOf(expected[position]), std::int64_t(position));
        }
    }
    rows.setGrouping(LiveRows::Grouping::Flat);
    QCOMPARE(rows.count(), filtered ? std::int64_t(naive.matching.size()) : newestEvent);
    QCOMPARE(rows.at(rows.count()).kind, LiveRow::Kind::None);
    for (std::int64_t position = 0; position < rows.count(); ++position)
        QCOMPARE(rows.positionOf(rows.at(position)), position);
}

void TestLiveRows::tenMillionRowsCostNothing()
{
    LiveRows rows;
    rows.setRanges({{1, 1000000}}, {{1, 10000000}});
    for (std::int64_t trace = 10; trace <= 1000000; trace += 10)
        rows.expand(TraceRow(trace), 9);
    QCOMPARE(rows.count(), std::int64_t(1000000 + 100000 * 9));
    // Trace 500,000 is the 50,000th opened one: 49,999 × 9 rows stand above it.
    const LiveRow row{LiveRow::Kind::Group, TraceRow(500000), {}, 0};
    QCOMPARE(rows.positionOf(row), std::int64_t(499999 + 49999 * 9));
    QCOMPARE(rows.at(499999 + 49999 * 9), row);
    QBENCHMARK
    {
        for (std::int64_t position = 0; position < 60; ++position)
            QVERIFY(rows.at(900000 + position).kind != LiveRow::Kind::None);
    }
    rows.setGrouping(LiveRows::Grouping::Flat);
    QCOMPARE(rows.count(), std::int64_t(10000000));
    QCOMPARE(rows.at(9999999).event, EventId(10000000));
}

void TestLiveRows::pruningKeepsWhatIsLeft()
{
    LiveRows rows;
    rows.setRanges({{1, 100}}, {{1, 1000}});
    rows.expand(TraceRow(1), 2);
    rows.expand(TraceRow(20), 3);
    rows.expand(TraceRow(80), 4);
    rows.setChildren(TraceRow(80), toIds({801, 802, 803, 804}));
    rows.setRanges({{1, 1}, {51, 100}}, {{1, 10}, {501, 1000}});
    QCOMPARE(rows.count(), std::int64_t(51 + 2 + 4));
    QVERIFY(rows.isExpanded(TraceRow(1)));
    QVERIFY(!rows.isExpanded(TraceRow(20)));
    QCOMPARE(rows.at(1 + 2 + 29 + 1).trace, TraceRow(80));
    QCOMPARE(rows.at(1 + 2 + 29 + 2).event, EventId(802));
    rows.setRanges({}, {});
    QCOMPARE(rows.count(), std::int64_t(0));
    QVERIFY(!rows.isExpanded(TraceRow(80)));
}

void TestLiveRows::anchorsHoldWhenRowsComeAbove()
{
    LiveRows rows;
    rows.setRanges({{1, 10}}, {{1, 100}});
    rows.expand(TraceRow(3), 3);
    rows.setChildren(TraceRow(3), toIds({31, 32, 33}));
    rows.expand(TraceRow(2), 1);
    rows.setChildren(TraceRow(2), toIds({21}));
    const std::int64_t before = rows.positionOf({LiveRow::Kind::Event, TraceRow(3), EventId(32), 1});
    const LiveRow anchor = rows.at(before);
    // A late event in the group above, and one in the anchor's own group, before it.
    rows.setChildren(TraceRow(2), toIds({101, 21}));
    rows.setChildren(TraceRow(3), toIds({31, 102, 32, 33}));
    QCOMPARE(rows.positionOf(anchor), before + 2);
    QCOMPARE(rows.at(before + 2).event, EventId(32));
    // Its group closes: the group stands for it.
    rows.collapse(TraceRow(3));
    QCOMPARE(rows.at(rows.positionOf(anchor)), (LiveRow{LiveRow::Kind::Group, TraceRow(3), {}, 0}));
}

void TestLiveRows::filterKeepsOpenTracesOpen()
{
    LiveRows rows;
    rows.setRanges({{1, 1000}}, {{1, 10000}});
    rows.expand(TraceRow(500), 10);
    rows.expand(TraceRow(501), 7);
    rows.beginFilter();
    QCOMPARE(rows.count(), std::int64_t(0));
    rows.addMatch(EventId(9000), TraceRow(900));
    rows.addMatch(EventId(5000), TraceRow(500));
    rows.addMatch(EventId(4999), TraceRow(500));
    rows.addListedTrace(TraceRow(1));
    QCOMPARE(rows.count(), std::int64_t(3 + 10));
    QCOMPARE(rows.matchCount(), std::int64_t(3));
    QVERIFY(rows.matches(EventId(4999)));
    QVERIFY(!rows.matches(EventId(4998)));
    QCOMPARE(rows.at(0).trace, TraceRow(1));
    QCOMPARE(rows.at(12).trace, TraceRow(900));
    rows.endFilter();
    QCOMPARE(rows.count(), std::int64_t(1000 + 17));
    QVERIFY(rows.matches(EventId(4998)));
}

QTEST_APPLESS_MAIN(TestLiveRows)
#include "tst_liverows.moc"
