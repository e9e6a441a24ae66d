#pragma once

#include "core/base/time.h"

#include <QString>

#include <string_view>

namespace Weir {

// How values are written, everywhere in the window.

/// "12,480"
QString formatCount(qint64 count);
/// "0.4 ms", "840 ms", "1.70 s", "2 min 5 s". Never negative.
QString formatDuration(double milliseconds);
/// The same for accessible names: "840 milliseconds", "1.7 seconds".
QString spokenDuration(double milliseconds);
/// "512 B", "18 KB", "0.1 MB", "212 MB", "1.4 GB"; decimal units.
QString formatBytes(qint64 bytes);
/// Local time: "14:32:09.052".
QString formatClock(UtcTime time);
/// Local time of day to the minute: "14:17".
QString formatMinute(UtcTime time);
/// Enough of a trace id to tell it from its neighbours: "7f3a9c" of a hexadecimal one, "tr_7f3a9c…" of a
/// longer other one. The whole when it is short.
QString shortTraceId(std::string_view traceId);
/// The first six characters and "…".
QString maskedSecret(const QString &secret);
/// "1 event", "14 events".
QString counted(qint64 count, const QString &singular);

inline QString fromUtf8(std::string_view text)
{
    return QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size()));
}

} // namespace Weir
