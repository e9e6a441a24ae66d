#pragma once

#include "core/http/httpsyntax.h"

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace Weir {

/// Takes the chunked transfer coding (RFC 9112, 7.1) off a body, piece by piece. Keeps nothing but a line
/// that has come in part. Extensions and trailers are checked, counted and dropped.
class ChunkedDecoder
{
public:
    struct Limits
    {
        std::uint64_t bodyBytes = 0; ///< Beyond: 413.
        std::size_t extensionBytes = std::size_t(16) * 1024; ///< All extensions together. Beyond: 400.
        std::size_t trailerBytes = 0, trailerCount = 0; ///< Beyond: 431.
    };

    void begin(const Limits &limits);

    enum class Event : std::uint8_t {
        NeedMore, ///< All bytes are used up.
        Piece, ///< piece() is the next part of the body. Call again.
        Complete, ///< `bytes` begins with what follows the body.
        Failed, ///< error() says why.
    };
    Event decode(std::string_view &bytes);

    std::string_view piece() const { return m_piece; } ///< A view into the bytes given to decode().
    const HttpError &error() const { return m_error; }

private:
    enum class State : std::uint8_t { Size, Data, DataEnd, Trailers, Complete, Failed };
    void readSize(std::string_view &bytes);
    void parseSize(std::string_view line);
    void readDataEnd(std::string_view &bytes);
    void readTrailer(std::string_view &bytes);
    void fail(HttpError error);

    Limits m_limits;
    LineReader m_lines;
    HttpError m_error;
    std::string_view m_piece;
    std::uint64_t m_left = 0; ///< Of the chunk's data, or of its line end.
    std::uint64_t m_bodyBytes = 0;
    State m_state = State::Size;
    bool m_needMore = false;
};

} // namespace Weir
