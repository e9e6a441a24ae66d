#include "core/event/traceid.h"
#include "core/store/tracerows.h"
#include "tests/core/store/samplerequest.h"

#include <QTest>

using namespace Weir;
using namespace Qt::StringLiterals;

namespace {

constexpr const char runA[] = "7f2c9d7e52a34a539a3e0c2f6f9f1d10", runB[] = "0000000000000000a3ce929d0e0e4736";

/// Two runs and two events without a trace, in five requests.
QList<CapturedRequest> sampleSession()
{
    return {
        sampleRequest(
            {{.name = "agent_created",
                 .traceId = runA,
                 .properties = R"("agent_type":"planner","n":1)",
                 .at = 100},
                {.traceId = runA,
                    .properties = R"("tool_id":"post_ledger","latency_ms":900,"big":9007199254740993)",
                    .at = 1000,
                    .durationMs = 900}},
            1),
        sampleRequest({{.name = "$pageview",
                          .traceId = {},
                          .properties = R"("$pathname":"/billing")",
                          .at = 1500,
                          .userId = "user-7",
                          .source = Source::RudderStack,
                          .notices = static_cast<Notices>(Notice::NoTraceId)}},
            2),
        sampleRequest({{.name = "agent_error",
                           .traceId = runB,
                           .properties = R"("error_type":"Timeout","n":20)",
                           .at = 2000,
                           .userId = "user-7"},
                          {.traceId = runB,
                              .properties = R"("tool_id":"Send_Mail","n":"300")",
                              .at = 2100,
                              .durationMs = 50}},
            3),
        sampleRequest({{.name = "flow_executed",
                          .traceId = runA,
                          .properties = R"("flow_id":"invoice-triage","success":true)",
                          .at = 1100,
                          .durationMs = 1100,
                          .flowId = "invoice-triage"}},
            4),
        sampleRequest({{.name = "custom",
                          .traceId = {},
                          .properties = R"("text":"J\u00fcrgen ja","n":-5)",
                          .at = 63000,
                          .notices = static_cast<Notices>(Notice::NoTraceId)}},
            5),
    };
}

EventFilter::PropertyTest having(const char *key, EventFilter::PropertyTest::Op op, const char *value = "")
{
    return {key, op, value};
}

QList<qint64> idsOf(const std::vector<EventId> &ids)
{
    QList<qint64> list;
    for (const EventId id : ids)
        list.append(raw(id));
    return list;
}

} // namespace

Q_DECLARE_METATYPE(Weir::EventFilter)

class TestSessionReader : public QObject
{
    Q_OBJECT
private:
    QTemporaryDir m_folder;
    std::string m_path;
    std::unique_ptr<TestWriter> m_writer;
    std::unique_ptr<SessionReader> m_reader;

private slots:
    void initTestCase()
    {
        m_path = m_folder.filePath(u"read.weir"_s).toStdString();
        WriterOptions options;
        options.path = m_path;
        m_writer = std::make_unique<TestWriter>(options);
        m_writer->writer.open();
        QVERIFY(m_writer->store(sampleSession()));
        m_reader = readerOf(m_path);
    }

    void filters_data()
    {
        using Op = EventFilter::PropertyTest::Op;
        using Ids = QList<qint64>;
        QTest::addColumn<EventFilter>("filter");
        QTest::addColumn<Ids>("ids");
        const auto row = [](const char *title, const auto &fill, const Ids &ids) {
            EventFilter filter;
            fill(filter);
            QTest::newRow(title) << filter << ids;
        };
        row("none", [](EventFilter &) {}, {1, 2, 3, 4, 5, 6, 7});
        row("trace", [](EventFilter &f) { f.traceId = runA; }, {1, 2, 6});
        row("trace, as UUID", [](EventFilter &f) { f.traceId = " 7F2C9D7E-52A3-4A53-9A3E-0C2F6F9F1D10"; },
            {1, 2, 6});
        row("trace, 16 digits", [](EventFilter &f) { f.traceId = "a3ce929d0e0e4736"; }, {4, 5});
        row("trace, unknown", [](EventFilter &f) { f.traceId = "nobody"; }, {});
        row("name", [](EventFilter &f) { f.names = {"tool_used"}; }, {2, 5});
        row("names", [](EventFilter &f) { f.names = {"custom", "tool_used", "no_such"}; }, {2, 5, 7});
        row("name, unknown", [](EventFilter &f) { f.names = {"no_such"}; }, {});
        row("not name", [](EventFilter &f) { f.notNames = {"tool_used", "custom"}; }, {1, 3, 4, 6});
        row("not an unknown name", [](EventFilter &f) { f.notNames = {"no_such"}; }, {1, 2, 3, 4, 5, 6, 7});
        row("name and trace",
            [](EventFilter &f) {
                f.names = {"tool_used"};
                f.traceId = runB;
            },
            {5});
        row("source", [](EventFilter &f) { f.sources = {Source::RudderStack}; }, {3});
        row("not source", [](EventFilter &f) { f.notSources = {Source::PostHog}; }, {3});
        row("type", [](EventFilter &f) { f.types = {EventType::Identify}; }, {});
        row("user", [](EventFilter &f) { f.userId = "user-7"; }, {3, 4});
        row("user, unknown", [](EventFilter &f) { f.userId = "user-8"; }, {});
        row("workspace",
            [](EventFilter &f) {
                f.workspaceId = "acme";
                f.userId = "user-42";
            },
            {1, 2, 5, 6, 7});
        row("warnings", [](EventFilter &f) { f.statuses = {EventStatus::Warning}; }, {3, 7});
        row("valid", [](EventFilter &f) { f.statuses = {EventStatus::Valid}; }, {});
        row("notices", [](EventFilter &f) { f.notices = static_cast<Notices>(Notice::NoTraceId); }, {3, 7});
        row("not trace", [](EventFilter &f) { f.notTraceIds = {runA, "nobody"}; }, {3, 4, 5, 7});
        row("not traces, in other spellings",
            [](EventFilter &f) {
                f.notTraceIds = {"7F2C9D7E-52A3-4A53-9A3E-0C2F6F9F1D10", "a3ce929d0e0e4736"};
            },
            {3, 7});
        row("not type", [](EventFilter &f) { f.notTypes = {EventType::Track}; }, {});
        row("not another type",
            [](EventFilter &f) {
                f.notTypes = {EventType::Identify, EventType::Page};
            },
            {1, 2, 3, 4, 5, 6, 7});
        row("not user", [](EventFilter &f) { f.notUserIds = {"user-42", "user-8"}; }, {3, 4});
        row("not workspace", [](EventFilter &f) { f.notWorkspaceIds = {"acme"}; }, {});
        row("no warnings", [](EventFilter &f) { f.notStatuses = {EventStatus::Warning}; }, {1, 2, 4, 5, 6});
        row("not valid", [](EventFilter &f) { f.notStatuses = {EventStatus::Valid}; }, {1, 2, 3, 4, 5, 6, 7});
        row("not notices", [](EventFilter &f) { f.notNotices = static_cast<Notices>(Notice::NoTraceId); },
            {1, 2, 4, 5, 6});
        row("warning and not warning",
            [](EventFilter &f) {
                f.statuses = {EventStatus::Warning};
                f.notStatuses = {EventStatus::Warning};
            },
            {});
        row("since", [](EventFilter &f) { f.since = sampleStart + 1500ms; }, {3, 4, 5, 7});
        row("until", [](EventFilter &f) { f.until = sampleStart + 1500ms; }, {1, 2, 6});
        row("text", [](EventFilter &f) { f.text = "POST_ledger"; }, {2});
        row("text, capitals stored", [](EventFilter &f) { f.text = "send_mail"; }, {5});
        row("text of a user", [](EventFilter &f) { f.text = "user-7"; }, {3, 4});
        row("text of a name", [](EventFilter &f) { f.text = "pageview"; }, {3});
        row("text of a trace id", [](EventFilter &f) { f.text = "9d7e52a3"; }, {1, 2, 6});
        row("text, nowhere in an event", [](EventFilter &f) { f.text = "phc_weirfixture"; }, {});
        row("text and name",
            [](EventFilter &f) {
                f.text = "user-42";
                f.names = {"tool_used"};
            },
            {2, 5});
        row("property is", [](EventFilter &f) { f.properties = {having("tool_id", Op::Is, "post_ledger")}; },
            {2});
        row("property is, of another case",
            [](EventFilter &f) { f.properties = {having("tool_id", Op::Is, "Post_ledger")}; }, {});
        row("property is not", [](EventFilter &f) { f.properties = {having("n", Op::IsNot, "1")}; },
            {2, 3, 4, 5, 6, 7});
        row("property contains",
            [](EventFilter &f) { f.properties = {having("tool_id", Op::Contains, "MAIL")}; }, {5});
        row("property starts",
            [](EventFilter &f) { f.properties = {having("tool_id", Op::StartsWith, "send")}; }, {5});
        row("property exists", [](EventFilter &f) { f.properties = {having("n", Op::Exists)}; },
            {1, 4, 5, 7});
        row("property greater", [](EventFilter &f) { f.properties = {having("n", Op::Greater, "3")}; },
            {4, 5});
        row("property less", [](EventFilter &f) { f.properties = {having("n", Op::Less, "0.5")}; }, {7});
        row("digits of a number",
            [](EventFilter &f) { f.properties = {having("big", Op::Is, "9007199254740993")}; }, {2});
        row("escaped text",
            [](EventFilter &f) { f.properties = {having("text", Op::StartsWith, "J\xC3\xBCrg")}; }, {7});
        row("two properties",
            [](EventFilter &f) {
                f.properties = {having("n", Op::Exists), having("tool_id", Op::Exists)};
            },
            {5});
    }
    void filters()
    {
        QFETCH(EventFilter, filter);
        QFETCH(QList<qint64>, ids);
        using Order = EventPageRequest::Order;
        for (const Order order : {Order::Ascending, Order::Descending}) {
            QList<qint64> found;
            EventPageRequest request{filter, {}, 2, order};
            for (int pages = 0; pages < 10; ++pages) {
                const auto page = m_reader->events(request);
                QVERIFY2(page, page ? "" : toText(page.error()).c_str());
                QCOMPARE(page->total, ids.size());
                for (const StoredEvent &event : page->events)
                    found.append(raw(event.event.id));
                request.after = page->next;
                if (raw(page->next) == 0)
                    break;
            }
            if (order == Order::Descending)
                std::reverse(found.begin(), found.end());
            QCOMPARE(found, ids);

            QList<qint64> scanned;
            bool done = false;
            const auto hits = m_reader->scan({filter, order, {}, 0}, [&](const ScanProgress &progress) {
                QVERIFY(!done);
                for (const ScanHit &hit : progress.hits)
                    scanned.append(raw(hit.id));
                done = progress.done;
            });
            QVERIFY(hits);
            QVERIFY(done);
            QCOMPARE(*hits, ids.size());
            if (order == Order::Descending)
                std::reverse(scanned.begin(), scanned.end());
            QCOMPARE(scanned, ids);
        }
    }

    void scansFromAPlaceToALimit()
    {
        QList<qint64> ids;
        const auto hits = m_reader->scan(
            {{}, EventPageRequest::Order::Descending, EventId{6}, 2}, [&](const ScanProgress &progress) {
                for (const ScanHit &hit : progress.hits)
                    ids.append(raw(hit.id));
            });
        QCOMPARE(*hits, 2);
        QCOMPARE(ids, (QList<qint64>{5, 4}));
    }

    void summarises()
    {
        const auto summary = m_reader->summary();
        QVERIFY(summary);
        QCOMPARE(summary->events, 7);
        QCOMPARE(summary->traces, 2);
        QCOMPARE(summary->requests, 5);
        QCOMPARE(summary->failedRequests, 0);
        QCOMPARE(summary->byStatus[static_cast<std::size_t>(EventStatus::Warning)], 2);
        QCOMPARE(summary->bySource,
            (std::vector<std::pair<Source, std::int64_t>>{{Source::PostHog, 6}, {Source::RudderStack, 1}}));
        QCOMPARE(summary->byNotice, (std::vector<std::pair<Notice, std::int64_t>>{{Notice::NoTraceId, 2}}));
        QCOMPARE(summary->byName.front(), (std::pair<std::string, std::int64_t>{"tool_used", 2}));
        QCOMPARE(summary->byName.size(), std::size_t(6));
        QCOMPARE(summary->eventRanges, (std::vector<IdRange>{{1, 7}}));
        QCOMPARE(summary->traceRanges, (std::vector<IdRange>{{1, 3}}));
        QCOMPARE(raw(summary->untraced), 2);
        QCOMPARE(*summary->firstAt, sampleStart + 100ms);
        QCOMPARE(*summary->lastAt, sampleStart + 63000ms);
        QVERIFY(summary->bytesOnDisk > 4096);
    }

    void findsTraces()
    {
        const auto trace = m_reader->trace("7f2c9d7e-52a3-4a53-9a3e-0c2f6f9f1d10");
        QVERIFY(trace);
        QCOMPARE(trace->traceId, std::string(runA));
        QCOMPARE(trace->name, std::string("invoice-triage"));
        QCOMPARE(*trace->firstAt, sampleStart);
        QCOMPARE(*trace->lastAt, sampleStart + 1100ms);
        QCOMPARE(trace->durationMs, 1100);
        QCOMPARE(trace->events, 3);
        QCOMPARE(trace->errors, 0);
        QCOMPARE(trace->userId, std::string("user-42"));
        QCOMPARE(trace->workspaceId, std::string("acme"));
        QCOMPARE(trace->sources, (std::vector<Source>{Source::PostHog}));
        QVERIFY(trace->colour >= 0 && trace->colour < 10);
        QCOMPARE(m_reader->trace(runB)->errors, 1);
        QCOMPARE(m_reader->trace(runB)->name, std::string("agent_error"));
        QCOMPARE(m_reader->trace("")->events, 2);
        QCOMPARE(m_reader->trace("").value().userId, std::string());
        QCOMPARE(m_reader->trace("nobody").error().kind, Error::Kind::NotFound);
        const auto rows = m_reader->traceSummaries({TraceRow{3}, TraceRow{99}, TraceRow{1}});
        QCOMPARE(rows->size(), std::size_t(2));
        QCOMPARE(rows->front().traceId, std::string(runB));
    }

    void listsTraces()
    {
        TracePageRequest request;
        request.limit = 1;
        auto page = m_reader->traces(request);
        QCOMPARE(page->total, 2);
        QCOMPARE(page->traces.front().traceId, std::string(runB));
        request.after = page->next;
        page = m_reader->traces(request);
        QCOMPARE(page->traces.front().traceId, std::string(runA));
        QCOMPARE(raw(page->next), 0);
        for (const char *text : {"INVOICE", "9d7e52"}) {
            const auto found = m_reader->traces({text, {}, 10, EventPageRequest::Order::Ascending});
            QCOMPARE(found->total, 1);
            QCOMPARE(found->traces.size(), std::size_t(1));
            QCOMPARE(found->traces.front().traceId, std::string(runA));
        }
    }

    void ordersTheEventsOfATrace()
    {
        // By the moment of each event: the flow began first and came last.
        QCOMPARE(idsOf(*m_reader->traceEvents(TraceRow{1})), (QList<qint64>{1, 2, 6}));
        QVERIFY(m_reader->traceEvents(TraceRow{99})->empty());
    }

    void makesRows()
    {
        const auto rows = m_reader->eventRows({EventId{5}, EventId{99}, EventId{6}, EventId{3}});
        QVERIFY(rows);
        QCOMPARE(rows->size(), std::size_t(3));
        const EventRow &tool = rows->at(0);
        QCOMPARE(raw(tool.id), 5);
        QCOMPARE(raw(tool.trace), 3);
        QCOMPARE(tool.name, std::string("tool_used"));
        QCOMPARE(tool.summary, std::string("Send_Mail"));
        QCOMPARE(tool.sdkName, std::string("posthog-node"));
        QCOMPARE(*tool.durationMs, 50.0);
        QCOMPARE(rows->at(1).summary, std::string("succeeded"));
        QCOMPARE(rows->at(2).source, Source::RudderStack);
    }

    void drawsLanes()
    {
        const auto lanes = m_reader->lanes({TraceRow{3}, TraceRow{1}}, 100);
        QVERIFY(lanes);
        QCOMPARE(lanes->size(), std::size_t(2));
        const Lane &lane = lanes->at(1);
        QCOMPARE(lane.start, sampleStart);
        QCOMPARE(lane.end, sampleStart + 1100ms);
        QCOMPARE(lane.marks.size(), std::size_t(3));
        QCOMPARE(lane.marks[0].family, Family::Flow);
        QCOMPARE(lane.marks[1].start, lane.marks[1].end);
        QVERIFY(lanes->at(0).marks[0].trouble);
    }

    void thinsOut()
    {
        std::vector<LaneMark> marks;
        for (int i = 0; i < 1000; ++i)
            marks.push_back({sampleStart + std::chrono::milliseconds(i),
                sampleStart + std::chrono::milliseconds(i), Family::Tool, i == 512});
        const auto thin = thinOut(marks, sampleStart, sampleStart + 1000ms, 50);
        QVERIFY(thin.size() <= 50 && thin.size() >= 40);
        QCOMPARE(
            std::count_if(thin.begin(), thin.end(), [](const LaneMark &mark) { return mark.trouble; }), 1);
        QVERIFY(std::is_sorted(thin.begin(), thin.end(),
            [](const LaneMark &a, const LaneMark &b) { return a.start < b.start; }));
    }

    void countsInTime()
    {
        const auto histogram = m_reader->histogram(sampleStart, sampleStart + 64s, 8);
        QVERIFY(histogram);
        QCOMPARE(histogram->width, std::chrono::milliseconds(8s));
        QCOMPARE(histogram->buckets.size(), std::size_t(8));
        QCOMPARE(histogram->buckets.front(), (Histogram::Bucket{6, 1, 1}));
        QCOMPARE(histogram->buckets.back(), (Histogram::Bucket{1, 0, 1}));
        QVERIFY(m_reader->histogram(sampleStart, sampleStart, 8)->buckets.empty());
    }

    void completes()
    {
        QCOMPARE(
            *m_reader->propertyValues("tool_id", "MAIL", 10), (std::vector<TextCount>{{"Send_Mail", 1}}));
        QCOMPARE(m_reader->propertyValues("name", "", 1)->front(), (TextCount{"tool_used", 2}));
        QCOMPARE(*m_reader->propertyValues("user_id", "7", 10), (std::vector<TextCount>{{"user-7", 2}}));
        const auto keys = *m_reader->propertyKeys("", 3);
        QCOMPARE(keys.size(), std::size_t(3));
        QVERIFY(m_reader->propertyValues("no_such", "", 10)->empty());
    }

    void pagesRequests()
    {
        RequestPageRequest request;
        request.limit = 3;
        auto page = m_reader->requests(request);
        QCOMPARE(page->total, 5);
        QCOMPARE(page->requests.size(), std::size_t(3));
        QCOMPARE(raw(page->next), 3);
        request.after = page->next;
        page = m_reader->requests(request);
        QCOMPARE(page->requests.size(), std::size_t(2));
        QCOMPARE(raw(page->next), 0);
        request = {};
        request.order = EventPageRequest::Order::Descending;
        QCOMPARE(raw(m_reader->requests(request)->requests.front().request.id), 5);
        QCOMPARE(m_reader->request(RequestId{99}).error().kind, Error::Kind::NotFound);
    }

    void seesWhatComesLater()
    {
        const auto before = m_reader->summary()->events;
        QVERIFY(m_writer->store({sampleRequest({{.name = "later", .traceId = "later"}}, 77)}));
        QCOMPARE(m_reader->summary()->events, before + 1);
        QCOMPARE(m_reader->trace("later")->name, std::string("later"));
    }

    void canBeCancelled()
    {
        auto reader = readerOf(m_path);
        reader->setCancelled([] { return true; });
        EventFilter filter;
        filter.text = "x";
        const auto scanned
            = reader->scan({filter, EventPageRequest::Order::Descending, {}, 0}, [](const auto &) {});
        QVERIFY(!scanned);
        QCOMPARE(scanned.error().kind, Error::Kind::Cancelled);
        reader->setCancelled({});
        QVERIFY(reader->summary());
    }

    void stopsInTheMiddle()
    {
        const QTemporaryDir folder;
        WriterOptions options;
        options.path = folder.filePath(u"long.weir"_s).toStdString();
        TestWriter writer(options);
        writer.writer.open();
        QVERIFY(writer.store(QList<CapturedRequest>(20, sampleRequest(std::vector<SampleEvent>(500)))));
        auto reader = readerOf(options.path);
        EventPageRequest request;
        request.filter.text = "nowhere to be found";
        int asked = 0;
        reader->setCancelled([&] { return ++asked < 0; });
        QVERIFY(reader->events(request));
        QVERIFY2(asked > 10, "A long search would hardly notice that nobody waits for it any more");
        asked = 0;
        reader->setCancelled([&] { return ++asked == 5; });
        QCOMPARE(reader->events(request).error().kind, Error::Kind::Cancelled);
        QCOMPARE(asked, 5);
    }

    void saysWhatCannotBeOpened()
    {
        const auto reader = SessionReader::open("/no/such/file.weir");
        QVERIFY(!reader);
        QCOMPARE(reader.error().kind, Error::Kind::Storage);
        QCOMPARE(reader.error().where, std::string("/no/such/file.weir"));
    }
};

QTEST_GUILESS_MAIN(TestSessionReader)
#include "tst_sessionreader.moc"
