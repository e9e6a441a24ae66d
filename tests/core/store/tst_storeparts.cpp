#include "core/store/duplicatewindow.h"
#include "core/store/headtext.h"
#include "core/store/packedid.h"
#include "core/store/payloadquery.h"

#include <QTest>

using namespace Weir;

/// The parts of the store that need no file.
class TestStoreParts : public QObject
{
    Q_OBJECT
private slots:
    void packsIds_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<int>("uuidBytes"); // 0: stays text.
        QTest::addColumn<int>("hexBytes");
        QTest::newRow("uuid") << "01a207a0-9e1f-7994-a260-349d293faaed" << 16 << 0;
        QTest::newRow("capitals") << "01A207A0-9E1F-7994-A260-349D293FAAED" << 0 << 0;
        QTest::newRow("uuid with a wrong digit") << "01a207a0-9e1f-7994-a260-349d293faaeg" << 0 << 0;
        QTest::newRow("uuid with a wrong dash") << "01a207a09-e1f-7994-a260-349d293faaed" << 0 << 0;
        QTest::newRow("32 digits") << "7f2c9d7e52a34a539a3e0c2f6f9f1d10" << 0 << 16;
        QTest::newRow("16 digits") << "00f067aa0ba902b7" << 0 << 8;
        QTest::newRow("16 letters") << "00f067aa0ba902bz" << 0 << 0;
        QTest::newRow("empty") << "" << 0 << 0;
        QTest::newRow("words") << "my own id" << 0 << 0;
    }
    void packsIds()
    {
        QFETCH(QString, text);
        QFETCH(int, uuidBytes);
        QFETCH(int, hexBytes);
        const std::string id = text.toStdString();
        const PackedId uuid = PackedId::fromUuid(id), hex = PackedId::fromHex(id);
        QCOMPARE(uuid.isBlob(), uuidBytes > 0);
        QCOMPARE(hex.isBlob(), hexBytes > 0);
        QCOMPARE(uuid.isBlob() ? uuidText(uuid.bytes()) : std::string(uuid.bytes()), id);
        QCOMPARE(hex.isBlob() ? hexText(hex.bytes()) : std::string(hex.bytes()), id);
        if (uuidBytes)
            QCOMPARE(uuid.bytes().size(), std::size_t(uuidBytes));
        if (hexBytes)
            QCOMPARE(hex.bytes().size(), std::size_t(hexBytes));
    }

    void hashesTheSameEverywhere()
    {
        // Stored in trace_hash: a change of any of these needs a migration.
        QCOMPARE(stableHash(""), std::uint64_t(0x877e2011d918dd23u));
        QCOMPARE(stableHash("abc"), std::uint64_t(0x4f1a2b6f03cb7294u));
        QCOMPARE(stableHash("7f2c9d7e52a34a539a3e0c2f6f9f1d10"), std::uint64_t(0x38f00e99bc54ca3bu));
    }

    void sharesHeads_data()
    {
        QTest::addColumn<QByteArray>("head");
        QTest::addColumn<int>("bodyBytes");
        QTest::addColumn<bool>("shared");
        QTest::newRow("usual") << QByteArray("Host: a\r\nContent-Length: 123\r\nAccept: */*\r\n") << 123
                               << true;
        QTest::newRow("lower case, no blank") << QByteArray("content-length:0\r\n") << 0 << true;
        QTest::newRow("last line without end") << QByteArray("Content-Length: 12") << 12 << true;
        QTest::newRow("other length") << QByteArray("Content-Length: 1234\r\n") << 123 << false;
        QTest::newRow("leading zero") << QByteArray("Content-Length: 0123\r\n") << 123 << false;
        QTest::newRow("chunked") << QByteArray("Transfer-Encoding: chunked\r\n") << 123 << false;
        QTest::newRow("name within another") << QByteArray("X-Content-Length: 123\r\n") << 123 << false;
        QTest::newRow("the mark itself") << QByteArray("A: \x01\r\nContent-Length: 5\r\n") << 5 << false;
        QTest::newRow("empty") << QByteArray() << 0 << false;
    }
    void sharesHeads()
    {
        QFETCH(QByteArray, head);
        QFETCH(int, bodyBytes);
        QFETCH(bool, shared);
        const std::string text = head.toStdString();
        const auto stored = headWithoutLength(text, static_cast<std::uint32_t>(bodyBytes));
        QCOMPARE(stored.has_value(), shared);
        if (stored) {
            QCOMPARE(headWithLength(*stored, static_cast<std::uint32_t>(bodyBytes)), text);
            QVERIFY(headWithLength(*stored, 77777).find("77777") != std::string::npos);
        }
    }

    void remembersTheNewestIds()
    {
        DuplicateWindow window(4);
        for (std::int64_t id = 1; id <= 1000; ++id)
            window.insert(stableHash(std::to_string(id)), EventId{id});
        // Whatever bucket they share, the newest eight fit.
        for (std::int64_t id = 1000; id > 992; --id) {
            const auto candidates = window.candidates(stableHash(std::to_string(id)));
            QVERIFY(!candidates.empty());
            QCOMPARE(candidates.front(), EventId{id});
        }
        QVERIFY(window.candidates(stableHash("1")).empty());
    }

    void takesOlderIdsOnlyWhereThereIsRoom()
    {
        DuplicateWindow window(1);
        for (std::int64_t id = 101; id <= 106; ++id)
            window.insert(stableHash(std::to_string(id)), EventId{id});
        for (std::int64_t id = 100; id > 90; --id)
            window.insertOlder(stableHash(std::to_string(id)), EventId{id});
        for (const std::int64_t id : {106, 101, 100, 99})
            QCOMPARE(window.candidates(stableHash(std::to_string(id))).size(), std::size_t(1));
        QVERIFY(window.candidates(stableHash("98")).empty());
        window.clear();
        QVERIFY(window.candidates(stableHash("106")).empty());
    }

    void keepsIdsBeyond32Bits()
    {
        DuplicateWindow window(1);
        const std::int64_t large = (std::int64_t(5) << 32) + 3;
        constexpr std::uint64_t one = std::uint64_t(1) << 32, two = std::uint64_t(2) << 32;
        window.insert(one, EventId{large - 10});
        window.insert(two, EventId{large});
        QCOMPARE(window.candidates(one).front(), EventId{large - 10});
        QCOMPARE(window.candidates(two).front(), EventId{large});
    }

    void findsText_data()
    {
        QTest::addColumn<QString>("needle");
        QTest::addColumn<QString>("text");
        QTest::addColumn<bool>("found");
        QTest::newRow("empty") << ""
                               << "" << true;
        QTest::newRow("whole") << "abc"
                               << "ABC" << true;
        QTest::newRow("at the start") << "Abc"
                                      << "abcdef" << true;
        QTest::newRow("at the end") << "def"
                                    << "abcDEF" << true;
        QTest::newRow("longer") << "abcd"
                                << "abc" << false;
        QTest::newRow("not there") << "zzz"
                                   << "zzazz" << false;
        QTest::newRow("repeated start") << "aab"
                                        << "aaaaaab" << true;
        QTest::newRow("rare byte near the start of the text") << "ab_"
                                                              << "b_ab_" << true;
        QTest::newRow("rare byte, text ends before") << "_abc"
                                                     << "xx_ab" << false;
        QTest::newRow("umlaut, same case") << "jür"
                                           << "JürGEN" << true;
    }
    void findsText()
    {
        QFETCH(QString, needle);
        QFETCH(QString, text);
        QFETCH(bool, found);
        QCOMPARE(TextSearch(needle.toStdString()).isInUnfolded(text.toStdString()), found);
    }

    void foldsAsciiOnly()
    {
        // Every byte at every place of a word of eight, with neighbours that a carry would change.
        for (int byte = 0; byte < 256; ++byte) {
            for (std::size_t at = 0; at < 9; ++at) {
                std::string text(9, '\xFF'), wanted = text;
                text[at] = static_cast<char>(byte);
                wanted[at] = byte >= 'A' && byte <= 'Z' ? static_cast<char>(byte + 32) : text[at];
                std::string folded;
                foldCase(text, folded);
                QCOMPARE(folded, wanted);
            }
        }
    }

    void visitsProperties()
    {
        QList<QByteArray> seen;
        visitProperties(
            R"({"event":"a","n":1,"properties":{"k":"v\n","o":{"x":1}},"context":{"ip":null},"list":[2]})",
            [&](std::string_view key, std::string_view value) {
                seen.append(QByteArray::fromStdString(std::string(key) + "=" + std::string(value)));
                return key != "event";
            });
        QCOMPARE(seen, (QList<QByteArray>{"k=v\n", R"(o={"x":1})", "ip=null", "event=a"}));
    }
};

QTEST_APPLESS_MAIN(TestStoreParts)
#include "tst_storeparts.moc"
