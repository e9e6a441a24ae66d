#include "app/settings.h"

#include <QTemporaryDir>
#include <QTest>

#include <filesystem>
#include <fstream>

using namespace Weir;

namespace {

/// A file to be written before the settings are read; `path` is below the temporary folder.
struct File
{
    const char *path;
    const char *text;
    std::filesystem::perms mode = std::filesystem::perms(0600);
};

struct Case
{
    std::vector<std::string> arguments;
    std::map<std::string, std::string> environment;
    std::vector<File> files;
};

Result<Settings> load(const Case &input, const std::string &root)
{
    for (const File &file : input.files) {
        const std::filesystem::path path = root + "/" + file.path;
        std::filesystem::create_directories(path.parent_path());
        std::ofstream(path) << file.text;
        std::filesystem::permissions(path, file.mode);
    }
    std::map<std::string, std::string> environment = input.environment;
    environment.insert({"HOME", root});
    const SettingsSources sources{[&](const std::string &name) -> std::optional<std::string> {
                                      const auto found = environment.find(name);
                                      return found == environment.end() ? std::nullopt
                                                                        : std::optional(found->second);
                                  },
        root + "/project"};
    const auto arguments = parseArguments(input.arguments, engineOptions());
    return arguments ? loadSettings(*arguments, sources) : Result<Settings>(arguments.error());
}

std::string describe(const Settings &settings)
{
    std::string hosts;
    for (const std::string &host : settings.hosts)
        hosts += host + ",";
    return std::to_string(settings.port) + " " + hosts + " " + std::to_string(settings.maxBytes) + " "
        + (settings.sync == Settings::Sync::Full ? "full" : "normal") + " "
        + std::to_string(static_cast<int>(settings.logLevel)) + " " + settings.token;
}

} // namespace

Q_DECLARE_METATYPE(Case)

class TestSettings : public QObject
{
    Q_OBJECT
private slots:
    void loads_data();
    void loads();
    void refuses_data();
    void refuses();
    void findsSession();
    void findsScenes();
    void sizes_data();
    void sizes();
    void exposure_data();
    void exposure();
};

void TestSettings::loads_data()
{
    QTest::addColumn<Case>("input");
    QTest::addColumn<QByteArray>("expected");
    const auto row = [](const char *name, Case input, const char *expected) {
        QTest::newRow(name) << std::move(input) << QByteArray(expected);
    };
    row("nothing", {}, "9347 127.0.0.1, 2000000000 full 2 ");
    row("flags", {{"--port", "1", "--max-size=0", "--sync", "normal", "--log-level", "debug"}, {}, {}},
        "1 127.0.0.1, 0 normal 0 ");
    row("host is repeatable", {{"--host", "127.0.0.1", "--host=::1"}, {}, {}},
        "9347 127.0.0.1,::1, 2000000000 full 2 ");
    row("last flag wins", {{"--port", "1", "--port", "2"}, {}, {}}, "2 127.0.0.1, 2000000000 full 2 ");
    row("environment",
        {{}, {{"WEIR_PORT", "2"}, {"WEIR_HOST", "127.0.0.2,::1"}, {"WEIR_MAX_SIZE", "5 MB"}}, {}},
        "2 127.0.0.2,::1, 5000000 full 2 ");
    row("an empty variable is none", {{}, {{"WEIR_PORT", ""}}, {}}, "9347 127.0.0.1, 2000000000 full 2 ");
    row("project file",
        {{}, {}, {{"project/weir.json", R"({"port": 3, "host": ["::1"], "max_size": "1KiB"})"}}},
        "3 ::1, 1024 full 2 ");
    row("comments in a file", {{}, {}, {{"project/weir.json", "{\"port\": 3 // mine\n}"}}},
        "3 127.0.0.1, 2000000000 full 2 ");
    row("user file below HOME", {{}, {}, {{".config/weir/config.json", R"({"port": "4"})"}}},
        "4 127.0.0.1, 2000000000 full 2 ");
    row("project beats user",
        {{}, {},
            {{"project/weir.json", R"({"port": 3})"},
                {".config/weir/config.json", R"({"port": 4, "sync": "normal"})"}}},
        "3 127.0.0.1, 2000000000 normal 2 ");
    row("environment beats project, flag beats environment",
        {{"--port", "1"}, {{"WEIR_PORT", "2"}, {"WEIR_MAX_SIZE", "0"}},
            {{"project/weir.json", R"({"port": 3, "max-size": "3MB", "log-level": "error"})"}}},
        "1 127.0.0.1, 0 full 3 ");
    row("token from the environment", {{}, {{"WEIR_TOKEN", "s3cret"}}, {}},
        "9347 127.0.0.1, 2000000000 full 2 s3cret");
    row("token from the user's file", {{}, {}, {{".config/weir/config.json", R"({"token": "s3cret"})"}}},
        "9347 127.0.0.1, 2000000000 full 2 s3cret");
    row("idle values of later work", {{"--capture", "answer", "--forward=off"}, {}, {}},
        "9347 127.0.0.1, 2000000000 full 2 ");
}

void TestSettings::loads()
{
    QFETCH(Case, input);
    QFETCH(QByteArray, expected);
    const QTemporaryDir folder;
    const auto settings = load(input, folder.path().toStdString());
    QVERIFY2(settings, settings ? "" : toText(settings.error()).c_str());
    QCOMPARE(QByteArray::fromStdString(describe(*settings)), expected);
}

void TestSettings::refuses_data()
{
    QTest::addColumn<Case>("input");
    QTest::addColumn<QByteArray>("expected"); // "ROOT" stands for the temporary folder.
    const auto row = [](const char *name, Case input, const char *expected) {
        QTest::newRow(name) << std::move(input) << QByteArray(expected);
    };
    row("unknown flag", {{"--prot", "1"}, {}, {}}, "--prot: There is no such option");
    row("single dash", {{"-p", "1"}, {}, {}}, "-p: There is no such option");
    row("flag without value", {{"--port"}, {}, {}}, "--port: Expected a value behind this option");
    row("value for a switch", {{"--help=yes"}, {}, {}}, "--help: This option takes no value");
    row("port", {{"--port", "65536"}, {}, {}},
        "--port: Expected a whole number from 0 to 65535, got \"65536\"");
    row("port with letters", {{}, {{"WEIR_PORT", "80a"}}, {}},
        "WEIR_PORT: Expected a whole number from 0 to 65535, got \"80a\"");
    row("empty host", {{"--host="}, {}, {}}, "--host: Expected an address to listen on, got none");
    row("size", {{"--max-size", "2XB"}, {}, {}},
        "--max-size: Expected a size such as 2GB or 500MB, or 0 for none, got \"2XB\"");
    row("sync", {{"--sync", "off"}, {}, {}}, "--sync: Expected full or normal, got \"off\"");
    row("no flags", {{"--flags="}, {}, {}},
        "--flags: Expected the path of a file of flag definitions, got none");
    row("log level", {{"--log-level", "loud"}, {}, {}},
        "--log-level: Expected debug, info, warning or error, got \"loud\"");
    row("value in a file", {{}, {}, {{"project/weir.json", R"({"port": true})"}}},
        "ROOT/project/weir.json › port: Expected a text or a whole number");
    row("unknown key in a file", {{}, {}, {{"project/weir.json", R"({"prot": 1})"}}},
        "ROOT/project/weir.json › prot: There is no such setting");
    row("broken file", {{}, {}, {{"project/weir.json", "{\n\"port\": ]"}}},
        "ROOT/project/weir.json: Line 2 is not JSON");
    row("a file that is a list", {{}, {}, {{"project/weir.json", "[]"}}},
        "ROOT/project/weir.json: Expected a JSON object of settings");
    row("token as a flag", {{"--token", "x"}, {}, {}}, "--token: There is no such option");
    row("token in the project", {{}, {}, {{"project/weir.json", R"({"token": "x"})"}}},
        "ROOT/project/weir.json › token: A secret does not belong in a project's file; set WEIR_TOKEN, or "
        "put "
        "it into config.json");
    row("token that others can read",
        {{}, {}, {{".config/weir/config.json", R"({"token": "x"})", std::filesystem::perms(0640)}}},
        "ROOT/.config/weir/config.json › token: This file holds a secret, so its mode must be 0600");
    row("later work", {{"--capture", "relay"}, {}, {}}, "--capture: This is not part of Weir " WEIR_VERSION);
    row("later work, by variable", {{}, {{"WEIR_MAPPING", "p.yaml"}}, {}},
        "WEIR_MAPPING: This is not part of Weir " WEIR_VERSION);
}

void TestSettings::refuses()
{
    QFETCH(Case, input);
    QFETCH(QByteArray, expected);
    const QTemporaryDir folder;
    const auto settings = load(input, folder.path().toStdString());
    QVERIFY(!settings);
    QCOMPARE(QByteArray::fromStdString(toText(settings.error())),
        expected.replace("ROOT", folder.path().toUtf8()));
}

void TestSettings::findsSession()
{
    const QTemporaryDir folder;
    const std::string root = folder.path().toStdString();
    QCOMPARE(load({}, root)->session, root + "/.local/share/weir/session.weir");
    QCOMPARE(
        load({{}, {{"XDG_DATA_HOME", "/data"}}, {}}, root)->session, std::string("/data/weir/session.weir"));
    QCOMPARE(
        load({{}, {{"XDG_DATA_HOME", "data"}}, {}}, root)->session, root + "/.local/share/weir/session.weir");
    QCOMPARE(load({{"--session", "a.weir"}, {}, {}}, root)->session, std::string("a.weir"));
}

void TestSettings::findsScenes()
{
    const QTemporaryDir folder;
    const std::string root = folder.path().toStdString();
    QCOMPARE(load({}, root)->scenes, root + "/.config/weir/scenes.json");
    QCOMPARE(load({{}, {{"XDG_CONFIG_HOME", "/config"}}, {}}, root)->scenes,
        std::string("/config/weir/scenes.json"));
    QCOMPARE(load({{}, {{"WEIR_SCENES", "b.json"}}, {}}, root)->scenes, std::string("b.json"));
    QCOMPARE(load({{}, {}, {{"project/weir.json", R"({"scenes": "c.json"})"}}}, root)->scenes,
        std::string("c.json"));
    QCOMPARE(load({{"--scenes", "a.json"}, {}, {}}, root)->scenes, std::string("a.json"));
    QVERIFY(!load({{"--scenes", ""}, {}, {}}, root));
}

void TestSettings::sizes_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<qint64>("bytes"); // -1: not a size.
    QTest::newRow("none") << QByteArray("0") << qint64(0);
    QTest::newRow("bytes") << QByteArray("4096") << qint64(4096);
    QTest::newRow("decimal") << QByteArray("2GB") << qint64(2'000'000'000);
    QTest::newRow("binary") << QByteArray("2GiB") << qint64(2'147'483'648);
    QTest::newRow("lower case, blank, fraction") << QByteArray("1.5 mb") << qint64(1'500'000);
    QTest::newRow("empty") << QByteArray("") << qint64(-1);
    QTest::newRow("unit only") << QByteArray("GB") << qint64(-1);
    QTest::newRow("negative") << QByteArray("-1") << qint64(-1);
    QTest::newRow("two points") << QByteArray("1.2.3GB") << qint64(-1);
    QTest::newRow("too large") << QByteArray("99999999999TB") << qint64(-1);
}

void TestSettings::sizes()
{
    QFETCH(QByteArray, text);
    QFETCH(qint64, bytes);
    QCOMPARE(qint64(parseSize(text.toStdString()).value_or(-1)), bytes);
}

void TestSettings::exposure_data()
{
    QTest::addColumn<QByteArray>("host");
    QTest::addColumn<QByteArray>("token");
    QTest::addColumn<bool>("allowed");
    QTest::newRow("loopback") << QByteArray("127.0.0.1") << QByteArray() << true;
    QTest::newRow("other loopback") << QByteArray("127.1.2.3") << QByteArray() << true;
    QTest::newRow("loopback, six") << QByteArray("::1") << QByteArray() << true;
    QTest::newRow("looks like loopback") << QByteArray("127.0.0.1.example.com") << QByteArray() << false;
    QTest::newRow("all") << QByteArray("0.0.0.0") << QByteArray() << false;
    QTest::newRow("all, six") << QByteArray("::") << QByteArray() << false;
    QTest::newRow("all with a token") << QByteArray("0.0.0.0") << QByteArray("t") << true;
}

void TestSettings::exposure()
{
    QFETCH(QByteArray, host);
    QFETCH(QByteArray, token);
    QFETCH(bool, allowed);
    Settings settings;
    settings.hosts = {"127.0.0.1", host.toStdString()};
    settings.token = token.toStdString();
    QCOMPARE(checkExposure(settings).has_value(), allowed);
}

QTEST_GUILESS_MAIN(TestSettings)
#include "tst_settings.moc"
