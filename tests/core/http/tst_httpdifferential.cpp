// Our parser beside Node's, on the same bytes. Ours may refuse more, by the rules listed below; it must never
// accept what Node refuses, nor see other requests in what both accept.

#include "core/http/requestparser.h"

#include "tests/core/http/requestrows.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QStandardPaths>
#include <QTemporaryFile>
#include <QTest>

#include <algorithm>
#include <map>
#include <optional>

using namespace Weir;
using namespace Qt::StringLiterals;

namespace {

/// Where ours is stricter, by the reason that it gives.
constexpr std::string_view stricter[] = {
    "The Host header holds a forbidden character", // Node hands any value on.
    "There is more than one Host header", // Node takes the first.
    "There is no Host header", // Node answers 400, too, but reads on.
    "The request line does not end in a version of HTTP", // Node speaks HTTP/0.9 and allows more blanks.
    "No Transfer-Encoding but chunked is supported", // Node leaves other codings to its user.
    "HTTP/1.0 has no Transfer-Encoding",
    "The connection ended within the request", // Half an empty line at the end.
    "The Host header is not the host of the request target", // Node leaves the comparison to its user.
    "The request target names no valid host",
    "The request target is neither a path nor an http address",
    "The request target is empty or holds a forbidden character", // Fragments, and bytes beyond ASCII.
    "The request has no method", // Node allows more empty lines before the first request.
    "A chunk size is not a hexadecimal number", // Node allows more than 16 digits.
    "A chunk extension is malformed", // Node allows empty names and values.
    "There are too many header lines",
    "There are too many trailers",
    "The header lines are too long",
    "The trailers are too long",
    "The request line is too long",
};

/// The same beside Nodes before 20, whose parser (llhttp before 9) let all of these pass.
constexpr std::string_view stricterThanOld[] = {
    "A chunk size does not end in CRLF", // Of the last chunk: any byte stands for the LF there.
    "A header line does not end in CRLF",
    "A header line has no colon",
    "A header line is folded, which is obsolete",
    "A header name holds a forbidden character",
    "A header name is followed by a space",
    "A trailer line does not end in CRLF",
    "A trailer speaks of the body's length",
    "The request line does not end in CRLF",
};
constexpr int firstStrictNode = 20;

/// Where Node is stricter, by its code, and in how many cases at most, so that the list hides nothing new.
struct Laxer
{
    std::string_view code;
    int atMost;
};
constexpr Laxer laxer[] = {
    {"HPE_INVALID_METHOD", 100}, // Node knows methods by a list; for us any token is one.
    {"HPE_UNEXPECTED_CONTENT_LENGTH", 1}, // Repeated with the same value, which RFC 9112, 6.3 lets pass.
    {"HPE_INVALID_CONTENT_LENGTH", 1}, // With a tab behind it, which is a blank.
    {"HPE_INVALID_TRANSFER_ENCODING", 1}, // The same.
    {"HPE_CLOSED_CONNECTION", 20}, // Bytes behind the last request of a connection, which we never read.
};

struct Seen
{
    QByteArray method, target, body;
    QList<QByteArray> headers; ///< Name, value, name, value, …
    bool operator==(const Seen &) const = default;
};

struct Outcome
{
    std::vector<Seen> requests;
    bool rejected = false;
    std::string reason; ///< In our words, or Node's code.
};

QByteArray bytes(std::string_view text)
{
    return {text.data(), static_cast<qsizetype>(text.size())};
}

Outcome ours(const std::string &input)
{
    Outcome outcome;
    RequestParser parser;
    std::string_view rest = input;
    while (!rest.empty() && !outcome.rejected) {
        switch (parser.parse(rest)) {
        case RequestParser::Event::NeedMore:
        case RequestParser::Event::ContinueExpected:
            break;
        case RequestParser::Event::Complete: {
            const HttpRequest request = parser.takeRequest();
            Seen seen{bytes(request.method), bytes(request.target), request.body, {}};
            for (const HttpRequest::Field &field : request.fields)
                seen.headers << bytes(request.name(field)) << bytes(request.value(field));
            outcome.requests.push_back(seen);
            if (!parser.keepAlive())
                return outcome; // What follows is not read.
            break;
        }
        case RequestParser::Event::Failed:
            outcome.rejected = true;
            outcome.reason = parser.error().reason;
            break;
        }
    }
    if (!outcome.rejected && parser.place() != RequestParser::Place::Between) {
        outcome.rejected = true;
        outcome.reason = "The connection ended within the request";
    }
    return outcome;
}

/// Node leaves an absolute-form target as it is.
QByteArray reduced(const QByteArray &target)
{
    const qsizetype scheme = target.startsWith('/') ? -1 : target.indexOf("://");
    if (scheme < 0)
        return target;
    qsizetype at = scheme + 3;
    while (at < target.size() && target[at] != '/' && target[at] != '?')
        ++at;
    const QByteArray rest = target.mid(at);
    return rest.startsWith('/') ? rest : '/' + rest;
}

Outcome nodes(const QByteArray &line)
{
    const QJsonObject object = QJsonDocument::fromJson(line).object();
    Outcome outcome;
    outcome.rejected = object["rejected"_L1].toBool();
    outcome.reason = object["code"_L1].toString().toStdString();
    for (const auto &value : object["requests"_L1].toArray()) {
        const QJsonObject request = value.toObject();
        Seen seen{request["method"_L1].toString().toLatin1(),
            reduced(request["target"_L1].toString().toLatin1()),
            QByteArray::fromHex(request["body"_L1].toString().toLatin1()), {}};
        for (const auto &header : request["headers"_L1].toArray())
            seen.headers << QByteArray::fromHex(header.toString().toLatin1());
        outcome.requests.push_back(seen);
    }
    return outcome;
}

/// The conformance table, and each of a few valid requests with one byte inserted or taken out, everywhere.
std::vector<std::string> corpus()
{
    std::vector<std::string> cases;
    for (const RequestRow &row : requestRows())
        cases.push_back(row.bytes);
    const std::string seeds[] = {
        requestWith("Content-Length: 5\r\nX-A: b c\r\n", "hello", "POST /e?a=b HTTP/1.1"),
        chunked("5;a=b\r\nhello\r\n1\r\n!\r\n0\r\nT: v\r\n\r\n"),
        get("/1") + get("/2"),
        "GET http://weir/x HTTP/1.1\r\nHost: weir\r\nConnection: close\r\n\r\n",
    };
    for (const std::string &seed : seeds) {
        for (std::size_t at = 0; at <= seed.size(); ++at) {
            for (const char inserted : std::string("\0\t\n\r \x0b\x7f\x80:;,0a", 13))
                cases.push_back(std::string(seed).insert(at, 1, inserted));
            if (at < seed.size())
                cases.push_back(std::string(seed).erase(at, 1));
        }
    }
    return cases;
}

QString describe(const std::string &input, const Outcome &our, const Outcome &node)
{
    const auto told = [](const Outcome &outcome) {
        return QString::number(outcome.requests.size())
            + (outcome.rejected ? u" requests, then refused"_s : u" requests"_s);
    };
    return QString::fromLatin1(bytes(input).left(200).toPercentEncoding(" :;/=?,\"")) + u"\n  ours: "_s
        + told(our) + u" ("_s + QString::fromLatin1(bytes(our.reason)) + u"); Node's: "_s + told(node)
        + u" ("_s + QString::fromStdString(node.reason) + u')';
}

} // namespace

class TestHttpDifferential : public QObject
{
    Q_OBJECT

private slots:
    void agreesWithNode()
    {
        const QString program = QStandardPaths::findExecutable(u"node"_s);
        if (program.isEmpty())
            QSKIP("node is not installed, so there is nothing to compare with");
        const std::vector<std::string> cases = corpus();
        const QList<QByteArray> lines = runNode(program, cases);
        const bool isOld = majorVersion(program) < firstStrictNode;
        QCOMPARE(static_cast<std::size_t>(lines.size()), cases.size());

        int accepted = 0;
        std::map<std::string_view, int> used;
        QStringList failures;
        for (std::size_t i = 0; i < cases.size(); ++i) {
            const Outcome our = ours(cases[i]);
            const Outcome node = nodes(lines[static_cast<qsizetype>(i)]);
            accepted += !our.rejected;
            if (const auto rule = ruleFor(our, node, isOld))
                ++used[*rule];
            else
                failures << describe(cases[i], our, node);
        }
        for (const QString &failure : failures.mid(0, 500))
            qWarning("%s", qPrintable(failure)); // QVERIFY2 would cut them short.
        QCOMPARE(failures.size(), 0);
        QVERIFY(accepted > 500); // Or the comparison would say nothing.
        QStringList unused; // What no case needs is no rule.
        for (const std::string_view reason : stricter) {
            if (!used.contains(reason))
                unused << QString::fromLatin1(bytes(reason));
        }
        QCOMPARE(unused, QStringList());
        for (const Laxer &exception : laxer) {
            const QByteArray count = bytes(exception.code) + ": " + QByteArray::number(used[exception.code]);
            QVERIFY2(used[exception.code] <= exception.atMost, count.constData());
            QVERIFY2(used[exception.code] > 0 || isOld, count.constData());
        }
    }

private:
    static int majorVersion(const QString &program)
    {
        QProcess node;
        node.start(program, {u"-p"_s, u"parseInt(process.versions.node)"_s});
        return node.waitForFinished() ? node.readAllStandardOutput().trimmed().toInt() : 0;
    }
    static QList<QByteArray> runNode(const QString &program, const std::vector<std::string> &cases)
    {
        QTemporaryFile file;
        if (!file.open())
            return {};
        for (const std::string &input : cases)
            file.write(bytes(input).toHex() + '\n');
        file.flush();
        QProcess node;
        node.setProcessChannelMode(QProcess::ForwardedErrorChannel);
        node.start(
            program, {QStringLiteral(WEIR_SOURCE_DIR "/tests/core/http/differential.mjs"), file.fileName()});
        if (!node.waitForFinished(120'000))
            return {};
        return node.readAllStandardOutput().trimmed().split('\n');
    }

    /// What of the rules above the two outcomes need; nothing when they differ in another way.
    static std::optional<std::string_view> ruleFor(const Outcome &our, const Outcome &node, bool isOld)
    {
        const std::size_t common = std::min(our.requests.size(), node.requests.size());
        if (!std::equal(our.requests.begin(), our.requests.begin() + static_cast<std::ptrdiff_t>(common),
                node.requests.begin()))
            return std::nullopt;
        if (our.rejected == node.rejected && our.requests.size() == node.requests.size())
            return "";
        const bool weRefused = our.rejected && our.requests.size() <= node.requests.size();
        const auto *rule = std::find(std::begin(stricter), std::end(stricter), our.reason);
        if (weRefused && rule != std::end(stricter))
            return *rule;
        const auto *old = std::find(std::begin(stricterThanOld), std::end(stricterThanOld), our.reason);
        if (isOld && weRefused && old != std::end(stricterThanOld))
            return *old;
        const auto *exception = std::find_if(
            std::begin(laxer), std::end(laxer), [&](const Laxer &lax) { return lax.code == node.reason; });
        if (!weRefused && exception != std::end(laxer))
            return exception->code;
        return std::nullopt;
    }
};

QTEST_GUILESS_MAIN(TestHttpDifferential)
#include "tst_httpdifferential.moc"
