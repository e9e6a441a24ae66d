#pragma once

#include "core/schema/plan.h"

#include <string>
#include <string_view>
#include <vector>

namespace Weir {

/// A file of a plan. Its name tells the form and, for a schema of one event, the event: "tool_used.json".
struct PlanFile
{
    std::string name, text;
    bool operator==(const PlanFile &) const = default;
};

/// How a plan is written down; docs/plan.md shows each.
enum class PlanForm : std::uint8_t {
    JsonSchema, ///< Weir's one document, or one schema an event.
    RudderJson, ///< RudderStack's tracking-plan JSON, in all three shapes.
    RudderYaml, ///< rudder-cli's YAML.
};

/// Reads a plan in any form, from one file or all of a folder. Its schemas are compiled, so that what comes
/// back can be used. Fails with BadInput; `where` holds the file where there are several, line and column:
/// "tools.yaml, line 3, column 14".
Result<Plan> readPlan(const std::vector<PlanFile> &files);
/// The form that a text is in, by its look; a plan need not be right.
PlanForm planFormOf(const PlanFile &file);

/// The plan in one file. RudderJson and RudderYaml leave out what they have no place for: the identity, and
/// Plan::documents. Fails with BadInput when a rule has no such form; `where` names it.
Result<std::string> writePlan(const Plan &plan, PlanForm form);
/// One JSON Schema an event, beside the documents; `name` is the file's.
std::vector<PlanFile> writePlanFolder(const Plan &plan);

constexpr std::size_t maxPlanEvents = 10'000;
constexpr std::size_t maxPlanBytes = 16U << 20;
constexpr std::size_t maxPlanYamlBytes = 4U << 20;

} // namespace Weir
