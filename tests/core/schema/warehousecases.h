#pragma once

#include "core/base/jsonobject.h"
#include "core/event/inflate.h"
#include "core/schema/warehouse/warehouserows.h"

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include <QFile>

namespace Weir {

/// The cases of tests/fixtures/warehouse, or of the file that WEIR_WAREHOUSE_CASES names: each a JSON object
/// with what went in and what RudderStack's transformer made of it. Empty when there is no such file.
inline std::vector<std::string> warehouseCases()
{
    QByteArray bytes;
    const QString own = qEnvironmentVariable("WEIR_WAREHOUSE_CASES");
    QFile file(own.isEmpty()
            ? QStringLiteral(WEIR_SOURCE_DIR "/tests/fixtures/warehouse/transformer.ndjson.gz")
            : own);
    if (file.open(QIODevice::ReadOnly))
        bytes = file.readAll();
    std::string text(bytes.constData(), static_cast<std::size_t>(bytes.size()));
    if (own.isEmpty()) {
        const auto plain = inflated(text, Compression::Gzip, std::size_t(64) << 20);
        text = plain ? plain->toStdString() : std::string();
    }
    std::vector<std::string> cases;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t end = std::min(text.find('\n', at), text.size());
        cases.push_back(text.substr(at, end - at));
        at = end + 1;
    }
    return cases;
}

/// The settings that a case was transformed with.
inline WarehouseOptions optionsOf(const JsonObject &item)
{
    WarehouseOptions options;
    options.warehouse
        = item.value("warehouse") == "\"snowflake\"" ? Warehouse::Snowflake : Warehouse::BigQuery;
    options.identityResolution = item.value("idResolve") == "true";
    options.fallbackMessageId = "auto-id";
    const JsonObject config = *JsonObject::read(item.value("config"));
    const auto isOn = [&](std::string_view key) { return config.value(key) == "true"; };
    options.skipTracksTable = isOn("skipTracksTable");
    options.skipUsersTable = isOn("skipUsersTable");
    options.underscoreDivideNumbers = isOn("underscoreDivideNumbers");
    options.allowUsersContextTraits = isOn("allowUsersContextTraits");
    options.storeFullEvent = isOn("storeFullEvent");
    options.jsonPaths = jsonStringText(config.value("jsonPaths"));
    if (item.value("metadata") == "null")
        return options;
    const JsonObject metadata = *JsonObject::read(item.value("metadata"));
    const auto text = [&](std::string_view key) { return jsonStringText(metadata.value(key)); };
    options.connection = {text("sourceId"), text("sourceType"), text("destinationId"),
        text("destinationType"), text("sourceCategory")};
    options.fallbackReceivedAt = text("receivedAt");
    return options;
}

} // namespace Weir
