#include "core/event/payload.h"

#include <QCryptographicHash>
#include <QFile>
#include <QTest>

using namespace Weir;

class PayloadTest : public QObject
{
    Q_OBJECT
private slots:
    void decodes_data();
    void decodes();
    void refuses_data();
    void refuses();
    void keepsBytes_data();
    void keepsBytes();
    void sharesPlainJson();
    void readsTheQuery_data();
    void readsTheQuery();
    void unpacksLongLzString();
};

namespace {

QByteArray fixture(const QByteArray &name)
{
    QFile file(QStringLiteral(WEIR_SOURCE_DIR "/tests/fixtures/payload/") + QString::fromUtf8(name));
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

BodyHints hints(const QByteArray &target, const QByteArray &contentType, const QByteArray &contentEncoding)
{
    const auto view
        = [](const QByteArray &text) { return std::string_view(text.constData(), std::size_t(text.size())); };
    return {"POST", view(target), view(contentType), view(contentEncoding)};
}

} // namespace

void PayloadTest::decodes_data()
{
    QTest::addColumn<QByteArray>("file");
    QTest::addColumn<QByteArray>("target");
    QTest::addColumn<QByteArray>("contentType");
    QTest::addColumn<QByteArray>("contentEncoding");
    const char *const rows[][5] = {
        {"plain", "plain.json", "/e/", "application/json", ""},
        {"plain as text", "plain.json", "/e/", "text/plain", ""},
        {"plain, no type", "plain.json", "/e/", "", ""},
        {"plain as form", "plain.json", "/e/", "application/x-www-form-urlencoded", ""},
        {"plain, wrong gzip hints", "plain.json", "/e/?compression=gzip-js", "", "gzip"},
        {"plain, wrong deflate hint", "plain.json", "/e/", "", "deflate"},
        {"plain, wrong br hint", "plain.json", "/e/", "", "br"},
        {"plain, wrong zstd hint", "plain.json", "/e/", "", "zstd"},
        {"plain, wrong base64 hint", "plain.json", "/e/?compression=base64", "", ""},
        {"plain, wrong lz64 hint", "plain.json", "/e/?compression=lz64", "", ""},
        {"plain, unknown hints", "plain.json", "/e/?compression=x", "", "identity, x"},
        {"gzip by header", "gzip.bin", "/batch/", "application/json", "gzip"},
        {"gzip by query", "gzip.bin", "/e/?compression=gzip-js", "text/plain", ""},
        {"gzip by its bytes", "gzip.bin", "/i/v0/e/", "text/plain", ""},
        {"gzip as form", "gzip.bin", "/v1/batch", "application/x-www-form-urlencoded", ""},
        {"gzip, deflate header", "gzip.bin", "/e/", "", "deflate"},
        {"gzip twice", "gzip-twice.bin", "/e/", "", "gzip"},
        {"gzip twice, both named", "gzip-twice.bin", "/e/", "", "gzip, gzip"},
        {"gzip of two members", "gzip-members.bin", "/e/", "", "gzip"},
        {"gzip with a tail", "gzip-tail.bin", "/e/", "", "gzip"},
        {"zlib", "zlib.bin", "/i/v1/analytics/events", "", "deflate"},
        {"bare deflate", "deflate-raw.bin", "/i/v1/analytics/events", "", "DEFLATE"},
        {"brotli", "brotli.bin", "/i/v1/analytics/events", "", "br"},
        {"zstd by header", "zstd.bin", "/i/v1/analytics/events", "", "zstd"},
        {"zstd by its bytes", "zstd.bin", "/e/", "", ""},
        {"zstd without a size", "zstd-stream.bin", "/e/", "", "zstd"},
        {"base64", "base64.txt", "/e/", "", ""},
        {"base64 of the url alphabet", "base64-url.txt", "/e/", "", ""},
        {"base64 twice", "base64-twice.txt", "/e/", "", ""},
        {"base64 of gzip", "base64-gzip.txt", "/e/", "", ""},
        {"form", "form-base64.txt", "/e/?compression=base64", "application/x-www-form-urlencoded", ""},
        {"form, no type", "form-base64.txt", "/e/", "", ""},
        {"form of json", "form-json.txt", "/e/", "application/x-www-form-urlencoded", ""},
        {"form of gzip", "form-gzip.txt", "/e/", "application/x-www-form-urlencoded", ""},
        {"lz64 by query", "lz64.txt", "/e/?compression=lz64", "", ""},
        {"lz64 by query, other name", "lz64.txt", "/e/?compression=LZ-String", "", ""},
        {"lz64 by form field", "form-lz64.txt", "/e/", "application/x-www-form-urlencoded", ""},
    };
    for (const auto &row : rows)
        QTest::newRow(row[0]) << QByteArray(row[1]) << QByteArray(row[2]) << QByteArray(row[3])
                              << QByteArray(row[4]);
}

void PayloadTest::decodes()
{
    QFETCH(QByteArray, file);
    QFETCH(QByteArray, target);
    QFETCH(QByteArray, contentType);
    QFETCH(QByteArray, contentEncoding);
    const QByteArray wire = fixture(file);
    QVERIFY(!wire.isEmpty());
    const auto decoded = decodedBody(wire, hints(target, contentType, contentEncoding));
    QVERIFY2(decoded, decoded ? "" : toText(decoded.error()).c_str());
    QCOMPARE(*decoded, fixture("plain.json"));
}

void PayloadTest::refuses_data()
{
    QTest::addColumn<QByteArray>("file");
    QTest::addColumn<QByteArray>("target");
    QTest::addColumn<QByteArray>("contentEncoding");
    QTest::addColumn<QByteArray>("where");
    const char *const rows[][4] = {
        {"gzip-cut.bin", "/e/", "gzip", "encoding"},
        {"gzip-cut.bin", "/e/", "", "encoding"},
        {"gzip-damaged.bin", "/e/", "gzip", "encoding"},
        {"zlib.bin", "/e/", "br", "encoding"},
        {"brotli.bin", "/e/", "deflate", "encoding"},
        {"bomb-gzip.bin", "/e/", "gzip", "size"},
        {"bomb-gzip.bin", "/e/", "", "size"},
        {"bomb-zstd.bin", "/e/", "zstd", "size"},
        {"bomb-brotli.bin", "/e/", "br", "size"},
        {"bomb-lz64.txt", "/e/?compression=lz64", "", "size"},
    };
    for (const auto &row : rows)
        QTest::addRow("%s as '%s'", row[0], row[2])
            << QByteArray(row[0]) << QByteArray(row[1]) << QByteArray(row[2]) << QByteArray(row[3]);
}

void PayloadTest::refuses()
{
    QFETCH(QByteArray, file);
    QFETCH(QByteArray, target);
    QFETCH(QByteArray, contentEncoding);
    QFETCH(QByteArray, where);
    const QByteArray wire = fixture(file);
    QVERIFY(!wire.isEmpty());
    const auto decoded = decodedBody(wire, hints(target, {}, contentEncoding));
    QVERIFY(!decoded);
    QCOMPARE(decoded.error().kind, Error::Kind::BadInput);
    QCOMPARE(QByteArray::fromStdString(decoded.error().where), where);
}

/// What is no layer stays as it is: text that only looks like base64, forms without data, other bytes.
void PayloadTest::keepsBytes_data()
{
    QTest::addColumn<QByteArray>("wire");
    QTest::newRow("empty") << QByteArray();
    QTest::newRow("true") << QByteArray("true");
    QTest::newRow("number") << QByteArray("12345678");
    QTest::newRow("word") << QByteArray("abcd");
    QTest::newRow("form without data") << QByteArray("ip=1&x=2");
    QTest::newRow("other form") << QByteArray("name=x&value=y");
    QTest::newRow("not utf-8") << QByteArray("\xff\xfe{}");
    QTest::newRow("json that is not utf-8") << QByteArray("{\"a\":\"\xff\"}");
    QTest::newRow("byte order mark") << QByteArray("\xEF\xBB\xBF{}");
    QTest::newRow("blanks") << QByteArray("  \n {} ");
    QTest::newRow("almost gzip") << QByteArray("\x1f\x8b");
    QTest::newRow("broken base64") << QByteArray("data=!!!!").mid(5);
}

void PayloadTest::keepsBytes()
{
    QFETCH(QByteArray, wire);
    const auto decoded = decodedBody(wire, hints("/e/", {}, {}));
    QVERIFY(decoded);
    QCOMPARE(*decoded, wire);
}

void PayloadTest::sharesPlainJson()
{
    const QByteArray wire = fixture("plain.json");
    const auto decoded = decodedBody(wire, hints("/batch/", "application/json", {}));
    QVERIFY(decoded);
    QCOMPARE(static_cast<const void *>(decoded->constData()), static_cast<const void *>(wire.constData()));
}

void PayloadTest::readsTheQuery_data()
{
    QTest::addColumn<QByteArray>("method");
    QTest::addColumn<QByteArray>("target");
    QTest::addColumn<QByteArray>("expected");
    const QByteArray plain = fixture("plain.json");
    const QByteArray base64 = fixture("base64.txt");
    QTest::newRow("data, base64") << QByteArray("GET") << QByteArray("/e/?ip=1&data=" + base64) << plain;
    QTest::newRow("data, plus read as space")
        << QByteArray("GET") << QByteArray("/e/?" + fixture("form-base64-plus.txt"))
        << fixture("form-base64-plus.json");
    QTest::newRow("data, json") << QByteArray("GET") << QByteArray("/e/?data=" + plain.toPercentEncoding())
                                << plain;
    QTest::newRow("data, gzip") << QByteArray(
        "GET") << QByteArray("/e/?compression=gzip-js&data=" + fixture("base64-gzip.txt").toPercentEncoding())
                                << plain;
    QTest::newRow("data, lz64") << QByteArray(
        "GET") << QByteArray("/e/?compression=lz64&data=" + fixture("lz64.txt").toPercentEncoding())
                                << plain;
    QTest::newRow("data in a POST without a body")
        << QByteArray("POST") << QByteArray("/e/?data=" + base64) << plain;
    QTest::newRow("no data") << QByteArray("GET") << QByteArray("/e/?ip=1") << QByteArray();
    QTest::newRow("empty data") << QByteArray("GET") << QByteArray("/e/?data=") << QByteArray();
    QTest::newRow("pixel") << QByteArray("GET")
                           << QByteArray("/pixel/v1/track?writeKey=wk&event=a%20b+c&x=%22q%5C%0A&flag&y=%")
                           << QByteArray(
                                  R"({"writeKey":"wk","event":"a b c","x":"\"q\\\u000a","flag":"","y":"%"})");
    QTest::newRow("pixel without a query")
        << QByteArray("GET") << QByteArray("/pixel/v1/page") << QByteArray("{}");
    QTest::newRow("hook") << QByteArray("GET") << QByteArray("/v1/webhook/?data=a&b=c")
                          << QByteArray(R"({"data":"a","b":"c"})");
    QTest::newRow("pixel by POST") << QByteArray("POST") << QByteArray("/pixel/v1/page?a=b") << QByteArray();
}

void PayloadTest::readsTheQuery()
{
    QFETCH(QByteArray, method);
    QFETCH(QByteArray, target);
    QFETCH(QByteArray, expected);
    BodyHints all = hints(target, {}, {});
    all.method = {method.constData(), std::size_t(method.size())};
    const auto decoded = decodedBody({}, all);
    QVERIFY(decoded);
    QCOMPARE(*decoded, expected);
}

/// Long enough that codes grow to ten bits and more, with text beyond the basic plane.
void PayloadTest::unpacksLongLzString()
{
    const auto decoded = decodedBody(fixture("lz64-long.txt"), hints("/e/?compression=lz64", {}, {}));
    QVERIFY(decoded);
    QCOMPARE(decoded->size(), 37491);
    QCOMPARE(QCryptographicHash::hash(*decoded, QCryptographicHash::Sha1).toHex(),
        QByteArray("140b250a732f99b018573aa59a6f4f9dda021136"));
}

QTEST_GUILESS_MAIN(PayloadTest)
#include "tst_payload.moc"
