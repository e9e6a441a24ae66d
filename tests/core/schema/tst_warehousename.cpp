#include "core/schema/warehouse/warehousename.h"

#include <QTest>

using namespace Weir;
using namespace Qt::StringLiterals;

class TestWarehouseName : public QObject
{
    Q_OBJECT
private slots:
    void snakeCases_data();
    void snakeCases();
    void forms_data();
    void forms();
    void eventTables_data();
    void eventTables();
    void longNames();
};

void TestWarehouseName::snakeCases_data()
{
    QTest::addColumn<QString>("name");
    QTest::addColumn<QString>("whole");
    QTest::addColumn<QString>("divided");
    const auto row = [](const char16_t *name, const char16_t *whole, const char16_t *divided) {
        QTest::addRow("%s", qPrintable(QString::fromUtf16(name)))
            << QString::fromUtf16(name) << QString::fromUtf16(whole) << QString::fromUtf16(divided);
    };
    row(u"Order Completed", u"order_completed", u"order_completed");
    row(u"order.completed", u"order_completed", u"order_completed");
    row(u"HTTPServerError", u"http_server_error", u"http_server_error");
    row(u"getHTTP2Response", u"get_http2_response", u"get_http_2_response");
    row(u"step1", u"step1", u"step_1");
    row(u"step-1", u"step_1", u"step_1");
    row(u"step1a", u"step1_a", u"step_1_a");
    row(u"1step", u"_1step", u"_1_step");
    row(u"99Bottles", u"_99bottles", u"_99_bottles");
    row(u"3dModel", u"_3d_model", u"_3_d_model");
    row(u"iPhone14ProMax", u"i_phone14_pro_max", u"i_phone_14_pro_max");
    row(u"FOOBar", u"foo_bar", u"foo_bar");
    row(u"abc123DEF456", u"abc123_def456", u"abc_123_def_456");
    row(u"1CComega", u"_1cc_omega", u"_1_c_comega");
    row(u"x86_64Build", u"x86_64build", u"x_86_64_build");
    row(u"v1beta2", u"v1_beta2", u"v_1_beta_2");
    row(u"1stPlace", u"_1st_place", u"_1st_place");
    row(u"11th", u"_11th", u"_11_th");
    row(u"22ND thing", u"_22nd_thing", u"_22nd_thing");
    row(u"it's done", u"it_s_done", u"it_s_done");
    row(u"naïve café", u"na_ve_caf", u"na_ve_caf");
    row(u"$pageview", u"pageview", u"pageview");
    row(u"__FooBar", u"__foo_bar", u"__foo_bar");
    row(u"___", u"___", u"___");
    row(u"-_a", u"a", u"a");
    row(u"_1", u"_1", u"_1");
    row(u"日本語", u"", u"");
    row(u"", u"", u"");
}

void TestWarehouseName::snakeCases()
{
    QFETCH(QString, name);
    QTEST(QString::fromStdString(snakeCase(name.toStdString())), "whole");
    QTEST(QString::fromStdString(snakeCase(name.toStdString(), true)), "divided");
}

void TestWarehouseName::forms_data()
{
    QTest::addColumn<QString>("plain");
    QTest::addColumn<QString>("snowflake");
    QTest::addColumn<QString>("bigQuery");
    QTest::newRow("free") << u"latency_ms"_s << u"LATENCY_MS"_s << u"latency_ms"_s;
    QTest::newRow("reserved on both") << u"order"_s << u"_ORDER"_s << u"_order"_s;
    QTest::newRow("Snowflake's") << u"start"_s << u"_START"_s << u"start"_s;
    QTest::newRow("BigQuery's") << u"groups"_s << u"GROUPS"_s << u"_groups"_s;
    QTest::newRow("inside a name") << u"context_order"_s << u"CONTEXT_ORDER"_s << u"context_order"_s;
}

void TestWarehouseName::forms()
{
    QFETCH(QString, plain);
    WarehouseNaming naming;
    QTEST(QString::fromStdString(warehouseName(naming, plain.toStdString())), "snowflake");
    naming.warehouse = Warehouse::BigQuery;
    QTEST(QString::fromStdString(warehouseName(naming, plain.toStdString())), "bigQuery");
    naming.escapeReserved = false;
    QCOMPARE(QString::fromStdString(warehouseName(naming, plain.toStdString())), plain);
}

void TestWarehouseName::eventTables_data()
{
    QTest::addColumn<QString>("event");
    QTest::addColumn<bool>("escape");
    QTest::addColumn<QString>("table");
    QTest::newRow("users") << u"users"_s << true << u"_users"_s;
    QTest::newRow("users, not escaped") << u"users"_s << false << u"_users"_s;
    QTest::newRow("tracks") << u"tracks"_s << true << u"_tracks"_s;
    QTest::newRow("tracks, not escaped") << u"tracks"_s << false << u"tracks"_s;
    QTest::newRow("groups, escaped once") << u"groups"_s << true << u"_groups"_s;
    QTest::newRow("RudderStack's own, unprotected") << u"rudder_discards"_s << true << u"rudder_discards"_s;
}

void TestWarehouseName::eventTables()
{
    QFETCH(QString, event);
    QFETCH(bool, escape);
    WarehouseNaming naming;
    naming.warehouse = Warehouse::BigQuery;
    naming.escapeReserved = escape;
    QTEST(QString::fromStdString(eventTableName(naming, event.toStdString())), "table");
}

void TestWarehouseName::longNames()
{
    const std::string name = "order" + std::string(200, 'x');
    QCOMPARE(warehouseName({}, name).size(), longestWarehouseName);
    // The underscore counts, the one before RudderStack's own tables does not.
    WarehouseNaming blendo;
    blendo.blendoCasing = true;
    QCOMPARE(plainColumnName(blendo, "1 Größe$"), std::string("_1_gr__e$"));
    QCOMPARE(plainTableName(blendo, "  Größe "), std::string("größe"));
}

QTEST_APPLESS_MAIN(TestWarehouseName)
#include "tst_warehousename.moc"
