#include "core/http/httpserver.h"

#include "tests/core/http/testclient.h"
#include "tests/core/http/testserver.h"

#include <QFile>
#include <QSignalSpy>
#include <QTest>

#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace Weir;
using namespace std::chrono_literals;

namespace {

/// How often `text` is in `bytes`.
int count(const QByteArray &bytes, const QByteArray &text)
{
    return static_cast<int>(bytes.count(text));
}

/// This process's memory in use, in bytes.
std::size_t residentBytes()
{
    QFile file(QStringLiteral("/proc/self/statm"));
    if (!file.open(QIODevice::ReadOnly))
        return 0;
    return file.readAll().split(' ').at(1).toULongLong() * static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
}

HttpServer::Options shortTimers()
{
    HttpServer::Options options;
    options.headTimeout = options.bodyTimeout = options.idleTimeout = options.writeTimeout = 200ms;
    options.lingerTimeout = 200ms;
    return options;
}

constexpr std::size_t megabyte = 1024 * 1024;

} // namespace

class TestHttpServer : public QObject
{
    Q_OBJECT

private slots:
    void answersAndKeepsOpen()
    {
        TestServer server;
        TestClient client(server.port());
        QVERIFY(client.send(post("first")));
        QVERIFY(client.waitFor("first"));
        QVERIFY(client.send(post("second")));
        QVERIFY(client.waitFor("second"));
        QCOMPARE(server.requests.size(), 2u);
        QCOMPARE(server.requests[0].ticket.connection, server.requests[1].ticket.connection);
        QVERIFY(server.requests[0].request.peer.starts_with("127.0.0.1:"));
        QVERIFY(server.rounds > 0);
        client.close();
        QTRY_COMPARE(server.closed.size(), 1u);
        QCOMPARE(server.server.connectionCount(), 0u);
    }

    void pipelinedAreAnsweredInOrder()
    {
        TestServer server;
        server.answer = nullptr;
        TestClient client(server.port());
        QVERIFY(client.send(post("1") + post("2") + post("3")));
        QTRY_COMPARE(server.requests.size(), 3u);
        for (const std::size_t i : {2u, 0u, 1u}) { // Whatever the order they are answered in.
            server.server.respond(server.requests[i].ticket,
                HttpResponse::text(200, "answer" + server.requests[i].request.body.toStdString()));
        }
        QVERIFY(client.waitFor("answer3"));
        const QByteArray received = client.received();
        QVERIFY(received.indexOf("answer1") < received.indexOf("answer2"));
        QVERIFY(received.indexOf("answer2") < received.indexOf("answer3"));
    }

    void thousandsPipelinedAreServed()
    {
        TestServer server;
        TestClient client(server.port());
        std::string requests;
        for (int i = 0; i < 5000; ++i)
            requests += post("x");
        std::string_view rest = requests;
        QDeadlineTimer deadline(20'000);
        while (count(client.received(), "HTTP/1.1 200") < 5000 && !deadline.hasExpired()) {
            const ssize_t sent = client.trySend(rest);
            QVERIFY(sent >= 0);
            rest.remove_prefix(static_cast<std::size_t>(sent));
            QCoreApplication::processEvents(QEventLoop::AllEvents, 5);
        }
        QCOMPARE(count(client.received(), "HTTP/1.1 200"), 5000);
        QCOMPARE(server.requests.size(), 5000u);
    }

    void pipelineBeyondItsLimitWaits()
    {
        HttpServer::Options options;
        options.pipelinedRequests = 4;
        TestServer server(options);
        server.answer = nullptr;
        TestClient client(server.port());
        std::string requests;
        for (int i = 0; i < 10; ++i)
            requests += post(std::to_string(i));
        QVERIFY(client.send(requests));
        QTRY_COMPARE(server.requests.size(), 4u);
        std::size_t answered = 0;
        while (answered < 10) {
            QTRY_VERIFY(server.requests.size() > answered);
            QVERIFY(server.requests.size() <= answered + 4);
            QCOMPARE(server.requests[answered].request.body.toStdString(), std::to_string(answered));
            server.server.respond(server.requests[answered++].ticket, HttpResponse::text(200, "ok"));
        }
        QTRY_COMPARE(count(client.received(), "HTTP/1.1 200"), 10);
    }

    void continueIsSent()
    {
        TestServer server;
        TestClient client(server.port());
        QVERIFY(
            client.send("POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\n"));
        QVERIFY(client.waitFor("HTTP/1.1 100 Continue\r\n\r\n"));
        QVERIFY(server.requests.empty());
        QVERIFY(client.send("body"));
        QVERIFY(client.waitFor("HTTP/1.1 200 OK"));
        QCOMPARE(server.requests.front().request.body, "body");
    }

    void closeIsHonoured()
    {
        TestServer server;
        TestClient client(server.port());
        QVERIFY(client.send(post("bye", "Connection: close\r\n")));
        QVERIFY(client.waitForClose());
        QVERIFY(client.received().contains("Connection: close\r\n") && client.received().endsWith("bye"));
        TestClient old(server.port());
        QVERIFY(old.send("GET / HTTP/1.0\r\n\r\n"));
        QVERIFY(old.waitForClose());
        QVERIFY(old.received().startsWith("HTTP/1.1 200 OK\r\n"));
    }

    void headHasNoBody()
    {
        TestServer server;
        server.answer = [&](Ticket ticket, const HttpRequest &) {
            server.server.respond(ticket, HttpResponse::text(200, "hidden"));
        };
        TestClient client(server.port());
        QVERIFY(client.send("HEAD / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"));
        QVERIFY(client.waitForClose());
        QVERIFY(client.received().contains("Content-Length: 6\r\n"));
        QVERIFY(!client.received().contains("hidden"));
    }

    void malformedIsAnsweredKeptAndClosed()
    {
        TestServer server;
        TestClient client(server.port());
        QVERIFY(client.send(post("good") + "GET /bad HTTP/1.1\r\nHost : a\r\n\r\n" + post("never")));
        client.shutdownWrite();
        QVERIFY(client.waitForClose());
        QVERIFY(!client.wasReset());
        const QByteArray received = client.received();
        QVERIFY(received.indexOf("good") < received.indexOf("HTTP/1.1 400 Bad Request"));
        QVERIFY(received.contains("A header name is followed by a space"));
        QCOMPARE(server.requests.size(), 1u);
        QCOMPARE(server.malformed.size(), 1u);
        QCOMPARE(server.malformed[0].head, "GET /bad HTTP/1.1\r\nHost : a\r\n");
        QCOMPARE(server.malformed[0].error.status, 400);
        QVERIFY(server.malformed[0].peer.starts_with("127.0.0.1:"));
    }

    void truncatedRequestIsReported()
    {
        TestServer server;
        TestClient client(server.port());
        QVERIFY(client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nhalf"));
        client.shutdownWrite();
        QVERIFY(client.waitForClose());
        QVERIFY(client.received().startsWith("HTTP/1.1 400"));
        QCOMPARE(server.malformed.size(), 1u);
        QVERIFY(server.requests.empty());
    }

    void manyAtOnceAreAllServed()
    {
        TestServer server;
        std::vector<TestClient> clients;
        clients.reserve(1500);
        for (int i = 0; i < 1500; ++i) {
            clients.emplace_back(server.port());
            QVERIFY(clients.back().isOk());
        }
        QTRY_COMPARE(server.server.connectionCount(), 1500u);
        for (TestClient &client : clients)
            QVERIFY(client.trySend(post("burst")) > 0);
        for (TestClient &client : clients)
            QVERIFY(client.waitFor("burst"));
        QCOMPARE(server.requests.size(), 1500u);
        QVERIFY(server.server.bufferedBytes() < 1500 * 64); // Idle connections hold next to nothing.
    }

    void stallsAreClosedInTime_data()
    {
        QTest::addColumn<QByteArray>("sent");
        QTest::addColumn<QByteArray>("answer");
        QTest::newRow("nothing") << QByteArray() << QByteArray();
        QTest::newRow("in the request line") << QByteArray("GET /") << QByteArray("HTTP/1.1 408");
        QTest::newRow("in a field") << QByteArray("GET / HTTP/1.1\r\nHost: a\r\nX")
                                    << QByteArray("HTTP/1.1 408");
        QTest::newRow("before the body")
            << QByteArray("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\n")
            << QByteArray("HTTP/1.1 408");
        QTest::newRow("in the body") << QByteArray(
            "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nab")
                                     << QByteArray("HTTP/1.1 408");
        QTest::newRow("in a chunk") << QByteArray(
            "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab")
                                    << QByteArray("HTTP/1.1 408");
        QTest::newRow("after an answer")
            << QByteArray("GET / HTTP/1.1\r\nHost: a\r\n\r\n") << QByteArray("HTTP/1.1 200");
    }

    void stallsAreClosedInTime()
    {
        QFETCH(QByteArray, sent);
        QFETCH(QByteArray, answer);
        TestServer server(shortTimers());
        std::vector<TestClient> clients;
        for (int i = 0; i < 50; ++i) {
            clients.emplace_back(server.port());
            QVERIFY(clients.back().send(sent.toStdString()));
        }
        for (TestClient &client : clients) {
            QVERIFY(client.waitForClose(5'000));
            QVERIFY(client.received().startsWith(answer));
        }
        QTRY_COMPARE(server.server.connectionCount(), 0u);
    }

    void drippedHeadIsClosedInTime()
    {
        TestServer server(shortTimers());
        TestClient client(server.port());
        const bool closed = QTest::qWaitFor(
            [&] {
                client.trySend("a"); // Each byte is progress, but the whole head has one deadline.
                return client.isClosed();
            },
            5'000);
        QVERIFY(closed);
        QVERIFY(client.received().startsWith("HTTP/1.1 408"));
    }

    void waitingForAnAnswerHasNoDeadline()
    {
        TestServer server(shortTimers());
        server.answer = nullptr;
        TestClient client(server.port()), idle(server.port());
        QVERIFY(client.send(post("patience")));
        QTRY_COMPARE(server.requests.size(), 1u);
        QVERIFY(idle.waitForClose()); // A whole timeout has passed.
        server.server.respond(server.requests[0].ticket, HttpResponse::text(200, "late"));
        QVERIFY(client.waitFor("late"));
    }

    void slowReaderOfAnAnswerIsClosed()
    {
        TestServer server(shortTimers());
        server.answer = [&](Ticket ticket, const HttpRequest &) {
            server.server.respond(ticket, HttpResponse::text(200, std::string(32 * megabyte, 'x')));
        };
        TestClient client(server.port(), 4096);
        QVERIFY(client.send(get));
        QTRY_COMPARE(server.closed.size(), 1u);
    }

    void hugeBodyIsRefusedWithBoundedMemory_data()
    {
        QTest::addColumn<QByteArray>("framing");
        QTest::addColumn<bool>("chunked");
        QTest::newRow("announced") << QByteArray("Content-Length: 314572800\r\n") << false;
        QTest::newRow("chunked") << QByteArray("Transfer-Encoding: chunked\r\n") << true;
    }

    void hugeBodyIsRefusedWithBoundedMemory()
    {
        QFETCH(QByteArray, framing);
        QFETCH(bool, chunked);
        TestServer server;
        TestClient client(server.port());
        const std::size_t before = residentBytes();
        std::size_t most = before;
        QVERIFY(client.send(("POST / HTTP/1.1\r\nHost: a\r\n" + framing + "\r\n").toStdString()));
        std::string megabyteOfBody = std::string(megabyte, 'x');
        if (chunked)
            megabyteOfBody = "100000\r\n" + megabyteOfBody + "\r\n";
        for (int i = 0; i < 300 && client.send(megabyteOfBody); ++i)
            most = std::max(most, residentBytes());
        QVERIFY(client.waitForClose());
        QVERIFY2(client.received().startsWith("HTTP/1.1 413"), client.received().constData());
        QVERIFY(server.requests.empty());
        QVERIFY2(most - before < 150 * megabyte, qPrintable(QString::number(most - before)));
        QCOMPARE(server.server.bufferedBytes(), 0u); // While its client may still be sending.
    }

    void allBodiesTogetherAreBounded()
    {
        HttpServer::Options options;
        options.bufferedBytes = 4 * megabyte;
        TestServer server(options);
        std::vector<TestClient> clients;
        for (int i = 0; i < 8; ++i) {
            clients.emplace_back(server.port());
            QVERIFY(clients.back().send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2000000\r\n\r\n"));
            clients.back().send(std::string(megabyte, 'x'));
            QVERIFY(server.server.bufferedBytes() < 6 * megabyte);
        }
        QTRY_VERIFY(!server.malformed.empty());
        QCOMPARE(server.malformed[0].error.status, 503);
        QVERIFY(server.server.bufferedBytes() <= 4 * megabyte);
    }

    void streamIsSentAsItGrows()
    {
        TestServer server;
        server.answer = [&](Ticket ticket, const HttpRequest &) {
            server.server.beginStream(
                ticket, HttpResponse{200, {{"Content-Type", "text/event-stream"}}, "first"});
        };
        std::vector<Ticket> drained;
        server.drained = [&](Ticket ticket) { drained.push_back(ticket); };
        TestClient client(server.port());
        QVERIFY(client.send(get));
        QVERIFY(client.waitFor("Transfer-Encoding: chunked\r\n"));
        QVERIFY(client.waitFor("5\r\nfirst\r\n"));
        const Ticket ticket = server.requests[0].ticket;
        QTRY_COMPARE(drained.size(), 1u);
        QCOMPARE(drained[0], ticket);
        QVERIFY(server.server.sendChunk(ticket, "second"));
        QVERIFY(client.waitFor("6\r\nsecond\r\n"));
        QTRY_COMPARE(drained.size(), 2u);
        server.server.endStream(ticket);
        QVERIFY(client.waitFor("0\r\n\r\n"));
        QVERIFY(!server.server.sendChunk(ticket, "too late"));
        QVERIFY(client.send(get)); // The connection goes on.
        QTRY_COMPARE(server.requests.size(), 2u);
    }

    void streamFedOnDrainedArrivesWhole()
    {
        TestServer server;
        server.answer = [&](Ticket ticket, const HttpRequest &) { server.server.beginStream(ticket, {}); };
        int pieces = 0;
        server.drained = [&](Ticket ticket) {
            if (pieces++ < 100)
                server.server.sendChunk(ticket, std::string(100'000, 'p'));
            else
                server.server.endStream(ticket);
        };
        TestClient client(server.port());
        QVERIFY(client.send(get));
        QVERIFY(client.waitFor("0\r\n\r\n"));
        QCOMPARE(count(client.received(), "p"), 10'000'000);
    }

    void streamReaderThatLeavesIsNoticed()
    {
        TestServer server;
        server.answer = [&](Ticket ticket, const HttpRequest &) { server.server.beginStream(ticket, {}); };
        TestClient client(server.port());
        QVERIFY(client.send(get));
        QVERIFY(client.waitFor("\r\n\r\n"));
        client.close();
        QTRY_COMPARE(server.closed.size(), 1u);
        QVERIFY(!server.server.sendChunk(server.requests[0].ticket, "x"));
    }

    void slowReaderOfAStreamIsCutOff()
    {
        HttpServer::Options options;
        options.streamPendingBytes = megabyte;
        TestServer server(options);
        server.answer = [&](Ticket ticket, const HttpRequest &) { server.server.beginStream(ticket, {}); };
        TestClient client(server.port(), 4096);
        QVERIFY(client.send(get));
        QTRY_COMPARE(server.requests.size(), 1u);
        const Ticket ticket = server.requests[0].ticket;
        int chunks = 0;
        while (chunks < 200 && server.server.sendChunk(ticket, std::string(100'000, 'x')))
            ++chunks;
        QVERIFY(chunks >= 10 && chunks < 200); // What the kernel takes comes on top of the limit.
        QCOMPARE(server.closed.size(), 1u);
    }

    void readingCanBeHalted()
    {
        TestServer server(shortTimers());
        TestClient client(server.port());
        QVERIFY(client.send(post("before")));
        QVERIFY(client.waitFor("before"));
        server.server.setReading(false);
        TestClient late(server.port());
        QVERIFY(client.send(post("during")));
        QVERIFY(late.send(post("late")));
        TestServer other(shortTimers());
        QVERIFY(TestClient(other.port()).waitForClose()); // A whole timeout has passed.
        QCOMPARE(server.requests.size(), 1u);
        QVERIFY(!client.isClosed() && !late.isClosed());
        server.server.setReading(true);
        QVERIFY(client.waitFor("during"));
        QVERIFY(late.waitFor("late"));
    }

    void oneConnectionDoesNotStarveOthers()
    {
        TestServer server;
        TestClient greedy(server.port()), modest(server.port());
        QVERIFY(modest.send(post("hello")));
        QVERIFY(modest.waitFor("hello"));
        std::string flood;
        for (int i = 0; i < 20'000; ++i)
            flood += post("x");
        while (greedy.trySend(flood) > 0) { // Fills what the kernel takes.
        }
        QVERIFY(modest.trySend(post("modest")) > 0);
        const std::size_t before = server.requests.size();
        QVERIFY(modest.waitFor("modest"));
        QVERIFY(server.requests.size() - before < 20'000);
    }

    void closeFromAHandler()
    {
        TestServer server;
        server.answer = [&](Ticket ticket, const HttpRequest &) {
            server.server.respond(ticket, HttpResponse::text(200, "bye"));
            server.server.close();
        };
        TestClient client(server.port());
        QVERIFY(client.send(post("1") + post("2")));
        QVERIFY(client.waitForClose());
        QVERIFY(client.received().endsWith("bye"));
        QCOMPARE(server.requests.size(), 1u);
        QCOMPARE(server.server.port(), 0);
        QVERIFY(server.server.listen({"127.0.0.1"}, 0)); // And it can be opened again.
        TestClient again(server.port());
        server.answer = nullptr;
        QVERIFY(again.send(get));
        QTRY_COMPARE(server.requests.size(), 2u);
    }

    void unknownTicketsAreIgnored()
    {
        TestServer server;
        server.answer = nullptr;
        TestClient client(server.port());
        QVERIFY(client.send(get));
        QTRY_COMPARE(server.requests.size(), 1u);
        const Ticket ticket = server.requests[0].ticket;
        server.server.respond({ticket.connection, ticket.exchange + 1}, HttpResponse::text(200, "wrong"));
        server.server.respond({ticket.connection + 1, ticket.exchange}, HttpResponse::text(200, "wrong"));
        server.server.respond({}, HttpResponse::text(200, "wrong"));
        server.server.respond(ticket, HttpResponse::text(200, "right"));
        server.server.respond(ticket, HttpResponse::text(200, "wrong"));
        QVERIFY(client.waitFor("right"));
        client.close();
        QTRY_COMPARE(server.closed.size(), 1u);
        TestClient next(server.port()); // Takes the place of the one before, but not its name.
        QVERIFY(next.send(get));
        QTRY_COMPARE(server.requests.size(), 2u);
        server.server.respond(ticket, HttpResponse::text(200, "wrong"));
        server.server.respond(server.requests[1].ticket, HttpResponse::text(200, "right"));
        QVERIFY(next.waitFor("right"));
        QVERIFY(!next.received().contains("wrong"));
    }

    void portInUseIsSaid()
    {
        TestServer first;
        HttpServer second({});
        const auto result = second.listen({"127.0.0.1"}, first.port());
        QVERIFY(!result);
        const std::string port = std::to_string(first.port());
        QCOMPARE(
            toText(result.error()), "127.0.0.1:" + port + ": Port " + port + " is in use by another program");
        QCOMPARE(second.port(), 0);
        const auto unknown = second.listen({"no.such.host.invalid"}, 0);
        QVERIFY(!unknown && unknown.error().where == "no.such.host.invalid");
        const auto foreign = second.listen({"192.0.2.1"}, 0);
        QVERIFY(!foreign && foreign.error().message.find("does not have the address") != std::string::npos);
    }

    void listensOnSeveralAddresses()
    {
        HttpServer server({});
        const auto result = server.listen({"127.0.0.1", "127.0.0.2", "::1"}, 0);
        if (!result)
            QSKIP("this machine has no IPv6");
        const std::string port = std::to_string(server.port());
        const std::vector<std::string> expected{"127.0.0.1:" + port, "127.0.0.2:" + port, "[::1]:" + port};
        QCOMPARE(server.addresses(), expected);
    }

    void survivesFileDescriptorExhaustion();
};

namespace {

/// In a process of its own, since its limit is the process's: with too few descriptors for all clients, those
/// that are in are served, the rest waits without the loop spinning, and comes in as places get free.
int runShortOfDescriptors()
{
    TestServer server;
    std::vector<TestClient> clients;
    clients.reserve(40);
    for (int i = 0; i < 40; ++i)
        clients.emplace_back(server.port());
    const int used = ::dup(0);
    ::close(used);
    const rlimit limit{static_cast<rlim_t>(used) + 10, static_cast<rlim_t>(used) + 10};
    if (::setrlimit(RLIMIT_NOFILE, &limit) != 0)
        return 1;
    for (TestClient &client : clients)
        client.trySend(post("x"));
    QDeadlineTimer patience(20'000);
    while (server.requests.size() < 10 && !patience.hasExpired())
        QCoreApplication::processEvents(QEventLoop::AllEvents, 5);
    if (server.requests.size() < 10)
        return 2;
    const int rounds = server.rounds;
    QDeadlineTimer watch(80); // Shorter than the pause in accepting.
    while (!watch.hasExpired())
        QCoreApplication::processEvents(QEventLoop::AllEvents | QEventLoop::WaitForMoreEvents, 5);
    if (server.rounds - rounds > 30)
        return 3; // It spun.
    std::size_t served = 0;
    for (TestClient &client : clients) {
        if (!client.waitFor("x"))
            return 4;
        client.close();
        ++served;
    }
    return served == 40 ? 0 : 5;
}

} // namespace

void TestHttpServer::survivesFileDescriptorExhaustion()
{
    const pid_t child = ::fork();
    if (child == 0) {
        ::execl("/proc/self/exe", "tst_httpserver", "--short-of-descriptors", nullptr);
        ::_exit(127);
    }
    QVERIFY(child > 0);
    int status = -1;
    QCOMPARE(::waitpid(child, &status, 0), child);
    QVERIFY(WIFEXITED(status));
    QCOMPARE(WEXITSTATUS(status), 0);
}

int main(int argc, char **argv)
{
    QCoreApplication application(argc, argv);
    if (argc == 2 && std::string_view(argv[1]) == "--short-of-descriptors")
        return runShortOfDescriptors();
    TestHttpServer test;
    return QTest::qExec(&test, argc, argv);
}

#include "tst_httpserver.moc"
