#pragma once

#include "core/base/error.h"
#include "core/base/jsoncursor.h"

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

namespace Weir {

/// One value of a JsMessage. `text` is the plain text of a string and the bytes of anything else but objects
/// and arrays, whose members hang below.
struct JsValue
{
    JsonKind kind = JsonKind::Null;
    std::string_view key; ///< Of a member of an object.
    std::string_view text;
    std::uint32_t first = 0; ///< The first child; 0: none.
    std::uint32_t next = 0; ///< The next sibling; 0: none.
};

/// A JSON object as JavaScript's JSON.parse holds it, since the rules of the warehouse rows are those of a
/// JavaScript program: of a repeated key the last value counts, in the first one's place, and keys that are
/// array indexes come first, in order. Can be added to. Views point into the text read, which must outlive
/// it, as must the index that is passed.
class JsMessage
{
public:
    /// Fails with BadInput on what is no object.
    static Result<JsMessage> read(std::string_view json, JsonIndex &index);

    const JsValue &root() const { return m_values.front(); }
    const JsValue *first(const JsValue &parent) const { return at(parent.first); }
    const JsValue *next(const JsValue &sibling) const { return at(sibling.next); }
    /// Null when `parent` is null, is no object, or has no such key.
    const JsValue *member(const JsValue *parent, std::string_view key) const;
    /// A path of keys, each from its own object. As the vendor's reader does, keys that are the path's parts
    /// joined by dots are found too.
    const JsValue *find(const JsValue *parent, std::string_view dottedPath) const;

    /// Sets a member of the root to a text, in place or at the end.
    void setText(std::string_view key, std::string text);
    /// The same for members of the root's `context`, which is made when it is blank. An empty text removes.
    /// Does nothing when context is neither an object nor blank.
    void setContext(std::string_view key, std::string text);

    /// As JSON.stringify writes it: numbers as doubles, in their shortest form.
    std::string stringify(const JsValue &value) const;

private:
    const JsValue *walk(const JsValue *parent, std::string_view dottedPath) const;
    const JsValue *at(std::uint32_t index) const { return index ? &m_values[index] : nullptr; }
    std::uint32_t indexOf(const JsValue &value) const
    {
        return static_cast<std::uint32_t>(&value - m_values.data());
    }
    bool readValue(JsonCursor &cursor, std::uint32_t into, int depth);
    bool readObject(JsonCursor &cursor, std::uint32_t into, int depth);
    bool readArray(JsonCursor &cursor, std::uint32_t into, int depth);
    void sortIndexKeys(std::uint32_t parent);
    void setMember(std::uint32_t parent, std::string_view key, std::string text);
    void removeMember(std::uint32_t parent, std::string_view key);
    std::uint32_t contextIndex();
    void stringify(std::string &out, const JsValue &value) const;

    std::vector<JsValue> m_values;
    std::deque<std::string> m_texts; ///< What was set; its strings do not move.
};

/// A JSON number as JavaScript holds and writes it.
struct JsNumber
{
    bool isFinite = true; ///< 1e400 is not.
    bool isWhole = false;
    bool isExact = true; ///< No digit of the text was lost.
    double value = 0; ///< Of no use when not finite.
    std::string text; ///< "1" for 1.0, "1e+21"; "null" when not finite, as JSON.stringify says.
};
JsNumber jsNumber(std::string_view jsonNumber);

/// Adds `text` in quotes, escaped as JSON.stringify does.
void appendJsString(std::string &out, std::string_view text);

/// How many bytes of `text` its first character takes when it is a blank in JavaScript's sense; else 0.
std::size_t jsBlankAt(std::string_view text);
/// What String.prototype.trim leaves.
std::string_view withoutJsBlanks(std::string_view text);

/// lodash's isEmpty(toString(value)): null, "", [], [""], [[]]. Null counts as undefined and so is blank.
bool isBlank(const JsMessage &message, const JsValue *value);
/// What lodash's toString gives; "[object Object]" for an object.
std::string lodashText(const JsMessage &message, const JsValue *value);
/// What value.toString() gives: as lodashText(), but null in an array is nothing.
std::string scriptText(const JsMessage &message, const JsValue &value);
/// Whether JavaScript takes the value for true.
bool isTruthy(const JsValue *value);

} // namespace Weir
