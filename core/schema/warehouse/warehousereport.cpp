#include "core/schema/warehouse/warehousereport.h"

#include "core/base/jsontext.h"

namespace Weir {

namespace {

void writeColumn(JsonText &json, Warehouse warehouse, const WarehouseColumn &column)
{
    json.key(column.name).beginObject();
    json.key("type").text(toText(column.type));
    json.key("sql_type").text(sqlType(warehouse, column.type));
    json.key("value");
    if (column.value.kind == WarehouseValue::Kind::Json)
        json.text(column.value.text);
    else
        json.raw(column.value.toJson());
    json.endObject();
}

void writeWarning(JsonText &json, const WarehouseFinding &finding)
{
    json.beginObject();
    json.key("rule").text(violationName(finding.rule));
    json.key("severity").text(toText(severityOf(finding.rule)));
    json.key("table").textOrNull(finding.table);
    json.key("column").textOrNull(finding.column);
    json.key("path").textOrNull(finding.path);
    json.key("before").textOrNull(finding.before);
    json.key("after").textOrNull(finding.after);
    json.key("message").text(toText(finding));
    json.endObject();
}

} // namespace

std::string toJson(
    const WarehouseRows &rows, Warehouse warehouse, const std::vector<WarehouseFinding> &warnings)
{
    JsonText json;
    json.beginObject().key("tables").beginArray();
    for (const WarehouseRow &row : rows.rows) {
        json.beginObject().key("table").text(row.table).key("columns").beginObject();
        for (const WarehouseColumn &column : row.columns)
            writeColumn(json, warehouse, column);
        json.endObject().endObject();
    }
    json.endArray().key("warnings").beginArray();
    for (const WarehouseFinding &finding : warnings)
        writeWarning(json, finding);
    json.endArray().endObject();
    return std::move(json).str();
}

} // namespace Weir
