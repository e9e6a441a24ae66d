#pragma once

#include "core/base/error.h"
#include "core/schema/planvalidator.h"
#include "core/store/recheck.h"
#include "core/store/sessionreader.h"
#include "core/store/storestatus.h"

#include <QObject>

#include <memory>
#include <optional>

namespace Weir {

/// Checks what a session holds by a plan that came later. Lives on a thread of its own: reach it through
/// connect(), never by a call.
///
/// The session itself knows how far that has come, so it goes on after a restart, and nothing has to be
/// remembered here: EventWriter tells what is left, a part of that is looked at, the writer takes what has
/// changed, and tells again.
class Rechecker : public QObject
{
    Q_OBJECT
public:
    explicit Rechecker(QObject *parent = nullptr);
    ~Rechecker() override;

public slots:
    void open() { }
    void openSession(const Weir::SessionInfo &info);
    void close();
    void setPlan(const Weir::CompiledPlan &plan);
    /// Looks at the next part, if something is left and the plan is the one that was set; answered by
    /// `checked`, or by `failed`.
    void goOn(const Weir::RecheckState &state);

signals:
    void checked(const Weir::CheckedEvents &events);
    /// The session could not be read; goOn() tries again.
    void failed(const Weir::Error &error);

private:
    std::unique_ptr<SessionReader> m_session;
    std::optional<PlanValidator> m_validator;
};

} // namespace Weir
