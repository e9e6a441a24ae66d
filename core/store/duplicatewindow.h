#pragma once

#include "core/event/event.h"

#include <array>
#include <cstdint>
#include <span>
#include <vector>

namespace Weir {

/// Remembers the ids of about the newest million events by the hash of their uuid, in 16 MB at most, so that
/// a repeated one is found without an index on disk. What it finds are candidates: compare the uuids
/// themselves.
class DuplicateWindow
{
public:
    static constexpr std::size_t bucketSlots = 8;
    /// `buckets` is a power of two; the default holds 1M events at half load.
    explicit DuplicateWindow(std::size_t buckets = std::size_t(1) << 18);

    /// Events that may have this uuid, newest first; valid until the next call of any function.
    std::span<const EventId> candidates(std::uint64_t hash);
    /// A new event. In a full bucket it takes the place of the oldest.
    void insert(std::uint64_t hash, EventId id);
    /// An event from before those that insert() was given: only where there is room.
    void insertOlder(std::uint64_t hash, EventId id);
    void clear();

private:
    struct Slot
    {
        std::uint32_t print = 0;
        std::uint32_t id = 0; ///< The low 32 bits; 0 = empty.
    };
    Slot *bucket(std::uint64_t hash);
    std::int64_t fullId(std::uint32_t low) const;

    std::vector<Slot> m_slots; ///< Made with the first insertion.
    std::size_t m_buckets;
    std::int64_t m_newest = 0;
    std::array<EventId, bucketSlots> m_found{};
};

} // namespace Weir
