#include "core/store/packedid.h"

#include <bit>
#include <cstring>

namespace Weir {

namespace {

constexpr auto digitValues = [] {
    std::array<std::int8_t, 256> values{};
    values.fill(-1);
    for (int i = 0; i < 10; ++i)
        values[static_cast<std::size_t>('0' + i)] = static_cast<std::int8_t>(i);
    for (int i = 0; i < 6; ++i)
        values[static_cast<std::size_t>('a' + i)] = static_cast<std::int8_t>(10 + i);
    return values;
}();

int digit(char c)
{
    return digitValues[static_cast<unsigned char>(c)];
}

bool readHex(std::string_view text, char *to)
{
    int bad = 0; // One check at the end instead of a branch for each digit.
    for (std::size_t i = 0; i < text.size(); i += 2) {
        const int high = digit(text[i]), low = digit(text[i + 1]);
        bad |= high | low;
        *to++ = static_cast<char>((high << 4) | (low & 0xF));
    }
    return bad >= 0;
}

void writeHex(std::string_view bytes, std::string &to)
{
    constexpr char digits[] = "0123456789abcdef";
    for (const char c : bytes) {
        to += digits[static_cast<unsigned char>(c) >> 4];
        to += digits[static_cast<unsigned char>(c) & 0xF];
    }
}

} // namespace

PackedId PackedId::fromUuid(std::string_view text)
{
    PackedId id(text);
    if (text.size() != 36 || text[8] != '-' || text[13] != '-' || text[18] != '-' || text[23] != '-')
        return id;
    char *to = id.m_bytes.data();
    if (readHex(text.substr(0, 8), to) && readHex(text.substr(9, 4), to + 4)
        && readHex(text.substr(14, 4), to + 6) && readHex(text.substr(19, 4), to + 8)
        && readHex(text.substr(24, 12), to + 10))
        id.m_size = 16;
    return id;
}

PackedId PackedId::fromHex(std::string_view text)
{
    PackedId id(text);
    if ((text.size() == 16 || text.size() == 32) && readHex(text, id.m_bytes.data()))
        id.m_size = text.size() / 2;
    return id;
}

std::string uuidText(std::string_view blob)
{
    std::string text;
    text.reserve(36);
    for (const std::string_view part :
        {blob.substr(0, 4), blob.substr(4, 2), blob.substr(6, 2), blob.substr(8, 2), blob.substr(10)}) {
        if (!text.empty())
            text += '-';
        writeHex(part, text);
    }
    return text;
}

std::string hexText(std::string_view blob)
{
    std::string text;
    text.reserve(blob.size() * 2);
    writeHex(blob, text);
    return text;
}

namespace {

std::uint64_t littleWord(const char *at, std::size_t size)
{
    std::uint64_t word = 0;
    if constexpr (std::endian::native == std::endian::little) {
        std::memcpy(&word, at, size);
    } else {
        for (std::size_t i = 0; i < size; ++i)
            word |= std::uint64_t(static_cast<unsigned char>(at[i])) << (8 * i);
    }
    return word;
}

} // namespace

std::uint64_t stableHash(std::string_view text)
{
    // Eight bytes a round, little end first, then the finish of MurmurHash3.
    constexpr std::uint64_t factor = 0x9FB21C651E98DF25u;
    std::uint64_t hash = 0x9E3779B97F4A7C15u ^ (text.size() * 0xFF51AFD7ED558CCDu);
    const char *at = text.data();
    const char *const end = at + text.size();
    for (; end - at >= 8; at += 8) {
        hash = (hash ^ littleWord(at, 8)) * factor;
        hash ^= hash >> 32;
    }
    if (at != end) {
        hash = (hash ^ littleWord(at, static_cast<std::size_t>(end - at))) * factor;
        hash ^= hash >> 32;
    }
    hash ^= hash >> 33;
    hash *= 0xC4CEB9FE1A85EC53u;
    return hash ^ (hash >> 33);
}

} // namespace Weir
