#pragma once

#include "core/capture/decoders/posthogevents.h"
#include "core/capture/endpoint.h"

#include <string>
#include <string_view>

namespace Weir::PostHog {

/// Adds what PostHog's servers add to every answer, errors included: the Origin mirrored, since "*" does not
/// serve credentialed beacons, and for a preflight the headers that it asks for.
HttpResponse withCors(const EndpointCall &call, HttpResponse answer);

/// The answer to OPTIONS. Not kept.
Intake preflight(const EndpointCall &call, int status);
/// 405, kept as Failed.
Intake wrongMethod(const EndpointCall &call);
/// A read: answered and kept, without events.
Intake readAnswer(HttpResponse answer);

/// A request whose events cannot be kept, with v0's plain text.
Intake refused(const EndpointCall &call, Refusal why);
/// The same with v1's JSON.
Intake refusedV1(const EndpointCall &call, Refusal why);
/// What an unreadable body (see decodedBody) is refused with: 413 by its size, else 400.
Refusal refusedBody(Error error);

/// "/batch › batch[3] › event": the endpoint before the place in the body.
std::string placeOf(const EndpointCall &call, std::string_view inner);

} // namespace Weir::PostHog
