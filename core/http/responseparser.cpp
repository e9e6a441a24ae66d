#include "core/http/responseparser.h"

#include "core/http/responsewriter.h"

#include <algorithm>
#include <utility>

using namespace std::string_view_literals;

namespace Weir {

using namespace HttpSyntax;

ResponseParser::ResponseParser()
    : ResponseParser(Limits())
{
}

ResponseParser::ResponseParser(Limits limits)
    : m_limits(limits)
{
}

void ResponseParser::expect(Body body)
{
    if (m_state == State::Done)
        reset();
    m_expected = body;
}

ResponseParser::Event ResponseParser::parse(std::string_view &bytes)
{
    if (m_state == State::Done)
        reset();
    m_needMore = false;
    while (!m_needMore) {
        switch (m_state) {
        case State::StatusLine:
            readStatusLine(bytes);
            break;
        case State::Fields:
            readField(bytes);
            break;
        case State::SizedBody:
        case State::OpenBody:
            readBody(bytes);
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

ResponseParser::Event ResponseParser::endInput()
{
    switch (m_state) {
    case State::Failed:
        return Event::Failed;
    case State::OpenBody:
        m_state = State::Done;
        return Event::Complete;
    case State::StatusLine:
        if (m_lines.partial().empty())
            return Event::NeedMore;
        break;
    case State::Done:
        return Event::NeedMore;
    default:
        break;
    }
    fail("The connection ended within the answer");
    return Event::Failed;
}

std::optional<std::string_view> ResponseParser::readLine(std::string_view &bytes)
{
    switch (m_lines.read(bytes, m_limits.headBytes - std::min(m_limits.headBytes, m_headBytes))) {
    case LineReader::Outcome::NeedMore:
        m_needMore = true;
        return std::nullopt;
    case LineReader::Outcome::TooLong:
        fail("The header lines are too long");
        return std::nullopt;
    case LineReader::Outcome::Line:
        break;
    }
    m_headBytes += m_lines.line().size();
    const auto line = withoutLineEnd(m_lines.line());
    if (!line)
        fail("A header line does not end in CRLF");
    return line;
}

void ResponseParser::readStatusLine(std::string_view &bytes)
{
    const auto line = readLine(bytes);
    if (!line)
        return;
    const auto isDigit = [](char c) { return c >= '0' && c <= '9'; };
    // The reason may be missing, and many servers then leave out the space before it, too.
    const bool versionKnown = line->starts_with("HTTP/1.1 "sv) || line->starts_with("HTTP/1.0 "sv);
    if (!versionKnown || line->size() < 12 || (line->size() > 12 && (*line)[12] != ' ')
        || !std::all_of(line->begin() + 9, line->begin() + 12, isDigit) || (*line)[9] == '0'
        || !allAre(line->substr(12), FieldValue))
        return fail("The answer does not begin with a status of HTTP/1.1");
    m_minorVersion = (*line)[7] - '0';
    m_response.status = ((*line)[9] - '0') * 100 + ((*line)[10] - '0') * 10 + ((*line)[11] - '0');
    m_state = State::Fields;
}

void ResponseParser::readField(std::string_view &bytes)
{
    const auto line = readLine(bytes);
    if (!line)
        return;
    if (line->empty())
        return finishHead();
    if (m_response.headers.size() >= m_limits.fieldCount)
        return fail("There are too many header lines");
    HttpError error;
    const auto field = splitField(*line, error);
    if (!field)
        return fail(error.reason);
    m_response.headers.emplace_back(field->name, field->value);
    noteField(field->name, field->value);
}

void ResponseParser::noteField(std::string_view name, std::string_view value)
{
    if (equalsIgnoreCase(name, "Content-Length")) {
        const auto length = parseLength(value);
        if (!length)
            return fail("The Content-Length is not a number");
        if (m_contentLength && *m_contentLength != *length)
            return fail("There are two different Content-Length headers");
        m_contentLength = length;
    } else if (equalsIgnoreCase(name, "Transfer-Encoding")) {
        if (m_chunked || !equalsIgnoreCase(value, "chunked"))
            return fail("No Transfer-Encoding but chunked is supported");
        m_chunked = true;
    } else if (equalsIgnoreCase(name, "Connection")) {
        forEachListItem(value, [this](std::string_view option) {
            m_wantsClose = m_wantsClose || equalsIgnoreCase(option, "close");
            m_wantsKeepAlive = m_wantsKeepAlive || equalsIgnoreCase(option, "keep-alive");
        });
    }
}

void ResponseParser::finishHead()
{
    if (m_response.status == 101)
        return fail("The server changed to another protocol");
    if (m_response.status < 200)
        return reset(); // Only "100 Continue" and hints: the answer is still to come.
    if (m_chunked && (m_contentLength || m_minorVersion == 0))
        return fail("The answer's length is told in two ways");
    if (m_contentLength.value_or(0) > m_limits.bodyBytes)
        return fail("The body is too large");
    m_headComplete = true;
    m_keepAlive = !m_wantsClose && (m_minorVersion == 1 || m_wantsKeepAlive);
    m_bodyLeft = m_contentLength.value_or(m_limits.bodyBytes);
    if (m_expected == Body::None || !allowsBody(m_response.status)) {
        m_state = State::Done;
    } else if (m_chunked) {
        m_chunks.begin({m_limits.bodyBytes, m_limits.headBytes, m_limits.headBytes, m_limits.fieldCount});
        m_state = State::ChunkedBody;
    } else if (m_contentLength) {
        m_state = m_bodyLeft > 0 ? State::SizedBody : State::Done;
    } else {
        m_keepAlive = false;
        m_state = State::OpenBody;
    }
}

void ResponseParser::readBody(std::string_view &bytes)
{
    const auto taken = static_cast<std::size_t>(std::min<std::uint64_t>(bytes.size(), m_bodyLeft));
    m_response.body.append(bytes.substr(0, taken));
    bytes.remove_prefix(taken);
    m_bodyLeft -= taken;
    if (m_state == State::SizedBody && m_bodyLeft == 0)
        m_state = State::Done;
    else if (!bytes.empty())
        fail("The body is too large");
    else
        m_needMore = true;
}

void ResponseParser::readChunkedBody(std::string_view &bytes)
{
    switch (m_chunks.decode(bytes)) {
    case ChunkedDecoder::Event::NeedMore:
        m_needMore = true;
        return;
    case ChunkedDecoder::Event::Piece:
        m_response.body.append(m_chunks.piece());
        return;
    case ChunkedDecoder::Event::Complete:
        m_state = State::Done;
        return;
    case ChunkedDecoder::Event::Failed:
        return fail(m_chunks.error().reason);
    }
}

std::string ResponseParser::takeBody()
{
    return std::exchange(m_response.body, {});
}

HttpResponse ResponseParser::takeResponse()
{
    return std::exchange(m_response, {});
}

void ResponseParser::reset()
{
    m_state = State::StatusLine;
    m_headComplete = false;
    m_wantsClose = m_wantsKeepAlive = m_chunked = false;
    m_contentLength.reset();
    m_headBytes = 0;
    m_response = {};
}

void ResponseParser::fail(std::string_view reason)
{
    m_error = {502, reason};
    m_state = State::Failed;
}

} // namespace Weir
