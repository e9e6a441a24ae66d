#include "core/store/eventreader.h"
#include "tests/core/store/samplerequest.h"

#include <QTest>

using namespace Weir;
using namespace Qt::StringLiterals;

namespace {

constexpr const char run[] = "7f2c9d7e52a34a539a3e0c2f6f9f1d10", other[] = "0000000000000000a3ce929d0e0e4736";

SampleEvent with(const char *trace, const std::string &properties)
{
    SampleEvent event;
    event.traceId = trace;
    event.properties = properties;
    return event;
}

/// A session and the window's reader of it, on one thread.
struct Fixture
{
    Fixture()
        : writer({(folder.path() + u"/test.weir"_s).toStdString()})
        , flagsRead(&reader, &EventReader::runFlagsRead)
        , failed(&reader, &EventReader::failed)
    {
        QObject::connect(&writer.writer, &EventWriter::opened, &reader, &EventReader::openSession);
        writer.writer.open();
    }
    TraceRow rowOf(const char *trace)
    {
        return readerOf((folder.path() + u"/test.weir"_s).toStdString())->trace(trace)->row;
    }
    /// What is answered; nothing after two turns of the event loop.
    std::optional<RunFlagsReport> answerTo(const RunFlagsOrder &order)
    {
        flagsRead.clear();
        reader.readRunFlags(order);
        for (int turn = 0; turn < 2; ++turn)
            QCoreApplication::processEvents();
        return flagsRead.isEmpty() ? std::nullopt
                                   : std::optional(flagsRead.takeFirst().value(0).value<RunFlagsReport>());
    }

    QTemporaryDir folder;
    TestWriter writer;
    EventReader reader;
    QSignalSpy flagsRead, failed;
};

} // namespace

class TstRunFlagsReading : public QObject
{
    Q_OBJECT
private slots:
    void ofOneRun();
    void goesOnWhereItWas();
    void aLongRunInPages();
    void largeBodies();
    void answersNothing();
};

void TstRunFlagsReading::ofOneRun()
{
    Fixture f;
    QVERIFY(f.writer.store(
        {sampleRequest({with(other, R"("$feature/a":false)"), with(run, R"("$feature/a":true)"),
            with(run, R"("tool_id":"x")"), with(run, R"("$feature/b":"v2")")})}));
    const auto report = f.answerTo({7, f.rowOf(run), {}, {}});
    QVERIFY(report);
    QCOMPARE(report->order.generation, std::uint64_t(7));
    QCOMPARE(report->flags.size(), std::size_t(2));
    QCOMPARE(report->flags[0].key, std::string("a"));
    QCOMPARE(report->flags[0].value, FlagValue::on());
    QCOMPARE(report->flags[0].event, EventId(2));
    QCOMPARE(report->flags[1].value, FlagValue::of("v2"));
    QCOMPARE(report->flags[1].eventName, std::string("tool_used"));
    QCOMPARE(report->reached, EventId(4));
}

void TstRunFlagsReading::goesOnWhereItWas()
{
    Fixture f;
    QVERIFY(f.writer.store({sampleRequest({with(run, R"("$feature/a":true)")})}));
    RunFlagsOrder order{1, f.rowOf(run), {}, {}};
    order.after = f.answerTo(order)->reached;
    QVERIFY(f.answerTo(order)->flags.empty());
    QCOMPARE(f.answerTo(order)->reached, order.after);
    QVERIFY(f.writer.store({sampleRequest({with(run, R"("$feature/a":false)")}, 2)}));
    const auto later = f.answerTo(order);
    QCOMPARE(later->flags.size(), std::size_t(1));
    QCOMPARE(later->flags[0].value, FlagValue::off());
    QVERIFY(later->reached > order.after);
}

void TstRunFlagsReading::aLongRunInPages()
{
    Fixture f;
    std::vector<SampleEvent> events(2'500, with(run, R"("tool_id":"x")"));
    events[10] = with(run, R"("$feature/a":true)");
    events[2'400] = with(run, R"("$feature/a":false)");
    QVERIFY(f.writer.store({sampleRequest(events)}));
    const auto report = f.answerTo({1, f.rowOf(run), {}, {}});
    QCOMPARE(report->flags.size(), std::size_t(2));
    QCOMPARE(report->reached, EventId(2'500));
}

void TstRunFlagsReading::largeBodies()
{
    // Larger than what a reader remembers, and a small one between them.
    const std::string ballast = R"("text":")" + std::string(6'000'000, 'x') + R"(","$feature/a":)";
    const auto request = [&](std::uint64_t exchange, const std::string &first, const std::string &second) {
        return sampleRequest({with(run, ballast + first), with(run, ballast + second)}, exchange);
    };
    Fixture f;
    QVERIFY(f.writer.store({request(1, R"("v1")", R"("v2")"),
        sampleRequest({with(run, R"("$feature/a":"v3")")}, 2), request(3, R"("v4")", R"("v5")")}));
    const auto report = f.answerTo({1, f.rowOf(run), {}, {}});
    QVERIFY(report);
    QCOMPARE(report->flags.size(), std::size_t(5));
    for (std::size_t i = 0; i < 5; ++i)
        QCOMPARE(report->flags[i].value, FlagValue::of('v' + std::to_string(i + 1)));
}

void TstRunFlagsReading::answersNothing()
{
    Fixture f;
    QVERIFY(f.writer.store(
        {sampleRequest({with(run, R"("$feature/a":true)"), with("", R"("$feature/a":true)")})}));
    QVERIFY(!f.answerTo({1, TraceRow(4711), {}, {}})); // Pruned.
    QVERIFY(!f.answerTo({1, f.rowOf(""), {}, {}})); // Not a run.
    const auto cancelled = std::make_shared<std::atomic_bool>(true);
    QVERIFY(!f.answerTo({1, f.rowOf(run), {}, cancelled}));
    QVERIFY(f.answerTo({1, f.rowOf(run), {}, std::make_shared<std::atomic_bool>(false)}));
    QVERIFY(f.failed.isEmpty());
    // Of two that wait, the newer.
    f.flagsRead.clear();
    f.reader.readRunFlags({1, f.rowOf(run), {}, {}});
    QCOMPARE(f.answerTo({2, f.rowOf(run), {}, {}})->order.generation, std::uint64_t(2));
    QVERIFY(f.flagsRead.isEmpty());
}

QTEST_GUILESS_MAIN(TstRunFlagsReading)
#include "tst_runflagsreading.moc"
