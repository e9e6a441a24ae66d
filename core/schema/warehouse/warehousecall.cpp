#include "core/schema/warehouse/warehousecall.h"

#include <algorithm>

namespace Weir {

namespace {

Error refusal(std::string message, std::string where = {})
{
    return {Error::Kind::BadInput, std::move(message), std::move(where)};
}

/// Paths with the type of the event in front are another kind than those without.
constexpr std::string_view typedPaths[]
    = {"track.", "identify.", "page.", "screen.", "alias.", "group.", "extract."};

void addJsonPath(std::vector<WarehouseJsonPath> &paths, std::string_view text)
{
    const std::string_view path = withoutJsBlanks(text);
    if (path.empty())
        return;
    WarehouseJsonPath &added = paths.emplace_back();
    added.key = path;
    std::ranges::replace(added.key, '.', '_');
    added.level = static_cast<int>(std::ranges::count(path, '.'));
    added.isLegacy = std::ranges::none_of(
        typedPaths, [path](std::string_view prefix) { return path.starts_with(prefix); });
}

Result<void> addJsonPaths(WarehouseCall &call, const JsValue *list)
{
    if (!list || list->kind != JsonKind::Array)
        return {};
    for (const JsValue *item = call.message.first(*list); item; item = call.message.next(*item)) {
        if (item->kind == JsonKind::String)
            addJsonPath(call.jsonPaths, item->text);
        else if (!call.isServer())
            return refusal("jsonPath.trim is not a function", "integrations › jsonPaths");
    }
    return {};
}

void addSettingsPaths(WarehouseCall &call)
{
    std::string_view rest = call.options.jsonPaths;
    while (!rest.empty()) {
        const std::size_t comma = std::min(rest.find(','), rest.size());
        addJsonPath(call.jsonPaths, rest.substr(0, comma));
        rest.remove_prefix(std::min(comma + 1, rest.size()));
    }
}

/// The event's own wishes, in `integrations`.
Result<void> readIntegrations(WarehouseCall &call)
{
    const JsMessage &message = call.message;
    const JsValue *integrations = message.member(&message.root(), "integrations");
    const bool isSnowflake = call.options.warehouse == Warehouse::Snowflake;
    const JsValue *own = message.member(integrations, isSnowflake ? "SNOWFLAKE" : "BQ");
    const JsValue *options = message.member(own, "options");
    const bool hasOptions = options && options->kind != JsonKind::Null;
    if (isTruthy(own) && !hasOptions && !call.isServer())
        return refusal("Cannot read properties of undefined (reading 'skipTracksTable')", "integrations");
    const auto wants = [&](std::string_view key) { return isTruthy(message.member(options, key)); };
    call.skipTracksTable = call.skipTracksTable || wants("skipTracksTable");
    call.skipUsersTable = call.skipUsersTable || wants("skipUsersTable");
    call.naming.escapeReserved = !wants("skipReservedKeywordsEscaping");
    call.naming.blendoCasing = wants("useBlendoCasing");
    const JsValue *all = message.member(message.member(integrations, "DATA_WAREHOUSE"), "options");
    WEIR_TRY([[maybe_unused]] const int forAll, [&]() -> Result<int> {
        if (const auto added = addJsonPaths(call, message.member(all, "jsonPaths")); !added)
            return added.error();
        if (const auto added = addJsonPaths(call, message.member(options, "jsonPaths")); !added)
            return added.error();
        return 0;
    }());
    addSettingsPaths(call);
    return {};
}

/// The gateway's part, and the connection's.
Result<void> completeMessage(WarehouseCall &call)
{
    JsMessage &message = call.message;
    const auto root = [&](std::string_view key) { return message.member(&message.root(), key); };
    if (isBlank(message, root("messageId")))
        message.setText("messageId", call.options.fallbackMessageId);
    if (call.options.connection) {
        const JsValue *context = root("context");
        const bool isUnknown
            = !context || context->kind == JsonKind::Null || context->kind == JsonKind::Object;
        if (!isUnknown && call.isServer())
            return refusal("context is not a map", "context");
        const WarehouseConnection &connection = *call.options.connection;
        message.setContext("sourceId", connection.sourceId);
        message.setContext("sourceType", connection.sourceType);
        message.setContext("destinationId", connection.destinationId);
        message.setContext("destinationType", connection.destinationType);
    }
    const JsValue *received = root("receivedAt");
    const bool isTime = received && received->kind == JsonKind::String
        && warehouseTime(received->text, call.options.engine).has_value();
    if (!isTime)
        message.setText("receivedAt", call.options.fallbackReceivedAt);
    return {};
}

std::string lowerCased(std::string_view text)
{
    std::string result(text);
    std::ranges::transform(result, result.begin(),
        [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; });
    return result;
}

Result<void> readType(WarehouseCall &call)
{
    const JsValue *type = call.message.member(&call.message.root(), "type");
    if (type && type->kind == JsonKind::String) {
        call.type = lowerCased(type->text);
        return {};
    }
    return refusal("Unknown event type: \"undefined\"", "type");
}

} // namespace

void WarehouseCall::tell(
    WarehouseRule rule, std::string column, std::string_view path, std::string before, std::string after)
{
    if (isQuiet)
        return;
    WarehouseFinding &finding = findings.emplace_back();
    finding.rule = rule;
    finding.column = std::move(column);
    finding.path = path;
    finding.before = std::move(before);
    finding.after = std::move(after);
}

Result<WarehouseCall> openWarehouseCall(
    std::string_view json, const WarehouseOptions &options, JsonIndex &index)
{
    WEIR_TRY(JsMessage message, JsMessage::read(json, index));
    WarehouseCall call{std::move(message), options, {}, nullptr, {}, {}, {}, {}, {}, {}};
    call.naming.warehouse = options.warehouse;
    call.naming.divideNumbers = options.underscoreDivideNumbers;
    call.skipTracksTable = options.skipTracksTable;
    call.skipUsersTable = options.skipUsersTable;
    if (const auto read = readIntegrations(call); !read)
        return read.error();
    if (const auto read = readType(call); !read)
        return read.error();
    if (const auto completed = completeMessage(call); !completed)
        return completed.error();
    call.names = &WarehouseNames::ofThread(call.naming);
    return call;
}

} // namespace Weir
