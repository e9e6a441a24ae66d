#pragma once

#include "core/event/event.h"
#include "core/event/violation.h"

#include <map>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

namespace Weir {

/// A path without positions in arrays: /properties/items/3/name and /properties/items/7/name are alike.
std::string withoutPositions(std::string_view path);

/// Violations that are alike: of the same event, at the same place, of the same kind.
struct ViolationGroup
{
    std::string eventName;
    Violation sample; ///< The first that came.
    std::uint64_t events = 0; ///< That have it, each counted once.
    EventId first{}, last{};
    UtcTime since{}, latest{}; ///< When the first and the last of them was received.

    struct Sender
    {
        Sdk sdk; ///< Empty texts: it does not say.
        std::uint64_t events = 0;
        UtcTime since{}; ///< When this version first sent one.
        bool operator==(const Sender &) const = default;
    };
    std::vector<Sender> senders; ///< In the order in which they came.

    bool operator==(const ViolationGroup &) const = default;
};

/// Counts violations alike as events come, in any order of time. Its memory grows with the kinds of mistakes,
/// not with the events: beyond maxGroups the rest is only counted. A value.
class ViolationSummary
{
public:
    static constexpr std::size_t maxGroups = 10'000;
    static constexpr std::size_t maxSenders = 100; ///< Of one group.

    /// All violations of one event, once.
    void add(const Event &event, const std::vector<Violation> &violations);
    void clear() { *this = {}; }

    /// The most frequent first, then by name.
    std::vector<ViolationGroup> groups() const;
    std::uint64_t checkedEvents() const { return m_checked; }
    std::uint64_t invalidEvents() const { return m_invalid; } ///< With a violation that breaks the plan.
    std::uint64_t uncounted() const { return m_uncounted; } ///< Violations beyond maxGroups.

private:
    /// Event, kind, path without positions in arrays, property, keyword's place in the schema.
    using Key = std::tuple<std::string, ViolationKind, std::string, std::string, std::string>;

    void addOne(const Event &event, const Violation &violation);

    std::map<Key, ViolationGroup> m_groups;
    std::uint64_t m_checked = 0, m_invalid = 0, m_uncounted = 0;
};

} // namespace Weir
