#pragma once

#include "core/base/error.h"

#include <QByteArray>

#include <cstdint>
#include <string_view>

namespace Weir {

/// What of a request decides how its body is read, beside the bytes. The same values come from the wire and
/// from the store.
struct BodyHints
{
    std::string_view method, target; ///< "POST", "/e/?compression=gzip-js"
    std::string_view contentType, contentEncoding;
};

/// Inflated bodies above this many bytes are refused, whatever they claim.
constexpr std::size_t maxDecodedBytes = std::size_t(128) * 1024 * 1024;

/// The text that events' extents refer to: the wire body after form, base64, gzip, deflate, br, zstd and lz64
/// are undone, found by the bytes and not by the header alone. A GET with `data=` gives that; what
/// RudderStack takes as a query or a form (pixels, webhooks) gives one JSON object of texts. The same
/// function runs on capture and on reading back, so it must never change its answer for the same input. Fails
/// with BadInput (undecodable) or with where = "size" (over maxDecodedBytes).
Result<QByteArray> decodedBody(const QByteArray &wire, const BodyHints &hints);

} // namespace Weir
