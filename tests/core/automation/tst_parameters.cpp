#include "core/automation/parameters.h"
#include "core/automation/wait.h"

#include <QTest>

using namespace Weir;
using namespace std::chrono_literals;

namespace {

HttpRequest requestFor(const QByteArray &query)
{
    HttpRequest request;
    request.method = "GET";
    request.target = "/weir/events?" + query.toStdString();
    return request;
}

/// A commit that touches one trace.
Commit touching(TraceRow row)
{
    Commit commit;
    commit.touched = {row};
    return commit;
}

WaitLook lookWith(std::int64_t total, EventId newest, TraceRow run, UtcTime lastReceived)
{
    return {true, total, newest, run, lastReceived};
}

} // namespace

class TestParameters : public QObject
{
    Q_OBJECT
private slots:
    void durations_data();
    void durations();
    void filters_data();
    void filters();
    void refusesUnknown();
    void waitHolds_data();
    void waitHolds();
    void waitStartsAnewWhenCleared();
};

void TestParameters::durations_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<qint64>("ms"); // -1: refused.
    QTest::newRow("absent") << QByteArray("") << qint64(2000);
    QTest::newRow("seconds") << QByteArray("5s") << qint64(5000);
    QTest::newRow("milliseconds") << QByteArray("500ms") << qint64(500);
    QTest::newRow("minutes") << QByteArray("1m") << qint64(60'000);
    QTest::newRow("bare") << QByteArray("3") << qint64(3000);
    QTest::newRow("fraction") << QByteArray("0.5s") << qint64(500);
    QTest::newRow("none") << QByteArray("0") << qint64(0);
    QTest::newRow("negative") << QByteArray("-1s") << qint64(-1);
    QTest::newRow("no number") << QByteArray("s") << qint64(-1);
    QTest::newRow("unknown unit") << QByteArray("2d") << qint64(-1);
    QTest::newRow("too long") << QByteArray("61m") << qint64(-1);
    QTest::newRow("not a number") << QByteArray("nan") << qint64(-1);
}

void TestParameters::durations()
{
    QFETCH(QByteArray, text);
    QFETCH(qint64, ms);
    const auto duration = Parameters(requestFor("settle=" + text)).duration("settle", 1h, 2s);
    QCOMPARE(duration ? qint64(duration->count()) : -1, ms);
    if (!duration)
        QCOMPARE(duration.error().where, std::string("settle"));
}

void TestParameters::filters_data()
{
    QTest::addColumn<QByteArray>("query");
    QTest::addColumn<QByteArray>("refused"); // The parameter at fault; empty: none.
    QTest::newRow("nothing") << QByteArray("") << QByteArray("");
    QTest::newRow("all") << QByteArray(
        "trace_id=a&name=x&name=y&source=posthog&type=track&user_id=u&workspace_id=w&"
        "status=warning&q=text&since=2026-11-23T00:00:00Z&until=2026-11-24")
                         << QByteArray("");
    QTest::newRow("source") << QByteArray("source=mixpanel") << QByteArray("source");
    QTest::newRow("type") << QByteArray("type=tracks") << QByteArray("type");
    QTest::newRow("status") << QByteArray("status=ok") << QByteArray("status");
    QTest::newRow("since") << QByteArray("since=yesterday") << QByteArray("since");
    QTest::newRow("until") << QByteArray("until=1e9x") << QByteArray("until");
}

void TestParameters::filters()
{
    QFETCH(QByteArray, query);
    QFETCH(QByteArray, refused);
    const auto filter = Weir::eventFilter(Parameters(requestFor(query)));
    QCOMPARE(filter ? QByteArray() : QByteArray::fromStdString(filter.error().where), refused);
}

void TestParameters::refusesUnknown()
{
    const Parameters parameters(requestFor("limit=1&trace=abc"));
    constexpr std::array<std::string_view, 2> known = {"limit", "trace_id"};
    const auto allowed = parameters.allowOnly(known);
    QVERIFY(!allowed);
    QCOMPARE(allowed.error().where, std::string("trace"));
    QCOMPARE(allowed.error().message, std::string("This call knows limit, trace_id"));
    QVERIFY(Parameters(requestFor("limit=1&&")).allowOnly(known));
}

void TestParameters::waitHolds_data()
{
    // One wait for 2 events with settle 2 s and timeout 20 s. Times in ms after its begin.
    QTest::addColumn<int>("seen"); // Events at the look, 0 ms.
    QTest::addColumn<int>("age"); // Of the newest of them.
    QTest::addColumn<int>("touchedAt"); // When a commit touches the run; -1: never.
    QTest::addColumn<int>("now");
    QTest::addColumn<int>("verdict");
    const auto row
        = [](const char *name, int seen, int age, int touchedAt, int now, WaitState::Verdict verdict) {
              QTest::newRow(name) << seen << age << touchedAt << now << int(verdict);
          };
    row("holds, quiet for long", 2, 9000, -1, 0, WaitState::Verdict::Matched);
    row("holds, but was just active", 2, 500, -1, 0, WaitState::Verdict::Waiting);
    row("holds, quiet by now", 2, 500, -1, 1500, WaitState::Verdict::Matched);
    row("holds, touched again", 2, 500, 1400, 1500, WaitState::Verdict::Waiting);
    row("holds, touched and quiet again", 2, 500, 1400, 3400, WaitState::Verdict::Matched);
    row("one is missing", 1, 9000, -1, 19'999, WaitState::Verdict::Waiting);
    row("one is missing at the end", 1, 9000, -1, 20'000, WaitState::Verdict::TimedOut);
    row("never quiet", 2, 0, 19'500, 20'000, WaitState::Verdict::TimedOut);
    row("received in the future, by a clock that jumped", 2, -60'000, -1, 2000, WaitState::Verdict::Matched);
}

void TestParameters::waitHolds()
{
    QFETCH(int, seen);
    QFETCH(int, age);
    QFETCH(int, touchedAt);
    QFETCH(int, now);
    QFETCH(int, verdict);
    const auto begin = std::chrono::steady_clock::now();
    const UtcTime clock = fromMs(1'000'000'000);
    WaitRequest request;
    request.filter.traceId = "run";
    request.count = 2;
    WaitState state(request, begin);
    QVERIFY(state.needsLook());
    state.beginLook();
    state.sawLook(
        lookWith(seen, EventId(7), TraceRow(3), clock - std::chrono::milliseconds(age)), begin, clock);
    state.sawCommit(touching(TraceRow(4)), begin + std::chrono::milliseconds(now)); // Another run's.
    QVERIFY(!state.needsLook());
    if (touchedAt >= 0)
        state.sawCommit(touching(TraceRow(3)), begin + std::chrono::milliseconds(touchedAt));
    QCOMPARE(int(state.verdict(begin + std::chrono::milliseconds(now))), verdict);
}

void TestParameters::waitStartsAnewWhenCleared()
{
    const auto begin = std::chrono::steady_clock::now();
    WaitState state(WaitRequest(), begin);
    state.beginLook();
    state.sawLook(lookWith(5, EventId(7), TraceRow(3), fromMs(0)), begin, fromMs(1'000'000));
    QCOMPARE(int(state.verdict(begin)), int(WaitState::Verdict::Matched));
    Commit commit;
    commit.cleared = true;
    state.sawCommit(commit, begin);
    QCOMPARE(int(state.verdict(begin)), int(WaitState::Verdict::Waiting));
    QVERIFY(state.needsLook());
}

QTEST_GUILESS_MAIN(TestParameters)
#include "tst_parameters.moc"
