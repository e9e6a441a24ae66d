#pragma once

#include <cstdint>

namespace Weir {

/// Where a search goes on: at what is selected, as while its text is being typed, or behind or before that.
enum class FindStep : std::uint8_t { Here, Next, Previous };

} // namespace Weir
