#include "core/flags/runflags.h"

#include <QTest>

#include <algorithm>

using namespace Weir;
using namespace Qt::StringLiterals;

namespace {

Event eventOf(std::int64_t id, EventType type = EventType::Track)
{
    Event event;
    event.id = EventId(id);
    event.type = type;
    event.name = type == EventType::FlagCalled ? "$feature_flag_called" : "tool_used";
    event.timestamp = fromMs(1'000 * id);
    return event;
}

/// With ' for ": moc 6.4 loses the class below over quotes in raw strings.
std::string quoted(std::string text)
{
    std::ranges::replace(text, '\'', '"');
    return text;
}

std::string carrying(const std::string &members)
{
    return quoted("{'properties':{" + members + "}}");
}

std::string called(
    const std::string &key, const std::string &value, const std::string &reason = "condition_match")
{
    return carrying("'$feature_flag':'" + key + "','$feature_flag_response':" + value
        + ",'$feature_flag_reason':'" + reason + "'");
}

/// Served overridden unless it is said otherwise.
TraceFlag served(const char *key, const FlagValue &value, std::int64_t at, bool isOverridden = true)
{
    TraceFlag flag;
    flag.value = {key, value, {}, isOverridden};
    flag.at = fromMs(at);
    flag.endpoint = "/flags";
    return flag;
}

QString textOf(const std::vector<RunFlag> &flags)
{
    QStringList lines;
    for (const RunFlag &flag : flags) {
        lines += QString::fromStdString(flag.key + '=' + toJson(flag.value) + (flag.isOverridden ? "!" : "")
            + " in " + std::to_string(raw(flag.event)) + ' ' + flag.eventName + flag.servedBy);
    }
    return lines.join(QLatin1String("; "));
}

} // namespace

class TstRunFlags : public QObject
{
    Q_OBJECT
private slots:
    void gathers_data()
    {
        QTest::addColumn<QStringList>("payloads"); // A call begins with "!".
        QTest::addColumn<QString>("flags");
        const auto row = [](const char *name, const std::vector<std::string> &payloads, const char *flags) {
            QStringList texts;
            for (const std::string &payload : payloads)
                texts += QString::fromStdString(payload);
            QTest::newRow(name) << texts << QString::fromStdString(quoted(flags));
        };
        row("none", {carrying("'a':1")}, "");
        row("a call", {'!' + called("rag", "'v2'")}, "rag='v2' in 1 $feature_flag_called");
        row("a property, then the call that says more",
            {carrying("'$feature/rag':'v2'"), '!' + called("rag", "'v2'", "Overridden by Weir")},
            "rag='v2'! in 1 tool_used");
        row("changed during the run", {'!' + called("rag", "false"), '!' + called("rag", "'v2'")},
            "rag=false in 1 $feature_flag_called; rag='v2' in 2 $feature_flag_called");
        row("a variant that reads as a boolean",
            {carrying("'$feature/a':true"), carrying("'$feature/a':'true'")},
            "a=true in 1 tool_used; a='true' in 2 tool_used");
        row("not JSON", {"$feature", carrying("'$feature/a':true")}, "a=true in 2 tool_used");
    }
    void gathers()
    {
        QFETCH(QStringList, payloads);
        RunFlags flags, later;
        std::int64_t id = 0;
        for (const QString &payload : payloads) {
            const bool isCall = payload.startsWith(QLatin1Char('!'));
            const std::string json = payload.mid(isCall ? 1 : 0).toStdString();
            const Event event = eventOf(++id, isCall ? EventType::FlagCalled : EventType::Track);
            flags.add(event, json);
            RunFlags one; // In parts it comes to the same.
            one.add(event, json);
            later.add(one.all());
        }
        QTEST(textOf(flags.all()), "flags");
        QCOMPARE(later.all(), flags.all());
    }

    void joinsWhatWasServed_data()
    {
        QTest::addColumn<TraceFlag>("answer");
        QTest::addColumn<QString>("flags");
        const FlagValue v2 = FlagValue::of("v2");
        const QString seen = textOf({{"rag", v2, false, EventId(1), "tool_used", fromMs(1'000)}});
        QTest::newRow("seen after it was served") << served("rag", v2, 900) << QString(seen).insert(8, u'!');
        QTest::newRow("seen before") << served("rag", v2, 1'100) << seen;
        QTest::newRow("seen, not overridden") << served("rag", v2, 900, false) << seen;
        QTest::newRow("another value")
            << served("rag", FlagValue::off(), 900) << seen + u"; rag=false! in 0 /flags"_s;
        QTest::newRow("another flag") << served("costs", v2, 900, false)
                                      << seen + QString::fromStdString(quoted("; costs='v2' in 0 /flags"));
    }
    void joinsWhatWasServed()
    {
        QFETCH(TraceFlag, answer);
        RunFlags flags;
        flags.add(eventOf(1), carrying("'$feature/rag':'v2'"));
        const std::vector<TraceFlag> answers{answer};
        QTEST(textOf(withServed(flags.all(), answers)), "flags");
        QCOMPARE(withServed(flags.all(), {}), flags.all());
    }

    void remembersOnlySoMany()
    {
        RunFlags flags;
        for (std::int64_t i = 1; i <= 2 * std::int64_t(mostRunFlags); ++i)
            flags.add(eventOf(i), carrying("'$feature/a':'v" + std::to_string(i) + "'"));
        QCOMPARE(flags.all().size(), mostRunFlags);
        flags.add(eventOf(5'000, EventType::FlagCalled), called("a", "'v7'", "Overridden by Weir"));
        QVERIFY(flags.all()[6].isOverridden); // Those that are known are still told of.
    }
};

QTEST_APPLESS_MAIN(TstRunFlags)
#include "tst_runflags.moc"
