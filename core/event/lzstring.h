#pragma once

#include "core/base/error.h"

#include <QByteArray>

#include <string_view>

namespace Weir {

/// Undoes lz-string's compressToBase64, which PostHog's SDKs of 2022 call lz64. The text was UTF-16; it comes
/// out as UTF-8, lone surrogates as U+FFFD. Fails with where = "encoding", or "size" above `limit` bytes.
Result<QByteArray> lzStringText(std::string_view base64, std::size_t limit);

} // namespace Weir
