#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace Weir {

// What JSON Schema needs of RFC 3986. Nothing is ever fetched from these.

/// `reference` as seen from `base`, without its fragment. An empty reference gives the base.
std::string resolvedUri(std::string_view base, std::string_view reference);

/// What stands behind the #, percent-decoded; empty when there is none.
std::string fragmentOf(std::string_view reference);

/// The next part of a JSON pointer that begins with /, unescaped; takes it off the front. Nothing when the
/// pointer is at its end or is none.
std::optional<std::string> takePointerPart(std::string_view &pointer);

} // namespace Weir
