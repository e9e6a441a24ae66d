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
    /// What the upstream said to this very request, or why it did not; null: it has not been asked.
    const Result<HttpResponse> *upstream = nullptr;
};

/// What the capture door does with one request: keep it with these events, and give this answer once it is
/// stored.
struct Intake
{
    Source source = Source::Unknown;
    RequestState state = RequestState::NotUnderstood;
    Error error; ///< Meaningful when Failed or NotUnderstood.
    std::vector<Event> events; ///< Extents are in the decoded body.
    QByteArray body; ///< That, where there are events.
    std::vector<FlagSighting> sightings; ///< Which flags the events carry.
    std::optional<ServedFlags> served; ///< Of a flag request: to whom the answer went.
    std::vector<FlagOutcome> given; ///< Then what it gives. Their texts may be those of the context.
    /// The upstream is to be asked before there is an answer: decodeRequest() again, with what it said.
    bool asksUpstream = false;
    std::string upstreamTarget; ///< Then what to ask for: the target without the prefix of a proxy.
    std::string upstreamTag; ///< Then the ETag of what Weir has of it; empty: none.
    std::optional<UpstreamNews> news; ///< What its answer taught.
    HttpResponse answer; ///< In the vendor's dialect, with its CORS headers.
    bool keep = true; ///< False for preflights and health checks: answered at once, not stored.
};

/// Decides about one request: finds the endpoint (under any prefix, with or without trailing slash), decodes,
/// builds the answer. Pure; any thread. One table of endpoints for all sources in decoder.cpp; RudderStack
/// and Segment share paths and are told apart by their bytes.
Intake decodeRequest(const HttpRequest &request, const CaptureContext &context);

} // namespace Weir
