#pragma once

#include "core/base/jsoncursor.h"

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace Weir {

/// One value of a tape.
struct JsonValue
{
    std::string_view key; ///< Of an object's member, unescaped. Empty for others.
    std::string_view text; ///< A string unescaped; a number or an object as it was written; else empty.
    std::uint32_t offset = 0; ///< At or shortly before its first byte: see JsonTape::positionOf().
    std::uint32_t end = 0; ///< Index behind its last descendant: the next sibling, if there is one.
    std::uint32_t count = 0; ///< Members or elements, shadowed ones left out.
    JsonKind kind = JsonKind::Invalid;
    bool isShadowed = false; ///< A later member of the same object has the same key: that one counts.
    bool isExempt = false; ///< Set by the caller: a member that no rule against unnamed members sees.
};

/// Where something stands in a text; both from 1, the column in characters.
struct TextPosition
{
    std::size_t line = 1, column = 1;
    bool operator==(const TextPosition &) const = default;
};

/// Of the byte at `offset` of UTF-8 text.
TextPosition textPosition(std::string_view text, std::size_t offset);

/// All values of one JSON text in its order, flat: a container is followed by its members. What has to be
/// looked at more than once, in any order, is read so in one walk, and nothing is converted. Its memory is
/// reused from text to text; views live until the next read() and as long as the text.
class JsonTape
{
public:
    static constexpr std::uint32_t none = 0xFFFFFFFF;
    static constexpr int maxDepth = 256; ///< Levels; what is deeper is refused.

    JsonTape();
    JsonTape(const JsonTape &) = delete;
    JsonTape &operator=(const JsonTape &) = delete;

    /// Fails with BadInput; where() then tells the place. Empty afterwards.
    Result<void> read(std::string_view json);
    /// Lets go of what only reading needs, for a tape that is kept: a quarter of a megabyte and more.
    void settle();
    /// One string, so that a key can be looked at as a value.
    void setString(std::string_view text);

    bool isEmpty() const { return m_values.empty(); }
    std::uint32_t size() const { return static_cast<std::uint32_t>(m_values.size()); }
    const JsonValue &operator[](std::uint32_t at) const { return m_values[at]; }
    /// Lets it pass all rules against unnamed members.
    void setExempt(std::uint32_t at) { m_values[at].isExempt = true; }

    /// The member of the object at `at`; none when there is none, or it is no object.
    std::uint32_t member(std::uint32_t at, std::string_view key) const;
    /// Calls visit(index) for each member or element of the container at `at`, shadowed ones left out.
    template <typename Visit> void forEach(std::uint32_t at, Visit visit) const
    {
        for (std::uint32_t i = at + 1; i < m_values[at].end; i = m_values[i].end) {
            if (!m_values[i].isShadowed)
                visit(i);
        }
    }

    std::string_view text() const { return m_text; }
    /// Where the value begins in the text.
    TextPosition positionOf(std::uint32_t at) const;
    /// A JSON pointer to the value: "/properties/latency_ms"; empty for the root.
    std::string pointerTo(std::uint32_t at) const;

private:
    void readValue(JsonCursor &cursor, std::string_view key, int depth);
    void readContainer(JsonCursor &cursor, std::uint32_t at, int depth);
    void markShadowed(std::uint32_t at);
    void passed(std::string_view bytes);

    std::unique_ptr<JsonIndex> m_index; ///< Null once settled.
    std::deque<std::string> m_unescaped; ///< Of a settled tape: texts that had escapes.
    std::string_view m_text;
    std::vector<JsonValue> m_values;
    std::uint32_t m_position = 0; ///< Behind what was read last, as far as known.
};

/// As read() of a tape, with line and column in the error's `where`: "line 3, column 14".
Result<void> readWithPosition(JsonTape &tape, std::string_view json);

/// "line 3, column 14"
std::string toText(TextPosition position);

/// A pointer's part of this key: ~ and / escaped.
std::string pointerPart(std::string_view key);

/// Whether two values are the same JSON: numbers by value, objects in any order.
bool jsonEqual(const JsonTape &a, std::uint32_t atA, const JsonTape &b, std::uint32_t atB);
/// The same for values that are the same JSON.
std::size_t jsonHash(const JsonTape &tape, std::uint32_t at);

} // namespace Weir
