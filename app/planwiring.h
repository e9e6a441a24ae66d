#pragma once

#include "core/automation/apiserver.h"
#include "core/base/workerthread.h"
#include "core/capture/captureserver.h"
#include "core/store/eventwriter.h"
#include "core/verify/rechecker.h"

#include <QObject>
#include <QPointer>

#include <memory>
#include <string>

namespace Weir {

/// Knows which plan events are checked by, and tells it to those who check: the door what comes, the
/// rechecker what is stored. Lives on the thread that runs the program.
class PlanWiring : public QObject
{
    Q_OBJECT
public:
    explicit PlanWiring(QObject *parent = nullptr);
    ~PlanWiring() override;

    /// The plan of this file or folder, or the built-in one for an empty path. Before all else.
    Result<void> load(const std::string &path);
    const std::shared_ptr<const KnownPlan> &plan() const { return m_plan; }

    void join(ApiServer *api); ///< Before the others.
    void join(CaptureServer *capture);
    void join(EventWriter *writer);

    /// The plan that the session keeps counts, unless a file was given. Before the door is told to go on.
    void openSession(const SessionInfo &info);
    /// Blocks until nothing reads the session any more.
    void closeSession();

signals:
    void planChanged(const std::shared_ptr<const Weir::KnownPlan> &plan);
    void recheckChanged(const Weir::RecheckState &state);

private:
    void use(CompiledPlan plan, PlanOrigin origin);
    void tell();

    std::shared_ptr<const KnownPlan> m_first; ///< Of the file, or built in.
    std::shared_ptr<const KnownPlan> m_plan;
    QPointer<CaptureServer> m_capture; ///< Null while there is none, as the other.
    QPointer<ApiServer> m_api;
    WorkerThread<Rechecker> m_rechecker;
};

} // namespace Weir
