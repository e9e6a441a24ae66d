#include "core/base/workerthread.h"
#include "core/store/eventreader.h"
#include "tests/core/store/samplerequest.h"
#include "ui/panels/facetbar.h"
#include "ui/panels/livepanel.h"
#include "ui/panels/livetoolbar.h"
#include "ui/panels/liveview.h"
#include "ui/panels/overviewstrip.h"
#include "ui/panels/requestsview.h"
#include "ui/panels/tokenedit.h"
#include "ui/theme/theme.h"

#include <QApplication>
#include <QClipboard>
#include <QJsonArray>
#include <QJsonDocument>
#include <QLabel>
#include <QMessageBox>
#include <QPushButton>
#include <QSignalSpy>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace Weir;

namespace {

constexpr Notices noTraceId = static_cast<Notices>(Notice::NoTraceId);

FilterTerm term(const QString &key, FilterOp op, const QString &value)
{
    return {key, op, value};
}

/// The panel on a real session: writer on this thread, reader on its own.
struct Fixture
{
    Fixture()
        : reader(u"reader"_s)
        , writer({(folder.path() + u"/test.weir"_s).toStdString()})
    {
        EventReader *from = reader.get();
        LiveModel *model = &panel.model();
        QObject::connect(&writer.writer, &EventWriter::opened, from, &EventReader::openSession);
        QObject::connect(from, &EventReader::opened, model, &LiveModel::openSession);
        QObject::connect(&writer.writer, &EventWriter::committed, model, &LiveModel::addCommit);
        QObject::connect(model, &LiveModel::summaryNeeded, from, &EventReader::readSummary);
        QObject::connect(from, &EventReader::summaryRead, model, &LiveModel::setSummary);
        QObject::connect(model, &LiveModel::windowNeeded, from, &EventReader::readWindow);
        QObject::connect(from, &EventReader::windowRead, model, &LiveModel::setWindow);
        QObject::connect(model, &LiveModel::searchNeeded, from, &EventReader::search);
        QObject::connect(model, &LiveModel::tailNeeded, from, &EventReader::search);
        QObject::connect(from, &EventReader::searchReported, model, &LiveModel::addSearchReport);
        QObject::connect(&panel, &LivePanel::histogramNeeded, from, &EventReader::readHistogram);
        QObject::connect(from, &EventReader::histogramRead, &panel, &LivePanel::setHistogram);
        QObject::connect(&panel, &LivePanel::valuesNeeded, from, &EventReader::readValues);
        QObject::connect(from, &EventReader::valuesRead, &panel, &LivePanel::setValues);
        QObject::connect(&panel, &LivePanel::requestsNeeded, from, &EventReader::readRequests);
        QObject::connect(from, &EventReader::requestsRead, &panel, &LivePanel::setRequests);
        QObject::connect(&panel, &LivePanel::payloadsNeeded, from, &EventReader::readPayloads);
        QObject::connect(from, &EventReader::payloadsRead, &panel, &LivePanel::setPayloads);
        reader.start();
        panel.resize(1244, 800);
        panel.show();
        writer.writer.open();
    }
    ~Fixture() { reader.stop(); }

    /// Two runs of three events, two events without a trace id, and a request that nobody understands.
    bool store()
    {
        std::vector<SampleEvent> first, second, untraced;
        for (int i = 0; i < 3; ++i) {
            SampleEvent event;
            event.at = i * 1000;
            event.name = i == 2 ? "agent_error" : "tool_used";
            event.properties = "\"tool_id\":\"tool " + std::to_string(i) + "\"";
            first.push_back(event);
            event.traceId = "a3ce929d0e0e4736a3ce929d0e0e4736";
            event.source = Source::RudderStack;
            second.push_back(event);
        }
        for (int i = 0; i < 2; ++i) {
            SampleEvent event;
            event.name = "$pageview";
            event.traceId = {};
            event.notices = noTraceId;
            untraced.push_back(event);
        }
        return writer.store({sampleRequest(first, 1), sampleRequest(second, 2), sampleRequest(untraced, 3),
                   failedRequest("{}", 4)})
            && QTest::qWaitFor(
                [this] { return panel.model().session().events == 8 && rows().groupCount() == 3; }, 5000);
    }
    const LiveRows &rows() { return panel.model().rows(); }
    FacetButton *facet(const QString &beginning) const
    {
        for (FacetButton *button : panel.findChildren<FacetButton *>()) {
            if (button->accessibleName().startsWith(beginning))
                return button;
        }
        return nullptr;
    }
    QStringList visibleTexts() const
    {
        QStringList texts;
        for (const QLabel *label : panel.findChildren<QLabel *>()) {
            if (label->isVisible())
                texts.append(label->text());
        }
        return texts;
    }

    QTemporaryDir folder;
    LivePanel panel;
    WorkerThread<EventReader> reader;
    TestWriter writer;
};

} // namespace

class TstLivePanel : public QObject
{
    Q_OBJECT
private slots:
    void initTestCase() { m_theme.install(); }

    void showsTheSession()
    {
        Fixture f;
        QVERIFY(f.store());
        QCOMPARE(f.rows().groupCount(), 3);
        QVERIFY(f.facet(u"All 8"_s) && f.facet(u"Warning 2"_s) && f.facet(u"No trace_id 2"_s));
        QVERIFY(f.facet(u"Failed requests 1"_s)->isVisible());
        auto *overview = f.panel.findChild<OverviewStrip *>();
        QTRY_VERIFY(overview->accessibleName().contains(u"at most"));
    }

    void facetsNarrowTheList_data()
    {
        QTest::addColumn<QString>("facet");
        QTest::addColumn<bool>("alt");
        QTest::addColumn<QString>("term"); // Empty: no filter.
        QTest::addColumn<int>("matches");
        QTest::newRow("warnings") << u"Warning"_s << false << u"status is warning"_s << 2;
        QTest::newRow("no warnings") << u"Warning"_s << true << u"status is not warning"_s << 6;
        QTest::newRow("traced") << u"No trace_id"_s << true << u"notice is not no_trace_id"_s << 6;
    }
    void facetsNarrowTheList()
    {
        QFETCH(QString, facet);
        QFETCH(bool, alt);
        QFETCH(QString, term);
        QFETCH(int, matches);
        Fixture f;
        QVERIFY(f.store());
        QTest::mouseClick(f.facet(facet), Qt::LeftButton, alt ? Qt::AltModifier : Qt::NoModifier);
        QCOMPARE(f.panel.filter()->terms().size(), 1);
        QCOMPARE(toText(f.panel.filter()->terms().first()), term);
        QTRY_COMPARE(f.rows().matchCount(), matches);
        // The other click takes its place, and All leaves none.
        QTest::mouseClick(f.facet(facet), Qt::LeftButton, alt ? Qt::NoModifier : Qt::AltModifier);
        QCOMPARE(f.panel.filter()->terms().size(), 1);
        QTRY_COMPARE(f.rows().matchCount(), 8 - matches);
        QTest::mouseClick(f.facet(u"All"_s), Qt::LeftButton);
        QVERIFY(f.panel.filter()->terms().isEmpty() && !f.rows().isFiltered());
    }

    void termsReplaceTheirOpposites()
    {
        Fixture f;
        const auto user = [](FilterOp op, const QString &name) { return term(u"user_id"_s, op, name); };
        f.panel.setTerm(user(FilterOp::Is, u"ada"_s));
        f.panel.setTerm(user(FilterOp::Is, u"bob"_s));
        QCOMPARE(f.panel.filter()->terms(), QList{user(FilterOp::Is, u"bob"_s)});
        f.panel.setTerm(user(FilterOp::IsNot, u"bob"_s));
        f.panel.setTerm(user(FilterOp::IsNot, u"cat"_s));
        QCOMPARE(f.panel.filter()->terms(),
            (QList{user(FilterOp::IsNot, u"bob"_s), user(FilterOp::IsNot, u"cat"_s)}));
        f.panel.setTerm(user(FilterOp::IsNot, u"bob"_s), false);
        QCOMPARE(f.panel.filter()->terms(), QList{user(FilterOp::IsNot, u"cat"_s)});
    }

    void emptyAnswersAreTold()
    {
        Fixture f;
        QVERIFY(f.store());
        f.panel.setTerm(term(u"event"_s, FilterOp::Is, u"no_such"_s));
        QTRY_VERIFY(f.visibleTexts().contains(u"No event matches this filter. 8 are hidden."_s));
        for (QPushButton *button : f.panel.findChildren<QPushButton *>()) {
            if (button->isVisible() && button->text() == "Clear filter"_L1)
                button->click();
        }
        QVERIFY(f.panel.filter()->terms().isEmpty());
        QTRY_COMPARE(f.rows().groupCount(), 3);
    }

    void theBrushIsAFilter()
    {
        Fixture f;
        QVERIFY(f.store());
        auto *overview = f.panel.findChild<OverviewStrip *>();
        emit overview->brushChanged(sampleStart + 1s, sampleStart + 2s);
        QCOMPARE(f.panel.filter()->terms().size(), 2);
        QCOMPARE(f.panel.filter()->terms()[0].key, u"since"_s);
        QTRY_COMPARE(f.rows().matchCount(), 2);
        emit overview->brushChanged({}, {});
        QVERIFY(f.panel.filter()->terms().isEmpty());
    }

    void failedRequestsAreListed()
    {
        Fixture f;
        QVERIFY(f.store());
        auto *requests = f.panel.findChild<RequestsView *>();
        QSignalSpy selected(&f.panel, &LivePanel::requestSelected);
        QTest::mouseClick(f.facet(u"Failed requests"_s), Qt::LeftButton);
        QVERIFY(requests->isVisible() && !f.panel.view()->isVisible());
        QTRY_COMPARE(requests->model()->rowCount(), 1);
        requests->setCurrentIndex(requests->model()->index(0, 0));
        QCOMPARE(selected.count(), 1);
        QCOMPARE(selected[0][0].value<StoredRequest>().request.state, RequestState::Failed);
        // Another one comes: the list grows, and what is selected stays so without being told again.
        QVERIFY(f.writer.store({failedRequest("[]", 5)}));
        QTRY_COMPARE(requests->model()->rowCount(), 2);
        QCOMPARE(requests->currentIndex().row(), 1); // Newest first.
        QCOMPARE(selected.count(), 1);
        QTest::mouseClick(f.facet(u"Failed requests"_s), Qt::LeftButton);
        QVERIFY(f.panel.view()->isVisible());
    }

    void valuesComeWithCounts()
    {
        Fixture f;
        QVERIFY(f.store());
        QSignalSpy values(f.reader.get(), &EventReader::valuesRead);
        emit f.panel.filter()->valuesNeeded(u"tool_id"_s, u"tool"_s);
        QTRY_VERIFY(!values.isEmpty() && values.last()[0].value<ValuesReport>().order.key == "tool_id");
        const auto report = values.last()[0].value<ValuesReport>();
        QCOMPARE(report.values, (std::vector<TextCount>{{"tool 0", 2}, {"tool 1", 2}, {"tool 2", 2}}));
    }

    void selectedEventsAreCopied_data()
    {
        QTest::addColumn<int>("down"); // Steps from the first row, with Shift.
        QTest::addColumn<int>("copied");
        QTest::addColumn<QString>("told");
        QTest::newRow("a closed group") << 0 << 3 << u"3 events copied"_s;
        QTest::newRow("all groups") << 2 << 8 << u"8 events copied"_s;
    }
    void selectedEventsAreCopied()
    {
        QFETCH(int, down);
        QFETCH(int, copied);
        Fixture f;
        QVERIFY(f.store());
        for (const TraceRow trace : {TraceRow(1), TraceRow(2), TraceRow(3)})
            f.panel.model().setExpanded(trace, false);
        QTRY_COMPARE(f.rows().count(), 3);
        QSignalSpy told(&f.panel, &LivePanel::told);
        f.panel.view()->setCurrent(0);
        f.panel.view()->setCurrent(down, true);
        QTest::keyClick(f.panel.view(), Qt::Key_C);
        QTRY_COMPARE(told.count(), 1);
        QTEST(told[0][0].toString(), "told");
        const auto json = QJsonDocument::fromJson(QApplication::clipboard()->text().toUtf8());
        QCOMPARE(json.array().size(), copied);
    }

    void oneEventIsCopiedAsSent()
    {
        Fixture f;
        QVERIFY(f.store());
        f.panel.model().setGrouping(LiveRows::Grouping::Flat);
        QTRY_COMPARE(f.rows().count(), 8);
        QSignalSpy told(&f.panel, &LivePanel::told);
        f.panel.view()->setCurrent(1);
        QTest::keyClick(f.panel.view(), Qt::Key_C);
        QTRY_COMPARE(told.count(), 1);
        const QString text = QApplication::clipboard()->text();
        QVERIFY2(text.startsWith(u"{\"event\":\"tool_used\"") && text.contains(u"tool 1"), qPrintable(text));
    }

    void stateIsKept()
    {
        QVariantMap state;
        {
            Fixture f;
            QSignalSpy changed(&f.panel, &LivePanel::stateChanged);
            f.panel.view()->columns().setWanted(LiveColumn::Source, false);
            f.panel.toolbar()->setGrouping(LiveRows::Grouping::Flat);
            QVERIFY(changed.count() > 0);
            state = f.panel.state();
        }
        Fixture f;
        f.panel.restore(state);
        QVERIFY(!f.panel.view()->columns().isWanted(LiveColumn::Source));
        QCOMPARE(f.rows().grouping(), LiveRows::Grouping::Flat);
        QVERIFY(f.store()); // And stays so when a session is opened.
        QTRY_COMPARE(f.rows().count(), 8);
        QCOMPARE(f.panel.state(), state);
    }

    void clearingIsAsked()
    {
        Fixture f;
        QVERIFY(f.store());
        QSignalSpy reset(&f.panel, &LivePanel::resetWanted);
        f.panel.askToClear();
        auto *box = f.panel.findChild<QMessageBox *>();
        QVERIFY(box && box->isVisible());
        for (QAbstractButton *button : box->buttons()) {
            if (button->text() == "Clear 8 events"_L1)
                button->click();
        }
        QCOMPARE(reset.count(), 1);
    }

private:
    Theme m_theme;
};

QTEST_MAIN(TstLivePanel)
#include "tst_livepanel.moc"
