#include "tests/support/runningweir.h"
#include "tests/support/weirprocess.h"

#include <QRandomGenerator>

#include <atomic>
#include <csignal>
#include <mutex>
#include <set>
#include <thread>
#include <unordered_map>

using namespace Weir;
using namespace Weir::Testing;

namespace {

constexpr int rounds = 20;
constexpr int senders = 6;
constexpr int batchEvents = 5; ///< Every other sender sends batches.

/// What the clients were told, of one round.
class Acknowledged
{
public:
    void add(const std::vector<std::string> &uuids)
    {
        const std::scoped_lock lock(m_mutex);
        m_uuids.insert(uuids.begin(), uuids.end());
    }
    /// After the senders have ended.
    const std::set<std::string> &uuids() const { return m_uuids; }

private:
    std::mutex m_mutex; ///< Guards m_uuids.
    std::set<std::string> m_uuids;
};

/// Sends until Weir is gone. Only what was answered with 200 is noted.
void sendUntilGone(
    const WeirProcess &weir, const std::string &prefix, bool isBatch, Acknowledged &acknowledged)
{
    const auto client = weir.connect();
    for (int i = 0; client; ++i) {
        std::vector<std::string> uuids;
        std::string body;
        for (int each = 0; each < (isBatch ? batchEvents : 1); ++each) {
            uuids.push_back(prefix + "-" + std::to_string(i) + "-" + std::to_string(each));
            body += (each ? "," : "")
                + trackBody("load", uuids.back(), R"({"trace_id":"run-)" + prefix + "\"}");
        }
        const auto answer = client->exchange({"POST", isBatch ? "/v1/batch" : "/v1/track", sdkHeaders,
            isBatch ? R"({"batch":[)" + body + "]}" : body});
        if (!answer)
            return;
        if (answer->status == 200)
            acknowledged.add(uuids);
    }
}

/// How often each uuid is in the session, of the events behind `lastId`, which moves on.
std::unordered_map<std::string, int> readBack(const WeirProcess &weir, qint64 &lastId)
{
    std::unordered_map<std::string, int> counts;
    while (true) {
        const Json page = weir.get("/weir/events?limit=1000&after=" + std::to_string(lastId));
        if (!page.is_object() || !page.contains("events"))
            return {};
        for (const Json &event : page.at("events")) {
            ++counts[event.at("uuid").get<std::string>()];
            lastId = event.at("id").get<qint64>();
        }
        if (page.at("next").is_null())
            return counts;
    }
}

} // namespace

/// Acknowledged means durable: whatever was answered with 200 is there after the process was killed, once.
class TestKill : public QObject
{
    Q_OBJECT
private slots:
    void acknowledgedSurvives();
    void whatWasServedSurvives();
};

void TestKill::whatWasServedSurvives()
{
    const QTemporaryDir folder;
    const ClientHeaders node = {{"Content-Type", "application/json"}, {"User-Agent", "posthog-node/5.70.0"}};
    Json before;
    {
        WeirProcess weir(folder);
        QVERIFY2(weir.serve(), weir.process.readAllStandardError());
        const auto client = weir.connect();
        QVERIFY(client->exchange({"PUT", "/weir/flags/k/override", {}, R"({"value":"v2","payload":[1.0]})"}));
        for (const char *user : {"ada", "bob"})
            QVERIFY(client->exchange({"POST", "/flags/?v=2", node,
                std::string(R"({"token":"phc_x","distinct_id":")") + user + "\"}"}));
        const auto capture = [&](const char *uuid) {
            const auto answer = client->exchange({"POST", "/batch/", node,
                std::string(
                    R"({"api_key":"phc_x","batch":[{"event":"$feature_flag_called","distinct_id":"ada",)")
                    + R"("properties":{"$lib":"posthog-node","$lib_version":"5.70.0","$feature_flag":"k",)"
                    + R"("$feature_flag_response":"v2"},"uuid":")" + uuid + "\"}]}"});
            return answer ? answer->status : 0;
        };
        // Before an event is acknowledged, all that was served and seen before it is kept.
        QCOMPARE(capture("0192e7a0-0000-7000-8000-000000000001"), 200);
        QCOMPARE(capture("0192e7a0-0000-7000-8000-000000000002"), 200);
        before = weir.get("/weir/flags/served");
        QCOMPARE(before["served"].size(), std::size_t(2));
        QVERIFY(before["served"][1]["seen_at"].is_string());
        ::kill(static_cast<pid_t>(weir.process.processId()), SIGKILL);
        QVERIFY(weir.process.waitForFinished(20'000));
    }
    WeirProcess again(folder);
    QVERIFY2(again.serve(), again.process.readAllStandardError());
    QCOMPARE(again.get("/weir/flags/served").dump(), before.dump());
    QVERIFY(again.connect()->exchange({"POST", "/weir/reset", {}, {}}));
    QVERIFY(again.get("/weir/flags/served")["served"].empty());
}

void TestKill::acknowledgedSurvives()
{
    const quint32 seed = QRandomGenerator::global()->generate();
    qInfo("seed %u", seed);
    QRandomGenerator random(seed);
    const QTemporaryDir folder;
    qint64 lastId = 0;
    std::size_t total = 0;
    for (int round = 0; round < rounds; ++round) {
        WeirProcess weir(folder);
        QVERIFY2(weir.serve(), weir.process.readAllStandardError());
        Acknowledged acknowledged;
        std::vector<std::thread> threads;
        for (int sender = 0; sender < senders; ++sender) {
            threads.emplace_back([&, prefix = std::to_string(round) + "-" + std::to_string(sender), sender] {
                sendUntilGone(weir, prefix, sender % 2 == 1, acknowledged);
            });
        }
        // The one place where time itself is the subject: at no moment may a kill lose anything.
        std::this_thread::sleep_for(std::chrono::milliseconds(random.bounded(20, 700)));
        ::kill(static_cast<pid_t>(weir.process.processId()), SIGKILL);
        for (std::thread &thread : threads)
            thread.join();
        QVERIFY(weir.process.waitForFinished(20'000));

        WeirProcess again(folder);
        QVERIFY2(again.serve(), again.process.readAllStandardError());
        const auto kept = readBack(again, lastId);
        for (const std::string &uuid : acknowledged.uuids()) {
            const auto found = kept.find(uuid);
            QVERIFY2(found != kept.end(), ("round " + std::to_string(round) + " lost " + uuid).c_str());
        }
        for (const auto &[uuid, count] : kept)
            QVERIFY2(count == 1, ("round " + std::to_string(round) + " has twice " + uuid).c_str());
        total += acknowledged.uuids().size();
        again.process.terminate();
        QVERIFY(again.process.waitForFinished(20'000));
    }
    qInfo("%zu events acknowledged in %d rounds, none lost, none twice", total, rounds);
    QVERIFY(total > 0);
}

QTEST_GUILESS_MAIN(TestKill)
#include "tst_kill.moc"
