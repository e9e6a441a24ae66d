#pragma once

#include <QMetaType>

#include <optional>
#include <string>
#include <vector>

namespace Weir {

/// Something small that a part of Weir wants to know again when the session is opened the next time: what
/// flags there are, which overrides are pinned. The store keeps it and does not look into it.
struct SessionNote
{
    std::string room; ///< Whose it is: "flag", "override". Not empty.
    std::string key; ///< Within the room.
    std::optional<std::string> value; ///< Nothing: forget it.

    bool operator==(const SessionNote &) const = default;
};

using SessionNotes = std::vector<SessionNote>;

} // namespace Weir

Q_DECLARE_METATYPE(Weir::SessionNotes)
