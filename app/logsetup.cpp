#include "app/logsetup.h"

#include <QLoggingCategory>

namespace Weir {

void setUpLogging(Settings::LogLevel level)
{
    const auto rule = [level](const char *name, Settings::LogLevel from) {
        return QStringLiteral("weir.*.%1=%2\n")
            .arg(QLatin1String(name), level <= from ? QLatin1String("true") : QLatin1String("false"));
    };
    QLoggingCategory::setFilterRules(rule("debug", Settings::LogLevel::Debug)
        + rule("info", Settings::LogLevel::Info) + rule("warning", Settings::LogLevel::Warning));
    qSetMessagePattern(QStringLiteral("%{time yyyy-MM-ddTHH:mm:ss.zzz} %{type} %{category}: %{message}"));
}

} // namespace Weir
