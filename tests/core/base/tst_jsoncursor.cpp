#include "core/base/jsoncursor.h"
#include "core/base/uuid.h"

#include <QFile>
#include <QTest>

#include <set>

using namespace Weir;
using namespace Qt::StringLiterals;

class JsonCursorTest : public QObject
{
    Q_OBJECT
private slots:
    void skipsValidText_data();
    void skipsValidText();
    void refusesBrokenText_data();
    void refusesBrokenText();
    void tellsWhere();
    void readsMembers();
    void unescapes_data();
    void unescapes();
    void keepsRawBytes();
    void givesAnObjectsBytes();
    void limitsDepth();
    void readsNumbers_data();
    void readsNumbers();
    void makesUuids();
};

namespace {

QByteArray complaint(const QByteArray &text)
{
    JsonIndex index;
    if (const auto built = index.build({text.constData(), std::size_t(text.size())}); !built)
        return QByteArray::fromStdString(toText(built.error()));
    JsonCursor cursor(index);
    cursor.skip();
    return cursor.finish() ? QByteArray() : QByteArray::fromStdString(toText(cursor.error()));
}

} // namespace

void JsonCursorTest::skipsValidText_data()
{
    QTest::addColumn<QByteArray>("text");
    const char *const rows[] = {"{}", "[]", " [ ] ", "0", "-0.5e+10", "1e400", "9007199254740993", "\"\"",
        "\"a\"", "true", "false", "null", "[[],{},[{}]]", "{\"a\":{\"b\":[1,2,{\"c\":null}]},\"d\":\"e\"}\n",
        "[\"\\u00e9\\n\\\\\\\"\"]", "{\"a\":1,\"a\":2}", "[\"\\ud800\"]", "\xEF\xBB\xBF{\"a\":1}",
        "[\"\xC3\xA9\"]", "[\"]}\",\"{[\"]"};
    for (const char *row : rows)
        QTest::newRow(row) << QByteArray(row);
}

void JsonCursorTest::skipsValidText()
{
    QFETCH(QByteArray, text);
    QCOMPARE(complaint(text), QByteArray());
}

void JsonCursorTest::refusesBrokenText_data()
{
    QTest::addColumn<QByteArray>("text");
    QFile file(QStringLiteral(WEIR_SOURCE_DIR "/tests/fixtures/json/broken.txt"));
    QVERIFY(file.open(QIODevice::ReadOnly));
    const auto lines = file.readAll().split('\n');
    QVERIFY(lines.size() > 30);
    for (const QByteArray &line : lines)
        QTest::newRow(line.isEmpty() ? "(empty)" : line.constData()) << line;
    QTest::newRow("blank") << QByteArray(" \t ");
    QTest::newRow("not utf-8") << QByteArray("[\"\xC3\"]");
    QTest::newRow("bare newline in a string") << QByteArray("[\"a\nb\"]");
    QTest::newRow("nul behind") << QByteArray("{}\0", 3);
    QTest::newRow("nul inside") << QByteArray("[\0]", 3);
}

void JsonCursorTest::refusesBrokenText()
{
    QFETCH(QByteArray, text);
    QVERIFY(!complaint(text).isEmpty());
}

void JsonCursorTest::tellsWhere()
{
    JsonIndex index;
    QVERIFY(index.build(R"({"batch":[{"event":"a"},{"event":[tru]}]})"));
    JsonCursor cursor(index);
    QVERIFY(!cursor.object([&](std::string_view) {
        cursor.array([&](std::size_t) { cursor.object([&](std::string_view) {}); });
    }));
    QCOMPARE(toText(cursor.error()), std::string("batch[1] › event: Expected a JSON value"));
}

void JsonCursorTest::readsMembers()
{
    JsonIndex index;
    QVERIFY(index.build(R"( {"text":"x","number":1.0,"\u0074rue":true,"rest":[1,{"a":[]}],"null":null} )"));
    JsonCursor cursor(index);
    std::vector<std::pair<std::string, std::string>> seen;
    QVERIFY(cursor.object([&](std::string_view key) {
        const std::string name(key);
        if (key != "null")
            seen.emplace_back(name, cursor.textOf());
    }));
    QVERIFY(cursor.finish());
    const std::vector<std::pair<std::string, std::string>> expected{
        {"text", "x"}, {"number", "1.0"}, {"true", "true"}, {"rest", "[1,{\"a\":[]}]"}};
    QCOMPARE(seen, expected);
}

void JsonCursorTest::unescapes_data()
{
    QTest::addColumn<QByteArray>("escaped");
    QTest::addColumn<QByteArray>("plain");
    QTest::newRow("short ones") << QByteArray(R"(\"\\\/\b\f\n\r\t)") << QByteArray("\"\\/\b\f\n\r\t");
    QTest::newRow("two bytes") << QByteArray(R"(caf\u00e9)") << QByteArray("caf\xC3\xA9");
    QTest::newRow("three bytes") << QByteArray(R"(\u20AC)") << QByteArray("\xE2\x82\xAC");
    QTest::newRow("pair") << QByteArray(R"(\ud83d\ude00!)") << QByteArray("\xF0\x9F\x98\x80!");
    QTest::newRow("lone high") << QByteArray(R"(a\ud83db)")
                               << QByteArray("a\xEF\xBF\xBD"
                                             "b");
    QTest::newRow("lone low") << QByteArray(R"(\ude00)") << QByteArray("\xEF\xBF\xBD");
    QTest::newRow("high, then another escape") << QByteArray(R"(\ud83d\u0041)")
                                               << QByteArray("\xEF\xBF\xBD"
                                                             "A");
    QTest::newRow("nul") << QByteArray(R"(a\u0000b)") << QByteArray("a\0b", 3);
}

void JsonCursorTest::unescapes()
{
    QFETCH(QByteArray, escaped);
    QFETCH(QByteArray, plain);
    const QByteArray text = '"' + escaped + '"';
    JsonIndex index;
    QVERIFY(index.build({text.constData(), std::size_t(text.size())}));
    JsonCursor cursor(index);
    const std::string_view read = cursor.string();
    QCOMPARE(QByteArray(read.data(), qsizetype(read.size())), plain);
    QVERIFY(cursor.finish());
}

void JsonCursorTest::keepsRawBytes()
{
    JsonIndex index;
    const std::string text = R"([ {"n": 9007199254740993 , "m":1.0} , 1e400 ,"\u0041" ])";
    QVERIFY(index.build(text));
    JsonCursor cursor(index);
    std::vector<std::string> raws;
    QVERIFY(cursor.array([&](std::size_t) { raws.emplace_back(cursor.raw()); }));
    const std::vector<std::string> expected{R"({"n": 9007199254740993 , "m":1.0})", "1e400", R"("\u0041")"};
    QCOMPARE(raws, expected);
}

void JsonCursorTest::givesAnObjectsBytes()
{
    const std::string_view text = " [ {\"a\" : 1.0, \"b\":[ ]} , { } ]";
    JsonIndex index;
    QVERIFY(index.build(text));
    JsonCursor cursor(index);
    std::vector<std::string_view> bytes;
    QStringList keys;
    QVERIFY(cursor.array([&](std::size_t) {
        bytes.push_back(cursor.objectBytes([&](std::string_view key) {
            keys.append(QString::fromUtf8(key.data(), qsizetype(key.size())));
        }));
    }));
    QCOMPARE(keys, QStringList({u"a"_s, u"b"_s}));
    QCOMPARE(bytes.size(), std::size_t(2));
    QVERIFY(bytes[0] == text.substr(3, 20));
    QVERIFY(bytes[1] == "{ }");
}

void JsonCursorTest::limitsDepth()
{
    QCOMPARE(complaint(QByteArray(1024, '[') + QByteArray(1024, ']')), QByteArray());
    QCOMPARE(complaint(QByteArray(1025, '[') + QByteArray(1025, ']')), "Nested deeper than 1024 levels");
    QVERIFY(!complaint(QByteArray(5'000'000, '[')).isEmpty());
}

void JsonCursorTest::readsNumbers_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<bool>("has");
    QTest::addColumn<double>("value");
    QTest::newRow("integer") << QByteArray("840") << true << 840.0;
    QTest::newRow("fraction") << QByteArray("-12.5") << true << -12.5;
    QTest::newRow("too big") << QByteArray("1e400") << false << 0.0;
    QTest::newRow("text") << QByteArray("\"840\"") << false << 0.0;
    QTest::newRow("object") << QByteArray("{}") << false << 0.0;
}

void JsonCursorTest::readsNumbers()
{
    QFETCH(QByteArray, text);
    QFETCH(bool, has);
    QFETCH(double, value);
    JsonIndex index;
    QVERIFY(index.build({text.constData(), std::size_t(text.size())}));
    JsonCursor cursor(index);
    const auto read = cursor.number();
    QCOMPARE(read.has_value(), has);
    QCOMPARE(read.value_or(0), value);
    QVERIFY(cursor.finish());
}

void JsonCursorTest::makesUuids()
{
    const UtcTime now = fromMs(0x0123456789ABLL);
    std::set<std::string> seen;
    for (int i = 0; i < 1000; ++i) {
        const std::string uuid = makeUuidV7(now);
        QVERIFY(isUuid(uuid));
        QVERIFY(uuid.starts_with("01234567-89ab-7"));
        QVERIFY(std::string_view("89ab").find(uuid[19]) != std::string_view::npos);
        seen.insert(uuid);
    }
    QCOMPARE(seen.size(), std::size_t(1000));
    QVERIFY(!isUuid("01234567-89ab-7000-8000-00000000000g"));
    QVERIFY(!isUuid("0123456789ab70008000000000000000"));
}

QTEST_GUILESS_MAIN(JsonCursorTest)
#include "tst_jsoncursor.moc"
