#include "app/logsetup.h"

#include <QLoggingCategory>

namespace Weir {

void setUpLogging(Settings::LogLevel level)
{
    const auto rule = [level](const char *name, Settings::LogLevel from) {
        return QStringLiteral("weir.*.%1=%2\n")
            .arg(QLatin1String(name), level <= from ? QLatin1String("true") : QLatin1String("false"));
    };
    // In no category of its own Qt tells of the desktop: a runtime folder that is not set, a size that a
    // window does not take. Nobody who starts Weir can act on that.
    const QString desktop
        = level > Settings::LogLevel::Debug ? QStringLiteral("default.warning=false\n") : QString();
    QLoggingCategory::setFilterRules(desktop + rule("debug", Settings::LogLevel::Debug)
        + rule("info", Settings::LogLevel::Info) + rule("warning", Settings::LogLevel::Warning));
    qSetMessagePattern(QStringLiteral("%{time yyyy-MM-ddTHH:mm:ss.zzz} %{type} %{category}: %{message}"));
}

} // namespace Weir
