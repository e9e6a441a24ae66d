#include "core/flags/flagdesk.h"
#include "ui/models/demoswitches.h"

#include <QTest>

using namespace Qt::StringLiterals;
using namespace Weir;

namespace {

const UtcTime start = *parseTime("2026-11-23T09:00:00Z");
const Sdk web{"web", "1.2"}, node{"posthog-node", "5.0"}, python{"posthog-python", "7.0"};
constexpr const char *key = "track_model_costs";

FlagOrder setOrder(const FlagValue &value, const FlagScope &scope = {})
{
    FlagOrder order;
    order.kind = FlagOrder::Kind::Set;
    order.override.key = key;
    order.override.value = value;
    order.override.scope = scope;
    return order;
}

/// A desk, and what SDKs do with it.
struct Stage
{
    void ask(const Sdk &sdk, FlagPath path, std::chrono::seconds at)
    {
        ServedFlags served;
        served.at = start + at;
        served.path = path;
        served.sdk = sdk;
        served.distinctId = path == FlagPath::Definitions ? "" : "ada";
        std::vector<ServedValue> values;
        for (const auto &[flag, override] : desk.knowledge().overrides.all()) {
            if (override.scope.isEveryone() || path != FlagPath::Definitions)
                values.push_back({flag, override.value, {}, true});
        }
        served.values = std::make_shared<const std::vector<ServedValue>>(values);
        desk.sawServed(served);
    }
    void use(const Sdk &sdk, const FlagValue &value, std::chrono::seconds at)
    {
        Event event;
        event.sdk = sdk;
        FlagSighting sighting;
        sighting.key = key;
        sighting.value = value;
        desk.sawEvent(event, {&sighting, 1}, start + at);
    }
    void upstream(const FlagValue &value)
    {
        desk.setUpstream("https://flags.example");
        FlagOutcome outcome;
        outcome.key = key;
        outcome.value = value;
        desk.learn({"ada", {outcome}, true, {}});
    }
    DemoSwitch at(std::chrono::seconds when)
    {
        const FlagReport report = desk.carryOut({}, start + when).report;
        const auto flag = std::ranges::find(report.flags, key, &FlagState::key);
        return demoSwitch(*flag, report.upstream, report.clients, start + when);
    }
    FlagDesk desk;
};

struct Case
{
    void (*play)(Stage &stage);
};

} // namespace

Q_DECLARE_METATYPE(Case)

namespace {

/// What SDKs did, and what the switch says then.
void row(const char *name, void (*play)(Stage &), int stage, const char *status, const char *brief)
{
    QTest::newRow(name) << Case{play} << stage << QString::fromLatin1(status) << QString::fromLatin1(brief);
}

void plainRows()
{
    row(
        "nothing", [](Stage &) {}, 0, "Not served: no upstream is set", "not served");
    row(
        "upstream not asked", [](Stage &s) { s.desk.setUpstream("https://flags.example"); }, 0,
        "Upstream: not known", "not known");
    row(
        "upstream", [](Stage &s) { s.upstream(FlagValue::of("v2")); }, 0, "Upstream: v2", "upstream");
    row(
        "upstream away",
        [](Stage &s) {
            s.upstream(FlagValue::on());
            s.desk.sawUpstream(Error{Error::Kind::Upstream, "It is away", {}}, start);
        },
        0, "Upstream: on, as it last said", "upstream");
    row(
        "set, nobody there", [](Stage &s) { (void)s.desk.carryOut(setOrder(FlagValue::on()), start); }, 1,
        "Waiting: no SDK has asked yet", "no SDK yet");
}

void waitingRows()
{
    row(
        "set, a browser is there",
        [](Stage &s) {
            s.ask(web, FlagPath::Flags, 0s);
            (void)s.desk.carryOut(setOrder(FlagValue::on()), start);
        },
        1, "Waiting: reload the page in the app", "reload the page");
    row(
        "set, a server is there",
        [](Stage &s) {
            s.ask(python, FlagPath::Flags, 0s);
            (void)s.desk.carryOut(setOrder(FlagValue::on()), start);
        },
        1, "Waiting: posthog-python asks with its next call", "next call");
    row(
        "set, one that polls",
        [](Stage &s) {
            for (const auto at : {0s, 30s, 60s})
                s.ask(node, FlagPath::Definitions, at);
            (void)s.desk.carryOut(setOrder(FlagValue::on()), start + 61s);
        },
        1, "Waiting: posthog-node asks every 30 s", "every 30 s"); // At 100 s it should have come.
    row(
        "set, one that polls again soon",
        [](Stage &s) {
            for (const auto at : {0s, 42s, 84s})
                s.ask(node, FlagPath::Definitions, at);
            (void)s.desk.carryOut(setOrder(FlagValue::on()), start + 85s);
        },
        1, "Waiting: posthog-node asks in 26 s", "asks in 26 s");
    row(
        "set, one that polled once",
        [](Stage &s) {
            s.ask(node, FlagPath::Definitions, 0s);
            (void)s.desk.carryOut(setOrder(FlagValue::on()), start);
        },
        1, "Waiting: posthog-node asks now and then", "SDK asks soon");
    row(
        "out of reach",
        [](Stage &s) {
            s.ask(node, FlagPath::Definitions, 0s);
            (void)s.desk.carryOut(setOrder(FlagValue::on(), {"ada", {}}), start);
        },
        1, "No SDK that has asked can get it", "not possible");
    row(
        "served to one of two",
        [](Stage &s) {
            s.ask(web, FlagPath::Flags, 0s);
            (void)s.desk.carryOut(setOrder(FlagValue::on()), start);
            s.ask(python, FlagPath::Flags, 1s);
        },
        1, "1 of 2 SDKs: reload the page in the app", "reload the page");
}

void reachedRows()
{
    row(
        "served",
        [](Stage &s) {
            (void)s.desk.carryOut(setOrder(FlagValue::on()), start);
            s.ask(web, FlagPath::Flags, 1s);
        },
        2, "Served to 1 SDK, no event yet", "no event yet");
    row(
        "served to two",
        [](Stage &s) {
            (void)s.desk.carryOut(setOrder(FlagValue::on()), start);
            s.ask(web, FlagPath::Flags, 1s);
            s.ask(node, FlagPath::Definitions, 1s);
        },
        2, "Served to 2 SDKs, no event yet", "no event yet");
    row(
        "seen of one of two",
        [](Stage &s) {
            (void)s.desk.carryOut(setOrder(FlagValue::on()), start);
            s.ask(web, FlagPath::Flags, 1s);
            s.ask(node, FlagPath::Definitions, 1s);
            s.use(web, FlagValue::on(), 2s);
        },
        2, "1 of 2 SDKs picked it up", "no event yet");
    row(
        "seen",
        [](Stage &s) {
            (void)s.desk.carryOut(setOrder(FlagValue::on()), start);
            s.ask(web, FlagPath::Flags, 1s);
            s.use(web, FlagValue::on(), 98s);
        },
        3, "SDK picked it up 2 s ago", "picked up");
    row(
        "seen of both",
        [](Stage &s) {
            (void)s.desk.carryOut(setOrder(FlagValue::on()), start);
            for (const Sdk &sdk : {web, python}) {
                s.ask(sdk, FlagPath::Flags, 1s);
                s.use(sdk, FlagValue::on(), sdk == web ? 98s : 10s);
            }
        },
        3, "2 SDKs picked it up 1 min ago", "picked up");
    row(
        "waits, upstream says otherwise",
        [](Stage &s) {
            s.upstream(FlagValue::off());
            s.ask(web, FlagPath::Flags, 1s);
            (void)s.desk.carryOut(setOrder(FlagValue::on()), start + 2s);
        },
        1, "Waiting: reload the page. Upstream: off", "reload the page");
    row(
        "served, upstream says otherwise",
        [](Stage &s) {
            s.upstream(FlagValue::of("control"));
            (void)s.desk.carryOut(setOrder(FlagValue::on()), start);
            s.ask(web, FlagPath::Flags, 1s);
        },
        2, "No event yet. Upstream: control", "no event yet");
    row(
        "seen, upstream says so, too",
        [](Stage &s) {
            s.upstream(FlagValue::on());
            (void)s.desk.carryOut(setOrder(FlagValue::on()), start);
            s.ask(web, FlagPath::Flags, 1s);
            s.use(web, FlagValue::on(), 98s);
        },
        3, "SDK picked it up 2 s ago", "picked up");
    row(
        "seen, upstream says otherwise",
        [](Stage &s) {
            s.upstream(FlagValue::on());
            (void)s.desk.carryOut(setOrder(FlagValue::off()), start);
            s.ask(web, FlagPath::Flags, 1s);
            s.use(web, FlagValue::off(), 98s);
        },
        3, "SDK picked it up. Upstream: on", "picked up");
}

} // namespace

/// What a switch says, of what a real desk has seen.
class TestDemoSwitches : public QObject
{
    Q_OBJECT
private slots:
    void tells_data();
    void tells();
    void limits();
    void speaks();
    void ordersFlags();
    void keepsPlaces();
    void switchesOn();
    void keepsScopeAndFindsPayloads();
};

void TestDemoSwitches::tells_data()
{
    QTest::addColumn<Case>("input");
    QTest::addColumn<int>("stage");
    QTest::addColumn<QString>("status");
    QTest::addColumn<QString>("brief");
    plainRows();
    waitingRows();
    reachedRows();
}

void TestDemoSwitches::tells()
{
    QFETCH(Case, input);
    Stage stage;
    input.play(stage);
    const DemoSwitch shown = stage.at(100s);
    QCOMPARE(shown.key, std::string(key));
    QCOMPARE(shown.name, u"Model costs"_s);
    QTEST(shown.status, "status");
    QTEST(shown.shortStatus, "brief");
    QTEST(shown.stage, "stage");
    const auto tone = shown.stage == 0 ? DemoSwitch::Tone::Plain
        : shown.stage == 3             ? DemoSwitch::Tone::Done
                                       : DemoSwitch::Tone::Waiting;
    QCOMPARE(shown.tone, tone);
}

void TestDemoSwitches::limits()
{
    Stage stage;
    FlagOrder order = setOrder(FlagValue::on(), {"ada@example.com", "w1"});
    order.expiresIn = 45min;
    (void)stage.desk.carryOut(order, start);
    QCOMPARE(stage.at(60s).limits, u"One user only, 44 min left"_s);
    (void)stage.desk.carryOut(setOrder(FlagValue::on(), {{}, "w1"}), start);
    QCOMPARE(stage.at(60s).limits, u"One workspace only"_s);
    (void)stage.desk.carryOut(setOrder(FlagValue::on()), start);
    QCOMPARE(stage.at(60s).limits, QString());
}

void TestDemoSwitches::speaks()
{
    Stage stage;
    stage.upstream(FlagValue::off());
    QCOMPARE(stage.at(0s).accessibleName(), u"Model costs, off. Upstream: off"_s);
    (void)stage.desk.carryOut(setOrder(FlagValue::of("v2"), {"ada", {}}), start);
    stage.ask(web, FlagPath::Flags, 1s);
    stage.use(web, FlagValue::of("v2"), 2s);
    QCOMPARE(stage.at(3s).accessibleName(),
        u"Model costs, on, v2. SDK picked it up 1 second ago. Upstream: off. One user only"_s);
    QCOMPARE(stage.at(3s).variants, QStringList{u"v2"_s}); // Though nobody has told of it.
}

void TestDemoSwitches::ordersFlags()
{
    const auto scenes = parseScenes(R"({"scenes":[{"name":"one","flags":{"zeta":{"value":true},
        "versioned_rag_tracking":{"value":true},"alpha":{"value":true}}},
        {"name":"two","flags":{"alpha":{"value":false},"beta":{"value":true}}}]})");
    QVERIFY(scenes);
    FlagDesk desk;
    const auto keys = [&](const auto &list) {
        QStringList text;
        for (const std::string &each : switchKeys(list, desk.carryOut({}, start).report))
            text << QString::fromStdString(each);
        return text.join(u' ');
    };
    const std::vector<FlagScene> none;
    QCOMPARE(keys(none),
        u"enable_guardrails_tracing track_model_costs agent_debugger_ui versioned_rag_tracking"_s);
    FlagOrder order = setOrder(FlagValue::on());
    order.override.key = "own";
    (void)desk.carryOut(order, start);
    QCOMPARE(keys(*scenes),
        u"versioned_rag_tracking alpha zeta beta own enable_guardrails_tracing track_model_costs "
        "agent_debugger_ui"_s);
    for (const char *more : {"o2", "o3", "o4"}) {
        order.override.key = more;
        (void)desk.carryOut(order, start);
    }
    QCOMPARE(
        keys(*scenes), u"versioned_rag_tracking alpha zeta beta o2 o3 o4 own enable_guardrails_tracing"_s);
}

void TestDemoSwitches::keepsPlaces()
{
    FlagDesk desk;
    std::vector<std::string> shown = switchKeys({}, desk.carryOut({}, start).report);
    const std::vector<std::string> before = shown;
    (void)desk.carryOut(setOrder(FlagValue::on()), start);
    shown = switchKeys({}, desk.carryOut({}, start).report, shown);
    QCOMPARE(shown, before); // An override does not move its switch.
    shown.insert(shown.begin(), "gone");
    QCOMPARE(switchKeys({}, desk.carryOut({}, start).report, shown), before);
}

void TestDemoSwitches::switchesOn()
{
    const auto scenes = parseScenes(R"({"scenes":[{"name":"off","flags":{"a":{"value":false}}},
        {"name":"on","flags":{"a":{"value":"v2"}}}]})");
    FlagState flag;
    flag.key = "a";
    QCOMPARE(onValue(flag, {}, {}), FlagValue::on());
    flag.upstream = FlagValue::of("up");
    QCOMPARE(onValue(flag, {}, {}), FlagValue::of("up"));
    QCOMPARE(onValue(flag, *scenes, {}), FlagValue::of("v2"));
    QCOMPARE(onValue(flag, *scenes, FlagValue::of("last")), FlagValue::of("last"));
}

void TestDemoSwitches::keepsScopeAndFindsPayloads()
{
    const auto scenes
        = parseScenes(R"({"scenes":[{"name":"one","flags":{"a":{"value":"v2","payload":{"n":1}}}}]})");
    FlagState flag;
    flag.key = "a";
    flag.upstream = FlagValue::on();
    flag.upstreamPayload = "7";
    QCOMPARE(overrideBySwitch(flag, *scenes, FlagValue::on()).payload, std::optional<std::string>("7"));
    const FlagOverride fromScene = overrideBySwitch(flag, *scenes, FlagValue::of("v2"));
    QCOMPARE(fromScene.payload, std::optional<std::string>("{\"n\":1}"));
    QCOMPARE(fromScene.scene, std::string());
    flag.override = fromScene;
    flag.override->scope.workspaceId = "w1";
    flag.override->isPinned = true;
    flag.override->payload = "own";
    QCOMPARE(overrideBySwitch(flag, *scenes, FlagValue::of("v2")).payload, std::optional<std::string>("own"));
    const FlagOverride off = overrideBySwitch(flag, *scenes, FlagValue::off());
    QCOMPARE(off.payload, std::optional<std::string>());
    QCOMPARE(off.scope.workspaceId, std::string("w1"));
    QVERIFY(off.isPinned && off.value == FlagValue::off());
}

QTEST_APPLESS_MAIN(TestDemoSwitches)
#include "tst_demoswitches.moc"
