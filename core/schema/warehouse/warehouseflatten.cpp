#include "core/schema/warehouse/warehousecall.h"

#include <algorithm>

namespace Weir {

namespace {

constexpr std::string_view reservedEverywhere[] = {"id", "anonymous_id", "user_id", "sent_at", "timestamp",
    "received_at", "original_timestamp", "channel", "context_ip", "context_request_ip", "context_passed_ip"};

struct ReservedColumn
{
    std::string_view type, column;
};
constexpr ReservedColumn reservedColumns[] = {{"track", "event_text"}, {"track", "record_id"},
    {"page", "name"}, {"screen", "name"}, {"group", "group_id"}, {"alias", "previous_id"}};

bool hasType(std::string_view type)
{
    constexpr std::string_view types[] = {"track", "identify", "page", "screen", "group", "alias", "extract"};
    return std::ranges::find(types, type) != std::end(types);
}

/// RudderStack's own columns, which no key of the event may make. `column` in lower case.
bool isReserved(const WarehouseCall &call, std::string_view column)
{
    // The Node module looks names up in a plain object, which has this member already.
    if (!call.isServer() && hasType(call.type) && column == "constructor")
        return true;
    if (call.type == "extract")
        return column == "id" || column == "received_at" || column == "event";
    if (std::ranges::find(reservedEverywhere, column) != std::end(reservedEverywhere))
        return hasType(call.type);
    return std::ranges::any_of(reservedColumns, [&](const ReservedColumn &reserved) {
        return reserved.type == call.type && reserved.column == column;
    });
}

/// The number of UTF-16 units of `text` is one.
bool isOneUnit(std::string_view text)
{
    if (text.empty() || static_cast<unsigned char>(text[0]) >= 0xF0)
        return false;
    return std::ranges::all_of(
        text.substr(1), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; });
}

/// The text of an object that is a text taken apart: {"0":"a","1":"b"}. Nothing for any other.
std::optional<std::string> joinedLetters(const JsMessage &message, const JsValue &object)
{
    std::string text;
    const JsValue *letter = message.first(object);
    if (!letter || (letter->key != "0" && letter->key != "1"))
        return {};
    // Keys that are numbers come in order.
    for (std::uint64_t at = letter->key == "0" ? 0 : 1; letter; letter = message.next(*letter), ++at) {
        if (letter->key != std::to_string(at) || letter->kind != JsonKind::String || !isOneUnit(letter->text))
            return {};
        text += letter->text;
    }
    return text;
}

class Flattener
{
public:
    Flattener(WarehouseColumns &columns, WarehouseCall &call, const WarehouseBranch &branch)
        : m_columns(columns)
        , m_call(call)
        , m_path(branch.path)
        , m_complete(branch.complete)
        , m_prefix(branch.prefix)
        , m_completeLevel(branch.completeLevel)
        , m_isCloud(call.options.connection && call.options.connection->sourceCategory == "cloud")
    {
    }

    void walk(const JsValue &object)
    {
        if (m_complete.ends_with("context_traits_") || m_complete == "group_traits_") {
            if (const auto letters = joinedLetters(m_call.message, object)) {
                if (m_prefix == "context_traits_")
                    append(JsValue{JsonKind::String, {}, *letters, 0, 0}, AsJson::No);
                return;
            }
        }
        for (const JsValue *child = m_call.message.first(object); child; child = m_call.message.next(*child))
            visit(*child);
    }

private:
    void visit(const JsValue &child)
    {
        const std::size_t path = m_path.size(), complete = m_complete.size(), prefix = m_prefix.size();
        (m_path += '.') += child.key;
        m_complete += child.key;
        m_prefix += child.key;
        const bool isObject = child.kind == JsonKind::Object;
        if (isJsonPath()) {
            appendStringified(child, AsJson::Yes);
        } else if (isObject && (!m_isCloud || m_level < 3)) {
            m_complete += '_';
            m_prefix += '_';
            ++m_level;
            ++m_completeLevel;
            walk(child);
            --m_level;
            --m_completeLevel;
        } else if (isObject) {
            appendStringified(child, AsJson::No);
        } else if (!isBlank(m_call.message, &child)) {
            append(child, AsJson::No);
        }
        m_path.resize(path);
        m_complete.resize(complete);
        m_prefix.resize(prefix);
    }

    bool isJsonPath() const
    {
        // The last of equal paths counts.
        const auto isAt = [&](bool isLegacy, std::string_view key, int level) {
            const auto &paths = m_call.jsonPaths;
            const auto found = std::find_if(paths.rbegin(), paths.rend(),
                [&](const WarehouseJsonPath &path) { return path.isLegacy == isLegacy && path.key == key; });
            return found != paths.rend() && found->level == level;
        };
        return isAt(false, m_complete, m_completeLevel)
            || (m_call.type == "track" && isAt(true, m_prefix, m_level));
    }

    void appendStringified(const JsValue &value, AsJson asJson)
    {
        if (isBlank(m_call.message, &value))
            return;
        const std::string text = m_call.message.stringify(value);
        append(JsValue{JsonKind::String, {}, text, 0, 0}, asJson);
    }

    void append(const JsValue &value, AsJson asJson)
    {
        const WarehouseNames::Name &spelling = m_call.names->ofKey(m_prefix);
        if (spelling.plain.empty() || isReserved(m_call, spelling.small))
            return drop(value);
        tellName(spelling.plain, spelling.name);
        WarehouseColumn column = typedColumn(m_call, spelling.name, m_prefix, value, m_path, asJson);
        if (const WarehouseColumn *earlier = m_columns.find(column.name)) {
            m_call.tell(
                WarehouseRule::Merged, column.name, m_path, earlier->value.toJson(), column.value.toJson());
        }
        m_columns.set(std::move(column));
    }

    void drop(const JsValue &value)
    {
        if (!m_call.isQuiet)
            m_call.tell(WarehouseRule::Dropped, {}, m_path, m_call.message.stringify(value), {});
    }

    void tellName(const std::string &plain, const std::string &name)
    {
        if (m_call.isQuiet)
            return;
        if (plain.size() > longestWarehouseName)
            m_call.tell(WarehouseRule::Cut, name, m_path, plain, name);
        else if (name.size() > plain.size())
            m_call.tell(WarehouseRule::Escaped, name, m_path, plain, name);
        else if (plain != m_prefix && !m_path.starts_with("context"))
            m_call.tell(WarehouseRule::Renamed, name, m_path, m_prefix, name);
    }

    WarehouseColumns &m_columns;
    WarehouseCall &m_call;
    std::string m_path, m_complete, m_prefix;
    int m_level = 0, m_completeLevel;
    bool m_isCloud;
};

void setNumber(WarehouseCall &call, WarehouseColumn &column, const JsValue &value)
{
    JsNumber number = jsNumber(value.text);
    column.type = number.isWhole ? WarehouseType::Int : WarehouseType::Float;
    if (!number.isFinite)
        return call.tell(WarehouseRule::Nulled, column.name, column.path, std::string(value.text), "null");
    if (!number.isExact)
        call.tell(WarehouseRule::Rounded, column.name, column.path, std::string(value.text), number.text);
    column.value = {WarehouseValue::Kind::Number, std::move(number.text)};
}

/// Whether a timestamp is spelled as it is stored: "2026-02-03T04:05:06.789Z", what most SDKs send.
bool isStoredForm(std::string_view time)
{
    return time.size() == 24 && time[10] == 'T' && time[19] == '.' && time[23] == 'Z';
}

void setText(
    WarehouseCall &call, WarehouseColumn &column, std::string_view key, std::string_view text, AsJson asJson)
{
    column.value = {WarehouseValue::Kind::Text, std::string(text)};
    if (const auto time = warehouseTime(text, call.options.engine)) {
        std::string sent = column.value.toJson();
        column.type = WarehouseType::DateTime;
        if (!isStoredForm(text) || time->isMoved)
            column.value.text = toRfc3339(time->time);
        if (time->isMoved || time->isCut) {
            const auto rule = time->isMoved ? WarehouseRule::Moved : WarehouseRule::Shortened;
            call.tell(rule, column.name, column.path, std::move(sent), column.value.toJson());
        }
        return;
    }
    const bool isJson = asJson == AsJson::Yes || key == "violationErrors";
    column.type = isJson && call.options.warehouse == Warehouse::Snowflake ? WarehouseType::Json
                                                                           : WarehouseType::String;
}

} // namespace

WarehouseColumn typedColumn(WarehouseCall &call, std::string name, std::string_view key, const JsValue &value,
    std::string_view path, AsJson asJson)
{
    WarehouseColumn column;
    column.name = std::move(name);
    column.path = path;
    switch (value.kind) {
    case JsonKind::Number:
        setNumber(call, column, value);
        break;
    case JsonKind::True:
    case JsonKind::False:
        column.type = WarehouseType::Boolean;
        column.value = {WarehouseValue::Kind::Boolean, std::string(value.text)};
        break;
    case JsonKind::String:
        setText(call, column, key, value.text, asJson);
        break;
    default:
        setText(call, column, key, {}, asJson);
        column.value = {WarehouseValue::Kind::Json, call.message.stringify(value)};
    }
    return column;
}

WarehouseColumn typedColumn(WarehouseCall &call, std::string name, std::string_view key,
    std::string_view text, std::string_view path, AsJson asJson)
{
    return typedColumn(call, std::move(name), key, JsValue{JsonKind::String, {}, text, 0, 0}, path, asJson);
}

void flattenInto(WarehouseColumns &columns, WarehouseCall &call, const JsValue *input, WarehouseBranch branch)
{
    if (input && input->kind == JsonKind::Object)
        Flattener(columns, call, branch).walk(*input);
}

} // namespace Weir
