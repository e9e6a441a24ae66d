#include "core/http/upstream.h"
#include "tests/core/http/testserver.h"
#include "tests/support/requests.h"

#include <QTcpServer>
#include <QTcpSocket>
#include <QTest>

using namespace Weir;
using namespace Weir::Testing;

class UpstreamTest : public QObject
{
    Q_OBJECT
private slots:
    void parsesUrls_data();
    void parsesUrls();
    void refusesUrls_data();
    void refusesUrls();
    void forwardsHeaders();
    void asks();
    void keepsConnections();
    void asksManyAtOnce();
    void asksAgainWhenAKeptConnectionWasClosed();
    void fails_data();
    void fails();
};

namespace {

UpstreamUrl urlOf(std::uint16_t port, const std::string &prefix = {})
{
    return {false, "127.0.0.1", port, prefix};
}

/// What became of one question.
struct Outcome
{
    int calls = 0;
    Result<HttpResponse> answer = Error{Error::Kind::Cancelled, "Not answered", {}};

    Upstream::Done receiver()
    {
        return [this](Result<HttpResponse> given) {
            ++calls;
            answer = std::move(given);
        };
    }
};

/// A server that says the same bytes to whoever connects, and may close then.
class RawServer
{
public:
    RawServer(QByteArray bytes, bool closes)
    {
        QObject::connect(&m_server, &QTcpServer::newConnection, [this, bytes = std::move(bytes), closes] {
            QTcpSocket *const socket = m_server.nextPendingConnection();
            QObject::connect(socket, &QTcpSocket::readyRead, [socket, bytes, closes] {
                socket->readAll();
                socket->write(bytes);
                if (closes)
                    socket->disconnectFromHost();
            });
        });
        m_server.listen(QHostAddress::LocalHost);
    }
    std::uint16_t port() const { return m_server.serverPort(); }

private:
    QTcpServer m_server;
};

} // namespace

void UpstreamTest::parsesUrls_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("parts"); // secure, host, port, prefix, authority
    const auto row = [](const char *text, const char *parts) {
        QTest::newRow(text) << QString::fromLatin1(text) << QString::fromLatin1(parts);
    };
    row("https://us.i.posthog.com", "1 us.i.posthog.com 443  us.i.posthog.com");
    row("https://us.i.posthog.com/", "1 us.i.posthog.com 443  us.i.posthog.com");
    row("http://localhost:8000/proxy/", "0 localhost 8000 /proxy localhost:8000");
    row("http://10.0.0.2", "0 10.0.0.2 80  10.0.0.2");
    row("https://[::1]:8443/a/b", "1 ::1 8443 /a/b [::1]:8443");
    row("https://[::1]", "1 ::1 443  [::1]");
    row("https://host:443", "1 host 443  host");
}

void UpstreamTest::parsesUrls()
{
    QFETCH(QString, text);
    QFETCH(QString, parts);
    const auto url = UpstreamUrl::parse(text.toStdString());
    QVERIFY(url);
    QCOMPARE(QString::fromStdString(std::to_string(url->isSecure) + ' ' + url->host + ' '
                 + std::to_string(url->port) + ' ' + url->prefix + ' ' + url->authority()),
        parts);
}

void UpstreamTest::refusesUrls_data()
{
    QTest::addColumn<QString>("text");
    for (const char *text :
        {"", "us.i.posthog.com", "ftp://a", "https://", "https:///path", "https://a:0", "https://a:99999",
            "https://a:b", "https://user@a", "https://a/?b", "https://a/#b", "https://a b"})
        QTest::newRow(text) << QString::fromLatin1(text);
}

void UpstreamTest::refusesUrls()
{
    QFETCH(QString, text);
    const auto url = UpstreamUrl::parse(text.toStdString());
    QVERIFY(!url);
    QCOMPARE(url.error().kind, Error::Kind::BadInput);
}

void UpstreamTest::forwardsHeaders()
{
    const HttpRequest request = makeRequest("POST", "/flags/?v=2",
        {{"Host", "weir"}, {"Content-Type", "application/json"}, {"Cookie", "secret"},
            {"Authorization", "Bearer phx"}, {"accept-encoding", "gzip"}, {"Content-Encoding", "gzip"},
            {"Connection", "close"}, {"Origin", "http://a"}, {"If-None-Match", "W/\"1\""}},
        "x");
    const std::vector<std::pair<std::string, std::string>> expected
        = {{"Content-Type", "application/json"}, {"Authorization", "Bearer phx"},
            {"Content-Encoding", "gzip"}, {"Accept-Encoding", "identity"}, {"Via", "1.1 weir"}};
    QVERIFY(forwardedHeaders(request) == expected);
    QVERIFY(!isFromWeir(request));
    QVERIFY(isFromWeir(makeRequest("GET", "/", {{"Via", "1.1 weir"}}, {})));
}

void UpstreamTest::asks()
{
    TestServer server;
    Upstream upstream(urlOf(server.port(), "/proxy"));
    Outcome outcome;
    upstream.ask({"POST", "/flags/?v=2", {{"X-Name", "value"}}, "body"}, outcome.receiver());
    QCOMPARE(outcome.calls, 0); // Never at once.
    QTRY_COMPARE(outcome.calls, 1);
    QVERIFY(outcome.answer);
    QCOMPARE(outcome.answer->status, 200);
    QCOMPARE(outcome.answer->body, std::string("body"));
    const HttpRequest &request = server.requests.front().request;
    QCOMPARE(request.target, std::string("/proxy/flags/?v=2"));
    QCOMPARE(std::string(request.header("X-Name")), std::string("value"));
    QCOMPARE(std::string(request.header("Host")), "127.0.0.1:" + std::to_string(server.port()));
}

void UpstreamTest::keepsConnections()
{
    TestServer server;
    Upstream upstream(urlOf(server.port()));
    for (int i = 0; i < 3; ++i) {
        Outcome outcome;
        upstream.ask({"GET", "/", {}, {}}, outcome.receiver());
        QTRY_COMPARE(outcome.calls, 1);
        QVERIFY(outcome.answer);
    }
    QCOMPARE(server.requests[2].ticket.connection, server.requests[0].ticket.connection);
}

void UpstreamTest::asksManyAtOnce()
{
    TestServer server;
    Upstream::Options options;
    options.connections = 4;
    Upstream upstream(urlOf(server.port()), options);
    std::vector<Outcome> outcomes(50);
    for (std::size_t i = 0; i < outcomes.size(); ++i)
        upstream.ask({"POST", "/", {}, QByteArray::number(int(i))}, outcomes[i].receiver());
    for (std::size_t i = 0; i < outcomes.size(); ++i) {
        QTRY_COMPARE(outcomes[i].calls, 1);
        QVERIFY(outcomes[i].answer);
        QCOMPARE(outcomes[i].answer->body, std::to_string(i));
    }
    QVERIFY(server.server.connectionCount() <= 4);
}

void UpstreamTest::asksAgainWhenAKeptConnectionWasClosed()
{
    auto server = std::make_unique<TestServer>();
    const std::uint16_t port = server->port();
    Upstream upstream(urlOf(port));
    Outcome first, second;
    upstream.ask({"GET", "/", {}, {}}, first.receiver());
    QTRY_COMPARE(first.calls, 1);
    server->server.close();
    server = nullptr;
    TestServer anew;
    anew.server.close();
    QVERIFY(anew.server.listen({"127.0.0.1"}, port));
    upstream.ask({"GET", "/", {}, {}}, second.receiver());
    QTRY_COMPARE(second.calls, 1);
    QVERIFY(second.answer);
}

void UpstreamTest::fails_data()
{
    QTest::addColumn<QByteArray>("answer");
    QTest::addColumn<bool>("closes");
    QTest::addColumn<int>("kind");
    QTest::newRow("silence") << QByteArray() << false << int(Error::Kind::Network);
    QTest::newRow("closed") << QByteArray() << true << int(Error::Kind::Network);
    QTest::newRow("half a head") << QByteArray("HTTP/1.1 200 OK\r\n") << true << int(Error::Kind::Network);
    QTest::newRow("half a body") << QByteArray("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc") << true
                                 << int(Error::Kind::Network);
    QTest::newRow("slow body") << QByteArray("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc") << false
                               << int(Error::Kind::Network);
    QTest::newRow("no HTTP") << QByteArray("hello\r\n\r\n") << false << int(Error::Kind::Upstream);
}

void UpstreamTest::fails()
{
    QFETCH(QByteArray, answer);
    QFETCH(bool, closes);
    QFETCH(int, kind);
    RawServer server(answer, closes);
    Upstream::Options options;
    options.timeout = 300ms;
    Upstream upstream(urlOf(server.port()), options);
    Outcome outcome;
    upstream.ask({"GET", "/", {}, {}}, outcome.receiver());
    QTRY_COMPARE(outcome.calls, 1);
    QVERIFY(!outcome.answer);
    QCOMPARE(int(outcome.answer.error().kind), kind);
    QCOMPARE(outcome.answer.error().where, "http://127.0.0.1:" + std::to_string(server.port()));
}

QTEST_GUILESS_MAIN(UpstreamTest)
#include "tst_upstream.moc"
