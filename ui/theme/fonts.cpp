#include "ui/theme/fonts.h"

#include "core/base/logging.h"
#include "ui/theme/theme.h"

#include <QFontDatabase>

#include <array>

using namespace Qt::StringLiterals;

static void initResources()
{
    Q_INIT_RESOURCE(weir); // In a static library nothing else would link the resources in.
}

namespace Weir {

namespace {

struct StyleRow
{
    bool mono;
    int pixels;
    QFont::Weight weight;
};

constexpr std::array<StyleRow, 16> styles{{
    {false, 12, QFont::Normal},
    {false, 12, QFont::Medium},
    {false, 12, QFont::DemiBold},
    {false, 13, QFont::Normal},
    {false, 13, QFont::Medium},
    {false, 13, QFont::DemiBold},
    {false, 14, QFont::DemiBold},
    {false, 15, QFont::DemiBold},
    {false, 22, QFont::DemiBold},
    {false, 11, QFont::Medium},
    {false, 11, QFont::Normal},
    {false, 11, QFont::DemiBold},
    {true, 10, QFont::Normal},
    {true, 11, QFont::Normal},
    {true, 11, QFont::Medium},
    {true, 12, QFont::Normal},
}};

QFont make(const StyleRow &row)
{
    // Qt itself falls back to the families behind the first when that is missing.
    QFont result(row.mono ? QStringList{u"JetBrains Mono"_s, u"monospace"_s}
                          : QStringList{u"Inter"_s, u"sans-serif"_s});
    result.setStyleHint(row.mono ? QFont::Monospace : QFont::SansSerif);
    result.setWeight(row.weight);
    result.setHintingPreference(QFont::PreferNoHinting); // Hinted, 400 looks like 500 on a dark ground.
    result.setPixelSize(px(row.pixels));
    if (row.mono)
        result.setStyleStrategy(QFont::PreferNoShaping); // Else "!=" and "=>" become ligatures.
    return result;
}

} // namespace

void loadFonts()
{
    static bool loaded = false;
    if (std::exchange(loaded, true))
        return;
    initResources();
    for (const char16_t *file :
        {u":/fonts/Inter-Regular.otf", u":/fonts/Inter-Medium.otf", u":/fonts/Inter-SemiBold.otf",
            u":/fonts/JetBrainsMono-Regular.ttf", u":/fonts/JetBrainsMono-Medium.ttf"}) {
        if (QFontDatabase::addApplicationFont(QString::fromUtf16(file)) < 0)
            qCWarning(lcUi) << "Cannot load font" << QString::fromUtf16(file);
    }
}

const QFont &font(TextStyle style)
{
    static std::array<QFont, styles.size()> cache;
    static std::array<int, styles.size()> pixels{};
    const auto index = static_cast<std::size_t>(style);
    if (pixels[index] != px(styles[index].pixels)) {
        cache[index] = make(styles[index]);
        pixels[index] = px(styles[index].pixels);
    }
    return cache[index];
}

} // namespace Weir
