#include "ui/models/format.h"

#include <QDateTime>

#include <algorithm>
#include <cmath>

using namespace Qt::StringLiterals;

namespace Weir {

namespace {

/// At most three digits that mean something, without zeros at the end: 4.82, 12.3, 840, 2.
QString threeDigits(double value)
{
    const int decimals = value < 9.995 ? 2 : value < 99.95 ? 1 : 0;
    QString text = QString::number(value, 'f', decimals);
    if (text.contains(u'.')) {
        while (text.endsWith(u'0'))
            text.chop(1);
        if (text.endsWith(u'.'))
            text.chop(1);
    }
    return text;
}

/// How seconds are written: in a column they stand below each other, spoken their zeros are noise.
enum class Seconds : std::uint8_t { TwoDecimals, Short };

QString inUnits(double milliseconds, Seconds seconds, const QString &ms, const QString &s, const QString &min)
{
    const double positive = std::max(0.0, milliseconds);
    if (positive < 999.5)
        return (positive < 9.95 ? threeDigits(std::round(positive * 10) / 10)
                                : QString::number(std::lround(positive)))
            + u' ' + ms;
    if (positive < 59'995) {
        const double value = positive / 1000;
        return (seconds == Seconds::Short ? threeDigits(value) : QString::number(value, 'f', 2)) + u' ' + s;
    }
    const auto whole = static_cast<qint64>(std::llround(positive / 1000));
    const QString minutes = formatCount(whole / 60) + u' ' + min;
    return whole % 60 ? minutes + u' ' + QString::number(whole % 60) + u' ' + s : minutes;
}

} // namespace

QString formatCount(qint64 count)
{
    QString text = QString::number(count);
    for (qsizetype at = text.size() - 3; at > (count < 0 ? 1 : 0); at -= 3)
        text.insert(at, u',');
    return text;
}

QString formatDuration(double milliseconds)
{
    return inUnits(milliseconds, Seconds::TwoDecimals, u"ms"_s, u"s"_s, u"min"_s);
}

QString spokenDuration(double milliseconds)
{
    return inUnits(milliseconds, Seconds::Short, u"milliseconds"_s, u"seconds"_s, u"minutes"_s);
}

QString formatBytes(qint64 bytes)
{
    constexpr double kilo = 1000, mega = 1'000'000, giga = 1'000'000'000;
    const auto size = static_cast<double>(bytes);
    if (size < kilo)
        return QString::number(bytes) + u" B"_s;
    if (size < 0.095 * mega)
        return threeDigits(size / kilo) + u" KB"_s;
    if (size < giga)
        return QString::number(size / mega, 'f', size < 9.95 * mega ? 1 : 0) + u" MB"_s;
    return QString::number(size / giga, 'f', 1) + u" GB"_s;
}

QString formatClock(UtcTime time)
{
    return QDateTime::fromMSecsSinceEpoch(toMs(time)).toString(u"HH:mm:ss.zzz");
}

QString formatMinute(UtcTime time)
{
    return QDateTime::fromMSecsSinceEpoch(toMs(time)).toString(u"HH:mm");
}

QString shortTraceId(std::string_view traceId)
{
    constexpr std::size_t canonical = 32, enough = 6, longest = 12;
    const bool hex = traceId.size() == canonical && std::all_of(traceId.begin(), traceId.end(), [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
    });
    if (hex)
        return fromUtf8(traceId.substr(0, enough));
    const QString text = fromUtf8(traceId);
    return text.size() <= qsizetype(longest) ? text : text.left(9) + u'…';
}

QString maskedSecret(const QString &secret)
{
    return secret.left(6) + u'…';
}

QString counted(qint64 count, const QString &singular)
{
    return formatCount(count) + u' ' + singular + (count == 1 ? QString() : u"s"_s);
}

} // namespace Weir
