#pragma once

#include <QRgb>

#include <cstdint>
#include <string_view>

namespace Weir {

/// A colour by what it is for, never by what it looks like. The values of both themes, and which pairs may
/// be drawn on each other, are in resources/theme/tokens.json and tests/ui/theme.
enum class Token : std::uint8_t {
    S0, ///< Window, nav, status bar.
    S1, ///< Lists, main area.
    S2, ///< Header bars, panes, group rows.
    S3, ///< Buttons, fields.
    S4, ///< Filter tokens, active nav, pressed.
    Hover, ///< A row under the pointer.
    Sel, ///< Selected row, focused.
    SelQuiet, ///< Selected row, not focused.
    Line1, ///< Row separators: decoration.
    Line2, ///< Borders, dividers: decoration.
    Line3, ///< Control borders, chart ink (3:1).
    T1, ///< Primary text.
    T2, ///< Secondary text.
    T3, ///< Tertiary text, still AA; not on S4.
    T4, ///< Disabled or does-not-apply marks only: not AA.
    Primary,
    PrimaryText,
    Accent, ///< Focus, links, progress.
    Ok,
    Warn,
    Err,
    FamilyFlow,
    FamilyAgent,
    FamilyTool,
    FamilyRag,
    FamilyGuard,
    FamilyFlag,
    FamilyDb,
    FamilyError,
    FamilyCustom,
    Trace0, ///< Swatch and guide of the trace with colour 0; Trace0 + n for colour n.
    Trace1,
    Trace2,
    Trace3,
    Trace4,
    Trace5,
    Trace6,
    Trace7,
    Trace8,
    Trace9,
    OkBg,
    WarnBg,
    ErrBg,
    AccentBg,
    FamilyFlowBg, ///< Fill of a bar, T1 on it.
    FamilyAgentBg,
    FamilyToolBg,
    FamilyRagBg,
    FamilyGuardBg,
    FamilyFlagBg,
    FamilyDbBg,
    FamilyErrorBg,
    FamilyCustomBg,
    Focus,
    JsonStr,
    JsonNum,
    JsonBool, ///< Booleans and null.
    DiffAdd,
    DiffDel,
};
constexpr int tokenCount = static_cast<int>(Token::DiffDel) + 1;

enum class Scheme : std::uint8_t { Dark, Light };

/// The colour of a token in a theme. Pure.
QRgb tokenRgb(Scheme scheme, Token token);

/// As tokens.json spells it: "s0", "f-flow-bg".
std::string_view tokenName(Token token);

/// WCAG contrast of two opaque colours, 1 to 21. The order does not matter.
double contrast(QRgb a, QRgb b);

} // namespace Weir
