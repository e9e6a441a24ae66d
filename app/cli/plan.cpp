#include "app/cli/command.h"
#include "app/cli/planddl.h"
#include "app/planfile.h"

#include <algorithm>
#include <cstdio>
#include <optional>
#include <string>

namespace Weir {

namespace {

constexpr OptionSpec specs[] = {
    {"format", "FORMAT", "list: human, json-schema, rudder-json or rudder-yaml (human)"},
    {"warehouse", "NAME", "ddl: snowflake or bigquery"},
    {"session", "FILE", "ddl: the session whose events the tables are for"},
    {"namespace", "NAME", "ddl: the schema or dataset; RudderStack takes the source's name"},
};

void print(const std::string &text)
{
    std::fwrite(text.data(), 1, text.size(), stdout);
}

std::string titleOf(const PlanEvent &event)
{
    return event.name.empty() ? std::string(toText(event.type)) : event.name;
}

std::string counted(std::size_t count, const char *what)
{
    return std::to_string(count) + ' ' + what + (count == 1 ? "" : "s");
}

/// One line an event, and one for each of its properties below.
std::string humanText(const Plan &plan)
{
    std::string text;
    for (const PlanEvent &event : plan.events) {
        text += titleOf(event) + (event.description.empty() ? "" : "  " + event.description) + '\n';
        for (const PlanProperty &property : propertiesOf(event)) {
            std::string name = property.name;
            name.resize(std::max<std::size_t>(name.size() + 2, 24), ' ');
            text += "    " + name + typeText(property) + (property.isRequired ? "\n" : "  optional\n");
        }
    }
    return text;
}

/// 1: the plan is wrong. 2: it cannot be read.
int checkPlans(const Arguments &arguments)
{
    int exitCode = exitDone;
    for (std::size_t i = 1; i < arguments.positionals.size(); ++i) {
        const std::string &path = arguments.positionals[i];
        const auto read = loadPlan(path);
        if (read) {
            print(path + ": " + counted(read->events.size(), "event") + '\n');
            continue;
        }
        complain(read.error());
        exitCode = std::max(exitCode, read.error().kind == Error::Kind::BadInput ? exitFailed : exitCannot);
    }
    if (arguments.positionals.size() < 2)
        return complain({Error::Kind::BadInput, "Expected the file or folder of a plan", "plan check"});
    return exitCode;
}

int listPlan(const Arguments &arguments)
{
    if (arguments.positionals.size() > 2)
        return complain(
            {Error::Kind::BadInput, "Expected one plan", "plan list " + arguments.positionals[2]});
    const auto read = loadPlan(arguments.positionals.size() > 1 ? arguments.positionals[1] : "");
    if (!read)
        return complain(read.error());
    const std::string format = arguments.last("format", "human");
    if (format == "human") {
        print(humanText(*read));
        return exitDone;
    }
    constexpr std::pair<std::string_view, PlanForm> forms[] = {{"json-schema", PlanForm::JsonSchema},
        {"rudder-json", PlanForm::RudderJson}, {"rudder-yaml", PlanForm::RudderYaml}};
    for (const auto &[name, form] : forms) {
        if (name != format)
            continue;
        const auto text = writePlan(*read, form);
        if (!text)
            return complain(text.error());
        print(*text);
        return exitDone;
    }
    return complain({Error::Kind::BadInput,
        "Expected human, json-schema, rudder-json or rudder-yaml, got \"" + format + '"', "--format"});
}

struct Verb
{
    std::string_view name;
    /// Nothing when this version does not have it yet.
    int (*run)(const Arguments &arguments);
};

constexpr Verb verbs[] = {
    {"check", checkPlans},
    {"list", listPlan},
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
        return complain({Error::Kind::BadInput, "Expected check, list or ddl behind plan", word});
    if (!verb->run)
        return complain(
            {Error::Kind::BadInput, "This command is not part of Weir " WEIR_VERSION, "plan " + word});
    return verb->run(arguments);
}

} // namespace Weir
