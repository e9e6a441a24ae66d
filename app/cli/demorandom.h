#pragma once

#include "core/base/time.h"

#include <cstdint>
#include <span>
#include <string>

namespace Weir {

/// SplitMix64: small, and the same on every machine, which the standard library's distributions are not.
class DemoRandom
{
public:
    explicit DemoRandom(std::uint64_t seed)
        : m_state(seed)
    {
    }

    std::uint64_t next()
    {
        std::uint64_t z = (m_state += 0x9E3779B97F4A7C15u);
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
        return z ^ (z >> 31);
    }
    /// 0 … count-1
    std::size_t below(std::size_t count) { return static_cast<std::size_t>(next() % count); }
    /// least … most
    int between(int least, int most)
    {
        return least + static_cast<int>(below(static_cast<std::size_t>(most - least + 1)));
    }
    bool percent(int chance) { return between(1, 100) <= chance; }
    template <typename T> const T &oneOf(std::span<const T> values) { return values[below(values.size())]; }

    std::string hex(std::size_t digits)
    {
        std::string text;
        while (text.size() < digits)
            text += "0123456789abcdef"[below(16)];
        return text;
    }
    std::string uuidV4()
    {
        std::string text = hex(32);
        text[12] = '4';
        text[16] = "89ab"[below(4)];
        return dashed(text);
    }
    std::string uuidV7(UtcTime time)
    {
        std::string text = hex(32);
        auto ms = static_cast<std::uint64_t>(toMs(time));
        for (std::size_t i = 12; i-- > 0; ms >>= 4)
            text[i] = "0123456789abcdef"[ms & 15u];
        text[12] = '7';
        text[16] = "89ab"[below(4)];
        return dashed(text);
    }

    /// 32 digits → 8-4-4-4-12
    static std::string dashed(const std::string &hex)
    {
        return hex.substr(0, 8) + '-' + hex.substr(8, 4) + '-' + hex.substr(12, 4) + '-' + hex.substr(16, 4)
            + '-' + hex.substr(20);
    }

private:
    std::uint64_t m_state;
};

} // namespace Weir
