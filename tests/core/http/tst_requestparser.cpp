#include "core/http/requestparser.h"

#include "tests/core/http/requestrows.h"

#include <QRandomGenerator>
#include <QTest>

using namespace Weir;
using namespace std::string_literals;

namespace {

/// Everything that a parser told about some bytes.
struct Outcome
{
    std::vector<HttpRequest> requests;
    std::vector<bool> keepAlive;
    int continues = 0;
    HttpError error{0, {}};
    QByteArray rejectedHead;
    RequestParser::Place place = RequestParser::Place::Between;
};

/// Gives the bytes in pieces whose sizes `next` chooses.
template <typename Next> Outcome parse(std::string_view bytes, Next next, RequestLimits limits = {})
{
    RequestParser parser(limits);
    Outcome outcome;
    while (!bytes.empty() && outcome.error.status == 0) {
        std::string_view piece = bytes.substr(0, next());
        bytes.remove_prefix(piece.size());
        while (!piece.empty() && outcome.error.status == 0) {
            switch (parser.parse(piece)) {
            case RequestParser::Event::NeedMore:
                break;
            case RequestParser::Event::ContinueExpected:
                ++outcome.continues;
                break;
            case RequestParser::Event::Complete:
                outcome.requests.push_back(parser.takeRequest());
                outcome.keepAlive.push_back(parser.keepAlive());
                break;
            case RequestParser::Event::Failed:
                outcome.error = parser.error();
                outcome.rejectedHead = parser.receivedHead();
                break;
            }
        }
    }
    outcome.place = parser.place();
    return outcome;
}

Outcome parseWhole(std::string_view bytes)
{
    return parse(bytes, [] { return std::string_view::npos; });
}

std::vector<std::string> bodies(const Outcome &outcome)
{
    std::vector<std::string> bodies;
    for (const HttpRequest &request : outcome.requests)
        bodies.push_back(request.body.toStdString());
    return bodies;
}

bool same(const HttpRequest &a, const HttpRequest &b)
{
    const auto sameField = [](const HttpRequest::Field &x, const HttpRequest::Field &y) {
        return x.nameAt == y.nameAt && x.nameSize == y.nameSize && x.valueAt == y.valueAt
            && x.valueSize == y.valueSize;
    };
    return a.head == b.head && a.method == b.method && a.target == b.target
        && a.minorVersion == b.minorVersion && a.body == b.body
        && std::equal(a.fields.begin(), a.fields.end(), b.fields.begin(), b.fields.end(), sameField);
}

bool same(const Outcome &a, const Outcome &b)
{
    return a.error == b.error && a.keepAlive == b.keepAlive && a.continues == b.continues
        && a.place == b.place
        && std::equal(a.requests.begin(), a.requests.end(), b.requests.begin(), b.requests.end(),
            [](const HttpRequest &x, const HttpRequest &y) { return same(x, y); });
}

} // namespace

class TestRequestParser : public QObject
{
    Q_OBJECT

private slots:
    void conformance_data()
    {
        QTest::addColumn<int>("row");
        const auto rows = requestRows();
        for (std::size_t i = 0; i < rows.size(); ++i)
            QTest::newRow(rows[i].name) << static_cast<int>(i);
    }

    void conformance()
    {
        QFETCH(int, row);
        const RequestRow expected = requestRows()[static_cast<std::size_t>(row)];
        const Outcome whole = parseWhole(expected.bytes);
        QVERIFY2(whole.error.status == expected.status,
            qPrintable(QStringLiteral("status %1: %2")
                           .arg(whole.error.status)
                           .arg(QString::fromUtf8(whole.error.reason.data(),
                               static_cast<qsizetype>(whole.error.reason.size())))));
        QCOMPARE(whole.error.reason.empty(), expected.status == 0);
        QVERIFY(bodies(whole) == expected.bodies);
        if (expected.status == 0)
            QCOMPARE(whole.place, RequestParser::Place::Between);
        QVERIFY(same(whole, parse(expected.bytes, [] { return 1u; })));
        QRandomGenerator random(4711);
        for (int i = 0; i < 20; ++i)
            QVERIFY(same(whole, parse(expected.bytes, [&] { return 1u + random.bounded(40u); })));
    }

    void keepAlive_data()
    {
        QTest::addColumn<QByteArray>("version");
        QTest::addColumn<QByteArray>("connection");
        QTest::addColumn<bool>("keep");
        QTest::newRow("1.1") << QByteArray("1.1") << QByteArray() << true;
        QTest::newRow("1.1 close") << QByteArray("1.1") << QByteArray("Connection: close\r\n") << false;
        QTest::newRow("1.1 list") << QByteArray("1.1") << QByteArray("Connection: x, CLOSE ,y\r\n") << false;
        QTest::newRow("1.1 two fields")
            << QByteArray("1.1") << QByteArray("Connection: x\r\nConnection: close\r\n") << false;
        QTest::newRow("1.1 both") << QByteArray("1.1") << QByteArray("Connection: keep-alive, close\r\n")
                                  << false;
        QTest::newRow("1.0") << QByteArray("1.0") << QByteArray() << false;
        QTest::newRow("1.0 keep-alive")
            << QByteArray("1.0") << QByteArray("Connection: Keep-Alive\r\n") << true;
    }

    void keepAlive()
    {
        QFETCH(QByteArray, version);
        QFETCH(QByteArray, connection);
        QFETCH(bool, keep);
        const Outcome outcome
            = parseWhole(("GET / HTTP/" + version + "\r\nHost: a\r\n" + connection + "\r\n").toStdString());
        QCOMPARE(outcome.keepAlive, std::vector<bool>{keep});
    }

    void partsOfARequest()
    {
        const std::string fields = "Content-Type:  application/json \r\nX-Empty:\r\nContent-Length: 2\r\n";
        const Outcome outcome = parseWhole(requestWith(fields, "{}", "PUT /a/b?c=%20d&e HTTP/1.1"));
        QCOMPARE(outcome.requests.size(), 1u);
        const HttpRequest request = outcome.requests.front(); // A copy: its fields must hold in it, too.
        QCOMPARE(request.method, "PUT"s);
        QCOMPARE(request.target, "/a/b?c=%20d&e"s);
        QCOMPARE(request.minorVersion, 1);
        QCOMPARE(request.head.toStdString(), "Host: weir\r\n" + fields);
        QCOMPARE(request.fields.size(), 4u);
        QVERIFY(request.header("content-type") == "application/json");
        QVERIFY(request.header("x-empty").empty() && request.hasHeader("x-empty"));
        QVERIFY(!request.hasHeader("x"));
    }

    void absoluteTargetIsReduced()
    {
        QCOMPARE(parseWhole(get("http://weir/a?b")).requests.front().target, "/a?b"s);
        QCOMPARE(parseWhole(get("http://weir?b")).requests.front().target, "/?b"s);
        QCOMPARE(parseWhole(get("https://weir")).requests.front().target, "/"s);
    }

    void continueIsAskedForOnce()
    {
        const std::string sized = "Expect: 100-Continue\r\nContent-Length: 2\r\n";
        QCOMPARE(parseWhole(requestWith(sized)).continues, 1);
        QCOMPARE(parseWhole(requestWith(sized, "ok")).continues, 1);
        QCOMPARE(parseWhole(requestWith("Expect: 100-continue\r\nContent-Length: 0\r\n")).continues, 0);
        QCOMPARE(parseWhole(requestWith(sized, "ok", "POST / HTTP/1.0")).continues, 0);
    }

    void nothingIsParsedAfterAnError()
    {
        RequestParser parser;
        const std::string bytes = "GET / HTTP/1.1\r\n\r\n" + get("/");
        std::string_view rest = bytes;
        QCOMPARE(parser.parse(rest), RequestParser::Event::Failed);
        QCOMPARE(parser.parse(rest), RequestParser::Event::Failed);
    }

    void receivedHeadHoldsTheOffendingLine()
    {
        QCOMPARE(parseWhole(requestWith("X : y\r\nZ: z\r\n")).rejectedHead,
            "POST /e HTTP/1.1\r\nHost: weir\r\nX : y\r\n");
        QCOMPARE(parseWhole(requestWith("Content-Length: x\r\n")).rejectedHead,
            "POST /e HTTP/1.1\r\nHost: weir\r\nContent-Length: x\r\n");
        QCOMPARE(parseWhole("GET /\n").rejectedHead, "GET /\n");
    }

    void placeFollowsTheBytes()
    {
        RequestParser parser;
        const auto placeAfter = [&](std::string_view bytes) {
            parser.parse(bytes);
            return parser.place();
        };
        QCOMPARE(parser.place(), RequestParser::Place::Between);
        QCOMPARE(placeAfter("P"), RequestParser::Place::Head);
        QCOMPARE(placeAfter("OST / HTTP/1.1\r\nHost: a\r\n"), RequestParser::Place::Head);
        QCOMPARE(placeAfter("Content-Length: 2\r\n\r\n"), RequestParser::Place::Body);
        QCOMPARE(placeAfter("o"), RequestParser::Place::Body);
        QCOMPARE(placeAfter("k"), RequestParser::Place::Between);
        parser.takeRequest();
        QVERIFY(parser.bufferedBytes() < 64);
    }

    void memoryFollowsTheBytesThatCame()
    {
        RequestParser parser;
        std::string_view head = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 33554432\r\n\r\nx";
        parser.parse(head);
        QVERIFY(parser.bufferedBytes() < 128 * 1024); // Not the 32 MiB that were announced.
    }

    void chunkedBodyIsBounded()
    {
        RequestLimits limits;
        limits.bodyBytes = 10;
        const auto whole = [] { return std::string_view::npos; };
        QCOMPARE(parse(chunked("5\r\nhello\r\n5\r\nworld\r\n0\r\n\r\n"), whole, limits).error.status, 0);
        QCOMPARE(parse(chunked("5\r\nhello\r\n6\r\n"), whole, limits).error.status, 413);
    }
};

QTEST_GUILESS_MAIN(TestRequestParser)
#include "tst_requestparser.moc"
