#pragma once

#include "app/settings.h"

namespace Weir {

/// The window, from its settings to its end. Gives the exit code.
int runWindow(const Settings &settings, int &argumentCount, char **arguments);

} // namespace Weir
