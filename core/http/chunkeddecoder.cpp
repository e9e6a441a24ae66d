#include "core/http/chunkeddecoder.h"

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
    } else if (!HttpSyntax::allAre(extensions, HttpSyntax::FieldValue)) {
        fail({400, "A chunk extension holds a control character"});
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
    else if (!HttpSyntax::splitField(*line, error))
        fail(error);
    else
        --m_limits.trailerCount;
}

void ChunkedDecoder::fail(HttpError error)
{
    m_error = error;
    m_state = State::Failed;
}

} // namespace Weir
