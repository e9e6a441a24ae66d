#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace Weir {

/// A request's header block with the digits of Content-Length taken out, so that one client's requests share
/// one text. Nothing when that could not be undone: no such header, or not `bodyBytes`.
std::optional<std::string> headWithoutLength(std::string_view head, std::uint32_t bodyBytes);

/// The way back.
std::string headWithLength(std::string_view stored, std::uint32_t bodyBytes);

} // namespace Weir
