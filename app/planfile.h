#pragma once

#include "core/schema/planreader.h"

#include <string>

namespace Weir {

/// The plan of a file, or of all .json, .yaml and .yml files of a folder, those of its folders included. An
/// empty path is the built-in plan. Fails with NotFound when nothing can be read there, else as readPlan(),
/// with the path in `where`.
Result<Plan> loadPlan(const std::string &path);

} // namespace Weir
