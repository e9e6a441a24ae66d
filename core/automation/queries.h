#pragma once

#include "core/base/error.h"
#include "core/base/jsontext.h"
#include "core/http/httpmessage.h"
#include "core/schema/planvalidator.h"
#include "core/store/sessionreader.h"
#include "core/store/storestatus.h"

#include <memory>
#include <string>

namespace Weir {

/// Where the plan comes from that events are checked by.
enum class PlanOrigin : std::uint8_t {
    BuiltIn,
    File, ///< `--plan`
    Session, ///< It was given while this session was open, and is kept in it.
};
struct KnownPlan
{
    CompiledPlan plan;
    PlanOrigin origin = PlanOrigin::BuiltIn;
};

/// One call of `/weir/`, as its route understood it.
struct ApiCall
{
    HttpRequest request;
    std::string argument; ///< The decoded last segment of a path such as /weir/events/ID.
    StoreStatus status; ///< How the store did when the call came.
    std::string session; ///< Path of the session file.
    std::shared_ptr<const KnownPlan> plan; ///< Null: none.
};

// Each answers one call from the session. An Error is told by answerFor().

Result<HttpResponse> answerHealth(const ApiCall &call, SessionReader &reader);
Result<HttpResponse> answerEvents(const ApiCall &call, SessionReader &reader);
Result<HttpResponse> answerEvent(const ApiCall &call, SessionReader &reader);
Result<HttpResponse> answerTraces(const ApiCall &call, SessionReader &reader);
Result<HttpResponse> answerTrace(const ApiCall &call, SessionReader &reader);
Result<HttpResponse> answerRequests(const ApiCall &call, SessionReader &reader);

/// The id in the path of a call about one event.
Result<EventId> eventIdOf(const std::string &text);

/// 400 for bad input, 404 for what is not there, 500 for the rest.
HttpResponse answerFor(const Error &error);

/// True when the answer may need to look at every event of the session, so that it must not hold up others.
bool mayBeSlow(const HttpRequest &request);

} // namespace Weir
