#include "app/runflagswiring.h"

#include "ui/panels/detailpane.h"
#include "ui/panels/tracepane.h"

#include <algorithm>
#include <utility>

using namespace Qt::StringLiterals;

namespace Weir {

namespace {
constexpr std::chrono::milliseconds readEvery{250};
}

RunFlagsWiring::RunFlagsWiring(DetailPane &details, TracePane &trace, QObject *parent)
    : QObject(parent)
    , m_details(details)
    , m_trace(trace)
    , m_reader(std::make_unique<WorkerThread<EventReader>>(u"run flags"_s))
{
    m_soon.setSingleShot(true);
    m_soon.setInterval(readEvery);
    connect(&m_soon, &QTimer::timeout, this, &RunFlagsWiring::read);
    connect(m_reader->get(), &EventReader::runFlagsRead, this, &RunFlagsWiring::sawFlags);
    m_reader->start();
}

RunFlagsWiring::~RunFlagsWiring()
{
    stop();
}

void RunFlagsWiring::stop()
{
    forget();
    m_reader.reset();
}

void RunFlagsWiring::openSession(const SessionInfo &info)
{
    forget();
    if (!m_reader)
        return;
    EventReader *const reader = m_reader->get();
    QMetaObject::invokeMethod(
        reader, [reader, info] { reader->openSession(info); }, Qt::QueuedConnection);
}

void RunFlagsWiring::forget()
{
    if (m_cancelled)
        m_cancelled->store(true, std::memory_order_relaxed);
    m_cancelled.reset();
    m_soon.stop();
    ++m_generation;
    m_run = {};
    m_reached = {};
    m_flags = {};
    m_isOld = false;
}

void RunFlagsWiring::select(TraceRow run)
{
    if (raw(run) == 0 || run == m_run)
        return;
    forget();
    m_run = run;
    read();
}

void RunFlagsWiring::sawCommit(const Commit &commit)
{
    if (commit.cleared)
        forget();
    if (raw(m_run) == 0 || !std::ranges::binary_search(commit.touched, m_run))
        return;
    if (m_cancelled)
        m_isOld = true;
    else if (!m_soon.isActive())
        m_soon.start();
}

void RunFlagsWiring::read()
{
    if (!m_reader || raw(m_run) == 0)
        return;
    m_cancelled = std::make_shared<std::atomic_bool>(false);
    const RunFlagsOrder order{++m_generation, m_run, m_reached, m_cancelled};
    EventReader *const reader = m_reader->get();
    QMetaObject::invokeMethod(
        reader, [reader, order] { reader->readRunFlags(order); }, Qt::QueuedConnection);
}

void RunFlagsWiring::sawFlags(const RunFlagsReport &report)
{
    if (report.order.generation != m_generation)
        return;
    m_cancelled.reset();
    m_flags.add(report.flags);
    m_reached = report.reached;
    const std::vector<RunFlag> flags = withServed(m_flags.all(), report.served);
    m_details.setRunFlags(raw(m_run), flags);
    m_trace.setRunFlags(m_run, flags);
    if (std::exchange(m_isOld, false))
        m_soon.start();
}

} // namespace Weir
