#include "core/flags/flagdesk.h"
#include "ui/models/flaglistmodel.h"
#include "ui/models/flagswitcher.h"
#include "ui/models/servedtable.h"

#include <QAbstractItemModelTester>
#include <QSignalSpy>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace Weir;

namespace {

const UtcTime start = *parseTime("2026-11-23T09:00:00Z");

ServedFlags answerOf(const std::string &user, const std::string &key, const FlagValue &value)
{
    ServedFlags one;
    one.at = start;
    one.sdk = {"posthog-node", "5.70.0"};
    one.endpoint = "/flags";
    one.version = 2;
    one.distinctId = user;
    one.values
        = std::make_shared<const std::vector<ServedValue>>(std::vector<ServedValue>{{key, value, {}, false}});
    return one;
}

} // namespace

/// The models of the Flags page, over a real desk.
class TstFlagListModel : public QObject
{
    Q_OBJECT
private slots:
    void init()
    {
        m_desk = std::make_unique<FlagDesk>();
        m_board = std::make_unique<FlagBoard>();
        connect(m_board.get(), &FlagBoard::orderWanted, this, [this](const FlagOrder &order) {
            m_board->sawAnswer(m_desk->carryOut(order, start));
            report();
        });
        report();
    }

    void listsAndFinds()
    {
        FlagListModel model(*m_board);
        QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        QCOMPARE(keys(model),
            u"agent_debugger_ui enable_guardrails_tracing track_model_costs "
            "versioned_rag_tracking"_s);
        QSignalSpy removed(&model, &QAbstractItemModel::rowsRemoved);
        model.setFind(u" TRACKING "_s);
        QCOMPARE(keys(model), u"versioned_rag_tracking"_s);
        QCOMPARE(removed.size(), 1);
        QSignalSpy inserted(&model, &QAbstractItemModel::rowsInserted);
        model.setFind(u"track"_s);
        QCOMPARE(keys(model), u"track_model_costs versioned_rag_tracking"_s);
        model.setFind({});
        QCOMPARE(model.rowCount(), 4);
        QCOMPARE(inserted.size(), 2); // What was shown stayed.
        // By hand, before anyone knows it; then it is known.
        model.addFlag("my_flag");
        model.addFlag("my_flag");
        QCOMPARE(model.rowCount(), 5);
        QCOMPARE(model.rowOf("my_flag"), 2);
        QVERIFY(model.find("my_flag") && !m_board->find("my_flag"));
        FlagSwitcher(*m_board, [] { return start; }).choose("my_flag", FlagValue::on());
        QCOMPARE(model.rowCount(), 5);
        QVERIFY(model.find("my_flag")->override);
        QCOMPARE(inserted.size(), 3);
    }

    void tellsInWords_data()
    {
        QTest::addColumn<int>("column");
        QTest::addColumn<QString>("shown");
        QTest::addColumn<QString>("spoken");
        using enum FlagListModel::Column;
        QTest::newRow("flag") << int(Flag) << u"versioned_rag_tracking"_s
                              << u"versioned_rag_tracking, 3 variants, built in"_s;
        QTest::newRow("upstream") << int(Upstream) << u"none"_s << u"Upstream: none"_s;
        QTest::newRow("serve") << int(Serve) << u"v2"_s
                               << u"Serve versioned_rag_tracking: v2, there is no upstream"_s;
        QTest::newRow("pick-up") << int(PickUp) << u"Waiting for posthog-node"_s
                                 << u"Waiting for posthog-node"_s;
        QTest::newRow("last") << int(LastServed) << u"posthog-node"_s
                              << u"Last served to posthog-node, ada, 5 s ago"_s;
    }
    void tellsInWords()
    {
        QFETCH(int, column);
        FlagListModel model(*m_board);
        m_desk->sawServed(answerOf("ada", "versioned_rag_tracking", FlagValue::off()));
        FlagSwitcher(*m_board, [] { return start; }).choose("versioned_rag_tracking", FlagValue::of("v2"));
        model.setNow(start + 5s);
        const QModelIndex index = model.index(model.rowOf("versioned_rag_tracking"), column);
        QTEST(index.data().toString(), "shown");
        QTEST(index.data(Qt::AccessibleTextRole).toString(), "spoken");
        QVERIFY(!model.headerData(column, Qt::Horizontal).toString().isEmpty());
    }

    void switches()
    {
        UtcTime now = start;
        FlagSwitcher switcher(*m_board, [&now] { return now; });
        const std::string key = "versioned_rag_tracking";
        const auto override = [&] { return m_board->find(key)->override; };
        switcher.step(*m_board->find(key), -1); // Upstream already.
        QVERIFY(!override());
        for (int i = 0; i < 3; ++i)
            switcher.step(*m_board->find(key), +1);
        QCOMPARE(override()->value, FlagValue::of("v2"));
        // Each value keeps its payload, as long as nobody takes it away.
        switcher.setPayload(key, "{\"a\":1.50}");
        switcher.setScope(key, {"ada", {}});
        switcher.setUntil(key, FlagUntil::Time, 1h);
        QCOMPARE(*override()->expiresAt, start + 1h);
        now = start + 10min;
        switcher.step(*m_board->find(key), +1);
        QCOMPARE(override()->value, FlagValue::of("v2-rerank"));
        QVERIFY(!override()->payload);
        QCOMPARE(override()->scope.distinctId, std::string("ada"));
        QCOMPARE(*override()->expiresAt, start + 50min); // By the desk's clock, which stood still.
        switcher.step(*m_board->find(key), -1);
        QCOMPARE(*override()->payload, std::string("{\"a\":1.50}"));
        switcher.setUntil(key, FlagUntil::Removed);
        QVERIFY(override()->isPinned && !override()->expiresAt);
        switcher.setPayload(key, {});
        QVERIFY(!override()->payload);
        QSignalSpy orders(m_board.get(), &FlagBoard::orderWanted);
        switcher.choose(key, override()->value); // It is so.
        switcher.setScope("track_model_costs", {"ada", {}}); // There is none to change.
        QCOMPARE(orders.size(), 0);
        switcher.choose(key, {});
        QVERIFY(!override());
    }

    void leavesTheScene()
    {
        FlagSwitcher switcher(*m_board, [] { return start; });
        const auto scenes
            = parseScenes("{\"scenes\":[{\"name\":\"one\",\"flags\":{\"a\":{\"value\":true}}}]}");
        QVERIFY(scenes);
        m_board->setScenes(*scenes);
        m_board->applyScene(0);
        QCOMPARE(m_board->find("a")->override->scene, std::string("one"));
        switcher.setPayload("a", "1");
        QCOMPARE(m_board->find("a")->override->scene, std::string());
        QCOMPARE(m_board->activeScene(), -1);
    }

    void pagesTheLog()
    {
        ServedTable table;
        joinToDesk(table);
        for (int i = 0; i < 250; ++i)
            m_desk->sawServed(answerOf("user-" + std::to_string(i), "a", FlagValue::on()));
        table.show("a", {});
        QTRY_COMPARE(table.rowCount(), 100);
        QCOMPARE(table.index(0, ServedTable::DistinctId).data().toString(), u"user-249"_s);
        QCOMPARE(table.index(0, ServedTable::Request).data().toString(), u"/flags?v=2"_s);
        QCOMPARE(table.index(0, ServedTable::SdkColumn).data().toString(), u"posthog-node 5.70.0"_s);
        while (table.canFetchMore({})) {
            const int before = table.rowCount();
            table.fetchMore({});
            QTRY_VERIFY(table.rowCount() > before);
        }
        QCOMPARE(table.rowCount(), 250);
        QCOMPARE(table.index(249, ServedTable::DistinctId).data().toString(), u"user-0"_s);
        // What is new comes on top, and only that.
        QSignalSpy inserted(&table, &QAbstractItemModel::rowsInserted);
        m_desk->sawServed(answerOf("new", "a", FlagValue::off()));
        table.refresh();
        table.refresh();
        QTRY_COMPARE(table.rowCount(), 251);
        QCOMPARE(inserted.value(0).value(1).toInt(), 0);
        QCOMPARE(table.index(0, ServedTable::Value).data().toString(), u"false"_s);
        // Too much at once: it begins anew.
        for (int i = 0; i < 150; ++i)
            m_desk->sawServed(answerOf("late", "a", FlagValue::on()));
        table.refresh();
        QTRY_COMPARE(table.rowCount(), 100);
        QVERIFY(table.canFetchMore({}));
        table.show("a", "web");
        QTRY_COMPARE(table.rowCount(), 0);
        QVERIFY(!table.canFetchMore({}));
    }

    void pagesHoldTogether()
    {
        ServedTable table;
        QAbstractItemModelTester tester(&table, QAbstractItemModelTester::FailureReportingMode::QtTest);
        joinToDesk(table);
        for (int i = 0; i < 250; ++i)
            m_desk->sawServed(answerOf("user-" + std::to_string(i), "a", FlagValue::on()));
        table.show("a", {});
        QTRY_COMPARE(table.rowCount(), 250); // The tester fetches whatever there is.
        table.show("b", {});
        QCOMPARE(table.rowCount(), 0);
    }

    void goesOnFromWhatWasAskedFor()
    {
        FlagBoard board; // Whose orders nobody has carried out yet.
        board.setReport(m_board->report());
        FlagSwitcher switcher(board, [] { return start; });
        std::vector<FlagOrder> orders;
        connect(
            &board, &FlagBoard::orderWanted, this, [&](const FlagOrder &order) { orders.push_back(order); });
        const FlagState &flag = *board.find("track_model_costs");
        for (const int by : {+1, +1, -1, -1, +1})
            switcher.step(flag, by);
        QCOMPARE(orders.size(), 5u);
        QCOMPARE(orders[1].override.value, FlagValue::on());
        QCOMPARE(orders[2].override.value, FlagValue::off());
        QCOMPARE(orders[3].kind, FlagOrder::Kind::Clear);
        QCOMPARE(orders[4].override.value, FlagValue::off());
        QVERIFY(board.isBehind());
        for (const FlagOrder &order : orders)
            board.sawAnswer(m_desk->carryOut(order, start));
        QVERIFY(board.isBehind());
        board.setReport(m_desk->carryOut({}, start).report);
        QVERIFY(!board.isBehind());
        QCOMPARE(board.find("track_model_costs")->override->value, FlagValue::off());
    }

    void dropsLateAnswers()
    {
        ServedTable table;
        QSignalSpy needed(&table, &ServedTable::pageNeeded);
        m_desk->sawServed(answerOf("ada", "a", FlagValue::on()));
        table.show("a", {});
        QTRY_COMPARE(needed.size(), 1);
        table.show("b", {});
        QTRY_COMPARE(needed.size(), 2);
        table.setPage(needed[0][0].toULongLong(), m_desk->carryOut(served("a"), start).served);
        QCOMPARE(table.rowCount(), 0);
    }

private:
    void report() { m_board->setReport(m_desk->carryOut({}, start).report); }
    static QString keys(const FlagListModel &model)
    {
        QStringList keys;
        for (int row = 0; row < model.rowCount(); ++row)
            keys += model.index(row, FlagListModel::Flag).data().toString();
        return keys.join(u' ');
    }
    static FlagOrder served(const std::string &key)
    {
        FlagOrder order;
        order.kind = FlagOrder::Kind::Served;
        order.served.key = key;
        return order;
    }
    void joinToDesk(ServedTable &table)
    {
        connect(
            &table, &ServedTable::pageNeeded, this, [this, &table](quint64 number, const ServedQuery &query) {
                FlagOrder order = served({});
                order.served = query;
                table.setPage(number, m_desk->carryOut(order, start).served);
            });
    }

    std::unique_ptr<FlagDesk> m_desk;
    std::unique_ptr<FlagBoard> m_board;
};

QTEST_GUILESS_MAIN(TstFlagListModel)
#include "tst_flaglistmodel.moc"
