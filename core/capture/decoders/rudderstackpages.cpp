#include "core/capture/decoders/rudderstackpages.h"

#include "core/capture/answers.h"
#include "core/capture/decoders/rudderstackanswers.h"
#include "core/capture/decoders/segmentcall.h"
#include "core/capture/decoders/webhookbody.h"

#include <iterator>

namespace Weir::RudderStack {

namespace {

/// 1×1 transparent GIF.
constexpr unsigned char pixel[] = {0x47, 0x49, 0x46, 0x38, 0x39, 0x61, 0x01, 0x00, 0x01, 0x00, 0x80, 0x00,
    0x00, 0x00, 0x00, 0x00, 0xFF, 0xFF, 0xFF, 0x21, 0xF9, 0x04, 0x01, 0x00, 0x00, 0x00, 0x00, 0x2C, 0x00,
    0x00, 0x00, 0x00, 0x01, 0x00, 0x01, 0x00, 0x00, 0x02, 0x02, 0x44, 0x01, 0x00, 0x3B};

HttpResponse picture()
{
    HttpResponse answer;
    answer.with("Content-Type", "image/gif");
    answer.body.assign(std::begin(pixel), std::end(pixel));
    return answer;
}

Intake refusedPixel(const EndpointCall &call, Error error)
{
    return failedIntake(Source::RudderStack, call.request, picture(), std::move(error));
}

/// The pixel's own rules for an event that was read from its query.
void adaptPixelEvent(Event &event)
{
    std::string &id = event.anonymousId;
    if (id.size() >= 2 && id.front() == '"' && id.back() == '"') {
        const std::string bare
            = id.substr(1, id.size() - 2); // Pages paste the cookie's value with its quotes.
        if (event.userId == id)
            event.userId = bare;
        id = bare;
    }
    if (event.type == EventType::Page && event.name == toText(EventType::Page))
        event.name = "Unknown Page";
    event.timestamp = event.receivedAt; // originalTimestamp and sentAt are the server's now.
}

bool isAtRoot(const EndpointCall &call)
{
    std::string_view path = call.request.path();
    while (path.size() > 1 && path.back() == '/')
        path.remove_suffix(1);
    return path == call.endpoint.pattern;
}

/// Answered at once and not kept: monitors ask for them every few seconds.
Intake page(const EndpointCall &call, HttpResponse answer)
{
    if (!isAtRoot(call))
        return call.request.method == "OPTIONS" ? preflightIntake(call.request)
                                                : notUnderstoodIntake(call.request);
    if (call.request.method == "OPTIONS")
        return preflightIntake(call.request);
    if (!call.methodFits())
        return wrongMethod(call);
    Intake intake = readIntake(Source::RudderStack, call.request, std::move(answer));
    intake.keep = false;
    return intake;
}

} // namespace

Intake handlePixel(const EndpointCall &call)
{
    const HttpRequest &request = call.request;
    if (request.method == "OPTIONS")
        return preflightIntake(request);
    if (!call.methodFits())
        return wrongMethod(call);
    if (request.queryValue("writeKey").empty())
        return refusedPixel(call, {Error::Kind::BadInput, "No write key: ?writeKey= is missing", {}});
    const Result<QByteArray> &body = call.body();
    if (!body)
        return refusedPixel(call, body.error());
    CallRules rules;
    rules.shape = CallShape::Single;
    rules.type = call.endpoint.pattern.substr(call.endpoint.pattern.rfind('/') + 1);
    rules.source = Source::RudderStack;
    Calls calls = readCalls(
        {body->constData(), static_cast<std::size_t>(body->size())}, rules, request, call.context);
    if (calls.refusal != CallRefusal::None)
        return refusedPixel(call, std::move(calls.error));
    Event &event = calls.events.front();
    if (event.type == EventType::Track && request.queryValue("event").empty())
        return refusedPixel(call, {Error::Kind::BadInput, "A track pixel needs ?event=", "event"});
    adaptPixelEvent(event);
    Intake intake = accepted(call, Source::RudderStack, std::move(calls.events));
    intake.answer = picture();
    allowOrigin(request, intake.answer);
    return intake;
}

Intake handleWebhook(const EndpointCall &call)
{
    const HttpRequest &request = call.request;
    if (request.method == "OPTIONS")
        return preflightIntake(request);
    if (!call.methodFits())
        return wrongMethod(call);
    if (request.queryValue("writeKey").empty() && basicUser(request).empty())
        return refused(call, 401, "failed to read writekey from query params",
            "No write key: ?writeKey= and Basic authentication are missing");
    constexpr std::string_view multipart = "multipart/form-data";
    if (equalsIgnoreCase(request.header("Content-Type").substr(0, multipart.size()), multipart))
        return refused(call, 400, "error during parsing multiform", "Weir reads no multipart bodies");
    const Result<QByteArray> &body = call.body();
    if (!body)
        return refused(call, 500, "failed to read body from request", body.error());
    // The server's transformer gives every hook this one name.
    Result<std::vector<Event>> events
        = readWebhook({body->constData(), static_cast<std::size_t>(body->size())},
            {Source::RudderStack, "webhook_source_event", WebhookName::Fixed}, request, call.context);
    if (!events)
        return refused(call, 400, "internal server error in source transformer", events.error());
    return accepted(call, Source::RudderStack, *std::move(events));
}

Intake handleSourceConfig(const EndpointCall &call)
{
    const HttpRequest &request = call.request;
    if (request.method == "OPTIONS")
        return preflightIntake(request);
    if (!call.methodFits())
        return wrongMethod(call);
    std::string key = request.queryValue("writeKey");
    if (key.empty())
        key = basicUser(request);
    // No destinations: no device-mode script is fetched. No statistics: nothing calls out to a vendor.
    const std::string config
        = "{\"source\":{\"id\":\"weir\",\"name\":\"Weir\",\"writeKey\":" + jsonString(key)
        + ",\"workspaceId\":\"weir\",\"enabled\":true,\"config\":{\"statsCollection\":{\"errors\":{"
          "\"enabled\":false},"
          "\"metrics\":{\"enabled\":false}}},\"destinations\":[]}}";
    return readIntake(Source::RudderStack, request, HttpResponse::json(200, config));
}

Intake handleHealth(const EndpointCall &call)
{
    const std::string now = jsonString(toRfc3339(call.context.now));
    return page(call,
        HttpResponse::json(200,
            "{\"appType\":\"EMBEDDED\",\"server\":\"UP\",\"db\":\"UP\",\"acceptingEvents\":\"TRUE\","
            "\"routingEvents\":\"TRUE\",\"mode\":\"NORMAL\",\"backendConfigMode\":\"API\",\"lastSync\":"
                + now + ",\"lastRegulationSync\":" + now + '}'));
}

Intake handleVersion(const EndpointCall &call)
{
    return page(call,
        HttpResponse::json(200,
            "{\"BuildDate\":\"\",\"BuiltBy\":\"weir\",\"Commit\":\"\",\"Features\":[],\"Version\":"
            "\"" WEIR_VERSION "\"}"));
}

Intake handleDocs(const EndpointCall &call)
{
    HttpResponse answer = HttpResponse::text(200,
        "<!DOCTYPE html><title>Weir</title><p>Weir answers RudderStack's data plane here: "
        "<code>/v1/batch</code>, <code>/v1/track</code> and the rest.\n");
    answer.headers = {{"Content-Type", "text/html; charset=utf-8"}};
    return page(call, std::move(answer));
}

Intake handleRobots(const EndpointCall &call)
{
    return page(call, HttpResponse::text(200, "User-agent: * \nDisallow: / \n"));
}

} // namespace Weir::RudderStack
