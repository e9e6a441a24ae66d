#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace Weir {

enum class Colours { No, Yes };

/// One event of the interface as a line for people: time, source, name, duration, trace, user, what is odd.
/// Control characters of the payload are shown as "?", so that an event cannot drive the terminal.
std::string humanLine(const std::string &eventJson, Colours colours);

/// The message in an error answer of the interface; nothing when it is none.
std::optional<std::string> errorMessage(const std::string &body);

} // namespace Weir
