#include "core/http/answerqueue.h"

#include <utility>

namespace Weir {

namespace {

constexpr std::string_view continueLine = "HTTP/1.1 100 Continue\r\n\r\n";
constexpr std::size_t idleCapacity = 16 * 1024; ///< What an emptied buffer may keep for the next answer.

} // namespace

std::uint64_t AnswerQueue::add(const Request &request)
{
    m_exchanges.emplace_back().request = request;
    return m_frontNumber + waitingCount() - 1;
}

bool AnswerQueue::respond(std::uint64_t exchange, const HttpResponse &response, std::string_view date)
{
    Exchange *found = find(exchange, Exchange::State::Waiting);
    if (!found)
        return false;
    write(*found, response, date);
    found->state = Exchange::State::Answered;
    advance();
    return true;
}

bool AnswerQueue::beginStream(std::uint64_t exchange, const HttpResponse &response, std::string_view date)
{
    Exchange *found = find(exchange, Exchange::State::Waiting);
    if (!found)
        return false;
    found->framing = found->request.minorVersion == 0 ? Framing::UntilClose : Framing::Chunked;
    if (found->framing == Framing::UntilClose)
        found->request.connection = ResponseContext::Connection::Close;
    found->bodyless = found->request.method == ResponseContext::Method::Head || !allowsBody(response.status);
    write(*found, response, date);
    found->state = Exchange::State::Streaming;
    ++m_streams;
    m_streamed = true;
    return true;
}

bool AnswerQueue::sendChunk(std::uint64_t exchange, std::string_view bytes)
{
    Exchange *found = find(exchange, Exchange::State::Streaming);
    if (!found)
        return false;
    m_streamed = true;
    if (found->bodyless)
        return true;
    writeTo(*found, [&](std::string &out) {
        if (found->framing == Framing::Chunked)
            appendChunk(out, bytes);
        else
            out.append(bytes);
    });
    return true;
}

bool AnswerQueue::endStream(std::uint64_t exchange)
{
    Exchange *found = find(exchange, Exchange::State::Streaming);
    if (!found)
        return false;
    if (found->framing == Framing::Chunked && !found->bodyless)
        writeTo(*found, appendLastChunk);
    found->state = Exchange::State::Answered;
    --m_streams;
    advance();
    return true;
}

std::uint64_t AnswerQueue::takeDrained()
{
    if (!m_streamed || !unsent().empty() || waitingCount() == 0
        || m_exchanges[m_front].state != Exchange::State::Streaming)
        return 0;
    m_streamed = false;
    return m_frontNumber;
}

void AnswerQueue::sendContinue()
{
    if (waitingCount() == 0)
        m_out.append(continueLine);
    else
        m_exchanges.back().continueAfter = true;
}

void AnswerQueue::sendInterim()
{
    if (waitingCount() > 0 && m_exchanges[m_front].state == Exchange::State::Waiting
        && m_exchanges[m_front].request.minorVersion > 0)
        m_out.append(continueLine);
}

void AnswerQueue::removeSent(std::size_t bytes)
{
    m_sent += bytes;
    if (m_sent == m_out.size()) {
        m_out.clear();
        m_sent = 0;
        if (m_out.capacity() > idleCapacity)
            m_out.shrink_to_fit();
    } else if (m_sent > m_out.size() / 2 && m_sent > idleCapacity) {
        m_out.erase(
            0, m_sent); // At least as much was sent as moves, so a long stream costs no more than twice.
        m_sent = 0;
    }
}

AnswerQueue::Exchange *AnswerQueue::find(std::uint64_t exchange, Exchange::State state)
{
    if (exchange < m_frontNumber || exchange - m_frontNumber >= waitingCount())
        return nullptr;
    Exchange &found = m_exchanges[m_front + static_cast<std::size_t>(exchange - m_frontNumber)];
    return found.state == state ? &found : nullptr;
}

void AnswerQueue::write(Exchange &exchange, const HttpResponse &response, std::string_view date)
{
    const Request &request = exchange.request;
    writeTo(exchange, [&](std::string &out) {
        appendResponse(out, response,
            {date, request.minorVersion, request.method, request.connection, exchange.framing});
    });
}

template <typename Append> void AnswerQueue::writeTo(Exchange &exchange, Append append)
{
    if (&exchange == &m_exchanges[m_front])
        return append(m_out);
    const std::size_t before = exchange.held.size();
    append(exchange.held);
    m_heldBytes += exchange.held.size() - before;
}

void AnswerQueue::advance()
{
    while (waitingCount() > 0 && m_exchanges[m_front].state == Exchange::State::Answered) {
        const Exchange &done = m_exchanges[m_front];
        if (done.continueAfter)
            m_out.append(continueLine);
        m_closes = m_closes || done.request.connection == ResponseContext::Connection::Close;
        ++m_front;
        ++m_frontNumber;
        if (waitingCount() > 0) {
            const std::string held = std::exchange(m_exchanges[m_front].held, {});
            m_heldBytes -= held.size();
            m_out.append(held);
        }
    }
    // Mostly all are answered, and nothing moves.
    if (waitingCount() == 0 || m_front >= 64) {
        m_exchanges.erase(m_exchanges.begin(), m_exchanges.begin() + static_cast<std::ptrdiff_t>(m_front));
        m_front = 0;
    }
}

} // namespace Weir
