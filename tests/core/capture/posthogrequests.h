#pragma once

#include "core/capture/decoder.h"
#include "tests/support/requests.h"

/// What the PostHog tests share: recordings and the way from a request to its intake.
namespace Weir::Testing {

inline CaptureContext posthogContext()
{
    return {*parseTime("2026-11-23T09:10:00.000Z"), "127.0.0.1:9347"};
}

inline Intake intakeOf(const HttpRequest &request)
{
    return decodeRequest(request, posthogContext());
}

/// A recording of tests/fixtures/posthog: its headers are pairs.
inline HttpRequest posthogRecording(const QString &name)
{
    const auto recording = jsonFixture(QStringLiteral("posthog/%1.http.json").arg(name));
    HeaderPairs headers;
    for (const auto &pair : recording.at("headers"))
        headers.append({QByteArray::fromStdString(pair.at(0).get<std::string>()),
            QByteArray::fromStdString(pair.at(1).get<std::string>())});
    return makeRequest(QByteArray::fromStdString(recording.at("method").get<std::string>()),
        QByteArray::fromStdString(recording.at("path").get<std::string>()), headers,
        QByteArray::fromBase64(QByteArray::fromStdString(recording.at("body_base64").get<std::string>())));
}

} // namespace Weir::Testing
