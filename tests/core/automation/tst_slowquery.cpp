#include "tests/core/http/testclient.h"
#include "tests/support/runningweir.h"

#include <algorithm>
#include <vector>

using namespace Weir;
using namespace Weir::Testing;

namespace {

constexpr int batches = 80, eventsInBatch = 1000;
/// Nothing matches, so every event is looked at.
const std::string slowTarget = "/weir/events?limit=1&q=nowhere-to-be-found";
constexpr int slowQueries = 40;

std::string batchBody(int batch)
{
    std::string body = R"({"batch":[)";
    for (int i = 0; i < eventsInBatch; ++i) {
        const std::string number = std::to_string(batch * eventsInBatch + i);
        body += (i ? "," : "")
            + trackBody(
                "tool_used", "q-" + number, R"({"trace_id":"run-)" + number + R"(","n":)" + number + "}");
    }
    return body + "]}";
}

/// Slow queries one behind the other: with two lanes for them, far more work than one quick call is.
QByteArray slowRequests(int count)
{
    return QByteArray::fromStdString("GET " + slowTarget + " HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
        .repeated(count);
}

int answersIn(TestClient &client)
{
    return int(client.received().count("HTTP/1.1 200"));
}

} // namespace

/// Long questions over a large session beside short ones.
class TestSlowQuery : public QObject
{
    Q_OBJECT
private slots:
    void initTestCase();
    void holdsUpNoQuickOne();
    void endsWithItsClient_data();
    void endsWithItsClient();

private:
    RunningWeir m_weir;
};

void TestSlowQuery::initTestCase()
{
    QVERIFY2(m_weir.start(), toText(m_weir.error).c_str());
    const auto client = m_weir.connect();
    for (int batch = 0; batch < batches; ++batch) {
        const auto answer = client->exchange({"POST", "/v1/batch", sdkHeaders, batchBody(batch)});
        QVERIFY(answer);
        QCOMPARE(answer->status, 200);
    }
}

void TestSlowQuery::holdsUpNoQuickOne()
{
    TestClient slow(m_weir.engine->port());
    const QByteArray requests = slowRequests(slowQueries);
    QVERIFY(slow.send({requests.constData(), std::size_t(requests.size())}));
    QTRY_VERIFY_WITH_TIMEOUT(answersIn(slow) > 0, 60'000); // It is at it, and most is still to be done.
    for (const char *target : {"/weir/health", "/weir/events?limit=1", "/weir/events/1",
             "/weir/wait?trace_id=run-7&settle=0", "/weir/traces/run-7"})
        QCOMPARE(m_weir.call("GET", target).status, 200);
    QCOMPARE(m_weir.post("/v1/track", trackBody("later", "later", R"({"trace_id":"run-later"})")), 200);
    QCOMPARE(m_weir.call("GET", "/weir/wait?trace_id=run-later&settle=0").status, 200);
    QVERIFY2(answersIn(slow) < slowQueries, "The quick ones were answered after all slow ones");
    QTRY_COMPARE_WITH_TIMEOUT(answersIn(slow), slowQueries, 120'000);
}

/// A client that closes in the middle of an answer resets its connection; one that has read all ends it,
/// which looks like the half-closed one that waits on.
void TestSlowQuery::endsWithItsClient_data()
{
    QTest::addColumn<int>("clients");
    QTest::addColumn<int>("queries"); // Of each.
    QTest::newRow("many of one client") << 1 << 200;
    QTest::newRow("one of many clients") << 200 << 1;
}

void TestSlowQuery::endsWithItsClient()
{
    QFETCH(int, clients);
    QFETCH(int, queries);
    QElapsedTimer timer;
    timer.start();
    QCOMPARE(m_weir.get(slowTarget).at("total"), Json(0));
    const auto one = timer.elapsed();
    {
        std::vector<TestClient> slow;
        const QByteArray requests = slowRequests(queries);
        for (int i = 0; i < clients; ++i) {
            slow.emplace_back(m_weir.engine->port());
            QVERIFY(slow.back().send({requests.constData(), std::size_t(requests.size())}));
        }
        const auto begun = [&] {
            return std::ranges::any_of(slow, [](TestClient &client) { return answersIn(client) > 0; });
        };
        QTRY_VERIFY_WITH_TIMEOUT(begun(), 60'000);
    }
    // Nobody waits for the rest any more. Were it done all the same, this would come behind a hundred others.
    timer.start();
    QCOMPARE(m_weir.get(slowTarget).at("total"), Json(0));
    QVERIFY2(timer.elapsed() < 1500 + 25 * one, std::to_string(timer.elapsed()).c_str());
}

QTEST_GUILESS_MAIN(TestSlowQuery)
#include "tst_slowquery.moc"
