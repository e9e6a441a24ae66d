#include "core/http/upstream.h"

#include <algorithm>
#include <charconv>

namespace Weir {

namespace {

constexpr std::string_view via = "weir"; ///< What Weir calls itself in a Via header.

Error bad(std::string message, std::string_view text)
{
    return {Error::Kind::BadInput, std::move(message) + ", got \"" + std::string(text) + "\"", {}};
}

/// Takes ":8000" off the end of an authority; nothing when there is none.
Result<std::uint16_t> takePort(std::string_view &authority, std::uint16_t otherwise, std::string_view whole)
{
    const std::size_t colon = authority.rfind(':');
    if (colon == std::string_view::npos || authority.find(']', colon) != std::string_view::npos)
        return otherwise;
    const std::string_view digits = authority.substr(colon + 1);
    std::uint16_t port = 0;
    const auto [end, failure] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
    if (failure != std::errc() || end != digits.data() + digits.size() || port == 0)
        return bad("Expected a port from 1 to 65535", whole);
    authority = authority.substr(0, colon);
    return port;
}

/// Whatever stands between the client and Weir, or must not be told to a server.
bool staysHere(std::string_view name)
{
    static constexpr std::string_view names[] = {"Accept-Encoding", "Connection", "Content-Length", "Cookie",
        "Expect", "Host", "If-None-Match", "Keep-Alive", "Origin", "Proxy-Authorization", "Proxy-Connection",
        "Referer", "TE", "Trailer", "Transfer-Encoding", "Upgrade", "Via"};
    return std::ranges::any_of(names, [name](std::string_view each) { return equalsIgnoreCase(each, name); });
}

} // namespace

Result<UpstreamUrl> UpstreamUrl::parse(std::string_view text)
{
    UpstreamUrl url;
    std::string_view rest = text;
    if (rest.starts_with("https://")) {
        rest.remove_prefix(8);
    } else if (rest.starts_with("http://")) {
        rest.remove_prefix(7);
        url.isSecure = false;
    } else {
        return bad("Expected a URL such as https://us.i.posthog.com", text);
    }
    const bool isPlain = std::ranges::all_of(
        rest, [](char c) { return c > ' ' && c < '\x7f' && c != '?' && c != '#' && c != '@' && c != '\\'; });
    if (!isPlain)
        return bad("Expected a URL of host, port and path only", text);
    const std::size_t slash = std::min(rest.find('/'), rest.size());
    std::string_view authority = rest.substr(0, slash), path = rest.substr(slash);
    while (path.ends_with('/'))
        path.remove_suffix(1);
    url.prefix = path;
    WEIR_TRY(url.port, takePort(authority, url.isSecure ? 443 : 80, text));
    if (authority.starts_with('[') && authority.ends_with(']'))
        authority = authority.substr(1, authority.size() - 2);
    if (authority.empty())
        return bad("Expected a URL with a host", text);
    url.host = authority;
    return url;
}

std::string UpstreamUrl::authority() const
{
    const bool isAddress6 = host.find(':') != std::string::npos;
    std::string text = isAddress6 ? '[' + host + ']' : host;
    if (port != (isSecure ? 443 : 80))
        text += ':' + std::to_string(port);
    return text;
}

std::vector<std::pair<std::string, std::string>> forwardedHeaders(const HttpRequest &request)
{
    std::vector<std::pair<std::string, std::string>> headers;
    for (const HttpRequest::Field &field : request.fields) {
        const std::string_view name = request.name(field);
        if (!staysHere(name))
            headers.emplace_back(name, request.value(field));
    }
    headers.emplace_back("Accept-Encoding", "identity");
    headers.emplace_back("Via", "1.1 " + std::string(via));
    return headers;
}

bool isFromWeir(const HttpRequest &request)
{
    return request.header("Via").find(via) != std::string_view::npos;
}

} // namespace Weir
