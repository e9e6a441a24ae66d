#include "core/automation/apiserver.h"

#include "core/base/jsontext.h"
#include "core/automation/flagcalls.h"
#include "core/automation/parameters.h"
#include "core/automation/plancalls.h"
#include "core/automation/queries.h"

#include <algorithm>

namespace Weir {

enum class RouteKind { Query, Wait, Stream, Reset, Flags, Plan };

/// One row of the interface. A "*" in `path` stands for one segment, which becomes the call's argument.
struct Route
{
    std::string_view method, path;
    RouteKind kind;
    Result<HttpResponse> (*answer)(const ApiCall &, SessionReader &) = nullptr; ///< Of a Query.
    Result<FlagOrder> (*order)(const ApiCall &) = nullptr; ///< Of Flags.
};

namespace {

constexpr Route routes[] = {
    {"GET", "/weir/health", RouteKind::Query, answerHealth},
    {"GET", "/weir/events", RouteKind::Query, answerEvents},
    {"GET", "/weir/events/*", RouteKind::Query, answerEvent},
    {"GET", "/weir/traces", RouteKind::Query, answerTraces},
    {"GET", "/weir/traces/*", RouteKind::Query, answerTrace},
    {"GET", "/weir/requests", RouteKind::Query, answerRequests},
    {"GET", "/weir/wait", RouteKind::Wait},
    {"GET", "/weir/stream", RouteKind::Stream},
    {"POST", "/weir/reset", RouteKind::Reset},
    {"GET", "/weir/flags", RouteKind::Flags, nullptr, orderReport},
    {"GET", "/weir/flags/served", RouteKind::Flags, nullptr, orderServed},
    {"PUT", "/weir/flags/*/override", RouteKind::Flags, nullptr, orderOverride},
    {"DELETE", "/weir/flags/*/override", RouteKind::Flags, nullptr, orderClear},
    {"DELETE", "/weir/flags/overrides", RouteKind::Flags, nullptr, orderClearAll},
    {"POST", "/weir/flags/scene", RouteKind::Flags, nullptr, orderScene},
    {"DELETE", "/weir/flags/scene/*", RouteKind::Flags, nullptr, orderSceneRemoval},
    {"GET", "/weir/plan", RouteKind::Query, answerPlan},
    {"PUT", "/weir/plan", RouteKind::Plan},
    {"GET", "/weir/violations", RouteKind::Query, answerViolations},
    {"GET", "/weir/warehouse/snowflake/events/*", RouteKind::Query, answerSnowflake},
    {"GET", "/weir/warehouse/bigquery/events/*", RouteKind::Query, answerBigQuery},
};

constexpr int slowLanes = 2;

/// The argument when `path` fits `pattern`; empty but present when the pattern has none.
std::optional<std::string> match(std::string_view pattern, std::string_view path)
{
    const std::size_t star = pattern.find('*');
    if (star == std::string_view::npos)
        return pattern == path ? std::optional<std::string>("") : std::nullopt;
    const std::string_view before = pattern.substr(0, star), behind = pattern.substr(star + 1);
    if (path.size() <= before.size() + behind.size() || !path.starts_with(before) || !path.ends_with(behind))
        return std::nullopt;
    path.remove_prefix(before.size());
    path.remove_suffix(behind.size());
    // Split before decoding: an id may hold %2F.
    return path.find('/') == std::string_view::npos ? std::optional(percentDecode(path, false))
                                                    : std::nullopt;
}

std::string_view withoutLastSlash(std::string_view path)
{
    return path.size() > 1 && path.ends_with('/') ? path.substr(0, path.size() - 1) : path;
}

WaitState::Time steadyNow()
{
    return std::chrono::steady_clock::now();
}

} // namespace

ApiServer::ApiServer(ApiOptions options, QObject *parent)
    : QObject(parent)
    , m_options(options)
    , m_waitTimer(this)
    , m_keepAliveTimer(this)
    , m_wakeTimer(this)
{
    m_waitTimer.setSingleShot(true);
    m_waitTimer.setTimerType(Qt::PreciseTimer);
    connect(&m_waitTimer, &QTimer::timeout, this, &ApiServer::serveWaits);
    m_keepAliveTimer.setInterval(m_options.keepAlive / 15); // One for all streams, so it looks oftener.
    connect(&m_keepAliveTimer, &QTimer::timeout, this, &ApiServer::keepAlive);
    // Fires when the commits that are queued have all been seen: one look for many.
    m_wakeTimer.setSingleShot(true);
    m_wakeTimer.setInterval(0);
    connect(&m_wakeTimer, &QTimer::timeout, this, [this] {
        serveWaits();
        serveStreams();
    });
}

ApiServer::~ApiServer() = default;

void ApiServer::open()
{
    m_load.assign(1 + slowLanes, 0);
    for (int i = 0; i < 1 + slowLanes; ++i) {
        auto lane = std::make_unique<Lane>(QStringLiteral("query %1").arg(i));
        connect(lane->get(), &QueryLane::finished, this, [this, i](const QueryJob::Then &then) {
            --m_load[std::size_t(i)];
            then();
        });
        lane->start();
        m_lanes.push_back(std::move(lane));
    }
}

void ApiServer::close()
{
    const HttpResponse goodbye = apiError(503, "shutting_down", "Weir is shutting down");
    for (const auto &[ticket, wait] : std::exchange(m_waits, {})) {
        *wait.cancelled = true;
        emit answered(ticket, goodbye);
    }
    for (const auto &[ticket, flag] : std::exchange(m_questions, {})) {
        *flag = true;
        emit answered(ticket, goodbye);
    }
    for (const auto &[id, ticket] : std::exchange(m_resets, {}))
        emit answered(ticket, goodbye);
    for (const auto &[id, order] : std::exchange(m_orders, {}))
        emit answered(order.ticket, goodbye);
    for (const auto &[ticket, plan] : std::exchange(m_givenPlans, {}))
        emit answered(ticket, goodbye);
    endStreams();
    m_lanes.clear(); // m_load stays: answers that are queued already still count themselves off.
    // The object is destroyed on another thread, which may not stop them.
    m_waitTimer.stop();
    m_keepAliveTimer.stop();
    m_wakeTimer.stop();
}

void ApiServer::setAccess(const AccessPolicy &policy)
{
    m_policy = policy;
}

void ApiServer::setSession(const std::string &path)
{
    m_session = path;
    ++m_generation;
    endStreams();
    for (const auto &[ticket, plan] : std::exchange(m_givenPlans, {}))
        answer(ticket, apiError(503, "no_session", "Another session is being opened"));
    for (const auto &lane : m_lanes) {
        QMetaObject::invokeMethod(
            lane->get(), [worker = lane->get(), path] { worker->setSession(path); }, Qt::QueuedConnection);
    }
    Commit anew;
    anew.cleared = true;
    sawCommit(anew);
}

void ApiServer::setStatus(const StoreStatus &status)
{
    m_status = status;
}

void ApiServer::sawCommit(const Commit &commit)
{
    for (auto &[ticket, wait] : m_waits)
        wait.state.sawCommit(commit, steadyNow());
    for (auto &[ticket, stream] : m_streams)
        stream.behind = true;
    if (!m_waits.empty() || !m_streams.empty())
        m_wakeTimer.start();
}

void ApiServer::cleared(quint64 id, const SessionCounts &counts)
{
    const auto found = m_resets.find(id);
    if (found == m_resets.end())
        return;
    JsonText json;
    json.beginObject().key("events").number(counts.events).key("traces").number(counts.traces);
    json.key("requests").number(counts.requests).endObject();
    answer(found->second, HttpResponse::json(200, json.str()));
    m_resets.erase(found);
}

void ApiServer::clearFailed(const Error &error)
{
    for (const auto &[id, ticket] : std::exchange(m_resets, {}))
        answer(ticket, apiError(503, "storage", toText(error)));
}

void ApiServer::handle(const Ticket &ticket, const HttpRequest &request)
{
    if (auto refused = refusal(request, m_policy)) {
        answer(ticket, std::move(*refused));
        return;
    }
    const std::string_view path = withoutLastSlash(request.path());
    std::string allowed;
    for (const Route &route : routes) {
        const auto argument = match(route.path, path);
        if (!argument)
            continue;
        if (route.method == request.method) {
            dispatch(route, ticket, ApiCall{request, *argument, m_status, m_session, m_plan});
            return;
        }
        allowed.append(allowed.empty() ? "" : ", ").append(route.method);
    }
    if (allowed.empty()) {
        answer(ticket, apiError(404, "not_found", "There is no such call in Weir " WEIR_VERSION));
        return;
    }
    answer(ticket,
        apiError(405, "method_not_allowed", "This call is made with " + allowed).with("Allow", allowed));
}

void ApiServer::dispatch(const Route &route, const Ticket &ticket, const ApiCall &call)
{
    switch (route.kind) {
    case RouteKind::Query: {
        const Speed speed = mayBeSlow(call.request) ? Speed::Slow : Speed::Quick;
        const auto flag = std::make_shared<std::atomic<bool>>(false);
        askForAnswer(speed, ticket, flag,
            [call, &route](SessionReader &reader) { return route.answer(call, reader); });
        break;
    }
    case RouteKind::Wait:
        beginWait(ticket, call.request);
        break;
    case RouteKind::Stream:
        beginStream(ticket, call.request);
        break;
    case RouteKind::Reset:
        // Whoever asks to reset one trace must not lose all of them.
        if (const auto allowed = Parameters(call.request).allowOnly({}); !allowed) {
            answer(ticket, answerFor(allowed.error()));
            break;
        }
        m_resets.emplace(++m_lastReset, ticket);
        emit clearRequested(m_lastReset);
        break;
    case RouteKind::Flags:
        orderFlags(route, ticket, call);
        break;
    case RouteKind::Plan:
        takePlan(ticket, call);
        break;
    }
}

void ApiServer::setPlan(const std::shared_ptr<const KnownPlan> &plan)
{
    m_plan = plan;
}

/// A large plan takes a while to read, so that is done in a lane.
void ApiServer::takePlan(const Ticket &ticket, const ApiCall &call)
{
    if (m_status.state == StoreStatus::State::ReadOnly) {
        answer(ticket, apiError(503, "storage", toText(m_status.error)));
        return;
    }
    const auto flag = std::make_shared<std::atomic<bool>>(false);
    m_questions.insert_or_assign(ticket, flag);
    ask(Speed::Slow, flag, [this, ticket, call](const Result<SessionReader *> &) {
        auto plan = givenPlan(call);
        return QueryJob::Then([this, ticket, plan = std::move(plan)] {
            if (m_questions.erase(ticket) == 0)
                return;
            if (!plan) {
                answer(ticket, answerFor(plan.error()));
                return;
            }
            m_plan = std::make_shared<const KnownPlan>(KnownPlan{plan->compiled, PlanOrigin::Session});
            m_givenPlans.insert_or_assign(
                ticket, WaitingPlan{plan->compiled.fingerprint(), plan->compiled.plan().events.size()});
            emit planGiven(plan->compiled, plan->document);
        });
    });
}

void ApiServer::sawRecheck(const RecheckState &state)
{
    std::erase_if(m_givenPlans, [&](const auto &entry) {
        const auto &[ticket, plan] = entry;
        if (plan.fingerprint != state.plan)
            return false;
        JsonText json;
        json.beginObject().key("origin").text("session");
        json.key("events").number(static_cast<std::int64_t>(plan.events));
        json.key("rechecking").number(std::max<std::int64_t>(0, raw(state.below) - raw(state.from)));
        answer(ticket, HttpResponse::json(200, std::move(json.endObject()).str()));
        return true;
    });
}

void ApiServer::orderFlags(const Route &route, const Ticket &ticket, const ApiCall &call)
{
    const auto order = route.order(call);
    if (!order) {
        answer(ticket, answerFor(order.error()));
        return;
    }
    m_orders.emplace(++m_lastOrder, Order{ticket, order->kind});
    emit flagsOrdered(m_lastOrder, *order);
}

void ApiServer::sawFlags(quint64 id, const FlagAnswer &flags)
{
    const auto found = m_orders.find(id);
    if (found == m_orders.end())
        return; // The client went away, or another one's order.
    const Order order = found->second;
    m_orders.erase(found);
    answer(order.ticket, answerFlags(order.kind, flags));
}

void ApiServer::answer(const Ticket &ticket, HttpResponse response)
{
    response.with("Cache-Control", "no-store").with("X-Content-Type-Options", "nosniff");
    emit answered(ticket, response);
}

void ApiServer::ask(Speed speed, Flag cancelled, std::function<QueryJob::Then(Result<SessionReader *>)> run)
{
    if (m_lanes.empty())
        return; // Closed.
    const auto slow = std::min_element(m_load.begin() + 1, m_load.end()) - m_load.begin();
    const std::size_t lane = speed == Speed::Quick ? 0 : std::size_t(slow);
    ++m_load[lane];
    QueryLane *const worker = m_lanes[lane]->get();
    QMetaObject::invokeMethod(
        worker, [worker, job = QueryJob{std::move(cancelled), std::move(run)}] { worker->run(job); },
        Qt::QueuedConnection);
}

void ApiServer::askForAnswer(Speed speed, const Ticket &ticket, Flag cancelled,
    std::function<Result<HttpResponse>(SessionReader &)> question)
{
    m_questions.insert_or_assign(ticket, cancelled);
    ask(speed, cancelled, [this, ticket, question = std::move(question)](Result<SessionReader *> reader) {
        auto result = reader ? question(**reader) : Result<HttpResponse>(reader.error());
        HttpResponse response = result ? std::move(*result) : answerFor(result.error());
        return QueryJob::Then([this, ticket, response = std::move(response)] {
            if (m_questions.erase(ticket) > 0)
                answer(ticket, response);
        });
    });
}

void ApiServer::abandon(quint64 connection)
{
    const auto drop = [connection](auto &calls, auto flagOf) {
        auto each = calls.lower_bound({connection, 0});
        while (each != calls.end() && each->first.connection == connection) {
            *flagOf(each->second) = true;
            each = calls.erase(each);
        }
    };
    drop(m_questions, [](const Flag &flag) { return flag; });
    drop(m_waits, [](const Wait &wait) { return wait.cancelled; });
    drop(m_streams, [](const Stream &stream) { return stream.cancelled; });
    std::erase_if(m_resets, [&](const auto &entry) { return entry.second.connection == connection; });
    std::erase_if(m_givenPlans, [&](const auto &entry) { return entry.first.connection == connection; });
    std::erase_if(m_orders, [&](const auto &entry) { return entry.second.ticket.connection == connection; });
}

void ApiServer::beginWait(const Ticket &ticket, const HttpRequest &request)
{
    auto wanted = waitRequest(request);
    if (!wanted) {
        answer(ticket, answerFor(wanted.error()));
        return;
    }
    m_waits.insert_or_assign(
        ticket, Wait{WaitState(std::move(*wanted), steadyNow()), std::make_shared<std::atomic<bool>>(false)});
    serveWaits();
}

void ApiServer::serveWaits()
{
    std::optional<WaitState::Time> next;
    for (auto each = m_waits.begin(); each != m_waits.end();) {
        auto &[ticket, wait] = *each;
        const auto verdict = wait.state.verdict(steadyNow());
        if (verdict != WaitState::Verdict::Waiting) {
            finishWait(ticket, wait, verdict);
            each = m_waits.erase(each);
            continue;
        }
        if (wait.state.needsLook() && !wait.looking)
            look(ticket, wait);
        if (const auto change = wait.state.nextChange())
            next = std::min(next.value_or(*change), *change);
        ++each;
    }
    if (!next)
        return;
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(*next - steadyNow());
    m_waitTimer.start(std::max(left, std::chrono::milliseconds(0)));
}

void ApiServer::look(const Ticket &ticket, Wait &wait)
{
    wait.looking = true;
    wait.state.beginLook();
    const WaitLook before = wait.state.look();
    const WaitRequest request = wait.state.request();
    const bool slow = !before.done && isFirstLookSlow(request);
    ask(slow ? Speed::Slow : Speed::Quick, wait.cancelled,
        [this, ticket, request, before, generation = m_generation](Result<SessionReader *> reader) {
            const auto seen = reader ? lookFor(request, before, **reader) : Result<WaitLook>(reader.error());
            return QueryJob::Then([this, ticket, seen, generation] {
                const auto found = m_waits.find(ticket);
                if (found == m_waits.end())
                    return;
                found->second.looking = false;
                if (generation == m_generation && seen)
                    found->second.state.sawLook(*seen, steadyNow(), systemNow());
                if (!seen && seen.error().kind != Error::Kind::NotFound) {
                    answer(ticket, answerFor(seen.error()));
                    m_waits.erase(found);
                }
                serveWaits();
            });
        });
}

void ApiServer::finishWait(const Ticket &ticket, const Wait &wait, WaitState::Verdict verdict)
{
    const WaitRequest request = wait.state.request();
    const Speed speed = isFirstLookSlow(request) ? Speed::Slow : Speed::Quick;
    askForAnswer(speed, ticket, wait.cancelled,
        [request, verdict](SessionReader &reader) { return answerWait(request, verdict, reader); });
}

void ApiServer::beginStream(const Ticket &ticket, const HttpRequest &request)
{
    const auto wanted = streamRequest(request);
    if (!wanted) {
        answer(ticket, answerFor(wanted.error()));
        return;
    }
    Stream stream;
    stream.filter = wanted->filter;
    stream.cancelled = std::make_shared<std::atomic<bool>>(false);
    const auto flag = stream.cancelled;
    m_streams.insert_or_assign(ticket, std::move(stream));
    // "From now on" begins when the client reads the head: what is acknowledged after that is in the stream.
    ask(Speed::Quick, flag, [this, ticket, after = wanted->after](Result<SessionReader *> reader) {
        const auto newest = reader ? newestEvent(**reader) : Result<EventId>(reader.error());
        return QueryJob::Then([this, ticket, after, newest] {
            if (newest) {
                // An id that is not there yet is from another session.
                sawStart(ticket, after ? std::min(*after, *newest) : *newest);
            } else if (m_streams.erase(ticket) > 0) {
                answer(ticket, answerFor(newest.error()));
            }
        });
    });
}

void ApiServer::sawStart(const Ticket &ticket, EventId reached)
{
    const auto found = m_streams.find(ticket);
    if (found == m_streams.end())
        return;
    Stream &stream = found->second;
    stream.began = true;
    stream.reached = reached;
    stream.hasRoom = false;
    stream.sinceSent.start();
    emit streamBegan(ticket, streamHead());
    // An id without data is no event, but what clients resume from: one whose connection is lost before the
    // first event misses nothing either.
    emit streamed(ticket, ": weir\nretry: 1000\nid: " + QByteArray::number(raw(reached)) + "\n\n");
    if (!m_keepAliveTimer.isActive())
        m_keepAliveTimer.start();
}

void ApiServer::serveStreams()
{
    for (auto &[ticket, stream] : m_streams) {
        if (stream.began && stream.behind && stream.hasRoom && !stream.reading)
            read(ticket, stream);
    }
}

void ApiServer::read(const Ticket &ticket, Stream &stream)
{
    stream.reading = true;
    stream.behind = false;
    ask(Speed::Quick, stream.cancelled,
        [this, ticket, filter = stream.filter, reached = stream.reached](Result<SessionReader *> reader) {
            auto chunk = reader ? readChunk(filter, reached, **reader) : Result<StreamChunk>(reader.error());
            return QueryJob::Then([this, ticket, chunk = std::move(chunk)] {
                if (chunk) {
                    sawChunk(ticket, *chunk);
                } else if (m_streams.erase(ticket) > 0) {
                    emit streamEnded(ticket); // The client resumes where it was.
                }
            });
        });
}

void ApiServer::sawChunk(const Ticket &ticket, const StreamChunk &chunk)
{
    const auto found = m_streams.find(ticket);
    if (found == m_streams.end())
        return;
    Stream &stream = found->second;
    stream.reading = false;
    stream.reached = chunk.reached;
    stream.behind = stream.behind || chunk.more;
    if (!chunk.text.empty()) {
        stream.hasRoom = false;
        stream.sinceSent.start();
        emit streamed(ticket, QByteArray::fromStdString(chunk.text));
    }
    serveStreams();
}

void ApiServer::drained(const Ticket &ticket)
{
    const auto found = m_streams.find(ticket);
    if (found == m_streams.end())
        return;
    found->second.hasRoom = true;
    serveStreams();
}

void ApiServer::keepAlive()
{
    for (auto &[ticket, stream] : m_streams) {
        if (!stream.began || !stream.hasRoom || !stream.sinceSent.hasExpired(m_options.keepAlive.count()))
            continue;
        stream.hasRoom = false;
        stream.sinceSent.start();
        emit streamed(ticket, QByteArrayLiteral(":\n\n"));
    }
    if (m_streams.empty())
        m_keepAliveTimer.stop();
}

void ApiServer::endStreams()
{
    for (const auto &[ticket, stream] : std::exchange(m_streams, {})) {
        *stream.cancelled = true;
        if (stream.began)
            emit streamEnded(ticket);
        else
            answer(ticket, apiError(503, "no_session", "Another session is being opened"));
    }
}

} // namespace Weir
