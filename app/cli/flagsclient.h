#pragma once

#include "app/cli/options.h"

namespace Weir {

// The verbs of `weir flags` that talk to a running Weir. Each gives the exit code.

int listFlags(const Arguments &arguments); ///< list
int setFlag(const Arguments &arguments); ///< set KEY VALUE
int clearFlags(const Arguments &arguments); ///< clear KEY… or clear --all
int flagScene(const Arguments &arguments); ///< scene list, scene apply|rehearse|remove NAME

} // namespace Weir
