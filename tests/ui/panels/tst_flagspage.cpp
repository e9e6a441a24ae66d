#include "core/flags/flagdesk.h"
#include "tests/support/visibletexts.h"
#include "ui/delegates/flagpaint.h"
#include "ui/delegates/servedelegate.h"
#include "ui/models/format.h"
#include "ui/panels/flagdetail.h"
#include "ui/panels/flagspage.h"
#include "ui/panels/flagstoolbar.h"
#include "ui/panels/flagview.h"
#include "ui/panels/notebar.h"
#include "ui/panels/payloadedit.h"
#include "ui/panels/scenebar.h"
#include "ui/panels/segmentbar.h"
#include "ui/panels/servedlog.h"
#include "ui/theme/fonts.h"
#include "ui/theme/theme.h"

#include <QAbstractButton>
#include <QAccessible>
#include <QInputDialog>
#include <QLineEdit>
#include <QMenu>
#include <QPushButton>
#include <QScrollBar>
#include <QSignalSpy>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace Weir;
using namespace Weir::Testing;

namespace {

const Sdk node{"posthog-node", "5.70.0"}, web{"web", {}};

ServedFlags answerOf(
    const Sdk &sdk, FlagPath path, const std::string &user, const ServedValue &value, UtcTime at)
{
    ServedFlags one;
    one.at = at;
    one.path = path;
    one.endpoint = path == FlagPath::Definitions ? "/flags/definitions" : "/flags";
    one.sdk = sdk;
    one.distinctId = user;
    one.values = std::make_shared<const std::vector<ServedValue>>(std::vector<ServedValue>{value});
    return one;
}

} // namespace

/// The page on a board with a real desk behind it.
class TstFlagsPage : public QObject
{
    Q_OBJECT
private slots:
    void initTestCase() { m_theme.install(); }
    void init()
    {
        m_now = *parseTime("2026-11-23T09:00:00Z");
        m_desk = std::make_unique<FlagDesk>();
        m_board = std::make_unique<FlagBoard>();
        connect(m_board.get(), &FlagBoard::orderWanted, this, [this](const FlagOrder &order) {
            m_board->sawAnswer(m_desk->carryOut(order, m_now));
            report();
        });
        // What the file of scenes does.
        connect(m_board.get(), &FlagBoard::sceneRenameWanted, this,
            [this](const std::string &, const std::string &name) {
                FlagScene scene = m_board->scenes().front();
                scene.name = name;
                m_board->setScenes({scene});
            });
        connect(m_board.get(), &FlagBoard::sceneDeleteWanted, this, [this] { m_board->setScenes({}); });
        report();
        m_page = std::make_unique<FlagsPage>(*m_board, [this] { return m_now; });
        connect(&m_page->log()->table(), &ServedTable::pageNeeded, this,
            [this](quint64 number, const ServedQuery &query) {
                FlagOrder order;
                order.kind = FlagOrder::Kind::Served;
                order.served = query;
                m_page->log()->table().setPage(number, m_desk->carryOut(order, m_now).served);
            });
        connect(m_page.get(), &FlagsPage::rehearsalWanted, this, [this](const FlagScene &scene) {
            FlagOrder order;
            order.kind = FlagOrder::Kind::Rehearse;
            order.scene = scene;
            m_page->scenes()->showRehearsal(
                QString::fromStdString(scene.name), m_desk->carryOut(order, m_now).changes);
        });
        m_page->resize(1244, 820);
        m_page->show();
        QVERIFY(QTest::qWaitForWindowActive(m_page.get()));
        m_page->view()->setFocus();
    }
    void cleanup() { m_page.reset(); }

    void keysSwitch()
    {
        FlagView *view = m_page->view();
        QCOMPARE(view->current()->key, std::string("agent_debugger_ui")); // The first has the focus.
        const auto served = [&] {
            const auto &override = m_board->find("agent_debugger_ui")->override;
            return override ? toJson(override->value) : std::string("upstream");
        };
        const struct
        {
            int key;
            const char *then;
        } steps[] = {{Qt::Key_Left, "upstream"}, {Qt::Key_Right, "false"}, {Qt::Key_Right, "true"},
            {Qt::Key_Right, "true"}, {Qt::Key_Left, "false"}, {Qt::Key_Delete, "upstream"}};
        for (const auto &step : steps) {
            QTest::keyClick(view, Qt::Key(step.key));
            QCOMPARE(served(), std::string(step.then));
        }
        // Letters do nothing to the list.
        QTest::keyClick(view, Qt::Key_V);
        QCOMPARE(view->current()->key, std::string("agent_debugger_ui"));
        QTest::keyClick(view, Qt::Key_Down);
        QCOMPARE(view->current()->key, std::string("enable_guardrails_tracing"));
        QTest::keyClick(view, Qt::Key_Return);
        QVERIFY(m_page->detail()->isAncestorOf(QApplication::focusWidget()));
    }

    void mouseSwitches()
    {
        FlagView *view = m_page->view();
        const auto cellOf
            = [view](int row) { return view->visualRect(view->model()->index(row, FlagListModel::Serve)); };
        QTest::mouseClick(
            view->viewport(), Qt::LeftButton, {}, ServeDelegate::segmentRect(cellOf(2), 2).center());
        QCOMPARE(m_board->find("track_model_costs")->override->value, FlagValue::on());
        QCOMPARE(view->current()->key, std::string("track_model_costs"));
        QTest::mouseClick(
            view->viewport(), Qt::LeftButton, {}, ServeDelegate::segmentRect(cellOf(2), 0).center());
        QVERIFY(!m_board->find("track_model_costs")->override);
        // Variants are in a menu, and its cross goes back to upstream.
        const QRect box = ServeDelegate::controlRect(cellOf(3));
        QTest::mouseClick(view->viewport(), Qt::LeftButton, {}, box.center());
        auto *menu = qobject_cast<QMenu *>(QApplication::activePopupWidget());
        QVERIFY(menu);
        QStringList texts;
        for (const QAction *action : menu->actions())
            texts += action->text();
        QCOMPARE(texts.join(u'|'), u"Upstream|Off|control|v2|v2-rerank"_s);
        menu->actions()[3]->trigger();
        menu->close();
        QCOMPARE(m_board->find("versioned_rag_tracking")->override->value, FlagValue::of("v2"));
        QTest::mouseClick(
            view->viewport(), Qt::LeftButton, {}, QPoint(box.right() - px(8), box.center().y()));
        QVERIFY(!m_board->find("versioned_rag_tracking")->override);
    }

    void undoesRemovals()
    {
        auto *undo = button(u"Undo"_s), *remove = button(u"Remove all overrides"_s);
        QVERIFY(!undo->isVisible() && !remove->isEnabled());
        FlagView *view = m_page->view();
        QTest::keyClick(view, Qt::Key_Right);
        QTest::keyClick(view, Qt::Key_Right); // Replaces: nothing is gone.
        QVERIFY(!undo->isVisible());
        m_page->select(u"track_model_costs"_s);
        QTest::keyClick(view, Qt::Key_Right);
        remove->click();
        QCOMPARE(m_board->overrideCount(), 0);
        QVERIFY(undo->isVisible());
        QVERIFY(visibleTexts(m_page->toolbar()).contains(u"2 overrides removed."_s));
        undo->click();
        QCOMPARE(m_board->overrideCount(), 2);
        QVERIFY(!undo->isVisible());
    }

    void findsAndAdds()
    {
        QLineEdit *find = m_page->find();
        find->setFocus();
        QTest::keyClicks(find, u"costs"_s);
        QCOMPARE(m_page->view()->model()->rowCount(), 1);
        QTest::keyClick(find, Qt::Key_Escape);
        QCOMPARE(m_page->view()->model()->rowCount(), 4);
        QVERIFY(m_page->view()->hasFocus());
        find->setFocus();
        QTest::keyClicks(find, u"brand_new"_s);
        QTest::keyClick(find, Qt::Key_Return);
        QCOMPARE(m_page->view()->current()->key, std::string("brand_new"));
        QVERIFY(m_page->view()->hasFocus() && find->text().isEmpty());
        QTest::keyClick(m_page->view(), Qt::Key_Right);
        QCOMPARE(m_board->find("brand_new")->override->value, FlagValue::off());
        QTest::keyClick(m_page->view(), Qt::Key_Right);
        QCOMPARE(m_board->find("brand_new")->override->value, FlagValue::on());
    }

    void editsThePayload()
    {
        PayloadEdit *payload = m_page->detail()->payload();
        QPlainTextEdit *edit = payload->editor();
        QVERIFY(!edit->isEnabled()); // Nothing is overridden.
        m_page->select(u"versioned_rag_tracking"_s);
        segment(u"Serve: v2"_s)->click();
        QVERIFY(edit->isEnabled());
        QCOMPARE(payload->verdict(), u"No payload"_s);
        const auto served = [this] { return m_board->find("versioned_rag_tracking")->override->payload; };
        QTest::mouseClick(edit->viewport(), Qt::LeftButton);
        edit->setFocus();
        QTest::keyClicks(edit, u"[1.50,"_s);
        QTRY_VERIFY2(payload->verdict() != u"No payload"_s && payload->verdict() != u"Valid JSON"_s,
            qPrintable(payload->verdict()));
        QTest::keyClick(edit, Qt::Key_Return, Qt::ControlModifier);
        QVERIFY(!served()); // What is no JSON is not served.
        QTest::keyClicks(edit, u"2]"_s);
        QTRY_COMPARE(payload->verdict(), u"Valid JSON"_s);
        QVERIFY(!served());
        QTest::keyClick(edit, Qt::Key_Return, Qt::ControlModifier);
        QCOMPARE(*served(), std::string("[1.50,2]"));
        button(u"Format"_s)->click();
        QVERIFY(edit->toPlainText().contains(u'\n') && payload->isChanged());
        report(); // News do not take away what is being typed.
        QVERIFY(payload->isChanged());
        button(u"Revert"_s)->click();
        QCOMPARE(edit->toPlainText(), u"[1.50,2]"_s);
        // Another variant has its own; going back brings it back.
        segment(u"Serve: control"_s)->click();
        QVERIFY(edit->toPlainText().isEmpty());
        segment(u"Serve: v2"_s)->click();
        QCOMPARE(edit->toPlainText(), u"[1.50,2]"_s);
        edit->clear();
        QTest::keyClick(edit, Qt::Key_Return, Qt::ControlModifier);
        QVERIFY(!served());
    }

    void choosesWhomAndHowLong()
    {
        const auto override = [this] { return m_board->find("agent_debugger_ui")->override; };
        QVERIFY(!segment(u"To: workspace"_s)->isEnabled() && !segment(u"Until: 1 h"_s)->isEnabled());
        segment(u"Serve: On"_s)->click();
        QVERIFY(segment(u"To: Everyone"_s)->isChecked() && segment(u"Until: Weir closes"_s)->isChecked());
        m_desk->sawServed(answerOf(
            node, FlagPath::Definitions, {}, {"agent_debugger_ui", FlagValue::on(), {}, false}, m_now));
        report();
        segment(u"To: workspace"_s)->click();
        QVERIFY(override()->scope.isEveryone()); // A draft.
        QLineEdit *id = named<QLineEdit>(u"To this workspace"_s);
        QVERIFY(id && id->isVisible());
        QTest::keyClicks(id, u"ws_acme"_s);
        report();
        QCOMPARE(id->text(), u"ws_acme"_s);
        QTest::keyClick(id, Qt::Key_Return);
        QCOMPARE(override()->scope, (FlagScope{{}, "ws_acme"}));
        QVERIFY(visibleTexts(m_page->detail())
                    .contains(
                        u"Not possible for local evaluation: posthog-node asks for no one in particular."_s));
        segment(u"To: Everyone"_s)->click();
        QVERIFY(override()->scope.isEveryone());
        segment(u"Until: 1 h"_s)->click();
        QCOMPARE(*override()->expiresAt, m_now + 1h);
        QVERIFY(visibleTexts(m_page->detail()).contains(u"1 h left"_s));
        m_now += 3min;
        report();
        QVERIFY(visibleTexts(m_page->detail()).contains(u"57 min left"_s));
        segment(u"Until: Removed"_s)->click();
        QVERIFY(override()->isPinned && !override()->expiresAt);
        segment(u"Serve: Upstream"_s)->click();
        QVERIFY(!override());
        QVERIFY(!segment(u"Until: Removed"_s)->isChecked());
    }

    void tellsPickUps()
    {
        segment(u"Serve: On"_s)->click();
        const FlagSighting sighting[] = {{0, "agent_debugger_ui", FlagValue::on(), false, true}};
        Event event;
        event.sdk = web;
        QVERIFY(visibleTexts(m_page->detail()).contains(u"No SDK has asked since Weir was started"_s));
        // A pinned override may have been served before that, as the log below tells.
        QVERIFY(!visibleTexts(m_page->detail()).contains(u"Not served yet"_s));
        for (int i = 0; i < 3; ++i) {
            m_desk->sawServed(answerOf(
                node, FlagPath::Definitions, {}, {"agent_debugger_ui", FlagValue::on(), {}, true}, m_now));
            m_now += 30s;
        }
        m_desk->sawServed(
            answerOf(web, FlagPath::Flags, "ada", {"agent_debugger_ui", FlagValue::on(), {}, true}, m_now));
        m_desk->sawEvent(event, sighting, m_now);
        m_now += 6s;
        report();
        const QString shown = visibleTexts(m_page->detail()).join(u'\n');
        for (const QString &text : {u"Served to 2 SDKs"_s, u", in its definitions"_s, u", by /flags"_s,
                 u"posthog-node 5.70.0: not yet"_s, u"posthog-node asks every 30 s (observed)."_s,
                 u"posthog-js asks on page load, identify or reloadFeatureFlags()."_s})
            QVERIFY2(shown.contains(text), qPrintable(text + u"\n--\n"_s + shown));
        QCOMPARE(cell(0, FlagListModel::PickUp), u"Seen by 1 of 2 SDKs"_s);
        QCOMPARE(cell(0, FlagListModel::LastServed), u"Last served to posthog-js, ada, 6 s ago"_s);
        QCOMPARE(cell(0, FlagListModel::Serve), u"Serve agent_debugger_ui: On, there is no upstream"_s);
    }

    void logsWhatIsServed()
    {
        QVERIFY(visibleTexts(m_page->log())
                    .contains(u"No SDK has asked for flags. Add one by key, or point an SDK here."_s));
        const ServedValue value{"agent_debugger_ui", FlagValue::on(), {}, false};
        for (int i = 0; i < 60; ++i)
            m_desk->sawServed(answerOf(web, FlagPath::Flags, "u_" + std::to_string(i), value, m_now));
        report();
        QTreeView *log = m_page->log()->view();
        QTRY_COMPARE(log->model()->rowCount(), 60);
        // Scrolled away it holds still, at the top it follows.
        log->scrollToBottom();
        QVERIFY(log->verticalScrollBar()->value() > 0);
        m_desk->sawServed(answerOf(node, FlagPath::Definitions, {}, value, m_now));
        QSignalSpy asked(&m_page->log()->table(), &ServedTable::pageNeeded);
        report();
        QTest::qWait(400); // Longer than it waits before it follows.
        QCOMPARE(asked.size(), 0);
        QCOMPARE(log->model()->rowCount(), 60);
        log->scrollToTop();
        QTRY_COMPARE(log->model()->rowCount(), 61);
        QCOMPARE(log->model()->index(0, ServedTable::DistinctId).data().toString(), u"any user"_s);
        segment(u"SDK: posthog-node"_s)->click();
        QTRY_COMPARE(log->model()->rowCount(), 1);
        m_page->select(u"track_model_costs"_s);
        QTRY_VERIFY(visibleTexts(m_page->log()).contains(u"track_model_costs was not served to this SDK."_s));
    }

    void logsWhatWasSeen()
    {
        const ServedValue on{"agent_debugger_ui", FlagValue::on(), {}, true};
        const ServedValue off{"agent_debugger_ui", FlagValue::off(), {}, false};
        m_desk->sawServed(answerOf(web, FlagPath::Flags, "ada", off, m_now));
        m_desk->sawServed(answerOf(web, FlagPath::Flags, "ada", on, m_now));
        m_desk->sawServed(answerOf(web, FlagPath::Flags, "bob", on, m_now));
        report();
        const QAbstractItemModel *log = m_page->log()->view()->model();
        QTRY_COMPARE(log->rowCount(), 3);
        const auto seen = [log](int role) {
            QStringList texts;
            for (int row = 0; row < log->rowCount(); ++row)
                texts += log->index(row, ServedTable::Seen).data(role).toString();
            return texts.join(u'|');
        };
        QCOMPARE(seen(Qt::DisplayRole), u"Not yet|Not yet|"_s); // Nobody waits for what is not overridden.
        QCOMPARE(log->headerData(ServedTable::Seen, Qt::Horizontal, Qt::DisplayRole).toString(),
            u"Seen in event"_s);
        const FlagSighting sighting[] = {{0, "agent_debugger_ui", FlagValue::on(), false, true}};
        Event event;
        event.sdk = web;
        event.userId = "ada";
        event.name = "tool_used";
        event.traceId = "7f2c9d7e52a34a539a3e0c2f6f9f1d10";
        m_now += 2s;
        m_desk->sawEvent(event, sighting, m_now);
        report();
        QTRY_COMPARE(seen(Qt::DisplayRole), u"Not yet|tool_used, 7f2c9d|"_s);
        QCOMPARE(seen(Qt::AccessibleTextRole),
            u"not seen in an event|seen in tool_used, 7f2c9d at %1|not seen in an event"_s.arg(
                formatClock(m_now)));
        // A click on it and Enter on its row lead to the run.
        QSignalSpy wanted(m_page->log(), &ServedLog::traceWanted);
        QTreeView *view = m_page->log()->view();
        for (const int row : {0, 1}) {
            const QRect cell = view->visualRect(log->index(row, ServedTable::Seen));
            QTest::mouseClick(view->viewport(), Qt::LeftButton, {}, cell.center());
        }
        QCOMPARE(wanted.size(), 1);
        view->setCurrentIndex(log->index(1, ServedTable::Time));
        QTest::keyClick(view, Qt::Key_Return);
        QCOMPARE(wanted.value(1).value(0).toString().toStdString(), event.traceId);
        QCOMPARE(log->rowCount(), 3);
    }

    void showsScenes()
    {
        const auto scenes
            = parseScenes("{\"scenes\":[{\"name\":\"Guardrails demo\",\"flags\":"
                          "{\"enable_guardrails_tracing\":{\"value\":true,\"payload\":1},"
                          "\"versioned_rag_tracking\":{\"value\":\"v9\"}}},"
                          "{\"name\":\"Costs\",\"flags\":{\"track_model_costs\":{\"value\":false,"
                          "\"scope\":{\"distinct_id\":\"ada\"}}}}]}");
        QVERIFY(scenes);
        m_board->setScenes(*scenes);
        auto *upstream = button(u"Upstream"_s), *demo = button(u"Guardrails demo"_s);
        QVERIFY(upstream->isChecked() && !demo->isChecked());
        QCOMPARE(demo->accessibleName(), u"Guardrails demo, 2 on, 1 payload"_s);
        QCOMPARE(button(u"Costs"_s)->accessibleName(), u"Costs, 1 off, per user"_s);
        QTest::keyClick(demo, Qt::Key_Space);
        QCOMPARE(m_board->overrideCount(), 2);
        QVERIFY(demo->isChecked() && !upstream->isChecked());
        QCOMPARE(demo->accessibleName(), u"Guardrails demo, 2 on, 1 payload, on"_s);
        upstream->click();
        QCOMPARE(m_board->overrideCount(), 0);
        QVERIFY(upstream->isChecked());
        // Many of them: the rest is in the menu.
        std::vector<FlagScene> many(30, (*scenes)[0]);
        for (std::size_t i = 0; i < many.size(); ++i)
            many[i].name = "Scene " + std::to_string(i);
        m_board->setScenes(many);
        QVERIFY(named<QAbstractButton>(u"More scenes"_s)->isVisible());
        QVERIFY(button(u"Upstream"_s)->isVisible() && !button(u"Scene 29"_s)->isVisible());
    }

    void rehearses()
    {
        SceneChange same, other;
        same.key = other.key = "a";
        same.before = same.after = FlagOverride();
        other.after = FlagOverride();
        other.after->value = FlagValue::of("v9");
        other.doubts = {"The variant v9 is not known upstream"};
        QCOMPARE(rehearsalLines({same}), QStringList{u"a: stays false"_s});
        QCOMPARE(rehearsalLines({other}).join(u'|'),
            u"a: upstream → v9|   The variant v9 is not known upstream"_s);
        QCOMPARE(rehearsalLines({}), QStringList{u"Nothing would change"_s});
        // By the menu key of the card.
        const auto scenes = parseScenes(
            "{\"scenes\":[{\"name\":\"one\",\"flags\":{\"versioned_rag_tracking\":{\"value\":\"v9\"}}}]}");
        m_board->setScenes(*scenes);
        sceneMenu(u"one"_s, u"What it would change"_s);
        auto *menu = qobject_cast<QMenu *>(QApplication::activePopupWidget());
        QVERIFY(menu);
        QCOMPARE(menu->actions().first()->text(), u"versioned_rag_tracking: upstream → v9"_s);
        QCOMPARE(m_board->overrideCount(), 0);
        menu->actions().last()->trigger();
        menu->close();
        QCOMPARE(m_board->activeScene(), 0);
    }

    void tellsWhenTheUpstreamIsAway()
    {
        auto *note = m_page->findChild<NoteBar *>();
        QCOMPARE(note->text(), QString());
        m_desk->setUpstream("https://us.i.posthog.com");
        const Error away{Error::Kind::Upstream, "No answer within 3 s", {}};
        m_desk->sawUpstream(away, m_now);
        report();
        QVERIFY2(note->text().startsWith(u"Serving overrides only"_s), qPrintable(note->text()));
        UpstreamNews news;
        news.flags.emplace_back();
        news.flags.back().key = "told";
        news.flags.back().value = FlagValue::on();
        m_desk->learn(news);
        report();
        QVERIFY2(note->text().startsWith(u"Serving overrides and the last upstream values from "_s),
            qPrintable(note->text()));
        m_desk->sawUpstream({}, m_now);
        report();
        QCOMPARE(note->text(), QString());
    }

    void offersWhatThereIs()
    {
        QVERIFY(!button(u"Demo mode"_s)->isVisible() && !button(u"Save as scene…"_s)->isVisible());
        m_page->offerDemo();
        m_page->offerSavingScenes();
        QSignalSpy demo(m_page.get(), &FlagsPage::demoWanted),
            save(m_page.get(), &FlagsPage::saveSceneWanted);
        button(u"Demo mode"_s)->click();
        QCOMPARE(demo.size(), 1);
        QVERIFY(!button(u"Save as scene…"_s)->isEnabled()); // There is nothing to save.
        segment(u"Serve: On"_s)->click();
        button(u"Save as scene…"_s)->click();
        QCOMPARE(save.size(), 1);
        QCOMPARE(save[0][0].value<std::vector<FlagOverride>>().size(), 1u);
    }

    void renamesAndDeletesScenes()
    {
        const auto scenes
            = parseScenes("{\"scenes\":[{\"name\":\"Evening\",\"flags\":{\"a\":{\"value\":true}}}]}");
        m_board->setScenes(*scenes);
        m_board->applyScene(0);
        sceneMenu(u"Evening"_s, u"Rename…"_s);
        QVERIFY(answerDialog(u" Night "_s));
        QVERIFY(!button(u"Evening"_s) && button(u"Night"_s));
        sceneMenu(u"Night"_s, u"Delete"_s);
        QVERIFY(m_board->scenes().empty() && !button(u"Night"_s));
        QCOMPARE(m_board->overrideCount(), 1); // What is on stays on.
    }

    void everyControlHasAName()
    {
        m_page->offerDemo();
        m_page->offerSavingScenes();
        for (const QWidget *widget : m_page->findChildren<QWidget *>()) {
            if (widget->focusPolicy() == Qt::NoFocus || !widget->isVisible())
                continue;
            auto *accessible = QAccessible::queryAccessibleInterface(const_cast<QWidget *>(widget));
            QVERIFY(accessible);
            QVERIFY2(!accessible->text(QAccessible::Name).isEmpty(), widget->metaObject()->className());
        }
    }

    /// A row of the list never shows half a line.
    void linesFitOrAreElided()
    {
        const QFont caption = font(TextStyle::CaptionRegular);
        const QFontMetrics metrics(caption);
        const QString text = u"Waiting for posthog-js, not possible for posthog-node, posthog-python"_s;
        const QSize narrow(metrics.horizontalAdvance(u"Waiting for posthog-js, "_s), 2 * metrics.height());
        const QStringList two = linesThatFit(text, caption, narrow);
        QCOMPARE(two.size(), 2);
        QVERIFY(two[1].startsWith(u"not possible") && two[1].endsWith(u'…'));
        for (const QString &line : two)
            QVERIFY(metrics.horizontalAdvance(line) <= narrow.width());
        const QSize wide(2 * metrics.horizontalAdvance(text), 3 * metrics.height());
        QCOMPARE(linesThatFit(text, caption, wide), QStringList{text});
        QCOMPARE(linesThatFit(text, caption, {narrow.width(), 1}).size(), 1);
    }

    void everyControlIsReachedByTab()
    {
        segment(u"Serve: On"_s)->click();
        m_page->view()->setFocus();
        QSet<QWidget *> reached;
        for (int i = 0; i < 60; ++i) {
            QTest::keyClick(QApplication::focusWidget(), Qt::Key_Tab);
            reached.insert(QApplication::focusWidget());
        }
        for (QWidget *expected : {static_cast<QWidget *>(m_page->find()),
                 static_cast<QWidget *>(m_page->view()), static_cast<QWidget *>(button(u"Upstream"_s)),
                 static_cast<QWidget *>(segment(u"Serve: On"_s)),
                 static_cast<QWidget *>(segment(u"Until: Weir closes"_s)),
                 static_cast<QWidget *>(m_page->detail()->payload()->editor())})
            QVERIFY2(reached.contains(expected), qPrintable(expected->accessibleName()));
        // Arrows move within a group, and choose.
        segment(u"Serve: On"_s)->setFocus();
        QTest::keyClick(segment(u"Serve: On"_s), Qt::Key_Left);
        QCOMPARE(m_board->find("agent_debugger_ui")->override->value, FlagValue::off());
    }

private:
    void report() { m_board->setReport(m_desk->carryOut({}, m_now).report); }
    QString cell(int row, int column) const
    {
        return m_page->view()->model()->index(row, column).data(Qt::AccessibleTextRole).toString();
    }
    /// Types into the dialog that is open, and accepts it.
    bool answerDialog(const QString &text)
    {
        auto *dialog = m_page->findChild<QInputDialog *>();
        if (!dialog)
            return false;
        dialog->setTextValue(text);
        dialog->accept();
        delete dialog;
        return true;
    }
    /// Opens the menu of a scene by the keyboard, and takes one of it.
    void sceneMenu(const QString &scene, const QString &item)
    {
        auto *card = button(scene);
        QContextMenuEvent menuKey(QContextMenuEvent::Keyboard, {}, card->mapToGlobal(QPoint()));
        QCoreApplication::sendEvent(card, &menuKey);
        auto *menu = qobject_cast<QMenu *>(QApplication::activePopupWidget());
        QVERIFY(menu);
        for (QAction *action : menu->actions()) {
            if (action->text() == item) {
                menu->close();
                return action->trigger();
            }
        }
        QFAIL(qPrintable(item));
    }
    QAbstractButton *button(const QString &text) const
    {
        for (QAbstractButton *each : m_page->findChildren<QAbstractButton *>()) {
            if (each->text() == text && each->accessibleName().section(u": "_s, 0, 0) != u"Serve")
                return each;
        }
        return nullptr;
    }
    template <typename Widget> Widget *named(const QString &name) const
    {
        for (Widget *each : m_page->findChildren<Widget *>()) {
            if (each->accessibleName() == name)
                return each;
        }
        return nullptr;
    }
    QAbstractButton *segment(const QString &name) const { return named<QAbstractButton>(name); }

    Theme m_theme;
    UtcTime m_now{};
    std::unique_ptr<FlagDesk> m_desk;
    std::unique_ptr<FlagBoard> m_board;
    std::unique_ptr<FlagsPage> m_page;
};

QTEST_MAIN(TstFlagsPage)
#include "tst_flagspage.moc"
