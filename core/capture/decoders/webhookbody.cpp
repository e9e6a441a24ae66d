#include "core/capture/decoders/webhookbody.h"

#include "core/base/jsoncursor.h"
#include "core/base/uuid.h"
#include "core/capture/decoders/eventfields.h"
#include "core/event/eventtime.h"

namespace Weir {

namespace {

constexpr std::string_view bodyCarrier = "event:";
constexpr std::string_view propertiesCarrier = "event:properties.";

/// What only the object itself tells. Views, as in EventFields.
struct HookTexts
{
    std::string_view event, type, id, timestamp, userId, anonymousId;
    std::string_view innerKey; ///< "data": which member `inner` was read from.
};

bool isInnerKey(std::string_view key)
{
    return key == "properties" || key == "data" || key == "payload" || key == "record";
}

void keepText(JsonCursor &cursor, std::string_view &member)
{
    if (cursor.kind() == JsonKind::String || cursor.kind() == JsonKind::Number)
        member = cursor.textOf();
}

void takeMember(JsonCursor &cursor, std::string_view key, HookTexts &texts, EventFields &inner)
{
    if (isInnerKey(key) && texts.innerKey.empty() && cursor.kind() == JsonKind::Object) {
        texts.innerKey = key;
        collectFields(cursor, FieldScope::Properties, inner);
    } else if (key == "event") {
        texts.event = cursor.string();
    } else if (key == "type") {
        texts.type = cursor.string();
    } else if (key == "timestamp") {
        keepText(cursor, texts.timestamp);
    } else if (key == "id" || key == "uuid" || key == "messageId" || key == "message_id") {
        const std::string_view id = cursor.string();
        texts.id = texts.id.empty() ? id : texts.id;
    } else if (key == "userId") {
        keepText(cursor, texts.userId);
    } else if (key == "anonymousId") {
        keepText(cursor, texts.anonymousId);
    }
}

bool isFromBody(const Event &event)
{
    return event.traceCarrier.starts_with(bodyCarrier);
}

/// "event:properties.trace_id", as the shared collector calls it, under the name of where it really was.
void renameCarrier(Event &event, std::string_view place)
{
    if (event.traceCarrier.starts_with(propertiesCarrier))
        event.traceCarrier.replace(bodyCarrier.size(), propertiesCarrier.size() - bodyCarrier.size(), place);
}

/// What the object itself did not say, its inner one may.
void fillFromInner(
    Event &event, const HookTexts &texts, const EventFields &fields, RequestTrace &requestTrace)
{
    Event inner;
    applyFields(fields, requestTrace, inner);
    if (!isFromBody(event) && isFromBody(inner)) {
        renameCarrier(inner, std::string(texts.innerKey) + '.');
        event.traceId = std::move(inner.traceId);
        event.traceIdRaw = std::move(inner.traceIdRaw);
        event.traceCarrier = std::move(inner.traceCarrier);
        event.spanId = std::move(inner.spanId);
        event.parentSpanId = std::move(inner.parentSpanId);
        event.notices = static_cast<Notices>(event.notices & ~static_cast<Notices>(Notice::TraceFromRequest));
    }
    if (event.flowId.empty())
        event.flowId = std::move(inner.flowId);
    if (event.sessionId.empty())
        event.sessionId = std::move(inner.sessionId);
    if (!event.durationMs && inner.durationMs) {
        event.durationMs = inner.durationMs;
        if (has(inner.notices, Notice::DurationAsText))
            event.notices |= Notice::DurationAsText;
    }
}

std::string_view firstOf(std::initializer_list<std::string_view> texts)
{
    for (const std::string_view text : texts) {
        if (!text.empty())
            return text;
    }
    return {};
}

class HookReader
{
public:
    HookReader(std::string_view text, const WebhookRules &rules, const HttpRequest &request,
        const CaptureContext &context)
        : m_text(text)
        , m_rules(rules)
        , m_request(request)
        , m_context(context)
        , m_requestTrace(request)
    {
    }

    Result<std::vector<Event>> read();

private:
    void readObject(JsonCursor &cursor);
    Event eventOf(const HookTexts &texts, const EventFields &own, const EventFields &inner);

    std::string_view m_text;
    const WebhookRules &m_rules;
    const HttpRequest &m_request;
    const CaptureContext &m_context;
    RequestTrace m_requestTrace;
    std::vector<Event> m_events;
};

Event HookReader::eventOf(const HookTexts &texts, const EventFields &own, const EventFields &inner)
{
    Event event;
    event.source = m_rules.source;
    event.receivedAt = m_context.now;
    event.name = m_rules.naming == WebhookName::Fixed ? m_rules.name
                                                      : firstOf({texts.event, texts.type, m_rules.name});
    event.uuid = texts.id.empty() ? makeUuidV7(m_context.now) : std::string(texts.id);
    applyFields(own, m_requestTrace, event);
    renameCarrier(event, {});
    fillFromInner(event, texts, inner, m_requestTrace);
    event.userId = firstOf({own.userProperty, texts.userId, own.distinctId, inner.userProperty,
        inner.distinctId, texts.anonymousId});
    event.anonymousId = texts.anonymousId;
    event.workspaceId = firstOf({own.workspaceProperty, own.workspaceContext, inner.workspaceProperty});
    if (event.sdk.name.empty())
        event.sdk = sdkFromUserAgent(m_request.header("User-Agent"));
    EventClocks clocks;
    clocks.timestamp = texts.timestamp;
    const EventTime time = correctedTime(clocks, m_context.now);
    event.timestamp = time.timestamp;
    event.clientTime = time.clientTime;
    event.notices |= time.notices;
    completeEvent(event);
    return event;
}

void HookReader::readObject(JsonCursor &cursor)
{
    if (cursor.kind() != JsonKind::Object) {
        cursor.fail("Expected an object");
        return;
    }
    EventFields own, inner;
    JsonCursor again(cursor); // Ids may stand at any depth of two, in any order: two walks over one index.
    collectFields(again, FieldScope::Properties, own);
    HookTexts texts;
    const std::string_view bytes
        = cursor.objectBytes([&](std::string_view key) { takeMember(cursor, key, texts, inner); });
    if (bytes.empty())
        return;
    Event event = eventOf(texts, own, inner);
    event.offset = static_cast<std::uint32_t>(bytes.data() - m_text.data());
    event.length = static_cast<std::uint32_t>(bytes.size());
    m_events.push_back(std::move(event));
}

Result<std::vector<Event>> HookReader::read()
{
    JsonIndex &index = JsonIndex::ofThread();
    if (const Result<void> built = index.build(m_text); !built)
        return built.error();
    JsonCursor cursor(index);
    if (cursor.kind() == JsonKind::Array)
        cursor.array([&](std::size_t) { readObject(cursor); });
    else
        readObject(cursor);
    if (!cursor.finish())
        return cursor.error();
    return std::move(m_events);
}

} // namespace

Result<std::vector<Event>> readWebhook(std::string_view text, const WebhookRules &rules,
    const HttpRequest &request, const CaptureContext &context)
{
    return HookReader(text, rules, request, context).read();
}

} // namespace Weir
