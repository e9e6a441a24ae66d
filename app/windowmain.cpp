#include "app/windowmain.h"

#include "app/logsetup.h"
#include "app/signals.h"
#include "app/windowwiring.h"
#include "ui/panels/livepanel.h"
#include "ui/theme/desktopscheme.h"
#include "ui/theme/theme.h"
#include "ui/window/viewstate.h"

#include <QApplication>

namespace Weir {

namespace {
constexpr int neverListened = 2; ///< A port in use, an unreadable session: as for all commands.
}

int runWindow(const Settings &settings, int &argumentCount, char **arguments)
{
    setUpLogging(settings.logLevel);
    QGuiApplication::setHighDpiScaleFactorRoundingPolicy(Qt::HighDpiScaleFactorRoundingPolicy::PassThrough);
    QApplication application(argumentCount, arguments);
    QApplication::setApplicationName(QStringLiteral("weir"));
    QApplication::setDesktopFileName(QStringLiteral("weir"));
    Theme theme;
    theme.setSystemScheme(DesktopScheme::fromPalette());
    DesktopScheme desktop;
    QObject::connect(&desktop, &DesktopScheme::changed, &theme, &Theme::setSystemScheme);
    theme.install();
    desktop.watch();
    ViewState state;
    MainWindow window(theme, state);
    WindowWiring wiring(settings, window);
    StopSignal stop;
    QObject::connect(&stop, &StopSignal::received, &application, &QApplication::quit);
    wiring.start();
    window.show();
    const int code = QApplication::exec();
    wiring.stop();
    return wiring.hasListened() ? code : neverListened;
}

} // namespace Weir
