#pragma once

#include "core/base/time.h"
#include "core/http/httpmessage.h"

#include <QByteArray>
#include <QFile>
#include <QList>
#include <QPair>

#include <nlohmann/json.hpp>

#include <string>

/// Builds requests as the HTTP door would hand them over.
namespace Weir::Testing {

using HeaderPairs = QList<QPair<QByteArray, QByteArray>>;

inline HttpRequest makeRequest(
    const QByteArray &method, const QByteArray &target, const HeaderPairs &headers, const QByteArray &body)
{
    HttpRequest request;
    request.method = method.toStdString();
    request.target = target.toStdString();
    request.body = body;
    request.peer = "127.0.0.1:50000";
    for (const auto &[name, value] : headers) {
        HttpRequest::Field field;
        field.nameAt = static_cast<std::uint32_t>(request.head.size());
        field.nameSize = static_cast<std::uint32_t>(name.size());
        request.head += name + ": ";
        field.valueAt = static_cast<std::uint32_t>(request.head.size());
        field.valueSize = static_cast<std::uint32_t>(value.size());
        request.head += value + "\r\n";
        request.fields.push_back(field);
    }
    return request;
}

/// A recording of tests/fixtures: {method, path, headers, body_base64}.
inline HttpRequest requestOfRecording(const nlohmann::ordered_json &recording)
{
    HeaderPairs headers;
    for (const auto &[name, value] : recording.at("headers").items())
        headers.append(
            {QByteArray::fromStdString(name), QByteArray::fromStdString(value.get<std::string>())});
    return makeRequest(QByteArray::fromStdString(recording.at("method").get<std::string>()),
        QByteArray::fromStdString(recording.at("path").get<std::string>()), headers,
        QByteArray::fromBase64(QByteArray::fromStdString(recording.at("body_base64").get<std::string>())));
}

/// A file below tests/fixtures, whole. Empty when it cannot be read.
inline QByteArray fixture(const QString &path)
{
    QFile file(QStringLiteral(WEIR_SOURCE_DIR "/tests/fixtures/") + path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

inline nlohmann::ordered_json jsonFixture(const QString &path)
{
    return nlohmann::ordered_json::parse(fixture(path).toStdString());
}

/// The value of an answer's header; null when it has none of that name.
inline QByteArray headerOf(const HttpResponse &answer, std::string_view name)
{
    for (const auto &[candidate, value] : answer.headers) {
        if (equalsIgnoreCase(candidate, name))
            return QByteArray::fromStdString(value);
    }
    return {};
}

} // namespace Weir::Testing
