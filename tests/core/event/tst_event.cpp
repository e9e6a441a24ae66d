#include "core/event/event.h"

#include <QTest>

using namespace Weir;

class EventTest : public QObject
{
    Q_OBJECT
private slots:
    void texts();
    void status_data();
    void status();
    void family_data();
    void family();
};

void EventTest::texts()
{
    for (int i = 0; i <= static_cast<int>(Source::Webhook); ++i) {
        const auto source = static_cast<Source>(i);
        QVERIFY(!toText(source).empty());
        QVERIFY(sourceFromText(toText(source)) == source);
    }
    for (int i = 0; i <= static_cast<int>(EventType::Other); ++i) {
        const auto type = static_cast<EventType>(i);
        QVERIFY(!toText(type).empty());
        QVERIFY(eventTypeFromText(toText(type)) == type);
    }
    for (int i = 0; i <= static_cast<int>(Family::Error); ++i)
        QVERIFY(!toText(static_cast<Family>(i)).empty());
    for (unsigned bit = 1; bit <= static_cast<unsigned>(Notice::BadTime); bit <<= 1)
        QVERIFY(!toText(static_cast<Notice>(bit)).empty());
    QVERIFY(!sourceFromText("PostHog"));
    QVERIFY(!eventTypeFromText(""));
    QVERIFY(toText(EventType::RowChange) == "row_change");
    QVERIFY(toText(Source::RudderStack) == "rudderstack");
}

void EventTest::status_data()
{
    QTest::addColumn<int>("byPlan");
    QTest::addColumn<Notices>("notices");
    QTest::addColumn<QString>("status");
    const auto row = [](const char *name, EventStatus byPlan, Notices notices, const char *status) {
        QTest::newRow(name) << static_cast<int>(byPlan) << notices << QString::fromLatin1(status);
    };
    using enum EventStatus;
    constexpr Notices none = 0;
    row("none", Unchecked, none, "");
    row("trace from the request", Unchecked, none | Notice::TraceFromRequest, "");
    row("no trace", Unchecked, none | Notice::NoTraceId, "warning");
    row("both", Unchecked, none | Notice::TraceFromRequest | Notice::BadTime, "warning");
    row("valid", Valid, none, "valid");
    row("valid without a user", Valid, none | Notice::NoUserId, "valid");
    row("valid, and a duplicate", Valid, none | Notice::Duplicate, "warning");
    row("warning", Warning, none, "warning");
    row("unplanned duplicate", Unplanned, none | Notice::Duplicate, "unplanned");
    row("invalid duplicate", Invalid, none | Notice::Duplicate, "invalid");
}

void EventTest::status()
{
    QFETCH(int, byPlan);
    QFETCH(Notices, notices);
    QFETCH(QString, status);
    const EventStatus all = statusOf(static_cast<EventStatus>(byPlan), notices);
    const std::string_view text = toText(all);
    QCOMPARE(QString::fromUtf8(text.data(), qsizetype(text.size())), status);
    QCOMPARE(eventStatusFromText(text).value_or(EventStatus::Unchecked), all);
    QCOMPARE(statusOf(all, notices), all);
}

void EventTest::family_data()
{
    QTest::addColumn<QByteArray>("name");
    QTest::addColumn<int>("type");
    QTest::addColumn<int>("expected");
    const auto row = [](const char *name, EventType type, Family family) {
        QTest::newRow(name) << QByteArray(name) << static_cast<int>(type) << static_cast<int>(family);
    };
    row("flow_executed", EventType::Track, Family::Flow);
    row("tool_used", EventType::Track, Family::Tool);
    row("rag_query_triggered", EventType::Track, Family::Rag);
    row("agent_created", EventType::Track, Family::Agent);
    row("prompt_blocked", EventType::Track, Family::Guardrail);
    row("agent_execution", EventType::Track, Family::Agent);
    row("agent_error", EventType::Track, Family::Error);
    row("guardrail_evaluated", EventType::Track, Family::Guardrail);
    row("tool_error", EventType::Track, Family::Error);
    row("$exception", EventType::Exception, Family::Error);
    row("$feature_flag_called", EventType::FlagCalled, Family::Flag);
    row("$feature_flag_seen", EventType::Track, Family::Flag);
    row("workflow_runs.insert", EventType::RowChange, Family::RowChange);
    row("agent_error.insert", EventType::RowChange, Family::RowChange);
    row("identify", EventType::Identify, Family::Custom);
    row("Flow_Executed", EventType::Track, Family::Custom);
    row("my_flow_executed", EventType::Track, Family::Custom);
    row("Checkout Started", EventType::Track, Family::Custom);
}

void EventTest::family()
{
    QFETCH(QByteArray, name);
    QFETCH(int, type);
    QFETCH(int, expected);
    QCOMPARE(static_cast<int>(familyOf(name.toStdString(), static_cast<EventType>(type))), expected);
}

QTEST_APPLESS_MAIN(EventTest)
#include "tst_event.moc"
