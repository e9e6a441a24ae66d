#include "tests/support/requests.h"
#include "tests/support/runningweir.h"

#include <QRegularExpression>
#include <QDir>
#include <QSignalSpy>

#include <sqlite3.h>

#include <atomic>
#include <thread>

using namespace Qt::StringLiterals;
using namespace Weir;
using namespace Weir::Testing;

namespace {

/// A recording of an SDK as a client sends it.
ClientRequest recordedRequest(const QString &path)
{
    const auto recording = jsonFixture(path);
    ClientRequest request;
    request.method = recording.at("method");
    request.target = recording.at("path");
    const QByteArray body = QByteArray::fromBase64(QByteArray::fromStdString(recording.at("body_base64")));
    request.body = body.toStdString();
    const auto add = [&](const std::string &name, const std::string &value) {
        for (const std::string_view own : {"host", "connection", "content-length", "transfer-encoding"}) {
            if (equalsIgnoreCase(name, own))
                return;
        }
        request.headers.emplace_back(name, value);
    };
    for (const auto &[key, value] : recording.at("headers").items()) {
        if (value.is_array())
            add(value.at(0), value.at(1));
        else
            add(key, value);
    }
    return request;
}

/// Runs SQL on a session that no Weir has open.
bool execute(const std::string &path, const char *sql)
{
    sqlite3 *database = nullptr;
    const bool done = sqlite3_open(path.c_str(), &database) == SQLITE_OK
        && sqlite3_exec(database, sql, nullptr, nullptr, nullptr) == SQLITE_OK;
    sqlite3_close(database);
    return done;
}

} // namespace

/// The whole of Weir without a window: what goes in by the door comes out by the interface.
class TestEngine : public QObject
{
    Q_OBJECT
private slots:
    void init() { QTest::failOnWarning(QRegularExpression(u"different thread"_s)); }
    void keepsWhatSdksSend();
    void keepsAcrossRestarts();
    void finishesWhatItTook();
    void opensAnotherSession();
    void goesBackWhenAnotherCannotBeOpened();
    void savesAsWhileClientsSend();
    void keepsTheSessionWhenItCannotBeSaved_data();
    void keepsTheSessionWhenItCannotBeSaved();
    void refusesASecondWeir();
    void tellsThatThePortIsInUse();
    void showsANewerSession();
    void refusesWhatIsNoSession();
};

void TestEngine::keepsWhatSdksSend()
{
    RunningWeir weir;
    QVERIFY2(weir.start(), toText(weir.error).c_str());
    const QDir fixtures(QStringLiteral(WEIR_SOURCE_DIR "/tests/fixtures"));
    const auto client = weir.connect();
    int sent = 0;
    for (const QString &folder : {QStringLiteral("rudderstack"), QStringLiteral("posthog")}) {
        for (const QString &file :
            QDir(fixtures.filePath(folder)).entryList({QStringLiteral("*.http.json")})) {
            const auto answer = client->exchange(recordedRequest(folder + u'/' + file));
            QVERIFY2(answer, qPrintable(file));
            QVERIFY2(answer->status < 500, qPrintable(file));
            ++sent;
        }
    }
    QVERIFY(sent > 30);
    const Json health = weir.get("/weir/health");
    QVERIFY(health.at("events").get<int>() > sent / 2);
    QCOMPARE(weir.get("/weir/requests?status=failed").at("requests"), Json::array());
    // Each event's payload is JSON whose name and ids are those of its members.
    const Json page = weir.get("/weir/events?limit=1000");
    QCOMPARE(page.at("events").size(), health.at("events").get<std::size_t>());
    for (const Json &event : page.at("events")) {
        const std::string id = std::to_string(event.at("id").get<int>());
        const Json whole = weir.get("/weir/events/" + id);
        QVERIFY2(whole.at("payload").is_object(), id.c_str());
        if (whole.at("payload").contains("event") && event.at("source") == "posthog")
            QCOMPARE(whole.at("payload").at("event"), event.at("name"));
    }
}

void TestEngine::keepsAcrossRestarts()
{
    RunningWeir weir;
    QVERIFY(weir.start());
    for (int i = 0; i < 20; ++i)
        QCOMPARE(
            weir.post("/v1/track", trackBody("a", "e-" + std::to_string(i), "{\"trace_id\":\"t\"}")), 200);
    const std::string before = weir.call("GET", "/weir/events").body;
    weir.stop();
    QVERIFY(weir.start());
    QCOMPARE(weir.call("GET", "/weir/events").body, before);
    QCOMPARE(weir.post("/v1/track", trackBody("a", "e-3", "{}")), 200);
    QCOMPARE(weir.get("/weir/events/21").at("duplicate_of"), Json(4)); // Known across the restart, too.
}

void TestEngine::finishesWhatItTook()
{
    RunningWeir weir;
    QVERIFY(weir.start());
    constexpr int requests = 200;
    const auto client = weir.connect();
    for (int i = 0; i < requests; ++i) {
        QVERIFY(
            client->send({"POST", "/v1/track", sdkHeaders, trackBody("a", "f-" + std::to_string(i), "{}")}));
    }
    QVERIFY(client->receiveHead()); // It has begun; most of the answers are still to come.
    weir.stop();
    int acknowledged = 1;
    while (client->receiveSome()) {
        const auto head = client->receiveHead();
        if (!head || head->status != 200)
            break;
        ++acknowledged;
    }
    QVERIFY(weir.start());
    const int kept = weir.get("/weir/health").at("events").get<int>();
    QVERIFY2(kept >= acknowledged, "An acknowledged event is not there");
}

void TestEngine::opensAnotherSession()
{
    RunningWeir weir;
    QVERIFY(weir.start());
    QCOMPARE(weir.post("/v1/track", trackBody("a", "o-1", "{}")), 200);
    const std::string other = weir.folder.path().toStdString() + "/other.weir";
    QSignalSpy opened(weir.engine.get(), &Engine::sessionOpened);
    weir.engine->openSession(other);
    QVERIFY(opened.wait(10'000));
    QCOMPARE(weir.engine->session()->path, other);
    QCOMPARE(weir.get("/weir/health").at("events"), Json(0));
    QCOMPARE(weir.post("/v1/track", trackBody("b", "o-2", "{}")), 200);
    QCOMPARE(weir.get("/weir/events").at("events").at(0).at("uuid"), Json("o-2"));
    weir.engine->openSession(weir.settings.session);
    QVERIFY(opened.wait(10'000));
    QCOMPARE(weir.get("/weir/events").at("events").at(0).at("uuid"), Json("o-1"));
}

void TestEngine::goesBackWhenAnotherCannotBeOpened()
{
    RunningWeir weir;
    QVERIFY(weir.start());
    QCOMPARE(weir.post("/v1/track", trackBody("a", "g-1", "{}")), 200);
    QSignalSpy opened(weir.engine.get(), &Engine::sessionOpened), failed(weir.engine.get(), &Engine::failed);
    weir.engine->openSession(weir.folder.path().toStdString()); // A folder is no session.
    QTRY_COMPARE_WITH_TIMEOUT(opened.size(), 1, 10'000);
    QCOMPARE(failed.size(), 1);
    QCOMPARE(weir.engine->session()->path, weir.settings.session);
    QCOMPARE(weir.post("/v1/track", trackBody("a", "g-2", "{}")), 200);
    QCOMPARE(weir.get("/weir/health").at("events"), Json(2));
}

void TestEngine::savesAsWhileClientsSend()
{
    RunningWeir weir;
    QVERIFY(weir.start());
    constexpr int before = 50, more = 300;
    for (int i = 0; i < before; ++i)
        QCOMPARE(weir.post("/v1/track", trackBody("a", "b-" + std::to_string(i), "{}")), 200);
    std::atomic<int> sent = 0, acknowledged = 0;
    std::thread sender([&] {
        for (int i = 0; i < more; ++i) { // A connection each: none may be refused.
            ++sent;
            if (weir.post("/v1/track", trackBody("a", "m-" + std::to_string(i), "{}")) == 200)
                ++acknowledged;
        }
    });
    const std::string copy = weir.folder.path().toStdString() + "/new folder/copy.weir";
    QSignalSpy opened(weir.engine.get(), &Engine::sessionOpened), failed(weir.engine.get(), &Engine::failed);
    const bool begun = QTest::qWaitFor([&] { return acknowledged > 20; }, 20'000);
    weir.engine->saveSessionAs(copy);
    const bool saved = opened.wait(20'000);
    const bool ended = QTest::qWaitFor([&] { return sent == more; }, 20'000);
    sender.join();
    QVERIFY(begun && saved && ended);
    QCOMPARE(failed.size(), 0);
    QCOMPARE(acknowledged.load(), more);
    QCOMPARE(weir.engine->session()->path, copy);
    QCOMPARE(weir.get("/weir/health").at("events"), Json(before + more));
    // The old one stays as it was at that moment, and can be opened.
    weir.engine->openSession(weir.settings.session);
    QVERIFY(opened.wait(10'000));
    const int kept = weir.get("/weir/health").at("events").get<int>();
    QVERIFY2(kept > before && kept < before + more, qPrintable(QString::number(kept)));
}

void TestEngine::keepsTheSessionWhenItCannotBeSaved_data()
{
    QTest::addColumn<QString>("name");
    QTest::addColumn<QString>("message");
    QTest::addColumn<int>("opened"); // How often the session was opened again.
    QTest::newRow("the same file") << u"session.weir"_s << u"This is the session that is open"_s << 0;
    QTest::newRow("a folder") << u"."_s << u"The session could not be saved"_s << 1;
    QTest::newRow("another Weir's") << u"other.weir"_s << u"Another Weir has this session open"_s << 0;
}

void TestEngine::keepsTheSessionWhenItCannotBeSaved()
{
    QFETCH(QString, name);
    QFETCH(QString, message);
    RunningWeir weir, other;
    other.settings.session = weir.folder.filePath(u"other.weir"_s).toStdString();
    QVERIFY(weir.start() && other.start());
    QCOMPARE(weir.post("/v1/track", trackBody("a", "k-1", "{}")), 200);
    QFETCH(int, opened);
    Error error;
    connect(weir.engine.get(), &Engine::failed, [&](const Error &reason) { error = reason; });
    QSignalSpy openings(weir.engine.get(), &Engine::sessionOpened);
    weir.engine->saveSessionAs(weir.folder.filePath(name).toStdString());
    QTRY_VERIFY_WITH_TIMEOUT(!error.message.empty(), 10'000);
    QVERIFY2(QString::fromStdString(error.message).startsWith(message), error.message.c_str());
    QTRY_COMPARE_WITH_TIMEOUT(openings.size(), opened, 10'000);
    QCOMPARE(weir.post("/v1/track", trackBody("a", "k-2", "{}")), 200);
    QCOMPARE(weir.engine->session()->path, weir.settings.session);
    QCOMPARE(weir.get("/weir/health").at("events"), Json(2));
    QCOMPARE(other.get("/weir/health").at("events"), Json(0));
}

void TestEngine::refusesASecondWeir()
{
    RunningWeir first, second;
    QVERIFY(first.start());
    second.settings.session = first.settings.session;
    QVERIFY(!second.start());
    QVERIFY(second.error.message.starts_with("Another Weir has this session open"));
    QCOMPARE(second.error.where, first.settings.session);
    second.stop();
    QCOMPARE(first.post("/v1/track", trackBody("a", "s-1", "{}")), 200);
    first.stop();
    QVERIFY(second.start()); // It is free again.
}

void TestEngine::tellsThatThePortIsInUse()
{
    RunningWeir first, second;
    QVERIFY(first.start());
    second.settings.port = first.engine->port();
    QVERIFY(!second.start());
    const std::string text = toText(second.error);
    QVERIFY2(text.find(std::to_string(first.engine->port())) != std::string::npos, text.c_str());
    QVERIFY2(text.find("in use") != std::string::npos, text.c_str());
}

void TestEngine::showsANewerSession()
{
    RunningWeir weir;
    QVERIFY(weir.start());
    QCOMPARE(weir.post("/v1/track", trackBody("a", "n-1", "{}")), 200);
    weir.stop();
    QVERIFY(execute(weir.settings.session, "PRAGMA user_version = 999"));
    QVERIFY(weir.start());
    QVERIFY(weir.engine->session()->readOnly);
    QVERIFY(!weir.engine->session()->error.message.empty());
    QCOMPARE(weir.get("/weir/health").at("status"), Json("read_only"));
    QCOMPARE(weir.get("/weir/events").at("total"), Json(1));
    const ClientAnswer answer = weir.call("POST", "/v1/track", trackBody("a", "n-2", "{}"), sdkHeaders);
    QCOMPARE(answer.status, 503); // So that the SDK keeps it and tries again.
    QVERIFY(!answer.header("retry-after").empty());
    // Another session takes events again, and says so before the first of them.
    QSignalSpy opened(weir.engine.get(), &Engine::sessionOpened);
    weir.engine->openSession(weir.folder.path().toStdString() + "/other.weir");
    QVERIFY(opened.wait(10'000));
    QCOMPARE(weir.get("/weir/health").at("status"), Json("ok"));
    QCOMPARE(weir.post("/v1/track", trackBody("a", "n-2", "{}")), 200);
}

void TestEngine::refusesWhatIsNoSession()
{
    RunningWeir weir;
    QFile file(QString::fromStdString(weir.settings.session));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(QByteArray(8192, 'x'));
    file.close();
    QVERIFY(!weir.start());
    QCOMPARE(weir.error.where, weir.settings.session);
    QVERIFY(file.open(QIODevice::ReadOnly));
    QCOMPARE(file.readAll(), QByteArray(8192, 'x')); // Left as it was.
}

QTEST_GUILESS_MAIN(TestEngine)
#include "tst_engine.moc"
