#include "ui/models/personalvalues.h"

#include "ui/models/maskedtext.h"

#include <QTest>

using namespace Qt::StringLiterals;
using namespace Weir;

class TstPersonalValues : public QObject
{
    Q_OBJECT
private slots:
    void values_data()
    {
        QTest::addColumn<QString>("payload"); // With ' for ".
        QTest::addColumn<QString>("values");
        QTest::newRow("not JSON") << u"{'properties':"_s << QString();
        QTest::newRow("not an object") << u"[{'name':'Ada'}]"_s << QString();
        QTest::newRow("none") << u"{'event':'tool_used','properties':{'tool_id':'x'}}"_s << QString();
        QTest::newRow("a name, word by word")
            << u"{'properties':{'name':'Ada King Lovelace'}}"_s << u"Ada King Lovelace|Ada|King|Lovelace"_s;
        QTest::newRow("spellings")
            << u"{'properties':{'first_name':'Ada','lastName':'Li','$Full-Name':'Bo'}}"_s << u"Ada|Li|Bo"_s;
        QTest::newRow("phone, as a number") << u"{'traits':{'phone':49170123}}"_s << u"49170123"_s;
        QTest::newRow("address, whole")
            << u"{'properties':{'address':'12 High Street'}}"_s << u"12 High Street"_s;
        QTest::newRow("nested")
            << u"{'context':{'traits':{'city':'Bath'}},'properties':{'user':{'dob':'1815-12-10'}}}"_s
            << u"Bath|1815-12-10"_s;
        QTest::newRow("$set")
            << u"{'$set':{'surname':'Lovelace'},'properties':{'$set_once':{'$ip':'10.0.0.7'}}}"_s
            << u"Lovelace|10.0.0.7"_s;
        QTest::newRow("a row")
            << u"{'type':'INSERT','record':{'full_name':'Ada'},'old_record':{'full_name':'Bo'}}"_s
            << u"Ada|Bo"_s;
        QTest::newRow("the protocol's own names, and those of things")
            << u"{'name':'Home','event':'x','context':{'library':{'name':'analytics-node'},'app':{'name':'flow'}}}"_s
            << QString();
        QTest::newRow("empty, null and flags")
            << u"{'properties':{'name':' ','email':null,'phone':true}}"_s << QString();
    }
    void values()
    {
        QFETCH(QString, payload);
        QTEST(personalValues(payload.replace(u'\'', u'"').toStdString()).join(u'|'), "values");
    }

    void keys_data()
    {
        QTest::addColumn<bool>("isPersonal");
        for (const char *key : {"name", "first_name", "lastName", "full name", "phone_number", "Address",
                 "$ip", "ip_address", "e-mail", "date_of_birth", "IBAN"})
            QTest::newRow(key) << true;
        for (const char *key :
            {"tool_name", "index_name", "event_name", "latency_ms", "zip_file", "description", ""})
            QTest::newRow(key) << false;
    }
    void keys() { QTEST(isPersonalKey(QTest::currentDataTag()), "isPersonal"); }

    void masksSummaries()
    {
        const std::string payload
            = u"{'properties':{'name':'Ada Lovelace','address':'12 Very Long Street Name, Somewhere Far Away, ZZ'}}"_s
                  .replace(u'\'', u'"')
                  .toStdString();
        const QStringList personal = personalValues(payload);
        QCOMPARE(maskedText(u"name Ada Lovelace, plan pro"_s, personal), u"name •••, plan pro"_s);
        QCOMPARE(maskedText(u"asked by Ada today"_s, personal), u"asked by ••• today"_s);
        QCOMPARE(maskedText(u"adapter 12, Adam"_s, personal), u"adapter 12, Adam"_s);
        QCOMPARE(maskedText(u"address 12 Very Long Street Name, Some…"_s, personal), u"address •••…"_s);
    }

    void isBounded()
    {
        std::string payload = "{\"properties\":{";
        for (int i = 0; i < 5'000; ++i)
            payload += "\"name\":\"someone " + std::to_string(i) + "\",";
        payload += "\"n\":1}}";
        QVERIFY(personalValues(payload).size() <= 200);
        std::string deep;
        for (int i = 0; i < 500; ++i)
            deep += "{\"properties\":";
        QVERIFY(personalValues(deep + "1" + std::string(500, '}')).isEmpty());
    }
};

QTEST_APPLESS_MAIN(TstPersonalValues)
#include "tst_personalvalues.moc"
