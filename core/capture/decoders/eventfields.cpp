#include "core/capture/decoders/eventfields.h"

#include "core/capture/decoders/keytable.h"

#include <algorithm>
#include <iterator>

namespace Weir {

namespace {

constexpr std::string_view traceCarriers[] = {
    "event:properties.trace_id",
    "event:properties.traceId",
    "event:properties.$trace_id",
    "event:properties.$ai_trace_id",
    "event:context.traceId",
    "event:context.trace_id",
    "event:context.trace.trace_id",
    "event:context.traits.trace_id",
    "event:traits.trace_id",
    "event:properties.traceparent",
    "event:context.traceparent",
};
static_assert(std::size(traceCarriers) == std::size_t(TracePlace::Count));

/// What a key of one of the objects means.
enum class Meaning : std::uint8_t {
    Trace, ///< argument: TracePlace
    Text, ///< argument: index into `texts`
    Groups,
    Duration, ///< argument: rank, lower wins; odd ranks are in seconds
    IgnoreSentAt,
    Cookieless,
    Context,
    ContextTrace,
    ContextTraits,
    Library,
    SnapshotData,
};

/// The members that take a text as it is; the first key that has one wins.
constexpr std::string_view EventFields::*texts[] = {
    &EventFields::spanId,
    &EventFields::parentSpanId,
    &EventFields::workspaceProperty,
    &EventFields::workspaceContext,
    &EventFields::workspaceTraits,
    &EventFields::flowId,
    &EventFields::sessionId,
    &EventFields::distinctId,
    &EventFields::userProperty,
    &EventFields::userTraits,
    &EventFields::anonymousId,
    &EventFields::deviceId,
    &EventFields::groupType,
    &EventFields::groupKey,
    &EventFields::libraryName,
    &EventFields::libraryVersion,
    &EventFields::token,
    &EventFields::time,
};

constexpr std::uint8_t textAt(std::string_view EventFields::*member)
{
    return static_cast<std::uint8_t>(
        std::find(std::begin(texts), std::end(texts), member) - std::begin(texts));
}

constexpr std::uint8_t at(TracePlace place)
{
    return static_cast<std::uint8_t>(place);
}

struct Key
{
    std::string_view name;
    Meaning meaning;
    std::uint8_t argument = 0;
};

constexpr Key propertiesKeys[] = {
    {"trace_id", Meaning::Trace, at(TracePlace::PropertiesTraceId)},
    {"traceId", Meaning::Trace, at(TracePlace::PropertiesTraceIdCamel)},
    {"$trace_id", Meaning::Trace, at(TracePlace::PropertiesDollarTraceId)},
    {"$ai_trace_id", Meaning::Trace, at(TracePlace::PropertiesAiTraceId)},
    {"traceparent", Meaning::Trace, at(TracePlace::PropertiesTraceparent)},
    {"span_id", Meaning::Text, textAt(&EventFields::spanId)},
    {"$ai_span_id", Meaning::Text, textAt(&EventFields::spanId)},
    {"parent_span_id", Meaning::Text, textAt(&EventFields::parentSpanId)},
    {"$ai_parent_id", Meaning::Text, textAt(&EventFields::parentSpanId)},
    {"workspace_id", Meaning::Text, textAt(&EventFields::workspaceProperty)},
    {"workspaceId", Meaning::Text, textAt(&EventFields::workspaceProperty)},
    {"$groups", Meaning::Groups},
    {"flow_id", Meaning::Text, textAt(&EventFields::flowId)},
    {"flowId", Meaning::Text, textAt(&EventFields::flowId)},
    {"$session_id", Meaning::Text, textAt(&EventFields::sessionId)},
    {"session_id", Meaning::Text, textAt(&EventFields::sessionId)},
    {"distinct_id", Meaning::Text, textAt(&EventFields::distinctId)},
    {"user_id", Meaning::Text, textAt(&EventFields::userProperty)},
    {"$anon_distinct_id", Meaning::Text, textAt(&EventFields::anonymousId)},
    {"$device_id", Meaning::Text, textAt(&EventFields::deviceId)},
    {"$lib", Meaning::Text, textAt(&EventFields::libraryName)},
    {"$lib_version", Meaning::Text, textAt(&EventFields::libraryVersion)},
    {"token", Meaning::Text, textAt(&EventFields::token)},
    {"$time", Meaning::Text, textAt(&EventFields::time)},
    {"latency_ms", Meaning::Duration, 0},
    {"time_ms", Meaning::Duration, 2},
    {"duration_ms", Meaning::Duration, 4},
    {"duration", Meaning::Duration, 5},
    {"$ai_latency", Meaning::Duration, 7},
    {"$ignore_sent_at", Meaning::IgnoreSentAt},
    {"$cookieless_mode", Meaning::Cookieless},
    {"context", Meaning::Context},
    {"$group_type", Meaning::Text, textAt(&EventFields::groupType)},
    {"$group_key", Meaning::Text, textAt(&EventFields::groupKey)},
    {"$snapshot_data", Meaning::SnapshotData},
};
constexpr Key contextKeys[] = {
    {"traceId", Meaning::Trace, at(TracePlace::ContextTraceIdCamel)},
    {"trace_id", Meaning::Trace, at(TracePlace::ContextTraceId)},
    {"traceparent", Meaning::Trace, at(TracePlace::ContextTraceparent)},
    {"trace", Meaning::ContextTrace},
    {"traits", Meaning::ContextTraits},
    {"span_id", Meaning::Text, textAt(&EventFields::spanId)},
    {"spanId", Meaning::Text, textAt(&EventFields::spanId)},
    {"parent_span_id", Meaning::Text, textAt(&EventFields::parentSpanId)},
    {"workspace_id", Meaning::Text, textAt(&EventFields::workspaceContext)},
    {"workspaceId", Meaning::Text, textAt(&EventFields::workspaceContext)},
    {"sessionId", Meaning::Text, textAt(&EventFields::sessionId)},
    {"session_id", Meaning::Text, textAt(&EventFields::sessionId)},
    {"library", Meaning::Library},
};
constexpr Key traitsKeys[] = {
    {"trace_id", Meaning::Trace, at(TracePlace::TraitsTraceId)},
    {"traceId", Meaning::Trace, at(TracePlace::TraitsTraceId)},
    {"workspace_id", Meaning::Text, textAt(&EventFields::workspaceTraits)},
    {"workspaceId", Meaning::Text, textAt(&EventFields::workspaceTraits)},
    {"userId", Meaning::Text, textAt(&EventFields::userTraits)},
    {"user_id", Meaning::Text, textAt(&EventFields::userTraits)},
};
constexpr KeyTable<Key> propertiesTable(propertiesKeys);
constexpr KeyTable<Key> contextTable(contextKeys);
constexpr KeyTable<Key> traitsTable(traitsKeys);

const Key *findKey(FieldScope scope, std::string_view name)
{
    switch (scope) {
    case FieldScope::Properties:
        return propertiesTable.find(name);
    case FieldScope::Context:
        return contextTable.find(name);
    case FieldScope::Traits:
        return traitsTable.find(name);
    }
    return nullptr;
}

/// Text of a string or a number; nothing of other kinds. Numbers keep their digits.
std::string_view scalarText(JsonCursor &cursor)
{
    const JsonKind kind = cursor.kind();
    if (kind == JsonKind::String || kind == JsonKind::Number)
        return cursor.textOf();
    cursor.skip();
    return {};
}

void keepFirst(std::string_view &member, std::string_view text)
{
    if (member.empty())
        member = text;
}

void takeDuration(JsonCursor &cursor, std::uint8_t rank, EventFields &fields)
{
    const bool asText = cursor.kind() == JsonKind::String;
    const std::string_view text = scalarText(cursor);
    if (rank >= fields.durationRank || text.empty())
        return;
    const auto value = numberFromText(text);
    if (!value || *value < 0)
        return;
    fields.durationMs = rank % 2 == 1 ? *value * 1000 : *value;
    fields.durationAsText = asText;
    fields.durationRank = rank;
}

void takeGroups(JsonCursor &cursor, EventFields &fields)
{
    if (cursor.kind() != JsonKind::Object)
        return;
    cursor.object([&](std::string_view key) {
        if (key == "workspace")
            keepFirst(fields.workspaceGroup, scalarText(cursor));
    });
}

void takeLibrary(JsonCursor &cursor, EventFields &fields)
{
    if (cursor.kind() != JsonKind::Object)
        return;
    cursor.object([&](std::string_view key) {
        if (key == "name")
            keepFirst(fields.libraryName, scalarText(cursor));
        else if (key == "version")
            keepFirst(fields.libraryVersion, scalarText(cursor));
    });
}

void takeTraceObject(JsonCursor &cursor, EventFields &fields)
{
    if (cursor.kind() != JsonKind::Object)
        return;
    auto &trace = fields.trace[at(TracePlace::ContextTraceTraceId)];
    cursor.object([&](std::string_view key) {
        if (key == "trace_id" || key == "traceId")
            keepFirst(trace, cursor.string());
        else if (key == "span_id")
            keepFirst(fields.spanId, cursor.string());
        else if (key == "parent_span_id")
            keepFirst(fields.parentSpanId, cursor.string());
    });
}

/// context.traits: as traits, but its trace id has a place of its own.
void takeContextTraits(JsonCursor &cursor, EventFields &fields)
{
    auto &own = fields.trace[at(TracePlace::TraitsTraceId)];
    const std::string_view before = own;
    own = {};
    collectFields(cursor, FieldScope::Traits, fields);
    keepFirst(fields.trace[at(TracePlace::ContextTraitsTraceId)], own);
    own = before;
}

void takeField(JsonCursor &cursor, const Key &key, EventFields &fields)
{
    switch (key.meaning) {
    case Meaning::SnapshotData:
        fields.hasSnapshotData = cursor.kind() != JsonKind::Null;
        break;
    case Meaning::Trace:
        keepFirst(fields.trace[key.argument], cursor.string());
        break;
    case Meaning::Text:
        keepFirst(fields.*texts[key.argument], scalarText(cursor));
        break;
    case Meaning::Groups:
        takeGroups(cursor, fields);
        break;
    case Meaning::Duration:
        takeDuration(cursor, key.argument, fields);
        break;
    case Meaning::IgnoreSentAt:
        fields.ignoreSentAt = cursor.kind() == JsonKind::True;
        break;
    case Meaning::Cookieless:
        fields.badCookielessMode = cursor.kind() != JsonKind::True && cursor.kind() != JsonKind::False
            && cursor.kind() != JsonKind::Null;
        break;
    case Meaning::Context:
        collectFields(cursor, FieldScope::Context, fields);
        break;
    case Meaning::ContextTrace:
        takeTraceObject(cursor, fields);
        break;
    case Meaning::ContextTraits:
        takeContextTraits(cursor, fields);
        break;
    case Meaning::Library:
        takeLibrary(cursor, fields);
        break;
    }
}

std::optional<TraceContext> bodyTrace(const EventFields &fields)
{
    for (std::size_t place = 0; place < fields.trace.size(); ++place) {
        if (fields.trace[place].empty())
            continue;
        if (auto found = traceFromBodyValue(fields.trace[place], traceCarriers[place]))
            return found;
    }
    return {};
}

void setTrace(TraceContext &&trace, Event &event)
{
    if (trace.rawId != trace.traceId)
        event.traceIdRaw = std::move(trace.rawId);
    event.traceId = std::move(trace.traceId);
    event.traceCarrier = std::move(trace.carrier);
    event.spanId = std::move(trace.spanId);
    event.parentSpanId = std::move(trace.parentSpanId);
}

} // namespace

void collectFields(JsonCursor &cursor, FieldScope scope, EventFields &fields)
{
    if (cursor.kind() == JsonKind::Object)
        cursor.object([&](std::string_view name) {
            if (const Key *key = findKey(scope, name))
                takeField(cursor, *key, fields);
        });
    else
        cursor.skip();
}

const std::optional<TraceContext> &RequestTrace::get()
{
    if (!m_known) {
        m_known = true;
        HeaderList headers;
        headers.reserve(m_request.fields.size());
        for (const auto &field : m_request.fields)
            headers.emplace_back(m_request.name(field), m_request.value(field));
        m_context = traceFromHeaders(headers);
    }
    return m_context;
}

void applyFields(const EventFields &fields, RequestTrace &requestTrace, Event &event)
{
    if (auto trace = bodyTrace(fields)) {
        setTrace(std::move(*trace), event);
    } else if (const auto &fallback = requestTrace.get()) {
        setTrace(TraceContext(*fallback), event);
        event.notices |= Notice::TraceFromRequest;
    }
    if (!fields.spanId.empty())
        event.spanId = fields.spanId;
    if (!fields.parentSpanId.empty())
        event.parentSpanId = fields.parentSpanId;
    event.flowId = fields.flowId;
    event.sessionId = fields.sessionId;
    event.durationMs = fields.durationMs;
    if (fields.durationAsText)
        event.notices |= Notice::DurationAsText;
    if (!fields.libraryName.empty())
        event.sdk = {std::string(fields.libraryName), std::string(fields.libraryVersion)};
}

void completeEvent(Event &event)
{
    event.family = familyOf(event.name, event.type);
    if (event.traceId.empty())
        event.notices |= Notice::NoTraceId;
    if (event.userId.empty())
        event.notices |= Notice::NoUserId;
    if (event.workspaceId.empty())
        event.notices |= Notice::NoWorkspaceId;
}

Sdk sdkFromUserAgent(std::string_view userAgent)
{
    const std::string_view product = userAgent.substr(0, userAgent.find(' '));
    const std::size_t slash = product.find('/');
    if (slash == std::string_view::npos || slash == 0 || product.starts_with("Mozilla/"))
        return {};
    return {std::string(product.substr(0, slash)), std::string(product.substr(slash + 1))};
}

} // namespace Weir
