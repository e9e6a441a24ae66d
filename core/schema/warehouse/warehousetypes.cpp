#include "core/schema/warehouse/warehousetypes.h"

#include "core/schema/warehouse/warehousejson.h"

namespace Weir {

namespace {

struct TypeNames
{
    std::string_view rudder, snowflake, bigQuery;
};

// In the order of WarehouseType. BigQuery's loader has no JSON type: JSON is text there. FLOAT64 and INT64
// are what its API calls FLOAT and INTEGER.
constexpr TypeNames names[] = {
    {"int", "NUMBER", "INT64"},
    {"float", "DOUBLE PRECISION", "FLOAT64"},
    {"boolean", "BOOLEAN", "BOOL"},
    {"datetime", "TIMESTAMP_TZ", "TIMESTAMP"},
    {"string", "VARCHAR", "STRING"},
    {"json", "VARIANT", "STRING"},
};

const TypeNames &namesOf(WarehouseType type)
{
    return names[static_cast<std::size_t>(type)];
}

} // namespace

std::string_view providerName(Warehouse warehouse)
{
    return warehouse == Warehouse::Snowflake ? "snowflake" : "bq";
}

std::string_view toText(WarehouseType type)
{
    return namesOf(type).rudder;
}

std::string_view sqlType(Warehouse warehouse, WarehouseType type)
{
    return warehouse == Warehouse::Snowflake ? namesOf(type).snowflake : namesOf(type).bigQuery;
}

std::string WarehouseValue::toJson() const
{
    if (kind == Kind::Null)
        return "null";
    if (kind != Kind::Text)
        return text;
    std::string json;
    appendJsString(json, text);
    return json;
}

} // namespace Weir
