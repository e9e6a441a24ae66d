#include "core/http/requestparser.h"

#include <algorithm>

using namespace std::string_view_literals;

namespace Weir {

using namespace HttpSyntax;

namespace {

constexpr std::string_view tooLargeBody = "The body is too large";
constexpr std::string_view tooLongHead = "The header lines are too long";

/// Most heads fit, so that most requests need one allocation for theirs.
constexpr std::size_t typicalHeadBytes = 1024, typicalFields = 16;
/// A client's word alone makes no memory: what it announces is reserved as it arrives.
constexpr std::uint64_t firstBodyReserve = 64 * 1024;

bool startsWithIgnoreCase(std::string_view text, std::string_view prefix)
{
    return text.size() >= prefix.size() && equalsIgnoreCase(text.substr(0, prefix.size()), prefix);
}

} // namespace

RequestParser::RequestParser(RequestLimits limits)
    : m_limits(limits)
{
}

RequestParser::Event RequestParser::parse(std::string_view &bytes)
{
    if (m_state == State::Done)
        reset();
    m_needMore = false;
    while (!m_needMore) {
        switch (m_state) {
        case State::RequestLine:
            readRequestLine(bytes);
            break;
        case State::Fields:
            readField(bytes);
            break;
        case State::Head:
            beginBody();
            if (m_framing.expectsContinue && m_state != State::Done)
                return Event::ContinueExpected;
            break;
        case State::SizedBody:
            readSizedBody(bytes);
            break;
        case State::ChunkedBody:
            readChunkedBody(bytes);
            break;
        case State::Done:
            return Event::Complete;
        case State::Failed:
            return Event::Failed;
        }
    }
    return Event::NeedMore;
}

void RequestParser::readRequestLine(std::string_view &bytes)
{
    if (m_lines.partial().empty() && !bytes.empty() && bytes.front() != '\r' && !is(bytes.front(), Token)) {
        // Said at once: what follows may never hold a line feed, and its sender waits for an answer.
        const bool tls = bytes.front() == '\x16';
        m_rejected = bytes.front();
        return fail(400, tls ? "This port speaks http, not https"sv : "The request has no method"sv);
    }
    switch (m_lines.read(bytes, m_limits.requestLineBytes + 2)) {
    case LineReader::Outcome::NeedMore:
        m_needMore = true;
        return;
    case LineReader::Outcome::TooLong:
        m_rejected = m_lines.partial();
        return fail(414, "The request line is too long");
    case LineReader::Outcome::Line:
        break;
    }
    const auto line = withoutLineEnd(m_lines.line());
    if (line && line->empty() && !m_sawEmptyLine) {
        m_sawEmptyLine = true; // RFC 9112, 2.2: some clients end a body with one line end too many.
        return;
    }
    if (!line) {
        m_rejected = m_lines.line();
        return fail(400, "The request line does not end in CRLF");
    }
    m_requestLine = *line;
    m_headBytes = m_lines.line().size();
    parseRequestLine(*line);
}

void RequestParser::parseRequestLine(std::string_view line)
{
    const std::size_t methodEnd = line.find(' ');
    const std::string_view method = line.substr(0, methodEnd);
    if (method.empty() || !allAre(method, Token))
        return fail(400, "The request has no method");
    if (methodEnd == std::string_view::npos)
        return fail(400, "The request line has no target");
    line.remove_prefix(methodEnd + 1);
    const std::size_t targetEnd = line.find(' ');
    const std::string_view target = line.substr(0, targetEnd);
    if (target.empty() || !allAre(target, Target))
        return fail(400, "The request target is empty or holds a forbidden character");
    const std::string_view version
        = targetEnd == std::string_view::npos ? std::string_view() : line.substr(targetEnd + 1);
    if (version == "HTTP/1.1"sv || version == "HTTP/1.0"sv) {
        m_request.minorVersion = version.back() - '0';
    } else if (version.size() == 8 && version.starts_with("HTTP/"sv) && version[5] >= '0' && version[5] <= '9'
        && version[6] == '.' && version[7] >= '0' && version[7] <= '9') {
        return fail(505, "Only HTTP/1.1 and HTTP/1.0 are spoken here");
    } else {
        return fail(400, "The request line does not end in a version of HTTP");
    }
    m_request.method = method;
    m_state = State::Fields;
    parseTarget(target);
}

void RequestParser::parseTarget(std::string_view target)
{
    if (m_request.method == "CONNECT"sv)
        return fail(501, "CONNECT is not supported");
    if (target.front() == '/' || (target == "*"sv && m_request.method == "OPTIONS"sv))
        m_request.target = target;
    else
        parseAbsoluteTarget(target);
}

void RequestParser::parseAbsoluteTarget(std::string_view target)
{
    for (const std::string_view scheme : {"http://"sv, "https://"sv}) {
        if (!startsWithIgnoreCase(target, scheme))
            continue;
        target.remove_prefix(scheme.size());
        const std::size_t authorityEnd = std::min(target.find_first_of("/?"), target.size());
        m_authority = target.substr(0, authorityEnd);
        if (m_authority.empty() || !allAre(m_authority, Authority))
            return fail(400, "The request target names no valid host");
        target.remove_prefix(authorityEnd);
        m_request.target = target.starts_with('/') ? std::string(target) : '/' + std::string(target);
        return;
    }
    fail(400, "The request target is neither a path nor an http address");
}

void RequestParser::readField(std::string_view &bytes)
{
    switch (m_lines.read(bytes, m_limits.headBytes - std::min(m_limits.headBytes, m_headBytes))) {
    case LineReader::Outcome::NeedMore:
        m_needMore = true;
        return;
    case LineReader::Outcome::TooLong:
        m_rejected = m_lines.partial();
        return fail(431, tooLongHead);
    case LineReader::Outcome::Line:
        break;
    }
    const std::string_view whole = m_lines.line();
    m_headBytes += whole.size();
    HttpError error{400, "A header line does not end in CRLF"};
    const auto line = withoutLineEnd(whole);
    if (line && line->empty())
        return finishHead();
    if (m_request.fields.size() >= m_limits.fieldCount)
        error = {431, "There are too many header lines"};
    else if (const auto field = line ? splitField(*line, error) : std::nullopt)
        return keepField(whole, *field);
    m_rejected = whole;
    fail(error.status, error.reason);
}

void RequestParser::keepField(std::string_view line, const FieldLine &field)
{
    QByteArray &head = m_request.head;
    if (head.isEmpty()) {
        head.reserve(typicalHeadBytes);
        m_request.fields.reserve(typicalFields);
    }
    const auto lineAt = static_cast<std::size_t>(head.size());
    const auto extent = [&](std::string_view part) {
        return static_cast<std::uint32_t>(lineAt + static_cast<std::size_t>(part.data() - line.data()));
    };
    m_request.fields.push_back({extent(field.name), static_cast<std::uint32_t>(field.name.size()),
        extent(field.value), static_cast<std::uint32_t>(field.value.size())});
    head.append(line.data(), static_cast<qsizetype>(line.size()));
    noteField(field.name, field.value);
}

void RequestParser::noteField(std::string_view name, std::string_view value)
{
    // The length first: it tells the few that matter apart from nearly all others.
    switch (name.size()) {
    case 4:
        if (!equalsIgnoreCase(name, "Host"))
            return;
        if (++m_framing.hosts > 1)
            fail(400, "There is more than one Host header");
        else if (!allAre(value, Authority))
            fail(400, "The Host header holds a forbidden character");
        return;
    case 6:
        if (equalsIgnoreCase(name, "Expect"))
            (equalsIgnoreCase(value, "100-continue") ? m_framing.expectsContinue : m_framing.expectsUnknown)
                = true;
        return;
    case 10:
        if (equalsIgnoreCase(name, "Connection"))
            noteConnection(value);
        return;
    case 14:
        if (equalsIgnoreCase(name, "Content-Length"))
            noteContentLength(value);
        return;
    case 17:
        if (equalsIgnoreCase(name, "Transfer-Encoding"))
            noteTransferEncoding(value);
        return;
    default:
        return;
    }
}

void RequestParser::noteContentLength(std::string_view value)
{
    const auto length = parseLength(value);
    if (!length)
        return fail(400, "The Content-Length is not a number");
    if (m_framing.contentLength && *m_framing.contentLength != *length)
        return fail(400, "There are two different Content-Length headers");
    m_framing.contentLength = length;
}

void RequestParser::noteTransferEncoding(std::string_view value)
{
    if (m_framing.chunked)
        return fail(400, "There is more than one Transfer-Encoding header");
    if (!equalsIgnoreCase(value, "chunked"))
        return fail(501, "No Transfer-Encoding but chunked is supported");
    m_framing.chunked = true;
}

void RequestParser::noteConnection(std::string_view value)
{
    forEachListItem(value, [this](std::string_view option) {
        if (equalsIgnoreCase(option, "close"))
            m_framing.wantsClose = true;
        else if (equalsIgnoreCase(option, "keep-alive"))
            m_framing.wantsKeepAlive = true;
    });
}

void RequestParser::finishHead()
{
    const bool is11 = m_request.minorVersion == 1;
    if (m_framing.chunked && !is11)
        return fail(400, "HTTP/1.0 has no Transfer-Encoding");
    if (m_framing.chunked && m_framing.contentLength)
        return fail(400, "There are both a Content-Length and a Transfer-Encoding");
    if (is11 && m_framing.hosts == 0)
        return fail(400, "There is no Host header");
    if (!m_authority.empty() && m_framing.hosts > 0
        && !equalsIgnoreCase(m_authority, m_request.header("Host")))
        return fail(400, "The Host header is not the host of the request target");
    if (m_framing.contentLength.value_or(0) > m_limits.bodyBytes)
        return fail(413, tooLargeBody);
    if (is11 && m_framing.expectsUnknown)
        return fail(417, "No expectation but 100-continue is known");
    m_framing.expectsContinue = m_framing.expectsContinue && is11;
    m_keepAlive = !m_framing.wantsClose && (is11 || m_framing.wantsKeepAlive);
    m_state = State::Head;
}

void RequestParser::beginBody()
{
    m_bodyLeft = m_framing.contentLength.value_or(0);
    if (m_framing.chunked) {
        m_chunks.begin({m_limits.bodyBytes, m_limits.chunkExtensionBytes, m_limits.headBytes - m_headBytes,
            m_limits.fieldCount - m_request.fields.size()});
        m_state = State::ChunkedBody;
    } else {
        m_state = m_bodyLeft > 0 ? State::SizedBody : State::Done;
    }
}

void RequestParser::readSizedBody(std::string_view &bytes)
{
    const auto taken = static_cast<std::size_t>(std::min<std::uint64_t>(bytes.size(), m_bodyLeft));
    appendBody(bytes.substr(0, taken), m_bodyLeft);
    bytes.remove_prefix(taken);
    m_bodyLeft -= taken;
    if (m_bodyLeft == 0)
        m_state = State::Done;
    else
        m_needMore = true;
}

void RequestParser::readChunkedBody(std::string_view &bytes)
{
    switch (m_chunks.decode(bytes)) {
    case ChunkedDecoder::Event::NeedMore:
        m_needMore = true;
        return;
    case ChunkedDecoder::Event::Piece:
        return appendBody(m_chunks.piece(), 0);
    case ChunkedDecoder::Event::Complete:
        m_state = State::Done;
        return;
    case ChunkedDecoder::Event::Failed:
        return fail(m_chunks.error().status, m_chunks.error().reason);
    }
}

void RequestParser::appendBody(std::string_view piece, std::uint64_t expected)
{
    QByteArray &body = m_request.body;
    if (body.capacity() < body.size() + static_cast<qsizetype>(piece.size())) {
        const std::uint64_t wanted
            = static_cast<std::uint64_t>(body.size()) + std::max<std::uint64_t>(expected, piece.size());
        const std::uint64_t arrived = static_cast<std::uint64_t>(body.size()) + piece.size();
        body.reserve(static_cast<qsizetype>(
            expected > 0 ? std::min(wanted, std::max(2 * arrived, firstBodyReserve)) : 2 * arrived));
    }
    body.append(piece.data(), static_cast<qsizetype>(piece.size()));
}

HttpRequest RequestParser::takeRequest()
{
    return std::exchange(m_request, {});
}

QByteArray RequestParser::receivedHead() const
{
    QByteArray head;
    if (!m_requestLine.empty())
        head.append(m_requestLine.data(), static_cast<qsizetype>(m_requestLine.size())).append("\r\n");
    head.append(m_request.head);
    const std::string_view rest = m_state == State::Failed ? m_rejected : m_lines.partial();
    return head.append(rest.data(), static_cast<qsizetype>(rest.size()));
}

RequestParser::Place RequestParser::place() const
{
    switch (m_state) {
    case State::RequestLine:
        return m_lines.partial().empty() ? Place::Between : Place::Head;
    case State::Fields:
    case State::Head:
        return Place::Head;
    case State::SizedBody:
    case State::ChunkedBody:
        return Place::Body;
    case State::Done:
    case State::Failed:
        break;
    }
    return Place::Between;
}

std::size_t RequestParser::bufferedBytes() const
{
    return m_lines.bufferedBytes()
        + static_cast<std::size_t>(m_request.head.capacity() + m_request.body.capacity());
}

void RequestParser::reset()
{
    m_state = State::RequestLine;
    m_sawEmptyLine = false;
    m_keepAlive = false;
    m_framing = {};
    m_request = {};
    m_requestLine.clear();
    m_authority.clear();
    m_headBytes = 0;
}

void RequestParser::fail(int status, std::string_view reason)
{
    m_error = {status, reason};
    m_state = State::Failed;
}

} // namespace Weir
