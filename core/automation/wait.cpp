#include "core/automation/wait.h"

#include "core/automation/forms.h"
#include "core/automation/parameters.h"

#include <algorithm>
#include <array>

namespace Weir {

namespace {

using Order = EventPageRequest::Order;
using std::chrono::milliseconds;

constexpr milliseconds longestWait = std::chrono::hours(1);
constexpr std::int64_t highestCount = 1'000'000;
constexpr int eventsInAnswer = 1000;

std::optional<StoredEvent> newestOf(EventPage page)
{
    return page.events.empty() ? std::nullopt : std::optional(std::move(page.events.front()));
}

/// Finds the run that `match` belongs to, and when its newest event came.
Result<void> findRun(const StoredEvent &match, SessionReader &reader, WaitLook &look)
{
    look.newest = match.event.id;
    look.run = {};
    look.lastReceived = match.event.receivedAt;
    if (match.event.traceId.empty())
        return {};
    EventFilter run;
    run.traceId = match.event.traceId;
    WEIR_TRY(const TraceSummary trace, reader.trace(run.traceId));
    WEIR_TRY(EventPage page, reader.events({run, {}, 1, Order::Descending}));
    look.run = trace.row;
    if (const auto newest = newestOf(std::move(page)))
        look.lastReceived = newest->event.receivedAt;
    return {};
}

Result<WaitLook> lookAtAll(const WaitRequest &request, SessionReader &reader)
{
    WEIR_TRY(EventPage page, reader.events({request.filter, {}, 1, Order::Descending}));
    WaitLook look;
    look.done = true;
    look.total = page.total;
    if (const auto newest = newestOf(std::move(page))) {
        if (const auto found = findRun(*newest, reader, look); !found)
            return found.error();
    }
    return look;
}

std::string seconds(milliseconds duration)
{
    JsonText text;
    text.number(static_cast<double>(duration.count()) / 1000.0);
    return text.str() + " s";
}

std::string timeoutMessage(const WaitRequest &request, std::int64_t total)
{
    const std::string within = " within " + seconds(request.timeout);
    if (total < request.count) {
        return "Saw " + std::to_string(total) + " of " + std::to_string(request.count) + " events" + within;
    }
    return "Saw " + std::to_string(total) + " events, but the run was never quiet for "
        + seconds(request.settle) + within;
}

} // namespace

Result<WaitRequest> waitRequest(const HttpRequest &request)
{
    constexpr std::array<std::string_view, 5> known = {"trace_id", "name", "count", "settle", "timeout"};
    const Parameters parameters(request);
    if (const auto allowed = parameters.allowOnly(known); !allowed)
        return allowed.error();
    WaitRequest result;
    WEIR_TRY(result.filter, eventFilter(parameters));
    WEIR_TRY(result.count, parameters.integer("count", 1, highestCount, result.count));
    WEIR_TRY(result.settle, parameters.duration("settle", longestWait, result.settle));
    WEIR_TRY(result.timeout, parameters.duration("timeout", longestWait, result.timeout));
    return result;
}

bool isFirstLookSlow(const WaitRequest &request)
{
    return request.filter.traceId.empty() && !request.filter.isEmpty();
}

Result<WaitLook> lookFor(const WaitRequest &request, const WaitLook &before, SessionReader &reader)
{
    // Of a trace an index tells the count; of the whole session the counters do.
    if (!before.done || !isFirstLookSlow(request) || raw(before.newest) == 0)
        return lookAtAll(request, reader);
    WaitLook look = before;
    ScanHit last;
    ScanRequest scan{request.filter, Order::Ascending, before.newest, 0};
    WEIR_TRY(const std::int64_t hits, reader.scan(scan, [&](const ScanProgress &progress) {
        if (!progress.hits.empty())
            last = progress.hits.back();
    }));
    look.total += hits;
    if (hits > 0) {
        WEIR_TRY(const StoredEvent match, reader.event(last.id));
        if (const auto found = findRun(match, reader, look); !found)
            return found.error();
    }
    return look;
}

void WaitState::sawCommit(const Commit &commit, Time now)
{
    if (commit.cleared)
        m_look = {}; // Emptied or pruned: what was counted may be gone.
    const bool isRun = raw(m_look.run) != 0;
    const bool touched = isRun && std::ranges::binary_search(commit.touched, m_look.run);
    if (touched)
        m_quietSince = now;
    // A trace asked for is looked at again only when it was touched, or is not known yet.
    if (touched || !isRun || m_request.filter.traceId.empty())
        m_needsLook = true;
}

void WaitState::sawLook(const WaitLook &look, Time now, UtcTime wallClock)
{
    const bool isNew = look.newest != m_look.newest || !m_look.done;
    m_look = look;
    if (!isNew || !look.lastReceived)
        return;
    const auto age = std::max(wallClock - *look.lastReceived, milliseconds(0));
    m_quietSince = now - age;
}

WaitState::Verdict WaitState::verdict(Time now) const
{
    if (!m_look.done)
        return Verdict::Waiting; // What was acknowledged before the call counts, however short the timeout.
    if (holds() && now - m_quietSince >= m_request.settle)
        return Verdict::Matched;
    return now >= m_deadline ? Verdict::TimedOut : Verdict::Waiting;
}

std::optional<WaitState::Time> WaitState::nextChange() const
{
    if (!m_look.done)
        return std::nullopt;
    return holds() ? std::min(m_deadline, m_quietSince + m_request.settle) : m_deadline;
}

Result<HttpResponse> answerWait(const WaitRequest &request, WaitState::Verdict verdict, SessionReader &reader)
{
    WEIR_TRY(const EventPage page, reader.events({request.filter, {}, eventsInAnswer, Order::Ascending}));
    JsonText json;
    json.beginObject();
    const bool matched = verdict == WaitState::Verdict::Matched;
    if (!matched) {
        json.key("error").beginObject().key("code").text("timeout");
        json.key("message").text(timeoutMessage(request, page.total)).endObject();
    }
    json.key("events").beginArray();
    for (const StoredEvent &stored : page.events)
        writeEvent(json, stored);
    json.endArray().key("total").number(page.total).key("next");
    raw(page.next) ? json.number(raw(page.next)) : json.null();
    json.key("trace");
    const auto trace = request.filter.traceId.empty()
        ? Result<TraceSummary>(Error{Error::Kind::NotFound, "No trace was asked for", {}})
        : reader.trace(request.filter.traceId);
    if (trace)
        writeTrace(json, *trace);
    else
        json.null();
    return HttpResponse::json(matched ? 200 : 504, std::move(json.endObject()).str());
}

} // namespace Weir
