#pragma once

#include "core/http/httpmessage.h"
#include "core/http/responsewriter.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace Weir {

/// The answers of one connection, put in the order of its requests whatever the order they are given in, and
/// their bytes until they are sent. No input or output of its own.
class AnswerQueue
{
public:
    /// What an answer must know about its request.
    struct Request
    {
        ResponseContext::Method method = ResponseContext::Method::Other;
        int minorVersion = 1;
        ResponseContext::Connection connection = ResponseContext::Connection::Keep;
    };

    /// Notes a request that will be answered; gives its number, rising by one.
    std::uint64_t add(const Request &request);
    /// These give false for a number that waits for no answer (or, of a stream, that streams none).
    bool respond(std::uint64_t exchange, const HttpResponse &response, std::string_view date);
    bool beginStream(std::uint64_t exchange, const HttpResponse &response, std::string_view date);
    bool sendChunk(std::uint64_t exchange, std::string_view bytes);
    bool endStream(std::uint64_t exchange);
    /// "100 Continue", behind the answers to all requests so far.
    void sendContinue();
    /// The same before the answer whose turn it is, if that one has not begun and its client knows of
    /// HTTP/1.1.
    void sendInterim();

    std::size_t waitingCount() const
    {
        return m_exchanges.size() - m_front;
    } ///< Requests without a full answer.
    bool isStreaming() const { return m_streams > 0; }
    /// The stream whose turn it is, when all that was given to it since the last call is sent; else 0.
    std::uint64_t takeDrained();
    /// The last answer has been written and the connection ends with it.
    bool closes() const { return m_closes; }

    /// What can be sent now. removeSent() after sending takes off its front.
    std::string_view unsent() const { return std::string_view(m_out).substr(m_sent); }
    void removeSent(std::size_t bytes);
    /// Also what waits behind answers that are not there yet.
    std::size_t unsentBytes() const { return m_out.size() - m_sent + m_heldBytes; }

private:
    struct Exchange
    {
        Request request;
        std::string held; ///< Written before its turn came.
        enum class State : std::uint8_t { Waiting, Streaming, Answered } state = State::Waiting;
        Framing framing = Framing::Sized;
        bool continueAfter = false;
        bool bodyless = false;
    };

    Exchange *find(std::uint64_t exchange, Exchange::State state);
    void write(Exchange &exchange, const HttpResponse &response, std::string_view date);
    /// Lets `append` write to where the exchange's bytes belong now.
    template <typename Append> void writeTo(Exchange &exchange, Append append);
    void advance();

    std::vector<Exchange> m_exchanges; ///< From m_front on: in order, the first of them may write to m_out.
    std::size_t m_front = 0;
    std::uint64_t m_frontNumber = 1;
    std::string m_out;
    std::size_t m_sent = 0;
    std::size_t m_heldBytes = 0;
    std::size_t m_streams = 0;
    bool m_streamed = false; ///< Something was given to a stream since takeDrained().
    bool m_closes = false;
};

} // namespace Weir
