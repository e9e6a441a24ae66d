#pragma once

#include "core/base/error.h"

#include <string>

namespace Weir {

/// Copies a session file that nobody writes to, with what is still in its write-ahead log. `to` is replaced
/// as a whole when it is there, and is left as it was when this fails. Blocks for as long as the disk takes;
/// any thread.
Result<void> copySession(const std::string &from, const std::string &to);

} // namespace Weir
