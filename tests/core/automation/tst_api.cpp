#include "app/cli/serversentevents.h"
#include "tests/support/runningweir.h"

using namespace Weir;
using namespace Weir::Testing;

namespace {

const std::string traceA = "4bf92f3577b34da6a3ce929d0e0e4736";
const std::string traceAsUuid = "4BF92F35-77B3-4DA6-A3CE-929D0E0E4736";

std::string inTrace(const std::string &trace, const std::string &more = {})
{
    return R"({"workspace_id":"w1","trace_id":")" + trace + "\"" + more + "}";
}

QByteArray idsOf(const Json &page, const char *list = "events")
{
    QByteArray ids;
    for (const Json &each : page.value(list, Json::array()))
        ids += QByteArray::number(each.value("id", qint64(0))) + " ";
    return ids.trimmed();
}

/// Reads `count` events from a stream that has begun.
std::vector<ServerSentEvent> readStream(HttpClient &client, std::size_t count)
{
    ServerSentEvents parser;
    std::vector<ServerSentEvent> events;
    while (events.size() < count) {
        const auto bytes = client.receiveSome();
        if (!bytes || bytes->empty())
            break;
        parser.append(*bytes);
        while (auto event = parser.next())
            events.push_back(std::move(*event));
    }
    return events;
}

std::unique_ptr<HttpClient> beginStream(
    const RunningWeir &weir, const std::string &target, const ClientHeaders &headers = {})
{
    auto client = weir.connect();
    if (!client || !client->send({"GET", target, headers, {}}))
        return nullptr;
    const auto head = client->receiveHead();
    if (!head || head->status != 200)
        return nullptr;
    // The first piece is the greeting: from here on nothing is missed.
    return client->receiveSome() ? std::move(client) : nullptr;
}

} // namespace

/// The interface over a real engine and real sockets. Five events in two traces and one outside, one request
/// that cannot be decoded, one that nobody understands.
class TestApi : public QObject
{
    Q_OBJECT
private slots:
    void initTestCase();

    void answers_data();
    void answers();
    void filters_data();
    void filters();
    void pages();
    void eventHasAllMembers();
    void eventIsByteTrue();
    void tracesAreListed();
    void traceInAnySpelling_data();
    void traceInAnySpelling();
    void untracedEvents();
    void failedRequests();
    void waitAnswersAtOnce();
    void waitIsWokenByAnEvent();
    void waitTellsWhatItSaw();
    void waitWaitsForQuiet();
    void streamResumes();
    void streamIsLive();
    void streamResumesFromItsBeginning();
    void streamIsKeptAlive();
    void streamFilters();
    void slowReaderMissesNothing();
    void wantsTheTokenWhenExposed();
    void resets();

private:
    RunningWeir m_weir;
};

void TestApi::initTestCase()
{
    QVERIFY2(m_weir.start(), toText(m_weir.error).c_str());
    const auto track = [&](const std::string &name, const std::string &uuid, const std::string &properties,
                           const std::string &user) {
        QCOMPARE(m_weir.post("/v1/track", trackBody(name, uuid, properties, user)), 200);
    };
    track("flow_executed", "u-1", inTrace(traceA, R"(,"flow_id":"post_ledger","time_ms":1200)"), "ada");
    track("tool_used", "u-2", inTrace(traceA, R"(,"latency_ms":840)"), "ada");
    track("tool_used", "u-3", inTrace("run-b"), "bob");
    track("agent_error", "u-4", R"({"workspace_id":"w2","error_type":"Żółw"})", "bob");
    track("tool_used", "u-2", inTrace("run-b"), "bob"); // The uuid of an earlier one.
    QCOMPARE(m_weir.post("/v1/track", "{ not json"), 400);
    QCOMPARE(m_weir.post("/nobody/knows", "x"), 404);
}

void TestApi::answers_data()
{
    QTest::addColumn<QByteArray>("call");
    QTest::addColumn<int>("status");
    QTest::addColumn<QByteArray>("code"); // Of the error; empty: none.
    const auto row = [](const char *call, int status, const char *code) {
        QTest::newRow(call) << QByteArray(call) << status << QByteArray(code);
    };
    row("GET /weir/health", 200, "");
    row("GET /weir/health/", 200, "");
    row("GET /weir/events", 200, "");
    row("GET /weir/events?limit=1000", 200, "");
    row("GET /weir/events?limit=1001", 400, "bad_parameter");
    row("GET /weir/events?limit=0", 400, "bad_parameter");
    row("GET /weir/events?limit=ten", 400, "bad_parameter");
    row("GET /weir/events?after=-1", 400, "bad_parameter");
    row("GET /weir/events?order=up", 400, "bad_parameter");
    row("GET /weir/events?since=yesterday", 400, "bad_parameter");
    row("GET /weir/events?trace=abc", 400, "bad_parameter");
    row("GET /weir/events/1", 200, "");
    row("GET /weir/events/999", 404, "not_found");
    row("GET /weir/events/0", 400, "bad_parameter");
    row("GET /weir/events/u-1", 400, "bad_parameter");
    row("GET /weir/events/1/2", 404, "not_found");
    row("POST /weir/events", 405, "method_not_allowed");
    row("DELETE /weir/events/1", 405, "method_not_allowed");
    row("GET /weir/traces", 200, "");
    row("GET /weir/traces/none", 404, "not_found");
    row("GET /weir/wait?timeout=2d", 400, "bad_parameter");
    row("GET /weir/wait?count=0", 400, "bad_parameter");
    row("GET /weir/wait?source=posthog", 400, "bad_parameter");
    row("GET /weir/wait?trace_id=none&timeout=0", 504, "timeout");
    row("GET /weir/stream?limit=1", 400, "bad_parameter");
    row("GET /weir/stream?source=x", 400, "bad_parameter");
    row("GET /weir/requests", 200, "");
    row("GET /weir/requests?status=broken", 400, "bad_parameter");
    row("GET /weir/reset", 405, "method_not_allowed");
    row("POST /weir/reset?trace_id=run-b", 400, "bad_parameter");
    row("GET /weir", 404, "not_found");
    row("GET /weir/", 404, "not_found");
    row("GET /weir/plan", 200, "");
    row("GET /weir/plan?format=yaml", 400, "bad_parameter");
    row("PUT /weir/plan", 400, "bad_parameter");
    row("POST /weir/plan", 405, "method_not_allowed");
    row("GET /weir/violations", 200, "");
    row("GET /weir/violations?event=a", 400, "bad_parameter");
    row("GET /weir/warehouse/redshift/events/1", 404, "not_found");
    row("GET /weir/warehouse/snowflake/events/x", 400, "bad_parameter");
    row("GET /weir/ledger", 404, "not_found");
}

void TestApi::answers()
{
    QFETCH(QByteArray, call);
    QFETCH(int, status);
    QFETCH(QByteArray, code);
    const auto blank = call.indexOf(' ');
    const ClientAnswer answer
        = m_weir.call(call.left(blank).toStdString(), call.mid(blank + 1).toStdString());
    QCOMPARE(answer.status, status);
    QCOMPARE(answer.header("content-type"), std::string_view("application/json"));
    const Json body = Json::parse(answer.body, nullptr, false);
    QVERIFY(body.is_object());
    const Json error = body.value("error", Json::object());
    QCOMPARE(QByteArray::fromStdString(error.value("code", "")), code);
    QCOMPARE(error.value("message", "").empty(), code.isEmpty());
    QCOMPARE(answer.header("allow").empty(), status != 405);
    QVERIFY(answer.header("access-control-allow-origin").empty());
}

void TestApi::filters_data()
{
    QTest::addColumn<QByteArray>("query");
    QTest::addColumn<QByteArray>("ids");
    const auto row = [](const char *query, const char *ids) {
        QTest::newRow(*query ? query : "none") << QByteArray(query) << QByteArray(ids);
    };
    row("", "1 2 3 4 5");
    row("trace_id=4bf92f3577b34da6a3ce929d0e0e4736", "1 2");
    row("trace_id=4BF92F35-77B3-4DA6-A3CE-929D0E0E4736", "1 2");
    row("trace_id=run-b", "3 5");
    row("trace_id=none", "");
    row("trace_id=-", "4");
    row("trace_id=", "1 2 3 4 5");
    row("name=tool_used", "2 3 5");
    row("name=tool_used&name=agent_error", "2 3 4 5");
    row("name=tool", "");
    row("source=rudderstack", "1 2 3 4 5");
    row("source=posthog", "");
    row("type=track", "1 2 3 4 5");
    row("type=identify", "");
    row("user_id=bob", "3 4 5");
    row("workspace_id=w2", "4");
    row("status=valid", "");
    row("q=post_ledger", "1");
    row("q=POST_LEDGER", "1");
    row("q=%C5%BB%C3%B3%C5%82w", "4");
    row("trace_id=run-b&user_id=ada", "");
    row("since=2020-01-01", "1 2 3 4 5");
    row("until=2020-01-01", "");
    row("order=desc", "5 4 3 2 1");
    row("after=3", "4 5");
    row("after=3&order=desc", "2 1");
    row("limit=2", "1 2");
}

void TestApi::filters()
{
    QFETCH(QByteArray, query);
    QFETCH(QByteArray, ids);
    QCOMPARE(idsOf(m_weir.get("/weir/events?" + query.toStdString())), ids);
}

void TestApi::pages()
{
    std::string next;
    QByteArray ids;
    for (int page = 0; page < 5; ++page) {
        const Json answer = m_weir.get("/weir/events?limit=2" + (next.empty() ? next : "&after=" + next));
        QCOMPARE(answer.at("total").get<int>(), 5);
        ids += idsOf(answer) + "|";
        if (answer.at("next").is_null())
            break;
        next = answer.at("next").dump();
    }
    QCOMPARE(ids, QByteArray("1 2|3 4|5|"));
}

void TestApi::eventHasAllMembers()
{
    const Json event = m_weir.get("/weir/events/2");
    for (const char *member : {"id", "uuid", "source", "type", "name", "trace_id", "span_id",
             "parent_span_id", "user_id", "anonymous_id", "workspace_id", "session_id", "timestamp",
             "sent_at", "received_at", "duration_ms", "status", "sdk", "properties", "duplicate_of",
             "tainted", "payload", "request", "violations", "deliveries"})
        QVERIFY2(event.contains(member), member);
    QCOMPARE(event.at("uuid"), Json("u-2"));
    QCOMPARE(event.at("name"), Json("tool_used"));
    QCOMPARE(event.at("trace_id"), Json(traceA));
    QCOMPARE(event.at("user_id"), Json("ada"));
    QCOMPARE(event.at("workspace_id"), Json("w1"));
    QCOMPARE(event.at("duration_ms"), Json(840));
    QCOMPARE(event.at("span_id"), Json(nullptr));
    QCOMPARE(event.at("sdk"), Json({{"name", "rudder-sdk-node"}, {"version", "3.0.0"}}));
    QCOMPARE(event.at("duplicate_of"), Json(nullptr));
    QCOMPARE(event.at("tainted"), Json(false));
    const Json request = event.at("request");
    QCOMPARE(request.at("method"), Json("POST"));
    QCOMPARE(request.at("path"), Json("/v1/track"));
    const QByteArray body = QByteArray::fromBase64(QByteArray::fromStdString(request.at("body_base64")));
    QCOMPARE(
        body.toStdString(), trackBody("tool_used", "u-2", inTrace(traceA, R"(,"latency_ms":840)"), "ada"));
    const Json headers = request.at("headers");
    QVERIFY(std::ranges::count(headers, Json({"Content-Type", "application/json"})) == 1);
    QCOMPARE(m_weir.get("/weir/events/5").at("duplicate_of"), Json(2));
}

void TestApi::eventIsByteTrue()
{
    RunningWeir weir;
    QVERIFY(weir.start());
    const std::string properties = R"({ "big": 9007199254740993, "one": 1.0, "huge" : 1e400, "é":"\u00e9" })";
    const std::string body = trackBody("numbers", "n-1", properties);
    QCOMPARE(weir.post("/v1/track", body), 200);
    const std::string one = weir.call("GET", "/weir/events/1").body;
    QVERIFY(one.find("\"payload\":" + body) != std::string::npos);
    QVERIFY(one.find("\"properties\":" + properties) != std::string::npos);
    const std::string list = weir.call("GET", "/weir/events").body;
    QVERIFY(list.find("\"properties\":" + properties) != std::string::npos);
}

void TestApi::tracesAreListed()
{
    const Json page = m_weir.get("/weir/traces?order=asc");
    QCOMPARE(page.at("total").get<int>(), 2); // Events without a trace id are no trace.
    const Json trace = page.at("traces").at(0);
    for (const char *member : {"trace_id", "name", "first_at", "last_at", "duration_ms", "events", "errors",
             "invalid", "user_id", "workspace_id", "sources", "tainted", "verdict"})
        QVERIFY2(trace.contains(member), member);
    QCOMPARE(trace.at("trace_id"), Json(traceA));
    QCOMPARE(trace.at("name"), Json("post_ledger"));
    QCOMPARE(trace.at("events"), Json(2));
    QCOMPARE(trace.at("sources"), Json({"rudderstack"}));
    QCOMPARE(m_weir.get("/weir/traces?q=run-b").at("total").get<int>(), 1);
    // Newest first.
    QCOMPARE(m_weir.get("/weir/traces?limit=1").at("traces").at(0).at("trace_id"), Json("run-b"));
}

void TestApi::traceInAnySpelling_data()
{
    QTest::addColumn<QByteArray>("id");
    QTest::addColumn<QByteArray>("ids");
    QTest::newRow("canonical") << QByteArray::fromStdString(traceA) << QByteArray("1 2");
    QTest::newRow("uuid") << QByteArray::fromStdString(traceAsUuid) << QByteArray("1 2");
    QTest::newRow("opaque") << QByteArray("run-b") << QByteArray("3 5");
    QTest::newRow("opaque, encoded") << QByteArray("run%2Db") << QByteArray("3 5");
    QTest::newRow("none") << QByteArray("-") << QByteArray("4");
}

void TestApi::traceInAnySpelling()
{
    QFETCH(QByteArray, id);
    QFETCH(QByteArray, ids);
    const Json trace = m_weir.get("/weir/traces/" + id.toStdString());
    QCOMPARE(idsOf(trace), ids);
    QCOMPARE(trace.at("total").get<int>(), int(trace.at("events").size()));
}

void TestApi::untracedEvents()
{
    const Json trace = m_weir.get("/weir/traces/-");
    QCOMPARE(trace.at("trace_id"), Json(nullptr));
    QCOMPARE(trace.at("events").at(0).at("properties").at("error_type"), Json("Żółw"));
    QCOMPARE(trace.at("events").at(0).at("status"), Json("invalid"));
}

void TestApi::failedRequests()
{
    const Json page = m_weir.get("/weir/requests?status=failed");
    QCOMPARE(page.at("total").get<int>(), 2);
    const Json broken = page.at("requests").at(0), unknown = page.at("requests").at(1);
    QCOMPARE(broken.at("status"), Json("failed"));
    QCOMPARE(broken.at("path"), Json("/v1/track"));
    QCOMPARE(broken.at("answer_status"), Json(400));
    QCOMPARE(QByteArray::fromBase64(QByteArray::fromStdString(broken.at("body_base64"))),
        QByteArray("{ not json"));
    QVERIFY(!broken.at("error").at("message").get<std::string>().empty());
    QCOMPARE(unknown.at("status"), Json("not_understood"));
    QCOMPARE(unknown.at("answer_status"), Json(404));
    QCOMPARE(m_weir.get("/weir/requests").at("total").get<int>(), 7);
    QCOMPARE(m_weir.get("/weir/requests?status=decoded").at("total").get<int>(), 5);
    QCOMPARE(m_weir.get("/weir/requests?status=not_understood&limit=1").at("total").get<int>(), 1);
}

void TestApi::waitAnswersAtOnce()
{
    const Json answer = m_weir.get("/weir/wait?trace_id=" + traceAsUuid + "&name=tool_used&count=1&settle=0");
    QCOMPARE(idsOf(answer), QByteArray("2"));
    QCOMPARE(answer.at("trace").at("trace_id"), Json(traceA));
    QCOMPARE(idsOf(m_weir.get("/weir/wait?name=tool_used&count=3&settle=0")), QByteArray("2 3 5"));
    QCOMPARE(idsOf(m_weir.get("/weir/wait?count=5&settle=0")), QByteArray("1 2 3 4 5"));
}

void TestApi::waitIsWokenByAnEvent()
{
    for (const std::string &target : {std::string("/weir/wait?trace_id=late&count=2&settle=50ms&timeout=60s"),
             std::string("/weir/wait?name=late_event&count=2&settle=50ms&timeout=60s")}) {
        RunningWeir weir;
        QVERIFY(weir.start());
        const auto client = weir.connect();
        QVERIFY(client->send({"GET", target, {}, {}}));
        QCOMPARE(weir.post("/v1/track", trackBody("other", "w-0", inTrace("early"))), 200);
        QCOMPARE(weir.post("/v1/track", trackBody("late_event", "w-1", inTrace("late"))), 200);
        QCOMPARE(weir.post("/v1/track", trackBody("late_event", "w-2", inTrace("late"))), 200);
        QElapsedTimer timer;
        timer.start();
        const auto head = client->receiveHead();
        QVERIFY(head);
        QCOMPARE(head->status, 200);
        QVERIFY2(timer.elapsed() < 50'000, "It waited for the timeout instead of the event");
    }
}

void TestApi::waitTellsWhatItSaw()
{
    const ClientAnswer answer = m_weir.call("GET", "/weir/wait?trace_id=run-b&count=9&settle=0&timeout=20ms");
    QCOMPARE(answer.status, 504);
    const Json body = Json::parse(answer.body);
    QCOMPARE(idsOf(body), QByteArray("3 5"));
    QCOMPARE(body.at("error").at("message"), Json("Saw 2 of 9 events within 0.02 s"));
}

void TestApi::waitWaitsForQuiet()
{
    RunningWeir weir;
    QVERIFY(weir.start());
    QElapsedTimer timer;
    timer.start(); // Quiet counts from the moment the event came in, not from its answer.
    QCOMPARE(weir.post("/v1/track", trackBody("a", "q-1", inTrace("run"))), 200);
    QCOMPARE(weir.call("GET", "/weir/wait?trace_id=run&settle=300ms").status, 200);
    QVERIFY2(timer.elapsed() >= 300, "The run was not quiet for the time asked for");
    QCOMPARE(weir.call("GET", "/weir/wait?trace_id=run&settle=1m&timeout=100ms").status, 504);
}

void TestApi::streamResumes()
{
    const auto client = beginStream(m_weir, "/weir/stream", {{"Last-Event-ID", "2"}});
    QVERIFY(client);
    const auto events = readStream(*client, 3);
    QCOMPARE(events.size(), std::size_t(3));
    QCOMPARE(events.front().id, std::string("3"));
    QCOMPARE(events.back().id, std::string("5"));
    QCOMPARE(Json::parse(events.front().data).at("trace_id"), Json("run-b"));
}

void TestApi::streamIsLive()
{
    RunningWeir weir;
    QVERIFY(weir.start());
    QCOMPARE(weir.post("/v1/track", trackBody("before", "s-0", "{}")), 200);
    const auto client = beginStream(weir, "/weir/stream");
    QVERIFY(client);
    QCOMPARE(weir.post("/v1/track", trackBody("after", "s-1", "{\"a\":\r\n1e400}")), 200);
    const auto events = readStream(*client, 1);
    QCOMPARE(events.size(), std::size_t(1));
    QCOMPARE(events.front().id, std::string("2"));
    QVERIFY(events.front().data.find("\"uuid\":\"s-1\"") != std::string::npos);
    QVERIFY(events.front().data.find("{\"a\":  1e400}") != std::string::npos);
}

/// A client that is cut off before its first event knows where to go on, too.
void TestApi::streamResumesFromItsBeginning()
{
    RunningWeir weir;
    QVERIFY(weir.start());
    QCOMPARE(weir.post("/v1/track", trackBody("before", "b-1", "{}")), 200);
    auto client = weir.connect();
    QVERIFY(client->send({"GET", "/weir/stream", {}, {}}) && client->receiveHead());
    ServerSentEvents parser;
    while (parser.lastId().empty()) {
        const auto greeting = client->receiveSome();
        QVERIFY(greeting && !greeting->empty());
        parser.append(*greeting);
        QVERIFY(!parser.next());
    }
    QCOMPARE(parser.lastId(), std::string("1"));
    client.reset();
    QCOMPARE(weir.post("/v1/track", trackBody("meanwhile", "b-2", "{}")), 200);
    client = beginStream(weir, "/weir/stream", {{"Last-Event-ID", parser.lastId()}});
    QVERIFY(client);
    const auto events = readStream(*client, 1);
    QCOMPARE(events.size(), std::size_t(1));
    QCOMPARE(Json::parse(events.front().data).at("uuid"), Json("b-2"));
}

void TestApi::streamIsKeptAlive()
{
    RunningWeir weir;
    weir.limits.keepAlive = std::chrono::milliseconds(30);
    QVERIFY(weir.start());
    const auto client = beginStream(weir, "/weir/stream");
    QVERIFY(client);
    for (int i = 0; i < 3; ++i) {
        const auto comment = client->receiveSome();
        QVERIFY(comment);
        QCOMPARE(*comment, std::string(":\n\n"));
    }
    QCOMPARE(weir.post("/v1/track", trackBody("after", "k-1", "{}")), 200);
    const auto events = readStream(*client, 1); // Comments are none.
    QCOMPARE(events.size(), std::size_t(1));
    QCOMPARE(events.front().id, std::string("1"));
}

void TestApi::streamFilters()
{
    const auto client = beginStream(m_weir, "/weir/stream?name=tool_used&user_id=bob&after=0");
    QVERIFY(client);
    const auto events = readStream(*client, 2);
    QCOMPARE(events.size(), std::size_t(2));
    QCOMPARE(events.front().id, std::string("3"));
    QCOMPARE(events.back().id, std::string("5"));
}

void TestApi::slowReaderMissesNothing()
{
    RunningWeir weir;
    QVERIFY(weir.start());
    const auto client = beginStream(weir, "/weir/stream");
    QVERIFY(client);
    // Far more than sockets hold, sent while nobody reads the stream.
    constexpr int batches = 60, events = 100;
    const std::string padding(2000, 'x');
    const auto sender = weir.connect();
    for (int batch = 0; batch < batches; ++batch) {
        std::string body = R"({"batch":[)";
        for (int i = 0; i < events; ++i) {
            body += (i ? "," : "")
                + trackBody(
                    "bulk", "b-" + std::to_string(batch * events + i), R"({"padding":")" + padding + "\"}");
        }
        QCOMPARE(sender->exchange({"POST", "/v1/batch", sdkHeaders, body + "]}"})->status, 200);
    }
    const auto read = readStream(*client, batches * events);
    QCOMPARE(read.size(), std::size_t(batches * events));
    for (std::size_t i = 0; i < read.size(); ++i)
        QCOMPARE(read[i].id, std::to_string(i + 1));
}

void TestApi::wantsTheTokenWhenExposed()
{
    RunningWeir weir;
    weir.settings.hosts = {"127.0.0.1", "0.0.0.0"};
    weir.settings.hosts.erase(weir.settings.hosts.begin());
    weir.settings.token = "s3cret";
    QVERIFY2(weir.start(), toText(weir.error).c_str());
    QCOMPARE(weir.call("GET", "/weir/health").status, 401);
    QCOMPARE(weir.call("GET", "/weir/health", {}, {{"Authorization", "Bearer s3cret"}}).status, 200);
    QCOMPARE(weir.call("POST", "/weir/reset").status, 401);
    QCOMPARE(weir.post("/v1/track", trackBody("a", "t-1", "{}")), 200); // SDKs have no token of ours.
}

void TestApi::resets()
{
    const ClientAnswer answer = m_weir.call("POST", "/weir/reset");
    QCOMPARE(answer.status, 200);
    QCOMPARE(Json::parse(answer.body), Json({{"events", 5}, {"traces", 2}, {"requests", 7}}));
    const Json health = m_weir.get("/weir/health");
    QCOMPARE(health.at("events"), Json(0));
    QCOMPARE(health.at("traces"), Json(0));
    QCOMPARE(health.at("requests"), Json(0));
    QCOMPARE(m_weir.post("/v1/track", trackBody("a", "r-1", "{}")), 200);
    QCOMPARE(idsOf(m_weir.get("/weir/events")), QByteArray("6")); // Ids are never used twice.
}

QTEST_GUILESS_MAIN(TestApi)
#include "tst_api.moc"
