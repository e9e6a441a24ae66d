// What a request costs at the door: HttpServer beside QTcpServer with the same parser and the same answer.
//   bench_http ours 9350 & wrk -t1 -c32 -d5s -s bench/post.lua http://127.0.0.1:9350/; kill %1
// On SIGTERM it prints how many requests there were and what CPU time each took.

#include "core/http/answerqueue.h"
#include "core/http/httpserver.h"
#include "core/http/requestparser.h"

#include <QCoreApplication>
#include <QTcpServer>
#include <QTcpSocket>
#include <QTimer>

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string_view>

#include <sys/resource.h>

using namespace Weir;

namespace {

volatile std::sig_atomic_t stopped = 0;
std::uint64_t requests = 0;

HttpResponse answer()
{
    return HttpResponse::json(200, R"({"status":1})");
}

struct CpuTime
{
    double user = 0, kernel = 0;
};

CpuTime cpuTime()
{
    rusage usage{};
    ::getrusage(RUSAGE_SELF, &usage);
    const auto microseconds = [](const timeval &time) {
        return static_cast<double>(time.tv_sec) * 1e6 + static_cast<double>(time.tv_usec);
    };
    return {microseconds(usage.ru_utime), microseconds(usage.ru_stime)};
}

/// The same parser and writer on Qt's sockets.
class QtServer : public QTcpServer
{
public:
    QtServer()
    {
        setListenBacklogSize(4096);
        setMaxPendingConnections(4096);
        connect(this, &QTcpServer::newConnection, this, [this] {
            while (QTcpSocket *socket = nextPendingConnection())
                adopt(socket);
        });
    }

private:
    struct Client
    {
        RequestParser parser;
        AnswerQueue answers;
    };

    void adopt(QTcpSocket *socket)
    {
        socket->setSocketOption(QAbstractSocket::LowDelayOption, 1);
        auto client = std::make_shared<Client>();
        connect(socket, &QTcpSocket::disconnected, socket, &QObject::deleteLater);
        connect(socket, &QTcpSocket::readyRead, socket, [socket, client] {
            const QByteArray bytes = socket->readAll();
            std::string_view rest(bytes.constData(), static_cast<std::size_t>(bytes.size()));
            while (!rest.empty() && client->parser.parse(rest) == RequestParser::Event::Complete) {
                const HttpRequest request = client->parser.takeRequest();
                const std::uint64_t exchange = client->answers.add({});
                client->answers.respond(exchange, answer(), "Mon, 23 Nov 2026 09:06:39 GMT");
                ++requests;
            }
            const std::string_view out = client->answers.unsent();
            socket->write(out.data(), static_cast<qint64>(out.size()));
            client->answers.removeSent(out.size());
        });
    }
};

} // namespace

int main(int argc, char **argv)
{
    QCoreApplication application(argc, argv);
    if (argc != 3) {
        std::fprintf(stderr, "usage: bench_http ours|qt PORT\n");
        return 2;
    }
    const bool ours = std::string_view(argv[1]) == "ours";
    const auto port = static_cast<quint16>(std::atoi(argv[2]));

    HttpServer *door = nullptr;
    HttpServer::Handlers handlers;
    handlers.request = [&](Ticket ticket, HttpRequest &&) {
        ++requests;
        door->respond(ticket, answer());
    };
    HttpServer server(std::move(handlers));
    door = &server;
    QtServer qtServer;
    const bool listening = ours ? static_cast<bool>(server.listen({"127.0.0.1"}, port))
                                : qtServer.listen(QHostAddress(QHostAddress::LocalHost), port);
    if (!listening) {
        std::fprintf(stderr, "port %d cannot be listened on\n", port);
        return 2;
    }
    std::signal(SIGTERM, [](int) { stopped = 1; });
    QTimer watch;
    QObject::connect(&watch, &QTimer::timeout, &application, [&] {
        if (stopped)
            QCoreApplication::quit();
    });
    watch.start(100);
    const CpuTime before = cpuTime();
    QCoreApplication::exec();
    const CpuTime after = cpuTime();
    const auto count = static_cast<double>(std::max<std::uint64_t>(requests, 1));
    std::printf("%s: %.0f requests, CPU each: %.2f us in user space, %.2f us in the kernel\n",
        ours ? "HttpServer" : "QTcpServer", count, (after.user - before.user) / count,
        (after.kernel - before.kernel) / count);
    return 0;
}
