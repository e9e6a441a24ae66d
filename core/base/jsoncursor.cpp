#include "core/base/jsoncursor.h"

#include <simdjson.h>

#include <bitset>
#include <charconv>
#include <cstring>

namespace Weir {

namespace {

// Deeper than any payload is, and what other parsers refuse too.
constexpr std::size_t maxDepth = 1024;
// Above this an index gives its memory back: one huge body must not hold four times its size for good.
constexpr std::size_t keptCapacity = std::size_t(4) * 1024 * 1024;
constexpr std::string_view byteOrderMark = "\xEF\xBB\xBF";

bool isDigit(char c)
{
    return c >= '0' && c <= '9';
}

const char *skipDigits(const char *at, const char *end)
{
    while (at != end && isDigit(*at))
        ++at;
    return at;
}

/// RFC 8259 §6, without a range: 1e400 is a number.
bool isNumber(std::string_view text)
{
    const char *at = text.data();
    const char *const end = at + text.size();
    if (at != end && *at == '-')
        ++at;
    if (at == end || !isDigit(*at))
        return false;
    at = *at == '0' ? at + 1 : skipDigits(at, end);
    if (at != end && *at == '.') {
        const char *const digits = ++at;
        at = skipDigits(at, end);
        if (at == digits)
            return false;
    }
    if (at != end && (*at == 'e' || *at == 'E')) {
        if (++at != end && (*at == '+' || *at == '-'))
            ++at;
        const char *const digits = at;
        at = skipDigits(at, end);
        if (at == digits)
            return false;
    }
    return at == end;
}

std::optional<std::uint32_t> hexUnit(const char *at, const char *end)
{
    if (end - at < 4)
        return {};
    std::uint32_t unit = 0;
    const auto [stop, error] = std::from_chars(at, at + 4, unit, 16);
    if (error != std::errc() || stop != at + 4)
        return {};
    return unit;
}

void appendUtf8(std::string &out, std::uint32_t point)
{
    const auto add = [&out](std::uint32_t value) { out += static_cast<char>(value); };
    if (point < 0x80) {
        add(point);
    } else if (point < 0x800) {
        add(0xC0 | point >> 6);
        add(0x80 | (point & 0x3F));
    } else if (point < 0x10000) {
        add(0xE0 | point >> 12);
        add(0x80 | (point >> 6 & 0x3F));
        add(0x80 | (point & 0x3F));
    } else {
        add(0xF0 | point >> 18);
        add(0x80 | (point >> 12 & 0x3F));
        add(0x80 | (point >> 6 & 0x3F));
        add(0x80 | (point & 0x3F));
    }
}

bool isHighSurrogate(std::uint32_t unit)
{
    return unit >= 0xD800 && unit < 0xDC00;
}

bool isLowSurrogate(std::uint32_t unit)
{
    return unit >= 0xDC00 && unit < 0xE000;
}

/// Reads the escape behind a backslash, with the second half of a surrogate pair. Null when there is none.
const char *unescapeOne(const char *at, const char *end, std::string &out)
{
    constexpr std::string_view names = "\"\\/bfnrt", values = "\"\\/\b\f\n\r\t";
    if (at == end)
        return nullptr;
    if (const std::size_t found = names.find(*at); found != std::string_view::npos) {
        out += values[found];
        return at + 1;
    }
    const auto unit = *at == 'u' ? hexUnit(at + 1, end) : std::nullopt;
    if (!unit)
        return nullptr;
    at += 5;
    if (isHighSurrogate(*unit) && end - at >= 6 && at[0] == '\\' && at[1] == 'u') {
        const auto low = hexUnit(at + 2, end);
        if (low && isLowSurrogate(*low)) {
            appendUtf8(out, 0x10000 + ((*unit - 0xD800) << 10) + (*low - 0xDC00));
            return at + 6;
        }
    }
    appendUtf8(out, isHighSurrogate(*unit) || isLowSurrogate(*unit) ? 0xFFFD : *unit);
    return at;
}

bool unescape(std::string_view text, std::string &out)
{
    const char *at = text.data();
    const char *const end = at + text.size();
    while (at != end) {
        const auto *slash
            = static_cast<const char *>(std::memchr(at, '\\', static_cast<std::size_t>(end - at)));
        if (!slash) {
            out.append(at, end);
            return true;
        }
        out.append(at, slash);
        at = unescapeOne(slash + 1, end, out);
        if (!at)
            return false;
    }
    return true;
}

/// Whether all escapes of a string, given with its quotes, are known ones.
bool isUnescapable(std::string_view quoted)
{
    std::string plain;
    return unescape(quoted.substr(1, quoted.size() - 2), plain);
}

const char *messageFor(simdjson::error_code code)
{
    switch (code) {
    case simdjson::UTF8_ERROR:
        return "The text is not valid UTF-8";
    case simdjson::UNCLOSED_STRING:
        return "A string does not end";
    case simdjson::UNESCAPED_CHARS:
        return "A string holds a bare control character";
    case simdjson::EMPTY:
        return "Expected JSON and found nothing";
    case simdjson::CAPACITY:
    case simdjson::MEMALLOC:
        return "The text is too long to be read as JSON";
    default:
        return "The text is not JSON";
    }
}

} // namespace

struct JsonIndex::Stage
{
    std::unique_ptr<simdjson::internal::dom_parser_implementation> parser;
};

JsonIndex::JsonIndex()
    : m_stage(std::make_unique<Stage>())
{
}

JsonIndex::~JsonIndex() = default;

JsonIndex &JsonIndex::ofThread()
{
    thread_local JsonIndex index;
    return index;
}

Result<void> JsonIndex::build(std::string_view text)
{
    if (text.substr(0, byteOrderMark.size()) == byteOrderMark)
        text.remove_prefix(byteOrderMark.size());
    m_text = text;
    m_count = 0;
    m_unescaped.clear();
    const auto complain = [](simdjson::error_code code) {
        return Error{Error::Kind::BadInput, messageFor(code), {}};
    };
    if (text.empty())
        return complain(simdjson::EMPTY);
    auto &parser = m_stage->parser;
    if (parser && parser->capacity() > keptCapacity)
        parser.reset();
    if (!parser || parser->capacity() < text.size()) {
        const std::size_t capacity = std::max(text.size(), std::size_t(64) * 1024);
        if (const auto code
            = simdjson::get_active_implementation()->create_dom_parser_implementation(capacity, 1, parser))
            return complain(code);
    }
    const auto *bytes = reinterpret_cast<const std::uint8_t *>(text.data());
    if (const auto code = parser->stage1(bytes, text.size(), simdjson::stage1_mode::regular))
        return complain(code);
    m_tokens = parser->structural_indexes.get();
    m_count = parser->n_structural_indexes;
    m_hasEscapes = std::memchr(text.data(), '\\', text.size()) != nullptr;
    return {};
}

std::string_view JsonCursor::takeString()
{
    const std::string_view quoted = token();
    if (quoted.size() < 2 || quoted.back() != '"') {
        fail("A string does not end");
        return {};
    }
    const std::string_view text = quoted.substr(1, quoted.size() - 2);
    if (hasEscape(text)) {
        std::string &plain = m_index.m_unescaped.emplace_back();
        if (!unescape(text, plain)) {
            fail("A string holds an unknown escape");
            return {};
        }
        ++m_at;
        return plain;
    }
    ++m_at;
    return text;
}

bool JsonCursor::takeScalar()
{
    const std::string_view text = token();
    if (!isScalar(text))
        return fail("Expected a JSON value");
    ++m_at;
    return true;
}

bool JsonCursor::isScalar(std::string_view text) const
{
    switch (kindOf(text.front())) {
    case JsonKind::String:
        return text.size() >= 2 && text.back() == '"' && (!hasEscape(text) || isUnescapable(text));
    case JsonKind::True:
        return text == "true";
    case JsonKind::False:
        return text == "false";
    case JsonKind::Null:
        return text == "null";
    case JsonKind::Number:
        return isNumber(text) || (m_constants == JsonConstants::Json5 && text == "-Infinity");
    default:
        return m_constants == JsonConstants::Json5 && (text == "NaN" || text == "Infinity");
    }
}

bool JsonCursor::enter(char open, const char *expected)
{
    if (m_failed)
        return false;
    if (byte() != open)
        return fail(expected);
    ++m_at;
    return true;
}

/// Consumes a key and its colon.
bool JsonCursor::checkKey()
{
    if (byte() != '"' || !takeScalar() || byte() != ':')
        return fail("Expected a key in quotes and a colon");
    ++m_at;
    return true;
}

bool JsonCursor::skip()
{
    if (m_failed)
        return false;
    if (const char first = byte(); first == '{' || first == '[')
        return skipContainer();
    if (m_at == m_index.m_count)
        return fail("Expected a JSON value and found the end");
    return takeScalar();
}

bool JsonCursor::skipContainer()
{
    std::bitset<maxDepth> isObject;
    std::size_t depth = 0;
    while (true) {
        const char first = byte();
        if (first == '{' || first == '[') {
            if (depth == maxDepth)
                return fail("Nested deeper than 1024 levels");
            isObject[depth++] = first == '{';
            ++m_at;
            if (byte() != (first == '{' ? '}' : ']')) {
                if (first == '{' && !checkKey())
                    return false;
                continue;
            }
        } else if (m_at == m_index.m_count) {
            return fail("Expected a JSON value and found the end");
        } else if (!takeScalar()) {
            return false;
        }
        // Behind a value, or before the end of an empty container: close all that ends here.
        while (depth > 0 && byte() == (isObject[depth - 1] ? '}' : ']')) {
            ++m_at;
            --depth;
        }
        if (depth == 0)
            return true;
        if (byte() != ',')
            return fail("Expected a comma or the end of a container");
        ++m_at;
        if (isObject[depth - 1] && !checkKey())
            return false;
    }
}

std::string_view JsonCursor::string()
{
    if (m_failed)
        return {};
    if (kind() == JsonKind::String)
        return takeString();
    skip();
    return {};
}

std::string_view JsonCursor::textOf()
{
    return kind() == JsonKind::String ? string() : raw();
}

std::string_view JsonCursor::raw()
{
    if (m_failed || m_at >= m_index.m_count)
        return skip(), std::string_view();
    const char *const from = start();
    const std::string_view scalar = token();
    const bool container = *from == '{' || *from == '[';
    if (!skip())
        return {};
    if (!container)
        return scalar;
    const char *const last = m_index.m_text.data() + m_index.m_tokens[m_at - 1];
    return {from, static_cast<std::size_t>(last + 1 - from)};
}

std::optional<double> JsonCursor::number()
{
    if (kind() != JsonKind::Number) {
        skip();
        return {};
    }
    return numberFromText(raw());
}

bool JsonCursor::finish()
{
    if (!m_failed && m_at != m_index.m_count)
        return fail("There is more behind the end of the JSON");
    return !m_failed;
}

bool JsonCursor::fail(std::string message)
{
    if (!m_failed) {
        m_failed = true;
        m_message = std::move(message);
    }
    return false;
}

Error JsonCursor::error() const
{
    return {Error::Kind::BadInput, m_message, m_where};
}

void JsonCursor::within(std::string_view key)
{
    std::string where(key.substr(0, 64));
    if (!m_where.empty())
        where += m_where.front() == '[' ? m_where : " › " + m_where;
    m_where = std::move(where);
}

void JsonCursor::within(std::size_t at)
{
    std::string where = '[' + std::to_string(at) + ']';
    if (!m_where.empty())
        where += m_where.front() == '[' ? m_where : " › " + m_where;
    m_where = std::move(where);
}

std::optional<double> numberFromText(std::string_view text)
{
    double value = 0;
    const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || stop != text.data() + text.size() || value - value != 0)
        return {};
    return value;
}

} // namespace Weir
