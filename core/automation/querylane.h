#pragma once

#include "core/base/error.h"
#include "core/store/sessionreader.h"

#include <QObject>

#include <atomic>
#include <functional>
#include <memory>
#include <string>

namespace Weir {

/// One question to the session. `run` works on the lane's thread and gives what is to happen with the answer,
/// which happens on the asker's thread.
struct QueryJob
{
    using Then = std::function<void()>;
    std::shared_ptr<std::atomic<bool>> cancelled; ///< Set from any thread: the reader stops soon.
    std::function<Then(Result<SessionReader *>)> run;
};

/// Works off questions, one after another, over a reader of its own. Lives on a thread of its own, so that a
/// long question holds up only those behind it in this lane.
class QueryLane : public QObject
{
    Q_OBJECT
public:
    QueryLane() = default;

public slots:
    void open() { }
    void close();
    /// Questions behind this call go to the session file at `path`; empty: there is none.
    void setSession(const std::string &path);
    void run(const Weir::QueryJob &job);

signals:
    /// Once per job, cancelled or not.
    void finished(const Weir::QueryJob::Then &then);

private:
    Result<SessionReader *> reader();

    std::string m_path;
    std::unique_ptr<SessionReader> m_reader; ///< Opened by the first question.
};

} // namespace Weir
