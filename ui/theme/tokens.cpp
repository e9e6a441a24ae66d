#include "ui/theme/tokens.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace Weir {

namespace {

struct TokenRow
{
    std::string_view name;
    QRgb dark, light;
};

// A table and not a file read at start, so that the first paint waits for nothing. tst_theme compares it
// with resources/theme/tokens.json.
constexpr std::array<TokenRow, tokenCount> table{{
    {"s0", 0xff101316, 0xffebeef1},
    {"s1", 0xff15191d, 0xffffffff},
    {"s2", 0xff1a1f24, 0xfff5f7f9},
    {"s3", 0xff232930, 0xffffffff},
    {"s4", 0xff2e363e, 0xffe1e6eb},
    {"hover", 0xff1b2127, 0xfff1f4f7},
    {"sel", 0xff17324a, 0xffd9eaf8},
    {"selq", 0xff262d34, 0xffe7ebef},
    {"line1", 0xff1f252a, 0xffeef1f4},
    {"line2", 0xff2c343b, 0xffdae0e6},
    {"line3", 0xff6b7783, 0xff7e8a96},
    {"t1", 0xffe9edf1, 0xff141c24},
    {"t2", 0xffb1bac4, 0xff414d59},
    {"t3", 0xff8d98a5, 0xff586472},
    {"t4", 0xff5c6773, 0xff98a2ad},
    {"primary", 0xff1f6fb5, 0xff0a65ae},
    {"primaryText", 0xffffffff, 0xffffffff},
    {"accent", 0xff5db9ed, 0xff0068a7},
    {"ok", 0xff5eca91, 0xff006d42},
    {"warn", 0xffebb854, 0xff83560d},
    {"err", 0xfff67974, 0xffba1e20},
    {"f-flow", 0xff90abf4, 0xff4963b3},
    {"f-agent", 0xffbe9ce6, 0xff7b52a4},
    {"f-tool", 0xff57c2bc, 0xff007d78},
    {"f-rag", 0xffa2b968, 0xff5d7400},
    {"f-guard", 0xffe58fb8, 0xffa04274},
    {"f-flag", 0xffa0b0c1, 0xff596b7e},
    {"f-db", 0xffe09d6a, 0xff9c5302},
    {"f-error", 0xfff67974, 0xffba1e20},
    {"f-custom", 0xff8d98a5, 0xff586472},
    {"trace0", 0xffda8c8c, 0xffb05457},
    {"trace1", 0xffd39569, 0xffa95f22},
    {"trace2", 0xffbaa35c, 0xff8e7100},
    {"trace3", 0xff93b06f, 0xff60812b},
    {"trace4", 0xff68b895, 0xff008a61},
    {"trace5", 0xff4fb7bc, 0xff008890},
    {"trace6", 0xff66aed8, 0xff027eb1},
    {"trace7", 0xff90a1e1, 0xff5c6eba},
    {"trace8", 0xffb595d3, 0xff885faa},
    {"trace9", 0xffcf8db3, 0xffa45586},
    {"ok-bg", 0xff20342e, 0xffe3efea},
    {"warn-bg", 0xff353125, 0xfff1ece4},
    {"err-bg", 0xff37272a, 0xfff7e6e6},
    {"accent-bg", 0xff20313c, 0xffe3eef5},
    {"f-flow-bg", 0xff3a455e, 0xffd3daed},
    {"f-agent-bg", 0xff484059, 0xffdfd5e9},
    {"f-tool-bg", 0xff294c4d, 0xffc2e0df},
    {"f-rag-bg", 0xff3f4934, 0xffd8dec2},
    {"f-guard-bg", 0xff533c4c, 0xffe8d2de},
    {"f-flag-bg", 0xff3f464e, 0xffd7dbe0},
    {"f-db-bg", 0xff524134, 0xffe7d6c2},
    {"f-error-bg", 0xff583637, 0xffeec9c9},
    {"f-custom-bg", 0xff393f46, 0xffcdd0d5},
    {"focus", 0xff5db9ed, 0xff0068a7},
    {"j-str", 0xff9ddabc, 0xff094934},
    {"j-num", 0xff95ceef, 0xff084a73},
    {"j-bool", 0xffcdb8ea, 0xff573f77},
    {"diff-add", 0xff20342e, 0xffe3efea},
    {"diff-del", 0xff37272a, 0xfff7e6e6},
}};

double luminance(QRgb colour)
{
    const auto channel = [](int value) {
        const double c = value / 255.0;
        return c <= 0.03928 ? c / 12.92 : std::pow((c + 0.055) / 1.055, 2.4);
    };
    return 0.2126 * channel(qRed(colour)) + 0.7152 * channel(qGreen(colour))
        + 0.0722 * channel(qBlue(colour));
}

} // namespace

QRgb tokenRgb(Scheme scheme, Token token)
{
    const TokenRow &row = table[static_cast<std::size_t>(token)];
    return scheme == Scheme::Dark ? row.dark : row.light;
}

std::string_view tokenName(Token token)
{
    return table[static_cast<std::size_t>(token)].name;
}

double contrast(QRgb a, QRgb b)
{
    const auto [darker, lighter] = std::minmax({luminance(a), luminance(b)});
    return (lighter + 0.05) / (darker + 0.05);
}

} // namespace Weir
