#include "core/event/summary.h"

#include <QTest>

using namespace Weir;

class TestSummary : public QObject
{
    Q_OBJECT
private slots:
    void tellsInOneLine_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<int>("type");
        QTest::addColumn<QString>("payload");
        QTest::addColumn<QString>("summary");
        const auto row = [](const char *title, const char *name, EventType type, const char *payload,
                             const char *summary) {
            QTest::newRow(title) << QString::fromUtf8(name) << int(type) << QString::fromUtf8(payload)
                                 << QString::fromUtf8(summary);
        };
        const auto track = EventType::Track;
        row("tool", "tool_used", track, R"({"properties":{"tool_id":"post_ledger","status":"success"}})",
            "post_ledger");
        row("tool, failed", "tool_used", track,
            R"({"properties":{"tool_id":"post_ledger","status":"error"}})", "post_ledger, error");
        row("agent", "agent_created", track,
            R"({"properties":{"agent_type":"planner","framework":"langgraph"}})", "planner, langgraph");
        row("agent run", "agent_execution", track,
            R"({"properties":{"agent_type":"planner","tokens":1240,"success":true}})",
            "planner, 1240 tokens");
        row("agent run, failed", "agent_execution", track,
            R"({"properties":{"agent_type":"planner","success":false}})", "planner, failed");
        row("agent error", "agent_error", track,
            R"({"properties":{"agent_type":"planner","error_type":"Timeout","error_message":"no answer"}})",
            "planner, Timeout: no answer");
        row("rag", "rag_query_triggered", track,
            R"({"properties":{"index_name":"invoices","index_version":"v3","sources_found":4}})",
            "invoices@v3, 4 sources");
        row("rag, no version", "rag_query_triggered", track, R"({"properties":{"index_name":"invoices"}})",
            "invoices");
        row("blocked", "prompt_blocked", track,
            R"({"properties":{"reason":"credential","source":"user_input"}})", "credential, user_input");
        row("flow", "flow_executed", track, R"({"properties":{"flow_id":"triage","success":true}})",
            "succeeded");
        row("flow, failed", "flow_executed", track, R"({"properties":{"success":false,"error":"timeout"}})",
            "failed: timeout");
        row("flag", "$feature_flag_called", EventType::FlagCalled,
            R"({"properties":{"$feature_flag":"versioned_rag","$feature_flag_response":"v2"}})",
            "versioned_rag = v2");
        row("flag, boolean", "$feature_flag_called", EventType::FlagCalled,
            R"({"properties":{"$feature_flag":"a","$feature_flag_response":false}})", "a = false");
        row("page view", "$pageview", EventType::Page, R"({"properties":{"$pathname":"/billing"}})",
            "/billing");
        row("page, RudderStack", "page", EventType::Page, R"({"name":"Home","properties":{}})", "Home");
        row("identify", "identify", EventType::Identify, R"({"userId":"u1","traits":{"email":"a@b.c"}})",
            "a@b.c");
        row("identify, bare", "$identify", EventType::Identify, R"({"distinct_id":"u1","properties":{}})",
            "u1");
        row("group, PostHog", "$groupidentify", EventType::Group,
            R"({"properties":{"$group_type":"workspace","$group_key":"acme"}})", "workspace acme");
        row("group, Segment", "group", EventType::Group, R"({"groupId":"acme","traits":{}})", "acme");
        row("anything", "checkout", track,
            R"({"properties":{"$lib":"web","plan":"pro","seats":5,"list":[1],"on":true,"x":1}})",
            "plan pro, seats 5, on true");
        row("number's own digits", "checkout", track, R"({"properties":{"big":9007199254740993}})",
            "big 9007199254740993");
        row("nothing to tell", "checkout", track, R"({"properties":{"trace_id":"a","$lib":"web"}})", "");
        row("no JSON", "checkout", track, "gone", "");
        row("empty", "checkout", track, "", "");
        row("more than one line", "tool_used", track, R"({"properties":{"tool_id":"a\nb"}})", "a b");
    }
    void tellsInOneLine()
    {
        QFETCH(QString, name);
        QFETCH(int, type);
        QFETCH(QString, payload);
        QFETCH(QString, summary);
        QCOMPARE(QString::fromStdString(
                     summaryOf(name.toStdString(), static_cast<EventType>(type), payload.toStdString())),
            summary);
    }

    void isShort()
    {
        QByteArray payload = R"({"properties":{"tool_id":"TEXT"}})";
        payload.replace("TEXT", QString(200, QChar(0x20AC)).toUtf8());
        const std::string summary = summaryOf("tool_used", EventType::Track, payload.toStdString());
        QVERIFY(summary.size() <= 160);
        QVERIFY(!QString::fromStdString(summary).contains(
            QChar::ReplacementCharacter)); // Not cut within a character.
    }
};

QTEST_APPLESS_MAIN(TestSummary)
#include "tst_summary.moc"
