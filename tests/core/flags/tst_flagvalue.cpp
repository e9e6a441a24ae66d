#include "core/flags/flagsubject.h"
#include "core/flags/flagtext.h"
#include "core/flags/flagvalue.h"

#include <QTest>

#include <nlohmann/json.hpp>

using namespace Weir;
using Json = nlohmann::json;

/// Values as the text that conditions compare.
class TestFlagValue : public QObject
{
    Q_OBJECT
private slots:
    void texts_data();
    void texts();
    void lowers_data();
    void lowers();
    void truths_data();
    void truths();
    void subjects_data();
    void subjects();
    void deep();
};

void TestFlagValue::texts_data()
{
    QTest::addColumn<QByteArray>("json");
    QTest::addColumn<QByteArray>("text");
    const auto row = [](const char *json, const char *text) {
        QTest::newRow(json) << QByteArray(json) << QByteArray(text);
    };
    row("\"a b\"", "a b");
    row("5", "5");
    row("-5", "-5");
    row("18446744073709551615", "18446744073709551615");
    // The layouts of serde_json, which PostHog's server writes numbers with.
    row("5.0", "5.0");
    row("-0.0", "-0.0");
    row("0.1", "0.1");
    row("12.34", "12.34");
    row("0.00001", "0.00001");
    row("0.000001", "1e-6");
    row("0.00001234", "0.00001234");
    row("1.25e-7", "1.25e-7");
    row("1e15", "1000000000000000.0");
    row("1e16", "1e16");
    row("1.5e300", "1.5e300");
    row("123456789012345680.5", "1.2345678901234568e17");
    row("9007199254740993.0", "9007199254740992.0");
    row("true", "true");
    row("null", "null");
    row("[1, \"b\", null, {\"z\": 1, \"a\": [2.0]}]", "[1,\"b\",null,{\"a\":[2.0],\"z\":1}]");
}

void TestFlagValue::texts()
{
    QFETCH(QByteArray, json);
    QFETCH(QByteArray, text);
    QCOMPARE(QByteArray::fromStdString(flagText(Json::parse(json.toStdString()))), text);
}

void TestFlagValue::lowers_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QByteArray>("lower");
    QTest::newRow("ASCII") << QByteArray("ABCxyz[`{") << QByteArray("abcxyz[`{");
    QTest::newRow("umlaut") << QByteArray("ÄÖ") << QByteArray("äö");
    QTest::newRow("dotted I") << QByteArray("İ") << QByteArray("i̇");
    QTest::newRow("sigma inside") << QByteArray("ΣΑ") << QByteArray("σα");
    QTest::newRow("sigma at the end") << QByteArray("ΟΔΟΣ ΟΔΟΣ") << QByteArray("οδος οδος");
    QTest::newRow("sigma alone") << QByteArray("Σ") << QByteArray("σ");
    QTest::newRow("sharp s stays") << QByteArray("STRAßE") << QByteArray("straße");
}

void TestFlagValue::lowers()
{
    QFETCH(QByteArray, text);
    QFETCH(QByteArray, lower);
    QCOMPARE(QByteArray::fromStdString(toLower(text.toStdString())), lower);
}

void TestFlagValue::truths_data()
{
    QTest::addColumn<QByteArray>("json");
    QTest::addColumn<bool>("isTruthy");
    const auto row
        = [](const char *json, bool isTruthy) { QTest::newRow(json) << QByteArray(json) << isTruthy; };
    row("true", true);
    row("false", false);
    row("\"TRUE\"", true);
    row("\"yes\"", false);
    row("1", false);
    row("null", false);
    row("[]", true);
    row("[true, [\"True\", []]]", true);
    row("[true, false]", false);
    row("{}", false);
}

void TestFlagValue::truths()
{
    QFETCH(QByteArray, json);
    QFETCH(bool, isTruthy);
    QCOMPARE(toPropertyValue(Json::parse(json.toStdString())).isTruthy, isTruthy);
}

void TestFlagValue::subjects_data()
{
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<QByteArray>("told"); // distinct id|device|groups or the error.
    const auto row = [](const char *body, const char *told) {
        QTest::newRow(body) << QByteArray(body) << QByteArray(told);
    };
    row("{}", "||");
    row("[]", "Expected an object");
    row("{\"distinct_id\":\"a\",\"device_id\":\"d\"}", "a|d|");
    row("{\"$distinct_id\":7,\"$device_id\":8}", "7|8|");
    row("{\"distinct_id\":null,\"$distinct_id\":\"b\"}", "b||");
    row("{\"distinct_id\":[]}", "distinct_id: Expected a string");
    row("{\"groups\":{\"organization\":42,\"team\":\"x\",\"none\":null}}", "||organization=42,team=x,");
    row("{\"groups\":[]}", "groups: Expected an object");
    row("{\"person_properties\":{\"$device_id\":\"p\"}}", "|p|");
    row("{\"device_id\":\"d\",\"person_properties\":{\"$device_id\":\"p\"}}", "|d|");
    row("{\"person_properties\":3}", "person_properties: Expected an object");
    row("{\"group_properties\":{\"team\":3}}", "group_properties › team: Expected an object");
}

void TestFlagValue::subjects()
{
    QFETCH(QByteArray, body);
    QFETCH(QByteArray, told);
    const auto subject = readSubject(Json::parse(body.toStdString()), fromMs(1));
    std::string found;
    if (subject) {
        found = subject->distinctId + "|" + subject->deviceId.value_or("") + "|";
        for (const auto &[type, key] : subject->groups)
            found += type + "=" + key + ",";
        QCOMPARE(toMs(subject->now), 1);
    } else {
        found = toText(subject.error());
    }
    QCOMPARE(QByteArray::fromStdString(found), told);
}

// Whoever sends properties chooses their depth: it must cost no stack.
void TestFlagValue::deep()
{
    const std::string text = std::string(100'000, '[') + std::string(100'000, ']');
    const PropertyValue value = toPropertyValue(Json::parse(text));
    QVERIFY(value.kind == PropertyValue::Kind::Container);
    QVERIFY(!value.isTruthy);
    QVERIFY(value.text.size() < 200);
}

QTEST_APPLESS_MAIN(TestFlagValue)
#include "tst_flagvalue.moc"
