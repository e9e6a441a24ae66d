#pragma once

#include "core/capture/endpoint.h"

#include <span>

namespace Weir::Webhook {

/// /webhook/NAME: any JSON. Answers 200 {"status":"ok"}, or 400 with the reason.
std::span<const Endpoint> endpoints();

/// A body that is no row change, at whatever endpoint. `name` is the event's when the body has none.
Intake take(const EndpointCall &call, std::string_view name);

/// A refused webhook: {"error": …}.
Intake refused(const EndpointCall &call, Source source, int status, Error error);

/// A kept one.
Intake accepted(const EndpointCall &call, Source source, std::vector<Event> events);

} // namespace Weir::Webhook
