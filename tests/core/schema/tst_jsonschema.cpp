#include "core/schema/jsonschema/jsondecimal.h"
#include "core/schema/jsonschema/jsonschema.h"

#include <QTest>

using namespace Weir;
using namespace Qt::StringLiterals;

/// What the suite does not ask: exact numbers, texts, places of errors, and schemas made to hurt.
class TestJsonSchema : public QObject
{
    Q_OBJECT
private slots:
    void decimals_data();
    void decimals();
    void multiples_data();
    void multiples();
    void verdicts_data();
    void verdicts();
    void refuses_data();
    void refuses();
    void tells_data();
    void tells();
    void hostile_data();
    void hostile();
    void hostileInstances_data();
    void hostileInstances();
    void positions();
};

namespace {

std::string repeated(const std::string &text, int count)
{
    std::string all;
    for (int i = 0; i < count; ++i)
        all += text;
    return all;
}

/// "valid", "invalid: #/a/type …", "undecided", or the error.
std::string evaluated(const std::string &schema, const std::string &instance, bool assertsFormats = true)
{
    const auto compiled = JsonSchema::compile(schema, {SchemaDialect::Draft2020_12, assertsFormats});
    if (!compiled)
        return toText(compiled.error());
    JsonTape tape;
    if (const auto read = tape.read(instance); !read)
        return toText(read.error());
    std::vector<SchemaFailure> failures;
    const SchemaVerdict verdict = compiled->evaluate(tape, 0, failures);
    if (verdict != SchemaVerdict::Invalid)
        return verdict == SchemaVerdict::Valid ? "valid" : "undecided";
    std::string text = "invalid:";
    for (const SchemaFailure &failure : failures)
        text += ' ' + compiled->schemaPath(failure);
    return text;
}

} // namespace

void TestJsonSchema::decimals_data()
{
    QTest::addColumn<QByteArray>("a");
    QTest::addColumn<QByteArray>("b");
    QTest::addColumn<int>("order");
    QTest::addColumn<bool>("isWhole"); // Of a.
    const auto row = [](const char *a, const char *b, int order, bool isWhole) {
        QTest::addRow("%s and %s", a, b) << QByteArray(a) << QByteArray(b) << order << isWhole;
    };
    row("1", "1.0", 0, true);
    row("1.0", "1e0", 0, true);
    row("1e3", "1000", 0, true);
    row("1.50", "1.5", 0, false);
    row("0", "-0", 0, true);
    row("-0.0", "0e99", 0, true);
    row("9007199254740993", "9007199254740992", 1, true);
    row("-9007199254740993", "-9007199254740992", -1, true);
    row("1e400", "1e399", 1, true);
    row("1e-400", "0", 1, false);
    row("-1e400", "1e-400", -1, true);
    row("0.1", "0.10000000000000000001", -1, false);
    row("123.456", "123.45600", 0, false);
    row("0.001e3", "1", 0, true);
    row("1e99999999999999999999", "1e9", 1, true);
    row("1e-99999999999999999999", "1", -1, false);
}

void TestJsonSchema::decimals()
{
    QFETCH(QByteArray, a);
    QFETCH(QByteArray, b);
    QFETCH(int, order);
    const JsonDecimal left(a.constData()), right(b.constData());
    QCOMPARE(compare(left, right) < 0 ? -1 : compare(left, right) > 0 ? 1 : 0, order);
    QCOMPARE(compare(right, left) < 0 ? 1 : compare(right, left) > 0 ? -1 : 0, order);
    QTEST(left.isWhole(), "isWhole");
    QTEST(isWholeNumber(a.constData()), "isWhole");
    if (order == 0)
        QCOMPARE(left.hash(), right.hash());
}

void TestJsonSchema::multiples_data()
{
    QTest::addColumn<QByteArray>("number");
    QTest::addColumn<QByteArray>("divisor");
    QTest::addColumn<bool>("isMultiple");
    const auto row = [](const char *number, const char *divisor, bool isMultiple) {
        QTest::addRow("%s of %s", number, divisor) << QByteArray(number) << QByteArray(divisor) << isMultiple;
    };
    row("10", "5", true);
    row("7", "2", false);
    row("0", "3", true);
    row("0.3", "0.1", true);
    row("1.1", "0.1", true);
    row("0.35", "0.1", false);
    row("19.99", "0.01", true);
    row("9007199254740993", "2", false);
    row("1e400", "7", false);
    row("1e308", "0.5", true);
    row("1e308", "0.123456789", false);
    row("123456789012345678901234567890", "30", true);
    row("-9", "3", true);
    row("0.0075", "0.0001", true);
}

void TestJsonSchema::multiples()
{
    QFETCH(QByteArray, number);
    QFETCH(QByteArray, divisor);
    QTEST(JsonDecimal(number.constData()).isMultipleOf(JsonDecimal(divisor.constData())), "isMultiple");
}

void TestJsonSchema::verdicts_data()
{
    QTest::addColumn<QByteArray>("schema");
    QTest::addColumn<QByteArray>("instance");
    QTest::addColumn<QByteArray>("verdict");
    const auto row = [](const char *name, const char *schema, const char *instance, const char *verdict) {
        QTest::newRow(name) << QByteArray(schema) << QByteArray(instance) << QByteArray(verdict);
    };
    row("1.0 is an integer", R"({"type":"integer"})", "1.0", "valid");
    row("1e400 is an integer", R"({"type":"integer"})", "1e400", "valid");
    row("1.5 is none", R"({"type":"integer"})", "1.5", "invalid: #/type");
    row("beyond a double", R"({"maximum":9007199254740992})", "9007199254740993", "invalid: #/maximum");
    row("const by value", R"({"const":{"a":1,"b":[1.0]}})", R"({"b":[1],"a":1e0})", "valid");
    row("enum by value", R"({"enum":[[1,2],{"a":null}]})", R"({"a":null})", "valid");
    row("unique by value", R"({"uniqueItems":true})", R"([1,2,1.0])", "invalid: #/uniqueItems");
    row("unique objects", R"({"uniqueItems":true})", R"([{"a":1,"b":2},{"b":2,"a":1}])",
        "invalid: #/uniqueItems");
    row("the last of two keys counts", R"({"properties":{"a":{"type":"string"}}})", R"({"a":1,"a":"x"})",
        "valid");
    row("and the first does not", R"({"properties":{"a":{"type":"string"}}})", R"({"a":"x","a":1})",
        "invalid: #/properties/a/type");
    row("escaped key", R"({"properties":{"a\nb":{"type":"string"}}})", "{\"a\\u000ab\":1}",
        "invalid: #/properties/a\nb/type");
    row("all that is wrong", R"({"required":["b","c"],"additionalProperties":false})", R"({"a":1})",
        "invalid: #/additionalProperties #/required #/required");
    row("branches of a failed anyOf", R"({"anyOf":[{"type":"string"},{"minimum":5}]})", "3",
        "invalid: #/anyOf/0/type #/anyOf/1/minimum #/anyOf");
    row("nothing of one that holds", R"({"anyOf":[{"type":"string"},{"minimum":1}]})", "3", "valid");
    row("then tells why", R"({"if":{"type":"integer"},"then":{"minimum":5}})", "3",
        "invalid: #/then/minimum #/if");
    row("format, date-time", R"({"format":"date-time"})", R"("2026-11-23T09:06:39Z")", "valid");
    row("format, no date", R"({"format":"date-time"})", R"("2026-02-30T09:06:39Z")", "invalid: #/format");
    row("format, leap second", R"({"format":"time"})", R"("23:59:60Z")", "valid");
    row("format, uuid", R"({"format":"uuid"})", R"("2eb8aa08-aa98-11ea-b4aa-73b441d1638")",
        "invalid: #/format");
    row("format, ipv6", R"({"format":"ipv6"})", R"("::ffff:192.0.2.1")", "valid");
    row("format, not ipv6", R"({"format":"ipv6"})", R"("1::2::3")", "invalid: #/format");
    row("format, e-mail", R"({"format":"email"})", R"("a@example.com")", "valid");
    row("format, unknown", R"({"format":"iban"})", R"("x")", "valid");
    row("character, not byte", R"({"maxLength":2})", R"("äö")", "valid");
    row("pattern with a class", R"({"pattern":"^\\p{Letter}[\\s\\d]+$"})", "\"\xC3\xA4\\u00a05\"", "valid");
    row("pattern, $ only at the end", R"({"pattern":"^a$"})", R"("a\n")", "invalid: #/pattern");
    row("propertyNames", R"({"propertyNames":{"maxLength":2}})", R"({"abc":1})", "invalid: #/propertyNames");
    row("unevaluated beyond a $ref",
        R"({"$ref":"#/$defs/a","unevaluatedProperties":false,"$defs":{"a":{"properties":{"x":true}}}})",
        R"({"x":1,"y":2})", "invalid: #/unevaluatedProperties");
    row("a byte order mark", "\xEF\xBB\xBF{\"type\":\"null\"}", "null", "valid");
}

void TestJsonSchema::verdicts()
{
    QFETCH(QByteArray, schema);
    QFETCH(QByteArray, instance);
    QFETCH(QByteArray, verdict);
    QCOMPARE(QByteArray::fromStdString(evaluated(schema.toStdString(), instance.toStdString())), verdict);
}

void TestJsonSchema::refuses_data()
{
    QTest::addColumn<QByteArray>("schema");
    QTest::addColumn<QByteArray>("error");
    const auto row = [](const char *name, const char *schema, const char *error) {
        QTest::newRow(name) << QByteArray(schema) << QByteArray(error);
    };
    row("no JSON", "{\n  \"type\": strin\n}", "line 2, column 11 \xE2\x80\xBA type: Expected a JSON value");
    row("a comma too many", "{\"a\": 1,\n}", "line 2, column 1: Expected a key in quotes");
    row("cut short", "{\"a\": [1",
        "line 1, column 9 \xE2\x80\xBA a: Expected a comma or the end of an array");
    row("no schema", "[1]", "line 1, column 1: Expected a schema: an object, true or false");
    row("a type that is none", "{\n \"properties\": {\n  \"a\": {\"type\": \"text\"}}}",
        "line 3, column 17: Expected a type: string, integer, number, boolean, array, object or null");
    row("required is no array", R"({"required":"a"})", "line 1, column 13: Expected an array of names");
    row("a name that is none", R"({"required":["a",5]})", "line 1, column 18: Expected a name in quotes");
    row("a negative length", R"({"minLength":-1})", "line 1, column 14: Expected a whole number from 0");
    row("half a length", R"({"minLength":1.5})", "line 1, column 14: Expected a whole number from 0");
    row("a pattern that is none", "{\"pattern\":\"(\"}",
        "line 1, column 12: Not a pattern: missing closing parenthesis");
    row("divided by zero", R"({"multipleOf":0.0})", "line 1, column 15: Expected a number above 0");
    row("nowhere", R"({"$ref":"#/$defs/a"})", "line 1, column 9: There is no schema at #/$defs/a");
    row("no anchor", R"({"$ref":"#a"})", "line 1, column 9: There is no schema with the anchor a");
    row("elsewhere", R"({"$ref":"https://example.com/a.json"})",
        "line 1, column 9: The schema https://example.com/a.json is not here, and Weir fetches none: put it "
        "beside this one");
    row("itself", R"({"$ref":"#"})",
        "line 1, column 1: This schema refers to itself without going deeper: checking would never end");
    row("in a circle",
        R"({"$ref":"#/$defs/a","$defs":{"a":{"anyOf":[{"$ref":"#/$defs/b"}]},"b":{"not":{"$ref":"#/$defs/a"}}}})",
        "line 1, column 34: This schema refers to itself without going deeper: checking would never end");
    row("another dialect", R"({"$schema":"http://json-schema.org/draft-04/schema#"})",
        "line 1, column 1: Weir does not know the dialect http://json-schema.org/draft-04/schema#");
    row("items of older drafts", R"({"items":[true]})",
        "line 1, column 10: Expected a schema: 2020-12 calls an array of schemas prefixItems");
    row("an empty anyOf", R"({"anyOf":[]})", "line 1, column 10: Expected at least one schema");
    row("columns are characters", "{\"\xC3\xA4\":1,\"type\":\"x\"}",
        "line 1, column 15: Expected a type: string, integer, number, boolean, array, object or null");
}

void TestJsonSchema::refuses()
{
    QFETCH(QByteArray, schema);
    QFETCH(QByteArray, error);
    QCOMPARE(QByteArray::fromStdString(evaluated(schema.toStdString(), "{}")), error);
}

void TestJsonSchema::tells_data()
{
    QTest::addColumn<QByteArray>("schema");
    QTest::addColumn<QByteArray>("instance");
    QTest::addColumn<QByteArray>("message");
    QTest::addColumn<QByteArray>("expected");
    const auto row = [](const char *schema, const char *instance, const char *message, const char *expected) {
        QTest::newRow(schema) << QByteArray(schema) << QByteArray(instance) << QByteArray(message)
                              << QByteArray(expected);
    };
    row(R"({"type":["integer","null"]})", "\"a\"", "must be integer,null", "integer or null");
    row(R"({"required":["a"]})", "{}", "must have required property 'a'", "the property a");
    row(R"({"enum":["a","b",3]})", "4", "must be equal to one of the allowed values", "one of a, b, 3");
    row(R"({"minimum":0})", "-1", "must be >= 0", "at least 0");
    row(R"({"exclusiveMaximum":1.50})", "2", "must be < 1.50", "below 1.50");
    row(R"({"maxLength":1})", "\"ab\"", "must NOT have more than 1 characters", "at most 1 characters");
    row(R"({"pattern":"^a"})", "\"b\"", "must match pattern \"^a\"", "text that matches ^a");
    row(R"({"additionalProperties":false})", "{\"a\":1}", "must NOT have additional properties",
        "no unplanned properties");
    row(R"({"const":"x"})", "\"y\"", "must be equal to constant", "x");
    row(R"({"not":{}})", "1", "must NOT be valid", "another form");
}

void TestJsonSchema::tells()
{
    QFETCH(QByteArray, schema);
    QFETCH(QByteArray, instance);
    const auto compiled = JsonSchema::compile(schema.toStdString(), {});
    QVERIFY(compiled);
    JsonTape tape;
    const std::string text = instance.toStdString();
    QVERIFY(tape.read(text));
    std::vector<SchemaFailure> failures;
    QCOMPARE(compiled->evaluate(tape, 0, failures), SchemaVerdict::Invalid);
    QCOMPARE(failures.size(), std::size_t(1));
    QTEST(QByteArray::fromStdString(compiled->message(failures.front(), tape)), "message");
    QTEST(QByteArray::fromStdString(compiled->expected(failures.front())), "expected");
}

void TestJsonSchema::hostile_data()
{
    QTest::addColumn<QByteArray>("schema");
    QTest::addColumn<QByteArray>("instance");
    QTest::addColumn<QByteArray>("result");
    const auto row
        = [](const char *name, const std::string &schema, const std::string &instance, const char *result) {
              QTest::newRow(name) << QByteArray::fromStdString(schema) << QByteArray::fromStdString(instance)
                                  << QByteArray(result);
          };
    row("nested without end", repeated("{\"not\":", 100'000), "1", "line 1");
    row("nested too deep", repeated("{\"not\":", 1000) + "true" + repeated("}", 1000), "1", "line 1");
    std::string chain = "{\"$ref\":\"#/$defs/d0\",\"$defs\":{";
    for (int i = 0; i < 20'000; ++i)
        chain += "\"d" + std::to_string(i) + "\":{\"$ref\":\"#/$defs/d" + std::to_string(i + 1) + "\"},";
    row("a long chain of references", chain + "\"d20000\":true}}", "1", "undecided");
    std::string doubling = "{\"$ref\":\"#/$defs/d0\",\"$defs\":{";
    for (int i = 0; i < 64; ++i) {
        const std::string next = "{\"$ref\":\"#/$defs/d" + std::to_string(i + 1) + "\"}";
        doubling += "\"d" + std::to_string(i) + "\":{\"allOf\":[" + next + ',' + next + "]},";
    }
    row("doubled at each step", doubling + "\"d64\":{\"type\":\"null\"}}}", "1", "undecided");
    row("a pattern that explodes", R"({"pattern":"^(([a-z])+.)+[A-Z]([a-z])+$"})",
        '"' + repeated("a", 4000) + '"', "undecided");
    row("many such patterns", R"({"items":{"pattern":"^(a|a)*(b|b)*$"}})",
        "[\"" + repeated("a", 3000) + repeated("\",\"" + repeated("a", 3000), 200) + "\"]", "undecided");
    row("a pattern nested too deep", "{\"pattern\":\"" + repeated("(", 5000) + repeated(")", 5000) + "\"}",
        "1", "line 1, column 12: Not a pattern");
    std::string many = "{\"allOf\":[";
    for (int i = 0; i < 2000; ++i)
        many += R"({"minProperties":1,"required":["x"]},)";
    std::string object = "{\"x\":1";
    for (int i = 0; i < 20'000; ++i)
        object += ",\"k" + std::to_string(i) + "\":1";
    row("a large object, often", many + "true]}", object + "}", "undecided");
    std::string listed = "{\"enum\":[";
    for (int i = 0; i < 50'000; ++i)
        listed += std::to_string(i) + ',';
    row("a large enum", listed + "\"x\"]}", "50001", "invalid");
    row("a large enum of many", "{\"items\":" + listed + "\"x\"]}}", "[" + repeated("50001,", 10'000) + "1]",
        "undecided");
    row("nothing", "", "1", "line 1, column 1: Expected JSON and found nothing");
    row("not UTF-8", "{\"\xFF\":1}", "1", "line 1");
}

void TestJsonSchema::hostile()
{
    QFETCH(QByteArray, schema);
    QFETCH(QByteArray, instance);
    QFETCH(QByteArray, result);
    const std::string told = evaluated(schema.toStdString(), instance.toStdString());
    QVERIFY2(told.starts_with(result.toStdString()), told.substr(0, 200).c_str());
}

void TestJsonSchema::hostileInstances_data()
{
    QTest::addColumn<QByteArray>("instance");
    QTest::addColumn<QByteArray>("result");
    const auto row = [](const char *name, const std::string &instance, const char *result) {
        QTest::newRow(name) << QByteArray::fromStdString(instance) << QByteArray(result);
    };
    row("deep", repeated("[", 200) + repeated("]", 200), "invalid");
    row("too deep", repeated("[", 300) + repeated("]", 300), "[0]");
    row("without end", repeated("{\"a\":", 100'000), "a");
    row("the same key, many times", "{" + repeated("\"a\":1,", 50'000) + "\"a\":\"x\"}", "valid");
    row("many equal items", "{\"u\":[" + repeated("1.0,1e0,", 50'000) + "1]}", "invalid");
    row("many numbers of many digits", "{\"u\":[1" + repeated("0", 100'000) + ",1e100000]}", "invalid");
}

void TestJsonSchema::hostileInstances()
{
    QFETCH(QByteArray, instance);
    QFETCH(QByteArray, result);
    const std::string told
        = evaluated(R"({"type":"object","properties":{"a":{"type":"string"},"u":{"uniqueItems":true}}})",
            instance.toStdString());
    QVERIFY2(told.starts_with(result.toStdString()), told.substr(0, 200).c_str());
}

void TestJsonSchema::positions()
{
    const std::string text = "{\n  \"a\": [1, {\"b\\\"\": true}],\n\t\"c\" : {}, \"d\":\n[]}";
    JsonTape tape;
    QVERIFY(tape.read(text));
    const auto at = [&](std::uint32_t value) { return tape.positionOf(value); };
    QCOMPARE(tape.pointerTo(4), "/a/1/b\"");
    QVERIFY((at(0) == TextPosition{1, 1}));
    QVERIFY((at(1) == TextPosition{2, 8}));
    QVERIFY((at(2) == TextPosition{2, 9}));
    QVERIFY((at(3) == TextPosition{2, 12}));
    QVERIFY((at(5) == TextPosition{3, 8}));
    QVERIFY((at(6) == TextPosition{4, 1}));
    QCOMPARE(tape[5].text, "{}");
}

QTEST_APPLESS_MAIN(TestJsonSchema)
#include "tst_jsonschema.moc"
