#pragma once

#include "core/base/jsontext.h"
#include "core/store/eventquery.h"

#include <string_view>

namespace Weir {

// The JSON forms of `/weir/`: what test suites hold on to, see docs/http-interface.md. An absent value is
// null, never missing.

/// `{name, version}`; null when nothing is known of it.
void writeSdk(JsonText &json, const Sdk &sdk);

/// The members of an Event, into an object that is open; the caller may add more and closes it.
void writeEventMembers(JsonText &json, const StoredEvent &stored);

/// A whole Event.
void writeEvent(JsonText &json, const StoredEvent &stored);

/// The members of a Trace but `events`, which is a count in lists and the events themselves in one trace.
void writeTraceMembers(JsonText &json, const TraceSummary &trace);

/// A Trace as lists hold it.
void writeTrace(JsonText &json, const TraceSummary &trace);

/// `{method, path, headers, body_base64, peer}`: as it came, headers in their order as [name, value].
void writeRequest(JsonText &json, const CapturedRequest &request);

/// One line of the requests list: what came, what became of it, and why.
void writeRequestSummary(JsonText &json, const StoredRequest &stored);

/// The event's own properties as the bytes that the SDK wrote: `properties`, or for RudderStack's and
/// Segment's identify and group the traits when there are none. Empty when absent.
std::string_view propertiesOf(const Event &event, std::string_view payload);

} // namespace Weir
