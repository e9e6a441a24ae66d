#include "core/base/jsonobject.h"
#include "core/base/jsontext.h"
#include "core/schema/warehouse/warehouseddl.h"
#include "tests/core/schema/warehousecases.h"

#include <QDir>
#include <QProcess>
#include <QStandardPaths>
#include <QTest>

using namespace Weir;
using namespace Qt::StringLiterals;

namespace {

WarehouseTables fed(Warehouse warehouse, std::initializer_list<const char *> calls)
{
    WarehouseTables tables(warehouse);
    WarehouseOptions options;
    options.warehouse = warehouse;
    options.skipTracksTable = true;
    std::int64_t event = 0;
    for (const char *call : calls)
        tables.add(++event, *warehouseRows(call, options));
    return tables;
}

/// All of the fixture's events in one session.
WarehouseTables wholeCorpus(Warehouse warehouse)
{
    WarehouseTables tables(warehouse);
    std::int64_t event = 0;
    for (const std::string &line : warehouseCases()) {
        const JsonObject item = *JsonObject::read(line);
        if (!item.has("warehouse"))
            continue;
        WarehouseOptions options = optionsOf(item);
        options.warehouse = warehouse;
        if (const auto rows = warehouseRows(jsonStringText(item.value("message")), options))
            tables.add(++event, *rows);
    }
    return tables;
}

} // namespace

class TestWarehouseDdl : public QObject
{
    Q_OBJECT
private slots:
    void creates_data();
    void creates();
    void alters();
    void namespaces_data();
    void namespaces();
    void parses_data();
    void parses();
};

void TestWarehouseDdl::creates_data()
{
    QTest::addColumn<Warehouse>("warehouse");
    QTest::addColumn<QString>("statement");
    QTest::newRow("Snowflake")
        << Warehouse::Snowflake
        << u"CREATE TABLE IF NOT EXISTS \"MY\"\"NS\".\"E\" (\n  \"A\" NUMBER,\n  \"B\" DOUBLE PRECISION,\n"
           "  \"C\" BOOLEAN,\n  \"D\" TIMESTAMP_TZ,\n  \"EVENT\" VARCHAR,\n  \"EVENT_TEXT\" VARCHAR,\n"
           "  \"UUID_TS\" TIMESTAMP_TZ,\n  \"VIOLATION_ERRORS\" VARIANT,\n  \"_ORDER\" VARCHAR\n);"_s;
    QTest::newRow("BigQuery")
        << Warehouse::BigQuery
        << u"CREATE TABLE IF NOT EXISTS `MY\"NS`.`e` (\n  `_order` STRING,\n  `a` INT64,\n  `b` FLOAT64,\n"
           "  `c` BOOL,\n  `d` TIMESTAMP,\n  `event` STRING,\n  `event_text` STRING,\n"
           "  `loaded_at` TIMESTAMP,\n  `uuid_ts` TIMESTAMP,\n  `violation_errors` STRING\n"
           ") PARTITION BY _PARTITIONDATE;"_s;
}

void TestWarehouseDdl::creates()
{
    QFETCH(Warehouse, warehouse);
    const WarehouseTables tables = fed(warehouse,
        {R"({"type":"track","event":"e","properties":{"a":1,"b":0.5,"c":true,"d":"2026-02-03","order":"x","violationErrors":[1]}})"});
    const auto statements = createStatements(tables, "MY\"NS");
    QCOMPARE(statements.size(), std::size_t(2)); // rudder_discards stands beside it.
    QTEST(QString::fromStdString(statements.front()), "statement");
}

void TestWarehouseDdl::alters()
{
    const char *first = R"({"type":"track","event":"e","properties":{"a":1}})";
    const WarehouseTables before = fed(Warehouse::Snowflake, {first});
    const WarehouseTables after = fed(Warehouse::Snowflake,
        {first, R"({"type":"track","event":"e","properties":{"a":0.5,"b":"x"}})",
            R"({"type":"track","event":"f"})"});
    const auto statements = alterStatements(before, after, {});
    QCOMPARE(statements.size(), std::size_t(2));
    QCOMPARE(statements[0], std::string("ALTER TABLE \"E\" ADD COLUMN \"B\" VARCHAR;"));
    QVERIFY(statements[1].starts_with("CREATE TABLE IF NOT EXISTS \"F\" ("));
    QVERIFY(alterStatements(after, after, {}).empty());
}

void TestWarehouseDdl::namespaces_data()
{
    QTest::addColumn<QString>("name");
    QTest::addColumn<QString>("snowflake");
    QTest::newRow("plain") << u"My Source"_s << u"MY_SOURCE"_s;
    QTest::newRow("digit") << u"2nd source"_s << u"_2ND_SOURCE"_s;
    QTest::newRow("reserved") << u"order"_s << u"_ORDER"_s;
    QTest::newRow("nothing left") << u"日本"_s << u"STRINGEMPTY"_s;
}

void TestWarehouseDdl::namespaces()
{
    QFETCH(QString, name);
    QTEST(QString::fromStdString(warehouseNamespace(Warehouse::Snowflake, name.toStdString())), "snowflake");
}

void TestWarehouseDdl::parses_data()
{
    QTest::addColumn<Warehouse>("warehouse");
    QTest::addColumn<QString>("dialect");
    QTest::newRow("Snowflake") << Warehouse::Snowflake << u"snowflake"_s;
    QTest::newRow("BigQuery") << Warehouse::BigQuery << u"bigquery"_s;
}

/// An independent parser reads every statement that all events of the fixture need.
void TestWarehouseDdl::parses()
{
    QFETCH(Warehouse, warehouse);
    QFETCH(QString, dialect);
    const QString scripts = QStringLiteral(WEIR_SOURCE_DIR "/tests/warehouse");
    const QString node = QStandardPaths::findExecutable(u"node"_s);
    if (node.isEmpty() || !QDir(scripts + u"/node_modules/node-sql-parser"_s).exists())
        QSKIP("Needs Node and node-sql-parser: npm ci in tests/warehouse");
    const WarehouseTables tables = wholeCorpus(warehouse);
    auto statements = createStatements(tables, "ns");
    const std::size_t tableCount = statements.size();
    WarehouseTables before(warehouse);
    for (const auto &[name, table] : tables.tables())
        before.addExisting(name, table.begin()->first, table.begin()->second.type);
    for (std::string &statement : alterStatements(before, tables, "ns"))
        statements.push_back(std::move(statement));
    QVERIFY(tableCount > 100 && statements.size() > 1000);

    JsonText input;
    input.beginObject().key("dialect").text(dialect.toStdString()).key("statements").beginArray();
    for (const std::string &statement : statements)
        input.text(statement);
    input.endArray().endObject();
    QProcess process;
    process.setProcessChannelMode(QProcess::ForwardedErrorChannel);
    process.start(node, {scripts + u"/ddl.mjs"_s});
    process.write(input.str().data(), qint64(input.str().size()));
    process.closeWriteChannel();
    QVERIFY(process.waitForFinished(240'000));
    const auto answers = readJsonArray(process.readAllStandardOutput().toStdString());
    QVERIFY(answers);
    QCOMPARE(answers->size(), statements.size());
    for (std::size_t at = 0; at < answers->size(); ++at) {
        const JsonObject answer = *JsonObject::read((*answers)[at]);
        QVERIFY2(!answer.has("error"), jsonStringText(answer.value("error")).c_str());
        QCOMPARE(jsonStringText(answer.value("type")), std::string(at < tableCount ? "create" : "alter"));
        const auto lines = std::ranges::count(statements[at], '\n');
        QCOMPARE(std::string(answer.value("columns")), std::to_string(at < tableCount ? lines - 1 : 1));
    }
}

QTEST_GUILESS_MAIN(TestWarehouseDdl)
#include "tst_warehouseddl.moc"
