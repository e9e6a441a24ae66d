#include "core/flags/flagevaluation.h"

#include "core/flags/flagevaluator.h"

#include <numeric>

namespace Weir {

std::optional<FlagOutcome> evaluateFlag(
    const FlagDefinitions &definitions, const FlagSubject &subject, std::string_view key)
{
    const std::string keys[] = {std::string(key)};
    auto outcomes = evaluateFlags(definitions, subject, keys);
    if (outcomes.empty())
        return std::nullopt;
    return std::move(outcomes.front());
}

std::vector<FlagOutcome> evaluateFlags(const FlagDefinitions &definitions, const FlagSubject &subject)
{
    std::vector<std::size_t> all(definitions.flags().size());
    std::iota(all.begin(), all.end(), std::size_t(0));
    return FlagEvaluator(definitions.compiled(), subject).run(all);
}

std::vector<FlagOutcome> evaluateFlags(
    const FlagDefinitions &definitions, const FlagSubject &subject, std::span<const std::string> keys)
{
    const CompiledFlags &compiled = definitions.compiled();
    std::vector<std::size_t> wanted;
    std::vector<bool> isWanted(compiled.flags.size());
    for (const std::string &key : keys) {
        const auto found = compiled.flagByKey.find(key);
        if (found == compiled.flagByKey.end() || isWanted[found->second])
            continue;
        isWanted[found->second] = true;
        wanted.push_back(found->second);
    }
    return FlagEvaluator(compiled, subject).run(wanted);
}

} // namespace Weir
