#include "ui/panels/facetbar.h"
#include "ui/theme/theme.h"

#include <QMenu>
#include <QSignalSpy>
#include <QTest>
#include <QToolButton>

#include <algorithm>

using namespace Qt::StringLiterals;
using namespace Weir;

namespace {

constexpr Notices noTraceId = static_cast<Notices>(Notice::NoTraceId);

SessionSummary sampleSummary()
{
    SessionSummary summary;
    summary.events = 12'480;
    summary.byStatus = {0, 12294, 121, 46, 19};
    summary.failedRequests = 2;
    summary.byNotice = {{Notice::NoTraceId, 19}, {Notice::Duplicate, 7}};
    summary.bySource = {{Source::PostHog, 8000}, {Source::RudderStack, 4480}};
    return summary;
}

FilterTerm term(const QString &key, FilterOp op, const QString &value)
{
    return {key, op, value};
}

} // namespace

class TstFacetBar : public QObject
{
    Q_OBJECT
private slots:
    void initTestCase() { m_theme.install(); }
    void init()
    {
        m_bar = std::make_unique<FacetBar>();
        m_bar->resize(1200, 34);
        m_bar->setSession(sampleSummary());
        m_bar->show();
        m_terms = std::make_unique<QSignalSpy>(m_bar.get(), &FacetBar::termToggled);
    }
    void cleanup()
    {
        m_terms.reset();
        m_bar.reset();
    }

    void showsWhatThereIs_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<bool>("visible");
        QTest::newRow("all") << u"All 12,480"_s << true;
        QTest::newRow("warnings") << u"Warning 121"_s << true;
        QTest::newRow("valid") << u"Valid 12,294"_s << true;
        QTest::newRow("invalid") << u"Invalid 19"_s << true;
        QTest::newRow("not in plan") << u"Not in plan 46"_s << true;
        QTest::newRow("a notice") << u"No trace_id 19"_s << true;
        QTest::newRow("another") << u"Duplicate 7"_s << true;
        QTest::newRow("requests") << u"Failed requests 2"_s << true;
        QTest::newRow("none of it") << u"Clock 0"_s << false;
    }
    void showsWhatThereIs()
    {
        QFETCH(QString, name);
        const FacetButton *button = named(name);
        QVERIFY2(button, qPrintable(name));
        QTEST(button->isVisible(), "visible");
    }

    void clicksAskForTerms_data()
    {
        QTest::addColumn<QString>("button");
        QTest::addColumn<bool>("alt");
        QTest::addColumn<EventFilter>("before");
        QTest::addColumn<FilterTerm>("term");
        QTest::addColumn<bool>("on");
        EventFilter none, warnings, noWarnings, untraced, notUntraced;
        warnings.statuses = {EventStatus::Warning};
        noWarnings.notStatuses = {EventStatus::Warning};
        untraced.notices = noTraceId;
        notUntraced.notNotices = noTraceId;
        const auto isWarning = term(u"status"_s, FilterOp::Is, u"warning"_s),
                   isNoWarning = term(u"status"_s, FilterOp::IsNot, u"warning"_s),
                   isUntraced = term(u"notice"_s, FilterOp::Is, u"no_trace_id"_s),
                   isNotUntraced = term(u"notice"_s, FilterOp::IsNot, u"no_trace_id"_s);
        const auto row = [](const char *name, const QString &button, bool alt, const EventFilter &before,
                             const FilterTerm &term,
                             bool on) { QTest::newRow(name) << button << alt << before << term << on; };
        row("filter", u"Warning"_s, false, none, isWarning, true);
        row("filter no more", u"Warning"_s, false, warnings, isWarning, false);
        row("exclude", u"Warning"_s, true, none, isNoWarning, true);
        row("exclude no more", u"Warning"_s, true, noWarnings, isNoWarning, false);
        row("exclude instead", u"Warning"_s, true, warnings, isNoWarning, true);
        row("notice", u"No trace_id"_s, false, none, isUntraced, true);
        row("notice no more", u"No trace_id"_s, false, untraced, isUntraced, false);
        row("exclude a notice", u"No trace_id"_s, true, none, isNotUntraced, true);
        row("exclude a notice no more", u"No trace_id"_s, true, notUntraced, isNotUntraced, false);
    }
    void clicksAskForTerms()
    {
        QFETCH(QString, button);
        QFETCH(bool, alt);
        QFETCH(EventFilter, before);
        QFETCH(FilterTerm, term);
        m_bar->setFilter(before);
        QTest::mouseClick(named(button), Qt::LeftButton, alt ? Qt::AltModifier : Qt::NoModifier);
        QCOMPARE(m_terms->count(), 1);
        QVERIFY(m_terms->at(0).at(0).value<FilterTerm>() == term);
        QTEST(m_terms->at(0).at(1).toBool(), "on");
    }

    void theMenuExcludes()
    {
        FacetButton *button = named(u"Warning"_s);
        emit button->customContextMenuRequested({});
        QList<QAction *> actions = m_bar->findChild<QMenu *>()->actions();
        QCOMPARE(actions.size(), 2);
        actions[1]->trigger();
        QVERIFY(m_terms->at(0).at(0).value<FilterTerm>() == term(u"status"_s, FilterOp::IsNot, u"warning"_s));
        QCOMPARE(m_terms->at(0).at(1).toBool(), true);
    }

    void saysWhatIsOn()
    {
        FacetButton *all = named(u"All"_s), *warning = named(u"Warning"_s), *notice = named(u"No trace_id"_s);
        QVERIFY(all->isChecked());
        EventFilter filter;
        filter.statuses = {EventStatus::Warning};
        filter.notNotices = noTraceId;
        m_bar->setFilter(filter);
        QVERIFY(!all->isChecked() && warning->isChecked() && !notice->isChecked());
        QVERIFY(notice->isExcluded() && !warning->isExcluded());
        QCOMPARE(notice->accessibleName(), u"No trace_id 19, excluded"_s);
        m_bar->setFilter({});
        QVERIFY(all->isChecked() && !warning->isChecked() && !notice->isExcluded());
        m_bar->setShowsRequests(true);
        QVERIFY(!all->isChecked() && named(u"Failed requests"_s)->isChecked());
    }

    void sourcesAreExcludedByMenu()
    {
        auto *sources = buttonWith(u"Sources 2/2"_s);
        QVERIFY(sources && sources->isVisible());
        EventFilter filter;
        filter.notSources = {Source::PostHog};
        m_bar->setFilter(filter);
        QCOMPARE(sources->text(), u"Sources 1/2"_s);
        sources->click();
        const QList<QAction *> actions = m_bar->findChild<QMenu *>()->actions();
        QVERIFY(!actions[0]->isChecked() && actions[1]->isChecked());
        actions[0]->trigger();
        QVERIFY(m_terms->at(0).at(0).value<FilterTerm>() == term(u"source"_s, FilterOp::IsNot, u"posthog"_s));
        QCOMPARE(m_terms->at(0).at(1).toBool(), false);
    }

    void whatDoesNotFitGoesIntoAMenu()
    {
        m_bar->resize(400, 34);
        QVERIFY(named(u"All"_s)->isVisible() && named(u"Valid"_s)->isVisible());
        const FacetButton *failed = named(u"Failed requests"_s);
        QVERIFY(!failed->isVisible());
        for (const FacetButton *button : m_bar->findChildren<FacetButton *>())
            QVERIFY(!button->isVisible() || button->geometry().right() < m_bar->width());
        QSignalSpy requests(m_bar.get(), &FacetBar::requestsWanted);
        for (QToolButton *button : m_bar->findChildren<QToolButton *>()) {
            if (button->accessibleName() == "More facets"_L1)
                button->click();
        }
        auto *menu = m_bar->findChild<QMenu *>();
        QVERIFY(menu);
        const QList<QAction *> actions = menu->actions();
        const auto wanted = std::ranges::find_if(
            actions, [](const QAction *action) { return action->text().startsWith(u"Failed requests"); });
        QVERIFY(wanted != actions.end());
        (*wanted)->trigger();
        QCOMPARE(requests.count(), 1);
        QCOMPARE(requests[0][0].toBool(), true);
    }

private:
    FacetButton *named(const QString &beginning) const
    {
        for (FacetButton *button : m_bar->findChildren<FacetButton *>()) {
            if (button->accessibleName().startsWith(beginning))
                return button;
        }
        return nullptr;
    }
    QToolButton *buttonWith(const QString &text) const
    {
        for (QToolButton *button : m_bar->findChildren<QToolButton *>()) {
            if (button->text() == text)
                return button;
        }
        return nullptr;
    }

    Theme m_theme;
    std::unique_ptr<FacetBar> m_bar;
    std::unique_ptr<QSignalSpy> m_terms;
};

QTEST_MAIN(TstFacetBar)
#include "tst_facetbar.moc"
