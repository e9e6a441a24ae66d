#include "ui/models/propertymodel.h"

#include <QAbstractItemModelTester>
#include <QFile>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace Weir;

namespace {

/// JSON with single quotes, because moc 6.4 skips classes behind raw strings with braces.
QByteArray json(QByteArray text)
{
    return text.replace('\'', '"');
}

StoredEvent eventWith(Source source, const QByteArray &payload)
{
    StoredEvent stored;
    stored.event.source = source;
    stored.event.name = "tool_used";
    stored.event.traceId = "tr_7f3a9c21d0";
    stored.event.userId = "u_4821";
    stored.payload = payload;
    return stored;
}

/// The rows under `parent` as "key value", groups as "# title".
QStringList rows(const PropertyModel &model, const QModelIndex &parent)
{
    QStringList result;
    for (int row = 0; row < model.rowCount(parent); ++row)
        result += model.index(row, 0, parent).data().toString() + u' '
            + model.index(row, 1, parent).data().toString();
    return result;
}

const QByteArray posthog
    = json("{'event':'tool_used','properties':{'trace_id':'tr_7f3a9c21d0','tool_name':'post_"
           "ledger','latency_ms':840,'cost_usd':0.00040,'big':12345678901234567890,'minus':-"
           "0,'ok':false,'no':null,'items':[{'id':1},{'id':2}],'empty':{ },'$lib':'posthog-n"
           "ode'},'distinct_id':'u_4821'}");

} // namespace

class TstPropertyModel : public QObject
{
    Q_OBJECT
private slots:
    void groupsKeepOrderAndDigits()
    {
        PropertyModel model;
        model.setEvent(eventWith(Source::PostHog, posthog));
        QCOMPARE(rows(model, model.groupIndex(PropertyModel::Group::Required)),
            (QStringList{
                u"trace_id \"tr_7f3a9c21d0\""_s, u"user_id \"u_4821\""_s, u"workspace_id missing"_s}));
        QCOMPARE(rows(model, model.groupIndex(PropertyModel::Group::Properties)),
            (QStringList{u"tool_name \"post_ledger\""_s, u"latency_ms 840"_s, u"cost_usd 0.00040"_s,
                u"big 12345678901234567890"_s, u"minus -0"_s, u"ok false"_s, u"no null"_s,
                u"items [{\"id\":1},{\"id\":2}]"_s, u"empty { }"_s}));
        QCOMPARE(rows(model, model.groupIndex(PropertyModel::Group::Context)),
            (QStringList{u"event \"tool_used\""_s, u"$lib \"posthog-node\""_s, u"distinct_id \"u_4821\""_s}));
        QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
    }

    void nestedValuesOpenOnDemand()
    {
        PropertyModel model;
        model.setEvent(eventWith(Source::PostHog, posthog));
        const QModelIndex group = model.groupIndex(PropertyModel::Group::Properties);
        const QModelIndex items = model.index(7, 0, group), empty = model.index(8, 0, group);
        QVERIFY(!model.hasChildren(empty));
        QVERIFY(model.canFetchMore(items));
        model.fetchMore(items);
        QCOMPARE(rows(model, items), (QStringList{u"0 {\"id\":1}"_s, u"1 {\"id\":2}"_s}));
        const QModelIndex second = model.index(1, 0, items);
        model.fetchMore(second);
        const QModelIndex id = model.index(0, 1, second);
        QCOMPARE(id.data(PropertyModel::PathRole).toString(), u"properties.items[1].id"_s);
        QCOMPARE(id.data(PropertyModel::JsonRole).toString(), u"2"_s);
        QCOMPARE(id.data(PropertyModel::FilterKeyRole).toString(), QString());
        QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
    }

    void rudderContextIsSpreadOut()
    {
        PropertyModel model;
        model.setEvent(eventWith(Source::RudderStack,
            json("{'type':'track','properties':{'trace_id':'other','a':1},'context':{'user_id':'u_4821','"
                 "library':{'name':'x'},'"
                 "ip':'1'}}")));
        QCOMPARE(rows(model, model.groupIndex(PropertyModel::Group::Properties)),
            (QStringList{u"trace_id \"other\""_s, u"a 1"_s})); // Not the one that counts, so it is shown.
        const QModelIndex context = model.groupIndex(PropertyModel::Group::Context);
        QCOMPARE(rows(model, context),
            (QStringList{u"type \"track\""_s, u"library {\"name\":\"x\"}"_s, u"ip \"1\""_s}));
        QCOMPARE(model.index(1, 0, context).data(PropertyModel::PathRole).toString(), u"context.library"_s);
    }

    void supabaseRecordsAreTheProperties()
    {
        PropertyModel model;
        auto stored = eventWith(Source::Supabase,
            json("{'type':'INSERT','table':'reviews','record':{'id':7},'old_record':null}"));
        stored.event.type = EventType::RowChange;
        model.setEvent(stored);
        QCOMPARE(rows(model, model.groupIndex(PropertyModel::Group::Properties)), QStringList{u"id 7"_s});
        QCOMPARE(model.rowCount(model.groupIndex(PropertyModel::Group::Context)), 3);
    }

    void noticesBecomeNotes()
    {
        PropertyModel model;
        auto stored = eventWith(Source::PostHog, json("{'properties':{'latency_ms':'840'}}"));
        stored.event.notices
            = Notices(0) | Notice::DurationAsText | Notice::TraceFromRequest | Notice::ClockSkew;
        stored.event.traceCarrier = "header:traceparent";
        stored.event.timestamp = fromMs(1'000'000);
        stored.event.clientTime = fromMs(1'000'600);
        model.setEvent(stored);
        const QModelIndex latency = model.index(0, 0, model.groupIndex(PropertyModel::Group::Properties));
        QCOMPARE(latency.data(PropertyModel::NoteRole).toString(), u"A string that reads as a number"_s);
        QCOMPARE(latency.data(Qt::AccessibleTextRole).toString(),
            u"latency_ms: \"840\". A string that reads as a number"_s);
        const QModelIndex trace = model.index(0, 0, model.groupIndex(PropertyModel::Group::Required));
        QCOMPARE(trace.data(PropertyModel::NoteRole).toString(), u"From the request: header:traceparent"_s);
        const QModelIndex context = model.groupIndex(PropertyModel::Group::Context);
        QCOMPARE(rows(model, context), QStringList{u"Clock skew client +600 ms, corrected"_s});
    }

    void longArraysEndInANote()
    {
        PropertyModel model;
        QByteArray numbers = "0";
        for (int i = 1; i < 2500; ++i)
            numbers += ',' + QByteArray::number(i);
        model.setEvent(eventWith(Source::PostHog, "{\"properties\":{\"n\":[" + numbers + "]}}"));
        const QModelIndex array = model.index(0, 0, model.groupIndex(PropertyModel::Group::Properties));
        model.fetchMore(array);
        QCOMPARE(model.rowCount(array), 1001);
        QCOMPARE(model.index(1000, 0, array).data().toString(), u"1,500 more"_s);
        QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
    }

    void brokenPayloadLeavesTheRequired()
    {
        QFile file(QStringLiteral(WEIR_SOURCE_DIR "/tests/fixtures/broken-payload.txt"));
        QVERIFY(file.open(QIODevice::ReadOnly));
        PropertyModel model;
        model.setEvent(eventWith(Source::PostHog, file.readAll()));
        QCOMPARE(model.rowCount(model.groupIndex(PropertyModel::Group::Required)), 3);
        QCOMPARE(model.rowCount(model.groupIndex(PropertyModel::Group::Properties)), 0);
        model.clear();
        QCOMPARE(model.rowCount(), 0);
    }

    void pretty_data()
    {
        QTest::addColumn<QByteArray>("json");
        QTest::addColumn<QString>("pretty");
        QTest::newRow("object") << json("{'a':1.0,'b':[ true , null]}")
                                << u"{\n  \"a\": 1.0,\n  \"b\": [\n    true,\n    null\n  ]\n}"_s;
        QTest::newRow("empty") << QByteArray("{ \"a\" : { } , \"b\" : [ ] }")
                               << u"{\n  \"a\": {},\n  \"b\": []\n}"_s;
        QTest::newRow("string") << QByteArray("{\"a\":\"{[\\\",:\\\\\"}")
                                << u"{\n  \"a\": \"{[\\\",:\\\\\"\n}"_s;
        QTest::newRow("not JSON") << QByteArray("a=1&b={") << u"a=1&b={"_s;
    }
    void pretty()
    {
        QFETCH(QByteArray, json);
        QFETCH(QString, pretty);
        QCOMPARE(jsonPretty({json.constData(), std::size_t(json.size())}), pretty);
    }

    void quoting() { QCOMPARE(jsonQuoted(u"a\"\\\n\u0001é"_s), u"\"a\\\"\\\\\\n\\u0001é\""_s); }
};

QTEST_APPLESS_MAIN(TstPropertyModel)
#include "tst_propertymodel.moc"
