#include "tests/support/runningweir.h"

using namespace Weir;
using namespace Weir::Testing;

namespace {

const std::string good = R"({"tool_id":"t","tool_type":"http","status":"success","latency_ms":840,)"
                         R"("trace_id":"t1","workspace_id":"w1"})";
const std::string textLatency = R"({"tool_id":"t","tool_type":"http","status":"success","latency_ms":"840",)"
                                R"("trace_id":"t1","workspace_id":"w1"})";
const std::string missing = R"({"tool_type":"http","status":"success","latency_ms":1,)"
                            R"("trace_id":"t1","workspace_id":"w1"})";

/// A plan in which a latency may be a text, and there is no tool_id.
constexpr const char looser[]
    = R"({"title":"Looser","events":{"tool_used":{"type":"object","properties":{"latency_ms":{}}}}})";

} // namespace

class TestPlanCalls : public QObject
{
    Q_OBJECT
private slots:
    void init()
    {
        m_weir = std::make_unique<RunningWeir>();
        QVERIFY2(m_weir->start(), Weir::toText(m_weir->error).c_str());
    }
    void cleanup() { m_weir.reset(); }

    void checksWhatComes_data();
    void checksWhatComes();
    void groupsViolations();
    void filtersByStatus();
    void checksAgain();
    void keepsThePlan();
    void takesAFile();
    void refusesPlans_data();
    void refusesPlans();
    void tellsRows();
    void tellsRowsOfCallsOnly();

private:
    int send(const std::string &name, const std::string &properties)
    {
        return m_weir->post("/v1/track", trackBody(name, "message-" + std::to_string(++m_sent), properties));
    }
    Json event(int id) const { return m_weir->get("/weir/events/" + std::to_string(id)); }
    bool waitForRecheck() const
    {
        return QTest::qWaitFor([this] { return m_weir->get("/weir/plan").at("rechecking") == 0; }, 20'000);
    }

    std::unique_ptr<RunningWeir> m_weir;
    int m_sent = 0;
};

void TestPlanCalls::checksWhatComes_data()
{
    QTest::addColumn<QByteArray>("name");
    QTest::addColumn<QByteArray>("properties");
    QTest::addColumn<QByteArray>("status");
    QTest::addColumn<QByteArray>("violation"); // Kind, path, what was expected and what came.
    const auto row = [](const char *title, const char *name, const std::string &properties,
                         const char *status, const char *violation) {
        QTest::newRow(title) << QByteArray(name) << QByteArray::fromStdString(properties)
                             << QByteArray(status) << QByteArray(violation);
    };
    row("right", "tool_used", good, "valid", "");
    row("another type", "tool_used", textLatency, "invalid",
        "Datatype-Mismatch /properties/latency_ms integer string \"840\"");
    row("missing", "tool_used", missing, "invalid",
        "Required-Missing /properties the property tool_id nothing");
    row("unplanned", "toolUsed", good, "unplanned", "Unplanned-Event");
    row("no workspace", "agent_created",
        R"({"agent_type":"a","memory_backend":"m","framework":"f","trace_id":"t1"})", "invalid",
        "Required-Missing");
}

void TestPlanCalls::checksWhatComes()
{
    QFETCH(QByteArray, name);
    QFETCH(QByteArray, properties);
    QFETCH(QByteArray, status);
    QFETCH(QByteArray, violation);
    QCOMPARE(send(name.toStdString(), properties.toStdString()), 200);
    const Json event = this->event(1);
    QCOMPARE(event.at("status"), Json(status.toStdString()));
    QCOMPARE(event.at("violations").size(), violation.isEmpty() ? 0u : 1u);
    if (violation.isEmpty())
        return;
    const Json &told = event.at("violations").at(0);
    std::string all = told.at("kind").get<std::string>();
    for (const char *member : {"path", "expected", "came"})
        all += ' ' + (told.at(member).is_null() ? std::string() : told.at(member).get<std::string>());
    QVERIFY2(all.starts_with(violation.toStdString()), all.c_str());
}

void TestPlanCalls::groupsViolations()
{
    for (int i = 0; i < 3; ++i)
        QCOMPARE(send("tool_used", textLatency), 200);
    QCOMPARE(send("tool_used", good), 200);
    QCOMPARE(send("tool_usd", good), 200);
    const Json all = m_weir->get("/weir/violations");
    QCOMPARE(all.at("checked"), Json(5));
    QCOMPARE(all.at("valid"), Json(1));
    QCOMPARE(all.at("invalid"), Json(3));
    QCOMPARE(all.at("unplanned"), Json(1));
    QCOMPARE(all.at("violations").size(), 2u);
    const Json &type = all.at("violations").at(0), &unplanned = all.at("violations").at(1);
    QCOMPARE(type.at("event"), Json("tool_used"));
    QCOMPARE(type.at("kind"), Json("Datatype-Mismatch"));
    QCOMPARE(type.at("events"), Json(3));
    QCOMPARE(type.at("first_event_id"), Json(1));
    QCOMPARE(type.at("last_event_id"), Json(3));
    QCOMPARE(type.at("came"), Json("string \"840\""));
    QCOMPARE(type.at("sdks").at(0).at("sdk").at("name"), Json("rudder-sdk-node"));
    QCOMPARE(type.at("sdks").at(0).at("events"), Json(3));
    QCOMPARE(type.at("since"), event(1).at("received_at"));
    QCOMPARE(unplanned.at("nearest"), Json("tool_used"));
    const Json trace = m_weir->get("/weir/traces/t1");
    QCOMPARE(trace.at("invalid"), Json(3));
}

void TestPlanCalls::filtersByStatus()
{
    QCOMPARE(send("tool_used", good), 200);
    QCOMPARE(send("tool_used", textLatency), 200);
    QCOMPARE(send("unknown", good), 200);
    for (const auto &[status, id] : {std::pair{"valid", 1}, {"invalid", 2}, {"unplanned", 3}}) {
        const Json page = m_weir->get(std::string("/weir/events?status=") + status);
        QCOMPARE(page.at("total"), Json(1));
        QCOMPARE(page.at("events").at(0).at("id"), Json(id));
    }
    QCOMPARE(m_weir->get("/weir/events?status=invalid&status=unplanned").at("total"), Json(2));
    QCOMPARE(m_weir->get("/weir/events?status=warning").at("total"), Json(0));
}

void TestPlanCalls::checksAgain()
{
    constexpr int many = 1200; // More than is looked at in one go.
    std::string batch;
    for (int i = 0; i < many; ++i)
        batch += (i > 0 ? "," : "") + trackBody("tool_used", "m" + std::to_string(i), missing);
    QCOMPARE(m_weir->post("/v1/batch", "{\"batch\":[" + batch + "]}"), 200);
    QCOMPARE(m_weir->get("/weir/violations").at("invalid"), Json(many));
    const Json given = Json::parse(m_weir->call("PUT", "/weir/plan", looser).body);
    QCOMPARE(given.at("rechecking"), Json(many));
    QVERIFY(waitForRecheck());
    Json all = m_weir->get("/weir/violations");
    QCOMPARE(all.at("valid"), Json(many));
    QCOMPARE(all.at("invalid"), Json(0));
    QVERIFY(all.at("violations").empty());
    QCOMPARE(m_weir->get("/weir/traces/t1").at("invalid"), Json(0));
    // The next event, too.
    QCOMPARE(send("tool_used", missing), 200);
    QCOMPARE(event(many + 1).at("status"), Json("valid"));
    // And back.
    const Json builtIn = Json::parse(m_weir->call("GET", "/weir/plan").body);
    QCOMPARE(builtIn.at("origin"), Json("session"));
    QCOMPARE(m_weir->call("PUT", "/weir/plan", R"({"events":{"other":{}}})").status, 200);
    QVERIFY(waitForRecheck());
    all = m_weir->get("/weir/violations");
    QCOMPARE(all.at("unplanned"), Json(many + 1));
    QCOMPARE(all.at("violations").at(0).at("events"), Json(many + 1));
    QCOMPARE(m_weir->get("/weir/events?status=unplanned&limit=1").at("total"), Json(many + 1));
}

void TestPlanCalls::keepsThePlan()
{
    QCOMPARE(send("tool_used", missing), 200);
    const Json first = m_weir->get("/weir/plan");
    QCOMPARE(first.at("origin"), Json("built_in"));
    QCOMPARE(first.at("events"), Json(7));
    QCOMPARE(m_weir->call("PUT", "/weir/plan", looser).status, 200);
    QVERIFY(waitForRecheck());
    m_weir->stop();
    QVERIFY(m_weir->start());
    const Json again = m_weir->get("/weir/plan");
    QCOMPARE(again.at("origin"), Json("session"));
    QCOMPARE(again.at("plan").at("title"), Json("Looser"));
    QCOMPARE(again.at("rechecking"), Json(0));
    QCOMPARE(event(1).at("status"), Json("valid"));
    // What is told can be given.
    QCOMPARE(m_weir->call("PUT", "/weir/plan", first.at("plan").dump()).status, 200);
    QVERIFY(waitForRecheck());
    QCOMPARE(event(1).at("status"), Json("invalid"));
}

void TestPlanCalls::takesAFile()
{
    QCOMPARE(send("tool_used", missing), 200);
    m_weir->stop();
    const QString path = m_weir->folder.filePath(QStringLiteral("plan.json"));
    QFile file(path);
    QVERIFY(file.open(QIODevice::WriteOnly) && file.write(looser) > 0);
    file.close();
    m_weir->settings.plan = path.toStdString();
    QVERIFY(m_weir->start());
    QCOMPARE(m_weir->get("/weir/plan").at("origin"), Json("file"));
    QVERIFY(waitForRecheck());
    QCOMPARE(event(1).at("status"), Json("valid"));
    m_weir->stop();
    m_weir->settings.plan = path.toStdString() + "x";
    QVERIFY(!m_weir->start());
    QVERIFY2(Weir::toText(m_weir->error).ends_with("plan.jsonx: This file cannot be read"),
        Weir::toText(m_weir->error).c_str());
}

void TestPlanCalls::refusesPlans_data()
{
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<QByteArray>("says");
    QTest::newRow("nothing") << QByteArray() << QByteArray("");
    QTest::newRow("no JSON") << QByteArray("{\"events\":{\n\"a\":}}") << QByteArray("line 2");
    QTest::newRow("no schema") << QByteArray("{\"events\":{\n \"a\": {\"type\":\"strin\"}}}")
                               << QByteArray("line 2");
}

void TestPlanCalls::refusesPlans()
{
    QFETCH(QByteArray, body);
    QFETCH(QByteArray, says);
    const auto answer = m_weir->call("PUT", "/weir/plan", body.toStdString());
    QCOMPARE(answer.status, 400);
    QVERIFY2(answer.body.find(says.toStdString()) != answer.body.npos, answer.body.c_str());
    QCOMPARE(m_weir->get("/weir/plan").at("origin"), Json("built_in"));
}

void TestPlanCalls::tellsRows()
{
    QCOMPARE(send("tool_used", good), 200);
    const Json rows = m_weir->get("/weir/warehouse/snowflake/events/1");
    const Json &table = rows.at("tables").at(1);
    QCOMPARE(table.at("table"), Json("TOOL_USED"));
    QCOMPARE(table.at("columns").at("LATENCY_MS").at("type"), Json("int"));
    QCOMPARE(table.at("columns").at("LATENCY_MS").at("value"), Json(840));
    const Json other = m_weir->get("/weir/warehouse/bigquery/events/1");
    QCOMPARE(other.at("tables").at(1).at("table"), Json("tool_used"));
}

void TestPlanCalls::tellsRowsOfCallsOnly()
{
    QCOMPARE(m_weir->post(
                 "/batch/", R"({"api_key":"k","batch":[{"event":"a","distinct_id":"ada","properties":{}}]})"),
        200);
    QCOMPARE(m_weir->call("GET", "/weir/warehouse/bigquery/events/1").status, 400);
    QCOMPARE(m_weir->call("GET", "/weir/warehouse/bigquery/events/2").status, 404);
}

QTEST_GUILESS_MAIN(TestPlanCalls)
#include "tst_plancalls.moc"
