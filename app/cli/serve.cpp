#include "app/cli/command.h"
#include "app/engine.h"
#include "app/logsetup.h"
#include "app/settings.h"
#include "app/signals.h"

#include <QCoreApplication>

#include <cstdio>

namespace Weir {

namespace {

void announce(const std::vector<std::string> &addresses)
{
    // The one line that scripts wait for. Nothing goes to standard output before it.
    std::printf("weir: listening on http://%s\n", addresses.front().c_str());
    std::fflush(stdout);
}

void warnReadOnly(const SessionInfo &info)
{
    if (info.readOnly)
        std::fprintf(stderr, "weir: %s\n", toText(info.error).c_str());
}

} // namespace

int serve(const Arguments &arguments)
{
    const auto settings = loadSettings(arguments, processSources());
    if (!settings)
        return complain(settings.error());
    if (const auto safe = checkExposure(*settings); !safe)
        return complain(safe.error());
    setUpLogging(settings->logLevel);

    int count = 1;
    char name[] = "weir";
    char *values[] = {name, nullptr};
    QCoreApplication application(count, values);
    StopSignal stop;
    Engine engine(*settings);
    bool isListening = false;
    QObject::connect(&stop, &StopSignal::received, &application, [] { QCoreApplication::exit(exitDone); });
    QObject::connect(&engine, &Engine::sessionOpened, &application, warnReadOnly);
    QObject::connect(
        &engine, &Engine::listening, &application, [&](quint16, const std::vector<std::string> &addresses) {
            isListening = true;
            announce(addresses);
        });
    QObject::connect(&engine, &Engine::failed, &application, [&](const Error &error) {
        complain(error);
        if (!isListening)
            QCoreApplication::exit(exitCannot);
    });
    engine.start();
    const int code = QCoreApplication::exec();
    engine.stop();
    return code;
}

} // namespace Weir
