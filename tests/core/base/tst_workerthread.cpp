#include "core/base/workerthread.h"

#include <QMutex>
#include <QTest>

using namespace Weir;

namespace {

/// What the worker did, in order; outlives it.
struct Journal
{
    QMutex mutex; // Guards lines: the worker's thread writes, the test reads.
    QStringList lines;
    QThread *thread = nullptr;

    void add(const QString &line)
    {
        const QMutexLocker lock(&mutex);
        lines.append(line);
        thread = QThread::currentThread();
    }
};

} // namespace

class Clerk : public QObject
{
    Q_OBJECT
public:
    explicit Clerk(Journal *journal)
        : m_journal(journal)
    {
    }
    ~Clerk() override { m_journal->add(QStringLiteral("gone")); }

public slots:
    void open() { m_journal->add(QStringLiteral("open")); }
    void work(int number) { m_journal->add(QString::number(number)); }
    void close() { m_journal->add(QStringLiteral("close")); }

private:
    Journal *m_journal;
};

class WorkerThreadTest : public QObject
{
    Q_OBJECT
signals:
    void order(int number);

private slots:
    void closesBehindQueuedWork();
    void neverStarted();
    void runsElsewhere();
};

void WorkerThreadTest::closesBehindQueuedWork()
{
    Journal journal;
    QStringList expected{QStringLiteral("open")};
    {
        WorkerThread<Clerk> clerk(QStringLiteral("clerk"), &journal);
        connect(this, &WorkerThreadTest::order, clerk.get(), &Clerk::work);
        clerk.start();
        for (int i = 0; i < 1000; ++i) {
            emit order(i);
            expected.append(QString::number(i));
        }
    } // Destroyed with most of it still queued.
    expected << QStringLiteral("close") << QStringLiteral("gone");
    QCOMPARE(journal.lines, expected);
}

void WorkerThreadTest::neverStarted()
{
    Journal journal;
    {
        WorkerThread<Clerk> clerk(QStringLiteral("clerk"), &journal);
    }
    QCOMPARE(journal.lines, QStringList{QStringLiteral("gone")}); // Nothing was opened, nothing is closed.
}

void WorkerThreadTest::runsElsewhere()
{
    Journal journal;
    WorkerThread<Clerk> clerk(QStringLiteral("clerk"), &journal);
    QThread *const home = clerk.get()->thread();
    QCOMPARE(home->objectName(), QStringLiteral("clerk"));
    QVERIFY(home != QThread::currentThread());
    clerk.start();
    QTRY_VERIFY([&] {
        const QMutexLocker lock(&journal.mutex);
        return journal.thread == home;
    }());
    clerk.stop();
    QVERIFY(!clerk.get());
    clerk.stop(); // Twice is harmless.
    QCOMPARE(journal.lines.count(QStringLiteral("close")), 1);
}

QTEST_GUILESS_MAIN(WorkerThreadTest)
#include "tst_workerthread.moc"
