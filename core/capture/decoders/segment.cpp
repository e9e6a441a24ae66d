#include "core/capture/decoders/segment.h"

#include "core/capture/answers.h"

#include <algorithm>

namespace Weir::Segment {

namespace {

constexpr std::size_t maxCallBytes = 32 * 1024;
constexpr std::size_t maxBodyBytes = 500 * 1024;
constexpr std::size_t maxBatchCalls = 2500;

Intake refused(const HttpRequest &request, int status, Error error)
{
    return failedIntake(Source::Segment, request,
        HttpResponse::json(status, "{\"success\":false,\"message\":" + jsonString(error.message) + '}'),
        std::move(error));
}

Error tooLarge(std::string message, std::string where)
{
    return {Error::Kind::BadInput, std::move(message), std::move(where)};
}

/// The type that a one-letter path stands for; empty for b, whose calls have their own.
std::string_view typeOfPath(std::string_view pattern)
{
    switch (pattern.back()) {
    case 'i':
        return "identify";
    case 't':
        return "track";
    case 'p':
        return "page";
    case 's':
        return "screen";
    case 'g':
        return "group";
    case 'a':
        return "alias";
    default:
        return {};
    }
}

Intake wrongMethod(const EndpointCall &call)
{
    const std::string method = call.request.method;
    return refused(call.request, 405,
        {Error::Kind::BadInput, "Segment takes no " + method + " here", std::string(call.request.path())});
}

Intake handleCalls(const EndpointCall &call)
{
    const HttpRequest &request = call.request;
    if (request.method == "OPTIONS")
        return preflightIntake(request);
    if (!call.methodFits())
        return wrongMethod(call);
    const Result<QByteArray> &body = call.body();
    if (!body)
        return refused(request, body.error().where == "size" ? 413 : 400, body.error());
    const std::size_t bodyBytes = static_cast<std::size_t>(body->size());
    CallRules rules;
    rules.type = typeOfPath(call.endpoint.pattern);
    rules.shape = rules.type.empty() ? CallShape::Batch : CallShape::Single;
    rules.source = Source::Segment;
    return intakeOf(
        request, readCalls({body->constData(), bodyBytes}, rules, request, call.context), bodyBytes);
}

/// The library's reports about itself. Kept, but not an event of the user's.
Intake handleMetrics(const EndpointCall &call)
{
    if (call.request.method == "OPTIONS")
        return preflightIntake(call.request);
    if (!call.methodFits())
        return wrongMethod(call);
    return readIntake(Source::Segment, call.request, HttpResponse::json(200, "{\"success\": true}"));
}

/// Where the browser should send to: by the name it reached us by, so that a proxy in between stays in
/// between, with its prefix.
std::string apiHost(const EndpointCall &call)
{
    const std::string_view host = call.request.header("Host");
    const std::string_view path = call.request.path();
    const std::size_t own = path.rfind("/v1/projects/");
    std::string result(host.empty() ? std::string_view(call.context.authority) : host);
    result += path.substr(0, own == std::string_view::npos ? 0 : own);
    return result + "/v1";
}

Intake handleSettings(const EndpointCall &call)
{
    if (call.request.method == "OPTIONS")
        return preflightIntake(call.request);
    if (!call.methodFits())
        return wrongMethod(call);
    const bool behindTls = call.request.header("X-Forwarded-Proto") == "https";
    // The edge function and plugins are left empty: analytics-next would fetch them from a CDN.
    const std::string settings
        = "{\"integrations\":{\"Segment.io\":{\"apiKey\":" + jsonString(percentDecode(call.wildcard, false))
        + ",\"apiHost\":" + jsonString(apiHost(call)) + ",\"protocol\":\"" + (behindTls ? "https" : "http")
        + "\"}},\"plan\":{\"track\":{\"__default\":{\"enabled\":true}},\"identify\":{\"__default\":{"
          "\"enabled\":true}},"
          "\"group\":{\"__default\":{\"enabled\":true}}},\"edgeFunction\":{},\"enabledMiddleware\":{},"
          "\"remotePlugins\":[],\"metrics\":{\"sampleRate\":0},\"legacyVideoPluginsEnabled\":false}";
    return readIntake(Source::Segment, call.request, HttpResponse::json(200, settings));
}

constexpr Endpoint table[] = {
    {MethodPost, "/v1/i", handleCalls},
    {MethodPost, "/v1/t", handleCalls},
    {MethodPost, "/v1/p", handleCalls},
    {MethodPost, "/v1/s", handleCalls},
    {MethodPost, "/v1/g", handleCalls},
    {MethodPost, "/v1/a", handleCalls},
    {MethodPost, "/v1/b", handleCalls},
    {MethodPost, "/v1/m", handleMetrics},
    {MethodGet, "/v1/projects/*/settings", handleSettings},
};

} // namespace

std::span<const Endpoint> endpoints()
{
    return table;
}

Intake intakeOf(const HttpRequest &request, Calls calls, std::size_t bodyBytes)
{
    if (calls.refusal != CallRefusal::None)
        return refused(request, 400, std::move(calls.error));
    if (bodyBytes > maxBodyBytes)
        return refused(request, 400, tooLarge("Segment takes at most 500 KB in a request", {}));
    if (calls.events.size() > maxBatchCalls)
        return refused(request, 400, tooLarge("Segment takes at most 2500 calls in a batch", "batch"));
    const auto large = std::find_if(calls.events.begin(), calls.events.end(),
        [](const Event &event) { return event.length > maxCallBytes; });
    if (large != calls.events.end()) {
        const auto at = large - calls.events.begin();
        return refused(request, 400,
            tooLarge("Segment takes at most 32 KB in a call", "batch[" + std::to_string(at) + ']'));
    }
    Intake intake;
    intake.source = Source::Segment;
    intake.state = RequestState::Decoded;
    intake.events = std::move(calls.events);
    intake.answer = HttpResponse::json(200, "{\"success\": true}");
    allowOrigin(request, intake.answer);
    return intake;
}

} // namespace Weir::Segment
