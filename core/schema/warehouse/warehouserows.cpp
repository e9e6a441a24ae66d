#include "core/schema/warehouse/warehouserows.h"

#include "core/schema/warehouse/warehousecall.h"

#include <algorithm>

namespace Weir {

namespace {

// Counted with the columns that the loader fills.
constexpr std::size_t serverColumns = 1600, transformerColumns = 200;
// What the context of an SDK and RudderStack's own columns come to.
constexpr std::size_t usualColumns = 48;
constexpr const char *missingRecordId = "recordId cannot be empty for cloud sources events";

Error refusal(std::string message, std::string where = {})
{
    return {Error::Kind::BadInput, std::move(message), std::move(where)};
}

WarehouseValue textValue(std::string text)
{
    return {WarehouseValue::Kind::Text, std::move(text)};
}

struct ColumnSource
{
    std::string_view column, path;
    std::string_view otherPath = {}; ///< Asked when the first is blank.
};

// On every row but users, merge rules and extracts.
constexpr ColumnSource defaultColumns[] = {
    {"id", "messageId"},
    {"anonymous_id", "anonymousId"},
    {"user_id", "userId"},
    {"sent_at", "sentAt"},
    {"timestamp", "timestamp"},
    {"received_at", "receivedAt"},
    {"original_timestamp", "originalTimestamp"},
    {"channel", "channel"},
    {"context_ip", "context.ip", "request_ip"},
    {"context_request_ip", "request_ip"},
    {"context_passed_ip", "context.ip"},
};
constexpr ColumnSource userColumns[] = {
    {"context_ip", "context.ip", "request_ip"},
    {"context_request_ip", "request_ip"},
    {"context_passed_ip", "context.ip"},
    {"sent_at", "sentAt"},
    {"timestamp", "timestamp"},
    {"original_timestamp", "originalTimestamp"},
};

/// A call that makes one row of its own table.
struct PlainCall
{
    std::string_view type, table, input;
    ColumnSource own; ///< The column that only this table has.
};
constexpr PlainCall plainCalls[] = {
    {"page", "pages", "properties", {"name", "name", "properties.name"}},
    {"screen", "screens", "properties", {"name", "name", "properties.name"}},
    {"group", "groups", "traits", {"group_id", "groupId"}},
    {"alias", "aliases", "traits", {"previous_id", "previousId"}},
};

class RowMaker
{
public:
    explicit RowMaker(WarehouseCall &call)
        : m_call(call)
        , m_message(call.message)
        , m_root(call.message.root())
    {
    }

    Result<void> make()
    {
        if (m_call.type == "track")
            return track();
        if (m_call.type == "identify")
            return identify();
        if (m_call.type == "merge")
            return mergeRule();
        if (m_call.type == "extract")
            return extract();
        const auto plain = std::ranges::find(plainCalls, m_call.type, &PlainCall::type);
        if (plain != std::end(plainCalls))
            return plainCall(*plain);
        return refusal("Unknown event type: \"" + m_call.type + '"', "type");
    }

    std::vector<WarehouseRow> take() { return std::move(m_rows); }

private:
    const JsValue *root(std::string_view key) const { return m_message.member(&m_root, key); }
    const std::string &name(std::string_view plain) const { return m_call.names->ofOwn(plain); }

    void flatten(
        WarehouseColumns &columns, const JsValue *input, std::string_view path, std::string_view prefix = {})
    {
        const std::string complete = m_call.type + '_' + std::string(path) + '_';
        flattenInto(columns, m_call, input, {path, complete, 2, prefix});
    }

    /// A column of RudderStack's own; a blank value takes away what the event made of that name.
    void setOwn(
        WarehouseColumns &columns, std::string_view column, const JsValue *value, std::string_view path)
    {
        const bool isContainer = value && (value->kind == JsonKind::Object || value->kind == JsonKind::Array);
        if (isContainer || isBlank(m_message, value))
            columns.remove(name(column));
        else
            columns.set(typedColumn(m_call, name(column), column, *value, path));
    }

    void setOwn(WarehouseColumns &columns, const ColumnSource &source)
    {
        const JsValue *value = m_message.find(&m_root, source.path);
        const bool isOther = !source.otherPath.empty() && isBlank(m_message, value);
        if (isOther)
            value = m_message.find(&m_root, source.otherPath);
        setOwn(columns, source.column, value, isOther ? source.otherPath : source.path);
    }

    void setDefaults(WarehouseColumns &columns)
    {
        for (const ColumnSource &source : defaultColumns)
            setOwn(columns, source);
    }

    void storeEvent(WarehouseColumns &columns)
    {
        if (!m_call.options.storeFullEvent)
            return;
        WarehouseColumn column;
        column.name = name("rudder_event");
        column.type
            = m_call.options.warehouse == Warehouse::Snowflake ? WarehouseType::Json : WarehouseType::String;
        column.value = textValue(m_message.stringify(m_root));
        columns.set(std::move(column));
    }

    /// The columns of `common` go over those of the event.
    void overlay(WarehouseColumns &columns, WarehouseColumns common)
    {
        columns.reserve(columns.all().size() + common.all().size() + 2);
        for (WarehouseColumn &column : std::move(common).take()) {
            if (const WarehouseColumn *earlier = columns.find(column.name)) {
                m_call.tell(WarehouseRule::Merged, column.name, column.path, earlier->value.toJson(),
                    column.value.toJson());
            }
            columns.set(std::move(column));
        }
    }

    Result<void> addRow(std::string table, WarehouseColumns columns, std::string_view eventName = {})
    {
        addLoaderColumn(columns, name("uuid_ts"));
        if (m_call.options.warehouse == Warehouse::BigQuery)
            addLoaderColumn(columns, "loaded_at");
        const std::size_t most = m_call.isServer() ? serverColumns : transformerColumns;
        const WarehouseColumn *channel = columns.find(name("channel"));
        if (columns.all().size() > most && !(channel && channel->value.text == "sources"))
            return refusal(std::string(providerName(m_call.options.warehouse))
                + " transformer: Too many columns outputted from the event");
        m_rows.push_back({std::move(table), std::move(columns).take(), false, std::string(eventName)});
        return {};
    }

    void addLoaderColumn(WarehouseColumns &columns, std::string column)
    {
        if (const WarehouseColumn *sent = columns.find(column))
            m_call.tell(WarehouseRule::Overridden, column, sent->path, sent->value.toJson(), {});
        else
            columns.set({std::move(column), WarehouseType::DateTime, {}, {}});
    }

    bool countsRecords() const
    {
        const JsValue *type = root("type");
        if (!m_call.options.connection || type->text != "track")
            return false;
        const std::string &category = m_call.options.connection->sourceCategory;
        return category == "cloud" || category == "singer-protocol";
    }

    /// The record id of a row that comes from a reverse-ETL source; null when it comes from none.
    Result<const JsValue *> recordId() const
    {
        if (!countsRecords() || !isTruthy(m_message.find(&m_root, "context.sources.version")))
            return static_cast<const JsValue *>(nullptr);
        return neededRecordId();
    }

    Result<const JsValue *> neededRecordId() const
    {
        const JsValue *id = root("recordId");
        if (isBlank(m_message, id) || id->kind == JsonKind::Object || id->kind == JsonKind::Array)
            return refusal(missingRecordId, "recordId");
        return id;
    }

    Result<void> track();
    Result<void> tracksRow(WarehouseColumns columns);
    Result<void> eventRow(WarehouseColumns common, const std::string &event);
    Result<void> identify();
    Result<void> usersRow(WarehouseColumns columns);
    Result<void> plainCall(const PlainCall &plain);
    Result<void> extract();
    Result<void> mergeRule();
    Result<void> mergeCall();
    void addMergeRule(
        WarehouseValue type1, const JsValue *value1, WarehouseValue type2, const JsValue *value2);
    void tellTable(std::string_view event, const std::string &plain, const std::string &table);

    WarehouseCall &m_call;
    const JsMessage &m_message;
    const JsValue &m_root;
    std::vector<WarehouseRow> m_rows;
};

Result<void> RowMaker::track()
{
    WarehouseColumns common;
    common.reserve(usualColumns);
    flatten(common, root("context"), "context", "context_");
    setOwn(common, {"event_text", "event"});
    setDefaults(common);
    std::string event;
    if (const WarehouseColumn *text = common.find(name("event_text"))) {
        const bool isText = text->value.kind == WarehouseValue::Kind::Text;
        if (!isText && !m_call.isServer())
            return refusal("name.startsWith is not a function", "event");
        if (isText)
            event = plainTableName(m_call.naming, text->value.text);
    }
    common.set({name("event"), WarehouseType::String, textValue(event), "event"});
    if (!m_call.skipTracksTable) {
        if (auto made = tracksRow(common); !made)
            return made;
    }
    if (withoutJsBlanks(event).empty()) {
        const JsValue *sent = root("event");
        m_call.tell(WarehouseRule::Dropped, {}, "event", sent ? m_message.stringify(*sent) : "null", {});
        return {};
    }
    if (auto made = eventRow(std::move(common), event); !made)
        return made;
    return mergeRule();
}

Result<void> RowMaker::tracksRow(WarehouseColumns columns)
{
    WEIR_TRY(const JsValue *record, recordId());
    if (record) {
        const std::string text = lodashText(m_message, record);
        columns.set(typedColumn(m_call, name("record_id"), "record_id", text, "recordId"));
    }
    storeEvent(columns);
    return addRow(name("tracks"), std::move(columns));
}

Result<void> RowMaker::eventRow(WarehouseColumns common, const std::string &event)
{
    WarehouseColumns columns;
    flatten(columns, root("properties"), "properties");
    flatten(columns, root("userProperties"), "userProperties");
    WEIR_TRY(const JsValue *record, recordId());
    if (record)
        setOwn(common, "id", record, "recordId");
    else if (countsRecords() && !isTruthy(root("messageId")))
        common.remove(name("id"));
    overlay(columns, std::move(common));
    const JsValue *sent = root("event");
    std::string table = eventTableName(m_call.naming, event);
    tellTable(sent->text, event, table);
    return addRow(std::move(table), std::move(columns), sent->text);
}

void RowMaker::tellTable(std::string_view event, const std::string &plain, const std::string &table)
{
    if (plain.size() > longestWarehouseName)
        m_call.tell(WarehouseRule::Cut, {}, "event", std::string(event), table);
    else if (table.size() > plain.size())
        m_call.tell(WarehouseRule::Escaped, {}, "event", std::string(event), table);
    else if (plain != event)
        m_call.tell(WarehouseRule::Renamed, {}, "event", std::string(event), table);
}

Result<void> RowMaker::identify()
{
    WarehouseColumns common;
    flatten(common, root("userProperties"), "userProperties");
    const JsValue *context = root("context");
    if (m_call.options.allowUsersContextTraits) {
        flattenInto(common, m_call, m_message.member(context, "traits"),
            {"context.traits", "identify_context_traits_", 3, {}});
    }
    flatten(common, root("traits"), "traits");
    flatten(common, context, "context", "context_");

    WarehouseColumns columns = common;
    setDefaults(columns);
    storeEvent(columns);
    if (auto made = addRow(name("identifies"), std::move(columns)); !made)
        return made;
    if (auto made = mergeRule(); !made)
        return made;
    if (withoutJsBlanks(lodashText(m_message, root("userId"))).empty() || m_call.skipUsersTable)
        return {};
    m_call.isQuiet = true;
    auto made = usersRow(std::move(common));
    m_call.isQuiet = false;
    return made;
}

Result<void> RowMaker::usersRow(WarehouseColumns columns)
{
    for (const ColumnSource &source : userColumns)
        setOwn(columns, source);
    const JsValue *userId = root("userId");
    WarehouseColumn id = typedColumn(m_call, name("id"), "id", *userId, "userId");
    // The Node module finds a time here as everywhere, but leaves its text as it was.
    if (id.type == WarehouseType::DateTime && !m_call.isServer())
        id.value.text = userId->text;
    columns.set(std::move(id));
    setOwn(columns, {"received_at", "receivedAt"});
    return addRow(name("users"), std::move(columns));
}

Result<void> RowMaker::plainCall(const PlainCall &plain)
{
    WarehouseColumns columns;
    flatten(columns, root(plain.input), plain.input);
    flatten(columns, root("context"), "context", "context_");
    setDefaults(columns);
    storeEvent(columns);
    setOwn(columns, plain.own);
    if (auto made = addRow(name(plain.table), std::move(columns)); !made)
        return made;
    return mergeRule();
}

Result<void> RowMaker::extract()
{
    WarehouseColumns columns, common;
    flatten(common, root("context"), "context", "context_");
    flatten(columns, root("properties"), "properties");
    WEIR_TRY(const JsValue *record, neededRecordId());
    setOwn(common, "id", record, "recordId");
    setOwn(common, {"received_at", "receivedAt"});
    setOwn(common, {"event", "event"});
    const WarehouseColumn *event = common.find(name("event"));
    if (!event || withoutJsBlanks(event->value.text).empty())
        return refusal(
            "cannot create event table with empty event name, event name is missing in the payload", "event");
    if (event->value.kind != WarehouseValue::Kind::Text)
        return refusal("Table name cannot be empty.", "event");
    const std::string plain = plainColumnName(m_call.naming, event->value.text);
    if (plain.empty())
        return refusal("Table name cannot be empty.", "event");
    std::string table = eventTableName(m_call.naming, event->value.text);
    tellTable(root("event")->text, plain, table);
    overlay(columns, std::move(common));
    return addRow(std::move(table), std::move(columns), root("event")->text);
}

/// The row that joins the identities of this call; none unless identities are resolved.
Result<void> RowMaker::mergeRule()
{
    if (!m_call.options.identityResolution)
        return {};
    if (m_call.type == "merge")
        return mergeCall();
    const JsValue *user = root("userId"), *anonymous = root("anonymousId");
    if (m_call.type == "alias")
        addMergeRule(textValue("user_id"), user, textValue("user_id"), root("previousId"));
    else if (lodashText(m_message, anonymous).empty())
        addMergeRule(textValue("user_id"), user, {}, nullptr);
    else
        addMergeRule(textValue("anonymous_id"), anonymous, textValue("user_id"), user);
    return {};
}

Result<void> RowMaker::mergeCall()
{
    const JsValue *properties = root("mergeProperties");
    const JsValue *one
        = properties && properties->kind == JsonKind::Array ? m_message.first(*properties) : nullptr;
    const JsValue *two = one ? m_message.next(*one) : nullptr;
    if (!two)
        return refusal("either or both identifiers missing in mergeProperties", "mergeProperties");
    for (const JsValue *property : {one, two}) {
        for (const std::string_view key : {"type", "value"}) {
            if (lodashText(m_message, m_message.member(property, key)).empty())
                return refusal("mergeProperties contains null values for expected inputs", "mergeProperties");
        }
    }
    const auto typeOf = [this](const JsValue *property) {
        // Whatever it is: the transform passes it on.
        return typedColumn(m_call, {}, {}, *m_message.member(property, "type"), {}).value;
    };
    addMergeRule(typeOf(one), m_message.member(one, "value"), typeOf(two), m_message.member(two, "value"));
    return {};
}

void RowMaker::addMergeRule(
    WarehouseValue type1, const JsValue *value1, WarehouseValue type2, const JsValue *value2)
{
    if (lodashText(m_message, value1).empty())
        return;
    WarehouseRow row;
    row.table = name("rudder_identity_merge_rules");
    row.isMergeRule = true;
    const auto add = [&](std::string_view column, WarehouseValue value) {
        row.columns.push_back({name(column), WarehouseType::String, std::move(value), {}});
    };
    add("merge_property_1_type", std::move(type1));
    add("merge_property_1_value", textValue(scriptText(m_message, *value1)));
    if (!lodashText(m_message, value2).empty()) {
        add("merge_property_2_type", std::move(type2));
        add("merge_property_2_value", textValue(scriptText(m_message, *value2)));
    }
    m_rows.push_back(std::move(row));
}

/// The table that a reader looks for the event in: its own, else the first.
std::string mainTable(const std::vector<WarehouseRow> &rows)
{
    const auto own
        = std::ranges::find_if(rows, [](const WarehouseRow &row) { return !row.eventName.empty(); });
    return own != rows.end() ? own->table : rows.empty() ? std::string() : rows.front().table;
}

} // namespace

Result<WarehouseRows> warehouseRows(std::string_view call, const WarehouseOptions &options)
{
    WEIR_TRY(WarehouseCall open, openWarehouseCall(call, options, JsonIndex::ofThread()));
    RowMaker maker(open);
    if (const auto made = maker.make(); !made)
        return made.error();
    WarehouseRows rows{maker.take(), std::move(open.findings)};
    const std::string table = mainTable(rows.rows);
    for (WarehouseFinding &finding : rows.findings)
        finding.table = table;
    return rows;
}

} // namespace Weir
