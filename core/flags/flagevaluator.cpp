#include "core/flags/flagevaluator.h"

#include "core/flags/flaghash.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace Weir {

namespace {

// A better reason stands before a lesser one; of equals the later counts. PostHog's server ranks them so.
constexpr int noGroupTypeRank = 1;
constexpr int noConditionMatchRank = 2;
constexpr int outOfRolloutBoundRank = 3;

std::string quoted(std::string_view text)
{
    return "\"" + std::string(text.substr(0, 80)) + "\"";
}

/// `code` and `description` are constants, or of the definitions.
void decide(FlagOutcome &outcome, FlagValue value, std::string_view code, std::optional<int> index,
    std::string_view description)
{
    outcome.value = std::move(value);
    outcome.reason = {SharedText::lent(code), index, SharedText::lent(description)};
}

void leaveUndecided(FlagOutcome &outcome, SharedText why)
{
    outcome.value.reset();
    outcome.isFailed = true;
    outcome.reason = {SharedText::lent(FlagReasons::notEvaluable), std::nullopt, why};
    outcome.why = std::move(why);
}

void attachPayload(const CompiledFlag &flag, FlagOutcome &outcome)
{
    if (!outcome.value || !outcome.value->isOn)
        return;
    const auto payload = flag.payloads.find(toText(*outcome.value));
    if (payload != flag.payloads.end())
        outcome.payload = SharedText::lent(payload->second);
}

} // namespace

void FlagEvaluator::Best::offer(int otherRank, std::size_t otherIndex)
{
    if (otherRank < rank)
        return;
    rank = otherRank;
    index = static_cast<int>(otherIndex);
}

FlagEvaluator::FlagEvaluator(const CompiledFlags &definitions, const FlagSubject &subject)
    : m_definitions(definitions)
    , m_subject(subject)
    , m_distinctId(cutIdentifier(subject.distinctId))
    , m_distinctIdValue(toPropertyValue(m_distinctId))
    , m_slots(definitions.flags.size(), -1)
    , m_cohorts(definitions.cohorts.size())
{
    for (const auto &[type, key] : subject.groups)
        m_groupKeyValues.emplace(type, toPropertyValue(key));
}

std::vector<FlagOutcome> FlagEvaluator::run(const std::vector<std::size_t> &wanted)
{
    const std::vector<bool> isNeeded = withDependencies(wanted);
    m_outcomes.reserve(m_definitions.flags.size()); // So that none moves while it is evaluated.
    const auto add = [this](std::size_t index) {
        m_slots[index] = static_cast<std::int32_t>(m_outcomes.size());
        evaluate(index, m_outcomes.emplace_back());
    };
    for (const std::size_t index : m_definitions.flagOrder) {
        if (isNeeded[index])
            add(index);
    }
    bool isInOrder = m_outcomes.size() == wanted.size(); // As where no flag depends on another.
    for (std::size_t place = 0; place < wanted.size(); ++place) {
        if (m_slots[wanted[place]] < 0)
            add(wanted[place]); // On a circle, so not in the order.
        isInOrder = isInOrder && m_slots[wanted[place]] == static_cast<std::int32_t>(place);
    }
    if (isInOrder)
        return std::move(m_outcomes);
    std::vector<FlagOutcome> outcomes;
    outcomes.reserve(wanted.size());
    for (const std::size_t index : wanted)
        outcomes.push_back(std::move(m_outcomes[static_cast<std::size_t>(m_slots[index])]));
    return outcomes;
}

std::vector<bool> FlagEvaluator::withDependencies(const std::vector<std::size_t> &wanted) const
{
    std::vector<bool> isNeeded(m_definitions.flags.size());
    std::vector<std::size_t> open = wanted;
    while (!open.empty()) {
        const std::size_t index = open.back();
        open.pop_back();
        if (isNeeded[index])
            continue;
        isNeeded[index] = true;
        const auto &dependencies = m_definitions.flags[index].dependencies;
        open.insert(open.end(), dependencies.begin(), dependencies.end());
    }
    return isNeeded;
}

void FlagEvaluator::evaluate(std::size_t index, FlagOutcome &outcome)
{
    const FlagInfo &info = m_definitions.infos[index];
    const CompiledFlag &flag = m_definitions.flags[index];
    outcome.definition = &info;
    outcome.key = SharedText::lent(info.key);
    outcome.id = info.id;
    outcome.version = info.version;
    outcome.hasExperiment = info.hasExperiment;
    if (!info.isActive || info.isDeleted) {
        outcome.isOmitted = true;
        return decide(
            outcome, FlagValue::off(), FlagReasons::flagDisabled, std::nullopt, "Feature flag is disabled");
    }
    if (info.problem)
        return leaveUndecided(outcome, toText(*info.problem));
    m_current = index;
    m_why.clear();
    evaluateActive(flag, outcome);
    attachPayload(flag, outcome);
}

void FlagEvaluator::evaluateActive(const CompiledFlag &flag, FlagOutcome &outcome)
{
    if (flag.hasContinuity)
        return leaveUndecided(outcome,
            SharedText::lent("It continues what a person saw before signing in, which only "
                             "PostHog's server remembers"));
    if (flag.lacksDependency) {
        leaveUndecided(outcome, SharedText::lent("It depends on a flag that is not in the definitions"));
        outcome.isFailed = false; // The server takes it for off, not for an error.
        outcome.reason = {SharedText::lent(FlagReasons::missingDependency), std::nullopt,
            SharedText::lent("Flag cannot be evaluated due to missing dependency")};
        return;
    }
    if (!flag.groupIndex) {
        const std::string_view identifier = personIdentifier(flag);
        if (flag.goesByDevice && identifier.empty())
            return leaveUndecided(
                outcome, SharedText::lent("It goes by the device, and there is no device id"));
        return evaluateFor(flag, identifier, outcome);
    }
    const int index = *flag.groupIndex;
    if (!m_definitions.groupTypes.contains(index))
        return leaveUndecided(
            outcome, "There is no group type " + std::to_string(index) + " in the definitions");
    const std::string *key = groupKey(index);
    const bool isMixed = std::ranges::any_of(
        flag.conditions, [&](const CompiledCondition &c) { return c.groupIndex != flag.groupIndex; });
    if (key || isMixed)
        return evaluateFor(flag, key ? cutIdentifier(*key) : std::string_view(), outcome);
    const int last = static_cast<int>(flag.conditions.size()) - 1;
    return decide(outcome, FlagValue::off(), FlagReasons::noGroupType,
        last < 0 ? std::nullopt : std::optional(last), "No group type");
}

void FlagEvaluator::evaluateFor(const CompiledFlag &flag, std::string_view identifier, FlagOutcome &outcome)
{
    if (decideByHoldout(flag, identifier, outcome) || decideByEnrollment(flag, outcome))
        return;
    evaluateConditions(flag, outcome);
}

bool FlagEvaluator::decideByHoldout(
    const CompiledFlag &flag, std::string_view identifier, FlagOutcome &outcome) const
{
    // An empty identifier is hashed like any other here, unlike for rollouts.
    if (!flag.holdout || !isInRollout(flagHash("holdout-", identifier, {}), flag.holdout->percentage))
        return false;
    decide(outcome, FlagValue::of(flag.holdout->variant), FlagReasons::holdoutConditionValue, std::nullopt,
        "Holdout condition value");
    return true;
}

bool FlagEvaluator::decideByEnrollment(const CompiledFlag &flag, FlagOutcome &outcome)
{
    bool isOn = false;
    if (!flag.enrollmentKey.empty()) {
        const PropertyValue *enrolled = findOfPerson(flag.enrollmentKey);
        if (!enrolled)
            return false;
        isOn = enrolled->text == "true";
    } else if (!flag.superConditions.empty()) {
        const CompiledCondition &condition = flag.superConditions.front();
        const auto isSet = [this](const CompiledFilter &f) { return findOfPerson(f.test.key) != nullptr; };
        if (!std::ranges::any_of(condition.filters, isSet))
            return false;
        const Verdict verdict = evaluateCondition(flag, condition, {std::nullopt, personIdentifier(flag)});
        if (verdict == Verdict::Unknown || verdict == Verdict::NeedsServer) {
            leaveUndecided(outcome, m_why);
            return true;
        }
        isOn = verdict == Verdict::Match;
    } else {
        return false;
    }
    decide(outcome, isOn ? FlagValue::on() : FlagValue::off(), FlagReasons::superConditionValue, 0,
        "Super condition value");
    return true;
}

std::optional<FlagEvaluator::Target> FlagEvaluator::targetOf(
    const CompiledFlag &flag, const CompiledCondition &condition) const
{
    if (!condition.groupIndex)
        return Target{std::nullopt, personIdentifier(flag)};
    const std::string *key = groupKey(*condition.groupIndex);
    if (!key)
        return std::nullopt;
    return Target{condition.groupIndex, cutIdentifier(*key)};
}

void FlagEvaluator::evaluateConditions(const CompiledFlag &flag, FlagOutcome &outcome)
{
    Best best;
    for (std::size_t i = 0; i < flag.conditions.size(); ++i) {
        const CompiledCondition &condition = flag.conditions[i];
        const auto target = targetOf(flag, condition);
        if (!target) {
            best.hasSkipped = true;
            best.offer(noGroupTypeRank, i);
            continue;
        }
        const Verdict verdict = evaluateCondition(flag, condition, *target);
        if (verdict == Verdict::Match) {
            const std::string variant = variantOf(flag, condition, m_current, target->identifier);
            return decide(outcome, variant.empty() ? FlagValue::on() : FlagValue::of(variant),
                FlagReasons::conditionMatch, static_cast<int>(i), condition.matchText);
        }
        if (verdict == Verdict::NeedsServer)
            return leaveUndecided(outcome, m_why);
        if (verdict == Verdict::Unknown)
            best.isUnknown = true;
        else
            best.offer(verdict == Verdict::RolloutMiss ? outOfRolloutBoundRank : noConditionMatchRank, i);
        if (verdict == Verdict::RolloutMiss && flag.exitsEarly)
            break;
    }
    if (best.isUnknown)
        return leaveUndecided(outcome, m_why);
    if (best.rank == outOfRolloutBoundRank)
        return decide(
            outcome, FlagValue::off(), FlagReasons::outOfRolloutBound, best.index, "Out of rollout bound");
    if (best.rank != noConditionMatchRank)
        return decide(outcome, FlagValue::off(), FlagReasons::noGroupType, best.index, "No group type");
    return decide(outcome, FlagValue::off(), FlagReasons::noConditionMatch, best.index,
        best.hasSkipped
            ? "No matching condition set (group conditions were not evaluated because no group type "
              "was provided)"
            : "No matching condition set");
}

FlagEvaluator::Verdict FlagEvaluator::evaluateCondition(
    const CompiledFlag &flag, const CompiledCondition &condition, const Target &target)
{
    // One filter that does not match decides, whatever the unknown ones would say.
    bool isUnknown = false;
    m_needsServer = false;
    for (const CompiledFilter &filter : condition.filters) {
        const Match match = evaluateFilter(filter, target.groupIndex);
        if (match == Match::No)
            return Verdict::NoMatch;
        isUnknown = isUnknown || match == Match::Unknown;
    }
    if (m_needsServer)
        return Verdict::NeedsServer;
    if (isUnknown)
        return Verdict::Unknown;
    if (condition.rolloutPercentage == 100.0
        || isInRollout(hashOf(flag, target.identifier, {}), condition.rolloutPercentage))
        return Verdict::Match;
    return Verdict::RolloutMiss;
}

Match FlagEvaluator::evaluateFilter(const CompiledFilter &filter, const std::optional<int> &groupIndex)
{
    switch (filter.kind) {
    case CompiledFilter::Kind::Flag:
        return evaluateFlagFilter(filter);
    case CompiledFilter::Kind::Cohort:
        return evaluateCohortFilter(filter);
    case CompiledFilter::Kind::Unknown:
        return inconclusive(filter.why);
    case CompiledFilter::Kind::Property:
        break;
    }
    const Lookup found = find(filter, groupIndex);
    if (!found.isKnown)
        return inconclusive(
            "The group's properties were not given, and " + quoted(filter.test.key) + " is needed");
    const Match match = matches(filter.test, found.property, m_subject.now, m_budget);
    return match == Match::Unknown
        ? inconclusive("The pattern for " + quoted(filter.test.key) + " takes too long on this text")
        : match;
}

Match FlagEvaluator::evaluateFlagFilter(const CompiledFilter &filter)
{
    const FlagOutcome &outcome = m_outcomes[static_cast<std::size_t>(m_slots[filter.target])];
    if (!outcome.value)
        return inconclusive("It depends on " + quoted(outcome.key) + ", which is inconclusive");
    bool isMatch = false;
    switch (filter.expected) {
    case CompiledFilter::Expected::On:
        isMatch = outcome.value->isOn;
        break;
    case CompiledFilter::Expected::Off:
        isMatch = !outcome.value->isOn;
        break;
    case CompiledFilter::Expected::Variant:
        isMatch = !filter.variant.empty() && outcome.value->variant == filter.variant;
        break;
    case CompiledFilter::Expected::Nothing:
        break;
    }
    return isMatch ? Match::Yes : Match::No;
}

Match FlagEvaluator::evaluateCohortFilter(const CompiledFilter &filter)
{
    if (filter.target == noTarget)
        return inconclusive("It asks for a cohort whose members only PostHog's server knows", true);
    if (!m_cohorts[filter.target])
        evaluateCohort(filter.target);
    const auto [match, needsServer] = *m_cohorts[filter.target];
    if (match == Match::Unknown) {
        const std::string &problem = m_definitions.cohorts[filter.target].problem;
        return inconclusive(
            problem.empty() ? "It asks for a cohort that is inconclusive" : problem, needsServer);
    }
    return (match == Match::Yes) != filter.isNegated ? Match::Yes : Match::No;
}

void FlagEvaluator::evaluateCohort(std::size_t index)
{
    // With a stack of its own: cohorts may stand on each other by the thousand.
    std::vector<std::size_t> open{index};
    while (!open.empty()) {
        const std::size_t current = open.back();
        const CompiledCohort &cohort = m_definitions.cohorts[current];
        if (!cohort.problem.empty())
            m_cohorts[current] = CohortResult{};
        const std::size_t before = open.size();
        if (!m_cohorts[current])
            std::ranges::copy_if(cohort.dependencies, std::back_inserter(open),
                [this](std::size_t dependency) { return !m_cohorts[dependency]; });
        if (open.size() != before)
            continue;
        open.pop_back();
        if (m_cohorts[current])
            continue;
        const bool outerNeedsServer = std::exchange(m_needsServer, false);
        const Match match = evaluateNode(cohort.root);
        m_cohorts[current] = CohortResult{match, m_needsServer};
        m_needsServer = outerNeedsServer;
    }
}

Match FlagEvaluator::evaluateNode(const CohortNode &node)
{
    if (node.kind == CohortNode::Kind::Leaf) {
        const Match match = evaluateFilter(node.leaf, std::nullopt);
        // A cohort's filter has looked at isNegated itself.
        if (match == Match::Unknown || node.leaf.kind == CompiledFilter::Kind::Cohort || !node.leaf.isNegated)
            return match;
        return match == Match::Yes ? Match::No : Match::Yes;
    }
    const Match decisive = node.kind == CohortNode::Kind::Any ? Match::Yes : Match::No;
    bool isUnknown = false;
    for (const CohortNode &item : node.items) {
        const Match match = evaluateNode(item);
        if (match == decisive)
            return decisive;
        if (m_needsServer)
            return Match::Unknown; // As SDKs have it: what the server must tell ends the search.
        isUnknown = isUnknown || match == Match::Unknown;
    }
    if (isUnknown)
        return Match::Unknown;
    return decisive == Match::Yes ? Match::No : Match::Yes;
}

Match FlagEvaluator::inconclusive(std::string why, bool needsServer)
{
    if (m_why.empty())
        m_why = std::move(why);
    m_needsServer = m_needsServer || needsServer;
    return Match::Unknown;
}

double FlagEvaluator::hashOf(
    const CompiledFlag &flag, std::string_view identifier, std::string_view salt) const
{
    return identifier.empty() ? 0.0 : flagHash(flag.hashPrefix, identifier, salt);
}

std::string FlagEvaluator::variantOf(const CompiledFlag &flag, const CompiledCondition &condition,
    std::size_t index, std::string_view identifier) const
{
    if (!condition.variant.empty() || flag.variantBounds.empty())
        return condition.variant;
    const auto picked = pickVariant(hashOf(flag, identifier, "variant"), flag.variantBounds);
    return picked ? m_definitions.infos[index].variants[*picked] : std::string();
}

FlagEvaluator::Lookup FlagEvaluator::find(
    const CompiledFilter &filter, const std::optional<int> &groupIndex) const
{
    std::optional<int> index;
    if (filter.source == CompiledFilter::Source::Group)
        index = filter.groupIndex ? filter.groupIndex : groupIndex;
    else if (filter.source == CompiledFilter::Source::Aggregation)
        index = groupIndex;
    if (index)
        return findOfGroup(*index, filter.test.key);
    if (filter.source == CompiledFilter::Source::Group)
        return {}; // Of a group, but of which is not said.
    return {true, findOfPerson(filter.test.key)};
}

FlagEvaluator::Lookup FlagEvaluator::findOfGroup(int groupIndex, const std::string &key) const
{
    const auto type = m_definitions.groupTypes.find(groupIndex);
    if (type == m_definitions.groupTypes.end())
        return {};
    const auto properties = m_subject.groupProperties.find(type->second);
    const bool isGiven = properties != m_subject.groupProperties.end();
    if (isGiven) {
        const auto found = properties->second.find(key);
        if (found != properties->second.end())
            return {true, &found->second};
    }
    const auto groupKeyValue = m_groupKeyValues.find(type->second);
    if (key == "$group_key" && groupKeyValue != m_groupKeyValues.end())
        return {true, &groupKeyValue->second};
    return {isGiven, nullptr};
}

const PropertyValue *FlagEvaluator::findOfPerson(std::string_view key) const
{
    const auto found = m_subject.personProperties.find(key);
    if (found != m_subject.personProperties.end())
        return &found->second;
    return key == "distinct_id" ? &m_distinctIdValue : nullptr;
}

std::string_view FlagEvaluator::personIdentifier(const CompiledFlag &flag) const
{
    if (!flag.goesByDevice)
        return m_distinctId;
    return m_subject.deviceId ? cutIdentifier(*m_subject.deviceId) : std::string_view();
}

const std::string *FlagEvaluator::groupKey(int groupIndex) const
{
    const auto type = m_definitions.groupTypes.find(groupIndex);
    if (type == m_definitions.groupTypes.end())
        return nullptr;
    const auto key = m_subject.groups.find(type->second);
    return key == m_subject.groups.end() || key->second.empty() ? nullptr : &key->second;
}

} // namespace Weir
