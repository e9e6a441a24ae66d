#include "tests/core/http/testclient.h"
#include "tests/core/http/testserver.h"

#include <QTest>

using namespace Weir;
using namespace std::chrono_literals;

/// Clients that end their side while an answer is still due: some wait for it, others have gone.
class TestGoodbye : public QObject
{
    Q_OBJECT

private slots:
    void halfClosedClientGetsItsAnswer()
    {
        TestServer server;
        server.answer = nullptr;
        TestClient client(server.port());
        QVERIFY(client.send(post("last words")));
        client.shutdownWrite();
        QTRY_COMPARE(server.requests.size(), 1u);
        TestClient other(server.port()); // When it is heard, the end of the first one's input has been, too.
        QVERIFY(other.send(get));
        QTRY_COMPARE(server.requests.size(), 2u);
        QCOMPARE(server.server.connectionCount(), 2u); // It must not count as goodbye.
        server.server.respond(server.requests[0].ticket, HttpResponse::text(200, "answer"));
        QVERIFY(client.waitForClose());
        QVERIFY(client.received().endsWith("answer"));
    }

    void closedClientIsNoticed_data()
    {
        QTest::addColumn<QByteArray>("request");
        QTest::addColumn<bool>("noticed");
        QTest::newRow("HTTP/1.1") << QByteArray(get.data(), qsizetype(get.size())) << true;
        QTest::newRow("HTTP/1.1, the last request")
            << QByteArray("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n") << true;
        QTest::newRow("two requests") << QByteArray(get.data(), qsizetype(get.size())).repeated(2) << true;
        QTest::newRow("HTTP/1.0 knows no interim answer") << QByteArray("GET / HTTP/1.0\r\n\r\n") << false;
    }
    void closedClientIsNoticed()
    {
        QFETCH(QByteArray, request);
        QFETCH(bool, noticed);
        HttpServer::Options options;
        options.goneTimeout = 20ms;
        TestServer server(options);
        server.answer = nullptr;
        TestClient client(server.port()), half(server.port());
        for (TestClient *each : {&client, &half})
            QVERIFY(each->send({request.constData(), std::size_t(request.size())}));
        QTRY_VERIFY(server.requests.size() >= 2u);
        client.close();
        half.shutdownWrite();
        if (noticed) {
            QTRY_COMPARE(server.closed.size(), 1u);
            QVERIFY(half.waitFor("HTTP/1.1 100 Continue\r\n\r\n"));
        }
        for (const auto &received : server.requests)
            server.server.respond(received.ticket, HttpResponse::text(200, "answer"));
        QVERIFY(half.waitForClose());
        QVERIFY(half.received().endsWith("answer"));
        QCOMPARE(half.received().count("100 Continue"), noticed ? 1 : 0);
        QTRY_COMPARE(server.closed.size(), 2u);
    }
};

QTEST_GUILESS_MAIN(TestGoodbye)
#include "tst_goodbye.moc"
