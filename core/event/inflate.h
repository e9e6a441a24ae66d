#pragma once

#include "core/base/error.h"

#include <QByteArray>

#include <string_view>

namespace Weir {

/// Compressed forms that a request body can have.
enum class Compression { Gzip, Deflate, Brotli, Zstd };

bool hasGzipMagic(std::string_view bytes);
bool hasZstdMagic(std::string_view bytes);

/// Undoes one compression. Never holds more than `limit` bytes of output: more is an error with where =
/// "size", damaged input one with where = "encoding". Gzip may have several members; Deflate is zlib's form
/// or, as some clients send it, the bare one. Any thread.
Result<QByteArray> inflated(std::string_view bytes, Compression compression, std::size_t limit);

} // namespace Weir
