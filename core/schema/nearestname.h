#pragma once

#include <string_view>
#include <vector>

namespace Weir {

/// The candidate that was most likely meant by `name`: the same but for case and separators, else at most a
/// third of its letters mistyped. Empty when none is near. Any number of candidates; long names are not
/// compared.
std::string_view nearestName(std::string_view name, const std::vector<std::string_view> &candidates);

} // namespace Weir
