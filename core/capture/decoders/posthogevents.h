#pragma once

#include "core/capture/decoder.h"
#include "core/capture/decoders/eventfields.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace Weir::PostHog {

/// The four envelopes that events come in.
enum class Shape : std::uint8_t { Batch, Array, Single, Engage };

/// Which rules apply to the events of one request.
enum class Lane : std::uint8_t {
    Analytics, ///< /batch, /e, /capture, /i/v0/…
    Engage, ///< As Analytics, but an object without a name is an $identify.
    Replay, ///< /s: snapshots, which need a session and data.
    Multipart, ///< /i/v0/ai: one event, its properties in a part of their own, the token in a header.
    V1, ///< /i/v1/…: more is required of each event, and the token is in a header.
};

/// Why PostHog's server would refuse a request: its status and text, and what Weir says of it.
struct Refusal
{
    int status = 400;
    std::string tag; ///< v1's machine-readable reason: "missing_event_uuid".
    std::string text; ///< v0's plain text: "event submitted without a distinct_id".
    Error error; ///< where without the endpoint: "batch[3] › event".
};

/// What one body holds.
struct Decoded
{
    Shape shape = Shape::Single;
    std::string token;
    std::optional<UtcTime> sentAt; ///< Of the batch, else of the query's `_`.
    bool historical = false; ///< historical_migration
    std::vector<Event> events; ///< Extents are in the body that was given.
    std::optional<Refusal> refusal; ///< If set, `events` must not be kept: the server would drop all.
};

/// Reads a decoded body. `request` gives headers and query, nothing of its body is read. `properties`, if
/// any, is what a part beside the body says of its one event.
Decoded decodeEvents(std::string_view body, Lane lane, const HttpRequest &request,
    const CaptureContext &context, const EventFields *properties = nullptr);

/// The reason why PostHog refuses a project token; nothing for one that it may know.
std::optional<Refusal> refusedToken(std::string_view token);

/// The token behind "Bearer " in the Authorization header; empty when there is none.
std::string_view bearerToken(const HttpRequest &request);

} // namespace Weir::PostHog
