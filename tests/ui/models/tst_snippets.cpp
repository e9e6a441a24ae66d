#include "ui/models/snippets.h"

#include <QTest>

using namespace Qt::StringLiterals;
using namespace Weir;

class TstSnippets : public QObject
{
    Q_OBJECT
private slots:
    void markedLines_data()
    {
        QTest::addColumn<QString>("title");
        QTest::addColumn<QString>("line"); // What the SDK's own documentation calls the option.
        QTest::newRow("js") << u"posthog-js"_s << u"  api_host: 'http://127.0.0.1:9347',"_s;
        QTest::newRow("node") << u"posthog-node"_s << u"  host: 'http://127.0.0.1:9347',"_s;
        QTest::newRow("python") << u"posthog-python"_s << u"    host='http://127.0.0.1:9347',"_s;
        QTest::newRow("rudder node") << u"rudder-sdk-node"_s << u"  dataPlaneUrl: 'http://127.0.0.1:9347',"_s;
        QTest::newRow("rudder js")
            << u"analytics-js"_s
            << u"analytics.load('your_write_key', 'http://127.0.0.1:9347', { configUrl: 'http://127.0.0.1:9347' })"_s;
        QTest::newRow("segment") << u"Segment"_s << u"  host: 'http://127.0.0.1:9347',"_s;
        QTest::newRow("curl") << u"curl"_s << u"curl http://127.0.0.1:9347/capture/ \\"_s;
        QTest::newRow("supabase") << u"Supabase"_s
                                  << u"  'http://host.docker.internal:9347/supabase/webhook', 'POST',"_s;
    }
    void markedLines()
    {
        QFETCH(QString, title);
        QFETCH(QString, line);
        for (const Snippet &snippet : snippets(u"127.0.0.1"_s, 9347)) {
            if (snippet.title == title) {
                QCOMPARE(snippet.code.split(u'\n').value(snippet.markedLine), line);
                return;
            }
        }
        QFAIL("No such snippet");
    }

    void everySnippetCarriesTheRealPort()
    {
        const auto all = snippets(u"127.0.0.1"_s, 51234);
        QCOMPARE(all.size(), 8);
        for (const Snippet &snippet : all) {
            QVERIFY2(snippet.code.contains(u":51234"), qPrintable(snippet.title));
            QVERIFY2(
                !snippet.code.contains(u'%') && !snippet.code.contains(u"\n>"), qPrintable(snippet.title));
        }
    }

    void ipv6IsBracketed() { QVERIFY(snippets(u"::1"_s, 9347)[0].code.contains(u"'http://[::1]:9347'")); }
};

QTEST_APPLESS_MAIN(TstSnippets)
#include "tst_snippets.moc"
