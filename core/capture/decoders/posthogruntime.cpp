#include "core/capture/decoders/posthogruntime.h"

#include <algorithm>
#include <span>

#include <nlohmann/json.hpp>

namespace Weir::PostHog {

namespace {

using Json = nlohmann::json;

constexpr std::string_view client = "client", server = "server", all = "all";

/// What is no known word counts as "all", whoever wrote it.
std::string_view runtimeNamed(std::string_view name)
{
    return equalsIgnoreCase(name, client) ? client : equalsIgnoreCase(name, server) ? server : all;
}

bool containsAny(std::string_view text, std::span<const std::string_view> parts)
{
    return std::ranges::any_of(
        parts, [text](std::string_view part) { return text.find(part) != std::string_view::npos; });
}

bool startsWithAny(std::string_view text, std::span<const std::string_view> parts)
{
    return std::ranges::any_of(parts, [text](std::string_view part) { return text.starts_with(part); });
}

std::string_view runtimeOf(const HttpRequest &request)
{
    static constexpr std::string_view browsers[] = {"Mozilla/", "Chrome/", "Safari/", "Firefox/", "Edge/"};
    static constexpr std::string_view servers[] = {"posthog-python/", "posthog-ruby/", "posthog-php/",
        "posthog-java/", "posthog-go/", "posthog-node/", "posthog-dotnet/", "posthog-elixir/"};
    static constexpr std::string_view tools[] = {"python-requests/", "curl/"};
    static constexpr std::string_view phones[]
        = {"posthog-android/", "posthog-ios/", "posthog-react-native/", "posthog-flutter/"};
    const std::string_view agent = request.header("User-Agent");
    if (containsAny(agent, browsers))
        return client;
    if (startsWithAny(agent, servers) || containsAny(agent, tools))
        return server;
    if (startsWithAny(agent, phones))
        return client;
    static constexpr std::string_view ofBrowsers[]
        = {"Origin", "Referer", "Sec-Fetch-Mode", "Sec-Fetch-Site"};
    const bool isBrowser = std::ranges::any_of(
        ofBrowsers, [&request](std::string_view name) { return request.hasHeader(name); });
    return isBrowser ? client : std::string_view();
}

} // namespace

FlagAsker flagAsker(const HttpRequest &request, const Json &body)
{
    FlagAsker asker;
    if (!body.is_object())
        return asker;
    const auto runtime = body.find("evaluation_runtime");
    asker.runtime = runtime != body.end() && runtime->is_string()
        ? runtimeNamed(runtime->get_ref<const std::string &>())
        : runtimeOf(request);
    for (const char *name : {"evaluation_contexts", "evaluation_environments"}) {
        const auto contexts = body.find(name);
        if (contexts == body.end() || !contexts->is_array() || !asker.contexts.empty())
            continue;
        for (const Json &context : *contexts) {
            if (context.is_string())
                asker.contexts.push_back(context.get<std::string>());
        }
    }
    return asker;
}

bool isMeantForAll(const FlagInfo &flag)
{
    return flag.evaluationContexts.empty() && flag.evaluationRuntime == all;
}

bool isMeantFor(const FlagInfo &flag, const FlagAsker &asker)
{
    const std::string_view wanted = runtimeNamed(flag.evaluationRuntime);
    if (asker.runtime != all && wanted != all && wanted != asker.runtime)
        return false;
    return asker.contexts.empty() || flag.evaluationContexts.empty()
        || std::ranges::find_first_of(flag.evaluationContexts, asker.contexts)
        != flag.evaluationContexts.end();
}

} // namespace Weir::PostHog
