#include "core/store/sqlite/database.h"
#include "core/store/sqlite/migrations.h"
#include "tests/core/store/samplerequest.h"
#include "tests/support/smalldisk.h"

#include <QFile>
#include <QProcess>
#include <QTest>

#include <array>
#include <filesystem>

using namespace Weir;
using Testing::noise;
using Testing::SmallDisk;
using namespace Qt::StringLiterals;

namespace {

using State = StoreStatus::State;

/// The migrations of today, and those of versions to come.
std::vector<Migration> withMore(std::initializer_list<Migration> more)
{
    const auto all = sessionMigrations();
    std::vector<Migration> migrations(all.begin(), all.end());
    migrations.insert(migrations.end(), more);
    return migrations;
}

/// A request whose body takes as much space as it says.
CapturedRequest bigRequest(int bytes, std::uint64_t exchange)
{
    CapturedRequest request = sampleRequest({SampleEvent()}, exchange);
    request.events[0].offset = request.events[0].length = 0;
    request.body = noise(bytes);
    request.bodyForm = BodyForm::AsSent;
    request.dictionary = 0;
    request.bodyBytes = static_cast<std::uint32_t>(bytes);
    return request;
}

void execute(const std::string &path, const std::string &sql)
{
    auto database = Database::open(path, Database::Mode::ReadWrite);
    QVERIFY(database);
    const auto done = (*database)->execute(sql);
    QVERIFY2(done, done ? "" : toText(done.error()).c_str());
}

} // namespace

class TestSessionFaults : public QObject
{
    Q_OBJECT
private:
    QTemporaryDir m_folder;
    int m_files = 0;
    WriterOptions newFile()
    {
        WriterOptions options;
        options.path = m_folder.filePath(QString::number(++m_files) + u".weir"_s).toStdString();
        return options;
    }
    WriterOptions sessionWithEvents(int events)
    {
        const WriterOptions options = newFile();
        TestWriter test(options);
        test.writer.open();
        if (!test.store({sampleRequest(std::vector<SampleEvent>(static_cast<std::size_t>(events)))}))
            qFatal("no session");
        test.writer.close();
        return options;
    }

    /// Bytes that this process has read through system calls.
    static qint64 bytesRead()
    {
        QFile file(u"/proc/self/io"_s);
        if (!file.open(QFile::ReadOnly))
            return -1;
        const QByteArray first = file.readLine();
        return first.mid(first.indexOf(':') + 1).trimmed().toLongLong();
    }

private slots:
    void openingReadsTheEndsOnly()
    {
        const WriterOptions options = sessionWithEvents(60000);
        const auto bytes = static_cast<qint64>(std::filesystem::file_size(options.path));
        QVERIFY(bytes > (4 << 20));
        TestWriter test(options);
        const qint64 before = bytesRead();
        test.writer.open();
        QCOMPARE(test.opened.last().first().value<SessionInfo>().counts.events, 60000);
        QVERIFY2(bytesRead() - before < (512 << 10), qPrintable(QString::number(bytesRead() - before)));
    }

    void holdsWhileTheFileIsLocked()
    {
        const WriterOptions options = newFile();
        TestWriter test(options);
        test.writer.open();
        auto other = Database::open(options.path, Database::Mode::ReadWrite);
        QVERIFY(other);
        QVERIFY((*other)->execute("BEGIN EXCLUSIVE"));
        test.writer.append({sampleRequest({SampleEvent()}, 1)});
        QVERIFY(test.waitFor([&] { return test.lastStatus().state == State::Holding; }));
        QCOMPARE(test.lastStatus().error.message, std::string("Another program has locked the session file"));
        QCOMPARE(test.lastStatus().error.where, options.path);
        QVERIFY(test.lastStatus().heldBytes > 0);
        test.writer.append({sampleRequest({SampleEvent()}, 2)});
        QVERIFY(test.acknowledged().isEmpty());
        QVERIFY((*other)->execute("ROLLBACK"));
        QVERIFY(test.waitFor([&] { return test.acknowledged().size() == 2; }));
        QVERIFY(test.waitFor([&] { return test.lastStatus().state == State::Ready; }));
        QCOMPARE(test.lastStatus().heldBytes, 0);
        QVERIFY(test.refusedTickets().isEmpty());
        QCOMPARE(readerOf(options.path)->summary()->events, 2);
    }

    void refusesWhatDoesNotFitIntoMemory()
    {
        WriterOptions options = newFile();
        options.holdBytes = 100000;
        TestWriter test(options);
        test.writer.open();
        auto other = Database::open(options.path, Database::Mode::ReadWrite);
        QVERIFY((*other)->execute("BEGIN EXCLUSIVE"));
        test.writer.append({bigRequest(60000, 1)});
        QVERIFY(test.waitFor([&] { return test.lastStatus().state == State::Holding; }));
        test.writer.append({bigRequest(60000, 2), sampleRequest({SampleEvent()}, 3)});
        QCOMPARE(test.refusedTickets(), (QList<Ticket>{{1, 2}}));
        QCOMPARE(test.lastStatus().state, State::Refusing);
        QVERIFY((*other)->execute("ROLLBACK"));
        QVERIFY(test.waitFor([&] { return test.acknowledged().size() == 2; }));
        QVERIFY(test.waitFor([&] { return test.lastStatus().state == State::Ready; }));
        QCOMPARE(test.acknowledged(), (QList<Ticket>{{1, 1}, {1, 3}}));
        QCOMPARE(readerOf(options.path)->summary()->events, 2);
    }

    void refusesWhatIsLeftWhenClosedWhileLocked()
    {
        const WriterOptions options = newFile();
        TestWriter test(options);
        test.writer.open();
        auto other = Database::open(options.path, Database::Mode::ReadWrite);
        QVERIFY((*other)->execute("BEGIN EXCLUSIVE"));
        test.writer.append({sampleRequest({SampleEvent()}, 1)});
        test.writer.close();
        QCOMPARE(test.refusedTickets(), (QList<Ticket>{{1, 1}}));
        QVERIFY(test.acknowledged().isEmpty());
    }

    void holdsWhileTheDiskIsFull()
    {
        SmallDisk disk;
        if (!disk.isMounted())
            QSKIP("needs the right to mount a file system");
        WriterOptions options;
        options.path = disk.file(u"full.weir"_s).toStdString();
        TestWriter test(options);
        test.writer.open();
        QVERIFY(test.store({bigRequest(100000, 1)}));
        QVERIFY(disk.fill());
        test.writer.append({bigRequest(300000, 2)});
        QVERIFY(test.waitFor([&] { return test.lastStatus().state == State::Holding; }));
        QCOMPARE(test.lastStatus().error.message, std::string("The disk is full"));
        QCOMPARE(test.acknowledged().size(), 1);
        QVERIFY(disk.makeRoom());
        QVERIFY(test.waitFor([&] { return test.acknowledged().size() == 2; }));
        QVERIFY(test.waitFor([&] { return test.lastStatus().state == State::Ready; }));
        auto reader = readerOf(options.path);
        QCOMPARE(reader->summary()->events, 2);
        QCOMPARE(reader->request(RequestId{2})->request.body, noise(300000));
    }

    void saysWhatIsNoSession_data()
    {
        QTest::addColumn<QByteArray>("content");
        QTest::addColumn<QString>("sentence");
        QTest::newRow("text")
            << QByteArray("This is a letter. ").repeated(300)
            << u"This is not a Weir session: it is no SQLite file, or its head is damaged"_s;
        QTest::newRow("a damaged head")
            << QByteArray("SQLite format 3\0", 16) + noise(8000)
            << u"This is not a Weir session: it is no SQLite file, or its head is damaged"_s;
    }
    void saysWhatIsNoSession()
    {
        QFETCH(QByteArray, content);
        QFETCH(QString, sentence);
        const WriterOptions options = newFile();
        QFile file(QString::fromStdString(options.path));
        QVERIFY(file.open(QIODevice::WriteOnly) && file.write(content) == content.size());
        file.close();
        TestWriter test(options);
        test.writer.open();
        QCOMPARE(test.opened.size(), 0);
        QCOMPARE(test.failed.size(), 1);
        const auto error = test.failed.first().first().value<Error>();
        QCOMPARE(QString::fromStdString(error.message), sentence);
        QCOMPARE(error.where, options.path);
        QVERIFY(file.open(QIODevice::ReadOnly));
        QCOMPARE(file.readAll(), content); // Nothing was touched.
    }

    void leavesOtherDatabasesAlone()
    {
        const WriterOptions options = newFile();
        execute(options.path, "CREATE TABLE letters (text); INSERT INTO letters VALUES ('a')");
        TestWriter test(options);
        test.writer.open();
        QCOMPARE(test.failed.size(), 1);
        QCOMPARE(test.failed.first().first().value<Error>().message,
            std::string("This is an SQLite file, but no Weir session"));
    }

    void showsANewerVersion()
    {
        const WriterOptions options = sessionWithEvents(3);
        execute(options.path, "PRAGMA user_version = 99; ALTER TABLE event ADD COLUMN verdict");
        TestWriter test(options);
        test.writer.open();
        QCOMPARE(test.opened.size(), 1);
        const auto info = test.opened.first().first().value<SessionInfo>();
        QVERIFY(info.readOnly);
        QCOMPARE(info.version, 99);
        QCOMPARE(info.counts.events, 3);
        QCOMPARE(info.error.message,
            "This session is from a newer Weir (schema 99, this one knows "
                + std::to_string(sessionMigrations().back().version)
                + "): it is shown, but nothing is captured into it");
        QCOMPARE(test.lastStatus().state, State::ReadOnly);
        test.writer.append({sampleRequest({SampleEvent()}, 4)});
        QCOMPARE(test.refusedTickets(), (QList<Ticket>{{1, 4}}));
        test.writer.clear(1);
        QCOMPARE(test.failed.size(), 1);
        auto reader = readerOf(options.path);
        QCOMPARE(reader->events({})->events.size(), std::size_t(3));
    }

    void showsADamagedSession()
    {
        const WriterOptions options = sessionWithEvents(2000);
        QFile file(QString::fromStdString(options.path));
        QVERIFY(file.open(QIODevice::ReadWrite));
        // The page that the index by name begins with: the rest stays readable.
        auto database = Database::open(options.path, Database::Mode::ReadOnly);
        const auto page
            = (*database)->integer("SELECT rootpage FROM sqlite_schema WHERE name = 'event_name'");
        QVERIFY(page && *page > 1);
        database->reset();
        QVERIFY(file.seek((*page - 1) * 4096));
        QCOMPARE(file.write(noise(4096)), 4096);
        file.close();
        TestWriter test(options);
        test.writer.open();
        QCOMPARE(test.opened.size(), 1);
        const auto info = test.opened.first().first().value<SessionInfo>();
        QVERIFY(info.readOnly);
        QCOMPARE(info.error.message,
            std::string(
                "The session file is damaged: what can be read is shown, but nothing is captured into it"));
        QCOMPARE(readerOf(options.path)->events({})->events.size(), std::size_t(100));
    }

    void migratesAnOlderVersion()
    {
        const WriterOptions options = sessionWithEvents(5);
        const int newest = sessionMigrations().back().version;
        const auto migrations = withMore(
            {Migration{newest + 1, "ALTER TABLE trace ADD COLUMN verdict TEXT NOT NULL DEFAULT 'none'"},
                Migration{newest + 2,
                    "CREATE TABLE outbox (id INTEGER PRIMARY KEY); INSERT INTO outbox SELECT id FROM "
                    "event"}});
        const std::string backup = options.path + ".v" + std::to_string(newest) + ".bak";
        {
            auto opened = openSession(options.path, migrations);
            QVERIFY2(opened, opened ? "" : toText(opened.error()).c_str());
            QCOMPARE(opened->version, newest + 2);
            QVERIFY(!opened->readOnly);
            QCOMPARE(opened->backup, backup);
            QCOMPARE(*opened->database->integer("PRAGMA user_version"), newest + 2);
            QCOMPARE(*opened->database->integer("SELECT count(*) FROM outbox"), 5);
            QCOMPARE(*opened->database->integer("SELECT count(*) FROM trace WHERE verdict = 'none'"), 1);
        }
        // The copy is a session of the old version, whole.
        auto copy = openSession(backup);
        QVERIFY(copy);
        QCOMPARE(copy->version, newest);
        QCOMPARE(*copy->database->integer("SELECT count(*) FROM event"), 5);
        // Nothing is done twice.
        auto again = openSession(options.path, migrations);
        QVERIFY(again);
        QVERIFY(again->backup.empty());
    }

    void migratesASessionOfTheFirstVersion()
    {
        const std::string path = m_folder.filePath(u"first.weir"_s).toStdString();
        {
            auto made = openSession(path, sessionMigrations().first(1));
            QVERIFY2(made, made ? "" : toText(made.error()).c_str());
            QVERIFY(made->database->execute("INSERT INTO second VALUES (1700000000, 5, 2)"));
        }
        const UtcTime from = fromMs(1'700'000'000'000);
        const auto before = readerOf(path)->histogram(from, from + 1s, 1); // As when it may not be written.
        QVERIFY(before);
        QCOMPARE(before->buckets.front(), (Histogram::Bucket{5, 0, 2}));
        WriterOptions options;
        options.path = path;
        TestWriter test(options);
        test.writer.open();
        QVERIFY(test.store({sampleRequest({SampleEvent()})}));
        const auto histogram = readerOf(path)->histogram(from, from + 1s, 1);
        QVERIFY(histogram);
        QCOMPARE(histogram->buckets.front(), (Histogram::Bucket{5, 0, 2}));
    }

    void leavesTheFileAloneWhenAMigrationFails()
    {
        const WriterOptions options = sessionWithEvents(5);
        const int newest = sessionMigrations().back().version;
        const auto migrations = withMore({Migration{newest + 1,
            "CREATE TABLE outbox (id INTEGER PRIMARY KEY); INSERT INTO no_such_table VALUES (1)"}});
        const auto opened = openSession(options.path, migrations);
        QVERIFY(!opened);
        auto database = Database::open(options.path, Database::Mode::ReadOnly);
        QCOMPARE(*(*database)->integer("PRAGMA user_version"), newest);
        QCOMPARE(*(*database)->integer("SELECT count(*) FROM sqlite_schema WHERE name = 'outbox'"), 0);
    }

    void makesFolders()
    {
        WriterOptions options;
        options.path = m_folder.filePath(u"a/b c/d?e#f%g.weir"_s).toStdString();
        TestWriter test(options);
        test.writer.open();
        QCOMPARE(test.opened.size(), 1);
        QVERIFY(std::filesystem::exists(options.path));
        QVERIFY(test.store({sampleRequest({SampleEvent()})}));
        QCOMPARE(readerOf(options.path)->summary()->events, 1);
    }

    void hasTheHeadOfASession()
    {
        const WriterOptions options = sessionWithEvents(1);
        auto database = Database::open(options.path, Database::Mode::ReadOnly);
        QCOMPARE(*(*database)->integer("PRAGMA application_id"), 0x57454952);
        QCOMPARE(*(*database)->integer("PRAGMA user_version"), sessionMigrations().back().version);
        QCOMPARE(*(*database)->integer("PRAGMA page_size"), 4096);
        QCOMPARE(
            *(*database)->integer("SELECT count(*) FROM pragma_journal_mode WHERE journal_mode = 'wal'"), 1);
    }

    void canBeReadByPeople()
    {
        const WriterOptions options = sessionWithEvents(1);
        auto database = Database::open(options.path, Database::Mode::ReadOnly);
        auto select
            = (*database)->prepare("SELECT trace_id, name, user_id, source, timestamp, uuid FROM events");
        QVERIFY(select && select->step());
        QCOMPARE(select->text(0), std::string("7f2c9d7e52a34a539a3e0c2f6f9f1d10"));
        QCOMPARE(select->text(1), std::string("tool_used"));
        QCOMPARE(select->text(2), std::string("user-42"));
        QCOMPARE(select->text(3), std::string("posthog"));
        QCOMPARE(select->text(4), toRfc3339(sampleStart));
        QCOMPARE(select->text(5).size(), std::size_t(36));
        QCOMPARE(*(*database)->integer("SELECT count(*) FROM traces"), 1);
        QCOMPARE(*(*database)->integer("SELECT count(*) FROM requests"), 1);
    }
};

QTEST_GUILESS_MAIN(TestSessionFaults)
#include "tst_sessionfaults.moc"
