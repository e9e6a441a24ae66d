#include "app/cli/serversentevents.h"
#include "app/cli/taillines.h"
#include "tests/support/runningweir.h"
#include "tests/support/weirprocess.h"

#include <sqlite3.h>

#include <csignal>
#include <set>

using namespace Weir;
using namespace Weir::Testing;
using namespace Qt::StringLiterals;

namespace {

/// Sends one event; true when it was acknowledged.
bool sendEvent(const WeirProcess &weir, const std::string &uuid)
{
    const auto client = weir.connect();
    const auto answer = client
        ? client->exchange({"POST", "/v1/track", sdkHeaders, trackBody("sent", uuid, "{}")})
        : Result<ClientAnswer>(Error{Error::Kind::Network, "No Weir", {}});
    return answer && answer->status == 200;
}

bool stopBy(WeirProcess &weir, int signal)
{
    ::kill(static_cast<pid_t>(weir.process.processId()), signal);
    return weir.process.waitForFinished(20'000);
}

} // namespace

/// The commands, run as a shell runs them.
class TestCli : public QObject
{
    Q_OBJECT
private slots:
    void refuses_data();
    void refuses();
    void helps();
    void checksAndListsPlans();
    void servesAndStops_data();
    void servesAndStops();
    void tellsThatThePortIsInUse_data();
    void tellsThatThePortIsInUse();
    void tellsThatTheSessionCannotBeRead_data();
    void tellsThatTheSessionCannotBeRead();
    void tellsThatThereIsNoDisplay();
    void demoArrives();
    void demoRepeatsBySeed();
    void plansTables_data();
    void plansTables();
    void showsASessionOfANewerVersion();
    void keepsPinnedOverrides();
    void tailPrints();
    void tailSurvivesARestart_data();
    void tailSurvivesARestart();
    void readsServerSentEvents();
    void writesLinesForPeople();
};

void TestCli::refuses_data()
{
    QTest::addColumn<QByteArray>("command"); // Blank-separated.
    QTest::addColumn<QByteArray>("complaint"); // Standard error, whole.
    const auto row = [](const char *command, const char *complaint) {
        QTest::newRow(command) << QByteArray(command) << QByteArray(complaint);
    };
    row("bogus", "weir: bogus: There is no such command, and no such session file; see weir --help\n");
    row("check a.yaml", "weir: check: This command is not part of Weir " WEIR_VERSION "\n");
    row("plan", "weir: Expected check, list or ddl behind plan\n");
    row("plan check", "weir: plan check: Expected the file or folder of a plan\n");
    row("plan check /nowhere/plan.json", "weir: /nowhere/plan.json: This file cannot be read\n");
    row("plan list a b", "weir: plan list b: Expected one plan\n");
    row("plan list --format xml",
        "weir: --format: Expected human, json-schema, rudder-json or rudder-yaml, got \"xml\"\n");
    row("plan ddl", "weir: --warehouse: Expected snowflake or bigquery\n");
    row("plan ddl --warehouse redshift", "weir: --warehouse: Expected snowflake or bigquery\n");
    row("plan ddl --warehouse bigquery", "weir: --session: Expected a session file\n");
    row("plan ddl more", "weir: plan ddl more: This command takes options only\n");
    row("flags", "weir: Expected list, set, clear, scene or evaluate behind flags\n");
    row("flags bogus", "weir: bogus: Expected list, set, clear, scene or evaluate behind flags\n");
    row("flags evaluate --now 5", "weir: --now: There is no such option\n");
    row("flags evaluate cases.json", "weir: flags evaluate cases.json: This command takes options only\n");
    for (const char *words : {"flags scene", "flags scene sing", "flags scene apply", "flags scene list all"})
        row(words,
            "weir: flags scene: Expected list, or apply, rehearse or remove and the name of a scene\n");
    row("flags scene apply one --scenes /nowhere/scenes.json",
        "weir: /nowhere/scenes.json: There is no scene \"one\"\n");
    row("flags evaluate --port 5", "weir: flags evaluate --port: This command takes no options\n");
    row("flags set beta", "weir: flags set: Expected a flag and a value: on, off or a variant\n");
    row("flags set beta on --payload {", "weir: --payload: Expected JSON, got \"{\"\n");
    row("flags clear", "weir: flags clear: Expected either flags or --all\n");
    row("flags set beta on --for soon",
        "weir: --for: Expected a duration such as 2s, 500ms or 1m, at most 31536000s, got \"soon\"\n");
    row("flags clear beta --all", "weir: flags clear: Expected either flags or --all\n");
    row("--bogus", "weir: --bogus: There is no such option\n");
    row("serve --bogus", "weir: --bogus: There is no such option\n");
    row("serve a.weir", "weir: serve a.weir: This command takes options only\n");
    row("serve --port", "weir: --port: Expected a value behind this option\n");
    row("serve --port 99999", "weir: --port: Expected a whole number from 0 to 65535, got \"99999\"\n");
    row("serve --forward all", "weir: --forward: This is not part of Weir " WEIR_VERSION "\n");
    row("serve --port 0 --flags /no/such", "weir: /no/such: This file of flag definitions cannot be read\n");
    row("serve --port 0 --flags /", "weir: /: This file of flag definitions cannot be read\n");
    row("serve --host 0.0.0.0",
        "weir: --host 0.0.0.0: Listening beyond this machine needs a token: set WEIR_TOKEN, or \"token\" in "
        "config.json\n");
    row("demo --runs 0", "weir: --runs: Expected a whole number from 1 to 10000000, got \"0\"\n");
    row("demo --rate fast", "weir: --rate: Expected a number from 0 to 10000, got \"fast\"\n");
    row("demo --port 1", "weir: 127.0.0.1:1: No Weir is listening there\n");
    row("tail --port 1", "weir: 127.0.0.1:1: No Weir is listening there\n");
    row("tail --format xml", "weir: --format: Expected human or json, got \"xml\"\n");
}

void TestCli::refuses()
{
    QFETCH(QByteArray, command);
    QFETCH(QByteArray, complaint);
    const QTemporaryDir folder;
    WeirProcess weir(folder);
    QCOMPARE(weir.run(QString::fromUtf8(command).split(u' ')), 2);
    QCOMPARE(weir.process.readAllStandardError(), complaint);
    QCOMPARE(weir.process.readAllStandardOutput(), QByteArray());
}

void TestCli::helps()
{
    for (const char *command : {"--help", "serve --help", "demo --help", "tail --help"}) {
        const QTemporaryDir folder;
        WeirProcess weir(folder);
        QCOMPARE(weir.run(QString::fromLatin1(command).split(u' ')), 0);
        const QByteArray text = weir.process.readAllStandardOutput();
        QVERIFY2(text.startsWith("Usage: weir"), command);
        QVERIFY2(text.contains("--port PORT"), command);
        QVERIFY2(!text.contains("--mapping"), command);
    }
    const QTemporaryDir folder;
    WeirProcess weir(folder);
    QCOMPARE(weir.run({QStringLiteral("--version")}), 0);
    QCOMPARE(weir.process.readAllStandardOutput(), QByteArray("weir " WEIR_VERSION "\n"));
}

void TestCli::checksAndListsPlans()
{
    const QTemporaryDir folder;
    WeirProcess weir(folder);
    const auto write = [&](const char *name, const QByteArray &text) {
        QFile file(folder.filePath(QString::fromLatin1(name)));
        return file.open(QIODevice::WriteOnly) && file.write(text) == text.size();
    };
    QCOMPARE(weir.run({u"plan"_s, u"list"_s, u"--format"_s, u"rudder-yaml"_s}), 0);
    const QByteArray yaml = weir.process.readAllStandardOutput();
    QVERIFY(yaml.contains("name: \"prompt_blocked\""));
    const QString right = folder.filePath(u"right.yaml"_s), wrong = folder.filePath(u"wrong.json"_s);
    QVERIFY(write("right.yaml", yaml));
    QVERIFY(write("wrong.json", "{\"events\":{\"a\":\n{\"type\":\"text\"}}}"));
    QCOMPARE(weir.run({u"plan"_s, u"check"_s, right}), 0);
    QCOMPARE(weir.process.readAllStandardOutput(), right.toUtf8() + ": 7 events\n");
    QCOMPARE(weir.run({u"plan"_s, u"check"_s, wrong, right}), 1);
    QVERIFY(weir.process.readAllStandardError().startsWith(
        "weir: " + wrong.toUtf8() + ", line 2, column 9 \xE2\x80\xBA a: Expected a type: "));
    QCOMPARE(weir.process.readAllStandardOutput(), right.toUtf8() + ": 7 events\n");
    QCOMPARE(weir.run({u"plan"_s, u"list"_s, right}), 0);
    const QByteArray listed = weir.process.readAllStandardOutput();
    QVERIFY2(listed.contains("    tools_used              string[]\n"), listed.constData());
    QVERIFY2(listed.contains("    execution_id            string  optional\n"), listed.constData());
}

void TestCli::servesAndStops_data()
{
    QTest::addColumn<int>("signal");
    QTest::newRow("SIGTERM") << SIGTERM;
    QTest::newRow("SIGINT") << SIGINT;
}

void TestCli::servesAndStops()
{
    QFETCH(int, signal);
    const QTemporaryDir folder;
    WeirProcess weir(folder);
    QVERIFY2(weir.serve(), weir.process.readAllStandardError());
    QCOMPARE(weir.readyLine, "weir: listening on http://127.0.0.1:" + QByteArray::number(weir.port) + "\n");
    const auto client = weir.connect();
    QVERIFY(client);
    const auto answer = client->exchange({"POST", "/v1/track", sdkHeaders, trackBody("a", "c-1", "{}")});
    QVERIFY(answer);
    QCOMPARE(answer->status, 200);
    const std::string session = folder.filePath(QStringLiteral("data/weir/session.weir")).toStdString();
    QCOMPARE(weir.get("/weir/health").at("session"), Json(session));
    QVERIFY(stopBy(weir, signal));
    QCOMPARE(weir.process.exitStatus(), QProcess::NormalExit);
    QCOMPARE(weir.process.exitCode(), 0);
    QCOMPARE(weir.process.readAllStandardError(), QByteArray());
    // Nothing is left beside the session: no lock, no write-ahead log.
    QCOMPARE(QDir(folder.filePath(QStringLiteral("data/weir"))).entryList(QDir::Files),
        QStringList{QStringLiteral("session.weir")});
    WeirProcess again(folder);
    QVERIFY(again.serve());
    QCOMPARE(again.get("/weir/health").at("events"), Json(1));
}

void TestCli::tellsThatThePortIsInUse_data()
{
    QTest::addColumn<QStringList>("command"); // With --port behind it.
    QTest::newRow("serve") << QStringList{QStringLiteral("serve")};
    QTest::newRow("window") << QStringList{}; // Ends before there is anything to see.
}

void TestCli::tellsThatThePortIsInUse()
{
    QFETCH(QStringList, command);
    const QTemporaryDir folder, other;
    WeirProcess first(folder), second(other);
    QVERIFY(first.serve());
    QCOMPARE(second.run(command + QStringList{QStringLiteral("--port"), QString::number(first.port)}), 2);
    const QByteArray complaint = second.process.readAllStandardError();
    QVERIFY2(complaint.contains(QByteArray::number(first.port)), complaint);
    QCOMPARE(complaint.count('\n'), 1);
    QCOMPARE(second.process.readAllStandardOutput(), QByteArray());
}

void TestCli::tellsThatTheSessionCannotBeRead_data()
{
    QTest::addColumn<QStringList>("command"); // With the file behind it.
    QTest::newRow("serve") << QStringList{
        QStringLiteral("serve"), QStringLiteral("--port"), QStringLiteral("0"), QStringLiteral("--session")};
    QTest::newRow("window") << QStringList{QStringLiteral("--port"), QStringLiteral("0")};
}

void TestCli::tellsThatTheSessionCannotBeRead()
{
    QFETCH(QStringList, command);
    const QTemporaryDir folder;
    QFile file(folder.filePath(QStringLiteral("no.weir")));
    QVERIFY(file.open(QIODevice::WriteOnly) && file.write(QByteArray(8192, 'x')) == 8192);
    file.close();
    WeirProcess weir(folder);
    QCOMPARE(weir.run(command + QStringList{file.fileName()}), 2);
    const QByteArray complaint = weir.process.readAllStandardError();
    QVERIFY2(complaint.startsWith("weir: " + file.fileName().toUtf8() + ": "), complaint);
    QCOMPARE(complaint.count('\n'), 1);
    QCOMPARE(weir.process.readAllStandardOutput(), QByteArray());
}

void TestCli::tellsThatThereIsNoDisplay()
{
    const QTemporaryDir folder;
    WeirProcess weir(folder);
    QProcessEnvironment environment = weir.process.processEnvironment();
    environment.remove(QStringLiteral("QT_QPA_PLATFORM"));
    environment.remove(QStringLiteral("WAYLAND_DISPLAY"));
    weir.process.setProcessEnvironment(environment);
    QCOMPARE(weir.run({QStringLiteral("--port"), QStringLiteral("0")}), 2);
    QCOMPARE(weir.process.readAllStandardError(),
        QByteArray("weir: There is no display to open a window on; weir serve needs none\n"));
}

void TestCli::demoArrives()
{
    const QTemporaryDir folder;
    WeirProcess weir(folder), demo(folder);
    QVERIFY(weir.serve());
    const QString port = QString::number(weir.port);
    QCOMPARE(demo.run({QStringLiteral("demo"), QStringLiteral("--runs"), QStringLiteral("3"),
                 QStringLiteral("--rate"), QStringLiteral("0"), QStringLiteral("--port"), port}),
        0);
    const QByteArray summary = demo.process.readAllStandardOutput();
    QVERIFY2(summary.startsWith("weir: sent 3 runs in "), summary);
    QCOMPARE(weir.get("/weir/traces").at("total"), Json(3));
    for (const char *name : {"flow_executed", "tool_used", "rag_query_triggered", "agent_created",
             "prompt_blocked", "agent_execution", "agent_error"}) {
        const Json page = weir.get(std::string("/weir/events?name=") + name);
        QVERIFY2(page.at("total").get<int>() > 0, name);
        for (const Json &event : page.at("events")) {
            QVERIFY2(event.at("trace_id").is_string() && event.at("workspace_id").is_string(), name);
            QVERIFY2(event.at("user_id").is_string(), name);
        }
    }
    QCOMPARE(weir.get("/weir/requests?status=failed").at("total"), Json(0));
}

void TestCli::demoRepeatsBySeed()
{
    const QTemporaryDir folder;
    WeirProcess weir(folder);
    QVERIFY(weir.serve());
    const QStringList command{QStringLiteral("demo"), QStringLiteral("--runs"), QStringLiteral("1"),
        QStringLiteral("--rate"), QStringLiteral("0"), QStringLiteral("--seed"), QStringLiteral("7"),
        QStringLiteral("--port"), QString::number(weir.port)};
    WeirProcess first(folder), second(folder);
    QCOMPARE(first.run(command), 0);
    const int once = weir.get("/weir/health").at("events").get<int>();
    QCOMPARE(second.run(command), 0);
    const Json page = weir.get("/weir/events?limit=1000");
    QCOMPARE(page.at("total").get<int>(), 2 * once);
    // The runs are the same; the ids of events hold the moment of sending, as those of the SDKs do.
    QCOMPARE(weir.get("/weir/traces").at("total"), Json(1));
    std::multiset<std::string> before, after;
    for (const Json &event : page.at("events")) {
        const bool isFirst = std::ssize(before) < once;
        (isFirst ? before : after).insert(event.at("name").get<std::string>());
    }
    QVERIFY(before == after);
    QCOMPARE(first.process.readAllStandardOutput(), second.process.readAllStandardOutput());
}

void TestCli::tailPrints()
{
    const QTemporaryDir folder;
    WeirProcess weir(folder), json(folder), human(folder);
    QVERIFY(weir.serve());
    const QString port = QString::number(weir.port);
    json.begin({QStringLiteral("tail"), QStringLiteral("--format"), QStringLiteral("json"),
        QStringLiteral("--name"), QStringLiteral("wanted"), QStringLiteral("--port"), port});
    human.begin({QStringLiteral("tail"), QStringLiteral("--trace"), QStringLiteral("run-1"),
        QStringLiteral("--port"), port});
    QVERIFY(json.process.waitForStarted() && human.process.waitForStarted());
    // A tail shows what comes from now on, and says nothing of when that is: send until both have seen one.
    const auto client = weir.connect();
    int sent = 0;
    const auto send = [&](const std::string &name, const std::string &trace) {
        const std::string body
            = trackBody(name, name + std::to_string(sent), R"({"trace_id":")" + trace + "\"}");
        return client->exchange({"POST", "/v1/track", sdkHeaders, body}).has_value();
    };
    const auto sendOne = [&] {
        ++sent;
        if (!send("wanted", "run-1") || !send("other", "run-2"))
            return false;
        json.process.waitForReadyRead(100);
        human.process.waitForReadyRead(100);
        return json.process.canReadLine() && human.process.canReadLine();
    };
    QTRY_VERIFY_WITH_TIMEOUT(sendOne(), 20'000);
    const Json event = Json::parse(json.process.readLine().toStdString());
    QCOMPARE(event.at("name"), Json("wanted"));
    QCOMPARE(event.at("trace_id"), Json("run-1"));
    const QByteArray line = human.process.readLine();
    QVERIFY2(line.contains("wanted") && line.contains("run-1") && !line.contains('\x1b'), line);
}

/// What it missed while Weir was away comes when it is back, and nothing comes twice.
void TestCli::tailSurvivesARestart_data()
{
    QTest::addColumn<int>("signal");
    QTest::newRow("stopped") << SIGTERM;
    QTest::newRow("killed") << SIGKILL;
}

void TestCli::tailSurvivesARestart()
{
    QFETCH(int, signal);
    const QTemporaryDir folder;
    WeirProcess first(folder), second(folder), tail(folder);
    QVERIFY(first.serve());
    const QString port = QString::number(first.port);
    tail.begin({QStringLiteral("tail"), QStringLiteral("--format"), QStringLiteral("json"),
        QStringLiteral("--port"), port});
    std::vector<std::string> sent, printed;
    const auto sendOne = [&](const WeirProcess &weir) {
        sent.push_back("r-" + std::to_string(sent.size()));
        return sendEvent(weir, sent.back());
    };
    const auto printedSoFar = [&](int wait) {
        if (!tail.process.canReadLine())
            tail.process.waitForReadyRead(wait);
        while (tail.process.canReadLine())
            printed.push_back(Json::parse(tail.process.readLine().toStdString()).at("uuid"));
        return printed.size();
    };
    QTRY_VERIFY_WITH_TIMEOUT(sendOne(first) && printedSoFar(100) > 0, 20'000); // From here on it listens.
    for (int i = 0; i < 20; ++i)
        QVERIFY(sendOne(first));
    QVERIFY(stopBy(first, signal));
    QVERIFY2(second.serve({QStringLiteral("--port"), port}), second.process.readAllStandardError());
    for (int i = 0; i < 20; ++i)
        QVERIFY(sendOne(second));
    const auto begin = std::ranges::find(sent, printed.front());
    const auto expected = std::size_t(sent.end() - begin);
    QTRY_VERIFY_WITH_TIMEOUT(printedSoFar(100) >= expected, 20'000);
    QVERIFY(std::ranges::equal(printed, std::ranges::subrange(begin, sent.end())));
    QVERIFY(tail.process.readAllStandardError().endsWith("; trying again\n"));
}

/// Other overrides end with the Weir that they were set in.
void TestCli::keepsPinnedOverrides()
{
    const QTemporaryDir folder;
    {
        WeirProcess weir(folder);
        QVERIFY(weir.serve());
        const auto client = weir.connect();
        for (const auto &[key, body] :
            {std::pair("pinned", R"({"value":"v2","payload":[1.50],"pinned":true})"),
                std::pair("passing", R"({"value":true})")}) {
            const std::string target = std::string("/weir/flags/") + key + "/override";
            const auto answer = client->exchange({"PUT", target, {}, body});
            QVERIFY(answer);
            QCOMPARE(answer->status, 200);
        }
        QVERIFY(stopBy(weir, SIGTERM));
    }
    WeirProcess weir(folder);
    QVERIFY(weir.serve());
    const auto answer = weir.connect()->exchange({"POST", "/flags/?v=2",
        {{"Content-Type", "application/json"}}, R"({"token":"phc_x","distinct_id":"ada"})"});
    QVERIFY(answer);
    const Json flags = Json::parse(answer->body).at("flags");
    QCOMPARE(flags.at("pinned").at("variant"), Json("v2"));
    QCOMPARE(flags.at("pinned").at("metadata").at("payload"), Json("[1.50]"));
    QVERIFY2(!flags.contains("passing"), answer->body.c_str());
}

void TestCli::plansTables_data()
{
    QTest::addColumn<QString>("warehouse");
    QTest::addColumn<QByteArray>("table");
    QTest::addColumn<QByteArray>("column");
    QTest::newRow("Snowflake") << QStringLiteral("snowflake")
                               << QByteArray("CREATE TABLE IF NOT EXISTS \"MY_APP\".\"TOOL_USED\" (\n")
                               << QByteArray("  \"LATENCY_MS\" NUMBER,\n");
    QTest::newRow("BigQuery") << QStringLiteral("bigquery")
                              << QByteArray("CREATE TABLE IF NOT EXISTS `my_app`.`tool_used` (\n")
                              << QByteArray("  `latency_ms` INT64,\n");
}

/// From a session that is still open, and only of what RudderStack carries.
void TestCli::plansTables()
{
    QFETCH(QString, warehouse);
    QFETCH(QByteArray, table);
    QFETCH(QByteArray, column);
    const QTemporaryDir folder;
    WeirProcess weir(folder), demo(folder), plan(folder);
    const QString session = folder.filePath(QStringLiteral("run.weir"));
    QVERIFY(weir.serve({QStringLiteral("--session"), session}));
    QCOMPARE(demo.run({QStringLiteral("demo"), QStringLiteral("--runs"), QStringLiteral("3"),
                 QStringLiteral("--rate"), QStringLiteral("0"), QStringLiteral("--port"),
                 QString::number(weir.port)}),
        0);
    QCOMPARE(
        plan.run({QStringLiteral("plan"), QStringLiteral("ddl"), QStringLiteral("--warehouse"), warehouse,
            QStringLiteral("--session"), session, QStringLiteral("--namespace"), QStringLiteral("My App")}),
        0);
    const QByteArray sql = plan.process.readAllStandardOutput();
    QVERIFY2(sql.contains(table), sql);
    QVERIFY2(sql.contains(column), sql);
    const auto others = weir.get("/weir/events?source=posthog").at("total").get<int>();
    QCOMPARE(plan.process.readAllStandardError(),
        QByteArray("weir: ") + QByteArray::number(others)
            + " events are no RudderStack or Segment calls and are left out\n");
}

void TestCli::showsASessionOfANewerVersion()
{
    const QTemporaryDir folder;
    const QString session = folder.filePath(QStringLiteral("newer.weir"));
    const QStringList options{QStringLiteral("--session"), session};
    {
        WeirProcess today(folder);
        QVERIFY(today.serve(options));
        QVERIFY(sendEvent(today, "v-1"));
        QVERIFY(stopBy(today, SIGTERM));
    }
    sqlite3 *database = nullptr;
    QCOMPARE(sqlite3_open(session.toUtf8().constData(), &database), SQLITE_OK);
    QCOMPARE(sqlite3_exec(database, "PRAGMA user_version = 999", nullptr, nullptr, nullptr), SQLITE_OK);
    sqlite3_close(database);

    WeirProcess weir(folder);
    QVERIFY(weir.serve(options));
    const Json health = weir.get("/weir/health");
    QCOMPARE(health.at("status"), Json("read_only"));
    const std::string reason = health.at("reason");
    const auto begin = reason.find("This session is from a newer Weir (schema 999, this one knows ");
    QVERIFY2(begin != std::string::npos, reason.c_str());
    const std::string sentence = reason.substr(begin);
    const auto answer
        = weir.connect()->exchange({"POST", "/v1/track", sdkHeaders, trackBody("a", "v-2", "{}")});
    QVERIFY(answer);
    QCOMPARE(answer->status, 503);
    QCOMPARE(answer->body, "service unavailable: " + sentence);
    QCOMPARE(weir.get("/weir/events").at("total"), Json(1));
    QCOMPARE(weir.get("/weir/events/1").at("uuid"), Json("v-1"));
    QVERIFY(stopBy(weir, SIGTERM));
    const QByteArray told = weir.process.readAllStandardError();
    QVERIFY2(told.trimmed().endsWith(QByteArray::fromStdString(sentence)), told);
}

void TestCli::readsServerSentEvents()
{
    const std::string bytes = ": hello\nretry: 1000\n\nid: 1\ndata: "
                              "{\"a\":1}\n\n:\n\nid:2\r\ndata:x\r\ndata: y\r\n\r\nid: 3\ndata: cut";
    for (std::size_t split = 0; split <= bytes.size(); ++split) {
        ServerSentEvents parser;
        std::vector<ServerSentEvent> events;
        for (const std::string &part : {bytes.substr(0, split), bytes.substr(split)}) {
            parser.append(part);
            while (auto event = parser.next())
                events.push_back(*event);
        }
        QCOMPARE(events.size(), std::size_t(2));
        QVERIFY(events[0] == (ServerSentEvent{"1", "{\"a\":1}"}));
        QVERIFY(events[1] == (ServerSentEvent{"2", "x\ny"}));
        QCOMPARE(parser.lastId(), std::string("2"));
    }
    ServerSentEvents greeted;
    greeted.append(": hello\nid: 7\n\nid: 8\n");
    QVERIFY(!greeted.next());
    QCOMPARE(greeted.lastId(), std::string("7")); // No data, so no event; but told whole.
}

void TestCli::writesLinesForPeople()
{
    qputenv("TZ", "UTC");
    tzset();
    const std::string event
        = R"({"timestamp":"2026-11-23T09:06:39.661Z","source":"posthog","name":"tool_used",)"
          R"("duration_ms":840,"trace_id":"run-1","user_id":"ada","notices":["no_workspace_id"]})";
    QCOMPARE(QByteArray::fromStdString(humanLine(event, Colours::No)),
        QByteArray("09:06:39.661  posthog      tool_used                 840 ms    run-1                     "
                   "        ada  "
                   "no_workspace_id"));
    QVERIFY(humanLine(event, Colours::Yes).find("\x1b[33mno_workspace_id\x1b[0m") != std::string::npos);
    // An event must not drive the terminal.
    const std::string hostile = humanLine(R"({"name":"\u001b[2Jx\u0007\u009b1m"})", Colours::No);
    QVERIFY(hostile.find('\x1b') == std::string::npos && hostile.find('\a') == std::string::npos);
    QVERIFY(hostile.find("\xC2\x9B") == std::string::npos);
    // Nor may a number beyond every double, or half a surrogate pair, keep it from being a line.
    const std::string odd = humanLine(
        R"({"name":"odd","duration_ms":1e400,"properties":{"a":-1e999,"b":"\ud800"},"user_id":"u\udc00"})",
        Colours::No);
    QVERIFY2(odd.find("odd  ") != std::string::npos && odd.ends_with("u\xEF\xBF\xBD"), odd.c_str());
}

QTEST_GUILESS_MAIN(TestCli)
#include "tst_cli.moc"
