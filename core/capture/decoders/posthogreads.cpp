#include "core/capture/decoders/posthogreads.h"

#include "core/base/jsoncursor.h"
#include "core/base/uuid.h"
#include "core/capture/answers.h"
#include "core/capture/decoders/posthoganswers.h"

#include <algorithm>

namespace Weir::PostHog {

namespace {

/// The document never changes, so neither does its tag.
constexpr std::string_view noDefinitions = R"({"flags":[],"group_type_mapping":{},"cohorts":{}})";
constexpr std::string_view definitionsTag = R"(W/"weir-no-flags")";

HttpResponse uncached(HttpResponse answer)
{
    // PostHog lets browsers keep these for five minutes; here the next start may know more.
    return std::move(answer.with("Cache-Control", "no-store"));
}

Intake giveJson(std::string_view body)
{
    return readAnswer(uncached(HttpResponse::json(200, std::string(body))));
}

Refusal unreadable(std::string text, Error error)
{
    return {400, {}, std::move(text), std::move(error)};
}

/// The members of the remote configuration, without its braces. Recording, surveys, heatmaps and scripts
/// are off, since Weir has none to serve; flags are on, or posthog-js would never ask for them.
std::string configMembers(std::string_view token)
{
    return R"("token":)" + jsonString(token)
        + R"(,"supportedCompression":["gzip","gzip-js"],"hasFeatureFlags":true,)"
          R"("analytics":{"endpoint":"/i/v0/e/"},"sessionRecording":false,"surveys":false,"heatmaps":false,)"
          R"("capturePerformance":false,"autocapture_opt_out":false,"autocaptureExceptions":false,)"
          R"("captureDeadClicks":false,"elementsChainAsString":true,"defaultIdentifiedOnly":true,"siteApps":[])";
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
        unreadable("Invalid token", {Error::Kind::BadInput, "The token in the path is malformed", "path"}));
}

/// The version a client asks for, by its number in `v`. Flags without `v` means the current one.
int versionOf(const HttpRequest &request, FlagsDialect dialect)
{
    const std::string text = request.queryValue("v");
    if (text.size() == 1 && text[0] >= '1' && text[0] <= '9')
        return text[0] - '0';
    return dialect == FlagsDialect::Flags ? 2 : 1;
}

bool wantsConfig(const HttpRequest &request, FlagsDialect dialect)
{
    if (dialect == FlagsDialect::Decide)
        return true;
    if (request.hasQueryKey("config"))
        return request.queryValue("config") != "false";
    return !request.hasQueryKey("v");
}

/// Browsers and phones keep the flags of the last good answer. They are told that this one may lack some,
/// which is true and makes them merge it into what they have; "false" would empty their store. Server SDKs
/// keep nothing and only log an error for it, so they are not told.
bool keepsFlags(const HttpRequest &request)
{
    if (request.hasHeader("Origin"))
        return true;
    const std::string_view agent = request.header("User-Agent");
    if (agent.starts_with("Mozilla/"))
        return true;
    static constexpr std::string_view phones[]
        = {"ios", "android", "flutter", "react-native", "okhttp", "Dart/"};
    return std::any_of(std::begin(phones), std::end(phones),
        [agent](std::string_view phone) { return agent.find(phone) != std::string_view::npos; });
}

std::string_view emptyFlags(int version, FlagsDialect dialect)
{
    const int shape = dialect == FlagsDialect::Decide ? version : version == 1 ? 3 : 4;
    switch (shape) {
    case 1:
        return R"("featureFlags":[])";
    case 2:
        return R"("featureFlags":{})";
    case 3:
        return R"("featureFlags":{},"featureFlagPayloads":{})";
    default:
        return R"("flags":{})";
    }
}

HttpResponse noFlags(const EndpointCall &call, FlagsDialect dialect, std::string_view token)
{
    const HttpRequest &request = call.request;
    std::string body = R"({"errorsWhileComputingFlags":)";
    body += keepsFlags(request) ? "true," : "false,";
    body += emptyFlags(versionOf(request, dialect), dialect);
    body += R"(,"requestId":")" + makeUuidV7(call.context.now) + R"(","evaluatedAt":)"
        + std::to_string(toMs(call.context.now));
    if (wantsConfig(request, dialect))
        body += ',' + configMembers(token);
    if (dialect == FlagsDialect::Decide)
        body += R"(,"config":{"enable_collect_everything":true},"toolbarParams":{},"isAuthenticated":false)";
    body += '}';
    return uncached(HttpResponse::json(200, std::move(body)));
}

Refusal unreadableFlags(const Error &error)
{
    const bool tooLarge = error.where == "size";
    Refusal why = unreadable(
        "Failed to decode request: " + error.message + ". Please check your request format and try again.",
        error);
    why.status = tooLarge ? 413 : 400;
    return why;
}

} // namespace

Result<FlagRequest> flagRequest(std::string_view body)
{
    JsonIndex &index = JsonIndex::ofThread();
    if (const auto built = index.build(body); !built)
        return built.error();
    FlagRequest asked;
    JsonCursor cursor(index, JsonConstants::Json5);
    const auto keepFirst = [&cursor](std::string &member) {
        if (member.empty() && cursor.kind() != JsonKind::Null)
            member = cursor.textOf();
    };
    cursor.object([&](std::string_view key) {
        if (key == "token" || key == "api_key" || key == "$token")
            keepFirst(asked.token);
        else if (key == "distinct_id" || key == "$distinct_id")
            keepFirst(asked.distinctId);
        else if ((key == "flag_keys" || key == "flag_keys_to_evaluate") && cursor.kind() == JsonKind::Array) {
            asked.hasKeys = true;
            cursor.array([&](std::size_t) { asked.keys.emplace_back(cursor.string()); });
        }
    });
    if (!cursor.finish())
        return cursor.error();
    return asked;
}

Intake answerFlags(const EndpointCall &call, FlagsDialect dialect)
{
    if (call.request.method == "HEAD")
        return readAnswer(HttpResponse::json(200, {}));
    const auto body = bodyOf(call.request);
    if (!body)
        return refused(call, unreadableFlags(body.error()));
    if (call.request.method == "GET" && body->isEmpty())
        return readAnswer(noFlags(call, dialect, {}));
    const auto asked = flagRequest({body->constData(), static_cast<std::size_t>(body->size())});
    if (!asked)
        return refused(call, unreadableFlags(asked.error()));
    if (asked->token.empty())
        return refused(call,
            {401, {}, "No API token provided. Please include a valid API token in your request.",
                {Error::Kind::BadInput, "The request has no token", "token"}});
    if (asked->distinctId.empty())
        return refused(call,
            unreadable(
                "The distinct_id field is missing from the request. Please include a valid identifier.",
                {Error::Kind::BadInput, "The request has no distinct_id", "distinct_id"}));
    return readAnswer(noFlags(call, dialect, asked->token));
}

Intake giveDefinitions(const EndpointCall &call)
{
    HttpResponse answer;
    const std::string_view known = call.request.header("If-None-Match");
    const std::string_view opaque = definitionsTag.substr(2);
    if (known == "*" || known.find(opaque) != std::string_view::npos)
        answer.status = 304;
    else
        answer = HttpResponse::json(200, std::string(noDefinitions));
    answer.with("ETag", std::string(definitionsTag)).with("Cache-Control", "private, must-revalidate");
    return readAnswer(std::move(answer));
}

Intake giveRemotePayload(const EndpointCall &)
{
    // posthog-node parses whatever comes; the server's empty body would make it throw.
    return giveJson("null");
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
    return giveJson('{' + configMembers(call.wildcard) + '}');
}

Intake giveConfigScript(const EndpointCall &call)
{
    if (!isPathToken(call.wildcard))
        return refusedPathToken(call);
    const std::string token(call.wildcard);
    HttpResponse answer;
    answer.body = "(function() {\n  window._POSTHOG_REMOTE_CONFIG = window._POSTHOG_REMOTE_CONFIG || {};\n"
                  "  window._POSTHOG_REMOTE_CONFIG['"
        + token + "'] = {\n    config: {" + configMembers(token) + "},\n    siteApps: []\n  }\n})();\n";
    answer.with("Content-Type", "application/javascript");
    return readAnswer(uncached(std::move(answer)));
}

Intake lackScript(const EndpointCall &)
{
    return readAnswer(uncached(HttpResponse::text(404, "Weir serves no scripts")));
}

} // namespace Weir::PostHog
