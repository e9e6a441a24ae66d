#include "core/capture/decoders/posthogupstream.h"

#include "core/base/jsonobject.h"
#include "core/capture/decoders/posthoganswers.h"
#include "core/http/upstream.h"

#include <algorithm>

namespace Weir::PostHog {

namespace {

/// The target from where the endpoint's pattern begins: what lies before is the prefix of a proxy, which the
/// upstream does not know.
std::string_view withoutPrefix(const EndpointCall &call)
{
    const std::string_view path = call.request.path();
    auto segments = std::ranges::count(call.endpoint.pattern, '/');
    std::size_t at = path.find_last_not_of('/');
    while (segments > 0 && at != std::string_view::npos && at > 0) {
        at = path.rfind('/', at);
        if (--segments == 0 || at == std::string_view::npos || at == 0)
            break;
        --at;
    }
    return std::string_view(call.request.target).substr(at == std::string_view::npos ? 0 : at);
}

bool isAway(int status)
{
    return status >= 500 || status == 408 || status == 429;
}

} // namespace

bool asksUpstream(const EndpointCall &call)
{
    return call.context.flags && call.context.flags->hasUpstream && !call.context.upstream
        && !isFromWeir(call.request);
}

Intake askUpstream(const EndpointCall &call)
{
    Intake intake = readAnswer({});
    intake.asksUpstream = true;
    intake.upstreamTarget = withoutPrefix(call);
    return intake;
}

const HttpResponse *upstreamAnswer(const EndpointCall &call)
{
    const Result<HttpResponse> *const upstream = call.context.upstream;
    return upstream && *upstream && !isAway((*upstream)->status) ? &**upstream : nullptr;
}

std::optional<Error> upstreamTrouble(const Result<HttpResponse> &answer)
{
    if (!answer)
        return answer.error();
    const auto trouble = [](std::string message) {
        return Error{Error::Kind::Upstream, std::move(message), {}};
    };
    if (isAway(answer->status))
        return trouble("It answers with status " + std::to_string(answer->status));
    if (const std::string to = headerOf(*answer, "Location"); answer->status / 100 == 3 && !to.empty())
        return trouble("It sends requests on to " + to);
    if (headerOf(*answer, "Content-Type").starts_with("text/html"))
        return trouble("It answers with a web page: is this the address of the API?");
    return {};
}

HttpResponse passedOn(const HttpResponse &upstream)
{
    HttpResponse answer;
    answer.status = upstream.status;
    answer.body = upstream.body;
    if (std::string type = headerOf(upstream, "Content-Type"); !type.empty())
        answer.with("Content-Type", std::move(type));
    return answer;
}

std::string headerOf(const HttpResponse &answer, std::string_view name)
{
    for (const auto &[candidate, value] : answer.headers) {
        if (equalsIgnoreCase(candidate, name))
            return value;
    }
    return {};
}

bool isDefinitions(std::string_view body)
{
    const auto members = JsonObject::read(body);
    return members && members->value("flags").starts_with('[');
}

} // namespace Weir::PostHog
