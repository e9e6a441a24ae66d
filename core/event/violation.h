#pragma once

#include "core/event/event.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace Weir {

/// What kind of wrong. Those of the warehouse are told by its dry run. Stored: never renumber.
enum class ViolationKind : std::uint8_t {
    UnplannedEvent = 0,
    RequiredMissing = 1,
    DatatypeMismatch = 2,
    AdditionalProperties = 3,
    Unknown = 4, ///< Everything else that a schema can say, and what could not be checked.
    TraceMissing = 5,
    TraceSingle = 6, ///< Alone in its trace, where runs have many events.
    TraceConflict = 7, ///< Several ids, users or workspaces in one run.
    ClockSkew = 8,
    ClockFuture = 9,
};
constexpr std::size_t violationKindCount = 10;
std::string_view toText(ViolationKind kind); ///< "Unplanned-Event", …
std::optional<ViolationKind> violationKindFromText(std::string_view text);

/// One thing wrong with one event. All text is UTF-8; empty means that there is nothing to say.
struct Violation
{
    ViolationKind kind{};
    std::string path; ///< A JSON pointer from the event's root: "/properties/latency_ms". Empty: the whole.
    std::string property; ///< The name that is missing or not planned.
    std::string expected; ///< "integer", "one of success, error, skipped"
    std::string came; ///< "string "840"", "nothing"; at most 80 characters of a value.
    std::string nearest; ///< The planned name that was likely meant.
    std::string message; ///< As RudderStack says it: "must be integer".
    std::string schemaPath; ///< "#/properties/properties/properties/latency_ms/type"
    std::string vendorKind; ///< RudderStack's name where it has one of its own: "Advance-Rules-Violation".

    bool operator==(const Violation &) const = default;
};

/// Those of events that go wrong alike. Never changed; null: none.
using SharedViolations = std::shared_ptr<const std::vector<Violation>>;

/// Whether it breaks the plan, so that the event is invalid; else it is a warning.
bool breaksPlan(ViolationKind kind);

/// What an event is that has these: Valid when there is none.
EventStatus statusOf(const std::vector<Violation> &violations);

} // namespace Weir
