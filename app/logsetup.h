#pragma once

#include "app/settings.h"

namespace Weir {

/// Lets Weir's log categories speak from `level` up, on standard error, one line each.
void setUpLogging(Settings::LogLevel level);

} // namespace Weir
