#pragma once

#include "core/schema/warehouse/warehousecolumns.h"
#include "core/schema/warehouse/warehousejson.h"
#include "core/schema/warehouse/warehousenames.h"
#include "core/schema/warehouse/warehouserows.h"

#include <string>
#include <string_view>
#include <vector>

namespace Weir {

/// A value that is kept whole, as JSON text, instead of being flattened.
struct WarehouseJsonPath
{
    std::string key; ///< Its keys, joined by underscores.
    int level = 0; ///< How many keys lie above it.
    bool isLegacy = false; ///< Without the event's type in front: for track events only.

    bool operator==(const WarehouseJsonPath &) const = default;
};

/// One call on its way to rows, with what it and the destination ask for. Private to the room.
struct WarehouseCall
{
    JsMessage message;
    const WarehouseOptions &options;
    WarehouseNaming naming;
    WarehouseNames *names; ///< This thread's, for this naming.
    std::string type; ///< In lower case.
    std::vector<WarehouseJsonPath> jsonPaths;
    bool skipTracksTable = false;
    bool skipUsersTable = false;
    bool isQuiet = false; ///< Makes a second row of the same values, which would tell all twice.
    std::vector<WarehouseFinding> findings;

    bool isServer() const { return options.engine == WarehouseEngine::Server; }
    void tell(
        WarehouseRule rule, std::string column, std::string_view path, std::string before, std::string after);
};

/// Reads the call and does what RudderStack does before it looks at the type: ids and times that are missing,
/// the connection's ids, the options of `integrations`. `index` must outlive the call.
Result<WarehouseCall> openWarehouseCall(
    std::string_view json, const WarehouseOptions &options, JsonIndex &index);

/// Whether RudderStack keeps the value as JSON because of the type of column it makes of it.
enum class AsJson : bool { No, Yes };

/// The column `name` of this value, which is neither null nor blank. `key` is the unchanged key.
WarehouseColumn typedColumn(WarehouseCall &call, std::string name, std::string_view key, const JsValue &value,
    std::string_view path, AsJson asJson = AsJson::No);

/// As typedColumn(), of a text that is none of the call's own.
WarehouseColumn typedColumn(WarehouseCall &call, std::string name, std::string_view key,
    std::string_view text, std::string_view path, AsJson asJson = AsJson::No);

/// Where an object that is flattened hangs.
struct WarehouseBranch
{
    std::string_view path; ///< In the event: "context.traits".
    std::string_view complete; ///< For JSON paths: "identify_context_traits_".
    int completeLevel = 2;
    std::string_view prefix = {}; ///< Of the columns: "context_".
};

/// Adds a column for each leaf below `input`. Does nothing when it is null or no object.
void flattenInto(
    WarehouseColumns &columns, WarehouseCall &call, const JsValue *input, WarehouseBranch branch);

} // namespace Weir
