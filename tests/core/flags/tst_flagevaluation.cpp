#include "core/flags/flagevaluation.h"

#include <QTest>

#include <nlohmann/json.hpp>

using namespace Weir;
using Json = nlohmann::json;

/// What the public vectors leave out: each feature of a definition on its own, and in its order.
class TestFlagEvaluation : public QObject
{
    Q_OBJECT
private slots:
    void evaluates_data();
    void evaluates();
    void keysAndOrder();
    void tellsAboutFlags();
    void explains();

private:
    static void targetRows();
    static void groupRows();
    static void cohortRows();
    static void dependencyRows();
    static void earlyRows();
};

namespace {

const Json match = Json::parse(R"([{"key":"plan","type":"person","value":"pro"}])");
const Json unknown = Json::parse(R"([{"key":"created_at","type":"person_metadata","operator":"is_set"}])");

Json condition(const Json &properties = Json::array(), double percentage = 100)
{
    return {{"properties", properties}, {"rollout_percentage", percentage}};
}

Json flag(const char *key, const Json &conditions, const Json &more = Json::object())
{
    Json filters = {{"groups", conditions}};
    filters.update(more);
    return {{"id", 1}, {"key", key}, {"version", 1}, {"active", true}, {"filters", filters}};
}

/// Braces alone would copy a single element instead of listing it.
Json listOf(std::initializer_list<Json> items)
{
    Json list = Json::array();
    for (const Json &item : items)
        list.push_back(item);
    return list;
}

Json flag(const char *key, std::initializer_list<Json> conditions, const Json &more = Json::object())
{
    return flag(key, listOf(conditions), more);
}

Json with(Json flagJson, const char *name, const Json &value)
{
    flagJson[name] = value;
    return flagJson;
}

Json variants(std::initializer_list<std::pair<const char *, double>> weights)
{
    Json list = Json::array();
    for (const auto &[key, weight] : weights)
        list.push_back({{"key", key}, {"rollout_percentage", weight}});
    return {{"variants", list}};
}

Json dependsOn(const char *key, const Json &value)
{
    return Json::array({{{"key", key}, {"type", "flag"}, {"operator", "flag_evaluates_to"}, {"value", value},
        {"dependency_chain", {key}}}});
}

Json inCohort(const Json &id, const char *op = "in")
{
    return Json::array({{{"key", "id"}, {"type", "cohort"}, {"operator", op}, {"value", id}}});
}

/// "true", "variant", "null" and the reason with its index: "true condition_match 0".
std::string told(const FlagOutcome &outcome)
{
    std::string text = outcome.value ? std::string(toText(*outcome.value)) : "null";
    text += " " + outcome.reason.code.str();
    if (outcome.reason.conditionIndex)
        text += " " + std::to_string(*outcome.reason.conditionIndex);
    return text;
}

/// Evaluates the flag "f" of a document that consists of `flags` and `more`.
void row(const char *name, const Json &flags, const char *expected, const Json &subject = Json::object(),
    const Json &more = Json::object())
{
    Json document = {{"flags", flags.is_array() ? flags : Json::array({flags})},
        {"group_type_mapping", {{"0", "organization"}, {"1", "team"}}}};
    if (more.is_object())
        document.update(more);
    Json body = {{"distinct_id", "user-17"}, {"person_properties", {{"plan", "pro"}}}};
    if (subject.is_object())
        body.update(subject);
    QTest::newRow(name) << QByteArray::fromStdString(document.dump())
                        << QByteArray::fromStdString(body.dump()) << QByteArray(expected);
}

void row(const char *name, std::initializer_list<Json> flags, const char *expected,
    const Json &subject = Json::object(), const Json &more = Json::object())
{
    row(name, listOf(flags), expected, subject, more);
}

} // namespace

void TestFlagEvaluation::targetRows()
{
    row("no filters", Json{{"key", "f"}, {"active", true}}, "false no_group_type");
    row("no conditions", flag("f", Json::array()), "false no_group_type");
    row("inactive", with(flag("f", {condition()}), "active", false), "false flag_disabled");
    row("deleted", with(flag("f", {condition()}), "deleted", true), "false flag_disabled");
    row("inactive before continuity",
        with(with(flag("f", {condition()}), "active", false), "ensure_experience_continuity", true),
        "false flag_disabled");
    row("continuity", with(flag("f", {condition()}), "ensure_experience_continuity", true),
        "null not_locally_evaluable");
    row("rules of version 2", flag("f", {condition()}, {{"version", 2}}), "null not_locally_evaluable");
    row("properties null", flag("f", {{{"properties", nullptr}, {"rollout_percentage", nullptr}}}),
        "true condition_match 0");
    row("the distinct id as a property",
        flag("f", {condition({{{"key", "distinct_id"}, {"value", "USER-17"}}})}), "true condition_match 0");
    row("a property of that name comes first",
        flag("f", {condition({{{"key", "distinct_id"}, {"value", "user-17"}}})}),
        "false no_condition_match 0", {{"person_properties", {{"distinct_id", "else"}}}});
    row("a distinct id of more than 200 characters", flag("beta-search", {condition({}, 10.75)}),
        "true condition_match 0", {{"distinct_id", std::string(300, 'a')}}); // 0.10748… of 200
    row("variants that do not fill up", flag("f", {condition()}, {{"multivariate", variants({{"a", 0}})}}),
        "true condition_match 0");
    row("a rollout above 100", flag("f", {condition({}, 250)}), "true condition_match 0");
    row("a negative rollout", flag("f", {condition({}, -5)}), "false out_of_rollout_bound 0");
    row("by device", with(flag("f", {condition({}, 0)}), "bucketing_identifier", "device_id"),
        "false out_of_rollout_bound 0", {{"device_id", "d-1"}});
    row("by device, from the properties", with(flag("f", {condition()}), "bucketing_identifier", "device_id"),
        "true condition_match 0", {{"person_properties", {{"$device_id", "d-1"}}}});
    row("by device without one", with(flag("f", {condition()}), "bucketing_identifier", "device_id"),
        "null not_locally_evaluable");
    row("by device with an empty one", with(flag("f", {condition()}), "bucketing_identifier", "device_id"),
        "null not_locally_evaluable", {{"device_id", ""}});
    row("an unknown condition, then a match", flag("f", {condition(unknown), condition(match)}),
        "true condition_match 1");
    row("an unknown condition, then none", flag("f", {condition(unknown), condition({}, 0)}),
        "null not_locally_evaluable");
    row("an unknown filter beside one that fails",
        flag("f", {condition({unknown[0], {{"key", "x"}, {"value", 1}}})}), "false no_condition_match 0");
    row("early exit behind an unknown condition",
        flag("f", {condition(unknown), condition({}, 0), condition()}, {{"early_exit", true}}),
        "null not_locally_evaluable");
    row("no early exit after a targeting miss",
        flag("f", {condition({{{"key", "x"}, {"value", 1}}}), condition()}, {{"early_exit", true}}),
        "true condition_match 1");
}

void TestFlagEvaluation::groupRows()
{
    const Json byGroup = {{"aggregation_group_type_index", 0}};
    const Json org = {{"groups", {{"organization", "org-9"}}}};
    const Json tier
        = Json::array({{{"key", "tier"}, {"type", "group"}, {"group_type_index", 0}, {"value", "gold"}}});
    const Json gold = {{"groups", {{"organization", "org-9"}}},
        {"group_properties", {{"organization", {{"tier", "gold"}}}}}};
    const auto mixed = [](Json aCondition, const Json &index) {
        aCondition["aggregation_group_type_index"] = index;
        return aCondition;
    };
    row("group", flag("f", {condition()}, byGroup), "true condition_match 0", org);
    row("group not given", flag("f", {condition(), condition()}, byGroup), "false no_group_type 1");
    row("group with an empty key", flag("f", {condition()}, byGroup), "false no_group_type 0",
        {{"groups", {{"organization", ""}}}});
    row("group of an unknown type", flag("f", {condition()}, {{"aggregation_group_type_index", 7}}),
        "null not_locally_evaluable", org);
    row("group properties", flag("f", {condition(tier)}, byGroup), "true condition_match 0", gold);
    row("group properties not given", flag("f", {condition(tier)}, byGroup), "null not_locally_evaluable",
        org);
    row("the group's key as a property",
        flag("f", {condition({{{"key", "$group_key"}, {"type", "group"}, {"value", "org-9"}}})}, byGroup),
        "true condition_match 0", org);
    row("device is no matter for groups",
        with(flag("f", {condition()}, byGroup), "bucketing_identifier", "device_id"),
        "true condition_match 0", org);
    row("mixed: the group is skipped", flag("f", {mixed(condition(), 0), condition(match)}),
        "true condition_match 1");
    row("mixed: nothing else matches",
        flag("f", {mixed(condition(), 0), condition({{{"key", "x"}, {"value", 1}}})}),
        "false no_condition_match 1");
    row("mixed: only the group", flag("f", {mixed(condition(), 0)}), "false no_group_type 0");
    row("mixed: the group's own", flag("f", {mixed(condition(tier), 0)}), "true condition_match 0", gold);
    row("mixed: of unknown type", flag("f", {mixed(condition(), 7), condition(match)}),
        "true condition_match 1", org);
    row("mixed: null goes by the person", flag("f", {mixed(condition(match), nullptr)}, byGroup),
        "true condition_match 0");
    row("mixed: a group's filter in a person's condition", flag("f", {condition({match[0], tier[0]})}),
        "true condition_match 0", gold);
    row("mixed: a person's filter in a group's condition",
        flag("f", {condition({match[0], tier[0]})}, byGroup), "true condition_match 0", gold);
}

void TestFlagEvaluation::cohortRows()
{
    const Json pro = {{"type", "AND"}, {"values", match}};
    const auto cohorts = [](const Json &all) { return Json{{"cohorts", all}}; };
    const Json one = cohorts({{"1", pro}});
    row("in", flag("f", {condition(inCohort(1))}), "true condition_match 0", {}, one);
    row("in, as text", flag("f", {condition(inCohort("1"))}), "true condition_match 0", {}, one);
    row("not in", flag("f", {condition(inCohort(1, "not_in"))}), "false no_condition_match 0", {}, one);
    row("empty", flag("f", {condition(inCohort(1))}), "true condition_match 0", {},
        cohorts({{"1", Json::object()}}));
    row("empty AND", flag("f", {condition(inCohort(1))}), "true condition_match 0", {},
        cohorts({{"1", {{"type", "AND"}, {"values", Json::array()}}}}));
    row("empty OR", flag("f", {condition(inCohort(1))}), "false no_condition_match 0", {},
        cohorts({{"1", {{"type", "OR"}, {"values", Json::array()}}}}));
    Json negated = pro;
    negated["values"][0]["negation"] = true;
    row("a negated leaf", flag("f", {condition(inCohort(1))}), "false no_condition_match 0", {},
        cohorts({{"1", negated}}));
    const Json nested
        = {{"type", "OR"}, {"values", {negated, {{"type", "property"}, {"values", inCohort(1)}}}}};
    row("nested", flag("f", {condition(inCohort(2))}), "true condition_match 0", {},
        cohorts({{"1", pro}, {"2", nested}}));
    row("static", flag("f", {condition(inCohort(9)), condition()}), "null not_locally_evaluable", {}, one);
    row("static, but another filter fails",
        flag("f", {condition({inCohort(9)[0], {{"key", "x"}, {"value", 1}}}), condition()}),
        "true condition_match 1", {}, one);
    row("static inside of another", flag("f", {condition(inCohort(2))}), "null not_locally_evaluable", {},
        cohorts({{"2", {{"type", "AND"}, {"values", inCohort(9)}}}}));
    row("a wrong one is unknown", flag("f", {condition(inCohort(1)), condition()}), "true condition_match 1",
        {}, cohorts({{"1", {{"type", "XOR"}, {"values", match}}}}));
    row("of a group's flag: the person's",
        flag("f", {condition(inCohort(1))}, {{"aggregation_group_type_index", 0}}), "true condition_match 0",
        {{"groups", {{"organization", "org-9"}}}}, one);
}

void TestFlagEvaluation::dependencyRows()
{
    const Json on = flag("a", {condition()});
    const Json off = flag("a", {condition({}, 0)});
    const Json some = flag("a", {condition()}, {{"multivariate", variants({{"v", 100}})}});
    const auto f = [](const Json &value) { return flag("f", {condition(dependsOn("a", value))}); };
    row("on for true", {f(true), on}, "true condition_match 0");
    row("variant for true", {f(true), some}, "true condition_match 0");
    row("off for true", {f(true), off}, "false no_condition_match 0");
    row("off for false", {f(false), off}, "true condition_match 0");
    row("variant for false", {f(false), some}, "false no_condition_match 0");
    row("variant for itself", {f("v"), some}, "true condition_match 0");
    row("variant in other case", {f("V"), some}, "false no_condition_match 0");
    row("on for a variant", {f("true"), on}, "false no_condition_match 0");
    row("a number is never met", {f(1), on}, "false no_condition_match 0");
    row("inactive counts as off", {f(false), with(on, "active", false)}, "true condition_match 0");
    row("missing", {f(true)}, "null missing_dependency");
    row("inconclusive", {f(true), with(on, "ensure_experience_continuity", true)},
        "null not_locally_evaluable");
    row("of a chain", {f(true), flag("a", {condition(dependsOn("b", true))}), flag("b", {condition(match)})},
        "true condition_match 0");
    row("a circle", {f(true), flag("a", {condition(dependsOn("f", true))})}, "null not_locally_evaluable");
    row("itself", {flag("f", {condition(dependsOn("f", true))})}, "null not_locally_evaluable");
    row("an inactive flag closes no circle",
        {f(false), with(flag("a", {condition(dependsOn("f", true))}), "active", false)},
        "true condition_match 0");
    Json byId = f(true);
    byId["filters"]["groups"][0]["properties"][0]["key"] = "1";
    byId["filters"]["groups"][0]["properties"][0].erase("dependency_chain");
    row("by id", {with(byId, "id", 5), on}, "true condition_match 0");
    Json broken = f(true);
    broken["filters"]["groups"][0]["properties"][0]["dependency_chain"] = Json::array();
    row("an empty chain", {broken, on}, "null missing_dependency");
}

void TestFlagEvaluation::earlyRows()
{
    const auto holdout = [](double percentage) {
        return Json{{"holdout", {{"id", 7}, {"exclusion_percentage", percentage}}}};
    };
    row("holdout of all", flag("f", {condition({}, 0)}, holdout(100)), "holdout-7 holdout_condition_value");
    row("holdout beyond all", flag("f", {condition({}, 0)}, holdout(250)),
        "holdout-7 holdout_condition_value");
    row("holdout of none", flag("f", {condition()}, holdout(-3)), "true condition_match 0");
    row("holdout of a group",
        flag("f", {condition()},
            [&] {
                Json filters = holdout(100);
                filters["aggregation_group_type_index"] = 0;
                return filters;
            }()),
        "false no_group_type 0");
    const Json enrolls = {{"feature_enrollment", true}};
    const auto enrolled = [](const Json &value) {
        return Json{{"person_properties", {{"$feature_enrollment/f", value}}}};
    };
    row("enrolled", flag("f", {condition({}, 0)}, enrolls), "true super_condition_value 0", enrolled(true));
    row("enrolled, as text", flag("f", {condition({}, 0)}, enrolls), "true super_condition_value 0",
        enrolled("true"));
    row("opted out", flag("f", {condition()}, enrolls), "false super_condition_value 0", enrolled(false));
    row("never asked", flag("f", {condition()}, enrolls), "true condition_match 0");
    const Json super = {{"super_groups",
        {condition({{{"key", "$feature_enrollment/f"}, {"type", "person"}, {"value", {"true"}}}})}}};
    row("super group", flag("f", {condition({}, 0)}, super), "true super_condition_value 0",
        enrolled("true"));
    row("super group, opted out", flag("f", {condition()}, super), "false super_condition_value 0",
        enrolled("false"));
    row("super group, never asked", flag("f", {condition({}, 0)}, super), "false out_of_rollout_bound 0");
    row("holdout before enrollment",
        flag("f", {condition()},
            [&] {
                Json filters = holdout(100);
                filters.update(enrolls);
                return filters;
            }()),
        "holdout-7 holdout_condition_value", enrolled(false));
}

void TestFlagEvaluation::evaluates_data()
{
    QTest::addColumn<QByteArray>("document");
    QTest::addColumn<QByteArray>("subject");
    QTest::addColumn<QByteArray>("expected");
    targetRows();
    groupRows();
    cohortRows();
    dependencyRows();
    earlyRows();
}

void TestFlagEvaluation::evaluates()
{
    QFETCH(QByteArray, document);
    QFETCH(QByteArray, subject);
    QFETCH(QByteArray, expected);
    const auto definitions = FlagDefinitions::parse(document.toStdString());
    QVERIFY2(definitions, definitions ? "" : toText(definitions.error()).c_str());
    const auto whom = readSubject(Json::parse(subject.toStdString()), *parseTime("2026-03-31T12:00:00Z"));
    QVERIFY(whom);
    const std::string key = definitions->find("f") ? "f" : definitions->flags().front().key;
    const auto outcome = evaluateFlag(*definitions, *whom, key);
    QVERIFY(outcome);
    QCOMPARE(QByteArray::fromStdString(told(*outcome)), expected);
    QCOMPARE(outcome->isConclusive(), outcome->why.empty());
}

void TestFlagEvaluation::keysAndOrder()
{
    const Json document = {{"flags",
        {flag("b", {condition(dependsOn("a", true))}), flag("a", {condition()}),
            with(flag("c", {condition()}), "active", false)}}};
    const auto definitions = FlagDefinitions::read(document);
    QVERIFY(definitions);
    const auto keysOf = [](const std::vector<FlagOutcome> &outcomes) {
        std::string keys;
        for (const FlagOutcome &outcome : outcomes)
            keys += outcome.key.str() + (outcome.value->isOn ? "+" : "-");
        return keys;
    };
    QCOMPARE(keysOf(evaluateFlags(*definitions, {})), std::string("b+a+c-"));
    const std::string wanted[] = {"c", "nope", "b", "c"};
    QCOMPARE(keysOf(evaluateFlags(*definitions, {}, wanted)), std::string("c-b+"));
    QVERIFY(!evaluateFlag(*definitions, {}, "nope"));
    QVERIFY(evaluateFlags(FlagDefinitions(), {}).empty());
}

void TestFlagEvaluation::tellsAboutFlags()
{
    Json some = flag("some", {condition()}, {{"multivariate", variants({{"v1", 50}, {"v2", 50}})}});
    some.update({{"id", 42}, {"version", 3}, {"name", "Some flag"}, {"evaluation_runtime", "server"},
        {"evaluation_tags", {"docs"}}, {"has_experiment", true}});
    const auto definitions = FlagDefinitions::read({{"flags", {some, flag("plain", {condition()})}}});
    QVERIFY(definitions);
    QCOMPARE(definitions->flags().size(), std::size_t(2));
    const FlagInfo *info = definitions->find("some");
    QVERIFY(info);
    const FlagInfo expected{"some", "Some flag", 42, 3, true, false, true, {"v1", "v2"}, "server", {"docs"},
        std::nullopt, R"("some":{"key":"some")", R"("id":42,"version":3)"};
    QVERIFY(*info == expected);
    QVERIFY(definitions->find("plain")->evaluationRuntime == "all");
    QVERIFY(!definitions->find("nope"));
}

// Whoever reads "inconclusive" wants to know why.
void TestFlagEvaluation::explains()
{
    const auto whyOf = [](const Json &document) {
        const auto definitions = FlagDefinitions::read(document);
        return definitions ? evaluateFlag(*definitions, {}, "f")->why.str() : toText(definitions.error());
    };
    QCOMPARE(whyOf({{"flags", {flag("f", {condition(dependsOn("gone", true))})}}}),
        std::string("It depends on a flag that is not in the definitions"));
    QCOMPARE(whyOf({{"flags", {flag("f", {condition(inCohort(9))})}}}),
        std::string("It asks for a cohort whose members only PostHog's server knows"));
    QCOMPARE(whyOf({{"flags", {flag("f", {condition({{{"key", "p"}, {"operator", "rhymes"}}})})}}}),
        std::string("flags[0] (f) › filters › groups[0] › properties[0] › operator: There is no operator "
                    "\"rhymes\""));
    QCOMPARE(whyOf({{"flags", {flag("f", {condition(dependsOn("f", true))})}}}),
        std::string("flags[0] (f): The flags that it depends on go round in a circle"));
}

QTEST_APPLESS_MAIN(TestFlagEvaluation)
#include "tst_flagevaluation.moc"
