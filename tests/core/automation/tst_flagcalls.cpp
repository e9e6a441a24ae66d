#include "tests/support/runningweir.h"

#include <algorithm>

using namespace Weir;
using namespace Weir::Testing;

/// The calls of /weir/flags over a real engine: what they set is what SDKs get, on the very next request.
class TestFlagCalls : public QObject
{
    Q_OBJECT
private slots:
    void initTestCase();
    void cleanup();

    void listsBuiltIns();
    void overridesTheNextRequest_data();
    void overridesTheNextRequest();
    void keepsPayloadsAsWritten();
    void scopes();
    void expires();
    void clears();
    void restoresDefinitions();
    void refuses_data();
    void refuses();
    void appliesScenes();
    void tellsWhatWasServed();
    void followsPickUp();
    void marksTaint();
    void tellsWhatARunSaw();
    void tellsWhatARunWasServed();

private:
    Json flagOf(const std::string &key) const;
    std::string askFor(const std::string &user, const std::string &more = {}) const;

    RunningWeir m_weir;
};

namespace {

const ClientHeaders node = {{"Content-Type", "application/json"}, {"User-Agent", "posthog-node/5.70.0"}};

std::string traceId(char which)
{
    return std::string(31, 'a') + which;
}

std::string capture(const std::string &event, const std::string &user, const std::string &properties)
{
    return R"({"api_key":"phc_x","batch":[{"event":")" + event + R"(","distinct_id":")" + user
        + R"(","properties":{"$lib":"posthog-node","$lib_version":"5.70.0",)" + properties + "}}]}";
}

} // namespace

void TestFlagCalls::initTestCase()
{
    QVERIFY2(m_weir.start(), toText(m_weir.error).c_str());
}

void TestFlagCalls::cleanup()
{
    QCOMPARE(m_weir.call("DELETE", "/weir/flags/overrides").status, 200);
}

Json TestFlagCalls::flagOf(const std::string &key) const
{
    const Json list = m_weir.get("/weir/flags");
    for (const Json &flag : list.value("flags", Json::array())) {
        if (flag.value("key", std::string()) == key)
            return flag;
    }
    return {};
}

/// The flags that an SDK gets for `user`, as JSON text.
std::string TestFlagCalls::askFor(const std::string &user, const std::string &more) const
{
    const auto answer = m_weir.call(
        "POST", "/flags/?v=1", R"({"token":"phc_x","distinct_id":")" + user + "\"" + more + "}", node);
    return Json::parse(answer.body, nullptr, false).value("featureFlags", Json()).dump();
}

void TestFlagCalls::listsBuiltIns()
{
    const Json flag = flagOf("versioned_rag_tracking");
    QCOMPARE(flag["built_in"], Json(true));
    QCOMPARE(flag["variants"], Json::array({"control", "v2", "v2-rerank"}));
    for (const char *member : {"upstream", "override", "served"})
        QVERIFY(flag[member].is_null());
    QCOMPARE(m_weir.call("GET", "/weir/flags/").status, 200);
}

void TestFlagCalls::overridesTheNextRequest_data()
{
    QTest::addColumn<QByteArray>("key");
    QTest::addColumn<QByteArray>("value");
    QTest::newRow("on") << QByteArray("a") << QByteArray("true");
    QTest::newRow("off") << QByteArray("a") << QByteArray("false");
    QTest::newRow("variant") << QByteArray("versioned_rag_tracking") << QByteArray("\"v2\"");
    QTest::newRow("key to encode") << QByteArray("a/b c") << QByteArray("true");
}

void TestFlagCalls::overridesTheNextRequest()
{
    QFETCH(QByteArray, key);
    QFETCH(QByteArray, value);
    const std::string path = "/weir/flags/" + key.toPercentEncoding().toStdString() + "/override";
    const auto answer = m_weir.call("PUT", path, R"({"value":)" + value.toStdString() + "}");
    QCOMPARE(answer.status, 200);
    const Json set = Json::parse(answer.body);
    QCOMPARE(set["key"], Json(key.toStdString()));
    QCOMPARE(set["override"]["value"].dump(), value.toStdString());
    QCOMPARE(set["served"].dump(), value.toStdString());
    QVERIFY(set["override"]["scope"].is_null() && set["override"]["expires_at"].is_null());
    Json expected;
    expected[key.toStdString()] = set["override"]["value"];
    QCOMPARE(askFor("ada"), expected.dump());
    QCOMPARE(m_weir.call("DELETE", path).body, std::string(R"({"removed":1})"));
    QCOMPARE(askFor("ada"), std::string("{}"));
}

void TestFlagCalls::keepsPayloadsAsWritten()
{
    const std::string payload = R"({"big":9007199254740993,"one":1.0,"far":1e400})";
    const auto set
        = m_weir.call("PUT", "/weir/flags/a/override", R"({"value":"v2","payload":)" + payload + "}");
    QCOMPARE(set.status, 200);
    QVERIFY(set.body.find(R"("payload":)" + payload) != std::string::npos);
    const auto answer = m_weir.call("POST", "/flags/?v=2", R"({"token":"phc_x","distinct_id":"u"})", node);
    QCOMPARE(Json::parse(answer.body)["flags"]["a"]["metadata"]["payload"], Json(payload));
    const auto stored
        = m_weir.call("GET", "/api/projects/@current/feature_flags/a/remote_config?token=phc_x");
    QCOMPARE(Json::parse(stored.body), Json(payload));
}

void TestFlagCalls::scopes()
{
    QCOMPARE(m_weir.call("PUT", "/weir/flags/a/override", R"({"value":true,"scope":{"distinct_id":"ada"}})")
                 .status,
        200);
    QCOMPARE(askFor("ada"), std::string(R"({"a":true})"));
    QCOMPARE(askFor("bob"), std::string("{}"));
    QVERIFY(flagOf("a")["served"].is_null()); // For who is not named, nothing has changed.
    QCOMPARE(
        m_weir.call("PUT", "/weir/flags/a/override", R"({"value":"w","scope":{"workspace_id":"w1"}})").status,
        200);
    QCOMPARE(askFor("ada"), std::string("{}")); // One override a flag: the later one is it.
    QCOMPARE(askFor("bob", R"(,"groups":{"workspace":"w1"})"), std::string(R"({"a":"w"})"));
}

void TestFlagCalls::expires()
{
    QCOMPARE(
        m_weir.call("PUT", "/weir/flags/a/override", R"({"value":true,"expires_in":"45m"})").status, 200);
    const Json override = flagOf("a")["override"];
    const auto setAt = parseTime(override["set_at"].get<std::string>());
    const auto expiresAt = parseTime(override["expires_at"].get<std::string>());
    QVERIFY(setAt && expiresAt);
    QCOMPARE(*expiresAt - *setAt, std::chrono::milliseconds(45min));
    QCOMPARE(
        m_weir.call("PUT", "/weir/flags/a/override", R"({"value":true,"expires_in":"1ms"})").status, 200);
    QTRY_VERIFY(flagOf("a")["override"].is_null());
    QCOMPARE(askFor("ada"), std::string("{}"));
}

void TestFlagCalls::clears()
{
    for (const char *key : {"a", "b", "c"})
        QCOMPARE(
            m_weir.call("PUT", "/weir/flags/" + std::string(key) + "/override", R"({"value":true})").status,
            200);
    QCOMPARE(m_weir.call("DELETE", "/weir/flags/b/override").body, std::string(R"({"removed":1})"));
    QCOMPARE(m_weir.call("DELETE", "/weir/flags/b/override").body, std::string(R"({"removed":0})"));
    QCOMPARE(m_weir.call("DELETE", "/weir/flags/overrides").body, std::string(R"({"removed":2})"));
    QCOMPARE(askFor("ada"), std::string("{}"));
}

void TestFlagCalls::restoresDefinitions()
{
    const std::string target = "/flags/definitions?token=phc_x&send_cohorts";
    const auto before = m_weir.call("GET", target, {}, node);
    ClientHeaders conditional = node;
    conditional.emplace_back("If-None-Match", std::string(before.header("ETag")));
    QCOMPARE(m_weir.call("GET", target, {}, conditional).status, 304);
    (void)m_weir.call("PUT", "/weir/flags/a/override", R"({"value":"v2"})");
    const auto forced = m_weir.call("GET", target, {}, conditional);
    QCOMPARE(forced.status, 200);
    QCOMPARE(Json::parse(forced.body)["flags"][0]["key"], Json("a"));
    (void)m_weir.call("DELETE", "/weir/flags/a/override");
    QCOMPARE(m_weir.call("GET", target, {}, node).body, before.body);
    QCOMPARE(m_weir.call("GET", target, {}, conditional).status, 304);
}

void TestFlagCalls::refuses_data()
{
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<QByteArray>("where");
    const auto row = [](const char *body, const char *where) {
        QTest::newRow(body) << QByteArray(body) << QByteArray(where);
    };
    row("", "body");
    row("[]", "body");
    row("true", "body");
    row("{}", "value");
    row(R"({"value":null})", "value");
    row(R"({"value":1})", "value");
    row(R"({"value":""})", "value");
    row(R"({"value":true,"paylod":1})", "paylod");
    row(R"({"value":true,"scope":"ada"})", "scope");
    row(R"({"value":true,"scope":{"user":"ada"}})", "scope › user");
    row(R"({"value":true,"scope":{"distinct_id":7}})", "scope › distinct_id");
    row(R"({"value":true,"scope":{"workspace_id":""}})", "scope › workspace_id");
    row(R"({"value":true,"expires_in":"soon"})", "expires_in");
    row(R"({"value":true,"expires_in":45})", "expires_in");
    row(R"({"value":true,"expires_in":"0s"})", "expires_in");
    row(R"({"value":true,"pinned":"yes"})", "pinned");
}

void TestFlagCalls::refuses()
{
    QFETCH(QByteArray, body);
    QFETCH(QByteArray, where);
    const auto answer = m_weir.call("PUT", "/weir/flags/a/override", body.toStdString());
    QCOMPARE(answer.status, 400);
    const Json error = Json::parse(answer.body)["error"];
    QCOMPARE(error["code"], Json("bad_parameter"));
    const QByteArray message = QByteArray::fromStdString(error["message"].get<std::string>());
    QVERIFY2(message.startsWith(where + ": "), message.constData());
    QVERIFY(flagOf("a")["override"].is_null());
    QCOMPARE(m_weir.call("POST", "/weir/flags/a/override", R"({"value":true})").status, 405);
    QCOMPARE(m_weir.call("GET", "/weir/flags/served?flg=a").status, 400);
    QCOMPARE(m_weir
                 .call("PUT", "/weir/flags/a/override", R"({"value":true})",
                     {{"Origin", "http://elsewhere.example"}})
                 .status,
        403);
}

void TestFlagCalls::appliesScenes()
{
    const std::string flags = R"("flags":{"s1":{"value":true},"s2":{"value":"v2","payload":[1.0]}})";
    const auto changesOf = [&](const std::string &more) {
        const auto answer
            = m_weir.call("POST", "/weir/flags/scene", R"({"name":"a/b",)" + flags + more + "}");
        return answer.status == 200 ? Json::parse(answer.body).at("changes") : Json(answer.status);
    };
    QCOMPARE(changesOf(R"(,"rehearse":true)").size(), std::size_t(2));
    QVERIFY(flagOf("s1").is_null());
    const Json changes = changesOf("");
    QCOMPARE(changes.at(1).at("flag"), Json("s2"));
    QVERIFY(changes.at(1).at("before").is_null());
    QCOMPARE(changes.at(1).at("after").at("value"), Json("v2"));
    QCOMPARE(flagOf("s2").at("override").at("scene"), Json("a/b"));
    QVERIFY(askFor("ada").find(R"("s2":"v2")") != std::string::npos);
    QCOMPARE(Json::parse(m_weir.call("DELETE", "/weir/flags/scene/a%2Fb").body).at("removed"), Json(2));
    QVERIFY(flagOf("s2").at("override").is_null());
    QCOMPARE(changesOf(R"(,"rehearse":1)"), Json(400));
    QCOMPARE(changesOf(R"(,"rehears":true)"), Json(400));
    QCOMPARE(m_weir.call("POST", "/weir/flags/scene", "").status, 400);
}

void TestFlagCalls::tellsWhatWasServed()
{
    (void)m_weir.call("PUT", "/weir/flags/told/override", R"({"value":"v2","payload":[1]})");
    (void)askFor("grace");
    const Json page = m_weir.get("/weir/flags/served?flag=told&distinct_id=grace");
    QCOMPARE(page["served"].size(), std::size_t(1));
    const Json row = page["served"][0];
    QCOMPARE(row["flag"], Json("told"));
    QCOMPARE(row["value"], Json("v2"));
    QCOMPARE(row["payload"], Json::array({1}));
    QCOMPARE(row["overridden"], Json(true));
    QCOMPARE(row["sdk"]["name"], Json("posthog-node"));
    QCOMPARE(row["distinct_id"], Json("grace"));
    QCOMPARE(row["path"], Json("/flags"));
    QCOMPARE(row["version"], Json(1));
    QVERIFY(parseTime(row["at"].get<std::string>()));
    QCOMPARE(flagOf("told")["last_served"]["value"], Json("v2"));
}

void TestFlagCalls::followsPickUp()
{
    (void)askFor("ada"); // So that the SDK is known.
    (void)m_weir.call("PUT", "/weir/flags/picked/override", R"({"value":"v2"})");
    const auto stage = [this] {
        const Json flag = flagOf("picked");
        for (const Json &each : flag["pick_up"]) {
            if (each["sdk"]["version"] == Json("5.70.0"))
                return QString::fromStdString(each["stage"].get<std::string>());
        }
        return QString();
    };
    QCOMPARE(stage(), QStringLiteral("set"));
    (void)askFor("ada");
    QCOMPARE(stage(), QStringLiteral("served"));
    const auto newest = [this] { return m_weir.get("/weir/flags/served?flag=picked")["served"][0]; };
    QVERIFY(newest()["seen_at"].is_null());
    const std::string called = capture("$feature_flag_called", "ada",
        R"("$feature_flag":"picked","$feature_flag_response":"v2","$feature_flag_reason":"Overridden by Weir")");
    QCOMPARE(m_weir.call("POST", "/batch/", called, node).status, 200);
    QCOMPARE(stage(), QStringLiteral("seen"));
    QVERIFY(parseTime(newest()["seen_at"].get<std::string>()));
}

void TestFlagCalls::marksTaint()
{
    const auto send = [this](const std::string &name, const std::string &user, char trace) {
        return m_weir
            .call("POST", "/batch/",
                capture(name, user, R"("workspace_id":"w","trace_id":")" + traceId(trace) + "\""), node)
            .status;
    };
    const auto isTainted = [this](const std::string &name) {
        return m_weir.get("/weir/events?name=" + name)["events"][0]["tainted"];
    };
    QCOMPARE(send("before_any", "tess", '0'), 200);
    (void)m_weir.call("PUT", "/weir/flags/a/override", R"({"value":true})");
    QCOMPARE(send("before_asking", "tess", '1'), 200);
    (void)askFor("tess");
    QCOMPARE(send("after_asking", "tess", '2'), 200);
    QCOMPARE(send("someone_else", "olaf", '3'), 200);
    (void)m_weir.call("DELETE", "/weir/flags/a/override");
    (void)askFor("tess");
    // An event of the same millisecond could be of either time.
    QVERIFY(QTest::qWaitFor([then = systemNow()] { return systemNow() > then; }));
    QCOMPARE(send("after_removing", "tess", '4'), 200);
    QCOMPARE(isTainted("before_any"), Json(false));
    QCOMPARE(isTainted("before_asking"), Json(false));
    QCOMPARE(isTainted("after_asking"), Json(true));
    QCOMPARE(isTainted("someone_else"), Json(false));
    QCOMPARE(isTainted("after_removing"), Json(false));
    QCOMPARE(m_weir.get("/weir/traces/" + traceId('2'))["tainted"], Json(true));
    QCOMPARE(m_weir.get("/weir/traces/" + traceId('3'))["tainted"], Json(false));
}

void TestFlagCalls::tellsWhatARunWasServed()
{
    // The events of this run carry no flag and come by another SDK than its questions.
    const auto run = [this](const char *id) {
        return m_weir
            .call("POST", "/v1/track",
                R"({"event":"flow_executed","userId":"vera","messageId":"m-)" + std::string(id)
                    + R"(","properties":{"workspace_id":"w","trace_id":")" + id + "\"}}",
                sdkHeaders)
            .status;
    };
    const auto servedOf = [this](const std::string &id) {
        const Json trace = m_weir.get("/weir/traces/" + id);
        QStringList texts;
        for (const Json &each : trace["served"]) {
            texts += QString::fromStdString(each["flag"].get<std::string>() + '=' + each["value"].dump() + ' '
                + each["path"].get<std::string>() + ' ' + each["sdk"]["name"].get<std::string>() + ' '
                + each["distinct_id"].dump() + (each["overridden"].get<bool>() ? " overridden" : ""));
        }
        return trace["flags"].empty() ? texts.join(QStringLiteral(", ")) : QStringLiteral("flags");
    };
    (void)m_weir.call("DELETE", "/weir/flags/overrides");
    (void)m_weir.call("PUT", "/weir/flags/run/override", R"({"value":"v1"})");
    (void)askFor("vera");
    (void)m_weir.call("PUT", "/weir/flags/run/override", R"({"value":"v2"})");
    (void)askFor("olga");
    QCOMPARE(run("run-served-1"), 200);
    QCOMPARE(servedOf("run-served-1"), QStringLiteral("run=\"v1\" /flags posthog-node \"vera\" overridden"));
    (void)askFor("vera");
    QCOMPARE(run("run-served-2"), 200);
    QCOMPARE(servedOf("run-served-2"), QStringLiteral("run=\"v2\" /flags posthog-node \"vera\" overridden"));
    (void)m_weir.call("DELETE", "/weir/flags/overrides");
    (void)askFor("vera");
    QCOMPARE(run("run-served-3"), 200);
    QCOMPARE(servedOf("run-served-3"), QString()); // What is not given any more is not what the run had.
    QCOMPARE(servedOf("run-served-2"), QStringLiteral("run=\"v2\" /flags posthog-node \"vera\" overridden"));
}

void TestFlagCalls::tellsWhatARunSaw()
{
    const std::string trace = R"(,"workspace_id":"w","trace_id":")" + traceId('9') + "\"";
    const auto send = [&](const std::string &event, const std::string &properties) {
        return m_weir.call("POST", "/batch/", capture(event, "rita", properties + trace), node).status;
    };
    QCOMPARE(
        send("$feature_flag_called",
            R"("$feature_flag":"a","$feature_flag_response":"v2","$feature_flag_reason":"Overridden by Weir")"),
        200);
    QCOMPARE(send("tool_used", R"("$feature/a":"v2","$feature/b":false)"), 200);
    QCOMPARE(send("tool_used", R"("$feature/b":true)"), 200);
    const Json seen = m_weir.get("/weir/traces/" + traceId('9'))["flags"];
    QStringList texts;
    for (const Json &each : seen) {
        texts += QString::fromStdString(each["flag"].get<std::string>() + '=' + each["value"].dump()
            + (each["overridden"].get<bool>() ? " overridden" : ""));
    }
    QCOMPARE(texts.join(QStringLiteral(", ")), QStringLiteral("a=\"v2\" overridden, b=false, b=true"));
    QVERIFY(seen[0]["event_id"].get<int>() < seen[1]["event_id"].get<int>());
    // An event that says no reason has what its user was served.
    (void)m_weir.call("PUT", "/weir/flags/quiet/override", R"({"value":true})");
    (void)askFor("sam");
    QCOMPARE(m_weir
                 .call("POST", "/batch/",
                     capture("tool_used", "sam", R"("$feature/quiet":true,"trace_id":"run-quiet")"), node)
                 .status,
        200);
    (void)m_weir.call("DELETE", "/weir/flags/overrides");
    const Json quiet = m_weir.get("/weir/traces/run-quiet")["flags"];
    QCOMPARE(quiet.size(), std::size_t(1));
    QCOMPARE(quiet[0]["overridden"], Json(true));
}

QTEST_GUILESS_MAIN(TestFlagCalls)
#include "tst_flagcalls.moc"
