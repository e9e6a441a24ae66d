#pragma once

#include "core/http/httpmessage.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace Weir {

/// How much one request may cost. What is beyond is refused before it is kept.
struct RequestLimits
{
    std::size_t requestLineBytes = 16 * 1024; ///< Without CRLF. Beyond: 414.
    std::size_t headBytes = 64 * 1024; ///< Request line, fields and trailers, with CRLF. Beyond: 431.
    std::size_t fieldCount = 200; ///< Fields and trailers. Beyond: 431.
    std::size_t bodyBytes = 32 * 1024 * 1024; ///< As sent, de-chunked. Beyond: 413.
    std::size_t chunkLineBytes = 4 * 1024; ///< A chunk's size with its extensions. Beyond: 400.
};

/// Why a request is refused. After one, the connection is answered and closed: where the next request would
/// begin is unknowable.
struct HttpError
{
    int status = 400;
    std::string_view reason; ///< A literal: one sentence without a full stop.
    bool operator==(const HttpError &) const = default;
};

/// Bytes in, requests out: a strict HTTP/1.1 (and 1.0) parser without input or output of its own. Where the
/// standard (RFC 9110, RFC 9112) lets a receiver be lenient about framing, it is not, since two readers that
/// disagree about where a request ends can be played against each other. Any split of the same bytes gives
/// the same events. Holds at most one request; costs no memory between two.
class RequestParser
{
public:
    explicit RequestParser(RequestLimits limits = {});

    enum class Event : std::uint8_t {
        NeedMore, ///< All bytes are used up.
        ContinueExpected, ///< The client waits for "100 Continue" before it sends the body. Call again.
        Complete, ///< takeRequest() has it; `bytes` begins with what follows it. Call again.
        Failed, ///< error() says why. Nothing more is parsed.
    };

    /// Takes from the front of `bytes` what belongs to the current request.
    Event parse(std::string_view &bytes);

    /// After Complete, once. `peer` is left empty.
    HttpRequest takeRequest();
    /// After Complete and until the next parse(): does the client want the connection to stay open?
    bool keepAlive() const { return m_keepAlive; }

    /// After Failed.
    const HttpError &error() const { return m_error; }
    /// The part of the current request up to now, without its body: what is shown of a malformed one.
    QByteArray receivedHead() const;

    enum class Place : std::uint8_t { Between, Head, Body };
    /// Where in a request the next byte belongs. Between: none has begun.
    Place place() const;
    /// Memory that the unfinished request holds.
    std::size_t bufferedBytes() const;

private:
    enum class State : std::uint8_t {
        RequestLine,
        Fields,
        ExpectContinue,
        SizedBody,
        ChunkSize,
        ChunkData,
        ChunkEnd,
        Trailers,
        Done,
        Failed,
    };

    /// The next line with its line feed, from `bytes` or from what was kept of it; empty when it has not yet
    /// come as a whole (or it is too long: then the state is Failed).
    std::string_view nextLine(std::string_view &bytes, std::size_t limit, const HttpError &tooLong);
    std::string_view stripLineEnd(std::string_view line);
    void parseRequestLine(std::string_view line);
    void parseTarget(std::string_view target);
    void parseField(std::string_view line);
    void noteField(std::string_view name, std::string_view value);
    void noteContentLength(std::string_view value);
    void noteConnection(std::string_view value);
    void finishHead();
    void parseChunkSize(std::string_view line);
    void parseTrailer(std::string_view line);
    void appendBody(std::string_view &bytes);
    void reset();
    void fail(int status, std::string_view reason);

    RequestLimits m_limits;
    State m_state = State::RequestLine;
    HttpRequest m_request;
    HttpError m_error;
    std::string m_line; ///< A line that has come in part.
    std::string m_requestLine;
    std::string m_authority; ///< Of an absolute-form target.
    std::string m_host;
    std::size_t m_headBytes = 0;
    std::size_t m_fieldCount = 0;
    std::uint64_t m_contentLength = 0;
    std::uint64_t m_bodyLeft = 0; ///< Of the body or of the current chunk.
    std::uint8_t m_hostCount = 0;
    bool m_hasContentLength = false;
    bool m_chunked = false;
    bool m_expectsContinue = false;
    bool m_unknownExpectation = false;
    bool m_wantsClose = false;
    bool m_wantsKeepAlive = false;
    bool m_keepAlive = false;
    bool m_sawEmptyLine = false;
};

} // namespace Weir
