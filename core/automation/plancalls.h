#pragma once

#include "core/automation/queries.h"

namespace Weir {

// The calls about the plan: see docs/http-interface.md.

/// `{plan, origin, events, rechecking}`
Result<HttpResponse> answerPlan(const ApiCall &call, SessionReader &reader);
/// `{checked, invalid, violations: [{event, kind, path, …}]}`
Result<HttpResponse> answerViolations(const ApiCall &call, SessionReader &reader);
/// The rows that an event would become: `{tables, warnings}`.
Result<HttpResponse> answerSnowflake(const ApiCall &call, SessionReader &reader);
Result<HttpResponse> answerBigQuery(const ApiCall &call, SessionReader &reader);

struct GivenPlan
{
    CompiledPlan compiled;
    std::string document; ///< As JSON, to be kept.
};
/// The plan in a call's body, in any of its forms. The place of an error is a line and a column.
Result<GivenPlan> givenPlan(const ApiCall &call);

/// What is wrong with the event, by the plan as it is now.
std::vector<Violation> violationsOf(const ApiCall &call, const StoredEvent &stored);
/// `{kind, path, property, expected, came, nearest, message, schema_path}`
void writeViolation(JsonText &json, const Violation &violation);

} // namespace Weir
