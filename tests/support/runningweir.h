#pragma once

#include "app/engine.h"
#include "app/httpclient.h"

#include <QFloat16> // Else QCOMPARE of a Json asks an incomplete type whether it converts.
#include <QTemporaryDir>
#include <QTest>

#include <nlohmann/json.hpp>

#include <memory>
#include <string>

/// A whole Weir in this process, on a free port and a session of its own, and clients that talk to it as SDKs
/// and scripts do.
namespace Weir::Testing {

using Json = nlohmann::json;
using ClientHeaders = std::vector<std::pair<std::string, std::string>>;

/// What RudderStack's SDKs send: the write key as a user name without a password.
inline const ClientHeaders sdkHeaders
    = {{"Content-Type", "application/json"}, {"Authorization", "Basic a2V5Og=="}};

class RunningWeir
{
public:
    RunningWeir()
    {
        settings.port = 0;
        settings.session = folder.path().toStdString() + "/session.weir";
    }

    /// Starts, and waits until it listens. False when it failed; `error` says why.
    bool start()
    {
        engine = std::make_unique<Engine>(settings, limits);
        bool ended = false;
        QObject::connect(engine.get(), &Engine::listening, [&] { ended = true; });
        const auto failing = QObject::connect(engine.get(), &Engine::failed, [&](const Error &reason) {
            error = reason;
            ended = true;
        });
        engine->start();
        const bool inTime = QTest::qWaitFor([&] { return ended; }, 20'000);
        QObject::disconnect(failing);
        return inTime && engine->port() != 0;
    }

    void stop() { engine.reset(); }

    std::unique_ptr<HttpClient> connect() const
    {
        auto client = HttpClient::connect("127.0.0.1", engine->port());
        return client ? std::move(*client) : nullptr;
    }

    /// Status 0 when there was no answer.
    ClientAnswer call(const std::string &method, const std::string &target, const std::string &body = {},
        const ClientHeaders &headers = {}) const
    {
        const auto client = connect();
        if (!client)
            return {};
        auto answer = client->exchange({method, target, headers, body});
        return answer ? *answer : ClientAnswer();
    }

    Json get(const std::string &target) const
    {
        return Json::parse(call("GET", target).body, nullptr, false);
    }

    int post(const std::string &target, const std::string &body) const
    {
        return call("POST", target, body, sdkHeaders).status;
    }

    QTemporaryDir folder;
    Settings settings;
    EngineLimits limits;
    Error error;
    std::unique_ptr<Engine> engine;
};

/// A track call as RudderStack's Node SDK makes it, to be sent to /v1/track. `properties` is JSON text.
inline std::string trackBody(const std::string &name, const std::string &uuid, const std::string &properties,
    const std::string &userId = "ada")
{
    return R"({"type":"track","event":")" + name + R"(","messageId":")" + uuid + R"(","userId":")" + userId
        + R"(","properties":)" + properties
        + R"(,"context":{"library":{"name":"rudder-sdk-node","version":"3.0.0"}}})";
}

} // namespace Weir::Testing
