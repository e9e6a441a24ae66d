#include "core/capture/decoders/posthogevents.h"
#include "core/capture/decoders/posthogflags.h"
#include "core/event/payload.h"
#include "tests/core/capture/posthogrequests.h"

#include <QDir>
#include <QTest>

using namespace Weir;
using namespace Weir::Testing;
using Json = nlohmann::ordered_json;

/// Every recorded request of real PostHog SDKs, byte for byte, against expected.json, which an independent
/// decoder wrote.
class PostHogRecordingsTest : public QObject
{
    Q_OBJECT
private slots:
    void initTestCase();
    void decodes_data();
    void decodes();
    void covers();

private:
    void compareEvents(const HttpRequest &request, const Intake &intake, const Json &expected);
    void compareFlags(const HttpRequest &request, const Intake &intake, const Json &expected);

    Json m_expected;
};

namespace {

QByteArray bodyOf(const HttpRequest &request)
{
    const auto body = decodedBody(request.body,
        {request.method, request.target, request.header("Content-Type"), request.header("Content-Encoding")});
    return body ? *body : QByteArray();
}

std::string_view view(const QByteArray &bytes)
{
    return {bytes.constData(), std::size_t(bytes.size())};
}

std::string textOf(const Json &value)
{
    return value.is_string() ? value.get<std::string>() : std::string();
}

std::string shapeName(PostHog::Shape shape)
{
    constexpr const char *names[] = {"batch", "array", "single", "engage"};
    return names[int(shape)];
}

PostHog::Lane laneOf(const HttpRequest &request)
{
    const std::string_view path = request.path();
    return path.starts_with("/s/")   ? PostHog::Lane::Replay
        : path.starts_with("/i/v1/") ? PostHog::Lane::V1
                                     : PostHog::Lane::Analytics;
}

} // namespace

void PostHogRecordingsTest::initTestCase()
{
    m_expected = jsonFixture(QStringLiteral("posthog/expected.json"));
}

void PostHogRecordingsTest::decodes_data()
{
    QTest::addColumn<QString>("name");
    for (const auto &[name, expected] : m_expected.items())
        QTest::newRow(name.c_str()) << QString::fromStdString(name);
}

void PostHogRecordingsTest::decodes()
{
    QFETCH(QString, name);
    const Json &expected = m_expected.at(name.toStdString());
    const HttpRequest request = posthogRecording(name);
    const Intake intake = intakeOf(request);
    QCOMPARE(intake.source, Source::PostHog);
    const std::string shape = expected.at("shape").get<std::string>();
    if (shape == "flags-request") {
        compareFlags(request, intake, expected);
    } else if (shape == "no-body") {
        QCOMPARE(intake.state, RequestState::Read);
        QVERIFY(intake.events.empty());
        QCOMPARE(intake.keep, request.method != "OPTIONS");
        QVERIFY(intake.answer.status == 200 || intake.answer.status == 204 || intake.answer.status == 304);
    } else {
        compareEvents(request, intake, expected);
    }
}

void PostHogRecordingsTest::compareEvents(
    const HttpRequest &request, const Intake &intake, const Json &expected)
{
    QVERIFY2(intake.state == RequestState::Decoded, toText(intake.error).c_str());
    QCOMPARE(intake.answer.status, 200);
    const QByteArray body = bodyOf(request);
    const auto decoded = PostHog::decodeEvents(view(body), laneOf(request), request, posthogContext());
    QCOMPARE(shapeName(decoded.shape), expected.at("shape").get<std::string>());
    QCOMPARE(decoded.token, expected.at("token").get<std::string>());
    QCOMPARE(decoded.historical, expected.value("historical_migration", false));
    if (expected.contains("sent_at_query_ms"))
        QCOMPARE(
            toMs(decoded.sentAt.value_or(UtcTime{})), expected.at("sent_at_query_ms").get<std::int64_t>());
    else if (expected.at("sent_at").is_string())
        QCOMPARE(decoded.sentAt, parseTime(textOf(expected.at("sent_at"))));

    const Json &events = expected.at("events");
    QCOMPARE(intake.events.size(), events.size());
    for (std::size_t at = 0; at < events.size(); ++at) {
        const Event &event = intake.events[at];
        const Json &wanted = events[at];
        QCOMPARE(event.name, textOf(wanted.at("event")));
        QCOMPARE(event.userId, textOf(wanted.at("distinct_id")));
        if (wanted.at("uuid").is_string())
            QCOMPARE(event.uuid, textOf(wanted.at("uuid")));
        QVERIFY(!event.uuid.empty());
        if (wanted.at("timestamp").is_string())
            QCOMPARE(event.clientTime, parseTime(textOf(wanted.at("timestamp"))));
        else
            QVERIFY(!event.clientTime);
        if (wanted.at("offset").is_number())
            QCOMPARE(
                toMs(posthogContext().now) - toMs(event.timestamp), wanted.at("offset").get<std::int64_t>());
        QCOMPARE(event.traceIdRaw.empty() ? event.traceId : event.traceIdRaw, textOf(wanted.at("trace_id")));

        const Json payload = Json::parse(view(body).substr(event.offset, event.length));
        QCOMPARE(textOf(payload.at("event")), event.name);
    }
}

void PostHogRecordingsTest::compareFlags(
    const HttpRequest &request, const Intake &intake, const Json &expected)
{
    QCOMPARE(intake.state, RequestState::Read);
    QCOMPARE(intake.answer.status, 200);
    QVERIFY(intake.events.empty());
    const QByteArray body = bodyOf(request);
    const auto asked = PostHog::flagRequest(view(body));
    QVERIFY(asked);
    QCOMPARE(asked->token, textOf(expected.at("token")));
    QCOMPARE(asked->distinctId, textOf(expected.at("distinct_id")));
    QCOMPARE(asked->hasKeys, expected.at("flag_keys").is_array());
    if (asked->hasKeys)
        QCOMPARE(asked->keys, expected.at("flag_keys").get<std::vector<std::string>>());
}

void PostHogRecordingsTest::covers()
{
    const QDir folder(QStringLiteral(WEIR_SOURCE_DIR "/tests/fixtures/posthog"));
    QCOMPARE(folder.entryList({QStringLiteral("*.http.json")}).size(), qsizetype(m_expected.size()));
    QVERIFY(m_expected.size() > 70);
}

QTEST_GUILESS_MAIN(PostHogRecordingsTest)
#include "tst_posthogrecordings.moc"
