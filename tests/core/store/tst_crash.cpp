#include "tests/core/store/samplerequest.h"

#include <QCoreApplication>
#include <QTest>

#include <csignal>
#include <set>

#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace Weir;
using namespace Qt::StringLiterals;

namespace {

constexpr int rounds = 5;

std::string uuidOf(int round, std::uint32_t number)
{
    char text[37];
    std::snprintf(text, sizeof text, "%08x-0000-4000-8000-%012x", round, number);
    return text;
}

/// Writes for ever, and tells through the pipe what is acknowledged. Never returns.
[[noreturn]] void writeUntilKilled(const std::string &path, int round, int pipe)
{
    int argc = 0;
    QCoreApplication app(argc, nullptr);
    WriterOptions options;
    options.path = path;
    EventWriter writer(options);
    std::uint32_t next = 0;
    const auto append = [&] {
        QList<CapturedRequest> requests;
        for (int i = 0; i < 8; ++i, ++next) {
            requests.append(sampleRequest({{.uuid = uuidOf(round, next)}}, next));
        }
        writer.append(requests);
    };
    QObject::connect(&writer, &EventWriter::committed, &writer, [&](const Commit &commit) {
        std::vector<std::uint32_t> numbers;
        for (const Ticket &ticket : commit.tickets)
            numbers.push_back(static_cast<std::uint32_t>(ticket.exchange));
        const auto bytes = numbers.size() * sizeof(std::uint32_t);
        if (::write(pipe, numbers.data(), bytes) != static_cast<ssize_t>(bytes))
            ::_exit(1);
        append();
    });
    writer.open();
    append();
    append();
    app.exec();
    ::_exit(1);
}

} // namespace

/// Guards against losing what was acknowledged: a child writes and is killed at some moment, and the file
/// must hold all that it had told, once.
class TestCrash : public QObject
{
    Q_OBJECT
private slots:
    void keepsWhatWasAcknowledged()
    {
        QTemporaryDir folder;
        const std::string path = folder.filePath(u"crash.weir"_s).toStdString();
        std::set<std::string> acknowledged;
        for (int round = 1; round <= rounds; ++round) {
            int ends[2];
            QCOMPARE(::pipe(ends), 0);
            const pid_t child = ::fork();
            QVERIFY(child >= 0);
            if (child == 0) {
                ::close(ends[0]);
                writeUntilKilled(path, round, ends[1]);
            }
            ::close(ends[1]);
            std::uint32_t number = 0;
            int received = 0;
            const int enough = 40 + 90 * round; // Another moment in each round.
            const auto next = [&] { return ::read(ends[0], &number, sizeof number) == sizeof number; };
            while (received < enough && next()) {
                acknowledged.insert(uuidOf(round, number));
                ++received;
            }
            ::kill(child, SIGKILL);
            while (next()) // What was told between the last look and the kill.
                acknowledged.insert(uuidOf(round, number));
            ::close(ends[0]);
            int status = 0;
            QCOMPARE(::waitpid(child, &status, 0), child);
            QVERIFY(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
            QVERIFY(received >= enough);
        }
        int argc = 0;
        QCoreApplication app(argc, nullptr);
        WriterOptions options;
        options.path = path;
        TestWriter test(options);
        test.writer.open(); // Takes in what the last crash left.
        QCOMPARE(test.opened.size(), 1);
        auto reader = readerOf(path);
        std::multiset<std::string> stored;
        EventPageRequest page;
        page.limit = 1000;
        do {
            const auto events = reader->events(page);
            QVERIFY(events);
            for (const StoredEvent &event : events->events) {
                stored.insert(event.event.uuid);
                QVERIFY(event.payload.contains(event.event.uuid.c_str()));
            }
            page.after = events->next;
        } while (raw(page.after) != 0);
        for (const std::string &uuid : acknowledged)
            QCOMPARE(stored.count(uuid), std::size_t(1));
        QCOMPARE(reader->summary()->events, static_cast<std::int64_t>(stored.size()));
        QVERIFY(acknowledged.size() > 500);
    }
};

QTEST_APPLESS_MAIN(TestCrash)
#include "tst_crash.moc"
