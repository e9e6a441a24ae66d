#include "core/store/payloadquery.h"

#include "core/base/jsoncursor.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>

namespace Weir {

namespace {

using Test = EventFilter::PropertyTest;

char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
}

/// How often a byte occurs in JSON payloads, by rough classes: the search starts from the rarest.
int frequency(char c)
{
    if (std::strchr("\"eatinros:,", c))
        return 4;
    if (c >= 'a' && c <= 'z')
        return std::strchr("qxzjkvw", c) ? 1 : 3;
    if ((c >= '0' && c <= '9') || c == '_' || c == '-')
        return 2;
    return 0;
}

std::string folded(std::string_view text)
{
    std::string copy;
    foldCase(text, copy);
    return copy;
}

bool holds(const Test &test, std::string_view value)
{
    switch (test.op) {
    case Test::Op::Is:
        return value == test.value;
    case Test::Op::IsNot:
        return value != test.value;
    case Test::Op::Contains:
        return folded(value).find(folded(test.value)) != std::string::npos;
    case Test::Op::StartsWith:
        return folded(value).starts_with(folded(test.value));
    case Test::Op::Exists:
        return true;
    case Test::Op::Greater:
    case Test::Op::Less:
        break;
    }
    const auto number = numberFromText(value), limit = numberFromText(test.value);
    if (!number || !limit)
        return false;
    return test.op == Test::Op::Greater ? *number > *limit : *number < *limit;
}

} // namespace

void foldCase(std::string_view text, std::string &to)
{
    to.resize(text.size());
    // Eight bytes at a time: every byte a search looks at comes through here.
    constexpr std::uint64_t ones = 0x0101010101010101u, high = 0x80 * ones;
    std::size_t at = 0;
    for (; at + 8 <= text.size(); at += 8) {
        std::uint64_t bytes;
        std::memcpy(&bytes, text.data() + at, 8);
        const std::uint64_t low = bytes & ~high; // No carry from one byte into the next.
        const std::uint64_t fromA = low + (0x80 - 'A') * ones, beyondZ = low + (0x80 - 'Z' - 1) * ones;
        bytes |= ((fromA & ~beyondZ & ~bytes & high) >> 2);
        std::memcpy(to.data() + at, &bytes, 8);
    }
    std::transform(text.begin() + static_cast<std::ptrdiff_t>(at), text.end(),
        to.begin() + static_cast<std::ptrdiff_t>(at), lower);
}

TextSearch::TextSearch(std::string_view needle)
    : m_needle(folded(needle))
{
    for (std::size_t i = 1; i < m_needle.size(); ++i) {
        if (frequency(m_needle[i]) < frequency(m_needle[m_rarest]))
            m_rarest = i;
    }
}

bool TextSearch::isIn(std::string_view text) const
{
    if (m_needle.empty())
        return true;
    if (text.size() < m_needle.size())
        return false;
    const char *at = text.data() + m_rarest;
    const char *const end = text.data() + text.size() - (m_needle.size() - m_rarest) + 1;
    while (at < end) {
        at = static_cast<const char *>(
            std::memchr(at, m_needle[m_rarest], static_cast<std::size_t>(end - at)));
        if (!at)
            return false;
        if (std::memcmp(at - m_rarest, m_needle.data(), m_needle.size()) == 0)
            return true;
        ++at;
    }
    return false;
}

bool TextSearch::isInUnfolded(std::string_view text) const
{
    return isIn(folded(text));
}

void visitProperties(
    std::string_view payload, const std::function<bool(std::string_view, std::string_view)> &visit)
{
    JsonIndex &index = JsonIndex::ofThread();
    if (!index.build(payload))
        return;
    // The members of the event itself come last, whatever the order in which they were written.
    std::vector<std::pair<std::string_view, std::string_view>> own;
    bool wanted = true;
    const auto member = [&](std::string_view key, JsonCursor &cursor) {
        if (wanted)
            wanted = visit(key, cursor.textOf());
    };
    JsonCursor cursor(index);
    cursor.object([&](std::string_view key) {
        const bool isContainer = cursor.kind() == JsonKind::Object || cursor.kind() == JsonKind::Array;
        if (cursor.kind() == JsonKind::Object && (key == "properties" || key == "traits" || key == "context"))
            cursor.object([&](std::string_view inner) { member(inner, cursor); });
        else if (!isContainer)
            own.emplace_back(key, cursor.textOf());
    });
    for (auto it = own.begin(); wanted && it != own.end(); ++it)
        wanted = visit(it->first, it->second);
}

bool matchesProperties(std::string_view payload, const std::vector<Test> &tests)
{
    enum class Outcome : std::uint8_t { Absent, Holds, Fails };
    std::vector<Outcome> outcomes(tests.size(), Outcome::Absent);
    visitProperties(payload, [&](std::string_view key, std::string_view value) {
        for (std::size_t i = 0; i < tests.size(); ++i) {
            if (outcomes[i] == Outcome::Absent && tests[i].key == key)
                outcomes[i] = holds(tests[i], value) ? Outcome::Holds : Outcome::Fails;
        }
        return true;
    });
    for (std::size_t i = 0; i < tests.size(); ++i) {
        const bool isNot = tests[i].op == Test::Op::IsNot;
        if (outcomes[i] == Outcome::Fails || (outcomes[i] == Outcome::Absent && !isNot))
            return false;
    }
    return true;
}

} // namespace Weir
