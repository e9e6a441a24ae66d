#include "core/capture/answers.h"

#include <nlohmann/json.hpp>

namespace Weir {

void allowOrigin(const HttpRequest &request, HttpResponse &answer)
{
    const std::string_view origin = request.header("Origin");
    if (origin.empty())
        return;
    answer.with("Access-Control-Allow-Origin", std::string(origin))
        .with("Access-Control-Allow-Credentials", "true")
        .with("Vary", "Origin");
}

Intake preflightIntake(const HttpRequest &request)
{
    Intake intake;
    intake.state = RequestState::Read;
    intake.keep = false;
    intake.answer.status = 204;
    allowOrigin(request, intake.answer);
    const std::string_view method = request.header("Access-Control-Request-Method");
    std::string methods = "GET, POST, HEAD";
    if (method == "PUT" || method == "DELETE" || method == "PATCH")
        methods += ", " + std::string(method);
    intake.answer.with("Access-Control-Allow-Methods", std::move(methods));
    if (const std::string_view headers = request.header("Access-Control-Request-Headers"); !headers.empty())
        intake.answer.with("Access-Control-Allow-Headers", std::string(headers));
    // A page on a public site may only call loopback when the answer says that it may.
    if (equalsIgnoreCase(request.header("Access-Control-Request-Private-Network"), "true"))
        intake.answer.with("Access-Control-Allow-Private-Network", "true");
    intake.answer.with("Access-Control-Max-Age", "900");
    return intake;
}

Intake readIntake(Source source, const HttpRequest &request, HttpResponse answer)
{
    Intake intake;
    intake.source = source;
    intake.state = RequestState::Read;
    intake.answer = std::move(answer);
    allowOrigin(request, intake.answer);
    return intake;
}

Intake failedIntake(Source source, const HttpRequest &request, HttpResponse answer, Error error)
{
    Intake intake;
    intake.source = source;
    intake.state = RequestState::Failed;
    intake.error = std::move(error);
    intake.answer = std::move(answer);
    allowOrigin(request, intake.answer);
    return intake;
}

Intake notUnderstoodIntake(const HttpRequest &request)
{
    const std::string message = "No protocol has " + request.method + ' ' + std::string(request.path());
    Intake intake;
    intake.error = {Error::Kind::NotFound, message, {}};
    intake.answer = HttpResponse::json(
        404, "{\"error\":{\"code\":\"not_understood\",\"message\":" + jsonString(message) + "}}");
    allowOrigin(request, intake.answer);
    return intake;
}

BodyHints bodyHintsOf(const HttpRequest &request)
{
    return {
        request.method, request.target, request.header("Content-Type"), request.header("Content-Encoding")};
}

std::string jsonString(std::string_view text)
{
    return nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

} // namespace Weir
