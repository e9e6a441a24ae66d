#include "core/flags/propertytest.h"

#include <QTest>

#include <nlohmann/json.hpp>

using namespace Weir;
using Json = nlohmann::json;

/// Every operator, as PostHog's server compares.
class TestPropertyTest : public QObject
{
    Q_OBJECT
private slots:
    void matches_data();
    void matches();
    void absent_data();
    void absent();
    void unknownOperators();
    void patterns_data();
    void patterns();

private:
    static void textRows();
    static void numberRows();
    static void dateRows();
    static void versionRows();
};

namespace {

const UtcTime now = *parseTime("2026-03-31T12:00:00Z");

Match run(const QByteArray &op, const QByteArray &value, const QByteArray &property, int version)
{
    Json filter = {{"key", "p"}, {"operator", op.toStdString()}};
    if (!value.isEmpty())
        filter["value"] = Json::parse(value.toStdString());
    const auto test = compileTest(filter, version);
    if (!test)
        return Match::Unknown;
    RegexBudget budget;
    if (property.isEmpty())
        return Weir::matches(*test, nullptr, now, budget);
    const PropertyValue actual = toPropertyValue(Json::parse(property.toStdString()));
    return Weir::matches(*test, &actual, now, budget);
}

void row(const char *op, const char *value, const char *property, bool isMatch, int version = 1)
{
    QTest::addRow("%s %s of %s, version %d", op, value, property, version)
        << QByteArray(op) << QByteArray(value) << QByteArray(property) << isMatch << version;
}

/// And the operator that says the opposite.
void both(const char *op, const char *opposite, const char *value, const char *property, bool isMatch,
    int version = 1)
{
    row(op, value, property, isMatch, version);
    row(opposite, value, property, !isMatch, version);
}

} // namespace

void TestPropertyTest::textRows()
{
    const auto exact = [](const char *value, const char *property, bool isMatch, int version = 1) {
        both("exact", "is_not", value, property, isMatch, version);
    };
    exact("\"Pro\"", "\"pRO\"", true);
    exact("\"pro\"", "\"free\"", false);
    exact("\"Ä\"", "\"ä\"", true);
    exact("5", "\"5\"", true);
    exact("5", "5.0", false); // The text decides.
    exact("\"null\"", "null", true);
    exact("\"[1,2]\"", "[1, 2]", true);
    exact("[\"US\",\"ca\"]", "\"us\"", true);
    exact("[\"US\",\"ca\"]", "\"de\"", false);
    exact("[1,\"PRO\"]", "\"1\"", true);
    // What looks like a truth value is compared by truth, until version 2.
    exact("false", "\"banana\"", true);
    exact("false", "0", true);
    exact("false", "null", true);
    exact("\"False\"", "\"\"", true);
    exact("true", "\"TRUE\"", true);
    exact("true", "[true]", true);
    exact("[\"true\",\"false\"]", "\"pro\"", true);
    exact("[\"true\",\"false\"]", "\"true\"", false);
    exact("[]", "true", true);
    exact("[]", "\"x\"", false);
    exact("[true,\"PRO\"]", "\"TRUE\"", true);
    exact("false", "\"banana\"", false, 2);
    exact("false", "\"FALSE\"", true, 2);
    exact("true", "[true]", false, 2);
    exact("[\"true\",\"false\"]", "\"true\"", true, 2);
    exact("[]", "[]", true, 2);
    exact("false", "\"banana\"", true, 3);

    both("icontains", "not_icontains", "\"ALU\"", "\"value\"", true);
    both("icontains", "not_icontains", "\"\"", "\"value\"", true);
    both("icontains", "not_icontains", "2", "323", true);
    both("icontains", "not_icontains", "\"Ä\"", "\"xäx\"", false); // Only ASCII is folded.
    both("icontains", "not_icontains", "\"ul\"", "null", true); // "null"
    both("starts_with", "not_starts_with", "\"VAL\"", "\"value\"", true);
    both("starts_with", "not_starts_with", "\"alu\"", "\"value\"", false);
    both("ends_with", "not_ends_with", "\"LUE\"", "\"value\"", true);
    both("ends_with", "not_ends_with", "\"val\"", "\"value\"", false);
    both("icontains_multi", "not_icontains_multi", "[\"x\",\"ALU\"]", "\"value\"", true);
    both("icontains_multi", "not_icontains_multi", "[\"x\",\"y\"]", "\"value\"", false);
    both("icontains_multi", "not_icontains_multi", "[]", "\"value\"", false);
    both("icontains_multi", "not_icontains_multi", "\"alu\"", "\"value\"", true);

    row("is_set", "", "null", true);
    row("is_set", "", "\"\"", true);
    row("is_not_set", "", "\"x\"", false);
    row("exact", "", "\"x\"", false); // No value: no match, whatever is asked.
    row("is_not", "", "\"x\"", false);
    row("is_not", "null", "\"x\"", false);
}

void TestPropertyTest::numberRows()
{
    row("gt", "5", "6", true);
    row("gt", "5", "5", false);
    row("gte", "5", "5", true);
    row("lt", "\"5\"", "\"4.5\"", true);
    row("lt", "10", "\"9\"", true); // As numbers, not as texts.
    row("lte", "-1e3", "-1000", true);
    row("gt", "5", "\"10px\"", false);
    row("lt", "5", "\"10px\"", false);
    row("gt", "\"high\"", "9", false);
    row("gt", "0", "true", false);
    row("gt", "0", "null", false);
    row("gt", "0", "\" 1\"", false);
    row("gt", "0", "\"+1\"", true);
    row("gt", "0", "\"1.\"", true);
    row("gt", "0", "\"0x10\"", false);
    row("gt", "0", "\"inf\"", true);
    row("gte", "0", "\"NaN\"", false);
    row("gt", "0", "\"1e999\"", true);
    both("between", "not_between", "[1,5]", "1", true);
    both("between", "not_between", "[1,5]", "\"5\"", true);
    both("between", "not_between", "[1,5]", "5.1", false);
    row("between", "[5,1]", "3", false);
    row("not_between", "[5,1]", "3", false);
    row("not_between", "[1]", "3", false);
    row("not_between", "5", "3", false);
    row("not_between", "[1,5]", "\"x\"", false);
    row("not_between", "[1,5]", "\"nan\"", false);
}

void TestPropertyTest::dateRows()
{
    row("is_date_before", "\"2026-01-01\"", "\"2025-12-31T23:59:59Z\"", true);
    row("is_date_before", "\"2026-01-01\"", "\"2026-01-01\"", false);
    row("is_date_after", "\"2026-01-01T00:00:00Z\"", "\"2026-01-01 00:00:01\"", true);
    row("is_date_after", "\"2026-01-01T02:00:00+02:00\"", "\"2026-01-01T00:00:00Z\"", false);
    row("is_date_exact", "\"2026-01-01T02:00:00+02:00\"", "\"2026-01-01\"", true);
    row("is_date_exact", "\"2026-01-01\"", "1767225600", true); // Unix seconds.
    row("is_date_exact", "\"2026-01-01\"", "\"1767225600\"", true);
    row("is_date_after", "\"2026-01-01\"", "1767225600.5", true);
    row("is_date_after", "\"-7d\"", "\"2026-03-25\"", true);
    row("is_date_after", "\"7d\"", "\"2026-03-25\"", true); // The past, too.
    row("is_date_after", "\"-7d\"", "\"2026-03-24\"", false);
    row("is_date_exact", "\"-1w\"", "\"2026-03-24T12:00:00Z\"", true);
    row("is_date_exact", "\"-36h\"", "\"2026-03-30T00:00:00Z\"", true);
    row("is_date_exact", "\"-1m\"", "\"2026-02-28T12:00:00Z\"", true); // The 31st of March.
    row("is_date_exact", "\"-2m\"", "\"2026-01-28T12:00:00Z\"", true); // February has cut the day for good.
    row("is_date_exact", "\"-13m\"", "\"2025-02-28T12:00:00Z\"", true);
    row("is_date_exact", "\"-2y\"", "\"2024-03-31T12:00:00Z\"", true);
    row("is_date_after", "\"-9999y\"", "\"1970-01-01\"", true);
    row("is_date_exact", "\"-1w\"", "\"-7d\"", true);
    row("is_date_after", "\"-10000d\"", "\"2026-01-01\"", false); // Too far back to be taken.
    row("is_date_before", "\"-10000d\"", "\"2026-01-01\"", false);
    row("is_date_before", "\"soon\"", "\"2026-01-01\"", false);
    row("is_date_before", "\"2026-01-01\"", "\"soon\"", false);
    row("is_date_before", "20260101", "\"2025-01-01\"", false);
    row("is_date_before", "\"2026-01-01\"", "true", false);
    row("is_date_before", "\"2026-01-01\"", "null", false);
    row("is_date_before", "\"2026-01-01\"", "1e300", false);
}

void TestPropertyTest::versionRows()
{
    both("semver_eq", "semver_neq", "\"1.2.3\"", "\"v1.2.3\"", true);
    both("semver_eq", "semver_neq", "\"3.10\"", "\"3.10.0\"", true);
    both("semver_eq", "semver_neq", "\"3.8\"", "\"3.08\"", true);
    both("semver_eq", "semver_neq", "\"1.0.0\"", "\"1.0.0+build\"", false);
    row("semver_gt", "\"1.9.0\"", "\"1.10.0\"", true);
    row("semver_gte", "2", "2.5", true);
    row("semver_lt", "\"1.0.0\"", "\"1.0.0-alpha\"", true);
    row("semver_lt", "\"1.0.0-alpha.10\"", "\"1.0.0-alpha.9\"", true);
    row("semver_lt", "\"1.0.0-beta\"", "\"1.0.0-alpha.9\"", true);
    row("semver_lt", "\"1.0.0-alpha.a\"", "\"1.0.0-alpha.1\"", true);
    row("semver_lte", "\"1.0.0-alpha\"", "\"1.0.0-alpha.1\"", false);
    row("semver_neq", "\"1.2.3\"", "\"nonsense\"", false);
    row("semver_neq", "\"nonsense\"", "\"1.2.3\"", false);
    row("semver_eq", "\"1.2.3\"", "\"1.2.3.4\"", false);
    row("semver_eq", "\"1.2.3\"", "\" 1.2.3 \"", true);
    row("semver_gt", "\"1.2.3\"", "\"1.2.x\"", false);
    row("semver_gt", "\"0.0.1\"", "\"1.0.0-01\"", false); // A number there must not begin with 0.
    row("semver_tilde", "\"1.2.3\"", "\"1.2.9\"", true);
    row("semver_tilde", "\"1.2.3\"", "\"1.3.0\"", false);
    row("semver_tilde", "\"1.2.3\"", "\"1.2.2\"", false);
    row("semver_tilde", "\"1.2.3\"", "\"1.2.4-rc.1\"", false);
    row("semver_tilde", "\"1.2.3-rc.1\"", "\"1.2.3-rc.2\"", true);
    row("semver_caret", "\"1.2.3\"", "\"1.9.0\"", true);
    row("semver_caret", "\"1.2.3\"", "\"2.0.0\"", false);
    row("semver_caret", "\"0.2.3\"", "\"0.2.9\"", true);
    row("semver_caret", "\"0.2.3\"", "\"0.3.0\"", false);
    row("semver_caret", "\"0.0.3\"", "\"0.0.3\"", true);
    row("semver_caret", "\"0.0.3\"", "\"0.0.4\"", false);
    row("semver_wildcard", "\"1.2.*\"", "\"1.2.7\"", true);
    row("semver_wildcard", "\"1.2.*\"", "\"1.3.0\"", false);
    row("semver_wildcard", "\"v1.*\"", "\"1.99\"", true);
    row("semver_wildcard", "\"1.*.*\"", "\"1.4.2\"", true);
    row("semver_wildcard", "\"*\"", "\"7.0.0\"", true);
    row("semver_wildcard", "\"*\"", "\"7.0.0-rc.1\"", false);
    row("semver_wildcard", "\"1.*.3\"", "\"1.2.3\"", false);
    row("semver_wildcard", "\"3.08.*\"", "\"3.8.1\"", true);
    row("semver_wildcard", "\"1.2\"", "\"1.9.0\"", true); // Without a star it is a caret.
    row("semver_wildcard", "\"1.2.3\"", "\"1.2.2\"", false);
}

void TestPropertyTest::matches_data()
{
    QTest::addColumn<QByteArray>("op");
    QTest::addColumn<QByteArray>("value"); // JSON; empty: none.
    QTest::addColumn<QByteArray>("property");
    QTest::addColumn<bool>("isMatch");
    QTest::addColumn<int>("version");
    textRows();
    numberRows();
    dateRows();
    versionRows();
}

void TestPropertyTest::matches()
{
    QFETCH(QByteArray, op);
    QFETCH(QByteArray, value);
    QFETCH(QByteArray, property);
    QFETCH(bool, isMatch);
    QFETCH(int, version);
    QCOMPARE(int(run(op, value, property, version)), int(isMatch ? Match::Yes : Match::No));
}

void TestPropertyTest::absent_data()
{
    QTest::addColumn<QByteArray>("op");
    QTest::addColumn<QByteArray>("value");
    QTest::addColumn<bool>("isMatch");
    const auto rowOf = [](const char *op, const char *value, bool isMatch) {
        QTest::newRow(op) << QByteArray(op) << QByteArray(value) << isMatch;
    };
    for (const char *op : {"exact", "icontains", "starts_with", "ends_with", "icontains_multi", "regex"})
        rowOf(op, "\"x\"", false);
    for (const char *op : {"is_not", "not_icontains", "not_starts_with", "not_ends_with",
             "not_icontains_multi", "not_regex", "is_not_set"})
        rowOf(op, "\"x\"", true);
    for (const char *op : {"gt", "gte", "lt", "lte"})
        rowOf(op, "1", false);
    for (const char *op : {"is_date_exact", "is_date_before", "is_date_after"})
        rowOf(op, "\"-1d\"", false);
    for (const char *op : {"semver_eq", "semver_neq", "semver_gt", "semver_gte", "semver_lt", "semver_lte",
             "semver_tilde", "semver_caret", "semver_wildcard"})
        rowOf(op, "\"1.2.3\"", false);
    rowOf("between", "[1,2]", false);
    rowOf("not_between", "[1,2]", true);
    rowOf("is_set", "", false);
}

void TestPropertyTest::absent()
{
    QFETCH(QByteArray, op);
    QFETCH(QByteArray, value);
    QFETCH(bool, isMatch);
    QCOMPARE(int(run(op, value, {}, 1)), int(isMatch ? Match::Yes : Match::No));
}

void TestPropertyTest::unknownOperators()
{
    const auto test = compileTest({{"key", "p"}, {"operator", "matches_moon"}, {"value", 1}}, 1);
    QVERIFY(!test);
    QCOMPARE(toText(test.error()), std::string("operator: There is no operator \"matches_moon\""));
    QVERIFY(!compileTest({{"operator", "exact"}}, 1));
    QVERIFY(!compileTest({{"key", 5}}, 1));
    QVERIFY(compileTest({{"key", "p"}, {"operator", nullptr}, {"value", "x"}}, 1)); // Absent means exact.
}

void TestPropertyTest::patterns_data()
{
    QTest::addColumn<QByteArray>("pattern");
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<int>("regex"); // Of the operator, as Match.
    QTest::addColumn<int>("notRegex");
    const auto rowOf
        = [](const char *name, const QByteArray &pattern, const QByteArray &text, Match regex,
              Match notRegex) { QTest::newRow(name) << pattern << text << int(regex) << int(notRegex); };
    const auto found = [&](const char *name, const char *pattern, const char *text, bool isFound) {
        rowOf(name, pattern, text, isFound ? Match::Yes : Match::No, isFound ? Match::No : Match::Yes);
    };
    found("inside", "b+", "abbc", true);
    found("not there", "^b", "abbc", false);
    found("case counts", "ABC", "abc", false);
    found("inline flag", "(?i)ABC", "abc", true);
    found("look ahead", "^(?!.*test).*@example", "a@example", true);
    found("look behind", "(?<=a)b", "ab", true);
    found("back reference", "(a|b)\\1", "bb", true);
    found("Unicode digit", "^\\d$", "٣", true);
    found("Unicode word", "^\\w+$", "naïve", true);
    found("dot is one character", "^.$", "é", true);
    found("the end is the very end", "a$", "a\n", false);
    found("dot stops at a line feed", "a.b", "a\nb", false);
    found("empty", "", "x", true);
    // Wrong patterns match nothing, and neither do they when negated.
    rowOf("wrong", "(", "x", Match::No, Match::No);
    rowOf("too large", QByteArray("((a{1000}){1000}){1000}"), "x", Match::No, Match::No);
    rowOf("too deep", QByteArray(500, '(') + QByteArray(500, ')'), "x", Match::No, Match::No);
    rowOf("too long", QByteArray(20'000, 'a'), "x", Match::No, Match::No);
    // What explodes is found out by other means, or given up.
    found("nested repetition", "^(a+)+$", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!", false);
    rowOf("with a back reference", "^(a+)+\\1$", QByteArray(60, 'a') + "!", Match::Unknown, Match::Unknown);
    rowOf("a long text", "^(a|aa)+$", QByteArray(5'000, 'a') + "!", Match::Unknown, Match::Unknown);
    rowOf("too long a text", "b", QByteArray(100'000, 'a'), Match::Unknown, Match::Unknown);
}

void TestPropertyTest::patterns()
{
    QFETCH(QByteArray, pattern);
    QFETCH(QByteArray, text);
    QFETCH(int, regex);
    QFETCH(int, notRegex);
    const auto asJson
        = [](const QByteArray &bytes) { return QByteArray::fromStdString(Json(bytes.toStdString()).dump()); };
    QCOMPARE(int(run("regex", asJson(pattern), asJson(text), 1)), regex);
    QCOMPARE(int(run("not_regex", asJson(pattern), asJson(text), 1)), notRegex);
}

QTEST_APPLESS_MAIN(TestPropertyTest)
#include "tst_propertytest.moc"
