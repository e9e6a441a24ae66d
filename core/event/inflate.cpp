#include "core/event/inflate.h"

#include <brotli/decode.h>
#include <libdeflate.h>
#include <zstd.h>

#include <algorithm>
#include <cstring>
#include <memory>
#include <optional>

namespace Weir {

namespace {

// Deflate cannot shrink better than this, so a trailer that claims more lies.
constexpr std::size_t deflateRatio = 1032;
constexpr std::size_t smallestOutput = 1024;

template <auto Free> struct Deleter
{
    template <typename T> void operator()(T *object) const { Free(object); }
};
using Deflate = std::unique_ptr<libdeflate_decompressor, Deleter<libdeflate_free_decompressor>>;
using Brotli = std::unique_ptr<BrotliDecoderState, Deleter<BrotliDecoderDestroyInstance>>;
using Zstd = std::unique_ptr<ZSTD_DStream, Deleter<ZSTD_freeDStream>>;

libdeflate_decompressor *deflateOfThread()
{
    thread_local const Deflate decompressor(libdeflate_alloc_decompressor());
    return decompressor.get();
}

Error tooLarge(std::size_t limit)
{
    return {Error::Kind::BadInput,
        "The body is larger than " + std::to_string(limit >> 20) + " MiB when decompressed", "size"};
}

Error damaged(const char *form)
{
    return {Error::Kind::BadInput, std::string("The body is not valid ") + form, "encoding"};
}

qsizetype signedSize(std::size_t size)
{
    return static_cast<qsizetype>(size);
}

/// Makes room behind `used`; false when the limit is reached.
bool grow(QByteArray &out, std::size_t limit)
{
    const auto size = static_cast<std::size_t>(out.size());
    if (size >= limit)
        return false;
    out.resize(signedSize(std::min(limit, std::max(smallestOutput, size * 4))));
    return true;
}

using DeflateFunction = libdeflate_result (*)(
    libdeflate_decompressor *, const void *, std::size_t, void *, std::size_t, std::size_t *, std::size_t *);

/// One deflate stream, appended to `out` behind `used`. libdeflate needs the whole output at once: it starts
/// again with four times the room, so all tries cost at most a third more than the last.
Result<std::size_t> appendDeflate(std::string_view bytes, DeflateFunction function, const char *form,
    QByteArray &out, std::size_t &used, std::size_t limit)
{
    while (true) {
        std::size_t consumed = 0, produced = 0;
        const auto result = function(deflateOfThread(), bytes.data(), bytes.size(), out.data() + used,
            static_cast<std::size_t>(out.size()) - used, &consumed, &produced);
        if (result == LIBDEFLATE_SUCCESS) {
            used += produced;
            return consumed;
        }
        if (result != LIBDEFLATE_INSUFFICIENT_SPACE)
            return damaged(form);
        if (!grow(out, limit))
            return tooLarge(limit);
    }
}

/// What the trailer says of the size, when it can be true.
std::optional<std::size_t> claimedGzipSize(std::string_view bytes)
{
    std::uint32_t size = 0;
    std::memcpy(&size, bytes.data() + bytes.size() - sizeof size, sizeof size);
    if (size > bytes.size() * deflateRatio)
        return {};
    return size;
}

Result<QByteArray> gunzip(std::string_view bytes, std::size_t limit)
{
    if (bytes.size() < 18)
        return damaged("gzip");
    const auto claimed = claimedGzipSize(bytes);
    if (claimed && *claimed > limit)
        return tooLarge(limit);
    // One byte at least: an empty output would be taken for a wish to have none.
    QByteArray out(signedSize(std::min(limit, std::max<std::size_t>(1, claimed.value_or(bytes.size() * 4)))),
        Qt::Uninitialized);
    std::size_t used = 0;
    do {
        WEIR_TRY(const std::size_t consumed,
            appendDeflate(bytes, libdeflate_gzip_decompress_ex, "gzip", out, used, limit));
        bytes.remove_prefix(consumed);
    } while (hasGzipMagic(bytes));
    out.truncate(signedSize(used));
    return out;
}

Result<QByteArray> undeflate(std::string_view bytes, std::size_t limit)
{
    QByteArray out(
        signedSize(std::min(limit, std::max(smallestOutput, bytes.size() * 4))), Qt::Uninitialized);
    std::size_t used = 0;
    auto done = appendDeflate(bytes, libdeflate_zlib_decompress_ex, "deflate", out, used, limit);
    if (!done && done.error().where != "size")
        done = appendDeflate(bytes, libdeflate_deflate_decompress_ex, "deflate", out, used, limit);
    if (!done)
        return done.error();
    out.truncate(signedSize(used));
    return out;
}

Result<QByteArray> unbrotli(std::string_view bytes, std::size_t limit)
{
    const Brotli state(BrotliDecoderCreateInstance(nullptr, nullptr, nullptr));
    QByteArray out(
        signedSize(std::min(limit, std::max(smallestOutput, bytes.size() * 4))), Qt::Uninitialized);
    std::size_t used = 0, inLeft = bytes.size();
    const auto *in = reinterpret_cast<const std::uint8_t *>(bytes.data());
    while (true) {
        std::size_t outLeft = static_cast<std::size_t>(out.size()) - used;
        auto *to = reinterpret_cast<std::uint8_t *>(out.data()) + used;
        const auto result = BrotliDecoderDecompressStream(state.get(), &inLeft, &in, &outLeft, &to, nullptr);
        used = static_cast<std::size_t>(out.size()) - outLeft;
        if (result == BROTLI_DECODER_RESULT_SUCCESS)
            break;
        if (result != BROTLI_DECODER_RESULT_NEEDS_MORE_OUTPUT)
            return damaged("brotli");
        if (!grow(out, limit))
            return tooLarge(limit);
    }
    out.truncate(signedSize(used));
    return out;
}

Result<QByteArray> unzstd(std::string_view bytes, std::size_t limit)
{
    const Zstd stream(ZSTD_createDStream());
    QByteArray out(
        signedSize(std::min(limit, std::max(smallestOutput, bytes.size() * 4))), Qt::Uninitialized);
    ZSTD_inBuffer in{bytes.data(), bytes.size(), 0};
    ZSTD_outBuffer to{out.data(), static_cast<std::size_t>(out.size()), 0};
    while (true) {
        const std::size_t result = ZSTD_decompressStream(stream.get(), &to, &in);
        if (ZSTD_isError(result))
            return damaged("zstd");
        if (result == 0 && in.pos == in.size)
            break;
        if (to.pos < to.size && in.pos == in.size)
            return damaged("zstd");
        if (to.pos == to.size) {
            if (!grow(out, limit))
                return tooLarge(limit);
            to.dst = out.data();
            to.size = static_cast<std::size_t>(out.size());
        }
    }
    out.truncate(signedSize(to.pos));
    return out;
}

} // namespace

bool hasGzipMagic(std::string_view bytes)
{
    return bytes.starts_with("\x1f\x8b\x08");
}

bool hasZstdMagic(std::string_view bytes)
{
    return bytes.starts_with("\x28\xb5\x2f\xfd");
}

Result<QByteArray> inflated(std::string_view bytes, Compression compression, std::size_t limit)
{
    switch (compression) {
    case Compression::Gzip:
        return gunzip(bytes, limit);
    case Compression::Deflate:
        return undeflate(bytes, limit);
    case Compression::Brotli:
        return unbrotli(bytes, limit);
    case Compression::Zstd:
        return unzstd(bytes, limit);
    }
    return damaged("data");
}

} // namespace Weir
