#include "core/event/payload.h"
#include "tests/support/visibletexts.h"
#include "ui/models/eventfacts.h"
#include "ui/models/format.h"
#include "ui/panels/codeview.h"
#include "ui/panels/detailpane.h"
#include "ui/panels/firstrun.h"
#include "ui/panels/propertyview.h"
#include "ui/theme/theme.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QLineEdit>
#include <QPushButton>
#include <QSignalSpy>
#include <QTabBar>
#include <QTest>
#include <QToolButton>

using namespace Qt::StringLiterals;
using namespace Weir;
using namespace Weir::Testing;

namespace {

QByteArray json(QByteArray text)
{
    return text.replace('\'', '"'); // moc 6.4 skips classes behind raw strings with braces.
}

const QByteArray payload = json("{'event':'tool_used','distinct_id':'u_4821','properties':{'tool_name':'post_"
                                "ledger','cost_usd':0.00040}}");

StoredEvent storedEvent()
{
    StoredEvent stored;
    stored.event.id = EventId(9);
    stored.event.name = "tool_used";
    stored.event.source = Source::PostHog;
    stored.event.family = Family::Tool;
    stored.event.traceId = "tr_7f3a9c";
    stored.event.userId = "u_4821";
    stored.event.timestamp = fromMs(1'000'000);
    stored.event.clientTime = fromMs(1'000'006);
    stored.event.notices = Notices(0) | Notice::NoWorkspaceId;
    stored.event.sdk = {"posthog-node", "4.2.1"};
    stored.event.offset = 25;
    stored.payload = payload;
    return stored;
}

StoredRequest storedRequest()
{
    StoredRequest stored;
    CapturedRequest &request = stored.request;
    request.id = RequestId(812);
    request.method = "POST";
    request.target = "/batch/";
    request.peer = "127.0.0.1:51724";
    request.head
        = "Content-Type: application/json\r\nAuthorization: Basic d3JpdGVLZXk6\r\nCookie: session=secret\r\n";
    request.body = json("{'api_key':'x','batch':[") + payload + "," + payload + "]}";
    request.bodyBytes = static_cast<std::uint32_t>(request.body.size());
    request.state = RequestState::Decoded;
    request.answerStatus = 200;
    stored.eventCount = 2;
    return stored;
}

} // namespace

class TstDetailPane : public QObject
{
    Q_OBJECT
private slots:
    void initTestCase() { m_theme.install(); }
    void init()
    {
        m_pane = std::make_unique<DetailPane>();
        m_pane->resize(400, 700);
        m_pane->show();
    }
    void cleanup() { m_pane.reset(); }

    void beginsEmpty()
    {
        QVERIFY(visibleTexts(m_pane.get()).contains(u"No event selected"_s));
        QCOMPARE(m_pane->eventId(), EventId{});
    }

    void showsOneEvent()
    {
        show();
        const QStringList shown = visibleTexts(m_pane.get());
        QVERIFY(shown.contains(u"tool_used"_s));
        QVERIFY(shown.contains(u"event 9 of 14"_s));
        auto *properties = m_pane->findChild<PropertyView *>();
        QCOMPARE(properties->model()->rowCount(), 4);
        QVERIFY(properties->isExpanded(properties->model()->index(1, 0)));
    }

    void loadingIsTold()
    {
        show();
        m_pane->setLoading(EventId(10));
        QVERIFY(visibleTexts(m_pane.get()).contains(u"tool_used"_s)); // A quick answer must not flicker.
        QTRY_VERIFY(visibleTexts(m_pane.get()).contains(u"Loading event 10"_s));
        show();
        QVERIFY(visibleTexts(m_pane.get()).contains(u"tool_used"_s));
    }

    void errorsAreTold()
    {
        m_pane->setError(u"Event 9 was pruned."_s);
        QVERIFY(visibleTexts(m_pane.get()).contains(u"Event 9 was pruned."_s));
    }

    void requestTab()
    {
        show();
        m_pane->nextTab();
        const QString shown = visibleTexts(m_pane.get()).join(u'\n');
        QVERIFY2(shown.contains(u"request 812, event 1 of 2 in it"), qPrintable(shown));
        QVERIFY(shown.contains(u"Basic d3JpdG…"));
        QVERIFY(shown.contains(u"sessio…") && !shown.contains(u"secret"));
        QVERIFY(code(u"Decoded body"_s)->toPlainText().contains(u"\"cost_usd\": 0.00040"));
    }

    void rawTabShowsTheBytes()
    {
        show();
        m_pane->previousTab();
        QVERIFY(visibleTexts(m_pane.get()).contains(u"client +6 ms, corrected"_s));
        CodeView *raw = code(u"Event as JSON"_s);
        QVERIFY(raw->toPlainText().startsWith(u"{\n  \"event\""));
        for (QPushButton *button : m_pane->findChildren<QPushButton *>()) {
            if (button->text() == "As sent"_L1)
                button->click();
        }
        QCOMPARE(raw->toPlainText().toUtf8(), payload);
    }

    void largeBodiesAreDecodedBesideTheWindow()
    {
        // Two in a row: what was overtaken is never shown.
        TraceSummary trace;
        m_pane->nextTab();
        for (const char *mark : {"first", "second"}) {
            StoredRequest large = storedRequest();
            const QByteArray element = payload + ",";
            large.request.body
                = json("{'mark':'") + mark + json("','batch':[") + element.repeated(100'000) + payload + "]}";
            large.eventCount = 100'001;
            StoredEvent event = storedEvent();
            event.event.offset = static_cast<std::uint32_t>(large.request.body.size() - payload.size() - 2);
            m_pane->setEvent(event, large, trace, 1);
        }
        CodeView *body = code(u"Decoded body"_s);
        QSignalSpy changes(body, &CodeView::textChanged);
        QCOMPARE(body->parts(), 1); // Not yet.
        QTRY_VERIFY_WITH_TIMEOUT(body->parts() > 1, 30'000);
        QVERIFY(body->toPlainText().startsWith(u"{\n  \"mark\": \"second\""));
        QVERIFY(changes.count() <= 2); // "Decoding the body", and the body.
        const QString shown = visibleTexts(m_pane.get()).join(u'\n');
        QVERIFY2(shown.contains(u"event 100,001 of 100,001 in it"), qPrintable(shown));
    }

    void largeEventsArePrintedBesideTheWindow()
    {
        StoredEvent large = storedEvent();
        large.payload = json("{'event':'tool_used','text':'") + QByteArray(4'000'000, 'x') + json("'}");
        m_pane->setEvent(large, storedRequest(), {}, 1);
        m_pane->previousTab();
        CodeView *raw = code(u"Event as JSON"_s);
        QTRY_VERIFY_WITH_TIMEOUT(raw->parts() > 1, 30'000);
        QVERIFY(raw->toPlainText().startsWith(u"{\n  \"event\": \"tool_used\""));
    }

    void longTextIsShownByParts()
    {
        // Lines end in the last quarter of the first part; the second has none, and would end within a
        // character.
        constexpr qsizetype size = CodeView::partSize;
        QString text = QString(size - 100, u'x') + u"Needle\r\n"_s;
        const qsizetype first = text.size() - 1;
        text += u'y' + QString(u"\U0001F600"_s).repeated(size / 2) + u"needle"_s;
        CodeView view(u"Body"_s);
        QSignalSpy changed(&view, &CodeView::partChanged);
        view.setCode(text);
        QCOMPARE(view.parts(), 3);
        QCOMPARE(changed.size(), 1);
        QString all = view.toPlainText();
        QCOMPARE(all.size(), first);
        view.showPart(1);
        QCOMPARE(view.toPlainText().size(), size - 1);
        all += view.toPlainText();
        view.showPart(2);
        QCOMPARE(all + view.toPlainText(), text.replace(u"\r\n"_s, u"\n"_s));
        view.showPart(3);
        QCOMPARE(view.part(), 2);
        // Find goes through all parts and around the end, both ways.
        const auto found = [&view](FindStep step) {
            return view.find(u"needle"_s, step)
                ? u"%1: %2"_s.arg(view.part()).arg(view.textCursor().selectedText())
                : QString();
        };
        QCOMPARE(found(FindStep::Next), u"2: needle"_s);
        QCOMPARE(found(FindStep::Next), u"0: Needle"_s);
        QCOMPARE(found(FindStep::Previous), u"2: needle"_s);
        QCOMPARE(found(FindStep::Previous), u"0: Needle"_s);
        QCOMPARE(found(FindStep::Here), u"0: Needle"_s);
        QVERIFY(!view.find(u"nowhere"_s, FindStep::Next));
        QCOMPARE(view.part(), 0);
    }

    void partsAreSwitched()
    {
        show();
        StoredEvent large = storedEvent();
        large.payload = json("{'text':'") + QByteArray(2 * CodeView::partSize, 'x') + json("'}");
        m_pane->setEvent(large, storedRequest(), {}, 1);
        m_pane->previousTab();
        CodeView *raw = code(u"Event as JSON"_s);
        QTRY_COMPARE_WITH_TIMEOUT(raw->parts(), 3, 30'000);
        QToolButton *on = nullptr, *back = nullptr;
        for (auto *button : m_pane->findChildren<QToolButton *>()) {
            if (button->isVisible() && button->accessibleName() == u"Next part"_s)
                on = button;
            if (button->isVisible() && button->accessibleName() == u"Previous part"_s)
                back = button;
        }
        QVERIFY(on && back && !back->isEnabled());
        on->click();
        QVERIFY(visibleTexts(m_pane.get()).contains(u"Part 2 of 3"_s));
        QVERIFY(back->isEnabled() && on->isEnabled());
        on->click();
        QVERIFY(!on->isEnabled());
        back->click();
        QCOMPARE(raw->part(), 1);
    }

    void failedRequestsHaveOneTab()
    {
        StoredRequest failed = storedRequest();
        failed.request.state = RequestState::NotUnderstood;
        failed.request.error = {Error::Kind::NotFound, "No protocol has this path", "/nowhere"};
        failed.eventCount = 0;
        m_pane->setRequest(failed);
        const QString shown = visibleTexts(m_pane.get()).join(u'\n');
        QVERIFY2(shown.contains(u"Not understood: /nowhere: No protocol has this path"), qPrintable(shown));
        auto *tabs = m_pane->findChild<QTabBar *>();
        QVERIFY(!tabs->isTabVisible(0) && tabs->isTabVisible(1) && !tabs->isTabVisible(2));
        show();
        QVERIFY(tabs->isTabVisible(0));
    }

    void findsInProperties()
    {
        show();
        QVERIFY(QTest::qWaitForWindowExposed(m_pane.get()));
        m_pane->openFind();
        auto *edit = m_pane->findChild<QLineEdit *>();
        QVERIFY(edit->isVisible());
        QTest::keyClicks(edit, u"LEDGER"_s);
        auto *properties = m_pane->findChild<PropertyView *>();
        QCOMPARE(properties->currentIndex().siblingAtColumn(0).data().toString(), u"tool_name"_s);
        QTest::keyClicks(edit, u"zzz"_s);
        QVERIFY(visibleTexts(m_pane.get()).contains(u"Not found"_s));
        QTest::keyClick(edit, Qt::Key_Escape);
        QVERIFY(!edit->isVisible());
    }

    void findsInColumns()
    {
        m_pane->setPlace(DetailPane::Place::Bottom);
        m_pane->resize(1000, 240);
        show();
        QVERIFY(QTest::qWaitForWindowExposed(m_pane.get()));
        m_pane->openFind();
        auto *edit = m_pane->findChild<QLineEdit *>();
        const auto current = [this] {
            QStringList keys;
            for (const PropertyView *view : m_pane->findChildren<PropertyView *>()) {
                if (view->isVisible() && view->currentIndex().isValid())
                    keys += view->accessibleName() + u": "_s
                        + view->currentIndex().siblingAtColumn(0).data().toString();
            }
            return keys.join(u", "_s);
        };
        QTest::keyClicks(edit, u"ledger"_s); // All of it: a hit on its way takes no key away.
        QCOMPARE(edit->text(), u"ledger"_s);
        QCOMPARE(current(), u"Event properties: tool_name"_s);
        // From column to column and round the end.
        edit->clear();
        QTest::keyClicks(edit, u"_id"_s);
        QStringList seen{current()};
        do {
            QTest::keyClick(edit, Qt::Key_Return);
            seen += current();
        } while (seen.size() < 20 && seen.last() != seen.first());
        QVERIFY2(seen.size() > 3 && seen.size() < 20, qPrintable(seen.join(u'|')));
        QVERIFY2(seen.filter(u"Required: "_s).size() >= 2, qPrintable(seen.join(u'|')));
        QTest::keyClick(edit, Qt::Key_Return, Qt::ShiftModifier);
        QCOMPARE(current(), seen.at(seen.size() - 2));
    }

    void copiesTheBytes()
    {
        show();
        m_pane->copyJson();
        QCOMPARE(QGuiApplication::clipboard()->text().toUtf8(), payload);
    }

    void theTraceIdFilters()
    {
        show();
        QSignalSpy filter(m_pane.get(), &DetailPane::filterRequested);
        for (QPushButton *button : m_pane->findChildren<QPushButton *>()) {
            if (button->text() == "tr_7f3a9c"_L1)
                button->click();
        }
        QCOMPARE(filter.count(), 1);
        QVERIFY(
            filter[0][0].value<FilterTerm>() == (FilterTerm{u"trace_id"_s, FilterOp::Is, u"tr_7f3a9c"_s}));
    }

    void bottomHasThreeColumns()
    {
        show();
        m_pane->setPlace(DetailPane::Place::Bottom);
        m_pane->resize(1000, 240);
        QCOMPARE(visibleGroups(), (QStringList{u"Required"_s, u"Event properties"_s, u"Context"_s}));
        m_pane->setRunFlags(3, {flag("rag", "v2", 9)}); // There is room for what there is.
        QCOMPARE(visibleGroups(),
            (QStringList{u"Required"_s, u"Event properties"_s, u"Flags of this run"_s, u"Context"_s}));
        StoredEvent alone = storedEvent();
        alone.event.traceId.clear();
        m_pane->setEvent(alone, storedRequest(), {}, 0);
        QCOMPARE(visibleGroups(), (QStringList{u"Required"_s, u"Event properties"_s, u"Context"_s}));
        m_pane->setRun(run());
        QCOMPARE(visibleGroups(), (QStringList{u"Required"_s, u"Run"_s, u"Flags of this run"_s}));
    }

    void flagsOfTheRun()
    {
        m_pane->setRunFlags(
            3, {flag("rag", "v2", 9, true), flag("costs", "", 7)}); // Before its event is there.
        show();
        auto *view = m_pane->findChild<PropertyView *>();
        const QAbstractItemModel *model = view->model();
        const QModelIndex group = model->index(2, 0);
        QCOMPARE(group.data(Qt::AccessibleTextRole).toString(), u"Flags of this run, 2"_s);
        QVERIFY(view->isExpanded(group));
        QCOMPARE(model->index(0, 0, group).data(Qt::AccessibleTextRole).toString(),
            u"rag: v2, overridden, seen in this event %1"_s.arg(formatClock(fromMs(9))));
        QCOMPARE(model->index(1, 0, group).data(Qt::AccessibleTextRole).toString(),
            u"costs: true, seen in $feature_flag_called %1"_s.arg(formatClock(fromMs(7))));
        // A click and Enter go to the event.
        QSignalSpy wanted(m_pane.get(), &DetailPane::eventWanted);
        const QRect row = view->visualRect(model->index(1, 1, group));
        QTest::mouseClick(view->viewport(), Qt::LeftButton, {}, row.center());
        QCOMPARE(wanted.value(0).value(0).toLongLong(), 7);
        view->setCurrentIndex(model->index(0, 0, group));
        QTest::keyClick(view, Qt::Key_Return);
        QCOMPARE(wanted.value(1).value(0).toLongLong(), 9);
        // More of this run joins; those of others are not shown with it.
        m_pane->setRunFlags(3, {flag("rag", "v2", 9, true), flag("costs", "", 7), flag("new", "", 11)});
        QCOMPARE(model->rowCount(group), 3);
        m_pane->setRunFlags(4, {flag("other", "", 30)});
        QCOMPARE(model->rowCount(group), 3);
        show();
        QCOMPARE(model->index(2, 0).data(Qt::AccessibleTextRole).toString(), u"Flags of this run, "_s);
        m_pane->setRunFlags(3, {});
        QCOMPARE(model->index(2, 0).data(Qt::AccessibleTextRole).toString(), u"Flags of this run, 0"_s);
        // One that was only served leads nowhere.
        RunFlag served = flag("rag", "v2", 0, true);
        served.at = fromMs(5);
        served.servedBy = "/flags";
        m_pane->setRunFlags(3, {served});
        const QModelIndex only = model->index(0, 1, model->index(2, 0));
        QCOMPARE(only.siblingAtColumn(0).data(Qt::AccessibleTextRole).toString(),
            u"rag: v2, overridden, served, in no event %1"_s.arg(formatClock(fromMs(5))));
        QVERIFY(only.data(Qt::ToolTipRole).toString().contains(u"/flags answered with it"_s));
        QTest::mouseClick(view->viewport(), Qt::LeftButton, {}, view->visualRect(only).center());
        view->setCurrentIndex(only);
        QTest::keyClick(view, Qt::Key_Return);
        QCOMPARE(wanted.size(), 2);
    }

    void showsARun()
    {
        m_pane->setRunFlags(3, {flag("rag", "v2", 9, true)});
        m_pane->nextTab();
        show(); // The Request tab was chosen, and a run has none.
        m_pane->setRun(run());
        QCOMPARE(m_pane->run(), TraceRow(3));
        QCOMPARE(m_pane->eventId(), EventId{});
        const QStringList shown = visibleTexts(m_pane.get());
        QVERIFY(shown.contains(u"invoice-triage"_s) && shown.contains(u"14 events"_s));
        auto *tabs = m_pane->findChild<QTabBar *>();
        QVERIFY(tabs->isTabVisible(0) && !tabs->isTabVisible(1) && !tabs->isTabVisible(2));
        const QAbstractItemModel *model = m_pane->findChild<PropertyView *>()->model();
        QCOMPARE(model->index(1, 0).data().toString(), u"Run"_s);
        QCOMPARE(model->rowCount(model->index(2, 0)), 1);
        QSignalSpy filter(m_pane.get(), &DetailPane::filterRequested);
        for (QPushButton *button : m_pane->findChildren<QPushButton *>()) {
            if (button->text() == "tr_7f3a9c"_L1)
                button->click();
        }
        QCOMPARE(filter.count(), 1);
        // The same run again, with one event more: what is selected stays selected only when nothing changed.
        QSignalSpy reset(model, &QAbstractItemModel::modelReset);
        m_pane->setRun(run());
        QCOMPARE(reset.count(), 0);
        TraceSummary longer = run();
        ++longer.events;
        m_pane->setRun(longer);
        QVERIFY(visibleTexts(m_pane.get()).contains(u"15 events"_s));
        show();
        QCOMPARE(m_pane->run(), TraceRow{});
        QCOMPARE(tabs->currentIndex(), 1); // As the user had it.
    }

    void noticesAreSentences()
    {
        Event event;
        for (int bit = 1; bit <= static_cast<int>(Notice::BadTime); bit *= 2)
            event.notices |= static_cast<Notice>(bit);
        QCOMPARE(noticeSentences(event).size(), 9);
        for (const QString &sentence : noticeSentences(event))
            QVERIFY2(sentence.endsWith(u'.'), qPrintable(sentence));
    }

    void eventsAreFoundInTheirBody()
    {
        const std::string body = "[{\"a\":1},{\"a\":2},3]";
        QCOMPARE(indexInBody(body, 9).value_or(-1), 1);
        QCOMPARE(indexInBody("{\"event\":\"x\"}", 0).value_or(-1), -1);
        QCOMPARE(indexInBody("not json", 0).value_or(-1), -1);
    }

    void firstRunTellsWhatArrived()
    {
        UtcTime now = fromMs(0);
        FirstRun page(nullptr, [&now] { return now; });
        page.resize(1000, 800);
        page.show();
        page.setAddress(u"127.0.0.1"_s, 9347);
        QVERIFY(visibleTexts(&page).contains(u"127.0.0.1:9347"_s));
        now = fromMs(14'000);
        page.setRequestCount(0);
        QVERIFY(visibleTexts(&page).contains(u"Nothing received for 14 s"_s));
        QSignalSpy needed(&page, &FirstRun::requestsNeeded);
        for (QPushButton *button : page.findChildren<QPushButton *>()) {
            if (button->text() == "Not arriving?"_L1)
                button->click();
        }
        QCOMPARE(needed.count(), 1);
        StoredRequest failed = storedRequest();
        failed.request.target = "/nowhere";
        failed.request.error = {Error::Kind::NotFound, "No protocol has this path", {}};
        page.setRequests({failed});
        QVERIFY(visibleTexts(&page).join(u'\n').contains(u"POST /nowhere: No protocol has this path"));
        page.setRequestCount(1);
        QVERIFY(visibleTexts(&page).contains(u"1 request, no event"_s));
    }

private:
    static TraceSummary run()
    {
        TraceSummary made;
        made.row = TraceRow(3);
        made.traceId = "tr_7f3a9c";
        made.name = "invoice-triage";
        made.events = 14;
        made.firstAt = fromMs(1'000'000);
        made.durationMs = 4'820;
        made.sources = {Source::PostHog};
        made.tainted = true;
        return made;
    }
    static RunFlag flag(const char *key, const char *variant, std::int64_t event, bool overridden = false)
    {
        const FlagValue value = *variant ? FlagValue::of(variant) : FlagValue::on();
        return {key, value, overridden, EventId(event), "$feature_flag_called", fromMs(event)};
    }
    QStringList visibleGroups() const
    {
        QStringList names;
        for (const PropertyView *view : m_pane->findChildren<PropertyView *>()) {
            if (view->isVisible())
                names += view->accessibleName();
        }
        return names;
    }
    void show()
    {
        TraceSummary trace;
        trace.row = TraceRow(3);
        trace.events = 14;
        trace.colour = 8;
        m_pane->setEvent(storedEvent(), storedRequest(), trace, 9);
    }
    CodeView *code(const QString &name) const
    {
        for (CodeView *view : m_pane->findChildren<CodeView *>()) {
            if (view->accessibleName() == name)
                return view;
        }
        return nullptr;
    }

    Theme m_theme;
    std::unique_ptr<DetailPane> m_pane;
};

QTEST_MAIN(TstDetailPane)
#include "tst_detailpane.moc"
