#include "ui/models/filterparser.h"

#include <QDateTime>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace Weir;

Q_DECLARE_METATYPE(Weir::FilterTerm)
Q_DECLARE_METATYPE(Weir::FilterDraft)

namespace {

UtcTime localToday(int hour, int minute)
{
    return fromMs(QDateTime(QDate(2026, 11, 23), QTime(hour, minute)).toMSecsSinceEpoch());
}

FilterTerm freeText(const QString &text)
{
    return {{}, FilterOp::Contains, text};
}

} // namespace

class TstFilterParser : public QObject
{
    Q_OBJECT
private slots:
    void terms_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QList<FilterTerm>>("terms"); // None or one.
        const auto row = [](const char *name, const QString &text, const QList<FilterTerm> &terms) {
            QTest::newRow(name) << text << terms;
        };
        row("nothing", u""_s, {});
        row("blanks", u"   "_s, {});
        row("colon", u"tool_name:post_ledger"_s, {{u"tool_name"_s, FilterOp::Is, u"post_ledger"_s}});
        row("colon, blank", u"tool_name: post_ledger "_s, {{u"tool_name"_s, FilterOp::Is, u"post_ledger"_s}});
        row("colon, quoted", u"flow_id:\"invoice triage\""_s,
            {{u"flow_id"_s, FilterOp::Is, u"invoice triage"_s}});
        row("colon, excluded", u"-event:$pageview"_s, {{u"event"_s, FilterOp::IsNot, u"$pageview"_s}});
        row("status, excluded", u"-status:warning"_s, {{u"status"_s, FilterOp::IsNot, u"warning"_s}});
        row("notice, excluded", u"notice is not no_trace_id"_s,
            {{u"notice"_s, FilterOp::IsNot, u"no_trace_id"_s}});
        row("colon in the value", u"url:http://x/"_s, {{u"url"_s, FilterOp::Is, u"http://x/"_s}});
        row("dotted key", u"context.app.name:web"_s, {{u"context.app.name"_s, FilterOp::Is, u"web"_s}});
        row("dollar key", u"$lib is web"_s, {{u"$lib"_s, FilterOp::Is, u"web"_s}});
        row("is", u"tool_name is post_ledger"_s, {{u"tool_name"_s, FilterOp::Is, u"post_ledger"_s}});
        row("is not", u"event is not $pageview"_s, {{u"event"_s, FilterOp::IsNot, u"$pageview"_s}});
        row("is notable", u"event is notable"_s, {{u"event"_s, FilterOp::Is, u"notable"_s}});
        row("IS", u"event IS x"_s, {{u"event"_s, FilterOp::Is, u"x"_s}});
        row("contains", u"model contains gpt 4"_s, {{u"model"_s, FilterOp::Contains, u"gpt 4"_s}});
        row("starts with", u"model starts with gpt"_s, {{u"model"_s, FilterOp::StartsWith, u"gpt"_s}});
        row("exists", u"error_type exists"_s, {{u"error_type"_s, FilterOp::Exists, {}}});
        row("greater", u"latency_ms > 800"_s, {{u"latency_ms"_s, FilterOp::Greater, u"800"_s}});
        row("greater, tight", u"latency_ms>800"_s, {{u"latency_ms"_s, FilterOp::Greater, u"800"_s}});
        row("less", u"cost_usd <0.5"_s, {{u"cost_usd"_s, FilterOp::Less, u"0.5"_s}});
        row("since", u"since 14:17"_s, {{u"since"_s, FilterOp::Is, u"14:17"_s}});
        row("since, colon", u"since:14:17"_s, {{u"since"_s, FilterOp::Is, u"14:17"_s}});
        row("unfinished is", u"tool_name is "_s, {});
        row("unfinished colon", u"tool_name:"_s, {});
        row("word", u"ledger"_s, {freeText(u"ledger"_s)});
        row("words", u"payment due"_s, {freeText(u"payment due"_s)});
        row("quoted", u"\"a is b\""_s, {freeText(u"a is b"_s)});
        row("address", u"http://127.0.0.1/"_s, {freeText(u"http://127.0.0.1/"_s)});
        row("json", u"{\"a\":1}"_s, {freeText(u"{\"a\":1}"_s)});
        row("not latin", u"größe is ü"_s, {freeText(u"größe is ü"_s)});
        row("value not latin", u"city is Zürich"_s, {{u"city"_s, FilterOp::Is, u"Zürich"_s}});
    }
    void terms()
    {
        QFETCH(QString, text);
        QFETCH(QList<FilterTerm>, terms);
        const auto term = parseTerm(text);
        QCOMPARE(term.has_value(), !terms.isEmpty());
        if (!term)
            return;
        QCOMPARE(term->key, terms[0].key);
        QCOMPARE(int(term->op), int(terms[0].op));
        QCOMPARE(term->value, terms[0].value);
        QVERIFY2(parseTerm(toText(*term)) == term, qPrintable(toText(*term)));
    }

    void drafts_data()
    {
        using Stage = FilterDraft::Stage;
        QTest::addColumn<QString>("text");
        QTest::addColumn<FilterDraft>("draft");
        const auto row = [](const char *name, const QString &text, const FilterDraft &draft) {
            QTest::newRow(name) << text << draft;
        };
        row("empty", u""_s, {Stage::Key, u""_s, FilterOp::Is, {}});
        row("key", u"tool_n"_s, {Stage::Key, u"tool_n"_s, FilterOp::Is, {}});
        row("key done", u"tool_name "_s, {Stage::Operator, u"tool_name"_s, FilterOp::Is, {}});
        row("operator", u"tool_name con"_s, {Stage::Operator, u"tool_name"_s, FilterOp::Is, u"con"_s});
        row("is without a blank", u"tool_name is"_s,
            {Stage::Operator, u"tool_name"_s, FilterOp::Is, u"is"_s});
        row("value", u"tool_name is po"_s, {Stage::Value, u"tool_name"_s, FilterOp::Is, u"po"_s});
        row("value, none yet", u"tool_name:"_s, {Stage::Value, u"tool_name"_s, FilterOp::Is, u""_s});
        row("is not", u"tool_name is not po"_s, {Stage::Value, u"tool_name"_s, FilterOp::IsNot, u"po"_s});
    }
    void drafts()
    {
        QFETCH(QString, text);
        QFETCH(FilterDraft, draft);
        const FilterDraft found = parseDraft(text);
        QCOMPARE(int(found.stage), int(draft.stage));
        QCOMPARE(found.key, draft.key);
        QCOMPARE(int(found.op), int(draft.op));
        QCOMPARE(found.rest, draft.rest);
    }

    void filters()
    {
        const QList<FilterTerm> terms{{u"event"_s, FilterOp::IsNot, u"$pageview"_s},
            {u"source"_s, FilterOp::Is, u"posthog"_s}, {u"type"_s, FilterOp::Is, u"track"_s},
            {u"notice"_s, FilterOp::Is, u"no_trace_id"_s}, {u"status"_s, FilterOp::Is, u"warning"_s},
            {u"trace_id"_s, FilterOp::Is, u"tr_1"_s}, {u"user_id"_s, FilterOp::Is, u"u_1"_s},
            {u"workspace"_s, FilterOp::Is, u"w_1"_s}, {u"workspace_id"_s, FilterOp::Exists, {}},
            {u"latency_ms"_s, FilterOp::Greater, u"800"_s}, {u"since"_s, FilterOp::Is, u"14:17"_s},
            {u"until"_s, FilterOp::Is, u"23:50"_s}, freeText(u"ledger"_s)};
        const auto filter = filterFromTerms(terms, localToday(14, 30));
        QVERIFY2(filter, filter ? "" : filter.error().message.c_str());
        EventFilter expected;
        expected.notNames = {"$pageview"};
        expected.sources = {Source::PostHog};
        expected.types = {EventType::Track};
        expected.notices = static_cast<Notices>(Notice::NoTraceId);
        expected.statuses = {EventStatus::Warning};
        expected.traceId = "tr_1";
        expected.userId = "u_1";
        expected.workspaceId = "w_1";
        expected.properties
            = {{"workspace_id", FilterOp::Exists, ""}, {"latency_ms", FilterOp::Greater, "800"}};
        expected.since = localToday(14, 17);
        expected.until = localToday(23, 50) - 24h; // Later than now, so yesterday's.
        expected.text = "ledger";
        QVERIFY(*filter == expected);
    }

    void exclusions()
    {
        const auto without = [](const QString &key, const QString &value) {
            return FilterTerm{key, FilterOp::IsNot, value};
        };
        const auto filter
            = filterFromTerms({without(u"source"_s, u"segment"_s), without(u"type"_s, u"page"_s),
                                  without(u"type"_s, u"track"_s), without(u"notice"_s, u"no_trace_id"_s),
                                  without(u"notice"_s, u"duplicate"_s), without(u"status"_s, u"warning"_s),
                                  without(u"trace"_s, u"tr_1"_s), without(u"user_id"_s, u"u_1"_s),
                                  without(u"distinct_id"_s, u"u_2"_s), without(u"workspace_id"_s, u"w_1"_s),
                                  without(u"tool_id"_s, u"ocr"_s)},
                localToday(14, 30));
        QVERIFY2(filter, filter ? "" : filter.error().message.c_str());
        EventFilter expected;
        expected.notSources = {Source::Segment};
        expected.notTypes = {EventType::Page, EventType::Track};
        expected.notNotices = static_cast<Notices>(Notice::NoTraceId) | Notice::Duplicate;
        expected.notStatuses = {EventStatus::Warning};
        expected.notTraceIds = {"tr_1"};
        expected.notUserIds = {"u_1", "u_2"};
        expected.notWorkspaceIds = {"w_1"};
        expected.properties = {{"tool_id", FilterOp::IsNot, "ocr"}};
        QVERIFY(*filter == expected);
    }

    void opposites_data()
    {
        QTest::addColumn<QString>("one");
        QTest::addColumn<QString>("other");
        QTest::addColumn<bool>("exclude");
        const auto row = [](const QString &one, const QString &other, bool exclude) {
            QTest::addRow("%s / %s", qPrintable(one), qPrintable(other)) << one << other << exclude;
        };
        row(u"status is warning"_s, u"status is not warning"_s, true);
        row(u"event is a"_s, u"event is b"_s, false); // Any of them.
        row(u"event is not a"_s, u"event is not b"_s, false);
        row(u"event is a"_s, u"event is not b"_s, false);
        row(u"user_id is a"_s, u"user_id is b"_s, true);
        row(u"user_id is a"_s, u"user_id is not b"_s, false);
        row(u"since 14:17"_s, u"since 14:18"_s, true);
        row(u"since 14:17"_s, u"until 14:17"_s, false);
    }
    void opposites()
    {
        QFETCH(QString, one);
        QFETCH(QString, other);
        QFETCH(bool, exclude);
        QCOMPARE(excludeEachOther(*parseTerm(one), *parseTerm(other)), exclude);
        QCOMPARE(excludeEachOther(*parseTerm(other), *parseTerm(one)), exclude);
    }

    void noTermsAreNoFilter()
    {
        const auto filter = filterFromTerms({}, UtcTime{});
        QVERIFY(filter && filter->isEmpty());
    }

    void refusals_data()
    {
        QTest::addColumn<QList<FilterTerm>>("terms");
        QTest::addColumn<QString>("message");
        const auto row = [](const char *name, const QList<FilterTerm> &terms, const QString &message) {
            QTest::newRow(name) << terms << message;
        };
        row("source", {{u"source"_s, FilterOp::Is, u"mixpanel"_s}}, u"There is no source mixpanel"_s);
        row("source contains", {{u"source"_s, FilterOp::Contains, u"post"_s}},
            u"source can be compared with: is, is not"_s);
        row("status not", {{u"status"_s, FilterOp::IsNot, u"fine"_s}}, u"There is no status fine"_s);
        row("status", {{u"status"_s, FilterOp::Is, u"fine"_s}}, u"There is no status fine"_s);
        row("time", {{u"since"_s, FilterOp::Is, u"noon"_s}},
            u"Write a time as 14:17, 14:17:05 or 2026-11-23T14:17:05Z"_s);
        row("number", {{u"latency_ms"_s, FilterOp::Less, u"slow"_s}}, u"< needs a number"_s);
        row("two texts", {freeText(u"a"_s), freeText(u"b"_s)}, u"One text can be searched at a time"_s);
        row("two users", {{u"user_id"_s, FilterOp::Is, u"a"_s}, {u"user_id"_s, FilterOp::Is, u"b"_s}},
            u"user_id can have one value at a time"_s);
    }
    void refusals()
    {
        QFETCH(QList<FilterTerm>, terms);
        QFETCH(QString, message);
        const auto filter = filterFromTerms(terms, localToday(12, 0));
        QVERIFY(!filter);
        QCOMPARE(QString::fromStdString(filter.error().message), message);
    }

    void offeredOperatorsAreUnderstood()
    {
        const QString values[]
            = {u"posthog"_s, u"track"_s, u"warning"_s, u"no_trace_id"_s, u"14:17"_s, u"7"_s};
        for (const QString &key : builtInKeys() + QStringList{u"latency_ms"_s}) {
            for (const FilterOp op : operatorsFor(key)) {
                const bool understood
                    = std::any_of(std::begin(values), std::end(values), [&](const QString &value) {
                          return filterFromTerms({{key, op, value}}, localToday(15, 0)).has_value();
                      });
                QVERIFY2(understood, qPrintable(key + u' ' + operatorWord(op)));
            }
        }
        QVERIFY(!operatorsFor(u"source"_s).contains(FilterOp::Contains));
    }

    void builtInValuesAreUnderstood()
    {
        for (const QString &key : builtInKeys()) {
            for (const QString &value : builtInValues(key))
                QVERIFY2(
                    filterFromTerms({{key, FilterOp::Is, value}}, UtcTime{}), qPrintable(key + u':' + value));
        }
    }
};

QTEST_APPLESS_MAIN(TstFilterParser)
#include "tst_filterparser.moc"
