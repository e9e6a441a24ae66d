#pragma once

#include "core/base/error.h"
#include "core/flags/flagvalue.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json_fwd.hpp>

namespace Weir {

struct CompiledFlags;

/// What the definitions say of one flag, beside how it is evaluated.
struct FlagInfo
{
    std::string key;
    std::string name; ///< What PostHog shows as the description. May be empty.
    std::int64_t id = 0;
    std::int64_t version = 0;
    bool isActive = true;
    bool isDeleted = false;
    bool hasExperiment = false;
    std::vector<std::string> variants; ///< In the order of the document. Empty: a boolean flag.
    std::string evaluationRuntime; ///< "all", "server" or "client".
    std::vector<std::string> evaluationContexts;
    /// Why no one is given a value of this flag by evaluation here: a wrong type, an operator that is not
    /// known, rules of another version, a cycle of dependencies. Nothing: it can be evaluated.
    std::optional<Error> problem;
    /// What stands in each answer of /flags, as JSON: its key up to what is worked out, and its metadata up
    /// to the payload.
    std::string answerOpening, answerMetadata;

    bool operator==(const FlagInfo &) const = default;
};

/// A document of flag definitions, as `GET /flags/definitions` gives it, parsed and made ready for
/// evaluation: regular expressions compiled, cohorts and dependencies resolved. Immutable, cheap to copy,
/// usable from any thread. See https://posthog.com/docs/feature-flags/local-evaluation.
class FlagDefinitions
{
public:
    /// No flags.
    FlagDefinitions();

    /// Fails with BadInput on what is no JSON, no object, without `flags`, too deep or too large; `where`
    /// tells the place. One bad flag does not fail the others: it is listed with its `problem`.
    static Result<FlagDefinitions> parse(std::string_view json);
    static Result<FlagDefinitions> read(const nlohmann::json &document);

    /// In the order of the document; of two with one key, the later stands in the earlier's place.
    std::span<const FlagInfo> flags() const;
    const FlagInfo *find(std::string_view key) const;

    /// The stored JSON text of a flag's payload for this value; null: it has none, or is off or unknown.
    const std::string *payload(std::string_view key, const FlagValue &value) const;

    /// What was wrong in the document and left out: bad flags, bad cohorts, wrong mappings. In its order.
    std::span<const Error> problems() const;

    /// Of the document, for the evaluator.
    const CompiledFlags &compiled() const { return *m_compiled; }

private:
    explicit FlagDefinitions(std::shared_ptr<const CompiledFlags> compiled);

    std::shared_ptr<const CompiledFlags> m_compiled;
};

constexpr std::size_t maxDefinitionsBytes = 64U << 20; ///< Ten times what the largest projects have.
constexpr int maxDefinitionsDepth = 64; ///< Levels of JSON.

} // namespace Weir
