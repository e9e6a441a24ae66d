#include "core/capture/decoders/posthogupstream.h"
#include "core/flags/flagrewrite.h"
#include "tests/core/capture/posthogrequests.h"

#include <QTest>

#include <optional>

using namespace Weir;
using namespace Weir::Testing;
using Json = nlohmann::ordered_json;

/// What becomes of an upstream's answers, before they reach an SDK. No upstream runs: decoding is pure.
class PostHogUpstreamTest : public QObject
{
    Q_OBJECT
private slots:
    void asks_data();
    void asks();
    void relaysFlags_data();
    void relaysFlags();
    void seesTrouble_data();
    void seesTrouble();
    void keepsBytes();
    void learns();
    void forgetsNothing_data();
    void forgetsNothing();
    void relaysConfigs_data();
    void relaysConfigs();
    void keepsDefinitions_data();
    void keepsDefinitions();
};

namespace {

constexpr const char *body = R"({"flags": {"beta": {"key": "beta", "enabled": true, "variant": "control",
    "metadata": {"id": 41, "payload": null}}, "other": {"key": "other", "enabled": false, "variant": null}}})";
constexpr const char *document = R"({"flags": [ {"key": "beta", "id": 41} ], "cohorts": {}})";

FlagKnowledge upstreamKnowledge()
{
    FlagKnowledge flags;
    flags.hasUpstream = true;
    return flags;
}

void overrideBeta(FlagKnowledge &flags)
{
    FlagOverride override;
    override.key = "beta";
    override.value = FlagValue::of("v2");
    flags.overrides.set(override);
}

Intake decoded(const FlagKnowledge &flags, const HttpRequest &request, const Result<HttpResponse> *upstream)
{
    return decodeRequest(request, {posthogContext().now, "127.0.0.1:9347", &flags, upstream});
}

HttpRequest flagsRequest(const QByteArray &target = "/flags/?v=2")
{
    return makeRequest(
        "POST", target, {{"User-Agent", "posthog-node/5.70.0"}}, R"({"token":"phc_x","distinct_id":"u"})");
}

HttpRequest get(const QByteArray &target, const HeaderPairs &headers = {})
{
    return makeRequest("GET", target, headers, {});
}

QString valuesOf(const Intake &intake)
{
    QStringList texts;
    for (const FlagOutcome &outcome : readFlags(intake.answer.body))
        texts += QString::fromStdString(outcome.key.str() + '=' + std::string(toText(*outcome.value)));
    return texts.join(QStringLiteral(", "));
}

/// Status 0: not reached.
Result<HttpResponse> upstreamSays(int status, const QByteArray &text)
{
    if (status == 0)
        return Error{Error::Kind::Network, "No answer in time", {}};
    return HttpResponse::json(status, text.toStdString());
}

} // namespace

void PostHogUpstreamTest::asks_data()
{
    QTest::addColumn<QByteArray>("method");
    QTest::addColumn<QByteArray>("target");
    QTest::addColumn<QByteArray>("asked"); // Empty: not asked.
    const auto row = [](const char *method, const char *target, const char *asked) {
        QTest::addRow("%s %s", method, target)
            << QByteArray(method) << QByteArray(target) << QByteArray(asked);
    };
    row("POST", "/flags/?v=2", "/flags/?v=2");
    row("POST", "/ingest/flags/?v=2&ip=0", "/flags/?v=2&ip=0");
    row("POST", "/a/b/decide?v=3", "/decide?v=3");
    row("GET", "/flags/definitions?token=t&send_cohorts", "/flags/definitions?token=t&send_cohorts");
    row("GET", "/p/api/feature_flag/local_evaluation/?token=t",
        "/api/feature_flag/local_evaluation/?token=t");
    row("GET", "/api/projects/@current/feature_flags/k/remote_config?token=t",
        "/api/projects/@current/feature_flags/k/remote_config?token=t");
    row("GET", "/ingest/array/phc_x/config", "/array/phc_x/config");
    row("GET", "/array/phc_x/config.js", "/array/phc_x/config.js");
    row("GET", "/static/1.2.3/surveys.js", "/static/1.2.3/surveys.js");
    row("GET", "/static/array.js?v=1", "/static/array.js?v=1");
    row("OPTIONS", "/flags/?v=2", "");
    row("HEAD", "/flags/?v=2", "");
    row("GET", "/api/surveys/?token=t", "");
    row("POST", "/batch/", "");
}

void PostHogUpstreamTest::asks()
{
    QFETCH(QByteArray, method);
    QFETCH(QByteArray, target);
    QFETCH(QByteArray, asked);
    const QByteArray text = method == "POST" ? R"({"token":"phc_x","distinct_id":"u"})" : "";
    FlagKnowledge flags = upstreamKnowledge();
    const Intake intake = decoded(flags, makeRequest(method, target, {}, text), nullptr);
    QCOMPARE(intake.asksUpstream, !asked.isEmpty());
    QCOMPARE(QByteArray::fromStdString(intake.upstreamTarget), asked);
    // Another Weir asks: two would ask each other for ever.
    const HttpRequest fromWeir = makeRequest(method, target, {{"Via", "1.1 weir"}}, text);
    QVERIFY(!decoded(flags, fromWeir, nullptr).asksUpstream);
    flags.hasUpstream = false;
    QVERIFY(!decoded(flags, makeRequest(method, target, {}, text), nullptr).asksUpstream);
}

void PostHogUpstreamTest::relaysFlags_data()
{
    QTest::addColumn<int>("status");
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<int>("given"); // The status without an override.
    QTest::addColumn<QString>("plain"); // The values without and with one.
    QTest::addColumn<QString>("overridden");
    const QString values = QStringLiteral("beta=control, other=false");
    const QString changed = QStringLiteral("beta=v2, other=false");
    QTest::newRow("well") << 200 << QByteArray(body) << 200 << values << changed;
    QTest::newRow("quota") << 200 << QByteArray(R"({"flags":{},"quotaLimited":["feature_flags"]})") << 200
                           << QString() << QStringLiteral("beta=v2");
    QTest::newRow("refused") << 401 << QByteArray("no") << 401 << QString()
                             << QStringLiteral("beta=v2, last=true");
    QTest::newRow("failing") << 503 << QByteArray("no") << 200 << QStringLiteral("last=true")
                             << QStringLiteral("beta=v2, last=true");
    QTest::newRow("too many") << 429 << QByteArray("no") << 200 << QStringLiteral("last=true")
                              << QStringLiteral("beta=v2, last=true");
    QTest::newRow("not reached") << 0 << QByteArray() << 200 << QStringLiteral("last=true")
                                 << QStringLiteral("beta=v2, last=true");
    QTest::newRow("page of a proxy") << 200 << QByteArray("<html>") << 200 << QString()
                                     << QStringLiteral("beta=v2, last=true");
}

void PostHogUpstreamTest::relaysFlags()
{
    QFETCH(int, status);
    QFETCH(QByteArray, text);
    QFETCH(int, given);
    QFETCH(QString, plain);
    QFETCH(QString, overridden);
    FlagKnowledge flags = upstreamKnowledge();
    FlagOutcome last;
    last.key = "last";
    last.value = FlagValue::on();
    flags.upstreamFlags["u"] = {last};
    const auto upstream = upstreamSays(status, text);
    const Intake before = decoded(flags, flagsRequest(), &upstream);
    QVERIFY(!before.asksUpstream);
    QCOMPARE(before.answer.status, given);
    QCOMPARE(valuesOf(before), plain);
    overrideBeta(flags);
    const Intake after = decoded(flags, flagsRequest(), &upstream);
    QCOMPARE(after.answer.status, 200);
    QStringList sorted = valuesOf(after).split(QStringLiteral(", "));
    sorted.sort();
    QCOMPARE(sorted.join(QStringLiteral(", ")), overridden);
    const Json answer = Json::parse(after.answer.body);
    QVERIFY(!answer.contains("quotaLimited"));
    if (status != 200)
        QVERIFY(answer["errorsWhileComputingFlags"].get<bool>());
}

void PostHogUpstreamTest::seesTrouble_data()
{
    QTest::addColumn<int>("status");
    QTest::addColumn<QByteArray>("header"); // "Name: value"
    QTest::addColumn<QByteArray>("trouble"); // Empty: it answers as a PostHog server does.
    const auto row = [](int status, const char *header, const char *trouble) {
        QTest::addRow("%d %s", status, header) << status << QByteArray(header) << QByteArray(trouble);
    };
    row(200, "Content-Type: application/json", "");
    row(200, "Content-Type: application/javascript", "");
    row(304, "ETag: W/\"7\"", "");
    row(401, "Content-Type: application/json", "");
    row(0, "X: y", "No answer in time");
    row(503, "X: y", "It answers with status 503");
    row(429, "X: y", "It answers with status 429");
    row(302, "Location: https://app.example/login", "It sends requests on to https://app.example/login");
    row(200, "Content-Type: text/html; charset=utf-8",
        "It answers with a web page: is this the address of the API?");
    row(404, "Content-Type: text/html", "It answers with a web page: is this the address of the API?");
}

void PostHogUpstreamTest::seesTrouble()
{
    QFETCH(int, status);
    QFETCH(QByteArray, header);
    QFETCH(QByteArray, trouble);
    Result<HttpResponse> answer = Error{Error::Kind::Network, "No answer in time", {}};
    if (status != 0) {
        const auto colon = header.indexOf(':');
        HttpResponse response;
        response.status = status;
        answer = response.with(header.left(colon).toStdString(), header.mid(colon + 2).toStdString());
    }
    const auto seen = PostHog::upstreamTrouble(answer);
    QCOMPARE(seen ? QByteArray::fromStdString(seen->message) : QByteArray(), trouble);
}

void PostHogUpstreamTest::keepsBytes()
{
    const FlagKnowledge flags = upstreamKnowledge();
    Result<HttpResponse> upstream = HttpResponse::json(200, body);
    upstream->with("Cache-Control", "max-age=300")
        .with("Set-Cookie", "a=b")
        .with("Access-Control-Allow-Origin", "x");
    HttpRequest request = makeRequest("POST", "/flags/?v=2", {{"Origin", "http://localhost:3000"}},
        R"({"token":"phc_x","distinct_id":"u"})");
    const Intake intake = decoded(flags, request, &upstream);
    QCOMPARE(intake.answer.body, std::string(body));
    QCOMPARE(headerOf(intake.answer, "Cache-Control"), QByteArray("no-store"));
    QCOMPARE(headerOf(intake.answer, "Set-Cookie"), QByteArray());
    QCOMPARE(headerOf(intake.answer, "Access-Control-Allow-Origin"), QByteArray("http://localhost:3000"));
}

void PostHogUpstreamTest::learns()
{
    FlagKnowledge flags = upstreamKnowledge();
    overrideBeta(flags);
    const Result<HttpResponse> upstream = HttpResponse::json(200, body);
    const Intake intake = decoded(flags, flagsRequest(), &upstream);
    QVERIFY(intake.news && intake.news->isComplete);
    QCOMPARE(intake.news->distinctId, std::string("u"));
    QCOMPARE(*intake.news->flags[0].value, FlagValue::of("control")); // Its own, not ours.
    QVERIFY(intake.served);
    QVERIFY(intake.given[0].isOverridden && !intake.given[1].isOverridden);
}

void PostHogUpstreamTest::forgetsNothing_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<bool>("isComplete");
    const auto row = [](const char *name, const char *text, bool isComplete) {
        QTest::newRow(name) << QByteArray(text) << isComplete;
    };
    row("whole", R"({"flags":{},"errorsWhileComputingFlags":false})", true);
    row("nothing limited", R"({"flags":{},"quotaLimited":[]})", true);
    row("quota used up", R"({"flags":{},"quotaLimited":["feature_flags"]})", false);
    row("not all evaluated", R"({"flags":{},"errorsWhileComputingFlags":true})", false);
    row("page of a proxy", "<html>", false);
}

/// What the upstream did not tell this time holds as it told it last.
void PostHogUpstreamTest::forgetsNothing()
{
    QFETCH(QByteArray, text);
    QFETCH(bool, isComplete);
    const Result<HttpResponse> upstream = HttpResponse::json(200, text.toStdString());
    const Intake intake = decoded(upstreamKnowledge(), flagsRequest(), &upstream);
    QVERIFY(intake.news);
    QCOMPARE(intake.news->isComplete, isComplete);
}

void PostHogUpstreamTest::relaysConfigs_data()
{
    QTest::addColumn<QByteArray>("target");
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QByteArray>("overridden");
    const auto row = [](const char *target, const char *text, const char *overridden) {
        QTest::newRow(target) << QByteArray(target) << QByteArray(text) << QByteArray(overridden);
    };
    row("/array/phc_x/config", R"({"hasFeatureFlags":false,"n":1.0})", R"({"hasFeatureFlags":true,"n":1.0})");
    row("/array/phc_x/config.js", R"(a={"hasFeatureFlags":false};)", R"(a={"hasFeatureFlags":true};)");
    row("/array/phc_x/array.js", R"(a={"hasFeatureFlags":false};)", R"(a={"hasFeatureFlags":true};)");
    row("/static/surveys.js", "script", "script");
}

void PostHogUpstreamTest::relaysConfigs()
{
    QFETCH(QByteArray, target);
    QFETCH(QByteArray, text);
    QFETCH(QByteArray, overridden);
    FlagKnowledge flags = upstreamKnowledge();
    const auto upstream = upstreamSays(200, text);
    const auto away = upstreamSays(0, {});
    QCOMPARE(QByteArray::fromStdString(decoded(flags, get(target), &upstream).answer.body), text);
    overrideBeta(flags);
    const Intake intake = decoded(flags, get(target), &upstream);
    QCOMPARE(QByteArray::fromStdString(intake.answer.body), overridden);
    QCOMPARE(headerOf(intake.answer, "Cache-Control"), QByteArray("no-store"));
    // Our own when it is away: the same as without an upstream.
    const FlagKnowledge none;
    QCOMPARE(decoded(flags, get(target), &away).answer.body, decoded(none, get(target), nullptr).answer.body);
}

void PostHogUpstreamTest::keepsDefinitions_data()
{
    QTest::addColumn<int>("status");
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<bool>("known"); // It gave them before.
    QTest::addColumn<int>("plain"); // The status without an override.
    QTest::newRow("well") << 200 << QByteArray(document) << false << 200;
    QTest::newRow("unchanged") << 304 << QByteArray() << true << 200;
    QTest::newRow("failing") << 503 << QByteArray("no") << true << 200;
    QTest::newRow("not reached") << 0 << QByteArray() << true << 200;
    QTest::newRow("page of a proxy") << 200 << QByteArray("<html>") << true << 200;
    QTest::newRow("quota") << 402 << QByteArray("{}") << true << 402;
    QTest::newRow("refused") << 401 << QByteArray("{}") << true << 401;
}

void PostHogUpstreamTest::keepsDefinitions()
{
    QFETCH(int, status);
    QFETCH(QByteArray, text);
    QFETCH(bool, known);
    QFETCH(int, plain);
    const QByteArray target = "/flags/definitions?token=phc_x";
    FlagKnowledge flags = upstreamKnowledge();
    if (known)
        flags.upstreamDefinitions["phc_x"] = {"phc_x", document, "W/\"7\""};
    QCOMPARE(decoded(flags, get(target), nullptr).upstreamTag, std::string(known ? "W/\"7\"" : ""));
    Result<HttpResponse> upstream = upstreamSays(status, text);
    if (upstream)
        upstream->with("ETag", "W/\"7\"");
    const Intake before = decoded(flags, get(target), &upstream);
    QCOMPARE(before.answer.status, plain);
    QCOMPARE(before.news.has_value(), !known);
    if (plain == 200) {
        QCOMPARE(before.answer.body, std::string(document));
        QCOMPARE(headerOf(before.answer, "ETag"), QByteArray("W/\"7\""));
        const Intake again = decoded(flags, get(target, {{"If-None-Match", "W/\"7\""}}), &upstream);
        QCOMPARE(again.answer.status, 304);
    }
    overrideBeta(flags);
    const Intake after = decoded(flags, get(target, {{"If-None-Match", "W/\"7\""}}), &upstream);
    QCOMPARE(after.answer.status, 200);
    QVERIFY(headerOf(after.answer, "ETag") != "W/\"7\"");
    const Json flag = Json::parse(after.answer.body)["flags"][0];
    QCOMPARE(flag["filters"]["groups"][0]["variant"].get<std::string>(), std::string("v2"));
    QCOMPARE(flag["id"].get<int>(), 41);
}

QTEST_GUILESS_MAIN(PostHogUpstreamTest)
#include "tst_posthogupstream.moc"
