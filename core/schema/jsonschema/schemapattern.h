#pragma once

#include "core/base/boundedregex.h"

#include <string>
#include <string_view>

namespace Weir {

/// A pattern of JSON Schema, which speaks JavaScript's dialect, in the words of PCRE2: \s and \S with
/// Unicode's blanks, \d by ASCII, \p{Letter} by its short name. What PCRE2 knows beyond that is let through.
std::string toPcrePattern(std::string_view pattern);

inline BoundedRegex schemaPattern(std::string_view pattern)
{
    return {toPcrePattern(pattern), BoundedRegex::Dialect::EcmaScript};
}

} // namespace Weir
