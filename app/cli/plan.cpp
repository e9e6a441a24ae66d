#include "app/cli/command.h"
#include "app/cli/planddl.h"

#include <algorithm>

namespace Weir {

namespace {

/// What follows `weir plan`.
struct Verb
{
    std::string_view name;
    /// Nothing when this version does not have it yet.
    int (*run)(const Arguments &arguments);
};

constexpr OptionSpec specs[] = {
    {"warehouse", "NAME", "snowflake or bigquery"},
    {"session", "FILE", "the session whose events the tables are for"},
    {"namespace", "NAME", "the schema or dataset; RudderStack takes the source's name"},
};

constexpr Verb verbs[] = {
    {"check", nullptr},
    {"infer", nullptr},
    {"ddl", planDdl},
    {"diff", nullptr},
};

} // namespace

std::span<const OptionSpec> planOptions()
{
    return specs;
}

int plan(const Arguments &arguments)
{
    const std::string word = arguments.positionals.empty() ? "" : arguments.positionals.front();
    const auto verb = std::ranges::find(verbs, std::string_view(word), &Verb::name);
    if (verb == std::end(verbs))
        return complain({Error::Kind::BadInput, "Expected ddl behind plan", word});
    if (!verb->run)
        return complain(
            {Error::Kind::BadInput, "This command is not part of Weir " WEIR_VERSION, "plan " + word});
    if (arguments.positionals.size() > 1)
        return complain({Error::Kind::BadInput, "This command takes options only",
            "plan " + word + " " + arguments.positionals[1]});
    return verb->run(arguments);
}

} // namespace Weir
