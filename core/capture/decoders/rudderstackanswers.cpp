#include "core/capture/decoders/rudderstackanswers.h"

#include "core/capture/answers.h"

namespace Weir::RudderStack {

Intake accepted(const EndpointCall &call, Source source, std::vector<Event> events)
{
    Intake intake;
    intake.source = source;
    intake.state = RequestState::Decoded;
    intake.events = std::move(events);
    intake.answer = HttpResponse::text(200, "ok"); // In lower case and without a line end, unlike the errors.
    allowOrigin(call.request, intake.answer);
    return intake;
}

Intake refused(const EndpointCall &call, int status, std::string_view text, Error error)
{
    HttpResponse answer = HttpResponse::text(status, std::string(text) + '\n');
    answer.with("X-Content-Type-Options", "nosniff");
    return failedIntake(Source::RudderStack, call.request, std::move(answer), std::move(error));
}

Intake refused(const EndpointCall &call, int status, std::string_view text, std::string message)
{
    return refused(call, status, text, Error{Error::Kind::BadInput, std::move(message), {}});
}

std::string basicUser(const HttpRequest &request)
{
    constexpr std::string_view scheme = "Basic ";
    const std::string_view header = request.header("Authorization");
    if (!equalsIgnoreCase(header.substr(0, scheme.size()), scheme))
        return {};
    const std::string_view encoded = header.substr(scheme.size());
    const QByteArray pair = QByteArray::fromBase64(
        QByteArray::fromRawData(encoded.data(), static_cast<qsizetype>(encoded.size())));
    const qsizetype colon = pair.indexOf(':');
    return colon < 0 ? std::string() : pair.left(colon).toStdString();
}

Intake wrongMethod(const EndpointCall &call)
{
    return failedIntake(Source::RudderStack, call.request, HttpResponse{405, {}, {}},
        {Error::Kind::BadInput, "RudderStack takes no " + call.request.method + " here",
            std::string(call.request.path())});
}

} // namespace Weir::RudderStack
