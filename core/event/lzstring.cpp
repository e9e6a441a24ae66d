#include "core/event/lzstring.h"

#include <QString>

#include <optional>
#include <string>
#include <vector>

namespace Weir {

namespace {

// The dictionary costs many times its input; no SDK of that time sent a hundredth of this.
constexpr std::size_t maxPackedBytes = std::size_t(8) * 1024 * 1024;

int sixBits(char c)
{
    if (c >= 'A' && c <= 'Z')
        return c - 'A';
    if (c >= 'a' && c <= 'z')
        return c - 'a' + 26;
    if (c >= '0' && c <= '9')
        return c - '0' + 52;
    return c == '+' ? 62 : c == '/' ? 63 : c == '=' ? 0 : -1;
}

/// Reads numbers of n bits, lowest bit first, from characters of six bits, highest bit first.
class BitReader
{
public:
    explicit BitReader(std::string_view text)
        : m_text(text)
    {
    }
    std::optional<std::uint32_t> read(unsigned bits)
    {
        std::uint32_t value = 0;
        for (unsigned bit = 0; bit < bits; ++bit) {
            if (m_left == 0 && !next())
                return {};
            value |= static_cast<std::uint32_t>(m_current >> --m_left & 1) << bit;
        }
        return value;
    }

private:
    bool next()
    {
        if (m_at == m_text.size())
            return false;
        m_current = sixBits(m_text[m_at++]);
        m_left = 6;
        return m_current >= 0;
    }

    std::string_view m_text;
    std::size_t m_at = 0;
    int m_current = 0;
    unsigned m_left = 0;
};

/// A phrase of the dictionary is always a stretch of what was already written.
struct Phrase
{
    std::size_t at, size;
};

/// The codes that stand for no phrase.
enum Code : std::uint32_t { NewByte = 0, NewUnit = 1, End = 2, FirstPhrase = 3 };

class Unpacker
{
public:
    Unpacker(std::string_view text, std::size_t limit)
        : m_bits(text)
        , m_limit(limit)
    {
    }
    Result<std::u16string> run()
    {
        // The first code has two bits; from then on the width follows the dictionary.
        if (!step(2))
            return m_error;
        while (!m_done)
            if (!step(m_width))
                return m_error;
        return std::move(m_out);
    }

private:
    bool step(unsigned width)
    {
        const bool first = m_out.empty();
        const auto code = m_bits.read(width);
        if (!code)
            return fail("encoding");
        if (*code == End)
            return m_done = true;
        Phrase phrase{m_out.size(), 1};
        if (*code == NewByte || *code == NewUnit) {
            const auto unit = m_bits.read(*code == NewByte ? 8 : 16);
            if (!unit)
                return fail("encoding");
            m_out += static_cast<char16_t>(*unit);
            m_phrases.push_back(phrase);
            if (!first)
                shrinkRoom();
        } else if (first || !copyPhrase(*code - FirstPhrase, phrase)) {
            return fail("encoding");
        }
        if (m_out.size() > m_limit)
            return fail("size");
        if (!first) {
            // The phrase before with the first unit of this one: they lie side by side.
            m_phrases.push_back({m_before.at, m_before.size + 1});
            shrinkRoom();
        }
        m_before = phrase;
        return m_width < 32 || fail("encoding");
    }

    bool copyPhrase(std::size_t number, Phrase &phrase)
    {
        if (number > m_phrases.size())
            return false;
        // The one number beyond the dictionary is the phrase that is just being made.
        const Phrase from
            = number == m_phrases.size() ? Phrase{m_before.at, m_before.size + 1} : m_phrases[number];
        if (m_out.size() + from.size > m_limit)
            return fail("size");
        phrase = {m_out.size(), from.size};
        for (std::size_t i = 0; i < from.size; ++i)
            m_out += m_out[from.at + i];
        return true;
    }

    void shrinkRoom()
    {
        if (--m_room == 0)
            m_room = std::uint64_t(1) << m_width++;
    }

    bool fail(const char *where)
    {
        if (m_error.where.empty())
            m_error = {Error::Kind::BadInput, "The body is not valid lz-string", where};
        return false;
    }

    BitReader m_bits;
    std::size_t m_limit;
    std::u16string m_out;
    std::vector<Phrase> m_phrases;
    Phrase m_before{0, 0};
    unsigned m_width = 3;
    std::uint64_t m_room = 4; ///< Phrases until codes get a bit wider.
    bool m_done = false;
    Error m_error;
};

} // namespace

Result<QByteArray> lzStringText(std::string_view base64, std::size_t limit)
{
    if (base64.size() > maxPackedBytes)
        return Error{Error::Kind::BadInput, "The lz-string body is larger than 8 MiB", "size"};
    // Two bytes a unit while unpacking, up to three in the result.
    WEIR_TRY(const std::u16string units, Unpacker(base64, limit / 4).run());
    return QString::fromUtf16(units.data(), static_cast<qsizetype>(units.size())).toUtf8();
}

} // namespace Weir
