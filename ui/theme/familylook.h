#pragma once

#include "core/event/event.h"
#include "ui/theme/tokens.h"

#include <QStringView>

namespace Weir {

/// How a family of events is drawn, everywhere.
struct FamilyLook
{
    QStringView icon; ///< Lucide name.
    Token ink, fill; ///< Border and icon; fill of a bar.
    QStringView word; ///< "flow", "row change"
};

constexpr FamilyLook familyLook(Family family)
{
    switch (family) {
    case Family::Flow:
        return {u"workflow", Token::FamilyFlow, Token::FamilyFlowBg, u"flow"};
    case Family::Agent:
        return {u"bot", Token::FamilyAgent, Token::FamilyAgentBg, u"agent"};
    case Family::Tool:
        return {u"wrench", Token::FamilyTool, Token::FamilyToolBg, u"tool"};
    case Family::Rag:
        return {u"book-open", Token::FamilyRag, Token::FamilyRagBg, u"RAG"};
    case Family::Guardrail:
        return {u"shield-alert", Token::FamilyGuard, Token::FamilyGuardBg, u"guardrail"};
    case Family::Flag:
        return {u"flag", Token::FamilyFlag, Token::FamilyFlagBg, u"flag"};
    case Family::RowChange:
        return {u"database", Token::FamilyDb, Token::FamilyDbBg, u"row change"};
    case Family::Error:
        return {u"octagon-alert", Token::FamilyError, Token::FamilyErrorBg, u"error"};
    case Family::Custom:
        break;
    }
    return {u"circle-dashed", Token::FamilyCustom, Token::FamilyCustomBg, u"custom"};
}

} // namespace Weir
