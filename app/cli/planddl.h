#pragma once

#include "app/cli/options.h"
#include "core/schema/warehouse/warehousetables.h"
#include "core/store/sessionreader.h"

namespace Weir {

/// What the events of a session need in a warehouse.
struct SessionTables
{
    WarehouseTables tables;
    std::int64_t events = 0; ///< That became rows.
    std::int64_t others = 0; ///< Of sources that RudderStack does not carry, or whose bytes are gone.
    std::vector<Error> refused; ///< Calls that RudderStack refuses.
};
Result<SessionTables> tablesOf(SessionReader &reader, Warehouse warehouse);

/// `weir plan ddl`: the statements on standard output, what is left out on standard error.
int planDdl(const Arguments &arguments);

} // namespace Weir
