#pragma once

#include "core/base/error.h"
#include "core/http/httpmessage.h"
#include "core/store/sessionreader.h"
#include "core/store/storestatus.h"

#include <chrono>
#include <optional>
#include <string>
#include <vector>

namespace Weir {

/// What `GET /weir/wait` waits for: `count` events that match, and then a run that has been quiet for
/// `settle`. The run is the trace asked for, or else the trace of the newest match.
struct WaitRequest
{
    EventFilter filter; ///< By trace and name only.
    std::int64_t count = 1;
    std::chrono::milliseconds settle{2000}, timeout{20'000};
};

Result<WaitRequest> waitRequest(const HttpRequest &request);

/// What the session held when it was last looked at.
struct WaitLook
{
    bool done = false; ///< False: not looked yet.
    std::int64_t total = 0; ///< How many match.
    EventId newest{}; ///< The newest match; 0 = none.
    TraceRow run{}; ///< The run's trace; 0 = none yet, or its events have no trace id.
    std::optional<UtcTime> lastReceived; ///< When the run's newest event came.
};

/// Looks again. Counts only what came since `before`, so that it stays cheap in a large session.
Result<WaitLook> lookFor(const WaitRequest &request, const WaitLook &before, SessionReader &reader);

/// True when the first look may have to count through the whole session.
bool isFirstLookSlow(const WaitRequest &request);

/// One wait under way. Pure: the clock is passed in.
class WaitState
{
public:
    using Time = std::chrono::steady_clock::time_point;
    enum class Verdict { Waiting, Matched, TimedOut };

    WaitState(WaitRequest request, Time now)
        : m_request(std::move(request))
        , m_deadline(now + m_request.timeout)
        , m_quietSince(now)
    {
    }

    const WaitRequest &request() const { return m_request; }
    const WaitLook &look() const { return m_look; }

    /// True when the session may hold more than what was last seen.
    bool needsLook() const { return m_needsLook; }
    /// A look begins: what is committed from now on asks for another.
    void beginLook() { m_needsLook = false; }
    void sawCommit(const Commit &commit, Time now);
    void sawLook(const WaitLook &look, Time now, UtcTime wallClock);

    Verdict verdict(Time now) const;
    /// When verdict() may change by itself; nothing while only a look can change it.
    std::optional<Time> nextChange() const;

private:
    bool holds() const { return m_look.done && m_look.total >= m_request.count; }

    WaitRequest m_request;
    WaitLook m_look;
    Time m_deadline, m_quietSince;
    bool m_needsLook = true;
};

/// The answer: 200 with the events that matched, or 504 with those seen so far.
Result<HttpResponse> answerWait(
    const WaitRequest &request, WaitState::Verdict verdict, SessionReader &reader);

} // namespace Weir
