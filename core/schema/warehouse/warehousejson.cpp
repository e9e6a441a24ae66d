#include "core/schema/warehouse/warehousejson.h"

#include <algorithm>
#include <charconv>
#include <unordered_map>

namespace Weir {

namespace {

constexpr int maxDepth = 1024;
// Up to here looking at all keys is quicker than hashing them.
constexpr std::size_t manyKeys = 16;

/// The value of a key that JavaScript takes for an array index.
std::optional<std::uint32_t> arrayIndex(std::string_view key)
{
    std::uint32_t value = 0;
    if (key.empty() || key[0] < '0' || key[0] > '9' || (key[0] == '0' && key.size() > 1))
        return {};
    const auto [end, error] = std::from_chars(key.data(), key.data() + key.size(), value);
    if (error != std::errc() || end != key.data() + key.size() || value == UINT32_MAX)
        return {};
    return value;
}

} // namespace

Result<JsMessage> JsMessage::read(std::string_view json, JsonIndex &index)
{
    if (const auto built = index.build(json); !built)
        return built.error();
    JsonCursor cursor(index);
    JsMessage message;
    message.m_values.reserve(128);
    message.m_values.emplace_back();
    if (cursor.kind() != JsonKind::Object)
        cursor.fail("Expected an event as an object");
    else
        message.readValue(cursor, 0, 0);
    if (!cursor.finish())
        return cursor.error();
    return message;
}

bool JsMessage::readValue(JsonCursor &cursor, std::uint32_t into, int depth)
{
    if (depth == maxDepth)
        return cursor.fail("Nested deeper than 1024 levels");
    m_values[into].kind = cursor.kind();
    switch (cursor.kind()) {
    case JsonKind::Object:
        return readObject(cursor, into, depth);
    case JsonKind::Array:
        return readArray(cursor, into, depth);
    case JsonKind::String:
        m_values[into].text = cursor.string();
        return !cursor.failed();
    default:
        m_values[into].text = cursor.raw();
        return !cursor.failed();
    }
}

bool JsMessage::readObject(JsonCursor &cursor, std::uint32_t into, int depth)
{
    std::uint32_t last = 0;
    std::size_t count = 0;
    bool hasIndexKey = false;
    std::unordered_map<std::string_view, std::uint32_t> known;
    const auto earlier = [&](std::string_view key) -> std::uint32_t {
        if (count < manyKeys) {
            const JsValue *found = member(&m_values[into], key);
            return found ? indexOf(*found) : 0;
        }
        if (known.empty()) {
            for (std::uint32_t i = m_values[into].first; i != 0; i = m_values[i].next)
                known.emplace(m_values[i].key, i);
        }
        const auto found = known.find(key);
        return found == known.end() ? 0 : found->second;
    };
    return cursor.object([&](std::string_view key) {
        std::uint32_t place = earlier(key);
        if (place == 0) {
            place = static_cast<std::uint32_t>(m_values.size());
            m_values.emplace_back().key = key;
            (last ? m_values[last].next : m_values[into].first) = place;
            last = place;
            if (++count > manyKeys)
                known.emplace(key, place);
            hasIndexKey = hasIndexKey || arrayIndex(key).has_value();
        } else {
            m_values[place].first = 0;
        }
        readValue(cursor, place, depth + 1);
    }) && (!hasIndexKey || (sortIndexKeys(into), true));
}

bool JsMessage::readArray(JsonCursor &cursor, std::uint32_t into, int depth)
{
    std::uint32_t last = 0;
    return cursor.array([&](std::size_t) {
        const auto place = static_cast<std::uint32_t>(m_values.size());
        m_values.emplace_back();
        (last ? m_values[last].next : m_values[into].first) = place;
        last = place;
        readValue(cursor, place, depth + 1);
    });
}

void JsMessage::sortIndexKeys(std::uint32_t parent)
{
    std::vector<std::uint32_t> children;
    for (std::uint32_t i = m_values[parent].first; i != 0; i = m_values[i].next)
        children.push_back(i);
    std::ranges::stable_sort(children, {}, [this](std::uint32_t i) {
        const auto index = arrayIndex(m_values[i].key);
        return index ? std::uint64_t(*index) : UINT64_MAX;
    });
    std::uint32_t *link = &m_values[parent].first;
    for (const std::uint32_t child : children) {
        *link = child;
        link = &m_values[child].next;
    }
    *link = 0;
}

const JsValue *JsMessage::member(const JsValue *parent, std::string_view key) const
{
    if (!parent || parent->kind != JsonKind::Object)
        return nullptr;
    for (const JsValue *child = first(*parent); child; child = next(*child)) {
        if (child->key == key)
            return child;
    }
    return nullptr;
}

const JsValue *JsMessage::find(const JsValue *parent, std::string_view dottedPath) const
{
    if (const JsValue *whole = member(parent, dottedPath))
        return whole;
    return walk(parent, dottedPath);
}

const JsValue *JsMessage::walk(const JsValue *parent, std::string_view dottedPath) const
{
    // The shortest key that fits decides, and is not given up again.
    for (std::size_t dot = dottedPath.find('.'); dot != dottedPath.npos;
         dot = dottedPath.find('.', dot + 1)) {
        if (const JsValue *child = member(parent, dottedPath.substr(0, dot)))
            return walk(child, dottedPath.substr(dot + 1));
    }
    return member(parent, dottedPath);
}

void JsMessage::setMember(std::uint32_t parent, std::string_view key, std::string text)
{
    const std::string_view kept = m_texts.emplace_back(std::move(text));
    std::uint32_t *link = &m_values[parent].first;
    while (*link != 0 && m_values[*link].key != key)
        link = &m_values[*link].next;
    std::uint32_t place = *link;
    if (place == 0) {
        place = static_cast<std::uint32_t>(m_values.size());
        *link = place;
        m_values.emplace_back().key = m_texts.emplace_back(key);
    }
    m_values[place].kind = JsonKind::String;
    m_values[place].text = kept;
    m_values[place].first = 0;
}

void JsMessage::removeMember(std::uint32_t parent, std::string_view key)
{
    std::uint32_t *link = &m_values[parent].first;
    while (*link != 0 && m_values[*link].key != key)
        link = &m_values[*link].next;
    if (*link != 0)
        *link = m_values[*link].next;
}

void JsMessage::setText(std::string_view key, std::string text)
{
    setMember(0, key, std::move(text));
}

/// Of the object to write into; 0: there is none and must be none.
std::uint32_t JsMessage::contextIndex()
{
    const JsValue *context = member(&root(), "context");
    if (context && context->kind == JsonKind::Object)
        return indexOf(*context);
    if (isTruthy(context))
        return 0;
    setMember(0, "context", {});
    const std::uint32_t made = indexOf(*member(&root(), "context"));
    m_values[made].kind = JsonKind::Object;
    return made;
}

void JsMessage::setContext(std::string_view key, std::string text)
{
    const std::uint32_t context = contextIndex();
    if (context == 0)
        return;
    if (text.empty())
        removeMember(context, key);
    else
        setMember(context, key, std::move(text));
}

std::string JsMessage::stringify(const JsValue &value) const
{
    std::string out;
    stringify(out, value);
    return out;
}

void JsMessage::stringify(std::string &out, const JsValue &value) const
{
    switch (value.kind) {
    case JsonKind::Object:
    case JsonKind::Array: {
        const bool isObject = value.kind == JsonKind::Object;
        out += isObject ? '{' : '[';
        for (const JsValue *child = first(value); child; child = next(*child)) {
            if (child != first(value))
                out += ',';
            if (isObject) {
                appendJsString(out, child->key);
                out += ':';
            }
            stringify(out, *child);
        }
        out += isObject ? '}' : ']';
        return;
    }
    case JsonKind::String:
        return appendJsString(out, value.text);
    case JsonKind::Number:
        out += jsNumber(value.text).text;
        return;
    default:
        out += value.text;
    }
}

void appendJsString(std::string &out, std::string_view text)
{
    constexpr std::string_view hex = "0123456789abcdef", names = "\b\t\n\f\r\"\\", letters = "btnfr\"\\";
    out += '"';
    for (const char c : text) {
        if (const std::size_t name = names.find(c); name != names.npos) {
            out += '\\';
            out += letters[name];
        } else if (static_cast<unsigned char>(c) < 0x20) {
            out += "\\u00";
            out += hex[static_cast<unsigned char>(c) >> 4];
            out += hex[c & 0xF];
        } else {
            out += c;
        }
    }
    out += '"';
}

std::size_t jsBlankAt(std::string_view text)
{
    // ECMAScript's WhiteSpace and LineTerminator, in UTF-8.
    constexpr std::string_view blanks[] = {"\t", "\n", "\v", "\f", "\r", " ", "\u00a0", "\u1680", "\u2000",
        "\u2001", "\u2002", "\u2003", "\u2004", "\u2005", "\u2006", "\u2007", "\u2008", "\u2009", "\u200a",
        "\u2028", "\u2029", "\u202f", "\u205f", "\u3000", "\ufeff"};
    for (const std::string_view blank : blanks) {
        if (text.starts_with(blank))
            return blank.size();
    }
    return 0;
}

std::string_view withoutJsBlanks(std::string_view text)
{
    while (const std::size_t blank = jsBlankAt(text))
        text.remove_prefix(blank);
    while (!text.empty()) {
        std::size_t last = text.size() - 1;
        while (last > 0 && (static_cast<unsigned char>(text[last]) & 0xC0) == 0x80)
            --last;
        if (jsBlankAt(text.substr(last)) == 0)
            break;
        text = text.substr(0, last);
    }
    return text;
}

bool isBlank(const JsMessage &message, const JsValue *value)
{
    if (!value || value->kind == JsonKind::Null)
        return true;
    if (value->kind == JsonKind::String)
        return value->text.empty();
    if (value->kind != JsonKind::Array)
        return false;
    const JsValue *only = message.first(*value);
    if (!only)
        return true;
    // A null in an array is written as "null".
    return !message.next(*only) && only->kind != JsonKind::Null && isBlank(message, only);
}

std::string lodashText(const JsMessage &message, const JsValue *value)
{
    if (!value || value->kind == JsonKind::Null)
        return {};
    if (value->kind != JsonKind::Array)
        return scriptText(message, *value);
    std::string text;
    for (const JsValue *child = message.first(*value); child; child = message.next(*child)) {
        if (child != message.first(*value))
            text += ',';
        text += child->kind == JsonKind::Null ? "null" : lodashText(message, child);
    }
    return text;
}

std::string scriptText(const JsMessage &message, const JsValue &value)
{
    if (value.kind == JsonKind::Object)
        return "[object Object]";
    if (value.kind == JsonKind::Number) {
        const JsNumber number = jsNumber(value.text);
        return number.isFinite ? number.text : value.text.starts_with('-') ? "-Infinity" : "Infinity";
    }
    if (value.kind != JsonKind::Array)
        return std::string(value.text);
    std::string text;
    for (const JsValue *child = message.first(value); child; child = message.next(*child)) {
        if (child != message.first(value))
            text += ',';
        if (child->kind != JsonKind::Null)
            text += scriptText(message, *child);
    }
    return text;
}

bool isTruthy(const JsValue *value)
{
    if (!value || value->kind == JsonKind::Null || value->kind == JsonKind::False)
        return false;
    if (value->kind == JsonKind::String)
        return !value->text.empty();
    if (value->kind != JsonKind::Number)
        return true;
    const JsNumber number = jsNumber(value->text);
    return !number.isFinite || number.value < 0 || number.value > 0;
}

} // namespace Weir
