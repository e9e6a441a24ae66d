#pragma once

#include "core/capture/decoder.h"
#include "core/event/payload.h"
#include "tests/support/requests.h"

#include <QDir>
#include <QTest>

/// The recordings of RudderStack's and Segment's SDKs against expected.json, which make_expected.py wrote.
namespace Weir::Testing {

/// One row per recording whose name starts with `prefix`.
inline void addCallRecordings(const QString &prefix)
{
    QTest::addColumn<QString>("name");
    const QDir folder(QStringLiteral(WEIR_SOURCE_DIR "/tests/fixtures/rudderstack"));
    const QString ending = QStringLiteral(".http.json");
    for (const QString &file : folder.entryList({prefix + u'*' + ending}, QDir::Files, QDir::Name))
        QTest::newRow(qPrintable(file)) << file.chopped(ending.size());
}

/// The event in the words of expected.json.
inline nlohmann::ordered_json described(const Event &event)
{
    nlohmann::ordered_json json;
    json["source"] = toText(event.source);
    json["type"] = toText(event.type);
    json["name"] = event.name;
    json["uuid"] = event.uuid;
    json["user_id"] = event.userId;
    json["anonymous_id"] = event.anonymousId;
    json["workspace_id"] = event.workspaceId;
    json["session_id"] = event.sessionId;
    json["trace_id"] = event.traceId;
    json["trace_carrier"] = event.traceCarrier;
    json["timestamp"] = toRfc3339(event.timestamp);
    json["client_time"] = event.clientTime ? toRfc3339(*event.clientTime) : std::string();
    json["sent_at"] = event.sentAt ? toRfc3339(*event.sentAt) : std::string();
    json["duration_ms"] = nullptr;
    if (event.durationMs)
        json["duration_ms"] = *event.durationMs;
    json["sdk"] = {event.sdk.name, event.sdk.version};
    json["offset"] = event.offset;
    json["length"] = event.length;
    return json;
}

inline void compareWithExpectation(const QString &name)
{
    const nlohmann::ordered_json expected = jsonFixture(QStringLiteral("rudderstack/expected.json"));
    const nlohmann::ordered_json &request = expected.at("requests").at(name.toStdString());
    const HttpRequest recorded
        = requestOfRecording(jsonFixture(QStringLiteral("rudderstack/%1.http.json").arg(name)));
    const CaptureContext context{*parseTime(expected.at("received_at").get<std::string>()), "127.0.0.1:9347"};
    const Intake intake = decodeRequest(recorded, context);

    const std::string kind = request.at("kind").get<std::string>();
    QCOMPARE(intake.answer.status, request.at("status").get<int>());
    QCOMPARE(intake.keep, kind != "preflight");
    QVERIFY(intake.state == (kind == "events" ? RequestState::Decoded : RequestState::Read));
    QCOMPARE(intake.events.size(), request.at("events").size());
    for (std::size_t at = 0; at < intake.events.size(); ++at) {
        const Event &event = intake.events[at];
        const nlohmann::json found = described(event), wanted = request.at("events").at(at);
        QVERIFY2(found == wanted, nlohmann::json::diff(wanted, found).dump().c_str());
        QCOMPARE(event.receivedAt, context.now);
    }
    if (const QByteArray origin = QByteArray::fromStdString(std::string(recorded.header("Origin")));
        !origin.isEmpty()) {
        QCOMPARE(headerOf(intake.answer, "Access-Control-Allow-Origin"), origin);
        QCOMPARE(headerOf(intake.answer, "Access-Control-Allow-Credentials"), QByteArray("true"));
    }
}

} // namespace Weir::Testing
