#include "ui/theme/controls.h"
#include "ui/theme/desktopscheme.h"
#include "ui/theme/familylook.h"
#include "ui/theme/fonts.h"
#include "ui/theme/icons.h"
#include "ui/theme/theme.h"

#include <QApplication>
#include <QDBusVariant>
#include <QFile>
#include <QFontInfo>
#include <QFontMetrics>
#include <QJsonDocument>
#include <QJsonObject>
#include <QPushButton>
#include <QSignalSpy>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace Weir;

namespace {

std::optional<Token> tokenNamed(const QString &name)
{
    for (int i = 0; i < tokenCount; ++i) {
        const auto token = static_cast<Token>(i);
        if (name == QLatin1StringView(tokenName(token).data(), qsizetype(tokenName(token).size())))
            return token;
    }
    return std::nullopt;
}

} // namespace

class TstTheme : public QObject
{
    Q_OBJECT
private slots:
    void initTestCase() { m_theme.install(); }

    void tableIsTheTokenFile()
    {
        QFile file(u":/theme/tokens.json"_s);
        QVERIFY(file.open(QIODevice::ReadOnly));
        const QJsonObject themes = QJsonDocument::fromJson(file.readAll()).object();
        for (const auto &[scheme, key] :
            {std::pair(Scheme::Dark, u"dark"_s), std::pair(Scheme::Light, u"light"_s)}) {
            const QJsonObject tokens = themes[key].toObject();
            QCOMPARE(tokens.size(), tokenCount);
            for (auto it = tokens.begin(); it != tokens.end(); ++it) {
                const auto token = tokenNamed(it.key());
                QVERIFY2(token, qPrintable(it.key()));
                QCOMPARE(QColor::fromRgb(tokenRgb(scheme, *token)).name().toUpper(), it->toString());
            }
        }
    }

    void contrastOfEveryPair()
    {
        QFile file(QStringLiteral(WEIR_SOURCE_DIR "/tests/fixtures/contrast-pairs.txt"));
        QVERIFY(file.open(QIODevice::ReadOnly));
        int pairs = 0;
        for (const QByteArray &line : file.readAll().split('\n')) {
            if (line.isEmpty() || line.startsWith('#'))
                continue;
            const QStringList words = QString::fromUtf8(line).split(u' ');
            const auto ink = tokenNamed(words[0]), ground = tokenNamed(words[1]);
            QVERIFY2(ink && ground, line.constData());
            for (const Scheme scheme : {Scheme::Dark, Scheme::Light}) {
                const double ratio = contrast(tokenRgb(scheme, *ink), tokenRgb(scheme, *ground));
                QVERIFY2(ratio >= words[2].toDouble() - 0.005, line.constData());
                ++pairs;
            }
        }
        QCOMPARE(pairs, 208);
    }

    void contrastOfBlackOnWhite() { QCOMPARE(qRound(contrast(qRgb(0, 0, 0), qRgb(255, 255, 255))), 21); }

    void fontsAreBundled()
    {
        QCOMPARE(QFontInfo(font(TextStyle::Row)).family(), u"Inter"_s);
        QCOMPARE(QFontInfo(font(TextStyle::Mono)).family(), u"JetBrains Mono"_s);
        // Without shaping "!=" stays two glyphs of the width of any two.
        const QFontMetrics mono(font(TextStyle::Mono));
        QCOMPARE(mono.horizontalAdvance(u"!="_s), mono.horizontalAdvance(u"ab"_s));
        QCOMPARE(mono.horizontalAdvance(u"1111"_s), mono.horizontalAdvance(u"0000"_s));
    }

    void everyFamilyHasAnIcon()
    {
        for (int i = 0; i <= static_cast<int>(Family::Error); ++i) {
            const FamilyLook look = familyLook(static_cast<Family>(i));
            QVERIFY2(!iconPixmap(look.icon, 14, look.ink, 1.0).isNull(), qPrintable(look.icon.toString()));
        }
        QVERIFY(iconPixmap(u"no-such-icon", 14, Token::T1, 1.0).isNull());
    }

    void iconTakesTheColour()
    {
        const QImage image = iconPixmap(u"minus", 24, Token::Err, 2.0).toImage();
        QCOMPARE(image.width(), 48);
        QCOMPARE(image.pixelColor(24, 24).name(), color(Token::Err).name());
    }

    void themeSwitches()
    {
        QSignalSpy changed(&m_theme, &Theme::changed);
        m_theme.setChoice(SchemeChoice::Light);
        QCOMPARE(QApplication::palette().color(QPalette::Base), QColor(Qt::white));
        TextLabel label(u"Weir"_s, TextStyle::Row, Token::T2);
        m_theme.toggle();
        QCOMPARE(m_theme.choice(), SchemeChoice::Dark);
        QCOMPARE(label.palette().color(QPalette::WindowText), color(Token::T2));
        QCOMPARE(color(Token::S1).name(), u"#15191d"_s);
        QCOMPARE(changed.count(), 2);
    }

    void systemSchemeCountsOnlyWhenFollowed()
    {
        m_theme.setChoice(SchemeChoice::System);
        m_theme.setSystemScheme(Scheme::Light);
        QCOMPARE(currentScheme(), Scheme::Light);
        m_theme.setChoice(SchemeChoice::Dark);
        m_theme.setSystemScheme(Scheme::Dark);
        m_theme.setSystemScheme(Scheme::Light);
        QCOMPARE(currentScheme(), Scheme::Dark);
    }

    void portalValues_data()
    {
        QTest::addColumn<QVariant>("value");
        QTest::addColumn<int>("scheme"); // -1: no preference.
        QTest::newRow("dark") << QVariant(1u) << int(Scheme::Dark);
        QTest::newRow("light") << QVariant(2u) << int(Scheme::Light);
        QTest::newRow("none") << QVariant(0u) << -1;
        QTest::newRow("unknown") << QVariant(7u) << -1;
        QTest::newRow("wrapped") << QVariant::fromValue(QDBusVariant(1u)) << int(Scheme::Dark);
    }
    void portalValues()
    {
        QFETCH(QVariant, value);
        QFETCH(int, scheme);
        const auto found = schemeFromPortal(value);
        QCOMPARE(found ? int(*found) : -1, scheme);
    }

    void desktopPalettes_data()
    {
        QTest::addColumn<QColor>("window");
        QTest::addColumn<QColor>("text");
        QTest::addColumn<int>("scheme"); // -1: no preference.
        QTest::newRow("dark desktop") << QColor(0x20, 0x20, 0x20) << QColor(Qt::white) << int(Scheme::Dark);
        QTest::newRow("light desktop") << QColor(0xfa, 0xfa, 0xfa) << QColor(Qt::black) << int(Scheme::Light);
        QTest::newRow("none: Qt's own") << QColor(0xef, 0xef, 0xef) << QColor(Qt::black) << -1;
    }
    void desktopPalettes()
    {
        QFETCH(QColor, window);
        QFETCH(QColor, text);
        QFETCH(int, scheme);
        const QPalette builtIn(Qt::black, QColor(0xef, 0xef, 0xef), {}, {}, {}, {}, {});
        const auto found = schemeFromPalette(QPalette(text, window, {}, {}, {}, {}, {}), builtIn);
        QCOMPARE(found ? int(*found) : -1, scheme);
    }

    void sizesScaleWithTheText()
    {
        m_theme.setDensity(Density::Compact);
        m_theme.setTextScale(200);
        QCOMPARE(rowHeight(), 48);
        QCOMPARE(font(TextStyle::Row).pixelSize(), 24);
        m_theme.changeTextScale(+1); // Already the largest.
        QCOMPARE(m_theme.textScale(), 200);
        m_theme.changeTextScale(-1);
        QCOMPARE(m_theme.textScale(), 175);
        m_theme.setTextScale(103);
        QCOMPARE(m_theme.textScale(), 100);
        m_theme.setDensity(Density::Dense);
        QCOMPARE(rowHeight(), 20);
        m_theme.setDensity(Density::Compact);
    }

    void buttonsAreAsHighAsDesigned()
    {
        QPushButton button(u"Copy"_s);
        QCOMPARE(button.sizeHint().height(), 28);
        setButtonLook(&button, ButtonKind::Primary, ButtonSize::Large);
        QCOMPARE(button.sizeHint().height(), 34);
        const int plain = button.sizeHint().width();
        setKeyHint(&button, u"Space"_s);
        QVERIFY(button.sizeHint().width() > plain + 20);
    }

private:
    Theme m_theme;
};

QTEST_MAIN(TstTheme)
#include "tst_theme.moc"
