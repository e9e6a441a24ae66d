#pragma once

#include "core/schema/planreader.h"

namespace Weir {

/// rudder-cli's YAML, v1 and v0.1, all files of a project together. Custom types become `$defs`, variants
/// `allOf` of `if` and `then`. Errors hold file, line and column.
Result<Plan> readRudderYaml(const std::vector<PlanFile> &files);

/// The plan in one file of several documents, version rudder/v1. Fails with BadInput when a rule says more
/// than that form can; `where` names it.
Result<std::string> writeRudderYaml(const Plan &plan);

} // namespace Weir
