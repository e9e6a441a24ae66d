#include "core/flags/flagregex.h"

namespace Weir {

FlagRegex::FlagRegex(std::string_view pattern)
    : m_regex(pattern, BoundedRegex::Dialect::FancyRegex)
{
}

Match FlagRegex::find(std::string_view text, RegexBudget &budget) const
{
    switch (m_regex.find(text, budget.costlyMatches)) {
    case BoundedRegex::Found::No:
        return Match::No;
    case BoundedRegex::Found::Yes:
        return Match::Yes;
    case BoundedRegex::Found::TooCostly:
        break;
    }
    return Match::Unknown;
}

} // namespace Weir
