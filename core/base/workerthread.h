#pragma once

#include <QObject>
#include <QThread>

#include <utility>

namespace Weir {

/// Runs one Worker (a QObject with slots open() and close()) on a thread of its own: open() is the first
/// thing that happens there, close() the last. Reach the worker by connect() only; get() is for connecting.
template <typename Worker> class WorkerThread
{
public:
    template <typename... Args>
    explicit WorkerThread(const QString &name, Args &&...args)
        : m_worker(new Worker(std::forward<Args>(args)...))
    {
        m_thread.setObjectName(name);
        m_worker->moveToThread(&m_thread);
    }
    ~WorkerThread() { stop(); }
    WorkerThread(const WorkerThread &) = delete;
    WorkerThread &operator=(const WorkerThread &) = delete;

    Worker *get() const { return m_worker; }

    /// After the last connect(): what open() emits must find its receivers.
    void start()
    {
        m_thread.start();
        QMetaObject::invokeMethod(m_worker, &Worker::open, Qt::QueuedConnection);
    }

    void stop()
    {
        if (!m_worker)
            return;
        if (m_thread.isRunning()) {
            // Blocking, behind everything queued so far: what was captured before quitting is on disk after
            // it.
            QMetaObject::invokeMethod(m_worker, &Worker::close, Qt::BlockingQueuedConnection);
            m_thread.quit();
            m_thread.wait();
        }
        delete std::exchange(m_worker, nullptr); // Its thread has ended, so no event can reach it any more.
    }

private:
    QThread m_thread;
    Worker *m_worker;
};

} // namespace Weir
