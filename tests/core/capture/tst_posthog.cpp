#include "core/base/uuid.h"
#include "core/event/payload.h"
#include "tests/core/capture/posthogrequests.h"

#include <QTest>

using namespace Weir;
using namespace Weir::Testing;

class PostHogTest : public QObject
{
    Q_OBJECT
private slots:
    void accepts_data();
    void accepts();
    void refuses_data();
    void refuses();
    void refusesUnreadableBodies_data();
    void refusesUnreadableBodies();
    void readsFields_data();
    void readsFields();
    void placesInTime_data();
    void placesInTime();
    void keepsPayloadBytes();
    void makesMissingUuids();
    void takesTheTraceOfTheRequest();
    void namesTheSdk_data();
    void namesTheSdk();
    void readsMultipart();
    void readsSpans();
};

namespace {

const HeaderPairs noHeaders;

Intake post(const QByteArray &target, const QByteArray &body, const HeaderPairs &headers = noHeaders)
{
    return intakeOf(makeRequest("POST", target, headers, body));
}

/// One event in a batch, with these further members at its root.
QByteArray batchOf(const QByteArray &members)
{
    return "{\"api_key\":\"phc_x\",\"batch\":[{\"event\":\"e\",\"distinct_id\":\"u\""
        + (members.isEmpty() ? "" : "," + members) + "}]}";
}

QByteArray propertiesOf(const QByteArray &members)
{
    return batchOf("\"properties\":{" + members + "}");
}

Event onlyEvent(const Intake &intake)
{
    return intake.events.size() == 1 ? intake.events.front() : Event{};
}

QByteArray bytes(std::string_view text)
{
    return {text.data(), qsizetype(text.size())};
}

} // namespace

void PostHogTest::accepts_data()
{
    QTest::addColumn<QByteArray>("target");
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<int>("events");
    const QByteArray single = R"({"api_key":"phc_x","event":"e","distinct_id":"u"})";
    const QByteArray array
        = R"([{"event":"a","properties":{"token":"phc_x","distinct_id":"u"}},{"event":"b","token":"phc_x","$distinct_id":1}])";
    const QByteArray batch
        = R"({"batch":[{"event":"a","distinct_id":"u"},{"event":"b","distinct_id":"u"}],"token":"phc_x"})";
    for (const char *path : {"/batch/", "/batch", "/e/", "/i/v0/e/", "/capture/", "/track/", "/engage/",
             "/s/", "/i/v0/ai/batch/", "/ingest/batch/", "//e//", "/proxy/x/i/v0/e"}) {
        QTest::addRow("%s single", path) << QByteArray(path) << single << 1;
        QTest::addRow("%s array", path) << QByteArray(path) << array << 2;
        QTest::addRow("%s batch", path) << QByteArray(path) << batch << 2;
    }
    QTest::newRow("engage without a name")
        << QByteArray("/engage/") << QByteArray(R"({"$token":"phc_x","$distinct_id":"u","$set":{"a":1}})")
        << 1;
    QTest::newRow("empty uuid") << QByteArray("/e/") << batchOf("\"uuid\":\"\"") << 1;
    QTest::newRow("null members") << QByteArray(
        "/e/") << batchOf("\"uuid\":null,\"timestamp\":null,\"offset\":null,\"properties\":null")
                                  << 1;
    QTest::newRow("uuid without hyphens")
        << QByteArray("/e/") << batchOf("\"uuid\":\"0198d0b26e4c7b779c8e5a4bd7a5e0aa\"") << 1;
    QTest::newRow("repeated keys") << QByteArray("/e/") << batchOf("\"event\":\"f\",\"distinct_id\":\"v\"")
                                   << 1;
    QTest::newRow("escaped keys") << QByteArray(
        "/e/") << QByteArray(R"({"api\u005fkey":"phc_x","\u0065vent":"e","distinct_id":"u"})")
                                  << 1;
    QTest::newRow("byte order mark") << QByteArray("/e/") << ("\xEF\xBB\xBF" + single) << 1;
    QTest::newRow("lone surrogate") << QByteArray("/e/") << propertiesOf(R"("x":"\ud800")") << 1;
    QTest::newRow("deep") << QByteArray("/e/")
                          << propertiesOf("\"x\":" + QByteArray(1000, '[') + QByteArray(1000, ']')) << 1;
    QTest::newRow("token in blanks") << QByteArray("/e/")
                                     << QByteArray(R"({"api_key":" phc_x ","event":"e","distinct_id":"u"})")
                                     << 1;
}

void PostHogTest::accepts()
{
    QFETCH(QByteArray, target);
    QFETCH(QByteArray, body);
    QFETCH(int, events);
    const Intake intake = post(target, body);
    QVERIFY2(intake.state == RequestState::Decoded, toText(intake.error).c_str());
    QCOMPARE(intake.answer.status, 200);
    QCOMPARE(intake.answer.body, std::string("{\"status\":\"Ok\"}"));
    QCOMPARE(int(intake.events.size()), events);
    for (const Event &event : intake.events) {
        const QByteArray span = body.mid(event.offset, event.length);
        QVERIFY(span.startsWith('{') && span.endsWith('}'));
        QVERIFY(nlohmann::json::accept(span.toStdString()) || span.contains("\\ud800"));
    }
}

void PostHogTest::refuses_data()
{
    QTest::addColumn<QByteArray>("target");
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<int>("status");
    QTest::addColumn<QByteArray>("text"); // What the answer starts with.
    QTest::addColumn<QByteArray>("where");
    const auto row = [](const char *name, const char *target, const QByteArray &body, int status,
                         const char *text, const char *where) {
        QTest::newRow(name) << QByteArray(target) << body << status << QByteArray(text) << QByteArray(where);
    };
    const char *const parse = "failed to parse request: ";
    row("no body", "/batch/", "", 400, "request missing data payload", "/batch");
    row("empty batch", "/batch/", R"({"api_key":"phc_x","batch":[]})", 400, "request holds no event",
        "/batch › batch");
    row("empty array", "/e/", "[]", 400, "request holds no event", "/e");
    row("nameless", "/batch/",
        R"({"api_key":"phc_x","batch":[{"event":"a","distinct_id":"u"},{"distinct_id":"u"}]})", 400,
        "failed to hydrate events from request: non-engage request missing event name attribute",
        "/batch › batch[1] › event");
    row("nameless single", "/e/", R"({"api_key":"phc_x","distinct_id":"u"})", 400, "failed to hydrate",
        "/e › event");
    row("nameless element", "/e/", R"([{"api_key":"phc_x","distinct_id":"u"}])", 400, "failed to hydrate",
        "/e[0] › event");
    row("empty name", "/batch/", R"({"api_key":"phc_x","batch":[{"event":"","distinct_id":"u"}]})", 400,
        "event submitted with an empty event name", "/batch › batch[0] › event");
    row("no distinct_id", "/batch/", R"({"api_key":"phc_x","batch":[{"event":"a"}]})", 400,
        "event submitted without a distinct_id", "/batch › batch[0] › distinct_id");
    row("empty distinct_id", "/batch/", R"({"api_key":"phc_x","batch":[{"event":"a","distinct_id":""}]})",
        400, "event submitted without a distinct_id", "/batch › batch[0] › distinct_id");
    row("no token", "/e/", R"({"event":"a","distinct_id":"u"})", 401, "event submitted without an api_key",
        "/e");
    row("two tokens", "/e/",
        R"([{"event":"a","distinct_id":"u","token":"phc_x"},{"event":"a","distinct_id":"u","token":"phc_y"}])",
        401, "batch submitted with inconsistent api_key values", "/e");
    row("personal key", "/e/", R"({"api_key":"phx_secret","event":"a","distinct_id":"u"})", 401,
        "API key is not valid: personal_api_key", "/e › api_key");
    row("blank token", "/e/", R"({"api_key":" ","event":"a","distinct_id":"u"})", 401,
        "API key is not valid: empty", "/e › api_key");
    row("long token", "/e/",
        "{\"api_key\":\"" + QByteArray(65, 'x') + "\",\"event\":\"a\",\"distinct_id\":\"u\"}", 401,
        "API key is not valid: too_long", "/e › api_key");
    row("token with NUL", "/e/", R"({"api_key":"a\u0000b","event":"a","distinct_id":"u"})", 401,
        "API key is not valid: null_byte", "/e › api_key");
    row("token not ascii", "/e/", R"({"api_key":"phc_ü","event":"a","distinct_id":"u"})", 401,
        "API key is not valid: not_ascii", "/e › api_key");
    row("uuid that is none", "/batch/", batchOf("\"uuid\":\"x\""), 400, parse, "/batch › batch[0] › uuid");
    row("uuid as number", "/batch/", batchOf("\"uuid\":1"), 400, parse, "/batch › batch[0] › uuid");
    row("timestamp as number", "/batch/", batchOf("\"timestamp\":1795424546076"), 400, parse,
        "/batch › batch[0] › timestamp");
    row("event as number", "/batch/", batchOf("\"event\":1"), 400, parse, "/batch › batch[0] › event");
    row("offset as text", "/batch/", batchOf("\"offset\":\"1\""), 400, parse, "/batch › batch[0] › offset");
    row("properties as list", "/batch/", batchOf("\"properties\":[]"), 400, parse,
        "/batch › batch[0] › properties");
    row("event that is none", "/batch/", R"({"api_key":"phc_x","batch":[{"event":"a","distinct_id":"u"},7]})",
        400, parse, "/batch › batch[1]");
    row("scalar", "/e/", "7", 400, parse, "/e");
    row("NaN in a payload", "/batch/", propertiesOf("\"a\":{\"b\":[1,NaN]}"), 400, parse,
        "/batch › batch[0] › properties › a");
    row("text behind", "/e/", batchOf({}) + " x", 400, parse, "/e");
    row("two documents", "/e/", batchOf({}) + batchOf({}), 400, parse, "/e");
    row("not utf-8", "/e/", propertiesOf("\"a\":\"\xff\""), 400, parse, "/e");
    row("cut", "/e/", batchOf({}).chopped(3), 400, parse, "/e › batch[0]");
    row("too deep", "/e/", propertiesOf("\"x\":" + QByteArray(2000, '[') + QByteArray(2000, ']')), 400, parse,
        "/e › batch[0] › properties › x");
    row("cookieless", "/e/", propertiesOf("\"$cookieless_mode\":\"on\""), 400,
        "event submitted with invalid cookieless mode", "/e › batch[0] › properties › $cookieless_mode");
    row("snapshot without session", "/s/",
        R"([{"event":"$snapshot","distinct_id":"u","properties":{"token":"phc_x","$snapshot_data":[]}}])",
        400, "replay event submitted without session id", "/s[0] › properties › $session_id");
    row("snapshot with a long session", "/s/",
        R"([{"event":"$snapshot","distinct_id":"u","properties":{"token":"phc_x","$snapshot_data":[],"$session_id":")"
            + QByteArray(101, 's') + "\"}}]",
        400, "replay event has invalid session id", "/s[0] › properties › $session_id");
    row("snapshot without data", "/s/",
        R"([{"event":"$snapshot","distinct_id":"u","properties":{"token":"phc_x","$session_id":"s"}}])", 400,
        "replay event submitted without snapshot data", "/s[0] › properties › $snapshot_data");
}

void PostHogTest::refuses()
{
    QFETCH(QByteArray, target);
    QFETCH(QByteArray, body);
    QFETCH(int, status);
    QFETCH(QByteArray, text);
    QFETCH(QByteArray, where);
    const Intake intake = post(target, body, {{"Origin", "https://a.example"}});
    QCOMPARE(intake.state, RequestState::Failed);
    QVERIFY(intake.keep);
    QVERIFY(intake.events.empty());
    QCOMPARE(intake.answer.status, status);
    QCOMPARE(QByteArray::fromStdString(intake.answer.body).left(text.size()), text);
    QCOMPARE(QByteArray::fromStdString(intake.error.where), where);
    QVERIFY(!intake.error.message.empty());
    QVERIFY(headerOf(intake.answer, "Content-Type").startsWith("text/plain"));
    QCOMPARE(headerOf(intake.answer, "Access-Control-Allow-Origin"), QByteArray("https://a.example"));
}

void PostHogTest::refusesUnreadableBodies_data()
{
    QTest::addColumn<QString>("file");
    QTest::addColumn<int>("status");
    QTest::addColumn<QByteArray>("text");
    QTest::newRow("cut") << QStringLiteral("gzip-cut.bin") << 400 << QByteArray("failed to decode request: ");
    QTest::newRow("damaged") << QStringLiteral("gzip-damaged.bin") << 400
                             << QByteArray("failed to decode request: ");
    QTest::newRow("bomb") << QStringLiteral("bomb-gzip.bin") << 413
                          << QByteArray("maximum event size exceeded: ");
}

void PostHogTest::refusesUnreadableBodies()
{
    QFETCH(QString, file);
    QFETCH(int, status);
    QFETCH(QByteArray, text);
    const QByteArray body = fixture(QStringLiteral("payload/") + file);
    QVERIFY(!body.isEmpty());
    for (const char *target : {"/batch/", "/e/", "/s/"}) {
        const Intake intake = post(target, body);
        QCOMPARE(intake.state, RequestState::Failed);
        QCOMPARE(intake.answer.status, status);
        QCOMPARE(QByteArray::fromStdString(intake.answer.body).left(text.size()), text);
    }
    QCOMPARE(post("/flags/?v=2", body).answer.status, status);
    const Intake v1 = post("/i/v1/analytics/events", body,
        {{"Authorization", "Bearer phc_x"}, {"PostHog-Sdk-Info", "a/1"}, {"PostHog-Attempt", "1"},
            {"PostHog-Request-Id", "i"}, {"PostHog-Request-Timestamp", "2026-11-23T09:10:00Z"}});
    QCOMPARE(v1.answer.status, status);
}

void PostHogTest::readsFields_data()
{
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<QByteArray>("member");
    QTest::addColumn<QByteArray>("expected");
    const auto row
        = [](const char *name, const QByteArray &body, const char *member, const QByteArray &expected) {
              QTest::newRow(name) << body << QByteArray(member) << expected;
          };
    const QByteArray hex = "7f2c9d7e52a34a539a3e0c2f6f9f1d10";
    const auto idOf = [](const QByteArray &value) {
        return R"({"api_key":"phc_x","event":"e","distinct_id":)" + value + "}";
    };
    row("number as id", idOf("23"), "user", "23");
    row("long number as id", idOf("9007199254740993"), "user", "9007199254740993");
    row("bool as id", idOf("true"), "user", "true");
    row("object as id", idOf("{\"a\":1}"), "user", "{\"a\":1}");
    row("NUL in id", idOf(R"("a\u0000b")"), "user",
        "a\xEF\xBF\xBD"
        "b");
    row("long id is cut", idOf('"' + QByteArray("\xC3\xA9").repeated(201) + '"'), "user",
        QByteArray("\xC3\xA9").repeated(200));
    row("null id, in properties",
        R"({"api_key":"phc_x","event":"e","distinct_id":null,"properties":{"distinct_id":7}})", "user", "7");
    row("anonymous id", propertiesOf(R"("$device_id":"d","$anon_distinct_id":"a")"), "anonymous", "a");
    row("device id", propertiesOf(R"("$device_id":"d")"), "anonymous", "d");
    row("workspace property", propertiesOf(R"("$groups":{"workspace":"g"},"workspace_id":"w")"), "workspace",
        "w");
    row("workspace group", propertiesOf(R"("$groups":{"organization":"o","workspace":"g"})"), "workspace",
        "g");
    row("workspace identified", propertiesOf(R"("$group_type":"workspace","$group_key":"k")"), "workspace",
        "k");
    row("other group identified", propertiesOf(R"("$group_type":"team","$group_key":"k")"), "workspace", "");
    row("workspace as number", propertiesOf(R"("workspace_id":12)"), "workspace", "12");
    row("session", propertiesOf(R"("$session_id":"s")"), "session", "s");
    row("flow", propertiesOf(R"("flow_id":"f")"), "flow", "f");
    row("spans", propertiesOf(R"("$ai_span_id":"s1","$ai_parent_id":"p1")"), "span", "s1<p1");
    row("sdk", propertiesOf(R"("$lib":"posthog-node","$lib_version":"5.70.0")"), "sdk",
        "posthog-node 5.70.0");
    row("legacy sdk", batchOf(R"("library":"posthog-node","library_version":"3.6.3")"), "sdk",
        "posthog-node 3.6.3");
    row("latency", propertiesOf(R"("latency_ms":840)"), "duration", "840");
    row("time", propertiesOf(R"("time_ms":12.5)"), "duration", "12.5");
    row("both: latency", propertiesOf(R"("time_ms":1,"latency_ms":2)"), "duration", "2");
    row("seconds", propertiesOf(R"("duration":1.5)"), "duration", "1500");
    row("ai latency", propertiesOf(R"("$ai_latency":0.25)"), "duration", "250");
    row("duration as text", propertiesOf(R"("latency_ms":"840")"), "duration", "840 as text");
    row("text that is no duration", propertiesOf(R"("latency_ms":"fast")"), "duration", "none");
    row("negative", propertiesOf(R"("latency_ms":-1)"), "duration", "none");
    row("too large for a clock", propertiesOf(R"("latency_ms":1e400)"), "duration", "none");
    row("trace_id", propertiesOf("\"trace_id\":\"" + hex + "\""), "trace",
        hex + " event:properties.trace_id");
    row("trace_id first", propertiesOf("\"$ai_trace_id\":\"x\",\"trace_id\":\"" + hex + "\""), "trace",
        hex + " event:properties.trace_id");
    row("$trace_id", propertiesOf(R"("$trace_id":"Trace-456")"), "trace",
        "Trace-456 event:properties.$trace_id");
    row("$ai_trace_id", propertiesOf(R"("$ai_trace_id":"t")"), "trace", "t event:properties.$ai_trace_id");
    row("empty, then $ai_trace_id", propertiesOf(R"("trace_id":" ","$ai_trace_id":"t")"), "trace",
        "t event:properties.$ai_trace_id");
    row("context in properties", propertiesOf(R"("context":{"trace_id":"c"})"), "trace",
        "c event:context.trace_id");
    row("context at the root", batchOf(R"("context":{"traceId":"c"})"), "trace", "c event:context.traceId");
    row("nested trace", batchOf(R"("context":{"trace":{"trace_id":"c"}})"), "trace",
        "c event:context.trace.trace_id");
    row("traceparent", propertiesOf("\"traceparent\":\"00-" + hex + "-00f067aa0ba902b7-01\""), "trace",
        hex + " event:properties.traceparent");
    row("number is no trace", propertiesOf(R"("trace_id":123)"), "trace", " ");
    row("session is no trace", propertiesOf(R"("$session_id":"s")"), "trace", " ");
    row("$identify", batchOf(R"("event":"$identify")"), "type", "identify");
    row("$create_alias", batchOf(R"("event":"$create_alias")"), "type", "alias");
    row("$groupidentify", batchOf(R"("event":"$groupidentify")"), "type", "group");
    row("$pageview", batchOf(R"("event":"$pageview")"), "type", "page");
    row("$screen", batchOf(R"("event":"$screen")"), "type", "screen");
    row("$feature_flag_called", batchOf(R"("event":"$feature_flag_called")"), "type", "flag_called");
    row("$exception", batchOf(R"("event":"$exception")"), "type", "exception");
    row("$snapshot", batchOf(R"("event":"$snapshot")"), "type", "snapshot");
    row("$autocapture", batchOf(R"("event":"$autocapture")"), "type", "track");
    row("name in escapes", batchOf(R"("event":"caf\u00e9 \ud83d\ude00")"), "name",
        "caf\xC3\xA9 \xF0\x9F\x98\x80");
    row("engage", R"({"$token":"phc_x","$distinct_id":"u"})", "type", "identify");
}

void PostHogTest::readsFields()
{
    QFETCH(QByteArray, body);
    QFETCH(QByteArray, member);
    QFETCH(QByteArray, expected);
    const Intake intake = post("/engage/", body);
    QVERIFY2(intake.state == RequestState::Decoded, toText(intake.error).c_str());
    const Event event = onlyEvent(intake);
    const bool asText = has(event.notices, Notice::DurationAsText);
    const QHash<QByteArray, QByteArray> read{
        {"user", bytes(event.userId)},
        {"anonymous", bytes(event.anonymousId)},
        {"workspace", bytes(event.workspaceId)},
        {"session", bytes(event.sessionId)},
        {"flow", bytes(event.flowId)},
        {"span", bytes(event.spanId + '<' + event.parentSpanId)},
        {"sdk", bytes(event.sdk.name + ' ' + event.sdk.version)},
        {"duration",
            event.durationMs ? QByteArray::number(*event.durationMs) + (asText ? " as text" : "")
                             : QByteArray("none")},
        {"trace", bytes(event.traceId + ' ' + event.traceCarrier)},
        {"type", bytes(toText(event.type))},
        {"name", bytes(event.name)},
    };
    QVERIFY(read.contains(member));
    QCOMPARE(read.value(member), expected);
    QCOMPARE(has(event.notices, Notice::NoTraceId), event.traceId.empty());
    QCOMPARE(has(event.notices, Notice::NoWorkspaceId), event.workspaceId.empty());
}

void PostHogTest::placesInTime_data()
{
    QTest::addColumn<QByteArray>("target");
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<QByteArray>("timestamp");
    QTest::addColumn<QByteArray>("clientTime");
    QTest::addColumn<QByteArray>("sentAt");
    const auto row = [](const char *name, const char *target, const QByteArray &body, const char *timestamp,
                         const char *clientTime, const char *sentAt) {
        QTest::newRow(name) << QByteArray(target) << body << QByteArray(timestamp) << QByteArray(clientTime)
                            << QByteArray(sentAt);
    };
    const auto sent = [](const QByteArray &members, const QByteArray &sentAt) {
        return R"({"api_key":"phc_x","batch":[{"event":"e","distinct_id":"u",)" + members
            + "}],\"sent_at\":\"" + sentAt + "\"}";
    };
    row("none", "/e/", batchOf({}), "2026-11-23T09:10:00.000Z", "", "");
    row("timestamp alone", "/e/", batchOf(R"("timestamp":"2026-01-02T03:04:05.678Z")"),
        "2026-01-02T03:04:05.678Z", "2026-01-02T03:04:05.678Z", "");
    row("an hour fast", "/e/", sent(R"("timestamp":"2026-11-23T10:09:58Z")", "2026-11-23T10:10:00Z"),
        "2026-11-23T09:09:58.000Z", "2026-11-23T10:09:58.000Z", "2026-11-23T10:10:00.000Z");
    row("an hour fast, by query", "/e/?_=1795428600000", batchOf(R"("timestamp":"2026-11-23T10:09:58Z")"),
        "2026-11-23T09:09:58.000Z", "2026-11-23T10:09:58.000Z", "2026-11-23T10:10:00.000Z");
    row("query in seconds", "/e/?_=1795428600", batchOf(R"("timestamp":"2026-11-23T10:09:58Z")"),
        "2026-11-23T10:09:58.000Z", "2026-11-23T10:09:58.000Z", "");
    row("query that is no time", "/e/?_=x", batchOf({}), "2026-11-23T09:10:00.000Z", "", "");
    row("told to ignore", "/e/",
        sent(R"("timestamp":"2026-11-23T08:00:00Z","properties":{"$ignore_sent_at":true})",
            "2026-11-23T10:10:00Z"),
        "2026-11-23T08:00:00.000Z", "2026-11-23T08:00:00.000Z", "2026-11-23T10:10:00.000Z");
    row("offset", "/e/", batchOf(R"("offset":1500)"), "2026-11-23T09:09:58.500Z", "", "");
    row("offset over timestamp", "/e/", batchOf(R"("offset":1500,"timestamp":"2026-01-02T03:04:05Z")"),
        "2026-11-23T09:09:58.500Z", "2026-01-02T03:04:05.000Z", "");
    row("unreadable", "/e/", batchOf(R"("timestamp":"soon")"), "2026-11-23T09:10:00.000Z", "", "");
    row("far ahead", "/e/", batchOf(R"("timestamp":"2026-12-24T00:00:00Z")"), "2026-11-23T09:10:00.000Z",
        "2026-12-24T00:00:00.000Z", "");
}

void PostHogTest::placesInTime()
{
    QFETCH(QByteArray, target);
    QFETCH(QByteArray, body);
    QFETCH(QByteArray, timestamp);
    QFETCH(QByteArray, clientTime);
    QFETCH(QByteArray, sentAt);
    const Intake intake = post(target, body);
    QVERIFY2(intake.state == RequestState::Decoded, toText(intake.error).c_str());
    const Event event = onlyEvent(intake);
    QCOMPARE(bytes(toRfc3339(event.timestamp)), timestamp);
    QCOMPARE(event.clientTime ? bytes(toRfc3339(*event.clientTime)) : QByteArray(), clientTime);
    QCOMPARE(event.sentAt ? bytes(toRfc3339(*event.sentAt)) : QByteArray(), sentAt);
    QCOMPARE(event.receivedAt, posthogContext().now);
}

/// The extent holds what the SDK wrote: digits, unknown members, blanks, repeats and escapes.
void PostHogTest::keepsPayloadBytes()
{
    const QByteArray event
        = R"({ "event":"e","distinct_id":"u" , "properties":{"n":9007199254740993,"f":1.0,)"
          R"("big":1e400,"small":-0.0e-5,"u":"\u00e9","a":1,"a":2},"unknown":[{}, null] })";
    for (const QByteArray &body :
        {QByteArray("{\"api_key\":\"phc_x\",\"batch\":[ " + event + " ,\n" + event + "]}"),
            QByteArray("{\"sent_at\":\"x\",\"batch\":[" + event + "],\"api_key\":\"phc_x\"}")}) {
        const Intake intake = post("/batch/", body);
        QVERIFY2(intake.state == RequestState::Decoded, toText(intake.error).c_str());
        for (const Event &each : intake.events)
            QCOMPARE(body.mid(each.offset, each.length), event);
    }
    const QByteArray alone
        = "\n " + QByteArray(event).replace("\"unknown\"", "\"api_key\":\"phc_x\",\"unknown\"") + " \n";
    const Event single = onlyEvent(post("/e/", alone));
    QCOMPARE(alone.mid(single.offset, single.length), alone.trimmed());
}

void PostHogTest::makesMissingUuids()
{
    const QByteArray body
        = R"([{"event":"a","distinct_id":"u","token":"phc_x"},{"event":"a","distinct_id":"u"}])";
    const Intake intake = post("/e/", body);
    QCOMPARE(intake.events.size(), std::size_t(2));
    for (const Event &event : intake.events) {
        QVERIFY(isUuid(event.uuid));
        QCOMPARE(event.uuid[14], '7');
    }
    QVERIFY(intake.events[0].uuid != intake.events[1].uuid);
}

void PostHogTest::takesTheTraceOfTheRequest()
{
    const HeaderPairs headers{{"traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"}};
    const QByteArray body = R"([{"event":"a","distinct_id":"u","token":"phc_x"},)"
                            R"({"event":"b","distinct_id":"u","properties":{"trace_id":"t"}}])";
    const Intake intake = post("/e/", body, headers);
    QCOMPARE(intake.events.size(), std::size_t(2));
    QCOMPARE(intake.events[0].traceId, std::string("4bf92f3577b34da6a3ce929d0e0e4736"));
    QCOMPARE(intake.events[0].traceCarrier, std::string("header:traceparent"));
    QVERIFY(has(intake.events[0].notices, Notice::TraceFromRequest));
    QCOMPARE(intake.events[1].traceId, std::string("t"));
    QVERIFY(!has(intake.events[1].notices, Notice::TraceFromRequest));
}

void PostHogTest::namesTheSdk_data()
{
    QTest::addColumn<QByteArray>("header");
    QTest::addColumn<QByteArray>("value");
    QTest::addColumn<QByteArray>("sdk");
    QTest::newRow("agent") << QByteArray("User-Agent") << QByteArray("posthog-node/5.70.0")
                           << QByteArray("posthog-node 5.70.0");
    QTest::newRow("agent with more") << QByteArray("User-Agent") << QByteArray("posthog-go/1.2 (linux)")
                                     << QByteArray("posthog-go 1.2");
    QTest::newRow("info") << QByteArray("PostHog-Sdk-Info") << QByteArray("posthog-rs/0.3")
                          << QByteArray("posthog-rs 0.3");
    QTest::newRow("browser") << QByteArray("User-Agent") << QByteArray("Mozilla/5.0 (X11)")
                             << QByteArray(" ");
    QTest::newRow("plain") << QByteArray("User-Agent") << QByteArray("node") << QByteArray(" ");
}

void PostHogTest::namesTheSdk()
{
    QFETCH(QByteArray, header);
    QFETCH(QByteArray, value);
    QFETCH(QByteArray, sdk);
    const Event event = onlyEvent(post("/e/", batchOf({}), {{header, value}}));
    QCOMPARE(bytes(event.sdk.name + ' ' + event.sdk.version), sdk);
}

void PostHogTest::readsMultipart()
{
    const QByteArray event
        = R"({"event":"$ai_generation","distinct_id":"u","uuid":"0198d0b2-6e4c-7b77-9c8e-5a4bd7a5e0aa"})";
    const QByteArray body
        = "--B\r\nContent-Disposition: form-data; name=\"event\"\r\nContent-Type: application/json\r\n\r\n"
        + event
        + "\r\n--B\r\nContent-Disposition: form-data; name=\"event.properties\"\r\n\r\n"
          "{\"$ai_trace_id\":\"t\",\"$ai_latency\":2}\r\n--B--\r\n";
    const HeaderPairs headers{
        {"Content-Type", "multipart/form-data; boundary=B"}, {"Authorization", "Bearer phc_x"}};
    const Intake intake = post("/i/v0/ai/", body, headers);
    QVERIFY2(intake.state == RequestState::Decoded, toText(intake.error).c_str());
    const Event read = onlyEvent(intake);
    QCOMPARE(body.mid(read.offset, read.length), event);
    QCOMPARE(read.traceId, std::string("t"));
    QCOMPARE(read.durationMs, std::optional<double>(2000));
    QCOMPARE(post("/i/v0/ai/", body, {headers[0]}).answer.status, 401);
    QCOMPARE(post("/i/v0/ai/", "x", headers).answer.status, 400);
}

void PostHogTest::readsSpans()
{
    const QByteArray span
        = R"({"traceId":"4BF92F3577B34DA6A3CE929D0E0E4736","spanId":"00f067aa0ba902b7","parentSpanId":"",)"
          R"("name":"chat","startTimeUnixNano":"1795424546000000000","endTimeUnixNano":"1795424546250000000",)"
          R"("attributes":[{"key":"posthog.distinct_id","value":{"stringValue":"u"}}]})";
    const QByteArray body = "{\"resourceSpans\":[{\"scopeSpans\":[{\"spans\":[" + span + "]}]}]}";
    const Intake intake = post("/i/v0/ai/otel", body, {{"Content-Type", "application/json"}});
    QVERIFY2(intake.state == RequestState::Decoded, toText(intake.error).c_str());
    const Event event = onlyEvent(intake);
    QCOMPARE(body.mid(event.offset, event.length), span);
    QCOMPARE(event.name, std::string("chat"));
    QCOMPARE(event.traceId, std::string("4bf92f3577b34da6a3ce929d0e0e4736"));
    QCOMPARE(event.spanId, std::string("00f067aa0ba902b7"));
    QCOMPARE(event.userId, std::string("u"));
    QCOMPARE(event.durationMs, std::optional<double>(250));
    QCOMPARE(toMs(event.timestamp), std::int64_t(1795424546250));
    QCOMPARE(post("/i/v1/logs?token=phc_x", R"({"resourceLogs":[]})").state, RequestState::Read);
    QCOMPARE(
        post("/i/v1/traces", "\n\x01x", {{"Content-Type", "application/x-protobuf"}}).answer.status, 200);
    QCOMPARE(post("/i/v1/traces", "[").answer.status, 400);
}

QTEST_GUILESS_MAIN(PostHogTest)
#include "tst_posthog.moc"
