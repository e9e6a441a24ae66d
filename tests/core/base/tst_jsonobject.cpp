#include "core/base/jsonobject.h"

#include <QTest>

using namespace Weir;

class JsonObjectTest : public QObject
{
    Q_OBJECT
private slots:
    void keepsBytes();
    void changes_data();
    void changes();
    void refuses_data();
    void refuses();
    void readsArrays();
};

void JsonObjectTest::keepsBytes()
{
    // What a document tree would write anew.
    const char *const text
        = R"({"a":9007199254740993,"b":1.0,"c":1e400,"d":"\u00e9\/","e":{"x": [1, 2]},"f":null})";
    const auto object = JsonObject::read(text);
    QVERIFY(object);
    QCOMPARE(object->toJson(), std::string(text));
    QCOMPARE(std::string(object->value("c")), std::string("1e400"));
    QVERIFY(object->has("f"));
    QVERIFY(!object->has("x"));
    QVERIFY(object->value("x").empty());
}

void JsonObjectTest::changes_data()
{
    QTest::addColumn<QByteArray>("before");
    QTest::addColumn<QByteArray>("key");
    QTest::addColumn<QByteArray>("value"); // Empty: remove.
    QTest::addColumn<QByteArray>("after");
    const auto row
        = [](const char *name, const char *before, const char *key, const char *value, const char *after) {
              QTest::newRow(name) << QByteArray(before) << QByteArray(key) << QByteArray(value)
                                  << QByteArray(after);
          };
    row("in place", R"({"a":1,"b":2,"c":3})", "b", "[]", R"({"a":1,"b":[],"c":3})");
    row("behind", R"({"a":1})", "b", "2", R"({"a":1,"b":2})");
    row("into empty", "{}", "a", "true", R"({"a":true})");
    row("remove", R"({"a":1,"b":2,"c":3})", "b", "", R"({"a":1,"c":3})");
    row("remove absent", R"({"a":1})", "b", "", R"({"a":1})");
    row("repeated key", R"({"a":1,"b":2,"a":3})", "b", "4", R"({"a":3,"b":4})");
    row("escaped key", R"({"caf\u00e9":1})", "café", "2", R"({"café":2})");
    row("key to escape", "{}", "a\"b", "1", R"({"a\"b":1})");
}

void JsonObjectTest::changes()
{
    QFETCH(QByteArray, before);
    QFETCH(QByteArray, key);
    QFETCH(QByteArray, value);
    QFETCH(QByteArray, after);
    auto object = JsonObject::read(before.toStdString());
    QVERIFY(object);
    if (value.isEmpty())
        object->remove(key.toStdString());
    else
        object->set(key.toStdString(), value.toStdString());
    QCOMPARE(QByteArray::fromStdString(object->toJson()), after);
}

void JsonObjectTest::refuses_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::newRow("array") << QByteArray("[]");
    QTest::newRow("nothing") << QByteArray();
    QTest::newRow("text") << QByteArray("\"a\"");
    QTest::newRow("cut") << QByteArray("{\"a\":1");
    QTest::newRow("trailing") << QByteArray("{} 1");
}

void JsonObjectTest::refuses()
{
    QFETCH(QByteArray, text);
    const auto object = JsonObject::read(text.toStdString());
    QVERIFY(!object);
    QCOMPARE(object.error().kind, Error::Kind::BadInput);
}

void JsonObjectTest::readsArrays()
{
    const auto elements = readJsonArray(R"([ 1e400 ,"a", {"b": 1} ])");
    QVERIFY(elements);
    QCOMPARE(*elements, (std::vector<std::string>{"1e400", "\"a\"", "{\"b\": 1}"}));
    QVERIFY(!readJsonArray("{}"));
    QCOMPARE(jsonStringText(R"("caf\u00e9")"), std::string("café"));
    QCOMPARE(jsonStringText("1"), std::string());
}

QTEST_GUILESS_MAIN(JsonObjectTest)
#include "tst_jsonobject.moc"
