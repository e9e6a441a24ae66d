#include "core/capture/decoders/posthogflags.h"

#include "core/base/jsoncursor.h"
#include "core/base/jsonobject.h"
#include "core/base/uuid.h"
#include "core/capture/answers.h"
#include "core/capture/decoders/eventfields.h"
#include "core/capture/decoders/posthoganswers.h"
#include "core/capture/decoders/posthogreads.h"
#include "core/capture/decoders/posthogruntime.h"
#include "core/capture/decoders/posthogupstream.h"
#include "core/flags/flagevaluation.h"
#include "core/flags/flagrewrite.h"

#include <QCryptographicHash>

#include <algorithm>

#include <nlohmann/json.hpp>

namespace Weir::PostHog {

namespace {

constexpr std::string_view noDefinitions = R"({"flags":[],"group_type_mapping":{},"cohorts":{}})";

Refusal unreadable(std::string text, Error error)
{
    return {400, {}, std::move(text), std::move(error)};
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

/// The version a client asks for, by its number in `v`. Flags without `v` means the current one.
int versionOf(const HttpRequest &request, FlagsEndpoint endpoint)
{
    const std::string text = request.queryValue("v");
    if (text.size() == 1 && text[0] >= '1' && text[0] <= '9')
        return text[0] - '0';
    return endpoint == FlagsEndpoint::Flags ? 2 : 1;
}

bool wantsConfig(const HttpRequest &request, FlagsEndpoint endpoint)
{
    if (endpoint == FlagsEndpoint::Decide)
        return true;
    if (request.hasQueryKey("config"))
        return request.queryValue("config") != "false";
    return !request.hasQueryKey("v");
}

bool isBrowser(const HttpRequest &request)
{
    return request.hasHeader("Origin") || request.header("User-Agent").starts_with("Mozilla/");
}

/// Browsers and phones keep the flags of the last good answer. They are told that this one may lack some,
/// which is true and makes them merge it into what they have; "false" would empty their store. Server SDKs
/// keep nothing and only log an error for it, so they are not told.
bool keepsFlags(const HttpRequest &request)
{
    if (isBrowser(request))
        return true;
    const std::string_view agent = request.header("User-Agent");
    static constexpr std::string_view phones[]
        = {"ios", "android", "flutter", "react-native", "okhttp", "Dart/"};
    return std::any_of(std::begin(phones), std::end(phones),
        [agent](std::string_view phone) { return agent.find(phone) != std::string_view::npos; });
}

/// The SDK as its events name it, as far as a flag request tells.
Sdk sdkOf(const HttpRequest &request)
{
    if (isBrowser(request))
        return {"web", request.queryValue("ver")};
    const std::string_view agent = request.header("User-Agent");
    if (Sdk sdk = sdkFromUserAgent(agent); !sdk.name.empty())
        return sdk;
    if (agent == "node") // posthog-node 3 asks /decide by the runtime's own fetch.
        return {"posthog-node", {}};
    return {std::string(agent.substr(0, 60)), {}};
}

ServedFlags servedBy(const EndpointCall &call, FlagPath path)
{
    ServedFlags served;
    served.at = call.context.now;
    served.path = path;
    served.endpoint = call.endpoint.pattern;
    served.sdk = sdkOf(call.request);
    return served;
}

std::vector<const FlagOverride *> overridesFor(const EndpointCall &call, const FlagRequest &asked)
{
    if (!call.context.flags || asked.isDisabled)
        return {};
    return call.context.flags->overrides.matching(
        {asked.distinctId, asked.workspaceId}, asked.hasKeys ? &asked.keys : nullptr);
}

bool hasDefinitions(const EndpointCall &call)
{
    return call.context.flags && !call.context.flags->document.empty();
}

/// JSON5's NaN, Infinity and -Infinity outside of texts as null, which PostHog's server takes them for.
std::string withoutConstants(std::string_view json)
{
    static constexpr std::string_view constants[] = {"NaN", "Infinity", "-Infinity"};
    std::string text;
    text.reserve(json.size());
    bool inText = false;
    for (std::size_t at = 0; at < json.size();) {
        const char c = json[at];
        const auto found = inText
            ? std::end(constants)
            : std::ranges::find_if(constants,
                [rest = json.substr(at)](std::string_view name) { return rest.starts_with(name); });
        if (found != std::end(constants)) {
            text += "null";
            at += found->size();
            continue;
        }
        const std::size_t taken = inText && c == '\\' && at + 1 < json.size() ? 2 : 1;
        inText = inText != (c == '"');
        text.append(json.substr(at, taken));
        at += taken;
    }
    return text;
}

/// What the definitions give to whom the request is about; nothing without definitions.
Result<std::vector<FlagOutcome>> evaluated(
    const EndpointCall &call, const FlagRequest &asked, std::string_view body)
{
    using Json = nlohmann::json;
    if (!hasDefinitions(call) || asked.isDisabled || body.empty())
        return std::vector<FlagOutcome>();
    Json json = Json::parse(body, nullptr, false);
    if (json.is_discarded())
        json = Json::parse(withoutConstants(body), nullptr, false);
    WEIR_TRY(const FlagSubject subject, readSubject(json, call.context.now));
    const FlagDefinitions &definitions = call.context.flags->definitions;
    auto outcomes = asked.hasKeys ? evaluateFlags(definitions, subject, asked.keys)
                                  : evaluateFlags(definitions, subject);
    std::optional<FlagAsker> asker; // Seldom needed.
    std::erase_if(outcomes, [&](const FlagOutcome &outcome) {
        if (!outcome.definition || isMeantForAll(*outcome.definition))
            return false;
        if (!asker)
            asker = flagAsker(call.request, json);
        return !isMeantFor(*outcome.definition, *asker);
    });
    return outcomes;
}

/// The answer's members beside the flags.
std::string configOf(const HttpRequest &request, FlagsEndpoint endpoint, std::string_view token)
{
    if (!wantsConfig(request, endpoint))
        return {};
    std::string config = '{' + configMembers(token);
    if (endpoint == FlagsEndpoint::Decide)
        config
            += R"(,"config":{"enable_collect_everything":true},"toolbarParams":{},"isAuthenticated":false)";
    return config + '}';
}

ServedFlags servedTo(const EndpointCall &call, FlagsEndpoint endpoint, const FlagRequest &asked)
{
    ServedFlags served
        = servedBy(call, endpoint == FlagsEndpoint::Flags ? FlagPath::Flags : FlagPath::Decide);
    served.version = versionOf(call.request, endpoint);
    served.distinctId = asked.distinctId;
    served.workspaceId = asked.workspaceId;
    served.askedKeys = asked.keys;
    return served;
}

Intake answered(const EndpointCall &call, FlagsEndpoint endpoint, const FlagRequest &asked,
    std::vector<FlagOutcome> outcomes)
{
    const auto overrides = overridesFor(call, asked);
    overrideOutcomes(outcomes, overrides);
    const std::string config = configOf(call.request, endpoint, asked.token);
    FlagsAnswer answer;
    answer.requestId = makeUuidV7(call.context.now);
    answer.evaluatedAt = call.context.now;
    // A value that was taken back stays with an SDK that is not told that this is all.
    const bool hasRetracted = call.context.flags && call.context.flags->hasRetracted;
    answer.hasErrors
        = call.context.upstream || (keepsFlags(call.request) && !hasRetracted && !hasDefinitions(call));
    answer.config = config;
    Intake intake = readAnswer(uncached(HttpResponse::json(
        200, flagsAnswer(outcomes, flagsShape(endpoint, versionOf(call.request, endpoint)), answer))));
    if (asked.distinctId.empty())
        return intake;
    intake.served = servedTo(call, endpoint, asked);
    intake.given = std::move(outcomes);
    return intake;
}

/// Whether an answer tells all flags of the user. One whose quota is used up, or that could not evaluate all,
/// must not make the values before it forgotten; nor may a page that is no answer.
bool isWhole(std::string_view answer)
{
    const auto members = JsonObject::read(answer);
    if (!members)
        return false;
    const auto limited = readJsonArray(members->value("quotaLimited"));
    return (!limited || limited->empty()) && members->value("errorsWhileComputingFlags") != "true";
}

/// The upstream's answer with the overrides in it; nothing when there is none that can be used.
std::optional<Intake> relayed(const EndpointCall &call, FlagsEndpoint endpoint, const FlagRequest &asked)
{
    const HttpResponse *const upstream = upstreamAnswer(call);
    const auto overrides = overridesFor(call, asked);
    if (!upstream || (upstream->status != 200 && !overrides.empty()))
        return {};
    if (upstream->status != 200)
        return readAnswer(passedOn(*upstream));
    HttpResponse answer = passedOn(*upstream);
    if (!overrides.empty()) {
        const FlagsShape shape = flagsShape(endpoint, versionOf(call.request, endpoint));
        auto rewritten = overrideFlags(answer.body, shape, overrides);
        if (!rewritten)
            return {};
        answer.body = *std::move(rewritten);
    }
    UpstreamNews news{
        asked.distinctId, readFlags(upstream->body), !asked.hasKeys && isWhole(upstream->body), {}};
    std::vector<FlagOutcome> outcomes = news.flags;
    overrideOutcomes(outcomes, overrides);
    Intake intake = readAnswer(uncached(std::move(answer)));
    intake.served = servedTo(call, endpoint, asked);
    intake.given = std::move(outcomes);
    intake.news = std::move(news);
    return intake;
}

/// What the upstream said last to this user, as far as it is asked for now.
std::vector<FlagOutcome> lastValues(const EndpointCall &call, const FlagRequest &asked)
{
    const auto &all = call.context.flags->upstreamFlags;
    const auto found = all.find(asked.distinctId);
    if (found == all.end() || asked.isDisabled)
        return {};
    std::vector<FlagOutcome> outcomes = found->second;
    if (asked.hasKeys) {
        std::erase_if(outcomes, [&asked](const FlagOutcome &outcome) {
            return std::ranges::none_of(
                asked.keys, [&outcome](const std::string &key) { return outcome.key == key; });
        });
    }
    return outcomes;
}

/// The tag says what is in the document: the same document has the same tag, whenever it is asked for.
std::string tagOf(std::string_view document)
{
    QCryptographicHash hash(QCryptographicHash::Sha1);
    hash.addData(QByteArrayView(document.data(), static_cast<qsizetype>(document.size())));
    return "W/\"weir-" + hash.result().toHex().left(20).toStdString() + '"';
}

/// RFC 9110, 13.1.2: weak comparison with any of the tags in the list.
bool isKnown(std::string_view ifNoneMatch, std::string_view tag)
{
    const std::string_view opaque = tag.starts_with("W/") ? tag.substr(2) : tag;
    return ifNoneMatch == "*" || ifNoneMatch.find(opaque) != std::string_view::npos;
}

} // namespace

Result<FlagRequest> flagRequest(std::string_view body)
{
    JsonIndex &index = JsonIndex::ofThread();
    if (const auto built = index.build(body); !built)
        return built.error();
    FlagRequest asked;
    std::string workspaceProperty;
    JsonCursor cursor(index, JsonConstants::Json5);
    const auto keepFirst = [&cursor](std::string &member) {
        if (member.empty() && cursor.kind() != JsonKind::Null)
            member = cursor.textOf();
    };
    const auto keepMember = [&](std::string_view name, std::string &member) {
        if (cursor.kind() != JsonKind::Object)
            return;
        cursor.object([&](std::string_view key) {
            if (key == name)
                keepFirst(member);
        });
    };
    cursor.object([&](std::string_view key) {
        if (key == "token" || key == "api_key" || key == "$token")
            keepFirst(asked.token);
        else if (key == "distinct_id" || key == "$distinct_id")
            keepFirst(asked.distinctId);
        else if (key == "groups" || key == "$groups")
            keepMember("workspace", asked.workspaceId);
        else if (key == "person_properties")
            keepMember("workspace_id", workspaceProperty);
        else if (key == "disable_flags")
            asked.isDisabled = cursor.kind() == JsonKind::True;
        else if ((key == "flag_keys" || key == "flag_keys_to_evaluate") && cursor.kind() == JsonKind::Array) {
            asked.hasKeys = true;
            cursor.array([&](std::size_t) { asked.keys.emplace_back(cursor.string()); });
        }
    });
    if (!cursor.finish())
        return cursor.error();
    if (asked.workspaceId.empty())
        asked.workspaceId = std::move(workspaceProperty);
    return asked;
}

Intake answerFlagRequest(const EndpointCall &call, FlagsEndpoint endpoint)
{
    if (call.request.method == "HEAD")
        return readAnswer(HttpResponse::json(200, {}));
    const auto &body = call.body();
    if (!body)
        return refused(call, unreadableFlags(body.error()));
    if (call.request.method == "GET" && body->isEmpty())
        return answered(call, endpoint, {}, {});
    const std::string_view text(body->constData(), static_cast<std::size_t>(body->size()));
    const auto asked = flagRequest(text);
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
    if (asksUpstream(call))
        return askUpstream(call);
    if (call.context.upstream) {
        if (auto intake = relayed(call, endpoint, *asked))
            return *std::move(intake);
        if (auto last = lastValues(call, *asked); !last.empty())
            return answered(call, endpoint, *asked, std::move(last));
    }
    auto outcomes = evaluated(call, *asked, text);
    if (!outcomes)
        return refused(call, unreadableFlags(outcomes.error()));
    return answered(call, endpoint, *asked, *std::move(outcomes));
}

namespace {

/// The definitions that SDKs are to get before overrides, with the tag under which the upstream knows them.
struct Definitions
{
    std::string document, tag; ///< The tag may be empty.
    std::optional<UpstreamNews> news;
};

/// Of the upstream: its answer, or what it gave before. Nothing when there is neither.
std::optional<Definitions> upstreamDefinitions(const EndpointCall &call)
{
    const std::string token = call.request.queryValue("token");
    const HttpResponse *const upstream = upstreamAnswer(call);
    if (upstream && upstream->status == 200 && isDefinitions(upstream->body)) {
        UpstreamDefinitions given{token, upstream->body, headerOf(*upstream, "ETag")};
        Definitions definitions{given.document, given.tag, UpstreamNews()};
        definitions.news->definitions = std::move(given);
        return definitions;
    }
    const auto &all = call.context.flags->upstreamDefinitions;
    const auto known = all.find(token);
    if (known == all.end())
        return {};
    return Definitions{known->second.document, known->second.tag, {}};
}

Intake givenDefinitions(const EndpointCall &call, Definitions definitions, OverrideList overrides)
{
    std::string &document = definitions.document;
    if (!overrides.empty()) {
        if (auto forced = overrideDefinitions(document, overrides))
            document = *std::move(forced);
    }
    // Ours as soon as the document is; else the upstream's own, so that nothing has changed for the SDK.
    const std::string tag = overrides.empty() && !definitions.tag.empty() ? definitions.tag : tagOf(document);
    ServedFlags served = servedBy(call, FlagPath::Definitions);
    std::vector<FlagOutcome> outcomes;
    overrideOutcomes(outcomes, overrides);
    served.isUnchanged = isKnown(call.request.header("If-None-Match"), tag);
    HttpResponse answer;
    if (served.isUnchanged)
        answer.status = 304;
    else
        answer = HttpResponse::json(200, std::move(document));
    answer.with("ETag", tag).with("Cache-Control", "private, must-revalidate");
    Intake intake = readAnswer(std::move(answer));
    intake.served = std::move(served);
    intake.given = std::move(outcomes);
    intake.news = std::move(definitions.news);
    return intake;
}

} // namespace

Intake giveDefinitions(const EndpointCall &call)
{
    if (asksUpstream(call)) {
        Intake intake = askUpstream(call);
        const auto &all = call.context.flags->upstreamDefinitions;
        if (const auto known = all.find(call.request.queryValue("token")); known != all.end())
            intake.upstreamTag = known->second.tag;
        return intake;
    }
    std::vector<const FlagOverride *> overrides;
    if (call.context.flags)
        overrides = call.context.flags->overrides.unscoped();
    if (call.context.upstream) {
        const HttpResponse *const upstream = upstreamAnswer(call);
        // A key that is refused and a quota that is used up are the SDK's to know, unless there is something
        // that it must get.
        if (upstream && upstream->status >= 400 && upstream->status < 500 && overrides.empty())
            return readAnswer(passedOn(*upstream));
        if (auto definitions = upstreamDefinitions(call))
            return givenDefinitions(call, *std::move(definitions), overrides);
    }
    return givenDefinitions(call,
        {hasDefinitions(call) ? call.context.flags->document : std::string(noDefinitions), {}, {}},
        overrides);
}

Intake giveRemotePayload(const EndpointCall &call)
{
    const std::string key = percentDecode(call.lastWildcard, false);
    const FlagOverride *override = call.context.flags ? call.context.flags->overrides.find(key) : nullptr;
    if (override && !override->scope.isEveryone())
        override = nullptr; // The request names no one.
    if (!override && asksUpstream(call))
        return askUpstream(call);
    if (const HttpResponse *const upstream = upstreamAnswer(call); upstream && !override)
        return readAnswer(uncached(passedOn(*upstream)));
    std::vector<FlagOutcome> given;
    if (override)
        given.push_back(overriddenOutcome(*override, nullptr));
    else if (hasDefinitions(call)) {
        if (const std::string *payload = call.context.flags->definitions.payload(key, FlagValue::on())) {
            FlagOutcome &outcome = given.emplace_back();
            outcome.key = key;
            outcome.value = FlagValue::on();
            outcome.payload = *payload;
        }
    }
    // posthog-node parses whatever comes; the server's empty body would make it throw.
    const bool hasPayload = !given.empty() && given.front().payload;
    Intake intake = readAnswer(
        uncached(HttpResponse::json(200, hasPayload ? jsonString(*given.front().payload) : "null")));
    ServedFlags served = servedBy(call, FlagPath::Payload);
    served.askedKeys = {key};
    intake.served = std::move(served);
    intake.given = std::move(given);
    return intake;
}

} // namespace Weir::PostHog
