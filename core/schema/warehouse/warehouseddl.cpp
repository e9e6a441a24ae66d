#include "core/schema/warehouse/warehouseddl.h"

#include "core/schema/warehouse/warehousename.h"

namespace Weir {

namespace {

using Tables = std::map<std::string, WarehouseTable, std::less<>>;

/// Quoted always: Snowflake would fold the case, and both have more reserved words than RudderStack escapes.
std::string quoted(Warehouse warehouse, std::string_view name)
{
    const char quote = warehouse == Warehouse::Snowflake ? '"' : '`';
    std::string text(1, quote);
    for (const char c : name) {
        if (warehouse == Warehouse::Snowflake && c == '"')
            text += c;
        else if (warehouse == Warehouse::BigQuery && (c == '`' || c == '\\'))
            text += '\\';
        text += c;
    }
    return text += quote;
}

std::string fullName(Warehouse warehouse, std::string_view schema, std::string_view table)
{
    if (schema.empty())
        return quoted(warehouse, table);
    return quoted(warehouse, schema) + '.' + quoted(warehouse, table);
}

std::string definition(Warehouse warehouse, const std::string &name, WarehouseType type)
{
    return quoted(warehouse, name) + ' ' + std::string(sqlType(warehouse, type));
}

std::string createStatement(
    Warehouse warehouse, std::string_view schema, const std::string &name, const WarehouseTable &table)
{
    std::string sql = "CREATE TABLE IF NOT EXISTS " + fullName(warehouse, schema, name) + " (\n";
    std::size_t left = table.size();
    for (const auto &[column, about] : table)
        sql += "  " + definition(warehouse, column, about.type) + (--left > 0 ? ",\n" : "\n");
    // RudderStack's tables in BigQuery are partitioned by the day of loading.
    return sql + (warehouse == Warehouse::BigQuery ? ") PARTITION BY _PARTITIONDATE;" : ");");
}

} // namespace

std::string warehouseNamespace(Warehouse warehouse, std::string_view name)
{
    WarehouseNaming naming;
    naming.warehouse = warehouse;
    const std::string plain = snakeCase(name);
    return warehouseName(naming, plain.empty() ? "stringempty" : plain);
}

std::vector<std::string> createStatements(const WarehouseTables &tables, std::string_view schema)
{
    std::vector<std::string> statements;
    for (const auto &[name, table] : tables.tables())
        statements.push_back(createStatement(tables.warehouse(), schema, name, table));
    return statements;
}

std::vector<std::string> alterStatements(
    const WarehouseTables &before, const WarehouseTables &after, std::string_view schema)
{
    const Warehouse warehouse = after.warehouse();
    const Tables known = before.tables();
    std::vector<std::string> statements;
    for (const auto &[name, table] : after.tables()) {
        const auto had = known.find(name);
        if (had == known.end()) {
            statements.push_back(createStatement(warehouse, schema, name, table));
            continue;
        }
        for (const auto &[column, about] : table) {
            if (!had->second.contains(column))
                statements.push_back("ALTER TABLE " + fullName(warehouse, schema, name) + " ADD COLUMN "
                    + definition(warehouse, column, about.type) + ';');
        }
    }
    return statements;
}

} // namespace Weir
