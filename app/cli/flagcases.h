#pragma once

#include "core/base/error.h"
#include "core/base/time.h"
#include "core/flags/flagdefinitions.h"

#include <string>
#include <string_view>
#include <vector>

namespace Weir {

/// Answers the cases of `weir flags evaluate`, a JSON line each, by the evaluator that the product uses.
class FlagCases
{
public:
    struct Answer
    {
        std::string line; ///< JSON, without a line feed: the result, or `{"id", "error"}`.
        std::vector<Error> problems; ///< Why it is an error, or what was wrong in the definitions.
    };

    /// `now` is for a case that does not say when it is.
    Answer answer(std::string_view line, UtcTime now);

private:
    Result<void> takeDefinitions(std::string_view document, Answer &answer);

    std::string m_document; ///< What m_definitions were read from, to the byte: cases often repeat them.
    FlagDefinitions m_definitions;
};

} // namespace Weir
