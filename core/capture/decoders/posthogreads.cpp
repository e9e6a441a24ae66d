#include "core/capture/decoders/posthogreads.h"

#include "core/capture/answers.h"
#include "core/capture/decoders/posthoganswers.h"
#include "core/capture/decoders/posthogupstream.h"
#include "core/flags/flagrewrite.h"

#include <algorithm>

namespace Weir::PostHog {

namespace {

Intake giveJson(std::string_view body)
{
    return readAnswer(uncached(HttpResponse::json(200, std::string(body))));
}

bool isPathToken(std::string_view token)
{
    return std::all_of(token.begin(), token.end(), [](char c) {
        return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'
            || c == '-';
    });
}

Intake refusedPathToken(const EndpointCall &call)
{
    return refused(call,
        {400, {}, "Invalid token", {Error::Kind::BadInput, "The token in the path is malformed", "path"}});
}

bool hasOverrides(const EndpointCall &call)
{
    return call.context.flags && !call.context.flags->overrides.isEmpty();
}

/// The upstream's own answer, changed as `override` says when there are overrides. Nothing: it has none.
template <typename Override> std::optional<Intake> relayed(const EndpointCall &call, Override override)
{
    const HttpResponse *const upstream = upstreamAnswer(call);
    if (!upstream || upstream->status != 200)
        return {};
    HttpResponse answer = passedOn(*upstream);
    if (hasOverrides(call))
        override(answer.body);
    return readAnswer(uncached(std::move(answer)));
}

void overrideScript(std::string &script)
{
    script = overrideConfigScript(script);
}

} // namespace

HttpResponse uncached(HttpResponse answer)
{
    // PostHog lets browsers keep these for five minutes; here the next request may get another.
    return std::move(answer.with("Cache-Control", "no-store"));
}

std::string configMembers(std::string_view token)
{
    return R"("token":)" + jsonString(token)
        + R"(,"supportedCompression":["gzip","gzip-js"],"hasFeatureFlags":true,)"
          R"("analytics":{"endpoint":"/i/v0/e/"},"sessionRecording":false,"surveys":false,"heatmaps":false,)"
          R"("capturePerformance":false,"autocapture_opt_out":false,"autocaptureExceptions":false,)"
          R"("captureDeadClicks":false,"elementsChainAsString":true,"defaultIdentifiedOnly":true,"siteApps":[])";
}

Intake giveFlagList(const EndpointCall &)
{
    return giveJson(R"({"count":0,"next":null,"previous":null,"results":[]})");
}

Intake giveSurveys(const EndpointCall &)
{
    return giveJson(R"({"surveys":[],"survey_config":null})");
}

Intake giveEarlyAccess(const EndpointCall &)
{
    return giveJson(R"({"earlyAccessFeatures":[]})");
}

Intake giveExperiments(const EndpointCall &)
{
    return giveJson(R"({"experiments":[]})");
}

Intake giveConfig(const EndpointCall &call)
{
    if (!isPathToken(call.wildcard))
        return refusedPathToken(call);
    if (asksUpstream(call))
        return askUpstream(call);
    const auto overrideBody = [](std::string &body) {
        if (auto overridden = overrideConfig(body))
            body = *std::move(overridden);
    };
    if (auto intake = relayed(call, overrideBody))
        return *std::move(intake);
    return giveJson('{' + configMembers(call.wildcard) + '}');
}

Intake giveConfigScript(const EndpointCall &call)
{
    if (!isPathToken(call.wildcard))
        return refusedPathToken(call);
    if (asksUpstream(call))
        return askUpstream(call);
    if (auto intake = relayed(call, overrideScript))
        return *std::move(intake);
    const std::string token(call.wildcard);
    HttpResponse answer;
    answer.body = "(function() {\n  window._POSTHOG_REMOTE_CONFIG = window._POSTHOG_REMOTE_CONFIG || {};\n"
                  "  window._POSTHOG_REMOTE_CONFIG['"
        + token + "'] = {\n    config: {" + configMembers(token) + "},\n    siteApps: []\n  }\n})();\n";
    answer.with("Content-Type", "application/javascript");
    return readAnswer(uncached(std::move(answer)));
}

Intake giveScript(const EndpointCall &call)
{
    if (asksUpstream(call))
        return askUpstream(call);
    if (auto intake = relayed(call, overrideScript))
        return *std::move(intake);
    return readAnswer(uncached(HttpResponse::text(404, "Weir serves no scripts")));
}

} // namespace Weir::PostHog
