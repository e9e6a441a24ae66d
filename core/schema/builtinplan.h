#pragma once

#include <string_view>

namespace Weir {

/// resources/plan.json, put into the program when it is built.
extern const std::string_view builtInPlanText;

} // namespace Weir
