#include "core/schema/warehouse/warehouserows.h"

#include <algorithm>

#include <QTest>

using namespace Weir;
using namespace Qt::StringLiterals;

namespace {

/// "TABLE: COLUMN=value …" for each row, columns sorted, without those that every row has.
QStringList summary(const WarehouseRows &rows)
{
    QStringList lines;
    for (const WarehouseRow &row : rows.rows) {
        QStringList columns;
        for (const WarehouseColumn &column : row.columns) {
            if (column.value.kind == WarehouseValue::Kind::Null && column.type == WarehouseType::DateTime)
                continue;
            const QString type
                = QString::fromLatin1(toText(column.type).data(), qsizetype(toText(column.type).size()));
            columns.append(QString::fromStdString(column.name) + u':' + type + u'='
                + QString::fromStdString(column.value.toJson()));
        }
        columns.sort();
        lines.append(QString::fromStdString(row.table) + u": "_s + columns.join(u' '));
    }
    return lines;
}

std::vector<std::string> findingNames(const WarehouseRows &rows)
{
    std::vector<std::string> names;
    for (const WarehouseFinding &finding : rows.findings) {
        if (severityOf(finding.rule) != WarehouseSeverity::Information)
            names.push_back(std::string(violationName(finding.rule)) + ' ' + finding.path);
    }
    return names;
}

} // namespace

class TestWarehouseRows : public QObject
{
    Q_OBJECT
private slots:
    void rows_data();
    void rows();
    void refusals_data();
    void refusals();
    void findings_data();
    void findings();
    void connection();
    void paths();
};

void TestWarehouseRows::rows_data()
{
    QTest::addColumn<Warehouse>("warehouse");
    QTest::addColumn<QString>("call");
    QTest::addColumn<QStringList>("expected");
    QTest::newRow("track")
        << Warehouse::Snowflake
        << uR"({"type":"track","event":"Tool Used","properties":{"latencyMs":12,"tools":["a",1.0]}})"_s
        << QStringList{uR"(TRACKS: EVENT:string="tool_used" EVENT_TEXT:string="Tool Used")"_s,
               uR"(TOOL_USED: EVENT:string="tool_used" EVENT_TEXT:string="Tool Used" )"
               uR"(LATENCY_MS:int=12 TOOLS:string=["a",1])"_s};
    QTest::newRow("track without a name")
        << Warehouse::BigQuery << uR"({"type":"track","event":"日本語","properties":{"a":1}})"_s
        << QStringList{uR"(tracks: event:string="" event_text:string="日本語")"_s};
    QTest::newRow("nested, empty and blank values")
        << Warehouse::BigQuery
        << uR"({"type":"page","properties":{"a":{"bC":1.5,"d":{}},"e":null,"f":"","g":[[]],"h":[null]},"name":"Home"})"_s
        << QStringList{uR"(pages: a_b_c:float=1.5 h:string=[null] name:string="Home")"_s};
    QTest::newRow("identify")
        << Warehouse::Snowflake
        << uR"({"type":"identify","userId":"u","traits":{"order":true},)"
           uR"("context":{"traits":{"mail":"m"}},"receivedAt":"2026-02-03"})"_s
        << QStringList{
               uR"(IDENTIFIES: CONTEXT_TRAITS_MAIL:string="m" )"
               uR"(RECEIVED_AT:datetime="2026-02-03T00:00:00.000Z" USER_ID:string="u" _ORDER:boolean=true)"_s,
               uR"(USERS: CONTEXT_TRAITS_MAIL:string="m" ID:string="u" )"
               uR"(RECEIVED_AT:datetime="2026-02-03T00:00:00.000Z" _ORDER:boolean=true)"_s};
    QTest::newRow("group in BigQuery") << Warehouse::BigQuery << uR"({"type":"group","groupId":"g"})"_s
                                       << QStringList{uR"(_groups: group_id:string="g")"_s};
    QTest::newRow("alias") << Warehouse::Snowflake << uR"({"type":"alias","previousId":"p","userId":"u"})"_s
                           << QStringList{uR"(ALIASES: PREVIOUS_ID:string="p" USER_ID:string="u")"_s};
    QTest::newRow("extract")
        << Warehouse::Snowflake
        << uR"({"type":"extract","event":"deals","recordId":7,"properties":{"id":1,"name":"n"}})"_s
        << QStringList{uR"(DEALS: EVENT:string="deals" ID:int=7 NAME:string="n")"_s};
    QTest::newRow("letters of a text")
        << Warehouse::Snowflake << uR"({"type":"screen","context":{"traits":{"1":"a","2":"é"}}})"_s
        << QStringList{uR"(SCREENS: CONTEXT_TRAITS:string="aé")"_s};
    QTest::newRow("a key of JSON text")
        << Warehouse::Snowflake
        << uR"({"type":"track","event":"a","properties":{"x":{"y":[1.0]}},)"
           uR"("integrations":{"SNOWFLAKE":{"options":{"jsonPaths":["x"],"skipTracksTable":true}}}})"_s
        << QStringList{uR"(A: EVENT:string="a" EVENT_TEXT:string="a" X:json="{\"y\":[1]}")"_s};
}

void TestWarehouseRows::rows()
{
    QFETCH(Warehouse, warehouse);
    QFETCH(QString, call);
    WarehouseOptions options;
    options.warehouse = warehouse;
    const auto rows = warehouseRows(call.toStdString(), options);
    QVERIFY(rows);
    QTEST(summary(*rows), "expected");
}

void TestWarehouseRows::refusals_data()
{
    QTest::addColumn<QString>("call");
    QTest::addColumn<QString>("message");
    QTest::addColumn<QString>("where");
    QTest::newRow("type") << uR"({"type":"reset"})"_s << u"Unknown event type: \"reset\""_s << u"type"_s;
    QTest::newRow("no record id") << uR"({"type":"extract","event":"a"})"_s
                                  << u"recordId cannot be empty for cloud sources events"_s << u"recordId"_s;
    QTest::newRow("no object") << u"[1]"_s << u"Expected an event as an object"_s << QString();
    QTest::newRow("context") << uR"({"type":"track","event":"a","context":"x"})"_s
                             << u"context is not a map"_s << u"context"_s;
    QString wide;
    for (int i = 0; i < 1600; ++i)
        wide += u"\"c%1\":1,"_s.arg(i);
    QTest::newRow("columns") << uR"({"type":"page","properties":{)"_s + wide + uR"("z":1}})"_s
                             << u"snowflake transformer: Too many columns outputted from the event"_s
                             << QString();
}

void TestWarehouseRows::refusals()
{
    QFETCH(QString, call);
    WarehouseOptions options;
    options.connection.emplace();
    const auto rows = warehouseRows(call.toStdString(), options);
    QVERIFY(!rows);
    QTEST(QString::fromStdString(rows.error().message), "message");
    QTEST(QString::fromStdString(rows.error().where), "where");
}

void TestWarehouseRows::findings_data()
{
    QTest::addColumn<QString>("properties");
    QTest::addColumn<QStringList>("expected");
    QTest::newRow("none") << uR"({"a":1,"b_c":"x","d":0.5,"e":"2026-02-03T04:05:06.1Z"})"_s << QStringList();
    QTest::newRow("two keys, one column")
        << uR"({"flowId":1,"flow-id":2})"_s << QStringList{u"Warehouse-Merged properties.flow-id"_s};
    QTest::newRow("RudderStack's own")
        << uR"({"userId":1,"timestamp":2})"_s
        << QStringList{u"Warehouse-Dropped properties.userId"_s, u"Warehouse-Dropped properties.timestamp"_s};
    QTest::newRow("no name") << uR"({"日本":1})"_s << QStringList{u"Warehouse-Dropped properties.日本"_s};
    QTest::newRow("under the context")
        << uR"({"context_app_name":1})"_s << QStringList{u"Warehouse-Merged context.app.name"_s};
    QTest::newRow("reserved") << uR"({"a":{"b":1},"order":2})"_s
                              << QStringList{u"Warehouse-Escaped properties.order"_s};
    QTest::newRow("the loader's") << uR"({"uuid_ts":"x"})"_s
                                  << QStringList{u"Warehouse-Overridden properties.uuid_ts"_s};
    QTest::newRow("digits") << uR"({"a":9007199254740993,"b":1e400})"_s
                            << QStringList{
                                   u"Warehouse-Rounded properties.a"_s, u"Warehouse-Nulled properties.b"_s};
    QTest::newRow("no such day") << uR"({"a":"2026-02-30"})"_s
                                 << QStringList{u"Warehouse-Moved properties.a"_s};
    QTest::newRow("long name") << u"{\""_s + QString(130, u'x') + u"\":1}"_s
                               << QStringList{u"Warehouse-Cut properties."_s + QString(130, u'x')};
}

void TestWarehouseRows::findings()
{
    QFETCH(QString, properties);
    const QString call = uR"({"type":"track","event":"a","context":{"app":{"name":"x"}},"properties":)"_s
        + properties + u'}';
    const auto rows = warehouseRows(call.toStdString(), {});
    QVERIFY(rows);
    QStringList names;
    for (const std::string &name : findingNames(*rows))
        names.append(QString::fromStdString(name));
    QTEST(names, "expected");
    for (const WarehouseFinding &finding : rows->findings) {
        QCOMPARE(finding.table, std::string("A"));
        QVERIFY(!QString::fromStdString(toText(finding)).contains(u'%'));
    }
}

/// The connection's ids count over the event's own.
void TestWarehouseRows::connection()
{
    WarehouseOptions options;
    options.connection = {"s", "Node", "d", "", ""};
    options.fallbackMessageId = "auto-1";
    options.fallbackReceivedAt = "2026-02-03T04:05:06.789Z";
    const auto rows
        = warehouseRows(R"({"type":"page","context":{"sourceId":"own","destinationType":"own"}})", options);
    QVERIFY(rows);
    QCOMPARE(summary(*rows),
        QStringList{u"PAGES: CONTEXT_DESTINATION_ID:string=\"d\" CONTEXT_SOURCE_ID:string=\"s\" "
                    "CONTEXT_SOURCE_TYPE:string=\"Node\" ID:string=\"auto-1\" "
                    "RECEIVED_AT:datetime=\"2026-02-03T04:05:06.789Z\""_s});
}

void TestWarehouseRows::paths()
{
    const auto rows = warehouseRows(
        R"({"type":"track","event":"a","userId":"u","properties":{"b":{"c":1}},"context":{"traits":{"x":1}}})",
        {});
    QVERIFY(rows);
    const auto pathOf = [&](std::string_view column) {
        const auto &columns = rows->rows.back().columns;
        return std::ranges::find(columns, column, &WarehouseColumn::name)->path;
    };
    QCOMPARE(pathOf("B_C"), std::string("properties.b.c"));
    QCOMPARE(pathOf("USER_ID"), std::string("userId"));
    QCOMPARE(pathOf("CONTEXT_TRAITS_X"), std::string("context.traits.x"));
    QCOMPARE(pathOf("UUID_TS"), std::string());
}

QTEST_APPLESS_MAIN(TestWarehouseRows)
#include "tst_warehouserows.moc"
