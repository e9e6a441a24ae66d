#include "tests/core/http/testclient.h"
#include "tests/support/runningweir.h"
#include "tests/support/smalldisk.h"

#include <set>
#include <vector>

using namespace Weir;
using namespace Weir::Testing;

namespace {

using State = StoreStatus::State;

std::string trackRequest(const std::string &uuid)
{
    // Beyond what is left on the disk, and hard to compress.
    const std::string padding = noise(75'000).toBase64().toStdString();
    const std::string body = trackBody("big", uuid, R"({"padding":")" + padding + "\"}");
    return "POST /v1/track HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
           "Authorization: Basic a2V5Og==\r\nContent-Length: "
        + std::to_string(body.size()) + "\r\n\r\n" + body;
}

/// One SDK that sends one event.
struct Sender
{
    std::string uuid;
    TestClient client;
};

std::set<std::string> storedUuids(const RunningWeir &weir)
{
    std::set<std::string> uuids;
    for (const Json &event : weir.get("/weir/events?limit=1000").value("events", Json::array()))
        uuids.insert(event.at("uuid"));
    return uuids;
}

} // namespace

/// A whole Weir whose session lies on a disk that is full for a while.
class TestFullDisk : public QObject
{
    Q_OBJECT
private slots:
    void losesNothingThatItAcknowledged();

private:
    void answersWhatNeedsNoDisk(const RunningWeir &weir);
};

void TestFullDisk::answersWhatNeedsNoDisk(const RunningWeir &weir)
{
    const Json health = weir.get("/weir/health");
    QCOMPARE(health.at("status"), Json("refusing"));
    QVERIFY(health.at("reason").get<std::string>().ends_with("The disk is full"));
    QCOMPARE(weir.get("/weir/events").at("total"), Json(1));
    QCOMPARE(weir.call("POST", "/flags/?v=2", R"({"token":"phc_x","distinct_id":"ada"})").status, 200);
    QCOMPARE(weir.call("GET", "/array/phc_x/config").status, 200);
    QCOMPARE(weir.call("GET", "/sourceConfig?writeKey=key", {}, sdkHeaders).status, 200);
    QCOMPARE(weir.post("/v1/track", "{ not json"), 400);
}

void TestFullDisk::losesNothingThatItAcknowledged()
{
    const SmallDisk disk("size=4m");
    if (!disk.isMounted())
        QSKIP("needs the right to mount a file system");
    RunningWeir weir;
    weir.settings.session = disk.file(QStringLiteral("full.weir")).toStdString();
    weir.limits.holdBytes = 500'000;
    QVERIFY2(weir.start(), toText(weir.error).c_str());
    StoreStatus status;
    connect(weir.engine.get(), &Engine::statusChanged, this, [&](const StoreStatus &now) { status = now; });
    QCOMPARE(weir.post("/v1/track", trackBody("small", "before", "{}")), 200);
    QVERIFY(disk.fill());

    std::vector<Sender> senders;
    const auto sendOne = [&] {
        const std::string uuid = "d-" + std::to_string(senders.size());
        senders.push_back({uuid, TestClient(weir.engine->port())});
        QVERIFY(senders.back().client.send(trackRequest(uuid)));
    };
    sendOne();
    QTRY_COMPARE_WITH_TIMEOUT(status.state, State::Holding, 20'000);
    while (senders.size() < 12)
        sendOne();
    QTRY_COMPARE_WITH_TIMEOUT(status.state, State::Refusing, 20'000);
    answersWhatNeedsNoDisk(weir);
    // As they came: those that fit into the memory allowed wait, the others are to try again later.
    const auto answered = [](Sender &sender) { return !sender.client.received().isEmpty(); };
    QTRY_VERIFY_WITH_TIMEOUT(answered(senders.back()), 20'000);
    const auto held = std::ranges::count_if(senders, [&](Sender &sender) { return !answered(sender); });
    QVERIFY2(held >= 2 && held <= 6, std::to_string(held).c_str());
    for (Sender &sender : senders) {
        const bool isHeld = &sender < senders.data() + held;
        QCOMPARE(answered(sender), !isHeld);
        QVERIFY(isHeld || sender.client.received().startsWith("HTTP/1.1 503"));
        QVERIFY(isHeld || sender.client.waitFor("service unavailable: The disk is full"));
        QVERIFY(isHeld || sender.client.received().contains("Retry-After"));
    }

    QVERIFY(disk.makeRoom());
    std::set<std::string> acknowledged{"before"};
    for (Sender &sender : senders) {
        QTRY_VERIFY_WITH_TIMEOUT(answered(sender), 20'000);
        if (sender.client.received().startsWith("HTTP/1.1 200"))
            acknowledged.insert(sender.uuid);
    }
    QCOMPARE(acknowledged.size(), std::size_t(held) + 1);
    QTRY_COMPARE_WITH_TIMEOUT(status.state, State::Ready, 20'000);
    QVERIFY(storedUuids(weir) == acknowledged);
    QCOMPARE(weir.post("/v1/track", trackBody("small", "after", "{}")), 200);
    acknowledged.insert("after");
    weir.stop();
    QVERIFY(weir.start());
    QVERIFY(storedUuids(weir) == acknowledged);
}

QTEST_GUILESS_MAIN(TestFullDisk)
#include "tst_fulldisk.moc"
