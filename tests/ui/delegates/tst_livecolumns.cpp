#include "ui/delegates/livecolumns.h"

#include <QTest>

using namespace Weir;

namespace {

constexpr int windowWidth = 1920, listWidth = 1200;
const QRect row(0, 0, listWidth, 24);

QList<int> shownOrder(const LiveColumns &columns)
{
    QList<int> order;
    for (const LiveColumn column : columns.order()) {
        if (columns.isShown(column))
            order.append(int(column));
    }
    return order;
}

} // namespace

class TstLiveColumns : public QObject
{
    Q_OBJECT
private slots:
    void windows_data()
    {
        using enum LiveColumn;
        QTest::addColumn<int>("window");
        QTest::addColumn<QList<int>>("shown");
        const auto row = [](int window, std::initializer_list<LiveColumn> shown) {
            QList<int> list;
            for (const LiveColumn column : shown)
                list.append(int(column));
            QTest::addRow("%d", window) << window << list;
        };
        row(1024, {Time, Event, Status, Duration, Waterfall});
        row(1180, {Time, Event, Status, Source, Duration, Waterfall});
        row(1600, {Time, Event, Status, Source, Workspace, User, Duration, Waterfall});
    }
    void windows()
    {
        QFETCH(int, window);
        LiveColumns columns;
        columns.layOut(listWidth, window);
        QTEST(shownOrder(columns), "shown");
        // They lie beside each other and fill the width.
        int right = 0;
        for (const LiveColumn column : columns.order()) {
            QCOMPARE(columns.cell(column, row).left(), right);
            right += columns.cell(column, row).width();
        }
        QCOMPARE(right, listWidth);
    }

    void moves_data()
    {
        using enum LiveColumn;
        QTest::addColumn<LiveColumn>("column");
        QTest::addColumn<LiveColumn>("place");
        QTest::addColumn<QList<int>>("order");
        const auto row = [](const char *name, LiveColumn column, LiveColumn place, const QList<int> &order) {
            QTest::newRow(name) << column << place << order;
        };
        row("to the left", Waterfall, Status, {0, 1, 7, 2, 3, 4, 5, 6});
        row("to the right", Event, Source, {0, 2, 3, 1, 4, 5, 6, 7});
        row("to itself", Source, Source, {0, 1, 2, 3, 4, 5, 6, 7});
        row("Time stays", Time, Source, {0, 1, 2, 3, 4, 5, 6, 7});
        row("nothing before Time", Source, Time, {0, 1, 2, 3, 4, 5, 6, 7});
    }
    void moves()
    {
        QFETCH(LiveColumn, column);
        QFETCH(LiveColumn, place);
        LiveColumns columns;
        columns.move(column, place);
        columns.layOut(listWidth, windowWidth);
        QTEST(shownOrder(columns), "order");
    }

    void stateIsKept()
    {
        LiveColumns columns;
        columns.move(LiveColumn::Duration, LiveColumn::Status);
        columns.setWidth(LiveColumn::Source, 140);
        columns.setWanted(LiveColumn::User, false);
        LiveColumns again;
        again.restore(columns.state());
        QCOMPARE(again.state(), columns.state());
        QCOMPARE(again.width(LiveColumn::Source), 140);
        QVERIFY(!again.isWanted(LiveColumn::User));
        QVERIFY(again.order() == columns.order());
    }

    void strangeStatesAreNotTaken_data()
    {
        QTest::addColumn<QVariantList>("state");
        QTest::newRow("none") << QVariantList();
        QTest::newRow("of other fields") << QVariantList(16, 1);
        QTest::newRow("one column many times") << QVariantList(3 * liveColumnCount, 0);
        QTest::newRow("no columns") << QVariantList(3 * liveColumnCount, 77);
    }
    void strangeStatesAreNotTaken()
    {
        QFETCH(QVariantList, state);
        LiveColumns columns;
        columns.restore(state);
        QCOMPARE(columns.state(), LiveColumns().state());
    }
};

QTEST_APPLESS_MAIN(TstLiveColumns)
#include "tst_livecolumns.moc"
