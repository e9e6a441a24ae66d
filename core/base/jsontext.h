#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace Weir {

/// Writes JSON text front to back, and splices in text that is JSON already, byte for byte. That splice is
/// why it exists: a document tree would write an SDK's numbers anew and change their digits.
///
/// Calls nest as the JSON does; commas are its own business. It does not check that keys and values
/// alternate.
class JsonText
{
public:
    JsonText &beginObject() { return open('{'); }
    JsonText &endObject() { return close('}'); }
    JsonText &beginArray() { return open('['); }
    JsonText &endArray() { return close(']'); }
    JsonText &key(std::string_view name);

    JsonText &text(std::string_view value); ///< Bytes that are not UTF-8 become U+FFFD.
    JsonText &number(std::int64_t value);
    JsonText &number(double value); ///< Shortest form; null when it is not finite.
    JsonText &boolean(bool value);
    JsonText &null();
    /// `json` must be one JSON value; it is not looked at.
    JsonText &raw(std::string_view json);

    /// Braces, keys and commas that never change, in one go: where an answer repeats them by the hundred. An
    /// item that follows is written without a comma before it; the caller closes what the piece opens.
    JsonText &piece(std::string_view structure);
    void reserve(std::size_t bytes) { m_text.reserve(bytes); }

    /// A text, or null when it is empty: absent = null.
    JsonText &textOrNull(std::string_view value) { return value.empty() ? null() : text(value); }

    const std::string &str() const & { return m_text; }
    std::string &&str() && { return std::move(m_text); }

private:
    JsonText &open(char bracket);
    JsonText &close(char bracket);
    void separate();

    std::string m_text;
    bool m_first = true; ///< The next item is the first of its object or array.
};

/// True when `text` is exactly one JSON value, whatever the size of its numbers.
bool isJson(std::string_view text);

} // namespace Weir
