#include "ui/panels/requestsview.h"
#include "ui/theme/theme.h"

#include <QSignalSpy>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace Weir;

namespace {

StoredRequest request(qint64 id, RequestState state, const Error &error = {})
{
    StoredRequest stored;
    stored.request.id = RequestId(id);
    stored.request.receivedAt = fromMs(1'795'000'000'052);
    stored.request.method = "POST";
    stored.request.target = "/nowhere/" + std::to_string(id);
    stored.request.state = state;
    stored.request.answerStatus = state == RequestState::Failed ? 400 : 404;
    stored.request.error = error;
    return stored;
}

RequestPage pageOf(std::initializer_list<qint64> ids)
{
    RequestPage page;
    for (const qint64 id : ids)
        page.requests.push_back(request(id, RequestState::NotUnderstood));
    return page;
}

} // namespace

class TstRequestsView : public QObject
{
    Q_OBJECT
private slots:
    void initTestCase() { m_theme.install(); }

    void rowsSayWhatWasWrong_data()
    {
        QTest::addColumn<StoredRequest>("stored");
        QTest::addColumn<QStringList>("cells"); // Behind the time.
        QTest::newRow("not understood")
            << request(7, RequestState::NotUnderstood)
            << QStringList{u"POST"_s, u"/nowhere/7"_s, u"404"_s, u"No protocol has such a path"_s};
        QTest::newRow("not decoded") << request(
            8, RequestState::Failed, {Error::Kind::BadInput, "Expected an array of events", "/batch › batch"})
                                     << QStringList{u"POST"_s, u"/nowhere/8"_s, u"400"_s,
                                            u"/batch › batch: Expected an array of events"_s};
        QTest::newRow("failed without a word")
            << request(9, RequestState::Failed) << QStringList{u"POST"_s, u"/nowhere/9"_s, u"400"_s, u""_s};
    }
    void rowsSayWhatWasWrong()
    {
        QFETCH(StoredRequest, stored);
        QFETCH(QStringList, cells);
        RequestsView view;
        RequestPage page;
        page.requests = {stored};
        view.setRequests(page);
        QCOMPARE(view.model()->rowCount(), 1);
        QVERIFY(view.model()->index(0, 0).data().toString().endsWith(u".052"_s));
        for (int column = 0; column < cells.size(); ++column)
            QCOMPARE(view.model()->index(0, column + 1).data().toString(), cells[column]);
        for (int column = 0; column < view.model()->columnCount(); ++column)
            QVERIFY(!view.model()->headerData(column, Qt::Horizontal).toString().isEmpty());
    }

    void keepsTheSelection_data()
    {
        using Ids = std::initializer_list<qint64>;
        QTest::addColumn<RequestPage>("before");
        QTest::addColumn<int>("row");
        QTest::addColumn<RequestPage>("after");
        QTest::addColumn<int>("rowAfter"); // -1: nothing is selected.
        QTest::newRow("more come above") << pageOf(Ids{3, 2, 1}) << 1 << pageOf(Ids{5, 4, 3, 2, 1}) << 3;
        QTest::newRow("the same") << pageOf(Ids{3, 2, 1}) << 0 << pageOf(Ids{3, 2, 1}) << 0;
        QTest::newRow("it was pruned") << pageOf(Ids{3, 2, 1}) << 2 << pageOf(Ids{3, 2}) << -1;
    }
    void keepsTheSelection()
    {
        QFETCH(RequestPage, before);
        QFETCH(int, row);
        QFETCH(RequestPage, after);
        RequestsView view;
        view.setRequests(before);
        QSignalSpy selected(&view, &RequestsView::requestSelected);
        view.setCurrentIndex(view.model()->index(row, 0));
        QCOMPARE(selected.count(), 1);
        QCOMPARE(
            selected[0][0].value<StoredRequest>().request.id, before.requests[std::size_t(row)].request.id);
        view.setRequests(after);
        QTEST(view.currentIndex().row(), "rowAfter");
        QCOMPARE(selected.count(), 1); // What is selected still is no news.
    }

    void keysSelect()
    {
        RequestsView view;
        view.setRequests(pageOf({3, 2, 1}));
        view.setCurrentIndex(view.model()->index(0, 0));
        QSignalSpy selected(&view, &RequestsView::requestSelected);
        QTest::keyClick(&view, Qt::Key_Down);
        QCOMPARE(selected.count(), 1);
        QCOMPARE(selected[0][0].value<StoredRequest>().request.id, RequestId(2));
    }

private:
    Theme m_theme;
};

QTEST_MAIN(TstRequestsView)
#include "tst_requestsview.moc"
