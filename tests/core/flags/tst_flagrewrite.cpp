#include "core/flags/flagrewrite.h"

#include <QFloat16> // Else QCOMPARE of a Json asks an incomplete type whether it converts.
#include <QTest>

#include <nlohmann/json.hpp>

using namespace Weir;
using Json = nlohmann::json;

class FlagRewriteTest : public QObject
{
    Q_OBJECT
private slots:
    void overridesFlags_data();
    void overridesFlags();
    void keepsTheRest();
    void givesReason();
    void liftsQuota_data();
    void liftsQuota();
    void overridesSeveral();
    void refusesAnswers_data();
    void refusesAnswers();
    void readsFlags_data();
    void readsFlags();
    void overridesConfig();
    void overridesConfigScript_data();
    void overridesConfigScript();
    void forcesDefinitions_data();
    void forcesDefinitions();
    void keepsOtherDefinitions();
};

Q_DECLARE_METATYPE(Weir::FlagsShape)
Q_DECLARE_METATYPE(Weir::FlagValue)

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

Result<std::string> overridden(const std::string &answer, FlagsShape shape, const FlagOverride &override)
{
    const FlagOverride *const list[] = {&override};
    return overrideFlags(answer, shape, list);
}

constexpr const char *details = R"({"errorsWhileComputingFlags":false,"flags":{
    "beta":{"key":"beta","enabled":true,"variant":"control","failed":true,
        "reason":{"code":"condition_match","condition_index":2,"description":"Matched condition set 3"},
        "metadata":{"id":42,"version":7,"description":null,"payload":"{\"ttl\":600}","has_experiment":true}},
    "other":{"key":"other","enabled":true,"variant":null,"metadata":{"id":9007199254740993,"payload":"1.0"}}},
    "requestId":"r-1","evaluatedAt":1e3})";
constexpr const char *typed = R"({"flags":{"beta":{"key":"beta","value":"control","failed":true,
    "reason":{"code":"x"},"metadata":{"id":42,"version":7,"variant_key":"control","payload":null}}}})";
constexpr const char *values = R"({"featureFlags":{"beta":"control","other":false},
    "featureFlagPayloads":{"beta":"{\"ttl\":600}"},"errorsWhileComputingFlags":false})";
constexpr const char *enabledValues = R"({"featureFlags":{"beta":"control","other":true}})";
constexpr const char *enabledKeys = R"({"featureFlags":["beta","other"]})";

/// The entry of `beta` as a test row compares it.
Json entry(bool enabled, const Json &variant, const Json &payload)
{
    return {{"enabled", enabled}, {"variant", variant}, {"payload", payload}};
}

/// What an answer says of one flag, without what every overridden flag has.
Json said(const Json &answer, const std::string &key, FlagsShape shape)
{
    if (shape == FlagsShape::Details) {
        const Json &flag = answer.at("flags").at(key);
        return entry(flag.at("enabled"), flag.at("variant"), flag.at("metadata").at("payload"));
    }
    if (shape == FlagsShape::TypedDetails) {
        const Json &flag = answer.at("flags").at(key);
        return {{"value", flag.at("value")}, {"payload", flag.at("metadata").at("payload")}};
    }
    if (shape == FlagsShape::Values) {
        const Json &payloads = answer.at("featureFlagPayloads");
        return {{"value", answer.at("featureFlags").at(key)}, {"payload", payloads.value(key, Json())}};
    }
    const Json &flags = answer.at("featureFlags");
    if (shape == FlagsShape::EnabledValues)
        return flags.value(key, Json());
    return std::find(flags.begin(), flags.end(), key) != flags.end();
}

} // namespace

void FlagRewriteTest::overridesFlags_data()
{
    QTest::addColumn<FlagsShape>("shape");
    QTest::addColumn<QByteArray>("answer");
    QTest::addColumn<QByteArray>("key");
    QTest::addColumn<FlagValue>("value");
    QTest::addColumn<QByteArray>("payload"); // Empty: none.
    QTest::addColumn<QByteArray>("expected");
    const auto row = [](const char *name, FlagsShape shape, const char *answer, const char *key,
                         const FlagValue &value, const char *payload, const Json &expected) {
        QTest::newRow(name) << shape << QByteArray(answer) << QByteArray(key) << value << QByteArray(payload)
                            << QByteArray::fromStdString(expected.dump());
    };
    const auto both = [](const Json &value, const Json &payload) {
        return Json{{"value", value}, {"payload", payload}};
    };
    using enum FlagsShape;
    const FlagValue on = FlagValue::on(), off = FlagValue::off(), v9 = FlagValue::of("v9");
    row("details, on", Details, details, "beta", on, "", entry(true, {}, {}));
    row("details, off", Details, details, "beta", off, "", entry(false, {}, {}));
    row("details, unknown variant", Details, details, "beta", v9, "", entry(true, "v9", {}));
    row("details, payload", Details, details, "beta", v9, R"({"k":[1.0]})",
        entry(true, "v9", R"({"k":[1.0]})"));
    row("details, new key", Details, details, "new", v9, "5", entry(true, "v9", "5"));
    row("details, none", Details, R"({"flags":{}})", "new", on, "", entry(true, {}, {}));
    row("details, odd entry", Details, R"({"flags":{"beta":7}})", "beta", on, "", entry(true, {}, {}));
    row("typed, on", TypedDetails, typed, "beta", on, "", both(true, {}));
    row("typed, off", TypedDetails, typed, "beta", off, "", both(false, {}));
    row("typed, variant", TypedDetails, typed, "beta", v9, "1", both("v9", "1"));
    row("typed, new key", TypedDetails, typed, "new", v9, "", both("v9", {}));
    row("values, on", Values, values, "beta", on, "", both(true, {}));
    row("values, off", Values, values, "beta", off, "", both(false, {}));
    row("values, variant", Values, values, "beta", v9, "[]", both("v9", "[]"));
    row("values, new key", Values, values, "new", off, "", both(false, {}));
    row("values, empty", Values, "{}", "new", v9, "1", both("v9", "1"));
    row("enabled values, on", EnabledValues, enabledValues, "beta", on, "", true);
    row("enabled values, off", EnabledValues, enabledValues, "beta", off, "", {});
    row("enabled values, variant", EnabledValues, enabledValues, "new", v9, "", "v9");
    row("keys, on", EnabledKeys, enabledKeys, "beta", on, "", true);
    row("keys, off", EnabledKeys, enabledKeys, "beta", off, "", false);
    row("keys, new key", EnabledKeys, enabledKeys, "new", v9, "", true);
    row("keys, none", EnabledKeys, "{}", "new", on, "", true);
}

void FlagRewriteTest::overridesFlags()
{
    QFETCH(FlagsShape, shape);
    QFETCH(QByteArray, answer);
    QFETCH(QByteArray, key);
    QFETCH(FlagValue, value);
    QFETCH(QByteArray, payload);
    QFETCH(QByteArray, expected);
    const auto text = overridden(
        answer.toStdString(), shape, overrideOf(key.toStdString(), value, payload.toStdString()));
    QVERIFY(text);
    const Json after = Json::parse(*text);
    QCOMPARE(said(after, key.toStdString(), shape), Json::parse(expected.toStdString()));
    // An override twice is an override once.
    const auto again = overridden(*text, shape, overrideOf(key.toStdString(), value, payload.toStdString()));
    QVERIFY(again);
    QCOMPARE(*again, *text);
}

void FlagRewriteTest::keepsTheRest()
{
    const auto text = overridden(details, FlagsShape::Details, overrideOf("beta", FlagValue::off()));
    QVERIFY(text);
    // Numbers and texts of others are as they were written.
    QVERIFY(text->find(R"("metadata":{"id":9007199254740993,"payload":"1.0"})") != std::string::npos);
    QVERIFY(text->find(R"("requestId":"r-1","evaluatedAt":1e3)") != std::string::npos);
    QVERIFY(text->starts_with(R"({"errorsWhileComputingFlags":false,"flags":{"beta":)"));
    const Json metadata = Json::parse(*text)["flags"]["beta"]["metadata"];
    QCOMPARE(metadata["id"], Json(42));
    QCOMPARE(metadata["version"], Json(7));
    QCOMPARE(metadata["has_experiment"], Json(true));
}

void FlagRewriteTest::givesReason()
{
    const Json reason
        = {{"code", "condition_match"}, {"condition_index", 0}, {"description", "Overridden by Weir"}};
    for (const char *key : {"beta", "new"}) {
        const auto text = overridden(details, FlagsShape::Details, overrideOf(key, FlagValue::on()));
        QVERIFY(text);
        const Json flag = Json::parse(*text)["flags"][key];
        QCOMPARE(flag["reason"], reason);
        QCOMPARE(flag["key"], Json(key));
        QVERIFY(!flag.contains("failed"));
    }
    const auto text = overridden(details, FlagsShape::Details, overrideOf("new", FlagValue::on()));
    const Json metadata = Json::parse(*text)["flags"]["new"]["metadata"];
    QCOMPARE(metadata["id"], Json(0));
    QCOMPARE(metadata["version"], Json(1));
}

void FlagRewriteTest::liftsQuota_data()
{
    QTest::addColumn<QByteArray>("limited");
    QTest::addColumn<QByteArray>("left"); // "null": no such member.
    const auto row = [](const char *limited, const char *left) {
        QTest::newRow(limited) << QByteArray(limited) << QByteArray(left);
    };
    row(R"(["feature_flags"])", "null");
    row(R"(["feature_flags","recordings"])", R"(["recordings"])");
    row(R"(["recordings"])", R"(["recordings"])");
}

void FlagRewriteTest::liftsQuota()
{
    QFETCH(QByteArray, limited);
    QFETCH(QByteArray, left);
    const std::string answer
        = R"({"flags":{},"errorsWhileComputingFlags":false,"quotaLimited":)" + limited.toStdString() + "}";
    const auto text = overridden(answer, FlagsShape::Details, overrideOf("a", FlagValue::on()));
    QVERIFY(text);
    const Json after = Json::parse(*text);
    QCOMPARE(after.value("quotaLimited", Json()), Json::parse(left.toStdString()));
    QCOMPARE(after["errorsWhileComputingFlags"], Json(false));
}

void FlagRewriteTest::overridesSeveral()
{
    const FlagOverride a = overrideOf("a", FlagValue::of("v2")), beta = overrideOf("beta", FlagValue::off());
    const FlagOverride *const list[] = {&a, &beta};
    const auto text = overrideFlags(values, FlagsShape::Values, list);
    QVERIFY(text);
    const Json expected = {{"a", "v2"}, {"beta", false}, {"other", false}};
    QCOMPARE(Json::parse(*text)["featureFlags"], expected);
    std::vector<FlagOutcome> outcomes = readFlags(values);
    overrideOutcomes(outcomes, list);
    QCOMPARE(outcomes.size(), std::size_t(3));
    QCOMPARE(*outcomes[0].value, FlagValue::off());
    QCOMPARE(outcomes[2].key, std::string("a"));
    QCOMPARE(outcomes[2].reason.description.str(), std::string(overriddenReason));
}

void FlagRewriteTest::refusesAnswers_data()
{
    QTest::addColumn<QByteArray>("answer");
    QTest::newRow("nothing") << QByteArray();
    QTest::newRow("page") << QByteArray("<html>Bad gateway</html>");
    QTest::newRow("array") << QByteArray("[]");
    QTest::newRow("cut") << QByteArray(details).chopped(20);
}

void FlagRewriteTest::refusesAnswers()
{
    QFETCH(QByteArray, answer);
    const FlagOverride override = overrideOf("a", FlagValue::on());
    const FlagOverride *const list[] = {&override};
    const auto flags = overrideFlags(answer.toStdString(), FlagsShape::Details, list);
    QVERIFY(!flags);
    QCOMPARE(flags.error().kind, Error::Kind::Upstream);
    QVERIFY(!overrideDefinitions(answer.toStdString(), list));
    QVERIFY(!overrideConfig(answer.toStdString()));
    QVERIFY(readFlags(answer.toStdString()).empty());
}

void FlagRewriteTest::readsFlags_data()
{
    QTest::addColumn<QByteArray>("answer");
    QTest::addColumn<QStringList>("said");
    const auto row = [](const char *name, const char *answer, const QStringList &said) {
        QTest::newRow(name) << QByteArray(answer) << said;
    };
    const auto list = [](std::initializer_list<const char *> items) {
        QStringList said;
        for (const char *item : items)
            said += QString::fromUtf8(item);
        return said;
    };
    row("details", details, list({R"(beta=control {"ttl":600} failed)", "other=true 1.0"}));
    row("typed", typed, list({"beta=control failed"}));
    row("values", values, list({R"(beta=control {"ttl":600})", "other=false"}));
    row("enabled values", enabledValues, list({"beta=control", "other=true"}));
    row("keys", enabledKeys, list({"beta=true", "other=true"}));
    row("odd", R"({"flags":{"a":7,"b":{"value":null}}})", list({"a=?", "b=?"}));
    row("none", "{}", {});
}

void FlagRewriteTest::readsFlags()
{
    QFETCH(QByteArray, answer);
    QFETCH(QStringList, said);
    QStringList found;
    for (const FlagOutcome &outcome : readFlags(answer.toStdString())) {
        std::string text
            = outcome.key.str() + "=" + (outcome.value ? std::string(toText(*outcome.value)) : "?");
        if (outcome.payload)
            text += " " + outcome.payload->str();
        found += QString::fromStdString(text + (outcome.isFailed ? " failed" : ""));
    }
    QCOMPARE(found, said);
}

void FlagRewriteTest::overridesConfig()
{
    QCOMPARE(*overrideConfig(R"({"token":"t","hasFeatureFlags":false,"n":1.0})"),
        std::string(R"({"token":"t","hasFeatureFlags":true,"n":1.0})"));
    QCOMPARE(*overrideConfig("{}"), std::string(R"({"hasFeatureFlags":true})"));
}

void FlagRewriteTest::overridesConfigScript_data()
{
    QTest::addColumn<QByteArray>("before");
    QTest::addColumn<QByteArray>("after");
    const auto row = [](const char *before, const char *after) {
        QTest::newRow(before) << QByteArray(before) << QByteArray(after);
    };
    row(R"(x={"hasFeatureFlags":false,"a":false};)", R"(x={"hasFeatureFlags":true,"a":false};)");
    row(R"(x={"hasFeatureFlags" : false};)", R"(x={"hasFeatureFlags" : true};)");
    row(R"(x={"hasFeatureFlags":true};)", R"(x={"hasFeatureFlags":true};)");
    row(R"(x={"a":false};)", R"(x={"a":false};)");
    row(R"("hasFeatureFlags")", R"("hasFeatureFlags")");
    row(R"("hasFeatureFlags":)", R"("hasFeatureFlags":)");
}

void FlagRewriteTest::overridesConfigScript()
{
    QFETCH(QByteArray, before);
    QFETCH(QByteArray, after);
    QCOMPARE(QByteArray::fromStdString(overrideConfigScript(before.toStdString())), after);
}

void FlagRewriteTest::forcesDefinitions_data()
{
    QTest::addColumn<FlagValue>("value");
    QTest::addColumn<QByteArray>("payload");
    QTest::addColumn<bool>("active");
    QTest::addColumn<QByteArray>("filters");
    const auto row = [](const char *name, const FlagValue &value, const char *payload, bool active,
                         const char *filters) {
        QTest::newRow(name) << value << QByteArray(payload) << active << QByteArray(filters);
    };
    const char *const plain
        = R"({"groups":[{"properties":[],"rollout_percentage":100,"variant":null}],"multivariate":null,"payloads":{}})";
    row("on", FlagValue::on(), "", true, plain);
    row("off", FlagValue::off(), "", false, plain);
    row("off, payload", FlagValue::off(), "1", false, plain);
    row("on, payload", FlagValue::on(), R"({"a":1.0})", true,
        R"({"groups":[{"properties":[],"rollout_percentage":100,"variant":null}],"multivariate":null,"payloads":{"true":"{\"a\":1.0}"}})");
    row("variant, payload", FlagValue::of("v\"2"), "[]", true,
        R"({"groups":[{"properties":[],"rollout_percentage":100,"variant":"v\"2"}],"multivariate":{"variants":[{"key":"v\"2","name":"","rollout_percentage":100}]},"payloads":{"v\"2":"[]"}})");
}

void FlagRewriteTest::forcesDefinitions()
{
    QFETCH(FlagValue, value);
    QFETCH(QByteArray, payload);
    QFETCH(bool, active);
    QFETCH(QByteArray, filters);
    const FlagOverride override = overrideOf("beta", value, payload.toStdString());
    const char *const own = R"({"id":42,"team_id":3,"name":"Beta","key":"beta","active":false,"deleted":true,
        "ensure_experience_continuity":true,"version":7,"has_encrypted_payloads":true,"evaluation_runtime":"client",
        "evaluation_contexts":["a"],"evaluation_tags":["a"],"bucketing_identifier":"device_id",
        "filters":{"groups":[],"aggregation_group_type_index":0}})";
    const Json forced = Json::parse(forcedDefinition(own, override));
    const Json expected = {{"id", 42}, {"team_id", 3}, {"name", "Beta"}, {"key", "beta"}, {"active", active},
        {"deleted", false}, {"ensure_experience_continuity", false}, {"version", 7},
        {"evaluation_runtime", "all"}, {"filters", Json::parse(filters.toStdString())}};
    QVERIFY2(forced == expected, Json::diff(expected, forced).dump().c_str());

    const Json fresh = Json::parse(forcedDefinition({}, override));
    QCOMPARE(fresh["key"], Json("beta"));
    QCOMPARE(fresh["id"], Json(0));
    QCOMPARE(fresh["version"], Json(1));
    QCOMPARE(fresh["active"], Json(active));
    QCOMPARE(fresh["filters"], expected["filters"]);
}

void FlagRewriteTest::keepsOtherDefinitions()
{
    const std::string other = R"({"key":"other","filters":{"groups":[{"rollout_percentage":33.0}]}})";
    const std::string document = R"({"flags":[)" + other
        + R"(,{"key":"beta","active":false}],"group_type_mapping":{"0":"org"},"cohorts":{"1":{"n":1e400}}})";
    const FlagOverride beta = overrideOf("beta", FlagValue::on()),
                       fresh = overrideOf("fresh", FlagValue::off());
    const FlagOverride *const list[] = {&beta, &fresh};
    const auto text = overrideDefinitions(document, list);
    QVERIFY(text);
    QVERIFY(text->starts_with(R"({"flags":[)" + other + ','));
    QVERIFY(text->ends_with(R"(,"group_type_mapping":{"0":"org"},"cohorts":{"1":{"n":1e400}}})"));
    QVERIFY(text->find(forcedDefinition(R"({"key":"beta","active":false})", beta)) != std::string::npos);
    QVERIFY(text->find(forcedDefinition({}, fresh)) != std::string::npos);
    const auto noFlags = overrideDefinitions(R"({"detail":"quota"})", list);
    QVERIFY(!noFlags);
    QCOMPARE(noFlags.error().where, std::string("flags"));
}

QTEST_GUILESS_MAIN(FlagRewriteTest)
#include "tst_flagrewrite.moc"
