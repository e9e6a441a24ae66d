#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

namespace Weir {

/// Finds a row by its `name` among those of the same length: most keys of a payload are told by their length
/// alone. For constexpr arrays of at most 64 rows that have a member `name`; they must outlive the table.
template <typename Row> class KeyTable
{
    static constexpr std::size_t longest = 24, mostRows = 64;

public:
    constexpr explicit KeyTable(std::span<const Row> rows)
        : m_rows(rows)
    {
        // Each length's rows form a chain; 0 ends it, so rows are numbered from 1.
        for (std::size_t row = rows.size(); row > 0; --row) {
            std::uint8_t &head = m_first[rows[row - 1].name.size()];
            m_next[row] = head;
            head = static_cast<std::uint8_t>(row);
        }
    }

    /// Null when there is none.
    constexpr const Row *find(std::string_view name) const
    {
        if (name.empty() || name.size() >= longest)
            return nullptr;
        // The last character tells most names of one length apart, without a call to compare them.
        for (std::size_t row = m_first[name.size()]; row != 0; row = m_next[row])
            if (m_rows[row - 1].name.back() == name.back() && m_rows[row - 1].name == name)
                return &m_rows[row - 1];
        return nullptr;
    }

private:
    std::span<const Row> m_rows;
    std::array<std::uint8_t, longest> m_first{};
    std::array<std::uint8_t, mostRows + 1> m_next{};
};

} // namespace Weir
