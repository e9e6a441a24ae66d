#include "core/store/sessionfile.h"

#include "tests/core/store/samplerequest.h"

#include <QTemporaryDir>
#include <QTest>

#include <atomic>

#include <sys/syscall.h>
#include <unistd.h>

using namespace Weir;

Q_DECLARE_METATYPE(Weir::WriterOptions::Sync)

namespace {

std::atomic<int> syncs = 0;

} // namespace

/// SQLite's way to the disk: this one is found before the C library's.
extern "C" int fdatasync(int file)
{
    ++syncs;
    return static_cast<int>(::syscall(SYS_fdatasync, file));
}

class SessionSyncTest : public QObject
{
    Q_OBJECT
private slots:
    void waitsForTheDisk_data();
    void waitsForTheDisk();
};

void SessionSyncTest::waitsForTheDisk_data()
{
    QTest::addColumn<WriterOptions::Sync>("sync");
    QTest::addColumn<QString>("commits"); // A letter a request, a blank between commits: event, read, failed.
    QTest::addColumn<QString>("synced"); // Of each commit.
    const auto row = [](const char *name, WriterOptions::Sync sync, const char *commits, const char *synced) {
        QTest::newRow(name) << sync << QString::fromLatin1(commits) << QString::fromLatin1(synced);
    };
    row("events", WriterOptions::Sync::Full, "e e", "yes yes");
    row("reads promise nothing", WriterOptions::Sync::Full, "r r rr", "no no no");
    row("events after reads", WriterOptions::Sync::Full, "r e r e", "no yes no yes");
    row("events among reads", WriterOptions::Sync::Full, "rer", "yes");
    row("what could not be decoded", WriterOptions::Sync::Full, "r f", "no yes");
    row("never, if so wished", WriterOptions::Sync::Normal, "e r e", "no no no");
}

void SessionSyncTest::waitsForTheDisk()
{
    QFETCH(WriterOptions::Sync, sync);
    QFETCH(QString, commits);
    QFETCH(QString, synced);
    const QTemporaryDir folder;
    WriterOptions options;
    options.path = folder.filePath(QStringLiteral("session.weir")).toStdString();
    options.sync = sync;
    auto file = SessionFile::open(options);
    QVERIFY(file);
    // The first commits after the file was made sync it whatever they hold.
    const CapturedRequest event = sampleRequest({{}}), failed = failedRequest("{");
    CapturedRequest read = sampleRequest({});
    read.state = RequestState::Read;
    QVERIFY((*file)->write(std::vector{&event}));
    QVERIFY((*file)->write(std::vector{&event}));
    QStringList found;
    for (const QString &commit : commits.split(u' ')) {
        std::vector<const CapturedRequest *> requests;
        for (const QChar kind : commit)
            requests.push_back(kind == u'e' ? &event : kind == u'r' ? &read : &failed);
        const int before = syncs;
        QVERIFY((*file)->write(requests));
        found += syncs > before ? QStringLiteral("yes") : QStringLiteral("no");
    }
    QCOMPARE(found.join(u' '), synced);
}

QTEST_GUILESS_MAIN(SessionSyncTest)
#include "tst_sessionsync.moc"
