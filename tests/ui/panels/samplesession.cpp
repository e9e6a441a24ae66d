#include "tests/ui/panels/samplesession.h"

#include "ui/models/livemodel.h"

#include <QDateTime>

#include <algorithm>
#include <set>

namespace Weir {

namespace {

UtcTime designTime()
{
    return fromMs(QDateTime(QDate(2026, 11, 23), QTime(14, 31, 38, 204)).toMSecsSinceEpoch());
}

UtcTime at(int hour, int minute, int second, int ms)
{
    return fromMs(QDateTime(QDate(2026, 11, 23), QTime(hour, minute, second, ms)).toMSecsSinceEpoch());
}

bool matches(const EventRow &event, const EventFilter &filter)
{
    const auto among = [](const auto &wanted, const auto &value) {
        return wanted.empty() || std::find(wanted.begin(), wanted.end(), value) != wanted.end();
    };
    const bool status = filter.statuses.empty() || std::ranges::count(filter.statuses, event.status) > 0;
    const bool notice = filter.notices == 0 || (filter.notices & event.notices) != 0;
    return among(filter.names, event.name) && among(filter.sources, event.source) && status && notice;
}

} // namespace

TraceRow SampleSession::addTrace(
    const std::string &id, const std::string &name, const std::string &user, int colour)
{
    Trace trace;
    trace.summary.row = trace.lane.row = TraceRow(std::int64_t(m_traces.size()) + 1);
    trace.summary.traceId = id;
    trace.summary.name = name;
    trace.summary.userId = user;
    trace.summary.colour = colour;
    trace.begin = designTime() + std::chrono::seconds(3 * m_traces.size());
    m_traces.push_back(trace);
    return trace.summary.row;
}

EventId SampleSession::addEvent(TraceRow trace, std::string_view name, std::string_view summary, int startMs,
    int durationMs, Notices notices, std::string_view sdk)
{
    Trace &group = m_traces[std::size_t(raw(trace) - 1)];
    EventRow event;
    event.id = EventId(std::int64_t(m_events.size()) + 1);
    event.trace = trace;
    event.name = name;
    event.summary = summary;
    event.sdkName = sdk;
    event.source = sdk.starts_with("rudder") ? Source::RudderStack : Source::PostHog;
    event.family = familyOf(name, EventType::Track);
    event.notices = notices;
    event.status = statusOf(EventStatus::Unchecked, notices);
    event.userId = group.summary.userId;
    const UtcTime start = group.begin + std::chrono::milliseconds(startMs);
    event.timestamp = start + std::chrono::milliseconds(std::max(0, durationMs));
    if (durationMs >= 0)
        event.durationMs = durationMs;
    m_events.push_back(event);
    const auto later = std::find_if(group.events.begin(), group.events.end(),
        [&](EventId other) { return m_events[std::size_t(raw(other) - 1)].timestamp > event.timestamp; });
    group.events.insert(later, event.id);
    TraceSummary &shown = group.summary;
    shown.firstAt = std::min(shown.firstAt.value_or(start), start);
    shown.lastAt = std::max(shown.lastAt.value_or(event.timestamp), event.timestamp);
    shown.durationMs = (*shown.lastAt - *shown.firstAt).count();
    ++shown.events;
    shown.warnings += event.status == EventStatus::Warning;
    group.lane.start = *shown.firstAt;
    group.lane.end = *shown.lastAt;
    group.lane.marks.push_back({start, event.timestamp, event.family, (notices & warningNotices) != 0});
    std::stable_sort(group.lane.marks.begin(), group.lane.marks.end(),
        [](const LaneMark &a, const LaneMark &b) { return a.start < b.start; });
    return event.id;
}

SessionSummary SampleSession::summary() const
{
    SessionSummary summary;
    summary.events = std::int64_t(m_events.size());
    summary.traces = std::int64_t(m_traces.size());
    if (!m_traces.empty())
        summary.traceRanges = {{1, summary.traces}};
    if (!m_events.empty())
        summary.eventRanges = {{1, summary.events}};
    for (const Trace &trace : m_traces) {
        if (trace.summary.traceId.empty())
            summary.untraced = trace.summary.row;
        summary.byStatus[static_cast<std::size_t>(EventStatus::Warning)] += trace.summary.warnings;
    }
    return summary;
}

WindowAnswer SampleSession::answer(const WindowRequest &request) const
{
    WindowAnswer answer;
    answer.request = request;
    for (TraceRow row : request.traces) {
        const Trace &trace = m_traces[std::size_t(raw(row) - 1)];
        answer.traces.push_back(trace.summary);
        answer.lanes.push_back(trace.lane);
    }
    for (EventId id : request.events)
        answer.events.push_back(m_events[std::size_t(raw(id) - 1)]);
    for (TraceRow row : request.children)
        answer.children.push_back({row, m_traces[std::size_t(raw(row) - 1)].events});
    return answer;
}

void SampleSession::search(const SearchOrder &order) const
{
    SearchReport report{order.generation, order.purpose, {}};
    const bool rising = order.scan.order == EventPageRequest::Order::Ascending;
    for (std::size_t step = 0; step < m_events.size(); ++step) {
        const EventRow &event = m_events[rising ? step : m_events.size() - 1 - step];
        const bool behind = raw(order.scan.after) == 0
            || (rising ? event.id > order.scan.after : event.id < order.scan.after);
        if (behind && matches(event, order.scan.filter))
            report.progress.hits.push_back({event.id, event.trace});
        if (order.scan.limit > 0 && std::int64_t(report.progress.hits.size()) >= order.scan.limit)
            break;
    }
    report.progress.scanned = report.progress.total = std::int64_t(m_events.size());
    report.progress.reached = EventId(std::int64_t(m_events.size()));
    report.progress.done = true;
    m_model->addSearchReport(report);
}

void SampleSession::attach(LiveModel &model)
{
    m_model = &model;
    m_committed = m_events.size();
    QObject::connect(&model, &LiveModel::summaryNeeded, &model,
        [this, &model](quint64 generation) { model.setSummary(generation, summary()); });
    // Queued, as from another thread.
    QObject::connect(
        &model, &LiveModel::windowNeeded, &model,
        [this, &model](const WindowRequest &request) { model.setWindow(answer(request)); },
        Qt::QueuedConnection);
    for (auto signal : {&LiveModel::searchNeeded, &LiveModel::tailNeeded}) {
        QObject::connect(
            &model, signal, &model, [this](const SearchOrder &order) { search(order); },
            Qt::QueuedConnection);
    }
    model.openSession({});
}

void SampleSession::commit()
{
    if (m_committed == m_events.size())
        return;
    Commit commit;
    commit.firstEvent = EventId(std::int64_t(m_committed) + 1);
    commit.lastEvent = EventId(std::int64_t(m_events.size()));
    commit.events = std::int64_t(m_events.size());
    commit.traces = std::int64_t(m_traces.size());
    std::set<TraceRow> touched;
    for (std::size_t event = m_committed; event < m_events.size(); ++event)
        touched.insert(m_events[event].trace);
    commit.touched.assign(touched.begin(), touched.end());
    m_committed = m_events.size();
    m_model->addCommit(commit);
}

SampleSession SampleSession::designRuns()
{
    SampleSession session;
    const auto run = [&](UtcTime begin, const char *id, const char *name, const char *user, int colour) {
        const TraceRow row = session.addTrace(id, name, user, colour);
        session.m_traces.back().begin = begin;
        return row;
    };
    const auto add = [&](TraceRow trace, const char *name, const char *summary, int start, int duration = -1,
                         Notices notices = 0, const char *sdk = "rudder-node") {
        session.addEvent(trace, name, summary, start, duration, notices, sdk);
    };
    constexpr auto warning = static_cast<Notices>(Notice::Duplicate);
    constexpr auto asText = static_cast<Notices>(Notice::DurationAsText);

    const TraceRow triage = run(at(14, 31, 38, 204), "tr_2b61e0", "invoice-triage", "u_1177", 4);
    add(triage, "rag_query_triggered", "invoices@v2", 170, 300);
    add(triage, "tool_used", "ocr_extract", 545, 955);
    add(triage, "agent_execution", "triage-v3", 1530, 920);
    add(triage, "tool_used", "post_ledger", 2490, 580);
    add(triage, "flow_executed", "status succeeded", 0, 3410);
    const TraceRow router = run(at(14, 31, 41, 960), "tr_c09d4f", "support-router", "u_0932", 7);
    add(router, "agent_execution", "router", 120, 1110, warning);
    add(router, "rag_query_triggered", "tickets@v1", 200, 450);
    add(router, "tool_used", "assign", 1320, 530);
    add(router, "flow_executed", "status succeeded", 0, 2060);
    const TraceRow review = run(at(14, 31, 52, 377), "tr_91aa07", "contract-review", "u_2075", 2);
    add(review, "$feature_flag_called", "enable_guardrails_tracing = true", 14, -1, 0, "posthog-js");
    add(review, "agent_created", "clause-checker, gpt-4o-mini", 89);
    add(review, "rag_query_triggered", "contracts@v2, 12 chunks", 201, 448);
    add(review, "prompt_blocked", "pii_leak, severity high", 786, -1, 0, "posthog-node");
    add(review, "flow_executed", "status blocked", 0, 914);
    const TraceRow none = run(at(14, 31, 58, 730), "", "", "", 0);
    for (int i = 0; i < 3; ++i)
        add(none, "agent_created", "stray", 300 * i, -1, static_cast<Notices>(Notice::NoTraceId),
            "posthog-js");
    const TraceRow ledger = run(at(14, 32, 5, 12), "tr_7f3a9c", "invoice-triage", "u_4821", 8);
    add(ledger, "$feature_flag_called", "enable_guardrails_tracing = true", 31, -1, 0, "posthog-js");
    add(ledger, "$feature_flag_called", "versioned_rag_tracking = \"v2\"", 34, -1, 0, "posthog-js");
    add(ledger, "agent_created", "triage-v3, gpt-4o-mini", 120);
    add(ledger, "rag_query_triggered", "invoices@v2, 8 chunks", 198, 412);
    add(ledger, "tool_used", "ocr_extract", 665, 1240);
    add(ledger, "tool_used", "vendor_lookup", 2102, 388);
    add(ledger, "tool_used", "fx_rates", 2524, 246, warning);
    add(ledger, "agent_execution", "triage-v3, 2,318 tokens", 1930, 1180);
    add(ledger, "tool_used", "post_ledger", 3200, 840, asText, "posthog-node");
    add(ledger, "agent_error", "ledger_timeout, retryable", 4062);
    add(ledger, "tool_used", "post_ledger, attempt 2", 4120, 402);
    add(ledger, "agent_execution", "triage-v3, 204 tokens", 4540, 212);
    add(ledger, "flow_executed", "status succeeded", 0, 4820);
    const TraceRow digest = run(at(14, 32, 10, 655), "tr_e5503b", "weekly-digest", "u_0418", 0);
    add(digest, "agent_created", "digest-writer, claude-haiku", 46);
    add(digest, "rag_query_triggered", "mail@v1, 20 chunks", 67, 496);
    add(digest, "tool_used", "thread_cluster", 617, 668);
    add(digest, "$feature_flag_called", "track_model_costs = false", 1300, -1, 0, "posthog-js");
    return session;
}

} // namespace Weir
