#pragma once

#include <QObject>
#include <QThreadPool>

#include <utility>

namespace Weir {

/// Runs work that would hold the window on a thread of its own, and gives the result back on this one. Only
/// the newest order counts: what is behind it is not begun, and what it overtook is dropped. Lives on the
/// window's thread; destroying it waits for what runs.
class Background
{
public:
    Background() { m_pool.setMaxThreadCount(1); }
    ~Background() { drop(), m_pool.waitForDone(); }
    Background(const Background &) = delete;
    Background &operator=(const Background &) = delete;

    /// `work` is called with nothing, on the other thread: it holds copies of what it needs. `done` is called
    /// with its result, from the event loop.
    template <typename Work, typename Done> void run(Work work, Done done)
    {
        drop();
        m_pool.start([this, generation = m_generation, work = std::move(work), done = std::move(done)] {
            QMetaObject::invokeMethod(
                &m_here,
                [this, generation, done, result = work()] {
                    if (generation == m_generation)
                        done(result);
                },
                Qt::QueuedConnection);
        });
    }

    /// Whatever is under way is not wanted any more.
    void drop()
    {
        ++m_generation;
        m_pool.clear();
    }

private:
    QObject m_here; ///< Lives where results are wanted.
    quint64 m_generation = 0; ///< Read and written on the window's thread only.
    QThreadPool m_pool;
};

} // namespace Weir
