#include "core/schema/jsonschema/jsontape.h"

#include "core/schema/jsonschema/jsondecimal.h"

#include <algorithm>
#include <array>
#include <functional>

#include <nlohmann/json.hpp>

namespace Weir {

namespace {

/// Tells most keys apart without looking at all of their bytes.
std::uint32_t fingerprint(std::string_view key)
{
    if (key.empty())
        return 0;
    const auto byte
        = [&](std::size_t at) { return static_cast<std::uint32_t>(static_cast<unsigned char>(key[at])); };
    return static_cast<std::uint32_t>(key.size()) << 24 ^ byte(0) << 16 ^ byte(key.size() / 2) << 8
        ^ byte(key.size() - 1);
}

std::size_t mixed(std::size_t seed, std::size_t value)
{
    return (seed ^ value) * 0x9E3779B97F4A7C15ULL + (seed >> 7);
}

/// Where nlohmann's parser stops: our own reader knows the reason, but not the byte.
struct StopFinder : nlohmann::json_sax<nlohmann::json>
{
    std::size_t position = 0;
    std::string message;

    bool null() override { return true; }
    bool boolean(bool) override { return true; }
    bool number_integer(number_integer_t) override { return true; }
    bool number_unsigned(number_unsigned_t) override { return true; }
    bool number_float(number_float_t, const string_t &) override { return true; }
    bool string(string_t &) override { return true; }
    bool binary(binary_t &) override { return true; }
    bool start_object(std::size_t) override { return true; }
    bool key(string_t &) override { return true; }
    bool end_object() override { return true; }
    bool start_array(std::size_t) override { return true; }
    bool end_array() override { return true; }
    bool parse_error(std::size_t at, const std::string &, const nlohmann::json::exception &) override
    {
        position = at;
        return false;
    }
};

bool equalObjects(const JsonTape &a, std::uint32_t atA, const JsonTape &b, std::uint32_t atB);

std::vector<std::uint32_t> sortedMembers(const JsonTape &tape, std::uint32_t at)
{
    std::vector<std::uint32_t> members;
    tape.forEach(at, [&](std::uint32_t member) { members.push_back(member); });
    std::ranges::sort(members, {}, [&](std::uint32_t member) { return tape[member].key; });
    return members;
}

bool equalArrays(const JsonTape &a, std::uint32_t atA, const JsonTape &b, std::uint32_t atB)
{
    std::uint32_t i = atA + 1, j = atB + 1;
    for (; i < a[atA].end; i = a[i].end, j = b[j].end) {
        if (!jsonEqual(a, i, b, j))
            return false;
    }
    return true;
}

bool equalObjects(const JsonTape &a, std::uint32_t atA, const JsonTape &b, std::uint32_t atB)
{
    const auto left = sortedMembers(a, atA), right = sortedMembers(b, atB);
    for (std::size_t i = 0; i < left.size(); ++i) {
        if (a[left[i]].key != b[right[i]].key || !jsonEqual(a, left[i], b, right[i]))
            return false;
    }
    return true;
}

} // namespace

JsonTape::JsonTape()
    : m_index(std::make_unique<JsonIndex>())
{
}

Result<void> JsonTape::read(std::string_view json)
{
    m_values.clear();
    m_unescaped.clear();
    m_position = 0;
    m_text = json;
    if (!m_index)
        m_index = std::make_unique<JsonIndex>();
    if (const auto built = m_index->build(json); !built)
        return built.error();
    JsonCursor cursor(*m_index);
    readValue(cursor, {}, 0);
    if (!cursor.finish()) {
        m_values.clear();
        return cursor.error();
    }
    return {};
}

void JsonTape::settle()
{
    const auto own = [this](std::string_view &text) {
        const bool isOfText
            = text.empty() || (text.data() >= m_text.data() && text.data() < m_text.data() + m_text.size());
        if (!isOfText)
            text = m_unescaped.emplace_back(text);
    };
    for (JsonValue &value : m_values) {
        own(value.key);
        own(value.text);
    }
    m_values.shrink_to_fit();
    m_index.reset();
}

void JsonTape::setString(std::string_view text)
{
    m_text = {};
    m_values.assign(1, {{}, text, 0, 1, 0, JsonKind::String, false, false});
}

/// `bytes` have been read; those that had escapes lie elsewhere and do not tell where.
void JsonTape::passed(std::string_view bytes)
{
    if (bytes.data() >= m_text.data() && bytes.data() <= m_text.data() + m_text.size())
        m_position = static_cast<std::uint32_t>(bytes.data() + bytes.size() - m_text.data());
}

void JsonTape::readValue(JsonCursor &cursor, std::string_view key, int depth)
{
    const auto at = static_cast<std::uint32_t>(m_values.size());
    JsonValue &value = m_values.emplace_back();
    value.key = key;
    value.kind = cursor.kind();
    value.offset = m_position;
    value.end = at + 1;
    if (value.kind == JsonKind::String) {
        value.text = cursor.string();
        passed(value.text);
        m_position += m_position < m_text.size(); // The quote.
        return;
    }
    if (value.kind == JsonKind::Object || value.kind == JsonKind::Array) {
        if (depth == maxDepth)
            cursor.fail("Nested deeper than " + std::to_string(maxDepth) + " levels");
        else
            readContainer(cursor, at, depth); // What it appends makes `value` dangle.
        return;
    }
    const std::string_view text = cursor.raw();
    passed(text);
    if (value.kind == JsonKind::Number)
        value.text = text;
}

void JsonTape::readContainer(JsonCursor &cursor, std::uint32_t at, int depth)
{
    const bool isObject = m_values[at].kind == JsonKind::Object;
    std::uint32_t count = 0;
    const auto visit = [&](std::string_view key) {
        ++count;
        if (!key.empty()) {
            passed(key);
            ++m_position;
        }
        readValue(cursor, key, depth + 1);
    };
    if (isObject) {
        const std::string_view bytes = cursor.objectBytes(visit);
        m_values[at].text = bytes;
        passed(bytes);
        if (!bytes.empty())
            m_values[at].offset = static_cast<std::uint32_t>(bytes.data() - m_text.data());
    } else {
        const std::size_t opened = m_text.find('[', m_position);
        m_position = static_cast<std::uint32_t>(std::min(opened, m_text.size() - 1) + 1);
        cursor.array([&](std::size_t) { visit({}); });
        const std::size_t closed = m_text.find(']', m_position);
        if (closed != std::string_view::npos)
            m_position = static_cast<std::uint32_t>(closed + 1);
    }
    m_values[at].end = size();
    m_values[at].count = count;
    if (isObject && count > 1)
        markShadowed(at);
}

void JsonTape::markShadowed(std::uint32_t at)
{
    const auto shadow = [&](std::uint32_t member) {
        m_values[member].isShadowed = true;
        --m_values[at].count;
    };
    constexpr std::uint32_t few = 48;
    if (m_values[at].count > few) {
        const auto members = sortedMembers(*this, at);
        // Sorted by key only: of those alike, the one that stands last in the text counts.
        for (std::size_t i = 0; i < members.size();) {
            std::size_t next = i + 1;
            std::uint32_t last = members[i];
            for (; next < members.size() && m_values[members[next]].key == m_values[members[i]].key; ++next)
                last = std::max(last, members[next]);
            for (; i < next; ++i) {
                if (members[i] != last)
                    shadow(members[i]);
            }
        }
        return;
    }
    std::array<std::uint32_t, few> prints, members;
    std::array<std::uint64_t, 4> seen{};
    std::size_t count = 0;
    for (std::uint32_t i = at + 1; i < m_values[at].end; i = m_values[i].end) {
        const std::uint32_t print = fingerprint(m_values[i].key);
        // Of 256 bits one is this fingerprint's: where it is free, no other key before was the same.
        const std::uint32_t bit = (print * 0x9E3779B1U) >> 24;
        const bool mayRepeat = (seen[bit / 64] >> bit % 64 & 1) != 0;
        seen[bit / 64] |= std::uint64_t(1) << bit % 64;
        for (std::size_t before = 0; mayRepeat && before < count; ++before) {
            if (prints[before] == print && m_values[members[before]].key == m_values[i].key
                && !m_values[members[before]].isShadowed)
                shadow(members[before]);
        }
        prints[count] = print;
        members[count++] = i;
    }
}

std::uint32_t JsonTape::member(std::uint32_t at, std::string_view key) const
{
    if (at >= size() || m_values[at].kind != JsonKind::Object)
        return none;
    for (std::uint32_t i = at + 1; i < m_values[at].end; i = m_values[i].end) {
        if (!m_values[i].isShadowed && m_values[i].key == key)
            return i;
    }
    return none;
}

TextPosition JsonTape::positionOf(std::uint32_t at) const
{
    std::size_t offset = at < size() ? m_values[at].offset : 0;
    if (m_text.substr(0, 3) == "\xEF\xBB\xBF" && offset < 3)
        offset = 3;
    offset = std::min(m_text.find_first_not_of(" \n\r\t:,", offset), m_text.size());
    return textPosition(m_text, offset);
}

std::string JsonTape::pointerTo(std::uint32_t at) const
{
    std::string pointer;
    std::uint32_t here = 0;
    while (here < at && at < size()) {
        std::size_t index = 0;
        std::uint32_t child = here + 1;
        for (; m_values[child].end <= at; child = m_values[child].end)
            ++index;
        pointer += '/';
        pointer += m_values[here].kind == JsonKind::Object ? pointerPart(m_values[child].key)
                                                           : std::to_string(index);
        here = child;
    }
    return pointer;
}

TextPosition textPosition(std::string_view text, std::size_t offset)
{
    TextPosition position;
    for (const char c : text.substr(0, std::min(offset, text.size()))) {
        if (c == '\n') {
            ++position.line;
            position.column = 1;
        } else if ((static_cast<unsigned char>(c) & 0xC0) != 0x80) {
            ++position.column;
        }
    }
    return position;
}

Result<void> readWithPosition(JsonTape &tape, std::string_view json)
{
    const auto done = tape.read(json);
    if (done)
        return done;
    StopFinder finder;
    Error error = done.error();
    std::size_t offset = json.size();
    // What nests too deep is JSON to the other parser; the end of the text is as good a place as any.
    if (!nlohmann::json::sax_parse(json, &finder) && finder.position > 0)
        offset = std::min(finder.position - 1, json.size());
    error.where = toText(textPosition(json, offset)) + (error.where.empty() ? "" : " › " + error.where);
    return error;
}

std::string toText(TextPosition position)
{
    return "line " + std::to_string(position.line) + ", column " + std::to_string(position.column);
}

std::string pointerPart(std::string_view key)
{
    std::string part;
    for (const char c : key) {
        if (c == '~')
            part += "~0";
        else if (c == '/')
            part += "~1";
        else
            part += c;
    }
    return part;
}

bool jsonEqual(const JsonTape &a, std::uint32_t atA, const JsonTape &b, std::uint32_t atB)
{
    const JsonValue &left = a[atA], &right = b[atB];
    if (left.kind != right.kind || left.count != right.count)
        return false;
    switch (left.kind) {
    case JsonKind::String:
        return left.text == right.text;
    case JsonKind::Number:
        return left.text == right.text || compare(JsonDecimal(left.text), JsonDecimal(right.text)) == 0;
    case JsonKind::Array:
        return equalArrays(a, atA, b, atB);
    case JsonKind::Object:
        return equalObjects(a, atA, b, atB);
    default:
        return true;
    }
}

std::size_t jsonHash(const JsonTape &tape, std::uint32_t at)
{
    const JsonValue &value = tape[at];
    std::size_t hash = mixed(static_cast<std::size_t>(value.kind), value.count);
    switch (value.kind) {
    case JsonKind::String:
        return mixed(hash, std::hash<std::string_view>()(value.text));
    case JsonKind::Number:
        return mixed(hash, JsonDecimal(value.text).hash());
    case JsonKind::Array:
        tape.forEach(at, [&](std::uint32_t item) { hash = mixed(hash, jsonHash(tape, item)); });
        return hash;
    case JsonKind::Object: {
        std::size_t sum = 0; // In any order.
        tape.forEach(at, [&](std::uint32_t member) {
            sum += mixed(std::hash<std::string_view>()(tape[member].key), jsonHash(tape, member));
        });
        return mixed(hash, sum);
    }
    default:
        return hash;
    }
}

} // namespace Weir
