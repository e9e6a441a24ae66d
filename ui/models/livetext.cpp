#include "ui/models/livetext.h"

#include "ui/models/sdknames.h"

#include <QStringList>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace Weir {

namespace {

double secondsBetween(UtcTime from, UtcTime to)
{
    return double((to - from).count()) / 1000;
}

} // namespace

QString sourceText(const EventRow &event)
{
    return event.sdkName.empty() ? fromUtf8(toText(event.source)) : sdkName(event.source, event.sdkName);
}

QString groupTitle(const TraceSummary &trace)
{
    if (trace.traceId.empty())
        return u"No trace_id"_s;
    return trace.name.empty() ? shortTraceId(trace.traceId) : fromUtf8(trace.name);
}

QString noticesText(Notices notices)
{
    struct Word
    {
        Notice notice;
        const char *text;
    };
    constexpr Word words[] = {
        {Notice::NoTraceId, "no trace_id"},
        {Notice::NoUserId, "no user_id"},
        {Notice::NoWorkspaceId, "no workspace_id"},
        {Notice::Duplicate, "duplicate"},
        {Notice::ClockSkew, "clock corrected"},
        {Notice::ClockFuture, "clock ahead"},
        {Notice::DurationAsText, "duration sent as text"},
        {Notice::BadTime, "time not readable"},
    };
    QStringList texts;
    for (const Word &word : words) {
        if (has(notices, word.notice))
            texts.append(QString::fromLatin1(word.text));
    }
    return texts.join(u", "_s);
}

QString groupStatusText(const TraceSummary &trace)
{
    QStringList parts;
    if (trace.invalid > 0)
        parts.append(formatCount(trace.invalid) + u" invalid"_s);
    if (trace.warnings > 0)
        parts.append(counted(trace.warnings, u"warning"_s));
    return parts.join(u", "_s);
}

QString eventStatusText(const EventRow &event)
{
    constexpr QStringView words[eventStatusCount] = {u"", u"Valid", u"Warning", u"Not in plan", u"Invalid"};
    const QString word = words[static_cast<std::size_t>(event.status)].toString();
    const QString notices = event.status == EventStatus::Warning ? noticesText(event.notices) : QString();
    return notices.isEmpty() ? word : word + u": "_s + notices;
}

QString groupAccessibleName(const TraceSummary &trace)
{
    QStringList parts{groupTitle(trace)};
    if (!trace.traceId.empty())
        parts.append("trace "_L1 + shortTraceId(trace.traceId));
    parts.append(counted(trace.events, u"event"_s));
    if (const QString status = groupStatusText(trace); !status.isEmpty())
        parts.append(status);
    if (!trace.traceId.empty() && trace.durationMs > 0)
        parts.append(spokenDuration(double(trace.durationMs)));
    return parts.join(u", "_s);
}

QString eventAccessibleName(const EventRow &event, const Lane *lane)
{
    QString name = fromUtf8(event.name);
    if (!event.summary.empty())
        name += u' ' + fromUtf8(event.summary);
    QStringList parts{name};
    if (const QString status = eventStatusText(event); !status.isEmpty())
        parts.append(status.toLower());
    if (event.durationMs)
        parts.append(spokenDuration(*event.durationMs));
    if (lane && !event.name.empty()) {
        const double start
            = secondsBetween(lane->start, event.timestamp) - event.durationMs.value_or(0) / 1000;
        parts.append(u"starts %1 into the trace"_s.arg(spokenDuration(std::max(0.0, start) * 1000)));
    }
    return parts.join(u", "_s);
}

QString waterfallAccessibleName(const EventRow &event, const Lane &lane)
{
    const double end = secondsBetween(lane.start, event.timestamp);
    const double total = secondsBetween(lane.start, lane.end);
    const QString of = u" seconds of "_s + QString::number(total, 'f', 2);
    if (event.durationMs.value_or(0) <= 0)
        return u"at "_s + QString::number(end, 'f', 2) + of;
    const double start = end - *event.durationMs / 1000;
    return u"from %1 to %2"_s.arg(QString::number(start, 'f', 2), QString::number(end, 'f', 2)) + of;
}

} // namespace Weir
