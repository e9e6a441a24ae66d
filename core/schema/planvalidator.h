#pragma once

#include "core/event/event.h"
#include "core/schema/plan.h"
#include "core/event/violation.h"

#include <map>
#include <memory>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace Weir {

/// A plan made ready to check events. Immutable and cheap to copy; any thread.
class CompiledPlan
{
public:
    /// Fails with BadInput, and the event in `where`, when a schema cannot be used.
    static Result<CompiledPlan> compile(Plan plan);

    const Plan &plan() const;
    /// Tells apart what finds other violations: the plan as it is written, and this program's rules. Never 0.
    std::int64_t fingerprint() const;

    struct Rule
    {
        PlanEvent event;
        JsonSchema schema;
    };
    /// Null when it is not planned. Names match exactly.
    const Rule *find(EventType type, std::string_view name) const;
    /// Of all track events.
    const std::vector<std::string_view> &eventNames() const;

private:
    struct Tables;
    explicit CompiledPlan(std::shared_ptr<const Tables> tables);
    std::shared_ptr<const Tables> m_tables;
};

/// What is known of an event's trace, by whoever has all events. 0 and empty: not known.
struct TraceFacts
{
    std::uint32_t events = 0; ///< In this trace, this one included.
    double usualEvents = 0; ///< In the middle one of the traces that have ended.
    std::uint32_t traceIds = 0; ///< Different ones that this run's events carry, where a run is known by more
                                ///< than its trace id.
    std::uint32_t users = 0, workspaces = 0; ///< Different ones in this trace.
};

/// Checks events against one plan. Keeps its memory from event to event, so that a valid one costs no
/// allocation. One thread at a time.
class PlanValidator
{
public:
    static constexpr std::size_t maxViolations = 200; ///< Of one event; what is beyond is not told.

    explicit PlanValidator(CompiledPlan plan)
        : m_plan(std::move(plan))
    {
    }

    /// What is wrong with `event`, whose own JSON object is `payload`: first what the plan says, then
    /// identity and clock. The list lives until the next call.
    const std::vector<Violation> &validate(const Event &event, std::string_view payload);

    /// The same in a few microseconds, for events that go wrong as others did: `violations` are then those of
    /// the first of them, which differ in what came and in positions in arrays. Null: nothing is wrong.
    struct Check
    {
        EventStatus status = EventStatus::Valid;
        SharedViolations violations;
    };
    Check check(const Event &event, std::string_view payload);

    const CompiledPlan &plan() const { return m_plan; }

private:
    /// What was found, before it is put into words.
    struct Findings
    {
        std::string unreadable; ///< Why, when the event could not be read.
        const CompiledPlan::Rule *rule = nullptr; ///< Null: none was looked at.
        std::uint32_t section = JsonTape::none;
        SchemaVerdict verdict = SchemaVerdict::Valid;
        bool isUnplanned = false;
        unsigned lacking = 0; ///< A bit for each IdentityField.
        Notices clock = 0; ///< Of the event's.

        bool isAbsent() const { return section == JsonTape::none; }
        bool isEmpty() const;
    };

    void find(const Event &event, std::string_view payload);
    void findByPlan(const Event &event);
    std::uint64_t keyOf(const Event &event) const;
    void tell(const Event &event);
    void tellPlan(const Event &event);
    void tellIdentity(const Event &event);
    void tellClock(const Event &event);
    std::uint32_t sectionOf(PlanSection section, Source source) const;
    void exempt(std::uint32_t section, Source source);
    Violation toViolation(const CompiledPlan::Rule &rule, const SchemaFailure &failure, const JsonTape &tape,
        bool isSectionAbsent);
    void addNearest(Violation &violation, const CompiledPlan::Rule &rule, const SchemaFailure &failure,
        const JsonTape &tape) const;

    CompiledPlan m_plan;
    JsonTape m_tape;
    std::vector<SchemaFailure> m_failures;
    std::vector<Violation> m_violations;
    Findings m_findings;
    std::unordered_map<std::uint64_t, SharedViolations> m_known; ///< By keyOf().
};

/// What is wrong with an event as part of its trace. Pure.
std::vector<Violation> traceViolations(const Event &event, const TraceFacts &facts);

} // namespace Weir
