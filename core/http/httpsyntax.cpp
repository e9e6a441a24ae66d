#include "core/http/httpsyntax.h"

#include <algorithm>
#include <cstring>
#include <limits>

namespace Weir {

namespace HttpSyntax {

std::string_view trimmed(std::string_view text)
{
    const auto blank = [](char c) { return c == ' ' || c == '\t'; };
    while (!text.empty() && blank(text.front()))
        text.remove_prefix(1);
    while (!text.empty() && blank(text.back()))
        text.remove_suffix(1);
    return text;
}

std::optional<FieldLine> splitField(std::string_view line, HttpError &error)
{
    // Said apart, because they are what clients get wrong and what smuggling is made of.
    if (line.front() == ' ' || line.front() == '\t') {
        error = {400, "A header line is folded, which is obsolete"};
        return std::nullopt;
    }
    const auto *colon = static_cast<const char *>(std::memchr(line.data(), ':', line.size()));
    if (!colon) {
        error = {400, "A header line has no colon"};
        return std::nullopt;
    }
    const std::string_view name = line.substr(0, static_cast<std::size_t>(colon - line.data()));
    if (name.empty() || !allAre(name, Token)) {
        const bool blank = !name.empty() && (name.back() == ' ' || name.back() == '\t');
        error = {400,
            blank ? "A header name is followed by a space" : "A header name holds a forbidden character"};
        return std::nullopt;
    }
    const std::string_view value = line.substr(name.size() + 1);
    if (!allAre(value, FieldValue)) {
        error = {400, "A header value holds a control character"};
        return std::nullopt;
    }
    return FieldLine{name, trimmed(value)};
}

std::optional<std::string_view> withoutLineEnd(std::string_view line)
{
    if (line.size() < 2 || line[line.size() - 2] != '\r')
        return std::nullopt;
    return line.substr(0, line.size() - 2);
}

std::optional<std::uint64_t> parseLength(std::string_view digits)
{
    if (digits.empty())
        return std::nullopt;
    constexpr auto most = std::numeric_limits<std::uint64_t>::max();
    std::uint64_t length = 0;
    for (const char c : digits) {
        if (c < '0' || c > '9')
            return std::nullopt;
        const auto digit = static_cast<std::uint64_t>(c - '0');
        length = length > (most - digit) / 10 ? most : length * 10 + digit;
    }
    return length;
}

} // namespace HttpSyntax

LineReader::Outcome LineReader::read(std::string_view &bytes, std::size_t limit)
{
    if (m_done)
        clear();
    const void *lineFeed = bytes.empty() ? nullptr : std::memchr(bytes.data(), '\n', bytes.size());
    const std::size_t taken = lineFeed
        ? static_cast<std::size_t>(static_cast<const char *>(lineFeed) - bytes.data()) + 1
        : bytes.size();
    if (m_partial.size() + taken > limit) {
        m_partial.append(bytes.substr(0, limit - std::min(limit, m_partial.size())));
        return Outcome::TooLong;
    }
    if (!lineFeed) {
        m_partial.append(bytes);
        bytes = {};
        return Outcome::NeedMore;
    }
    m_line = bytes.substr(0, taken);
    bytes.remove_prefix(taken);
    if (!m_partial.empty()) {
        m_partial.append(m_line);
        m_line = m_partial;
        m_done = true;
    }
    return Outcome::Line;
}

void LineReader::clear()
{
    m_line = {};
    m_partial.clear();
    if (m_partial.capacity() > 1024)
        m_partial.shrink_to_fit(); // A connection may stay idle for long.
    m_done = false;
}

} // namespace Weir
