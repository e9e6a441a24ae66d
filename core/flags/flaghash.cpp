#include "core/flags/flaghash.h"

#include <QCryptographicHash>
#include <QtEndian>

#include <algorithm>

namespace Weir {

double flagHash(std::string_view prefix, std::string_view identifier, std::string_view salt)
{
    static thread_local QCryptographicHash sha1(QCryptographicHash::Sha1); // Made once: a request has many.
    sha1.reset();
    for (const std::string_view part : {prefix, identifier, salt})
        sha1.addData({part.data(), static_cast<qsizetype>(part.size())});
    const auto first64Bits = qFromBigEndian<quint64>(sha1.resultView().data());
    // Both sides become doubles first, as everywhere else; 2^60 - 1 rounds to 2^60.
    return static_cast<double>(first64Bits >> 4) / static_cast<double>(0xFFFFFFFFFFFFFFF);
}

bool isInRollout(double hash, double percentage)
{
    return percentage == 100.0 || hash <= percentage / 100.0;
}

std::optional<std::size_t> pickVariant(double hash, std::span<const double> bounds)
{
    const auto found = std::ranges::find_if(bounds, [hash](double bound) { return hash < bound; });
    if (found == bounds.end())
        return std::nullopt;
    return static_cast<std::size_t>(found - bounds.begin());
}

std::string_view cutIdentifier(std::string_view text)
{
    constexpr std::size_t maxScalars = 200;
    if (text.size() <= maxScalars)
        return text;
    std::size_t scalars = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const bool continues = (static_cast<unsigned char>(text[i]) & 0xC0) == 0x80;
        if (!continues && ++scalars > maxScalars)
            return text.substr(0, i);
    }
    return text;
}

} // namespace Weir
