#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace Weir {

/// Why a message is refused. After one, the connection is answered and closed: where the next message would
/// begin is unknowable.
struct HttpError
{
    int status = 400; ///< What a server answers; a client reads only the reason.
    std::string_view reason; ///< A literal: one sentence without a full stop.
    bool operator==(const HttpError &) const = default;
};

/// What requests and responses share of RFC 9110 and RFC 9112: characters, lines, fields. Pure.
namespace HttpSyntax {

enum CharClass : std::uint8_t {
    Token = 1, ///< Methods and field names.
    Target = 2, ///< A request target: visible ASCII without '#', since a fragment never travels.
    Authority = 4, ///< Host and port, in the target or the Host field.
    FieldValue = 8, ///< Anything but control characters; bytes from 0x80 on are passed through.
};

constexpr std::array<std::uint8_t, 256> makeCharTable()
{
    std::array<std::uint8_t, 256> table{};
    for (std::size_t c = 0; c < 256; ++c) {
        const bool alphanumeric = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
        const auto oneOf = [c](std::string_view set) {
            return c < 0x80 && set.find(static_cast<char>(c)) != std::string_view::npos;
        };
        unsigned classes = 0;
        if (alphanumeric || oneOf("!#$%&'*+-.^_`|~"))
            classes |= Token;
        if (c > 0x20 && c < 0x7f && c != '#')
            classes |= Target;
        if (alphanumeric || oneOf("-._~!$&'()*+;=%:[]"))
            classes |= Authority;
        if (c == '\t' || (c >= 0x20 && c != 0x7f))
            classes |= FieldValue;
        table[c] = static_cast<std::uint8_t>(classes);
    }
    return table;
}
inline constexpr std::array<std::uint8_t, 256> charTable = makeCharTable();

constexpr bool is(char c, CharClass wanted)
{
    return (charTable[static_cast<unsigned char>(c)] & wanted) != 0;
}

/// True for an empty text, too. Without a branch a byte: the common answer is yes.
constexpr bool allAre(std::string_view text, CharClass wanted)
{
    unsigned all = wanted;
    for (const char c : text)
        all &= charTable[static_cast<unsigned char>(c)];
    return (all & wanted) != 0;
}

/// What a text holds beside the object itself: nothing while it is short.
inline std::size_t heapBytes(const std::string &text)
{
    return text.capacity() > std::string().capacity() ? text.capacity() : 0;
}

/// Without the spaces and tabs around it.
std::string_view trimmed(std::string_view text);

/// A field line as views into the line.
struct FieldLine
{
    std::string_view name, value;
};

/// Splits "Name: value" (without its line end), or sets `error` and gives nothing.
std::optional<FieldLine> splitField(std::string_view line, HttpError &error);

/// Takes CRLF off; nothing when the line ends in a bare LF, which one reader takes for a line end and
/// another does not.
std::optional<std::string_view> withoutLineEnd(std::string_view line);

/// The value of a Content-Length field; nothing when it is not digits only. Saturates.
std::optional<std::uint64_t> parseLength(std::string_view digits);

/// Calls `visit` with each element of a comma-separated list, blanks removed.
template <typename Visit> void forEachListItem(std::string_view list, Visit visit)
{
    while (!list.empty()) {
        const std::size_t comma = list.find(',');
        visit(trimmed(list.substr(0, comma)));
        list = comma == std::string_view::npos ? std::string_view() : list.substr(comma + 1);
    }
}

} // namespace HttpSyntax

/// Cuts bytes into lines, however they are split. Keeps only a line that has come in part.
class LineReader
{
public:
    enum class Outcome : std::uint8_t { Line, NeedMore, TooLong };

    /// Takes one line from the front of `bytes`; line() has it, line feed included. TooLong as soon as it has
    /// more than `limit` bytes.
    Outcome read(std::string_view &bytes, std::size_t limit);
    /// Valid until the next read(), and only as long as the bytes given to the last one.
    std::string_view line() const { return m_line; }
    /// The part of a line that waits for its rest, or all of a line that is too long.
    std::string_view partial() const { return m_done ? std::string_view() : m_partial; }
    std::size_t bufferedBytes() const { return HttpSyntax::heapBytes(m_partial); }
    void clear();

private:
    std::string m_partial;
    std::string_view m_line;
    bool m_done = false; ///< m_partial was handed out as a line.
};

} // namespace Weir
