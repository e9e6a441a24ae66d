#include "core/store/recheck.h"
#include "core/store/sessionfile.h"
#include "core/store/sqlite/database.h"
#include "tests/core/store/samplerequest.h"

#include <QTest>

#include <array>

using namespace Weir;
using namespace Qt::StringLiterals;

namespace {

constexpr std::int64_t planA = 7, planB = -9;

Violation wrongType(const std::string &path, const std::string &came)
{
    Violation violation;
    violation.kind = ViolationKind::DatatypeMismatch;
    violation.path = path;
    violation.expected = "integer";
    violation.came = came;
    violation.schemaPath = "#/type";
    violation.message = "must be integer";
    return violation;
}

SharedViolations shared(std::vector<Violation> violations)
{
    return std::make_shared<const std::vector<Violation>>(std::move(violations));
}

/// One event, checked by `plan`: invalid with one violation, or valid.
CapturedRequest checkedRequest(std::int64_t plan, bool isValid, std::uint64_t exchange = 1)
{
    CapturedRequest request = sampleRequest({SampleEvent()}, exchange);
    request.plan = plan;
    request.events[0].status = isValid ? EventStatus::Valid : EventStatus::Invalid;
    if (!isValid)
        request.violations.push_back({0, shared({wrongType("/properties/latency_ms", "string \"8\"")})});
    return request;
}

} // namespace

class TestRecheck : public QObject
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
    static std::array<std::int64_t, eventStatusCount> byStatus(const WriterOptions &options)
    {
        return readerOf(options.path)->summary()->byStatus;
    }

private slots:
    void keepsViolations()
    {
        TestWriter test(newFile());
        test.writer.open();
        CapturedRequest request = sampleRequest({SampleEvent(), SampleEvent(), SampleEvent()});
        const Violation first = wrongType("/properties/items/3", "null"),
                        second = wrongType("/properties/items/7", "boolean true");
        request.violations = {{0, shared({first, second})}, {2, shared({first})}};
        request.events[0].status = request.events[2].status = EventStatus::Invalid;
        request.events[1].status = EventStatus::Valid;
        QVERIFY(test.store({request}));
        const auto reader = readerOf(test.opened.first().first().value<SessionInfo>().path);
        const auto groups = *reader->violationGroups();
        QCOMPARE(groups.size(), 1u);
        QCOMPARE(groups[0].events, 2u);
        QCOMPARE(groups[0].sample.path, std::string("/properties/items/*"));
        QCOMPARE(groups[0].sample.came, std::string("null"));
        QCOMPARE(raw(groups[0].first), 1);
        QCOMPARE(raw(groups[0].last), 3);
        EventPageRequest page;
        page.filter.statuses = {EventStatus::Invalid};
        QCOMPARE(reader->events(page)->total, 2);
        page.filter.statuses = {};
        page.filter.notStatuses = {EventStatus::Invalid};
        QCOMPARE(reader->events(page)->total, 1);
        QCOMPARE(reader->trace(SampleEvent().traceId)->invalid, 2);
    }

    void tellsWhatIsLeft()
    {
        const WriterOptions options = newFile();
        {
            TestWriter test(options);
            QSignalSpy told(&test.writer, &EventWriter::recheckChanged);
            test.writer.open();
            QVERIFY(test.store({checkedRequest(0, true, 1), checkedRequest(0, true, 2)}));
            test.writer.usePlan(planA);
            QVERIFY(test.waitFor([&] { return !told.isEmpty(); }));
            const RecheckState all{planA, EventId{1}, EventId{3}};
            QCOMPARE(told.last().first().value<RecheckState>(), all);
            CheckedEvents part;
            part.plan = planA;
            part.last = EventId{1};
            part.events = {{EventId{1}, EventStatus::Invalid, shared({wrongType("/a", "null")})}};
            test.writer.applyChecks(part);
            QVERIFY(test.waitFor([&] { return told.size() == 2; }));
            test.writer.close();
        }
        QCOMPARE(byStatus(options), (std::array<std::int64_t, eventStatusCount>{0, 1, 0, 0, 1}));
        TestWriter again(options);
        QSignalSpy told(&again.writer, &EventWriter::recheckChanged);
        again.writer.usePlan(planA); // Before it is open, as when Weir starts.
        again.writer.open();
        QVERIFY(again.waitFor([&] { return !told.isEmpty(); }));
        const RecheckState rest{planA, EventId{2}, EventId{3}};
        QCOMPARE(told.last().first().value<RecheckState>(), rest);
        // What another plan said comes too late.
        CheckedEvents late;
        late.plan = planB;
        late.last = EventId{2};
        late.events = {{EventId{2}, EventStatus::Invalid, {}}};
        again.writer.applyChecks(late);
        QVERIFY(again.store({checkedRequest(planA, true, 3)}));
        QCOMPARE(byStatus(options)[static_cast<std::size_t>(EventStatus::Invalid)], 1);
        QCOMPARE(readerOf(options.path)->summary()->recheckLeft, 1);
    }

    /// What was on its way when the plan changed.
    void checksWhatWasUnderWay()
    {
        TestWriter test(newFile());
        QSignalSpy told(&test.writer, &EventWriter::recheckChanged);
        test.writer.open();
        test.writer.usePlan(planB);
        QVERIFY(test.waitFor([&] { return !told.isEmpty(); }));
        QVERIFY(told.last().first().value<RecheckState>().isDone());
        QVERIFY(test.store({checkedRequest(planB, true, 1), checkedRequest(planA, true, 2)}));
        QVERIFY(test.waitFor([&] { return told.size() == 2; }));
        const RecheckState one{planB, EventId{2}, EventId{3}};
        QCOMPARE(told.last().first().value<RecheckState>(), one);
    }

    void countsAnew()
    {
        const WriterOptions options = newFile();
        TestWriter test(options);
        test.writer.open();
        test.writer.usePlan(planA);
        CapturedRequest error = checkedRequest(planA, false, 1);
        error.events[0].family = Family::Error; // Red either way.
        QVERIFY(test.store({error, checkedRequest(planA, false, 2), checkedRequest(planA, true, 3)}));
        const auto reader = readerOf(options.path);
        const auto errors = [&] {
            std::int64_t count = 0;
            const Histogram all = *reader->histogram(sampleStart - 1h, sampleStart + 1h, 10);
            for (const Histogram::Bucket &bucket : all.buckets)
                count += bucket.errors;
            return count;
        };
        QCOMPARE(errors(), 2);
        test.writer.usePlan(planB);
        CheckedEvents all;
        all.plan = planB;
        all.last = EventId{3};
        all.events = {{EventId{1}, EventStatus::Valid, {}}, {EventId{2}, EventStatus::Valid, {}},
            {EventId{3}, EventStatus::Unplanned, shared({wrongType("/b", "null")})},
            {EventId{9}, EventStatus::Invalid,
                shared({wrongType("/b", "null")})}}; // It is not there any more.
        test.writer.applyChecks(all);
        QVERIFY(test.waitFor([&] { return reader->summary()->recheckLeft == 0; }));
        QCOMPARE(byStatus(options), (std::array<std::int64_t, eventStatusCount>{0, 2, 0, 1, 0}));
        QCOMPARE(errors(), 1);
        QCOMPARE(reader->trace(SampleEvent().traceId)->invalid, 0);
        QCOMPARE(reader->violationGroups()->size(), 1u);
        // The trace goes on from what it is now.
        QVERIFY(test.store({checkedRequest(planB, false, 4)}));
        QCOMPARE(reader->trace(SampleEvent().traceId)->invalid, 1);
    }

    void uncountsWhatIsPruned()
    {
        const WriterOptions options = newFile();
        const auto file = *SessionFile::open(options);
        CapturedRequest older = checkedRequest(planA, false, 1), newer = checkedRequest(planA, false, 2);
        newer.events[0].traceId = "run 2";
        QVERIFY(file->write(std::array<const CapturedRequest *, 2>{&older, &newer}));
        QVERIFY(*file->prune(1));
        const auto groups = *readerOf(options.path)->violationGroups();
        QCOMPARE(groups.size(), 1u);
        QCOMPARE(groups[0].events, 1u);
        QCOMPARE(raw(groups[0].last), 2);
    }

    void startsEmptyAfterReset()
    {
        const WriterOptions options = newFile();
        TestWriter test(options);
        test.writer.open();
        test.writer.usePlan(planA);
        QVERIFY(test.store({checkedRequest(planA, false, 1)}));
        test.writer.clear(1);
        QVERIFY(test.store({checkedRequest(planA, false, 2)}));
        const auto reader = readerOf(options.path);
        QCOMPARE(reader->violationGroups()->at(0).events, 1u);
        QCOMPARE(byStatus(options), (std::array<std::int64_t, eventStatusCount>{0, 0, 0, 0, 1}));
        QCOMPARE(reader->summary()->recheckLeft, 0);
    }
};

QTEST_GUILESS_MAIN(TestRecheck)
#include "tst_recheck.moc"
