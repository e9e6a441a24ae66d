#pragma once

#include "core/base/error.h"
#include "core/event/event.h"
#include "core/schema/jsonschema/jsonschema.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace Weir {

/// Which part of an event a rule's schema describes.
enum class PlanSection : std::uint8_t { Properties, Traits, ContextTraits, Event };
std::string_view toText(PlanSection section); ///< "properties", "traits", "context.traits", "event"
std::optional<PlanSection> planSectionFromText(std::string_view text);

/// What every event must carry, whatever its source.
enum class IdentityField : std::uint8_t { TraceId, UserId, WorkspaceId };
std::string_view toText(IdentityField field); ///< "trace_id", …
std::optional<IdentityField> identityFieldFromText(std::string_view text);

/// One planned event.
struct PlanEvent
{
    std::string name; ///< "flow_executed". Empty for identify, page and the like, of which there is one each.
    EventType type = EventType::Track;
    std::string id, description; ///< As the plan has them; may be empty.
    PlanSection section = PlanSection::Properties;
    bool isSectionRequired
        = true; ///< Without the section the event is checked as if it were {}; else it passes.
    std::string schema; ///< JSON Schema of the section, as it was written.

    bool operator==(const PlanEvent &) const = default;
};

/// A schema that others refer to by its URI, or by its file's name.
struct PlanDocument
{
    std::string uri, schema;
    bool operator==(const PlanDocument &) const = default;
};

/// A tracking plan: which events there are, and what they hold. A value; CompiledPlan makes it ready.
struct Plan
{
    std::string id, name, description, version; ///< May be empty.
    std::vector<PlanEvent> events;
    std::vector<PlanDocument> documents;
    std::vector<IdentityField> identity{
        IdentityField::TraceId, IdentityField::UserId, IdentityField::WorkspaceId};

    bool operator==(const Plan &) const = default;

    /// Null when it is not planned. Names match exactly.
    const PlanEvent *find(EventType type, std::string_view eventName) const;
};

/// One property of an event, for lists and for forms that know less than JSON Schema.
struct PlanProperty
{
    std::string name;
    std::vector<std::string> types; ///< As JSON Schema names them; empty: any.
    std::vector<std::string> itemTypes; ///< Of arrays; empty: any.
    bool isRequired = false;
    std::string description;
    std::string schema; ///< Its JSON Schema, as it was written.

    bool operator==(const PlanProperty &) const = default;
};

/// The properties that an event's schema lists at its top level, in its order. Empty when it lists none.
std::vector<PlanProperty> propertiesOf(const PlanEvent &event);
/// Of any schema of an object: see propertiesOf(PlanEvent).
std::vector<PlanProperty> propertiesOfSchema(std::string_view schema);
/// "string", "integer or null", "string[]", "any": how a property's type is shown.
std::string typeText(const PlanProperty &property);

/// The seven events of docs/plan.md, with their identity.
const Plan &builtInPlan();

/// What dialect schemas without `$schema` are in, and that formats are checked, as RudderStack does.
JsonSchema::Options planSchemaOptions();

} // namespace Weir
