#include "core/schema/warehouse/warehousejson.h"
#include "core/schema/warehouse/warehousetime.h"
#include "core/schema/warehouse/warehousetypes.h"

#include <QTest>

using namespace Weir;
using namespace Qt::StringLiterals;

/// Timestamps and numbers as RudderStack reads them.
class TestWarehouseTypes : public QObject
{
    Q_OBJECT
private slots:
    void times_data();
    void times();
    void numbers_data();
    void numbers();
    void messages_data();
    void messages();
};

void TestWarehouseTypes::times_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("server"); // Empty: no timestamp.
    QTest::addColumn<QString>("transformer");
    const auto both = [](const char *text, const char *iso) {
        QTest::newRow(text) << QString::fromUtf8(text) << QString::fromUtf8(iso) << QString::fromUtf8(iso);
    };
    both("2026-02-03", "2026-02-03T00:00:00.000Z");
    both("2026-02-03T04:05:06.123456Z", "2026-02-03T04:05:06.123Z");
    both("2026-02-03 04:05:06+05:30", "2026-02-02T22:35:06.000Z");
    both("2026-02-03T04:05", "2026-02-03T04:05:00.000Z");
    both("2026-02-03 ", "2026-02-03T00:00:00.000Z");
    both("2026-02-31", "2026-03-03T00:00:00.000Z");
    both("-2026-02-03", "2026-02-03T00:00:00.000Z");
    both("9999-12-31T23:59:59.999Z", "9999-12-31T23:59:59.999Z");
    for (const char *text : {"2026-02", "20260203", "2026/02/03", "2026-02-03T04", "2026-02-03T04:05-08",
             "1770091506", "2026-02-03t04:05:06Z", " 2026-02-03", "2026-02-03T23:59:60Z", "0000-01-01",
             "9999-12-31T23:59:59-01:00", "2026-13-01", ""})
        both(text, "");
    QTest::newRow("day overflow with a time")
        << u"2026-02-31T10:00Z"_s << u"2026-03-03T00:00:00.000Z"_s << u"2026-03-03T10:00:00.000Z"_s;
    QTest::newRow("39 characters") << u"2026-02-03T04:05:06.123456789012345678Z"_s << QString()
                                   << u"2026-02-03T04:05:06.123Z"_s;
}

void TestWarehouseTypes::times()
{
    QFETCH(QString, text);
    const auto iso = [&](WarehouseEngine engine) {
        const auto time = warehouseTime(text.toStdString(), engine);
        return time ? QString::fromStdString(toRfc3339(time->time)) : QString();
    };
    QTEST(iso(WarehouseEngine::Server), "server");
    QTEST(iso(WarehouseEngine::Transformer), "transformer");
}

void TestWarehouseTypes::numbers_data()
{
    QTest::addColumn<QString>("json");
    QTest::addColumn<QString>("text");
    QTest::addColumn<bool>("isWhole");
    QTest::addColumn<bool>("isExact");
    QTest::newRow("plain") << u"42"_s << u"42"_s << true << true;
    QTest::newRow("1.0 is whole") << u"1.0"_s << u"1"_s << true << true;
    QTest::newRow("1e3 is whole") << u"1e3"_s << u"1000"_s << true << true;
    QTest::newRow("minus zero") << u"-0"_s << u"0"_s << true << true;
    QTest::newRow("fraction") << u"-2.50"_s << u"-2.5"_s << false << true;
    QTest::newRow("beyond 2^53") << u"9007199254740993"_s << u"9007199254740992"_s << true << false;
    QTest::newRow("20 digits") << u"12345678901234567890"_s << u"12345678901234567000"_s << true << false;
    QTest::newRow("exponent form") << u"1e21"_s << u"1e+21"_s << true << true;
    QTest::newRow("small") << u"1e-7"_s << u"1e-7"_s << false << true;
    QTest::newRow("smallest") << u"5e-324"_s << u"5e-324"_s << false << true;
    QTest::newRow("too large") << u"-1e400"_s << u"null"_s << false << false;
    QTest::newRow("too small") << u"1e-400"_s << u"0"_s << true << false;
    QTest::newRow("an exponent beyond all") << u"1e99999999999999999999"_s << u"null"_s << false << false;
    QTest::newRow("zero with such an exponent") << u"0e99999999999999999999"_s << u"0"_s << true << true;
}

void TestWarehouseTypes::numbers()
{
    QFETCH(QString, json);
    const JsNumber number = jsNumber(json.toStdString());
    QTEST(QString::fromStdString(number.text), "text");
    QTEST(number.isWhole, "isWhole");
    QTEST(number.isExact, "isExact");
}

void TestWarehouseTypes::messages_data()
{
    QTest::addColumn<QString>("json");
    QTest::addColumn<QString>("again"); // Empty: refused.
    QTest::newRow("index keys first")
        << u"{\"b\":1,\"10\":2,\"2\":3,\"01\":4}"_s << u"{\"2\":3,\"10\":2,\"b\":1,\"01\":4}"_s;
    QTest::newRow("the last value in the first place")
        << u"{\"a\":{\"x\":1},\"b\":2,\"a\":[]}"_s << u"{\"a\":[],\"b\":2}"_s;
    QTest::newRow("blanks and escapes")
        << u"{ \"a\" : \"\\u00e9\\n\\u0001/\" }"_s << u"{\"a\":\"é\\n\\u0001/\"}"_s;
    QTest::newRow("no object") << u"[]"_s << QString();
    QTest::newRow("cut off") << u"{\"a\":"_s << QString();
    QTest::newRow("too deep") << u"{\"a\":"_s + QString(2000, u'[') + QString(2000, u']') + u'}' << QString();
    QString many = u"{"_s;
    for (int i = 0; i < 40; ++i)
        many += u"\"k%1\":%1,"_s.arg(i % 20);
    QString once = u"{"_s;
    for (int i = 0; i < 20; ++i)
        once += u"\"k%1\":%1,"_s.arg(i);
    QTest::newRow("many keys twice") << many + u"\"z\":0}"_s << once + u"\"z\":0}"_s;
}

void TestWarehouseTypes::messages()
{
    QFETCH(QString, json);
    JsonIndex index;
    const std::string text = json.toStdString();
    const auto message = JsMessage::read(text, index);
    const std::string again = message ? message->stringify(message->root()) : std::string();
    QTEST(QString::fromStdString(again), "again");
}

QTEST_APPLESS_MAIN(TestWarehouseTypes)
#include "tst_warehousetypes.moc"
