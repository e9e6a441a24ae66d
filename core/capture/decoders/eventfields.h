#pragma once

#include "core/base/jsoncursor.h"
#include "core/event/event.h"
#include "core/event/traceid.h"
#include "core/http/httpmessage.h"

#include <array>
#include <optional>
#include <string_view>

namespace Weir {

/// Where in an event body a trace id can be, the first valid one wins: see docs/trace-ids.md.
enum class TracePlace : std::uint8_t {
    PropertiesTraceId,
    PropertiesTraceIdCamel,
    PropertiesDollarTraceId,
    PropertiesAiTraceId,
    ContextTraceIdCamel,
    ContextTraceId,
    ContextTraceTraceId,
    ContextTraitsTraceId,
    TraitsTraceId,
    PropertiesTraceparent,
    ContextTraceparent,
    Count
};

/// Which object of an event is read: the same key means different things in each.
enum class FieldScope : std::uint8_t {
    Properties, ///< `properties`
    Context, ///< `context`; its `traits` and `trace` are entered
    Traits, ///< `traits` of an identify or group call
};

/// What an event's properties, context and traits say, whoever sent it. All views are of the body or of the
/// index's scratch: they live until the next JsonIndex::build(). Empty means absent.
struct EventFields
{
    std::array<std::string_view, std::size_t(TracePlace::Count)> trace;
    std::string_view spanId, parentSpanId;
    std::string_view workspaceProperty, workspaceContext, workspaceTraits, workspaceGroup;
    std::string_view flowId;
    std::string_view
        sessionId; ///< $session_id, session_id, context.sessionId (a number there, kept as text).
    std::string_view distinctId; ///< properties.distinct_id
    std::string_view userProperty, userTraits; ///< properties.user_id; userId or user_id of traits.
    std::string_view anonymousId, deviceId; ///< $anon_distinct_id; $device_id
    std::string_view groupType, groupKey; ///< $group_type, $group_key
    std::string_view libraryName, libraryVersion; ///< $lib, $lib_version or context.library
    std::string_view token; ///< properties.token
    std::string_view time; ///< properties.$time: not used by PostHog's server, kept for who needs it.
    std::optional<double> durationMs; ///< Never negative.
    bool durationAsText = false; ///< It was a string that reads as a number.
    bool ignoreSentAt = false; ///< $ignore_sent_at
    bool badCookielessMode = false; ///< $cookieless_mode that is no boolean
    bool hasSnapshotData = false; ///< $snapshot_data
    std::uint8_t durationRank = 255; ///< Used while reading: which key gave the duration.
};

/// Reads the object under the cursor and keeps what it knows. A value that is no object is skipped.
void collectFields(JsonCursor &cursor, FieldScope scope, EventFields &fields);

/// The trace id that the request's headers hold, looked for at most once and only when an event has none.
class RequestTrace
{
public:
    explicit RequestTrace(const HttpRequest &request)
        : m_request(request)
    {
    }
    const std::optional<TraceContext> &get();

private:
    const HttpRequest &m_request;
    bool m_known = false;
    std::optional<TraceContext> m_context;
};

/// Writes trace, span, flow, session, duration and the library into `event`, with their notices. User and
/// workspace are left to the decoder, since their order is the vendor's own.
void applyFields(const EventFields &fields, RequestTrace &requestTrace, Event &event);

/// The last touch: family, and the notices for what is missing.
void completeEvent(Event &event);

/// "posthog-node/5.70.0 (x)" gives its name and version; an empty name when it is not of that form, or when
/// it is a browser's.
Sdk sdkFromUserAgent(std::string_view userAgent);

} // namespace Weir
