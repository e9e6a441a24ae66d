#include "core/capture/decoders/posthogruntime.h"
#include "core/http/requestparser.h"

#include <QTest>

#include <nlohmann/json.hpp>

using namespace Weir;
using namespace Weir::PostHog;

/// Who gets a flag at all: rows as PostHog's server decides them.
class PostHogRuntimeTest : public QObject
{
    Q_OBJECT
private slots:
    void decides_data();
    void decides();
};

void PostHogRuntimeTest::decides_data()
{
    QTest::addColumn<QByteArray>("headers");
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<QByteArray>("given"); // Of the flags "any client server odd eu us".
    const auto row = [](const char *name, const char *headers, const char *body, const char *given) {
        QTest::newRow(name) << QByteArray(headers) << QByteArray(body) << QByteArray(given);
    };
    row("unknown", "", "{}", "any odd eu us");
    row("browser", "User-Agent: Mozilla/5.0 (X11)\r\n", "{}", "any client odd eu us");
    row("node", "User-Agent: posthog-node/5.70.0\r\n", "{}", "any server odd eu us");
    row("python", "User-Agent: python-requests/2.31\r\n", "{}", "any server odd eu us");
    row("curl", "User-Agent: curl/8.1\r\n", "{}", "any server odd eu us");
    row("phone", "User-Agent: posthog-ios/3.2\r\n", "{}", "any client odd eu us");
    row("not at the beginning", "User-Agent: x posthog-node/5\r\n", "{}", "any odd eu us");
    row("only a browser sends it", "Sec-Fetch-Mode: cors\r\n", "{}", "any client odd eu us");
    row("page", "Origin: http://a.example\r\n", "{}", "any client odd eu us");
    row("server first", "User-Agent: posthog-node/5\r\nOrigin: http://a.example\r\n", "{}",
        "any server odd eu us");
    row("said", "User-Agent: posthog-node/5\r\n", R"({"evaluation_runtime":"Client"})",
        "any client odd eu us");
    row("all", "", R"({"evaluation_runtime":"all"})", "any client server odd eu us");
    row("said oddly", "", R"({"evaluation_runtime":"moon"})", "any client server odd eu us");
    row("said as number", "", R"({"evaluation_runtime":7})", "any odd eu us");
    row("context", "", R"({"evaluation_contexts":["eu"]})", "any odd eu");
    row("older name", "", R"({"evaluation_environments":["us","x"]})", "any odd us");
    row("no context", "", R"({"evaluation_contexts":[]})", "any odd eu us");
    row("wrong context", "", R"({"evaluation_contexts":"eu"})", "any odd eu us");
    row("no object", "User-Agent: curl/8\r\n", "[]", "any odd eu us");
}

void PostHogRuntimeTest::decides()
{
    QFETCH(QByteArray, headers);
    QFETCH(QByteArray, body);
    QFETCH(QByteArray, given);
    const auto definitions = FlagDefinitions::parse(R"({"flags":[
        {"key":"any","filters":{"groups":[{}]}},
        {"key":"client","evaluation_runtime":"client","filters":{"groups":[{}]}},
        {"key":"server","evaluation_runtime":"server","filters":{"groups":[{}]}},
        {"key":"odd","evaluation_runtime":"fridge","filters":{"groups":[{}]}},
        {"key":"eu","evaluation_contexts":["eu"],"filters":{"groups":[{}]}},
        {"key":"us","evaluation_tags":["us","apac"],"filters":{"groups":[{}]}}]})");
    QVERIFY(definitions);
    const std::string head = "POST /flags/?v=2 HTTP/1.1\r\nHost: a\r\n" + headers.toStdString() + "\r\n";
    RequestParser parser;
    std::string_view bytes = head;
    QCOMPARE(parser.parse(bytes), RequestParser::Event::Complete);
    const FlagAsker asker = flagAsker(parser.takeRequest(), nlohmann::json::parse(body.toStdString()));
    QStringList meant;
    for (const FlagInfo &flag : definitions->flags()) {
        if (isMeantFor(flag, asker))
            meant += QString::fromStdString(flag.key);
        QCOMPARE(isMeantForAll(flag), flag.key == "any");
    }
    QCOMPARE(meant.join(u' ').toUtf8(), given);
}

QTEST_APPLESS_MAIN(PostHogRuntimeTest)
#include "tst_posthogruntime.moc"
