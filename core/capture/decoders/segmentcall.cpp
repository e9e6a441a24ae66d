#include "core/capture/decoders/segmentcall.h"

#include "core/base/jsoncursor.h"
#include "core/base/uuid.h"
#include "core/capture/decoders/eventfields.h"
#include "core/capture/decoders/keytable.h"
#include "core/event/eventtime.h"

#include <algorithm>
#include <utility>

namespace Weir {

namespace {

bool isBlank(std::string_view text)
{
    return text.find_first_not_of(" \t\r\n") == std::string_view::npos;
}

/// Text of a string or a number, since ids are sent as numbers too; empty for other kinds.
std::string_view scalarText(JsonCursor &cursor)
{
    const JsonKind kind = cursor.kind();
    if (kind == JsonKind::String || kind == JsonKind::Number)
        return cursor.textOf();
    cursor.skip();
    return {};
}

/// A call's own members. Views, as in EventFields.
struct CallTexts
{
    std::string_view type, event, name, groupId, messageId, userId, anonymousId, channel, writeKey;
    std::string_view timestamp, originalTimestamp, sentAt;
};

struct CallKey
{
    std::string_view name;
    std::string_view CallTexts::*member;
};

constexpr CallKey callKeys[] = {
    {"type", &CallTexts::type},
    {"event", &CallTexts::event},
    {"name", &CallTexts::name},
    {"groupId", &CallTexts::groupId},
    {"userId", &CallTexts::userId},
    {"anonymousId", &CallTexts::anonymousId},
    {"channel", &CallTexts::channel},
    {"writeKey", &CallTexts::writeKey},
    {"timestamp", &CallTexts::timestamp},
    {"originalTimestamp", &CallTexts::originalTimestamp},
    {"sentAt", &CallTexts::sentAt},
};

constexpr KeyTable<CallKey> callKeyTable{callKeys};

struct CallType
{
    std::string_view text;
    EventType type;
};

constexpr CallType callTypes[] = {
    {"track", EventType::Track},
    {"identify", EventType::Identify},
    {"page", EventType::Page},
    {"screen", EventType::Screen},
    {"group", EventType::Group},
    {"alias", EventType::Alias},
    {"merge", EventType::Merge},
};

EventType typeOf(const CallTexts &texts)
{
    for (const CallType &candidate : callTypes) {
        if (equalsIgnoreCase(candidate.text, texts.type))
            return candidate.type;
    }
    return texts.type.empty() && !texts.event.empty() ? EventType::Track : EventType::Other;
}

/// "flow_executed" of a track, the page's name, and otherwise what the call itself is called.
std::string_view nameOf(const CallTexts &texts, EventType type)
{
    if ((type == EventType::Page || type == EventType::Screen) && !texts.name.empty())
        return texts.name;
    if ((type == EventType::Track || type == EventType::Other) && !texts.event.empty())
        return texts.event;
    return type == EventType::Other && !texts.type.empty() ? texts.type : toText(type);
}

/// Which vendor's library wrote this call; Unknown when nothing in it tells.
Source sourceOf(const CallTexts &texts, std::string_view library, std::string_view libraryVersion)
{
    if (!texts.channel.empty() || !texts.originalTimestamp.empty())
        return Source::RudderStack;
    // "node-next-…" and "ajs-next-…" today, "node-…" and "ajs-…" from their older libraries.
    if (texts.messageId.starts_with("node-") || texts.messageId.starts_with("ajs-"))
        return Source::Segment;
    if (library.starts_with("@segment/") || libraryVersion.starts_with("next-") || !texts.writeKey.empty())
        return Source::Segment;
    return Source::Unknown;
}

/// What can only be settled when the whole body was seen: its sentAt and writeKey may stand behind the batch.
struct OpenCall
{
    std::string_view timestamp, originalTimestamp, sentAt;
    bool lacksId = false;
};

EventTime timeOf(const OpenCall &call, const Event &event, std::optional<UtcTime> batchSentAt)
{
    EventClocks clocks;
    if (event.source == Source::Segment) {
        clocks.timestamp = call.timestamp;
        clocks.sentAt = event.sentAt ? event.sentAt : batchSentAt;
        return correctedTime(clocks, event.receivedAt);
    }
    // RudderStack keeps a `timestamp` as the caller set it, and works out one only when there is none.
    Notices notices = 0;
    if (!call.timestamp.empty()) {
        clocks.timestamp = call.timestamp;
        clocks.absolute = true;
        const EventTime own = correctedTime(clocks, event.receivedAt);
        if (own.clientTime)
            return own;
        notices = own.notices;
    }
    clocks.timestamp = call.originalTimestamp;
    clocks.absolute = false;
    clocks.sentAt = event.sentAt; // The batch's own is not looked at by its server.
    EventTime time = correctedTime(clocks, event.receivedAt);
    time.notices |= notices;
    return time;
}

class CallReader
{
public:
    CallReader(std::string_view text, const CallRules &rules, const HttpRequest &request,
        const CaptureContext &context)
        : m_text(text)
        , m_rules(rules)
        , m_request(request)
        , m_context(context)
        , m_requestTrace(request)
    {
    }

    Calls read();

private:
    void readBody(JsonCursor &cursor);
    void readBatch(JsonCursor &cursor);
    void readEnvelope(JsonCursor &cursor);
    void readCall(JsonCursor &cursor);
    void addEvent(const CallTexts &texts, const EventFields &fields, std::string_view bytes);
    void settle();
    void refuse(CallRefusal refusal, std::string message, std::string where);
    std::string whereOf(std::size_t at) const;

    std::string_view m_text;
    const CallRules &m_rules;
    const HttpRequest &m_request;
    const CaptureContext &m_context;
    RequestTrace m_requestTrace;
    Calls m_calls;
    std::vector<OpenCall> m_open; ///< One per event.
    std::string_view m_batchSentAt;
    bool m_stopped = false; ///< An element was no object: those behind it are only checked to be JSON.
};

std::string CallReader::whereOf(std::size_t at) const
{
    switch (m_rules.shape) {
    case CallShape::Single:
        return {};
    case CallShape::Batch:
        return "batch[" + std::to_string(at) + ']';
    case CallShape::Internal:
        return '[' + std::to_string(at) + "] › payload";
    }
    return {};
}

void CallReader::refuse(CallRefusal refusal, std::string message, std::string where)
{
    m_calls.refusal = refusal;
    m_calls.error = {Error::Kind::BadInput, std::move(message), std::move(where)};
}

void CallReader::addEvent(const CallTexts &texts, const EventFields &fields, std::string_view bytes)
{
    Event event;
    event.offset = static_cast<std::uint32_t>(bytes.data() - m_text.data());
    event.length = static_cast<std::uint32_t>(bytes.size());
    event.type = typeOf(texts);
    event.name = nameOf(texts, event.type);
    event.uuid = isBlank(texts.messageId) ? makeUuidV7(m_context.now) : std::string(texts.messageId);
    event.receivedAt = m_context.now;
    event.sentAt = parseTime(texts.sentAt);
    applyFields(fields, m_requestTrace, event);

    for (const std::string_view id :
        {texts.userId, fields.userTraits, fields.userProperty, texts.anonymousId}) {
        if (event.userId.empty() && !isBlank(id))
            event.userId = id;
    }
    if (!isBlank(texts.anonymousId))
        event.anonymousId = texts.anonymousId;
    const std::string_view group = event.type == EventType::Group ? texts.groupId : std::string_view();
    for (const std::string_view id : {fields.workspaceContext, fields.workspaceProperty,
             fields.workspaceTraits, fields.workspaceGroup, group}) {
        if (event.workspaceId.empty() && !isBlank(id))
            event.workspaceId = id;
    }
    if (event.sdk.name.empty())
        event.sdk = sdkFromUserAgent(m_request.header("User-Agent"));

    event.source = m_rules.source != Source::Unknown
        ? m_rules.source
        : sourceOf(texts, fields.libraryName, fields.libraryVersion);
    m_calls.hasWriteKey = m_calls.hasWriteKey || !texts.writeKey.empty();
    const bool needsId = !m_rules.idsOptional && !equalsIgnoreCase(texts.type, "extract");
    m_open.push_back({texts.timestamp, texts.originalTimestamp, texts.sentAt,
        needsId && isBlank(texts.userId) && isBlank(texts.anonymousId)});
    m_calls.events.push_back(std::move(event));
}

void CallReader::readCall(JsonCursor &cursor)
{
    if (m_stopped || cursor.kind() != JsonKind::Object) {
        m_stopped = true;
        cursor.skip();
        return;
    }
    CallTexts texts;
    EventFields fields;
    const std::string_view bytes = cursor.objectBytes([&](std::string_view key) {
        if (key == "properties") {
            collectFields(cursor, FieldScope::Properties, fields);
        } else if (key == "context") {
            collectFields(cursor, FieldScope::Context, fields);
        } else if (key == "traits") {
            collectFields(cursor, FieldScope::Traits, fields);
        } else if (key == "messageId") {
            texts.messageId = cursor.string(); // Of another kind it counts as missing.
        } else if (const CallKey *const known = callKeyTable.find(key)) {
            texts.*known->member = scalarText(cursor);
        }
    });
    if (bytes.empty())
        return;
    if (!m_rules.type.empty())
        texts.type = m_rules.type;
    addEvent(texts, fields, bytes);
}

void CallReader::readEnvelope(JsonCursor &cursor)
{
    if (cursor.kind() != JsonKind::Object) {
        m_stopped = true;
        cursor.skip();
        return;
    }
    bool found = false;
    cursor.object([&](std::string_view key) {
        if (key == "payload") {
            found = true;
            readCall(cursor);
        }
    });
    m_stopped = m_stopped || !found;
}

void CallReader::readBatch(JsonCursor &cursor)
{
    if (cursor.kind() != JsonKind::Object) {
        cursor.skip(); // Valid JSON without a batch.
        return;
    }
    cursor.object([&](std::string_view key) {
        if (key == "batch" && cursor.kind() == JsonKind::Array)
            cursor.array([&](std::size_t) { readCall(cursor); });
        else if (key == "batch" && cursor.kind() != JsonKind::Null)
            readCall(cursor); // The server takes a lone call for a batch of one.
        else if (key == "sentAt")
            m_batchSentAt = scalarText(cursor);
        else if (key == "writeKey")
            m_calls.hasWriteKey = !cursor.string().empty() || m_calls.hasWriteKey;
    });
}

void CallReader::readBody(JsonCursor &cursor)
{
    switch (m_rules.shape) {
    case CallShape::Single:
        readCall(cursor);
        break;
    case CallShape::Batch:
        readBatch(cursor);
        break;
    case CallShape::Internal:
        if (cursor.kind() == JsonKind::Array)
            cursor.array([&](std::size_t) { readEnvelope(cursor); });
        else
            readEnvelope(cursor);
        break;
    }
}

void CallReader::settle()
{
    const std::optional<UtcTime> batchSentAt = parseTime(m_batchSentAt);
    const Source fallback = m_calls.hasWriteKey ? Source::Segment : Source::RudderStack;
    m_calls.source = m_rules.source != Source::Unknown ? m_rules.source : fallback;
    for (std::size_t at = 0; at < m_calls.events.size(); ++at) {
        Event &event = m_calls.events[at];
        if (event.source == Source::Unknown)
            event.source = fallback;
        if (at == 0)
            m_calls.source = event.source;
        if (m_open[at].lacksId && event.source == Source::RudderStack)
            return refuse(CallRefusal::NoId, "A call needs a userId or an anonymousId", whereOf(at));
        const EventTime time = timeOf(m_open[at], event, batchSentAt);
        event.timestamp = time.timestamp;
        event.clientTime = time.clientTime;
        event.notices |= time.notices;
        if (!event.sentAt)
            event.sentAt = batchSentAt;
        completeEvent(event);
    }
    if (m_stopped)
        refuse(CallRefusal::NotAnObject, "Expected a call as an object", whereOf(m_calls.events.size()));
    else if (m_calls.events.empty())
        refuse(CallRefusal::EmptyBatch, "Expected a batch with at least one call", "batch");
}

Calls CallReader::read()
{
    JsonIndex &index = JsonIndex::ofThread();
    if (const Result<void> built = index.build(m_text); !built) {
        refuse(CallRefusal::InvalidJson, built.error().message, built.error().where);
        return std::move(m_calls);
    }
    JsonCursor cursor(index);
    readBody(cursor);
    if (!cursor.finish()) {
        m_calls.events.clear();
        refuse(CallRefusal::InvalidJson, cursor.error().message, cursor.error().where);
        return std::move(m_calls);
    }
    settle();
    return std::move(m_calls);
}

} // namespace

Calls readCalls(
    std::string_view text, const CallRules &rules, const HttpRequest &request, const CaptureContext &context)
{
    return CallReader(text, rules, request, context).read();
}

} // namespace Weir
