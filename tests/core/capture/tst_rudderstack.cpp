#include "tests/support/callrecordings.h"

using namespace Weir;
using namespace Weir::Testing;

namespace {

const UtcTime now = *parseTime("2026-11-23T12:00:00.000Z");
const HeaderPairs keyed{{"Authorization", "Basic a2V5Og=="}};
const HeaderPairs sourced{{"X-Rudder-Source-Id", "s1"}};
const QByteArray call = R"({"type":"track","event":"tool_used","userId":"u","channel":"server"})";
const QByteArray invalidJson
    = "400 invalid json\n",
    noId = "400 request neither has anonymousId nor userId\n",
    notAnEvent = "400 event is not a valid rudder event\n", emptyBatch = "400 empty batch payload\n",
    noKey = "401 failed to read writekey from header\n", tooLarge = "413 request size exceeds max limit\n";

Intake take(
    const QByteArray &method, const QByteArray &target, const HeaderPairs &headers, const QByteArray &body)
{
    return decodeRequest(makeRequest(method, target, headers, body), {now, "127.0.0.1:9347"});
}

QByteArray answerOf(const Intake &intake)
{
    return QByteArray::number(intake.answer.status) + ' ' + QByteArray::fromStdString(intake.answer.body);
}

QByteArray batchOf(const QByteArray &calls)
{
    return R"({"batch":[)" + calls + "]}";
}

} // namespace

class RudderStackTest : public QObject
{
    Q_OBJECT
private slots:
    void recordings_data() { addCallRecordings(QStringLiteral("rudder")); }
    void recordings()
    {
        QFETCH(QString, name);
        compareWithExpectation(name);
    }
    void answers_data();
    void answers();
    void names_data();
    void names();
    void users_data();
    void users();
    void clocks_data();
    void clocks();
    void makesMessageIds();
    void whereItFailed();
    void pixel_data();
    void pixel();
    void internalBatch();
    void webhook();
    void sourceConfig();
    void preflight();
    void corsOnErrors();
    void pages_data();
    void pages();
};

void RudderStackTest::answers_data()
{
    QTest::addColumn<QByteArray>("method");
    QTest::addColumn<QByteArray>("target");
    QTest::addColumn<HeaderPairs>("headers");
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<QByteArray>("answer");
    const auto post = [](const char *name, const char *target, const HeaderPairs &headers,
                          const QByteArray &body, const QByteArray &answer) {
        QTest::newRow(name) << QByteArray("POST") << QByteArray(target) << headers << body << answer;
    };
    const HeaderPairs none;

    for (const char *path : {"/v1/identify", "/v1/track", "/v1/page", "/v1/screen", "/v1/group", "/v1/alias",
             "/v1/merge", "/v1/audiencelist", "/v1/track/", "/ingest/v1/track", "//v1//track"})
        post(path, path, keyed, call, "200 ok");
    post("batch", "/v1/batch", keyed, batchOf(call), "200 ok");
    post("import", "/v1/import", keyed, batchOf(call), "200 ok");
    post("beacon", "/beacon/v1/batch?writeKey=k", none, batchOf(call), "200 ok");
    post("internal batch", "/internal/v1/batch", none, "[{\"properties\":{},\"payload\":" + call + "}]",
        "200 ok");
    post("extract without ids", "/internal/v1/extract", keyed, R"({"event":"x","channel":"sources"})",
        "200 ok");
    post("replay", "/internal/v1/replay", sourced, batchOf(call), "200 ok");
    post("retl without ids", "/internal/v1/retl", sourced + HeaderPairs{{"X-Rudder-Destination-Id", "d"}},
        R"({"batch":[{"type":"record","channel":"sources"}]})", "200 ok");
    post("any content type", "/v1/track", keyed + HeaderPairs{{"Content-Type", "text/csv"}}, call, "200 ok");
    post("one call for a batch", "/v1/batch", keyed, R"({"batch":)" + call + "}", "200 ok");
    post("number as id", "/v1/track", keyed, R"({"event":"x","userId":42,"channel":"server"})", "200 ok");
    post("unknown members", "/v1/track", keyed, R"({"event":"x","userId":"u","big":1e400,"more":[{}]})",
        "200 ok");

    post("no key", "/v1/batch", none, batchOf(call), noKey);
    post("no key goes before bad JSON", "/v1/batch", none, "{", noKey);
    post("empty key", "/v1/batch", {{"Authorization", "Basic Og=="}}, batchOf(call), noKey);
    post("another scheme", "/v1/batch", {{"Authorization", "Bearer key"}}, batchOf(call), noKey);
    post("beacon without key", "/beacon/v1/batch", none, batchOf(call),
        "401 failed to read writekey from query params\n");
    post("replay without source", "/internal/v1/replay", keyed, batchOf(call),
        "401 failed to read source id from header\n");
    post("retl without destination", "/internal/v1/retl", sourced, batchOf(call),
        "400 failed to read destination id from header\n");
    post("hook without key", "/v1/webhook", none, "{}", "401 failed to read writekey from query params\n");

    post("nothing", "/v1/batch", keyed, "", invalidJson);
    post("half", "/v1/batch", keyed, R"({"batch":[)", invalidJson);
    post("two texts", "/v1/track", keyed, call + call, invalidJson);
    post("bad JSON behind a bad call", "/v1/batch", keyed, R"({"batch":[7,{"a":}]})", invalidJson);
    post("not UTF-8", "/v1/track", keyed, "{\"userId\":\"\xFF\"}", invalidJson);
    post("broken gzip", "/v1/track", keyed + HeaderPairs{{"Content-Encoding", "gzip"}},
        QByteArray::fromHex("1f8b0800000000000003ffffff"), "500 failed to read body from request\n");
    post("no batch", "/v1/batch", keyed, "{}", emptyBatch);
    post("null batch", "/v1/batch", keyed, R"({"batch":null})", emptyBatch);
    post("empty batch", "/v1/batch", keyed, batchOf({}), emptyBatch);
    post("empty import", "/v1/import", keyed, batchOf({}), "200 ok");
    post("a word for a batch", "/v1/batch", keyed, R"({"batch":"x"})", notAnEvent);
    post("an array for a call", "/v1/track", keyed, "[]", notAnEvent);
    post("number in a batch", "/v1/batch", keyed, batchOf(call + ",7"), notAnEvent);
    post("no ids", "/v1/track", keyed, R"({"event":"x"})", noId);
    post("blank ids", "/v1/track", keyed, R"({"event":"x","userId":"  ","anonymousId":""})", noId);
    post("one without ids spoils all", "/v1/batch", keyed, batchOf(call + R"(,{"event":"x"})"), noId);
    post("no ids goes before no object", "/v1/batch", keyed, batchOf(R"({"event":"x"},7)"), noId);
    post("no object goes before no ids", "/v1/batch", keyed, batchOf(R"(7,{"event":"x"})"), notAnEvent);
    const QByteArray padding(4'096'000, ' ');
    post("too large", "/v1/track", keyed, padding + call, tooLarge);
    post("bad goes before too large", "/v1/track", keyed, padding + "{}", noId);

    for (const char *method : {"GET", "PUT", "DELETE", "PATCH"})
        QTest::newRow(method) << QByteArray(method) << QByteArray("/v1/batch") << keyed << QByteArray()
                              << QByteArray("405 ");
}

void RudderStackTest::answers()
{
    QFETCH(QByteArray, method);
    QFETCH(QByteArray, target);
    QFETCH(HeaderPairs, headers);
    QFETCH(QByteArray, body);
    QFETCH(QByteArray, answer);
    const Intake intake = take(method, target, headers, body);
    QCOMPARE(answerOf(intake), answer);
    QVERIFY(intake.keep);
    QVERIFY(intake.source == Source::RudderStack);
    const bool good = intake.answer.status == 200;
    QVERIFY(intake.state == (good ? RequestState::Decoded : RequestState::Failed));
    QCOMPARE(intake.error.message.empty(), good);
    if (!good)
        QVERIFY(intake.events.empty());
    if (!intake.answer.body.empty())
        QCOMPARE(headerOf(intake.answer, "Content-Type"), QByteArray("text/plain; charset=utf-8"));
    if (!good && !intake.answer.body.empty())
        QCOMPARE(headerOf(intake.answer, "X-Content-Type-Options"), QByteArray("nosniff"));
}

void RudderStackTest::names_data()
{
    QTest::addColumn<QByteArray>("target");
    QTest::addColumn<QByteArray>("members");
    QTest::addColumn<QByteArray>("expected"); // "type name"
    const auto row = [](const char *name, const char *target, const char *members, const char *expected) {
        QTest::newRow(name) << QByteArray(target) << QByteArray(members) << QByteArray(expected);
    };
    row("track", "/v1/track", R"("event":"tool_used")", "track tool_used");
    row("the path wins", "/v1/track", R"("type":"page","event":"tool_used")", "track tool_used");
    row("nameless track", "/v1/track", R"("type":"track")", "track track");
    row("page", "/v1/page", R"("name":"Console")", "page Console");
    row("nameless page", "/v1/page", R"("properties":{"name":"x"})", "page page");
    row("screen", "/v1/screen", R"("name":"Start")", "screen Start");
    row("identify", "/v1/identify", R"("traits":{"a":1})", "identify identify");
    row("group", "/v1/group", R"("groupId":"g")", "group group");
    row("alias", "/v1/alias", R"("previousId":"p")", "alias alias");
    row("merge", "/v1/merge", "\"mergeProperties\":[]", "merge merge");
    row("audience", "/v1/audiencelist", "\"properties\":{}", "other audiencelist");
    row("any case", "/v1/batch", R"("type":"TRACK","event":"x")", "track x");
    row("batch, no type but an event", "/v1/batch", R"("event":"x")", "track x");
    row("batch, no type at all", "/v1/batch", "\"properties\":{}", "other other");
    row("batch, unknown type", "/v1/batch", R"("type":"record","action":"insert")", "other record");
    row("escapes", "/v1/track", R"("event":"caf\u00e9 \"x\"")", "track caf\xC3\xA9 \"x\"");
}

void RudderStackTest::names()
{
    QFETCH(QByteArray, target);
    QFETCH(QByteArray, members);
    QFETCH(QByteArray, expected);
    const QByteArray one = R"({"userId":"u","channel":"server",)" + members + '}';
    const Intake intake = take("POST", target, keyed, target == "/v1/batch" ? batchOf(one) : one);
    QCOMPARE(intake.events.size(), std::size_t(1));
    const Event &event = intake.events.front();
    QCOMPARE(QByteArray::fromStdString(std::string(toText(event.type)) + ' ' + event.name), expected);
}

void RudderStackTest::users_data()
{
    QTest::addColumn<QByteArray>("members");
    QTest::addColumn<QByteArray>("expected"); // "user anonymous workspace session trace"
    const auto row = [](const char *name, const char *members, const char *expected) {
        QTest::newRow(name) << QByteArray(members) << QByteArray(expected);
    };
    row("userId", R"("userId":"u","anonymousId":"a","context":{"traits":{"userId":"t"}})", "u a - - -");
    row("empty userId", R"("userId":"","anonymousId":"a","context":{"traits":{"user_id":"t"}})", "t a - - -");
    row("traits", R"("userId":" ","anonymousId":"a","traits":{"userId":"t"})", "t a - - -");
    row("property", R"("anonymousId":"a","properties":{"user_id":"p"})", "p a - - -");
    row("anonymous", R"("anonymousId":"a")", "a a - - -");
    row("numbers keep their digits", R"("userId":9007199254740993,"anonymousId":7)",
        "9007199254740993 7 - - -");
    row("workspace of the context",
        R"("userId":"u","context":{"workspace_id":"c"},"properties":{"workspace_id":"p"})", "u - c - -");
    row("camel case", R"("userId":"u","context":{"workspaceId":"c","sessionId":17})", "u - c 17 -");
    row("workspace of the properties",
        R"("userId":"u","properties":{"workspace_id":"p"},"traits":{"workspace_id":"t"})", "u - p - -");
    row("workspace of the traits", R"("userId":"u","context":{"traits":{"workspace_id":"t"}})", "u - t - -");
    row("workspace of the group", R"("type":"group","userId":"u","groupId":"g")", "u - g - -");
    row("a track's groupId is none", R"("userId":"u","groupId":"g")", "u - - - -");
    row("trace of the properties", R"("userId":"u","properties":{"trace_id":"p"},"context":{"trace_id":"c"})",
        "u - - - p");
    row("trace in camel case", R"("userId":"u","properties":{"traceId":"p"})", "u - - - p");
    row("trace of the context", R"("userId":"u","context":{"traceId":"c","traits":{"trace_id":"t"}})",
        "u - - - c");
    row("trace of the traits", R"("userId":"u","context":{"traits":{"trace_id":"t"}})", "u - - - t");
}

void RudderStackTest::users()
{
    QFETCH(QByteArray, members);
    QFETCH(QByteArray, expected);
    const Intake intake = take("POST", "/v1/batch", keyed,
        batchOf(R"({"originalTimestamp":"2026-11-23T12:00:00Z",)" + members + '}'));
    QCOMPARE(intake.events.size(), std::size_t(1));
    const Event &event = intake.events.front();
    QByteArrayList found;
    for (const std::string &text :
        {event.userId, event.anonymousId, event.workspaceId, event.sessionId, event.traceId})
        found.append(text.empty() ? QByteArray("-") : QByteArray::fromStdString(text));
    QCOMPARE(found.join(' '), expected);
    QCOMPARE(has(event.notices, Notice::NoTraceId), event.traceId.empty());
    QCOMPARE(has(event.notices, Notice::NoWorkspaceId), event.workspaceId.empty());
}

void RudderStackTest::clocks_data()
{
    QTest::addColumn<QByteArray>("members");
    QTest::addColumn<QByteArray>("batch");
    QTest::addColumn<QByteArray>("timestamp");
    QTest::addColumn<int>("notices");
    const auto row = [](const char *name, const char *members, const char *batch, const char *timestamp,
                         int notices = 0) {
        QTest::newRow(name) << QByteArray(members) << QByteArray(batch) << QByteArray(timestamp) << notices;
    };
    constexpr int skew = int(Notice::ClockSkew), bad = int(Notice::BadTime),
                  future = int(Notice::ClockFuture);
    row("none", "", "", "2026-11-23T12:00:00.000Z");
    row("called, not sent", R"(,"originalTimestamp":"2026-11-23T11:00:00Z")", "", "2026-11-23T11:00:00.000Z");
    row("called and sent", R"(,"originalTimestamp":"2026-11-23T11:00:00Z","sentAt":"2026-11-23T11:00:10Z")",
        "", "2026-11-23T11:59:50.000Z", skew);
    row("the batch's sentAt is not looked at", R"(,"originalTimestamp":"2026-11-23T11:00:00Z")",
        R"(,"sentAt":"2026-11-23T11:00:10Z")", "2026-11-23T11:00:00.000Z");
    row("the caller's own", R"(,"timestamp":"2026-02-03T04:05:06.789Z","sentAt":"2026-11-23T11:00:10Z")", "",
        "2026-02-03T04:05:06.789Z");
    row("the caller's own, unreadable",
        R"(,"timestamp":"soon","originalTimestamp":"2026-11-23T11:59:00Z","sentAt":"2026-11-23T12:00:00Z")",
        "", "2026-11-23T11:59:00.000Z", bad);
    row("unreadable", R"(,"originalTimestamp":"soon","sentAt":"2026-11-23T12:00:00Z")", "",
        "2026-11-23T12:00:00.000Z", bad);
    row("unreadable sentAt", R"(,"originalTimestamp":"2026-11-23T11:59:00Z","sentAt":"soon")", "",
        "2026-11-23T11:59:00.000Z");
    row("days ahead", R"(,"originalTimestamp":"2026-11-25T12:00:00Z","sentAt":"2026-11-23T12:00:00Z")", "",
        "2026-11-23T12:00:00.000Z", future);
}

void RudderStackTest::clocks()
{
    QFETCH(QByteArray, members);
    QFETCH(QByteArray, batch);
    QFETCH(QByteArray, timestamp);
    QFETCH(int, notices);
    const QByteArray one
        = R"({"event":"x","userId":"u","channel":"server","context":{"traceId":"t","workspace_id":"w"})"
        + members + '}';
    const Intake intake = take("POST", "/v1/batch", keyed, R"({"batch":[)" + one + ']' + batch + '}');
    QCOMPARE(intake.events.size(), std::size_t(1));
    QCOMPARE(QByteArray::fromStdString(toRfc3339(intake.events.front().timestamp)), timestamp);
    QCOMPARE(int(intake.events.front().notices), notices);
}

void RudderStackTest::makesMessageIds()
{
    for (const char *members : {"", R"(,"messageId":"")", R"(,"messageId":" ")", R"(,"messageId":7)"}) {
        const QByteArray one = QByteArray(R"({"event":"x","userId":"u","channel":"server")") + members + '}';
        const Intake intake = take("POST", "/v1/batch", keyed, batchOf(one + ',' + one));
        QCOMPARE(intake.events.size(), std::size_t(2));
        QCOMPARE(intake.events[0].uuid.size(), std::size_t(36));
        QVERIFY(intake.events[0].uuid != intake.events[1].uuid);
    }
}

void RudderStackTest::whereItFailed()
{
    const QByteArray bad = batchOf(call + "," + call + R"(,{"event":"x"})");
    QCOMPARE(take("POST", "/v1/batch", keyed, bad).error.where, std::string("batch[2]"));
    const Intake intake = take("POST", "/v1/batch", keyed, R"({"batch":[{"properties":{"a":tru}}]})");
    QCOMPARE(intake.error.where, std::string("batch[0] › properties › a"));
}

void RudderStackTest::pixel_data()
{
    QTest::addColumn<QByteArray>("target");
    QTest::addColumn<QByteArray>("expected"); // "type name user anonymous", or empty: kept as failed
    const auto row = [](const char *target, const char *expected) {
        QTest::newRow(target) << QByteArray(target) << QByteArray(expected);
    };
    row("/pixel/v1/track?writeKey=k&event=Mail%20Opened&anonymousId=%22a1%22", "track Mail Opened a1 a1");
    row("/pixel/v1/track?writeKey=k&event=x&userId=u&anonymousId=a", "track x u a");
    row("/pixel/v1/page?writeKey=k&name=Home&anonymousId=a", "page Home a a");
    row("/pixel/v1/page?writeKey=k&anonymousId=a", "page Unknown Page a a");
    row("/pixel/v1/track?writeKey=k&anonymousId=a", "");
    row("/pixel/v1/track?event=x&anonymousId=a", "");
    row("/pixel/v1/track?writeKey=k&event=x", "");
}

void RudderStackTest::pixel()
{
    QFETCH(QByteArray, target);
    QFETCH(QByteArray, expected);
    const Intake intake = take("GET", target, {}, {});
    QCOMPARE(intake.answer.status, 200); // Whatever came: a broken picture would show on somebody's page.
    QCOMPARE(headerOf(intake.answer, "Content-Type"), QByteArray("image/gif"));
    QCOMPARE(
        QByteArray::fromStdString(intake.answer.body).left(10).toHex(), QByteArray("47494638396101000100"));
    QCOMPARE(intake.events.empty(), expected.isEmpty());
    QVERIFY(intake.state == (expected.isEmpty() ? RequestState::Failed : RequestState::Decoded));
    if (expected.isEmpty())
        return;
    const Event &event = intake.events.front();
    QCOMPARE(QByteArray::fromStdString(std::string(toText(event.type)) + ' ' + event.name + ' ' + event.userId
                 + ' ' + event.anonymousId),
        expected);
    QCOMPARE(event.timestamp, now);
}

void RudderStackTest::internalBatch()
{
    const QByteArray body = "[ {\"properties\":{\"requestType\":\"track\"},\"payload\": " + call
        + "},{\"payload\":" + call + "} ]";
    const Intake intake = take("POST", "/internal/v1/batch", {}, body);
    QCOMPARE(intake.events.size(), std::size_t(2));
    for (const Event &event : intake.events) {
        QCOMPARE(event.name, std::string("tool_used"));
        QCOMPARE(body.mid(event.offset, event.length), call);
    }
    QCOMPARE(answerOf(take("POST", "/internal/v1/batch", {}, R"([{"properties":{}}])")), notAnEvent);
}

void RudderStackTest::webhook()
{
    const QByteArray body = R"({"id":"evt_1","data":{"trace_id":"run-7","user_id":"u","workspace_id":"w"}})";
    const Intake intake = take("POST", "/v1/webhook?writeKey=k", {}, body);
    QCOMPARE(answerOf(intake), QByteArray("200 ok"));
    QCOMPARE(intake.events.size(), std::size_t(1));
    QCOMPARE(intake.events.front().name, std::string("webhook_source_event"));
    QVERIFY(intake.events.front().source == Source::RudderStack);
    QCOMPARE(intake.events.front().traceId, std::string("run-7"));
    const Intake form = take("POST", "/v1/webhook",
        keyed + HeaderPairs{{"Content-Type", "application/x-www-form-urlencoded; charset=utf-8"}},
        "trace_id=run-8&workspace_id=w%201&latency_ms=12");
    QCOMPARE(answerOf(form), QByteArray("200 ok"));
    QCOMPARE(form.events.at(0).traceId, std::string("run-8"));
    QCOMPARE(form.events.at(0).workspaceId, std::string("w 1"));
    const Intake query = take("GET", "/v1/webhook?writeKey=k&trace_id=run-9", {}, {});
    QCOMPARE(query.events.at(0).traceId, std::string("run-9"));
    QCOMPARE(answerOf(take("POST", "/v1/webhook",
                 keyed + HeaderPairs{{"Content-Type", "multipart/form-data; boundary=x"}}, "--x--")),
        QByteArray("400 error during parsing multiform\n"));
    QCOMPARE(answerOf(take("POST", "/v1/webhook", keyed, "{\"a\":1")),
        QByteArray("400 internal server error in source transformer\n"));
}

void RudderStackTest::sourceConfig()
{
    for (const char *target : {"/sourceConfig?writeKey=k%22", "/sourceConfig/?p=npm&v=3.34.1&writeKey=k%22",
             "/rudder/sourceConfig/?writeKey=k%22"}) {
        const Intake intake = take("GET", target, {{"Origin", "http://localhost:3000"}}, {});
        QCOMPARE(intake.answer.status, 200);
        QVERIFY(intake.state == RequestState::Read);
        QCOMPARE(headerOf(intake.answer, "Access-Control-Allow-Origin"), QByteArray("http://localhost:3000"));
        const auto source = nlohmann::json::parse(intake.answer.body).at("source");
        QVERIFY(source.at("id").is_string());
        QVERIFY(source.at("config").is_object());
        QVERIFY(source.at("enabled").get<bool>());
        QVERIFY(source.at("destinations").empty() && source.at("destinations").is_array());
        QCOMPARE(source.at("writeKey").get<std::string>(), std::string("k\""));
    }
    const auto keyOfHeader = nlohmann::json::parse(take("GET", "/sourceConfig", keyed, {}).answer.body);
    QCOMPARE(keyOfHeader.at("source").at("writeKey").get<std::string>(), std::string("key"));
}

void RudderStackTest::preflight()
{
    const QByteArray retried
        = "anonymousid,authorization,content-type,rsa-retry-attempt,rsa-retry-reason,sentat";
    for (const char *path : {"/v1/track", "/v1/batch", "/sourceConfig/", "/beacon/v1/batch", "/health"}) {
        const Intake intake = take("OPTIONS", path,
            {{"Origin", "http://localhost:3000"}, {"Access-Control-Request-Method", "POST"},
                {"Access-Control-Request-Headers", retried},
                {"Access-Control-Request-Private-Network", "true"}},
            {});
        QCOMPARE(intake.answer.status, 204);
        QVERIFY(!intake.keep);
        QCOMPARE(headerOf(intake.answer, "Access-Control-Allow-Origin"), QByteArray("http://localhost:3000"));
        QCOMPARE(headerOf(intake.answer, "Access-Control-Allow-Credentials"), QByteArray("true"));
        QCOMPARE(headerOf(intake.answer, "Access-Control-Allow-Headers"), retried);
        QVERIFY(headerOf(intake.answer, "Access-Control-Allow-Methods").contains("POST"));
        QCOMPARE(headerOf(intake.answer, "Access-Control-Max-Age"), QByteArray("900"));
        QCOMPARE(headerOf(intake.answer, "Access-Control-Allow-Private-Network"), QByteArray("true"));
    }
}

void RudderStackTest::corsOnErrors()
{
    const HeaderPairs origin{{"Origin", "http://localhost:3000"}};
    for (const Intake &intake :
        {take("POST", "/v1/batch", origin, {}), take("POST", "/v1/track", keyed + origin, "{"),
            take("GET", "/v1/track", origin, {}), take("GET", "/pixel/v1/track", origin, {})})
        QCOMPARE(headerOf(intake.answer, "Access-Control-Allow-Origin"), QByteArray("http://localhost:3000"));
    QVERIFY(headerOf(take("POST", "/v1/batch", keyed, batchOf(call)).answer, "Access-Control-Allow-Origin")
                .isNull());
}

void RudderStackTest::pages_data()
{
    QTest::addColumn<QByteArray>("path");
    QTest::addColumn<QByteArray>("contains");
    QTest::newRow("root") << QByteArray("/") << QByteArray("\"server\":\"UP\"");
    QTest::newRow("health") << QByteArray("/health")
                            << QByteArray("\"lastSync\":\"2026-11-23T12:00:00.000Z\"");
    QTest::newRow("health/") << QByteArray("/health/") << QByteArray("\"acceptingEvents\":\"TRUE\"");
    QTest::newRow("version") << QByteArray("/version") << QByteArray("\"Version\":\"" WEIR_VERSION "\"");
    QTest::newRow("docs") << QByteArray("/docs") << QByteArray("<!DOCTYPE html>");
    QTest::newRow("robots") << QByteArray("/robots.txt") << QByteArray("User-agent: * \nDisallow: / \n");
}

void RudderStackTest::pages()
{
    QFETCH(QByteArray, path);
    QFETCH(QByteArray, contains);
    const Intake intake = take("GET", path, {}, {});
    QCOMPARE(intake.answer.status, 200);
    QVERIFY(!intake.keep);
    QVERIFY2(QByteArray::fromStdString(intake.answer.body).contains(contains), intake.answer.body.c_str());
    // Behind a prefix it is the page of somebody else.
    if (path != "/")
        QCOMPARE(take("GET", "/api" + path, {}, {}).answer.status, 404);
    QCOMPARE(take("POST", path, {}, {}).answer.status, 405);
}

QTEST_APPLESS_MAIN(RudderStackTest)
#include "tst_rudderstack.moc"
