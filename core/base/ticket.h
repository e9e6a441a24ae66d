#pragma once

#include <QMetaType>

#include <cstdint>

namespace Weir {

/// Names one exchange of the HTTP door, so that a stored request can be answered. Travels with the request
/// through the store and back. Meaningless after the connection closed; the door ignores it then.
struct Ticket
{
    std::uint64_t connection = 0; ///< Never 0 and never used twice by one door.
    std::uint64_t exchange = 0; ///< Rising by one within a connection.
    bool operator==(const Ticket &) const = default;
};

} // namespace Weir

Q_DECLARE_METATYPE(Weir::Ticket)
