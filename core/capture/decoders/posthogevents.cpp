#include "core/capture/decoders/posthogevents.h"

#include "core/base/jsoncursor.h"
#include "core/base/uuid.h"
#include "core/capture/decoders/keytable.h"
#include "core/capture/decoders/posthogrules.h"
#include "core/event/eventtime.h"

#include <algorithm>
#include <charconv>
#include <unordered_set>

// PostHog's capture protocol, as its server (rust/capture) reads it: https://posthog.com/docs/api/capture

namespace Weir::PostHog {

namespace {

constexpr std::size_t longestToken = 64;
constexpr std::size_t longestSession = 100;
/// `_` is milliseconds; a client that sends seconds is told by the year that would be.
constexpr UtcTime firstSendTime = std::chrono::sys_days(std::chrono::year(2020) / 1 / 1);

enum class RootKey : std::uint8_t {
    Event,
    DistinctId,
    Uuid,
    Timestamp,
    Offset,
    Properties,
    Token,
    Context,
    SessionId,
    Options,
    SentAt,
    Library,
    LibraryVersion,
    Batch,
    Historical,
};

struct RootName
{
    std::string_view name;
    RootKey key;
};

constexpr RootName rootNames[] = {
    {"event", RootKey::Event},
    {"distinct_id", RootKey::DistinctId},
    {"$distinct_id", RootKey::DistinctId},
    {"uuid", RootKey::Uuid},
    {"timestamp", RootKey::Timestamp},
    {"offset", RootKey::Offset},
    {"properties", RootKey::Properties},
    {"token", RootKey::Token},
    {"$token", RootKey::Token},
    {"api_key", RootKey::Token},
    {"context", RootKey::Context},
    {"session_id", RootKey::SessionId},
    {"options", RootKey::Options},
    {"sent_at", RootKey::SentAt},
    {"library", RootKey::Library},
    {"library_version", RootKey::LibraryVersion},
    {"batch", RootKey::Batch},
    {"historical_migration", RootKey::Historical},
};
constexpr KeyTable<RootName> rootTable(rootNames);

/// One event as it is read. Views are of the body or of the index's scratch.
struct Draft
{
    std::string_view bytes;
    bool hasName = false;
    bool hasUuid = false;
    std::string_view name, distinctId, uuid, timestamp, token, sentAt, library, libraryVersion;
    std::optional<double> offsetMs;
    EventFields fields;
};

/// What an envelope says of all its events.
struct Envelope
{
    bool hasBatch = false;
    bool historical = false;
};

/// A text, null counting as absent; anything else makes the whole body unreadable, as for the server.
std::string_view textOrNull(JsonCursor &cursor)
{
    const JsonKind kind = cursor.kind();
    if (kind == JsonKind::String)
        return cursor.string();
    if (kind != JsonKind::Null)
        cursor.fail("Expected a text");
    else
        cursor.skip();
    return {};
}

/// Where an event stands in its body: made into text only for a complaint.
struct Place
{
    std::string_view list; ///< "batch", or empty for a bare array.
    std::optional<std::size_t> at; ///< Absent when the body is the event.

    std::string of(std::string_view member) const
    {
        if (!at)
            return std::string(member);
        return std::string(list) + '[' + std::to_string(*at) + "] › " + std::string(member);
    }
};

Refusal refusal(
    int status, std::string_view tag, std::string_view text, std::string_view message, std::string_view where)
{
    return {status, std::string(tag), std::string(text),
        {Error::Kind::BadInput, std::string(message), std::string(where)}};
}

std::optional<UtcTime> queryTime(const HttpRequest &request)
{
    if (request.query().find("_=") == std::string_view::npos)
        return {};
    const std::string text = request.queryValue("_");
    std::int64_t ms = 0;
    const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), ms);
    constexpr std::int64_t year3000 = 32'503'680'000'000;
    if (error != std::errc() || stop != text.data() + text.size() || ms > year3000
        || fromMs(ms) < firstSendTime)
        return {};
    return fromMs(ms);
}

/// Walks one body. Times are set at the end, because `sent_at` stands behind the batch.
class Reader
{
public:
    Reader(std::string_view body, Lane lane, const HttpRequest &request, const CaptureContext &context,
        const EventFields *properties)
        : m_body(body)
        , m_lane(lane)
        , m_request(request)
        , m_context(context)
        , m_properties(properties)
        , m_requestTrace(request)
        , m_index(JsonIndex::ofThread())
        , m_cursor(m_index)
    {
    }

    Decoded run()
    {
        if (const auto built = m_index.build(m_body); !built)
            refuse(unparsable(built.error()));
        else if (!readRoot() || !m_cursor.finish())
            refuse(unparsable(m_cursor.error()));
        if (!m_decoded.refusal)
            judge();
        if (!m_decoded.refusal)
            setTimes();
        return std::move(m_decoded);
    }

private:
    static Refusal unparsable(Error error)
    {
        Refusal why = refusal(400, "request_parsing_error", {}, {}, {});
        why.text = "failed to parse request: " + toText(error);
        why.error = std::move(error);
        return why;
    }

    bool readRoot()
    {
        if (m_cursor.kind() == JsonKind::Array && m_lane != Lane::V1) {
            m_decoded.shape = Shape::Array;
            return m_cursor.array([this](std::size_t at) { readElement({}, at); });
        }
        if (m_cursor.kind() != JsonKind::Object)
            return m_cursor.fail("Expected an event, an array of events or a batch");
        Draft root;
        if (m_properties)
            root.fields = *m_properties;
        if (!readObject(root, &m_envelope))
            return false;
        m_decoded.token = root.token;
        m_batchSentAt = root.sentAt;
        if (m_envelope.hasBatch) {
            m_decoded.shape = Shape::Batch;
            return true;
        }
        const bool engage = !root.hasName && m_lane == Lane::Engage;
        m_decoded.shape = engage ? Shape::Engage : Shape::Single;
        if (m_lane != Lane::V1)
            addEvent(root, {});
        return true;
    }

    void readElement(std::string_view list, std::size_t at)
    {
        Draft draft;
        if (m_cursor.kind() != JsonKind::Object)
            m_cursor.fail("Expected an event");
        else if (readObject(draft, nullptr))
            addEvent(draft, {list, at});
    }

    /// `envelope` is given for the outermost object, which may be a batch.
    bool readObject(Draft &draft, Envelope *envelope)
    {
        draft.bytes = m_cursor.objectBytes([&](std::string_view name) {
            if (const RootName *known = rootTable.find(name))
                readMember(known->key, draft, envelope);
        });
        return !m_cursor.failed();
    }

    void readMember(RootKey key, Draft &draft, Envelope *envelope)
    {
        switch (key) {
        case RootKey::Event:
            draft.hasName = m_cursor.kind() != JsonKind::Null;
            draft.name = textOrNull(m_cursor);
            break;
        case RootKey::DistinctId:
            readDistinctId(draft);
            break;
        case RootKey::Uuid:
            readUuid(draft);
            break;
        case RootKey::Timestamp:
            draft.timestamp = textOrNull(m_cursor);
            break;
        case RootKey::Offset:
            if (m_cursor.kind() == JsonKind::Number)
                draft.offsetMs = m_cursor.number();
            else if (m_cursor.kind() != JsonKind::Null)
                m_cursor.fail("Expected a number of milliseconds");
            break;
        case RootKey::Properties:
            if (m_cursor.kind() == JsonKind::Object)
                collectFields(m_cursor, FieldScope::Properties, draft.fields);
            else if (m_cursor.kind() != JsonKind::Null)
                m_cursor.fail("Expected an object");
            break;
        case RootKey::Token:
            if (draft.token.empty())
                draft.token = textOrNull(m_cursor);
            break;
        case RootKey::Context:
            collectFields(m_cursor, FieldScope::Context, draft.fields);
            break;
        case RootKey::Batch:
            if (envelope && m_cursor.kind() == JsonKind::Array) {
                envelope->hasBatch = true;
                m_cursor.array([this](std::size_t at) { readElement("batch", at); });
            }
            break;
        case RootKey::Historical:
            m_decoded.historical = envelope && m_cursor.kind() == JsonKind::True;
            break;
        case RootKey::SessionId:
        case RootKey::Options:
        case RootKey::SentAt:
        case RootKey::Library:
        case RootKey::LibraryVersion:
            readLesser(key, draft);
            break;
        }
    }

    void readLesser(RootKey key, Draft &draft)
    {
        const bool text = m_cursor.kind() == JsonKind::String;
        if (key == RootKey::Options && m_lane == Lane::V1 && m_cursor.kind() == JsonKind::Object)
            readOptions(draft);
        else if (key == RootKey::SessionId && m_lane == Lane::V1 && text)
            draft.fields.sessionId = m_cursor.string();
        else if (key == RootKey::SentAt && text)
            draft.sentAt = m_cursor.string();
        else if (key == RootKey::Library && text)
            draft.library = m_cursor.string();
        else if (key == RootKey::LibraryVersion && text)
            draft.libraryVersion = m_cursor.string();
    }

    /// v1's options stand for the properties that v0 calls $ignore_sent_at and so on.
    void readOptions(Draft &draft)
    {
        m_cursor.object([&](std::string_view key) {
            if (key == "disable_skew_correction")
                draft.fields.ignoreSentAt = m_cursor.kind() == JsonKind::True;
        });
    }

    void readDistinctId(Draft &draft)
    {
        if (m_cursor.kind() != JsonKind::Null && draft.distinctId.empty())
            draft.distinctId = m_cursor.textOf();
        else
            m_cursor.skip();
    }

    void readUuid(Draft &draft)
    {
        draft.uuid = textOrNull(m_cursor);
        draft.hasUuid = !draft.uuid.empty();
        if (draft.hasUuid && !isServerUuid(draft.uuid))
            m_cursor.fail("Expected a UUID");
    }

    /// Builds the event, and notes the first reason why the server would refuse it.
    void addEvent(Draft &draft, const Place &place)
    {
        if (draft.distinctId.empty())
            draft.distinctId = draft.fields.distinctId;
        if (draft.token.empty())
            draft.token = draft.fields.token;
        noteToken(draft);
        if (!draft.hasName && m_lane == Lane::Engage) {
            draft.name = "$identify";
            draft.hasName = true;
        }
        if (!m_eventRefusal)
            m_eventRefusal = m_lane == Lane::V1 ? refusedByV1(draft, place) : refused(draft, place);
        fill(m_decoded.events.emplace_back(), draft);
        m_clocks.push_back({draft.timestamp, {}, draft.offsetMs, draft.fields.ignoreSentAt, false});
        if (m_lane == Lane::Replay && m_batchSentAt.empty())
            m_batchSentAt = draft.sentAt;
    }

    void noteToken(const Draft &draft)
    {
        if (draft.token.empty())
            return;
        if (m_eventToken.empty())
            m_eventToken = draft.token;
        else if (m_eventToken != draft.token)
            m_tokensDiffer = true;
    }

    std::optional<Refusal> refused(const Draft &draft, const Place &place)
    {
        if (!draft.hasName) {
            Refusal why = refusal(400, {},
                "failed to hydrate events from request: non-engage request missing event name attribute",
                "The event has no name", place.of("event"));
            if (!m_hydrationRefusal)
                m_hydrationRefusal = why;
            return why;
        }
        if (draft.name.empty())
            return refusal(400, {}, "event submitted with an empty event name", "The event's name is empty",
                place.of("event"));
        if (draft.distinctId.empty())
            return refusal(400, {}, "event submitted without a distinct_id", "The event has no distinct_id",
                place.of("distinct_id"));
        if (draft.fields.badCookielessMode)
            return refusal(400, {}, "event submitted with invalid cookieless mode",
                "$cookieless_mode must be true or false", place.of("properties › $cookieless_mode"));
        if (m_lane == Lane::Replay && draft.name == "$snapshot")
            return refusedSnapshot(draft, place);
        return {};
    }

    static std::optional<Refusal> refusedSnapshot(const Draft &draft, const Place &place)
    {
        const std::string_view session = draft.fields.sessionId;
        if (session.empty())
            return refusal(400, {}, "replay event submitted without session id",
                "The snapshot has no $session_id", place.of("properties › $session_id"));
        if (session.size() > longestSession)
            return refusal(400, {}, "replay event has invalid session id",
                "$session_id is longer than 100 characters", place.of("properties › $session_id"));
        if (!draft.fields.hasSnapshotData)
            return refusal(400, {}, "replay event submitted without snapshot data",
                "The snapshot has no $snapshot_data", place.of("properties › $snapshot_data"));
        return {};
    }

    std::optional<Refusal> refusedByV1(const Draft &draft, const Place &place)
    {
        const auto refuseAs = [&](std::string_view tag, std::string_view message, std::string_view member) {
            return refusal(400, tag, {}, message, place.of(member));
        };
        if (draft.name.empty())
            return refuseAs("missing_event_name", "The event has no name", "event");
        if (characterCount(draft.name) > longestId)
            return refuseAs("event_name_too_long", "The event's name is longer than 200 characters", "event");
        if (draft.distinctId.empty())
            return refuseAs("missing_distinct_id", "The event has no distinct_id", "distinct_id");
        if (characterCount(draft.distinctId) > longestId)
            return refuseAs(
                "distinct_id_too_large", "distinct_id is longer than 200 characters", "distinct_id");
        if (!draft.hasUuid)
            return refuseAs("missing_event_uuid", "The event has no uuid", "uuid");
        if (!m_uuids.insert(draft.uuid).second)
            return refuseAs("duplicate_event_uuid", "An earlier event of the batch has this uuid", "uuid");
        if (!parseTime(draft.timestamp))
            return refuseAs("invalid_event_timestamp", "The event has no readable timestamp", "timestamp");
        return {};
    }

    void fill(Event &event, const Draft &draft)
    {
        const EventFields &fields = draft.fields;
        event.offset = static_cast<std::uint32_t>(draft.bytes.data() - m_body.data());
        event.length = static_cast<std::uint32_t>(draft.bytes.size());
        event.source = Source::PostHog;
        event.type = typeOf(draft.name);
        event.name = draft.name;
        event.uuid = draft.hasUuid ? std::string(draft.uuid) : makeUuidV7(m_context.now);
        event.userId = keptDistinctId(draft.distinctId);
        event.anonymousId = fields.anonymousId.empty() ? fields.deviceId : fields.anonymousId;
        event.receivedAt = m_context.now;
        applyFields(fields, m_requestTrace, event);
        event.workspaceId = workspaceOf(fields);
        if (event.sdk.name.empty())
            event.sdk = sdkOf(draft);
        completeEvent(event);
    }

    static std::string_view workspaceOf(const EventFields &fields)
    {
        if (!fields.workspaceProperty.empty())
            return fields.workspaceProperty;
        if (!fields.workspaceGroup.empty())
            return fields.workspaceGroup;
        if (fields.groupType == "workspace" && !fields.groupKey.empty())
            return fields.groupKey;
        return fields.workspaceContext;
    }

    /// $lib is missing: v1 names the SDK in a header, node 3 and 4 in the event's root.
    Sdk sdkOf(const Draft &draft)
    {
        if (const auto info = m_request.header("PostHog-Sdk-Info"); !info.empty())
            return sdkFromUserAgent(info);
        if (!draft.library.empty())
            return {std::string(draft.library), std::string(draft.libraryVersion)};
        return sdkFromUserAgent(m_request.header("User-Agent"));
    }

    /// In the order in which the server finds reasons to refuse.
    void judge()
    {
        if (m_hydrationRefusal)
            return refuse(std::move(*m_hydrationRefusal));
        if (m_lane == Lane::V1 && !m_envelope.hasBatch)
            return refuse(refusal(400, "invalid_batch", {}, "The body has no list of events", "batch"));
        if (m_decoded.events.empty())
            return refuse(refusal(400, "empty_batch", "request holds no event", "The request holds no event",
                m_envelope.hasBatch ? "batch" : ""));
        if (m_lane == Lane::V1 || m_lane == Lane::Multipart)
            m_decoded.token = bearerToken(m_request);
        else if (m_decoded.token.empty() || m_decoded.shape != Shape::Batch)
            judgeTokens();
        if (!m_decoded.refusal)
            m_decoded.refusal = refusedToken(m_decoded.token);
        if (!m_decoded.refusal && m_eventRefusal)
            refuse(std::move(*m_eventRefusal));
    }

    void judgeTokens()
    {
        m_decoded.token = m_eventToken;
        if (m_eventToken.empty())
            refuse(refusal(401, "invalid_api_token", "event submitted without an api_key",
                "The request has no api_key", {}));
        else if (m_tokensDiffer)
            refuse(refusal(401, "invalid_api_token", "batch submitted with inconsistent api_key values",
                "The events have different tokens", {}));
    }

    void refuse(Refusal why)
    {
        m_decoded.refusal = std::move(why);
        m_decoded.events.clear();
    }

    void setTimes()
    {
        m_decoded.sentAt = sentAt();
        // A snapshot's own sent_at is told, but the server does not correct by it.
        const bool corrects = m_lane != Lane::Replay || m_decoded.shape == Shape::Batch;
        for (std::size_t at = 0; at < m_decoded.events.size(); ++at) {
            Event &event = m_decoded.events[at];
            EventClocks &clocks = m_clocks[at];
            if (corrects)
                clocks.sentAt = m_decoded.sentAt;
            const EventTime time = correctedTime(clocks, m_context.now);
            event.timestamp = time.timestamp;
            event.clientTime = time.clientTime;
            event.sentAt = m_decoded.sentAt;
            event.notices |= static_cast<Notice>(time.notices);
        }
    }

    std::optional<UtcTime> sentAt() const
    {
        if (m_lane == Lane::V1)
            return parseTime(m_request.header("PostHog-Request-Timestamp"));
        if (!m_batchSentAt.empty())
            if (const auto time = parseTime(m_batchSentAt))
                return time;
        return queryTime(m_request);
    }

    std::string_view m_body;
    Lane m_lane;
    const HttpRequest &m_request;
    const CaptureContext &m_context;
    const EventFields *m_properties;
    RequestTrace m_requestTrace;
    JsonIndex &m_index;
    JsonCursor m_cursor;
    Decoded m_decoded;
    Envelope m_envelope;
    std::vector<EventClocks> m_clocks; ///< Of each event, by its place.
    std::string_view m_batchSentAt, m_eventToken;
    bool m_tokensDiffer = false;
    std::unordered_set<std::string_view> m_uuids; ///< Of a v1 batch, which must not repeat one.
    std::optional<Refusal> m_hydrationRefusal, m_eventRefusal;
};

} // namespace

Decoded decodeEvents(std::string_view body, Lane lane, const HttpRequest &request,
    const CaptureContext &context, const EventFields *properties)
{
    return Reader(body, lane, request, context, properties).run();
}

std::optional<Refusal> refusedToken(std::string_view token)
{
    const auto isBlank = [](char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; };
    while (!token.empty() && isBlank(token.front()))
        token.remove_prefix(1);
    while (!token.empty() && isBlank(token.back()))
        token.remove_suffix(1);
    std::string_view reason;
    if (token.empty())
        reason = "empty";
    else if (token.size() > longestToken)
        reason = "too_long";
    else if (std::any_of(token.begin(), token.end(), [](char c) { return static_cast<signed char>(c) < 0; }))
        reason = "not_ascii";
    else if (token.find('\0') != std::string_view::npos)
        reason = "null_byte";
    else if (token.starts_with("phx_"))
        reason = "personal_api_key";
    else
        return {};
    const std::string text = "API key is not valid: " + std::string(reason);
    return refusal(401, "invalid_api_token", text, text, "api_key");
}

std::string_view bearerToken(const HttpRequest &request)
{
    const std::string_view value = request.header("Authorization");
    constexpr std::string_view scheme = "Bearer ";
    if (value.size() <= scheme.size() || !equalsIgnoreCase(value.substr(0, scheme.size()), scheme))
        return {};
    return value.substr(scheme.size());
}

} // namespace Weir::PostHog
