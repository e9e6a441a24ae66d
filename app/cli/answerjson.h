#pragma once

#include <nlohmann/json.hpp>

#include <string>
#include <string_view>

namespace Weir {

/// What Weir answered, as a tree to print from; an empty object when it is no JSON. Answers hold what SDKs
/// and people wrote, and nlohmann refuses some of it, a number beyond every double or half a surrogate pair:
/// such a number becomes its text here, and half a pair U+FFFD.
nlohmann::json readAnswer(std::string_view json);

/// UTF-8 `text` with '?' for all that a terminal would obey instead of print.
std::string printable(std::string text);

} // namespace Weir
