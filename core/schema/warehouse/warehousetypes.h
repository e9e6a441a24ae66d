#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace Weir {

enum class Warehouse : std::uint8_t { Snowflake, BigQuery };

/// RudderStack's own type of a column, from which the warehouse's follows.
enum class WarehouseType : std::uint8_t { Int, Float, Boolean, DateTime, String, Json };

/// "snowflake" or "bq", as RudderStack's messages spell it.
std::string_view providerName(Warehouse warehouse);

/// "int", "float", "boolean", "datetime", "string" or "json".
std::string_view toText(WarehouseType type);

/// What stands in DDL: "NUMBER", "FLOAT64", …
std::string_view sqlType(Warehouse warehouse, WarehouseType type);

/// A value as it is handed to the loader. A number keeps the digits that were sent wherever RudderStack,
/// whose numbers are IEEE doubles, keeps them too.
struct WarehouseValue
{
    /// Null: NULL is stored, or the loader fills the column. Json: an array or object, stored as its text.
    enum class Kind : std::uint8_t { Null, Text, Number, Boolean, Json };
    Kind kind = Kind::Null;
    std::string text; ///< Plain text, or the JSON text of the others; empty for Null.

    /// The value as JSON.
    std::string toJson() const;

    bool operator==(const WarehouseValue &) const = default;
};

} // namespace Weir
