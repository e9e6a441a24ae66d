#include "core/base/uuid.h"

#include <random>

namespace Weir {

namespace {

bool isHexDigit(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

std::mt19937_64 &randomOfThread()
{
    thread_local std::mt19937_64 engine = [] {
        std::random_device device;
        std::seed_seq seed{device(), device(), device(), device()};
        return std::mt19937_64(seed);
    }();
    return engine;
}

} // namespace

std::string makeUuidV7(UtcTime now)
{
    constexpr std::uint64_t randomA = 0xFFF, variantMask = 0x3FFF'FFFF'FFFF'FFFF;
    auto &random = randomOfThread();
    const std::uint64_t high
        = static_cast<std::uint64_t>(toMs(now)) << 16 | std::uint64_t(7) << 12 | (random() & randomA);
    const std::uint64_t low = std::uint64_t(2) << 62 | (random() & variantMask);
    std::string text(36, '-');
    const auto put = [&text](std::size_t at, std::uint64_t bits, unsigned digits) {
        for (unsigned left = digits; left-- > 0;)
            text[at++] = "0123456789abcdef"[bits >> (left * 4) & 15];
    };
    put(0, high >> 32, 8);
    put(9, high >> 16, 4);
    put(14, high, 4);
    put(19, low >> 48, 4);
    put(24, low, 12);
    return text;
}

bool isUuid(std::string_view text)
{
    if (text.size() != 36)
        return false;
    for (std::size_t at = 0; at < text.size(); ++at) {
        const bool dash = at == 8 || at == 13 || at == 18 || at == 23;
        if (dash ? text[at] != '-' : !isHexDigit(text[at]))
            return false;
    }
    return true;
}

} // namespace Weir
