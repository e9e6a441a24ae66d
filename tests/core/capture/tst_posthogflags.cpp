#include "core/capture/decoders/posthogflags.h"
#include "core/event/payload.h"
#include "core/flags/flagrewrite.h"
#include "tests/core/capture/posthogrequests.h"

#include <QTest>

#include <algorithm>

using namespace Weir;
using namespace Weir::Testing;
using Json = nlohmann::ordered_json;

/// Overrides on every path by which a value reaches an SDK, without an upstream. The requests are those of
/// real SDKs where there are recordings.
class PostHogFlagsTest : public QObject
{
    Q_OBJECT
private slots:
    void readsRequests_data();
    void readsRequests();
    void overridesRecordings_data();
    void overridesRecordings();
    void asksByKeys_data();
    void asksByKeys();
    void scopes_data();
    void scopes();
    void leavesDisabledAlone();
    void forcesDefinitions();
    void restoresDefinitions();
    void givesPayloads_data();
    void givesPayloads();
    void dropsWhatWasTakenBack();
    void tellsWhatWasServed();
    void findsSightings();
    void evaluatesDefinitions_data();
    void evaluatesDefinitions();
    void givesPayloadsOfDefinitions();
    void givesDefinitionsAsTheyAre();
};

namespace {

FlagOverride overrideOf(const std::string &key, const FlagValue &value, const std::string &payload = {})
{
    FlagOverride override;
    override.key = key;
    override.value = value;
    if (!payload.empty())
        override.payload = payload;
    return override;
}

FlagKnowledge knowledge()
{
    FlagKnowledge flags;
    flags.overrides.set(overrideOf("beta", FlagValue::of("v2"), R"({"ttl":1.0})"));
    flags.overrides.set(overrideOf("gone", FlagValue::off()));
    FlagOverride scoped = overrideOf("mine", FlagValue::on());
    scoped.scope = {"user-42", {}};
    flags.overrides.set(scoped);
    return flags;
}

Intake intakeWith(const FlagKnowledge &flags, const HttpRequest &request)
{
    CaptureContext context = posthogContext();
    context.flags = &flags;
    return decodeRequest(request, context);
}

/// "beta=v2 {"ttl":1.0}, gone=false": what an answer says to an SDK, by key.
QString valuesOf(const Intake &intake)
{
    QStringList texts;
    for (const FlagOutcome &outcome : readFlags(intake.answer.body)) {
        std::string text = outcome.key.str() + '=' + std::string(toText(*outcome.value));
        if (outcome.payload)
            text += ' ' + outcome.payload->str();
        texts += QString::fromStdString(text);
    }
    texts.sort();
    return texts.join(QStringLiteral(", "));
}

HttpRequest flagsRequest(const QByteArray &members, const QByteArray &target = "/flags/?v=2")
{
    return makeRequest(
        "POST", target, {{"User-Agent", "posthog-node/5.70.0"}}, R"({"token":"phc_x")" + members + '}');
}

HttpRequest definitionsRequest(const QByteArray &tag = {})
{
    HeaderPairs headers = {{"User-Agent", "posthog-node/5.70.0"}};
    if (!tag.isEmpty())
        headers.append({"If-None-Match", tag});
    return makeRequest("GET", "/flags/definitions?token=phc_x&send_cohorts", headers, {});
}

} // namespace

void PostHogFlagsTest::readsRequests_data()
{
    QTest::addColumn<QByteArray>("members");
    QTest::addColumn<QByteArray>("workspace");
    QTest::addColumn<bool>("disabled");
    const auto row = [](const char *members, const char *workspace, bool disabled = false) {
        QTest::newRow(members) << QByteArray(members) << QByteArray(workspace) << disabled;
    };
    row("", "");
    row(R"(,"groups":{"workspace":"ws-1","organization":"acme"})", "ws-1");
    row(R"(,"groups":{"workspace":7})", "7");
    row(R"(,"groups":null,"person_properties":{"workspace_id":"ws-2"})", "ws-2");
    row(R"(,"person_properties":{"workspace_id":"ws-2"},"groups":{"workspace":"ws-1"})", "ws-1");
    row(R"(,"disable_flags":true)", "", true);
    row(R"(,"disable_flags":false)", "");
}

void PostHogFlagsTest::readsRequests()
{
    QFETCH(QByteArray, members);
    QFETCH(QByteArray, workspace);
    QFETCH(bool, disabled);
    const QByteArray body = R"({"token":"phc_x","distinct_id":"u")" + members + '}';
    const auto asked = PostHog::flagRequest(body.toStdString());
    QVERIFY(asked);
    QCOMPARE(asked->distinctId, std::string("u"));
    QCOMPARE(QByteArray::fromStdString(asked->workspaceId), workspace);
    QCOMPARE(asked->isDisabled, disabled);
}

void PostHogFlagsTest::overridesRecordings_data()
{
    QTest::addColumn<QString>("said");
    const QString all = QStringLiteral("beta=v2 {\"ttl\":1.0}, gone=false, mine=true");
    const auto row = [](const char *recording, const QString &said) { QTest::newRow(recording) << said; };
    row("browser-flags-v2-after-identify", all);
    row("browser-flags-v2-initial", QStringLiteral("beta=v2 {\"ttl\":1.0}, gone=false")); // Another user.
    row("node5-flags-v2-evaluateFlags", all);
    row("node5-flags-v2-getAllFlags", QString()); // For those that it could not evaluate itself.
    row("node5-flags-v2-getFeatureFlag", QString()); // Asks for another flag alone.
    row("python7-flags-v2", QString()); // Likewise.
    row("node3-decide-v3-getFeatureFlag", all);
    row("browser20-decide-v2", QStringLiteral("beta=v2, mine=true")); // Those that are on, no payloads.
    row("browser96-decide-v3", QStringLiteral("beta=v2 {\"ttl\":1.0}, gone=false"));
}

void PostHogFlagsTest::overridesRecordings()
{
    QFETCH(QString, said);
    const FlagKnowledge flags = knowledge();
    const Intake intake = intakeWith(flags, posthogRecording(QString::fromLatin1(QTest::currentDataTag())));
    QVERIFY2(intake.state == RequestState::Read, toText(intake.error).c_str());
    QCOMPARE(valuesOf(intake), said);
    QCOMPARE(headerOf(intake.answer, "Cache-Control"), QByteArray("no-store"));
    const Json answer = Json::parse(intake.answer.body);
    if (answer.contains("hasFeatureFlags"))
        QVERIFY(answer["hasFeatureFlags"].get<bool>());
    if (answer.contains("flags") && answer["flags"].contains("beta"))
        QCOMPARE(answer["flags"]["beta"]["reason"]["description"].get<std::string>(),
            std::string("Overridden by Weir"));
}

void PostHogFlagsTest::asksByKeys_data()
{
    QTest::addColumn<QByteArray>("member");
    QTest::addColumn<QString>("said");
    QTest::newRow("one") << QByteArray(R"("flag_keys_to_evaluate":["gone"])") << QStringLiteral("gone=false");
    QTest::newRow("old name") << QByteArray(R"("flag_keys":["gone","x"])") << QStringLiteral("gone=false");
    QTest::newRow("none") << QByteArray(R"("flag_keys":[])") << QString();
    QTest::newRow("all") << QByteArray(R"("flag_keys":null)")
                         << QStringLiteral("beta=v2 {\"ttl\":1.0}, gone=false");
}

void PostHogFlagsTest::asksByKeys()
{
    QFETCH(QByteArray, member);
    QFETCH(QString, said);
    const FlagKnowledge flags = knowledge();
    QCOMPARE(valuesOf(intakeWith(flags, flagsRequest(R"(,"distinct_id":"u",)" + member))), said);
}

void PostHogFlagsTest::scopes_data()
{
    QTest::addColumn<QString>("user");
    QTest::addColumn<QString>("workspace");
    QTest::addColumn<QByteArray>("members");
    QTest::addColumn<bool>("served");
    const auto row
        = [](const char *name, const char *user, const char *workspace, const char *members, bool served) {
              QTest::newRow(name) << QString::fromLatin1(user) << QString::fromLatin1(workspace)
                                  << QByteArray(members) << served;
          };
    row("user", "u", "", R"(,"distinct_id":"u")", true);
    row("number as user", "7", "", R"(,"distinct_id":7)", true);
    row("other user", "u", "", R"(,"distinct_id":"v")", false);
    row("workspace", "", "w", R"(,"distinct_id":"v","groups":{"workspace":"w"})", true);
    row("workspace property", "", "w", R"(,"distinct_id":"v","person_properties":{"workspace_id":"w"})",
        true);
    row("other workspace", "", "w", R"(,"distinct_id":"v","groups":{"workspace":"x"})", false);
    row("no workspace", "", "w", R"(,"distinct_id":"v")", false);
}

void PostHogFlagsTest::scopes()
{
    QFETCH(QString, user);
    QFETCH(QString, workspace);
    QFETCH(QByteArray, members);
    QFETCH(bool, served);
    FlagKnowledge flags;
    FlagOverride override = overrideOf("a", FlagValue::on());
    override.scope = {user.toStdString(), workspace.toStdString()};
    flags.overrides.set(override);
    QCOMPARE(
        valuesOf(intakeWith(flags, flagsRequest(members))), served ? QStringLiteral("a=true") : QString());
    // Who evaluates by himself asks for no one: such an override cannot be told to him.
    QVERIFY(Json::parse(intakeWith(flags, definitionsRequest()).answer.body)["flags"].empty());
}

void PostHogFlagsTest::leavesDisabledAlone()
{
    const FlagKnowledge flags = knowledge();
    QCOMPARE(
        valuesOf(intakeWith(flags, flagsRequest(R"(,"distinct_id":"u","disable_flags":true)"))), QString());
}

void PostHogFlagsTest::forcesDefinitions()
{
    FlagKnowledge flags = knowledge();
    for (const char *recording : {"node3-local-eval-definitions", "node4-local-eval-definitions",
             "node5-local-eval-definitions", "python7-local-eval-definitions"}) {
        const Intake intake = intakeWith(flags, posthogRecording(QString::fromLatin1(recording)));
        QCOMPARE(intake.answer.status, 200);
        const Json document = Json::parse(intake.answer.body);
        QCOMPARE(document["flags"].size(), std::size_t(2));
        QCOMPARE(document["flags"][0].dump(), forcedDefinition({}, *flags.overrides.find("beta")));
        QCOMPARE(document["flags"][1]["active"].get<bool>(), false);
        QVERIFY(intake.served && intake.served->path == FlagPath::Definitions);
        QVERIFY(intake.served->distinctId.empty() && !intake.served->isUnchanged);
    }
    const QByteArray tag = headerOf(intakeWith(flags, definitionsRequest()).answer, "ETag");
    const Intake again = intakeWith(flags, definitionsRequest(tag));
    QCOMPARE(again.answer.status, 304);
    QVERIFY(again.answer.body.empty());
    QVERIFY(again.served->isUnchanged);
    QCOMPARE(again.given.size(), std::size_t(2)); // It has them still.
    // Another value is another document.
    flags.overrides.set(overrideOf("beta", FlagValue::off()));
    const Intake changed = intakeWith(flags, definitionsRequest(tag));
    QCOMPARE(changed.answer.status, 200);
    QVERIFY(headerOf(changed.answer, "ETag") != tag);
}

void PostHogFlagsTest::restoresDefinitions()
{
    FlagKnowledge flags;
    const Intake before = intakeWith(flags, definitionsRequest());
    const QByteArray tag = headerOf(before.answer, "ETag");
    flags.overrides.set(overrideOf("a", FlagValue::on()));
    QCOMPARE(intakeWith(flags, definitionsRequest(tag)).answer.status, 200);
    flags.overrides.remove("a");
    const Intake after = intakeWith(flags, definitionsRequest());
    QCOMPARE(after.answer.body, before.answer.body);
    QCOMPARE(headerOf(after.answer, "ETag"), tag);
    QCOMPARE(intakeWith(flags, definitionsRequest(tag)).answer.status, 304);
    QCOMPARE(intakeWith(flags, definitionsRequest("\"x\", " + tag.mid(2))).answer.status, 304); // Strong.
}

void PostHogFlagsTest::givesPayloads_data()
{
    QTest::addColumn<QByteArray>("key");
    QTest::addColumn<QByteArray>("body");
    QTest::newRow("payload") << QByteArray("beta") << QByteArray(R"("{\"ttl\":1.0}")");
    QTest::newRow("without one") << QByteArray("gone") << QByteArray("null");
    QTest::newRow("for someone") << QByteArray("mine") << QByteArray("null");
    QTest::newRow("unknown") << QByteArray("x") << QByteArray("null");
    QTest::newRow("encoded") << QByteArray("bet%61") << QByteArray(R"("{\"ttl\":1.0}")");
}

void PostHogFlagsTest::givesPayloads()
{
    QFETCH(QByteArray, key);
    QFETCH(QByteArray, body);
    const FlagKnowledge flags = knowledge();
    const Intake intake = intakeWith(flags,
        makeRequest(
            "GET", "/api/projects/@current/feature_flags/" + key + "/remote_config?token=phc_x", {}, {}));
    QCOMPARE(intake.answer.status, 200);
    QCOMPARE(QByteArray::fromStdString(intake.answer.body), body);
}

void PostHogFlagsTest::dropsWhatWasTakenBack()
{
    FlagKnowledge flags;
    const HttpRequest request = makeRequest("POST", "/flags/?v=2", {{"Origin", "http://localhost:3000"}},
        R"({"token":"phc_x","distinct_id":"u"})");
    const auto keepsOthers = [&] {
        return Json::parse(intakeWith(flags, request).answer.body)["errorsWhileComputingFlags"].get<bool>();
    };
    QVERIFY(keepsOthers());
    flags.hasRetracted = true; // posthog-js would go on with the value that it has.
    QVERIFY(!keepsOthers());
}

void PostHogFlagsTest::tellsWhatWasServed()
{
    const FlagKnowledge flags = knowledge();
    const Intake intake = intakeWith(
        flags, flagsRequest(R"(,"distinct_id":"u","groups":{"workspace":"w"},"flag_keys":["beta","x"])"));
    QVERIFY(intake.served);
    const ServedFlags &served = *intake.served;
    QCOMPARE(served.at, posthogContext().now);
    QCOMPARE(served.endpoint, std::string("/flags"));
    QCOMPARE(served.version, 2);
    QVERIFY((served.sdk == Sdk{"posthog-node", "5.70.0"}));
    QCOMPARE(served.distinctId, std::string("u"));
    QCOMPARE(served.workspaceId, std::string("w"));
    QCOMPARE(served.askedKeys, (std::vector<std::string>{"beta", "x"}));
    const std::vector<ServedValue> values = {{"beta", FlagValue::of("v2"), R"({"ttl":1.0})", true}};
    QCOMPARE(*ServedSets().of(intake.given), values);
    const auto sdkOf = [&](const char *recording) {
        const Intake taken = intakeWith(flags, posthogRecording(QString::fromLatin1(recording)));
        return QString::fromStdString(taken.served->sdk.name + ' ' + taken.served->sdk.version);
    };
    QCOMPARE(sdkOf("browser96-decide-v3"), QStringLiteral("web 1.96.1"));
    QCOMPARE(sdkOf("browser-flags-v2-initial"), QStringLiteral("web "));
    QCOMPARE(sdkOf("node3-decide-v3-getFeatureFlag"), QStringLiteral("posthog-node "));
    QCOMPARE(sdkOf("python7-local-eval-definitions"), QStringLiteral("posthog-python 7.42.0"));
}

void PostHogFlagsTest::findsSightings()
{
    const QByteArray body = R"({"api_key":"phc_x","batch":[
        {"event":"tool_used","distinct_id":"u","properties":{"tool_id":"t"}},
        {"event":"tool_used","distinct_id":"u","properties":{"$feature/a":"v2","$feature/b":false,"$feature/c":7}},
        {"event":"$feature_flag_called","distinct_id":"u","properties":{"$feature_flag":"a",
            "$feature_flag_response":true,"$feature/a":true,"$feature_flag_reason":"Overridden by Weir"}},
        {"event":"$feature_flag_called","distinct_id":"u","properties":{"$feature_flag":"d",
            "$feature_flag_response":null}}]})";
    const Intake intake = intakeOf(makeRequest("POST", "/batch/", {}, body));
    const std::vector<FlagSighting> expected = {{1, "a", FlagValue::of("v2"), false, false},
        {1, "b", FlagValue::off(), false, false}, {2, "a", FlagValue::on(), true, true}};
    QVERIFY2(intake.state == RequestState::Decoded, toText(intake.error).c_str());
    QCOMPARE(intake.sightings.size(), expected.size());
    QVERIFY(intake.sightings == expected);
    // A real one: the value was the page's own.
    const Intake recorded = intakeOf(posthogRecording(QStringLiteral("browser-e-feature-flag-called")));
    QVERIFY(!recorded.sightings.empty());
    QVERIFY(std::ranges::any_of(recorded.sightings, &FlagSighting::isCall));
    QVERIFY(std::ranges::none_of(recorded.sightings, &FlagSighting::saysOverridden));
}

namespace {

constexpr const char *definitionsText = R"({"flags": [
    {"id": 1, "key": "all", "active": true, "version": 3, "filters": {"groups": [{"properties": [], "rollout_percentage": 100}],
        "payloads": {"true": "1.0"}}},
    {"id": 2, "key": "pro", "active": true, "filters": {"groups": [{"properties": [
        {"key": "plan", "type": "person", "operator": "exact", "value": "pro"}], "rollout_percentage": 100}]}},
    {"id": 3, "key": "resting", "active": false, "filters": {"groups": [{"rollout_percentage": 100}],
        "payloads": {"true": "2"}}}],
    "group_type_mapping": {}, "cohorts": {}})";

FlagKnowledge defined()
{
    FlagKnowledge flags;
    flags.document = definitionsText;
    if (auto parsed = FlagDefinitions::parse(flags.document))
        flags.definitions = *std::move(parsed);
    return flags;
}

} // namespace

void PostHogFlagsTest::evaluatesDefinitions_data()
{
    QTest::addColumn<QByteArray>("members");
    QTest::addColumn<QString>("said");
    const auto row = [](const char *members, const char *said) {
        QTest::newRow(members) << QByteArray(members) << QString::fromUtf8(said);
    };
    row("", "all=true 1.0, pro=false");
    row(R"(,"person_properties":{"plan":"pro"})", "all=true 1.0, pro=true");
    row(R"(,"person_properties":{"plan":"pro","a":NaN,"b":"NaN \" NaN","c":-Infinity})",
        "all=true 1.0, pro=true");
    row(R"(,"flag_keys":["pro","x"])", "pro=false");
    row(R"(,"disable_flags":true)", "");
    row(R"(,"groups":[])", "400");
}

void PostHogFlagsTest::evaluatesDefinitions()
{
    QFETCH(QByteArray, members);
    QFETCH(QString, said);
    FlagKnowledge flags = defined();
    const Intake intake = intakeWith(flags, flagsRequest(R"(,"distinct_id":"u")" + members));
    QCOMPARE(intake.answer.status == 200 ? valuesOf(intake) : QString::number(intake.answer.status), said);
    flags.overrides.set(overrideOf("pro", FlagValue::of("v2")));
    const Intake overridden = intakeWith(flags, flagsRequest(R"(,"distinct_id":"u")" + members));
    QCOMPARE(valuesOf(overridden).contains(QStringLiteral("pro=v2")), said.contains(QStringLiteral("pro=")));
}

void PostHogFlagsTest::givesPayloadsOfDefinitions()
{
    FlagKnowledge flags = defined();
    const auto payloadOf = [&flags](const QByteArray &key) {
        return intakeWith(flags,
            makeRequest(
                "GET", "/api/projects/@current/feature_flags/" + key + "/remote_config?token=phc_x", {}, {}))
            .answer.body;
    };
    QCOMPARE(payloadOf("all"), std::string(R"("1.0")"));
    QCOMPARE(payloadOf("pro"), std::string("null"));
    QCOMPARE(payloadOf("resting"), std::string("null"));
    flags.overrides.set(overrideOf("all", FlagValue::on())); // Without a payload.
    QCOMPARE(payloadOf("all"), std::string("null"));
}

void PostHogFlagsTest::givesDefinitionsAsTheyAre()
{
    FlagKnowledge flags = defined();
    const Intake before = intakeWith(flags, definitionsRequest());
    QCOMPARE(before.answer.body, std::string(definitionsText));
    flags.overrides.set(overrideOf("resting", FlagValue::on()));
    const Intake forced = intakeWith(flags, definitionsRequest());
    const Json flag = Json::parse(forced.answer.body)["flags"][2];
    QVERIFY(flag["active"].get<bool>());
    QCOMPARE(flag["id"].get<int>(), 3);
    flags.overrides.clear();
    QCOMPARE(intakeWith(flags, definitionsRequest()).answer.body, before.answer.body);
}

QTEST_GUILESS_MAIN(PostHogFlagsTest)
#include "tst_posthogflags.moc"
