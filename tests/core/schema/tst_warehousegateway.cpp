#include "core/schema/warehouse/warehousegateway.h"

#include <QTest>

using namespace Weir;
using namespace Qt::StringLiterals;

class TestWarehouseGateway : public QObject
{
    Q_OBJECT
private slots:
    void completes_data();
    void completes();
    void refuses();
};

void TestWarehouseGateway::completes_data()
{
    QTest::addColumn<QString>("call");
    QTest::addColumn<QString>("completed");
    QTest::newRow("nothing known")
        << uR"({"event":"a","properties":{"x":1.0}})"_s
        << uR"({"event":"a","properties":{"x":1.0},"type":"track","originalTimestamp":"2026-02-03T04:05:10.000Z",)"
           uR"("sentAt":"2026-02-03T04:05:10.000Z","receivedAt":"2026-02-03T04:05:10.000Z",)"
           uR"("timestamp":"2026-02-03T04:05:10.000Z","request_ip":"127.0.0.1"})"_s;
    // Sent 2 s after it happened, by a clock that is a day behind.
    QTest::newRow("a clock that is off")
        << uR"({"type":"page","originalTimestamp":"2026-02-02T04:05:06Z","sentAt":"2026-02-02T04:05:08Z","request_ip":"1.2.3.4"})"_s
        << uR"({"type":"page","originalTimestamp":"2026-02-02T04:05:06.000Z","sentAt":"2026-02-02T04:05:08.000Z",)"
           uR"("request_ip":"1.2.3.4","receivedAt":"2026-02-03T04:05:10.000Z","timestamp":"2026-02-03T04:05:08.000Z"})"_s;
    QTest::newRow("times that cannot be read, and one that stays")
        << uR"({"type":"page","originalTimestamp":"soon","sentAt":5,"timestamp":"2026-01-01T00:00:00+01:00","receivedAt":"x"})"_s
        << uR"({"type":"page","originalTimestamp":"2026-02-03T04:05:10.000Z","sentAt":"2026-02-03T04:05:10.000Z",)"
           uR"("timestamp":"2025-12-31T23:00:00.000Z","receivedAt":"2026-02-03T04:05:10.000Z","request_ip":"127.0.0.1"})"_s;
}

void TestWarehouseGateway::completes()
{
    QFETCH(QString, call);
    const auto received = parseTime("2026-02-03T04:05:10Z");
    const auto completed = asReceived(call.toStdString(), {"track", *received, "127.0.0.1"});
    QVERIFY(completed);
    QTEST(QString::fromStdString(*completed), "completed");
}

void TestWarehouseGateway::refuses()
{
    QVERIFY(!asReceived("[]", {}));
    QVERIFY(!asReceived("", {}));
}

QTEST_APPLESS_MAIN(TestWarehouseGateway)
#include "tst_warehousegateway.moc"
