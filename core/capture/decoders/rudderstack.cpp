#include "core/capture/decoders/rudderstack.h"

#include "core/capture/answers.h"
#include "core/capture/decoders/rudderstackanswers.h"
#include "core/capture/decoders/rudderstackpages.h"
#include "core/capture/decoders/segment.h"
#include "core/capture/decoders/segmentcall.h"

// Follows rudder-server's gateway (gateway/handle.go, handle_lifecycle.go, response/response.go): the order
// of the checks, the texts and the statuses. The first failure refuses the whole request.

namespace Weir::RudderStack {

namespace {

constexpr std::size_t maxRequestBytes = 4000 * 1024;

/// How a request proves its source.
enum class Proof {
    WriteKey, ///< Basic auth; or, from Segment's clients, a writeKey in the body.
    QueryKey, ///< ?writeKey=
    SourceHeader, ///< X-Rudder-Source-Id
    SourceAndDestination, ///< That and X-Rudder-Destination-Id
    None, ///< The internal network.
};

/// What one row of the table takes.
struct Gate
{
    Proof proof = Proof::WriteKey;
    CallShape shape = CallShape::Single;
    bool emptyIsSuccess = false; ///< /v1/import splits by user: no users, no failure.
    bool segmentToo = false;
};

struct Missing
{
    int status = 0; ///< 0: nothing is missing.
    std::string_view text, message;
};

Missing missingProof(Proof proof, const HttpRequest &request)
{
    switch (proof) {
    case Proof::WriteKey:
        if (basicUser(request).empty())
            return {
                401, "failed to read writekey from header", "No write key: Basic authentication is missing"};
        return {};
    case Proof::QueryKey:
        if (request.queryValue("writeKey").empty())
            return {401, "failed to read writekey from query params", "No write key: ?writeKey= is missing"};
        return {};
    case Proof::SourceHeader:
    case Proof::SourceAndDestination:
        if (request.header("X-Rudder-Source-Id").empty())
            return {401, "failed to read source id from header", "The header X-Rudder-Source-Id is missing"};
        if (proof == Proof::SourceAndDestination && request.header("X-Rudder-Destination-Id").empty())
            return {400, "failed to read destination id from header",
                "The header X-Rudder-Destination-Id is missing"};
        return {};
    case Proof::None:
        break;
    }
    return {};
}

std::string_view refusalText(CallRefusal refusal)
{
    switch (refusal) {
    case CallRefusal::None:
        break;
    case CallRefusal::InvalidJson:
        return "invalid json";
    case CallRefusal::NotAnObject:
        return "event is not a valid rudder event";
    case CallRefusal::NoId:
        return "request neither has anonymousId nor userId";
    case CallRefusal::EmptyBatch:
        return "empty batch payload";
    }
    return {};
}

/// "track" of "/v1/track"; of a batch, nothing.
std::string_view typeOfPath(std::string_view pattern)
{
    return pattern.substr(pattern.rfind('/') + 1);
}

Intake takeCalls(const EndpointCall &call, const Gate &gate)
{
    const HttpRequest &request = call.request;
    const Missing missing = missingProof(gate.proof, request);
    const auto withoutProof
        = [&] { return refused(call, missing.status, missing.text, std::string(missing.message)); };
    const bool mayBeSegment = gate.segmentToo && gate.proof == Proof::WriteKey;
    if (missing.status != 0 && !mayBeSegment)
        return withoutProof();

    const Result<QByteArray> &body = call.body();
    if (!body && missing.status != 0)
        return withoutProof();
    if (!body && body.error().where == "size")
        return refused(call, 413, "request size exceeds max limit", body.error());
    if (!body)
        return refused(call, 500, "failed to read body from request", body.error());
    const std::size_t bodyBytes = static_cast<std::size_t>(body->size());

    CallRules rules;
    rules.shape = gate.shape;
    if (gate.shape == CallShape::Single)
        rules.type = typeOfPath(call.endpoint.pattern);
    rules.idsOptional = gate.proof == Proof::SourceAndDestination || gate.proof == Proof::None;
    rules.source = gate.segmentToo ? Source::Unknown : Source::RudderStack;
    Calls calls = readCalls({body->constData(), bodyBytes}, rules, request, call.context);
    if (missing.status != 0 && !calls.hasWriteKey)
        return withoutProof();
    if (calls.source == Source::Segment)
        return Segment::intakeOf(request, std::move(calls), bodyBytes);
    if (calls.refusal == CallRefusal::EmptyBatch && gate.emptyIsSuccess)
        return accepted(call, Source::RudderStack, {});
    if (calls.refusal != CallRefusal::None)
        return refused(call, 400, refusalText(calls.refusal), std::move(calls.error));
    if (bodyBytes > maxRequestBytes)
        return refused(
            call, 413, "request size exceeds max limit", "RudderStack takes at most 4096000 bytes");
    return accepted(call, calls.source, std::move(calls.events));
}

/// OPTIONS and wrong methods, the same for every endpoint; then what the gate lets in.
template <Proof proof, CallShape shape, bool emptyIsSuccess = false, bool segmentToo = false>
Intake handle(const EndpointCall &call)
{
    if (call.request.method == "OPTIONS")
        return preflightIntake(call.request);
    if (!call.methodFits())
        return wrongMethod(call);
    return takeCalls(call, {proof, shape, emptyIsSuccess, segmentToo});
}

constexpr auto handleCall = handle<Proof::WriteKey, CallShape::Single, false, true>;
constexpr auto handleBatch = handle<Proof::WriteKey, CallShape::Batch, false, true>;
constexpr auto handleImport = handle<Proof::WriteKey, CallShape::Batch, true, true>;
constexpr auto handleOwnCall = handle<Proof::WriteKey, CallShape::Single>;
constexpr auto handleBeacon = handle<Proof::QueryKey, CallShape::Batch>;
constexpr auto handleReplay = handle<Proof::SourceHeader, CallShape::Batch>;
constexpr auto handleRetl = handle<Proof::SourceAndDestination, CallShape::Batch>;
constexpr auto handleInternal = handle<Proof::None, CallShape::Internal>;

constexpr Endpoint table[] = {
    {MethodPost, "/v1/identify", handleCall},
    {MethodPost, "/v1/track", handleCall},
    {MethodPost, "/v1/page", handleCall},
    {MethodPost, "/v1/screen", handleCall},
    {MethodPost, "/v1/group", handleCall},
    {MethodPost, "/v1/alias", handleCall},
    {MethodPost, "/v1/merge", handleOwnCall},
    {MethodPost, "/v1/batch", handleBatch},
    {MethodPost, "/v1/import", handleImport},
    {MethodPost, "/v1/audiencelist", handleOwnCall},
    {MethodPost | MethodGet, "/v1/webhook", handleWebhook},
    {MethodPost, "/beacon/v1/batch", handleBeacon},
    {MethodGet, "/pixel/v1/track", handlePixel},
    {MethodGet, "/pixel/v1/page", handlePixel},
    {MethodPost, "/internal/v1/batch", handleInternal},
    {MethodPost, "/internal/v1/extract", handleOwnCall},
    {MethodPost, "/internal/v1/audiencelist", handleOwnCall},
    {MethodPost, "/internal/v1/retl", handleRetl},
    {MethodPost, "/internal/v1/replay", handleReplay},
    {MethodGet, "/sourceConfig", handleSourceConfig},
    {MethodGet | MethodHead, "/", handleHealth},
    {MethodGet | MethodHead, "/health", handleHealth},
    {MethodGet, "/version", handleVersion},
    {MethodGet, "/docs", handleDocs},
    {MethodGet, "/robots.txt", handleRobots},
};

} // namespace

std::span<const Endpoint> endpoints()
{
    return table;
}

} // namespace Weir::RudderStack
