#include "core/capture/captureserver.h"

#include "core/base/logging.h"
#include "core/capture/decoders/posthogupstream.h"

#include <QEventLoop>
#include <QTimer>
#include <QTimerEvent>

#include <algorithm>

using namespace std::chrono_literals;

namespace Weir {

namespace {

/// What a decoded event takes beside its bytes, about.
constexpr std::size_t eventOverhead = 600;
constexpr int flagNewsEveryMs = 100;

bool isApiPath(std::string_view path)
{
    return path == "/weir" || path.starts_with("/weir/");
}

/// PostHog's, RudderStack's and Segment's SDKs all repeat a request after 503. The CORS headers stay, or a
/// browser would hide the status from the SDK. `why` without its place: a path is not for every client.
HttpResponse tryLater(const HttpResponse &meant, const Error &why)
{
    HttpResponse answer = HttpResponse::text(503, "service unavailable: " + why.message);
    for (const auto &[name, value] : meant.headers) {
        if (name.size() > 7
            && (equalsIgnoreCase(std::string_view(name).substr(0, 7), "access-")
                || equalsIgnoreCase(name, "vary")))
            answer.with(name, value);
    }
    answer.with("Retry-After", "1");
    return answer;
}

} // namespace

CaptureServer::CaptureServer(CaptureOptions options, QObject *parent)
    : QObject(parent)
    , m_options(std::move(options))
{
    if (m_options.plan)
        m_validator.emplace(*m_options.plan);
}

CaptureServer::~CaptureServer() = default;

void CaptureServer::open()
{
    if (!m_options.definitionsDocument.empty())
        m_desk.setDefinitions(m_options.definitions, m_options.definitionsDocument);
    if (m_options.upstream) {
        const UpstreamUrl &url = *m_options.upstream;
        m_upstream = std::make_unique<Upstream>(url);
        m_desk.setUpstream((url.isSecure ? "https://" : "http://") + url.authority() + url.prefix);
    }
    HttpServer::Handlers handlers;
    handlers.request = [this](Ticket ticket, HttpRequest &&request) { handle(ticket, std::move(request)); };
    handlers.malformed = [this](MalformedRequest &&malformed) { keepMalformed(std::move(malformed)); };
    handlers.closed = [this](std::uint64_t connection) { emit connectionClosed(connection); };
    handlers.drained = [this](Ticket ticket) { emit drained(ticket); };
    handlers.roundFinished = [this] { handOn(); };
    m_server = std::make_unique<HttpServer>(std::move(handlers));
    if (const auto listens = m_server->listen(m_options.hosts, m_options.port); !listens) {
        m_server.reset();
        emit failed(listens.error());
        return;
    }
    updateReading(); // It may have been paused before.
    const auto addresses = m_server->addresses();
    m_authority = addresses.front();
    emit listening(m_server->port(), addresses);
}

void CaptureServer::close()
{
    if (m_server)
        finish();
    m_flagNews.stop(); // Timers end on their own thread.
    m_expiry.stop();
}

void CaptureServer::finish()
{
    m_server->stopListening();
    pause();
    if (!m_pending.empty() || m_asking > 0) {
        // The store's answers arrive as queued calls on this thread, so its event loop must run on.
        QEventLoop loop;
        m_finishing = &loop;
        QTimer::singleShot(m_options.finishTimeout, &loop, &QEventLoop::quit);
        loop.exec();
        m_finishing = nullptr;
    }
    if (!m_pending.empty())
        qCWarning(lcCapture) << m_pending.size() << "requests stay unanswered: the store did not take them";
    m_upstream.reset();
    m_server->flush();
    m_server->close();
    m_server.reset();
}

void CaptureServer::pause()
{
    m_paused = true;
    updateReading();
    handOn();
    handOnNotes();
    endAwaitingServed(); // The session may be closed now, and then nothing comes.
}

void CaptureServer::resume()
{
    m_paused = false;
    updateReading();
}

void CaptureServer::handle(Ticket ticket, HttpRequest &&request)
{
    if (isApiPath(request.path())) {
        handOn(); // What came before this call is on its way to the store before the call is.
        handOnNotes();
        emit apiRequested(ticket, request);
        return;
    }
    const UtcTime now = m_options.clock();
    m_desk.setTime(now);
    Intake intake = decodeRequest(request, {now, m_authority, &m_desk.knowledge()});
    if (intake.asksUpstream)
        ask(ticket, now, std::move(request), intake);
    else
        take(ticket, now, std::move(request), std::move(intake));
}

void CaptureServer::ask(Ticket ticket, UtcTime now, HttpRequest &&request, const Intake &intake)
{
    UpstreamRequest question{request.method, intake.upstreamTarget, forwardedHeaders(request), request.body};
    if (!intake.upstreamTag.empty())
        question.headers.emplace_back("If-None-Match", intake.upstreamTag);
    ++m_asking;
    m_upstream->ask(std::move(question),
        [this, ticket, now, request = std::move(request)](
            const Result<HttpResponse> &answer) { sawUpstream(ticket, now, request, answer); });
}

void CaptureServer::sawUpstream(
    const Ticket &ticket, UtcTime now, HttpRequest request, const Result<HttpResponse> &answer)
{
    --m_asking;
    const UtcTime later = m_options.clock();
    m_desk.sawUpstream(PostHog::upstreamTrouble(answer), later);
    tellOfFlags();
    m_desk.setTime(later);
    // Overrides as they are now: what was set while the upstream thought holds too.
    Intake intake = decodeRequest(request, {now, m_authority, &m_desk.knowledge(), &answer});
    take(ticket, now, std::move(request), std::move(intake));
    handOn();
    sawSettled();
}

void CaptureServer::take(Ticket ticket, UtcTime now, HttpRequest &&request, Intake &&intake)
{
    noteFlags(intake, now);
    if (intake.keep)
        keep(ticket, now, std::move(request), std::move(intake));
    else
        m_server->respond(ticket, intake.answer);
}

void CaptureServer::noteFlags(Intake &intake, UtcTime now)
{
    if (intake.news)
        m_desk.learn(*std::move(intake.news));
    if (intake.served)
        m_desk.sawServed(*std::move(intake.served), intake.given);
    std::span<const FlagSighting> left = intake.sightings;
    for (std::size_t at = 0; at < intake.events.size(); ++at) {
        const auto end
            = std::ranges::find_if(left, [at](const FlagSighting &sighting) { return sighting.event != at; });
        const auto own = left.first(static_cast<std::size_t>(end - left.begin()));
        left = left.subspan(own.size());
        Event &event = intake.events[at];
        event.tainted = m_desk.isTainted(event, own);
        m_desk.sawEvent(event, own, now);
    }
    tellOfFlags();
}

void CaptureServer::setPlan(const CompiledPlan &plan)
{
    handOn(); // What was checked by another plan goes first.
    m_validator.emplace(plan);
    emit planSet(plan.fingerprint());
}

/// Gives each event its status.
std::vector<EventViolations> CaptureServer::check(Intake &intake)
{
    std::vector<EventViolations> all;
    if (!m_validator)
        return all;
    const std::string_view body(intake.body.constData(), static_cast<std::size_t>(intake.body.size()));
    for (std::size_t at = 0; at < intake.events.size(); ++at) {
        Event &event = intake.events[at];
        auto check = m_validator->check(event, body.substr(event.offset, event.length));
        event.status = statusOf(check.status, event.notices);
        if (check.violations)
            all.push_back({at, std::move(check.violations)});
    }
    return all;
}

void CaptureServer::orderFlags(quint64 id, const FlagOrder &order)
{
    const FlagAnswer answer = m_desk.carryOut(order, m_options.clock());
    if (m_awaitsServed && order.kind == FlagOrder::Kind::Served && answer.served.next == 0) {
        m_waitingOrders.emplace_back(id, order); // The page may be longer than it seems.
        return;
    }
    emit flagsAnswered(id, answer);
    awaitExpiry();
    tellOfFlags();
}

void CaptureServer::tellOfFlags()
{
    if (m_desk.revision() != m_toldRevision && !m_flagNews.isActive())
        m_flagNews.start(flagNewsEveryMs, this);
}

/// An override ends at its time, whether or not a request comes then.
void CaptureServer::awaitExpiry()
{
    std::optional<UtcTime> first;
    for (const auto &[key, override] : m_desk.knowledge().overrides.all()) {
        if (override.expiresAt && (!first || *override.expiresAt < *first))
            first = override.expiresAt;
    }
    m_expiry.stop();
    if (!first)
        return;
    const auto left = std::clamp<std::chrono::milliseconds>(*first - m_options.clock(), 1ms, 24h);
    m_expiry.start(static_cast<int>(left.count()), this);
}

void CaptureServer::handOnNotes()
{
    if (SessionNotes notes = m_desk.takeNotes(); !notes.empty())
        emit noted(notes);
    handOnServed();
}

void CaptureServer::handOnServed()
{
    if (const ServedNews news = m_desk.takeServed(); !news.isEmpty())
        emit servedNoted(news);
}

void CaptureServer::restoreNotes(const SessionNotes &notes)
{
    m_desk.restore(notes, m_options.clock());
    awaitExpiry();
    tellOfFlags();
}

void CaptureServer::restoreServed(const std::vector<ServedFlags> &answers)
{
    m_desk.restoreServed(answers);
    wantOlderServed();
}

void CaptureServer::addOlderServed(const std::vector<ServedFlags> &answers)
{
    m_desk.addOlderServed(answers);
    if (answers.empty())
        endAwaitingServed();
    else
        wantOlderServed();
}

void CaptureServer::wantOlderServed()
{
    tellOfFlags();
    const std::int64_t before = m_desk.wantsServedBefore();
    if (before == 0)
        return endAwaitingServed();
    m_awaitsServed = true;
    emit olderServedWanted(before);
}

void CaptureServer::endAwaitingServed()
{
    m_awaitsServed = false;
    for (const auto &[id, order] : std::exchange(m_waitingOrders, {}))
        orderFlags(id, order);
}

void CaptureServer::forgetServed()
{
    m_desk.forgetServed();
    tellOfFlags();
}

void CaptureServer::timerEvent(QTimerEvent *event)
{
    if (event->timerId() == m_expiry.timerId()) {
        m_desk.setTime(m_options.clock());
        awaitExpiry();
        tellOfFlags();
    } else if (event->timerId() == m_flagNews.timerId()) {
        m_flagNews.stop();
        m_toldRevision = m_desk.revision();
        handOnNotes();
        emit flagsChanged();
    } else {
        QObject::timerEvent(event);
    }
}

void CaptureServer::keep(Ticket ticket, UtcTime now, HttpRequest &&request, Intake &&intake)
{
    CapturedRequest kept;
    kept.ticket = ticket;
    kept.receivedAt = now;
    kept.method = std::move(request.method);
    kept.target = std::move(request.target);
    kept.head = std::move(request.head);
    kept.peer = std::move(request.peer);
    kept.bodyBytes = static_cast<std::uint32_t>(request.body.size());
    auto stored = m_compressor.compress(request.body);
    kept.body = std::move(stored.bytes);
    kept.bodyForm = stored.form;
    kept.dictionary = stored.dictionary;
    kept.source = intake.source;
    kept.state = intake.state;
    kept.error = std::move(intake.error);
    kept.answerStatus = intake.answer.status;
    kept.violations = check(intake);
    kept.plan = m_validator && !intake.events.empty() ? m_validator->plan().fingerprint() : 0;
    kept.events = std::move(intake.events);

    Pending pending{std::move(intake.answer)};
    pending.bytes
        = std::size_t(kept.head.size()) + std::size_t(kept.body.size()) + kept.events.size() * eventOverhead;
    pending.acknowledges = kept.state == RequestState::Decoded && pending.answer.status < 300;
    if (!m_storeReady && !pending.acknowledges) {
        m_server->respond(ticket, pending.answer);
    } else {
        m_pendingBytes += pending.bytes;
        m_pending.insert_or_assign(ticket, std::move(pending));
    }
    m_batch.append(std::move(kept));
}

void CaptureServer::keepMalformed(MalformedRequest &&malformed)
{
    CapturedRequest kept; // Its ticket stays empty: the door has answered already.
    kept.receivedAt = m_options.clock();
    kept.peer = std::move(malformed.peer);
    kept.state = RequestState::NotUnderstood;
    kept.answerStatus = malformed.error.status;
    kept.error = {Error::Kind::BadInput, std::string(malformed.error.reason), "HTTP"};
    // Up to the first line end is the request line, as far as it is one.
    const std::string_view bytes(malformed.head.constData(), std::size_t(malformed.head.size()));
    const auto lineEnd = std::min(bytes.find('\n'), bytes.size());
    std::string_view line = bytes.substr(0, lineEnd);
    if (line.ends_with('\r'))
        line.remove_suffix(1);
    const auto blank = line.find(' ');
    if (blank != std::string_view::npos) {
        kept.method = line.substr(0, blank);
        line.remove_prefix(blank + 1);
    }
    kept.target = line.substr(0, line.rfind(" HTTP/"));
    kept.head = malformed.head.mid(qsizetype(std::min(lineEnd + 1, bytes.size())));
    m_batch.append(std::move(kept));
}

void CaptureServer::handOn()
{
    // An event is told of with what its user was served before, so that must be in the session by then.
    if (std::ranges::any_of(m_batch, [](const CapturedRequest &request) { return !request.events.empty(); }))
        handOnServed();
    if (!m_batch.isEmpty())
        emit captured(std::exchange(m_batch, {}));
    updateReading();
}

void CaptureServer::acknowledge(const std::vector<Ticket> &tickets)
{
    for (const Ticket &ticket : tickets)
        settle(ticket, nullptr);
    if (m_server)
        m_server->flush();
    sawSettled();
}

void CaptureServer::refuse(const QList<Ticket> &tickets, const Error &why)
{
    for (const Ticket &ticket : tickets)
        settle(ticket, &why);
    sawSettled();
}

void CaptureServer::sawSettled()
{
    if (m_finishing && m_pending.empty() && m_asking == 0)
        m_finishing->quit();
    updateReading();
}

void CaptureServer::settle(const Ticket &ticket, const Error *refusal)
{
    const auto found = m_pending.find(ticket);
    if (found == m_pending.end())
        return;
    const Pending &pending = found->second;
    m_pendingBytes -= pending.bytes;
    if (m_server) {
        const bool asMeant = !refusal || !pending.acknowledges;
        m_server->respond(ticket, asMeant ? pending.answer : tryLater(pending.answer, *refusal));
    }
    m_pending.erase(found);
}

void CaptureServer::setStoreReady(bool ready)
{
    m_storeReady = ready;
    if (!ready && m_server) {
        for (auto each = m_pending.begin(); each != m_pending.end();) {
            if (each->second.acknowledges) {
                ++each;
                continue;
            }
            m_server->respond(each->first, each->second.answer);
            m_pendingBytes -= each->second.bytes;
            each = m_pending.erase(each);
        }
    }
    sawSettled();
}

void CaptureServer::updateReading()
{
    // Half of the limit must be free before it goes on, or each answer would switch it.
    const std::size_t limit = m_reading ? m_options.aheadBytes : m_options.aheadBytes / 2;
    const bool reading = !m_paused && (!m_storeReady || m_pendingBytes <= limit);
    if (reading == m_reading || !m_server)
        return;
    m_reading = reading;
    m_server->setReading(reading);
}

void CaptureServer::respond(const Ticket &ticket, const HttpResponse &response)
{
    if (m_server)
        m_server->respond(ticket, response);
}

void CaptureServer::beginStream(const Ticket &ticket, const HttpResponse &head)
{
    if (m_server)
        m_server->beginStream(ticket, head);
}

void CaptureServer::sendChunk(const Ticket &ticket, const QByteArray &bytes)
{
    if (m_server)
        m_server->sendChunk(ticket, {bytes.constData(), std::size_t(bytes.size())});
}

void CaptureServer::endStream(const Ticket &ticket)
{
    if (m_server)
        m_server->endStream(ticket);
}

} // namespace Weir
