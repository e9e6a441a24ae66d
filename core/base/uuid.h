#pragma once

#include "core/base/time.h"

#include <string>
#include <string_view>

namespace Weir {

/// A fresh version 7 UUID of RFC 9562: rises with `now`, random below the millisecond. Any thread.
std::string makeUuidV7(UtcTime now);

/// 8-4-4-4-12 hexadecimal digits of either case.
bool isUuid(std::string_view text);

} // namespace Weir
