#include "core/event/traceid.h"

#include <QFile>
#include <QTest>

#include <nlohmann/json.hpp>

using namespace Weir;

namespace {

using Headers = QList<QPair<QByteArray, QByteArray>>;

std::optional<TraceContext> read(const Headers &headers)
{
    HeaderList list;
    for (const auto &[name, value] : headers)
        list.emplace_back(std::string_view(name.constData(), size_t(name.size())),
            std::string_view(value.constData(), size_t(value.size())));
    return traceFromHeaders(list);
}

} // namespace

class TraceIdTest : public QObject
{
    Q_OBJECT
private slots:
    void vectors_data();
    void vectors();
    void bodyValue_data();
    void bodyValue();
    void header_data();
    void header();
};

void TraceIdTest::vectors_data()
{
    QTest::addColumn<Headers>("headers");
    QTest::addColumn<QByteArray>("expected");
    QFile file(QStringLiteral(WEIR_SOURCE_DIR "/tests/fixtures/trace_context_vectors.json"));
    QVERIFY(file.open(QIODevice::ReadOnly));
    const nlohmann::json vectors = nlohmann::json::parse(file.readAll().toStdString()).at("vectors");
    for (const nlohmann::json &vector : vectors) {
        if (!vector.at("event").empty())
            continue; // Those with a body go through the decoders: tst_decoder.
        Headers headers;
        for (const auto &[name, value] : vector.at("headers").items())
            headers.append({QByteArray::fromStdString(name), QByteArray::fromStdString(value)});
        QTest::newRow(vector.at("name").get<std::string>().c_str())
            << headers << QByteArray::fromStdString(vector.at("expect").dump());
    }
}

void TraceIdTest::vectors()
{
    QFETCH(Headers, headers);
    QFETCH(QByteArray, expected);
    const auto expect = nlohmann::json::parse(expected.toStdString());
    const std::optional<TraceContext> context = read(headers);
    QCOMPARE(context.has_value(), !expect.at("trace_id").is_null());
    if (!context)
        return;
    QCOMPARE(context->traceId, expect.at("trace_id").get<std::string>());
    QCOMPARE(context->carrier, expect.at("source").get<std::string>());
    QCOMPARE(context->parentSpanId, expect.value("parent_span_id", std::string()));
    QCOMPARE(context->sampled.has_value(), expect.contains("sampled"));
    if (context->sampled)
        QCOMPARE(*context->sampled, expect.at("sampled").get<bool>());
}

void TraceIdTest::bodyValue_data()
{
    QTest::addColumn<QByteArray>("value");
    QTest::addColumn<QByteArray>("expected"); // Empty: none.
    QTest::addColumn<QByteArray>("parent");
    const auto row = [](const char *name, const char *value, const char *expected, const char *parent = "") {
        QTest::newRow(name) << QByteArray(value) << QByteArray(expected) << QByteArray(parent);
    };
    const char *id = "4bf92f3577b34da6a3ce929d0e0e4736";
    row("hex", id, id);
    row("upper-case hex", "4BF92F3577B34DA6A3CE929D0E0E4736", id);
    row("blanks around", " \t4bf92f3577b34da6a3ce929d0e0e4736\n", id);
    row("uuid", "4bf92f35-77b3-4da6-a3ce-929d0e0e4736", id);
    row("upper-case uuid", "4BF92F35-77B3-4DA6-A3CE-929D0E0E4736", id);
    row("uuid in braces", "{4bf92f35-77b3-4da6-a3ce-929d0e0e4736}", id);
    row("uuid as urn", "urn:uuid:4bf92f35-77b3-4da6-a3ce-929d0e0e4736", id);
    row("64 bits", "00F067AA0BA902B7", "000000000000000000f067aa0ba902b7");
    row("traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", id, "00f067aa0ba902b7");
    row("upper-case traceparent", "00-4BF92F3577B34DA6A3CE929D0E0E4736-00F067AA0BA902B7-01", id,
        "00f067aa0ba902b7");
    row("traceparent without parent", "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-00", id);
    row("opaque", "Trace-456", "Trace-456");
    row("opaque, trimmed", " run 7 ", "run 7");
    row("decimal stays opaque", "7091870188756392430", "7091870188756392430");
    row("31 digits stay opaque", "4bf92f3577b34da6a3ce929d0e0e473", "4bf92f3577b34da6a3ce929d0e0e473");
    row("dashes in the wrong place", "4bf92f357-7b3-4da6-a3ce-929d0e0e4736",
        "4bf92f357-7b3-4da6-a3ce-929d0e0e4736");
    row("uuid with a letter too far", "4bf92f35-77b3-4da6-a3ce-929d0e0e473g",
        "4bf92f35-77b3-4da6-a3ce-929d0e0e473g");
    row("half a brace", "{4bf92f35-77b3-4da6-a3ce-929d0e0e4736", "{4bf92f35-77b3-4da6-a3ce-929d0e0e4736");
    row("utf-8", "поток-1", "поток-1");
    row("empty", "", "");
    row("blank", " \n ", "");
    row("zero", "00000000000000000000000000000000", "");
    row("zero uuid", "00000000-0000-0000-0000-000000000000", "");
    row("zero 64 bits", "0000000000000000", "");
    row("zero traceparent", "00-00000000000000000000000000000000-00f067aa0ba902b7-01", "");
}

void TraceIdTest::bodyValue()
{
    QFETCH(QByteArray, value);
    QFETCH(QByteArray, expected);
    QFETCH(QByteArray, parent);
    const std::optional<TraceContext> context
        = traceFromBodyValue(value.toStdString(), "event:properties.trace_id");
    QCOMPARE(context.has_value(), !expected.isEmpty());
    if (!context)
        return;
    QCOMPARE(QByteArray::fromStdString(context->traceId), expected);
    QCOMPARE(QByteArray::fromStdString(context->rawId), value);
    QCOMPARE(QByteArray::fromStdString(context->parentSpanId), parent);
    QCOMPARE(context->carrier, std::string("event:properties.trace_id"));
}

void TraceIdTest::header_data()
{
    QTest::addColumn<Headers>("headers");
    QTest::addColumn<QByteArray>("expected"); // "carrier traceId parent sampled", empty: none
    const auto row = [](const char *name, Headers headers, const char *expected) {
        QTest::newRow(name) << headers << QByteArray(expected);
    };
    const QByteArray id = "4bf92f3577b34da6a3ce929d0e0e4736", span = "00f067aa0ba902b7";
    const char *zipkin = "header:b3 4bf92f3577b34da6a3ce929d0e0e4736 00f067aa0ba902b7 -";

    row("none", {}, "");
    row("unrelated", {{"Host", "127.0.0.1"}, {"X-Posthog-Session-Id", id}}, "");
    row("any case of the name", {{"TraceParent", "00-" + id + '-' + span + "-01"}},
        "header:traceparent 4bf92f3577b34da6a3ce929d0e0e4736 00f067aa0ba902b7 1");
    row("two traceparents are none",
        {{"traceparent", "00-" + id + '-' + span + "-01"}, {"traceparent", "00-" + id + '-' + span + "-01"}},
        "");
    row("bad traceparent, good b3", {{"traceparent", "00-xyz"}, {"b3", id + '-' + span}}, zipkin);
    row("order of lines does not matter",
        {{"b3", id + '-' + span}, {"traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00"}},
        "header:traceparent 0af7651916cd43dd8448eb211c80319c b7ad6b7169203331 0");
    row("version 00 too short", {{"traceparent", "00-" + id + '-' + span}}, "");
    row("flags not hex", {{"traceparent", "00-" + id + '-' + span + "-0x"}}, "");

    row("b3 trace without span", {{"b3", id}}, "");
    row("b3 unknown sampling", {{"b3", id + '-' + span + "-x"}}, "");
    row("b3 bad parent", {{"b3", id + '-' + span + "-1-zz"}}, "");
    row("b3 upper case", {{"b3", id.toUpper() + '-' + span}}, "");
    row("b3 deny, but ids in full", {{"b3", "0"}, {"X-B3-TraceId", id}, {"X-B3-SpanId", span}},
        "header:x-b3-traceid 4bf92f3577b34da6a3ce929d0e0e4736 00f067aa0ba902b7 -");
    row("b3 debug flag", {{"X-B3-TraceId", span}, {"X-B3-SpanId", span}, {"X-B3-Flags", "1"}},
        "header:x-b3-traceid 000000000000000000f067aa0ba902b7 00f067aa0ba902b7 1");
    row("b3 without span", {{"X-B3-TraceId", id}}, "");

    row("sentry, odd decision", {{"sentry-trace", id + '-' + span + "-2"}}, "");
    row("sentry, open end", {{"sentry-trace", id + '-' + span + '-'}}, "");
    row("sentry zero", {{"sentry-trace", QByteArray(32, '0') + '-' + span + "-1"}}, "");

    row("datadog too big", {{"x-datadog-trace-id", "18446744073709551616"}}, "");
    row("datadog negative", {{"x-datadog-trace-id", "-1"}}, "");
    row("datadog zero", {{"x-datadog-trace-id", "0"}}, "");
    row("datadog hex", {{"x-datadog-trace-id", "0xff"}}, "");
    row("datadog, bad upper half", {{"x-datadog-trace-id", "255"}, {"x-datadog-tags", "_dd.p.tid=xyz"}},
        "header:x-datadog-trace-id 000000000000000000000000000000ff  -");

    row("amazon, other order", {{"X-Amzn-Trace-Id", "Sampled=?; Root=1-5759e988-bd862e3fe1be46a994272793"}},
        "header:x-amzn-trace-id 5759e988bd862e3fe1be46a994272793  -");
    row("amazon version 2", {{"X-Amzn-Trace-Id", "Root=2-5759e988-bd862e3fe1be46a994272793"}}, "");
    row("amazon without root", {{"X-Amzn-Trace-Id", "Self=1-5759e988-bd862e3fe1be46a994272793"}}, "");

    row("google", {{"X-Cloud-Trace-Context", "105445AA7843BC8BF206B12000100000/255;o=1"}},
        "header:x-cloud-trace-context 105445aa7843bc8bf206b12000100000 00000000000000ff 1");
    row("google, trace alone", {{"X-Cloud-Trace-Context", "105445aa7843bc8bf206b12000100000"}},
        "header:x-cloud-trace-context 105445aa7843bc8bf206b12000100000  -");
    row("google too short", {{"X-Cloud-Trace-Context", "105445aa/1;o=1"}}, "");

    row("baggage of one's own", {{"baggage", "a=1, trace_id=Trace%2D456"}}, "header:baggage Trace-456  -");
    row("baggage, sentry first", {{"baggage", "trace_id=mine,sentry-trace_id=" + id}},
        "header:baggage 4bf92f3577b34da6a3ce929d0e0e4736  -");
    row("baggage over two lines", {{"baggage", "a=1"}, {"baggage", "sentry-trace_id=" + id}},
        "header:baggage 4bf92f3577b34da6a3ce929d0e0e4736  -");
    row("baggage, broken sentry id", {{"baggage", "sentry-trace_id=xyz"}}, "");
    row("baggage, broken escape", {{"baggage", "trace_id=100%"}}, "header:baggage 100%  -");
}

void TraceIdTest::header()
{
    QFETCH(Headers, headers);
    QFETCH(QByteArray, expected);
    QByteArray actual;
    if (const std::optional<TraceContext> context = read(headers)) {
        actual = QByteArray::fromStdString(
                     context->carrier + ' ' + context->traceId + ' ' + context->parentSpanId)
            + ' ' + (context->sampled ? (*context->sampled ? "1" : "0") : "-");
    }
    QCOMPARE(actual, expected);
}

QTEST_APPLESS_MAIN(TraceIdTest)
#include "tst_traceid.moc"
