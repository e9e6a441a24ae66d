#pragma once

#include "core/capture/endpoint.h"

#include <string>
#include <string_view>
#include <vector>

namespace Weir::RudderStack {

/// 200 `ok`: lower case and without a line end, as the gateway says it.
Intake accepted(const EndpointCall &call, Source source, std::vector<Event> events);

/// A text of the gateway's own, with the line end and the nosniff header that it gives errors.
Intake refused(const EndpointCall &call, int status, std::string_view text, Error error);
Intake refused(const EndpointCall &call, int status, std::string_view text, std::string message);

/// 405 without a body.
Intake wrongMethod(const EndpointCall &call);

/// The user name of Basic authentication, which is the write key. Empty when there is none.
std::string basicUser(const HttpRequest &request);

} // namespace Weir::RudderStack
