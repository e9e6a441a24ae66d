#include "ui/models/maskedtext.h"

#include <QElapsedTimer>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace Weir;

class TestMaskedText : public QObject
{
    Q_OBJECT
private slots:
    void masks_data();
    void masks();
    void hidesWhatIsKnown_data();
    void hidesWhatIsKnown();
    void isBounded();
};

void TestMaskedText::masks_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("masked");
    const auto row = [](const QString &text, const QString &masked) {
        QTest::newRow(qPrintable(text)) << text << masked;
    };
    const auto stays = [&row](const QString &text) { row(text, text); };
    row(u"ada@example.com"_s, u"•••"_s);
    row(u"sent to ada.lovelace+demo@mail.example.co.uk, ok"_s, u"sent to •••, ok"_s);
    row(u"<jürgen@müller.de>"_s, u"<•••>"_s);
    row(u"to=ada%40example.com"_s, u"to=•••"_s);
    row(u"root@localhost failed"_s, u"••• failed"_s);
    row(u"a@b.io b@c.io"_s, u"••• •••"_s);
    row(u"phc_1234567890abcdef"_s, u"•••"_s);
    row(u"sk-proj-9aZ81kLmN2"_s, u"•••"_s);
    row(u"sk_live_51Habc, pk_test_99zzz9"_s, u"•••, •••"_s);
    row(u"ghp_16C7e42F292c6912E7710c838347Ae178B4a"_s, u"•••"_s);
    row(u"xoxb-2222-abcdef"_s, u"•••"_s);
    row(u"AKIAIOSFODNN7EXAMPLE"_s, u"•••"_s);
    row(u"AIzaSyA-1234567890abcdef"_s, u"•••"_s);
    row(u"jwt eyJhbGciOi.eyJzdWIiOiIx.SflKx-wRJ_SM"_s, u"jwt •••"_s);
    row(u"Authorization: Bearer abc.def-ghi"_s, u"Authorization: •••"_s);
    row(u"got Bearer abcdef123 back"_s, u"got Bearer ••• back"_s);
    row(u"password=hunter2 rest"_s, u"password=••• rest"_s);
    row(u"{\"api_key\": \"abc\", \"n\": 3}"_s, u"{\"api_key\": \"•••\", \"n\": 3}"_s);
    row(u"token: x1&b=2"_s, u"token: •••&b=2"_s);
    row(u"user_id=ada"_s, u"user_id=•••"_s);
    row(u"distinct_id: 'ada'"_s, u"distinct_id: '•••'"_s);
    row(u"email=none"_s, u"email=•••"_s);
    row(u"https://ada:s3cret@host/path"_s, u"https://•••@host/path"_s);
    row(u"7c9e6679-7425-40de-944b-e07fc1f90ae7"_s, u"•••"_s);
    row(u"id 0af7651916cd43dd8448eb211c80319c end"_s, u"id ••• end"_s);
    row(u"wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"_s, u"•••"_s);
    row(u"user-42 bought"_s, u"••• bought"_s);
    row(u"by usr_9f3, u_4821 and customer:77"_s, u"by •••, ••• and •••"_s);
    row(u"call +49 170 123 45 67"_s, u"call •••"_s);
    row(u"555-867-5309"_s, u"•••"_s);
    row(u"4111 1111 1111 1111"_s, u"•••"_s);
    row(u"from 192.168.7.21"_s, u"from •••"_s);
    row(u"from 2001:db8:0:0:0:0:2:1"_s, u"from •••"_s);

    // What Weir's own summaries are made of.
    stays({});
    stays(u"contracts@v2, 4 sources"_s);
    stays(u"invoices@v3.1"_s);
    stays(u"pii_leak"_s);
    stays(u"guardrails on"_s);
    stays(u"researcher, 1,204 tokens"_s);
    stays(u"failed: timeout after 30000 ms"_s);
    stays(u"enable_guardrails_tracing"_s);
    stays(u"versioned_rag_tracking = v2-rerank"_s);
    stays(u"$feature_flag_called"_s);
    stays(u"post_ledger, error"_s);
    stays(u"user_created"_s);
    stays(u"score 0.97, 12,480 rows"_s);
    stays(u"2026-11-23 09:06:39"_s);
    stays(u"posthog-node 5.70.0"_s);
    stays(u"the tokens: many"_s);
    stays(u"keyword_search_top_10"_s);
}

void TestMaskedText::masks()
{
    QFETCH(QString, text);
    QTEST(maskedText(text), "masked");
    QTEST(maskedText(maskedText(text)), "masked"); // Nothing is left to hide.
}

void TestMaskedText::hidesWhatIsKnown_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QStringList>("known");
    QTest::addColumn<QString>("masked");
    QTest::newRow("an id") << u"ada ran it"_s << QStringList{u"ada"_s} << u"••• ran it"_s;
    QTest::newRow("not within a word") << u"adapter of ada"_s << QStringList{u"ada"_s} << u"adapter of •••"_s;
    QTest::newRow("a short one") << u"agent a"_s << QStringList{u"a"_s} << u"agent •••"_s;
    QTest::newRow("one holds another")
        << u"ada lovelace"_s << QStringList{u"ada"_s, u"ada lovelace"_s} << u"•••"_s;
    QTest::newRow("an empty one") << u"ada"_s << QStringList{QString()} << u"ada"_s;
    QTest::newRow("with signs") << u"(a.b*c)"_s << QStringList{u"a.b*c"_s} << u"(•••)"_s;
    QTest::newRow("the mask itself") << u"•• a"_s << QStringList{u"•"_s} << u"•••••• a"_s;
}

void TestMaskedText::hidesWhatIsKnown()
{
    QFETCH(QString, text);
    QFETCH(QStringList, known);
    QTEST(maskedText(text, known), "masked");
}

void TestMaskedText::isBounded()
{
    // Texts that make a careless expression try for minutes.
    for (const QString &piece :
        {u"a"_s, u"a."_s, u"1 "_s, u"aB1/"_s, u"user-"_s, u"0:"_s, u"x@y."_s, u"eyJ."_s}) {
        QElapsedTimer clock;
        clock.start();
        const QString masked = maskedText(piece.repeated(200'000));
        QVERIFY(masked.size() < 13'000);
        QVERIFY2(clock.elapsed() < 2'000, qPrintable(piece + u' ' + QString::number(clock.elapsed())));
    }
}

QTEST_APPLESS_MAIN(TestMaskedText)
#include "tst_maskedtext.moc"
