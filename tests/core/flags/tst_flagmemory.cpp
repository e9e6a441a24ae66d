#include "core/flags/flagdesk.h"

#include <QTest>

#include <algorithm>

using namespace Weir;
using namespace std::chrono_literals;

/// What a desk of flags keeps in its session, and what the next one makes of it.
class FlagMemoryTest : public QObject
{
    Q_OBJECT
private slots:
    void keepsWhatOutlivesIt();
    void keepsWhatWasServed();
    void forgetsWhatIsGone();
    void countsWhatIsKnownMore();
    void tellsAnotherSessionAll();
    void passesOverWhatIsBroken_data();
    void passesOverWhatIsBroken();
};

namespace {

const UtcTime start = *parseTime("2026-11-23T09:00:00Z");

FlagOrder set(const char *key, const FlagValue &value, bool isPinned)
{
    FlagOrder order;
    order.kind = FlagOrder::Kind::Set;
    order.override.key = key;
    order.override.value = value;
    order.override.isPinned = isPinned;
    return order;
}

FlagOutcome outcome(const char *key, const FlagValue &value)
{
    FlagOutcome made;
    made.key = key;
    made.id = 7;
    made.version = 3;
    made.value = value;
    made.payload = R"({"ttl": 600.0})";
    made.reason = {"condition_match", 1, "Matched condition set 2"};
    return made;
}

/// Notes as a session has them after `news`: one for each place, none without a value.
void keep(SessionNotes &session, const SessionNotes &news)
{
    for (const SessionNote &note : news) {
        std::erase_if(
            session, [&](const SessionNote &each) { return each.room == note.room && each.key == note.key; });
        if (note.value)
            session.push_back(note);
    }
}

} // namespace

void FlagMemoryTest::keepsWhatOutlivesIt()
{
    SessionNotes session;
    FlagDesk before;
    FlagOrder pinned = set("pinned", FlagValue::of("v2"), true);
    pinned.override.payload = R"([1.50])";
    pinned.override.scope.distinctId = "ada";
    pinned.expiresIn = 1h;
    (void)before.carryOut(pinned, start);
    (void)before.carryOut(set("passing", FlagValue::on(), false), start);
    before.learn({"ada", {outcome("a", FlagValue::of("x"))}, true,
        UpstreamDefinitions{"phc", "{\"flags\":[]}", "W/1"}});
    const FlagSighting call[] = {{0, "used", FlagValue::on(), false, true}};
    before.sawEvent({}, call, start);
    keep(session, before.takeNotes());
    QVERIFY(before.takeNotes().empty());

    FlagDesk after;
    after.restore(session, start + 1min);
    const FlagKnowledge &known = after.knowledge();
    QCOMPARE(known.overrides.all().size(), 1u);
    QCOMPARE(*known.overrides.find("pinned"), *before.knowledge().overrides.find("pinned"));
    QVERIFY(known.upstreamFlags == before.knowledge().upstreamFlags);
    QVERIFY(known.upstreamDefinitions == before.knowledge().upstreamDefinitions);
    const FlagReport report = after.carryOut({}, start + 1min).report;
    const auto flag = std::ranges::find(report.flags, "a", &FlagState::key);
    QVERIFY(flag != report.flags.end());
    QCOMPARE(flag->upstream, std::optional(FlagValue::of("x")));
    QCOMPARE(flag->variants, (std::vector<std::string>{"x"}));
    // It was known from its override alone, and that has ended: it may have been mistyped.
    QVERIFY(std::ranges::find(report.flags, "passing", &FlagState::key) == report.flags.end());
    const auto used = std::ranges::find(report.flags, "used", &FlagState::key);
    QVERIFY(used != report.flags.end() && used->isAsked && !flag->isAsked);
    QVERIFY(after.takeNotes().empty()); // The session knows all of it.

    FlagDesk late;
    late.restore(session, start + 2h);
    QVERIFY(late.knowledge().overrides.isEmpty());
}

void FlagMemoryTest::keepsWhatWasServed()
{
    const auto page = [](FlagDesk &desk) {
        FlagOrder order;
        order.kind = FlagOrder::Kind::Served;
        return desk.carryOut(order, start).served.answers;
    };
    const Sdk web{"web", {}};
    const auto serve = [&web](FlagDesk &desk, const char *user, const FlagValue &value) {
        ServedFlags served;
        served.at = start;
        served.sdk = web;
        served.distinctId = user;
        const FlagOutcome given[] = {outcome("a", value), outcome("b", FlagValue::off())};
        desk.sawServed(std::move(served), given);
    };
    FlagDesk before;
    serve(before, "ada", FlagValue::of("v1"));
    serve(before, "bob", FlagValue::of("v1"));
    const ServedNews first = before.takeServed();
    QCOMPARE(first.answers.size(), std::size_t(2));
    QVERIFY(before.takeServed().isEmpty());
    Event event;
    event.sdk = web;
    event.userId = "ada";
    const FlagSighting sighting[] = {{0, "a", FlagValue::of("v1"), false, true}};
    before.sawEvent(event, sighting, start + 1s);
    const ServedNews second = before.takeServed();
    QVERIFY(second.answers.empty());
    QCOMPARE(second.seen, (std::vector<SeenValue>{{first.answers[0].id, "a", {start + 1s}}}));

    // Newest first, as the session gives them, with what was seen.
    std::vector<ServedFlags> kept = page(before);
    QVERIFY(kept[1].values->front().seen);
    FlagDesk after;
    serve(after, "of another session", FlagValue::on());
    after.restoreServed(std::span(kept).first(1));
    QCOMPARE(page(after).size(), std::size_t(1));
    QCOMPARE(after.wantsServedBefore(), kept[0].id);
    after.addOlderServed(std::span(kept).subspan(1));
    const std::vector<ServedFlags> restored = page(after);
    QCOMPARE(restored.size(), kept.size());
    for (std::size_t i = 0; i < kept.size(); ++i) {
        QCOMPARE(restored[i].id, kept[i].id);
        QCOMPARE(*restored[i].values, *kept[i].values);
    }
    QVERIFY(after.takeServed().isEmpty()); // The session has them.
    const auto flags = after.carryOut({}, start).report.flags;
    QCOMPARE(std::ranges::find(flags, "a", &FlagState::key)->lastServedTo, std::string("bob"));
    // What comes now is newer, and an event can still show an older one.
    serve(after, "cyd", FlagValue::on());
    QVERIFY(page(after).front().id > kept.front().id);
    event.userId = "bob";
    after.sawEvent(event, sighting, start + 2s);
    const ServedNews news = after.takeServed();
    QCOMPARE(news.answers.size(), std::size_t(1));
    QCOMPARE(news.seen, (std::vector<SeenValue>{{kept[0].id, "a", {start + 2s}}}));
    after.forgetServed();
    QVERIFY(page(after).empty());
}

void FlagMemoryTest::forgetsWhatIsGone()
{
    SessionNotes session;
    FlagDesk desk;
    (void)desk.carryOut(set("k", FlagValue::on(), true), start);
    keep(session, desk.takeNotes());
    FlagOrder clear;
    clear.kind = FlagOrder::Kind::ClearAll;
    (void)desk.carryOut(clear, start);
    keep(session, desk.takeNotes());
    FlagDesk after;
    after.restore(session, start);
    QVERIFY(after.knowledge().overrides.isEmpty());
}

void FlagMemoryTest::countsWhatIsKnownMore()
{
    SessionNotes session;
    FlagDesk before;
    before.learn({"ada", {outcome("a", FlagValue::off())}, true, {}});
    (void)before.carryOut(set("a", FlagValue::off(), true), start);
    keep(session, before.takeNotes());
    FlagDesk desk;
    desk.learn({"ada", {outcome("a", FlagValue::on())}, true, {}});
    (void)desk.carryOut(set("a", FlagValue::on(), false), start);
    desk.restore(session, start);
    QCOMPARE(desk.knowledge().overrides.find("a")->value, FlagValue::on());
    QCOMPARE(desk.knowledge().upstreamFlags.at("ada").front().value, std::optional(FlagValue::on()));
    keep(session, desk.takeNotes());
    FlagDesk after;
    after.restore(session, start);
    QVERIFY(after.knowledge().overrides.isEmpty()); // The one in its place was not pinned.
    QCOMPARE(after.knowledge().upstreamFlags.at("ada").front().value, std::optional(FlagValue::on()));
}

void FlagMemoryTest::tellsAnotherSessionAll()
{
    FlagDesk desk;
    (void)desk.carryOut(set("k", FlagValue::on(), true), start);
    (void)desk.takeNotes();
    desk.restore({}, start);
    SessionNotes other;
    keep(other, desk.takeNotes());
    FlagDesk after;
    after.restore(other, start);
    QVERIFY(after.knowledge().overrides.find("k"));
}

void FlagMemoryTest::passesOverWhatIsBroken_data()
{
    QTest::addColumn<QByteArray>("room");
    QTest::addColumn<QByteArray>("value");
    for (const char *room : {"flag", "flag_override", "flag_user", "flag_definitions", "unheard"}) {
        for (const char *value : {"", "{", "[]", "7", "{}", "[7]", "[{}]", R"({"value":7})",
                 R"({"variants":7})", R"({"value":true,"set_at":"soon"})"})
            QTest::addRow("%s %s", room, value) << QByteArray(room) << QByteArray(value);
    }
}

void FlagMemoryTest::passesOverWhatIsBroken()
{
    QFETCH(QByteArray, room);
    QFETCH(QByteArray, value);
    FlagDesk desk;
    desk.restore({{room.toStdString(), "broken", value.toStdString()},
                     {"flag_override", "whole", R"({"value":true,"pinned":true})"}},
        start);
    QVERIFY(desk.knowledge().overrides.find("whole"));
    QVERIFY(!desk.knowledge().overrides.find("broken"));
}

QTEST_APPLESS_MAIN(FlagMemoryTest)
#include "tst_flagmemory.moc"
