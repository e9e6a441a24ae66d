#include "core/schema/planreader.h"
#include "core/schema/planvalidator.h"

#include <QFile>
#include <QTest>

#include <algorithm>

using namespace Weir;
using namespace Qt::StringLiterals;

/// Plans in all forms: what is read, what comes back, and where the errors of a wrong one are.
class TestPlan : public QObject
{
    Q_OBJECT
private slots:
    void builtIn();
    void reads_data();
    void reads();
    void roundTrips_data();
    void roundTrips();
    void yamlCannotSay_data();
    void yamlCannotSay();
    void refuses_data();
    void refuses();
    void refusesFolder();
    void folder();
    void hostile_data();
    void hostile();
    void rudderProject();
};

namespace {

std::string fixture(const char *name)
{
    QFile file(
        QStringLiteral(WEIR_SOURCE_DIR) + u"/tests/fixtures/schema/plans/"_s + QString::fromLatin1(name));
    return file.open(QIODevice::ReadOnly) ? file.readAll().toStdString() : std::string();
}

/// "tool_used: latency_ms integer, status string?": what a plan asks, in short. ? is optional.
std::string told(const Plan &plan)
{
    std::string text;
    for (const PlanEvent &event : plan.events) {
        text += (text.empty() ? "" : "; ")
            + (event.name.empty() ? std::string(toText(event.type)) : event.name);
        if (event.section != PlanSection::Properties)
            text += " in " + std::string(toText(event.section));
        std::string separator = ": ";
        for (const PlanProperty &property : propertiesOf(event)) {
            text += separator + property.name + ' ' + typeText(property) + (property.isRequired ? "" : "?");
            separator = ", ";
        }
    }
    return text;
}

std::string readText(const char *name, const std::string &text)
{
    const auto plan = readPlan({{name, text}});
    return plan ? told(*plan) : toText(plan.error());
}

} // namespace

void TestPlan::builtIn()
{
    const Plan &plan = builtInPlan();
    QCOMPARE(plan.events.size(), std::size_t(7));
    QCOMPARE(plan.identity.size(), std::size_t(3));
    QCOMPARE(told(plan),
        "flow_executed: flow_id string, tools_used string[], time_ms integer, success boolean, error "
        "string?; "
        "tool_used: tool_id string, tool_type string, status string, latency_ms integer, execution_id "
        "string?; "
        "rag_query_triggered: vector_db_used string, index_name string, latency_ms integer, sources_found "
        "integer, index_version string?; "
        "agent_created: agent_type string, memory_backend string, framework string; "
        "prompt_blocked: match_score number, source string, reason string; "
        "agent_execution: agent_type string, latency_ms integer, success boolean, tokens integer?, cost_usd "
        "number?; "
        "agent_error: agent_type string, error_type string, error_message string");
    QVERIFY(CompiledPlan::compile(plan));
}

void TestPlan::reads_data()
{
    QTest::addColumn<QByteArray>("name");
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QByteArray>("plan");
    const auto row = [](const char *label, const char *name, const char *text, const char *plan) {
        QTest::newRow(label) << QByteArray(name) << QByteArray(text) << QByteArray(plan);
    };
    row("one schema, by its file", "tool_used.schema.json", R"({"properties":{"a":{"type":"string"}}})",
        "tool_used: a string?");
    row("one schema, by its title", "",
        R"({"title":"tool_used","properties":{"a":{"type":["integer","null"]}}})",
        "tool_used: a integer or null?");
    row("a schema of the whole event", "a.json",
        R"({"type":"object","properties":{"properties":{"type":"object","properties":{"b":{}},"required":["b"]}}})",
        "a: b any");
    row("an array of schemas", "", R"([{"title":"a"},{"title":"b","properties":{"c":true}}])",
        "a; b: c any?");
    row("definitions", "plan.json", R"({"$defs":{"a":{"required":["x"]},"b":true}})", "a; b");
    row("draft-07", "plan.json",
        R"({"definitions":{"a":{"$schema":"http://json-schema.org/draft-07/schema#","properties":{"x":{"type":"array","items":[{"type":"string"}]}}}}})",
        "a: x array?");
    row("one document", "plan.json",
        R"({"events":{"a":{"properties":{"x":{"type":"array","items":{"type":"string"}}}},"b":{}}})",
        "a: x string[]?; b");
    row("RudderStack, current", "p.json",
        R"({"id":"tp","name":"n","version":3,"events":[{"name":"a","eventType":"track","identitySection":"properties","rules":{"type":"object","properties":{"properties":{"type":"object","properties":{"x":{"type":["integer"]}},"required":["x"]}}}},{"name":"","eventType":"identify","identitySection":"context.traits","rules":{"type":"object","properties":{"context":{"type":"object","properties":{"traits":{"type":"object","properties":{"y":{"type":"string"}}}}}}}}]})",
        "a: x integer; identify in context.traits: y string?");
    row("RudderTyper", "plan.json",
        R"({"name":"n","rules":{"events":[{"name":"a","description":"d","eventType":"track","rules":{"$schema":"http://json-schema.org/draft-07/schema#","type":"object","properties":{"properties":{"type":"object","properties":{"x":{"type":"number"}}}}}}]}})",
        "a: x number?");
    row("the oldest", "plan.json",
        R"({"rules":{"events":[{"name":"a","rules":{}}],"page":{"version":"1","type":"object","properties":{"properties":{"properties":{"x":{}}}}}}})",
        "a in event; page: x any?");
    row("more than a section", "p.json",
        R"({"events":[{"name":"a","rules":{"type":"object","required":["userId"],"properties":{"properties":{}}}}]})",
        "a in event: properties any?");
    row("byte order mark", "a.json", "\xEF\xBB\xBF{\"properties\":{\"x\":{}}}", "a: x any?");
}

void TestPlan::reads()
{
    QFETCH(QByteArray, name);
    QFETCH(QByteArray, text);
    QTEST(QByteArray::fromStdString(readText(name.constData(), text.toStdString())), "plan");
}

void TestPlan::roundTrips_data()
{
    QTest::addColumn<int>("form");
    QTest::addColumn<QByteArray>("source"); // Empty: the built-in plan.
    const auto row = [](const char *label, PlanForm form, const char *source) {
        QTest::newRow(label) << static_cast<int>(form) << QByteArray(source);
    };
    row("built in, JSON Schema", PlanForm::JsonSchema, "");
    row("built in, RudderStack's JSON", PlanForm::RudderJson, "");
    row("built in, rudder-cli's YAML", PlanForm::RudderYaml, "");
    row("a project, JSON Schema", PlanForm::JsonSchema, "project.yaml");
    row("a project, RudderStack's JSON", PlanForm::RudderJson, "project.yaml");
    row("a project, rudder-cli's YAML", PlanForm::RudderYaml, "project.yaml");
}

// What a form has no place for is lost at the first writing, and nothing after that.
void TestPlan::roundTrips()
{
    QFETCH(int, form);
    QFETCH(QByteArray, source);
    const auto original = source.isEmpty() ? Result<Plan>(builtInPlan())
                                           : readPlan({{source.toStdString(), fixture(source.constData())}});
    QVERIFY2(original, original ? "" : toText(original.error()).c_str());
    const auto written = writePlan(*original, static_cast<PlanForm>(form));
    QVERIFY2(written, written ? "" : toText(written.error()).c_str());
    const auto again = readPlan({{{}, *written}});
    QVERIFY2(again, again ? "" : (toText(again.error()) + '\n' + *written).c_str());
    QVERIFY(planFormOf({{}, *written}) == static_cast<PlanForm>(form));
    QCOMPARE(told(*again), told(*original));
    const auto twice = writePlan(*again, static_cast<PlanForm>(form));
    QVERIFY(twice);
    const auto third = readPlan({{{}, *twice}});
    QVERIFY(third && *third == *again);
    QCOMPARE(*writePlan(*third, static_cast<PlanForm>(form)), *twice);
    if (form == static_cast<int>(PlanForm::JsonSchema) && source.isEmpty())
        QVERIFY(*again == *original);
}

void TestPlan::yamlCannotSay_data()
{
    QTest::addColumn<QByteArray>("plan");
    QTest::addColumn<QByteArray>("error");
    const auto row = [](const char *label, const char *plan, const char *error) {
        QTest::newRow(label) << QByteArray(plan) << QByteArray(error);
    };
    row("anyOf", R"({"events":{"a":{"properties":{"x":{"anyOf":[true]}}}}})",
        "a › x: rudder-cli's YAML has no form for the keyword anyOf");
    row("a rule of its own", R"({"events":{"a":{"minProperties":1}}})",
        "a: rudder-cli's YAML has no form for the keyword minProperties");
    row("required alone", R"({"events":{"a":{"required":["x"]}}})",
        "a › x: rudder-cli's YAML has no form for a required property without a schema");
    row("a schema for the rest", R"({"events":{"a":{"additionalProperties":{"type":"string"}}}})",
        "a: rudder-cli's YAML has no form for additionalProperties with a schema");
}

void TestPlan::yamlCannotSay()
{
    QFETCH(QByteArray, plan);
    const auto read = readPlan({{"p.json", plan.toStdString()}});
    QVERIFY2(read, read ? "" : toText(read.error()).c_str());
    const auto written = writePlan(*read, PlanForm::RudderYaml);
    QVERIFY(!written);
    QTEST(QByteArray::fromStdString(toText(written.error())), "error");
}

void TestPlan::refuses_data()
{
    QTest::addColumn<QByteArray>("name");
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QByteArray>("error");
    const auto row = [](const char *label, const char *name, const char *text, const char *error) {
        QTest::newRow(label) << QByteArray(name) << QByteArray(text) << QByteArray(error);
    };
    row("no JSON", "p.json", "{\n \"events\": }",
        "p.json, line 2, column 12 › events: Expected a JSON value");
    row("a number", "p.json", "5", "p.json, line 1, column 1: Expected a plan: an object");
    row("a wrong type", "p.json",
        "{\"events\": {\n  \"a\": {\"properties\": {\n    \"x\": {\"type\": \"text\"}}}}}",
        "p.json, line 3, column 19 › a: Expected a type: string, integer, number, boolean, array, object or "
        "null");
    row("no schema", "p.json", "{\"events\":{\"a\":\n5}}",
        "p.json, line 2, column 1: Expected a schema: an object, true or false");
    row("events are a text", "p.json", R"({"events":"a"})",
        "p.json, line 1, column 11: Expected an object of schemas by the names of events");
    row("no events", "p.json", R"({"events":{}})", "p.json: The plan has no events");
    row("no title", "", R"([{}])",
        "line 1, column 2: This schema does not say of which event: give it a title");
    row("an identity that is none", "p.json", R"({"identity":["tenant"],"events":{"a":{}}})",
        "p.json, line 1, column 14: Expected trace_id, user_id or workspace_id");
    row("twice", "", R"([{"title":"a"},{"title":"a"}])", "line 1, column 16: The event a is planned twice");
    row("a file from elsewhere", "p.json", R"({"events":{"a":{"$ref":"https://example.com/a"}}})",
        "p.json, line 1, column 24 › a: The schema https://example.com/a is not here, and Weir fetches none: "
        "put "
        "it beside this one");
    row("RudderStack, no rules", "p.json", "{\"events\":[\n {\"name\":\"a\"}]}",
        "p.json, line 2, column 2: Expected rules for the event a");
    row("RudderStack, no name", "p.json", R"({"events":[{"rules":{}}]})",
        "p.json, line 1, column 12: Expected the name of the event");
    row("RudderStack, a type that is none", "p.json",
        R"({"events":[{"name":"a","eventType":"merge","rules":{}}]})",
        "p.json, line 1, column 12: Expected an event of type track, identify, page, screen or group");
    row("RudderStack, a wrong rule", "p.json",
        "{\"events\":[{\"name\":\"a\",\n\"rules\":{\"properties\":{\"properties\":{\"required\":\"x\"}}}}]}",
        "p.json, line 2, column 49 › a: Expected an array of names");
    row("no YAML", "p.yaml", "kind: [a\nspec: }", "p.yaml, line 2, column 5: Not YAML: ");
    row("YAML, no kind", "p.yaml", "a: 1", "p.yaml, line 1, column 1: Expected a document of rudder-cli");
    row("YAML, a kind that is none", "p.yaml", "version: rudder/v1\nkind: x\nspec: {}",
        "p.yaml, line 2, column 7: Weir knows no kind x");
    row("YAML, no such event", "p.yaml",
        "version: rudder/v1\nkind: tracking-plan\nspec:\n  rules:\n    - event: '#event:a'",
        "p.yaml, line 5, column 14: There is no event #event:a");
    row("YAML, no plan", "p.yaml", "version: rudder/v1\nkind: events\nspec: {events: []}",
        "Expected one document of the kind tracking-plan");
    row("nothing", "p.json", "", "p.json, line 1, column 1: Expected JSON and found nothing");
}

void TestPlan::refuses()
{
    QFETCH(QByteArray, name);
    QFETCH(QByteArray, text);
    QFETCH(QByteArray, error);
    const std::string told = readText(name.constData(), text.toStdString());
    QVERIFY2(QByteArray::fromStdString(told).startsWith(error), told.c_str());
}

void TestPlan::refusesFolder()
{
    const auto plan = readPlan({{"a.json", R"({"properties":{"x":true}})"}, {"b.json", "{\n\"type\": 5}"}});
    QVERIFY(!plan);
    QCOMPARE(plan.error().where, "b.json, line 2, column 9 › b");
    QVERIFY(!readPlan({}));
}

void TestPlan::folder()
{
    const std::vector<PlanFile> files{
        {"tool_used.json", R"({"type":"object","properties":{"a":{"$ref":"shared.json#/$defs/money"}}})"},
        {"shared.json", R"({"$defs":{"money":{"type":"number","minimum":0}}})"},
        {"flow.executed.json", R"({"x-weir":{"event":"Flow Executed","id":"f"},"type":"object"})"}};
    const auto plan = readPlan(files);
    QVERIFY2(plan, plan ? "" : toText(plan.error()).c_str());
    QCOMPARE(told(*plan), "tool_used: a any?; Flow Executed");
    QCOMPARE(plan->events[1].id, "f");
    auto compiled = CompiledPlan::compile(*plan);
    QVERIFY(compiled);
    PlanValidator validator(*compiled);
    Event event;
    event.name = "tool_used";
    event.traceId = event.userId = event.workspaceId = "x";
    QCOMPARE(validator.validate(event, R"({"properties":{"a":-1}})").size(), std::size_t(1));
    const auto again = readPlan(writePlanFolder(*plan));
    QVERIFY2(again, again ? "" : toText(again.error()).c_str());
    QVERIFY(*again == *plan);
    const auto document = writePlan(*plan, PlanForm::JsonSchema);
    QVERIFY(document);
    const auto fromDocument = readPlan({{"plan.json", *document}});
    QVERIFY2(fromDocument, fromDocument ? "" : toText(fromDocument.error()).c_str());
    QVERIFY(*fromDocument == *plan);
}

void TestPlan::hostile_data()
{
    QTest::addColumn<QByteArray>("text");
    const auto row = [](const char *label, const QByteArray &text) { QTest::newRow(label) << text; };
    row("deep JSON", QByteArray("{\"a\":").repeated(100'000));
    row("deep YAML", QByteArray("[").repeated(100'000));
    row("deep YAML of lines", QByteArray("- ").repeated(20'000));
    QByteArray laughs = "version: rudder/v1\nkind: properties\na0: &a0 [x]\n";
    for (int i = 1; i < 30; ++i) {
        const QByteArray before = "*a" + QByteArray::number(i - 1);
        laughs += "a" + QByteArray::number(i) + ": &a" + QByteArray::number(i) + " [" + before + ',' + before
            + "]\n";
    }
    row("aliases of aliases",
        laughs
            + "spec:\n  properties:\n    - {id: p, name: p, type: string, config: {enum: *a29}}\n---\n"
              "version: rudder/v1\nkind: events\nspec: {events: [{id: e, name: e, event_type: track}]}\n---\n"
              "version: rudder/v1\nkind: tracking-plan\nspec: {id: t, rules: [{event: '#event:e', "
              "properties: "
              "[{property: '#property:p'}]}]}\n");
    row("an alias of itself",
        "version: rudder/v1\nkind: properties\nspec:\n  properties:\n    - {id: p, name: p, config: {enum: "
        "&a [*a]}}\n---\n"
        "version: rudder/v1\nkind: events\nspec: {events: [{id: e, name: e, event_type: track}]}\n---\n"
        "version: rudder/v1\nkind: tracking-plan\nspec: {id: t, rules: [{event: '#event:e', properties: "
        "[{property: '#property:p'}]}]}\n");
    QByteArray many = "{\"events\":{\"a\":{}";
    for (int i = 0; i < 20'000; ++i)
        many += ",\"e" + QByteArray::number(i) + "\":{}";
    row("twenty thousand events", many + "}}");
    row("zeros", QByteArray(100'000, '\0'));
    row("a large text", QByteArray(17 << 20, ' '));
}

void TestPlan::hostile()
{
    QFETCH(QByteArray, text);
    const auto plan = readPlan({{{}, text.toStdString()}});
    QVERIFY(!plan);
    QVERIFY(!plan.error().message.empty());
}

/// Custom types, variants, nested properties, several types, both versions of references.
void TestPlan::rudderProject()
{
    const auto plan = readPlan({{"project.yaml", fixture("project.yaml")}});
    QVERIFY2(plan, plan ? "" : toText(plan.error()).c_str());
    QCOMPARE(QByteArray::fromStdString(told(*plan)),
        "Order Paid: amount number, currency string, method string, items (string or integer)[]?, address "
        "object?; "
        "identify in context.traits: plan string or null?");
    auto compiled = CompiledPlan::compile(*plan);
    QVERIFY(compiled);
    PlanValidator validator(*compiled);
    Event event;
    event.source = Source::RudderStack;
    event.name = "Order Paid";
    event.traceId = event.userId = event.workspaceId = "x";
    const auto violations = [&](const char *properties) {
        std::string text;
        for (const Violation &violation :
            validator.validate(event, "{\"properties\":" + std::string(properties) + '}'))
            text += violation.path + ' ' + violation.message + "; ";
        return text;
    };
    QCOMPARE(
        violations(R"({"amount":5,"currency":"EUR","method":"cash","address":{"city":"Ulm","x":1}})"), "");
    QCOMPARE(violations(R"({"amount":5,"currency":"EUR","method":"card","last4":"1234"})"), "");
    QCOMPARE(violations(R"({"amount":5,"currency":"EUR","method":"card"})"),
        "/properties must have required property 'last4'; /properties must match \"then\" schema; ");
    QCOMPARE(violations(R"({"amount":-5,"currency":"euro","method":"cash","address":{},"y":1})"),
        "/properties/amount must be >= 0; /properties/currency must match pattern \"^[A-Z]{3}$\"; "
        "/properties/address must have required property 'city'; "
        "/properties must NOT have unevaluated properties 'y'; ");
}

QTEST_APPLESS_MAIN(TestPlan)
#include "tst_plan.moc"
