#include "core/schema/nearestname.h"
#include "core/schema/planreader.h"
#include "core/schema/planvalidator.h"
#include "core/schema/violationsummary.h"

#include <QTest>

using namespace Weir;
using namespace Qt::StringLiterals;

/// Events against the built-in plan and others; each row is one mistake, or none.
class TestPlanValidator : public QObject
{
    Q_OBJECT
private slots:
    void names_data();
    void names();
    void builtIn_data();
    void builtIn();
    void sources_data();
    void sources();
    void sections_data();
    void sections();
    void tells();
    void hostile();
    void clock_data();
    void clock();
    void traces_data();
    void traces();
    void summary();
    void summaryIsBounded();
    void nearest_data();
    void nearest();
};

namespace {

Event trackEvent(const std::string &name, Source source = Source::PostHog)
{
    Event event;
    event.name = name;
    event.source = source;
    event.traceId = "4bf92f3577b34da6a3ce929d0e0e4736";
    event.userId = "user-17";
    event.workspaceId = "acme";
    event.receivedAt = fromMs(1795000000000);
    return event;
}

/// "Datatype-Mismatch /properties/latency_ms", one after the other.
std::string told(const std::vector<Violation> &violations)
{
    std::string text;
    for (const Violation &violation : violations) {
        text += (text.empty() ? "" : "; ") + std::string(toText(violation.kind)) + ' ' + violation.path;
        if (!violation.property.empty())
            text += ' ' + violation.property;
        if (!violation.nearest.empty())
            text += " (" + violation.nearest + ')';
    }
    return text;
}

PlanValidator builtInValidator()
{
    auto plan = CompiledPlan::compile(builtInPlan());
    return PlanValidator(*std::move(plan));
}

std::string withProperties(const char *properties)
{
    return "{\"event\":\"e\",\"properties\":" + std::string(properties) + "}";
}

} // namespace

void TestPlanValidator::names_data()
{
    QTest::addColumn<QByteArray>("name");
    for (std::size_t i = 0; i < violationKindCount; ++i) {
        const auto name = toText(static_cast<ViolationKind>(i));
        QTest::newRow(std::string(name).c_str()) << QByteArray(name.data(), static_cast<int>(name.size()));
    }
}

void TestPlanValidator::names()
{
    QFETCH(QByteArray, name);
    const auto kind = violationKindFromText(name.constData());
    QVERIFY(kind);
    QCOMPARE(toText(*kind), std::string_view(name.constData()));
    QVERIFY(!violationKindFromText("Nothing"));
}

void TestPlanValidator::builtIn_data()
{
    QTest::addColumn<QByteArray>("name");
    QTest::addColumn<QByteArray>("properties");
    QTest::addColumn<QByteArray>("violations");
    const auto row = [](const char *label, const char *name, const char *properties, const char *violations) {
        QTest::newRow(label) << QByteArray(name) << QByteArray(properties) << QByteArray(violations);
    };
    constexpr const char *tool = R"({"tool_id":"t","tool_type":"http","status":"success","latency_ms":840})";
    row("flow_executed", "flow_executed",
        R"({"flow_id":"f","tools_used":["a"],"time_ms":1,"success":false,"error":"x"})", "");
    row("tool_used", "tool_used", tool, "");
    row("rag_query_triggered", "rag_query_triggered",
        R"({"vector_db_used":"p","index_name":"i","latency_ms":1,"sources_found":0})", "");
    row("agent_created", "agent_created", R"({"agent_type":"a","memory_backend":"m","framework":"f"})", "");
    row("prompt_blocked", "prompt_blocked", R"({"match_score":1,"source":"s","reason":"r"})", "");
    row("agent_execution", "agent_execution",
        R"({"agent_type":"a","latency_ms":1.0,"success":true,"tokens":9007199254740993,"cost_usd":0.1})", "");
    row("agent_error", "agent_error", R"({"agent_type":"a","error_type":"t","error_message":"m"})", "");
    row("what the SDK adds", "agent_error",
        R"({"agent_type":"a","error_type":"t","error_message":"m","$lib":"web","distinct_id":"u","token":"k","trace_id":"t","workspace_id":"w","span_id":"s"})",
        "");
    row("unplanned", "tool_uesd", tool, "Unplanned-Event  (tool_used)");
    row("unplanned by its case", "toolUsed", tool, "Unplanned-Event  (tool_used)");
    row("unplanned, unlike any", "invoice_paid", tool, "Unplanned-Event ");
    row("PostHog's own", "$autocapture", "{}", "");
    row("missing", "tool_used", R"({"tool_id":"t","tool_type":"http","latency_ms":840})",
        "Required-Missing /properties status");
    row("missing for its case", "tool_used",
        R"({"toolId":"t","tool_type":"http","status":"error","latency_ms":840})",
        "Additional-Properties /properties toolId (tool_id); Required-Missing /properties tool_id (toolId)");
    row("text for a number", "tool_used",
        R"({"tool_id":"t","tool_type":"http","status":"success","latency_ms":"840"})",
        "Datatype-Mismatch /properties/latency_ms");
    row("null for a text", "agent_error", R"({"agent_type":null,"error_type":"t","error_message":"m"})",
        "Datatype-Mismatch /properties/agent_type");
    row("a fraction for a whole number", "tool_used",
        R"({"tool_id":"t","tool_type":"http","status":"success","latency_ms":0.5})",
        "Datatype-Mismatch /properties/latency_ms");
    row("negative", "tool_used", R"({"tool_id":"t","tool_type":"http","status":"success","latency_ms":-1})",
        "Unknown-Violation /properties/latency_ms");
    row("above 1", "prompt_blocked", R"({"match_score":1.0000000000000000001,"source":"s","reason":"r"})",
        "Unknown-Violation /properties/match_score");
    row("none of the enum", "tool_used",
        R"({"tool_id":"t","tool_type":"http","status":"sucess","latency_ms":1})",
        "Unknown-Violation /properties/status (success)");
    row("an item", "flow_executed", R"({"flow_id":"f","tools_used":["a",7],"time_ms":1,"success":true})",
        "Datatype-Mismatch /properties/tools_used/1");
    row("additional", "tool_used",
        R"({"tool_id":"t","tool_type":"http","status":"success","latency_ms":1,"extra":1})",
        "Additional-Properties /properties extra");
    row("the trace id in camel case", "tool_used",
        R"({"tool_id":"t","tool_type":"http","status":"success","latency_ms":1,"traceId":"x"})",
        "Additional-Properties /properties traceId (trace_id)");
    row("properties are no object", "agent_error", "[]", "Datatype-Mismatch /properties");
}

void TestPlanValidator::builtIn()
{
    QFETCH(QByteArray, name);
    QFETCH(QByteArray, properties);
    PlanValidator validator = builtInValidator();
    const std::string payload = withProperties(properties.constData());
    const auto violations = validator.validate(trackEvent(name.toStdString()), payload);
    QTEST(QByteArray::fromStdString(told(violations)), "violations");
    QCOMPARE(validator.validate(trackEvent(name.toStdString()), payload), violations);
}

void TestPlanValidator::sources_data()
{
    QTest::addColumn<int>("source");
    QTest::addColumn<int>("type");
    QTest::addColumn<QByteArray>("payload");
    QTest::addColumn<bool>("hasIdentity");
    QTest::addColumn<QByteArray>("violations");
    const auto row = [](const char *label, Source source, EventType type, const char *payload,
                         bool hasIdentity, const char *violations) {
        QTest::newRow(label) << static_cast<int>(source) << static_cast<int>(type) << QByteArray(payload)
                             << hasIdentity << QByteArray(violations);
    };
    constexpr const char *good
        = R"({"event":"agent_error","properties":{"agent_type":"a","error_type":"t","error_message":"m"}})";
    constexpr const char *none = "Trace-Missing /properties trace_id; Required-Missing /properties user_id; "
                                 "Required-Missing /properties workspace_id";
    row("RudderStack", Source::RudderStack, EventType::Track, good, true, "");
    row("RudderStack knows no names with $", Source::RudderStack, EventType::Track,
        R"({"properties":{"agent_type":"a","error_type":"t","error_message":"m","$lib":"x"}})", true,
        "Additional-Properties /properties $lib");
    row("Segment", Source::Segment, EventType::Track, good, true, "");
    row("webhook, in data", Source::Webhook, EventType::Track,
        R"({"name":"agent_error","data":{"agent_type":"a","error_type":5,"error_message":"m"}})", true,
        "Datatype-Mismatch /data/error_type");
    row("no properties", Source::RudderStack, EventType::Track, R"({"event":"agent_error"})", true,
        "Required-Missing /properties agent_type; Required-Missing /properties error_type; "
        "Required-Missing /properties error_message");
    row("no identity", Source::PostHog, EventType::Track, good, false, none);
    row("a row without identity", Source::Supabase, EventType::RowChange, R"({"record":{"id":1}})", false,
        "Trace-Missing /record trace_id; Required-Missing /record user_id; Required-Missing /record "
        "workspace_id");
    row("identify asks for none", Source::PostHog, EventType::Identify, R"({"event":"$identify"})", false,
        "");
    row("no JSON", Source::PostHog, EventType::Track, "{\"event\":", true, "Unknown-Violation ");
}

void TestPlanValidator::sources()
{
    QFETCH(int, source);
    QFETCH(int, type);
    QFETCH(QByteArray, payload);
    QFETCH(bool, hasIdentity);
    Event event = trackEvent("agent_error", static_cast<Source>(source));
    event.type = static_cast<EventType>(type);
    if (!hasIdentity)
        event.traceId = event.userId = event.workspaceId = {};
    PlanValidator validator = builtInValidator();
    QTEST(QByteArray::fromStdString(told(validator.validate(event, payload.toStdString()))), "violations");
}

void TestPlanValidator::sections_data()
{
    QTest::addColumn<QByteArray>("payload");
    QTest::addColumn<QByteArray>("violations");
    const auto row = [](const char *label, const char *payload, const char *violations) {
        QTest::newRow(label) << QByteArray(payload) << QByteArray(violations);
    };
    row("fits", R"({"context":{"traits":{"plan":"pro"}}})", "");
    row("does not", R"({"context":{"traits":{"plan":1}}})", "Datatype-Mismatch /context/traits/plan");
    // As with RudderStack: the rule's root does not ask for the section.
    row("is not there", R"({"context":{}})", "");
}

void TestPlanValidator::sections()
{
    QFETCH(QByteArray, payload);
    const auto plan = readPlan({{"p.json",
        "{\"rules\":{\"events\":[],\"identify\":{\"version\":1,\"type\":\"object\",\"properties\":"
        "{\"context\":{\"type\":\"object\",\"properties\":{\"traits\":{\"type\":\"object\","
        "\"properties\":{\"plan\":{\"type\":\"string\"}},\"required\":[\"plan\"]}}}}}}}"}});
    QVERIFY2(plan, plan ? "" : toText(plan.error()).c_str());
    auto compiled = CompiledPlan::compile(*plan);
    QVERIFY(compiled);
    PlanValidator validator(*compiled);
    Event event = trackEvent("identify", Source::RudderStack);
    event.type = EventType::Identify;
    QTEST(QByteArray::fromStdString(told(validator.validate(event, payload.toStdString()))), "violations");
}

void TestPlanValidator::tells()
{
    PlanValidator validator = builtInValidator();
    const std::string payload
        = withProperties(R"({"tool_id":"t","tool_type":"http","status":"skiped","latency_ms":"840"})");
    const auto violations = validator.validate(trackEvent("tool_used"), payload);
    QCOMPARE(violations.size(), std::size_t(2));
    const Violation &status = violations[0], &latency = violations[1];
    QCOMPARE(status.expected, "one of success, error, skipped");
    QCOMPARE(status.came, "string \"skiped\"");
    QCOMPARE(status.vendorKind, "Advance-Rules-Violation");
    QCOMPARE(latency.expected, "integer");
    QCOMPARE(latency.came, "string \"840\"");
    QCOMPARE(latency.message, "must be integer");
    QCOMPARE(latency.schemaPath, "#/properties/properties/properties/latency_ms/type");
    QCOMPARE(latency.vendorKind, "");
}

/// Thousands of mistakes at once end soon, and the first of them are told.
void TestPlanValidator::hostile()
{
    std::string schema = "{\"additionalProperties\":false,\"required\":[";
    for (int i = 0; i < 2000; ++i)
        schema += (i > 0 ? ",\"latency_" : "\"latency_") + std::to_string(i) + '"';
    const auto plan = readPlan({{"a.json", schema + "]}"}});
    QVERIFY2(plan, plan ? "" : toText(plan.error()).c_str());
    auto compiled = CompiledPlan::compile(*plan);
    QVERIFY(compiled);
    PlanValidator validator(*compiled);
    std::string payload = "{\"properties\":{\"x\":1";
    for (int i = 0; i < 50'000; ++i)
        payload += ",\"latencies_" + std::to_string(i) + "\":1";
    QCOMPARE(validator.validate(trackEvent("a"), payload + "}}").size(), PlanValidator::maxViolations);
    QCOMPARE(validator.validate(trackEvent("a"), payload.substr(0, 20) + "1}}").size(),
        PlanValidator::maxViolations);
}

void TestPlanValidator::clock_data()
{
    QTest::addColumn<int>("notices");
    QTest::addColumn<QByteArray>("violations");
    QTest::newRow("right") << 0 << QByteArray("");
    QTest::newRow("skew") << static_cast<int>(Notice::ClockSkew) << QByteArray("Clock-Skew /timestamp");
    QTest::newRow("future") << (static_cast<int>(Notice::ClockSkew) | static_cast<int>(Notice::ClockFuture))
                            << QByteArray("Clock-Future /timestamp");
    QTest::newRow("no time") << static_cast<int>(Notice::BadTime)
                             << QByteArray("Datatype-Mismatch /timestamp");
}

void TestPlanValidator::clock()
{
    QFETCH(int, notices);
    Event event = trackEvent("agent_created");
    event.notices = static_cast<Notices>(notices);
    event.clientTime = fromMs(1794999999000);
    PlanValidator validator = builtInValidator();
    const auto violations = validator.validate(
        event, R"({"timestamp":"Mon","properties":{"agent_type":"a","memory_backend":"m","framework":"f"}})");
    QTEST(QByteArray::fromStdString(told(violations)), "violations");
    if (!violations.empty() && violations.front().kind == ViolationKind::ClockSkew)
        QCOMPARE(violations.front().came, toRfc3339(fromMs(1794999999000)));
}

void TestPlanValidator::traces_data()
{
    QTest::addColumn<int>("events");
    QTest::addColumn<double>("usual");
    QTest::addColumn<int>("ids");
    QTest::addColumn<int>("users");
    QTest::addColumn<int>("workspaces");
    QTest::addColumn<QByteArray>("violations");
    QTest::newRow("nothing known") << 0 << 0.0 << 0 << 0 << 0 << QByteArray("");
    QTest::newRow("as usual") << 7 << 7.0 << 1 << 1 << 1 << QByteArray("");
    QTest::newRow("alone") << 1 << 7.0 << 1 << 1 << 1 << QByteArray("Trace-Single  trace_id");
    QTest::newRow("alone, as all are") << 1 << 1.0 << 1 << 1 << 1 << QByteArray("");
    QTest::newRow("two users") << 7 << 7.0 << 1 << 2 << 1 << QByteArray("Trace-Conflict  user_id");
    QTest::newRow("several of all")
        << 7 << 7.0 << 2 << 2 << 3
        << QByteArray("Trace-Conflict  trace_id; Trace-Conflict  user_id; Trace-Conflict  workspace_id");
}

void TestPlanValidator::traces()
{
    QFETCH(int, events);
    QFETCH(double, usual);
    QFETCH(int, ids);
    QFETCH(int, users);
    QFETCH(int, workspaces);
    const auto count = [](int value) { return static_cast<std::uint32_t>(value); };
    const TraceFacts facts{count(events), usual, count(ids), count(users), count(workspaces)};
    QTEST(QByteArray::fromStdString(told(traceViolations(trackEvent("a"), facts))), "violations");
    Event without = trackEvent("a");
    without.traceId.clear();
    QVERIFY(traceViolations(without, facts).empty());
}

void TestPlanValidator::summary()
{
    PlanValidator validator = builtInValidator();
    ViolationSummary summary;
    const auto add = [&](std::int64_t id, const char *version, std::int64_t ms, const char *properties) {
        Event event = trackEvent("flow_executed");
        event.id = static_cast<EventId>(id);
        event.sdk = {"posthog-node", version};
        event.receivedAt = fromMs(ms);
        summary.add(event, validator.validate(event, withProperties(properties)));
    };
    add(1, "5.1", 1000, R"({"flow_id":"f","tools_used":[1,2],"time_ms":1,"success":true})");
    add(2, "5.2", 3000, R"({"flow_id":"f","tools_used":["a",2],"time_ms":"1","success":true})");
    add(3, "5.2", 2000, R"({"flow_id":"f","tools_used":["a","b",2],"time_ms":1,"success":true})");
    add(4, "5.2", 4000, R"({"flow_id":"f","tools_used":[],"time_ms":1,"success":true})");
    QCOMPARE(summary.checkedEvents(), std::uint64_t(4));
    QCOMPARE(summary.invalidEvents(), std::uint64_t(3));
    const auto groups = summary.groups();
    QCOMPARE(groups.size(), std::size_t(2));
    QCOMPARE(groups[0].events, std::uint64_t(3)); // Two items of one event are one event.
    QCOMPARE(groups[0].sample.path, "/properties/tools_used/0");
    QCOMPARE(raw(groups[0].first), 1);
    QCOMPARE(raw(groups[0].last), 3);
    QCOMPARE(groups[0].senders.size(), std::size_t(2));
    QCOMPARE(groups[0].senders[1].events, std::uint64_t(2));
    QVERIFY(groups[0].senders[1].since == fromMs(2000));
    QCOMPARE(groups[1].sample.path, "/properties/time_ms");
}

void TestPlanValidator::summaryIsBounded()
{
    ViolationSummary summary;
    Violation violation;
    for (std::size_t i = 0; i < ViolationSummary::maxGroups + 5; ++i) {
        violation.property = std::to_string(i);
        summary.add(trackEvent("a"), {violation});
    }
    QCOMPARE(summary.groups().size(), ViolationSummary::maxGroups);
    QCOMPARE(summary.uncounted(), std::uint64_t(5));
}

void TestPlanValidator::nearest_data()
{
    QTest::addColumn<QByteArray>("name");
    QTest::addColumn<QByteArray>("near");
    const auto row = [](const char *name, const char *near) {
        QTest::newRow(name) << QByteArray(name) << QByteArray(near);
    };
    row("latencyMs", "latency_ms");
    row("Latency Ms", "latency_ms");
    row("latnecy_ms", "latency_ms");
    row("latency", "latency_ms");
    row("toolId", "tool_id");
    row("tol_id", "tool_id");
    row("tool_id", ""); // Itself is no help.
    row("colour", "");
    row("", "");
    row("___", "");
}

void TestPlanValidator::nearest()
{
    QFETCH(QByteArray, name);
    QFETCH(QByteArray, near);
    const std::string_view found
        = nearestName(name.constData(), {"tool_id", "tool_type", "status", "latency_ms"});
    QCOMPARE(std::string(found), near.toStdString());
    QVERIFY(nearestName(std::string(100'000, 'a'), {"tool_id", "aaaa"}).empty());
}

QTEST_APPLESS_MAIN(TestPlanValidator)
#include "tst_planvalidator.moc"
