#include "core/event/bodycodec.h"

#include <QTest>

using namespace Weir;

namespace {

QByteArray batch(int events)
{
    QByteArray list;
    for (int i = 0; i < events; ++i) {
        QByteArray event
            = R"({"event":"tool_used","distinct_id":"user-N","properties":{"$lib":"posthog-node",)"
              R"("$lib_version":"5.70.0","latency_ms":N}})";
        list += (i ? "," : "") + event.replace("N", QByteArray::number(i));
    }
    QByteArray body = R"({"api_key":"phc_weirfixture0000000000000000000000000000000","batch":[LIST],)"
                      R"("sent_at":"2026-11-23T08:58:16.500Z"})";
    return body.replace("LIST", list);
}

} // namespace

class TestBodyCodec : public QObject
{
    Q_OBJECT
private slots:
    void givesBackWhatItTook_data()
    {
        QTest::addColumn<QByteArray>("wire");
        QTest::addColumn<bool>("shrinks");
        QTest::newRow("one event") << batch(1) << true;
        QTest::newRow("many events") << batch(500) << true;
        QTest::newRow("empty") << QByteArray() << false;
        QTest::newRow("tiny") << QByteArray("{}") << false;
        QTest::newRow("gzip") << QByteArray("\x1f\x8b\x08") + batch(3) << false;
        QTest::newRow("zstd") << QByteArray("\x28\xb5\x2f\xfd") + batch(3) << false;
        QTest::newRow("zeroes") << QByteArray(100000, '\0') << true;
    }
    void givesBackWhatItTook()
    {
        QFETCH(QByteArray, wire);
        QFETCH(bool, shrinks);
        BodyCompressor compressor;
        const auto stored = compressor.compress(wire);
        QCOMPARE(stored.form == BodyForm::Zstd, shrinks);
        QCOMPARE(stored.dictionary, shrinks ? bodyDictionary : 0);
        QVERIFY(shrinks ? stored.bytes.size() < wire.size() : stored.bytes == wire);
        BodyDecompressor decompressor;
        decompressor.addDictionary(bodyDictionary, bodyDictionaryBytes());
        const auto back = decompressor.decompress(
            stored.bytes, stored.form, stored.dictionary, static_cast<std::uint32_t>(wire.size()));
        QVERIFY(back);
        QCOMPARE(*back, wire);
    }

    void shrinksSmallBodiesByTheDictionary()
    {
        BodyCompressor compressor;
        const QByteArray wire = batch(1);
        QVERIFY2(compressor.compress(wire).bytes.size() * 2 < wire.size(),
            qPrintable(QString::number(compressor.compress(wire).bytes.size())));
        QCOMPARE(bodyDictionaryBytes().size(), 32768);
    }

    void refusesDamage_data()
    {
        QTest::addColumn<int>("cut");
        QTest::addColumn<int>("dictionary");
        QTest::addColumn<quint32>("sizeError");
        QTest::newRow("cut off") << 10 << bodyDictionary << quint32(0);
        QTest::newRow("no such dictionary") << 0 << 7 << quint32(0);
        QTest::newRow("too small a size") << 0 << bodyDictionary << quint32(-1);
        QTest::newRow("too great a size") << 0 << bodyDictionary << quint32(1);
        QTest::newRow("an absurd size") << 0 << bodyDictionary << quint32(0xF0000000);
    }
    void refusesDamage()
    {
        QFETCH(int, cut);
        QFETCH(int, dictionary);
        QFETCH(quint32, sizeError);
        BodyCompressor compressor;
        const QByteArray wire = batch(3);
        auto stored = compressor.compress(wire);
        stored.bytes.chop(cut);
        BodyDecompressor decompressor;
        decompressor.addDictionary(bodyDictionary, bodyDictionaryBytes());
        const auto back = decompressor.decompress(
            stored.bytes, stored.form, dictionary, static_cast<std::uint32_t>(wire.size()) + sizeError);
        QVERIFY(!back);
        QCOMPARE(back.error().kind, Error::Kind::Storage);
    }
};

QTEST_APPLESS_MAIN(TestBodyCodec)
#include "tst_bodycodec.moc"
