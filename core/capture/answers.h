#pragma once

#include "core/capture/decoder.h"
#include "core/event/payload.h"

#include <string>

namespace Weir {

/// What browsers need to read an answer: echoes Origin, with credentials. Nothing without an Origin.
void allowOrigin(const HttpRequest &request, HttpResponse &answer);

/// Answers OPTIONS for any origin, method and header list, as RudderStack and Segment do: 204, the requested
/// headers echoed (a literal * would not cover Authorization). Not kept.
Intake preflightIntake(const HttpRequest &request);

/// A read that holds no events; kept, so that it shows among the requests.
Intake readIntake(Source source, const HttpRequest &request, HttpResponse answer);

/// A capture path whose body or method does not do. Kept with its bytes.
Intake failedIntake(Source source, const HttpRequest &request, HttpResponse answer, Error error);

/// No protocol has such a path: 404, kept.
Intake notUnderstoodIntake(const HttpRequest &request);

/// What of the request decides how its body is read.
BodyHints bodyHintsOf(const HttpRequest &request);

/// The text as a JSON string with its quotes; what is not UTF-8 becomes U+FFFD.
std::string jsonString(std::string_view text);

} // namespace Weir
