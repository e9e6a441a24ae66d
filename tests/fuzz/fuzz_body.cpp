// Any bytes as a request body, under any hints: decoding ends, within its bounds, and always alike.

#include "core/event/payload.h"

#include <cstdint>
#include <cstdlib>
#include <iterator>

using namespace Weir;

namespace {

// The first byte of the input picks the hints; the rest is the body.
constexpr BodyHints hints[] = {
    {"POST", "/batch/", "application/json", ""},
    {"POST", "/batch/", "application/json", "gzip"},
    {"POST", "/e/", "text/plain", ""},
    {"POST", "/e/?compression=gzip-js", "text/plain", ""},
    {"POST", "/e/?compression=lz64", "application/x-www-form-urlencoded", ""},
    {"POST", "/e/?compression=base64", "application/x-www-form-urlencoded", ""},
    {"POST", "/i/v1/analytics/events", "application/json", "deflate"},
    {"POST", "/i/v1/analytics/events", "application/json", "br"},
    {"POST", "/i/v1/analytics/events", "application/json", "zstd"},
    {"POST", "/v1/batch", "application/x-www-form-urlencoded", "gzip"},
};

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    if (size == 0)
        return 0;
    const BodyHints &hint = hints[data[0] % std::size(hints)];
    const QByteArray body(reinterpret_cast<const char *>(data + 1), static_cast<qsizetype>(size - 1));
    const auto once = decodedBody(body, hint);
    const auto again = decodedBody(body, hint);
    if (bool(once) != bool(again) || (once && *once != *again))
        std::abort(); // Extents of stored events would point elsewhere on reading back.
    if (once && static_cast<std::size_t>(once->size()) > maxDecodedBytes)
        std::abort();
    return 0;
}
