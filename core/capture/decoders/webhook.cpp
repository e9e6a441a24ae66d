#include "core/capture/decoders/webhook.h"

#include "core/capture/answers.h"
#include "core/capture/decoders/webhookbody.h"

namespace Weir::Webhook {

namespace {

Intake handle(const EndpointCall &call)
{
    return take(call, percentDecode(call.wildcard, false));
}

constexpr Endpoint table[] = {
    {MethodPost | MethodPut, "/webhook/*", handle},
};

} // namespace

std::span<const Endpoint> endpoints()
{
    return table;
}

Intake take(const EndpointCall &call, std::string_view name)
{
    const HttpRequest &request = call.request;
    if (request.method == "OPTIONS")
        return preflightIntake(request);
    if (!call.methodFits())
        return refused(call, Source::Webhook, 405,
            {Error::Kind::BadInput, "A webhook is a POST with a JSON body", std::string(request.path())});
    const Result<QByteArray> &body = call.body();
    if (!body)
        return refused(call, Source::Webhook, body.error().where == "size" ? 413 : 400, body.error());
    Result<std::vector<Event>> events
        = readWebhook({body->constData(), static_cast<std::size_t>(body->size())},
            {Source::Webhook, name, WebhookName::FromBody}, request, call.context);
    if (!events)
        return refused(call, Source::Webhook, 400, events.error());
    return accepted(call, Source::Webhook, *std::move(events));
}

Intake refused(const EndpointCall &call, Source source, int status, Error error)
{
    HttpResponse answer = HttpResponse::json(
        status, "{\"error\":{\"code\":\"bad_webhook\",\"message\":" + jsonString(toText(error)) + "}}");
    return failedIntake(source, call.request, std::move(answer), std::move(error));
}

Intake accepted(const EndpointCall &call, Source source, std::vector<Event> events)
{
    Intake intake;
    intake.source = source;
    intake.state = RequestState::Decoded;
    intake.events = std::move(events);
    intake.answer = HttpResponse::json(200, "{\"status\":\"ok\"}");
    allowOrigin(call.request, intake.answer);
    return intake;
}

} // namespace Weir::Webhook
