#include "core/schema/warehouse/warehousegateway.h"

#include "core/base/jsonobject.h"
#include "core/base/jsontext.h"

namespace Weir {

namespace {

std::string jsonOf(std::string_view text)
{
    return JsonText().text(text).str();
}

std::optional<UtcTime> timeOf(const JsonObject &call, std::string_view key)
{
    const std::string text = jsonStringText(call.value(key));
    return text.empty() ? std::nullopt : parseTime(text);
}

} // namespace

Result<std::string> asReceived(std::string_view call, const WarehouseReceipt &receipt)
{
    WEIR_TRY(JsonObject object, JsonObject::read(call));
    if (!object.has("type") && !receipt.type.empty())
        object.set("type", jsonOf(receipt.type));
    const UtcTime received = receipt.receivedAt;
    // What cannot be read counts as the time of receipt.
    const UtcTime original = timeOf(object, "originalTimestamp").value_or(received);
    const UtcTime sent = timeOf(object, "sentAt").value_or(received);
    const UtcTime corrected = received - (sent - original);
    object.set("originalTimestamp", jsonOf(toRfc3339(original)));
    object.set("sentAt", jsonOf(toRfc3339(sent)));
    object.set("receivedAt", jsonOf(toRfc3339(received)));
    object.set("timestamp", jsonOf(toRfc3339(timeOf(object, "timestamp").value_or(corrected))));
    if (!object.has("request_ip") && !receipt.peer.empty())
        object.set("request_ip", jsonOf(receipt.peer));
    return object.toJson();
}

} // namespace Weir
