#pragma once

#include "core/base/error.h"
#include "core/flags/compiledflags.h"

#include <string>
#include <unordered_map>
#include <vector>

#include <nlohmann/json_fwd.hpp>

namespace Weir {

/// What the parts of a document refer to: flags by key and by id, cohorts by id.
struct FlagReferences
{
    std::unordered_map<std::string, std::size_t> flags;
    std::unordered_map<std::string, std::size_t> cohorts;
    int matchingVersion = 1;
};

/// Sorts, and drops what is there twice.
void makeUnique(std::vector<std::size_t> &indexes);

/// What anyone may know of a flag. Fails when it has no key.
Result<FlagInfo> readFlagInfo(const nlohmann::json &flag);

/// How it is evaluated. Fails with the place inside the flag; the flag is not evaluable then.
Result<CompiledFlag> readFlag(
    const nlohmann::json &flag, const FlagInfo &info, const FlagReferences &references);

/// A filter of a condition or a leaf of a cohort.
Result<CompiledFilter> readFilter(const nlohmann::json &filter, const FlagReferences &references);

/// `{type, values}`, as deep as the document.
Result<CompiledCohort> readCohort(const nlohmann::json &cohort, const FlagReferences &references);

} // namespace Weir
