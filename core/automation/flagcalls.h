#pragma once

#include "core/automation/queries.h"
#include "core/flags/flagreport.h"

namespace Weir {

// The calls of `/weir/flags`, see docs/flags.md. Each reads one call strictly: what is misspelt is told, not
// passed over. The desk of flags carries the order out.

Result<FlagOrder> orderReport(const ApiCall &call);
Result<FlagOrder> orderServed(const ApiCall &call);
/// PUT: the body is {value, payload?, scope?, expires_in?}.
Result<FlagOrder> orderOverride(const ApiCall &call);
Result<FlagOrder> orderClear(const ApiCall &call);
Result<FlagOrder> orderClearAll(const ApiCall &call);
/// POST: the body is a scene as files of scenes have it, {name, note?, flags}, and rehearse?.
Result<FlagOrder> orderScene(const ApiCall &call);
Result<FlagOrder> orderSceneRemoval(const ApiCall &call);

/// What the desk said, as an answer to an order of this kind.
HttpResponse answerFlags(FlagOrder::Kind kind, const FlagAnswer &answer);

} // namespace Weir
