#pragma once

#include "app/httpclient.h"

#include <QProcess>
#include <QProcessEnvironment>
#include <QTemporaryDir>
#include <QTest>

#include <nlohmann/json.hpp>

#include <memory>
#include <string>

/// The real binary, as users and scripts run it. Its settings and data lie in a folder of its own.
namespace Weir::Testing {

class WeirProcess
{
public:
    explicit WeirProcess(const QTemporaryDir &folder)
    {
        QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
        for (const QString &name : environment.keys()) {
            if (name.startsWith(QStringLiteral("WEIR_")))
                environment.remove(name);
        }
        environment.insert(QStringLiteral("HOME"), folder.path());
        environment.insert(QStringLiteral("XDG_CONFIG_HOME"), folder.filePath(QStringLiteral("config")));
        environment.insert(QStringLiteral("XDG_DATA_HOME"), folder.filePath(QStringLiteral("data")));
        environment.remove(QStringLiteral("DISPLAY")); // No subcommand needs one.
        process.setProcessEnvironment(environment);
        process.setWorkingDirectory(folder.path());
    }

    ~WeirProcess()
    {
        if (process.state() != QProcess::NotRunning) {
            process.kill();
            process.waitForFinished();
        }
    }

    void begin(const QStringList &arguments) { process.start(QStringLiteral(WEIR_BINARY), arguments); }

    /// Runs to the end; -1 when it does not end in time or crashes.
    int run(const QStringList &arguments)
    {
        begin(arguments);
        const bool ended = process.waitForFinished(60'000) && process.exitStatus() == QProcess::NormalExit;
        return ended ? process.exitCode() : -1;
    }

    /// `weir serve` on a free port. True when it says that it listens.
    bool serve(const QStringList &more = {})
    {
        begin(QStringList{QStringLiteral("serve"), QStringLiteral("--port"), QStringLiteral("0")} + more);
        while (!process.canReadLine()) {
            if (!process.waitForReadyRead(20'000))
                return false;
        }
        readyLine = process.readLine();
        port = readyLine.mid(readyLine.lastIndexOf(':') + 1).trimmed().toUShort();
        return port != 0;
    }

    std::unique_ptr<HttpClient> connect() const
    {
        auto client = HttpClient::connect("127.0.0.1", port);
        return client ? std::move(*client) : nullptr;
    }

    nlohmann::json get(const std::string &target) const
    {
        const auto client = connect();
        const auto answer = client ? client->exchange({"GET", target, {}, {}})
                                   : Result<ClientAnswer>(Error{Error::Kind::Network, "No Weir", {}});
        return nlohmann::json::parse(answer ? answer->body : std::string(), nullptr, false);
    }

    QProcess process;
    QByteArray readyLine;
    quint16 port = 0;
};

} // namespace Weir::Testing
