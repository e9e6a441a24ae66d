#pragma once

#include "core/schema/planreader.h"

namespace Weir {

// The JSON forms of plans, one reader and one writer each. `tape` has been read from `file`.

Result<Plan> readPlanDocument(const PlanFile &file, const JsonTape &tape);
Result<Plan> readRudderJson(const PlanFile &file, const JsonTape &tape);
/// A folder of schemas; texts that are no JSON fail here.
Result<Plan> readPlanFolder(const std::vector<PlanFile> &files);
std::string writePlanDocument(const Plan &plan);
std::string writeRudderJson(const Plan &plan);

/// Checks that the rule's schema can be used. `origin` and `label` say where it stands.
Result<void> checkPlanEvent(const PlanEvent &event, const std::vector<PlanDocument> &documents,
    TextPosition origin, const std::string &label);
/// The documents that a compiler gets for a rule: its own schema first.
std::vector<JsonSchema::Source> sourcesOf(const PlanEvent &event, const std::vector<PlanDocument> &documents);

/// Why `event` cannot be added; empty when it can.
std::string objectionTo(const Plan &plan, const PlanEvent &event);

/// `error` at a value of a file.
Error planError(const PlanFile &file, const JsonTape &tape, std::uint32_t at, std::string message);
/// A text member; empty when it is not there. A number's digits count as text, for versions.
std::string textMember(const JsonTape &tape, std::uint32_t object, std::string_view key);

/// The rule, seen from the event's root, as RudderStack writes it: {"properties": {"properties": schema}}.
std::string wrappedSchema(const PlanEvent &event);
/// Undoes it: sets schema and section; a schema that says more of the root becomes one of the Event.
void unwrapSchema(PlanEvent &event, std::string_view root, PlanSection identitySection);

} // namespace Weir
