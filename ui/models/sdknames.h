#pragma once

#include "core/event/event.h"

#include <QString>

#include <string_view>

namespace Weir {

/// The name that users know an SDK by: that of its package, "posthog-js" for what calls itself "web". A name
/// that is not in the table stays as it was reported. For showing only: filters and payloads keep the
/// reported one.
QString sdkName(Source source, std::string_view reported);

} // namespace Weir
