#include "core/automation/querylane.h"

namespace Weir {

void QueryLane::close()
{
    m_reader.reset();
    m_path.clear();
}

void QueryLane::setSession(const std::string &path)
{
    m_reader.reset();
    m_path = path;
}

void QueryLane::run(const QueryJob &job)
{
    if (*job.cancelled) {
        emit finished(job.run(Error{Error::Kind::Cancelled, "Nobody waits for this any more", {}}));
        return;
    }
    const auto found = reader();
    if (found)
        (*found)->setCancelled([flag = job.cancelled] { return flag->load(std::memory_order_relaxed); });
    emit finished(job.run(found));
}

Result<SessionReader *> QueryLane::reader()
{
    if (m_path.empty())
        return Error{Error::Kind::Storage, "No session is open", {}};
    if (!m_reader) {
        WEIR_TRY(m_reader, SessionReader::open(m_path));
    }
    return m_reader.get();
}

} // namespace Weir
