#include "core/flags/flaghash.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <cstring>

namespace Weir {

namespace {

/// SHA-1 of a text that comes in pieces, of which only the first 64 bits are wanted. QCryptographicHash would
/// allocate for each of the hundred flags of a request.
class Sha1
{
public:
    void add(std::string_view text)
    {
        m_size += text.size();
        while (!text.empty()) {
            const std::size_t count = std::min(text.size(), m_block.size() - m_used);
            std::memcpy(m_block.data() + m_used, text.data(), count);
            text.remove_prefix(count);
            m_used += count;
            if (m_used == m_block.size())
                process();
        }
    }

    std::uint64_t first64Bits()
    {
        const std::uint64_t bits = m_size * 8;
        constexpr std::size_t sizeAt = 56;
        m_block[m_used++] = 0x80;
        if (m_used > sizeAt) {
            std::fill(m_block.begin() + static_cast<std::ptrdiff_t>(m_used), m_block.end(), std::uint8_t(0));
            process();
        }
        std::fill(m_block.begin() + static_cast<std::ptrdiff_t>(m_used), m_block.end(), std::uint8_t(0));
        for (std::size_t i = 0; i < 8; ++i)
            m_block[sizeAt + i] = static_cast<std::uint8_t>(bits >> (56 - 8 * i));
        process();
        return std::uint64_t(m_state[0]) << 32 | m_state[1];
    }

private:
    void process();

    std::array<std::uint32_t, 5> m_state{0x67452301, 0xEFCDAB89, 0x98BADCFE, 0x10325476, 0xC3D2E1F0};
    std::array<std::uint8_t, 64> m_block{};
    std::size_t m_used = 0;
    std::uint64_t m_size = 0;
};

std::uint32_t mix(std::size_t round, std::uint32_t b, std::uint32_t c, std::uint32_t d)
{
    if (round < 20)
        return (d ^ (b & (c ^ d))) + 0x5A827999;
    if (round < 40)
        return (b ^ c ^ d) + 0x6ED9EBA1;
    if (round < 60)
        return ((b & c) | (d & (b | c))) + 0x8F1BBCDC;
    return (b ^ c ^ d) + 0xCA62C1D6;
}

void Sha1::process()
{
    std::array<std::uint32_t, 80> words;
    for (std::size_t i = 0; i < 16; ++i) {
        words[i] = std::uint32_t(m_block[4 * i]) << 24 | std::uint32_t(m_block[4 * i + 1]) << 16
            | std::uint32_t(m_block[4 * i + 2]) << 8 | std::uint32_t(m_block[4 * i + 3]);
    }
    for (std::size_t i = 16; i < 80; ++i)
        words[i] = std::rotl(words[i - 3] ^ words[i - 8] ^ words[i - 14] ^ words[i - 16], 1);
    auto [a, b, c, d, e] = m_state;
    for (std::size_t i = 0; i < 80; ++i) {
        const std::uint32_t next = std::rotl(a, 5) + mix(i, b, c, d) + e + words[i];
        e = d;
        d = c;
        c = std::rotl(b, 30);
        b = a;
        a = next;
    }
    m_state = {m_state[0] + a, m_state[1] + b, m_state[2] + c, m_state[3] + d, m_state[4] + e};
    m_used = 0;
}

} // namespace

double flagHash(std::string_view prefix, std::string_view identifier, std::string_view salt)
{
    Sha1 sha1;
    sha1.add(prefix);
    sha1.add(identifier);
    sha1.add(salt);
    // Both sides become doubles first, as everywhere else; 2^60 - 1 rounds to 2^60.
    return static_cast<double>(sha1.first64Bits() >> 4) / static_cast<double>(0xFFFFFFFFFFFFFFF);
}

bool isInRollout(double hash, double percentage)
{
    return percentage == 100.0 || hash <= percentage / 100.0;
}

std::optional<std::size_t> pickVariant(double hash, std::span<const double> bounds)
{
    const auto found = std::ranges::find_if(bounds, [hash](double bound) { return hash < bound; });
    if (found == bounds.end())
        return std::nullopt;
    return static_cast<std::size_t>(found - bounds.begin());
}

std::string_view cutIdentifier(std::string_view text)
{
    constexpr std::size_t maxScalars = 200;
    if (text.size() <= maxScalars)
        return text;
    std::size_t scalars = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const bool continues = (static_cast<unsigned char>(text[i]) & 0xC0) == 0x80;
        if (!continues && ++scalars > maxScalars)
            return text.substr(0, i);
    }
    return text;
}

} // namespace Weir
