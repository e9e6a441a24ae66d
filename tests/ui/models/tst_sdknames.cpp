#include "ui/models/sdknames.h"

#include <QTest>

using namespace Qt::StringLiterals;
using namespace Weir;

class TstSdkNames : public QObject
{
    Q_OBJECT
private slots:
    void names_data()
    {
        QTest::addColumn<Source>("source");
        QTest::addColumn<QByteArray>("reported");
        QTest::addColumn<QString>("known");
        const auto row = [](Source source, const char *reported, const QString &known) {
            QTest::addRow("%s, %s", toText(source).data(), reported)
                << source << QByteArray(reported) << known;
        };
        row(Source::PostHog, "web", u"posthog-js"_s);
        row(Source::PostHog, "posthog-node", u"posthog-node"_s);
        row(Source::RudderStack, "RudderLabs JavaScript SDK", u"analytics-js"_s);
        row(Source::RudderStack, "analytics-node", u"rudder-sdk-node"_s);
        row(Source::RudderStack, "rudder-ios-library", u"rudder-sdk-ios"_s);
        row(Source::Segment, "analytics-node", u"analytics-node"_s); // Segment's older one.
        row(Source::Segment, "@segment/analytics-node", u"analytics-node"_s);
        row(Source::Segment, "analytics.js", u"analytics.js"_s);
        row(Source::Segment, "web", u"web"_s); // Only PostHog's browser SDK is called so.
        row(Source::Webhook, "my-own", u"my-own"_s);
    }
    void names()
    {
        QFETCH(Source, source);
        QFETCH(QByteArray, reported);
        QTEST(sdkName(source, reported.toStdString()), "known");
    }
};

QTEST_APPLESS_MAIN(TstSdkNames)
#include "tst_sdknames.moc"
