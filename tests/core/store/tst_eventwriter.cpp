#include "core/base/workerthread.h"
#include "core/store/sqlite/database.h"
#include "tests/core/store/samplerequest.h"

#include <QTest>

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <thread>

using namespace Weir;
using namespace Qt::StringLiterals;

namespace {

constexpr const char otherTrace[] = "00000000000000000000000000000abc";

Error errorOf(const QSignalSpy &spy)
{
    return spy.isEmpty() ? Error() : spy.last().first().value<Error>();
}

} // namespace

class TestEventWriter : public QObject
{
    Q_OBJECT
private:
    QTemporaryDir m_folder;
    int m_files = 0;
    WriterOptions newFile()
    {
        WriterOptions options;
        options.path = m_folder.filePath(QString::number(++m_files) + u".weir"_s).toStdString();
        return options;
    }

private slots:
    void keepsNotes()
    {
        const WriterOptions options = newFile();
        const auto notesOf = [&options] {
            TestWriter test(options);
            test.writer.open();
            return test.opened.isEmpty() ? SessionNotes()
                                         : test.opened.first().first().value<SessionInfo>().notes;
        };
        {
            TestWriter test(options);
            test.writer.open();
            QVERIFY(test.store({sampleRequest({SampleEvent()})}));
            test.writer.keepNotes({{"flag", "b", "1"}, {"flag", "a", "\xC3\xA9"}, {"other", "a", ""}});
            test.writer.keepNotes({{"flag", "b", "2"}, {"flag", "gone", "3"}});
            test.writer.clear(1); // They are not of the events.
            test.writer.keepNotes({{"flag", "gone", std::nullopt}, {"flag", "never", std::nullopt}});
            test.writer.close();
        }
        const SessionNotes expected{{"flag", "a", "\xC3\xA9"}, {"flag", "b", "2"}, {"other", "a", ""}};
        QVERIFY(notesOf() == expected);
        {
            TestWriter test(options);
            test.writer.open();
            test.writer.keepNotes({{"flag", "late", "4"}});
            QVERIFY(test.store({sampleRequest({SampleEvent()})}));
        } // Not closed, as if it had been killed.
        QCOMPARE(notesOf().size(), 4u);
    }

    void keepsEverythingOfAnEvent()
    {
        TestWriter test(newFile());
        test.writer.open();
        CapturedRequest request = sampleRequest({SampleEvent()});
        Event &event = request.events[0];
        event.traceIdRaw = "7f2c9d7e-52a3-4a53-9a3e-0c2f6f9f1d10";
        event.spanId = "00f067aa0ba902b7";
        event.parentSpanId = "not hex";
        event.anonymousId = "anon";
        event.sessionId = "session \xE2\x86\x92 1";
        event.flowId = "invoice";
        event.durationMs = 12.25;
        event.tainted = true;
        event.notices = static_cast<Notices>(Notice::ClockSkew);
        event.status = EventStatus::Warning;
        QVERIFY(test.store({request}));
        const Commit commit = test.lastCommit();
        QCOMPARE(raw(commit.firstEvent), 1);
        QCOMPARE(raw(commit.lastEvent), 1);
        QCOMPARE(commit.touched.size(), std::size_t(1));

        auto reader = readerOf(lastPath());
        const auto stored = reader->event(commit.firstEvent);
        QVERIFY(stored);
        event.id = commit.firstEvent;
        event.request = RequestId{1};
        QVERIFY(stored->event == event);
        QVERIFY(stored->payload.startsWith(R"({"event":"tool_used","uuid":)"));
        QVERIFY(stored->payload.endsWith("}}"));
        const auto whole = reader->request(RequestId{1});
        QVERIFY(whole);
        QCOMPARE(whole->request.head, request.head);
        QCOMPARE(whole->request.target, request.target);
        QCOMPARE(whole->request.peer, request.peer);
        QCOMPARE(whole->request.body.size(), qsizetype(request.bodyBytes));
        QVERIFY(whole->request.body.startsWith(R"({"batch":[)"));
        QCOMPARE(whole->eventCount, 1);
    }

    void taintsTheWholeTrace()
    {
        TestWriter test(newFile());
        test.writer.open();
        // Each commit holds one event: of trace 1, 2 or none ("-"); a "!" marks it tainted.
        const QStringList sent{u"1"_s, u"2"_s, u"-!"_s, u"1!"_s, u"1"_s, u"-"_s, u"2"_s};
        for (const QString &what : sent) {
            SampleEvent sample;
            sample.traceId = what.startsWith(u'-') ? std::string() : std::string(32, what.at(0).toLatin1());
            CapturedRequest request = sampleRequest({sample});
            request.events[0].tainted = what.endsWith(u'!');
            QVERIFY(test.store({request}));
        }
        auto reader = readerOf(lastPath());
        QString tainted;
        for (int id = 1; id <= sent.size(); ++id) {
            const auto stored = reader->event(EventId{id});
            QVERIFY(stored);
            tainted += stored->event.tainted ? u'!' : u'.';
        }
        QCOMPARE(tainted, u"!.!!!.."_s);
        QVERIFY(reader->trace(std::string(32, '1'))->tainted);
        QVERIFY(!reader->trace(std::string(32, '2'))->tainted);
    }

    void keepsRequestsThatCannotBeDecoded()
    {
        TestWriter test(newFile());
        test.writer.open();
        QVERIFY(test.store({failedRequest("\x01\x02 no json"), sampleRequest({SampleEvent()}, 2)}));
        RequestPageRequest page;
        page.states = {RequestState::Failed, RequestState::NotUnderstood};
        const auto failed = readerOf(lastPath())->requests(page);
        QVERIFY(failed);
        QCOMPARE(failed->total, 1);
        QCOMPARE(failed->requests.size(), std::size_t(1));
        const CapturedRequest &request = failed->requests[0].request;
        QCOMPARE(request.body, QByteArray("\x01\x02 no json"));
        QCOMPARE(request.error.message, std::string("Expected an array of events"));
        QCOMPARE(request.error.where, std::string("/batch › batch"));
        QCOMPARE(request.answerStatus, 400);
        const auto summary = readerOf(lastPath())->summary();
        QCOMPARE(summary->failedRequests, 1);
        QCOMPARE(summary->requests, 2);
    }

    void groupsWhatIsQueued()
    {
        TestWriter test(newFile());
        test.writer.open();
        for (std::uint64_t i = 1; i <= 50; ++i)
            test.writer.append({sampleRequest({SampleEvent()}, i)});
        QVERIFY(test.waitFor([&] { return test.acknowledged().size() == 50; }));
        QCOMPARE(test.committed.size(), 1);
        QCOMPARE(raw(test.lastCommit().lastEvent), 50);
    }

    void splitsWhatIsMoreThanAGroup()
    {
        TestWriter test(newFile());
        test.writer.open();
        const CapturedRequest request = sampleRequest(std::vector<SampleEvent>(100));
        test.writer.append(QList<CapturedRequest>(100, request));
        QVERIFY(test.waitFor([&] { return test.acknowledged().size() == 100; }));
        QCOMPARE(test.committed.size(), 3);
        EventId last{};
        for (const auto &arguments : test.committed) {
            const auto commit = arguments.first().value<Commit>();
            QCOMPARE(raw(commit.firstEvent), raw(last) + 1);
            last = commit.lastEvent;
        }
        QCOMPARE(raw(last), 10000);
    }

    void commitsWhatIsQueuedWhenClosed()
    {
        TestWriter test(newFile());
        test.writer.open();
        test.writer.append({sampleRequest({SampleEvent()}, 1), sampleRequest({SampleEvent()}, 2)});
        test.writer.close();
        QCOMPARE(test.acknowledged().size(), 2);
        QCOMPARE(readerOf(lastPath())->summary()->events, 2);
    }

    void goesOnInAFileThatIsOpenedAgain()
    {
        const WriterOptions options = newFile();
        {
            TestWriter test(options);
            test.writer.open();
            QVERIFY(test.store({sampleRequest({SampleEvent(), {.traceId = otherTrace}})}));
            test.writer.close();
        }
        TestWriter test(options);
        test.writer.open();
        const auto info = test.opened.first().first().value<SessionInfo>();
        QVERIFY(!info.readOnly);
        QVERIFY(info.backup.empty());
        QCOMPARE(info.counts, (SessionCounts{2, 2, 1}));
        QVERIFY(test.store({sampleRequest({{.traceId = otherTrace}})}));
        const Commit commit = test.lastCommit();
        QCOMPARE(raw(commit.firstEvent), 3);
        QCOMPARE(commit.traces, 2);
        QCOMPARE(readerOf(options.path)->trace(otherTrace)->events, 2);
    }

    void marksDuplicates()
    {
        const WriterOptions options = newFile();
        const std::string uuid = "0198d0b2-6e4c-7b77-9c8e-5a4bd7a5e0aa";
        {
            TestWriter test(options);
            test.writer.open();
            QVERIFY(test.store({sampleRequest({{.uuid = uuid}, {.uuid = "not a uuid"}, SampleEvent()})}));
            QVERIFY(
                test.store({sampleRequest({{.uuid = uuid}}, 2), sampleRequest({{.uuid = "not a uuid"}}, 3)}));
            test.writer.close();
        }
        TestWriter test(options);
        test.writer.open();
        QVERIFY(test.store({sampleRequest({{.uuid = uuid}}, 4)})); // Of an earlier start, too.
        auto reader = readerOf(options.path);
        QCOMPARE(raw(reader->event(EventId{1})->event.duplicateOf), 0);
        QCOMPARE(raw(reader->event(EventId{4})->event.duplicateOf), 1);
        QCOMPARE(raw(reader->event(EventId{5})->event.duplicateOf), 2);
        QCOMPARE(raw(reader->event(EventId{6})->event.duplicateOf), 1);
        QVERIFY(has(reader->event(EventId{4})->event.notices, Notice::Duplicate));
        QVERIFY(!has(reader->event(EventId{3})->event.notices, Notice::Duplicate));
        QCOMPARE(reader->summary()->byStatus[static_cast<std::size_t>(EventStatus::Warning)], 3);
    }

    void emptiesTheSession()
    {
        TestWriter test(newFile());
        test.writer.open();
        QVERIFY(test.store({sampleRequest({SampleEvent(), {.traceId = {}}})}));
        auto reader = readerOf(lastPath());
        QCOMPARE(reader->summary()->events, 2);
        test.writer.clear(7);
        QCOMPARE(test.cleared.size(), 1);
        QCOMPARE(test.cleared.first().at(0).toULongLong(), 7ULL);
        QCOMPARE(test.cleared.first().at(1).value<SessionCounts>(), (SessionCounts{2, 1, 1}));
        QVERIFY(test.lastCommit().cleared);
        QCOMPARE(reader->summary()->events, 0); // The same reader, which had statements ready.
        QVERIFY(reader->summary()->traceRanges.empty());
        QCOMPARE(reader->event(EventId{1}).error().kind, Error::Kind::NotFound);

        QVERIFY(test.store({sampleRequest({{.name = "agent_created"}}, 2)}));
        QCOMPARE(raw(test.lastCommit().firstEvent), 3); // Ids are never used twice.
        QCOMPARE(reader->event(EventId{3})->event.name, std::string("agent_created"));
        const auto summary = reader->summary();
        QCOMPARE(summary->traceRanges, (std::vector<IdRange>{{3, 3}}));
        QCOMPARE(summary->eventRanges, (std::vector<IdRange>{{3, 3}}));
        QCOMPARE(summary->byName.size(), std::size_t(1));
    }

    void givesSpaceBackWhenEmptied()
    {
        const WriterOptions options = newFile();
        TestWriter test(options);
        test.writer.open();
        for (int i = 0; i < 5; ++i)
            QVERIFY(test.store(QList<CapturedRequest>(20, sampleRequest(std::vector<SampleEvent>(100)))));
        test.writer.clear(1);
        QCOMPARE(test.cleared.size(), 1);
        QVERIFY(std::filesystem::file_size(options.path) < 200000);
    }

    void prunesTheOldestTraces()
    {
        WriterOptions options = newFile();
        options.maxBytes = 1 << 20;
        TestWriter test(options);
        test.writer.open();
        std::int64_t trace = 0;
        for (int round = 0; round < 120; ++round) {
            QList<CapturedRequest> requests;
            for (int i = 0; i < 20; ++i) {
                char id[33];
                std::snprintf(id, sizeof id, "%032llx", static_cast<unsigned long long>(++trace));
                // Four users and four flows that never come again.
                const auto unique = [&](int n) { return std::string(id) + "-" + std::to_string(n); };
                requests.append(sampleRequest({{.traceId = id, .userId = unique(1), .flowId = unique(11)},
                    {.traceId = id, .userId = unique(2), .flowId = unique(12)},
                    {.traceId = {}, .userId = unique(3), .flowId = unique(13)},
                    {.name = "agent_error", .traceId = id, .userId = unique(4), .flowId = unique(14)}}));
                requests.append(failedRequest("x"));
            }
            QVERIFY(test.store(requests));
        }
        const auto saysCleared
            = [](const auto &arguments) { return arguments.first().template value<Commit>().cleared; };
        QVERIFY(std::any_of(test.committed.begin(), test.committed.end(), saysCleared));
        auto reader = readerOf(options.path);
        const auto summary = reader->summary();
        QVERIFY(summary);
        // A commit that is a tenth of the whole limit may overrun it by itself.
        const auto bytes = static_cast<std::int64_t>(std::filesystem::file_size(options.path));
        QVERIFY2(bytes <= options.maxBytes + options.maxBytes / 8, qPrintable(QString::number(bytes)));
        QVERIFY2(
            summary->events > 1000 && summary->events < 9600, qPrintable(QString::number(summary->events)));
        // The newest is there, the oldest is gone, and all counts agree with the rows.
        char newest[33];
        std::snprintf(newest, sizeof newest, "%032llx", static_cast<unsigned long long>(trace));
        QCOMPARE(reader->trace(newest)->events, 3);
        QVERIFY(!reader->trace("00000000000000000000000000000001"));
        EventPageRequest all;
        all.filter.notSources = {Source::Webhook};
        QCOMPARE(reader->events(all)->total, summary->events);
        QCOMPARE(summary->eventRanges.back().last, 9600);
        std::int64_t inRanges = 0, inNames = 0;
        for (const IdRange &range : summary->eventRanges)
            inRanges += range.size();
        for (const auto &[name, count] : summary->byName)
            inNames += count;
        QCOMPARE(inRanges, summary->events);
        QCOMPARE(inNames, summary->events);
        std::int64_t inTraces = 0;
        for (const IdRange &range : summary->traceRanges)
            inTraces += range.size();
        QCOMPARE(inTraces, summary->traces + 1); // And the one of the events without.
        RequestPageRequest failed;
        failed.states = {RequestState::Failed};
        QCOMPARE(reader->requests(failed)->total, summary->failedRequests);
        QVERIFY(summary->failedRequests < 2400);
        // Texts go with the events, and every one that is left can be read.
        auto database = Database::open(options.path, Database::Mode::ReadOnly);
        const auto texts = (*database)->integer("SELECT count(*) FROM text");
        QVERIFY2(*texts < 16000, qPrintable(QString::number(*texts)));
        QCOMPARE(*(*database)->integer(
                     "SELECT count(*) FROM event e LEFT JOIN text u ON u.id = e.user LEFT JOIN text f "
                     "ON f.id = e.flow WHERE u.id IS NULL OR f.id IS NULL"),
            0);
        QCOMPARE(*(*database)->integer("SELECT count(*) FROM trace t LEFT JOIN text n ON n.id = t.name WHERE "
                                       "n.id IS NULL AND t.trace_id <> ''"),
            0);
        QCOMPARE(
            *(*database)->integer("SELECT count(*) FROM request r LEFT JOIN text t ON t.id = r.target WHERE "
                                  "t.id IS NULL"),
            0);
        const auto histogram = reader->histogram(sampleStart - 1h, sampleStart + 1h, 1);
        QCOMPARE(histogram->buckets.front().events, summary->events);
    }

    void sharesTheFileWithAnotherWriter()
    {
        const WriterOptions options = newFile();
        TestWriter one(options), other(options);
        one.writer.open();
        other.writer.open();
        for (std::uint64_t i = 0; i < 5; ++i) {
            QVERIFY(one.store({sampleRequest({SampleEvent()}, i)}));
            QVERIFY(other.store({sampleRequest({SampleEvent(), {.traceId = otherTrace}}, i)}));
        }
        const auto summary = readerOf(options.path)->summary();
        QCOMPARE(summary->events, 15);
        QCOMPARE(summary->traces, 2);
        QCOMPARE(summary->eventRanges, (std::vector<IdRange>{{1, 15}}));
        QCOMPARE(readerOf(options.path)->trace(otherTrace)->events, 5);
        QVERIFY(one.refusedTickets().isEmpty() && other.refusedTickets().isEmpty());
    }

    void isReadWhileItWrites()
    {
        const WriterOptions options = newFile();
        constexpr int lists = 60, each = 20;
        std::atomic<int> acknowledged = 0;
        std::atomic<bool> isOpen = false, isDone = false;
        std::atomic<std::int64_t> seen = 0;
        // As in the program: one thread writes, another reads, and lists of requests go over by queued
        // signals.
        WorkerThread<EventWriter> writer(u"writer"_s, options);
        QObject context;
        connect(writer.get(), &EventWriter::opened, &context, [&](const SessionInfo &) { isOpen = true; });
        connect(writer.get(), &EventWriter::committed, &context,
            [&](const Commit &commit) { acknowledged += static_cast<int>(commit.tickets.size()); });
        writer.start();
        QTRY_VERIFY(isOpen);
        std::thread thread([&] {
            auto reader = readerOf(options.path);
            std::int64_t last = 0;
            while (!isDone || seen < lists * each) {
                const auto summary = reader->summary();
                if (!summary || summary->events < last)
                    return;
                last = summary->events;
                EventPageRequest page;
                page.order = EventPageRequest::Order::Descending;
                page.limit = 5;
                const auto events = reader->events(page);
                if (!events || events->total < last || (last && events->events.front().payload.isEmpty()))
                    return;
                seen = last;
            }
        });
        for (int i = 0; i < lists; ++i) {
            const QList<CapturedRequest> requests(each, sampleRequest({SampleEvent()}));
            QMetaObject::invokeMethod(
                writer.get(), [target = writer.get(), requests] { target->append(requests); },
                Qt::QueuedConnection);
        }
        QTRY_COMPARE(acknowledged.load(), lists * each);
        isDone = true;
        thread.join();
        QCOMPARE(seen.load(), lists * each);
        writer.stop();
    }

    void refusesWithoutAFile()
    {
        WriterOptions options;
        options.path = "/proc/no/such/folder/session.weir";
        TestWriter test(options);
        test.writer.open();
        QCOMPARE(test.opened.size(), 0);
        QCOMPARE(test.failed.size(), 1);
        const Error error = errorOf(test.failed);
        QCOMPARE(error.kind, Error::Kind::Storage);
        QCOMPARE(error.where, options.path);
        QVERIFY(!error.message.empty());
        test.writer.append({sampleRequest({SampleEvent()}, 9)});
        QCOMPARE(test.refusedTickets(), (QList<Ticket>{{1, 9}}));
    }

private:
    std::string lastPath() { return m_folder.filePath(QString::number(m_files) + u".weir"_s).toStdString(); }
};

QTEST_GUILESS_MAIN(TestEventWriter)
#include "tst_eventwriter.moc"
