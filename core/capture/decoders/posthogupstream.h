#pragma once

#include "core/capture/endpoint.h"

#include <optional>
#include <string>
#include <string_view>

// Reads that a PostHog server is asked first, when Weir has one. Decoding stays a pure function: it says that
// the server is to be asked, and is called again with what the server said.

namespace Weir::PostHog {

/// Whether this call must be asked on before it can be answered. Never for what another Weir asks.
bool asksUpstream(const EndpointCall &call);
/// The intake that says so.
Intake askUpstream(const EndpointCall &call);

/// What the upstream said; null when it has not been asked, or is away: not reached, too slow, out of order.
const HttpResponse *upstreamAnswer(const EndpointCall &call);
/// Why an answer is none that a PostHog server gives; nothing when it is one. A wrong address often answers:
/// with a page for people, or by sending them elsewhere.
std::optional<Error> upstreamTrouble(const Result<HttpResponse> &answer);
/// Status, body and type of its answer, without what only concerns its connection, caching or origins.
HttpResponse passedOn(const HttpResponse &upstream);

/// The value of an answer's header; empty when absent.
std::string headerOf(const HttpResponse &answer, std::string_view name);
/// Whether a body is a document of definitions. Anything else with status 200 is a page of some proxy.
bool isDefinitions(std::string_view body);

} // namespace Weir::PostHog
