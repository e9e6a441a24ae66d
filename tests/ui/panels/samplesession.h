#pragma once

#include "core/store/viewmessages.h"

#include <QString>

#include <vector>

namespace Weir {

class LiveModel;

/// A small session in memory that answers a LiveModel like the store does, at once. For looking at the list
/// and for driving it; what the store really answers is tested with the store.
class SampleSession
{
public:
    /// The runs of the design's picture of Live, on 2026-11-23 from 14:31:38 local time.
    static SampleSession designRuns();

    /// Starts a trace; an empty id is the one of the events without.
    TraceRow addTrace(const std::string &id, const std::string &name, const std::string &user, int colour);
    /// `startMs` counts from the trace's beginning; a duration below 0 is a point.
    EventId addEvent(TraceRow trace, std::string_view name, std::string_view summary, int startMs,
        int durationMs = -1, Notices notices = 0, std::string_view sdk = "rudder-node");

    /// Joins the model to this session and opens it there. The session must live as long as the model.
    void attach(LiveModel &model);
    /// Tells the model about all events that it does not know yet.
    void commit();

    SessionSummary summary() const;
    WindowAnswer answer(const WindowRequest &request) const;
    const std::vector<EventRow> &events() const { return m_events; }

private:
    struct Trace
    {
        TraceSummary summary;
        UtcTime begin{};
        Lane lane;
        std::vector<EventId> events;
    };
    void search(const SearchOrder &order) const;

    std::vector<Trace> m_traces;
    std::vector<EventRow> m_events;
    LiveModel *m_model = nullptr;
    std::size_t m_committed = 0;
};

} // namespace Weir
