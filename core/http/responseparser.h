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

/// Bytes in, answers out: the client's half of the codec, as strict as RequestParser and with as little input
/// or output of its own. Interim answers (1xx) are passed over. Any split of the bytes gives the same
/// answers.
class ResponseParser
{
public:
    struct Limits
    {
        std::size_t headBytes = std::size_t(64) * 1024, fieldCount = 200;
        std::uint64_t bodyBytes = std::uint64_t(256) * 1024 * 1024; ///< All of a body, taken or not.
    };
    ResponseParser();
    explicit ResponseParser(Limits limits);

    /// The next answer is awaited. Must be told before the one to HEAD: it announces a body that does not
    /// come.
    enum class Body : std::uint8_t { Expected, None };
    void expect(Body body);

    enum class Event : std::uint8_t {
        NeedMore, ///< All bytes are used up.
        Complete, ///< takeResponse() has it; `bytes` begins with what follows it.
        Failed, ///< error() says why. Nothing more is parsed.
    };
    /// Takes from the front of `bytes` what belongs to the current answer.
    Event parse(std::string_view &bytes);
    /// The server has closed: the end of an answer without a length, and of any other an error. NeedMore:
    /// nothing had begun.
    Event endInput();

    /// Status and headers are there. Until expect() or the next parse() that follows Complete.
    bool headComplete() const { return m_headComplete; }
    const HttpResponse &response() const { return m_response; }
    /// What has come of the body since the last call: for streams that do not end.
    std::string takeBody();
    /// After Complete, once.
    HttpResponse takeResponse();
    /// After Complete: may another request be sent on the connection?
    bool keepAlive() const { return m_keepAlive; }
    const HttpError &error() const { return m_error; } ///< After Failed. Its status means nothing here.

private:
    enum class State : std::uint8_t { StatusLine, Fields, SizedBody, ChunkedBody, OpenBody, Done, Failed };
    std::optional<std::string_view> readLine(std::string_view &bytes);
    void readStatusLine(std::string_view &bytes);
    void readField(std::string_view &bytes);
    void noteField(std::string_view name, std::string_view value);
    void finishHead();
    void readBody(std::string_view &bytes);
    void readChunkedBody(std::string_view &bytes);
    void reset();
    void fail(std::string_view reason);

    Limits m_limits;
    Body m_expected = Body::Expected;
    State m_state = State::StatusLine;
    bool m_needMore = false;
    bool m_headComplete = false;
    bool m_keepAlive = false;
    bool m_wantsClose = false, m_wantsKeepAlive = false, m_chunked = false;
    int m_minorVersion = 1;
    std::optional<std::uint64_t> m_contentLength;
    std::uint64_t m_bodyLeft = 0;
    std::size_t m_headBytes = 0;
    HttpResponse m_response;
    HttpError m_error;
    LineReader m_lines;
    ChunkedDecoder m_chunks;
};

} // namespace Weir
