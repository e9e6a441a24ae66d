#include "app/httpclient.h"

#include "core/http/httpmessage.h"

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstring>

#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

namespace Weir {

namespace {

Error networkError(std::string message, const std::string &where)
{
    return {Error::Kind::Network, std::move(message), where};
}

std::string authorityOf(const std::string &host, std::uint16_t port)
{
    const bool isSix = host.find(':') != std::string::npos;
    return (isSix ? "[" + host + "]" : host) + ":" + std::to_string(port);
}

/// A wildcard is an address to listen on, not one to call.
std::string callable(const std::string &host)
{
    return host == "0.0.0.0" ? "127.0.0.1" : host == "::" ? "::1" : host;
}

bool hasHeader(const std::vector<std::pair<std::string, std::string>> &headers, std::string_view name)
{
    return std::ranges::any_of(
        headers, [&](const auto &field) { return equalsIgnoreCase(field.first, name); });
}

std::string textOf(const ClientRequest &request, const std::string &authority)
{
    std::string text = request.method + " " + request.target + " HTTP/1.1\r\n";
    if (!hasHeader(request.headers, "host"))
        text += "Host: " + authority + "\r\n";
    for (const auto &[name, value] : request.headers)
        text.append(name).append(": ").append(value).append("\r\n");
    if (!hasHeader(request.headers, "content-length") && (!request.body.empty() || request.method == "POST"))
        text += "Content-Length: " + std::to_string(request.body.size()) + "\r\n";
    return text + "\r\n" + request.body;
}

std::string_view trimmed(std::string_view text)
{
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t'))
        text.remove_prefix(1);
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t'))
        text.remove_suffix(1);
    return text;
}

void setTimeout(int descriptor, HttpClient::Milliseconds timeout)
{
    timeval value = {};
    value.tv_sec = timeout.count() / 1000;
    value.tv_usec = static_cast<suseconds_t>(timeout.count() % 1000 * 1000);
    ::setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &value, sizeof value);
    ::setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &value, sizeof value);
}

} // namespace

std::string_view ClientAnswer::header(std::string_view name) const
{
    const auto found = std::ranges::find_if(
        headers, [&](const auto &field) { return equalsIgnoreCase(field.first, name); });
    return found == headers.end() ? std::string_view() : std::string_view(found->second);
}

Result<std::unique_ptr<HttpClient>> HttpClient::connect(
    const std::string &host, std::uint16_t port, Milliseconds timeout)
{
    const std::string target = callable(host);
    const std::string authority = authorityOf(target, port);
    addrinfo hints = {}, *found = nullptr;
    hints.ai_socktype = SOCK_STREAM;
    if (::getaddrinfo(target.c_str(), std::to_string(port).c_str(), &hints, &found) != 0)
        return networkError("There is no such host", authority);
    int descriptor = -1, failure = ECONNREFUSED;
    for (const addrinfo *each = found; each && descriptor < 0; each = each->ai_next) {
        descriptor = ::socket(each->ai_family, each->ai_socktype | SOCK_CLOEXEC, each->ai_protocol);
        if (descriptor < 0)
            continue;
        setTimeout(descriptor, timeout);
        if (::connect(descriptor, each->ai_addr, each->ai_addrlen) != 0) {
            failure = errno;
            ::close(descriptor);
            descriptor = -1;
        }
    }
    ::freeaddrinfo(found);
    if (descriptor < 0) {
        return networkError(
            failure == ECONNREFUSED ? "No Weir is listening there" : std::strerror(failure), authority);
    }
    const int on = 1; // Small requests are not to wait for company.
    ::setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    return std::unique_ptr<HttpClient>(new HttpClient(descriptor, authority));
}

HttpClient::~HttpClient()
{
    ::close(m_descriptor);
}

Result<ClientAnswer> HttpClient::exchange(const ClientRequest &request)
{
    if (const auto sent = send(request); !sent)
        return sent.error();
    WEIR_TRY(ClientAnswer answer, receiveHead());
    while (true) {
        WEIR_TRY(const std::string piece, receiveSome());
        if (piece.empty())
            return answer;
        answer.body += piece;
    }
}

Result<void> HttpClient::send(const ClientRequest &request)
{
    m_isHead = request.method == "HEAD";
    return sendBytes(textOf(request, m_authority));
}

Result<void> HttpClient::sendBytes(std::string_view bytes)
{
    while (!bytes.empty()) {
        const auto sent = ::send(m_descriptor, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (sent < 0 && errno == EINTR)
            continue;
        if (sent <= 0)
            return networkError("The connection broke while sending", m_authority);
        bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return {};
}

Result<ClientAnswer> HttpClient::receiveHead()
{
    ClientAnswer head;
    while (head.status < 200) {
        head = {};
        WEIR_TRY(const std::string status, line());
        const auto blank = status.find(' ');
        if (!status.starts_with("HTTP/1.") || blank == std::string::npos)
            return networkError("What answers there does not speak HTTP/1.1", m_authority);
        std::from_chars(status.data() + blank + 1, status.data() + status.size(), head.status);
        while (true) {
            WEIR_TRY(const std::string field, line());
            if (field.empty())
                break;
            const auto colon = std::min(field.find(':'), field.size());
            head.headers.emplace_back(field.substr(0, colon),
                trimmed(std::string_view(field).substr(std::min(colon + 1, field.size()))));
        }
    }
    setBodyEnd(head);
    return head;
}

void HttpClient::setBodyEnd(const ClientAnswer &head)
{
    m_left = 0;
    const std::string_view length = head.header("content-length");
    if (m_isHead || head.status == 204 || head.status == 304) {
        m_bodyEnd = BodyEnd::Done;
    } else if (equalsIgnoreCase(head.header("transfer-encoding"), "chunked")) {
        m_bodyEnd = BodyEnd::Chunks;
    } else if (!length.empty()) {
        m_bodyEnd = BodyEnd::Length;
        std::from_chars(length.data(), length.data() + length.size(), m_left);
    } else {
        m_bodyEnd = BodyEnd::Close;
    }
}

Result<std::string> HttpClient::receiveSome()
{
    switch (m_bodyEnd) {
    case BodyEnd::Done:
        return std::string();
    case BodyEnd::Chunks:
        return nextChunk();
    case BodyEnd::Length: {
        if (m_left == 0) {
            m_bodyEnd = BodyEnd::Done;
            return std::string();
        }
        return take(m_left);
    }
    case BodyEnd::Close:
        break;
    }
    if (m_buffer.empty()) {
        WEIR_TRY(const bool more, fill());
        if (!more)
            m_bodyEnd = BodyEnd::Done;
    }
    return std::exchange(m_buffer, {});
}

Result<std::string> HttpClient::nextChunk()
{
    if (m_left == 0) {
        WEIR_TRY(const std::string size, line());
        const auto [end, failure] = std::from_chars(size.data(), size.data() + size.size(), m_left, 16);
        if (failure != std::errc())
            return networkError("A chunk came without its size", m_authority);
        if (m_left == 0) {
            m_bodyEnd = BodyEnd::Done;
            WEIR_TRY(const std::string last, line());
            return last; // Empty: Weir sends no trailers.
        }
    }
    WEIR_TRY(std::string piece, take(m_left));
    if (m_left == 0) {
        WEIR_TRY([[maybe_unused]] const std::string lineEnd, line());
    }
    return piece;
}

/// At least one byte and at most `bytes`.
Result<std::string> HttpClient::take(std::size_t bytes)
{
    if (m_buffer.empty()) {
        WEIR_TRY(const bool more, fill());
        if (!more)
            return networkError("The connection ended in the middle of an answer", m_authority);
    }
    const std::size_t size = std::min(bytes, m_buffer.size());
    std::string piece = m_buffer.substr(0, size);
    m_buffer.erase(0, size);
    m_left -= size;
    return piece;
}

Result<std::string> HttpClient::line()
{
    std::size_t end = m_buffer.find("\r\n");
    while (end == std::string::npos) {
        WEIR_TRY(const bool more, fill());
        if (!more)
            return networkError("The connection ended before the answer", m_authority);
        end = m_buffer.find("\r\n");
    }
    std::string text = m_buffer.substr(0, end);
    m_buffer.erase(0, end + 2);
    return text;
}

Result<bool> HttpClient::fill()
{
    char bytes[16 * 1024];
    while (true) {
        const auto size = ::recv(m_descriptor, bytes, sizeof bytes, 0);
        if (size < 0 && errno == EINTR)
            continue;
        if (size < 0) {
            const bool late = errno == EAGAIN || errno == EWOULDBLOCK;
            return networkError(late ? "No answer came in time" : "The connection broke", m_authority);
        }
        m_buffer.append(bytes, static_cast<std::size_t>(size));
        return size > 0;
    }
}

} // namespace Weir
