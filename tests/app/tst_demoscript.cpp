#include "app/cli/demoscript.h"
#include "core/capture/decoder.h"
#include "tests/support/requests.h"

#include <QTest>

#include <map>
#include <set>

using namespace Weir;
using namespace Weir::Testing;

namespace {

const UtcTime start = *parseTime("2026-11-23T12:00:00.000Z");

constexpr std::string_view planned[] = {"flow_executed", "tool_used", "rag_query_triggered", "agent_created",
    "prompt_blocked", "agent_execution", "agent_error"};

/// All of a run's events as the capture door decodes them, each request on time.
std::vector<Event> decoded(const DemoRun &run, DemoPace pace = DemoPace::AsItHappens)
{
    std::vector<Event> events;
    for (const DemoRequest &request : run.requests) {
        HeaderPairs headers{{"Host", "127.0.0.1:9347"}};
        for (const auto &[name, value] : request.headers)
            headers.append({QByteArray::fromStdString(name), QByteArray::fromStdString(value)});
        const Intake intake = decodeRequest(
            makeRequest(QByteArray::fromStdString(request.method), QByteArray::fromStdString(request.target),
                headers, QByteArray::fromStdString(request.body)),
            {pace == DemoPace::AllAtOnce ? start : start + request.delay, "127.0.0.1:9347"});
        if (intake.state != RequestState::Decoded || intake.answer.status != 200)
            return {};
        events.insert(events.end(), intake.events.begin(), intake.events.end());
    }
    return events;
}

/// What is odd about an event, in the words of the faults. `seen` holds the uuids so far.
std::set<DemoFault> faultsOf(const Event &event, std::set<std::string> &seen)
{
    std::set<DemoFault> faults;
    if (has(event.notices, Notice::NoWorkspaceId))
        faults.insert(DemoFault::MissingWorkspace);
    if (has(event.notices, Notice::NoTraceId))
        faults.insert(DemoFault::LostTrace);
    if (has(event.notices, Notice::DurationAsText))
        faults.insert(DemoFault::NumberAsText);
    if (has(event.notices, Notice::BadTime))
        faults.insert(DemoFault::DateAsText);
    if (has(event.notices, Notice::ClockSkew))
        faults.insert(*event.clientTime < event.timestamp ? DemoFault::ClockLate : DemoFault::ClockEarly);
    if (event.traceCarrier.ends_with(".traceId"))
        faults.insert(DemoFault::CamelTraceId);
    const bool known = std::find(std::begin(planned), std::end(planned), event.name) != std::end(planned);
    if (event.type == EventType::Track && event.name[0] != '$' && !known)
        faults.insert(DemoFault::WrongCasing);
    if (!seen.insert(event.uuid).second)
        faults.insert(DemoFault::Duplicate);
    return faults;
}

} // namespace

class DemoScriptTest : public QObject
{
    Q_OBJECT
private slots:
    void sameSeedSameBytes();
    void faultsHitNothingElse();
    void allSevenEvents();
    void noNoticeWithoutFaults();
    void exactlyThePlantedFaults();
    void everyFaultOccurs();
    void durationsNest();
    void allShapes();
};

void DemoScriptTest::sameSeedSameBytes()
{
    QVERIFY(demoRun(7, 3, DemoFaults::Yes, start) == demoRun(7, 3, DemoFaults::Yes, start));
    std::set<std::string> traces, uuids;
    std::size_t events = 0;
    for (std::uint64_t seed : {1, 2}) {
        for (std::uint32_t index = 0; index < 20; ++index) {
            const DemoRun run = demoRun(seed, index, DemoFaults::No, start);
            traces.insert(run.traceId);
            for (const Event &event : decoded(run)) {
                uuids.insert(event.uuid);
                ++events;
            }
        }
    }
    QCOMPARE(traces.size(), std::size_t(40));
    QCOMPARE(uuids.size(), events);
}

void DemoScriptTest::faultsHitNothingElse()
{
    for (std::uint32_t index = 0; index < 20; ++index) {
        const DemoRun plain = demoRun(5, index, DemoFaults::No, start);
        const DemoRun faulty = demoRun(5, index, DemoFaults::Yes, start);
        QCOMPARE(faulty.traceId, plain.traceId);
        QVERIFY(plain.faults.empty());
        if (faulty.faults.empty())
            QVERIFY(faulty == plain);
    }
}

void DemoScriptTest::allSevenEvents()
{
    for (std::uint32_t index = 0; index < 50; ++index) {
        const DemoRun run = demoRun(11, index, DemoFaults::No, start);
        std::map<std::string, int> counts;
        std::set<std::string> users, workspaces;
        for (const Event &event : decoded(run)) {
            ++counts[event.name];
            QCOMPARE(event.traceId, run.traceId);
            users.insert(event.userId);
            workspaces.insert(event.workspaceId);
            if (event.name == "flow_executed")
                QVERIFY(!event.flowId.empty());
        }
        for (const std::string_view name : planned)
            QVERIFY2(counts[std::string(name)] > 0, name.data());
        QCOMPARE(counts["flow_executed"], 1);
        QCOMPARE(counts["agent_created"], 1);
        QVERIFY(counts["tool_used"] >= 2);
        QCOMPARE(users.size(), std::size_t(1));
        QCOMPARE(workspaces.size(), std::size_t(1));
    }
}

void DemoScriptTest::noNoticeWithoutFaults()
{
    for (std::uint32_t index = 0; index < 200; ++index) {
        const DemoPace pace = index % 2 == 0 ? DemoPace::AsItHappens : DemoPace::AllAtOnce;
        const std::vector<Event> events = decoded(demoRun(13, index, DemoFaults::No, start, pace), pace);
        QVERIFY(events.size() > std::size(planned));
        for (const Event &event : events) {
            QVERIFY2(event.notices == 0, event.name.c_str());
            QVERIFY(pace == DemoPace::AsItHappens || event.timestamp < start); // The run is over.
        }
    }
}

void DemoScriptTest::exactlyThePlantedFaults()
{
    for (std::uint32_t index = 0; index < 200; ++index) {
        const DemoPace pace = index % 2 == 0 ? DemoPace::AsItHappens : DemoPace::AllAtOnce;
        const DemoRun run = demoRun(17, index, DemoFaults::Yes, start, pace);
        std::map<std::string, std::set<DemoFault>> wanted, found;
        for (const PlantedFault &planted : run.faults)
            QVERIFY(wanted[planted.uuid].insert(planted.fault).second); // Each is told once.
        std::set<std::string> seen;
        for (const Event &event : decoded(run, pace)) {
            const std::set<DemoFault> faults = faultsOf(event, seen);
            if (!faults.empty())
                found[event.uuid].insert(faults.begin(), faults.end());
        }
        QVERIFY2(found == wanted, QByteArray::number(index).constData());
    }
}

void DemoScriptTest::everyFaultOccurs()
{
    std::set<DemoFault> kinds;
    for (std::uint32_t index = 0; index < 40; ++index) {
        for (const PlantedFault &planted : demoRun(1, index, DemoFaults::Yes, start).faults)
            kinds.insert(planted.fault);
    }
    QCOMPARE(kinds.size(), demoFaultCount);
    std::set<std::string_view> texts;
    for (const DemoFault fault : kinds)
        texts.insert(toText(fault));
    QCOMPARE(texts.size(), demoFaultCount);
}

void DemoScriptTest::durationsNest()
{
    for (std::uint32_t index = 0; index < 50; ++index) {
        const std::vector<Event> events = decoded(demoRun(19, index, DemoFaults::No, start));
        const auto flow = std::find_if(
            events.begin(), events.end(), [](const Event &event) { return event.name == "flow_executed"; });
        QVERIFY(flow != events.end());
        const auto begin = [](const Event &event) {
            return event.timestamp
                - std::chrono::milliseconds(static_cast<int>(event.durationMs.value_or(0)));
        };
        for (const Event &event : events) {
            QVERIFY(begin(event) >= begin(*flow));
            QVERIFY(event.timestamp <= flow->timestamp);
        }
        QVERIFY(*flow->durationMs > 300 && *flow->durationMs < 15'000);
    }
}

void DemoScriptTest::allShapes()
{
    std::set<std::string> targets, sdks;
    std::chrono::milliseconds last{};
    for (std::uint32_t index = 0; index < 30; ++index) {
        const DemoRun run = demoRun(23, index, DemoFaults::No, start);
        for (const DemoRequest &request : run.requests) {
            targets.insert(request.target);
            if (request.target != "/v1/track" && request.target != "/v1/identify")
                QVERIFY(request.body.starts_with("\x1f\x8b"));
            QVERIFY(request.delay >= last);
            last = request.delay;
        }
        last = {};
        for (const Event &event : decoded(run))
            sdks.insert(event.sdk.name);
    }
    QVERIFY((targets == std::set<std::string>{"/batch/", "/e/", "/v1/batch", "/v1/identify", "/v1/track"}));
    QVERIFY((
        sdks == std::set<std::string>{"RudderLabs JavaScript SDK", "analytics-node", "posthog-node", "web"}));
}

QTEST_APPLESS_MAIN(DemoScriptTest)
#include "tst_demoscript.moc"
