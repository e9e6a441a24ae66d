#include "core/automation/forms.h"

#include <QTest>

using namespace Weir;

/// The JSON forms of the /weir/ interface that are not built by writing.
class TestForms : public QObject
{
    Q_OBJECT
private slots:
    void properties_data();
    void properties();
};

void TestForms::properties_data()
{
    QTest::addColumn<int>("source");
    QTest::addColumn<int>("type");
    QTest::addColumn<QByteArray>("payload");
    QTest::addColumn<QByteArray>("expected");
    const auto row
        = [](const char *name, Source source, EventType type, const char *payload, const char *expected) {
              QTest::newRow(name) << int(source) << int(type) << QByteArray(payload) << QByteArray(expected);
          };
    row("posthog", Source::PostHog, EventType::Track, R"({"event":"a","properties":{"n": 1.0}})",
        R"({"n": 1.0})");
    row("number text stays", Source::RudderStack, EventType::Track,
        R"({"properties":{"a":9007199254740993,"b":1e400}})", R"({"a":9007199254740993,"b":1e400})");
    row("properties that are none", Source::PostHog, EventType::Track, R"({"properties":"x"})", "");
    row("nested properties are not ours", Source::PostHog, EventType::Track, R"({"x":{"properties":{}}})",
        "");
    row("identify, traits on top", Source::Segment, EventType::Identify, R"({"traits":{"plan":"pro"}})",
        R"({"plan":"pro"})");
    row("identify, traits in the context", Source::RudderStack, EventType::Identify,
        R"({"context":{"traits":{"plan":"pro"}}})", R"({"plan":"pro"})");
    row("track has no traits", Source::RudderStack, EventType::Track,
        R"({"context":{"traits":{"plan":"pro"}}})", "");
    row("properties before traits", Source::RudderStack, EventType::Identify,
        R"({"properties":{"a":1},"traits":{"b":2}})", R"({"a":1})");
    row("none", Source::PostHog, EventType::Track, "{}", "");
    row("no payload", Source::PostHog, EventType::Track, "", "");
}

void TestForms::properties()
{
    QFETCH(int, source);
    QFETCH(int, type);
    QFETCH(QByteArray, payload);
    QFETCH(QByteArray, expected);
    Event event;
    event.source = static_cast<Source>(source);
    event.type = static_cast<EventType>(type);
    const std::string text = payload.toStdString();
    const std::string_view found = propertiesOf(event, text);
    QCOMPARE(QByteArray(found.data(), qsizetype(found.size())), expected);
}

QTEST_GUILESS_MAIN(TestForms)
#include "tst_forms.moc"
