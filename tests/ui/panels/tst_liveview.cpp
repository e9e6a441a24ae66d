#include "tests/ui/panels/samplesession.h"
#include "ui/models/livemodel.h"
#include "ui/panels/liveheader.h"
#include "ui/panels/liveview.h"
#include "ui/theme/theme.h"

#include <QAccessible>
#include <QApplication>
#include <QClipboard>
#include <QScrollBar>
#include <QSignalSpy>
#include <QTest>

using namespace Weir;
using namespace Qt::StringLiterals;

namespace {

constexpr int viewWidth = 844, viewHeight = 700;

/// A view on a sample session, all rows read.
struct Fixture
{
    explicit Fixture(SampleSession sample = SampleSession::designRuns())
        : session(std::move(sample))
    {
        view.resize(viewWidth, viewHeight);
        session.attach(model);
        view.show();
        settle();
    }
    void settle() { QTest::qWait(0), QCoreApplication::processEvents(), QCoreApplication::processEvents(); }
    void expand(TraceRow trace)
    {
        model.setExpanded(trace, true);
        QTRY_VERIFY(model.rows().hasChildren(trace));
        settle();
    }
    void key(int key, Qt::KeyboardModifiers modifiers = Qt::NoModifier)
    {
        QTest::keyClick(&view, Qt::Key(key), modifiers);
        settle();
    }
    QString currentEvent() const
    {
        const EventRow *event = raw(view.current().event) != 0 ? model.event(view.current().event) : nullptr;
        return event ? QString::fromStdString(event->name) : QString();
    }

    SampleSession session;
    LiveModel model;
    LiveView view{&model};
};

QAccessibleInterface *childNamed(QAccessibleInterface *parent, const QString &part)
{
    for (int index = 0; index < parent->childCount(); ++index) {
        QAccessibleInterface *child = parent->child(index);
        if (child && child->text(QAccessible::Name).contains(part))
            return child;
    }
    return nullptr;
}

} // namespace

class TestLiveView : public QObject
{
    Q_OBJECT
private slots:
    void initTestCase();
    void paintsWhatTheModelHolds();
    void keysMove();
    void keysOpenAndClose();
    void keysActOnCells();
    void selectionIsGivenForCopying();
    void columnsAreDragged();
    void followsUntilMoved();
    void nothingMovesWhileReading();
    void tenMillionRowsScroll();
    void accessibleRows();
    void accessibleActions();
    void picture();

private:
    Theme m_theme;
};

void TestLiveView::initTestCase()
{
    m_theme.install();
    m_theme.setChoice(SchemeChoice::Dark);
    QAccessible::setActive(true);
}

void TestLiveView::paintsWhatTheModelHolds()
{
    Fixture f;
    QCOMPARE(f.model.rows().count(), std::int64_t(6));
    const QImage before = f.view.viewport()->grab().toImage();
    f.expand(TraceRow(5));
    QCOMPARE(f.model.rows().count(), std::int64_t(6 + 13));
    const QImage after = f.view.viewport()->grab().toImage();
    QVERIFY(before != after);
    // The warning edge of the duplicate's row, and of no other row beside it.
    std::int64_t warned = -1;
    for (std::int64_t position = 0; position < f.model.rows().count(); ++position) {
        const EventRow *event = f.model.event(f.model.rows().at(position).event);
        if (event && event->summary == "fx_rates")
            warned = position;
    }
    QVERIFY(warned > 0);
    const QRect row = f.view.rowRect(warned);
    QCOMPARE(after.pixelColor(1, row.center().y()), color(Token::Warn));
    QCOMPARE(after.pixelColor(1, row.top() - row.height() / 2), color(Token::S1));
}

void TestLiveView::keysMove()
{
    Fixture f;
    f.expand(TraceRow(3));
    f.key(Qt::Key_Home);
    QCOMPARE(f.view.current().trace, TraceRow(1));
    QCOMPARE(f.model.mode(), LiveModel::Mode::Reading);
    f.key(Qt::Key_Down);
    QCOMPARE(f.view.current().trace, TraceRow(2));
    f.key(Qt::Key_J);
    QCOMPARE(f.view.current().kind, LiveRow::Kind::Event);
    QCOMPARE(f.currentEvent(), u"$feature_flag_called"_s);
    f.key(Qt::Key_J);
    QCOMPARE(f.currentEvent(), u"agent_created"_s);
    f.key(Qt::Key_K);
    QCOMPARE(f.currentEvent(), u"$feature_flag_called"_s);
    f.key(Qt::Key_K); // There is no event above.
    QCOMPARE(f.currentEvent(), u"$feature_flag_called"_s);
    f.key(Qt::Key_Down, Qt::ShiftModifier);
    QCOMPARE(f.view.selection(), (std::pair<std::int64_t, std::int64_t>(3, 4)));
    f.key(Qt::Key_A, Qt::ControlModifier);
    QCOMPARE(f.view.selection(), (std::pair<std::int64_t, std::int64_t>(0, f.model.rows().count() - 1)));
    f.key(Qt::Key_End);
    QCOMPARE(f.model.mode(), LiveModel::Mode::Following);
    QCOMPARE(f.view.current().kind, LiveRow::Kind::None);
}

void TestLiveView::keysOpenAndClose()
{
    Fixture f;
    f.key(Qt::Key_Home);
    f.key(Qt::Key_Right);
    QTRY_VERIFY(f.model.rows().hasChildren(TraceRow(1)));
    f.key(Qt::Key_Right);
    QCOMPARE(f.currentEvent(), u"rag_query_triggered"_s);
    QSignalSpy activated(&f.view, &LiveView::activated);
    f.key(Qt::Key_Return);
    QCOMPARE(activated.count(), 1);
    f.key(Qt::Key_Left);
    QCOMPARE(f.view.current().kind, LiveRow::Kind::Group);
    f.key(Qt::Key_Left);
    QVERIFY(!f.model.rows().isExpanded(TraceRow(1)));
    f.key(Qt::Key_Return);
    QVERIFY(f.model.rows().isExpanded(TraceRow(1)));
    f.key(Qt::Key_Right, Qt::ShiftModifier);
    QTRY_COMPARE(f.model.rows().count(), std::int64_t(f.session.events().size()) + 6);
}

void TestLiveView::keysActOnCells()
{
    Fixture f;
    f.expand(TraceRow(5));
    f.key(Qt::Key_End);
    for (int step = 0; step < 4; ++step)
        f.key(Qt::Key_K);
    QSignalSpy filters(&f.view, &LiveView::filterWanted);
    f.key(Qt::Key_E);
    f.key(Qt::Key_E, Qt::ShiftModifier);
    QCOMPARE(filters.count(), 2);
    QCOMPARE(filters.at(0).at(0).toString(), u"event"_s);
    QCOMPARE(filters.at(0).at(1).toString(), f.currentEvent());
    QCOMPARE(filters.at(1).at(2).toBool(), true);
    f.key(Qt::Key_C, Qt::ControlModifier);
    QVERIFY(QApplication::clipboard()->text().startsWith(f.currentEvent()));
    QSignalSpy pauses(&f.view, &LiveView::pauseWanted), menus(&f.view, &LiveView::menuWanted),
        problems(&f.view, &LiveView::problemWanted), copies(&f.view, &LiveView::copyWanted);
    f.key(Qt::Key_Space);
    f.key(Qt::Key_F10, Qt::ShiftModifier);
    f.key(Qt::Key_N);
    f.key(Qt::Key_C);
    QCOMPARE(pauses.count() * menus.count() * problems.count() * copies.count(), 1);
}

void TestLiveView::selectionIsGivenForCopying()
{
    Fixture f;
    QVERIFY(f.view.selectedEvents(100).empty());
    f.expand(TraceRow(1));
    f.key(Qt::Key_Home);
    const auto hit = [](qint64 event, qint64 trace) { return ScanHit{EventId(event), TraceRow(trace)}; };
    // An opened group alone stands for its trace; with its events it is only their title.
    QCOMPARE(f.view.selectedEvents(100), (std::vector{hit(0, 1)}));
    f.key(Qt::Key_Down, Qt::ShiftModifier);
    f.key(Qt::Key_Down, Qt::ShiftModifier);
    const auto rows = f.view.selectedEvents(100);
    QCOMPARE(rows.size(), std::size_t(2));
    QVERIFY(raw(rows[0].id) != 0 && rows[0].trace == TraceRow(1));
    // Closed groups are whole traces.
    f.key(Qt::Key_A, Qt::ControlModifier);
    const auto all = f.view.selectedEvents(100);
    QCOMPARE(all.size(), std::size_t(f.model.rows().count() - 1));
    QCOMPARE(all.back(), hit(0, 6));
    QCOMPARE(f.view.selectedEvents(3).size(), std::size_t(2));
}

void TestLiveView::columnsAreDragged()
{
    Fixture f;
    auto *header = f.view.findChild<LiveHeader *>();
    QSignalSpy arranged(&f.view, &LiveView::columnsArranged);
    const auto middleOf
        = [&](LiveColumn column) { return f.view.columns().cell(column, header->rect()).center(); };
    const auto drag = [&](const QPoint &from, const QPoint &to) {
        QTest::mousePress(header, Qt::LeftButton, {}, from);
        QTest::mouseMove(header, (from + to) / 2);
        QTest::mouseMove(header, to);
        QTest::mouseRelease(header, Qt::LeftButton, {}, to);
    };
    const auto lefts = [&](LiveColumn a, LiveColumn b) {
        const QRect row(0, 0, viewWidth, 24);
        return f.view.columns().cell(a, row).left() < f.view.columns().cell(b, row).left();
    };
    QVERIFY(lefts(LiveColumn::Status, LiveColumn::Duration));
    drag(middleOf(LiveColumn::Duration), middleOf(LiveColumn::Status));
    QCOMPARE(arranged.count(), 1);
    QVERIFY(lefts(LiveColumn::Duration, LiveColumn::Status));
    // Time stays where it is, and nothing takes its place.
    drag(middleOf(LiveColumn::Time), middleOf(LiveColumn::Status));
    drag(middleOf(LiveColumn::Status), middleOf(LiveColumn::Time));
    QCOMPARE(arranged.count() > 1, !lefts(LiveColumn::Event, LiveColumn::Status));
    QVERIFY(lefts(LiveColumn::Time, LiveColumn::Event) && lefts(LiveColumn::Time, LiveColumn::Status));
    // An edge is no caption.
    const int before = f.view.columns().width(LiveColumn::Waterfall);
    const QPoint edge(f.view.columns().cell(LiveColumn::Waterfall, header->rect()).left(), 10);
    drag(edge, edge - QPoint(30, 0));
    QCOMPARE(f.view.columns().width(LiveColumn::Waterfall), before + 30);
}

void TestLiveView::followsUntilMoved()
{
    Fixture f;
    f.view.resize(viewWidth, 150);
    QScrollBar *bar = f.view.verticalScrollBar();
    const auto addRun = [&f](int number) {
        const TraceRow row = f.session.addTrace("run" + std::to_string(number), "run", "u", number % 10);
        for (int event = 0; event < 5; ++event)
            f.session.addEvent(row, "tool_used", "t", event * 10, 5);
        f.session.commit();
    };
    addRun(1);
    QTRY_COMPARE(f.model.rows().count(), std::int64_t(6 + 1 + 5)); // New traces arrive opened.
    QCOMPARE(bar->value(), bar->maximum());
    bar->setValue(0);
    QCOMPARE(f.model.mode(), LiveModel::Mode::Reading);
    addRun(2);
    QTRY_COMPARE(f.model.rows().count(), std::int64_t(6 + 12));
    QCOMPARE(bar->value(), 0);
    QTRY_COMPARE(f.model.waiting(), std::int64_t(5));
    bar->setValue(bar->maximum()); // To the end without a selection.
    QCOMPARE(f.model.mode(), LiveModel::Mode::Following);
}

void TestLiveView::nothingMovesWhileReading()
{
    Fixture f;
    f.view.resize(viewWidth, 250);
    f.expand(TraceRow(1));
    f.expand(TraceRow(5));
    f.key(Qt::Key_Home);
    for (int step = 0; step < 12; ++step)
        f.key(Qt::Key_Down);
    f.view.clearCurrent();
    f.view.verticalScrollBar()->setValue(8 * rowHeight() + 7);
    f.settle();
    const LiveRow top = f.model.rows().at(f.view.firstVisible() + 1);
    const int y = f.view.rowRect(f.view.firstVisible() + 1).top();
    // A late event in an opened trace above.
    f.session.addEvent(TraceRow(1), "tool_used", "late", 5, 5);
    f.session.commit();
    QTRY_COMPARE(f.model.rows().count(), std::int64_t(6 + 6 + 13));
    const std::int64_t position = f.model.rows().positionOf(top);
    QCOMPARE(f.view.rowRect(position).top(), y);
}

void TestLiveView::tenMillionRowsScroll()
{
    LiveModel model;
    LiveView view(&model);
    view.resize(viewWidth, viewHeight);
    view.show();
    SessionSummary summary;
    summary.events = 200'000'000;
    summary.eventRanges = {{1, 200'000'000}};
    summary.traceRanges = {{1, 1'000'000}};
    model.setGrouping(LiveRows::Grouping::Flat);
    QObject::connect(&model, &LiveModel::summaryNeeded, &model,
        [&](quint64 generation) { model.setSummary(generation, summary); });
    model.openSession({});
    // 4.8 × 10^9 pixels: more than an int. The last row is in sight, whole.
    QCOMPARE(model.rows().count(), std::int64_t(200'000'000));
    QCOMPARE(view.firstVisible() + view.visibleCount(), std::int64_t(200'000'000));
    QCOMPARE(view.rowRect(199'999'999).bottom(), view.viewport()->height() - 1);
    view.setCurrent(123'456'789);
    QCOMPARE(view.current().event, EventId(123'456'790));
    const QRect row = view.rowRect(123'456'789);
    QVERIFY(view.viewport()->rect().contains(row));
    QTest::keyClick(&view, Qt::Key_Down);
    QCOMPARE(view.current().event, EventId(123'456'791));
}

void TestLiveView::accessibleRows()
{
    Fixture f;
    f.expand(TraceRow(5));
    QAccessibleInterface *list = QAccessible::queryAccessibleInterface(&f.view);
    QVERIFY(list);
    QCOMPARE(list->role(), QAccessible::Tree);
    QCOMPARE(list->text(QAccessible::Name), u"Live events, grouped by trace"_s);
    QCOMPARE(list->childCount(), 6 + 13);
    QAccessibleInterface *group = childNamed(list, u"trace tr_7f3a9c"_s);
    QVERIFY(group);
    QCOMPARE(group->text(QAccessible::Name),
        u"invoice-triage, trace tr_7f3a9c, 13 events, 2 warnings, 4.82 seconds"_s);
    QCOMPARE(group->role(), QAccessible::TreeItem);
    QVERIFY(group->state().expandable && group->state().expanded);
    QCOMPARE(list->indexOfChild(group), 4);
    QCOMPARE(group->parent(), list);
    QAccessibleInterface *event = childNamed(list, u"tool_used post_ledger,"_s);
    QVERIFY(event);
    QCOMPARE(event->text(QAccessible::Name),
        u"tool_used post_ledger, warning: duration sent as text, 840 milliseconds, starts 3.2 seconds into the trace"_s);
    QCOMPARE(event->childCount(), list->tableInterface()->columnCount());
    QAccessibleInterface *waterfall = event->child(event->childCount() - 1);
    QCOMPARE(waterfall->role(), QAccessible::Cell);
    QCOMPARE(waterfall->text(QAccessible::Name), u"from 3.20 to 4.04 seconds of 4.82"_s);
    QCOMPARE(waterfall->parent(), event);
    QCOMPARE(list->tableInterface()->rowCount(), 19);
    QCOMPARE(list->tableInterface()->cellAt(4, 1)->text(QAccessible::Name),
        u"invoice-triage tr_7f3a9c 13 events"_s);
    const QPoint middle = event->rect().center();
    QCOMPARE(list->childAt(middle.x(), middle.y()), event);
}

void TestLiveView::accessibleActions()
{
    Fixture f;
    QAccessibleInterface *list = QAccessible::queryAccessibleInterface(&f.view);
    QAccessibleInterface *group = childNamed(list, u"contract-review"_s);
    QVERIFY(group && group->actionInterface());
    QVERIFY(group->state().collapsed);
    QVERIFY(group->actionInterface()->actionNames().contains(QAccessibleActionInterface::toggleAction()));
    group->actionInterface()->doAction(QAccessibleActionInterface::toggleAction());
    QTRY_COMPARE(list->childCount(), 6 + 5);
    f.settle();
    QAccessibleInterface *event = childNamed(list, u"prompt_blocked"_s);
    QVERIFY(event);
    QSignalSpy activated(&f.view, &LiveView::activated);
    event->actionInterface()->doAction(QAccessibleActionInterface::pressAction());
    QCOMPARE(activated.count(), 1);
    QVERIFY(event->state().selected);
    QCOMPARE(f.currentEvent(), u"prompt_blocked"_s);
    // Out of sight the current row is still there, as one more child.
    f.view.resize(viewWidth, 120);
    f.view.verticalScrollBar()->setValue(0);
    QCOMPARE(list->childCount(), f.view.visibleCount() + 1);
    QCOMPARE(list->child(f.view.visibleCount())->text(QAccessible::Name), event->text(QAccessible::Name));
}

void TestLiveView::picture()
{
    const QString path = qEnvironmentVariable("WEIR_PICTURES");
    if (path.isEmpty())
        QSKIP("Set WEIR_PICTURES to a folder to save what the list looks like");
    Fixture f;
    f.expand(TraceRow(3));
    f.expand(TraceRow(5));
    f.expand(TraceRow(6));
    f.view.setFocus();
    f.view.setCurrent(17);
    f.settle();
    QVERIFY(f.view.grab().save(path + "/liveview.png"_L1));
}

QTEST_MAIN(TestLiveView)
#include "tst_liveview.moc"
