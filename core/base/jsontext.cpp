#include "core/base/jsontext.h"

#include "core/base/jsoncursor.h"

#include <charconv>
#include <cmath>
#include <cstdint>
#include <cstring>

namespace Weir {

namespace {

/// Length of the UTF-8 sequence at the front of `text`, or 0 when it is malformed.
std::size_t sequenceLength(std::string_view text)
{
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    const unsigned char lead = byte(0);
    const std::size_t length = lead < 0x80 ? 1
        : lead < 0xC2                      ? 0
        : lead < 0xE0                      ? 2
        : lead < 0xF0                      ? 3
        : lead < 0xF5                      ? 4
                                           : 0;
    if (length == 0 || length > text.size())
        return 0;
    for (std::size_t i = 1; i < length; ++i) {
        if ((byte(i) & 0xC0) != 0x80)
            return 0;
    }
    // Overlong forms, surrogates, and what lies beyond U+10FFFF.
    const bool wrong = (lead == 0xE0 && byte(1) < 0xA0) || (lead == 0xED && byte(1) > 0x9F)
        || (lead == 0xF0 && byte(1) < 0x90) || (lead == 0xF4 && byte(1) > 0x8F);
    return wrong ? 0 : length;
}

/// How much of the front of `text` goes out as it is: ASCII without quotes, which nearly all of it is.
std::size_t plainLength(std::string_view text)
{
    std::size_t length = 0;
    // Eight bytes at once: a byte's high bit stays set where it is above ASCII, below a blank, or one of the
    // two.
    constexpr std::uint64_t ones = 0x0101010101010101u, high = 0x8080808080808080u;
    const auto hasZero = [](std::uint64_t word) { return (word - ones) & ~word & high; };
    for (; length + 8 <= text.size(); length += 8) {
        std::uint64_t word = 0;
        std::memcpy(&word, text.data() + length, 8);
        if ((word & high) || ((word - ones * 0x20) & ~word & high) || hasZero(word ^ (ones * '"'))
            || hasZero(word ^ (ones * '\\')))
            break;
    }
    for (; length < text.size(); ++length) {
        const auto c = static_cast<unsigned char>(text[length]);
        if (c < 0x20 || c >= 0x80 || c == '"' || c == '\\')
            break;
    }
    return length;
}

void appendEscaped(std::string &out, char c)
{
    constexpr std::string_view names = "btn\0fr";
    constexpr char hex[] = "0123456789abcdef";
    const auto code = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
        out += '\\';
        out += c;
    } else if (code >= 8 && code <= 13 && code != 11) {
        out += '\\';
        out += names[code - 8U];
    } else {
        out += "\\u00";
        out += hex[code >> 4];
        out += hex[code & 15];
    }
}

} // namespace

JsonText &JsonText::key(std::string_view name)
{
    text(name);
    m_text += ':';
    m_first = true;
    return *this;
}

JsonText &JsonText::text(std::string_view value)
{
    separate();
    std::size_t plain = plainLength(value);
    if (plain == value.size()) { // As nearly always: both quotes and the room between them in one go.
        m_text.append(plain + 2, '"');
        value.copy(m_text.data() + m_text.size() - plain - 1, plain);
        return *this;
    }
    m_text += '"';
    for (; !value.empty(); plain = plainLength(value)) {
        m_text.append(value.substr(0, plain));
        value.remove_prefix(plain);
        if (value.empty())
            break;
        const auto lead = static_cast<unsigned char>(value.front());
        if (lead < 0x20 || lead == '"' || lead == '\\') {
            appendEscaped(m_text, value.front());
            value.remove_prefix(1);
        } else if (const std::size_t length = sequenceLength(value)) {
            m_text.append(value.substr(0, length));
            value.remove_prefix(length);
        } else {
            m_text += "\uFFFD";
            value.remove_prefix(1);
        }
    }
    m_text += '"';
    return *this;
}

JsonText &JsonText::number(std::int64_t value)
{
    separate();
    char buffer[24];
    m_text.append(buffer, std::to_chars(buffer, buffer + sizeof buffer, value).ptr);
    return *this;
}

JsonText &JsonText::number(double value)
{
    if (!std::isfinite(value))
        return null();
    separate();
    char buffer[64];
    // Fixed while it is short: 42000, not 4.2e+04.
    const auto format = std::abs(value) < 1e15 ? std::chars_format::fixed : std::chars_format::general;
    const auto end = std::to_chars(buffer, buffer + sizeof buffer, value, format);
    m_text.append(buffer, end.ec == std::errc() ? end.ptr : buffer);
    if (end.ec != std::errc())
        m_text += std::to_string(value);
    return *this;
}

JsonText &JsonText::boolean(bool value)
{
    return raw(value ? "true" : "false");
}

JsonText &JsonText::null()
{
    return raw("null");
}

JsonText &JsonText::raw(std::string_view json)
{
    separate();
    m_text.append(json);
    return *this;
}

JsonText &JsonText::piece(std::string_view structure)
{
    m_text.append(structure);
    m_first = true;
    return *this;
}

JsonText &JsonText::open(char bracket)
{
    separate();
    m_text += bracket;
    m_first = true;
    return *this;
}

JsonText &JsonText::close(char bracket)
{
    m_text += bracket;
    m_first = false;
    return *this;
}

void JsonText::separate()
{
    if (!m_first)
        m_text += ',';
    m_first = false;
}

bool isJson(std::string_view text)
{
    JsonIndex &index = JsonIndex::ofThread();
    if (!index.build(text))
        return false;
    JsonCursor cursor(index);
    return cursor.skip() && cursor.finish();
}

} // namespace Weir
