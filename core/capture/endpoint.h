#pragma once

#include "core/capture/decoder.h"

#include <optional>
#include <span>
#include <string_view>

namespace Weir {

/// HTTP methods as a set of bits.
enum Method : unsigned {
    MethodGet = 1,
    MethodHead = 2,
    MethodPost = 4,
    MethodOptions = 8,
    MethodPut = 16,
    MethodDelete = 32
};
/// The bit of a method's name, 0 for one that no endpoint takes.
unsigned methodBit(std::string_view name);

struct Endpoint;

/// One request at the endpoint that it fits. Views live as long as the request.
struct EndpointCall
{
    const HttpRequest &request;
    const CaptureContext &context;
    const Endpoint &endpoint;
    std::string_view wildcard; ///< The first segment that a "*" stood for, as sent.
    std::string_view lastWildcard; ///< The last one.

    bool methodFits() const;
    /// The request's body as decodedBody() gives it; decoded once.
    const Result<QByteArray> &body() const;

    mutable std::optional<Result<QByteArray>> decoded = {}; ///< What body() gave, if it was asked.
};

/// One row of a source's table. The handler is called for every method, OPTIONS included, since each vendor
/// answers a wrong one in its own way.
struct Endpoint
{
    unsigned methods = 0;
    /// "/array/*/config": segments, where "*" is any one segment. "/" is the root itself, never a suffix.
    std::string_view pattern;
    Intake (*handle)(const EndpointCall &call) = nullptr;
};

struct EndpointMatch
{
    const Endpoint *endpoint = nullptr; ///< Null: no protocol has such a path.
    std::string_view wildcard, lastWildcard;
};

/// Finds the endpoint whose pattern the end of `path` fits: behind any proxy prefix ("/ingest/e/"), with or
/// without slashes at the end, doubled slashes tolerated. The pattern with the most segments wins, then one
/// that takes the method, then the earlier. What stands behind a version segment is no end of its own:
/// "/v1/e" is not "/e".
EndpointMatch findEndpoint(
    std::span<const std::span<const Endpoint>> tables, std::string_view path, std::string_view method);

} // namespace Weir
