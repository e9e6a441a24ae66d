#include "app/httpclient.h"
#include "app/windowwiring.h"
#include "tests/support/runningweir.h"
#include "tests/support/visibletexts.h"
#include "ui/panels/detailpane.h"
#include "ui/panels/facetbar.h"
#include "ui/panels/firstrun.h"
#include "ui/panels/livepanel.h"
#include "ui/panels/livetoolbar.h"
#include "ui/panels/liveview.h"
#include "ui/panels/notebar.h"
#include "ui/panels/propertyview.h"
#include "ui/panels/requestsview.h"
#include "ui/panels/runflagsbar.h"
#include "ui/panels/tokenedit.h"
#include "ui/panels/tracepane.h"
#include "ui/window/navbar.h"
#include "ui/window/statusbar.h"

#include <QAction>
#include <QApplication>
#include <QLabel>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>
#include <QToolButton>

#include <algorithm>
#include <atomic>
#include <thread>

using namespace Qt::StringLiterals;
using namespace Weir;
using namespace Weir::Testing;

namespace {

/// The whole program but its process: window, engine, door and a session of its own.
struct Fixture
{
    explicit Fixture(Theme &theme, std::uint16_t port = 0)
        : engine(settingsFor(port))
        , state(folder.filePath(u"window.ini"_s))
        , window(theme, state)
        , wiring(engine, state, window)
        , started(&wiring, &WindowWiring::started)
        , couldNotStart(&wiring, &WindowWiring::couldNotStart)
    {
        QObject::connect(&wiring, &WindowWiring::started, &window, &QWidget::show);
    }
    Settings settingsFor(std::uint16_t port) const
    {
        Settings settings;
        settings.port = port;
        settings.session = folder.filePath(u"session.weir"_s).toStdString();
        return settings;
    }
    bool start()
    {
        engine.start();
        return QTest::qWaitFor([this] { return !started.isEmpty() || !couldNotStart.isEmpty(); }, 20'000)
            && !started.isEmpty();
    }
    std::uint16_t port() const
    {
        for (const QString &text : visibleTexts(window.status())) {
            if (text.startsWith(u"127.0.0.1:"))
                return text.section(u':', 1).toUShort();
        }
        return 0;
    }
    /// Sends from another thread, as a client does, while this one runs the window; how many got a 200.
    int send(const std::vector<std::string> &bodies, const std::string &path = "/v1/track") const
    {
        std::atomic<int> good = 0;
        std::atomic<bool> ended = false;
        std::thread sender([&, to = port()] {
            for (const std::string &body : bodies) {
                const auto client = HttpClient::connect("127.0.0.1", to);
                if (!client)
                    continue;
                const auto answer = (*client)->exchange({"POST", path, sdkHeaders, body});
                good += answer && answer->status == 200 ? 1 : 0;
            }
            ended = true;
        });
        const bool inTime = QTest::qWaitFor([&] { return ended.load(); }, 20'000);
        sender.join();
        return inTime ? good.load() : -1;
    }
    bool waitForEvents(std::int64_t count)
    {
        return QTest::qWaitFor([&] { return wiring.live()->model().session().events == count; }, 10'000);
    }
    LiveModel &model() { return wiring.live()->model(); }
    /// Selects the first event. A run that was stored before the list was read comes closed.
    bool selectFirst()
    {
        LiveView *list = wiring.live()->view();
        if (!QTest::qWaitFor([this] { return model().rows().count() > 0; }, 10'000))
            return false;
        list->setCurrent(0);
        if (model().rows().count() == 1)
            QTest::keyClick(list, Qt::Key_Right);
        if (!QTest::qWaitFor([this] { return model().rows().count() > 1; }, 10'000))
            return false;
        list->setCurrent(1);
        return true;
    }
    std::string eventIn(const LiveRow &row)
    {
        const EventRow *event = raw(row.event) != 0 ? model().event(row.event) : nullptr;
        return event ? event->name : std::string();
    }

    QTemporaryDir folder;
    Engine engine;
    ViewState state;
    MainWindow window;
    WindowWiring wiring;
    QSignalSpy started, couldNotStart;
};

std::string runBody(int number, const std::string &name)
{
    return trackBody(name, "w-" + std::to_string(number) + name,
        R"({"trace_id":"run-)" + std::to_string(number) + R"(","tool_id":"t","latency_ms":1700})");
}

/// A flag that run `number` has used. With ' for ": moc 6.4 loses the class below over raw strings.
std::string callBody(int number, const std::string &value)
{
    std::string body
        = "{'api_key':'k','event':'$feature_flag_called','distinct_id':'u','properties':{'trace_id':'run-"
        + std::to_string(number) + "','$feature_flag':'rag','$feature_flag_response':" + value + "}}";
    std::ranges::replace(body, '\'', '"');
    return body;
}

} // namespace

/// The window on a real engine.
class TstWindowWiring : public QObject
{
    Q_OBJECT
private slots:
    void initTestCase() { m_theme.install(); }

    void showsWhatArrives()
    {
        Fixture f(m_theme);
        QVERIFY(f.start());
        QVERIFY(f.window.isVisible() && f.window.firstRun()->isVisible());
        QVERIFY(f.port() != 0);
        QCOMPARE(f.send({runBody(1, "tool_used"), runBody(1, "flow_executed")}), 2);
        QVERIFY(f.waitForEvents(2));
        QVERIFY(f.wiring.live()->isVisible());
        QTRY_COMPARE(f.model().rows().count(), 3); // A group, and its events opened.
        // Selecting one shows it, with its request.
        f.wiring.live()->view()->setCurrent(1);
        QTRY_VERIFY(visibleTexts(f.window.details()).contains(u"event 1 of 2"_s));
        QVERIFY(visibleTexts(f.window.status()).contains(u"Capturing"_s));
    }

    void showsTheTraceBesideAWideList()
    {
        Fixture f(m_theme);
        QVERIFY(f.start());
        f.window.resize(2400, 1000);
        QCOMPARE(f.send({runBody(1, "tool_used"), runBody(2, "tool_used"), runBody(1, "agent_error")}), 3);
        QVERIFY(f.waitForEvents(3));
        auto *pane = f.window.findChild<TracePane *>();
        QVERIFY(f.window.hasThreeParts() && pane->isVisible());
        LiveView *list = f.wiring.live()->view();
        QTRY_COMPARE(f.model().rows().count(), 5);
        list->setCurrent(2); // The second event of the first run.
        QTRY_COMPARE(pane->model().rows().count(), 3);
        QTRY_VERIFY(visibleTexts(pane).join(u'\n').contains(u"2 events, 1."_s));
        QTRY_COMPARE(pane->view()->current().event, list->current().event);
        // What arrives for this trace joins; other traces do not.
        QCOMPARE(f.send({runBody(1, "flow_executed"), runBody(3, "tool_used")}), 2);
        QTRY_COMPARE(pane->model().rows().count(), 4);
        // An event that is selected here shows its details.
        pane->view()->setCurrent(1);
        QTRY_COMPARE(f.window.details()->eventId(), pane->view()->current().event);
        // The list's keys work here, too.
        QSignalSpy told(f.wiring.live(), &LivePanel::told);
        QTest::keyClick(pane->view(), Qt::Key_C);
        QTRY_COMPARE(told.count(), 1);
        QTRY_VERIFY(pane->model().event(pane->view()->current().event));
        QTest::keyClick(pane->view(), Qt::Key_E);
        QCOMPARE(f.wiring.live()->filter()->terms().size(), 1);
        f.wiring.live()->filter()->clear();
        QTRY_COMPARE(f.model().rows().groupCount(), 3);
        list->setCurrent(0);
        QTRY_COMPARE(pane->model().rows().count(), 4);
        f.wiring.live()->model().setGrouping(LiveRows::Grouping::Flat);
        QTRY_COMPARE(f.model().rows().count(), 5);
        list->setCurrent(1); // Of the second run.
        QTRY_COMPARE(pane->model().rows().count(), 2);
    }

    void showsTheFlagsOfARun()
    {
        Fixture f(m_theme);
        QVERIFY(f.start());
        f.window.resize(2400, 1000);
        QCOMPARE(f.send({runBody(1, "tool_used"), runBody(2, "tool_used")}), 2);
        QCOMPARE(f.send({callBody(1, "'v2'")}, "/capture/"), 1);
        QVERIFY(f.waitForEvents(3));
        QTRY_COMPARE(f.model().rows().count(), 5);
        const QAbstractItemModel *shown = f.window.details()->findChild<PropertyView *>()->model();
        const auto flags = [shown] {
            for (int row = 0; row < shown->rowCount(); ++row) {
                const QModelIndex group = shown->index(row, 0);
                if (group.data().toString() == "Flags of this run"_L1)
                    return group.data(Qt::AccessibleTextRole).toString()
                        + shown->index(0, 0, group).data(Qt::AccessibleTextRole).toString();
            }
            return QString();
        };
        LiveView *list = f.wiring.live()->view();
        list->setCurrent(0); // The run.
        QTRY_VERIFY2(flags().startsWith(u"Flags of this run, 1rag: v2, seen in $feature_flag_called"_s),
            qPrintable(flags()));
        QVERIFY(visibleTexts(f.window.details()).contains(u"2 events"_s));
        auto *bar = f.window.findChild<RunFlagsBar *>();
        QTRY_COMPARE(bar->accessibleName(), u"Flags of this run: rag v2"_s);
        list->setCurrent(1); // An event of it.
        QTRY_COMPARE(f.window.details()->eventId(), EventId(1));
        QVERIFY(flags().startsWith(u"Flags of this run, 1"_s));
        emit f.window.details()->eventWanted(3);
        QTRY_COMPARE(f.window.details()->eventId(), EventId(3));
        QCOMPARE(list->current().event, EventId(3));
        // What the run sees later joins, and another run has its own.
        QCOMPARE(f.send({callBody(1, "false"), callBody(2, "true")}, "/capture/"), 2);
        QTRY_VERIFY2(flags().startsWith(u"Flags of this run, 2"_s), qPrintable(flags()));
        QTRY_COMPARE(f.model().rows().count(), 7);
        list->setCurrent(4);
        QTRY_VERIFY2(flags().startsWith(u"Flags of this run, 1rag: true"_s), qPrintable(flags()));
        // What the filter hides is shown all the same.
        f.model().setMatchingOnly(true);
        f.wiring.live()->setTerm({u"event"_s, FilterOp::Is, u"tool_used"_s});
        QTRY_COMPARE(f.model().rows().count(), 4);
        emit f.window.details()->eventWanted(5);
        QTRY_COMPARE(f.window.details()->eventId(), EventId(5));
    }

    void showsWhatARunWasServed()
    {
        Fixture f(m_theme);
        QVERIFY(f.start());
        f.window.resize(2400, 1000);
        FlagOrder order;
        order.kind = FlagOrder::Kind::Set;
        order.override.key = "agent_debugger_ui";
        order.override.value = FlagValue::on();
        f.engine.orderFlags(order);
        std::string question = "{'api_key':'k','distinct_id':'u'}";
        std::ranges::replace(question, '\'', '"');
        QCOMPARE(f.send({question}, "/flags/?v=2"), 1);
        QCOMPARE(f.send({callBody(1, "'v2'")}, "/capture/"), 1); // The same user, and another flag.
        QTRY_COMPARE(f.model().rows().count(), 2);
        f.wiring.live()->view()->setCurrent(0);
        auto *bar = f.window.findChild<RunFlagsBar *>();
        QTRY_COMPARE(bar->accessibleName(),
            u"Flags of this run: rag v2; agent_debugger_ui true, overridden, served, in no event"_s);
    }

    void filtersAndPauses()
    {
        Fixture f(m_theme);
        QVERIFY(f.start());
        QCOMPARE(f.send({runBody(1, "tool_used"), runBody(2, "agent_error")}), 2);
        QVERIFY(f.waitForEvents(2));
        f.wiring.live()->setTerm({u"event"_s, FilterOp::Is, u"agent_error"_s});
        QTRY_COMPARE(f.model().rows().groupCount(), 1);
        f.wiring.live()->filter()->clear();
        QTRY_COMPARE(f.model().rows().groupCount(), 2);
        f.window.action(Command::PauseView)->trigger();
        QCOMPARE(f.model().mode(), LiveModel::Mode::Paused);
        QCOMPARE(f.send({runBody(3, "tool_used")}), 1);
        QTRY_COMPARE(f.model().waiting(), 1);
        QCOMPARE(f.model().rows().groupCount(), 2);
        QVERIFY(visibleTexts(f.window.status()).contains(u"View paused"_s));
        f.window.action(Command::PauseView)->trigger();
        QTRY_COMPARE(f.model().rows().groupCount(), 3);
    }

    /// The header and the facets among them, which stand before the list.
    void everyPartIsReachedByTab()
    {
        Fixture f(m_theme);
        QVERIFY(f.start());
        QCOMPARE(f.send({runBody(1, "tool_used")}), 1);
        QVERIFY(f.waitForEvents(1));
        LivePanel *live = f.wiring.live();
        QTRY_VERIFY(live->view()->isVisible());
        QVERIFY(f.selectFirst()); // So that there are details.
        QTRY_VERIFY(visibleTexts(f.window.details()).contains(u"tool_used"_s));
        live->view()->setFocus();
        QSet<const QWidget *> reached;
        for (int i = 0; i < 60; ++i) {
            QTest::keyClick(QApplication::focusWidget(), Qt::Key_Tab);
            for (const QWidget *part = QApplication::focusWidget(); part; part = part->parentWidget())
                reached.insert(part);
        }
        for (const QWidget *part : std::initializer_list<const QWidget *>{live->filter(),
                 live->toolbar()->columnsButton(), live->findChild<FacetBar *>(), live->view(),
                 f.window.details(), f.window.findChild<NavBar *>(), f.window.status()})
            QVERIFY2(reached.contains(part), part->metaObject()->className());
    }

    void savesAsWhileClientsSend()
    {
        Fixture f(m_theme);
        QVERIFY(f.start());
        QCOMPARE(f.send({runBody(1, "tool_used")}), 1);
        QVERIFY(f.waitForEvents(1));
        const quint16 port = f.port();
        const QString copy = f.folder.filePath(u"copy.weir"_s);
        std::vector<std::string> bodies;
        for (int i = 0; i < 200; ++i)
            bodies.push_back(runBody(100 + i, "tool_used"));
        QTimer::singleShot(20, &f.window, [&] { emit f.window.saveAsRequested(copy); });
        QCOMPARE(f.send(bodies), 200); // They wait; none is refused.
        QTRY_COMPARE(f.window.windowFilePath(), copy);
        QVERIFY(f.waitForEvents(201));
        QCOMPARE(f.port(), port);
        QCOMPARE(f.window.findChild<NoteBar *>()->text(), QString());
    }

    void opensAnotherSession()
    {
        Fixture f(m_theme);
        QVERIFY(f.start());
        QCOMPARE(f.send({runBody(1, "tool_used")}), 1);
        QVERIFY(f.waitForEvents(1));
        emit f.window.sessionRequested(f.folder.filePath(u"other.weir"_s));
        QVERIFY(f.waitForEvents(0));
        QTRY_VERIFY(f.window.firstRun()->isVisible());
        QCOMPARE(f.send({runBody(2, "tool_used"), runBody(3, "tool_used")}), 2);
        QVERIFY(f.waitForEvents(2));
        emit f.window.sessionRequested(f.folder.filePath(u"session.weir"_s));
        QVERIFY(f.waitForEvents(1));
        // What cannot be opened is told, and the session stays.
        emit f.window.sessionRequested(f.folder.path());
        auto *note = f.window.findChild<NoteBar *>();
        QTRY_VERIFY(!note->text().isEmpty());
        QVERIFY(f.waitForEvents(1));
        QCOMPARE(f.send({runBody(4, "tool_used")}), 1);
        QVERIFY(!note->text().isEmpty());
        emit f.window.sessionRequested(f.folder.filePath(u"other.weir"_s));
        QTRY_COMPARE(note->text(), QString());
    }

    void sendsATestEvent()
    {
        Fixture f(m_theme);
        QVERIFY(f.start());
        const QStringList told = visibleTexts(f.window.firstRun());
        emit f.window.firstRun()->testEventRequested();
        QVERIFY(f.waitForEvents(1));
        QTRY_VERIFY(f.wiring.live()->isVisible());
        QVERIFY(f.selectFirst());
        QTRY_VERIFY(visibleTexts(f.window.details()).contains(u"tool_used"_s));
        QVERIFY(told.contains(u"Sends one tool_used to Weir, the same way an SDK does."_s));
    }

    void clears()
    {
        Fixture f(m_theme);
        QVERIFY(f.start());
        QCOMPARE(f.send({runBody(1, "tool_used")}), 1);
        QVERIFY(f.waitForEvents(1));
        emit f.wiring.live()->resetWanted();
        QVERIFY(f.waitForEvents(0));
        QTRY_VERIFY(f.window.firstRun()->isVisible());
    }

    void showsRequestsThatFailed()
    {
        Fixture f(m_theme);
        QVERIFY(f.start());
        QCOMPARE(f.send({runBody(1, "tool_used")}), 1);
        QVERIFY(f.send({"{}"}, "/nowhere") >= 0);
        QTRY_COMPARE(f.model().session().failedRequests, 1);
        for (FacetButton *button : f.wiring.live()->findChildren<FacetButton *>()) {
            if (button->text() == "Failed requests"_L1)
                button->click();
        }
        auto *requests = f.wiring.live()->findChild<RequestsView *>();
        QVERIFY(requests->isVisible());
        QTRY_COMPARE(requests->model()->rowCount(), 1);
        requests->setCurrentIndex(requests->model()->index(0, 0));
        QTRY_VERIFY(visibleTexts(f.window.details()).join(u'\n').contains(u"POST /nowhere"_s));
    }

    void keepsColumnsAndGrouping()
    {
        QTemporaryDir folder;
        const QString file = folder.filePath(u"window.ini"_s);
        for (const bool first : {true, false}) {
            ViewState state(file);
            MainWindow window(m_theme, state);
            Settings settings;
            settings.session = folder.filePath(u"s.weir"_s).toStdString();
            Engine engine(settings);
            WindowWiring wiring(engine, state, window);
            LivePanel *live = wiring.live();
            if (first) {
                live->view()->columns().setWidth(LiveColumn::Source, 150);
                live->view()->columns().move(LiveColumn::Duration, LiveColumn::Status);
                emit live->view()->columnsArranged();
                live->toolbar()->setGrouping(LiveRows::Grouping::Flat);
            } else {
                QCOMPARE(live->view()->columns().width(LiveColumn::Source), 150);
                QCOMPARE(live->view()->columns().order()[2], LiveColumn::Duration);
                QCOMPARE(live->model().rows().grouping(), LiveRows::Grouping::Flat);
            }
        }
    }

    void neverShowsWhenItCannotStart()
    {
        Fixture first(m_theme);
        QVERIFY(first.start());
        Fixture second(m_theme, first.port());
        QVERIFY(!second.start());
        QCOMPARE(second.couldNotStart.count(), 1);
        QVERIFY(!second.window.isVisible());
    }

private:
    Theme m_theme;
};

QTEST_MAIN(TstWindowWiring)
#include "tst_windowwiring.moc"
