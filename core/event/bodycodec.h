#pragma once

#include "core/event/capturedrequest.h"

#include <QByteArray>

#include <memory>

namespace Weir {

/// The id of the dictionary that is compiled in; stored with each body and, once, in the session file.
constexpr int bodyDictionary = 1;
QByteArray bodyDictionaryBytes();

/// Compresses wire bodies for the store: zstd level 1 with the dictionary. One per thread; it keeps its
/// context.
class BodyCompressor
{
public:
    BodyCompressor();
    ~BodyCompressor();
    struct Stored
    {
        QByteArray bytes;
        BodyForm form = BodyForm::AsSent;
        int dictionary = 0;
    };
    /// Bodies that do not shrink (gzip, tiny) stay as they are.
    Stored compress(const QByteArray &wire);

private:
    struct State;
    std::unique_ptr<State> m_state;
};

/// The way back. One per thread. `dictionary` bytes come from the session file, so that old sessions stay
/// readable.
class BodyDecompressor
{
public:
    BodyDecompressor();
    ~BodyDecompressor();
    void addDictionary(int id, const QByteArray &bytes);
    Result<QByteArray> decompress(
        const QByteArray &stored, BodyForm form, int dictionary, std::uint32_t bodyBytes);

private:
    struct State;
    std::unique_ptr<State> m_state;
};

} // namespace Weir
