#include "core/automation/access.h"

#include "core/base/jsontext.h"

#include <algorithm>

namespace Weir {

namespace {

struct Authority
{
    std::string host; ///< Lower-case, without brackets.
    std::string port; ///< Empty when absent.
};

bool isDigits(std::string_view text)
{
    return std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

std::optional<Authority> parseAuthority(std::string_view text)
{
    Authority result;
    std::string_view rest;
    if (text.starts_with('[')) {
        const auto end = text.find(']');
        if (end == std::string_view::npos)
            return std::nullopt;
        result.host = text.substr(1, end - 1);
        rest = text.substr(end + 1);
    } else {
        const auto colon = std::min(text.find(':'), text.size());
        result.host = text.substr(0, colon);
        rest = text.substr(colon);
    }
    if (!rest.empty()) {
        if (rest.front() != ':' || rest.size() < 2 || rest.size() > 6 || !isDigits(rest.substr(1)))
            return std::nullopt;
        result.port = rest.substr(1);
    }
    std::ranges::transform(result.host, result.host.begin(),
        [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
    return result.host.empty() ? std::nullopt : std::optional(result);
}

bool isLoopbackName(std::string_view host)
{
    return host == "localhost" || host == "127.0.0.1" || host == "::1";
}

bool isWildcard(std::string_view host)
{
    return host == "0.0.0.0" || host == "::";
}

/// An address cannot be rebound: only a name can point somewhere else tomorrow.
bool isAddress(std::string_view host)
{
    return host.find(':') != std::string_view::npos
        || (std::ranges::count(host, '.') == 3
            && std::ranges::all_of(host, [](char c) { return c == '.' || (c >= '0' && c <= '9'); }));
}

bool isOwnHost(const Authority &authority, const AccessPolicy &policy)
{
    // Any port: `ssh -L` and container port mappings change it, and it is not what a rebinding page forges.
    if (isLoopbackName(authority.host) || std::ranges::count(policy.hosts, authority.host) > 0)
        return true;
    return isAddress(authority.host) && std::ranges::any_of(policy.hosts, isWildcard);
}

bool isOwnOrigin(std::string_view origin, std::string_view host, const AccessPolicy &policy)
{
    constexpr std::string_view scheme = "http://";
    if (!origin.starts_with(scheme))
        return false;
    origin.remove_prefix(scheme.size());
    if (equalsIgnoreCase(origin, host))
        return true;
    const auto authority = parseAuthority(origin);
    return authority && isLoopbackName(authority->host)
        && (authority->port.empty() ? "80" : authority->port) == std::to_string(policy.port);
}

/// Takes the same time wherever the texts differ, so that a token cannot be guessed byte by byte.
bool equalsInConstantTime(std::string_view given, std::string_view expected)
{
    unsigned difference = given.size() == expected.size() ? 0 : 1;
    for (std::size_t i = 0; i < given.size(); ++i) {
        const char other = expected.empty() ? '\0' : expected[i % expected.size()];
        difference |= static_cast<unsigned>(static_cast<unsigned char>(given[i] ^ other));
    }
    return difference == 0;
}

bool hasToken(const HttpRequest &request, std::string_view token)
{
    constexpr std::string_view scheme = "Bearer ";
    const std::string_view given = request.header("authorization");
    return given.size() > scheme.size() && equalsIgnoreCase(given.substr(0, scheme.size()), scheme)
        && !token.empty() && equalsInConstantTime(given.substr(scheme.size()), token);
}

} // namespace

HttpResponse apiError(int status, std::string_view code, std::string_view message)
{
    JsonText json;
    json.beginObject().key("error").beginObject();
    json.key("code").text(code).key("message").text(message);
    return HttpResponse::json(status, std::move(json.endObject().endObject()).str());
}

std::optional<HttpResponse> refusal(const HttpRequest &request, const AccessPolicy &policy)
{
    const auto host = parseAuthority(request.header("host"));
    if (!host || !isOwnHost(*host, policy))
        return apiError(403, "foreign_host", "This Host is not one that Weir listens on");
    if (request.hasHeader("origin") && !isOwnOrigin(request.header("origin"), request.header("host"), policy))
        return apiError(403, "foreign_origin", "Pages of other origins may not use this interface");
    if (policy.exposed && !hasToken(request, policy.token)) {
        return apiError(401, "unauthorized", "Expected the header Authorization: Bearer TOKEN")
            .with("WWW-Authenticate", "Bearer");
    }
    return std::nullopt;
}

} // namespace Weir
