#include "core/store/duplicatewindow.h"

#include <algorithm>

namespace Weir {

namespace {

std::uint32_t printOf(std::uint64_t hash)
{
    return static_cast<std::uint32_t>(hash >> 32);
}

} // namespace

DuplicateWindow::DuplicateWindow(std::size_t buckets)
    : m_buckets(buckets)
{
}

DuplicateWindow::Slot *DuplicateWindow::bucket(std::uint64_t hash)
{
    return m_slots.data() + (hash & (m_buckets - 1)) * bucketSlots;
}

std::int64_t DuplicateWindow::fullId(std::uint32_t low) const
{
    // The newest id with these low bits: the window is far smaller than 2^32.
    const std::int64_t id = (m_newest & ~std::int64_t(0xFFFFFFFF)) | low;
    return id > m_newest ? id - (std::int64_t(1) << 32) : id;
}

std::span<const EventId> DuplicateWindow::candidates(std::uint64_t hash)
{
    if (m_slots.empty())
        return {};
    std::size_t count = 0;
    const Slot *slots = bucket(hash);
    for (std::size_t i = 0; i < bucketSlots; ++i) {
        if (slots[i].id && slots[i].print == printOf(hash))
            m_found[count++] = EventId{fullId(slots[i].id)};
    }
    std::sort(m_found.begin(), m_found.begin() + static_cast<std::ptrdiff_t>(count), std::greater());
    return {m_found.data(), count};
}

void DuplicateWindow::insert(std::uint64_t hash, EventId id)
{
    if (m_slots.empty())
        m_slots.resize(m_buckets * bucketSlots);
    m_newest = std::max(m_newest, raw(id));
    Slot *slots = bucket(hash);
    Slot *place = slots;
    for (std::size_t i = 0; i < bucketSlots; ++i) {
        if (!slots[i].id) {
            place = &slots[i];
            break;
        }
        if (fullId(slots[i].id) < fullId(place->id))
            place = &slots[i];
    }
    *place = {printOf(hash), static_cast<std::uint32_t>(raw(id))};
}

void DuplicateWindow::insertOlder(std::uint64_t hash, EventId id)
{
    if (m_slots.empty())
        m_slots.resize(m_buckets * bucketSlots);
    m_newest = std::max(m_newest, raw(id));
    Slot *slots = bucket(hash);
    for (std::size_t i = 0; i < bucketSlots; ++i) {
        if (!slots[i].id) {
            slots[i] = {printOf(hash), static_cast<std::uint32_t>(raw(id))};
            return;
        }
    }
}

void DuplicateWindow::clear()
{
    std::fill(m_slots.begin(), m_slots.end(), Slot{});
    m_newest = 0;
}

} // namespace Weir
