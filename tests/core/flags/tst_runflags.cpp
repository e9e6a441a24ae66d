#include "core/flags/runflags.h"

#include <QTest>

#include <algorithm>

using namespace Weir;

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

QString textOf(const RunFlags &flags)
{
    QStringList lines;
    for (const RunFlag &flag : flags.all()) {
        lines += QString::fromStdString(flag.key + '=' + toJson(flag.value) + (flag.isOverridden ? "!" : "")
            + " in " + std::to_string(raw(flag.event)) + ' ' + flag.eventName);
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
        QTEST(textOf(flags), "flags");
        QCOMPARE(later.all(), flags.all());
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
