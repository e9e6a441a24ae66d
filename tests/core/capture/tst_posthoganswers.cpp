#include "tests/core/capture/posthogrequests.h"

#include <QTest>

using namespace Weir;
using namespace Weir::Testing;
using Json = nlohmann::ordered_json;

class PostHogAnswersTest : public QObject
{
    Q_OBJECT
private slots:
    void answersReads_data();
    void answersReads();
    void answersFlags_data();
    void answersFlags();
    void tellsCachingClients_data();
    void tellsCachingClients();
    void refusesFlags_data();
    void refusesFlags();
    void knowsItsDefinitions_data();
    void knowsItsDefinitions();
    void givesConfig();
    void answersPreflights_data();
    void answersPreflights();
    void allowsOrigins_data();
    void allowsOrigins();
    void refusesMethods_data();
    void refusesMethods();
    void answersBeacons();
    void answersV1();
    void refusesV1_data();
    void refusesV1();
};

namespace {

const QByteArray token = "phc_weirfixture0000000000000000000000000000000";

Intake send(const QByteArray &method, const QByteArray &target, const HeaderPairs &headers = {},
    const QByteArray &body = {})
{
    return intakeOf(makeRequest(method, target, headers, body));
}

HeaderPairs v1Headers()
{
    return {{"Authorization", "Bearer " + token}, {"PostHog-Sdk-Info", "posthog-node/5.70.0"},
        {"PostHog-Attempt", "1"}, {"PostHog-Request-Id", "01a207a0-a9b5-7bb9-a144-8dcd84804744"},
        {"PostHog-Request-Timestamp", "2026-11-23T09:10:00.000Z"}};
}

QByteArray v1Batch(const QByteArray &events)
{
    return "{\"created_at\":\"2026-11-23T09:10:00Z\",\"batch\":[" + events + "]}";
}

QByteArray v1Event(const QByteArray &uuid, const QByteArray &members = {})
{
    return R"({"event":"e","distinct_id":"u","timestamp":"2026-11-23T09:09:59Z","uuid":")" + uuid + '"'
        + (members.isEmpty() ? "" : "," + members) + "}";
}

const QByteArray uuidA = "01a207a0-a9a0-73db-b4ee-813098863235",
                 uuidB = "01a207a0-a9a1-7e7e-bebf-04febfde7595";

} // namespace

void PostHogAnswersTest::answersReads_data()
{
    QTest::addColumn<QByteArray>("target");
    QTest::addColumn<int>("status");
    QTest::addColumn<QByteArray>("body");
    const auto row = [](const QByteArray &target, int status, const char *body) {
        QTest::newRow(target.constData()) << target << status << QByteArray(body);
    };
    const char *const definitions = R"({"flags":[],"group_type_mapping":{},"cohorts":{}})";
    row("/flags/definitions?token=phc_x&send_cohorts", 200, definitions);
    row("/api/feature_flag/local_evaluation?token=phc_x&send_cohorts", 200, definitions);
    row("/api/feature_flag/local_evaluation/?token=phc_x", 200, definitions);
    row("/api/projects/@current/feature_flags/some-flag/remote_config?token=phc_x", 200, "null");
    row("/api/projects/@current/feature_flags/", 200,
        R"({"count":0,"next":null,"previous":null,"results":[]})");
    row("/api/projects/1/feature_flags", 200, R"({"count":0,"next":null,"previous":null,"results":[]})");
    row("/api/surveys/?token=phc_x", 200, R"({"surveys":[],"survey_config":null})");
    row("/ingest/api/surveys/?token=phc_x", 200, R"({"surveys":[],"survey_config":null})");
    row("/api/early_access_features/?token=phc_x", 200, R"({"earlyAccessFeatures":[]})");
    row("/api/web_experiments/?token=phc_x", 200, R"({"experiments":[]})");
    row("/array/phc_x/array.js", 404, "Weir serves no scripts");
    row("/static/array.js", 404, "Weir serves no scripts");
    row("/static/1.449.2/surveys.js", 404, "Weir serves no scripts");
    row("/array/phc%20x/config", 400, "Invalid token");
    row("/array/a'b/config.js", 400, "Invalid token");
}

void PostHogAnswersTest::answersReads()
{
    QFETCH(QByteArray, target);
    QFETCH(int, status);
    QFETCH(QByteArray, body);
    const Intake intake = send("GET", target);
    QCOMPARE(intake.source, Source::PostHog);
    QCOMPARE(intake.state, status == 400 ? RequestState::Failed : RequestState::Read);
    QVERIFY(intake.keep);
    QVERIFY(intake.events.empty());
    QCOMPARE(intake.answer.status, status);
    QCOMPARE(QByteArray::fromStdString(intake.answer.body), body);
    QCOMPARE(send("HEAD", target).answer.status, status);
}

void PostHogAnswersTest::answersFlags_data()
{
    QTest::addColumn<QByteArray>("target");
    QTest::addColumn<QByteArray>("flags"); // The member that says which flags there are.
    QTest::addColumn<bool>("config");
    const auto row = [](const char *target, const char *flags, bool config) {
        QTest::newRow(target) << QByteArray(target) << QByteArray(flags) << config;
    };
    row("/flags/?v=2", R"({"flags":{}})", false);
    row("/flags?v=2&config=true", R"({"flags":{}})", true);
    row("/flags/?v=2&config=false", R"({"flags":{}})", false);
    row("/flags/", R"({"flags":{}})", true);
    row("/flags/?v=3", R"({"flags":{}})", false);
    row("/flags/?v=1", R"({"featureFlags":{},"featureFlagPayloads":{}})", false);
    row("/flags/?v=x", R"({"flags":{}})", false);
    row("/decide/", R"({"featureFlags":[]})", true);
    row("/decide/?v=1", R"({"featureFlags":[]})", true);
    row("/decide/?v=2", R"({"featureFlags":{}})", true);
    row("/decide/?v=3", R"({"featureFlags":{},"featureFlagPayloads":{}})", true);
    row("/decide/?v=4", R"({"flags":{}})", true);
    row("/ingest/decide/?v=3&ip=1&_=1&ver=1.96.1", R"({"featureFlags":{},"featureFlagPayloads":{}})", true);
}

void PostHogAnswersTest::answersFlags()
{
    QFETCH(QByteArray, target);
    QFETCH(QByteArray, flags);
    QFETCH(bool, config);
    // Python's json writes NaN, and the server takes it for null.
    const QByteArray asked
        = R"({"token":"phc_x","distinct_id":7,"person_properties":{"a":NaN,"b":-Infinity}})";
    for (const QByteArray &method : {QByteArray("POST"), QByteArray("GET")}) {
        const Intake intake = send(method, target, {}, method == "POST" ? asked : QByteArray());
        QVERIFY2(intake.state == RequestState::Read, toText(intake.error).c_str());
        QCOMPARE(intake.answer.status, 200);
        QCOMPARE(headerOf(intake.answer, "Cache-Control"), QByteArray("no-store"));
        const Json answer = Json::parse(intake.answer.body);
        const Json expected = Json::parse(flags.toStdString());
        for (const auto &[key, value] : expected.items())
            QCOMPARE(answer.at(key).dump(), value.dump());
        // The first two versions of /decide do not have it.
        QCOMPARE(answer.value("errorsWhileComputingFlags", Json(false)).dump(), std::string("false"));
        QVERIFY(answer.at("requestId").is_string());
        QCOMPARE(answer.at("evaluatedAt").get<std::int64_t>(), toMs(posthogContext().now));
        QCOMPARE(answer.contains("supportedCompression"), config);
        QVERIFY(!answer.contains("quotaLimited"));
    }
}

/// Clients that keep flags are told that some may be missing, so that they merge and do not clear.
void PostHogAnswersTest::tellsCachingClients_data()
{
    QTest::addColumn<QByteArray>("header");
    QTest::addColumn<QByteArray>("value");
    QTest::addColumn<bool>("told");
    QTest::newRow("page") << QByteArray("Origin") << QByteArray("http://localhost:3000") << true;
    QTest::newRow("browser") << QByteArray("User-Agent") << QByteArray("Mozilla/5.0 (X11; Linux)") << true;
    QTest::newRow("iOS") << QByteArray("User-Agent") << QByteArray("posthog-ios/3.1") << true;
    QTest::newRow("Android") << QByteArray("User-Agent") << QByteArray("posthog-android/3.1") << true;
    QTest::newRow("node") << QByteArray("User-Agent") << QByteArray("posthog-node/5.70.0") << false;
    QTest::newRow("node 3") << QByteArray("User-Agent") << QByteArray("node") << false;
    QTest::newRow("python") << QByteArray("User-Agent") << QByteArray("posthog-python/7.42.0") << false;
}

void PostHogAnswersTest::tellsCachingClients()
{
    QFETCH(QByteArray, header);
    QFETCH(QByteArray, value);
    QFETCH(bool, told);
    const Intake intake
        = send("POST", "/flags/?v=2", {{header, value}}, R"({"token":"phc_x","distinct_id":"u"})");
    QCOMPARE(Json::parse(intake.answer.body).at("errorsWhileComputingFlags").get<bool>(), told);
}

void PostHogAnswersTest::refusesFlags_data()
{
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<int>("status");
    QTest::addColumn<QByteArray>("text");
    QTest::newRow("empty") << QByteArray() << 400 << QByteArray("Failed to decode request: ");
    QTest::newRow("no object") << QByteArray("[]") << 400 << QByteArray("Failed to decode request: ");
    QTest::newRow("cut") << QByteArray("{\"token\":\"phc_x\"") << 400
                         << QByteArray("Failed to decode request: ");
    QTest::newRow("no token") << QByteArray(R"({"distinct_id":"u"})") << 401
                              << QByteArray("No API token provided.");
    QTest::newRow("no distinct_id") << QByteArray(R"({"token":"phc_x"})") << 400
                                    << QByteArray("The distinct_id field is missing from the request.");
    QTest::newRow("null distinct_id") << QByteArray(R"({"token":"phc_x","distinct_id":null})") << 400
                                      << QByteArray("The distinct_id field is missing from the request.");
}

void PostHogAnswersTest::refusesFlags()
{
    QFETCH(QByteArray, body);
    QFETCH(int, status);
    QFETCH(QByteArray, text);
    for (const char *target : {"/flags/?v=2", "/decide/?v=3"}) {
        const Intake intake = send("POST", target, {{"Origin", "http://a"}}, body);
        QCOMPARE(intake.state, RequestState::Failed);
        QCOMPARE(intake.answer.status, status);
        QCOMPARE(QByteArray::fromStdString(intake.answer.body).left(text.size()), text);
        QCOMPARE(headerOf(intake.answer, "Access-Control-Allow-Origin"), QByteArray("http://a"));
    }
}

void PostHogAnswersTest::knowsItsDefinitions_data()
{
    QTest::addColumn<QByteArray>("ifNoneMatch");
    QTest::addColumn<int>("status");
    const QByteArray tag = headerOf(send("GET", "/flags/definitions?token=phc_x").answer, "ETag");
    QVERIFY(tag.startsWith("W/\""));
    QTest::newRow("same") << tag << 304;
    QTest::newRow("strong") << tag.mid(2) << 304;
    QTest::newRow("one of several") << QByteArray("\"a\", " + tag) << 304;
    QTest::newRow("any") << QByteArray("*") << 304;
    QTest::newRow("other") << QByteArray("W/\"x\"") << 200;
}

void PostHogAnswersTest::knowsItsDefinitions()
{
    QFETCH(QByteArray, ifNoneMatch);
    QFETCH(int, status);
    for (const char *target : {"/flags/definitions?token=phc_x", "/api/feature_flag/local_evaluation"}) {
        const Intake intake = send("GET", target, {{"If-None-Match", ifNoneMatch}});
        QCOMPARE(intake.answer.status, status);
        QCOMPARE(intake.answer.body.empty(), status == 304);
        QVERIFY(!headerOf(intake.answer, "ETag").isEmpty());
        QCOMPARE(headerOf(intake.answer, "Cache-Control"), QByteArray("private, must-revalidate"));
    }
}

void PostHogAnswersTest::givesConfig()
{
    const Json expected = Json::parse(
        R"({"token":"phc_x-1","supportedCompression":["gzip","gzip-js"],)"
        R"("hasFeatureFlags":true,"analytics":{"endpoint":"/i/v0/e/"},"sessionRecording":false,)"
        R"("surveys":false,"heatmaps":false,"capturePerformance":false,"autocapture_opt_out":false,)"
        R"("autocaptureExceptions":false,"captureDeadClicks":false,"elementsChainAsString":true,)"
        R"("defaultIdentifiedOnly":true,"siteApps":[]})");
    const Intake json = send("GET", "/array/phc_x-1/config?ip=0");
    QCOMPARE(json.answer.status, 200);
    QCOMPARE(headerOf(json.answer, "Cache-Control"), QByteArray("no-store"));
    QVERIFY(Json::parse(json.answer.body) == expected);

    const Intake script = send("GET", "/ingest/array/phc_x-1/config.js");
    QCOMPARE(headerOf(script.answer, "Content-Type"), QByteArray("application/javascript"));
    const std::string head = "window._POSTHOG_REMOTE_CONFIG['phc_x-1'] = {\n    config: ";
    const std::size_t at = script.answer.body.find(head);
    QVERIFY(at != std::string::npos);
    const std::string rest = script.answer.body.substr(at + head.size());
    QVERIFY(Json::parse(rest.substr(0, rest.find(",\n    siteApps: []"))) == expected);
}

void PostHogAnswersTest::answersPreflights_data()
{
    QTest::addColumn<QByteArray>("target");
    QTest::addColumn<int>("status");
    QTest::addColumn<QByteArray>("methods");
    const auto row = [](const char *target, int status, const char *methods) {
        QTest::newRow(target) << QByteArray(target) << status << QByteArray(methods);
    };
    row("/e/", 200, "GET, POST, OPTIONS");
    row("/batch/", 200, "GET, POST, OPTIONS");
    row("/s/", 200, "GET, POST, OPTIONS");
    row("/i/v1/analytics/events", 200, "POST, OPTIONS");
    row("/flags/?v=2", 204, "GET, HEAD, POST, OPTIONS");
    row("/decide/?v=3", 204, "GET, HEAD, POST, OPTIONS");
    row("/array/phc_x/config", 204, "GET, HEAD, OPTIONS");
    row("/api/surveys/", 204, "GET, HEAD, POST, OPTIONS");
}

void PostHogAnswersTest::answersPreflights()
{
    QFETCH(QByteArray, target);
    QFETCH(int, status);
    QFETCH(QByteArray, methods);
    const Intake intake = send("OPTIONS", target,
        {{"Origin", "https://app.example"}, {"Access-Control-Request-Method", "POST"},
            {"Access-Control-Request-Headers", "content-type,traceparent,x-custom-auth"},
            {"Access-Control-Request-Private-Network", "true"}});
    QVERIFY(!intake.keep);
    QCOMPARE(intake.answer.status, status);
    QCOMPARE(headerOf(intake.answer, "Access-Control-Allow-Origin"), QByteArray("https://app.example"));
    QCOMPARE(headerOf(intake.answer, "Access-Control-Allow-Credentials"), QByteArray("true"));
    QCOMPARE(headerOf(intake.answer, "Access-Control-Allow-Methods"), methods);
    QCOMPARE(headerOf(intake.answer, "Access-Control-Allow-Headers"),
        QByteArray("content-type,traceparent,x-custom-auth"));
    QCOMPARE(headerOf(intake.answer, "Access-Control-Allow-Private-Network"), QByteArray("true"));
    QVERIFY(headerOf(send("OPTIONS", target).answer, "Access-Control-Allow-Origin").isNull());
}

void PostHogAnswersTest::allowsOrigins_data()
{
    QTest::addColumn<QByteArray>("method");
    QTest::addColumn<QByteArray>("target");
    const char *const rows[][2] = {{"POST", "/e/"}, {"PUT", "/e/"}, {"GET", "/e/"}, {"POST", "/flags/?v=2"},
        {"GET", "/static/array.js"}, {"GET", "/array/phc_x/config"}, {"GET", "/array/a'/config"},
        {"GET", "/flags/definitions"}, {"POST", "/i/v1/analytics/events"}, {"DELETE", "/api/surveys/"}};
    for (const auto &row : rows)
        QTest::addRow("%s %s", row[0], row[1]) << QByteArray(row[0]) << QByteArray(row[1]);
}

void PostHogAnswersTest::allowsOrigins()
{
    QFETCH(QByteArray, method);
    QFETCH(QByteArray, target);
    const Intake intake = send(method, target, {{"Origin", "null"}});
    QCOMPARE(headerOf(intake.answer, "Access-Control-Allow-Origin"), QByteArray("null"));
    QCOMPARE(headerOf(intake.answer, "Access-Control-Allow-Credentials"), QByteArray("true"));
    QCOMPARE(headerOf(intake.answer, "Vary"), QByteArray("Origin"));
}

void PostHogAnswersTest::refusesMethods_data()
{
    QTest::addColumn<QByteArray>("method");
    QTest::addColumn<QByteArray>("target");
    QTest::addColumn<QByteArray>("allow");
    QTest::newRow("PUT /e/") << QByteArray("PUT") << QByteArray("/e/") << QByteArray("GET, POST, OPTIONS");
    QTest::newRow("HEAD /batch/") << QByteArray("HEAD") << QByteArray("/batch/")
                                  << QByteArray("GET, POST, OPTIONS");
    QTest::newRow("GET v1") << QByteArray("GET") << QByteArray("/i/v1/analytics/events")
                            << QByteArray("POST, OPTIONS");
    QTest::newRow("POST config") << QByteArray("POST") << QByteArray("/array/phc_x/config")
                                 << QByteArray("GET, HEAD, OPTIONS");
    QTest::newRow("BREW") << QByteArray("BREW") << QByteArray("/flags")
                          << QByteArray("GET, HEAD, POST, OPTIONS");
}

void PostHogAnswersTest::refusesMethods()
{
    QFETCH(QByteArray, method);
    QFETCH(QByteArray, target);
    QFETCH(QByteArray, allow);
    const Intake intake = send(method, target);
    QCOMPARE(intake.answer.status, 405);
    QCOMPARE(intake.state, RequestState::Failed);
    QCOMPARE(headerOf(intake.answer, "Allow"), allow);
}

void PostHogAnswersTest::answersBeacons()
{
    const QByteArray body = R"({"api_key":"phc_x","event":"e","distinct_id":"u"})";
    const Intake beacon = send("POST", "/e/?beacon=1", {}, body);
    QCOMPARE(beacon.answer.status, 204);
    QVERIFY(beacon.answer.body.empty());
    QCOMPARE(beacon.events.size(), std::size_t(1));
    QCOMPARE(send("POST", "/e/?beacon=10", {}, body).answer.status, 200);
    QCOMPARE(send("POST", "/e/?beacon=1", {}, "{}").answer.status, 400);
}

void PostHogAnswersTest::answersV1()
{
    for (const char *target : {"/i/v1/analytics/events", "/i/v1/ai/events/"}) {
        const QByteArray body
            = v1Batch(v1Event(uuidA, R"("session_id":"s","options":{"disable_skew_correction":true})") + ','
                + v1Event(uuidB));
        const Intake intake = send("POST", target, v1Headers(), body);
        QVERIFY2(intake.state == RequestState::Decoded, toText(intake.error).c_str());
        QCOMPARE(intake.answer.status, 200);
        QCOMPARE(QByteArray::fromStdString(intake.answer.body),
            "{\"results\":{\"" + uuidA + "\":{\"result\":\"ok\"},\"" + uuidB + "\":{\"result\":\"ok\"}}}");
        QCOMPARE(headerOf(intake.answer, "PostHog-Request-Id"),
            QByteArray("01a207a0-a9b5-7bb9-a144-8dcd84804744"));
        QCOMPARE(intake.events[0].sessionId, std::string("s"));
        QCOMPARE(intake.events[0].sdk, (Sdk{"posthog-node", "5.70.0"}));
        QCOMPARE(toRfc3339(intake.events[1].timestamp), std::string("2026-11-23T09:09:59.000Z"));
        QCOMPARE(intake.events[1].sentAt, posthogContext().now);
    }
}

void PostHogAnswersTest::refusesV1_data()
{
    QTest::addColumn<QByteArray>("without"); // The header left out.
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<int>("status");
    QTest::addColumn<QByteArray>("tag");
    const auto row
        = [](const char *name, const char *without, const QByteArray &body, int status, const char *tag) {
              QTest::newRow(name) << QByteArray(without) << body << status << QByteArray(tag);
          };
    const QByteArray good = v1Batch(v1Event(uuidA));
    row("no token", "Authorization", good, 401, "invalid_api_token");
    row("no sdk", "PostHog-Sdk-Info", good, 400, "missing_required_headers");
    row("no attempt", "PostHog-Attempt", good, 400, "missing_required_headers");
    row("no request id", "PostHog-Request-Id", good, 400, "missing_required_headers");
    row("no request time", "PostHog-Request-Timestamp", good, 400, "missing_required_headers");
    row("no body", "", {}, 400, "empty_body");
    row("no json", "", "x", 400, "request_parsing_error");
    row("array", "", "[]", 400, "request_parsing_error");
    row("no batch", "", "{}", 400, "invalid_batch");
    row("empty batch", "", v1Batch({}), 400, "empty_batch");
    row("no uuid", "", v1Batch(R"({"event":"e","distinct_id":"u","timestamp":"2026-11-23T09:09:59Z"})"), 400,
        "missing_event_uuid");
    row("same uuid", "", v1Batch(v1Event(uuidA) + ',' + v1Event(uuidA)), 400, "duplicate_event_uuid");
    row("no name", "", v1Batch(v1Event(uuidA, R"("event":"")")), 400, "missing_event_name");
    row("long name", "", v1Batch(v1Event(uuidA, "\"event\":\"" + QByteArray(201, 'e') + '"')), 400,
        "event_name_too_long");
    row("no id", "",
        v1Batch("{\"event\":\"e\",\"timestamp\":\"2026-11-23T09:09:59Z\",\"uuid\":\"" + uuidA + "\"}"), 400,
        "missing_distinct_id");
    row("long id", "",
        v1Batch("{\"event\":\"e\",\"timestamp\":\"2026-11-23T09:09:59Z\",\"uuid\":\"" + uuidA
            + "\",\"distinct_id\":\"" + QByteArray(201, 'u') + "\"}"),
        400, "distinct_id_too_large");
    row("bad time", "", v1Batch(v1Event(uuidA, R"("timestamp":"soon")")), 400, "invalid_event_timestamp");
}

void PostHogAnswersTest::refusesV1()
{
    QFETCH(QByteArray, without);
    QFETCH(QByteArray, body);
    QFETCH(int, status);
    QFETCH(QByteArray, tag);
    HeaderPairs headers = v1Headers();
    headers.removeIf([&](const auto &header) { return header.first == without; });
    const Intake intake = send("POST", "/i/v1/analytics/events", headers, body);
    QCOMPARE(intake.state, RequestState::Failed);
    QVERIFY(intake.events.empty());
    QCOMPARE(intake.answer.status, status);
    const Json answer = Json::parse(intake.answer.body);
    QCOMPARE(QByteArray::fromStdString(answer.at("error").get<std::string>()), tag);
    QVERIFY(!answer.at("error_description").get<std::string>().empty());
    QVERIFY(intake.error.where.starts_with("/i/v1/analytics/events"));
}

QTEST_GUILESS_MAIN(PostHogAnswersTest)
#include "tst_posthoganswers.moc"
