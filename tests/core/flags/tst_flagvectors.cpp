#include "core/flags/flagevaluation.h"
#include "core/flags/flaghash.h"
#include "core/flags/flagsanswer.h"

#include <QFile>
#include <QFloat16>
#include <QTest>

#include <nlohmann/json.hpp>

#include <map>
#include <optional>
#include <string>
#include <vector>

using namespace Weir;
using namespace Qt::StringLiterals;
using Json = nlohmann::json;

/// Every case of PostHog's public corpora. See tests/fixtures/flags/README.md.
class TestFlagVectors : public QObject
{
    Q_OBJECT
private slots:
    void hashes_data();
    void hashes();
    void thresholds_data();
    void thresholds();
    void variants_data();
    void variants();
    void parity_data();
    void parity();
    void evaluation_data();
    void evaluation();
    void projection_data();
    void projection();
};

namespace {

const Json &corpus(const char *name)
{
    static std::map<std::string, Json> corpora;
    Json &document = corpora[name];
    if (document.is_null()) {
        QFile file(QStringLiteral(WEIR_SOURCE_DIR) + u"/tests/fixtures/flags/posthog-sdk-test-harness/"_s
            + QString::fromLatin1(name) + u".json"_s);
        if (file.open(QIODevice::ReadOnly))
            document = Json::parse(file.readAll().toStdString());
    }
    return document;
}

/// One row a case; the test finds it by its place.
void addRows(const char *name, const char *section, std::size_t expected)
{
    QTest::addColumn<int>("at");
    const Json &cases = corpus(name).at(section);
    QCOMPARE(cases.size(), expected);
    for (std::size_t i = 0; i < cases.size(); ++i)
        QTest::newRow(cases[i].at("id").get<std::string>().c_str()) << int(i);
}

std::vector<double> boundsOf(const Json &variants)
{
    std::vector<double> bounds;
    double bound = 0;
    for (const Json &variant : variants)
        bounds.push_back(bound += variant.at("rollout_percentage").get<double>() / 100.0);
    return bounds;
}

Json selected(const Json &variants, double hash)
{
    const auto picked = pickVariant(hash, boundsOf(variants));
    return picked ? variants.at(*picked).at("key") : Json();
}

} // namespace

void TestFlagVectors::hashes_data()
{
    addRows("hash_sha1_60_v1", "vectors", 11);
}

void TestFlagVectors::hashes()
{
    QFETCH(int, at);
    const Json &vector = corpus("hash_sha1_60_v1").at("vectors").at(std::size_t(at));
    const auto text = [&](const char *name) { return vector.at(name).get<std::string>(); };
    const double hash = flagHash(text("prefix"), text("identifier"), text("salt"));
    QVERIFY(hash == vector.at("hash01").get<double>());
    if (vector.contains("identifier_before_truncation"))
        QCOMPARE(std::string(cutIdentifier(text("identifier_before_truncation"))), text("identifier"));
    struct Check
    {
        const char *list, *percentage, *expected;
    };
    for (const Check &check : {Check{"rollout_checks", "rollout_percentage", "included"},
             Check{"holdout_checks", "exclusion_percentage", "member"}}) {
        if (!vector.contains(check.list))
            continue;
        for (const Json &one : vector.at(check.list)) {
            QCOMPARE(isInRollout(hash, one.at(check.percentage).get<double>()),
                one.at(check.expected).get<bool>());
        }
    }
    if (vector.contains("variant_check")) {
        const Json &check = vector.at("variant_check");
        QCOMPARE(selected(check.at("variants"), hash), check.at("selected"));
    }
}

void TestFlagVectors::thresholds_data()
{
    addRows("hash_sha1_60_v1", "threshold_vectors", 8);
}

void TestFlagVectors::thresholds()
{
    QFETCH(int, at);
    const Json &vector = corpus("hash_sha1_60_v1").at("threshold_vectors").at(std::size_t(at));
    QCOMPARE(isInRollout(vector.at("hash01").get<double>(), vector.at("rollout_percentage").get<double>()),
        vector.at("included").get<bool>());
}

void TestFlagVectors::variants_data()
{
    addRows("hash_sha1_60_v1", "variant_vectors", 8);
}

void TestFlagVectors::variants()
{
    QFETCH(int, at);
    const Json &vector = corpus("hash_sha1_60_v1").at("variant_vectors").at(std::size_t(at));
    QVERIFY(boundsOf(vector.at("variants")) == vector.at("cumulative_boundaries").get<std::vector<double>>());
    QCOMPARE(selected(vector.at("variants"), vector.at("hash01").get<double>()), vector.at("selected"));
}

void TestFlagVectors::parity_data()
{
    addRows("hash_sha1_60_v1", "seed_parity", 5);
}

void TestFlagVectors::parity()
{
    QFETCH(int, at);
    const Json &vector = corpus("hash_sha1_60_v1").at("seed_parity").at(std::size_t(at));
    const double hash = vector.at("hash01").get<double>();
    if (vector.at("identifier").is_null()) { // The hash itself is given: no variant reaches so far.
        const double bounds[] = {0.5, 1.0};
        QVERIFY(!pickVariant(hash, bounds));
        return;
    }
    const Json &parts = vector.at("v2");
    QVERIFY(hash
        == flagHash(parts.at("prefix").get<std::string>(), parts.at("identifier").get<std::string>(),
            parts.at("salt").get<std::string>()));
}

void TestFlagVectors::evaluation_data()
{
    addRows("v1_evaluation", "cases", 31);
}

void TestFlagVectors::evaluation()
{
    QFETCH(int, at);
    const Json &testCase = corpus("v1_evaluation").at("cases").at(std::size_t(at));
    const auto definitions = FlagDefinitions::read(testCase.at("definitions"));
    QVERIFY(definitions);
    const auto subject = readSubject(testCase.at("context"), UtcTime());
    QVERIFY(subject);
    const Json &expected = testCase.at("expected");
    std::size_t omitted = 0;
    for (const FlagOutcome &outcome : evaluateFlags(*definitions, *subject)) {
        if (outcome.isOmitted) {
            QVERIFY(expected.at("omitted_flags") == Json::array({outcome.key.str()}));
            QVERIFY(outcome.value == FlagValue::off());
            ++omitted;
            continue;
        }
        const Json &flag = expected.at("flags").at(outcome.key.str());
        const auto alone = evaluateFlag(*definitions, *subject, outcome.key);
        QVERIFY(alone && *alone == outcome);
        // Here Weir is a local evaluator: what the corpus calls inconclusive it must not give a value for.
        QCOMPARE(outcome.isConclusive(), flag.at("local_evaluation").get<std::string>() != "inconclusive");
        if (outcome.value)
            QCOMPARE(Json::parse(toJson(*outcome.value)), flag.at("value"));
        QCOMPARE(outcome.payload ? Json(outcome.payload->str()) : Json(), flag.at("payload"));
        QCOMPARE(Json(outcome.reason.code.str()), flag.at("reason").at("code"));
        QCOMPARE(outcome.reason.conditionIndex ? Json(*outcome.reason.conditionIndex) : Json(),
            flag.at("reason").at("condition_index"));
        // To an SDK that asks over the network it is the authority, and closes what it cannot tell.
        const Json details = Json::parse(flagDetails(outcome, FlagsShape::Details));
        QCOMPARE(details.at("enabled"), flag.at("enabled"));
        QCOMPARE(details.at("variant"), flag.at("variant"));
        QVERIFY(!details.contains("failed"));
    }
    QCOMPARE(omitted, expected.at("omitted_flags").size());
}

void TestFlagVectors::projection_data()
{
    addRows("legacy_projection", "cases", 11);
}

namespace {

FlagOutcome outcomeOf(const Json &json)
{
    FlagOutcome outcome;
    outcome.key = json.at("key").get<std::string>();
    outcome.id = json.at("flag_id").get<std::int64_t>();
    outcome.version = json.at("flag_version").get<std::int64_t>();
    outcome.isFailed = json.at("failed").get<bool>();
    outcome.isOmitted = json.at("omitted").get<bool>();
    if (json.at("payload").is_string())
        outcome.payload = json.at("payload").get<std::string>();
    outcome.reason.code = json.at("reason").at("code").get<std::string>();
    if (json.at("reason").at("condition_index").is_number())
        outcome.reason.conditionIndex = json.at("reason").at("condition_index").get<int>();
    if (outcome.isFailed)
        return outcome;
    const bool isVariant = json.at("variant").is_string();
    outcome.value = isVariant ? FlagValue::of(json.at("variant").get<std::string>())
                              : FlagValue{json.at("enabled").get<bool>(), {}};
    return outcome;
}

/// `answer` without what the corpus does not pin.
Json pinned(Json answer)
{
    if (answer.contains("flags")) {
        for (Json &flag : answer.at("flags")) {
            flag.at("reason").erase("description");
            flag.at("metadata").erase("description");
            flag.at("metadata").erase("has_experiment");
        }
    }
    return answer;
}

} // namespace

void TestFlagVectors::projection()
{
    QFETCH(int, at);
    const Json &testCase = corpus("legacy_projection").at("cases").at(std::size_t(at));
    const FlagOutcome outcomes[] = {outcomeOf(testCase.at("outcome"))};
    struct Protocol
    {
        const char *name;
        FlagsEndpoint endpoint;
        std::optional<int> version;
    };
    constexpr Protocol protocols[] = {
        {"flags_v2", FlagsEndpoint::Flags, 2},
        {"flags_v2", FlagsEndpoint::Decide, 4},
        {"flags_v1", FlagsEndpoint::Flags, 1},
        {"flags_v1", FlagsEndpoint::Flags, std::nullopt},
        {"flags_v1", FlagsEndpoint::Decide, 3},
        {"decide_v2", FlagsEndpoint::Decide, 2},
        {"decide_v1", FlagsEndpoint::Decide, 1},
        {"decide_v1", FlagsEndpoint::Decide, std::nullopt},
    };
    for (const Protocol &protocol : protocols) {
        Json expected = testCase.at("projections").at(protocol.name);
        expected.erase("response_version");
        const FlagsShape shape = flagsShape(protocol.endpoint, protocol.version);
        const Json answer = Json::parse(flagsAnswer(outcomes, shape, {}));
        QVERIFY2(pinned(answer) == expected, answer.dump().c_str());
    }
}

QTEST_APPLESS_MAIN(TestFlagVectors)
#include "tst_flagvectors.moc"
