#pragma once

#include "core/base/error.h"

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace Weir {

/// Whether NaN, Infinity and -Infinity count as values, as JSON5 and Python's json have them.
enum class JsonConstants : std::uint8_t { Strict, Json5 };

enum class JsonKind : std::uint8_t { Object, Array, String, Number, True, False, Null, Invalid };

/// Where the tokens of one JSON text start, found by simdjson's vectorised first stage, which also refuses
/// what is not UTF-8, strings that do not end, and bare control characters. Costs no copy and needs no
/// padding. Reused from text to text; one thread at a time.
class JsonIndex
{
public:
    JsonIndex();
    ~JsonIndex();

    /// `text` must outlive the use of this index. A byte order mark is skipped. Fails with BadInput.
    Result<void> build(std::string_view text);

    /// The index of this thread, so that its memory is reused. Not for nested use.
    static JsonIndex &ofThread();

private:
    friend class JsonCursor;
    struct Stage;

    std::unique_ptr<Stage> m_stage;
    std::string_view m_text;
    const std::uint32_t *m_tokens = nullptr;
    std::uint32_t m_count = 0;
    bool m_hasEscapes = false;
    std::deque<std::string> m_unescaped; ///< Texts that had escapes: views of them live until build().
};

/// Walks an index once from front to back and checks all of the grammar on the way, skipped values included.
/// Each read consumes one value; what a visitor leaves unread is skipped. Nothing is built and no number is
/// converted unless asked for. The first failure sticks: every later read gives an empty answer, and error()
/// tells what and where, for instance "batch[3] › event".
class JsonCursor
{
public:
    explicit JsonCursor(JsonIndex &index, JsonConstants constants = JsonConstants::Strict)
        : m_index(index)
        , m_constants(constants)
    {
    }

    /// Of the value under the cursor, judged by its first byte.
    JsonKind kind() const { return kindOf(byte()); }

    /// Calls visit(std::string_view key) for each member, the cursor on its value. Keys come unescaped and
    /// may repeat. False on failure.
    template <typename Visit> bool object(Visit visit);
    /// As object(), and gives the bytes it spans, as raw() would. Empty on failure.
    template <typename Visit> std::string_view objectBytes(Visit visit);
    /// Calls visit(std::size_t at) for each element, the cursor on it. False on failure.
    template <typename Visit> bool array(Visit visit);

    /// A string's text, unescaped: a lone surrogate becomes U+FFFD. Empty for any other kind. Views live
    /// as long as the text and the index's next build().
    std::string_view string();
    /// A string's text, or the bytes of any other value: 23 gives "23".
    std::string_view textOf();
    /// The bytes of any value, as written.
    std::string_view raw();
    /// The nearest double of a number; nothing for another kind or when out of range.
    std::optional<double> number();
    bool skip();

    /// Fails when anything is left.
    bool finish();
    /// The caller's own complaint about the value under the cursor or just read.
    bool fail(std::string message);
    bool failed() const { return m_failed; }
    Error error() const;

private:
    static JsonKind kindOf(char first);
    char byte() const { return m_at < m_index.m_count ? m_index.m_text[m_index.m_tokens[m_at]] : '\0'; }
    const char *start() const { return m_index.m_text.data() + m_index.m_tokens[m_at]; }
    std::string_view token() const;
    bool hasEscape(std::string_view text) const
    {
        return m_index.m_hasEscapes && text.find('\\') != std::string_view::npos;
    }
    bool skipContainer();
    std::string_view takeString();
    bool takeScalar();
    bool isScalar(std::string_view text) const;
    bool enter(char open, const char *expected);
    bool checkKey();
    void within(std::string_view key);
    void within(std::size_t at);

    JsonIndex &m_index;
    JsonConstants m_constants;
    std::uint32_t m_at = 0;
    bool m_failed = false;
    std::string m_message, m_where;
};

/// The number that all of `text` spells, in JSON's or a plain decimal grammar: "840", "12.5", "1e3".
std::optional<double> numberFromText(std::string_view text);

inline JsonKind JsonCursor::kindOf(char first)
{
    switch (first) {
    case '{':
        return JsonKind::Object;
    case '[':
        return JsonKind::Array;
    case '"':
        return JsonKind::String;
    case 't':
        return JsonKind::True;
    case 'f':
        return JsonKind::False;
    case 'n':
        return JsonKind::Null;
    case '-':
        return JsonKind::Number;
    default:
        return first >= '0' && first <= '9' ? JsonKind::Number : JsonKind::Invalid;
    }
}

/// The scalar under the cursor: all up to the next token, without the blanks between.
inline std::string_view JsonCursor::token() const
{
    const std::size_t from = m_index.m_tokens[m_at];
    std::size_t end = m_at + 1 < m_index.m_count ? m_index.m_tokens[m_at + 1] : m_index.m_text.size();
    const auto isBlank = [](char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; };
    // Most senders write no blanks: one comparison tells.
    while (end > from + 1 && m_index.m_text[end - 1] <= ' ' && isBlank(m_index.m_text[end - 1]))
        --end;
    return {m_index.m_text.data() + from, end - from};
}

template <typename Visit> bool JsonCursor::object(Visit visit)
{
    if (!enter('{', "Expected an object"))
        return false;
    if (byte() == '}')
        return ++m_at;
    while (true) {
        if (byte() != '"')
            return fail("Expected a key in quotes");
        const std::string_view key = takeString();
        if (m_failed || byte() != ':')
            return fail("Expected a colon after a key");
        const std::uint32_t value = ++m_at;
        visit(key);
        if (m_at == value)
            skip();
        if (m_failed) {
            within(key);
            return false;
        }
        const char next = byte();
        if (next != ',' && next != '}')
            return fail("Expected a comma or the end of an object");
        ++m_at;
        if (next == '}')
            return true;
    }
}

template <typename Visit> std::string_view JsonCursor::objectBytes(Visit visit)
{
    const std::uint32_t first = m_at;
    if (!object(visit))
        return {};
    const char *const from = m_index.m_text.data() + m_index.m_tokens[first];
    const char *const last = m_index.m_text.data() + m_index.m_tokens[m_at - 1];
    return {from, static_cast<std::size_t>(last + 1 - from)};
}

template <typename Visit> bool JsonCursor::array(Visit visit)
{
    if (!enter('[', "Expected an array"))
        return false;
    if (byte() == ']')
        return ++m_at;
    for (std::size_t at = 0;; ++at) {
        const std::uint32_t value = m_at;
        visit(at);
        if (m_at == value)
            skip();
        if (m_failed) {
            within(at);
            return false;
        }
        const char next = byte();
        if (next != ',' && next != ']')
            return fail("Expected a comma or the end of an array");
        ++m_at;
        if (next == ']')
            return true;
    }
}

} // namespace Weir
