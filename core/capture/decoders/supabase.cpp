#include "core/capture/decoders/supabase.h"

#include "core/base/jsoncursor.h"
#include "core/capture/answers.h"
#include "core/capture/decoders/eventfields.h"
#include "core/capture/decoders/keytable.h"
#include "core/capture/decoders/webhook.h"

#include <QCryptographicHash>

#include <array>
#include <iterator>
#include <utility>

namespace Weir::Supabase {

namespace {

/// The columns of a row that make it part of a trace. Views, as in EventFields.
struct Row
{
    std::string_view traceId, traceColumn; ///< With the column's name.
    std::string_view spanId, parentSpanId, userId, workspaceId, sessionId, flowId, duration;
    bool durationAsText = false;
};

struct Column
{
    std::string_view name;
    std::string_view Row::*member;
};

/// A column that stands earlier wins over its aliases.
constexpr Column columns[] = {
    {"trace_id", &Row::traceId},
    {"traceparent", &Row::traceId},
    {"otel_trace_id", &Row::traceId},
    {"span_id", &Row::spanId},
    {"parent_span_id", &Row::parentSpanId},
    {"user_id", &Row::userId},
    {"owner_id", &Row::userId},
    {"created_by", &Row::userId},
    {"uid", &Row::userId},
    {"workspace_id", &Row::workspaceId},
    {"org_id", &Row::workspaceId},
    {"tenant_id", &Row::workspaceId},
    {"team_id", &Row::workspaceId},
    {"session_id", &Row::sessionId},
    {"flow_id", &Row::flowId},
    {"latency_ms", &Row::duration},
    {"time_ms", &Row::duration},
    {"duration_ms", &Row::duration},
};
constexpr std::size_t columnCount = std::size(columns);
constexpr KeyTable<Column> columnTable{columns};

/// The values of the columns that one row has, by their place in the table.
struct RowValues
{
    std::array<std::string_view, columnCount> texts;
    bool durationAsText = false;
};

void readRow(JsonCursor &cursor, RowValues &row)
{
    if (cursor.kind() != JsonKind::Object) {
        cursor.skip();
        return;
    }
    cursor.object([&](std::string_view key) {
        const Column *const column = columnTable.find(key);
        const JsonKind kind = cursor.kind();
        if (!column || (kind != JsonKind::String && kind != JsonKind::Number))
            return;
        row.texts[static_cast<std::size_t>(column - columns)] = cursor.textOf();
        if (column->member == &Row::duration && kind == JsonKind::String)
            row.durationAsText = true;
    });
}

void mergeRow(const RowValues &values, Row &row)
{
    for (std::size_t at = 0; at < columnCount; ++at) {
        std::string_view &member = row.*columns[at].member;
        if (!member.empty() || values.texts[at].empty())
            continue;
        member = values.texts[at];
        if (columns[at].member == &Row::traceId)
            row.traceColumn = columns[at].name;
        if (columns[at].member == &Row::duration)
            row.durationAsText = values.durationAsText;
    }
}

struct Change
{
    std::string_view type, table, schema, bytes;
    RowValues record, oldRecord;
    bool hasRecord = false, hasOldRecord = false;

    /// All five keys are always there, whatever the change.
    bool isRowChange() const
    {
        return (type == "INSERT" || type == "UPDATE" || type == "DELETE") && !table.empty() && !schema.empty()
            && hasRecord && hasOldRecord;
    }
};

Result<Change> readChange(std::string_view text)
{
    JsonIndex &index = JsonIndex::ofThread();
    if (const Result<void> built = index.build(text); !built)
        return built.error();
    JsonCursor cursor(index);
    Change change;
    if (cursor.kind() != JsonKind::Object)
        return change;
    change.bytes = cursor.objectBytes([&](std::string_view key) {
        if (key == "type") {
            change.type = cursor.string();
        } else if (key == "table") {
            change.table = cursor.string();
        } else if (key == "schema") {
            change.schema = cursor.string();
        } else if (key == "record") {
            change.hasRecord = true;
            readRow(cursor, change.record);
        } else if (key == "old_record") {
            change.hasOldRecord = true;
            readRow(cursor, change.oldRecord);
        }
    });
    if (!cursor.finish())
        return cursor.error();
    return change;
}

/// "workflow_runs.insert"; another schema than public stands before it.
std::string nameOf(const Change &change)
{
    std::string name = change.schema == "public" ? std::string() : std::string(change.schema) + '.';
    name += change.table;
    name += change.type == "INSERT" ? ".insert" : change.type == "UPDATE" ? ".update" : ".delete";
    return name;
}

/// A webhook has no id. Its jsonb text is canonical, so equal changes of equal rows have equal bytes: pg_net
/// may send one twice, and two real changes that look the same cannot be told from that.
std::string derivedId(std::string_view bytes)
{
    QCryptographicHash hash(QCryptographicHash::Sha256);
    hash.addData({bytes.data(), static_cast<qsizetype>(bytes.size())});
    return "wh:" + hash.result().toHex().toStdString();
}

void setTrace(const Row &row, const HttpRequest &request, Event &event)
{
    std::optional<TraceContext> trace
        = traceFromBodyValue(row.traceId, "column:" + std::string(row.traceColumn));
    if (!trace) {
        RequestTrace requestTrace(request);
        trace = requestTrace.get();
        if (trace)
            event.notices |= Notice::TraceFromRequest;
    }
    if (trace) {
        if (trace->rawId != trace->traceId)
            event.traceIdRaw = std::move(trace->rawId);
        event.traceId = std::move(trace->traceId);
        event.traceCarrier = std::move(trace->carrier);
        event.parentSpanId = std::move(trace->parentSpanId);
    }
    if (!row.spanId.empty())
        event.spanId = row.spanId;
    if (!row.parentSpanId.empty())
        event.parentSpanId = row.parentSpanId;
}

Event eventOf(const Change &change, std::string_view text, const EndpointCall &call)
{
    Row row;
    mergeRow(change.record, row); // The new row first, then the old: a DELETE has only that.
    mergeRow(change.oldRecord, row);
    Event event;
    event.offset = static_cast<std::uint32_t>(change.bytes.data() - text.data());
    event.length = static_cast<std::uint32_t>(change.bytes.size());
    event.source = Source::Supabase;
    event.type = EventType::RowChange;
    event.name = nameOf(change);
    event.uuid = derivedId(change.bytes);
    event.userId = row.userId;
    event.workspaceId = row.workspaceId;
    event.sessionId = row.sessionId;
    event.flowId = row.flowId;
    event.receivedAt = call.context.now;
    event.timestamp = call.context.now; // No commit time comes along.
    event.sdk = sdkFromUserAgent(call.request.header("User-Agent"));
    setTrace(row, call.request, event);
    if (const std::optional<double> duration = numberFromText(row.duration); duration && *duration >= 0) {
        event.durationMs = duration;
        if (row.durationAsText)
            event.notices |= Notice::DurationAsText;
    }
    completeEvent(event);
    return event;
}

Intake handle(const EndpointCall &call)
{
    const HttpRequest &request = call.request;
    if (request.method == "OPTIONS")
        return preflightIntake(request);
    if (!call.methodFits())
        return Webhook::refused(call, Source::Supabase, 405,
            {Error::Kind::BadInput, "Configure the webhook as POST: a GET carries no row", {}});
    const Result<QByteArray> &body = call.body();
    if (!body)
        return Webhook::refused(
            call, Source::Supabase, body.error().where == "size" ? 413 : 400, body.error());
    const std::string_view text(body->constData(), static_cast<std::size_t>(body->size()));
    const Result<Change> change = readChange(text);
    if (!change)
        return Webhook::refused(call, Source::Supabase, 400, change.error());
    if (!change->isRowChange())
        return Webhook::take(call, "supabase");
    return Webhook::accepted(call, Source::Supabase, {eventOf(*change, text, call)});
}

constexpr Endpoint table[] = {
    {MethodPost, "/supabase/webhook", handle},
    {MethodPost, "/webhooks/supabase", handle},
};

} // namespace

std::span<const Endpoint> endpoints()
{
    return table;
}

} // namespace Weir::Supabase
