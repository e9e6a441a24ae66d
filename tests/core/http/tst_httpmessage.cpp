#include "core/http/httpmessage.h"

#include <QTest>

using namespace Weir;
using namespace std::string_literals;

class TestHttpMessage : public QObject
{
    Q_OBJECT

private slots:
    void target_data()
    {
        QTest::addColumn<QByteArray>("target");
        QTest::addColumn<QByteArray>("path");
        QTest::addColumn<QByteArray>("query");
        QTest::addColumn<QByteArray>("key");
        QTest::addColumn<bool>("has");
        QTest::addColumn<QByteArray>("value");
        const auto row = [](const char *name, const char *target, const char *path, const char *query,
                             const char *key, bool has, const char *value) {
            QTest::newRow(name) << QByteArray(target) << QByteArray(path) << QByteArray(query)
                                << QByteArray(key) << has << QByteArray(value);
        };
        row("path only", "/batch/", "/batch/", "", "a", false, "");
        row("value", "/e?a=b", "/e", "a=b", "a", true, "b");
        row("second", "/e?x=y&a=b", "/e", "x=y&a=b", "a", true, "b");
        row("first of two", "/e?a=1&a=2", "/e", "a=1&a=2", "a", true, "1");
        row("key only", "/e?a", "/e", "a", "a", true, "");
        row("empty value", "/e?a=", "/e", "a=", "a", true, "");
        row("no such key", "/e?ab=c", "/e", "ab=c", "a", false, "");
        row("decoded", "/e?a=%7B%22+x%2B", "/e", "a=%7B%22+x%2B", "a", true, "{\" x+");
        row("encoded key", "/e?%61=b", "/e", "%61=b", "a", true, "b");
        row("stray percent", "/e?a=100%&b=%zz%4", "/e", "a=100%&b=%zz%4", "b", true, "%zz%4");
        row("value with signs", "/e?a=b=c?d", "/e", "a=b=c?d", "a", true, "b=c?d");
        row("empty pairs", "/e?&&a=b&", "/e", "&&a=b&", "a", true, "b");
        row("empty query", "/e?", "/e", "", "a", false, "");
        row("encoded path stays", "/a%2Fb?c", "/a%2Fb", "c", "c", true, "");
    }

    void target()
    {
        QFETCH(QByteArray, target);
        QFETCH(QByteArray, path);
        QFETCH(QByteArray, query);
        QFETCH(QByteArray, key);
        QFETCH(bool, has);
        QFETCH(QByteArray, value);
        HttpRequest request;
        request.target = target.toStdString();
        QCOMPARE(std::string(request.path()), path.toStdString());
        QCOMPARE(std::string(request.query()), query.toStdString());
        QCOMPARE(request.hasQueryKey(key.toStdString()), has);
        QCOMPARE(request.queryValue(key.toStdString()), value.toStdString());
    }

    void percentDecoding()
    {
        QCOMPARE(percentDecode("a%20b+c", false), "a b+c"s);
        QCOMPARE(percentDecode("a%20b+c", true), "a b c"s);
        QCOMPARE(percentDecode("%e4%C3", false), "\xe4\xc3"s);
        QCOMPARE(percentDecode("%", false), "%"s);
        QCOMPARE(percentDecode("%4", false), "%4"s);
        QCOMPARE(percentDecode("%%41", false), "%A"s);
    }

    void caseOfNames()
    {
        QVERIFY(equalsIgnoreCase("Content-TYPE", "content-type"));
        QVERIFY(!equalsIgnoreCase("a", "ab"));
        QVERIFY(!equalsIgnoreCase("[", "{")); // They differ by the bit that letters differ by.
    }

    void reasons()
    {
        QVERIFY(reasonPhrase(200) == "OK" && reasonPhrase(431) == "Request Header Fields Too Large");
        QVERIFY(reasonPhrase(507) == "Insufficient Storage" && reasonPhrase(100) == "Continue");
        QVERIFY(reasonPhrase(299) == "Unknown" && reasonPhrase(999) == "Unknown");
    }

    void answers()
    {
        const HttpResponse json = HttpResponse::json(201, "{}").with("X-A", "b");
        QCOMPARE(json.status, 201);
        QCOMPARE(json.headers.size(), 2u);
        QCOMPARE(json.headers[0].second, "application/json"s);
        QCOMPARE(HttpResponse::text(404, "no").body, "no"s);
    }
};

QTEST_GUILESS_MAIN(TestHttpMessage)
#include "tst_httpmessage.moc"
