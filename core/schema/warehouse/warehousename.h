#pragma once

#include "core/schema/warehouse/warehousetypes.h"

#include <string>
#include <string_view>

namespace Weir {

/// How an event asks its names to be spelled; the integrations options and the destination's settings say so.
struct WarehouseNaming
{
    Warehouse warehouse = Warehouse::Snowflake;
    bool divideNumbers = false; ///< `underscoreDivideNumbers`, which only old destinations have: v1 is v_1.
    bool blendoCasing = false; ///< `useBlendoCasing`: nothing is split into words.
    bool escapeReserved = true; ///< Off by `skipReservedKeywordsEscaping`.

    bool operator==(const WarehouseNaming &) const = default;
};

/// Longest name of a table or column, in characters: RudderStack's own limit, not the warehouses'.
constexpr std::size_t longestWarehouseName = 127;

/// "Order Completed" gives "order_completed". Empty when `name` has no ASCII letter or digit and does not
/// start with an underscore.
std::string snakeCase(std::string_view name, bool divideNumbers = false);

/// An event's or key's name before the warehouse's own form; for an event it is what the `event` column says.
std::string plainTableName(const WarehouseNaming &naming, std::string_view name);
std::string plainColumnName(const WarehouseNaming &naming, std::string_view name);

/// The warehouse's form: its case, an underscore before a reserved word, at most 127 characters. Tables and
/// columns share it.
std::string warehouseName(const WarehouseNaming &naming, std::string_view plain);

/// The table of a track event: never one of RudderStack's own (`users` gives `_users`). `plain` is a
/// plainTableName().
std::string eventTableName(const WarehouseNaming &naming, std::string_view plain);

bool isReservedWord(Warehouse warehouse, std::string_view name);

} // namespace Weir
