#include "core/http/responseparser.h"
#include "core/http/responsewriter.h"

#include <QTest>

using namespace Weir;
using namespace std::string_literals;

namespace {

struct Row
{
    const char *name;
    std::string bytes; ///< The connection ends behind them.
    bool accepted = true;
    std::vector<std::string> bodies = {""};
};

std::string ok(std::string_view fields, std::string_view body = {})
{
    return std::string("HTTP/1.1 200 OK\r\n").append(fields).append("\r\n").append(body);
}

const std::vector<Row> rows = {
    {"sized", ok("Content-Length: 5\r\n", "hello"), true, {"hello"}},
    {"empty", ok("Content-Length: 0\r\n")},
    {"chunked", ok("Transfer-Encoding: chunked\r\n", "2\r\nhe\r\n3\r\nllo\r\n0\r\nX: y\r\n\r\n"), true,
        {"hello"}},
    {"until the end", ok("", "all of it"), true, {"all of it"}},
    {"until the end, nothing", ok("")},
    {"http/1.0", "HTTP/1.0 200 OK\r\n\r\nold", true, {"old"}},
    {"no reason", "HTTP/1.1 200\r\nContent-Length: 0\r\n\r\n"},
    {"204 with a length", "HTTP/1.1 204 No Content\r\nContent-Length: 5\r\n\r\n"},
    {"304", "HTTP/1.1 304 Not Modified\r\n\r\n"},
    {"100 first", "HTTP/1.1 100 Continue\r\n\r\n" + ok("Content-Length: 2\r\n", "ok"), true, {"ok"}},
    {"two", ok("Content-Length: 1\r\n", "a") + ok("Content-Length: 1\r\n", "b"), true, {"a", "b"}},
    {"nothing", "", true, {}},
    {"cut in the status", "HTTP/1.1 2", false, {}},
    {"cut in the head", "HTTP/1.1 200 OK\r\nX: y\r\n", false, {}},
    {"cut in the body", ok("Content-Length: 5\r\n", "hel"), false, {}},
    {"cut in a chunk", ok("Transfer-Encoding: chunked\r\n", "5\r\nhel"), false, {}},
    {"two lengths", ok("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n"), false, {}},
    {"unequal lengths", ok("Content-Length: 5\r\nContent-Length: 6\r\n"), false, {}},
    {"length too large", ok("Content-Length: 999999999999\r\n"), false, {}},
    {"bare lf", "HTTP/1.1 200 OK\nContent-Length: 0\r\n\r\n", false, {}},
    {"folded", ok("X: a\r\n b\r\n"), false, {}},
    {"status of two digits", "HTTP/1.1 20 OK\r\n\r\n", false, {}},
    {"http/2", "HTTP/2.0 200 OK\r\n\r\n", false, {}},
    {"another protocol", "SSH-2.0-OpenSSH\r\n", false, {}},
    {"switching", "HTTP/1.1 101 Switching Protocols\r\n\r\n", false, {}},
};

struct Outcome
{
    std::vector<std::string> bodies;
    std::string_view reason;
    bool operator==(const Outcome &) const = default;
};

Outcome parse(std::string_view bytes, std::size_t pieceSize)
{
    ResponseParser parser;
    Outcome outcome;
    while (!bytes.empty()) {
        std::string_view piece = bytes.substr(0, pieceSize);
        bytes.remove_prefix(piece.size());
        while (!piece.empty()) {
            const auto event = parser.parse(piece);
            if (event == ResponseParser::Event::Failed)
                return {outcome.bodies, parser.error().reason};
            if (event == ResponseParser::Event::Complete)
                outcome.bodies.push_back(parser.takeResponse().body);
        }
    }
    switch (parser.endInput()) {
    case ResponseParser::Event::Complete:
        outcome.bodies.push_back(parser.takeResponse().body);
        break;
    case ResponseParser::Event::Failed:
        outcome.reason = parser.error().reason;
        break;
    case ResponseParser::Event::NeedMore:
        break;
    }
    return outcome;
}

} // namespace

class TestResponseParser : public QObject
{
    Q_OBJECT

private slots:
    void conformance_data()
    {
        QTest::addColumn<int>("row");
        for (std::size_t i = 0; i < rows.size(); ++i)
            QTest::newRow(rows[i].name) << static_cast<int>(i);
    }

    void conformance()
    {
        QFETCH(int, row);
        const Row &expected = rows[static_cast<std::size_t>(row)];
        const Outcome whole = parse(expected.bytes, std::string_view::npos);
        QCOMPARE(whole.reason.empty(), expected.accepted);
        QVERIFY(whole.bodies == expected.bodies);
        for (std::size_t size = 1; size < 12; ++size)
            QVERIFY(parse(expected.bytes, size) == whole);
    }

    void headHasNoBody()
    {
        ResponseParser parser;
        parser.expect(ResponseParser::Body::None);
        const std::string bytes = ok("Content-Length: 5\r\n");
        std::string_view rest = bytes;
        QCOMPARE(parser.parse(rest), ResponseParser::Event::Complete);
        QVERIFY(parser.keepAlive());
    }

    void streamsCanBeReadAsTheyCome()
    {
        ResponseParser parser;
        const std::string first = ok("Transfer-Encoding: chunked\r\n", "5\r\nhello\r\n"),
                          second = "6\r\n world\r\n";
        std::string_view rest = first;
        QCOMPARE(parser.parse(rest), ResponseParser::Event::NeedMore);
        QVERIFY(parser.headComplete());
        QCOMPARE(parser.response().status, 200);
        QCOMPARE(parser.takeBody(), "hello"s);
        rest = second;
        QCOMPARE(parser.parse(rest), ResponseParser::Event::NeedMore);
        QCOMPARE(parser.takeBody(), " world"s);
    }

    void readsWhatTheWriterWrites_data()
    {
        QTest::addColumn<int>("status");
        QTest::addColumn<int>("minorVersion");
        QTest::addColumn<bool>("close");
        QTest::addColumn<int>("framing");
        QTest::addColumn<QByteArray>("body"); // As it must arrive.
        QTest::addColumn<QByteArray>("fields"); // Behind Content-Type and Date.
        const auto row = [](const char *name, int status, int minor, bool close, Framing framing,
                             const char *body, const char *fields) {
            QTest::newRow(name) << status << minor << close << static_cast<int>(framing) << QByteArray(body)
                                << QByteArray(fields);
        };
        row("plain", 200, 1, false, Framing::Sized, "text", "Content-Length: 4\r\n");
        row("close", 200, 1, true, Framing::Sized, "text", "Content-Length: 4\r\nConnection: close\r\n");
        row("1.0", 200, 0, false, Framing::Sized, "text", "Content-Length: 4\r\nConnection: keep-alive\r\n");
        row("1.0 close", 404, 0, true, Framing::Sized, "text", "Content-Length: 4\r\nConnection: close\r\n");
        row("204", 204, 1, false, Framing::Sized, "", "");
        row("304", 304, 1, false, Framing::Sized, "", "");
        row("unknown status", 299, 1, false, Framing::Sized, "text", "Content-Length: 4\r\n");
        row("stream", 200, 1, false, Framing::Chunked, "text", "Transfer-Encoding: chunked\r\n");
        row("1.0 stream", 200, 0, false, Framing::UntilClose, "text", "Connection: close\r\n");
    }

    void readsWhatTheWriterWrites()
    {
        QFETCH(int, status);
        QFETCH(int, minorVersion);
        QFETCH(bool, close);
        QFETCH(int, framing);
        QFETCH(QByteArray, body);
        QFETCH(QByteArray, fields);
        std::string out;
        const ResponseContext context{"now", minorVersion, ResponseContext::Method::Other,
            close ? ResponseContext::Connection::Close : ResponseContext::Connection::Keep,
            static_cast<Framing>(framing)};
        appendResponse(out, HttpResponse{status, {{"Content-Type", "text/plain"}}, "text"}, context);
        if (context.framing == Framing::Chunked)
            appendLastChunk(out);
        const QByteArray head = "HTTP/1.1 " + QByteArray::number(status) + ' '
            + QByteArray::fromStdString(std::string(reasonPhrase(status)))
            + "\r\nContent-Type: text/plain\r\nDate: now\r\n" + fields + "\r\n";
        QVERIFY2(QByteArray::fromStdString(out).startsWith(head), out.c_str());
        const Outcome outcome = parse(out, std::string_view::npos);
        QVERIFY(outcome.reason.empty());
        QVERIFY(outcome.bodies == std::vector{body.toStdString()});
    }

    void writerKeepsHeadersInTheirLines()
    {
        std::string out;
        HttpResponse response = HttpResponse::json(200, "{}");
        response.with("X-Echo", "a\r\nSet-Cookie: b").with("Bad Name", "x").with("content-length", "7");
        appendResponse(out, response, {});
        QVERIFY(out.find("X-Echo: a  Set-Cookie: b\r\n") != out.npos);
        QVERIFY(out.find("Bad Name") == out.npos);
        QVERIFY(out.find("Content-Length: 2\r\n") != out.npos && out.find(": 7") == out.npos);
    }

    void dates()
    {
        QCOMPARE(httpDate(fromMs(0)), "Thu, 01 Jan 1970 00:00:00 GMT"s);
        QCOMPARE(httpDate(fromMs(1'795'424'799'661)), "Mon, 23 Nov 2026 09:06:39 GMT"s);
        QCOMPARE(httpDate(fromMs(951'782'400'000)), "Tue, 29 Feb 2000 00:00:00 GMT"s);
    }
};

QTEST_GUILESS_MAIN(TestResponseParser)
#include "tst_responseparser.moc"
