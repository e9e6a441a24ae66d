#include "core/event/bodycodec.h"

#include <QFile>

#include <zstd.h>

#include <map>
#include <string_view>

// Resources of a static library must be named once, or the linker drops them. Outside any namespace.
static void initBodyResources()
{
    Q_INIT_RESOURCE(bodies);
}

namespace Weir {

namespace {

constexpr int level = 1;
constexpr std::uint32_t maxStoredBody = 256u
    << 20; // More than the door lets in: a damaged row asks for no more.
constexpr qsizetype tinyBody = 64; // Below this the frame's own bytes eat the gain.

bool isCompressedAlready(std::string_view body)
{
    return body.starts_with("\x1f\x8b") || body.starts_with("\x28\xb5\x2f\xfd");
}

struct FreeContext
{
    void operator()(ZSTD_CCtx *context) const { ZSTD_freeCCtx(context); }
    void operator()(ZSTD_DCtx *context) const { ZSTD_freeDCtx(context); }
    void operator()(ZSTD_CDict *dictionary) const { ZSTD_freeCDict(dictionary); }
    void operator()(ZSTD_DDict *dictionary) const { ZSTD_freeDDict(dictionary); }
};

} // namespace

QByteArray bodyDictionaryBytes()
{
    static const QByteArray bytes = [] {
        initBodyResources();
        QFile file(QStringLiteral(":/weir/bodies-1.zdict"));
        return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
    }();
    return bytes;
}

struct BodyCompressor::State
{
    std::unique_ptr<ZSTD_CCtx, FreeContext> context{ZSTD_createCCtx()};
    std::unique_ptr<ZSTD_CDict, FreeContext> dictionary;
    QByteArray buffer;
};

BodyCompressor::BodyCompressor()
    : m_state(std::make_unique<State>())
{
    const QByteArray bytes = bodyDictionaryBytes();
    m_state->dictionary.reset(
        ZSTD_createCDict(bytes.constData(), static_cast<std::size_t>(bytes.size()), level));
    // The size, the dictionary and the form stand in the row: 4 to 10 bytes less in each frame.
    ZSTD_CCtx_setParameter(m_state->context.get(), ZSTD_c_contentSizeFlag, 0);
    ZSTD_CCtx_setParameter(m_state->context.get(), ZSTD_c_checksumFlag, 0);
    ZSTD_CCtx_setParameter(m_state->context.get(), ZSTD_c_dictIDFlag, 0);
    ZSTD_CCtx_refCDict(m_state->context.get(), m_state->dictionary.get());
}

BodyCompressor::~BodyCompressor() = default;

BodyCompressor::Stored BodyCompressor::compress(const QByteArray &wire)
{
    const auto size = static_cast<std::size_t>(wire.size());
    if (wire.size() < tinyBody || isCompressedAlready({wire.constData(), size}))
        return {wire, BodyForm::AsSent, 0};
    const auto bound = static_cast<qsizetype>(ZSTD_compressBound(size));
    QByteArray &buffer = m_state->buffer;
    if (buffer.size() < bound)
        buffer.resize(bound);
    const std::size_t written = ZSTD_compress2(m_state->context.get(), buffer.data(),
        static_cast<std::size_t>(buffer.size()), wire.constData(), size);
    Stored stored{wire, BodyForm::AsSent, 0};
    if (!ZSTD_isError(written) && written < size)
        stored = {
            QByteArray(buffer.constData(), static_cast<qsizetype>(written)), BodyForm::Zstd, bodyDictionary};
    constexpr qsizetype keptBuffer = 1 << 20;
    if (buffer.size() > keptBuffer)
        buffer = QByteArray(); // One huge body does not cost memory for ever.
    return stored;
}

struct BodyDecompressor::State
{
    std::unique_ptr<ZSTD_DCtx, FreeContext> context{ZSTD_createDCtx()};
    std::map<int, std::unique_ptr<ZSTD_DDict, FreeContext>> dictionaries;
};

BodyDecompressor::BodyDecompressor()
    : m_state(std::make_unique<State>())
{
}

BodyDecompressor::~BodyDecompressor() = default;

void BodyDecompressor::addDictionary(int id, const QByteArray &bytes)
{
    m_state->dictionaries[id].reset(
        ZSTD_createDDict(bytes.constData(), static_cast<std::size_t>(bytes.size())));
}

Result<QByteArray> BodyDecompressor::decompress(
    const QByteArray &stored, BodyForm form, int dictionary, std::uint32_t bodyBytes)
{
    if (form == BodyForm::AsSent)
        return stored;
    const auto found = m_state->dictionaries.find(dictionary);
    if (dictionary != 0 && found == m_state->dictionaries.end())
        return Error{Error::Kind::Storage, "The session lacks the dictionary of a stored body", {}};
    if (bodyBytes > maxStoredBody)
        return Error{Error::Kind::Storage, "A stored body is damaged", {}};
    QByteArray wire(static_cast<qsizetype>(bodyBytes), Qt::Uninitialized);
    ZSTD_DCtx *context = m_state->context.get();
    const auto storedSize = static_cast<std::size_t>(stored.size());
    const std::size_t size = dictionary == 0
        ? ZSTD_decompressDCtx(context, wire.data(), bodyBytes, stored.constData(), storedSize)
        : ZSTD_decompress_usingDDict(
            context, wire.data(), bodyBytes, stored.constData(), storedSize, found->second.get());
    if (ZSTD_isError(size) || size != bodyBytes)
        return Error{Error::Kind::Storage, "A stored body is damaged", {}};
    return wire;
}

} // namespace Weir
