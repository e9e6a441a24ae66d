#pragma once

#include "core/base/error.h"
#include "core/store/eventquery.h"
#include "core/store/readerstate.h"

#include <functional>

namespace Weir {

/// SessionReader::scan(). Opens short read transactions of its own.
Result<std::int64_t> scanSession(ReaderState &state, const ScanRequest &request,
    const std::function<bool()> &cancelled, const std::function<void(const ScanProgress &)> &report);

} // namespace Weir
