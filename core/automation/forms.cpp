#include "core/automation/forms.h"

#include "core/base/jsoncursor.h"

namespace Weir {

namespace {

constexpr Notice allNotices[]
    = {Notice::NoTraceId, Notice::NoUserId, Notice::NoWorkspaceId, Notice::Duplicate, Notice::ClockSkew,
        Notice::ClockFuture, Notice::TraceFromRequest, Notice::DurationAsText, Notice::BadTime};

void writeTime(JsonText &json, const std::optional<UtcTime> &time)
{
    if (time)
        json.text(toRfc3339(*time));
    else
        json.null();
}

void writeNotices(JsonText &json, Notices notices)
{
    json.beginArray();
    for (const Notice notice : allNotices) {
        if (has(notices, notice))
            json.text(toText(notice));
    }
    json.endArray();
}

std::string_view toText(RequestState state)
{
    switch (state) {
    case RequestState::Decoded:
        return "decoded";
    case RequestState::Failed:
        return "failed";
    case RequestState::NotUnderstood:
        return "not_understood";
    case RequestState::Read:
        return "read";
    }
    return "unknown";
}

/// The header lines as [name, value] pairs, blanks around the value dropped.
void writeHeaders(JsonText &json, std::string_view head)
{
    json.beginArray();
    while (!head.empty()) {
        const auto end = std::min(head.find("\r\n"), head.size());
        const std::string_view line = head.substr(0, end);
        head.remove_prefix(std::min(end + 2, head.size()));
        const auto colon = line.find(':');
        if (colon == std::string_view::npos)
            continue;
        std::string_view value = line.substr(colon + 1);
        while (value.starts_with(' ') || value.starts_with('\t'))
            value.remove_prefix(1);
        while (value.ends_with(' ') || value.ends_with('\t'))
            value.remove_suffix(1);
        json.beginArray().text(line.substr(0, colon)).text(value).endArray();
    }
    json.endArray();
}

void writeRequestMembers(JsonText &json, const CapturedRequest &request)
{
    json.key("method").text(request.method).key("path").text(request.target);
    writeHeaders(json.key("headers"), {request.head.constData(), std::size_t(request.head.size())});
    json.key("body_base64").text(request.body.toBase64().toStdString());
    json.key("peer").textOrNull(request.peer);
}

/// The objects of a payload that may hold what the caller of the SDK passed.
struct Candidates
{
    std::string_view properties, traits, contextTraits;
};

std::string_view rawObject(JsonCursor &cursor)
{
    return cursor.kind() == JsonKind::Object ? cursor.raw() : std::string_view();
}

Candidates candidatesOf(std::string_view payload)
{
    JsonIndex &index = JsonIndex::ofThread();
    Candidates found;
    if (!index.build(payload))
        return found;
    JsonCursor cursor(index);
    const bool whole = cursor.object([&](std::string_view key) {
        if (key == "properties") {
            found.properties = rawObject(cursor);
        } else if (key == "traits") {
            found.traits = rawObject(cursor);
        } else if (key == "context" && cursor.kind() == JsonKind::Object) {
            cursor.object([&](std::string_view inner) {
                if (inner == "traits")
                    found.contextTraits = rawObject(cursor);
            });
        }
    });
    return whole ? found : Candidates();
}

} // namespace

void writeSdk(JsonText &json, const Sdk &sdk)
{
    if (sdk == Sdk()) {
        json.null();
        return;
    }
    json.beginObject().key("name").textOrNull(sdk.name).key("version").textOrNull(sdk.version).endObject();
}

std::string_view propertiesOf(const Event &event, std::string_view payload)
{
    const Candidates found = candidatesOf(payload);
    if (!found.properties.empty() || event.source == Source::PostHog)
        return found.properties;
    if (!found.traits.empty())
        return found.traits;
    // RudderStack's JavaScript SDK moves the traits of identify and group into the context.
    const bool hasTraits = event.type == EventType::Identify || event.type == EventType::Group;
    return hasTraits ? found.contextTraits : std::string_view();
}

void writeEventMembers(JsonText &json, const StoredEvent &stored)
{
    const Event &event = stored.event;
    const std::string_view payload(stored.payload.constData(), std::size_t(stored.payload.size()));
    json.key("id").number(raw(event.id)).key("uuid").textOrNull(event.uuid);
    json.key("source").text(toText(event.source)).key("type").text(toText(event.type));
    json.key("name").textOrNull(event.name).key("trace_id").textOrNull(event.traceId);
    json.key("span_id").textOrNull(event.spanId).key("parent_span_id").textOrNull(event.parentSpanId);
    json.key("user_id").textOrNull(event.userId).key("anonymous_id").textOrNull(event.anonymousId);
    json.key("workspace_id").textOrNull(event.workspaceId).key("session_id").textOrNull(event.sessionId);
    json.key("timestamp").text(toRfc3339(event.timestamp));
    writeTime(json.key("sent_at"), event.sentAt);
    json.key("received_at").text(toRfc3339(event.receivedAt));
    json.key("duration_ms");
    event.durationMs ? json.number(*event.durationMs) : json.null();
    json.key("status").textOrNull(toText(event.status));
    writeSdk(json.key("sdk"), event.sdk);
    const std::string_view properties = propertiesOf(event, payload);
    json.key("properties");
    properties.empty() ? json.null() : json.raw(properties);
    json.key("duplicate_of");
    raw(event.duplicateOf) ? json.number(raw(event.duplicateOf)) : json.null();
    json.key("tainted").boolean(event.tainted);
    // Beyond the contract: how Weir came to what stands above.
    json.key("trace_id_raw").textOrNull(event.traceIdRaw.empty() ? event.traceId : event.traceIdRaw);
    json.key("trace_carrier").textOrNull(event.traceCarrier);
    writeTime(json.key("client_time"), event.clientTime);
    writeNotices(json.key("notices"), event.notices);
    json.key("request_id").number(raw(event.request));
}

void writeEvent(JsonText &json, const StoredEvent &stored)
{
    json.beginObject();
    writeEventMembers(json, stored);
    json.endObject();
}

void writeTraceMembers(JsonText &json, const TraceSummary &trace)
{
    json.key("trace_id").textOrNull(trace.traceId).key("name").textOrNull(trace.name);
    writeTime(json.key("first_at"), trace.firstAt);
    writeTime(json.key("last_at"), trace.lastAt);
    json.key("duration_ms").number(trace.durationMs);
    json.key("errors").number(trace.errors).key("invalid").number(trace.invalid);
    json.key("warnings").number(trace.warnings);
    json.key("user_id").textOrNull(trace.userId).key("workspace_id").textOrNull(trace.workspaceId);
    json.key("sources").beginArray();
    for (const Source source : trace.sources)
        json.text(toText(source));
    json.endArray();
    // No contracts are checked in this version, so there is no verdict.
    json.key("tainted").boolean(trace.tainted).key("verdict").null();
}

void writeTrace(JsonText &json, const TraceSummary &trace)
{
    json.beginObject();
    writeTraceMembers(json, trace);
    json.key("events").number(trace.events).endObject();
}

void writeRequest(JsonText &json, const CapturedRequest &request)
{
    json.beginObject();
    writeRequestMembers(json, request);
    json.endObject();
}

void writeRequestSummary(JsonText &json, const StoredRequest &stored)
{
    const CapturedRequest &request = stored.request;
    json.beginObject().key("id").number(raw(request.id));
    json.key("status").text(toText(request.state));
    json.key("source");
    request.source == Source::Unknown ? json.null() : json.text(toText(request.source));
    json.key("error");
    if (request.state == RequestState::Failed || request.state == RequestState::NotUnderstood) {
        json.beginObject().key("message").text(request.error.message);
        json.key("where").textOrNull(request.error.where).endObject();
    } else {
        json.null();
    }
    json.key("received_at").text(toRfc3339(request.receivedAt));
    json.key("answer_status").number(std::int64_t(request.answerStatus));
    json.key("events").number(stored.eventCount).key("body_bytes").number(std::int64_t(request.bodyBytes));
    writeRequestMembers(json, request);
    json.endObject();
}

} // namespace Weir
