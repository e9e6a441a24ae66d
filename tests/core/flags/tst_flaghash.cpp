#include "core/flags/flaghash.h"

#include <QCryptographicHash>
#include <QTest>

using namespace Weir;

/// The arithmetic that must agree with PostHog's to the last bit.
class TestFlagHash : public QObject
{
    Q_OBJECT
private slots:
    void hashes_data();
    void hashes();
    void cuts_data();
    void cuts();
};

void TestFlagHash::hashes_data()
{
    QTest::addColumn<QByteArray>("key");
    QTest::addColumn<QByteArray>("identifier");
    QTest::addColumn<QByteArray>("salt");
    QTest::addColumn<double>("expected");
    const auto row = [](const char *key, const char *identifier, double rollout, double variant) {
        QTest::addRow("%s, rollout", key)
            << QByteArray(key) << QByteArray(identifier) << QByteArray() << rollout;
        QTest::addRow("%s, variant", key)
            << QByteArray(key) << QByteArray(identifier) << QByteArray("variant") << variant;
    };
    row("use-hybrid-retrieval", "user-42", 0.4526769067433101, 0.7627144248590191);
    row("agent-memory-backend", "user-42", 0.08786317321714064, 0.13509882364134596);
    row("naïve-flag", "ユーザー", 0.150521595807747, 0.8588380725942014);
    QTest::addRow("beta-search, rollout")
        << QByteArray("beta-search") << QByteArray("user-17") << QByteArray() << 0.009101217133290002;
    // Around the ends of a block, where the padding needs one more; held against Qt's own SHA-1.
    for (const int size : {42, 43, 44, 50, 51, 52, 200}) {
        const QByteArray identifier(size, 'a');
        QTest::addRow("%d bytes", size) << QByteArray("beta-search") << identifier << QByteArray() << -1.0;
    }
}

void TestFlagHash::hashes()
{
    QFETCH(QByteArray, key);
    QFETCH(QByteArray, identifier);
    QFETCH(QByteArray, salt);
    QFETCH(double, expected);
    if (expected < 0) {
        const QByteArray digest
            = QCryptographicHash::hash(key + "." + identifier + salt, QCryptographicHash::Sha1)
                  .toHex()
                  .left(15);
        expected = double(digest.toULongLong(nullptr, 16)) / double(0xFFFFFFFFFFFFFFF);
    }
    const double hash = flagHash((key + ".").toStdString(), identifier.toStdString(), salt.toStdString());
    QVERIFY2(hash == expected, QByteArray::number(hash, 'g', 17));
}

void TestFlagHash::cuts_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<int>("bytes");
    QTest::newRow("empty") << QByteArray() << 0;
    QTest::newRow("short") << QByteArray("user-17") << 7;
    QTest::newRow("200") << QByteArray(200, 'a') << 200;
    QTest::newRow("201") << QByteArray(201, 'a') << 200;
    QTest::newRow("200 of two bytes") << QByteArray("é").repeated(200) << 400;
    QTest::newRow("201 of two bytes") << QByteArray("é").repeated(201) << 400;
    QTest::newRow("the 200th has four bytes") << QByteArray(199, 'a') + "😀bbbb" << 203;
    QTest::newRow("not UTF-8") << QByteArray(400, '\x80') << 400;
}

void TestFlagHash::cuts()
{
    QFETCH(QByteArray, text);
    QFETCH(int, bytes);
    const std::string bytesOf = text.toStdString();
    QCOMPARE(int(cutIdentifier(bytesOf).size()), bytes);
}

QTEST_APPLESS_MAIN(TestFlagHash)
#include "tst_flaghash.moc"
