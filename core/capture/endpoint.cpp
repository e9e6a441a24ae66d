#include "core/capture/endpoint.h"

#include "core/capture/answers.h"
#include "core/event/payload.h"

#include <array>
#include <utility>

namespace Weir {

namespace {

/// The path's segments, last one first. No endpoint has more than `capacity`; what lies before is prefix.
struct Segments
{
    static constexpr std::size_t capacity = 8;
    std::array<std::string_view, capacity> last;
    std::size_t count = 0;
};

/// Takes the last segment off `path`; empty when there is none.
std::string_view takeLast(std::string_view &path)
{
    while (!path.empty() && path.back() == '/')
        path.remove_suffix(1);
    const std::size_t slash = path.rfind('/');
    const std::size_t from = slash == std::string_view::npos ? 0 : slash + 1;
    const std::string_view segment = path.substr(from);
    path = path.substr(0, from);
    return segment;
}

Segments segmentsOf(std::string_view path)
{
    Segments found;
    while (found.count < Segments::capacity) {
        const std::string_view segment = takeLast(path);
        if (segment.empty())
            break;
        found.last[found.count++] = segment;
    }
    return found;
}

bool isVersion(std::string_view segment)
{
    return segment.size() == 2 && segment[0] == 'v' && segment[1] >= '0' && segment[1] <= '9';
}

/// How many segments of the path the pattern takes; 0 when it does not fit. The root takes none, and is
/// counted as one.
std::size_t fit(std::string_view pattern, const Segments &path, EndpointMatch &match)
{
    if (pattern == "/" || path.count == 0)
        return pattern == "/" && path.count == 0 ? 1 : 0;
    // Most rows fall here: a hundred of them are tried for each request.
    if (pattern.back() != '*' && (pattern.back() != path.last[0].back() || !pattern.ends_with(path.last[0])))
        return 0;
    std::size_t at = 0;
    for (std::string_view rest = pattern; rest.size() > 1; ++at) {
        const std::string_view segment = takeLast(rest);
        if (segment.empty())
            break;
        if (at == path.count || (segment != "*" && segment != path.last[at]))
            return 0;
        if (segment == "*") {
            match.wildcard = path.last[at];
            if (match.lastWildcard.empty())
                match.lastWildcard = path.last[at];
        }
    }
    if (at < path.count && isVersion(path.last[at]))
        return 0;
    return at;
}

} // namespace

unsigned methodBit(std::string_view name)
{
    static constexpr std::pair<std::string_view, unsigned> names[]
        = {{"POST", MethodPost}, {"GET", MethodGet}, {"OPTIONS", MethodOptions}, {"HEAD", MethodHead},
            {"PUT", MethodPut}, {"DELETE", MethodDelete}};
    for (const auto &[text, bit] : names)
        if (text == name)
            return bit;
    return 0;
}

bool EndpointCall::methodFits() const
{
    return (endpoint.methods & methodBit(request.method)) != 0;
}

const Result<QByteArray> &EndpointCall::body() const
{
    if (!decoded)
        decoded = decodedBody(request.body, bodyHintsOf(request));
    return *decoded;
}

EndpointMatch findEndpoint(
    std::span<const std::span<const Endpoint>> tables, std::string_view path, std::string_view method)
{
    const Segments segments = segmentsOf(path);
    const unsigned bit = methodBit(method);
    EndpointMatch best;
    std::size_t bestScore = 0;
    for (const auto table : tables) {
        for (const Endpoint &endpoint : table) {
            EndpointMatch match{&endpoint, {}, {}};
            const std::size_t taken = fit(endpoint.pattern, segments, match);
            const std::size_t score = taken == 0 ? 0 : taken * 2 + ((endpoint.methods & bit) != 0);
            if (score > bestScore) {
                bestScore = score;
                best = match;
            }
        }
    }
    return best;
}

} // namespace Weir
