#include "core/capture/decoders/posthoganswers.h"

#include "core/capture/answers.h"

namespace Weir::PostHog {

namespace {

std::string methodNames(unsigned methods)
{
    std::string names;
    for (const auto &[bit, name] : {std::pair<unsigned, const char *>(MethodGet, "GET, "),
             std::pair<unsigned, const char *>(MethodHead, "HEAD, "),
             std::pair<unsigned, const char *>(MethodPost, "POST, ")})
        if ((methods & bit) != 0)
            names += name;
    return names + "OPTIONS";
}

Intake failed(const EndpointCall &call, Error &&error, HttpResponse &&answer)
{
    Intake intake;
    intake.source = Source::PostHog;
    intake.state = RequestState::Failed;
    intake.error = std::move(error);
    intake.error.where = placeOf(call, intake.error.where);
    intake.answer = std::move(answer);
    return intake;
}

} // namespace

HttpResponse withCors(const EndpointCall &call, HttpResponse answer)
{
    const HttpRequest &request = call.request;
    const std::string_view origin = request.header("Origin");
    if (origin.empty())
        return answer;
    answer.with("Access-Control-Allow-Origin", std::string(origin))
        .with("Access-Control-Allow-Credentials", "true")
        .with("Vary", "Origin");
    if (request.method != "OPTIONS")
        return answer;
    answer.with("Access-Control-Allow-Methods", methodNames(call.endpoint.methods));
    if (const auto asked = request.header("Access-Control-Request-Headers"); !asked.empty())
        answer.with("Access-Control-Allow-Headers", std::string(asked));
    if (request.header("Access-Control-Request-Private-Network") == "true")
        answer.with("Access-Control-Allow-Private-Network", "true");
    return answer;
}

Intake preflight(const EndpointCall &, int status)
{
    Intake intake;
    intake.source = Source::PostHog;
    intake.state = RequestState::Read;
    intake.answer.status = status;
    intake.keep = false;
    return intake;
}

Intake wrongMethod(const EndpointCall &call)
{
    HttpResponse answer;
    answer.status = 405;
    answer.with("Allow", methodNames(call.endpoint.methods));
    return failed(call,
        {Error::Kind::BadInput, "The method " + call.request.method + " is not taken here", {}},
        std::move(answer));
}

Intake readAnswer(HttpResponse answer)
{
    Intake intake;
    intake.source = Source::PostHog;
    intake.state = RequestState::Read;
    intake.answer = std::move(answer);
    return intake;
}

Intake refused(const EndpointCall &call, Refusal why)
{
    return failed(call, std::move(why.error), HttpResponse::text(why.status, std::move(why.text)));
}

Intake refusedV1(const EndpointCall &call, Refusal why)
{
    std::string body = R"({"error":)" + jsonString(why.tag) + R"(,"error_description":)"
        + jsonString(toText(why.error)) + R"(,"error_uri":"https://posthog.com/docs/api"})";
    return failed(call, std::move(why.error), HttpResponse::json(why.status, std::move(body)));
}

Refusal refusedBody(Error error)
{
    Refusal why;
    const bool tooLarge = error.where == "size";
    why.status = tooLarge ? 413 : 400;
    why.tag = tooLarge ? "payload_too_large" : "request_decoding_error";
    why.text = (tooLarge ? "maximum event size exceeded: " : "failed to decode request: ") + error.message;
    why.error = std::move(error);
    return why;
}

std::string placeOf(const EndpointCall &call, std::string_view inner)
{
    std::string place(call.endpoint.pattern);
    if (!inner.empty() && inner.front() != '[')
        place += " › ";
    return place.append(inner);
}

} // namespace Weir::PostHog
