#pragma once

#include "core/event/event.h"
#include "ui/theme/tokens.h"

#include <QStringView>

namespace Weir {

/// How an event's status is drawn, everywhere.
struct StatusLook
{
    QStringView icon; ///< Lucide name; empty for one that no plan has checked.
    Token ink, fill; ///< Of the glyph and its word; of a badge.
    QStringView word; ///< "Valid", "Not in plan"
};

constexpr StatusLook statusLook(EventStatus status)
{
    switch (status) {
    case EventStatus::Valid:
        return {u"circle-check", Token::Ok, Token::OkBg, u"Valid"};
    case EventStatus::Warning:
        return {u"triangle-alert", Token::Warn, Token::WarnBg, u"Warning"};
    case EventStatus::Unplanned:
        return {u"circle-help", Token::T3, Token::Line2, u"Not in plan"};
    case EventStatus::Invalid:
        return {u"circle-x", Token::Err, Token::ErrBg, u"Invalid"};
    case EventStatus::Unchecked:
        break;
    }
    return {{}, Token::T3, Token::Line2, {}};
}

} // namespace Weir
