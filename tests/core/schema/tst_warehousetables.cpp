#include "core/base/jsontext.h"
#include "core/schema/warehouse/warehousereport.h"
#include "core/schema/warehouse/warehousetables.h"

#include <QTest>

using namespace Weir;
using namespace Qt::StringLiterals;

namespace {

using Kind = WarehouseValue::Kind;
using How = WarehouseStored::How;

WarehouseValue sample(WarehouseType type)
{
    switch (type) {
    case WarehouseType::Int:
        return {Kind::Number, "5"};
    case WarehouseType::Float:
        return {Kind::Number, "0.93"};
    case WarehouseType::Boolean:
        return {Kind::Boolean, "true"};
    case WarehouseType::DateTime:
        return {Kind::Text, "2026-02-03T00:00:00.000Z"};
    default:
        return {Kind::Text, "x"};
    }
}

/// Feeds one property `a` after another; what each says beyond information, as "rule before>after".
QStringList told(Warehouse warehouse, const QStringList &values)
{
    WarehouseTables tables(warehouse);
    WarehouseOptions options;
    options.warehouse = warehouse;
    QStringList lines;
    std::int64_t event = 0;
    for (const QString &value : values) {
        const QString call = uR"({"type":"track","event":"e","properties":{"a":)"_s + value + u"}}"_s;
        const auto rows = warehouseRows(call.toStdString(), options);
        for (const WarehouseFinding &finding : tables.add(++event, *rows)) {
            if (severityOf(finding.rule) != WarehouseSeverity::Information)
                lines.append(
                    u"%1 %2 %3>%4"_s.arg(finding.event)
                        .arg(QString::fromStdString(std::string(violationName(finding.rule))),
                            QString::fromStdString(finding.before), QString::fromStdString(finding.after)));
        }
    }
    return lines;
}

} // namespace

class TestWarehouseTables : public QObject
{
    Q_OBJECT
private slots:
    void conflicts_data();
    void conflicts();
    void findings_data();
    void findings();
    void shared();
    void existing();
    void users();
    void reports();
};

void TestWarehouseTables::conflicts_data()
{
    QTest::addColumn<WarehouseType>("column");
    QTest::addColumn<QString>(
        "stored"); // Of a value of each type in the order of the enumeration; "-": discarded.
    using enum WarehouseType;
    QTest::newRow("int") << Int << u"5 0 - - - -"_s;
    QTest::newRow("float") << Float << u"5 0.93 - - - -"_s;
    QTest::newRow("boolean") << Boolean << u"- - true - - -"_s;
    QTest::newRow("datetime") << DateTime << u"- - - \"2026-02-03T00:00:00.000Z\" - -"_s;
    QTest::newRow("string") << String
                            << u"\"5\" \"0.93\" \"true\" \"2026-02-03T00:00:00.000Z\" \"x\" \"x\""_s;
    QTest::newRow("json") << Json
                          << u"5 0.93 true \"\\\"2026-02-03T00:00:00.000Z\\\"\" \"\\\"x\\\"\" \"x\""_s;
}

void TestWarehouseTables::conflicts()
{
    QFETCH(WarehouseType, column);
    QStringList stored;
    for (const auto type : {WarehouseType::Int, WarehouseType::Float, WarehouseType::Boolean,
             WarehouseType::DateTime, WarehouseType::String, WarehouseType::Json}) {
        const WarehouseStored result = storedAs(column, type, sample(type));
        stored.append(result.how == How::Discarded ? u"-"_s : QString::fromStdString(result.value.toJson()));
        QCOMPARE(result.how == How::Discarded, result.value.kind == Kind::Null);
    }
    QTEST(stored.join(u' '), "stored");
}

void TestWarehouseTables::findings_data()
{
    QTest::addColumn<QStringList>("values");
    QTest::addColumn<QStringList>("expected");
    QTest::newRow("the silent one") << QStringList{u"1"_s, u"0.93"_s}
                                    << QStringList{u"2 Warehouse-Truncated 0.93>0"_s};
    QTest::newRow("whole after a fraction") << QStringList{u"0.93"_s, u"1"_s} << QStringList();
    QTest::newRow("a fraction as a whole number") << QStringList{u"1"_s, u"2.0"_s} << QStringList();
    QTest::newRow("text after a number")
        << QStringList{u"1"_s, u"\"x\""_s, u"2"_s} << QStringList{u"2 Warehouse-Discarded \"x\">null"_s};
    QTest::newRow("number after a text")
        << QStringList{u"\"x\""_s, u"1e21"_s, u"0.00001"_s, u"[1]"_s}
        << QStringList{u"2 Warehouse-Coerced 1e+21>\"-9223372036854775808\""_s,
               u"3 Warehouse-Coerced 0.00001>\"1e-05\""_s};
    QTest::newRow("more than 64 bits") << QStringList{u"1"_s, u"1e21"_s}
                                       << QStringList{u"2 Warehouse-OutOfRange 1e+21>-9223372036854775808"_s};
    QTest::newRow("null says nothing") << QStringList{u"null"_s, u"\"x\""_s, u"null"_s} << QStringList();
    QTest::newRow("a time in a text") << QStringList{u"\"x\""_s, u"\"2026-02-03\""_s} << QStringList();
    QTest::newRow("a text in a time") << QStringList{u"\"2026-02-03\""_s, u"\"soon\""_s}
                                      << QStringList{u"2 Warehouse-Discarded \"soon\">null"_s};
}

void TestWarehouseTables::findings()
{
    QFETCH(QStringList, values);
    QTEST(told(Warehouse::Snowflake, values), "expected");
    QTEST(told(Warehouse::BigQuery, values), "expected");
}

/// Names of different events that meet are told once each.
void TestWarehouseTables::shared()
{
    WarehouseTables tables(Warehouse::Snowflake);
    QStringList lines;
    for (const char *call : {R"({"type":"track","event":"Tool Used","properties":{"flowId":1}})",
             R"({"type":"track","event":"tool_used","properties":{"flow_id":1}})",
             R"({"type":"track","event":"tool_used","properties":{"flow_id":1}})"}) {
        for (const WarehouseFinding &finding : tables.add(1, *warehouseRows(call, {}))) {
            if (finding.rule == WarehouseRule::Shared)
                lines.append(QString::fromStdString(toText(finding)));
        }
    }
    QCOMPARE(lines,
        (QStringList{u"tool_used and Tool Used share the name TOOL_USED"_s,
            u"properties.flow_id and properties.flowId share the name TOOL_USED.FLOW_ID"_s}));
}

/// What the warehouse has already counts more than the first value.
void TestWarehouseTables::existing()
{
    WarehouseTables tables(Warehouse::BigQuery);
    tables.addExisting("e", "a", WarehouseType::Int);
    WarehouseOptions options;
    options.warehouse = Warehouse::BigQuery;
    const auto findings
        = tables.add(7, *warehouseRows(R"({"type":"track","event":"e","properties":{"a":0.5}})", options));
    QCOMPARE(findings.size(), std::size_t(1));
    QCOMPARE(
        findings[0], (WarehouseFinding{WarehouseRule::Truncated, "e", "a", "properties.a", "0.5", "0", 7}));
}

/// The loader gives users what identifies has, but for the user's id.
void TestWarehouseTables::users()
{
    WarehouseTables tables(Warehouse::Snowflake);
    tables.add(
        1, *warehouseRows(R"({"type":"identify","userId":42,"anonymousId":"a","traits":{"plan":"x"}})", {}));
    const auto all = tables.tables();
    const WarehouseTable &users = all.at("USERS");
    QVERIFY(!users.contains("USER_ID"));
    QVERIFY(users.contains("ANONYMOUS_ID"));
    QVERIFY(users.at("ID").type == WarehouseType::Int);
    QVERIFY(all.contains("RUDDER_DISCARDS"));
    QVERIFY(WarehouseTables(Warehouse::Snowflake).tables().empty());
}

void TestWarehouseTables::reports()
{
    WarehouseOptions options;
    options.skipTracksTable = true;
    WarehouseTables tables(Warehouse::Snowflake);
    tables.addExisting("E", "A", WarehouseType::Int);
    const auto rows
        = warehouseRows(R"({"type":"track","event":"e","properties":{"a":0.50,"b":["x"]}})", options);
    const std::string json = toJson(*rows, Warehouse::Snowflake, tables.add(1, *rows));
    QVERIFY(isJson(json));
    const auto holds = [&json](const char *part) { return json.find(part) != json.npos; };
    QVERIFY(holds("\"A\":{\"type\":\"float\",\"sql_type\":\"DOUBLE PRECISION\",\"value\":0.5}"));
    QVERIFY(holds("\"B\":{\"type\":\"string\",\"sql_type\":\"VARCHAR\",\"value\":\"[\\\"x\\\"]\"}"));
    QVERIFY(holds("\"UUID_TS\":{\"type\":\"datetime\",\"sql_type\":\"TIMESTAMP_TZ\",\"value\":null}"));
    QVERIFY(holds("{\"rule\":\"Warehouse-Truncated\",\"severity\":\"error\",\"table\":\"E\",\"column\":\"A\","
                  "\"path\":\"properties.a\",\"before\":\"0.5\",\"after\":\"0\",\"message\":"));
}

QTEST_APPLESS_MAIN(TestWarehouseTables)
#include "tst_warehousetables.moc"
