#pragma once

#include "core/http/chunkeddecoder.h"
#include "core/http/httpmessage.h"
#include "core/http/httpsyntax.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace Weir {

/// How much one request may cost. What is beyond is refused before it is kept.
struct RequestLimits
{
    std::size_t requestLineBytes = std::size_t(16) * 1024; ///< Without CRLF. Beyond: 414.
    std::size_t headBytes
        = std::size_t(64) * 1024; ///< Request line, fields and trailers, with CRLF. Beyond: 431.
    std::size_t fieldCount = 200; ///< Fields and trailers. Beyond: 431.
    std::size_t bodyBytes = std::size_t(32) * 1024 * 1024; ///< As sent, de-chunked. Beyond: 413.
    std::size_t chunkExtensionBytes = std::size_t(16) * 1024; ///< All of a body's together. Beyond: 400.
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
    enum class State : std::uint8_t { RequestLine, Fields, Head, SizedBody, ChunkedBody, Done, Failed };

    void readRequestLine(std::string_view &bytes);
    void parseRequestLine(std::string_view line);
    void parseTarget(std::string_view target);
    void parseAbsoluteTarget(std::string_view target);
    void readField(std::string_view &bytes);
    void keepField(std::string_view line, const HttpSyntax::FieldLine &field);
    void noteField(std::string_view name, std::string_view value);
    void noteContentLength(std::string_view value);
    void noteTransferEncoding(std::string_view value);
    void noteConnection(std::string_view value);
    void finishHead();
    void beginBody();
    void readSizedBody(std::string_view &bytes);
    void readChunkedBody(std::string_view &bytes);
    void appendBody(std::string_view piece, std::uint64_t expected);
    void reset();
    void fail(int status, std::string_view reason);

    /// What the fields of one head say about the message itself.
    struct Framing
    {
        std::optional<std::uint64_t> contentLength;
        std::uint32_t hosts = 0;
        bool chunked = false;
        bool expectsContinue = false, expectsUnknown = false;
        bool wantsClose = false, wantsKeepAlive = false;
    };

    RequestLimits m_limits;
    State m_state = State::RequestLine;
    bool m_needMore = false;
    bool m_sawEmptyLine = false;
    bool m_keepAlive = false;
    Framing m_framing;
    HttpRequest m_request;
    HttpError m_error;
    LineReader m_lines;
    ChunkedDecoder m_chunks;
    std::string m_requestLine; ///< As sent, without its line end.
    std::string m_authority; ///< Of an absolute-form target.
    std::string m_rejected; ///< The line that was refused.
    std::size_t m_headBytes = 0;
    std::uint64_t m_bodyLeft = 0;
};

} // namespace Weir
