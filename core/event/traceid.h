#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace Weir {

/// A trace id with where it was found. See the "Trace context" rules in docs/trace-ids.md.
struct TraceContext
{
    std::string traceId; ///< 32 lower-case hex, or opaque text as written. Never empty in a result.
    std::string rawId; ///< As it was written.
    std::string carrier; ///< "event:properties.trace_id", "header:traceparent"
    std::string spanId, parentSpanId;
    std::optional<bool> sampled;
    bool operator==(const TraceContext &) const = default;
};

/// A trace id from an event body, normalised: trim; 32 hex and UUID text become 32 lower-case hex; 16 hex are
/// padded to the left; a traceparent gives its id; all zero or empty is none; anything else stays byte for
/// byte.
std::optional<TraceContext> traceFromBodyValue(std::string_view value, std::string_view carrier);

/// The request headers that may hold a trace id, as name and value; names in any case.
using HeaderList = std::vector<std::pair<std::string_view, std::string_view>>;

/// Each header by its own strict grammar, in the order traceparent, b3, X-B3-*, sentry-trace, x-datadog-*,
/// X-Amzn-Trace-Id, X-Cloud-Trace-Context, baggage. The first valid one wins.
std::optional<TraceContext> traceFromHeaders(const HeaderList &headers);

} // namespace Weir
