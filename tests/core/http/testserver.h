#pragma once

#include "core/http/httpserver.h"

#include <deque>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace Weir {

/// A server that keeps what it is told, and answers every request with its body unless told otherwise.
class TestServer
{
public:
    explicit TestServer(HttpServer::Options options = {})
        : server(handlers(), options)
    {
        const auto listening = server.listen({"127.0.0.1"}, 0);
        if (!listening)
            qFatal("%s", toText(listening.error()).c_str());
    }

    std::uint16_t port() const { return server.port(); }

    struct Received
    {
        Ticket ticket;
        HttpRequest request;
    };
    std::deque<Received> requests;
    std::vector<MalformedRequest> malformed;
    std::vector<std::uint64_t> closed;
    int rounds = 0;
    std::function<void(Ticket)> drained;
    std::function<void(Ticket, const HttpRequest &)> answer
        = [this](Ticket ticket, const HttpRequest &request) {
              server.respond(ticket, HttpResponse::text(200, request.body.toStdString()));
          };
    HttpServer server;

private:
    HttpServer::Handlers handlers()
    {
        HttpServer::Handlers handlers;
        handlers.request = [this](Ticket ticket, HttpRequest &&request) {
            requests.push_back({ticket, std::move(request)});
            if (answer)
                answer(ticket, requests.back().request);
        };
        handlers.closed = [this](std::uint64_t connection) { closed.push_back(connection); };
        handlers.malformed = [this](MalformedRequest &&request) { malformed.push_back(std::move(request)); };
        handlers.drained = [this](Ticket ticket) {
            if (drained)
                drained(ticket);
        };
        handlers.roundFinished = [this] { ++rounds; };
        return handlers;
    }
};

/// A POST of `body` with these header lines, each with its CRLF.
inline std::string post(std::string_view body, std::string_view extraHeaders = {})
{
    return "POST /batch HTTP/1.1\r\nHost: weir\r\nContent-Length: " + std::to_string(body.size()) + "\r\n"
        + std::string(extraHeaders) + "\r\n" + std::string(body);
}

inline constexpr std::string_view get = "GET / HTTP/1.1\r\nHost: weir\r\n\r\n";

} // namespace Weir
