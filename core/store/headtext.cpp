#include "core/store/headtext.h"

#include <charconv>

namespace Weir {

namespace {

constexpr char mark
    = '\x01'; // Not allowed in a header block; where it is all the same, the block stays whole.
constexpr std::string_view lengthName = "content-length:";

bool startsWithIgnoringCase(std::string_view text, std::string_view lower)
{
    if (text.size() < lower.size())
        return false;
    for (std::size_t i = 0; i < lower.size(); ++i) {
        const char c = text[i];
        if ((c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c) != lower[i])
            return false;
    }
    return true;
}

} // namespace

std::optional<std::string> headWithoutLength(std::string_view head, std::uint32_t bodyBytes)
{
    if (head.find(mark) != std::string_view::npos)
        return std::nullopt;
    char digits[12];
    const auto end = std::to_chars(digits, digits + sizeof digits, bodyBytes).ptr;
    const std::string_view length(digits, static_cast<std::size_t>(end - digits));
    for (std::size_t at = 0; at < head.size();) {
        const std::size_t next = head.find('\n', at);
        const std::size_t lineEnd = next == std::string_view::npos ? head.size() : next;
        if (startsWithIgnoringCase(head.substr(at), lengthName)) {
            const std::size_t digitsAt = head.find_first_not_of(" \t", at + lengthName.size());
            if (digitsAt == std::string_view::npos || head.substr(digitsAt, length.size()) != length)
                return std::nullopt;
            const std::size_t behind = digitsAt + length.size();
            if (behind < lineEnd && head[behind] >= '0' && head[behind] <= '9')
                return std::nullopt;
            std::string stored(head.substr(0, digitsAt));
            stored += mark;
            return stored.append(head.substr(behind));
        }
        at = lineEnd + 1;
    }
    return std::nullopt;
}

std::string headWithLength(std::string_view stored, std::uint32_t bodyBytes)
{
    const std::size_t at = stored.find(mark);
    if (at == std::string_view::npos)
        return std::string(stored);
    return std::string(stored.substr(0, at)).append(std::to_string(bodyBytes)).append(stored.substr(at + 1));
}

} // namespace Weir
