#include "app/planwiring.h"

#include "app/planfile.h"
#include "core/base/logging.h"

namespace Weir {

namespace {

// The session's note that holds the plan it was given.
constexpr const char noteRoom[] = "plan", noteKey[] = "document";

Result<CompiledPlan> compiled(Result<Plan> plan)
{
    if (!plan)
        return plan.error();
    return CompiledPlan::compile(*std::move(plan));
}

template <typename Worker, typename Call> void post(Worker *worker, Call call)
{
    if (worker)
        QMetaObject::invokeMethod(
            worker, [worker, call = std::move(call)] { call(*worker); }, Qt::QueuedConnection);
}

} // namespace

PlanWiring::PlanWiring(QObject *parent)
    : QObject(parent)
    , m_rechecker(QStringLiteral("rechecker"))
{
    connect(m_rechecker.get(), &Rechecker::failed, this,
        [](const Error &error) { qCWarning(lcStore, "checking again: %s", toText(error).c_str()); });
    m_rechecker.start();
}

PlanWiring::~PlanWiring() = default;

Result<void> PlanWiring::load(const std::string &path)
{
    WEIR_TRY(auto plan, compiled(loadPlan(path)));
    use(std::move(plan), path.empty() ? PlanOrigin::BuiltIn : PlanOrigin::File);
    m_first = m_plan;
    return {};
}

// What a client gives goes from the interface straight to those who check: this thread may be busy painting.

void PlanWiring::join(ApiServer *api)
{
    m_api = api;
    Rechecker *const rechecker = m_rechecker.get();
    connect(api, &ApiServer::planGiven, rechecker,
        [rechecker](const CompiledPlan &plan) { rechecker->setPlan(plan); });
    connect(api, &ApiServer::planGiven, this, [this](const CompiledPlan &plan) {
        m_plan = std::make_shared<const KnownPlan>(KnownPlan{plan, PlanOrigin::Session});
        emit planChanged(m_plan);
    });
}

void PlanWiring::join(CaptureServer *capture)
{
    m_capture = capture;
    connect(m_api, &ApiServer::planGiven, capture,
        [capture](const CompiledPlan &plan) { capture->setPlan(plan); });
}

void PlanWiring::join(EventWriter *writer)
{
    connect(writer, &EventWriter::recheckChanged, m_rechecker.get(), &Rechecker::goOn);
    connect(writer, &EventWriter::recheckChanged, this, &PlanWiring::recheckChanged);
    connect(m_rechecker.get(), &Rechecker::checked, writer, &EventWriter::applyChecks);
    connect(
        m_api, &ApiServer::planGiven, writer, [writer](const CompiledPlan &, const std::string &document) {
            writer->keepNotes({{noteRoom, noteKey, document}});
        });
}

void PlanWiring::openSession(const SessionInfo &info)
{
    post(m_rechecker.get(), [info](Rechecker &rechecker) { rechecker.openSession(info); });
    m_plan = m_first;
    for (const SessionNote &note : info.notes) {
        const bool isPlan = note.room == noteRoom && note.key == noteKey && note.value;
        if (!isPlan || m_first->origin == PlanOrigin::File)
            continue;
        auto plan = compiled(readPlan({{std::string(), *note.value}}));
        if (plan)
            m_plan = std::make_shared<const KnownPlan>(KnownPlan{*std::move(plan), PlanOrigin::Session});
        else
            qCWarning(lcStore, "the plan of the session: %s", toText(plan.error()).c_str());
    }
    tell();
}

void PlanWiring::closeSession()
{
    QMetaObject::invokeMethod(m_rechecker.get(), &Rechecker::close, Qt::BlockingQueuedConnection);
}

void PlanWiring::use(CompiledPlan plan, PlanOrigin origin)
{
    m_plan = std::make_shared<const KnownPlan>(KnownPlan{std::move(plan), origin});
    tell();
}

void PlanWiring::tell()
{
    const CompiledPlan &plan = m_plan->plan;
    post(m_rechecker.get(), [plan](Rechecker &rechecker) { rechecker.setPlan(plan); });
    post(m_api.data(), [known = m_plan](ApiServer &api) { api.setPlan(known); });
    // Last: it tells the writer, who then tells the rechecker and the interface.
    post(m_capture.data(), [plan](CaptureServer &capture) { capture.setPlan(plan); });
    emit planChanged(m_plan);
}

} // namespace Weir
