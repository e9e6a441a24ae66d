#include "tests/support/runningweir.h"

#include <atomic>
#include <thread>

using namespace Weir;
using namespace Weir::Testing;

/// An event that was acknowledged before the call always counts: send, read the 200, ask at once. A timeout
/// of nothing leaves no time to make up for a race.
class TestWait : public QObject
{
    Q_OBJECT
private slots:
    void acknowledgedCounts();
};

void TestWait::acknowledgedCounts()
{
    constexpr int threads = 4, rounds = 750;
    RunningWeir weir;
    QVERIFY(weir.start());
    std::atomic<int> missed = 0, broken = 0;
    std::vector<std::thread> clients;
    for (int thread = 0; thread < threads; ++thread) {
        clients.emplace_back([&, thread] {
            // Two connections: the answer and the question take different ways through the door.
            const auto sender = weir.connect(), asker = weir.connect();
            for (int round = 0; round < rounds; ++round) {
                const std::string id = std::to_string(thread) + "-" + std::to_string(round);
                const std::string body = trackBody("a", id, R"({"trace_id":"run-)" + id + "\"}");
                const auto sent = sender->exchange({"POST", "/v1/track", sdkHeaders, body});
                const auto seen
                    = asker->exchange({"GET", "/weir/wait?settle=0&timeout=0&trace_id=run-" + id, {}, {}});
                if (!sent || !seen || sent->status != 200)
                    ++broken;
                else if (seen->status != 200)
                    ++missed;
            }
        });
    }
    for (std::thread &client : clients)
        client.join();
    QCOMPARE(broken.load(), 0);
    QCOMPARE(missed.load(), 0);
}

QTEST_GUILESS_MAIN(TestWait)
#include "tst_wait.moc"
