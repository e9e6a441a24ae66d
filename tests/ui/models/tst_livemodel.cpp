#include "core/base/workerthread.h"
#include "core/store/eventreader.h"
#include "tests/core/store/samplerequest.h"
#include "ui/models/livemodel.h"

#include <QSignalSpy>
#include <QTest>

using namespace Weir;
using namespace Qt::StringLiterals;

namespace {

/// A LiveModel on a real session: writer on this thread, readers on theirs, as in the window.
struct Fixture
{
    Fixture()
        : rows(u"rows"_s)
        , searches(u"searches"_s)
        , writer({(folder.path() + u"/test.weir"_s).toStdString()})
    {
        EventReader *reader = rows.get(), *searcher = searches.get();
        QObject::connect(&writer.writer, &EventWriter::opened, reader, &EventReader::openSession);
        QObject::connect(&writer.writer, &EventWriter::opened, searcher, &EventReader::openSession);
        QObject::connect(reader, &EventReader::opened, &model, &LiveModel::openSession);
        QObject::connect(&writer.writer, &EventWriter::committed, &model, &LiveModel::addCommit);
        QObject::connect(&model, &LiveModel::summaryNeeded, reader, &EventReader::readSummary);
        QObject::connect(reader, &EventReader::summaryRead, &model, &LiveModel::setSummary);
        QObject::connect(&model, &LiveModel::windowNeeded, reader, &EventReader::readWindow);
        QObject::connect(reader, &EventReader::windowRead, &model, &LiveModel::setWindow);
        QObject::connect(&model, &LiveModel::searchNeeded, searcher, &EventReader::search);
        QObject::connect(&model, &LiveModel::tailNeeded, reader, &EventReader::search);
        QObject::connect(reader, &EventReader::searchReported, &model, &LiveModel::addSearchReport);
        QObject::connect(searcher, &EventReader::searchReported, &model, &LiveModel::addSearchReport);
        rows.start();
        searches.start();
        model.setVisible(0, 40);
    }
    ~Fixture()
    {
        rows.stop();
        searches.stop();
    }
    bool open()
    {
        QSignalSpy known(&model, &LiveModel::sessionChanged);
        writer.writer.open();
        return known.wait(5000);
    }
    /// A run of `count` tools and the flow_executed that spans it.
    bool addRun(const std::string &traceId, int count, const SampleEvent &like = {})
    {
        std::vector<SampleEvent> events;
        for (int index = 0; index < count; ++index) {
            SampleEvent event = like;
            event.traceId = traceId;
            event.at = like.at + 100 * (index + 1);
            event.durationMs = 40;
            events.push_back(event);
        }
        SampleEvent flow;
        flow.name = "flow_executed";
        flow.traceId = traceId;
        flow.flowId = "invoice-triage";
        flow.at = like.at + 100 * (count + 1);
        flow.durationMs = 100.0 * (count + 1);
        events.push_back(flow);
        return writer.store({sampleRequest(events)});
    }
    std::string nameAt(std::int64_t position) const
    {
        const LiveRow row = model.rows().at(position);
        if (row.kind == LiveRow::Kind::Group) {
            const TraceSummary *trace = model.summary(row.trace);
            return trace ? '[' + trace->name + ']' : std::string();
        }
        const EventRow *event = raw(row.event) != 0 ? model.event(row.event) : nullptr;
        return event ? event->name : std::string();
    }
    std::vector<std::string> names() const
    {
        std::vector<std::string> all;
        for (std::int64_t position = 0; position < model.rows().count(); ++position)
            all.push_back(nameAt(position));
        return all;
    }

    QTemporaryDir folder;
    LiveModel model;
    WorkerThread<EventReader> rows, searches;
    TestWriter writer;
};

using Names = std::vector<std::string>;

} // namespace

class TestLiveModel : public QObject
{
    Q_OBJECT
private slots:
    void newTracesArriveOpened();
    void newsDoesNotWaitForTheCounters();
    void storedTracesAreClosed();
    void lateEventsJoinWhereTheirTimeSays();
    void pauseHoldsTheView();
    void readingCountsWhatIsNew();
    void burstsArriveClosed();
    void filterByTraceKeepsWholeTraces();
    void filterFollowsWhatComes();
    void filterOfNothing();
    void flatListsEvents();
    void findsProblems();
    void commitsOvertakeTheSummary_data();
    void commitsOvertakeTheSummary();
    void anotherSessionIsSearchedAnew();
    void clearingEmptiesTheList();
    void untracedEventsHaveAGroup();
};

void TestLiveModel::newTracesArriveOpened()
{
    Fixture f;
    QVERIFY(f.open());
    QCOMPARE(f.model.rows().count(), std::int64_t(0));
    QVERIFY(f.addRun("aaaa", 2));
    QTRY_COMPARE(f.names(), (Names{"[invoice-triage]", "tool_used", "tool_used", "flow_executed"}));
    const TraceSummary *trace = f.model.summary(TraceRow(1));
    QVERIFY(trace && f.model.lane(TraceRow(1)));
    QCOMPARE(trace->events, std::int64_t(3));
    QCOMPARE(f.model.lane(TraceRow(1))->marks.size(), std::size_t(3));
    QCOMPARE(f.model.mode(), LiveModel::Mode::Following);
    QVERIFY(f.addRun("bbbb", 1));
    QTRY_COMPARE(f.model.rows().count(), std::int64_t(4 + 3));
    QTRY_COMPARE(f.names().back(), std::string("flow_executed"));
}

void TestLiveModel::newsDoesNotWaitForTheCounters()
{
    Fixture f;
    QVERIFY(f.open());
    QSignalSpy counters(&f.model, &LiveModel::summaryNeeded);
    QSignalSpy rows(&f.model, &LiveModel::rowsChanged);
    bool before = false;
    // A busy machine may delay the news until the counters are due as well, but not each time.
    for (int attempt = 0; !before && attempt < 10; ++attempt) {
        QVERIFY(f.addRun("first" + std::to_string(attempt), 1));
        QVERIFY(counters.wait());
        counters.clear();
        rows.clear();
        QVERIFY(f.addRun("second" + std::to_string(attempt), 1));
        QTRY_VERIFY(!rows.isEmpty());
        before = counters.isEmpty();
    }
    QVERIFY(before);
}

void TestLiveModel::storedTracesAreClosed()
{
    Fixture f;
    f.writer.writer.open();
    QVERIFY(f.addRun("aaaa", 2) && f.addRun("bbbb", 3));
    LiveModel later;
    QObject::connect(&later, &LiveModel::summaryNeeded, f.rows.get(), &EventReader::readSummary);
    QObject::connect(f.rows.get(), &EventReader::summaryRead, &later, &LiveModel::setSummary);
    QObject::connect(&later, &LiveModel::windowNeeded, f.rows.get(), &EventReader::readWindow);
    QObject::connect(f.rows.get(), &EventReader::windowRead, &later, &LiveModel::setWindow);
    later.setVisible(0, 40);
    later.openSession({});
    QTRY_COMPARE(later.rows().count(), std::int64_t(2));
    later.setExpanded(TraceRow(2), true);
    QTRY_COMPARE(later.rows().count(), std::int64_t(2 + 4));
    QTRY_VERIFY(later.event(later.rows().at(5).event));
    QCOMPARE(later.event(later.rows().at(5).event)->name, std::string("flow_executed"));
    later.setExpanded(TraceRow(2), false);
    QCOMPARE(later.rows().count(), std::int64_t(2));
}

void TestLiveModel::lateEventsJoinWhereTheirTimeSays()
{
    Fixture f;
    QVERIFY(f.open() && f.addRun("aaaa", 3) && f.addRun("bbbb", 1));
    QTRY_COMPARE(f.model.rows().count(), std::int64_t(5 + 3));
    SampleEvent late;
    late.name = "agent_error";
    late.traceId = "aaaa";
    late.at = 250;
    QVERIFY(f.writer.store({sampleRequest({late})}));
    QTRY_COMPARE(f.model.rows().count(), std::int64_t(6 + 3));
    QTRY_COMPARE(f.nameAt(3), std::string("agent_error"));
    QTRY_COMPARE(f.nameAt(4), std::string("tool_used"));
    QTRY_COMPARE(f.model.summary(TraceRow(1))->events, std::int64_t(5));
}

void TestLiveModel::pauseHoldsTheView()
{
    Fixture f;
    QVERIFY(f.open() && f.addRun("aaaa", 1));
    QTRY_COMPARE(f.model.rows().count(), std::int64_t(3));
    f.model.setPaused(true);
    QSignalSpy rowsChanged(&f.model, &LiveModel::rowsChanged), waiting(&f.model, &LiveModel::waitingChanged);
    QVERIFY(f.addRun("bbbb", 4) && f.addRun("aaaa", 1));
    QTRY_COMPARE(f.model.waiting(), std::int64_t(5 + 2));
    QTRY_VERIFY(!waiting.isEmpty() && waiting.last().first().toLongLong() == 7);
    QCOMPARE(f.model.rows().count(), std::int64_t(3));
    QCOMPARE(rowsChanged.count(), 0);
    f.model.setPaused(false);
    QCOMPARE(f.model.mode(), LiveModel::Mode::Following);
    QTRY_COMPARE(f.model.rows().count(), std::int64_t(5 + 6));
    QCOMPARE(f.model.waiting(), std::int64_t(0));
}

void TestLiveModel::readingCountsWhatIsNew()
{
    Fixture f;
    QVERIFY(f.open() && f.addRun("aaaa", 1));
    QTRY_COMPARE(f.model.rows().count(), std::int64_t(3));
    f.model.stopFollowing();
    QVERIFY(f.addRun("bbbb", 4));
    QTRY_COMPARE(f.model.rows().count(), std::int64_t(3 + 6));
    QCOMPARE(f.model.waiting(), std::int64_t(5));
    f.model.follow();
    QCOMPARE(f.model.waiting(), std::int64_t(0));
}

void TestLiveModel::burstsArriveClosed()
{
    Fixture f;
    QVERIFY(f.open() && f.addRun("aaaa", 2000));
    QTRY_COMPARE(f.model.newestEvent(), EventId(2001));
    QCOMPARE(f.model.rows().count(), std::int64_t(1));
    QVERIFY(f.model.eventsPerSecond() >= 2001);
    f.model.setExpanded(TraceRow(1), true);
    QTRY_COMPARE(f.model.rows().count(), std::int64_t(2002));
    f.model.setVisible(1970, 40);
    QTRY_COMPARE(f.nameAt(2001), std::string("flow_executed"));
}

void TestLiveModel::filterByTraceKeepsWholeTraces()
{
    Fixture f;
    SampleEvent error;
    error.name = "agent_error";
    QVERIFY(f.open() && f.addRun("aaaa", 2) && f.addRun("bbbb", 1, error) && f.addRun("cccc", 2));
    QTRY_COMPARE(f.model.rows().count(), std::int64_t(4 + 3 + 4));
    EventFilter filter;
    filter.names = {"agent_error"};
    f.model.setFilter(filter);
    QTRY_VERIFY(!f.model.search().running);
    QTRY_COMPARE(f.names(), (Names{"[invoice-triage]", "agent_error", "flow_executed"}));
    QVERIFY(!f.model.isOutside(f.model.rows().at(1)));
    QVERIFY(f.model.isOutside(f.model.rows().at(2)));
    QCOMPARE(f.model.rows().matchCount(), std::int64_t(1));
    f.model.setMatchingOnly(true);
    QTRY_COMPARE(f.names(), (Names{"[invoice-triage]", "agent_error"}));
    f.model.setMatchingOnly(false);
    QTRY_COMPARE(f.model.rows().count(), std::int64_t(3));
    f.model.setFilter({});
    QTRY_COMPARE(f.model.rows().count(), std::int64_t(4 + 3 + 4));
}

void TestLiveModel::filterFollowsWhatComes()
{
    Fixture f;
    SampleEvent error;
    error.name = "agent_error";
    QVERIFY(f.open() && f.addRun("aaaa", 2));
    QTRY_COMPARE(f.model.rows().count(), std::int64_t(4));
    EventFilter filter;
    filter.names = {"agent_error"};
    f.model.setFilter(filter);
    QTRY_VERIFY(!f.model.search().running);
    QCOMPARE(f.model.rows().count(), std::int64_t(0));
    QVERIFY(f.addRun("bbbb", 1, error) && f.addRun("cccc", 1));
    QTRY_COMPARE(f.model.rows().matchCount(), std::int64_t(1));
    QTRY_COMPARE(f.names(), (Names{"[invoice-triage]", "agent_error", "flow_executed"}));
    QVERIFY(f.addRun("aaaa", 1, error)); // An old trace gets a match.
    QTRY_COMPARE(f.model.rows().groupCount(), std::int64_t(2));
    QCOMPARE(f.model.rows().at(0).trace, TraceRow(1));
}

void TestLiveModel::filterOfNothing()
{
    Fixture f;
    QVERIFY(f.open() && f.addRun("aaaa", 2));
    QTRY_COMPARE(f.model.rows().count(), std::int64_t(4));
    EventFilter filter;
    filter.text = "nowhere to be found";
    QSignalSpy changed(&f.model, &LiveModel::searchChanged);
    f.model.setFilter(filter);
    f.model.cancelSearch();
    QTRY_VERIFY(!f.model.search().running); // Ends, also when it was cancelled.
    QCOMPARE(f.model.rows().count(), std::int64_t(0));
}

void TestLiveModel::flatListsEvents()
{
    Fixture f;
    SampleEvent error;
    error.name = "agent_error";
    QVERIFY(f.open() && f.addRun("aaaa", 2) && f.addRun("bbbb", 1, error));
    f.model.setGrouping(LiveRows::Grouping::Flat);
    QTRY_COMPARE(
        f.names(), (Names{"tool_used", "tool_used", "flow_executed", "agent_error", "flow_executed"}));
    // A bar is drawn on its trace's scale.
    QTRY_VERIFY(f.model.lane(TraceRow(1)) && f.model.lane(TraceRow(2)));
    EventFilter filter;
    filter.names = {"flow_executed"};
    f.model.setFilter(filter);
    QTRY_COMPARE(f.names(), (Names{"flow_executed", "flow_executed"}));
    QVERIFY(!f.model.isOutside(f.model.rows().at(0)));
}

void TestLiveModel::findsProblems()
{
    Fixture f;
    SampleEvent odd;
    odd.name = "rag_query_triggered";
    odd.notices = static_cast<Notices>(Notice::NoWorkspaceId);
    QVERIFY(f.open() && f.addRun("aaaa", 2) && f.addRun("bbbb", 1, odd) && f.addRun("cccc", 1));
    QTRY_COMPARE(f.model.rows().count(), std::int64_t(4 + 3 + 3));
    f.model.setExpanded(TraceRow(2), false);
    QSignalSpy found(&f.model, &LiveModel::found);
    f.model.findProblem({}, true);
    QTRY_COMPARE(found.count(), 1);
    const auto row = found.first().first().value<LiveRow>();
    QCOMPARE(row.trace, TraceRow(2)); // Opened again for it.
    QCOMPARE(row.event, EventId(4));
    QCOMPARE(f.model.rows().at(f.model.rows().positionOf(row)), row);
}

void TestLiveModel::commitsOvertakeTheSummary_data()
{
    using Ids = std::pair<qint64, qint64>;
    QTest::addColumn<Ids>("before"); // Events that the summary knows; each is a trace of its own.
    QTest::addColumn<Ids>("committed"); // Those of a commit that came first.
    QTest::addColumn<qint64>("rows");
    QTest::newRow("a new session") << Ids(0, -1) << Ids(1, 3) << qint64(3);
    QTest::newRow("behind what is stored") << Ids(1, 5) << Ids(6, 8) << qint64(8);
    QTest::newRow("known to both") << Ids(1, 8) << Ids(6, 8) << qint64(8);
    QTest::newRow("known in part") << Ids(1, 7) << Ids(6, 8) << qint64(8);
    QTest::newRow("emptied before") << Ids(0, -1) << Ids(101, 103) << qint64(3);
}

void TestLiveModel::commitsOvertakeTheSummary()
{
    using Ids = std::pair<qint64, qint64>;
    QFETCH(Ids, before);
    QFETCH(Ids, committed);
    QFETCH(qint64, rows);
    LiveModel model;
    model.setGrouping(LiveRows::Grouping::Flat);
    quint64 asked = 0;
    QObject::connect(
        &model, &LiveModel::summaryNeeded, &model, [&](quint64 generation) { asked = generation; });
    model.openSession({});
    Commit commit;
    commit.firstEvent = EventId(committed.first);
    commit.lastEvent = EventId(committed.second);
    for (qint64 trace = committed.first; trace <= committed.second; ++trace)
        commit.touched.push_back(TraceRow(trace));
    model.addCommit(commit);
    SessionSummary summary;
    if (before.second > 0)
        summary.eventRanges = summary.traceRanges = {{before.first, before.second}};
    model.setSummary(asked, summary);
    QTRY_COMPARE(model.rows().count(), rows);
    model.setGrouping(LiveRows::Grouping::ByTrace);
    QTRY_COMPARE(model.rows().groupCount(), rows);
}

void TestLiveModel::anotherSessionIsSearchedAnew()
{
    Fixture f;
    QVERIFY(f.open());
    QVERIFY(f.addRun("aaaa", 2));
    EventFilter filter;
    filter.names = {"flow_executed"};
    f.model.setFilter(filter);
    QTRY_COMPARE(f.model.rows().matchCount(), std::int64_t(1));
    TestWriter other({(f.folder.path() + u"/other.weir"_s).toStdString()});
    other.writer.open();
    SampleEvent flow;
    flow.name = "flow_executed";
    for (int event = 0; event < 3; ++event)
        QVERIFY(other.store({sampleRequest({flow})}));
    const auto info = other.opened.first().first().value<SessionInfo>();
    for (EventReader *reader : {f.rows.get(), f.searches.get()}) {
        QMetaObject::invokeMethod(
            reader, [reader, info] { reader->openSession(info); }, Qt::BlockingQueuedConnection);
    }
    QTRY_COMPARE(f.model.rows().matchCount(), std::int64_t(3));
}

void TestLiveModel::clearingEmptiesTheList()
{
    Fixture f;
    QVERIFY(f.open() && f.addRun("aaaa", 2));
    QTRY_COMPARE(f.model.rows().count(), std::int64_t(4));
    f.writer.writer.clear(7);
    QTRY_COMPARE(f.model.rows().count(), std::int64_t(0));
    QVERIFY(f.addRun("bbbb", 1)); // Ids go on rising.
    QTRY_COMPARE(f.names(), (Names{"[invoice-triage]", "tool_used", "flow_executed"}));
}

void TestLiveModel::untracedEventsHaveAGroup()
{
    Fixture f;
    QVERIFY(f.open() && f.addRun("aaaa", 1));
    SampleEvent stray;
    stray.traceId = {};
    stray.notices = static_cast<Notices>(Notice::NoTraceId);
    QVERIFY(f.writer.store({sampleRequest({stray})}));
    QTRY_VERIFY(raw(f.model.session().untraced) != 0);
    const TraceRow group = f.model.session().untraced;
    QTRY_VERIFY(f.model.summary(group));
    QVERIFY(f.model.summary(group)->traceId.empty());
    // A search for a trace never hides it.
    EventFilter filter;
    filter.traceId = "aaaa";
    f.model.setFilter(filter);
    QTRY_VERIFY(!f.model.search().running && f.model.rows().groupCount() == 2);
}

QTEST_GUILESS_MAIN(TestLiveModel)
#include "tst_livemodel.moc"
