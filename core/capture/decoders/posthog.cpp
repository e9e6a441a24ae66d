#include "core/capture/decoders/posthog.h"

#include "core/capture/answers.h"
#include "core/capture/decoders/posthoganswers.h"
#include "core/capture/decoders/posthogevents.h"
#include "core/capture/decoders/posthogflags.h"
#include "core/capture/decoders/posthogotel.h"
#include "core/capture/decoders/posthogreads.h"
#include "core/flags/flagsightings.h"

namespace Weir::PostHog {

namespace {

using Handler = Intake (*)(const EndpointCall &);

std::string_view view(const QByteArray &bytes)
{
    return {bytes.constData(), static_cast<std::size_t>(bytes.size())};
}

/// What all endpoints have in common: preflights, wrong methods, and CORS headers on every answer. The
/// readers of flags answer a preflight with 204, the capture servers with 200.
template <Handler handle, int preflightStatus> Intake door(const EndpointCall &call)
{
    Intake intake = call.request.method == "OPTIONS" ? preflight(call, preflightStatus)
        : call.methodFits()                          ? handle(call)
                                                     : wrongMethod(call);
    intake.answer = withCors(call, std::move(intake.answer));
    return intake;
}

template <Handler handle> constexpr Handler capture = door<handle, 200>;
template <Handler handle> constexpr Handler read = door<handle, 204>;

Intake keptEvents(std::string_view body, std::vector<Event> &&events, HttpResponse answer)
{
    Intake intake;
    intake.source = Source::PostHog;
    intake.state = RequestState::Decoded;
    intake.sightings = flagSightings(body, events);
    intake.events = std::move(events);
    intake.answer = std::move(answer);
    return intake;
}

template <Lane lane> Intake takeEvents(const EndpointCall &call)
{
    const auto &body = call.body();
    if (!body)
        return refused(call, refusedBody(body.error()));
    if (body->isEmpty())
        return refused(call,
            {400, {}, "request missing data payload",
                {Error::Kind::BadInput, "The request has no body", {}}});
    Decoded decoded = decodeEvents(view(*body), lane, call.request, call.context);
    if (decoded.refusal)
        return refused(call, std::move(*decoded.refusal));
    const bool beacon = call.request.query().find("beacon=1") != std::string_view::npos
        && call.request.queryValue("beacon") == "1";
    HttpResponse answer;
    if (beacon)
        answer.status = 204;
    else
        answer = HttpResponse::json(200, R"({"status":"Ok"})");
    return keptEvents(view(*body), std::move(decoded.events), std::move(answer));
}

/// What v1 wants to know of every request before it reads the body.
std::optional<Refusal> refusedHeaders(const HttpRequest &request)
{
    const auto refuse = [](int status, std::string tag, std::string message) {
        return Refusal{status, std::move(tag), {}, {Error::Kind::BadInput, std::move(message), "headers"}};
    };
    if (bearerToken(request).empty())
        return refuse(401, "invalid_api_token", "The Authorization header holds no Bearer token");
    for (const std::string_view name :
        {"PostHog-Sdk-Info", "PostHog-Attempt", "PostHog-Request-Id", "PostHog-Request-Timestamp"})
        if (!request.hasHeader(name))
            return refuse(400, "missing_required_headers", "The header " + std::string(name) + " is missing");
    return {};
}

/// The id is echoed: the SDK finds its attempt by it.
HttpResponse withRequestId(const HttpRequest &request, HttpResponse answer)
{
    if (const auto id = request.header("PostHog-Request-Id"); !id.empty())
        answer.with("PostHog-Request-Id", std::string(id));
    return answer;
}

HttpResponse resultsOf(const std::vector<Event> &events)
{
    std::string body = R"({"results":{)";
    for (const Event &event : events) {
        if (body.back() != '{')
            body += ',';
        body += jsonString(event.uuid);
        body += R"(:{"result":"ok"})";
    }
    body += "}}";
    return HttpResponse::json(200, std::move(body));
}

Intake takeV1Unmarked(const EndpointCall &call)
{
    if (auto why = refusedHeaders(call.request))
        return refusedV1(call, std::move(*why));
    const auto &body = call.body();
    if (!body)
        return refusedV1(call, refusedBody(body.error()));
    if (body->isEmpty())
        return refusedV1(
            call, {400, "empty_body", {}, {Error::Kind::BadInput, "The request has no body", {}}});
    Decoded decoded = decodeEvents(view(*body), Lane::V1, call.request, call.context);
    if (decoded.refusal)
        return refusedV1(call, std::move(*decoded.refusal));
    HttpResponse answer = resultsOf(decoded.events);
    return keptEvents(view(*body), std::move(decoded.events), std::move(answer));
}

Intake takeV1(const EndpointCall &call)
{
    Intake intake = takeV1Unmarked(call);
    intake.answer = withRequestId(call.request, std::move(intake.answer));
    return intake;
}

constexpr unsigned getOrPost = MethodGet | MethodPost;
constexpr unsigned getOrHead = MethodGet | MethodHead;
constexpr unsigned anyRead = MethodGet | MethodHead | MethodPost;

constexpr Endpoint table[] = {
    {getOrPost, "/batch", capture<takeEvents<Lane::Analytics>>},
    {getOrPost, "/e", capture<takeEvents<Lane::Analytics>>},
    {getOrPost, "/i/v0/e", capture<takeEvents<Lane::Analytics>>},
    {getOrPost, "/capture", capture<takeEvents<Lane::Analytics>>},
    {getOrPost, "/track", capture<takeEvents<Lane::Analytics>>},
    {getOrPost, "/engage", capture<takeEvents<Lane::Engage>>},
    {getOrPost, "/s", capture<takeEvents<Lane::Replay>>},
    {getOrPost, "/i/v0/ai/batch", capture<takeEvents<Lane::Analytics>>},
    {MethodPost, "/i/v0/ai", capture<takeMultipart>},
    {MethodPost, "/i/v0/ai/otel", capture<takeOtel>},
    {MethodPost, "/i/v0/ai/otel/v1/traces", capture<takeOtel>},
    {MethodPost, "/i/v0/ai/otel/v1/logs", capture<takeOtel>},
    {MethodPost, "/i/v1/analytics/events", capture<takeV1>},
    {MethodPost, "/i/v1/ai/events", capture<takeV1>},
    {MethodPost, "/i/v1/logs", capture<takeOtel>},
    {MethodPost, "/i/v1/metrics", capture<takeOtel>},
    {MethodPost, "/i/v1/traces", capture<takeOtel>},
    {anyRead, "/flags", read<answerFlags<FlagsEndpoint::Flags>>},
    {anyRead, "/decide", read<answerFlags<FlagsEndpoint::Decide>>},
    {getOrHead, "/flags/definitions", read<giveDefinitions>},
    {getOrHead, "/api/feature_flag/local_evaluation", read<giveDefinitions>},
    {getOrHead, "/api/projects/*/feature_flags/*/remote_config", read<giveRemotePayload>},
    {getOrHead, "/api/projects/*/feature_flags", read<giveFlagList>},
    {anyRead, "/api/surveys", read<giveSurveys>},
    {anyRead, "/api/early_access_features", read<giveEarlyAccess>},
    {anyRead, "/api/web_experiments", read<giveExperiments>},
    {getOrHead, "/array/*/config", read<giveConfig>},
    {getOrHead, "/array/*/config.js", read<giveConfigScript>},
    {getOrHead, "/array/*/array.js", read<giveScript>},
    {getOrHead, "/static/*", read<giveScript>},
    {getOrHead, "/static/*/*", read<giveScript>},
};

} // namespace

std::span<const Endpoint> endpoints()
{
    return table;
}

} // namespace Weir::PostHog
