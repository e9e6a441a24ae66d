#pragma once

#include "core/capture/decoder.h"

#include <cstdint>
#include <string_view>
#include <vector>

namespace Weir {

/// How calls lie in a body.
enum class CallShape : std::uint8_t {
    Single, ///< One call, the whole body.
    Batch, ///< {"batch": [call, …], "sentAt"?, "writeKey"?}
    Internal, ///< [{"properties": {…}, "payload": call}, …]: RudderStack's internal batch.
};

/// What the endpoint says about a body of calls.
struct CallRules
{
    CallShape shape = CallShape::Batch;
    std::string_view type; ///< Of a single-call endpoint: overrides the body's own. Empty: the body's.
    Source source = Source::Unknown; ///< Unknown: told by the bytes of each call.
    bool idsOptional = false; ///< RudderStack's reverse ETL needs no userId or anonymousId.
};

/// Why RudderStack's server refuses a whole body; the first that applies, in its order.
enum class CallRefusal : std::uint8_t {
    None,
    InvalidJson,
    NotAnObject, ///< A batch element that is no object.
    NoId, ///< Neither userId nor anonymousId. Not asked of extract calls, nor by Segment.
    EmptyBatch, ///< Or no batch at all.
};

/// The calls of one body as events, their extents within it.
struct Calls
{
    std::vector<Event> events; ///< Up to the first that is refused.
    Source source = Source::RudderStack; ///< The first call's, else what the body's own keys tell.
    bool hasWriteKey = false; ///< Beside the batch or in a call: Segment's way to name the project.
    CallRefusal refusal = CallRefusal::None;
    Error error; ///< Meaningful with a refusal.
};

/// Reads calls of the Segment spec (identify, track, page, screen, group, alias), which RudderStack speaks
/// too. The two are told apart call by call: `channel` and `originalTimestamp` are RudderStack's, message ids
/// with "node-next-" or "ajs-next-" and a writeKey in the body Segment's. `text` is the decoded body.
Calls readCalls(
    std::string_view text, const CallRules &rules, const HttpRequest &request, const CaptureContext &context);

} // namespace Weir
