#include "core/schema/jsonschema/schemauri.h"

#include <charconv>
#include <vector>

namespace Weir {

namespace {

struct Uri
{
    std::string_view scheme, authority, path, query; ///< The scheme with its colon, the query with its mark.
    bool hasAuthority = false;
};

Uri splitUri(std::string_view text)
{
    Uri uri;
    text = text.substr(0, text.find('#'));
    if (const std::size_t colon = text.find(':'); colon < text.find_first_of("/?")) {
        uri.scheme = text.substr(0, colon + 1);
        text.remove_prefix(colon + 1);
    }
    if (const std::size_t mark = text.find('?'); mark != std::string_view::npos) {
        uri.query = text.substr(mark);
        text = text.substr(0, mark);
    }
    if (text.starts_with("//")) {
        uri.hasAuthority = true;
        const std::size_t end = text.find('/', 2);
        uri.authority = text.substr(0, end);
        text = end == std::string_view::npos ? std::string_view() : text.substr(end);
    }
    uri.path = text;
    return uri;
}

std::string withoutDots(std::string_view path)
{
    if (path.find('.') == std::string_view::npos)
        return std::string(path);
    std::vector<std::string_view> parts;
    bool endsInFolder = false;
    for (std::size_t at = 0; at <= path.size();) {
        const std::size_t end = std::min(path.find('/', at), path.size());
        const std::string_view part = path.substr(at, end - at);
        endsInFolder = part == "." || part == "..";
        if (part == ".." && parts.size() > 1)
            parts.pop_back();
        else if (!endsInFolder)
            parts.push_back(part);
        at = end + 1;
    }
    std::string result;
    for (std::size_t i = 0; i < parts.size(); ++i)
        (i > 0 ? result += '/' : result) += parts[i];
    return endsInFolder ? result + '/' : result;
}

std::string joined(const Uri &uri, std::string_view authority, std::string_view path)
{
    return std::string(uri.scheme) + std::string(authority) + std::string(path) + std::string(uri.query);
}

} // namespace

std::string resolvedUri(std::string_view base, std::string_view reference)
{
    const Uri target = splitUri(reference), from = splitUri(base);
    if (!target.scheme.empty())
        return joined(target, target.authority, target.path);
    Uri result = target;
    result.scheme = from.scheme;
    if (target.hasAuthority)
        return joined(result, target.authority, withoutDots(target.path));
    if (target.path.empty()) {
        if (target.query.empty())
            result.query = from.query;
        return joined(result, from.authority, from.path);
    }
    if (target.path.starts_with('/'))
        return joined(result, from.authority, withoutDots(target.path));
    const std::size_t slash = from.path.rfind('/');
    std::string path(slash == std::string_view::npos ? std::string_view() : from.path.substr(0, slash + 1));
    if (path.empty() && from.hasAuthority)
        path = "/";
    return joined(result, from.authority, withoutDots(path + std::string(target.path)));
}

std::string fragmentOf(std::string_view reference)
{
    const std::size_t mark = reference.find('#');
    if (mark == std::string_view::npos)
        return {};
    std::string fragment;
    for (std::size_t at = mark + 1; at < reference.size(); ++at) {
        unsigned byte = 0;
        const char *const hex = reference.data() + at + 1;
        if (reference[at] == '%' && at + 2 < reference.size()
            && std::from_chars(hex, hex + 2, byte, 16).ptr == hex + 2) {
            fragment += static_cast<char>(byte);
            at += 2;
        } else {
            fragment += reference[at];
        }
    }
    return fragment;
}

std::optional<std::string> takePointerPart(std::string_view &pointer)
{
    if (!pointer.starts_with('/'))
        return {};
    const std::size_t end = std::min(pointer.find('/', 1), pointer.size());
    std::string part;
    for (std::size_t at = 1; at < end; ++at) {
        const bool isEscape = pointer[at] == '~' && at + 1 < end;
        if (isEscape)
            ++at;
        part += !isEscape ? pointer[at] : pointer[at] == '0' ? '~' : pointer[at] == '1' ? '/' : pointer[at];
    }
    pointer.remove_prefix(end);
    return part;
}

} // namespace Weir
