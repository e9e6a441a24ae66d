#include "tests/support/requests.h"

#include "core/capture/decoder.h"

#include <QDir>
#include <QTest>

using namespace Weir;
using namespace Weir::Testing;

namespace {

const UtcTime now = *parseTime("2026-11-23T12:00:00.000Z");

Intake take(
    const QByteArray &method, const QByteArray &target, const HeaderPairs &headers, const QByteArray &body)
{
    return decodeRequest(makeRequest(method, target, headers, body), {now, "127.0.0.1:9347"});
}

/// The head and the body of a whole request as it was on the wire.
HttpRequest requestOfWire(const QByteArray &wire)
{
    const qsizetype end = wire.indexOf("\r\n\r\n");
    const QList<QByteArray> lines = wire.left(end).split('\n');
    HeaderPairs headers;
    for (const QByteArray &line : lines.mid(1)) {
        const qsizetype colon = line.indexOf(':');
        headers.append({line.left(colon), line.mid(colon + 1).trimmed()});
    }
    const QList<QByteArray> start = lines.front().trimmed().split(' ');
    return makeRequest(start.at(0), start.at(1), headers, wire.mid(end + 4));
}

} // namespace

class DecoderTest : public QObject
{
    Q_OBJECT
private slots:
    void unknown_data();
    void unknown();
    void preflightOfUnknown();
    void webhookRecordings_data();
    void webhookRecordings();
    void rowChanges_data();
    void rowChanges();
    void sameChangeTwice();
    void webhooks_data();
    void webhooks();
    void traceVectors_data();
    void traceVectors();
};

void DecoderTest::unknown_data()
{
    QTest::addColumn<QByteArray>("method");
    QTest::addColumn<QByteArray>("target");
    QTest::newRow("get") << QByteArray("GET") << QByteArray("/favicon.ico");
    QTest::newRow("post") << QByteArray("POST") << QByteArray("/v2/collect?a=b");
    QTest::newRow("a version of one's own") << QByteArray("POST") << QByteArray("/v9/t");
    QTest::newRow("nameless hook") << QByteArray("POST") << QByteArray("/webhook/");
    QTest::newRow("odd") << QByteArray("BREW") << QByteArray("/pot/\xC3\x28");
}

void DecoderTest::unknown()
{
    QFETCH(QByteArray, method);
    QFETCH(QByteArray, target);
    const Intake intake = take(method, target, {{"Origin", "http://localhost"}}, "{\"trace_id\":\"x\"}");
    QCOMPARE(intake.answer.status, 404);
    QVERIFY(intake.keep);
    QVERIFY(intake.state == RequestState::NotUnderstood);
    QVERIFY(intake.source == Source::Unknown);
    QVERIFY(intake.error.kind == Error::Kind::NotFound);
    QVERIFY(intake.events.empty());
    const auto answer = nlohmann::json::parse(intake.answer.body);
    QCOMPARE(answer.at("error").at("code").get<std::string>(), std::string("not_understood"));
    QCOMPARE(headerOf(intake.answer, "Access-Control-Allow-Origin"), QByteArray("http://localhost"));
}

void DecoderTest::preflightOfUnknown()
{
    const Intake intake = take("OPTIONS", "/v2/collect",
        {{"Origin", "http://localhost"}, {"Access-Control-Request-Headers", "traceparent,x-datadog-tags"},
            {"Access-Control-Request-Method", "PUT"}},
        {});
    QCOMPARE(intake.answer.status, 204);
    QVERIFY(!intake.keep);
    QCOMPARE(
        headerOf(intake.answer, "Access-Control-Allow-Headers"), QByteArray("traceparent,x-datadog-tags"));
    QVERIFY(headerOf(intake.answer, "Access-Control-Allow-Methods").contains("PUT"));
}

void DecoderTest::webhookRecordings_data()
{
    QTest::addColumn<QString>("file");
    const QDir folder(QStringLiteral(WEIR_SOURCE_DIR "/tests/fixtures/supabase/webhooks"));
    for (const QString &file : folder.entryList({QStringLiteral("*.http")}, QDir::Files, QDir::Name))
        QTest::newRow(qPrintable(file)) << file;
}

void DecoderTest::webhookRecordings()
{
    QFETCH(QString, file);
    const HttpRequest request = requestOfWire(fixture(QStringLiteral("supabase/webhooks/") + file));
    const auto body = nlohmann::json::parse(request.body.toStdString());
    const Intake intake = decodeRequest(request, {now, {}});
    QCOMPARE(intake.answer.status, 200);
    QVERIFY(intake.source == Source::Supabase);
    QCOMPARE(intake.events.size(), std::size_t(1));
    const Event &event = intake.events.front();

    // "03_guardrail_blocks_update.http"
    const QString base = file.mid(3).chopped(5);
    const QString name = base.left(base.lastIndexOf(u'_')) + u'.' + base.mid(base.lastIndexOf(u'_') + 1);
    QCOMPARE(QString::fromStdString(event.name), name);
    QVERIFY(event.type == EventType::RowChange);
    QVERIFY(event.family == Family::RowChange);
    QCOMPARE(request.body.mid(event.offset, event.length), request.body);
    QCOMPARE(event.timestamp, now);
    QCOMPARE(event.sdk, (Sdk{"pg_net", "0.20.4"}));
    const auto textOf = [&](const char *column) {
        const auto &row = body.at("record").is_null() ? body.at("old_record") : body.at("record");
        return row.contains(column) && row.at(column).is_string() ? row.at(column).get<std::string>()
                                                                  : std::string();
    };
    QCOMPARE(event.userId, textOf("user_id"));
    QCOMPARE(event.workspaceId, textOf("workspace_id"));
    const std::string trace = textOf("trace_id");
    QCOMPARE(event.traceId, trace.size() == 16 ? std::string(16, '0') + trace : trace);
    QCOMPARE(event.traceCarrier, trace.empty() ? std::string() : std::string("column:trace_id"));
    QCOMPARE(has(event.notices, Notice::NoTraceId), trace.empty());
}

void DecoderTest::rowChanges_data()
{
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<QByteArray>("expected"); // "name trace carrier user workspace duration", or "status"
    const auto row = [](const char *name, const char *body, const char *expected) {
        QTest::newRow(name) << QByteArray(body) << QByteArray(expected);
    };
    row("schema", R"({"type":"INSERT","table":"runs","record":{},"schema":"app","old_record":null})",
        "app.runs.insert - - - - -");
    row("aliases",
        R"({"type":"INSERT","table":"r","record":{"otel_trace_id":"t","owner_id":7,"org_id":"o","time_ms":12.5},
        "schema":"public","old_record":null})",
        "r.insert t column:otel_trace_id 7 o 12.5");
    row("the name itself wins over aliases",
        R"({"type":"INSERT","table":"r","record":{"uid":"a","user_id":"u","team_id":"b",
        "workspace_id":"w"},"schema":"public","old_record":null})",
        "r.insert - - u w -");
    row("the old row fills in", R"({"type":"UPDATE","table":"r","record":{"user_id":null},"schema":"public",
        "old_record":{"trace_id":"t","user_id":"u","workspace_id":"w"}})",
        "r.update t column:trace_id u w -");
    row("traceparent column", R"({"type":"DELETE","table":"r","record":null,"schema":"public","old_record":
        {"traceparent":"00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"}})",
        "r.delete 4bf92f3577b34da6a3ce929d0e0e4736 column:traceparent - - -");
    row("further keys",
        R"({"type":"INSERT","table":"r","record":{},"schema":"public","old_record":null,"user_id":"x"})",
        "r.insert - - - - -");
    row("no row change", R"({"type":"TRUNCATE","table":"r","schema":"public","trace_id":"t"})",
        "TRUNCATE t event:trace_id - - -");
    row("no old_record", R"({"type":"INSERT","table":"r","record":{},"schema":"public"})",
        "INSERT - - - - -");
    row("no JSON", "{\"type\":", "400");
    row("nothing", "", "400");
}

void DecoderTest::rowChanges()
{
    QFETCH(QByteArray, body);
    QFETCH(QByteArray, expected);
    const Intake intake = take("POST", "/supabase/webhook", {}, body);
    if (!expected.contains(' ')) {
        QCOMPARE(intake.answer.status, expected.toInt());
        QVERIFY(intake.state == RequestState::Failed);
        return;
    }
    QCOMPARE(intake.answer.status, 200);
    QCOMPARE(intake.events.size(), std::size_t(1));
    const Event &event = intake.events.front();
    QByteArrayList found;
    for (const std::string &text :
        {event.name, event.traceId, event.traceCarrier, event.userId, event.workspaceId})
        found.append(text.empty() ? QByteArray("-") : QByteArray::fromStdString(text));
    found.append(event.durationMs ? QByteArray::number(*event.durationMs) : QByteArray("-"));
    QCOMPARE(found.join(' '), expected);
}

void DecoderTest::sameChangeTwice()
{
    const QByteArray once
        = R"({"type":"INSERT","table":"r","record":{"a":1},"schema":"public","old_record":null})";
    const QByteArray other
        = R"({"type":"INSERT","table":"r","record":{"a":2},"schema":"public","old_record":null})";
    const auto idOf = [](const QByteArray &body) {
        return take("POST", "/supabase/webhook", {}, body).events.at(0).uuid;
    };
    QCOMPARE(idOf(once), idOf(once)); // pg_net may send one twice.
    QVERIFY(idOf(once) != idOf(other));
    QCOMPARE(take("GET", "/supabase/webhook?a=b", {}, {}).answer.status, 405);
}

void DecoderTest::webhooks_data()
{
    QTest::addColumn<QByteArray>("target");
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<QByteArrayList>("expected"); // Each "name trace carrier user workspace timestamp"
    const auto row = [](const char *name, const char *target, const char *body, QByteArrayList expected) {
        QTest::newRow(name) << QByteArray(target) << QByteArray(body) << expected;
    };
    const char *at = " 2026-11-23T12:00:00.000Z";
    row("name of the path", "/webhook/stripe", "{}", {QByteArray("stripe - - - -") + at});
    row("escaped name", "/webhook/my%20hook", "{}", {QByteArray("my hook - - - -") + at});
    row("event", "/webhook/x", R"({"event":"paid","type":"t"})", {QByteArray("paid - - - -") + at});
    row("type", "/webhook/x", R"({"type":"invoice.paid"})", {QByteArray("invoice.paid - - - -") + at});
    row("ids", "/hooks/webhook/x/",
        R"({"trace_id":"t","user_id":"u","workspace_id":"w","timestamp":"2026-11-23T11:00:00Z"})",
        {"x t event:trace_id u w 2026-11-23T11:00:00.000Z"});
    row("ids within", "/webhook/x",
        R"({"data":{"trace_id":"t","user_id":"u","workspace_id":"w"},"userId":"v"})",
        {QByteArray("x t event:data.trace_id v w") + at});
    row("the outer one wins", "/webhook/x", R"({"properties":{"trace_id":"inner"},"trace_id":"outer"})",
        {QByteArray("x outer event:trace_id - -") + at});
    row("properties", "/webhook/x",
        R"({"event":"e","properties":{"trace_id":"t","workspace_id":"w"},"anonymousId":"a"})",
        {QByteArray("e t event:properties.trace_id a w") + at});
    row("context", "/webhook/x", R"({"context":{"traceId":"t","workspace_id":"w"}})",
        {QByteArray("x t event:context.traceId - w") + at});
    row("several", "/webhook/x", R"([{"event":"a"},{"event":"b"}])",
        {QByteArray("a - - - -") + at, QByteArray("b - - - -") + at});
    row("none", "/webhook/x", "[]", {});
}

void DecoderTest::webhooks()
{
    QFETCH(QByteArray, target);
    QFETCH(QByteArray, body);
    QFETCH(QByteArrayList, expected);
    const Intake intake = take("POST", target, {}, body);
    QCOMPARE(intake.answer.status, 200);
    QVERIFY(intake.source == Source::Webhook);
    QByteArrayList found;
    for (const Event &event : intake.events) {
        QByteArrayList words;
        for (const std::string &text : {event.name, event.traceId, event.traceCarrier, event.userId,
                 event.workspaceId, toRfc3339(event.timestamp)})
            words.append(text.empty() ? QByteArray("-") : QByteArray::fromStdString(text));
        found.append(words.join(' '));
    }
    QCOMPARE(found, expected);
    for (const char *bad : {"", "7", "\"x\"", "[1]", "{\"a\":}", "{} {}"})
        QCOMPARE(take("POST", target, {}, bad).answer.status, 400);
    QCOMPARE(take("GET", target, {}, {}).answer.status, 405);
}

void DecoderTest::traceVectors_data()
{
    QTest::addColumn<QByteArray>("vector");
    QTest::addColumn<QByteArray>("target");
    const auto vectors = jsonFixture(QStringLiteral("trace_context_vectors.json"));
    for (const auto &vector : vectors.at("vectors")) {
        const QByteArray text = QByteArray::fromStdString(vector.dump());
        const std::string name = vector.at("name").get<std::string>();
        QTest::newRow((name + ", RudderStack").c_str()) << text << QByteArray("/v1/batch");
        // The context object is RudderStack's; all others PostHog can send as well.
        if (!vector.at("event").contains("context"))
            QTest::newRow((name + ", PostHog").c_str()) << text << QByteArray("/batch/");
    }
}

void DecoderTest::traceVectors()
{
    QFETCH(QByteArray, vector);
    QFETCH(QByteArray, target);
    const auto json = nlohmann::json::parse(vector.toStdString());
    nlohmann::json event = json.at("event");
    event["event"] = event.value("event", std::string("x"));
    event["userId"] = event["distinct_id"] = "u";
    event["channel"] = "server";
    const nlohmann::json body{{"api_key", "phc_key"}, {"batch", {event}}};
    HeaderPairs headers{{"Authorization", "Basic a2V5Og=="}};
    for (const auto &[name, value] : json.at("headers").items())
        headers.append(
            {QByteArray::fromStdString(name), QByteArray::fromStdString(value.get<std::string>())});
    const Intake intake = take("POST", target, headers, QByteArray::fromStdString(body.dump()));
    QCOMPARE(intake.events.size(), std::size_t(1));
    const Event &decoded = intake.events.front();
    const auto &expect = json.at("expect");
    const auto text = [&](const char *key) {
        return expect.contains(key) && expect.at(key).is_string() ? expect.at(key).get<std::string>()
                                                                  : std::string();
    };
    QCOMPARE(decoded.traceId, text("trace_id"));
    QCOMPARE(decoded.traceCarrier, text("source"));
    QCOMPARE(decoded.parentSpanId, text("parent_span_id"));
    QCOMPARE(has(decoded.notices, Notice::TraceFromRequest), text("source").rfind("header:", 0) == 0);
    QCOMPARE(has(decoded.notices, Notice::NoTraceId), decoded.traceId.empty());
}

QTEST_APPLESS_MAIN(DecoderTest)
#include "tst_decoder.moc"
