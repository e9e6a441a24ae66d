#pragma once

#include "core/base/error.h"
#include "core/schema/warehouse/warehousefinding.h"
#include "core/schema/warehouse/warehousetime.h"
#include "core/schema/warehouse/warehousetypes.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace Weir {

/// What RudderStack knows of the connection an event goes over. Empty: it knows none, and no column comes of
/// it.
struct WarehouseConnection
{
    std::string sourceId, sourceType, destinationId, destinationType;
    std::string sourceCategory; ///< "cloud" and "singer-protocol" have rules of their own.

    bool operator==(const WarehouseConnection &) const = default;
};

/// The destination's settings, by RudderStack's names for them.
struct WarehouseOptions
{
    Warehouse warehouse = Warehouse::Snowflake;
    WarehouseEngine engine = WarehouseEngine::Server;
    std::optional<WarehouseConnection> connection; ///< Puts its ids in the context of every event.
    std::string jsonPaths; ///< Comma-separated.
    std::string fallbackMessageId; ///< For events without a messageId; RudderStack takes "auto-" and a uuid.
    std::string fallbackReceivedAt; ///< RFC 3339, for events that RudderStack's gateway has not seen yet.
    bool skipTracksTable = false;
    bool skipUsersTable = false;
    bool underscoreDivideNumbers = false;
    bool allowUsersContextTraits = false;
    bool storeFullEvent = false;
    bool identityResolution = false; ///< Off in RudderStack unless its operator turns it on.

    bool operator==(const WarehouseOptions &) const = default;
};

struct WarehouseColumn
{
    std::string name;
    WarehouseType type = WarehouseType::String;
    WarehouseValue value; ///< Null also where the loader fills it.
    std::string
        path; ///< Where in the event it is from: "properties.match_score". Empty: RudderStack adds it.

    bool operator==(const WarehouseColumn &) const = default;
};

/// One row of one table. Columns are in no order that means anything.
struct WarehouseRow
{
    std::string table;
    std::vector<WarehouseColumn> columns;
    bool isMergeRule = false; ///< Of identity resolution; such a row has no uuid_ts.
    std::string eventName; ///< Of an event table: the name as sent.

    bool operator==(const WarehouseRow &) const = default;
};

/// What one event becomes.
struct WarehouseRows
{
    std::vector<WarehouseRow> rows; ///< In RudderStack's order.
    /// What this event alone tells; what depends on the tables is WarehouseTables' to say.
    std::vector<WarehouseFinding> findings;
};

/// `call` is a RudderStack call as JSON: track, identify, page, screen, group, alias, merge or extract.
/// Events of other sources are mapped to one first. Fails with BadInput and RudderStack's own words where
/// RudderStack refuses the event, and when `call` is no JSON object. Pure; any thread.
Result<WarehouseRows> warehouseRows(std::string_view call, const WarehouseOptions &options);

} // namespace Weir
