#include "ui/delegates/livecells.h"

#include "ui/models/livetext.h"

using namespace Qt::StringLiterals;

namespace Weir {

namespace {

QString groupCellText(const LiveModel &model, const TraceSummary &trace, LiveColumn column)
{
    switch (column) {
    case LiveColumn::Time:
        return trace.firstAt ? formatClock(*trace.firstAt) : QString();
    case LiveColumn::Event:
        return trace.traceId.empty()
            ? groupTitle(trace) + u' ' + counted(trace.events, u"event"_s)
            : groupTitle(trace) + u' ' + fromUtf8(trace.traceId) + u' ' + counted(trace.events, u"event"_s);
    case LiveColumn::Status:
        return groupStatusText(trace);
    case LiveColumn::Source: {
        QStringList sources;
        for (Source source : trace.sources)
            sources.append(fromUtf8(toText(source)));
        return sources.join(u", "_s);
    }
    case LiveColumn::Workspace:
        return fromUtf8(trace.workspaceId);
    case LiveColumn::User:
        return fromUtf8(trace.userId);
    case LiveColumn::Duration:
        return trace.traceId.empty() ? QString() : formatDuration(double(trace.durationMs));
    case LiveColumn::Waterfall:
        break;
    }
    const Lane *lane = model.lane(trace.row);
    return lane ? u"%1 marks in %2"_s.arg(
               formatCount(std::int64_t(lane->marks.size())), formatDuration(double(trace.durationMs)))
                : QString();
}

QString eventCellText(const LiveModel &model, const EventRow &event, LiveColumn column)
{
    switch (column) {
    case LiveColumn::Time:
        return formatClock(event.timestamp);
    case LiveColumn::Event:
        return event.summary.empty() ? fromUtf8(event.name)
                                     : fromUtf8(event.name) + u' ' + fromUtf8(event.summary);
    case LiveColumn::Status:
        return eventStatusText(event);
    case LiveColumn::Source:
        return sourceText(event);
    case LiveColumn::Workspace:
        return fromUtf8(event.workspaceId);
    case LiveColumn::User:
        return fromUtf8(event.userId);
    case LiveColumn::Duration:
        return event.durationMs ? formatDuration(*event.durationMs) : QString();
    case LiveColumn::Waterfall:
        break;
    }
    const Lane *lane = model.lane(event.trace);
    return lane ? waterfallAccessibleName(event, *lane) : QString();
}

} // namespace

QString liveCellText(const LiveModel &model, const LiveRow &row, LiveColumn column)
{
    if (row.kind == LiveRow::Kind::Group) {
        const TraceSummary *trace = model.summary(row.trace);
        return trace ? groupCellText(model, *trace, column) : QString();
    }
    const EventRow *event = raw(row.event) != 0 ? model.event(row.event) : nullptr;
    return event ? eventCellText(model, *event, column) : QString();
}

QString liveRowText(const LiveModel &model, const LiveRow &row)
{
    if (row.kind == LiveRow::Kind::Group) {
        const TraceSummary *trace = model.summary(row.trace);
        return trace ? groupAccessibleName(*trace) : QString();
    }
    const EventRow *event = raw(row.event) != 0 ? model.event(row.event) : nullptr;
    if (!event)
        return {};
    QString text = eventAccessibleName(*event, model.lane(event->trace));
    if (model.isOutside(row))
        text += u", does not match the filter"_s;
    return text;
}

CellFilter liveCellFilter(const LiveModel &model, const LiveRow &row, LiveColumn column)
{
    const EventRow *event = row.kind == LiveRow::Kind::Event ? model.event(row.event) : nullptr;
    const TraceSummary *trace = row.kind == LiveRow::Kind::Group ? model.summary(row.trace) : nullptr;
    if (!event && !trace)
        return {};
    switch (column) {
    case LiveColumn::Event:
        if (event)
            return {u"event"_s, fromUtf8(event->name)};
        if (trace->traceId.empty())
            return {u"notice"_s, u"no_trace_id"_s};
        return {u"trace_id"_s, fromUtf8(trace->traceId)};
    case LiveColumn::Status:
        return {u"status"_s,
            fromUtf8(toText(event         ? event->status
                    : trace->invalid > 0  ? EventStatus::Invalid
                    : trace->warnings > 0 ? EventStatus::Warning
                                          : EventStatus::Unchecked))};
    case LiveColumn::Source:
        return event ? CellFilter{u"source"_s, fromUtf8(toText(event->source))} : CellFilter{};
    case LiveColumn::Workspace:
        return {u"workspace_id"_s, fromUtf8(event ? event->workspaceId : trace->workspaceId)};
    case LiveColumn::User:
        return {u"user_id"_s, fromUtf8(event ? event->userId : trace->userId)};
    case LiveColumn::Time:
        if (event)
            return {u"since"_s, formatClock(event->timestamp)};
        return trace->firstAt ? CellFilter{u"since"_s, formatClock(*trace->firstAt)} : CellFilter{};
    case LiveColumn::Duration:
    case LiveColumn::Waterfall:
        break;
    }
    return {};
}

} // namespace Weir
