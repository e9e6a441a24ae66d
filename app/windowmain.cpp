#include "app/windowmain.h"

#include "app/demowiring.h"
#include "app/engine.h"
#include "app/flagspagewiring.h"
#include "app/logsetup.h"
#include "app/signals.h"
#include "app/windowwiring.h"
#include "ui/panels/livepanel.h"
#include "ui/theme/desktopscheme.h"
#include "ui/theme/theme.h"
#include "ui/window/viewstate.h"

#include <QApplication>

#include <cstdio>
#include <cstdlib>

namespace Weir {

namespace {
constexpr int exitCannot = 2; ///< A port in use, an unreadable session: as for all commands.

/// While Qt looks for a display. Without one it advises to install it again, and aborts.
void tellThatThereIsNoDisplay(QtMsgType type, const QMessageLogContext &context, const QString &message)
{
    if (type == QtFatalMsg) {
        std::fputs("weir: There is no display to open a window on; weir serve needs none\n", stderr);
        std::_Exit(exitCannot);
    }
    if (!QLatin1StringView(context.category).startsWith(QLatin1StringView("qt.qpa")))
        std::fprintf(stderr, "%s\n", qUtf8Printable(qFormatLogMessage(type, context, message)));
}
} // namespace

int runWindow(const Settings &settings, int &argumentCount, char **arguments)
{
    setUpLogging(settings.logLevel);
    QGuiApplication::setHighDpiScaleFactorRoundingPolicy(Qt::HighDpiScaleFactorRoundingPolicy::PassThrough);
    const QtMessageHandler usual = qInstallMessageHandler(tellThatThereIsNoDisplay);
    QApplication application(argumentCount, arguments);
    qInstallMessageHandler(usual);
    QApplication::setApplicationName(QStringLiteral("weir"));
    QApplication::setDesktopFileName(QStringLiteral("weir"));
    // Its threads open the session and the door while the window is made; what they tell comes in exec().
    Engine engine(settings);
    engine.start();
    Theme theme;
    if (const auto scheme = DesktopScheme::fromPalette())
        theme.setSystemScheme(*scheme); // Else it stays dark.
    ViewState state;
    state.restoreLook(theme);
    DesktopScheme desktop;
    QObject::connect(&desktop, &DesktopScheme::changed, &theme, &Theme::setSystemScheme);
    theme.install();
    desktop.watch();
    MainWindow window(theme, state);
    WindowWiring wiring(engine, state, window);
    DemoWiring demo(engine, wiring.flags().board(), window);
    StopSignal stop;
    QObject::connect(&stop, &StopSignal::received, &application, &QApplication::quit);
    // Not before: a Weir that cannot capture says so in one sentence and ends, with nothing to close.
    QObject::connect(&wiring, &WindowWiring::started, &window, &QWidget::show);
    QObject::connect(
        &wiring, &WindowWiring::couldNotStart, &application, [] { QCoreApplication::exit(exitCannot); });
    const int code = QApplication::exec();
    demo.stop();
    wiring.stop();
    return code;
}

} // namespace Weir
