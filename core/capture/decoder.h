#pragma once

#include "core/base/error.h"
#include "core/event/capturedrequest.h"
#include "core/flags/flagdesk.h"
#include "core/http/httpmessage.h"

#include <optional>
#include <string>
#include <vector>

namespace Weir {

/// What a decoder may know beside the request. Plain values, so that decoding stays a pure function.
struct CaptureContext
{
    UtcTime now{}; ///< Time of receipt.
    std::string authority; ///< "127.0.0.1:9347": what Segment's settings answer must name.
    const FlagKnowledge *flags = nullptr; ///< What flag requests are answered from; null: nothing.
};

/// What the capture door does with one request: keep it with these events, and give this answer once it is
/// stored.
struct Intake
{
    Source source = Source::Unknown;
    RequestState state = RequestState::NotUnderstood;
    Error error; ///< Meaningful when Failed or NotUnderstood.
    std::vector<Event> events; ///< Extents are in the decoded body.
    std::vector<FlagSighting> sightings; ///< Which flags the events carry.
    std::optional<ServedFlags> served; ///< Of a flag request: what the answer gives.
    HttpResponse answer; ///< In the vendor's dialect, with its CORS headers.
    bool keep = true; ///< False for preflights and health checks: answered at once, not stored.
};

/// Decides about one request: finds the endpoint (under any prefix, with or without trailing slash), decodes,
/// builds the answer. Pure; any thread. One table of endpoints for all sources in decoder.cpp; RudderStack
/// and Segment share paths and are told apart by their bytes.
Intake decodeRequest(const HttpRequest &request, const CaptureContext &context);

} // namespace Weir
