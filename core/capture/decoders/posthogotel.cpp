#include "core/capture/decoders/posthogotel.h"

#include "core/base/jsoncursor.h"
#include "core/base/uuid.h"
#include "core/capture/decoders/eventfields.h"
#include "core/capture/decoders/posthoganswers.h"
#include "core/capture/decoders/posthogevents.h"

#include <charconv>

namespace Weir::PostHog {

namespace {

constexpr double nanosecondsPerMs = 1e6;

/// One span as OTLP's JSON has it: https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding
struct Span
{
    std::string_view name, traceId, spanId, parentSpanId, userId, workspaceId, flowId, sessionId;
    std::int64_t startNs = 0, endNs = 0;
};

/// 64-bit integers come as text, from some senders as numbers.
std::int64_t nanoseconds(JsonCursor &cursor)
{
    const std::string_view text = cursor.textOf();
    std::int64_t value = 0;
    std::from_chars(text.data(), text.data() + text.size(), value);
    return value;
}

void readAttribute(JsonCursor &cursor, Span &span)
{
    std::string_view name, text;
    cursor.object([&](std::string_view key) {
        if (key == "key") {
            name = cursor.string();
        } else if (key == "value" && cursor.kind() == JsonKind::Object) {
            cursor.object([&](std::string_view kind) {
                if (kind == "stringValue" || kind == "intValue")
                    text = cursor.textOf();
            });
        }
    });
    if (name == "posthog.distinct_id" || name == "posthog_distinct_id" || name == "user.id"
        || name == "user_id")
        span.userId = text;
    else if (name == "workspace_id")
        span.workspaceId = text;
    else if (name == "flow_id")
        span.flowId = text;
    else if (name == "session.id")
        span.sessionId = text;
}

std::string_view readSpan(JsonCursor &cursor, Span &span)
{
    return cursor.objectBytes([&](std::string_view key) {
        if (key == "name")
            span.name = cursor.string();
        else if (key == "traceId")
            span.traceId = cursor.string();
        else if (key == "spanId")
            span.spanId = cursor.string();
        else if (key == "parentSpanId")
            span.parentSpanId = cursor.string();
        else if (key == "startTimeUnixNano")
            span.startNs = nanoseconds(cursor);
        else if (key == "endTimeUnixNano")
            span.endNs = nanoseconds(cursor);
        else if (key == "attributes" && cursor.kind() == JsonKind::Array)
            cursor.array([&](std::size_t) { readAttribute(cursor, span); });
    });
}

Event eventOf(const Span &span, UtcTime now)
{
    Event event;
    event.source = Source::PostHog;
    event.type = EventType::Other;
    event.name = span.name;
    event.uuid = makeUuidV7(now);
    event.spanId = span.spanId;
    event.parentSpanId = span.parentSpanId;
    event.userId = span.userId;
    event.workspaceId = span.workspaceId;
    event.flowId = span.flowId;
    event.sessionId = span.sessionId;
    if (auto trace = traceFromBodyValue(span.traceId, "event:traceId")) {
        if (trace->rawId != trace->traceId)
            event.traceIdRaw = std::move(trace->rawId);
        event.traceId = std::move(trace->traceId);
        event.traceCarrier = std::move(trace->carrier);
    }
    event.receivedAt = event.timestamp = now;
    if (span.endNs > 0) {
        event.timestamp = fromMs(span.endNs / 1'000'000);
        event.clientTime = event.timestamp;
        if (span.startNs > 0 && span.endNs >= span.startNs)
            event.durationMs = static_cast<double>(span.endNs - span.startNs) / nanosecondsPerMs;
    }
    completeEvent(event);
    return event;
}

/// Calls visit() on each element of the list `name` in the object under the cursor.
template <typename Visit> void forEachIn(JsonCursor &cursor, std::string_view name, Visit visit)
{
    cursor.object([&](std::string_view key) {
        if (key == name && cursor.kind() == JsonKind::Array)
            cursor.array([&](std::size_t) { visit(); });
    });
}

Result<std::vector<Event>> spansOf(std::string_view body, UtcTime now)
{
    JsonIndex &index = JsonIndex::ofThread();
    if (const auto built = index.build(body); !built)
        return built.error();
    JsonCursor cursor(index);
    std::vector<Event> events;
    forEachIn(cursor, "resourceSpans", [&] {
        forEachIn(cursor, "scopeSpans", [&] {
            forEachIn(cursor, "spans", [&] {
                Span span;
                const std::string_view bytes = readSpan(cursor, span);
                if (cursor.failed())
                    return;
                Event &event = events.emplace_back(eventOf(span, now));
                event.offset = static_cast<std::uint32_t>(bytes.data() - body.data());
                event.length = static_cast<std::uint32_t>(bytes.size());
            });
        });
    });
    if (!cursor.finish())
        return cursor.error();
    return events;
}

/// The value of a parameter of a header: boundary="x" or boundary=x.
std::string_view parameterOf(std::string_view header, std::string_view name)
{
    for (std::size_t at = header.find(name); at != std::string_view::npos; at = header.find(name, at + 1)) {
        std::string_view rest = header.substr(at + name.size());
        const bool starts = at == 0 || header[at - 1] == ' ' || header[at - 1] == ';';
        if (!starts || rest.empty() || rest.front() != '=')
            continue;
        rest.remove_prefix(1);
        if (!rest.empty() && rest.front() == '"')
            return rest.substr(1, rest.find('"', 1) - 1);
        return rest.substr(0, rest.find_first_of("; \r\n"));
    }
    return {};
}

} // namespace

Intake takeOtel(const EndpointCall &call)
{
    const auto &body = call.body();
    if (!body)
        return refused(call, refusedBody(body.error()));
    const std::string_view type = call.request.header("Content-Type");
    if (type.find("protobuf") != std::string_view::npos) {
        HttpResponse answer; // An empty message: all was taken.
        answer.with("Content-Type", "application/x-protobuf");
        return readAnswer(std::move(answer));
    }
    auto events = spansOf({body->constData(), static_cast<std::size_t>(body->size())}, call.context.now);
    if (!events)
        return refused(call, {400, {}, "failed to parse request: " + toText(events.error()), events.error()});
    Intake intake = readAnswer(HttpResponse::json(200, R"({"partialSuccess":{}})"));
    intake.events = *std::move(events);
    if (!intake.events.empty())
        intake.state = RequestState::Decoded;
    return intake;
}

std::string_view multipartPart(std::string_view body, std::string_view contentType, std::string_view name)
{
    const std::string_view boundary = parameterOf(contentType, "boundary");
    if (boundary.empty())
        return {};
    const std::string delimiter = "--" + std::string(boundary);
    std::size_t at = body.find(delimiter);
    while (at != std::string_view::npos) {
        at += delimiter.size();
        const std::size_t end = body.find(delimiter, at);
        if (end == std::string_view::npos)
            return {};
        std::string_view part = body.substr(at, end - at);
        at = end;
        const std::size_t blank = part.find("\r\n\r\n");
        if (blank == std::string_view::npos || parameterOf(part.substr(0, blank), "name") != name)
            continue;
        part.remove_prefix(blank + 4);
        return part.ends_with("\r\n") ? part.substr(0, part.size() - 2) : part;
    }
    return {};
}

Intake takeMultipart(const EndpointCall &call)
{
    const auto &decodedBytes = call.body();
    if (!decodedBytes)
        return refused(call, refusedBody(decodedBytes.error()));
    const std::string_view body(decodedBytes->constData(), static_cast<std::size_t>(decodedBytes->size()));
    const std::string_view type = call.request.header("Content-Type");
    const std::string_view event = multipartPart(body, type, "event");
    if (event.empty())
        return refused(call,
            {400, {}, "failed to decode request: no event part",
                {Error::Kind::BadInput, "The body has no part named \"event\"", "event"}});
    EventFields properties;
    JsonIndex index; // Its own: the fields' views must outlive the reading of the event.
    if (const auto part = multipartPart(body, type, "event.properties"); !part.empty()) {
        JsonCursor cursor(index);
        if (index.build(part))
            collectFields(cursor, FieldScope::Properties, properties);
    }
    Decoded decoded = decodeEvents(event, Lane::Multipart, call.request, call.context, &properties);
    if (decoded.refusal)
        return refused(call, std::move(*decoded.refusal));
    Intake intake = readAnswer(HttpResponse::json(200, R"({"status":"Ok"})"));
    intake.state = RequestState::Decoded;
    intake.events = std::move(decoded.events);
    const auto before = static_cast<std::uint32_t>(event.data() - body.data());
    for (Event &each : intake.events)
        each.offset += before;
    return intake;
}

} // namespace Weir::PostHog
