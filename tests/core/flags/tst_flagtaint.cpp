#include "core/flags/flagtaint.h"
#include "core/flags/flagdesk.h"
#include "tests/core/flags/servedcases.h"

#include <QTest>

using namespace Weir;

/// Through the desk, which tells the taint under which SDK an event was sent.
class FlagTaintTest : public QObject
{
    Q_OBJECT
private slots:
    void taintsUsers();
    void taintsByValue_data();
    void taintsByValue();
};

void FlagTaintTest::taintsUsers()
{
    FlagDesk desk;
    const Event event = eventOf({"rudder-sdk-node", "3.0.0"}, "ada");
    QVERIFY(!desk.isTainted(event, {}));
    desk.sawServed(served(node, FlagPath::Flags, "ada", {overridden("a", FlagValue::on())}));
    QVERIFY(desk.isTainted(event, {}));
    QVERIFY(!desk.isTainted(eventOf(node, "bob"), {}));
    Event anonymous = eventOf(web, {});
    anonymous.anonymousId = "ada";
    QVERIFY(desk.isTainted(anonymous, {}));
    // A question about other flags does not take it back, one about all does.
    ServedFlags other = served(node, FlagPath::Flags, "ada", {plain("b", FlagValue::on())});
    other.askedKeys = {"b"};
    desk.sawServed(other);
    QVERIFY(desk.isTainted(event, {}));
    desk.sawServed(served(node, FlagPath::Flags, "ada", {plain("a", FlagValue::on())}));
    QVERIFY(!desk.isTainted(event, {}));
    // So does a question about this one.
    ServedFlags same = served(node, FlagPath::Flags, "ada", {overridden("a", FlagValue::on())});
    same.askedKeys = {"a"};
    desk.sawServed(same);
    QVERIFY(desk.isTainted(event, {}));
    same.values = std::make_shared<const std::vector<ServedValue>>();
    same.at = start + 100ms;
    desk.sawServed(same);
    QVERIFY(!desk.isTainted(event, {}));
    // What was sent late is of the time before.
    Event late = event;
    late.timestamp = start + 100ms;
    QVERIFY(desk.isTainted(late, {}));
    // Its corrected time may have the request's way in it, but not hours.
    late.clientTime = start + 90ms;
    late.timestamp = start + 150ms;
    QVERIFY(desk.isTainted(late, {}));
    late.timestamp = start + 1h;
    QVERIFY(!desk.isTainted(late, {}));
}

void FlagTaintTest::taintsByValue_data()
{
    QTest::addColumn<QString>("key");
    QTest::addColumn<QString>("variant");
    QTest::addColumn<bool>("saysOverridden");
    QTest::addColumn<bool>("tainted");
    const auto row = [](const char *name, const char *key, const char *variant, bool says, bool tainted) {
        QTest::newRow(name) << QString::fromLatin1(key) << QString::fromLatin1(variant) << says << tainted;
    };
    row("the forced value", "a", "v2", false, true);
    row("another value", "a", "control", false, false);
    row("another flag", "b", "v2", false, false);
    row("by its reason", "b", "control", true, true);
}

void FlagTaintTest::taintsByValue()
{
    QFETCH(QString, key);
    QFETCH(QString, variant);
    QFETCH(bool, saysOverridden);
    QFETCH(bool, tainted);
    FlagDesk desk;
    desk.sawServed(served(node, FlagPath::Definitions, {}, {overridden("a", FlagValue::of("v2"))}));
    const FlagSighting sightings[]
        = {{0, key.toStdString(), FlagValue::of(variant.toStdString()), saysOverridden, true}};
    QCOMPARE(desk.isTainted(eventOf(node, "ada"), sightings), tainted);
    QVERIFY(!desk.isTainted(eventOf(node, "ada"), {}));
    // The next document without it ends it for all that only have the value.
    desk.sawServed(served(node, FlagPath::Definitions, {}, {}));
    QCOMPARE(desk.isTainted(eventOf(node, "ada"), sightings), saysOverridden);
    Event late = eventOf(node, "ada");
    late.timestamp = start;
    QCOMPARE(desk.isTainted(late, sightings), tainted);
    desk.sawServed(
        served(node, FlagPath::Definitions, {}, {overridden("a", FlagValue::of("v2"))}, start + 2s));
    QCOMPARE(desk.isTainted(eventOf(node, "ada"), sightings), tainted);
}

QTEST_APPLESS_MAIN(FlagTaintTest)
#include "tst_flagtaint.moc"
