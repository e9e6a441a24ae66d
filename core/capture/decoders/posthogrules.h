#pragma once

#include "core/event/event.h"

#include <cstddef>
#include <string>
#include <string_view>

/// What PostHog's server (rust/capture) makes of names and ids. Pure.
namespace Weir::PostHog {

/// Characters of a distinct_id that are kept, and that the name of a v1 event may have.
constexpr std::size_t longestId = 200;

/// Of an event by its name: "$identify" is an identify. Track for any other.
EventType typeOf(std::string_view name);

/// The first `count` characters of UTF-8.
std::string_view firstCharacters(std::string_view text, std::size_t count);
/// How many characters of UTF-8 these are.
std::size_t characterCount(std::string_view text);

/// As the server keeps it: cut, and without NUL, which its database cannot hold.
std::string keptDistinctId(std::string_view text);

/// What Rust's uuid crate reads: hyphenated, bare, in braces or as a URN.
bool isServerUuid(std::string_view text);

} // namespace Weir::PostHog
