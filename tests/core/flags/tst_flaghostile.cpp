#include "core/flags/flagevaluation.h"
#include "core/flags/flagsanswer.h"

#include <QTest>

#include <nlohmann/json.hpp>

using namespace Weir;
using Json = nlohmann::json;

/// Definitions come from elsewhere: whatever they hold, there is a stated result, and soon.
class TestFlagHostile : public QObject
{
    Q_OBJECT
private slots:
    void refuses_data();
    void refuses();
    void wrongTypes_data();
    void wrongTypes();
    void keepsTheOthers();
    void large_data();
    void large();
    void wrongTypesEverywhere();
};

namespace {

std::string repeated(const std::string &text, int count)
{
    std::string all;
    for (int i = 0; i < count; ++i)
        all += text;
    return all;
}

std::string document(const std::string &filters, const std::string &more = {})
{
    return R"({"flags":[{"key":"f","id":1,"active":true,"filters":)" + filters + "}]" + more + "}";
}

std::string conditions(const std::string &filter)
{
    return R"({"groups":[{"properties":[)" + filter + R"(],"rollout_percentage":100}]})";
}

std::string told(const FlagOutcome &outcome)
{
    return outcome.value ? std::string(toText(*outcome.value)) : "null: " + outcome.why.str();
}

/// Reads, evaluates and writes; the time it may take is the test's own.
std::string evaluated(const std::string &text, const FlagSubject &subject = {})
{
    const auto definitions = FlagDefinitions::parse(text);
    if (!definitions)
        return toText(definitions.error());
    const auto outcomes = evaluateFlags(*definitions, subject);
    for (const FlagsShape shape : {FlagsShape::Details, FlagsShape::TypedDetails, FlagsShape::Values,
             FlagsShape::EnabledValues, FlagsShape::EnabledKeys}) {
        if (!Json::accept(flagsAnswer(outcomes, shape, {})))
            return "The answer is not JSON";
    }
    return outcomes.empty() ? "no flags" : told(outcomes.front());
}

} // namespace

void TestFlagHostile::refuses_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QByteArray>("error");
    const auto row = [](const char *name, const std::string &text, const char *error) {
        QTest::newRow(name) << QByteArray::fromStdString(text) << QByteArray(error);
    };
    row("empty", "", "line 1, column 0: Expected JSON");
    row("cut", "{\"flags\":\n [", "line 2, column 2: Expected JSON");
    row("bytes", "\xff\xfe\x01", "line 1, column 1: Expected JSON");
    row("not an object", "[1]", "Expected an object");
    row("null", "null", "Expected an object");
    row("no flags", "{}", "flags: Expected an array");
    row("flags of another kind", R"({"flags":{"a":1}})", "flags: Expected an array");
    row("cohorts of another kind", R"({"flags":[],"cohorts":[]})", "cohorts: Expected an object");
    row("mapping of another kind", R"({"flags":[],"group_type_mapping":"x"})",
        "group_type_mapping: Expected an object");
    row("version of another kind", R"({"flags":[],"property_matching_version":"2"})",
        "property_matching_version: Expected a whole number");
    row("deep arrays", repeated("[", 100'000), "Expected at most 64 levels of nesting");
    row("deep objects", repeated("{\"flags\":", 100'000), "Expected at most 64 levels of nesting");
    row("deep inside", R"({"flags":[],"x":)" + repeated("[", 70) + repeated("]", 70) + "}",
        "Expected at most 64 levels of nesting");
    row("quotes hide brackets", R"({"flags":[],"x":")" + repeated("[", 70) + R"(\"[["})", "no flags");
}

void TestFlagHostile::refuses()
{
    QFETCH(QByteArray, text);
    QFETCH(QByteArray, error);
    QCOMPARE(QByteArray::fromStdString(evaluated(text.toStdString())), error);
}

void TestFlagHostile::wrongTypes_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QByteArray>("told");
    const auto row = [](const char *name, const std::string &filters, const char *why) {
        QTest::newRow(name) << QByteArray::fromStdString(document(filters))
                            << QByteArray("null: flags[0] (f) › filters › ") + why;
    };
    row("groups", R"({"groups":{}})", "groups: Expected an array");
    row("a condition", R"({"groups":[7]})", "groups[0]: Expected an object");
    row("properties", R"({"groups":[{"properties":"x"}]})", "groups[0] › properties: Expected an array");
    row("a filter", conditions("\"x\""), "groups[0] › properties[0]: Expected an object");
    row("a filter's key", conditions(R"({"key":[],"value":1})"),
        "groups[0] › properties[0] › key: Expected a string");
    row("a filter's type", conditions(R"({"key":"a","type":5})"),
        "groups[0] › properties[0] › type: Expected a string");
    row("an unknown type", conditions(R"({"key":"a","type":"element"})"),
        "groups[0] › properties[0] › type: There is no filter by \"element\"");
    row("an unknown operator", conditions(R"({"key":"a","operator":{"x":1}})"),
        "groups[0] › properties[0] › operator: There is no operator \"{\"x\":1}\"");
    row("a group index", conditions(R"({"key":"a","type":"group","group_type_index":-1})"),
        "groups[0] › properties[0] › group_type_index: Expected the index of a group type");
    row("an operator for flags", conditions(R"({"key":"a","type":"flag","operator":"exact","value":true})"),
        "groups[0] › properties[0] › operator: Expected flag_evaluates_to for a flag");
    row("a chain",
        conditions(R"({"key":"f","type":"flag","operator":"flag_evaluates_to","dependency_chain":[1]})"),
        "groups[0] › properties[0] › dependency_chain[0]: Expected a string");
    row("an operator for cohorts", conditions(R"({"key":"id","type":"cohort","operator":"gt","value":1})"),
        "groups[0] › properties[0] › operator: Expected in or not_in for a cohort");
    row("a rollout", R"({"groups":[{"rollout_percentage":"50"}]})",
        "groups[0] › rollout_percentage: Expected a number");
    row("a variant", R"({"multivariate":{"variants":[3]}})", "variants[0]: Expected an object");
    row("a variant without a key", R"({"multivariate":{"variants":[{"rollout_percentage":100}]}})",
        "multivariate › variants: Expected a key for each variant");
    row("payloads", R"({"payloads":[1]})", "payloads: Expected an object");
    row("a holdout", R"({"holdout":true})", "holdout: Expected an object");
    row("the version", R"({"version":"2"})", "version: Expected a whole number");
    row("early exit", R"({"early_exit":"yes"})", "early_exit: Expected true or false");
}

void TestFlagHostile::wrongTypes()
{
    QFETCH(QByteArray, text);
    QFETCH(QByteArray, told);
    QCOMPARE(QByteArray::fromStdString(evaluated(text.toStdString())), told);
}

void TestFlagHostile::keepsTheOthers()
{
    const auto definitions = FlagDefinitions::parse(R"({"flags":[
        17, {"id":3}, {"key":"bad","filters":[]}, {"key":"good","filters":{"groups":[{}]}},
        {"key":"good","id":9,"filters":{"groups":[{}]}}],
        "cohorts":{"1":{"type":"XOR","values":[]},"2":{"values":7},"3":{"type":"AND","values":[
            {"key":"id","type":"cohort","value":4}]},"4":{"type":"AND","values":[
            {"key":"id","type":"cohort","value":3}]}},
        "group_type_mapping":{"x":"organization","1":2}})");
    QVERIFY(definitions);
    std::string problems;
    for (const Error &problem : definitions->problems())
        problems += toText(problem) + "\n";
    QCOMPARE(QByteArray::fromStdString(problems),
        QByteArray("group_type_mapping › 1: Expected the name of a group type for its index\n"
                   "group_type_mapping › x: Expected the name of a group type for its index\n"
                   "flags[0]: Expected an object\n"
                   "flags[1] › key: Expected a text\n"
                   "flags[4]: This key stands here twice; the later one counts\n"
                   "cohorts › 1 › type: Expected AND or OR\n"
                   "cohorts › 2 › type: Expected AND or OR\n"
                   "cohorts › 3: The cohorts that it is made of go round in a circle\n"
                   "cohorts › 4: The cohorts that it is made of go round in a circle\n"
                   "flags[2] (bad) › filters: Expected an object\n"));
    const auto outcomes = evaluateFlags(*definitions, {});
    QCOMPARE(outcomes.size(), std::size_t(2));
    QVERIFY(!outcomes[0].value);
    QVERIFY(outcomes[1].value == FlagValue::on());
    QCOMPARE(outcomes[1].id, std::int64_t(9));
}

void TestFlagHostile::large_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QByteArray>("property"); // Of "p"; empty: not set.
    QTest::addColumn<QByteArray>("begins"); // How what is told begins.
    const auto row
        = [](const char *name, const std::string &text, const std::string &property, const char *begins) {
              QTest::newRow(name) << QByteArray::fromStdString(text) << QByteArray::fromStdString(property)
                                  << QByteArray(begins);
          };
    const std::string asksForA = conditions(R"({"key":"p","operator":"icontains","value":"a"})");
    row("a payload of 10 MB",
        document(R"({"groups":[{}],"payloads":{"true":")" + repeated("x", 10 << 20) + "\"}}"), "", "true");
    row("more than is taken", std::string(maxDefinitionsBytes + 1, ' '), "", "Expected at most 64 MB");
    row("a property of 10 MB", document(asksForA), repeated("b", 10 << 20), "false");
    row("a text that nearly matches everywhere",
        document(
            conditions(R"({"key":"p","operator":"icontains","value":")" + repeated("a", 1 << 20) + "b\"}")),
        repeated("a", 4 << 20), "false");
    row("a hundred thousand texts to seek",
        document(conditions(R"({"key":"p","operator":"icontains_multi","value":[)"
            + repeated("\"zz\",", 100'000) + "\"a\"]}")),
        repeated("b", 1 << 20), "null: The pattern for \"p\" takes too long");
    row("a million values",
        document(conditions(R"({"key":"p","value":[)" + repeated("\"x\",", 1'000'000) + "\"b\"]}")), "b",
        "true");
    std::string chain, cohorts, patterns;
    constexpr int links = 20'000;
    for (int i = 0; i < links; ++i) {
        const std::string id = std::to_string(i), next = std::to_string(i + 1);
        chain += R"({"key":"c)" + id + R"(","filters":)"
            + conditions(
                R"({"key":"c)" + next + R"(","type":"flag","operator":"flag_evaluates_to","value":true})")
            + "},";
        cohorts += "\"" + id + R"(":{"type":"AND","values":[{"key":"id","type":"cohort","value":)" + next
            + "}]},";
    }
    for (int i = 0; i < 2'000; ++i)
        patterns += R"({"key":"r)" + std::to_string(i) + R"(","filters":)"
            + conditions(R"({"key":"p","operator":"regex","value":"^(a|aa)+\\1$"})") + "},";
    row("flags on flags", "{\"flags\":[" + chain + R"({"key":"c20000","filters":{"groups":[{}]}}]})", "",
        "true");
    row("a circle of flags",
        "{\"flags\":[" + chain + R"({"key":"c20000","filters":)"
            + conditions(R"({"key":"c0","type":"flag","operator":"flag_evaluates_to","value":true})") + "}]}",
        "", "null: flags[0] (c0): The flags that it depends on go round");
    row("cohorts on cohorts",
        document(conditions(R"({"key":"id","type":"cohort","value":0})"),
            ",\"cohorts\":{" + cohorts + R"("20000":{}})"),
        "", "true");
    row("many patterns that explode", "{\"flags\":[" + patterns + R"({"key":"z","filters":{}}]})",
        repeated("a", 2'000) + "!", "null: The pattern for \"p\" takes too long");
    row("a wide cohort",
        document(conditions(R"({"key":"id","type":"cohort","value":1})"),
            R"(,"cohorts":{"1":{"type":"OR","values":[)"
                + repeated(R"({"key":"id","type":"cohort","value":2},)", 200'000)
                + R"({"key":"p","value":"b"}]},"2":{"type":"OR","values":[]}})"),
        "b", "true");
}

void TestFlagHostile::large()
{
    QFETCH(QByteArray, text);
    QFETCH(QByteArray, property);
    QFETCH(QByteArray, begins);
    FlagSubject subject;
    subject.distinctId = "user-17";
    if (!property.isEmpty())
        subject.personProperties.emplace("p", toPropertyValue(std::string_view(property.toStdString())));
    const QByteArray told = QByteArray::fromStdString(evaluated(text.toStdString(), subject));
    QVERIFY2(told.startsWith(begins), told.left(200));
}

// Each member of a rich document in turn becomes each kind of value: none may crash, all end in a result.
void TestFlagHostile::wrongTypesEverywhere()
{
    const Json rich = Json::parse(R"({"flags":[{"key":"f","id":1,"version":2,"active":true,"deleted":false,
        "ensure_experience_continuity":false,"bucketing_identifier":"distinct_id","evaluation_runtime":"all",
        "evaluation_contexts":["a"],"has_experiment":false,"name":"F","filters":{"version":1,
        "aggregation_group_type_index":null,"early_exit":true,"feature_enrollment":true,
        "super_groups":[{"properties":[{"key":"e","type":"person","value":"true"}],"rollout_percentage":100}],
        "holdout":{"id":1,"exclusion_percentage":1},"multivariate":{"variants":[{"key":"a","rollout_percentage":50}]},
        "payloads":{"a":"{}"},"groups":[{"variant":"a","rollout_percentage":50.5,"aggregation_group_type_index":null,
        "properties":[{"key":"p","type":"person","operator":"regex","value":"x"},
        {"key":"p","type":"group","group_type_index":0,"operator":"between","value":[1,2]},
        {"key":"id","type":"cohort","operator":"in","value":1},
        {"key":"g","type":"flag","operator":"flag_evaluates_to","value":true,"dependency_chain":["g"]}]}]}},
        {"key":"g","active":true,"filters":{"groups":[{}]}}],
        "cohorts":{"1":{"type":"OR","values":[{"type":"AND","values":[{"key":"p","value":1,"negation":true}]}]}},
        "group_type_mapping":{"0":"organization"},"property_matching_version":1})");
    const Json kinds[] = {nullptr, true, -1, 1.5, 1e300, "", "text", Json::array(), Json::array({1}),
        Json::object(), Json::object({{"a", 1}})};
    FlagSubject subject;
    subject.distinctId = "user-17";
    subject.personProperties.emplace("p", toPropertyValue(std::string_view("x")));
    int results = 0;
    const Json flat = rich.flatten();
    for (const auto &[path, value] : flat.items()) {
        // A member, and what holds it.
        for (Json::json_pointer place(path); !place.empty(); place.pop_back()) {
            for (const Json &kind : kinds) {
                Json changed = rich;
                changed[place] = kind;
                results += evaluated(changed.dump(), subject).empty() ? 0 : 1;
            }
        }
    }
    QVERIFY2(results > 2'000, QByteArray::number(results));
}

QTEST_APPLESS_MAIN(TestFlagHostile)
#include "tst_flaghostile.moc"
