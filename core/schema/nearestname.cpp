#include "core/schema/nearestname.h"

#include <algorithm>
#include <array>
#include <string>

namespace Weir {

namespace {

constexpr std::size_t longest = 64;

/// Letters and digits in lower case: toolUsed, Tool Used and tool-used are tool_used.
std::string plain(std::string_view name)
{
    std::string result;
    for (const char c : name) {
        if (c >= 'A' && c <= 'Z')
            result += static_cast<char>(c - 'A' + 'a');
        else if (c != '_' && c != '-' && c != ' ' && c != '.')
            result += c;
    }
    return result;
}

/// Letters to add, drop, change or swap with their neighbour; `most` + 1 when there are more.
std::size_t distance(std::string_view a, std::string_view b, std::size_t most)
{
    if (a.size() > b.size() + most || b.size() > a.size() + most)
        return most + 1;
    std::array<std::array<std::size_t, longest + 1>, 3> rows{};
    for (std::size_t j = 0; j <= b.size(); ++j)
        rows[0][j] = j;
    for (std::size_t i = 1; i <= a.size(); ++i) {
        auto &row = rows[i % 3];
        const auto &above = rows[(i + 2) % 3], &twoAbove = rows[(i + 1) % 3];
        row[0] = i;
        std::size_t least = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            row[j] = std::min({above[j] + 1, row[j - 1] + 1, above[j - 1] + (a[i - 1] != b[j - 1])});
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                row[j] = std::min(row[j], twoAbove[j - 2] + 1);
            least = std::min(least, row[j]);
        }
        if (least > most)
            return most + 1;
    }
    return rows[a.size() % 3][b.size()];
}

} // namespace

std::string_view nearestName(std::string_view name, const std::vector<std::string_view> &candidates)
{
    const std::string wanted = plain(name.substr(0, longest + 1));
    std::string_view nearest;
    std::size_t least = std::clamp<std::size_t>(wanted.size() / 3, 1, 4) + 1;
    if (wanted.empty() || wanted.size() > longest)
        return {};
    for (const std::string_view candidate : candidates) {
        if (candidate == name || candidate.size() > longest)
            continue;
        const std::size_t apart = distance(wanted, plain(candidate), least - 1);
        if (apart < least) {
            least = apart;
            nearest = candidate;
        }
    }
    return nearest;
}

} // namespace Weir
