#pragma once

#include "core/flags/compiledflags.h"
#include "core/flags/flagevaluation.h"

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace Weir {

/// One evaluation: remembers what flags and cohorts came to, so that each is worked out once for a subject.
/// Lives on the stack of one call; `definitions` and `subject` must outlive it.
class FlagEvaluator
{
public:
    FlagEvaluator(const CompiledFlags &definitions, const FlagSubject &subject);

    /// The outcomes of these flags, in this order; an index may not be there twice.
    std::vector<FlagOutcome> run(const std::vector<std::size_t> &wanted);

private:
    /// What a condition comes to.
    enum class Verdict : std::uint8_t { Match, NoMatch, RolloutMiss, Unknown, NeedsServer };
    /// Of which property a filter asks, as far as is known.
    struct Lookup
    {
        bool isKnown = false;
        const PropertyValue *property = nullptr; ///< Null: not set.
    };
    /// Who a condition goes by.
    struct Target
    {
        std::optional<int> groupIndex;
        std::string_view identifier;
    };
    /// The reason of the condition that came closest, as long as none matches.
    struct Best
    {
        int rank = 0;
        std::optional<int> index;
        bool isUnknown = false; ///< One of them could have matched.
        bool hasSkipped = false; ///< One of them went by a group that the subject is not in.

        void offer(int otherRank, std::size_t otherIndex);
    };
    struct CohortResult
    {
        Match match = Match::Unknown;
        bool needsServer = false;
    };

    std::vector<bool> withDependencies(const std::vector<std::size_t> &wanted) const;
    void evaluate(std::size_t index, FlagOutcome &outcome);
    void evaluateActive(const CompiledFlag &flag, FlagOutcome &outcome);
    void evaluateFor(const CompiledFlag &flag, std::string_view identifier, FlagOutcome &outcome);
    void evaluateConditions(const CompiledFlag &flag, FlagOutcome &outcome);
    bool decideByHoldout(const CompiledFlag &flag, std::string_view identifier, FlagOutcome &outcome) const;
    bool decideByEnrollment(const CompiledFlag &flag, FlagOutcome &outcome);
    /// Nothing when the condition goes by a group that the subject is not in.
    std::optional<Target> targetOf(const CompiledFlag &flag, const CompiledCondition &condition) const;
    Verdict evaluateCondition(
        const CompiledFlag &flag, const CompiledCondition &condition, const Target &target);
    Match evaluateFilter(const CompiledFilter &filter, const std::optional<int> &groupIndex);
    Match evaluateFlagFilter(const CompiledFilter &filter);
    Match evaluateCohortFilter(const CompiledFilter &filter);
    void evaluateCohort(std::size_t index);
    Match evaluateNode(const CohortNode &node);
    Match inconclusive(std::string why, bool needsServer = false);

    double hashOf(const CompiledFlag &flag, std::string_view identifier, std::string_view salt) const;
    std::string variantOf(const CompiledFlag &flag, const CompiledCondition &condition, std::size_t index,
        std::string_view identifier) const;
    Lookup find(const CompiledFilter &filter, const std::optional<int> &groupIndex) const;
    Lookup findOfGroup(int groupIndex, const std::string &key) const;
    const PropertyValue *findOfPerson(std::string_view key) const;
    /// Of a person; empty when the flag goes by the device and there is none.
    std::string_view personIdentifier(const CompiledFlag &flag) const;
    /// Null when the subject has no such group.
    const std::string *groupKey(int groupIndex) const;

    const CompiledFlags &m_definitions;
    const FlagSubject &m_subject;
    std::string_view m_distinctId;
    PropertyValue m_distinctIdValue;
    std::map<std::string, PropertyValue, std::less<>> m_groupKeyValues;
    std::vector<std::int32_t> m_slots; ///< By flag: its place in m_outcomes, or -1.
    std::vector<FlagOutcome> m_outcomes;
    std::vector<std::optional<CohortResult>> m_cohorts;
    RegexBudget m_budget;
    std::size_t m_current = 0; ///< The flag under evaluation.
    std::string m_why; ///< What made it inconclusive first.
    bool m_needsServer = false; ///< A cohort of the current condition is not in the document.
};

} // namespace Weir
