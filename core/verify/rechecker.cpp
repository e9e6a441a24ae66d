#include "core/verify/rechecker.h"

namespace Weir {

namespace {

/// A commit with so many changes takes the writer some milliseconds, and what is captured waits as long.
constexpr int eventsAtOnce = 500;

} // namespace

Rechecker::Rechecker(QObject *parent)
    : QObject(parent)
{
}

Rechecker::~Rechecker() = default;

void Rechecker::openSession(const SessionInfo &info)
{
    auto session = SessionReader::open(info.path);
    if (!session) {
        emit failed(session.error());
        return;
    }
    m_session = *std::move(session);
}

void Rechecker::close()
{
    m_session.reset();
}

void Rechecker::setPlan(const CompiledPlan &plan)
{
    m_validator.emplace(plan);
}

void Rechecker::goOn(const RecheckState &state)
{
    if (!m_session || !m_validator || state.isDone() || state.plan != m_validator->plan().fingerprint())
        return;
    EventPageRequest request;
    request.after = EventId{raw(state.from) - 1};
    request.limit = eventsAtOnce;
    const auto page = m_session->events(request);
    if (!page) {
        emit failed(page.error());
        return;
    }
    CheckedEvents result;
    result.plan = state.plan;
    result.last = EventId{raw(state.below) - 1};
    if (raw(page->next) != 0)
        result.last = std::min(result.last, page->next);
    for (const StoredEvent &stored : page->events) {
        const Event &event = stored.event;
        if (event.id > result.last || stored.payload.isEmpty())
            continue;
        const auto check = m_validator->check(
            event, {stored.payload.constData(), static_cast<std::size_t>(stored.payload.size())});
        const bool isStored = !check.violations && event.status == statusOf(check.status, event.notices);
        if (!isStored)
            result.events.push_back({event.id, check.status, check.violations});
    }
    emit checked(result);
}

} // namespace Weir
