#include "core/http/chunkeddecoder.h"

#include "core/http/httpmessage.h"

#include <algorithm>

namespace Weir {

namespace {

constexpr std::size_t sizeDigits = 16; // Leading zeros included: more would only hide the size.

int hexDigit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return -1;
}

/// How many characters in front of `text` are of this class.
std::size_t spanOf(std::string_view text, HttpSyntax::CharClass wanted)
{
    const auto *end
        = std::find_if(text.begin(), text.end(), [=](char c) { return !HttpSyntax::is(c, wanted); });
    return static_cast<std::size_t>(end - text.begin());
}

/// The size of the quoted string in front of `text`; 0 when there is none.
std::size_t quotedSpanOf(std::string_view text)
{
    if (!text.starts_with('"'))
        return 0;
    for (std::size_t i = 1; i < text.size() && HttpSyntax::is(text[i], HttpSyntax::FieldValue); ++i) {
        if (text[i] == '"')
            return i + 1;
        i += text[i] == '\\';
    }
    return 0;
}

/// `;name`, `;name=token`, `;name="quoted"`, any number of them, with no blanks between: nobody sends any,
/// and those that readers disagree about have been used to smuggle.
bool areExtensions(std::string_view text)
{
    while (!text.empty()) {
        if (text.front() != ';')
            return false;
        text.remove_prefix(1);
        const std::size_t name = spanOf(text, HttpSyntax::Token);
        text.remove_prefix(name);
        if (name == 0)
            return false;
        if (!text.starts_with('='))
            continue;
        text.remove_prefix(1);
        const std::size_t value = std::max(spanOf(text, HttpSyntax::Token), quotedSpanOf(text));
        text.remove_prefix(value);
        if (value == 0)
            return false;
    }
    return true;
}

} // namespace

void ChunkedDecoder::begin(const Limits &limits)
{
    m_limits = limits;
    m_lines.clear();
    m_bodyBytes = 0;
    m_left = 0;
    m_state = State::Size;
}

ChunkedDecoder::Event ChunkedDecoder::decode(std::string_view &bytes)
{
    m_needMore = false;
    while (!m_needMore) {
        switch (m_state) {
        case State::Size:
            readSize(bytes);
            break;
        case State::Data:
            if (bytes.empty())
                return Event::NeedMore;
            m_piece
                = bytes.substr(0, static_cast<std::size_t>(std::min<std::uint64_t>(bytes.size(), m_left)));
            bytes.remove_prefix(m_piece.size());
            m_left -= m_piece.size();
            if (m_left == 0) {
                m_state = State::DataEnd;
                m_left = 2;
            }
            return Event::Piece;
        case State::DataEnd:
            readDataEnd(bytes);
            break;
        case State::Trailers:
            readTrailer(bytes);
            break;
        case State::Complete:
            return Event::Complete;
        case State::Failed:
            return Event::Failed;
        }
    }
    return Event::NeedMore;
}

void ChunkedDecoder::readSize(std::string_view &bytes)
{
    switch (m_lines.read(bytes, sizeDigits + m_limits.extensionBytes + 2)) {
    case LineReader::Outcome::NeedMore:
        m_needMore = true;
        return;
    case LineReader::Outcome::TooLong:
        fail({400, "The chunk extensions are too long"});
        return;
    case LineReader::Outcome::Line:
        break;
    }
    if (const auto line = HttpSyntax::withoutLineEnd(m_lines.line()))
        parseSize(*line);
    else
        fail({400, "A chunk size does not end in CRLF"});
}

void ChunkedDecoder::parseSize(std::string_view line)
{
    std::size_t digits = 0;
    std::uint64_t size = 0;
    while (digits < line.size() && digits < sizeDigits && hexDigit(line[digits]) >= 0)
        size = size * 16 + static_cast<std::uint64_t>(hexDigit(line[digits++]));
    const std::string_view extensions = line.substr(digits);
    if (digits == 0 || (!extensions.empty() && extensions.front() != ';')) {
        fail({400, "A chunk size is not a hexadecimal number"});
    } else if (!areExtensions(extensions)) {
        fail({400, "A chunk extension is malformed"});
    } else if (extensions.size() > m_limits.extensionBytes) {
        fail({400, "The chunk extensions are too long"});
    } else if (size > m_limits.bodyBytes - m_bodyBytes) {
        fail({413, "The body is too large"});
    } else {
        m_limits.extensionBytes -= extensions.size();
        m_bodyBytes += size;
        m_left = size;
        m_state = size == 0 ? State::Trailers : State::Data;
    }
}

void ChunkedDecoder::readDataEnd(std::string_view &bytes)
{
    while (m_left > 0) {
        if (bytes.empty()) {
            m_needMore = true;
            return;
        }
        if (bytes.front() != (m_left == 2 ? '\r' : '\n')) {
            fail({400, "A chunk is longer than its size"});
            return;
        }
        bytes.remove_prefix(1);
        --m_left;
    }
    m_state = State::Size;
}

void ChunkedDecoder::readTrailer(std::string_view &bytes)
{
    switch (m_lines.read(bytes, m_limits.trailerBytes)) {
    case LineReader::Outcome::NeedMore:
        m_needMore = true;
        return;
    case LineReader::Outcome::TooLong:
        fail({431, "The trailers are too long"});
        return;
    case LineReader::Outcome::Line:
        m_limits.trailerBytes -= m_lines.line().size();
    }
    const auto line = HttpSyntax::withoutLineEnd(m_lines.line());
    HttpError error;
    if (!line)
        fail({400, "A trailer line does not end in CRLF"});
    else if (line->empty())
        m_state = State::Complete;
    else if (m_limits.trailerCount == 0)
        fail({431, "There are too many trailers"});
    else if (const auto field = HttpSyntax::splitField(*line, error); !field)
        fail(error);
    else if (equalsIgnoreCase(field->name, "Content-Length")
        || equalsIgnoreCase(field->name, "Transfer-Encoding"))
        fail({400, "A trailer speaks of the body's length"}); // RFC 9110, 6.5.1: never sent in good faith.
    else
        --m_limits.trailerCount;
}

void ChunkedDecoder::fail(HttpError error)
{
    m_error = error;
    m_state = State::Failed;
}

} // namespace Weir
