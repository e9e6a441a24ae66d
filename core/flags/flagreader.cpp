#include "core/flags/flagreader.h"

#include "core/flags/flagsanswer.h"
#include "core/flags/flagtext.h"
#include "core/flags/jsonmembers.h"

#include <algorithm>

namespace Weir {

namespace {

using Json = nlohmann::json;

std::string at(const char *name, std::size_t index)
{
    return std::string(name) + "[" + std::to_string(index) + "]";
}

Result<std::optional<int>> groupIndexMember(const Json &object, const char *name)
{
    WEIR_TRY(const auto index, integerMember(object, name));
    if (index && (*index < 0 || *index > 1000))
        return Error{Error::Kind::BadInput, "Expected the index of a group type", name};
    return index ? std::optional(static_cast<int>(*index)) : std::nullopt;
}

Result<std::vector<std::string>> stringsMember(const Json &object, const char *name)
{
    WEIR_TRY(const Json *array, arrayMember(object, name));
    std::vector<std::string> strings;
    for (std::size_t i = 0; i < array->size(); ++i) {
        if (!(*array)[i].is_string())
            return wrongType("a string", at(name, i));
        strings.push_back((*array)[i].get<std::string>());
    }
    return strings;
}

/// The text of a member; empty when it is not there.
std::string textMember(const Json &object, const char *name)
{
    const Json *value = memberOf(object, name);
    return value ? flagText(*value) : std::string();
}

Result<CompiledFilter> readFlagFilter(const Json &filter, const FlagReferences &references)
{
    CompiledFilter compiled;
    compiled.kind = CompiledFilter::Kind::Flag;
    if (textMember(filter, "operator") != "flag_evaluates_to")
        return Error{Error::Kind::BadInput, "Expected flag_evaluates_to for a flag", "operator"};
    const auto found = references.flags.find(textMember(filter, "key"));
    if (found != references.flags.end())
        compiled.target = found->second;
    if (memberOf(filter, "dependency_chain")) {
        WEIR_TRY(const auto chain, stringsMember(filter, "dependency_chain"));
        // Empty is how the server says that the chain is broken or goes round.
        const auto isKnown = [&](const std::string &key) { return references.flags.contains(key); };
        if (chain.empty() || !std::ranges::all_of(chain, isKnown))
            compiled.target = noTarget;
    }
    const Json *value = memberOf(filter, "value");
    if (value && value->is_boolean()) {
        compiled.expected = value->get<bool>() ? CompiledFilter::Expected::On : CompiledFilter::Expected::Off;
    } else if (value && value->is_string()) {
        compiled.expected = CompiledFilter::Expected::Variant;
        compiled.variant = value->get<std::string>();
    }
    return compiled;
}

Result<CompiledFilter> readCohortFilter(const Json &filter, const FlagReferences &references)
{
    CompiledFilter compiled;
    compiled.kind = CompiledFilter::Kind::Cohort;
    WEIR_TRY(const std::string name, stringMember(filter, "operator"));
    if (!name.empty() && name != "in" && name != "not_in" && name != "exact")
        return Error{Error::Kind::BadInput, "Expected in or not_in for a cohort", "operator"};
    compiled.isNegated = name == "not_in";
    const auto found = references.cohorts.find(textMember(filter, "value"));
    if (found != references.cohorts.end())
        compiled.target = found->second;
    return compiled;
}

Result<CompiledFilter> readPropertyFilter(
    const Json &filter, const std::string &type, const FlagReferences &references)
{
    CompiledFilter compiled;
    if (type == "person_metadata") {
        compiled.kind = CompiledFilter::Kind::Unknown;
        compiled.why = "It asks when the person was created, which only PostHog's server knows";
        return compiled;
    }
    if (!type.empty() && type != "person" && type != "group")
        return Error{Error::Kind::BadInput, "There is no filter by \"" + type.substr(0, 60) + "\"", "type"};
    if (type == "person")
        compiled.source = CompiledFilter::Source::Person;
    if (type == "group") {
        compiled.source = CompiledFilter::Source::Group;
        WEIR_TRY(compiled.groupIndex, groupIndexMember(filter, "group_type_index"));
    }
    WEIR_TRY(compiled.test, compileTest(filter, references.matchingVersion));
    return compiled;
}

Result<CompiledCondition> readCondition(
    const Json &condition, const CompiledFlag &flag, const FlagInfo &info, const FlagReferences &references)
{
    if (!condition.is_object())
        return wrongType("an object", {});
    CompiledCondition compiled;
    WEIR_TRY(const Json *filters, arrayMember(condition, "properties"));
    for (std::size_t i = 0; i < filters->size(); ++i) {
        auto filter = readFilter((*filters)[i], references);
        if (!filter)
            return within(at("properties", i), std::move(filter).error());
        compiled.filters.push_back(*std::move(filter));
    }
    WEIR_TRY(const auto percentage, numberMember(condition, "rollout_percentage"));
    compiled.rolloutPercentage = percentage.value_or(100.0);
    WEIR_TRY(std::string variant, stringMember(condition, "variant"));
    if (std::ranges::find(info.variants, variant) != info.variants.end())
        compiled.variant = std::move(variant);
    constexpr const char *own = "aggregation_group_type_index";
    compiled.groupIndex = flag.groupIndex;
    if (condition.contains(own)) { // Null says: by the person, whatever the flag says.
        WEIR_TRY(compiled.groupIndex, groupIndexMember(condition, own));
    }
    return compiled;
}

Result<std::vector<CompiledCondition>> readConditions(const Json &filters, const char *name,
    const CompiledFlag &flag, const FlagInfo &info, const FlagReferences &references)
{
    WEIR_TRY(const Json *conditions, arrayMember(filters, name));
    std::vector<CompiledCondition> compiled;
    for (std::size_t i = 0; i < conditions->size(); ++i) {
        auto condition = readCondition((*conditions)[i], flag, info, references);
        if (!condition)
            return within(at(name, i), std::move(condition).error());
        condition->matchText = "Matched condition set " + std::to_string(i + 1);
        compiled.push_back(*std::move(condition));
    }
    return compiled;
}

/// A key each, empty where there is none: readFlag() says so.
std::vector<std::string> variantKeys(const Json &flag)
{
    const Json *value = &flag;
    for (const char *name : {"filters", "multivariate", "variants"}) {
        value = value->is_object() ? memberOf(*value, name) : nullptr;
        if (!value)
            return {};
    }
    std::vector<std::string> keys;
    if (value->is_array()) {
        for (const Json &variant : *value) {
            const Json *key = variant.is_object() ? memberOf(variant, "key") : nullptr;
            keys.push_back(key && key->is_string() ? key->get<std::string>() : std::string());
        }
    }
    return keys;
}

Result<std::vector<double>> readVariantBounds(const Json &filters)
{
    std::vector<double> bounds;
    WEIR_TRY(const Json *multivariate, objectMember(filters, "multivariate"));
    WEIR_TRY(const Json *variants, arrayMember(*multivariate, "variants"));
    double bound = 0;
    for (std::size_t i = 0; i < variants->size(); ++i) {
        if (!(*variants)[i].is_object())
            return wrongType("an object", at("variants", i));
        const auto percentage = numberMember((*variants)[i], "rollout_percentage");
        if (!percentage)
            return within(at("variants", i), percentage.error());
        bound += percentage->value_or(0.0) / 100.0;
        bounds.push_back(bound);
    }
    return bounds;
}

Result<std::optional<CompiledHoldout>> readHoldout(const Json &filters)
{
    WEIR_TRY(const Json *holdout, objectMember(filters, "holdout"));
    const Json *id = memberOf(*holdout, "id");
    WEIR_TRY(const auto percentage, numberMember(*holdout, "exclusion_percentage"));
    if (!id || !percentage)
        return std::optional<CompiledHoldout>();
    return std::optional(CompiledHoldout{"holdout-" + flagText(*id), std::clamp(*percentage, 0.0, 100.0)});
}

/// The flags that the conditions ask for, each once.
void collectDependencies(CompiledFlag &flag)
{
    for (const auto *conditions : {&flag.conditions, &flag.superConditions}) {
        for (const CompiledCondition &condition : *conditions) {
            for (const CompiledFilter &filter : condition.filters) {
                if (filter.kind != CompiledFilter::Kind::Flag)
                    continue;
                flag.lacksDependency = flag.lacksDependency || filter.target == noTarget;
                if (filter.target != noTarget)
                    flag.dependencies.push_back(filter.target);
            }
        }
    }
    makeUnique(flag.dependencies);
}

Result<void> readFilters(
    const Json &filters, const FlagInfo &info, const FlagReferences &references, CompiledFlag &flag)
{
    WEIR_TRY(const auto version, integerMember(filters, "version"));
    if (version.value_or(1) != 1)
        return Error{Error::Kind::BadInput, "Rules of version " + std::to_string(*version) + " are not known",
            "version"};
    WEIR_TRY(flag.groupIndex, groupIndexMember(filters, "aggregation_group_type_index"));
    WEIR_TRY(flag.exitsEarly, boolMember(filters, "early_exit", false));
    WEIR_TRY(flag.variantBounds, readVariantBounds(filters));
    WEIR_TRY(flag.holdout, readHoldout(filters));
    WEIR_TRY(flag.conditions, readConditions(filters, "groups", flag, info, references));
    WEIR_TRY(const bool enrolls, boolMember(filters, "feature_enrollment", false));
    if (enrolls) {
        flag.enrollmentKey = "$feature_enrollment/" + info.key;
    } else {
        WEIR_TRY(flag.superConditions, readConditions(filters, "super_groups", flag, info, references));
        flag.superConditions.resize(std::min<std::size_t>(1, flag.superConditions.size()));
    }
    WEIR_TRY(const Json *payloads, objectMember(filters, "payloads"));
    for (const auto &[value, payload] : payloads->items()) {
        // Kept as a text that holds JSON; some documents have the JSON itself.
        std::string text = payload.is_null() ? std::string() : flagText(payload);
        if (!text.empty())
            flag.payloads.emplace(value, std::move(text));
    }
    collectDependencies(flag);
    return {};
}

} // namespace

Result<FlagInfo> readFlagInfo(const Json &flag)
{
    if (!flag.is_object())
        return wrongType("an object", {});
    FlagInfo info;
    WEIR_TRY(info.key, stringMember(flag, "key"));
    if (info.key.empty())
        return wrongType("a text", "key");
    const Json *name = memberOf(flag, "name");
    info.name = name ? flagText(*name) : std::string();
    const auto number = [&flag](const char *member) {
        const auto value = integerMember(flag, member);
        return value ? value->value_or(0) : 0;
    };
    const auto boolean = [&flag](const char *member, bool otherwise) {
        const auto value = boolMember(flag, member, otherwise);
        return value ? *value : otherwise; // Of a wrong type it makes the flag a bad one: readFlag() says so.
    };
    info.id = number("id");
    info.version = number("version");
    info.isActive = boolean("active", true);
    info.isDeleted = boolean("deleted", false);
    info.hasExperiment = boolean("has_experiment", false);
    const auto runtime = stringMember(flag, "evaluation_runtime");
    info.evaluationRuntime = runtime && !runtime->empty() ? *runtime : "all";
    for (const char *member : {"evaluation_contexts", "evaluation_tags"}) {
        const auto contexts = stringsMember(flag, member);
        if (contexts && info.evaluationContexts.empty())
            info.evaluationContexts = *contexts;
    }
    info.variants = variantKeys(flag);
    info.answerOpening = answerOpening(info.key);
    info.answerMetadata = answerMetadata(info.id, info.version);
    return info;
}

Result<CompiledFlag> readFlag(const Json &flag, const FlagInfo &info, const FlagReferences &references)
{
    CompiledFlag compiled;
    compiled.hashPrefix = info.key + ".";
    WEIR_TRY([[maybe_unused]] const bool isActive, boolMember(flag, "active", true));
    WEIR_TRY([[maybe_unused]] const bool isDeleted, boolMember(flag, "deleted", false));
    WEIR_TRY(compiled.hasContinuity, boolMember(flag, "ensure_experience_continuity", false));
    WEIR_TRY(const std::string bucketing, stringMember(flag, "bucketing_identifier"));
    if (!bucketing.empty() && bucketing != "distinct_id" && bucketing != "device_id")
        return Error{Error::Kind::BadInput, "Expected distinct_id or device_id", "bucketing_identifier"};
    compiled.goesByDevice = bucketing == "device_id";
    WEIR_TRY(const Json *filters, objectMember(flag, "filters"));
    const auto read = readFilters(*filters, info, references, compiled);
    if (!read)
        return within("filters", read.error());
    if (std::ranges::find(info.variants, std::string()) != info.variants.end())
        return Error{
            Error::Kind::BadInput, "Expected a key for each variant", "filters › multivariate › variants"};
    return compiled;
}

Result<CompiledFilter> readFilter(const Json &filter, const FlagReferences &references)
{
    if (!filter.is_object())
        return wrongType("an object", {});
    WEIR_TRY(const std::string type, stringMember(filter, "type"));
    if (type == "flag")
        return readFlagFilter(filter, references);
    if (type == "cohort")
        return readCohortFilter(filter, references);
    return readPropertyFilter(filter, type, references);
}

} // namespace Weir
