#include "core/flags/flagdesk.h"
#include "core/flags/flagscene.h"

#include <QTest>

using namespace Weir;

class FlagSceneTest : public QObject
{
    Q_OBJECT
private slots:
    void readsAndWrites();
    void refuses_data();
    void refuses();
    void appliesAsOne();
    void keepsWhatIsTheSame();
    void rehearses();
    void renames();
    void knowsRenamedScenes_data();
    void knowsRenamedScenes();
    void removesAndRestores();
};

namespace {

const UtcTime start = *parseTime("2026-11-23T09:00:00Z");
const UtcTime later = start + std::chrono::seconds(5);

FlagScene scene(const char *json)
{
    return *readScene(json);
}

FlagOrder order(FlagOrder::Kind kind, FlagScene what = {})
{
    FlagOrder order;
    order.kind = kind;
    order.scene = std::move(what);
    return order;
}

FlagOrder byHand(const char *key, const FlagValue &value)
{
    FlagOrder order;
    order.kind = FlagOrder::Kind::Set;
    order.override.key = key;
    order.override.value = value;
    return order;
}

/// "a=true(demo) b=v2": the overrides that are on, with their scenes.
QString overridesOf(const FlagDesk &desk)
{
    QStringList texts;
    for (const auto &[key, override] : desk.knowledge().overrides.all()) {
        const std::string of = override.scene.empty() ? std::string() : '(' + override.scene + ')';
        texts += QString::fromStdString(key + '=' + std::string(toText(override.value)) + of);
    }
    return texts.join(u' ');
}

const char *const demo
    = R"({"name":"demo","flags":{"b":{"value":"v2","payload":{"k": 8.0}},"a":{"value":true}}})";
const char *const costs = R"({"name":"costs","flags":{"a":{"value":false},"c":{"value":true}}})";

} // namespace

void FlagSceneTest::readsAndWrites()
{
    const std::string text
        = R"({"scenes":[{"name":"RAG \"A/B\"","note":"index v2","flags":{"k":{"value":"v2","payload":{"top_k": 8.0},"scope":{"distinct_id":"u_1"}}}},{"name":"nothing","flags":{}}]})";
    const auto scenes = parseScenes(text);
    QVERIFY(scenes);
    QCOMPARE(scenes->size(), 2u);
    QCOMPARE(scenes->front().name, std::string("RAG \"A/B\""));
    QCOMPARE(*scenes->front().overrides.front().payload, std::string(R"({"top_k": 8.0})"));
    QCOMPARE(scenes->front().overrides.front().scope.distinctId, std::string("u_1"));
    const auto again = parseScenes(toJson(*scenes));
    QVERIFY(again);
    QVERIFY(*again == *scenes);
}

void FlagSceneTest::refuses_data()
{
    QTest::addColumn<QByteArray>("json");
    QTest::addColumn<QByteArray>("where");
    const auto row = [](const char *json, const char *where) {
        QTest::newRow(json) << QByteArray(json) << QByteArray(where);
    };
    row("", "");
    row("[]", "");
    row(R"({"scenes":{}})", "scenes");
    row(R"({"scenes":[7]})", "scenes[0]");
    row(R"({"scenes":[{"flags":{}}]})", "scenes[0] › name");
    row(R"({"scenes":[{"name":7,"flags":{}}]})", "scenes[0] › name");
    row(R"({"scenes":[{"name":"a"}]})", "scenes[0] › flags");
    row(R"({"scenes":[{"name":"a","flags":{},"key":"F1"}]})", "scenes[0] › key");
    row(R"({"scenes":[{"name":"a","flags":{}},{"name":"a","flags":{}}]})", "scenes[1] › name");
    row(R"({"scenes":[{"name":"a","flags":{"":{"value":true}}}]})", "scenes[0] › flags");
    row(R"({"scenes":[{"name":"a","flags":{"k":true}}]})", "scenes[0] › flags › k");
    row(R"({"scenes":[{"name":"a","flags":{"k":{"value":1}}}]})", "scenes[0] › flags › k › value");
    row(R"({"scenes":[{"name":"a","flags":{"k\n":{"value":true}}}]})", "scenes[0] › flags › k\n › flag");
    row(R"({"scenes":[{"name":"a","flags":{"k\u202el":{"value":true}}}]})",
        "scenes[0] › flags › k\xE2\x80\xAEl › flag");
    row(R"({"scenes":[{"name":"a","flags":{"k":{"value":true,"expires_in":"1h"}}}]})",
        "scenes[0] › flags › k › expires_in");
}

void FlagSceneTest::refuses()
{
    QFETCH(QByteArray, json);
    QFETCH(QByteArray, where);
    const auto scenes = parseScenes(json.toStdString());
    QVERIFY(!scenes);
    QCOMPARE(QByteArray::fromStdString(scenes.error().where), where);
    QVERIFY(!scenes.error().message.empty());
}

void FlagSceneTest::appliesAsOne()
{
    FlagDesk desk;
    (void)desk.carryOut(byHand("d", FlagValue::on()), start);
    (void)desk.carryOut(byHand("a", FlagValue::of("x")), start);
    const FlagAnswer first = desk.carryOut(order(FlagOrder::Kind::Apply, scene(demo)), start);
    QCOMPARE(overridesOf(desk), QStringLiteral("a=true(demo) b=v2(demo) d=true"));
    QCOMPARE(first.changes.size(), 2u);
    QCOMPARE(first.changes[0].before->value, FlagValue::of("x"));
    QCOMPARE(first.removed.size(), 1u);
    QVERIFY(isOn(scene(demo), desk.knowledge().overrides));
    // The next scene takes the place of the one before; what was set by hand stays.
    (void)desk.carryOut(order(FlagOrder::Kind::Apply, scene(costs)), later);
    QCOMPARE(overridesOf(desk), QStringLiteral("a=false(costs) c=true(costs) d=true"));
    QVERIFY(!isOn(scene(demo), desk.knowledge().overrides));
    QVERIFY(isOn(scene(costs), desk.knowledge().overrides));
}

void FlagSceneTest::keepsWhatIsTheSame()
{
    FlagDesk desk;
    (void)desk.carryOut(order(FlagOrder::Kind::Apply, scene(demo)), start);
    const FlagAnswer again = desk.carryOut(order(FlagOrder::Kind::Apply, scene(demo)), later);
    QVERIFY(again.removed.empty());
    QCOMPARE(desk.knowledge().overrides.find("a")->setAt, start);
}

void FlagSceneTest::rehearses()
{
    FlagDesk desk;
    ServedFlags local;
    local.at = start;
    local.path = FlagPath::Definitions;
    local.sdk = {"posthog-node", "5"};
    desk.sawServed(local);
    (void)desk.carryOut(order(FlagOrder::Kind::Apply, scene(costs)), start);
    const std::uint64_t revision = desk.revision();
    const auto changes = desk.carryOut(order(FlagOrder::Kind::Rehearse, scene(R"({"name":"x","flags":{
        "track_model_costs":{"value":true},
        "unheard":{"value":true},
        "versioned_rag_tracking":{"value":"v3","scope":{"distinct_id":"u"}}}})")),
                                 later)
                             .changes;
    QCOMPARE(desk.revision(), revision);
    QCOMPARE(overridesOf(desk), QStringLiteral("a=false(costs) c=true(costs)"));
    QStringList told;
    for (const SceneChange &change : changes) {
        told += QString::fromStdString(change.key + (change.before ? "-" : "") + (change.after ? "+" : ""));
        for (const std::string &doubt : change.doubts)
            told += QString::fromStdString('[' + doubt + ']');
    }
    QCOMPARE(told.join(u' '),
        QStringLiteral(
            "a- c- track_model_costs+ unheard+ [No SDK has asked for this flag, and no definition has it] "
            "versioned_rag_tracking+ [The variant v3 is not known upstream] "
            "[posthog-node evaluates by itself and asks for no one: a scope does not reach it]"));
}

void FlagSceneTest::renames()
{
    FlagDesk desk;
    (void)desk.carryOut(order(FlagOrder::Kind::Apply, scene(demo)), start);
    (void)desk.carryOut(byHand("d", FlagValue::on()), start);
    FlagOrder rename = order(FlagOrder::Kind::Rename, scene(demo));
    rename.newName = "show";
    const auto before = desk.revision();
    QVERIFY(desk.carryOut(rename, later).removed.empty());
    QVERIFY(desk.revision() != before);
    QCOMPARE(overridesOf(desk), QStringLiteral("a=true(show) b=v2(show) d=true"));
    QCOMPARE(desk.knowledge().overrides.find("a")->setAt, start); // Nothing else changed.
    QCOMPARE(desk.carryOut(order(FlagOrder::Kind::Remove, scene(demo)), later).removed.size(), 0u);
    QCOMPARE(desk.carryOut(order(FlagOrder::Kind::Remove, {"show", {}, {}}), later).removed.size(), 2u);
}

void FlagSceneTest::knowsRenamedScenes_data()
{
    // "NAME:FLAG" each.
    QTest::addColumn<QStringList>("before");
    QTest::addColumn<QStringList>("after");
    QTest::addColumn<QString>("renamed");
    const auto u = [](const char *text) { return QString::fromLatin1(text); };
    QTest::newRow("nothing") << QStringList{u("one:a")} << QStringList{u("one:a")} << QString();
    QTest::newRow("one") << QStringList{u("one:a"), u("two:b")} << QStringList{u("uno:a"), u("two:b")}
                         << u("one>uno");
    QTest::newRow("both") << QStringList{u("one:a"), u("two:b")} << QStringList{u("zwei:b"), u("eins:a")}
                          << u("one>eins two>zwei");
    QTest::newRow("another") << QStringList{u("one:a")} << QStringList{u("uno:b")} << QString();
    QTest::newRow("a copy") << QStringList{u("one:a")} << QStringList{u("one:a"), u("uno:a")} << QString();
    QTest::newRow("which of two") << QStringList{u("one:a"), u("two:a")} << QStringList{u("uno:a")}
                                  << QString();
    QTest::newRow("to which of two") << QStringList{u("one:a")} << QStringList{u("uno:a"), u("due:a")}
                                     << QString();
    QTest::newRow("names that are swapped")
        << QStringList{u("one:a"), u("two:b")} << QStringList{u("two:a"), u("one:b")} << QString();
}

void FlagSceneTest::knowsRenamedScenes()
{
    const auto scenesOf = [](const QStringList &texts) {
        std::vector<FlagScene> scenes;
        for (const QString &text : texts) {
            const std::string name = text.section(QLatin1Char(':'), 0, 0).toStdString();
            const std::string key = text.section(QLatin1Char(':'), 1).toStdString();
            scenes.push_back({name, {}, {byHand(key.c_str(), FlagValue::on()).override}});
        }
        return scenes;
    };
    QFETCH(QStringList, before);
    QFETCH(QStringList, after);
    QStringList renamed;
    for (const auto &[name, newName] : renamedScenes(scenesOf(before), scenesOf(after)))
        renamed += QString::fromStdString(name + '>' + newName);
    QTEST(renamed.join(QLatin1Char(' ')), "renamed");
}

void FlagSceneTest::removesAndRestores()
{
    FlagDesk desk;
    (void)desk.carryOut(byHand("d", FlagValue::on()), start);
    (void)desk.carryOut(order(FlagOrder::Kind::Apply, scene(demo)), start);
    const FlagAnswer removed = desk.carryOut(order(FlagOrder::Kind::Remove, scene(demo)), later);
    QCOMPARE(overridesOf(desk), QStringLiteral("d=true"));
    FlagOrder restore = order(FlagOrder::Kind::Restore);
    restore.overrides = removed.removed;
    restore.overrides.push_back({"over", FlagValue::on(), {}, {}, start, later, false, {}});
    (void)desk.carryOut(restore, later);
    QCOMPARE(overridesOf(desk), QStringLiteral("a=true(demo) b=v2(demo) d=true"));
    QCOMPARE(desk.knowledge().overrides.find("a")->setAt, start);
}

QTEST_APPLESS_MAIN(FlagSceneTest)
#include "tst_flagscene.moc"
