#include "ui/models/flagtexts.h"
#include "ui/models/format.h"

#include <QTest>

using namespace Qt::StringLiterals;
using namespace Weir;

Q_DECLARE_METATYPE(Weir::FlagState)
Q_DECLARE_METATYPE(Weir::FlagReport)
Q_DECLARE_METATYPE(Weir::FlagClient)
Q_DECLARE_METATYPE(Weir::ServedFlags)
Q_DECLARE_METATYPE(Weir::UpstreamState)

namespace {

const UtcTime now = *parseTime("2026-11-23T09:00:00Z");
const Sdk node{"posthog-node", "5.70.0"}, web{"web", {}};

FlagState flagOf(const char *key, std::vector<std::string> variants = {})
{
    FlagState flag;
    flag.key = key;
    flag.variants = std::move(variants);
    return flag;
}

FlagState overridden(FlagState flag, const FlagValue &value)
{
    flag.override = FlagOverride();
    flag.override->key = flag.key;
    flag.override->value = value;
    return flag;
}

FlagPickUp pickUp(const Sdk &sdk, FlagPickUp::Stage stage, std::chrono::seconds before = 0s)
{
    FlagPickUp one;
    one.sdk = sdk;
    one.stage = stage;
    if (stage >= FlagPickUp::Stage::Served)
        one.servedAt = now - before;
    if (stage == FlagPickUp::Stage::Seen)
        one.seenAt = now - before;
    return one;
}

FlagPickUp impossible(const Sdk &sdk)
{
    FlagPickUp one = pickUp(sdk, FlagPickUp::Stage::Set);
    one.isPossible = false;
    return one;
}

FlagClient localClient(std::optional<std::chrono::milliseconds> interval, std::chrono::seconds before)
{
    return {node, true, now - before, interval, now - before};
}

} // namespace

class TstFlagTexts : public QObject
{
    Q_OBJECT
private slots:
    void choices_data()
    {
        QTest::addColumn<FlagState>("flag");
        QTest::addColumn<QString>("choices");
        QTest::addColumn<int>("now");
        const FlagState plain = flagOf("a"), three = flagOf("a", {"control", "v2"});
        QTest::newRow("boolean") << plain << u"Upstream|Off|On"_s << 0;
        QTest::newRow("off") << overridden(plain, FlagValue::off()) << u"Upstream|Off|On"_s << 1;
        QTest::newRow("on") << overridden(plain, FlagValue::on()) << u"Upstream|Off|On"_s << 2;
        QTest::newRow("variants") << three << u"Upstream|Off|control|v2"_s << 0;
        QTest::newRow("a variant") << overridden(three, FlagValue::of("v2")) << u"Upstream|Off|control|v2"_s
                                   << 3;
        QTest::newRow("a new variant")
            << overridden(three, FlagValue::of("v3")) << u"Upstream|Off|control|v2|v3"_s << 4;
        QTest::newRow("on, of variants")
            << overridden(three, FlagValue::on()) << u"Upstream|Off|control|v2|On"_s << 4;
        QTest::newRow("a variant of a boolean")
            << overridden(plain, FlagValue::of("x")) << u"Upstream|Off|On|x"_s << 3;
    }
    void choices()
    {
        QFETCH(FlagState, flag);
        QStringList texts;
        for (const FlagChoice &choice : flagChoices(flag))
            texts += choice.text;
        QTEST(texts.join(u'|'), "choices");
        QTEST(flagChoice(flag), "now");
    }

    void kinds_data()
    {
        QTest::addColumn<FlagState>("flag");
        QTest::addColumn<QString>("kind");
        FlagState builtIn = flagOf("a"), defined = builtIn, told = builtIn, asked = builtIn;
        builtIn.isBuiltIn = true;
        builtIn.upstreamPayload = "{}";
        defined.isDefined = true;
        defined.variants = {"x", "y", "z"};
        told.upstream = FlagValue::on();
        asked.isAsked = true;
        QTest::newRow("built in") << builtIn << u"boolean + payload, built in"_s;
        QTest::newRow("defined") << defined << u"3 variants, defined"_s;
        QTest::newRow("told") << told << u"boolean, told by the upstream"_s;
        QTest::newRow("asked") << asked << u"boolean, asked for by an SDK"_s;
        FlagState forced = flagOf("a");
        forced.override = FlagOverride();
        forced.override->value = FlagValue::of("v9");
        QTest::newRow("forced to a variant") << forced << u"variant, no SDK has asked for it"_s;
        QTest::newRow("by hand") << flagOf("a", {"x"}) << u"1 variant, no SDK has asked for it"_s;
    }
    void kinds()
    {
        QFETCH(FlagState, flag);
        QTEST(flagKind(flag), "kind");
    }

    void spoken_data()
    {
        QTest::addColumn<FlagState>("flag");
        QTest::addColumn<QString>("url");
        QTest::addColumn<QString>("upstream");
        QTest::addColumn<QString>("spoken");
        FlagState told = overridden(flagOf("k"), FlagValue::on());
        told.upstream = FlagValue::off();
        FlagState variant = flagOf("k", {"v2"});
        variant.upstream = FlagValue::of("v2");
        const QString url = u"https://us.i.posthog.com"_s;
        QTest::newRow("on, says off") << told << url << u"false"_s << u"Serve k: On, upstream says off"_s;
        QTest::newRow("a variant") << variant << url << u"v2"_s << u"Serve k: Upstream, upstream says v2"_s;
        QTest::newRow("not known") << flagOf("k") << url << u"not known"_s
                                   << u"Serve k: Upstream, upstream is not known"_s;
        QTest::newRow("none") << flagOf("k") << QString() << u"none"_s
                              << u"Serve k: Upstream, there is no upstream"_s;
    }
    void spoken()
    {
        QFETCH(FlagState, flag);
        QFETCH(QString, url);
        const UpstreamState upstream{url.toStdString(), {}, {}};
        QTEST(upstreamText(flag, upstream), "upstream");
        QTEST(spokenServe(flag, upstream), "spoken");
    }

    void pickUps_data()
    {
        QTest::addColumn<FlagState>("flag");
        QTest::addColumn<int>("stages");
        QTest::addColumn<int>("tone");
        QTest::addColumn<QString>("text");
        using enum FlagPickUp::Stage;
        const auto row = [](const char *name, std::vector<FlagPickUp> pickUps, int stages, FlagTone tone,
                             const QString &text) {
            FlagState flag = overridden(flagOf("a"), FlagValue::on());
            flag.pickUps = std::move(pickUps);
            QTest::newRow(name) << flag << stages << int(tone) << text;
        };
        FlagState defined = flagOf("a");
        defined.isDefined = true;
        QTest::newRow("not overridden")
            << defined << 0 << int(FlagTone::Quiet) << u"Upstream value passes through"_s;
        QTest::newRow("nothing to serve")
            << flagOf("a") << 0 << int(FlagTone::Quiet) << u"Not served without an override"_s;
        row("no SDK", {}, 1, FlagTone::Waiting, u"Waiting for an SDK to ask"_s);
        row("set", {pickUp(web, Set)}, 1, FlagTone::Waiting, u"Waiting for posthog-js"_s);
        row("set, of a poller", {pickUp(node, Set)}, 1, FlagTone::Waiting,
            u"Waiting, posthog-node asks in 24 s"_s);
        row("served to one", {pickUp(node, Served), pickUp(web, Set)}, 1, FlagTone::Waiting,
            u"Served to 1 of 2 SDKs"_s);
        row("served", {pickUp(node, Served, 90s), pickUp(web, Served, 6s)}, 2, FlagTone::Waiting,
            u"Served 6 s ago"_s);
        row("seen by one", {pickUp(node, Seen), pickUp(web, Served)}, 2, FlagTone::Waiting,
            u"Seen by 1 of 2 SDKs"_s);
        row("seen by one, not served to the other", {pickUp(node, Seen), pickUp(web, Set)}, 1,
            FlagTone::Waiting, u"Seen by 1 of 2 SDKs"_s);
        row("seen", {pickUp(web, Seen, 41s)}, 3, FlagTone::Good, u"Picked up 41 s ago"_s);
        row("impossible", {impossible(node)}, 1, FlagTone::Warning, u"Not possible for local evaluation"_s);
        row("impossible for one", {impossible(node), pickUp(web, Seen, 41s)}, 3, FlagTone::Warning,
            u"Picked up 41 s ago, not possible for posthog-node"_s);
    }
    void pickUps()
    {
        QFETCH(FlagState, flag);
        FlagReport report;
        report.clients = {localClient(30s, 6s)};
        const PickUpLine line = pickUpLine(flag, report, now);
        QTEST(line.stages, "stages");
        QTEST(int(line.tone), "tone");
        QTEST(line.text, "text");
    }

    void whoWasStopped()
    {
        using enum FlagPickUp::Stage;
        FlagState flag = overridden(flagOf("a"), FlagValue::on());
        flag.pickUps = {pickUp(node, Set), pickUp(web, Seen, 41s)};
        FlagReport report;
        report.clients = {{node, false, now - 2h, {}, now - 2h}, {web, false, now, {}, now}};
        QCOMPARE(pickUpLine(flag, report, now).text, u"Picked up 41 s ago"_s); // Nobody waits for it.
        QCOMPARE(
            lastHeardText(node, report.clients, now), u"last heard of at %1"_s.arg(formatMinute(now - 2h)));
        QCOMPARE(lastHeardText(web, report.clients, now), QString());
        report.clients[1].heardAt = now - 1h; // When nobody is connected, all are waited for.
        QCOMPARE(pickUpLine(flag, report, now).text, u"Seen by 1 of 2 SDKs"_s);
    }

    void hints_data()
    {
        QTest::addColumn<FlagClient>("client");
        QTest::addColumn<QString>("fact");
        QTest::addColumn<QString>("more");
        const QString every = u"posthog-node asks every 30 s (observed)."_s;
        QTest::newRow("local") << localClient(30s, 6s) << every << u"Next request in about 24 s."_s;
        QTest::newRow("due") << localClient(30s, 31s) << every << u"The next request is due."_s;
        QTest::newRow("gone") << localClient(30s, 180s) << every << u"It has not asked for 3 min."_s;
        QTest::newRow("not known") << localClient({}, 6s) << u"posthog-node asks from time to time."_s
                                   << u"How often is known after its third request."_s;
        QTest::newRow("browser") << FlagClient{web, false, now, {}, now}
                                 << u"posthog-js asks on page load, identify or reloadFeatureFlags()."_s
                                 << QString();
        QTest::newRow("server") << FlagClient{node, false, now - 5s, {}, now - 5s}
                                << u"posthog-node asks when its program does."_s
                                << u"It last asked 5 s ago."_s;
        QTest::newRow("silent") << FlagClient{node, false, now - 400s, {}, now - 301s}
                                << u"posthog-node is not connected."_s
                                << u"It was last heard of 5 min ago."_s;
        QTest::newRow("silent, but not for long as it asks seldom")
            << FlagClient{node, true, now - 400s, 300s, now - 400s}
            << u"posthog-node asks every 5 min (observed)."_s << u"The next request is due."_s;
    }
    void hints()
    {
        QFETCH(FlagClient, client);
        const AskingHint hint = askingHint(client, now);
        QTEST(hint.fact, "fact");
        QTEST(hint.more, "more");
    }

    void requests_data()
    {
        QTest::addColumn<ServedFlags>("served");
        QTest::addColumn<QString>("request");
        QTest::addColumn<QString>("asker");
        const auto row
            = [](const char *name, FlagPath path, const char *endpoint, int version, bool isUnchanged,
                  const char *user, const QString &request, const QString &asker) {
                  ServedFlags served;
                  served.path = path;
                  served.endpoint = endpoint;
                  served.version = version;
                  served.isUnchanged = isUnchanged;
                  served.distinctId = user;
                  QTest::newRow(name) << served << request << asker;
              };
        row("flags", FlagPath::Flags, "/flags", 2, false, "u_1", u"/flags?v=2"_s, u"u_1"_s);
        row("decide", FlagPath::Decide, "/decide", 3, false, "", u"/decide?v=3"_s, u"no distinct_id"_s);
        row("definitions", FlagPath::Definitions, "/api/feature_flag/local_evaluation", 0, false, "",
            u"local_evaluation"_s, u"any user"_s);
        row("unchanged", FlagPath::Definitions, "/flags/definitions", 0, true, "",
            u"definitions, unchanged"_s, u"any user"_s);
    }
    void requests()
    {
        QFETCH(ServedFlags, served);
        QTEST(requestText(served), "request");
        QTEST(askerText(served.distinctId, served.path), "asker");
    }

    void leaving_data()
    {
        QTest::addColumn<UpstreamState>("upstream");
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("inToolTip");
        QTest::addColumn<bool>("away");
        const Error refused{Error::Kind::Network, "Connection refused", "127.0.0.1:9"};
        const auto at = [](const char *url, std::optional<Error> error = {}) {
            return UpstreamState{url, error ? std::optional(now) : std::nullopt, std::move(error)};
        };
        QTest::newRow("none") << at("") << u"No destinations. Nothing leaves this machine."_s
                              << u"Nothing leaves"_s << false;
        QTest::newRow("answers") << at("https://us.i.posthog.com")
                                 << u"Flag requests go to us.i.posthog.com. Events stay here."_s
                                 << u"settings and scripts are passed on to https://us.i.posthog.com."_s
                                 << false;
        QTest::newRow("a port, a prefix")
            << at("http://10.0.0.7:8000/ingest") << u"Flag requests go to 10.0.0.7:8000. Events stay here."_s
            << u"http://10.0.0.7:8000/ingest"_s << false;
        QTest::newRow("away") << at("https://us.i.posthog.com", refused)
                              << u"No answer from us.i.posthog.com since %1. Events stay here."_s.arg(
                                     formatMinute(now))
                              << u"127.0.0.1:9: Connection refused"_s << true;
    }
    void leaving()
    {
        QFETCH(UpstreamState, upstream);
        QFETCH(QString, inToolTip);
        const LeavingText leaving = leavingText(upstream);
        QTEST(leaving.text, "text");
        QVERIFY2(leaving.toolTip.contains(inToolTip), qPrintable(leaving.toolTip));
        QTEST(leaving.isAway, "away");
    }

    void spans_data()
    {
        QTest::addColumn<qint64>("ms");
        QTest::addColumn<QString>("text");
        QTest::newRow("negative") << qint64(-5) << u"0 s"_s;
        QTest::newRow("seconds") << qint64(59'999) << u"59 s"_s;
        QTest::newRow("minutes") << qint64(60'000) << u"1 min"_s;
        QTest::newRow("hours") << qint64(7'200'000) << u"2 h"_s;
        QTest::newRow("a day") << qint64(86'400'000) << u"1 day"_s;
        QTest::newRow("days") << qint64(200'000'000) << u"2 days"_s;
    }
    void spans()
    {
        QFETCH(qint64, ms);
        QTEST(spanText(std::chrono::milliseconds(ms)), "text");
    }
};

QTEST_APPLESS_MAIN(TstFlagTexts)
#include "tst_flagtexts.moc"
