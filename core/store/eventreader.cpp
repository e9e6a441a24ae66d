#include "core/store/eventreader.h"

#include <algorithm>
#include <utility>

namespace Weir {

namespace {
// A lane is at most a few hundred pixels wide.
constexpr int maxLaneMarks = 400;
constexpr int runPage = 1000; ///< Events at once: a page reads each request's body once.
} // namespace

EventReader::EventReader(QObject *parent)
    : QObject(parent)
{
}

EventReader::~EventReader() = default;

void EventReader::close()
{
    m_session.reset();
}

void EventReader::openSession(const SessionInfo &info)
{
    auto session = SessionReader::open(info.path);
    if (!session) {
        emit failed(session.error());
        return;
    }
    m_session = *std::move(session);
    m_session->setCancelled([this] { return m_cancelled && m_cancelled->load(std::memory_order_relaxed); });
    emit opened(info);
}

/// The value, or nothing after telling why when that is worth telling.
template <typename T> std::optional<T> EventReader::kept(Result<T> result)
{
    if (result)
        return *std::move(result);
    const Error &error = result.error();
    if (error.kind != Error::Kind::Cancelled && error.kind != Error::Kind::NotFound)
        emit failed(error);
    return {};
}

void EventReader::readSummary(quint64 generation)
{
    if (!m_session)
        return;
    if (const auto summary = kept(m_session->summary()))
        emit summaryRead(generation, *summary);
}

void EventReader::readWindow(const WindowRequest &request)
{
    m_window = request;
    postAnswer();
}

void EventReader::readEvent(quint64 generation, qint64 eventId)
{
    m_event = {generation, EventId(eventId)};
    postAnswer();
}

void EventReader::readHistogram(const HistogramOrder &order)
{
    m_histogram = order;
    postAnswer();
}

void EventReader::readValues(const ValuesOrder &order)
{
    m_values = order;
    postAnswer();
}

void EventReader::readRunFlags(const RunFlagsOrder &order)
{
    m_runFlags = order;
    postAnswer();
}

void EventReader::postAnswer()
{
    // Behind whatever else is queued: by then a newer question may have taken this one's place.
    if (!std::exchange(m_posted, true))
        QMetaObject::invokeMethod(this, &EventReader::answerWaiting, Qt::QueuedConnection);
}

void EventReader::answerWaiting()
{
    m_posted = false;
    if (!m_session)
        return;
    if (const auto request = std::exchange(m_window, std::nullopt))
        answerWindow(*request);
    if (const auto wanted = std::exchange(m_event, std::nullopt))
        answerEvent(wanted->first, wanted->second);
    if (const auto order = std::exchange(m_values, std::nullopt)) {
        const auto values = order->key.empty()
            ? kept(m_session->propertyKeys(order->text, order->limit))
            : kept(m_session->propertyValues(order->key, order->text, order->limit));
        if (values)
            emit valuesRead({*order, *values});
    }
    if (const auto order = std::exchange(m_histogram, std::nullopt)) {
        if (const auto histogram = kept(m_session->histogram(order->from, order->to, order->buckets)))
            emit histogramRead(order->generation, *histogram);
    }
    if (const auto order = std::exchange(m_runFlags, std::nullopt)) {
        m_cancelled = order->cancelled;
        answerRunFlags(*order);
        m_cancelled.reset();
    }
}

void EventReader::answerRunFlags(const RunFlagsOrder &order)
{
    const auto traces = kept(m_session->traceSummaries({order.trace}));
    if (!traces || traces->empty() || traces->front().traceId.empty())
        return;
    RunFlags flags;
    RunFlagsReport report{order, {}, {}, order.after};
    EventPageRequest request;
    request.filter.traceId = traces->front().traceId;
    request.after = order.after;
    request.limit = runPage;
    do {
        const auto page = kept(m_session->events(request));
        const bool isCancelled = order.cancelled && order.cancelled->load(std::memory_order_relaxed);
        if (!page || isCancelled)
            return;
        for (const StoredEvent &stored : page->events)
            flags.add(stored.event, {stored.payload.constData(), std::size_t(stored.payload.size())});
        if (!page->events.empty())
            report.reached = page->events.back().event.id;
        request.after = page->next;
    } while (raw(request.after) != 0);
    auto served = kept(m_session->traceFlags(order.trace));
    if (!served)
        return;
    report.flags = flags.all();
    report.served = std::move(*served);
    emit runFlagsRead(report);
}

void EventReader::answerWindow(const WindowRequest &request)
{
    WindowAnswer answer;
    answer.request = request;
    if (!request.traces.empty()) {
        if (auto traces = kept(m_session->traceSummaries(request.traces)))
            answer.traces = *std::move(traces);
        if (auto lanes = kept(m_session->lanes(request.traces, maxLaneMarks)))
            answer.lanes = *std::move(lanes);
    }
    if (!request.events.empty()) {
        if (auto events = kept(m_session->eventRows(request.events)))
            answer.events = *std::move(events);
    }
    for (TraceRow trace : request.children) {
        auto events = kept(m_session->traceEvents(trace));
        answer.children.push_back({trace, events ? *std::move(events) : std::vector<EventId>()});
    }
    emit windowRead(answer); // Also when all of it failed: the asker waits for this before it asks again.
}

void EventReader::answerEvent(quint64 generation, EventId id)
{
    EventDetails details;
    details.generation = generation;
    auto event = kept(m_session->event(id));
    if (!event) {
        emit eventMissing(generation, raw(id));
        return;
    }
    details.event = *std::move(event);
    if (auto request = kept(m_session->request(details.event.event.request)))
        details.request = *std::move(request);
    if (auto trace = kept(m_session->trace(details.event.event.traceId)))
        details.trace = *std::move(trace);
    if (!details.event.event.traceId.empty()) {
        if (const auto ids = kept(m_session->traceEvents(details.trace.row))) {
            const auto place = std::find(ids->begin(), ids->end(), id);
            details.position = place == ids->end() ? 0 : place - ids->begin() + 1;
        }
    }
    emit eventRead(details);
}

void EventReader::search(const SearchOrder &order)
{
    if (!m_session)
        return;
    m_cancelled = order.cancelled;
    bool done = false;
    const auto hits = m_session->scan(order.scan, [&](const ScanProgress &progress) {
        done = progress.done;
        emit searchReported({order.generation, order.purpose, progress});
    });
    m_cancelled.reset();
    if (!hits && hits.error().kind != Error::Kind::Cancelled)
        emit failed(hits.error());
    if (!done) {
        ScanProgress end;
        end.done = true;
        emit searchReported({order.generation, order.purpose, end});
    }
}

void EventReader::readRequests(quint64 generation, const RequestPageRequest &request)
{
    if (!m_session)
        return;
    if (const auto page = kept(m_session->requests(request)))
        emit requestsRead(generation, *page);
}

void EventReader::readPayloads(const PayloadsOrder &order)
{
    if (!m_session)
        return;
    PayloadsReport report;
    report.generation = order.generation;
    for (const ScanHit &row : order.rows) {
        std::vector<EventId> ids{row.id};
        if (raw(row.id) == 0) {
            auto all = kept(m_session->traceEvents(row.trace));
            ids = all ? *std::move(all) : std::vector<EventId>();
        }
        if (!std::ranges::all_of(ids, [&](EventId id) { return addPayload(order, id, report); }))
            break;
    }
    emit payloadsRead(report);
}

/// False when there is no room for another one.
bool EventReader::addPayload(const PayloadsOrder &order, EventId id, PayloadsReport &report)
{
    if (report.payloads.size() >= order.limit) {
        report.isCut = true;
        return false;
    }
    auto event = kept(m_session->event(id));
    if (event && !event->payload.isEmpty()) // Else it was pruned meanwhile.
        report.payloads.push_back(std::move(event->payload));
    return true;
}

} // namespace Weir
