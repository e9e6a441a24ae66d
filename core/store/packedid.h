#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace Weir {

/// An id as a column holds it: a blob of half the length when that loses nothing, else the text itself.
class PackedId
{
public:
    /// "01a207a0-9e1f-7994-a260-349d293faaed", lower case, becomes 16 bytes.
    static PackedId fromUuid(std::string_view text);
    /// 16 or 32 lower-case hex digits become 8 or 16 bytes.
    static PackedId fromHex(std::string_view text);

    bool isBlob() const { return m_size > 0; }
    /// Valid as long as this and the text that it was made from.
    std::string_view bytes() const { return m_size ? std::string_view(m_bytes.data(), m_size) : m_text; }

private:
    explicit PackedId(std::string_view text)
        : m_text(text)
    {
    }
    std::string_view m_text;
    std::array<char, 16> m_bytes{};
    std::size_t m_size = 0;
};

/// The ways back, for blobs of 16, and of 8 or 16 bytes.
std::string uuidText(std::string_view blob);
std::string hexText(std::string_view blob);

/// 64 bits of any text, well mixed and the same on every machine: it is stored.
std::uint64_t stableHash(std::string_view text);

} // namespace Weir
