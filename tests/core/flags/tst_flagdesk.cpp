#include "core/flags/flagdesk.h"
#include "tests/core/flags/servedcases.h"

#include <QTest>

#include <algorithm>

using namespace Weir;

class FlagDeskTest : public QObject
{
    Q_OBJECT
private slots:
    void knowsTheBuiltIns();
    void setsAndClears();
    void expires();
    void learnsKeys();
    void tellsStages();
    void keepsThePickUp_data();
    void keepsThePickUp();
    void tellsWhatIsImpossible();
    void observesIntervals_data();
    void observesIntervals();
    void hearsOfClients();
    void listsServed();
    void pagesServed();
    void tellsWhatWasSeen_data();
    void tellsWhatWasSeen();
    void remembersWithinBounds();
    void noticesRetraction();
    void learnsFromUpstream();
    void tellsHowTheUpstreamIs();
    void knowsDefinitions();
};

namespace {

FlagOrder setOrder(const std::string &key, const FlagValue &value, const FlagScope &scope = {})
{
    FlagOrder order;
    order.kind = FlagOrder::Kind::Set;
    order.override.key = key;
    order.override.value = value;
    order.override.scope = scope;
    return order;
}

FlagOrder clearOrder(const std::string &key)
{
    FlagOrder order;
    order.kind = FlagOrder::Kind::Clear;
    order.key = key;
    return order;
}

FlagState stateOf(FlagDesk &desk, const std::string &key)
{
    const FlagReport report = desk.carryOut({}, start).report;
    const auto found = std::ranges::find(report.flags, key, &FlagState::key);
    return found == report.flags.end() ? FlagState() : *found;
}

/// "posthog-node seen, web set"
QString stages(FlagDesk &desk, const std::string &key)
{
    constexpr const char *names[] = {"set", "served", "seen"};
    QStringList texts;
    for (const FlagPickUp &pickUp : stateOf(desk, key).pickUps)
        texts
            += QString::fromStdString(pickUp.sdk.name + " ") + QString::fromLatin1(names[int(pickUp.stage)]);
    return texts.join(QStringLiteral(", "));
}

} // namespace

void FlagDeskTest::knowsTheBuiltIns()
{
    FlagDesk desk;
    const FlagReport report = desk.carryOut({}, start).report;
    QStringList keys;
    for (const FlagState &flag : report.flags) {
        QVERIFY(flag.isBuiltIn);
        QVERIFY(!flag.override && !flag.upstream && !flag.lastServed && flag.pickUps.empty());
        keys += QString::fromStdString(flag.key);
    }
    QCOMPARE(keys.join(u' '),
        QStringLiteral(
            "agent_debugger_ui enable_guardrails_tracing track_model_costs versioned_rag_tracking"));
    QCOMPARE(report.flags.back().variants, (std::vector<std::string>{"control", "v2", "v2-rerank"}));
    QVERIFY(report.clients.empty());
}

void FlagDeskTest::setsAndClears()
{
    FlagDesk desk;
    const FlagAnswer set = desk.carryOut(setOrder("a", FlagValue::of("v2")), start);
    QCOMPARE(set.report.flags.size(), std::size_t(1));
    QCOMPARE(set.report.flags.front().override->value, FlagValue::of("v2"));
    QCOMPARE(set.report.flags.front().override->setAt, start);
    QVERIFY(desk.knowledge().overrides.find("a"));
    QCOMPARE(desk.carryOut(clearOrder("b"), start).removed.size(), 0u);
    const FlagAnswer cleared = desk.carryOut(clearOrder("a"), start);
    QCOMPARE(cleared.removed.size(), 1u);
    QVERIFY(!cleared.report.flags.front().override);
    QVERIFY(desk.knowledge().overrides.isEmpty());
    (void)desk.carryOut(setOrder("a", FlagValue::on()), start);
    (void)desk.carryOut(setOrder("b", FlagValue::off()), start);
    FlagOrder all;
    all.kind = FlagOrder::Kind::ClearAll;
    QCOMPARE(desk.carryOut(all, start).removed.size(), 2u);
    QVERIFY(desk.knowledge().overrides.isEmpty());
}

void FlagDeskTest::expires()
{
    FlagDesk desk;
    FlagOrder order = setOrder("a", FlagValue::on());
    order.expiresIn = 45min;
    (void)desk.carryOut(order, start);
    QCOMPARE(*desk.knowledge().overrides.find("a")->expiresAt, start + 45min);
    desk.setTime(start + 45min - 1ms);
    QVERIFY(desk.knowledge().overrides.find("a"));
    desk.setTime(start + 45min);
    QVERIFY(!desk.knowledge().overrides.find("a"));
}

void FlagDeskTest::learnsKeys()
{
    FlagDesk desk;
    ServedFlags request = served(node, FlagPath::Flags, "ada", {plain("given", FlagValue::on())});
    request.askedKeys = {"asked"};
    desk.sawServed(request);
    const FlagSighting call{0, "called", FlagValue::on(), false, true}, other{0, "carried", {}, false, false};
    const FlagSighting both[] = {call, other};
    desk.sawEvent(eventOf(node, "ada"), both, start);
    QCOMPARE(stateOf(desk, "asked").key, std::string("asked"));
    QCOMPARE(stateOf(desk, "called").key, std::string("called"));
    QCOMPARE(stateOf(desk, "carried").key, std::string());
    QCOMPARE(stateOf(desk, "given").lastServed->value, FlagValue::on());
    QCOMPARE(*stateOf(desk, "given").lastServedAt, start);
    QCOMPARE(stateOf(desk, "given").lastServedBy, node);
    QCOMPARE(stateOf(desk, "given").lastServedTo, std::string("ada"));
    // The same values to another one: the newest counts.
    desk.sawServed(served(web, FlagPath::Flags, "bob", {plain("given", FlagValue::on())}, start + 1s));
    QCOMPARE(stateOf(desk, "given").lastServedBy, web);
    QCOMPARE(stateOf(desk, "given").lastServedTo, std::string("bob"));
    QVERIFY(stateOf(desk, "asked").isAsked && stateOf(desk, "called").isAsked);
    QVERIFY(!stateOf(desk, "given").isAsked);
}

void FlagDeskTest::tellsStages()
{
    FlagDesk desk;
    const FlagValue v2 = FlagValue::of("v2");
    const FlagSighting sighting[] = {{0, "a", v2, false, true}};
    desk.sawServed(served(node, FlagPath::Definitions, {}, {}));
    desk.sawServed(served(web, FlagPath::Flags, "ada", {plain("a", FlagValue::off())}));
    QCOMPARE(stages(desk, "a"), QString());
    (void)desk.carryOut(setOrder("a", v2), start);
    QCOMPARE(stages(desk, "a"), QStringLiteral("posthog-node set, web set"));
    // Equal by chance: it has not asked since.
    desk.sawEvent(eventOf(node, "ada"), sighting, start);
    QCOMPARE(stages(desk, "a"), QStringLiteral("posthog-node set, web set"));
    desk.sawServed(served(web, FlagPath::Flags, "ada", {overridden("a", v2)}));
    QCOMPARE(stages(desk, "a"), QStringLiteral("posthog-node set, web served"));
    const FlagSighting old[] = {{0, "a", FlagValue::off(), false, true}};
    // Events name the version of posthog-js, its requests do not.
    const Sdk versioned{"web", "1.449.2"};
    desk.sawEvent(eventOf(versioned, "ada"), old, start);
    QCOMPARE(stages(desk, "a"), QStringLiteral("posthog-node set, web served"));
    desk.sawEvent(eventOf(versioned, "ada"), sighting, start);
    QCOMPARE(stages(desk, "a"), QStringLiteral("posthog-node set, web seen"));
    // Another value begins anew.
    (void)desk.carryOut(setOrder("a", FlagValue::on()), start);
    QCOMPARE(stages(desk, "a"), QStringLiteral("posthog-node set, web set"));
}

void FlagDeskTest::keepsThePickUp_data()
{
    QTest::addColumn<FlagOrder>("change");
    QTest::addColumn<QString>("expected");
    const auto row = [](const char *name, const char *expected, const auto &change) {
        FlagOrder order = setOrder("a", FlagValue::of("v2"));
        change(order);
        QTest::newRow(name) << order << QString::fromLatin1(expected);
    };
    row("the same", "web served", [](FlagOrder &) {});
    row("for a time", "web served", [](FlagOrder &order) { order.expiresIn = std::chrono::minutes(45); });
    row("pinned", "web served", [](FlagOrder &order) { order.override.isPinned = true; });
    row("by a scene", "web served", [](FlagOrder &order) {
        order.kind = FlagOrder::Kind::Apply;
        order.scene = {"demo", {}, {order.override}};
    });
    row("another payload", "web set", [](FlagOrder &order) { order.override.payload = "1"; });
    row("for one user", "web set", [](FlagOrder &order) { order.override.scope.distinctId = "ada"; });
}

/// An SDK has what is served; how long it lasts, or who set it, makes no difference to it.
void FlagDeskTest::keepsThePickUp()
{
    QFETCH(FlagOrder, change);
    QFETCH(QString, expected);
    FlagDesk desk;
    (void)desk.carryOut(setOrder("a", FlagValue::of("v2")), start);
    desk.sawServed(served(web, FlagPath::Flags, "ada", {overridden("a", FlagValue::of("v2"))}));
    (void)desk.carryOut(change, start + std::chrono::seconds(9));
    QCOMPARE(stages(desk, "a"), expected);
    const bool isKept = expected == QStringLiteral("web served");
    QCOMPARE(desk.knowledge().overrides.find("a")->setAt == start, isKept);
}

void FlagDeskTest::tellsWhatIsImpossible()
{
    FlagDesk desk;
    desk.sawServed(served(node, FlagPath::Definitions, {}, {}));
    desk.sawServed(served(web, FlagPath::Flags, "ada", {}));
    (void)desk.carryOut(setOrder("a", FlagValue::on(), {"ada", {}}), start);
    const FlagState flag = stateOf(desk, "a");
    QCOMPARE(flag.pickUps.size(), std::size_t(2));
    QVERIFY(flag.pickUps[0].isLocal && !flag.pickUps[0].isPossible);
    QVERIFY(!flag.pickUps[1].isLocal && flag.pickUps[1].isPossible);
}

void FlagDeskTest::observesIntervals_data()
{
    QTest::addColumn<QList<int>>("seconds"); // When it asks for definitions.
    QTest::addColumn<int>("interval"); // 0: not known yet.
    QTest::newRow("once") << QList<int>{0} << 0;
    QTest::newRow("twice") << QList<int>{0, 30} << 0;
    QTest::newRow("steady") << QList<int>{0, 30, 60} << 30;
    QTest::newRow("one missed") << QList<int>{0, 30, 60, 120, 150} << 30;
    QTest::newRow("changed") << QList<int>{0, 30, 60, 65, 70, 75, 80, 85, 90, 95} << 5;
}

void FlagDeskTest::observesIntervals()
{
    QFETCH(QList<int>, seconds);
    QFETCH(int, interval);
    FlagDesk desk;
    for (const int at : seconds)
        desk.sawServed(served(node, FlagPath::Definitions, {}, {}, start + std::chrono::seconds(at)));
    const FlagReport report = desk.carryOut({}, start).report;
    QCOMPARE(report.clients.size(), std::size_t(1));
    const FlagClient &client = report.clients.front();
    QVERIFY(client.isLocal);
    QCOMPARE(client.lastAt, start + std::chrono::seconds(seconds.last()));
    QCOMPARE(client.interval.has_value(), interval > 0);
    if (interval > 0)
        QCOMPARE(*client.nextAt(), client.lastAt + std::chrono::seconds(interval));
}

void FlagDeskTest::hearsOfClients()
{
    FlagDesk desk;
    const auto client = [&desk] { return desk.carryOut({}, start).report.clients.front(); };
    desk.sawEvent(eventOf(node, "ada"), {}, start); // It has not asked for flags.
    QVERIFY(desk.carryOut({}, start).report.clients.empty());
    desk.sawServed(served(node, FlagPath::Flags, "ada", {}, start));
    QCOMPARE(client().heardAt, start);
    QVERIFY(client().isConnected(start + 5min) && !client().isConnected(start + 5min + 1ms));
    // An event tells that it runs; not each of them is worth a report.
    const auto told = desk.revision();
    desk.sawEvent(eventOf(node, "ada"), {}, start + 9s);
    QCOMPARE(desk.revision(), told);
    desk.sawEvent(eventOf(node, "ada"), {}, start + 4min);
    QVERIFY(desk.revision() != told);
    QCOMPARE(client().heardAt, start + 4min);
    QCOMPARE(client().lastAt, start);
    // Who asks seldom is waited for as long as two of its intervals.
    FlagClient seldom{node, true, start, 10min, start};
    QVERIFY(seldom.isConnected(start + 20min) && !seldom.isConnected(start + 21min));
    seldom.interval = 30s;
    QVERIFY(seldom.isConnected(start + 5min));
}

void FlagDeskTest::listsServed()
{
    FlagDesk desk;
    const std::vector<ServedValue> values = {plain("a", FlagValue::on()), overridden("b", FlagValue::off())};
    desk.sawServed(served(node, FlagPath::Flags, "ada", values));
    desk.sawServed(served(node, FlagPath::Flags, "bob", values));
    FlagOrder order;
    order.kind = FlagOrder::Kind::Served;
    ServedPage page = desk.carryOut(order, start).served;
    QCOMPARE(page.answers.size(), std::size_t(2));
    QCOMPARE(page.answers[0].distinctId, std::string("bob"));
    QCOMPARE(*page.answers[0].values, values);
    QCOMPARE(page.next, std::int64_t(0));
    order.served.key = "b";
    order.served.distinctId = "ada";
    page = desk.carryOut(order, start).served;
    QCOMPARE(page.answers.size(), std::size_t(1));
    QCOMPARE(*page.answers[0].values, std::vector<ServedValue>{values[1]});
    order.served.key = "c";
    QVERIFY(desk.carryOut(order, start).served.answers.empty());
    order.served = {};
    desk.sawServed(served(web, FlagPath::Flags, "cyd", values));
    order.served.sdk = "web";
    page = desk.carryOut(order, start).served;
    QCOMPARE(page.answers.size(), std::size_t(1));
    QCOMPARE(page.answers[0].distinctId, std::string("cyd"));
}

void FlagDeskTest::pagesServed()
{
    FlagDesk desk;
    for (int i = 0; i < 5; ++i) {
        const std::string user = "user-" + std::to_string(i);
        desk.sawServed(served(
            node, FlagPath::Flags, user, {plain("a", FlagValue::on()), plain("b", FlagValue::of(user))}));
    }
    FlagOrder order;
    order.kind = FlagOrder::Kind::Served;
    order.served.limit = 3; // Two answers of two values: the second one is given whole.
    QStringList users;
    for (int pages = 0; pages < 10; ++pages) {
        const ServedPage page = desk.carryOut(order, start).served;
        for (const ServedFlags &answer : page.answers)
            users += QString::fromStdString(answer.distinctId);
        users += QStringLiteral("|");
        if (page.next == 0)
            break;
        order.served.before = page.next;
    }
    QCOMPARE(users.join(u' '), QStringLiteral("user-4 user-3 | user-2 user-1 | user-0 |"));
}

void FlagDeskTest::tellsWhatWasSeen_data()
{
    // Answers at 1s, 2s, … and the event at 10s: "SDK user flag=value flag=value" each.
    QTest::addColumn<QStringList>("answers");
    QTest::addColumn<QString>("event");
    QTest::addColumn<QString>("seen"); // "ANSWER:flag" of each, by their order.
    const auto row = [](const char *name, const QStringList &answers, const char *event, const char *seen) {
        QTest::newRow(name) << answers << QString::fromLatin1(event) << QString::fromLatin1(seen);
    };
    const auto u = [](const char *text) { return QString::fromLatin1(text); };
    row("its value", {u("web ada a=v2 b=v1")}, "web ada a=v2", "1:a");
    row("two at once", {u("web ada a=v2 b=v1")}, "web ada a=v2 b=v1", "1:a 1:b");
    row("another value", {u("web ada a=v2")}, "web ada a=v1", "");
    row("another user", {u("web ada a=v2")}, "web bob a=v2", "");
    row("another SDK", {u("web ada a=v2")}, "posthog-node ada a=v2", "");
    row("of two equal ones the later", {u("web ada a=v2"), u("web ada a=v2")}, "web ada a=v2", "2:a");
    row("taken back since", {u("web ada a=v2"), u("web ada a=v1")}, "web ada a=v2", "");
    row("asked for other flags since", {u("web ada a=v2"), u("web ada b=v1")}, "web ada a=v2", "1:a");
    row("by definitions", {u("posthog-node - a=v2")}, "posthog-node ada a=v2", "1:a");
    row("by the later path", {u("posthog-node - a=v2"), u("posthog-node ada a=v2")}, "posthog-node ada a=v2",
        "2:a");
}

void FlagDeskTest::tellsWhatWasSeen()
{
    QFETCH(QStringList, answers);
    QFETCH(QString, event);
    QFETCH(QString, seen);
    struct Line
    {
        Sdk sdk;
        std::string user;
        std::vector<ServedValue> values;
    };
    const auto read = [](const QString &text) {
        QStringList words = text.split(u' ');
        Line line{{words.takeFirst().toStdString(), {}}, words.takeFirst().toStdString(), {}};
        if (line.user == "-")
            line.user.clear();
        for (const QString &word : words)
            line.values.push_back(plain(
                word.section(u'=', 0, 0).toStdString(), FlagValue::of(word.section(u'=', 1).toStdString())));
        return line;
    };
    FlagDesk desk;
    for (qsizetype i = 0; i < answers.size(); ++i) {
        const Line line = read(answers[i]);
        desk.sawServed(served(line.sdk, line.user.empty() ? FlagPath::Definitions : FlagPath::Flags,
            line.user, line.values, start + std::chrono::seconds(i + 1)));
    }
    const Line line = read(event);
    std::vector<FlagSighting> sightings;
    for (const ServedValue &value : line.values)
        sightings.push_back({0, value.key, value.value, false, false});
    // Events name the version of posthog-js, its requests do not. Only the first event counts.
    Event first = eventOf({line.sdk.name, "1.0"}, line.user);
    first.name = "tool_used";
    first.traceId = "run-1";
    desk.sawEvent(first, sightings, start + 10s);
    desk.sawEvent(eventOf({line.sdk.name, "1.0"}, line.user), sightings, start + 11s);
    FlagOrder order;
    order.kind = FlagOrder::Kind::Served;
    QStringList found;
    const ServedPage page = desk.carryOut(order, start).served;
    for (auto answer = page.answers.rbegin(); answer != page.answers.rend(); ++answer) {
        for (const ServedValue &value : *answer->values) {
            if (!value.seen)
                continue;
            QCOMPARE(*value.seen, (FlagSeen{start + 10s, "tool_used", "run-1"}));
            found += QString::number(answer->id) + u':' + QString::fromStdString(value.key);
        }
    }
    QCOMPARE(found.join(u' '), seen);
}

void FlagDeskTest::remembersWithinBounds()
{
    FlagDesk desk;
    for (std::size_t i = 0; i < rememberedAnswers + 10; ++i) {
        ServedFlags request = served(node, FlagPath::Flags, "ada", {plain("a", FlagValue::on())});
        request.askedKeys = {"key-" + std::to_string(i)};
        desk.sawServed(std::move(request));
    }
    QVERIFY(desk.carryOut({}, start).report.flags.size() <= rememberedFlags);
    FlagOrder order;
    order.kind = FlagOrder::Kind::Served;
    order.served.limit = 1'000'000;
    const ServedPage page = desk.carryOut(order, start).served;
    QCOMPARE(page.answers.size(), rememberedAnswers);
    QCOMPARE(page.answers.back().id, std::int64_t(11));
    // An override of a flag beyond the bound works and is listed all the same.
    const FlagAnswer answer = desk.carryOut(setOrder("late", FlagValue::on()), start);
    QVERIFY(answer.report.flags.front().override);
    QVERIFY(stateOf(desk, "late").override);
}

void FlagDeskTest::noticesRetraction()
{
    FlagDesk desk;
    (void)desk.carryOut(setOrder("a", FlagValue::on()), start);
    (void)desk.carryOut(clearOrder("a"), start);
    QVERIFY(!desk.knowledge().hasRetracted); // Nobody ever got it.
    (void)desk.carryOut(setOrder("a", FlagValue::on()), start);
    desk.sawServed(served(web, FlagPath::Flags, "ada", {overridden("a", FlagValue::on())}));
    QVERIFY(!desk.knowledge().hasRetracted);
    (void)desk.carryOut(clearOrder("a"), start);
    QVERIFY(desk.knowledge().hasRetracted);
}

void FlagDeskTest::learnsFromUpstream()
{
    FlagDesk desk;
    const auto outcome = [](const std::string &key, const FlagValue &value) {
        FlagOutcome one;
        one.key = key;
        one.value = value;
        return one;
    };
    const auto kept = [&desk](const std::string &user) {
        QStringList texts;
        const auto &all = desk.knowledge().upstreamFlags;
        if (const auto found = all.find(user); found != all.end()) {
            for (const FlagOutcome &each : found->second)
                texts += QString::fromStdString(each.key.str() + '=' + std::string(toText(*each.value)));
        }
        return texts.join(u' ');
    };
    desk.learn({"ada", {outcome("a", FlagValue::of("v1")), outcome("b", FlagValue::on())}, true, {}});
    desk.learn({"bob", {outcome("a", FlagValue::off())}, true, {}});
    QCOMPARE(kept("ada"), QStringLiteral("a=v1 b=true"));
    QCOMPARE(*stateOf(desk, "a").upstream, FlagValue::off()); // The last, to anyone.
    QCOMPARE(stateOf(desk, "a").variants, std::vector<std::string>{"v1"});
    // A question about one flag says nothing of the others, one about all does.
    desk.learn({"ada", {outcome("a", FlagValue::of("v2"))}, false, {}});
    QCOMPARE(kept("ada"), QStringLiteral("b=true a=v2"));
    desk.learn({"ada", {outcome("c", FlagValue::on())}, true, {}});
    QCOMPARE(kept("ada"), QStringLiteral("c=true"));
    desk.learn({{}, {}, false, UpstreamDefinitions{"phc_x", "{}", "W/\"1\""}});
    QCOMPARE(desk.knowledge().upstreamDefinitions.at("phc_x").tag, std::string("W/\"1\""));
}

void FlagDeskTest::tellsHowTheUpstreamIs()
{
    FlagDesk desk;
    const auto state = [&desk] { return desk.carryOut({}, start).report.upstream; };
    QVERIFY(!desk.knowledge().hasUpstream);
    desk.setUpstream("https://us.i.posthog.com");
    QVERIFY(desk.knowledge().hasUpstream);
    QVERIFY(!state().since && !state().error);
    desk.sawUpstream({}, start);
    desk.sawUpstream({}, start + 1min);
    QCOMPARE(*state().since, start); // Since when it is so, not when it was seen last.
    const Error error{Error::Kind::Network, "No answer in time", {}};
    desk.sawUpstream(error, start + 2min);
    desk.sawUpstream(error, start + 3min);
    QCOMPARE(*state().since, start + 2min);
    QCOMPARE(state().error->message, error.message);
    desk.sawUpstream({}, start + 4min);
    QVERIFY(!state().error);
}

void FlagDeskTest::knowsDefinitions()
{
    const std::string document = R"({"flags":[{"key":"a","active":true,"filters":{"groups":[{}],
        "multivariate":{"variants":[{"key":"x","rollout_percentage":50},{"key":"y","rollout_percentage":50}]}}}]})";
    auto definitions = FlagDefinitions::parse(document);
    QVERIFY(definitions);
    FlagDesk desk;
    desk.setDefinitions(*std::move(definitions), document);
    QVERIFY(stateOf(desk, "a").isDefined);
    QCOMPARE(stateOf(desk, "a").variants, (std::vector<std::string>{"x", "y"}));
    QVERIFY(!stateOf(desk, "agent_debugger_ui").isDefined);
    QCOMPARE(desk.knowledge().document, document);
}

QTEST_GUILESS_MAIN(FlagDeskTest)
#include "tst_flagdesk.moc"
