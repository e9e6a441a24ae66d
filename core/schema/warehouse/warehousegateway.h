#pragma once

#include "core/base/error.h"
#include "core/base/time.h"

#include <string>
#include <string_view>

namespace Weir {

/// What RudderStack's gateway knows of a call beside its JSON.
struct WarehouseReceipt
{
    std::string_view type; ///< By the path it came on: "track". For calls that do not say it themselves.
    UtcTime receivedAt{};
    std::string_view peer; ///< The client's address. Empty: no request_ip is made of it.
};

/// The call as RudderStack hands it to its warehouse code: with the type, the four times and the address that
/// its gateway and processor add. All else keeps its bytes. Fails with BadInput on what is no JSON object.
Result<std::string> asReceived(std::string_view call, const WarehouseReceipt &receipt);

} // namespace Weir
