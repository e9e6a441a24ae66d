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
    QTest::addColumn<Notices>("notices");
    QTest::addColumn<QString>("status");
    QTest::newRow("none") << Notices(0) << QString();
    QTest::newRow("trace from the request") << (Notices(0) | Notice::TraceFromRequest) << QString();
    QTest::newRow("no trace") << (Notices(0) | Notice::NoTraceId) << QStringLiteral("warning");
    QTest::newRow("both") << (Notices(0) | Notice::TraceFromRequest | Notice::BadTime)
                          << QStringLiteral("warning");
}

void EventTest::status()
{
    QFETCH(Notices, notices);
    QFETCH(QString, status);
    const std::string_view text = statusText(notices);
    QCOMPARE(QString::fromUtf8(text.data(), qsizetype(text.size())), status);
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
