#include "core/base/jsontext.h"

#include <QTest>

#include <limits>

using namespace Weir;

class TestJsonText : public QObject
{
    Q_OBJECT
private slots:
    void escapesAtEveryPlace()
    {
        for (const auto &[special, written] : {std::pair("\"", "\\\""), std::pair("\\", "\\\\"),
                 std::pair("\x1f", "\\u001f"), std::pair("\n", "\\n"), std::pair("\x7f", "\x7f"),
                 std::pair("é", "é"), std::pair("\x80", "\uFFFD")}) {
            for (std::size_t before = 0; before < 20; ++before) {
                const std::string left(before, 'a'), right(20 - before, '!');
                QCOMPARE(JsonText().text(left + special + right).str(), '"' + left + written + right + '"');
            }
        }
    }

    void takesPieces()
    {
        JsonText json;
        json.beginArray().number(std::int64_t(-7)).piece(R"(,{"a":)").text("x").piece(R"(,"b":)").null();
        QCOMPARE(json.endObject().number(std::int64_t(INT64_MIN)).endArray().str(),
            std::string(R"([-7,{"a":"x","b":null},-9223372036854775808])"));
    }

    void texts_data();
    void texts();
    void numbers_data();
    void numbers();
    void nests();
    void splices();
};

void TestJsonText::texts_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QByteArray>("json");
    const auto row = [](const char *name, const char *text, const char *json) {
        QTest::newRow(name) << QByteArray(text) << QByteArray(json);
    };
    row("plain", "a", "\"a\"");
    row("empty", "", "\"\"");
    row("quote and backslash", "\"\\", "\"\\\"\\\\\"");
    row("named controls", "\b\t\n\f\r", "\"\\b\\t\\n\\f\\r\"");
    row("other controls", "\x01\x0b\x1f", "\"\\u0001\\u000b\\u001f\"");
    row("utf-8", "żółw 🐢", "\"żółw 🐢\"");
    row("bare continuation", "a\x80z", "\"a\uFFFDz\"");
    row("overlong", "\xC0\xAF", "\"\uFFFD\uFFFD\"");
    row("surrogate", "\xED\xA0\x80", "\"\uFFFD\uFFFD\uFFFD\"");
    row("cut off", "\xF0\x9F\x90", "\"\uFFFD\uFFFD\uFFFD\"");
    row("beyond unicode", "\xF4\x90\x80\x80", "\"\uFFFD\uFFFD\uFFFD\uFFFD\"");
}

void TestJsonText::texts()
{
    QFETCH(QByteArray, text);
    QFETCH(QByteArray, json);
    const std::string written = JsonText().text(text.toStdString()).str();
    QCOMPARE(QByteArray::fromStdString(written), json);
    QVERIFY(isJson(written));
}

void TestJsonText::numbers_data()
{
    QTest::addColumn<double>("number");
    QTest::addColumn<QByteArray>("json");
    QTest::newRow("whole") << 840.0 << QByteArray("840");
    QTest::newRow("large and whole") << 42000000.0 << QByteArray("42000000");
    QTest::newRow("fraction") << 0.1 << QByteArray("0.1");
    QTest::newRow("negative") << -1.5 << QByteArray("-1.5");
    QTest::newRow("huge") << 1e300 << QByteArray("1e+300");
    QTest::newRow("infinite") << std::numeric_limits<double>::infinity() << QByteArray("null");
    QTest::newRow("not a number") << std::numeric_limits<double>::quiet_NaN() << QByteArray("null");
}

void TestJsonText::numbers()
{
    QFETCH(double, number);
    QFETCH(QByteArray, json);
    QCOMPARE(QByteArray::fromStdString(JsonText().number(number).str()), json);
}

void TestJsonText::nests()
{
    JsonText json;
    json.beginObject().key("a").beginArray().number(std::int64_t(1)).text("x").null().endArray();
    json.key("b").beginObject().endObject().key("c").boolean(true).endObject();
    QCOMPARE(QByteArray::fromStdString(json.str()), QByteArray(R"({"a":[1,"x",null],"b":{},"c":true})"));
}

void TestJsonText::splices()
{
    JsonText json;
    json.beginObject().key("payload").raw("{ \"n\": [9007199254740993, 1.0, 1e400] }").endObject();
    QCOMPARE(QByteArray::fromStdString(json.str()),
        QByteArray("{\"payload\":{ \"n\": [9007199254740993, 1.0, 1e400] }}"));
    QVERIFY(isJson(json.str()));
}

QTEST_GUILESS_MAIN(TestJsonText)
#include "tst_jsontext.moc"
