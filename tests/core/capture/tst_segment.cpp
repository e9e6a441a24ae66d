#include "tests/support/callrecordings.h"

using namespace Weir;
using namespace Weir::Testing;

namespace {

const UtcTime now = *parseTime("2026-11-23T12:00:00.000Z");
const HeaderPairs keyed{{"Authorization", "Basic a2V5Og=="}};

Intake take(
    const QByteArray &method, const QByteArray &target, const HeaderPairs &headers, const QByteArray &body)
{
    return decodeRequest(makeRequest(method, target, headers, body), {now, "127.0.0.1:9347"});
}

} // namespace

class SegmentTest : public QObject
{
    Q_OBJECT
private slots:
    void recordings_data() { addCallRecordings(QStringLiteral("segment")); }
    void recordings()
    {
        QFETCH(QString, name);
        compareWithExpectation(name);
    }
    void toldApart_data();
    void toldApart();
    void mixedBatch();
    void shortPaths_data();
    void shortPaths();
    void answers_data();
    void answers();
    void clocks();
    void settings_data();
    void settings();
};

void SegmentTest::toldApart_data()
{
    QTest::addColumn<QByteArray>("members");
    QTest::addColumn<QByteArray>("behind"); // Members of the body behind the batch.
    QTest::addColumn<int>("source");
    const auto row = [](const char *name, const char *members, const char *behind, Source source) {
        QTest::newRow(name) << QByteArray(members) << QByteArray(behind) << int(source);
    };
    row("nothing tells", "", "", Source::RudderStack);
    row("channel", R"(,"channel":"server")", R"(,"writeKey":"k")", Source::RudderStack);
    row("originalTimestamp", R"(,"originalTimestamp":"2026-11-23T12:00:00Z")", R"(,"writeKey":"k")",
        Source::RudderStack);
    row("message id of node", R"(,"messageId":"node-next-1795424793512-fded2ebb")", "", Source::Segment);
    row("message id of the browser", R"(,"messageId":"ajs-next-1795424793512-fded2ebb")", "",
        Source::Segment);
    row("RudderStack's old message id", R"(,"channel":"server","messageId":"node-6d5a-fded2ebb")", "",
        Source::RudderStack);
    row("library", R"(,"context":{"library":{"name":"@segment/analytics-node","version":"3.1.0"}})", "",
        Source::Segment);
    row("library's version", R"(,"context":{"library":{"name":"analytics.js","version":"next-1.84.3"}})", "",
        Source::Segment);
    row("a library both have", R"(,"context":{"library":{"name":"analytics-node","version":"3.0.13"}})", "",
        Source::RudderStack);
    row("writeKey behind the batch", "", R"(,"writeKey":"k")", Source::Segment);
    row("writeKey in the call", R"(,"writeKey":"k")", "", Source::Segment);
    row("timestamp alone", R"(,"timestamp":"2026-11-23T12:00:00Z")", "", Source::RudderStack);
}

void SegmentTest::toldApart()
{
    QFETCH(QByteArray, members);
    QFETCH(QByteArray, behind);
    QFETCH(int, source);
    const QByteArray body
        = R"({"batch":[{"type":"track","event":"x","userId":"u")" + members + "}]" + behind + '}';
    const Intake intake = take("POST", "/v1/batch", keyed, body);
    QCOMPARE(intake.events.size(), std::size_t(1));
    QCOMPARE(int(intake.events.front().source), source);
    QCOMPARE(int(intake.source), source);
    const bool segment = Source(source) == Source::Segment;
    QCOMPARE(intake.answer.body, std::string(segment ? "{\"success\": true}" : "ok"));
}

void SegmentTest::mixedBatch()
{
    const Intake intake = take("POST", "/v1/batch", keyed,
        R"({"batch":[{"event":"a","userId":"u","channel":"web"},{"event":"b","messageId":"ajs-next-1"}]})");
    QCOMPARE(intake.events.size(), std::size_t(2));
    QVERIFY(intake.events[0].source == Source::RudderStack);
    QVERIFY(intake.events[1].source == Source::Segment); // Which needs no user id.
}

void SegmentTest::shortPaths_data()
{
    QTest::addColumn<QByteArray>("path");
    QTest::addColumn<QByteArray>("type");
    const char *const rows[][2] = {{"/v1/i", "identify"}, {"/v1/t", "track"}, {"/v1/p", "page"},
        {"/v1/s", "screen"}, {"/v1/g", "group"}, {"/v1/a", "alias"}, {"/segment/v1/t/", "track"}};
    for (const auto &row : rows)
        QTest::newRow(row[0]) << QByteArray(row[0]) << QByteArray(row[1]);
}

void SegmentTest::shortPaths()
{
    QFETCH(QByteArray, path);
    QFETCH(QByteArray, type);
    const Intake intake = take("POST", path, {}, R"({"userId":"u","writeKey":"k"})");
    QCOMPARE(intake.answer.status, 200);
    QCOMPARE(intake.events.size(), std::size_t(1));
    QCOMPARE(QByteArray::fromStdString(std::string(toText(intake.events.front().type))), type);
    QVERIFY(intake.events.front().source == Source::Segment);
    QCOMPARE(take("GET", path, {}, {}).answer.status, 405);
    QCOMPARE(take("OPTIONS", path, {}, {}).answer.status, 204);
}

void SegmentTest::answers_data()
{
    QTest::addColumn<QByteArray>("target");
    QTest::addColumn<HeaderPairs>("headers");
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<int>("status");
    QTest::addColumn<int>("events");
    const auto row = [](const char *name, const char *target, const QByteArray &body, int status, int events,
                         const HeaderPairs &headers = {}) {
        QTest::newRow(name) << QByteArray(target) << headers << body << status << events;
    };
    const QByteArray one = R"({"type":"track","event":"x"})";
    row("no key, no ids", "/v1/t", one, 200, 1);
    row("key in the body of a shared path", "/v1/batch", R"({"batch":[)" + one + R"(],"writeKey":"k"})", 200,
        1);
    row("key in the call of a shared path", "/v1/track", R"({"event":"x","writeKey":"k"})", 200, 1);
    row("import", "/v1/import", R"({"batch":[)" + one + R"(],"writeKey":"k"})", 200, 1);
    row("batch", "/v1/b", R"({"batch":[)" + one + ',' + one + "]}", 200, 2);
    row("metrics", "/v1/m", R"({"series":[]})", 200, 0);
    row("bad JSON", "/v1/t", "{\"a\":", 400, 0);
    row("no batch", "/v1/b", "{}", 400, 0);
    row("no object", "/v1/b", R"({"batch":[1]})", 400, 0);
    const QByteArray padding = R"({"event":"x","p":")" + QByteArray(32 * 1024, 'x') + "\"}";
    row("over 32 KB", "/v1/t", padding, 400, 0);
    QByteArray many = one;
    for (int i = 0; i < 2500; ++i)
        many += ',' + one;
    row("over 2500 calls", "/v1/b", R"({"batch":[)" + many + "]}", 400, 0);
    row("over 500 KB", "/v1/b", R"({"batch":[)" + one + "]" + QByteArray(500 * 1024, ' ') + '}', 400, 0);
}

void SegmentTest::answers()
{
    QFETCH(QByteArray, target);
    QFETCH(HeaderPairs, headers);
    QFETCH(QByteArray, body);
    QFETCH(int, status);
    QFETCH(int, events);
    const Intake intake = take("POST", target, headers, body);
    QCOMPARE(intake.answer.status, status);
    QCOMPARE(int(intake.events.size()), events);
    QVERIFY(intake.source == Source::Segment);
    QCOMPARE(nlohmann::json::parse(intake.answer.body).at("success").get<bool>(), status == 200);
    QCOMPARE(intake.error.message.empty(), status == 200);
}

void SegmentTest::clocks()
{
    // Batched calls have the batch's sentAt, which may stand behind them.
    const Intake intake = take("POST", "/v1/b", {},
        R"({"batch":[{"event":"x","timestamp":"2026-11-23T11:00:00Z"},
                     {"event":"y","timestamp":"2026-11-23T11:00:00Z","sentAt":"2026-11-23T12:00:00Z"}],
            "sentAt":"2026-11-23T11:00:05Z"})");
    QCOMPARE(intake.events.size(), std::size_t(2));
    QCOMPARE(toRfc3339(intake.events[0].timestamp), std::string("2026-11-23T11:59:55.000Z"));
    QVERIFY(has(intake.events[0].notices, Notice::ClockSkew));
    QCOMPARE(toRfc3339(intake.events[1].timestamp), std::string("2026-11-23T11:00:00.000Z"));
}

void SegmentTest::settings_data()
{
    QTest::addColumn<QByteArray>("target");
    QTest::addColumn<HeaderPairs>("headers");
    QTest::addColumn<QByteArray>("expected"); // "key apiHost protocol"
    QTest::newRow("direct") << QByteArray("/v1/projects/KEY/settings")
                            << HeaderPairs{{"Host", "localhost:9347"}}
                            << QByteArray("KEY localhost:9347/v1 http");
    QTest::newRow("no host") << QByteArray("/v1/projects/K%22/settings/") << HeaderPairs{}
                             << QByteArray("K\" 127.0.0.1:9347/v1 http");
    QTest::newRow("behind a proxy") << QByteArray("/seg/v1/projects/KEY/settings?x=1")
                                    << HeaderPairs{{"Host", "app.test"}, {"X-Forwarded-Proto", "https"}}
                                    << QByteArray("KEY app.test/seg/v1 https");
}

void SegmentTest::settings()
{
    QFETCH(QByteArray, target);
    QFETCH(HeaderPairs, headers);
    QFETCH(QByteArray, expected);
    const Intake intake = take("GET", target, headers, {});
    QCOMPARE(intake.answer.status, 200);
    QVERIFY(intake.state == RequestState::Read);
    const auto settings = nlohmann::json::parse(intake.answer.body);
    const auto &own = settings.at("integrations").at("Segment.io");
    QCOMPARE(QByteArray::fromStdString(own.at("apiKey").get<std::string>() + ' '
                 + own.at("apiHost").get<std::string>() + ' ' + own.at("protocol").get<std::string>()),
        expected);
    QCOMPARE(settings.at("metrics").at("sampleRate").get<int>(), 0);
    QVERIFY(settings.at("plan").at("track").at("__default").at("enabled").get<bool>());
}

QTEST_APPLESS_MAIN(SegmentTest)
#include "tst_segment.moc"
